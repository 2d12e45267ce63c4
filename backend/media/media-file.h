/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Enough for every signature that picture_format_sniff() knows. */
#define MEDIA_FILE_HEAD 512

gboolean media_file_peek (const char *path, guint8 head[MEDIA_FILE_HEAD], gsize *n_head,
                          guint64 *size, GError **error);
gboolean media_file_say_full (const char *name, GError **error);
gboolean media_file_save (const char *path, GBytes *bytes, GError **error);

G_END_DECLS
