/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/sandbox.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-closing.h"
#include "ui/mage-projects.h"
#include "ui/mage-window.h"
#include "ui/mage-work-order.h"

#include "media/clip-reader.h"

/* What waits or runs when the window is closed is offered when the project is opened again: videos and their branches, too. */

#define PROMPT "a <bear>"

static AdwApplication *application;

/* --- the window --- */

typedef struct
{
  UiSession work; /* of the window's session */
  char *model;
  char *path;
  GSettings *settings;
  MageModelStatus *status;
  MageWindow *window;
} Fixture;

static void
open_window (Fixture *self)
{
  UiSession *work = &self->work;

  work->worker = mage_worker_new (0, fake_engine_table ());
  self->status = mage_model_status_new (work->worker, self->settings, self->model);
  self->window = mage_window_new (application, work->worker, self->status, self->settings, work->folder);
  gtk_window_present (GTK_WINDOW (self->window));
  g_assert_true (mage_window_open (self->window, self->path));
  work->session = mage_window_get_session (self->window);
  work->project = mage_session_get_project (work->session);
  ui_settle ();
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
close_window (Fixture *self)
{
  gpointer session = self->work.session;

  g_object_add_weak_pointer (session, &session);
  gtk_window_close (GTK_WINDOW (self->window));
  ui_wait_until (is_gone, &session);
  g_clear_object (&self->status);
  g_clear_object (&self->work.worker);
}

/* Here is no desktop that shows notifications. */
static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  return strstr (message, "unable to send notifications") == NULL;
}

static void
log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  if (is_fatal (domain, level, message, NULL))
    g_log_default_handler (domain, level, message, NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = NULL;
  g_autoptr (GError) error = NULL;

  g_test_log_set_fatal_handler (is_fatal, NULL);
  self->work.folder = sandbox_new ();
  self->model = sandbox_make_model (self->work.folder, "{\"frames\":2,\"width\":16,\"height\":16,\"rate\":8,\"steps\":6,\"guidance\":3}");
  self->path = g_build_filename (self->work.folder, "Test.mage", NULL);
  project = mage_project_create (self->path, self->model, NULL, &error);
  g_assert_no_error (error);
  mage_params_set_double (mage_project_get_params (project), "lambda1", 0, NULL);
  mage_params_set_int (mage_project_get_params (project), "iterations", 6, NULL);
  mage_params_set_int (mage_project_get_params (project), "fuse_iterations", 6, NULL);
  g_assert_true (mage_project_save (project, &error));
  self->settings = g_settings_new (MAGE_SCHEMA);
  open_window (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  fake_engine_hold (0);
  close_window (self);
  g_clear_object (&self->settings);
  g_free (self->model);
  g_free (self->path);
  sandbox_remove (self->work.folder);
}

/* --- what is made --- */

static guint
count_results (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->work.project)));
}

static MageResult *
get_result (Fixture *self, guint i)
{
  g_autoptr (MageResult) result = g_list_model_get_item (G_LIST_MODEL (mage_project_get_results (self->work.project)), i);

  return result;
}

static void
assert_same_file (MageResult *a, MageResult *b, const char *name)
{
  g_autofree char *path_a = mage_result_dup_path (a, name);
  g_autofree char *path_b = mage_result_dup_path (b, name);
  g_autofree char *text_a = NULL;
  g_autofree char *text_b = NULL;
  gsize n_a, n_b;

  g_assert_true (g_file_get_contents (path_a, &text_a, &n_a, NULL));
  g_assert_true (g_file_get_contents (path_b, &text_b, &n_b, NULL));
  g_assert_cmpmem (text_a, n_a, text_b, n_b);
}

static gboolean
is_at_fourth (gpointer worker)
{
  g_autoptr (MageJob) job = g_list_model_get_item (mage_worker_get_jobs (worker), 0);

  return job != NULL && mage_job_get_step (job) == 4;
}

static gboolean
is_at_eighth (gpointer worker)
{
  g_autoptr (MageJob) job = g_list_model_get_item (mage_worker_get_jobs (worker), 0);

  return job != NULL && mage_job_get_step (job) == 8;
}

static MageParams *
copy_params (Fixture *self, double alpha)
{
  MageParams *params = mage_params_copy (mage_project_get_params (self->work.project));

  mage_params_set_double (params, "alpha", alpha, NULL);
  return params;
}

/* --- tests --- */

