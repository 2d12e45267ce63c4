/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/*
 * One process at a time changes a project. The system gives the lock back when the process ends,
 * however it ends; the file holds the process number for the sentence that others get.
 */

struct _MageLock
{
  int file;
};

/* Some file systems (network ones, above all) have no locks; there everybody may work. */
static gboolean
is_unsupported (int number)
{
  return number == ENOLCK || number == EOPNOTSUPP || number == ENOSYS;
}

static void
set_busy (GError **error, const char *folder, int file)
{
  char owner[32] = "";
  gssize length = pread (file, owner, sizeof owner - 1, 0);
  int process = length > 0 ? atoi (owner) : 0;
  g_autofree char *who = process > 0 ? g_strdup_printf (" (process %d)", process) : g_strdup ("");

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               _("Another VideoMage%s is working on “%s”: wait until it is done, or stop it"), who, folder);
}

/**
 * mage_lock_take:
 * @folder: the project's folder
 * @error: %G_IO_ERROR_BUSY when another process has the lock
 *
 * Returns: (transfer full): the lock; mage_lock_release() gives it back
 */
MageLock *
mage_lock_take (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, ".lock", NULL);
  int file = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  g_autofree char *owner = g_strdup_printf ("%d\n", (int) getpid ());
  MageLock *self;

  if (file < 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("“%s” cannot be written: %s"),
                   path, g_strerror (errno));
      return NULL;
    }
  if (flock (file, LOCK_EX | LOCK_NB) != 0 && !is_unsupported (errno))
    {
      set_busy (error, folder, file);
      close (file);
      return NULL;
    }
  if (ftruncate (file, 0) != 0 || pwrite (file, owner, strlen (owner), 0) < 0)
    g_info ("“%s” does not say who has it: %s", path, g_strerror (errno));
  self = g_new0 (MageLock, 1);
  self->file = file;
  return self;
}

/** mage_lock_release: @self: (nullable) (transfer full) */
void
mage_lock_release (MageLock *self)
{
  if (self == NULL)
    return;
  close (self->file);
  g_free (self);
}
