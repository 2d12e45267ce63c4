/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

void mage_trial_adopt (MageProject *trial);
GPtrArray *mage_trial_list_needed (MageProject *trial, const char *prompt, const char *motion);
MageProject *mage_trial_new_for_params (MageProject *project, MageParams *params, GError **error);

G_END_DECLS
