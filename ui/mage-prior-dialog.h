/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PRIOR_DIALOG (mage_prior_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MagePriorDialog, mage_prior_dialog, MAGE, PRIOR_DIALOG, AdwDialog)

AdwDialog *mage_prior_dialog_new (MageSession *session);
void mage_prior_dialog_choose (MagePriorDialog *self, const char *folder);
guint mage_prior_dialog_get_n_clips (MagePriorDialog *self);

G_END_DECLS
