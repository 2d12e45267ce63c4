/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *mage_digest_file (const char *path, GCancellable *cancellable, GError **error);
char *mage_digest_file_watched (const char *path, GFileProgressCallback progress, gpointer data, GError **error);
char *mage_digest_listing (const char *folder);
char *mage_digest_model (const char *model_dir, GError **error);

G_END_DECLS
