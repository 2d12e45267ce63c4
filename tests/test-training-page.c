/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "project/mage-asked-sample.h"
#include "ui/mage-loss-compare.h"
#include "ui/mage-map-frames.h"
#include "ui/mage-run-trash.h"
#include "ui/mage-sample-compare.h"
#include "ui/mage-sample-strip.h"
#include "ui/mage-training-page.h"

/* The page of a training: its places, and the one step that all of them show. */

typedef UiSession Fixture;

static GtkWindow *
show (GtkWidget *child)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_default_size (window, 1000, 800);
  gtk_window_set_child (window, child);
  gtk_window_present (window);
  ui_settle ();
  return window;
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_health (void)
{
  MageHealthCard *card = MAGE_HEALTH_CARD (mage_health_card_new ());

  g_object_ref_sink (card);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (card)));
  mage_health_card_set (card, MAGE_HEALTH_WELL, "Learning well", "You can stop now.", "_Stop and Keep", "win.stop");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (card)));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (card), "well"));
  gtk_test_accessible_assert_role (card, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_test_accessible_assert_property (card, GTK_ACCESSIBLE_PROPERTY_LABEL, "Learning well");
  gtk_test_accessible_assert_property (card, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "You can stop now.");
  mage_health_card_set (card, MAGE_HEALTH_BAD, "The loss is no number", NULL, NULL, NULL);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (card), "bad"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (card), "well"));
  mage_health_card_set (card, MAGE_HEALTH_HIDDEN, NULL, NULL, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (card)));
  g_object_unref (card);
}

/* Chart, samples and slider have one step; the newest moves on with the training. */
static void
test_step (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainingPage *page = MAGE_TRAINING_PAGE (mage_training_page_new (self->session, subject));
  MageLossChart *chart = mage_training_view_get_chart (mage_training_page_get_training (page));
  GtkWindow *window = show (GTK_WIDGET (page));
  guint n_moves = 0;

  g_assert_cmpstr (adw_navigation_page_get_title (ADW_NAVIGATION_PAGE (page)), ==, "Training <bear>");
  g_assert_cmpuint (mage_training_page_get_step (page), ==, 0);
  g_signal_connect_swapped (page, "notify::step", G_CALLBACK (count_cb), &n_moves);
  g_assert_nonnull (mage_session_train (self->session, subject));
  ui_session_wait (self);
  ui_settle ();
  g_assert_cmpuint (mage_training_page_get_last_step (page), ==, 6);
  g_assert_cmpuint (mage_training_page_get_step (page), ==, 6);
  g_assert_cmpuint (mage_loss_chart_get_step (chart), ==, 0);
  g_assert_cmpuint (n_moves, >, 0);

  mage_training_page_set_step (page, 3);
  g_assert_cmpuint (mage_loss_chart_get_step (chart), ==, 3);
  mage_loss_chart_set_step (chart, 2);
  g_assert_cmpuint (mage_training_page_get_step (page), ==, 2);
  mage_loss_chart_set_step (chart, 0);
  g_assert_cmpuint (mage_training_page_get_step (page), ==, 6);
  mage_training_page_set_step (page, 100);
  g_assert_cmpuint (mage_training_page_get_step (page), ==, 6);
  gtk_window_destroy (window);
}

static gboolean
is_under_way (gpointer data)
{
  return mage_job_get_step (data) >= 3;
}

/* Whoever opens it while something trains sees that at once. */
static void
test_open_meanwhile (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainingPage *page;
  GtkWindow *window;
  MageJob *job;

  fake_engine_hold (4);
  job = mage_session_train (self->session, subject);
  ui_wait_until (is_under_way, job);
  page = MAGE_TRAINING_PAGE (mage_training_page_new (self->session, subject));
  window = show (GTK_WIDGET (page));
  g_assert_cmpuint (mage_training_page_get_last_step (page), ==, 3);
  mage_worker_cancel (self->worker, job);
  ui_session_wait (self);
  ui_settle ();
  g_assert_cmpuint (mage_training_page_get_last_step (page), ==, 3);
  gtk_window_destroy (window);
}