/* A branch that is being sampled is there again, goes on where it was, and is what it would have been. */
static void
test_branch (Fixture *self, gconstpointer data)
{
  g_autoptr (MageParams) params = NULL;
  guint step;

  ui_session_add_subject (&self->work, "bear");
  ui_session_train_all (&self->work);
  g_assert_nonnull (mage_session_sample (self->work.session, PROMPT, NULL, NULL));
  ui_session_wait (&self->work);
  params = copy_params (self, 77);
  fake_engine_hold (5);
  g_assert_nonnull (mage_session_branch (self->work.session, PROMPT, NULL, params, get_result (self, 0), 2));
  ui_wait_until (is_at_fourth, self->work.worker);
  close_window (self);

  fake_engine_hold (0);
  open_window (self);
  g_assert_cmpuint (count_results (self), ==, 1);
  g_assert_cmpuint (mage_session_count_unfinished_videos (self->work.session), ==, 1);
  /* The settings of the project are others by now; the branch has its own. */
  mage_params_set_double (mage_project_get_params (self->work.project), "alpha", 5, NULL);
  mage_session_resume (self->work.session, TRUE);
  g_assert_cmpuint (mage_session_count_unfinished_videos (self->work.session), ==, 0);
  ui_session_wait (&self->work);
  g_assert_cmpuint (count_results (self), ==, 2);
  g_assert_cmpuint (fake_engine_get_last ()->from_step, ==, 2);
  g_assert_cmpuint (fake_engine_get_last ()->first_step, ==, 4);
  g_assert_cmpfloat (fake_engine_get_last ()->alpha, ==, 77);
  g_assert_cmpstr (mage_result_get_parent (get_result (self, 1), &step), ==, mage_result_get_id (get_result (self, 0)));
  g_assert_cmpuint (step, ==, 2);

  g_assert_nonnull (mage_session_branch (self->work.session, PROMPT, NULL, params, get_result (self, 0), 2));
  ui_session_wait (&self->work);
  g_assert_cmpuint (fake_engine_get_last ()->first_step, ==, 2);
  assert_same_file (get_result (self, 1), get_result (self, 2), "frames/0001.png");
  assert_same_file (get_result (self, 1), get_result (self, 2), MAGE_RESULT_STEPS);
  g_assert_cmpstr (mage_result_get_request (get_result (self, 1)), ==, mage_result_get_request (get_result (self, 2)));
}

/* What only waits is there again, too, in its order and behind the training that it needs; and it is offered until somebody takes it up. */
static void
test_waiting (Fixture *self, gconstpointer data)
{
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (&self->work, "bear"));
  g_autoptr (MageParams) first = copy_params (self, 11);
  g_autoptr (MageParams) second = copy_params (self, 22);

  fake_engine_hold (5);
  g_assert_nonnull (mage_session_train (self->work.session, bear));
  g_assert_nonnull (mage_session_sample (self->work.session, PROMPT, NULL, first));
  g_assert_nonnull (mage_session_sample (self->work.session, PROMPT, NULL, second));
  ui_wait_until (is_at_fourth, self->work.worker);
  close_window (self);
  open_window (self);
  close_window (self);

  fake_engine_hold (0);
  open_window (self);
  g_assert_cmpuint (mage_session_count_unfinished_videos (self->work.session), ==, 2);
  mage_session_resume (self->work.session, TRUE);
  ui_session_wait (&self->work);
  g_assert_cmpuint (count_results (self), ==, 2);
  g_assert_cmpfloat (mage_params_get_double (mage_result_get_params (get_result (self, 0)), "alpha"), ==, 11);
  g_assert_cmpfloat (mage_params_get_double (mage_result_get_params (get_result (self, 1)), "alpha"), ==, 22);
  /* What is done, or was stopped by somebody, is not offered again. */
  close_window (self);
  open_window (self);
  g_assert_cmpuint (mage_session_count_unfinished_videos (self->work.session), ==, 0);
}

