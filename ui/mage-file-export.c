/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-file-export.h"

#include "ui/mage-file-choice.h"

#include <glib/gi18n.h>

/* What is seen, written into a file: where to is asked, a thread writes, and the window tells how that ended. */

/* --- writing --- */

typedef struct
{
  MageWriteFileFunc write;
  gpointer data;
  GDestroyNotify destroy;
  char *path;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  self->destroy (self->data);
  g_free (self->path);
  g_free (self);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *self = data;
  g_autoptr (GError) error = NULL;

  if (self->write (self->data, self->path, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/** mage_file_export_async: @data: (transfer full): what is written, as it is now */
void
mage_file_export_async (MageWriteFileFunc write, gpointer data, GDestroyNotify destroy, const char *path,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  /* Without a source object: the thread may be the last to let go of that, and no widget ends there. */
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Export *self = g_new0 (Export, 1);

  *self = (Export){ write, data, destroy, g_strdup (path) };
  g_task_set_task_data (task, self, export_free);
  g_task_run_in_thread (task, write_in_thread);
}

gboolean
mage_file_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- asking --- */

typedef struct
{
  MageSession *session;
  char *done;
  MageBeginExportFunc begin;
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
question_free (Question *self)
{
  self->destroy (self->data);
  g_object_unref (self->session);
  g_free (self->done);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) self = data;
  g_autoptr (GError) error = NULL;

  if (mage_file_export_finish (result, &error))
    mage_session_toast (self->session, self->done);
  else
    mage_session_toast_error (self->session, error);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = mage_choose_export_finish (result, &error);
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;

  if (file == NULL)
    mage_session_toast_error (self->session, error);
  else if (path == NULL)
    mage_session_toast (self->session, _("It can only be saved in a folder of this computer"));
  else if (self->begin (self->data, path, exported_cb, self))
    g_steal_pointer (&self); /* exported_cb() has it */
}

/** mage_file_export_ask: @data: (transfer full): of @begin, which is called when a file is chosen */
void
mage_file_export_ask (GtkWidget *parent, MageSession *session, const MageExportWish *wish, MageBeginExportFunc begin,
                      gpointer data, GDestroyNotify destroy)
{
  Question *self = g_new0 (Question, 1);

  *self = (Question){ g_object_ref (session), g_strdup (wish->done), begin, data, destroy };
  mage_choose_export (parent, wish->title, wish->name, NULL, chosen_cb, self);
}