/* The run before is offered, and lies under the losses when it is chosen. */
static void
test_compare (Fixture *self, gconstpointer data)
{
  MageSubject *subject = ui_session_add_subject (self, "bear");
  MageLossCompare *compare = g_object_ref_sink (g_object_new (MAGE_TYPE_LOSS_COMPARE, NULL));
  MageLossChart *chart = g_object_ref_sink (MAGE_LOSS_CHART (mage_loss_chart_new ()));
  g_autofree char *first = NULL;

  mage_session_train (self->session, MAGE_TRAINABLE (subject));
  ui_session_wait (self);
  first = g_strdup (mage_run_get_id (mage_trainable_get_run (MAGE_TRAINABLE (subject))));
  mage_loss_compare_set_up (compare, chart, self->project, MAGE_TRAINABLE (subject));
  g_assert_cmpuint (mage_loss_compare_get_n_runs (compare), ==, 0);
  mage_subject_set_prompt (subject, "A photo of a <bear>");
  mage_session_train (self->session, MAGE_TRAINABLE (subject));
  ui_session_wait (self);
  mage_loss_compare_look (compare);
  g_assert_cmpuint (mage_loss_compare_get_n_runs (compare), ==, 1);
  mage_loss_compare_choose (compare, first, TRUE);
  ui_settle ();
  g_assert_cmpuint (mage_loss_chart_get_scene (chart)->earlier->len, ==, 1);
  mage_loss_compare_choose (compare, first, FALSE);
  g_assert_cmpuint (mage_loss_chart_get_scene (chart)->earlier->len, ==, 0);
  g_object_unref (compare);
  g_object_unref (chart);
}

static gboolean
shows_third (gpointer maps)
{
  return mage_training_maps_get_shown (maps) == 3;
}

static gboolean
shows_first (gpointer maps)
{
  return mage_training_maps_get_shown (maps) == 1;
}

static gboolean
has_tiles (gpointer maps)
{
  return mage_training_maps_get_n_tiles (maps) == 3;
}

static gboolean
has_run_to_three (gpointer job)
{
  return mage_job_get_step (job) == 3 && mage_job_get_n_steps (job) == 6;
}

static void
damage_maps (MageRun *run, guint step)
{
  g_autofree char *path = mage_run_dup_maps_path (run, 0, step);

  g_assert_true (g_file_set_contents (path, "no maps", -1, NULL));
}

/* Layers of one size whose clips are not of one length, which only a file of another program holds, are no one picture. */
static void
test_map_groups (void)
{
  static const guint8 bytes[2 * 4] = { 0 };
  g_autoptr (GBytes) two = g_bytes_new_static (bytes, sizeof bytes);
  g_autoptr (GBytes) one = g_bytes_new_static (bytes, sizeof bytes / 2);
  double most = 1;
  MageMapLayer layers[] = { { "a", FALSE, 1, 2, 2, 2, two, &most }, { "b", FALSE, 1, 1, 2, 2, one, &most }, { "c", FALSE, 1, 2, 2, 2, two, &most } };
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  MageMaps maps = { NULL, list };
  g_autoptr (GPtrArray) groups = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    g_ptr_array_add (list, &layers[i]);
  groups = mage_map_groups_of (&maps, 3);
  g_assert_cmpuint (groups->len, ==, 2);
  for (guint i = 0; i < groups->len; i++)
    g_assert_cmpfloat (mage_map_group_get_most (g_ptr_array_index (groups, i), 0, -1), ==, 0);
}

/* While the page is open it is seen where the training looks, at any step; once it is closed nothing is kept any more. */
static void
test_maps (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainingPage *page = MAGE_TRAINING_PAGE (mage_training_page_new (self->session, subject));
  MageTrainingMaps *maps = mage_training_page_get_maps (page);
  MageWordChips *words = mage_training_maps_get_words (maps);
  GtkWindow *window = show (GTK_WIDGET (page));
  g_autoptr (MageJob) job = NULL;
  g_autoptr (GArray) kept = NULL;

  g_assert_cmpuint (mage_training_maps_get_n_tiles (maps), ==, 0);
  fake_engine_hold (4);
  job = g_object_ref (mage_session_train (self->session, subject));
  ui_wait_until (shows_third, maps);
  ui_wait_until (has_tiles, maps);
  g_assert_true (mage_job_is_watched (job));
  g_assert_cmpuint (mage_word_chips_get_n_words (words), ==, 2);
  g_assert_cmpuint (mage_word_chips_get_selected (words), ==, 1);
  mage_training_maps_choose (maps, 1, 0);
  g_assert_cmpuint (mage_training_maps_get_n_tiles (maps), ==, 1);
  mage_training_maps_choose (maps, -1, -1);
  g_assert_cmpuint (mage_training_maps_get_n_tiles (maps), ==, 3);
  mage_word_chips_set_selected (words, 0);
  mage_word_chips_set_share (words, 0, 0.31);
  mage_training_page_set_step (page, 1);
  ui_wait_until (shows_first, maps);
  /* A file that is damaged is left out, and the others are seen all the same. */
  damage_maps (mage_trainable_get_run (subject), 2);
  mage_training_page_set_step (page, 2);
  mage_training_page_set_step (page, 3);
  ui_wait_until (shows_third, maps);
  gtk_window_destroy (window);
  g_assert_false (mage_job_is_watched (job));
  fake_engine_hold (0);
  ui_session_wait (self);
  kept = mage_run_list_maps (mage_trainable_get_run (subject), 0);
  g_assert_cmpuint (g_array_index (kept, guint, kept->len - 1), ==, 3);
}

