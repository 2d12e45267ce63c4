/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

/** MageBranch: a result in the order of the tree; @depth: how many it descends from. */
typedef struct
{
  MageResult *result;
  guint depth;
} MageBranch;

GArray *mage_branch_tree_list (GListModel *results, MageResult *member);
char *mage_branch_dup_changes (MageResult *result, MageResult *parent);
MageResult *mage_branch_find (GListModel *results, const char *id);

G_END_DECLS
