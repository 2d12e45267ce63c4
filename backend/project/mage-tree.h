/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** MageTreeFilter: whether a file or folder of this name is taken along. */
typedef gboolean (*MageTreeFilter) (const char *name);

gboolean mage_tree_copy (GFile *from, GFile *to, MageTreeFilter filter, GCancellable *cancellable, GError **error);

G_END_DECLS