static gboolean
shows_second (gpointer maps)
{
  return mage_training_maps_get_shown (maps) == 2;
}

/* A fusion is looked at in a clip of every subject and in one of both; what was chosen stays chosen. */
static void
test_fusion_maps (Fixture *self, gconstpointer data)
{
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));
  MageTrainingPage *page;
  MageTrainingMaps *maps;
  GtkWindow *window;

  /* Fewer than the step at which the fusion is held. */
  mage_params_set_int (mage_project_get_params (self->project), "clip_steps", 2, NULL);
  mage_session_train (self->session, MAGE_TRAINABLE (ui_session_add_subject (self, "bear")));
  mage_session_train (self->session, MAGE_TRAINABLE (ui_session_add_subject (self, "dog")));
  ui_session_wait (self);
  page = MAGE_TRAINING_PAGE (mage_training_page_new (self->session, fusion));
  maps = mage_training_page_get_maps (page);
  window = show (GTK_WIDGET (page));
  fake_engine_hold (4);
  mage_session_fuse (self->session);
  ui_wait_until (shows_third, maps);
  ui_wait_until (has_tiles, maps);
  g_assert_cmpuint (mage_training_maps_get_n_scenes (maps), ==, 3);
  g_assert_cmpstr (mage_training_maps_get_scene (maps), ==, "<bear> and <dog> together");
  mage_training_maps_pick (maps, 0);
  g_assert_cmpstr (mage_training_maps_get_scene (maps), ==, "A clip of <bear>");
  ui_wait_until (shows_third, maps);
  ui_wait_until (has_tiles, maps);
  fake_engine_hold (0);
  ui_session_wait (self);
  ui_settle ();
  g_assert_cmpuint (mage_training_maps_get_shown (maps), ==, 6);
  g_assert_cmpstr (mage_training_maps_get_scene (maps), ==, "A clip of <bear>");
  mage_training_page_set_step (page, 3);
  ui_wait_until (shows_third, maps);
  gtk_window_destroy (window);
}

/* The words of a motion's things are looked at while they are learned; afterwards, at their own steps. */
static void
test_word_maps (Fixture *self, gconstpointer data)
{
  MageMotion *motion = ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  MageTrainingPage *page = MAGE_TRAINING_PAGE (mage_training_page_new (self->session, MAGE_TRAINABLE (motion)));
  MageTrainingMaps *maps = mage_training_page_get_maps (page);
  GtkWindow *window = show (GTK_WIDGET (page));

  fake_engine_hold (4);
  mage_session_train (self->session, MAGE_TRAINABLE (motion));
  ui_wait_until (shows_third, maps);
  g_assert_cmpuint (mage_training_maps_get_n_scenes (maps), ==, 1);
  g_assert_true (g_str_has_suffix (mage_training_maps_get_scene (maps), ", the person"));
  /* They are the page's steps for now. */
  mage_training_page_set_step (page, 2);
  ui_wait_until (shows_second, maps);
  mage_training_page_set_step (page, 0);
  fake_engine_hold (0);
  ui_session_wait (self);
  ui_settle ();
  g_assert_cmpuint (mage_training_maps_get_n_scenes (maps), ==, 2);
  g_assert_cmpstr (mage_training_maps_get_scene (maps), ==, "Learning the motion");
  mage_training_maps_pick (maps, 0);
  ui_settle ();
  g_assert_cmpuint (mage_training_maps_get_shown (maps), ==, 6);
  gtk_adjustment_set_value (mage_training_maps_get_steps (maps), 2);
  ui_wait_until (shows_second, maps);
  /* The page's step is none of theirs. */
  mage_training_page_set_step (page, 5);
  ui_settle ();
  g_assert_cmpuint (mage_training_maps_get_shown (maps), ==, 2);
  gtk_window_destroy (window);
}

