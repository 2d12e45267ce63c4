/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/zip-directory.h"

#include "tensor/weights-file-private.h"

#include <string.h>

/* Record sizes without their variable parts, and signatures (APPNOTE.TXT 4.3). */
#define END_SIZE 22
#define LOCATOR_SIZE 20
#define END64_SIZE 56
#define CENTRAL_SIZE 46
#define LOCAL_SIZE 30
#define END_SIGNATURE 0x06054b50
#define LOCATOR_SIGNATURE 0x07064b50
#define END64_SIGNATURE 0x06064b50
#define CENTRAL_SIGNATURE 0x02014b50
#define LOCAL_SIGNATURE 0x04034b50
#define ZIP64_EXTRA 0x0001

typedef struct
{
  const guint8 *data;
  gsize size;
  const char *path;
} Archive;

typedef struct
{
  guint64 n_members, size, offset;
} Directory;

static guint64
le (const guint8 *p, guint n_bytes)
{
  guint64 value = 0;
  for (guint i = 0; i < n_bytes; i++)
    value |= (guint64) p[i] << (8 * i);
  return value;
}

/* Whether [offset, offset + length) is inside the archive. */
static gboolean
is_inside (const Archive *archive, guint64 offset, guint64 length)
{
  return offset <= archive->size && length <= archive->size - offset;
}

static gboolean
fail_damaged (const Archive *archive, const char *what, GError **error)
{
  return weights_file_fail (error, archive->path, "%s. The file is cut short or damaged; download it again.", what);
}

