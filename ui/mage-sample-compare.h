/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SAMPLE_COMPARE (mage_sample_compare_get_type ())
G_DECLARE_FINAL_TYPE (MageSampleCompare, mage_sample_compare, MAGE, SAMPLE_COMPARE, AdwNavigationPage)

AdwNavigationPage *mage_sample_compare_new (MageRun *run, double rate);
void mage_sample_compare_set_all (MageSampleCompare *self, gboolean all);
void mage_sample_compare_choose (MageSampleCompare *self, guint side, guint position);
guint mage_sample_compare_get_n_filled (MageSampleCompare *self);
guint mage_sample_compare_get_n_samples (MageSampleCompare *self);

G_END_DECLS