static gboolean
is_running (gpointer job)
{
  return mage_job_get_state (job) == MAGE_JOB_RUNNING && mage_job_get_n_steps (job) > 0;
}

static gboolean
is_refused (gpointer now)
{
  return g_str_has_prefix (mage_sample_now_get_words (now), "It could not be made");
}

static gboolean
is_made (gpointer now)
{
  return mage_sample_now_is_filled (now);
}

/* What was asked for stays with the run, and stands where it was made among the samples. */
static void
check_kept (Fixture *self, MageTrainable *subject)
{
  MageRun *run = mage_trainable_get_run (subject);
  GtkWidget *strip = g_object_new (MAGE_TYPE_SAMPLE_STRIP, NULL);
  GtkWindow *window = show (strip);
  g_autoptr (GArray) regular = mage_run_list_samples (run);
  g_autoptr (GPtrArray) asked = mage_asked_sample_list (run);
  const MageAskedSample *sample;

  g_assert_cmpuint (asked->len, ==, 1);
  sample = g_ptr_array_index (asked, 0);
  g_assert_cmpuint (sample->step, ==, 3);
  g_assert_cmpstr (sample->prompt, ==, "a <bear> in the snow");
  mage_sample_strip_set_run (MAGE_SAMPLE_STRIP (strip), run, 8);
  g_assert_cmpuint (mage_sample_strip_get_length (MAGE_SAMPLE_STRIP (strip)), ==, regular->len + 1);
  ui_settle ();
  g_assert_cmpuint (mage_sample_strip_get_length (MAGE_SAMPLE_STRIP (strip)), ==, regular->len + 1);
  mage_sample_strip_set_step (MAGE_SAMPLE_STRIP (strip), 5);
  g_assert_cmpuint (mage_sample_strip_get_selected (MAGE_SAMPLE_STRIP (strip)), ==, 3);
  gtk_window_destroy (window);
}

/* A paused training makes a sample of any prompt, or says why not, and is paused still. */
static void
test_sample_now (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainingView *view = MAGE_TRAINING_VIEW (mage_training_view_new (self->session, subject));
  MageSampleNow *now = mage_training_view_get_sample_now (view);
  GtkWindow *window = show (GTK_WIDGET (view));
  gboolean possible;
  MageJob *job;

  g_object_get (now, "possible", &possible, NULL);
  g_assert_false (possible);
  fake_engine_hold (4);
  job = mage_session_train (self->session, subject);
  ui_wait_until (has_run_to_three, job);
  mage_worker_pause (self->worker, job);
  g_object_get (now, "possible", &possible, NULL);
  g_assert_true (possible);
  mage_training_view_ask (view);
  mage_sample_now_ask (now, "too much");
  ui_wait_until (is_refused, now);
  g_assert_cmpstr (mage_sample_now_get_words (now), ==, "It could not be made: There is not enough memory");
  g_assert_false (mage_sample_now_is_filled (now));
  mage_sample_now_ask (now, "a <bear> in the snow");
  ui_wait_until (is_made, now);
  g_assert_cmpint (mage_job_get_state (job), ==, MAGE_JOB_PAUSED);
  g_assert_cmpuint (mage_job_get_step (job), ==, 3);
  fake_engine_hold (0);
  mage_worker_resume (self->worker, job);
  ui_session_wait (self);
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_TRAINED);
  g_object_get (now, "possible", &possible, NULL);
  g_assert_false (possible);
  gtk_window_destroy (window);
  check_kept (self, subject);
}

