/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ZipMember:
 *
 * A stored (not compressed) file in a zip: its bytes are [@data, @data + @size) of the archive, checked to be inside.
 */
typedef struct
{
  const guint8 *data;
  gsize size;
} ZipMember;

/**
 * zip_directory_read:
 * @data: (array length=size): the whole archive
 * @path: what messages call it
 *
 * Reads the central directory, zip64 too.
 *
 * Returns: (transfer full) (element-type utf8 ZipMember): name → member, or %NULL with %T_ERROR_FILE if the directory is
 * damaged, a name occurs twice, or anything is compressed or encrypted
 */
GHashTable *zip_directory_read (const guint8 *data, gsize size, const char *path, GError **error);

G_END_DECLS
