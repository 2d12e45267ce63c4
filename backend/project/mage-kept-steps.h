/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** What all kept steps of a project may take, where nothing else is said: 4 GiB. */
#define MAGE_KEPT_STEPS_LIMIT ((goffset) 4 << 30)

gboolean mage_kept_steps_has (const char *folder, guint step);
GArray *mage_kept_steps_list (const char *folder);
gboolean mage_kept_steps_link (const char *from, const char *to, guint last, GError **error);
void mage_kept_steps_remove (const char *folder);
goffset mage_kept_steps_measure (const char *results_dir);
goffset mage_kept_steps_measure_all (const char *project_dir);
void mage_kept_steps_trim (const char *results_dir, goffset limit, const char *newest);
double mage_kept_steps_get_pace (const char *folder);

G_END_DECLS