/* Discarding asks nothing and can be taken back; freeing the memory keeps what was learned. */
static void
test_discard (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  GtkWidget *view = mage_training_view_new (self->session, subject);
  GtkWindow *window = show (view);
  g_autofree char *dir = NULL;
  MageJob *job;
  guint opened;

  fake_engine_hold (4);
  job = mage_session_train (self->session, subject);
  ui_wait_until (has_run_to_three, job);
  dir = g_strdup (mage_run_get_dir (mage_trainable_get_run (subject)));
  gtk_widget_activate_action (view, "training.discard", NULL);
  ui_session_wait (self);
  ui_settle ();
  g_assert_null (mage_trainable_get_run (subject));
  g_assert_false (g_file_test (dir, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (mage_training_view_get_state (MAGE_TRAINING_VIEW (view)), ==, "Discarded. Not trained yet");
  g_assert_true (mage_run_trash_take_back (mage_run_trash_get (self->session), subject, NULL));
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_PARTIAL);
  g_assert_cmpuint (mage_run_get_step (mage_trainable_get_run (subject)), ==, 3);
  g_assert_cmpstr (mage_run_get_dir (mage_trainable_get_run (subject)), ==, dir);

  opened = fake_engine_get_last ()->n_opened;
  job = mage_session_train (self->session, subject);
  ui_wait_until (is_running, job);
  mage_worker_pause (self->worker, job);
  gtk_widget_activate_action (view, "training.free-memory", NULL);
  ui_session_wait (self);
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_PARTIAL);
  fake_engine_hold (0);
  mage_session_train (self->session, subject);
  ui_session_wait (self);
  g_assert_cmpuint (fake_engine_get_last ()->first_step, ==, 3);
  g_assert_cmpuint (fake_engine_get_last ()->n_opened, ==, opened + 1);
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_TRAINED);

  /* What was trained takes more steps, from where it ended. */
  mage_more_steps_take (mage_training_view_get_more_steps (MAGE_TRAINING_VIEW (view)), 4);
  ui_session_wait (self);
  g_assert_cmpuint (fake_engine_get_last ()->first_step, ==, 6);
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (subject)), ==, 10);
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_TRAINED);
  ui_settle ();
  g_assert_cmpuint (mage_loss_chart_get_length (mage_training_view_get_chart (MAGE_TRAINING_VIEW (view))), ==, 10);
  gtk_window_destroy (window);
}

static gboolean
has_run_past_six (gpointer job)
{
  return mage_job_get_step (job) > 6;
}

/* More steps are of that training alone: nothing becomes stale by them, and one that was stopped on its way goes on to all of them. */
static void
test_more (Fixture *self, gconstpointer data)
{
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainable *dog = MAGE_TRAINABLE (ui_session_add_subject (self, "dog"));
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));
  MageParams *params = mage_project_get_params (self->project);
  MageMoreSteps *more = g_object_ref_sink (MAGE_MORE_STEPS (mage_more_steps_new ()));
  g_autofree char *dir = NULL;
  MageJob *job;

  ui_session_train_all (self);
  mage_more_steps_set_up (more, self->session, bear);
  /* What cannot be leaves all as it is. */
  mage_more_steps_take (more, 100000);
  g_assert_null (mage_session_find_job (self->session, bear));
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (bear)), ==, 6);
  fake_engine_hold (8);
  mage_more_steps_take (more, 4);
  job = mage_session_find_job (self->session, bear);
  ui_wait_until (has_run_past_six, job);
  mage_worker_cancel (self->worker, job);
  ui_session_wait (self);
  fake_engine_hold (0);
  g_assert_cmpint (mage_trainable_get_state (bear), ==, MAGE_PARTIAL);
  g_assert_cmpint (mage_trainable_get_state (dog), ==, MAGE_TRAINED);
  g_assert_cmpint (mage_params_get_int (params, "iterations"), ==, 6);
  mage_session_train (self->session, bear);
  ui_session_wait (self);
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (bear)), ==, 10);
  g_assert_cmpint (mage_trainable_get_state (bear), ==, MAGE_TRAINED);
  /* Whoever trains it once more begins nothing anew, and loses nothing. */
  dir = g_strdup (mage_run_get_dir (mage_trainable_get_run (bear)));
  mage_session_train (self->session, bear);
  ui_session_wait (self);
  g_assert_cmpstr (mage_run_get_dir (mage_trainable_get_run (bear)), ==, dir);
  mage_session_fuse (self->session);
  ui_session_wait (self);
  g_object_unref (more);
  more = g_object_ref_sink (MAGE_MORE_STEPS (mage_more_steps_new ()));
  mage_more_steps_set_up (more, self->session, fusion);
  mage_more_steps_take (more, 2);
  ui_session_wait (self);
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (fusion)), ==, 8);
  g_assert_cmpint (mage_trainable_get_state (fusion), ==, MAGE_TRAINED);
  g_assert_cmpint (mage_params_get_int (params, "fuse_iterations"), ==, 6);
  /* With more asked for by the project it is one of fewer. */
  mage_params_set_int (params, "iterations", 12, NULL);
  g_assert_cmpint (mage_trainable_get_state (bear), ==, MAGE_STALE);
  g_object_unref (more);
}

