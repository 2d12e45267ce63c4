/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_BRANCH_LIST (mage_branch_list_get_type ())
G_DECLARE_FINAL_TYPE (MageBranchList, mage_branch_list, MAGE, BRANCH_LIST, AdwBin)

void mage_branch_list_set_session (MageBranchList *self, MageSession *session);
void mage_branch_list_set_result (MageBranchList *self, MageResult *result);
guint mage_branch_list_get_length (MageBranchList *self);
MageResult *mage_branch_list_get_item (MageBranchList *self, guint i, guint *depth);

G_END_DECLS