/* A training that had settings of its own has them again, also where the project asks for no more than it has. */
static void
test_settings (Fixture *self, gconstpointer data)
{
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (&self->work, "bear"));
  MageTrainable *robot;
  MageWaitingJob *order;
  g_autoptr (GError) error = NULL;

  ui_session_train_all (&self->work);
  robot = MAGE_TRAINABLE (ui_session_add_subject (&self->work, "robot"));
  g_assert_cmpint (mage_trainable_get_state (bear), ==, MAGE_TRAINED);
  fake_engine_hold (9);
  g_assert_true (mage_session_train_for (self->work.session, bear, 12, &error));
  order = mage_work_order_train (self->work.project, robot, FALSE);
  mage_params_set_int (mage_param_layer_get_params (mage_waiting_job_get_layer (order)), "iterations", 9, NULL);
  g_assert_nonnull (mage_session_push_order (self->work.session, order, robot));
  ui_wait_until (is_at_eighth, self->work.worker);
  close_window (self);

  fake_engine_hold (0);
  open_window (self);
  g_assert_cmpuint (g_strv_length ((GStrv) mage_session_get_unfinished (self->work.session)), ==, 2);
  mage_session_resume (self->work.session, TRUE);
  ui_session_wait (&self->work);
  bear = mage_project_find (self->work.project, "<bear>");
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (bear)), ==, 12);
  g_assert_true (mage_run_is_complete (mage_trainable_get_run (bear)));
  robot = mage_project_find (self->work.project, "<robot>");
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (robot)), ==, 9);
  g_assert_cmpint (mage_params_get_int (mage_project_get_params (self->work.project), "iterations"), ==, 6);
  close_window (self);
  open_window (self);
  g_assert_null (mage_session_get_unfinished (self->work.session)[0]);
}

/* Whatever the order in the file, the fusion waits for the subjects. */
static void
test_order (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->path, "window.json", NULL);
  g_autofree char *text = NULL;
  const char *const *unfinished;

  ui_session_add_subject (&self->work, "bear");
  ui_session_add_subject (&self->work, "robot");
  ui_session_add_motion (&self->work, "ride", "a person is riding a horse", "person", NULL);
  text = g_strdup_printf ("{\"unfinished\":[\"%s\",\"<robot>\",\"ride\",\"<bear>\"]}",
                          mage_trainable_get_name (MAGE_TRAINABLE (mage_project_get_fusion (self->work.project))));
  close_window (self);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));

  open_window (self);
  unfinished = mage_session_get_unfinished (self->work.session);
  g_assert_cmpuint (g_strv_length ((GStrv) unfinished), ==, 4);
  g_assert_cmpstr (unfinished[0], ==, "<robot>");
  g_assert_cmpstr (unfinished[1], ==, "<bear>");
  g_assert_cmpstr (unfinished[2], ==, "ride");
  mage_session_resume (self->work.session, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (mage_session_get_held (self->work.session)), ==, 0);
  ui_session_wait (&self->work);
  g_assert_cmpuint (g_list_model_get_n_items (mage_session_get_held (self->work.session)), ==, 0);
  g_assert_cmpint (mage_trainable_get_state (MAGE_TRAINABLE (mage_project_get_fusion (self->work.project))), ==, MAGE_TRAINED);
}

static void
toasted_cb (MageSession *session, const char *text, gboolean undo, char **kept)
{
  g_set_str (kept, text);
}

/* A branch whose parent is gone says so. */
static void
test_parent_gone (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  ui_session_add_subject (&self->work, "bear");
  ui_session_train_all (&self->work);
  g_assert_nonnull (mage_session_sample (self->work.session, PROMPT, NULL, NULL));
  ui_session_wait (&self->work);
  fake_engine_hold (5);
  g_assert_nonnull (mage_session_branch (self->work.session, PROMPT, NULL, NULL, get_result (self, 0), 2));
  ui_wait_until (is_at_fourth, self->work.worker);
  close_window (self);
  fake_engine_hold (0);
  open_window (self);
  g_list_store_remove (mage_project_get_results (self->work.project), 0);
  g_signal_connect (self->work.session, "toast", G_CALLBACK (toasted_cb), &text);
  mage_session_resume (self->work.session, TRUE);
  g_assert_cmpstr (text, ==, "A branch that was not finished cannot go on: the video that it leaves is gone");
}

/* What was removed before anybody took it up again is not trained, and nothing else instead of it. */
static void
test_removed (Fixture *self, gconstpointer data)
{
  MageTrainable *cat;
  g_autofree char *text = NULL;

  ui_session_add_subject (&self->work, "bear");
  ui_session_add_subject (&self->work, "robot");
  ui_session_train_all (&self->work);
  cat = MAGE_TRAINABLE (ui_session_add_subject (&self->work, "cat"));
  fake_engine_hold (5);
  g_assert_nonnull (mage_session_train (self->work.session, cat));
  ui_wait_until (is_at_fourth, self->work.worker);
  close_window (self);
  fake_engine_hold (0);
  open_window (self);
  g_assert_cmpstr (mage_session_get_unfinished (self->work.session)[0], ==, "<cat>");
  mage_project_remove (self->work.project, mage_project_find (self->work.project, "<cat>"));
  g_signal_connect (self->work.session, "toast", G_CALLBACK (toasted_cb), &text);
  mage_session_resume (self->work.session, TRUE);
  ui_session_wait (&self->work);
  g_assert_null (mage_trainable_get_run (MAGE_TRAINABLE (mage_project_get_fusion (self->work.project))));
  g_assert_null (text);
}

