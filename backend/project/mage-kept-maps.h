/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** What the attention maps of all videos of a project may take, where nothing else is said: 1 GiB. */
#define MAGE_KEPT_MAPS_LIMIT ((goffset) 1 << 30)

char *mage_kept_maps_dup_path (const char *folder, guint step);
gboolean mage_kept_maps_has (const char *folder, guint step);
goffset mage_kept_maps_measure (const char *results_dir);
void mage_kept_maps_trim (const char *results_dir, goffset limit, const char *newest);

G_END_DECLS
