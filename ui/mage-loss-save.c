/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-save.h"

#include "ui/mage-file-choice.h"

#include "project/mage-name.h"

#include <glib/gi18n.h>

/* Asks where a chart is to be saved, and saves it there. */

typedef struct
{
  MageLossChart *chart;
  MageSession *session;
  char *title;
  MageLossFormat format;
} Save;

static void
save_free (Save *self)
{
  g_object_unref (self->chart);
  g_object_unref (self->session);
  g_free (self->title);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageSession) session = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *text = g_strdup_printf (_("Saved as “%s”"), name);

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    mage_session_toast (session, text);
  else
    mage_session_toast_error (session, error);
}

/** mage_loss_save_to: tells the session's user when it is done, or what hinders it. */
void
mage_loss_save_to (MageLossChart *chart, MageSession *session, const char *title, MageLossFormat format, GFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mage_loss_export (mage_loss_chart_get_scene (chart), title, format, &error);

  if (bytes == NULL)
    mage_session_toast_error (session, error);
  else
    g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, written_cb, g_object_ref (session));
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Save) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = mage_choose_export_finish (result, &error);

  if (file != NULL)
    mage_loss_save_to (self->chart, self->session, self->title, self->format, file);
  else
    mage_session_toast_error (self->session, error);
}

/** mage_loss_save: asks for a file; @title: of what the losses are. */
void
mage_loss_save (MageLossChart *chart, MageSession *session, const char *title, MageLossFormat format)
{
  g_autofree char *plain = mage_name_to_file (title);
  g_autofree char *name = g_strconcat (plain, mage_loss_format_get_ending (format), NULL);
  Save *self = g_new0 (Save, 1);

  self->chart = g_object_ref (chart);
  self->session = g_object_ref (session);
  self->title = g_strdup (title);
  self->format = format;
  mage_choose_export (GTK_WIDGET (chart), _("Save the Chart"), name, NULL, chosen_cb, self);
}
