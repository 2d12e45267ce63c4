/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

gboolean mage_session_state_write (MageProject *project, MagePlace place, MageTrainable *item, GHashTable *jobs,
                                   const char *const *unfinished, JsonObject *settings, GPtrArray *videos, GError **error);
MagePlace mage_session_state_read_place (MageProject *project, MageTrainable **item);
MageTrainable *mage_session_state_find (MageProject *project, const char *id);
GStrv mage_session_state_dup_unfinished (MageProject *project);
JsonObject *mage_session_state_dup_settings (MageProject *project);
GPtrArray *mage_session_state_list_videos (MageProject *project);

G_END_DECLS
