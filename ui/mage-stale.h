/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

GPtrArray *mage_stale_list (MageProject *project);
char *mage_stale_dup_names (GPtrArray *items);
GPtrArray *mage_stale_list_by (MageProject *project, const MageParamInfo *info);
void mage_stale_retrain (MageSession *session);

G_END_DECLS
