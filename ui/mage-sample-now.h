/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SAMPLE_NOW (mage_sample_now_get_type ())
G_DECLARE_FINAL_TYPE (MageSampleNow, mage_sample_now, MAGE, SAMPLE_NOW, AdwBin)

GtkWidget *mage_sample_now_new (void);
void mage_sample_now_set_up (MageSampleNow *self, MageSession *session, MageTrainable *item);
void mage_sample_now_set_job (MageSampleNow *self, MageJob *job);
void mage_sample_now_ask (MageSampleNow *self, const char *prompt);
void mage_sample_now_begin (MageSampleNow *self);
const char *mage_sample_now_get_words (MageSampleNow *self);
gboolean mage_sample_now_is_filled (MageSampleNow *self);

G_END_DECLS
