/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "media/clip-grid.h"
#include "media/picture.h"
#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-draft.h"
#include "ui/mage-file-export.h"
#include "ui/mage-result-deletion.h"
#include "ui/mage-sweep-cell.h"
#include "ui/mage-sweep-page.h"
#include "ui/mage-sweep-runner.h"

#include <math.h>

/* One video with every value of one or two parameters: values, the file, the making, and the picture. */

static AdwApplication *application;

static void
test_values (void)
{
  const MageParamInfo *tau = mage_param_table_find ("tau");
  const MageParamInfo *beta = mage_param_table_find ("beta");
  const MageParamInfo *sampling = mage_param_table_find ("sampling");
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) typed = mage_sweep_parse_values (tau, " 5, 15,30 , 15", &error);
  g_auto (GStrv) spread = mage_sweep_spread_values (beta, 0, 0.6, 3);
  g_auto (GStrv) whole = mage_sweep_spread_values (tau, 0, 2, 9);
  g_auto (GStrv) words = mage_sweep_parse_values (sampling, "scs, one-branch", NULL);

  g_assert_cmpstrv (typed, ((const char *const[]){ "5", "15", "30", NULL }));
  g_assert_cmpuint (g_strv_length (spread), ==, 3);
  g_assert_cmpfloat_with_epsilon (g_ascii_strtod (spread[1], NULL), 0.3, 1e-9);
  g_assert_cmpstrv (whole, ((const char *const[]){ "0", "1", "2", NULL }));
  g_assert_cmpuint (g_strv_length (words), ==, 2);
  g_assert_null (mage_sweep_parse_values (tau, "5, many", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (mage_sweep_parse_values (tau, " , ", &error));
  g_assert_nonnull (error);
  g_assert_true (mage_sweep_can_vary (mage_param_table_find ("omega")));
  g_assert_true (mage_sweep_can_vary (mage_param_table_find ("motion_strength")));
  g_assert_false (mage_sweep_can_vary (mage_param_table_find ("threads")));
  g_assert_false (mage_sweep_can_vary (mage_param_table_find ("iterations")));
}

static MageSweep *
make_sweep (UiSession *self, const char *across, const char *values, const char *down, const char *more)
{
  MageSweep *sweep = mage_sweep_new ("a <bear>", "ride", mage_project_get_params (self->project));
  g_auto (GStrv) first = mage_sweep_parse_values (mage_param_table_find (across), values, NULL);
  g_auto (GStrv) second = down != NULL ? mage_sweep_parse_values (mage_param_table_find (down), more, NULL) : NULL;

  g_assert_true (mage_sweep_add_axis (sweep, across, (const char *const *) first, NULL));
  if (second != NULL)
    g_assert_true (mage_sweep_add_axis (sweep, down, (const char *const *) second, NULL));
  return sweep;
}

static guint
count_results (UiSession *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->project)));
}

static gboolean
is_still (gpointer runner)
{
  return !mage_sweep_runner_is_running (runner);
}

static void
wait_for (MageSweepRunner *runner)
{
  ui_wait_until (is_still, runner);
}

