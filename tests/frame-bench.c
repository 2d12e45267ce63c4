/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "jobs/mage-sample-project.h"
#include "tests/ui-picture.h"
#include "ui/mage-training-page.h"
#include "ui/mage-window.h"

#include <stdlib.h>

/*
 * frame-bench [SECONDS [PICTURE]]: how smooth the window is. Opens the sample project, and measures the intervals
 * between frames for a while in which nothing runs, then for as long while a subject is trained at the
 * default thread count, its page with the chart, the samples, the maps and all else that belongs there on show, in a window tall enough for all of it.
 * Prints milliseconds, and how many looks the maps got; PICTURE becomes what was seen in the end. For tests/bench/RESULTS.md.
 */

#define WIDTH 1280
#define HEIGHT 1700

#define FIRST_FRAME_NAME "first frame"

typedef struct
{
  GArray *intervals; /* of double, milliseconds */
  gint64 last;
} FrameLog;

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  FrameLog *self = data;
  gint64 now = g_get_monotonic_time ();
  double interval = (double) (now - self->last) / 1000;

  if (self->last != 0)
    g_array_append_val (self->intervals, interval);
  self->last = now;
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static gboolean
is_past (gpointer data)
{
  return g_get_monotonic_time () >= *(gint64 *) data;
}

static void
measure (MageWindow *window, const char *name, int seconds)
{
  FrameLog frames = { .intervals = g_array_new (FALSE, FALSE, sizeof (double)) };
  guint tick = gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb, &frames, NULL);
  gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  double *sorted;
  guint n;

  ui_wait_until (is_past, &end);
  gtk_widget_remove_tick_callback (GTK_WIDGET (window), tick);
  n = frames.intervals->len;
  g_assert_cmpuint (n, >, 0);
  sorted = (double *) (gpointer) frames.intervals->data;
  qsort (sorted, n, sizeof *sorted, compare);
  g_print ("%-12s %5u frames  median %6.1f  99th percentile %6.1f  worst %6.1f ms\n", name, n, sorted[n / 2],
           sorted[MIN (n - 1, n * 99 / 100)], sorted[n - 1]);
  g_array_unref (frames.intervals);
}

static void
painted_cb (GdkFrameClock *clock, gpointer data)
{
  gint64 *at = data;

  if (*at == 0)
    *at = g_get_monotonic_time ();
}

static gboolean
is_painted (gpointer data)
{
  return *(gint64 *) data != 0;
}

static gboolean
is_training (gpointer data)
{
  return mage_job_get_step (data) > 0 || mage_job_is_over (data);
}

static guint
count_looks (MageTrainable *item)
{
  MageRun *run = mage_trainable_get_run (item);
  g_autofree char *maps = run != NULL ? mage_run_dup_path (run, "maps") : NULL;
  g_autoptr (GDir) dir = maps != NULL ? g_dir_open (maps, 0, NULL) : NULL;
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_suffix (name, ".safetensors");
  return n;
}

int
main (int argc, char *argv[])
{
  gint64 start = g_get_monotonic_time (), painted = 0;
  int seconds = argc > 1 ? atoi (argv[1]) : 60;
  g_autofree char *model_dir = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *scratch = g_dir_make_tmp ("mage-frames-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (scratch, "Frames.mage", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) project = NULL;
  AdwApplication *application;
  MageModelStatus *model;
  MageSession *session;
  MageTrainable *subject;
  GSettings *settings;
  MageWorker *worker;
  MageWindow *window;
  MageJob *job;

  g_setenv ("OMP_WAIT_POLICY", "passive", FALSE);
  application = ui_start ();
  settings = g_settings_new ("org.videomage.VideoMage");
  worker = mage_worker_new (MAGE_WORKER_NICE, NULL);
  model = mage_model_status_new (worker, settings, model_dir);
  window = mage_window_new (application, worker, model, settings, MAGE_SOURCE_DATA);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint", G_CALLBACK (painted_cb), &painted);
  ui_wait_until (is_painted, &painted);
  g_print ("%-12s %.0f ms after main began\n", FIRST_FRAME_NAME, (double) (painted - start) / 1000);

  project = mage_project_create (folder, NULL, model_dir, &error);
  g_assert_no_error (error);
  mage_sample_project_fill (project, MAGE_SOURCE_DATA, &error);
  g_assert_no_error (error);
  mage_params_set_int (mage_project_get_params (project), "iterations", 100000, NULL);
  mage_window_open_project (window, project);
  session = mage_window_get_session (window);
  subject = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (project)), 0);
  mage_session_show_item (session, subject);
  mage_session_push_page (session, mage_training_page_new (session, subject));
  ui_settle ();
  measure (window, "idle", seconds);
  job = g_object_ref (mage_session_train (session, subject));
  ui_wait_until (is_training, job);
  measure (window, "training", seconds);
  g_print ("%-12s %5u, in %u steps\n", "looks", count_looks (subject), mage_job_get_step (job));
  if (argc > 2)
    ui_save (GTK_WIDGET (window), argv[2]);
  mage_worker_cancel (worker, job);
  g_object_unref (job);
  g_object_unref (subject);
  mage_window_close_project (window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (model);
  g_object_run_dispose (G_OBJECT (worker)); /* waits for the thread: it must not outlive libtorch */
  g_object_unref (worker);
  ui_remove_folder (scratch);
  return 0;
}
