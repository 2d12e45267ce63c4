/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-closing.h"

#include <glib/gi18n.h>

/*
 * Projects that were closed, and whose last work comes to its next block or writes a file to its end: the program lives until then, with
 * or without a window. Whoever does not want to wait quits once more.
 */

#define NOTIFICATION "closing"

/* Returns: (transfer none) (element-type MageSession): those that @application waits for */
static GPtrArray *
get_sessions (GApplication *application)
{
  static GQuark quark = 0;
  GPtrArray *sessions;

  if (quark == 0)
    quark = g_quark_from_static_string ("mage-closing");
  sessions = g_object_get_qdata (G_OBJECT (application), quark);
  if (sessions == NULL)
    {
      sessions = g_ptr_array_new_with_free_func (g_object_unref);
      g_object_set_qdata_full (G_OBJECT (application), quark, sessions, (GDestroyNotify) g_ptr_array_unref);
    }
  return sessions;
}

static void
stopped_cb (MageSession *session, GApplication *application)
{
  g_signal_handlers_disconnect_by_func (session, stopped_cb, application);
  g_ptr_array_remove (get_sessions (application), session);
  if (mage_closing_count (application) == 0)
    g_application_withdraw_notification (application, NOTIFICATION);
  g_application_release (application);
  g_object_unref (application);
}

/** mage_closing_begin: stops @session, and has @application (nullable) live until that has come to its end; see mage_session_stop(). */
void
mage_closing_begin (GApplication *application, MageSession *session)
{
  if (application != NULL && mage_session_is_busy (session))
    {
      g_application_hold (application);
      g_ptr_array_add (get_sessions (application), g_object_ref (session));
      g_signal_connect (session, "stopped", G_CALLBACK (stopped_cb), g_object_ref (application));
    }
  mage_session_stop (session);
}

/** mage_closing_count: how many projects are not at their end yet. */
guint
mage_closing_count (GApplication *application)
{
  return get_sessions (application)->len;
}

/* The first file that is still being written. */
static MageJob *
find_export (GApplication *application)
{
  GPtrArray *sessions = get_sessions (application);
  MageJob *job = NULL;

  for (guint i = 0; i < sessions->len && job == NULL; i++)
    job = mage_session_find_export (g_ptr_array_index (sessions, i));
  return job;
}

/** mage_closing_tell: where the last window goes and files are still being written, the desktop says so, and offers to stop that. */
void
mage_closing_tell (GApplication *application)
{
  MageJob *job = find_export (application);
  g_autoptr (GNotification) notification = NULL;

  if (job == NULL)
    return;
  notification = g_notification_new (mage_job_get_title (job));
  g_notification_set_body (notification, _("VideoMage ends when the file is written."));
  g_notification_add_button (notification, _("Stop"), "app.quit");
  g_application_send_notification (application, NOTIFICATION, notification);
}

/** mage_closing_hurry: files are not written to their end any more. */
void
mage_closing_hurry (GApplication *application)
{
  GPtrArray *sessions = get_sessions (application);

  for (guint i = sessions->len; i > 0; i--)
    mage_session_stop_exports (g_ptr_array_index (sessions, i - 1));
}
