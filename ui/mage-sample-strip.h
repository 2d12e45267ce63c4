/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SAMPLE_STRIP (mage_sample_strip_get_type ())
G_DECLARE_FINAL_TYPE (MageSampleStrip, mage_sample_strip, MAGE, SAMPLE_STRIP, AdwBin)

void mage_sample_strip_set_run (MageSampleStrip *self, MageRun *run, double rate);
void mage_sample_strip_set_step (MageSampleStrip *self, guint step);
guint mage_sample_strip_get_selected (MageSampleStrip *self);
guint mage_sample_strip_get_length (MageSampleStrip *self);

G_END_DECLS