/* The end record lies before a comment of at most 65535 bytes that has to fill the rest of the file. */
static gboolean
find_end (const Archive *archive, gsize *position)
{
  if (archive->size < END_SIZE)
    return FALSE;
  const gsize last = archive->size - END_SIZE;
  const gsize first = last > G_MAXUINT16 ? last - G_MAXUINT16 : 0;
  for (gsize p = last + 1; p-- > first;)
    if (le (archive->data + p, 4) == END_SIGNATURE && le (archive->data + p + 20, 2) == last - p)
      {
        *position = p;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_end (const Archive *archive, Directory *directory, GError **error)
{
  gsize end;
  if (!find_end (archive, &end))
    return fail_damaged (archive, "its end is missing", error);

  const guint8 *p = archive->data + end;
  *directory = (Directory) { le (p + 10, 2), le (p + 12, 4), le (p + 16, 4) };
  gboolean needs_64 = directory->n_members == G_MAXUINT16 || directory->size == G_MAXUINT32
                      || directory->offset == G_MAXUINT32;
  if (needs_64 && end >= LOCATOR_SIZE && le (p - LOCATOR_SIZE, 4) == LOCATOR_SIGNATURE)
    {
      const guint64 end64 = le (p - LOCATOR_SIZE + 8, 8);
      if (!is_inside (archive, end64, END64_SIZE) || le (archive->data + end64, 4) != END64_SIGNATURE)
        return fail_damaged (archive, "its zip64 end is missing", error);
      p = archive->data + end64;
      *directory = (Directory) { le (p + 32, 8), le (p + 40, 8), le (p + 48, 8) };
    }
  if (!is_inside (archive, directory->offset, directory->size))
    return fail_damaged (archive, "its list of contents is not inside the file", error);
  return TRUE;
}

typedef struct
{
  guint64 packed, size, local;
} Extent;

/* Sizes that do not fit into 32 bits are in the zip64 extra field, only those, in this order. */
static gboolean
read_zip64 (const guint8 *extra, gsize length, Extent *extent)
{
  guint64 *fields[] = { &extent->size, &extent->packed, &extent->local };
  gboolean wanted = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    wanted |= *fields[i] == G_MAXUINT32;
  if (!wanted)
    return TRUE;

  while (length >= 4)
    {
      const gsize field_size = (gsize) le (extra + 2, 2);
      if (field_size > length - 4)
        return FALSE;
      if (le (extra, 2) == ZIP64_EXTRA)
        {
          gsize used = 0;
          for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
            if (*fields[i] == G_MAXUINT32)
              {
                if (used + 8 > field_size)
                  return FALSE;
                *fields[i] = le (extra + 4 + used, 8);
                used += 8;
              }
          return TRUE;
        }
      extra += 4 + field_size;
      length -= 4 + field_size;
    }
  return FALSE;
}

/* The local header says where the data begins; its name has to be the same. */
static gboolean
locate (const Archive *archive, const char *name, const Extent *extent, ZipMember *member, GError **error)
{
  const gsize name_length = strlen (name);
  const guint8 *p = is_inside (archive, extent->local, LOCAL_SIZE) ? archive->data + extent->local : NULL;
  if (p == NULL || le (p, 4) != LOCAL_SIGNATURE
      || !is_inside (archive, extent->local + LOCAL_SIZE, le (p + 26, 2) + le (p + 28, 2))
      || le (p + 26, 2) != name_length || memcmp (p + LOCAL_SIZE, name, name_length) != 0)
    return weights_file_fail (error, archive->path, "“%s” inside it is not where the list says. The file is damaged.",
                              name);

  const guint64 begin = extent->local + LOCAL_SIZE + le (p + 26, 2) + le (p + 28, 2);
  if (!is_inside (archive, begin, extent->size))
    return weights_file_fail (error, archive->path,
                              "“%s” reaches beyond the end. The file is cut short or damaged; download it again.",
                              name);
  member->data = archive->data + begin;
  member->size = (gsize) extent->size;
  return TRUE;
}

/* Reads one record of the central directory, which is at least CENTRAL_SIZE long; @length receives its length. */
static gboolean
read_member (const Archive *archive, const guint8 *p, gsize left, GHashTable *members, gsize *length, GError **error)
{
  const gsize name_length = (gsize) le (p + 28, 2);
  const gsize extra_length = (gsize) le (p + 30, 2);
  *length = CENTRAL_SIZE + name_length + extra_length + (gsize) le (p + 32, 2);
  if (le (p, 4) != CENTRAL_SIGNATURE || *length > left
      || !g_utf8_validate_len ((const char *) p + CENTRAL_SIZE, name_length, NULL))
    return fail_damaged (archive, "its list of contents is broken", error);

  g_autofree char *name = g_strndup ((const char *) p + CENTRAL_SIZE, name_length);
  Extent extent = { le (p + 20, 4), le (p + 24, 4), le (p + 42, 4) };
  if (le (p + 8, 2) & 1)
    return weights_file_fail (error, archive->path, "“%s” inside it is encrypted, which is not supported.", name);
  if (le (p + 10, 2) != 0)
    return weights_file_fail (error, archive->path,
                              "“%s” inside it is compressed, which PyTorch does not do. Save the weights anew.", name);
  if (!read_zip64 (p + CENTRAL_SIZE + name_length, extra_length, &extent) || extent.packed != extent.size)
    return fail_damaged (archive, "its list of contents has impossible sizes", error);

  ZipMember member;
  if (!locate (archive, name, &extent, &member, error))
    return FALSE;
  if (g_hash_table_contains (members, name))
    return weights_file_fail (error, archive->path, "“%s” occurs twice inside it. The file is damaged.", name);
  g_hash_table_insert (members, g_steal_pointer (&name), g_memdup2 (&member, sizeof member));
  return TRUE;
}

GHashTable *
zip_directory_read (const guint8 *data, gsize size, const char *path, GError **error)
{
  const Archive archive = { data, size, path };
  g_autoptr (GHashTable) members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Directory directory = { 0 };

  if (!read_end (&archive, &directory, error))
    return NULL;
  gsize position = (gsize) directory.offset;
  gsize left = (gsize) directory.size;
  for (guint64 i = 0; i < directory.n_members; i++)
    {
      gsize length;
      if (left < CENTRAL_SIZE)
        {
          fail_damaged (&archive, "its list of contents ends early", error);
          return NULL;
        }
      if (!read_member (&archive, data + position, left, members, &length, error))
        return NULL;
      position += length;
      left -= length;
    }
  return g_steal_pointer (&members);
}
