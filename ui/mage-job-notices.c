/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-job-notices.h"

#include <glib/gi18n.h>

/*
 * What people hear of the work without looking at it: a toast when a training ails, a notification of the desktop
 * when all is done or something failed while they are at another window; and the computer does not go to sleep
 * while anything runs.
 */

#define NOTIFICATION "work"

struct _MageJobNotices
{
  GObject parent_instance;

  MageSession *session;
  GtkWindow *window;     /* owns this */
  GListModel *jobs;
  GHashTable *watched;   /* of MageJob */
  guint n_done;          /* since there was nothing to do */
  char *last;            /* what was done last */
  guint cookie;          /* of the inhibition; 0: none, or the desktop has none */
  gboolean inhibiting;
};

G_DEFINE_FINAL_TYPE (MageJobNotices, mage_job_notices, G_TYPE_OBJECT)

enum
{
  NOTIFIED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- sleep --- */

static void
set_inhibiting (MageJobNotices *self, gboolean inhibiting)
{
  GtkApplication *application = gtk_window_get_application (self->window);

  if (self->inhibiting == inhibiting)
    return;
  self->inhibiting = inhibiting;
  if (inhibiting && application != NULL)
    self->cookie = gtk_application_inhibit (application, self->window, GTK_APPLICATION_INHIBIT_SUSPEND, _("VideoMage is computing"));
  else if (self->cookie != 0 && application != NULL)
    gtk_application_uninhibit (application, self->cookie);
  if (!inhibiting)
    self->cookie = 0;
}

/* What is paused may sleep. */
static gboolean
is_computing (MageJobNotices *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->jobs); i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (self->jobs, i);

      if (mage_job_get_state (job) != MAGE_JOB_PAUSED)
        return TRUE;
    }
  return FALSE;
}

/* --- the desktop --- */

static void
notify (MageJobNotices *self, const char *title, const char *body)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (self->window));
  g_autoptr (GNotification) notification = NULL;

  if (gtk_window_is_active (self->window))
    return;
  g_signal_emit (self, signals[NOTIFIED], 0, title, body);
  if (application == NULL)
    return;
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_application_send_notification (application, NOTIFICATION, notification);
}

static void
tell_end (MageJobNotices *self)
{
  g_autofree char *body = NULL;

  if (self->n_done == 0)
    return;
  body = self->n_done == 1 ? g_strdup (self->last)
                           : g_strdup_printf (ngettext ("%u piece of work, the last: %s", "%u pieces of work, the last: %s", self->n_done),
                                              self->n_done, self->last);
  self->n_done = 0;
  notify (self, _("Done"), body);
}

/* --- jobs --- */

static void
ailment_cb (MageJobNotices *self, GParamSpec *pspec, MageJob *job)
{
  MageDiagnosis *diagnosis = mage_job_get_diagnosis (job);
  MageAilment ailment = mage_diagnosis_get_ailment (diagnosis);
  g_autofree char *text = NULL;

  if (ailment <= MAGE_AILMENT_NONE || mage_ailment_ends (ailment))
    return;
  text = g_strdup_printf ("%s: %s. %s", mage_job_get_title (job), mage_diagnosis_get_heading (diagnosis),
                          mage_diagnosis_get_advice (diagnosis));
  mage_session_toast (self->session, text);
  notify (self, mage_diagnosis_get_heading (diagnosis), text);
}

static void update (MageJobNotices *self);

static void
finished_cb (MageJobNotices *self, MageJob *job)
{
  const GError *error = mage_job_get_error (job);
  g_autofree char *title = NULL;

  g_signal_handlers_disconnect_by_data (job, self);
  g_hash_table_remove (self->watched, job);
  if (error != NULL)
    {
      title = g_strdup_printf (_("“%s” failed"), mage_job_get_title (job));
      notify (self, title, error->message);
    }
  else if (mage_job_get_state (job) == MAGE_JOB_DONE && !MAGE_IS_WAITING_JOB (job))
    {
      self->n_done++;
      g_set_str (&self->last, mage_job_get_title (job));
    }
  update (self);
}

static void
watch (MageJobNotices *self, MageJob *job)
{
  if (!g_hash_table_add (self->watched, g_object_ref (job)))
    return;
  g_signal_connect_object (job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify::ailment", G_CALLBACK (ailment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

/* The list is empty before the last job has said how it ended. */
static void
update (MageJobNotices *self)
{
  guint n = g_list_model_get_n_items (self->jobs);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (self->jobs, i);

      watch (self, job);
    }
  set_inhibiting (self, is_computing (self));
  if (n == 0 && g_hash_table_size (self->watched) == 0)
    tell_end (self);
}

static void
became_or_held (MageJobNotices *self)
{
  GHashTableIter iter;
  gpointer job;

  /* A place in the queue that is left never finishes. */
  g_hash_table_iter_init (&iter, self->watched);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    if (MAGE_IS_WAITING_JOB (job) && !g_list_store_find (G_LIST_STORE (self->jobs), job, NULL))
      {
        g_signal_handlers_disconnect_by_data (job, self);
        g_hash_table_iter_remove (&iter);
      }
  update (self);
}

/* --- the object --- */

static void
mage_job_notices_dispose (GObject *object)
{
  MageJobNotices *self = MAGE_JOB_NOTICES (object);

  if (self->window != NULL)
    set_inhibiting (self, FALSE);
  self->window = NULL;
  g_clear_pointer (&self->watched, g_hash_table_unref);
  g_clear_object (&self->session);
  g_clear_pointer (&self->last, g_free);
  G_OBJECT_CLASS (mage_job_notices_parent_class)->dispose (object);
}

static void
mage_job_notices_class_init (MageJobNoticesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_job_notices_dispose;
  /** MageJobNotices::notified: @title: and @body: what the desktop was told. */
  signals[NOTIFIED] = g_signal_new ("notified", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
mage_job_notices_init (MageJobNotices *self)
{
  self->watched = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

/** mage_job_notices_new: @window: outlives the object. */
MageJobNotices *
mage_job_notices_new (MageSession *session, GtkWindow *window)
{
  MageJobNotices *self = g_object_new (MAGE_TYPE_JOB_NOTICES, NULL);

  self->session = g_object_ref (session);
  self->window = window;
  self->jobs = mage_worker_get_jobs (mage_session_get_worker (session));
  g_signal_connect_object (self->jobs, "items-changed", G_CALLBACK (became_or_held), self, G_CONNECT_SWAPPED);
  update (self);
  return self;
}

/** mage_job_notices_is_inhibiting: whether the computer is kept from sleeping. */
gboolean
mage_job_notices_is_inhibiting (MageJobNotices *self)
{
  return self->inhibiting;
}
