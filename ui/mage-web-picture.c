/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-web-picture.h"

#include <glib/gi18n.h>

/*
 * A picture that is dragged out of a browser may come as an address. What GIO can read is read, which is the web where the
 * system has a service for it (gvfs); else the user is told what to do instead.
 */

/* Larger than any picture; a video of this size is better saved first. */
#define MAX_BYTES (128 * 1024 * 1024)

/** mage_web_picture_is_address: Returns: whether @text is the address of something that is no file here */
gboolean
mage_web_picture_is_address (const char *text)
{
  const char *scheme = g_uri_peek_scheme (text);

  return scheme != NULL && !g_str_equal (scheme, "file") && !g_path_is_absolute (text);
}

/* The name that stands in an address, without what a server is asked with it. */
static char *
make_name (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  g_autofree char *name = uri != NULL ? g_path_get_basename (g_uri_get_path (uri)) : NULL;

  if (name == NULL || *name == '\0' || g_str_equal (name, G_DIR_SEPARATOR_S) || g_str_equal (name, "."))
    return g_strdup (_("picture"));
  return g_steal_pointer (&name);
}

static GBytes *
read_all (const char *address, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_uri (address);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GBytes) bytes = NULL;

  if (stream == NULL)
    return NULL;
  bytes = g_input_stream_read_bytes (G_INPUT_STREAM (stream), MAX_BYTES, cancellable, error);
  for (gsize n = bytes != NULL ? g_bytes_get_size (bytes) : 0; bytes != NULL && n < MAX_BYTES;)
    {
      g_autoptr (GBytes) more = g_input_stream_read_bytes (G_INPUT_STREAM (stream), MAX_BYTES - n, cancellable, error);
      g_autoptr (GByteArray) all = NULL;

      if (more == NULL)
        return NULL;
      if (g_bytes_get_size (more) == 0)
        break;
      all = g_bytes_unref_to_array (g_steal_pointer (&bytes));
      g_byte_array_append (all, g_bytes_get_data (more, NULL), (guint) g_bytes_get_size (more));
      bytes = g_byte_array_free_to_bytes (g_steal_pointer (&all));
      n = g_bytes_get_size (bytes);
    }
  return g_steal_pointer (&bytes);
}

/**
 * mage_web_picture_fetch:
 * @address: "https://…/bear.jpg"
 *
 * Fetches what lies at an address; not on the main thread.
 *
 * Returns: (transfer full): a file in a temporary folder of its own, or %NULL with a sentence that says what to do instead
 */
char *
mage_web_picture_fetch (const char *address, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = read_all (address, cancellable, &local);
  g_autofree char *name = make_name (address);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  if (bytes == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s” lies on the web: save it to this computer, or copy the picture and paste it here"), address);
      return NULL;
    }
  folder = g_dir_make_tmp ("videomage-XXXXXX", error);
  path = folder != NULL ? g_build_filename (folder, name, NULL) : NULL;
  if (path == NULL || !g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error))
    return NULL;
  return g_steal_pointer (&path);
}
