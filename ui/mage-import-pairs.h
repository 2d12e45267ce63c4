/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GHashTable *mage_import_pairs_find (GPtrArray *paths, GCancellable *cancellable);

G_END_DECLS
