/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *mage_cache_folder_dup (const char *name);
void mage_cache_folder_prune (const char *folder, guint most);

G_END_DECLS