/* Every cell has its own values; a variant that is missing is trained once and first; the project stays as it is. */
static void
test_run (UiSession *self, gconstpointer data)
{
  g_autoptr (MageSweep) sweep = NULL;
  g_autoptr (MageSweep) again = NULL;
  g_autofree char *folder = mage_project_dup_path (self->project, "sweeps");
  g_autoptr (GPtrArray) all = NULL;
  MageSweepRunner *runner;
  guint trained;

  ui_session_add_subject (self, "bear");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  trained = fake_engine_get_last ()->n_trained;
  sweep = make_sweep (self, "tau", "0, 2", "omega", "0.5, 0.9");
  runner = mage_sweep_runner_get (self->session, sweep);
  mage_sweep_runner_start (runner);
  wait_for (runner);
  g_assert_cmpuint (mage_sweep_runner_count (runner, MAGE_CELL_DONE), ==, 4);
  g_assert_cmpuint (count_results (self), ==, 4);
  g_assert_cmpuint (fake_engine_get_last ()->n_trained, ==, trained + 1); /* the motion with ω = 0.9 */
  g_assert_cmpfloat (fake_engine_get_last ()->omega, ==, 0.9);
  g_assert_cmpfloat (mage_params_get_double (mage_project_get_params (self->project), "omega"), ==, 0.5);
  for (guint i = 0; i < 4; i++)
    {
      MageParams *params = mage_result_get_params (mage_sweep_runner_get_result (runner, i));

      g_assert_cmpint (mage_params_get_int (params, "tau"), ==, i % 2 == 0 ? 0 : 2);
      g_assert_cmpfloat (mage_params_get_double (params, "omega"), ==, i / 2 == 0 ? 0.5 : 0.9);
    }
  /* It is there when the project is opened again. */
  all = mage_sweep_load_all (folder);
  g_assert_cmpuint (all->len, ==, 1);
  again = g_object_ref (g_ptr_array_index (all, 0));
  g_assert_cmpstr (mage_sweep_get_id (again), ==, mage_sweep_get_id (sweep));
  g_assert_cmpuint (mage_sweep_get_n_cells (again), ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpstr (mage_sweep_get_result (again, i), ==, mage_sweep_get_result (sweep, i));
}

static gboolean
has_begun (gpointer last)
{
  return ((FakeLast *) last)->n_sampled > 0;
}

/* Stopped, it keeps what is made and goes on from there; one that failed is tried again alone. */
static void
test_stop (UiSession *self, gconstpointer data)
{
  g_autoptr (MageSweep) sweep = NULL;
  MageSweepRunner *runner;

  ui_session_add_subject (self, "bear");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  sweep = make_sweep (self, "omega", "0.5, 0.7, 0.9", NULL, NULL);
  runner = mage_sweep_runner_get (self->session, sweep);
  fake_engine_get_last ()->n_sampled = 0;
  fake_engine_hold (2);
  mage_sweep_runner_start (runner);
  ui_wait_until (has_begun, fake_engine_get_last ());
  g_assert_cmpint (mage_sweep_runner_get_state (runner, 0), ==, MAGE_CELL_RUNNING);
  g_assert_cmpint (mage_sweep_runner_get_state (runner, 1), ==, MAGE_CELL_WAITING);
  mage_sweep_runner_stop (runner);
  wait_for (runner);
  fake_engine_hold (0);
  g_assert_cmpuint (mage_sweep_runner_count (runner, MAGE_CELL_EMPTY), ==, 3);
  g_assert_cmpuint (count_results (self), ==, 0);

  fake_engine_fail (2);
  mage_sweep_runner_retry (runner, 1);
  wait_for (runner);
  g_assert_cmpint (mage_sweep_runner_get_state (runner, 1), ==, MAGE_CELL_FAILED);
  fake_engine_fail (0);
  mage_sweep_runner_retry (runner, 1);
  wait_for (runner);
  g_assert_cmpint (mage_sweep_runner_get_state (runner, 1), ==, MAGE_CELL_DONE);
  g_assert_cmpuint (count_results (self), ==, 1);
  mage_sweep_runner_start (runner);
  wait_for (runner);
  g_assert_cmpuint (mage_sweep_runner_count (runner, MAGE_CELL_DONE), ==, 3);
  g_assert_cmpuint (count_results (self), ==, 3);
}

static gboolean
is_over (gpointer session)
{
  return !mage_session_is_busy (session);
}

/* When the project is closed the video that is in the making is stopped, and no other one begins. */
static void
test_closed (UiSession *self, gconstpointer data)
{
  g_autoptr (MageSweep) sweep = NULL;
  MageSweepRunner *runner;

  ui_session_add_subject (self, "bear");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  sweep = make_sweep (self, "tau", "0, 1, 2", NULL, NULL);
  runner = mage_sweep_runner_get (self->session, sweep);
  fake_engine_get_last ()->n_sampled = 0;
  fake_engine_hold (2);
  mage_sweep_runner_start (runner);
  ui_wait_until (has_begun, fake_engine_get_last ());
  g_assert_true (mage_session_stop (self->session));
  fake_engine_hold (0);
  ui_wait_until (is_over, self->session);
  g_assert_false (mage_sweep_runner_is_running (runner));
  g_assert_cmpuint (mage_sweep_runner_count (runner, MAGE_CELL_FAILED), ==, 0);
  g_assert_cmpuint (count_results (self), ==, 0);
}

/* --- the picture --- */

static Frames *
make_frames (guint8 value)
{
  guint8 *rgb = g_malloc (2 * 16 * 16 * 3);

  memset (rgb, value, 2 * 16 * 16 * 3);
  return frames_new_take (2, 16, 16, 8, rgb);
}

static guint
count_pixels (const Frames *frames, guint8 value)
{
  const guint8 *p = frames_get_frame (frames, 1);
  guint n = 0;

  for (guint i = 0; i < frames->width * frames->height; i++)
    n += p[3 * i] == value && p[3 * i + 1] == value && p[3 * i + 2] == value;
  return n;
}

/* Every clip has its place at the same size, what is missing is grey, and there are words. */
static void
test_grid (void)
{
  const char *columns[] = { "5", "15", NULL };
  const char *rows[] = { "0.1", "0.9", NULL };
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  g_autoptr (Frames) a = make_frames (50);
  g_autoptr (Frames) b = make_frames (51);
  g_autoptr (GError) error = NULL;
  ClipGrid grid = { "a <bear>", "Guided steps", columns, "Negative guidance", rows, cells };
  g_autoptr (Frames) painted = NULL;

  for (guint i = 0; i < 4; i++)
    g_ptr_array_add (cells, NULL);
  g_assert_null (clip_grid_paint (&grid, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  cells->pdata[0] = a;
  cells->pdata[3] = b;
  painted = clip_grid_paint (&grid, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (painted->n_frames, ==, 2);
  g_assert_cmpuint (painted->width % 2 + painted->height % 2, ==, 0);
  g_assert_cmpuint (count_pixels (painted, 50), >=, 160 * 160);
  g_assert_cmpuint (count_pixels (painted, 51), >=, 160 * 160);
  g_assert_cmpuint (count_pixels (painted, 225), >=, 2 * 160 * 160);
}

/* As many as a sweep can have, of the paper's size: their picture is no larger than what most programs take. */
static void
test_large_grid (void)
{
  const char *columns[MAGE_SWEEP_MAX + 1] = { NULL };
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  gsize size = 2 * 576 * 320 * 3;
  guint8 *rgb = g_malloc (size);
  g_autoptr (Frames) clip = NULL;
  g_autoptr (Frames) painted = NULL;
  g_autoptr (GError) error = NULL;
  ClipGrid grid = { "a <bear>", "Seed", columns, NULL, NULL, cells };

  memset (rgb, 50, size);
  clip = frames_new_take (2, 576, 320, 8, rgb);
  for (guint i = 0; i < MAGE_SWEEP_MAX; i++)
    {
      columns[i] = "1";
      g_ptr_array_add (cells, clip);
    }
  painted = clip_grid_paint (&grid, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (painted->width, <=, 4096);
  g_assert_cmpuint (painted->width, >, 3072);
  g_assert_cmpuint (count_pixels (painted, 50), >, MAGE_SWEEP_MAX * 48 * 24);
}

/* --- the page --- */

static gboolean
is_loaded (gpointer grid)
{
  g_autoptr (GPtrArray) frames = mage_sweep_grid_dup_frames (grid);

  for (guint i = 0; i < frames->len; i++)
    if (g_ptr_array_index (frames, i) == NULL)
      return FALSE;
  return frames->len > 0;
}

typedef struct
{
  gboolean over;
  gboolean done;
} Exported;

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Exported *exported = data;

  exported->over = TRUE;
  exported->done = mage_file_export_finish (result, NULL);
}

static gboolean
is_exported (gpointer exported)
{
  return ((Exported *) exported)->over;
}

static Frames *
export_picture (UiSession *self, MageSweepPage *page)
{
  g_autofree char *path = g_build_filename (self->folder, "grid.png", NULL);
  Exported exported = { FALSE, FALSE };
  Frames *picture;

  mage_sweep_page_export (page, path, exported_cb, &exported);
  ui_wait_until (is_exported, &exported);
  g_assert_true (exported.done);
  picture = picture_load (path, NULL, NULL);
  g_assert_nonnull (picture);
  return picture;
}

static void
press (MageSweepGrid *grid, guint key)
{
  g_autoptr (GListModel) controllers = NULL;
  GtkWidget *inner = gtk_widget_get_ancestor (mage_sweep_grid_get_cell (grid, 0), GTK_TYPE_GRID);
  gboolean handled = FALSE;

  controllers = gtk_widget_observe_controllers (inner);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &handled);
    }
  g_assert_true (handled);
}

/* All play in step and stop by the same keys as every clip; the picture that is exported shows the frame that is seen. */
static void
test_page (UiSession *self, gconstpointer data)
{
  g_autoptr (MageSweep) sweep = NULL;
  g_autoptr (Frames) first = NULL;
  g_autoptr (Frames) second = NULL;
  AdwNavigationPage *page;
  GtkWidget *window = gtk_window_new ();
  MageSweepGrid *grid;

  ui_session_add_subject (self, "bear");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  sweep = make_sweep (self, "tau", "0, 2", NULL, NULL);
  page = mage_sweep_page_new (self->session, sweep);
  grid = mage_sweep_page_get_grid (MAGE_SWEEP_PAGE (page));
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  mage_sweep_runner_start (mage_sweep_page_get_runner (MAGE_SWEEP_PAGE (page)));
  wait_for (mage_sweep_page_get_runner (MAGE_SWEEP_PAGE (page)));
  ui_wait_until (is_loaded, grid);

  g_assert_true (mage_sweep_grid_get_playing (grid));
  press (grid, GDK_KEY_k);
  g_assert_false (mage_sweep_grid_get_playing (grid));
  mage_clip_paintable_set_frame (mage_sweep_grid_get_lead (grid), 0);
  first = export_picture (self, MAGE_SWEEP_PAGE (page));
  press (grid, GDK_KEY_Right);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (mage_clip_paintable_get_frame (mage_sweep_cell_get_clip (MAGE_SWEEP_CELL (mage_sweep_grid_get_cell (grid, i)))), ==, 1);
  second = export_picture (self, MAGE_SWEEP_PAGE (page));
  g_assert_false (g_bytes_equal (first->rgb, second->rgb));
  press (grid, GDK_KEY_space);
  g_assert_true (mage_sweep_grid_get_playing (grid));

  /* The video of a cell that is deleted leaves it empty, and comes back to it. */
  mage_delete_result (self->session, mage_sweep_runner_get_result (mage_sweep_page_get_runner (MAGE_SWEEP_PAGE (page)), 1));
  g_assert_cmpint (mage_sweep_runner_get_state (mage_sweep_page_get_runner (MAGE_SWEEP_PAGE (page)), 1), ==, MAGE_CELL_EMPTY);
  g_assert_true (mage_history_undo (mage_session_get_history (self->session)));
  g_assert_cmpint (mage_sweep_runner_get_state (mage_sweep_page_get_runner (MAGE_SWEEP_PAGE (page)), 1), ==, MAGE_CELL_DONE);
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
is_training (gpointer worker)
{
  g_autoptr (MageJob) job = g_list_model_get_item (mage_worker_get_jobs (worker), 0);

  return job != NULL && mage_job_get_step (job) > 0;
}

/* What has no button does nothing; what waits for its turn says so. */
static void
test_actions (UiSession *self, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  AdwNavigationPage *page;
  AdwWindowTitle *title;
  MageSweepRunner *runner;

  ui_session_add_subject (self, "bear");
  ui_session_train_all (self);
  mage_draft_set_prompt (mage_draft_get (self->session), "a <bear>");
  page = mage_sweep_page_new (self->session, NULL);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  title = ui_find_widget (GTK_WIDGET (page), ADW_TYPE_WINDOW_TITLE);
  gtk_widget_activate_action (GTK_WIDGET (page), "sweep.toggle", NULL);
  gtk_widget_activate_action (GTK_WIDGET (page), "sweep.export-video", NULL);
  g_assert_null (mage_sweep_page_get_runner (MAGE_SWEEP_PAGE (page)));

  fake_engine_hold (2);
  mage_session_train (self->session, MAGE_TRAINABLE (ui_session_add_subject (self, "robot")));
  ui_wait_until (is_training, self->worker);
  gtk_widget_activate_action (GTK_WIDGET (page), "sweep.start", NULL);
  runner = mage_sweep_page_get_runner (MAGE_SWEEP_PAGE (page));
  g_assert_nonnull (runner);
  g_assert_cmpstr (adw_window_title_get_subtitle (title), ==, "0 of 3 videos, waits for “Training <robot>”");
  gtk_widget_activate_action (GTK_WIDGET (page), "sweep.start", NULL);
  g_assert_true (mage_sweep_page_get_runner (MAGE_SWEEP_PAGE (page)) == runner);
  fake_engine_hold (0);
  wait_for (runner);
  ui_settle ();
  g_assert_cmpstr (adw_window_title_get_subtitle (title), ==, "3 of 3 videos");
  /* All is made: there is nothing to go on with. */
  gtk_widget_activate_action (GTK_WIDGET (page), "sweep.toggle", NULL);
  g_assert_false (mage_sweep_runner_is_running (runner));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What the scales show is what the values are. */
static void
test_axis (void)
{
  MageSweepAxis *axis = MAGE_SWEEP_AXIS (g_object_ref_sink (mage_sweep_axis_new ("Across", FALSE)));
  static const char *const keys[] = { "tau", "steps", "seed", "alpha" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_auto (GStrv) values = NULL;

      mage_sweep_axis_choose (axis, keys[i]);
      g_assert_nonnull (mage_sweep_axis_get_info (axis));
      values = mage_sweep_axis_dup_values (axis, NULL);
      g_assert_cmpfloat (mage_sweep_axis_get_end (axis, FALSE), ==, g_ascii_strtod (values[0], NULL));
      g_assert_cmpfloat (mage_sweep_axis_get_end (axis, TRUE), ==, g_ascii_strtod (values[g_strv_length (values) - 1], NULL));
    }
  mage_sweep_axis_choose (axis, "tau");
  g_assert_cmpfloat (mage_sweep_axis_get_end (axis, TRUE), ==, 23);
  /* What is typed is what the scales show, and stays as it is typed. */
  mage_sweep_axis_set_text (axis, "0, 5, 30");
  g_assert_cmpfloat (mage_sweep_axis_get_end (axis, FALSE), ==, 0);
  g_assert_cmpfloat (mage_sweep_axis_get_end (axis, TRUE), ==, 30);
  {
    g_auto (GStrv) values = mage_sweep_axis_dup_values (axis, NULL);

    g_assert_cmpuint (g_strv_length (values), ==, 3);
    g_assert_cmpstr (values[1], ==, "5");
  }
  mage_sweep_axis_set_text (axis, "0, x");
  g_assert_cmpfloat (mage_sweep_axis_get_end (axis, TRUE), ==, 30);
  g_object_unref (axis);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/sweep/values", test_values);
  g_test_add_func ("/sweep/grid", test_grid);
  g_test_add_func ("/sweep/large-grid", test_large_grid);
  g_test_add_func ("/sweep/axis", test_axis);
  ADD ("/sweep/run", test_run);
  ADD ("/sweep/stop", test_stop);
  ADD ("/sweep/closed", test_closed);
  ADD ("/sweep/page", test_page);
  ADD ("/sweep/actions", test_actions);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
