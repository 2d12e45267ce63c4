/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-job-log.h"

#include <glib/gi18n.h>
#include <string.h>

/* What happened to a job, line by line with the time: its phases, how it does, and how it ended. */

#define KEY "mage-job-log"

#define WIDTH 560
#define HEIGHT 420

static void
free_text (gpointer data)
{
  g_string_free (data, TRUE);
}

static void
add_line (MageJob *job, const char *text)
{
  GString *log = g_object_get_data (G_OBJECT (job), KEY);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%F %T");

  g_string_append_printf (log, "%s  %s\n", time, text);
}

static void
phase_cb (MageJob *job)
{
  const char *phase = mage_job_get_phase (job);
  g_autofree char *text = NULL;

  if (phase == NULL)
    return;
  text = mage_job_get_n_steps (job) > 1 ? g_strdup_printf (_("%s, %u steps"), _(phase), mage_job_get_n_steps (job))
                                        : g_strdup (_(phase));
  add_line (job, text);
}

static void
state_cb (MageJob *job)
{
  g_autofree char *stopped = g_strdup_printf (_("Stopped at step %u"), mage_job_get_step (job));

  switch (mage_job_get_state (job))
    {
    case MAGE_JOB_RUNNING:
      add_line (job, _("Runs"));
      break;
    case MAGE_JOB_PAUSED:
      add_line (job, _("Paused"));
      break;
    case MAGE_JOB_DONE:
      add_line (job, _("Done"));
      break;
    case MAGE_JOB_FAILED:
      if (mage_job_get_error (job) != NULL) /* a place in the queue takes over how its job ended, not why */
        add_line (job, mage_job_get_error (job)->message);
      break;
    case MAGE_JOB_CANCELLED:
      add_line (job, stopped);
      break;
    case MAGE_JOB_QUEUED:
    case MAGE_JOB_CANCELLING:
    default:
      break;
    }
}

static void
ailment_cb (MageJob *job)
{
  MageDiagnosis *diagnosis = mage_job_get_diagnosis (job);
  g_autofree char *text = NULL;

  if (mage_ailment_ends (mage_diagnosis_get_ailment (diagnosis)))
    return; /* its state tells */
  text = g_strdup_printf (_("step %u: %s. %s"), mage_job_get_step (job), mage_diagnosis_get_heading (diagnosis),
                          mage_diagnosis_get_sentence (diagnosis));
  add_line (job, text);
}

/** mage_job_log_attach: from now on, what happens to @job is noted. */
void
mage_job_log_attach (MageJob *job)
{
  g_object_set_data_full (G_OBJECT (job), KEY, g_string_new (NULL), free_text);
  g_signal_connect (job, "notify::phase", G_CALLBACK (phase_cb), NULL);
  g_signal_connect (job, "notify::state", G_CALLBACK (state_cb), NULL);
  g_signal_connect (job, "notify::ailment", G_CALLBACK (ailment_cb), NULL);
  add_line (job, mage_job_get_title (job));
}

/** mage_job_log_dup_text: Returns: (transfer full): its lines; "" where nothing was noted */
char *
mage_job_log_dup_text (MageJob *job)
{
  GString *log = g_object_get_data (G_OBJECT (job), KEY);

  return g_strdup (log != NULL ? log->str : "");
}

/** mage_job_log_append_to_file: adds the lines to those of earlier jobs for the same run. */
gboolean
mage_job_log_append_to_file (MageJob *job, const char *path, GError **error)
{
  g_autofree char *text = mage_job_log_dup_text (job);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) stream = g_file_append_to (file, G_FILE_CREATE_NONE, NULL, error);

  return stream != NULL && g_output_stream_write_all (G_OUTPUT_STREAM (stream), text, strlen (text), NULL, NULL, error)
         && g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, error);
}

/** mage_job_log_show: @parent: a widget of the window over which the lines are shown. */
void
mage_job_log_show (MageJob *job, GtkWidget *parent)
{
  g_autofree char *lines = mage_job_log_dup_text (job);

  mage_job_log_show_text (mage_job_get_title (job), lines, parent);
}

/** mage_job_log_show_text: as mage_job_log_show(), for lines that were kept. */
void
mage_job_log_show_text (const char *title, const char *lines, GtkWidget *parent)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *toolbar = adw_toolbar_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *text = gtk_text_view_new ();

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text)), lines, -1);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (text), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (text), 18);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (text), 18);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (text), 12);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (text), 12);
  gtk_text_view_set_pixels_below_lines (GTK_TEXT_VIEW (text), 4);
  gtk_widget_add_css_class (text, "numeric");
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Log"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), text);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), scroller);
  adw_dialog_set_title (dialog, title);
  adw_dialog_set_content_width (dialog, WIDTH);
  adw_dialog_set_content_height (dialog, HEIGHT);
  adw_dialog_set_child (dialog, toolbar);
  adw_dialog_present (dialog, parent);
}