/* A video whose file takes long to write. */
static MageJob *
begin_long_export (Fixture *self, const char *path, guint rounds)
{
  ui_session_add_subject (&self->work, "bear");
  ui_session_train_all (&self->work);
  g_assert_nonnull (mage_session_sample (self->work.session, PROMPT, NULL, NULL));
  ui_session_wait (&self->work);
  return g_object_ref (mage_session_export (self->work.session, get_result (self, 0), path,
                                            &(ClipWrite){ .format = CLIP_MP4_H264, .factor = 16, .rounds = rounds }));
}

/* Whoever does not want to wait for the files needs not. */
static void
test_hurry (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->work.folder, "long.mp4", NULL);
  g_autoptr (MageJob) job = begin_long_export (self, path, 1000);
  gpointer session = self->work.session;

  g_object_add_weak_pointer (session, &session);
  gtk_window_close (GTK_WINDOW (self->window));
  g_assert_cmpuint (mage_closing_count (G_APPLICATION (application)), ==, 1);
  mage_closing_hurry (G_APPLICATION (application));
  ui_wait_until (is_gone, &session);
  g_assert_cmpuint (mage_closing_count (G_APPLICATION (application)), ==, 0);
  g_assert_cmpint (mage_job_get_state (job), ==, MAGE_JOB_CANCELLED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_object (&self->status);
  g_clear_object (&self->work.worker);
  open_window (self);
}

/* The program waits for the files of a project that was closed before its window, too. */
static void
test_closed_project (Fixture *self, gconstpointer data)
{
  g_auto (ClipInfo) info = { 0 };
  g_autofree char *path = g_build_filename (self->work.folder, "long.mp4", NULL);
  g_autoptr (MageJob) job = begin_long_export (self, path, 100);
  g_autoptr (GError) error = NULL;
  gpointer session = self->work.session;

  g_object_add_weak_pointer (session, &session);
  mage_window_close_project (self->window);
  gtk_window_close (GTK_WINDOW (self->window));
  g_assert_cmpuint (mage_closing_count (G_APPLICATION (application)), ==, 1);
  ui_wait_until (is_gone, &session);
  g_assert_cmpuint (mage_closing_count (G_APPLICATION (application)), ==, 0);
  g_assert_cmpint (mage_job_get_state (job), ==, MAGE_JOB_DONE);
  g_assert_true (clip_probe (path, &info, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&self->status);
  g_clear_object (&self->work.worker);
  open_window (self);
}

/* Files that are being written, or wait for that, when the window is closed are written to their end. */
static void
test_export (Fixture *self, gconstpointer data)
{
  g_auto (ClipInfo) info = { 0 };
  g_autoptr (GError) error = NULL;
  char *paths[5];

  ui_session_add_subject (&self->work, "bear");
  ui_session_train_all (&self->work);
  g_assert_nonnull (mage_session_sample (self->work.session, PROMPT, NULL, NULL));
  ui_session_wait (&self->work);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.mp4", i);

      paths[i] = g_build_filename (self->work.folder, name, NULL);
      mage_session_export (self->work.session, get_result (self, 0), paths[i], &(ClipWrite){ .format = CLIP_MP4_H264, .factor = 8 });
    }
  close_window (self);
  g_assert_true (clip_probe (paths[G_N_ELEMENTS (paths) - 1], &info, NULL, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_free (paths[i]);
  open_window (self);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_log_set_handler ("GLib-GIO", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, log_cb, NULL);
  application = ui_start ();
  g_test_add ("/unfinished/branch", Fixture, NULL, set_up, test_branch, tear_down);
  g_test_add ("/unfinished/waiting", Fixture, NULL, set_up, test_waiting, tear_down);
  g_test_add ("/unfinished/settings", Fixture, NULL, set_up, test_settings, tear_down);
  g_test_add ("/unfinished/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/unfinished/parent-gone", Fixture, NULL, set_up, test_parent_gone, tear_down);
  g_test_add ("/unfinished/removed", Fixture, NULL, set_up, test_removed, tear_down);
  g_test_add ("/unfinished/hurry", Fixture, NULL, set_up, test_hurry, tear_down);
  g_test_add ("/unfinished/closed-project", Fixture, NULL, set_up, test_closed_project, tear_down);
  g_test_add ("/unfinished/export", Fixture, NULL, set_up, test_export, tear_down);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
