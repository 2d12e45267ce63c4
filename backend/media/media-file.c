/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media-file.h"

#include "media/media-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What every reader asks of a file before a decoder sees it: that it is a plain file with
 * something in it. A pipe or a device would block or never end. */

static gboolean
check_plain (int fd, const char *name, guint64 *size, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_UNREADABLE,
                   _ ("“%s” is not a file. Choose a picture or video file."), name);
      return FALSE;
    }
  if (st.st_size == 0)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_UNREADABLE,
                   _ ("“%s” is empty (0 bytes). Copy it again from where it came."), name);
      return FALSE;
    }
  if (size != NULL)
    *size = (guint64) st.st_size;
  return TRUE;
}

/**
 * media_file_peek:
 * @path: a file
 * @head: (out): its first bytes
 * @n_head: (out): how many bytes @head holds
 * @size: (out) (optional): the file's size in bytes
 *
 * Checks that @path is a plain file that can be read and is not empty, and reads its beginning.
 *
 * Returns: %TRUE, or %FALSE with %MEDIA_ERROR_UNREADABLE
 */
gboolean
media_file_peek (const char *path, guint8 head[MEDIA_FILE_HEAD], gsize *n_head, guint64 *size,
                 GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  gboolean ok;
  gssize n;
  int fd = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);

  if (fd < 0)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_UNREADABLE, _ ("“%s” cannot be opened: %s."),
                   name, g_strerror (errno));
      return FALSE;
    }
  ok = check_plain (fd, name, size, error);
  if (ok)
    {
      n = read (fd, head, MEDIA_FILE_HEAD);
      if (n < 0)
        g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_UNREADABLE, _ ("“%s” cannot be read: %s."),
                     name, g_strerror (errno));
      ok = n >= 0;
      *n_head = ok ? (gsize) n : 0;
    }
  close (fd);
  return ok;
}

/** media_file_say_full: Returns: FALSE, with a sentence about the disk that @name does not fit onto */
gboolean
media_file_say_full (const char *name, GError **error)
{
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_WRITE, _ ("“%s” cannot be written: no space is left. Free some and try again."), name);
  return FALSE;
}

/* What the system says: GLib puts it behind the name of the file beside, which nobody chose. */
static const char *
find_reason (const char *message)
{
  const char *colon = g_strrstr (message, ": ");

  return colon != NULL ? colon + 2 : message;
}

/**
 * media_file_save:
 * @path: the file to make or replace
 * @bytes: what it shall hold
 *
 * Writes a file beside and renames it, so that it is complete or absent.
 *
 * Returns: whether it was written; %MEDIA_ERROR_WRITE if not
 */
gboolean
media_file_save (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *name = NULL;
  gsize n_data = 0;
  const char *data = g_bytes_get_data (bytes, &n_data);

  if (g_file_set_contents_full (path, data, (gssize) n_data, G_FILE_SET_CONTENTS_CONSISTENT, 0666,
                                &cause))
    return TRUE;
  name = g_filename_display_basename (path);
  if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
    return media_file_say_full (name, error);
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_WRITE,
               _ ("“%s” cannot be saved: %s. Check the folder and the free space."), name,
               find_reason (cause->message));
  return FALSE;
}