/* Where nobody asked for more, what was stopped goes no further than the project says by now. */
static void
test_lowered (Fixture *self, gconstpointer data)
{
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageParams *params = mage_project_get_params (self->project);
  g_autoptr (GError) error = NULL;
  MageJob *job;

  mage_params_set_int (params, "iterations", 12, NULL);
  fake_engine_hold (8);
  job = mage_session_train (self->session, bear);
  ui_wait_until (has_run_past_six, job);
  mage_worker_cancel (self->worker, job);
  ui_session_wait (self);
  fake_engine_hold (0);
  g_assert_cmpint (mage_trainable_get_state (bear), ==, MAGE_PARTIAL);
  mage_params_set_int (params, "iterations", 9, NULL);
  g_assert_cmpint (mage_trainable_get_state (bear), ==, MAGE_UNTRAINED);
  mage_session_train (self->session, bear);
  ui_session_wait (self);
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (bear)), ==, 9);
  g_assert_cmpint (mage_trainable_get_state (bear), ==, MAGE_TRAINED);
  /* Whoever asks for as many as the first was to have gets them, and they count as more. */
  g_assert_true (mage_session_train_for (self->session, bear, 12, &error));
  ui_session_wait (self);
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (bear)), ==, 12);
  g_assert_cmpint (mage_trainable_get_state (bear), ==, MAGE_TRAINED);
}

static gboolean
is_filled (gpointer page)
{
  return mage_sample_compare_get_n_filled (page) == 2;
}

/* Two samples side by side, or all. */
static void
test_samples (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageMoreSteps *more = g_object_ref_sink (MAGE_MORE_STEPS (mage_more_steps_new ()));
  MageSampleCompare *page;
  GtkWindow *window;

  mage_more_steps_set_up (more, self->session, subject);
  mage_session_train (self->session, subject);
  ui_session_wait (self);
  mage_more_steps_take (more, 4);
  ui_session_wait (self);
  g_object_unref (more);
  page = MAGE_SAMPLE_COMPARE (mage_sample_compare_new (mage_trainable_get_run (subject), 8));
  window = show (GTK_WIDGET (page));
  g_assert_cmpuint (mage_sample_compare_get_n_samples (page), ==, 2);
  ui_wait_until (is_filled, page);
  mage_sample_compare_set_all (page, TRUE);
  g_assert_cmpuint (mage_sample_compare_get_n_filled (page), ==, 2);
  mage_sample_compare_set_all (page, FALSE);
  mage_sample_compare_choose (page, 0, 1);
  g_assert_cmpuint (mage_sample_compare_get_n_filled (page), ==, 2);
  gtk_window_destroy (window);
}

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/training-page/health", test_health);
  g_test_add ("/training-page/step", Fixture, NULL, ui_session_set_up, test_step, ui_session_tear_down);
  g_test_add ("/training-page/open-meanwhile", Fixture, NULL, ui_session_set_up, test_open_meanwhile, ui_session_tear_down);
  g_test_add ("/training-page/compare", Fixture, NULL, ui_session_set_up, test_compare, ui_session_tear_down);
  g_test_add_func ("/training-page/map-groups", test_map_groups);
  g_test_add ("/training-page/maps", Fixture, NULL, ui_session_set_up, test_maps, ui_session_tear_down);
  g_test_add ("/training-page/fusion-maps", Fixture, NULL, ui_session_set_up, test_fusion_maps, ui_session_tear_down);
  g_test_add ("/training-page/word-maps", Fixture, NULL, ui_session_set_up, test_word_maps, ui_session_tear_down);
  g_test_add ("/training-page/sample-now", Fixture, NULL, ui_session_set_up, test_sample_now, ui_session_tear_down);
  g_test_add ("/training-page/discard", Fixture, NULL, ui_session_set_up, test_discard, ui_session_tear_down);
  g_test_add ("/training-page/lowered", Fixture, NULL, ui_session_set_up, test_lowered, ui_session_tear_down);
  g_test_add ("/training-page/more", Fixture, NULL, ui_session_set_up, test_more, ui_session_tear_down);
  g_test_add ("/training-page/samples", Fixture, NULL, ui_session_set_up, test_samples, ui_session_tear_down);
  return g_test_run ();
}
