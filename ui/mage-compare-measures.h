/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-measure-job.h"
#include "ui/mage-result-choice.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_COMPARE_MEASURES (mage_compare_measures_get_type ())
G_DECLARE_FINAL_TYPE (MageCompareMeasures, mage_compare_measures, MAGE, COMPARE_MEASURES, AdwBin)

void mage_compare_measures_set_choice (MageCompareMeasures *self, MageSession *session, MageResultChoice *choice);
const MageMeasures *mage_compare_measures_get (MageCompareMeasures *self, guint i);

G_END_DECLS
