/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-job-row.h"

#include "ui/mage-job-words.h"
#include "ui/mage-thumbnail.h"

#include <glib/gi18n.h>

/* A job in the queue: what, where it stands, earlier or later, and out. */

#define THUMBNAIL 30

static MageWorker *
get_worker (gpointer row)
{
  return g_object_get_data (row, "mage-worker");
}

static void
update (GtkWidget *row, MageJob *job)
{
  g_autofree char *words = mage_job_dup_progress_words (job);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  /* What runs is the first already, and what stops is as good as gone. */
  gtk_widget_set_visible (g_object_get_data (G_OBJECT (row), "mage-earlier"), mage_job_get_state (job) == MAGE_JOB_QUEUED);
  gtk_widget_set_sensitive (g_object_get_data (G_OBJECT (row), "mage-remove"), mage_job_get_state (job) < MAGE_JOB_CANCELLING);
}

static void
progressed_cb (MageJob *job, GtkWidget *row)
{
  update (row, job);
}

static void
state_cb (MageJob *job, GParamSpec *pspec, GtkWidget *row)
{
  update (row, job);
}

static void
move_job (GtkWidget *row, int by)
{
  MageWorker *worker = get_worker (row);
  MageJob *job = g_object_get_data (G_OBJECT (row), "mage-job");
  GListModel *jobs = mage_worker_get_jobs (worker);
  guint position = 0;

  if (g_list_store_find (G_LIST_STORE (jobs), job, &position) && (int) position + by >= 0)
    mage_worker_move (worker, job, (guint) ((int) position + by));
}

static void
earlier_cb (GtkWidget *row)
{
  move_job (row, -1);
}

static void
remove_cb (GtkWidget *row)
{
  mage_worker_cancel (get_worker (row), g_object_get_data (G_OBJECT (row), "mage-job"));
}

static void
add_button (GtkWidget *row, const char *key, const char *icon, const char *tooltip, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", callback, row, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  g_object_set_data (G_OBJECT (row), key, button);
}

/** mage_job_row_new: a row for the queue. */
GtkWidget *
mage_job_row_new (MageSession *session, MageJob *job)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *thumbnail = mage_thumbnail_new (THUMBNAIL, THUMBNAIL);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), mage_job_get_title (job));
  gtk_widget_add_css_class (row, "numeric");
  mage_thumbnail_set_object (MAGE_THUMBNAIL (thumbnail), mage_session_get_subject_of (session, job));
  gtk_widget_set_valign (thumbnail, GTK_ALIGN_CENTER);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), thumbnail);
  g_object_set_data_full (G_OBJECT (row), "mage-job", g_object_ref (job), g_object_unref);
  g_object_set_data_full (G_OBJECT (row), "mage-worker", g_object_ref (mage_session_get_worker (session)), g_object_unref);
  g_signal_connect_object (job, "progressed", G_CALLBACK (progressed_cb), row, G_CONNECT_DEFAULT);
  g_signal_connect_object (job, "notify::state", G_CALLBACK (state_cb), row, G_CONNECT_DEFAULT);
  add_button (row, "mage-earlier", "go-up-symbolic", _("Earlier"), G_CALLBACK (earlier_cb));
  add_button (row, "mage-remove", "window-close-symbolic", _("Remove from the Queue"), G_CALLBACK (remove_cb));
  update (row, job);
  return row;
}
