/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "jobs/mage-import.h"
#include "jobs/mage-sample-project.h"
#include "media/clip-reader.h"
#include "media/clip-writer.h"
#include "tests/ui-picture.h"
#include "ui/mage-attention-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-export-dialog.h"
#include "ui/mage-mask-finder.h"
#include "ui/mage-result-page.h"
#include "ui/mage-sample-compare.h"
#include "ui/mage-steps-card.h"
#include "ui/mage-thing-dialog.h"
#include "ui/mage-training-page.h"
#include "ui/mage-video-desk.h"
#include "ui/mage-window.h"

/*
 * ui-tour DIR [--quick] [--things] [--losses] [--attention] [--rtl]: walks through the window with the sample project and writes a picture of every
 * page and state, light and dark, wide and narrow; with --things only of the things that move in clips, with --losses only of
 * a training's own page, with --attention only of the attention of a video. Everything is real: the material that comes with the
 * program, short trainings, and a video that the model makes.
 */

/* Enough to see a loss fall, and few enough for a coffee. */
#define ITERATIONS 150
#define TOKEN_ITERATIONS 20
#define FUSE_ITERATIONS 12
#define STEPS 30
/* With --quick: every state is seen, no loss falls. */
#define QUICK 12

/* Steps of what is no part of the tour. */
#define FEW 12

typedef struct
{
  AdwApplication *application;
  MageWorker *worker;
  MageModelStatus *model;
  GSettings *settings;
  MageWindow *window;
  const char *folder;
  char *project;
  char *scratch;
  int iterations;
  int steps;
  gboolean mirrored;
  gboolean things;
  gboolean losses;
  gboolean attention;
  gboolean silent;     /* what is walked through is no part of the tour */
} Tour;

/* --- waiting --- */

static MageSession *
get_session (Tour *self)
{
  return mage_window_get_session (self->window);
}

static MageProject *
get_project (Tour *self)
{
  return mage_session_get_project (get_session (self));
}

static MageTrainable *
find (Tour *self, const char *name)
{
  MageTrainable *item = mage_project_find (get_project (self), name);

  g_assert_nonnull (item);
  return item;
}

/* In the middle of what matters, which is the last phase. */
static gboolean
is_at_step (gpointer data)
{
  MageJob *job = data;

  return mage_job_is_over (job)
         || (mage_series_get_length (mage_job_get_series (job)) > 0
             && mage_job_get_step (job) * 3 >= mage_job_get_n_steps (job));
}

static gboolean
is_seen (gpointer data)
{
  MageJob *job = data;
  guint n;

  return mage_job_is_over (job) || (mage_job_get_look (job, "map 2", &n, &n, &n) != NULL && is_at_step (job));
}

static gboolean
is_previewed (gpointer data)
{
  MageJob *job = data;
  guint n;

  return mage_job_is_over (job)
         || (mage_job_get_step (job) * 2 > mage_job_get_n_steps (job) && mage_job_get_preview (job, &n, &n, &n) != NULL);
}

static gboolean
is_over (gpointer data)
{
  return mage_job_is_over (data);
}

static void
end (MageJob *job)
{
  ui_wait_until (is_over, job);
  if (mage_job_get_error (job) != NULL)
    g_error ("%s", mage_job_get_error (job)->message);
}

/* --- pictures --- */

static void
shoot_as (Tour *self, const char *name, gboolean dark, int width, int height, const char *kind)
{
  g_autofree char *file = g_strdup_printf ("%s-%s-%s.png", name, kind, dark ? "dark" : "light");
  g_autofree char *path = g_build_filename (self->folder, file, NULL);

  if (self->silent)
    return;
  ui_set_dark (dark);
  ui_resize (GTK_WINDOW (self->window), width, height);
  ui_settle ();
  ui_save (GTK_WIDGET (self->window), path);
  g_print ("%s\n", path);
}

/* In all four ways; the window is left wide and light. */
static void
shoot (Tour *self, const char *name)
{
  shoot_as (self, name, TRUE, 400, 800, "narrow");
  shoot_as (self, name, FALSE, 400, 800, "narrow");
  shoot_as (self, name, TRUE, 1280, 800, "wide");
  shoot_as (self, name, FALSE, 1280, 800, "wide");
}

/* What runs does not wait for four pictures: after the first it pauses. */
static void
shoot_live (Tour *self, const char *name, MageJob *job)
{
  shoot_as (self, name, FALSE, 1280, 800, "wide");
  mage_worker_pause (self->worker, job);
  shoot_as (self, name, TRUE, 1280, 800, "wide");
  shoot_as (self, name, FALSE, 400, 800, "narrow");
  shoot_as (self, name, TRUE, 400, 800, "narrow");
  mage_worker_resume (self->worker, job);
  ui_resize (GTK_WINDOW (self->window), 1280, 800);
}

/* --- the walk --- */

/* --- masks --- */

static gboolean
is_there (gpointer data)
{
  return !mage_session_is_importing (data);
}

static gboolean
is_found (gpointer data)
{
  return mage_mask_finder_is_idle (data);
}

static MageSubject *
drop_pictures (Tour *self, GListStore *files)
{
  mage_session_import (get_session (self), G_LIST_MODEL (files), NULL);
  ui_wait_until (is_there, get_session (self));
  return MAGE_SUBJECT (mage_session_get_item (get_session (self)));
}

/* A mask as it would be if it had come about in another way. */
static void
set_mask (MageSubject *subject, guint i, MageMaskMade made, double score)
{
  g_autoptr (MageMedia) picture = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (subject)), i);
  g_autoptr (MageMedia) mask = mage_media_confirm (mage_media_get_mask (picture));

  mage_media_set_made (mask, made, score);
  mage_media_set_mask (picture, mask);
}

static GFile *
make_plain (Tour *self)
{
  g_autofree char *path = g_build_filename (self->scratch, "fog.png", NULL);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 400, 300);

  gdk_pixbuf_fill (pixbuf, 0x90989cff);
  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL));
  return g_file_new_for_path (path);
}

/* Pictures without masks, from the drop on; then one in which there is nothing. */
static void
walk_masks (Tour *self)
{
  MageMaskFinder *finder = mage_mask_finder_get (get_session (self));
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) plain = make_plain (self);
  MageSubject *subject;

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/sample/subjects/pink_bear/%u.png", MAGE_SOURCE_DATA, i);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      g_list_store_append (files, file);
    }
  subject = drop_pictures (self, files);
  shoot (self, "16-subject-segmenting");
  ui_wait_until (is_found, finder);
  shoot (self, "17-subject-masked");
  set_mask (subject, 0, MAGE_MASK_CORRECTED, 1);
  shoot (self, "18-subject-corrected");
  set_mask (subject, 0, MAGE_MASK_AUTOMATIC, 0.4);
  shoot (self, "18-subject-doubtful");
  mage_project_remove (get_project (self), MAGE_TRAINABLE (subject));
  g_list_store_remove_all (files);
  g_list_store_append (files, plain);
  subject = drop_pictures (self, files);
  ui_wait_until (is_found, finder);
  shoot (self, "19-subject-refused");
  mage_project_remove (get_project (self), MAGE_TRAINABLE (subject));
}

static void
make_project (Tour *self)
{
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) project = mage_project_create (self->project, NULL, model, &error);
  MageParams *params;

  g_assert_no_error (error);
  mage_window_open_project (self->window, project);
  shoot (self, "10-project-empty");
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
  shoot (self, "11-compose-empty");
  mage_session_show (get_session (self), MAGE_PLACE_RESULTS);
  shoot (self, "12-results-empty");
  mage_session_show (get_session (self), MAGE_PLACE_FUSION);
  shoot (self, "14-fusion-empty");
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.prior-clips", NULL);
  shoot (self, "15-clips-to-remember");
  adw_dialog_force_close (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self->window)));
  mage_project_add_subject (project, "new friend", NULL, NULL, &error);
  mage_session_show_item (get_session (self), find (self, "new friend"));
  shoot (self, "13-subject-empty");
  mage_project_remove (project, find (self, "new friend"));
  walk_masks (self);

  mage_sample_project_fill (project, MAGE_SOURCE_DATA, &error);
  g_assert_no_error (error);
  params = mage_project_get_params (project);
  mage_params_set_int (params, "iterations", self->iterations, NULL);
  mage_params_set_int (params, "token_iterations", MIN (TOKEN_ITERATIONS, self->iterations), NULL);
  mage_params_set_int (params, "steps", self->steps, NULL);
  mage_params_set_int (params, "fuse_iterations", FUSE_ITERATIONS, NULL);
  mage_params_set_int (params, "sample_every", self->iterations / 4, NULL);
  mage_params_set_int (params, "sample_steps", 8, NULL);
  mage_params_set_int (params, "fuse_clips", 1, NULL);
  mage_params_set_int (params, "clip_steps", 6, NULL);
}

/* On the page that is shown. */
static void
train_here (Tour *self, MageTrainable *item, const char *picture)
{
  MageJob *job;

  job = mage_session_train (get_session (self), item);
  g_assert_nonnull (job);
  g_object_ref (job);
  if (picture != NULL)
    {
      ui_wait_until (is_at_step, job);
      shoot_live (self, picture, job);
    }
  end (job);
  g_object_unref (job);
}

static void
train (Tour *self, const char *name, const char *picture)
{
  MageTrainable *item = find (self, name);

  mage_session_show_item (get_session (self), item);
  train_here (self, item, picture);
}

static void
fuse (Tour *self)
{
  MageJob *job;

  mage_session_show (get_session (self), MAGE_PLACE_FUSION);
  shoot (self, "35-fusion-new");
  job = mage_session_fuse (get_session (self));
  g_assert_nonnull (job);
  g_object_ref (job);
  ui_wait_until (is_seen, job);
  shoot_live (self, "36-fusion-running", job);
  end (job);
  g_object_unref (job);
  shoot (self, "37-fusion-done");
}

/* What is dragged over the window is told what it would become. */
static void
walk_drop (Tour *self)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (self->window));
  GtkDropTarget *target = NULL;
  GdkDragAction action;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        target = GTK_DROP_TARGET (controller);
    }
  g_assert_nonnull (target);
  g_signal_emit_by_name (target, "enter", 10.0, 10.0, &action);
  shoot (self, "26-drop");
  g_signal_emit_by_name (target, "leave");
}

/* Where the keyboard is: by Tab from place to place. */
static void
walk_focus (Tour *self)
{
  static const guint tabs[] = { 1, 4, 5, 6, 8 };

  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      g_autofree char *name = g_strdup_printf ("27-focus-%u", i + 1);

      for (guint k = 0; k < tabs[i]; k++)
        gtk_widget_child_focus (GTK_WIDGET (self->window), GTK_DIR_TAB_FORWARD);
      gtk_window_set_focus_visible (GTK_WINDOW (self->window), TRUE);
      shoot_as (self, name, i % 2 == 1, 1280, 800, "wide");
    }
  gtk_window_set_focus_visible (GTK_WINDOW (self->window), FALSE);
  gtk_window_set_focus (GTK_WINDOW (self->window), NULL);
}

/* --- where things are --- */

static gboolean
is_settled (gpointer data)
{
  MageThingDialog *dialog = data;
  MageMaskStage *stage = mage_thing_dialog_get_stage (dialog);

  return !mage_thing_dialog_is_loading (dialog) && mage_thing_follower_is_settled (mage_thing_dialog_get_follower (dialog))
         && !mage_mask_editor_get_working (mage_mask_stage_get_editor (stage))
         && !mage_picture_canvas_is_loading (mage_mask_stage_get_canvas (stage));
}

static gboolean
is_half_followed (gpointer data)
{
  MageThingFollower *follower = data;

  return !mage_thing_follower_is_following (follower) || mage_thing_follower_get_progress (follower) > 0.3;
}

static MageThingDialog *
show_thing (Tour *self, MageMotion *motion, MageThing *thing)
{
  AdwDialog *dialog;

  mage_session_show_item (get_session (self), MAGE_TRAINABLE (motion));
  dialog = mage_thing_dialog_new (get_session (self), motion, thing);
  adw_dialog_present (dialog, GTK_WIDGET (self->window));
  ui_settle ();
  ui_wait_until (is_settled, dialog);
  return MAGE_THING_DIALOG (dialog);
}

/* One shot after another, which nobody could learn as one motion. */
static MageMotion *
add_two_shots (Tour *self)
{
  static const char *const names[] = { "person_riding_horse", "cat_chasing_dog" };
  g_autofree char *path = g_build_filename (self->scratch, "two_shots.mp4", NULL);
  g_autoptr (GByteArray) rgb = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (Frames) both = NULL;
  g_autoptr (GError) error = NULL;
  ClipRead want = { .n_frames = 8, .rate = 8, .width = 256, .height = 256 };
  MageMotion *motion;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strconcat (names[i], ".mp4", NULL);
      g_autofree char *clip = g_build_filename (MAGE_SOURCE_DATA, "sample", "motions", file, NULL);
      g_autoptr (Frames) frames = clip_read (clip, &want, NULL, &error);

      g_assert_no_error (error);
      g_byte_array_append (rgb, g_bytes_get_data (frames->rgb, NULL), (guint) g_bytes_get_size (frames->rgb));
    }
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&rgb));
  both = frames_new (2 * want.n_frames, want.width, want.height, want.rate, bytes);
  clip_write (both, path, &(ClipWrite) { .quality = 95 }, NULL, &error);
  g_assert_no_error (error);
  motion = mage_import_motion (get_project (self), path, "two_shots", "a person is riding a horse", 0, 2, &error);
  g_assert_no_error (error);
  return motion;
}

static void
follow (Tour *self, MageThingDialog *dialog, const char *picture)
{
  MageThingFollower *follower = mage_thing_dialog_get_follower (dialog);

  mage_thing_follower_follow (follower);
  if (picture != NULL)
    {
      ui_wait_until (is_half_followed, follower);
      shoot_as (self, picture, FALSE, 1280, 800, "wide");
    }
  ui_wait_until (is_settled, dialog);
}

static void
walk_things (Tour *self)
{
  MageMotion *motion = MAGE_MOTION (find (self, MAGE_SAMPLE_MOTION));
  MageMotion *shots = add_two_shots (self);
  g_autoptr (MageThing) person = g_list_model_get_item (G_LIST_MODEL (mage_motion_get_things (motion)), 0);
  MageThing *rider = mage_motion_add_thing (shots, "person", NULL, 0);
  MageThingDialog *dialog;

  mage_session_show_item (get_session (self), MAGE_TRAINABLE (shots));
  shoot (self, "28-motion-warnings");
  mage_motion_set_crop (shots, &(MageCrop) { 20, 60, 170, 170 });
  shoot (self, "28-motion-cropped");
  dialog = show_thing (self, motion, person);
  shoot (self, "29-thing-marked");
  follow (self, dialog, "29-thing-following");
  shoot (self, "29-thing-followed");
  adw_dialog_force_close (ADW_DIALOG (dialog));
  dialog = show_thing (self, shots, rider);
  shoot (self, "29-thing-open");
  mage_mask_editor_mark_box (mage_mask_stage_get_editor (mage_thing_dialog_get_stage (dialog)), 85, 40, 170, 170);
  ui_wait_until (is_settled, dialog);
  follow (self, dialog, NULL);
  ui_wait_until (is_settled, dialog);
  shoot (self, "29-thing-doubtful");
  adw_dialog_force_close (ADW_DIALOG (dialog));
  mage_project_remove (get_project (self), MAGE_TRAINABLE (shots));
}

static void
scroll_to (GtkWidget *widget)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

/* In both lights, scrolled to the end. */
static void
shoot_end (Tour *self, const char *name, GtkWidget *widget)
{
  static const struct { int width; const char *kind; } sizes[] = { { 400, "narrow" }, { 1280, "wide" } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint dark = 0; dark < 2; dark++)
      {
        ui_resize (GTK_WINDOW (self->window), sizes[i].width, 800);
        ui_settle ();
        scroll_to (widget);
        shoot_as (self, name, dark == 1, sizes[i].width, 800, sizes[i].kind);
      }
}

/* --- a training's own page --- */

static MageTrainingPage *
push_training (Tour *self)
{
  AdwNavigationPage *page = mage_training_page_new (get_session (self), find (self, "<bear1>"));

  mage_session_push_page (get_session (self), page);
  return MAGE_TRAINING_PAGE (page);
}

static gboolean
has_answered (gpointer job)
{
  return mage_job_is_over (job) || !mage_job_is_wishing (job);
}

static gboolean
has_maps (gpointer maps)
{
  return mage_training_maps_get_n_tiles (maps) > 0;
}

/* Paused, with a sample of another place, and where it looks; then it goes on. */
static void
pause_here (Tour *self, MageTrainable *item, MageTrainingPage *page)
{
  MageTrainingView *view = mage_training_page_get_training (page);
  g_autoptr (MageJob) job = g_object_ref (mage_session_train (get_session (self), item));

  ui_wait_until (is_at_step, job);
  mage_worker_pause (self->worker, job);
  mage_training_view_ask (view);
  mage_sample_now_ask (mage_training_view_get_sample_now (view), "a <bear1> in the snow");
  ui_wait_until (has_answered, job);
  ui_wait_until (has_maps, mage_training_page_get_maps (page));
  shoot (self, "68-training-paused");
  shoot_end (self, "69-training-maps", GTK_WIDGET (mage_training_page_get_maps (page)));
  mage_worker_resume (self->worker, job);
  end (job);
}

static gboolean
are_filled (gpointer page)
{
  return mage_sample_compare_get_n_filled (page) == mage_sample_compare_get_n_samples (page);
}

/* Its beginning again, its samples beside each other, and what is left of it when it is discarded. */
static void
walk_back (Tour *self, MageTrainable *item, MageTrainingPage *page)
{
  MageTrainingMaps *maps = mage_training_page_get_maps (page);
  MageSampleCompare *samples;
  g_autoptr (MageJob) job = NULL;

  mage_training_page_set_step (page, 1);
  ui_settle ();
  shoot_end (self, "70-training-maps-back", GTK_WIDGET (maps));
  samples = MAGE_SAMPLE_COMPARE (mage_sample_compare_new (mage_trainable_get_run (item), 8));
  mage_session_push_page (get_session (self), ADW_NAVIGATION_PAGE (samples));
  ui_settle ();
  shoot (self, "71-samples-two");
  mage_sample_compare_set_all (samples, TRUE);
  ui_wait_until (are_filled, samples);
  shoot (self, "72-samples-all");
  gtk_widget_activate_action (GTK_WIDGET (samples), "navigation.pop", NULL);
  ui_settle ();
  mage_subject_set_prompt (MAGE_SUBJECT (item), "The <bear1>");
  job = g_object_ref (mage_session_train (get_session (self), item));
  ui_wait_until (is_at_step, job);
  gtk_widget_activate_action (GTK_WIDGET (mage_training_page_get_training (page)), "training.discard", NULL);
  ui_wait_until (is_over, job);
  ui_settle ();
  shoot (self, "73-training-discarded");
}

/* Before, while it runs, after; then beside the run before, from near, and by timesteps. */
static void
walk_losses (Tour *self)
{
  MageSubject *subject;
  MageTrainingPage *page;
  MageLossChart *chart;
  g_autofree char *first = NULL;

  mage_session_show_item (get_session (self), find (self, "<bear1>"));
  subject = MAGE_SUBJECT (find (self, "<bear1>"));
  page = push_training (self);
  chart = mage_training_view_get_chart (mage_training_page_get_training (page));
  shoot (self, "60-losses-before");
  train_here (self, MAGE_TRAINABLE (subject), "61-losses-running");
  shoot (self, "62-losses-done");
  mage_training_page_set_step (page, (guint) self->iterations / 2);
  shoot (self, "63-losses-step");
  first = g_strdup (mage_run_get_id (mage_trainable_get_run (MAGE_TRAINABLE (subject))));
  mage_subject_set_prompt (subject, "A photo of a <bear1>");
  pause_here (self, MAGE_TRAINABLE (subject), page);
  mage_loss_compare_choose (mage_training_page_get_compare (page), first, TRUE);
  mage_training_page_set_step (page, (guint) self->iterations / 3);
  shoot (self, "64-losses-overlaid");
  mage_loss_view_zoom (mage_loss_chart_get_view (chart), 4, self->iterations / 3.0);
  shoot (self, "65-losses-zoomed");
  mage_loss_view_set (mage_loss_chart_get_view (chart), 0, self->iterations);
  mage_loss_chart_set_banded (chart, TRUE);
  shoot (self, "66-losses-by-timestep");
  mage_loss_chart_set_banded (chart, FALSE);
  mage_loss_chart_set_logarithmic (chart, TRUE);
  shoot (self, "67-losses-logarithmic");
  walk_back (self, MAGE_TRAINABLE (subject), page);
}

static void
walk_training (Tour *self)
{
  mage_session_show_item (get_session (self), find (self, "<bear1>"));
  shoot (self, "20-subject-new");
  walk_drop (self);
  walk_focus (self);
  train (self, "<bear1>", "21-subject-training");
  shoot (self, "22-subject-trained");
  train (self, "<robot1>", NULL);
  mage_session_show_item (get_session (self), find (self, MAGE_SAMPLE_MOTION));
  shoot (self, "30-motion-new");
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
  shoot (self, "40-compose-untrained");
  mage_session_show (get_session (self), MAGE_PLACE_FUSION);
  shoot (self, "34-fusion-untrained");
  train (self, MAGE_SAMPLE_MOTION, "31-motion-training");
  shoot (self, "32-motion-trained");
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
  shoot (self, "41-compose-unjoined");
  fuse (self);
}

static void
compose (Tour *self, const char *prompt, gint64 seed, const char *picture)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (get_project (self)));
  MageTrainable *motion = find (self, MAGE_SAMPLE_MOTION);
  MageJob *job;

  mage_draft_set_prompt (mage_draft_get (get_session (self)), prompt);
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
  mage_params_set_int (params, "seed", seed, NULL);
  mage_params_set_int (params, "preview_every", 1, NULL);
  job = mage_session_sample (get_session (self), prompt, MAGE_MOTION (motion), params);
  g_assert_nonnull (job);
  g_object_ref (job);
  if (picture != NULL)
    {
      ui_wait_until (is_previewed, job);
      shoot_live (self, picture, job);
    }
  end (job);
  g_object_unref (job);
}

static gboolean
has_steps (gpointer data)
{
  return mage_steps_card_get_n_seen (data) > 3;
}

static gboolean
is_sharp (gpointer data)
{
  MageJob *job = mage_video_desk_get_preview (data);

  return job != NULL && mage_job_is_over (job);
}

/* Back to a step, a branch from there with another τ, and a preview of other settings. */
static void
walk_steps (Tour *self)
{
  MageParams *params = mage_project_get_params (get_project (self));
  MageStepsCard *card = ui_find_widget (GTK_WIDGET (self->window), MAGE_TYPE_STEPS_CARD);
  guint n = (guint) mage_params_get_int (params, "steps");
  GListModel *jobs = mage_worker_get_jobs (self->worker);
  g_autoptr (MageJob) job = NULL;

  g_assert_nonnull (card);
  ui_wait_until (has_steps, card);
  shoot_end (self, "43-compose-timeline", GTK_WIDGET (card));
  mage_steps_card_choose (card, n / 3);
  shoot_end (self, "47-compose-step", GTK_WIDGET (card));
  mage_params_set_int (params, "tau", 30, NULL);
  mage_params_set_double (params, "alpha_bend", 0.25, NULL);
  g_signal_emit_by_name (card, "branch", n / 3);
  job = g_list_model_get_item (jobs, 0);
  g_assert_nonnull (job);
  end (job);
  ui_settle ();
  shoot_end (self, "48-compose-branches", GTK_WIDGET (card));
  mage_params_reset (params, "tau");
  mage_params_reset (params, "alpha_bend");
  ui_wait_until (is_sharp, ui_find_widget (GTK_WIDGET (self->window), MAGE_TYPE_VIDEO_DESK));
  shoot (self, "49-compose-preview");
}

/* What is chosen for a video: another method, and a change that has to be trained. */
static void
walk_choices (Tour *self)
{
  MageParams *params = mage_project_get_params (get_project (self));
  MageDraft *draft = mage_draft_get (get_session (self));

  mage_draft_set_method (draft, mage_variant_find ("without-l-mot"));
  shoot (self, "44-compose-method");
  mage_draft_set_method (draft, mage_variant_find ("full"));
  mage_params_set_double (params, "omega", 0.8, NULL);
  mage_params_set_double (params, "lambda2", 0.3, NULL);
  shoot (self, "45-compose-stale");
  mage_params_reset (params, "omega");
  mage_params_reset (params, "lambda2");
}

static gboolean
is_quiet (gpointer data)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (data)) == 0;
}

/* Which of the plain words of a prompt may be the project's. */
static void
walk_suggestion (Tour *self)
{
  MageDraft *draft = mage_draft_get (get_session (self));
  g_autofree char *before = g_strdup (mage_draft_get_prompt (draft));

  mage_draft_set_prompt (draft, "a bear is chasing a robot, <toy>");
  shoot (self, "46-compose-suggestion");
  mage_draft_set_prompt (draft, before);
}

static void
walk_export (Tour *self, MageResult *result)
{
  g_autofree char *good = g_build_filename (self->scratch, "ride.mp4", NULL);
  g_autofree char *bad = g_build_filename (self->scratch, "nowhere", "ride.mp4", NULL);
  AdwDialog *dialog = mage_export_dialog_new (get_session (self), result);

  adw_dialog_present (dialog, GTK_WIDGET (self->window));
  shoot (self, "52-export");
  mage_export_dialog_export (MAGE_EXPORT_DIALOG (dialog), good);
  ui_wait_until (is_quiet, self->worker);
  shoot (self, "53-export-done");
  adw_dialog_force_close (dialog);
  dialog = mage_export_dialog_new (get_session (self), result);
  adw_dialog_present (dialog, GTK_WIDGET (self->window));
  mage_export_dialog_export (MAGE_EXPORT_DIALOG (dialog), bad);
  ui_wait_until (is_quiet, self->worker);
  shoot (self, "54-export-failed");
  adw_dialog_force_close (dialog);
}

static gboolean
is_looked_at (gpointer data)
{
  const MageAttentionLook *look = mage_attention_page_get_look (data);

  return look->attention != NULL && mage_attention_film_get (mage_attention_page_get_film (data), look->step) == look->attention;
}

/* The microscope: a word, a head, a place in time, the branches' difference, and two looks compared. */
static void
walk_attention (Tour *self)
{
  MageResult *result = mage_project_find_result (get_project (self), NULL);
  AdwNavigationPage *pushed = mage_attention_page_new (get_session (self), result, 0);
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (pushed);

  mage_session_push_page (get_session (self), pushed);
  shoot_as (self, "70-attention-waiting", FALSE, 1280, 800, "wide");
  ui_wait_until (is_looked_at, page);
  ui_settle ();
  mage_attention_page_set_word (page, 1);
  mage_attention_page_set_place (page, 0.55, 0.55);
  mage_attention_page_set_frame (page, 3);
  shoot (self, "71-attention-word");
  mage_attention_page_keep (page, 0);
  mage_attention_page_set_head (page, 1);
  shoot (self, "72-attention-head");
  mage_attention_page_set_head (page, MAGE_ATTENTION_ALL_HEADS);
  mage_attention_page_set_branch (page, MAGE_LOOK_DIFFERENCE);
  shoot (self, "73-attention-difference");
  mage_attention_page_set_branch (page, MAGE_LOOK_MOTION);
  mage_attention_page_set_temporal (page, TRUE);
  shoot (self, "74-attention-time");
  mage_attention_page_set_temporal (page, FALSE);
  mage_attention_page_keep (page, 1);
  ui_settle ();
  shoot_end (self, "75-attention-compared", ui_find_widget (GTK_WIDGET (self->window), g_type_from_name ("MageAttentionWords")));
}

static void
walk_results (Tour *self)
{
  MageResult *result;

  compose (self, MAGE_SAMPLE_PROMPT, 7, "42-compose-sampling");
  shoot (self, "43-compose-done");
  walk_steps (self);
  walk_attention (self);
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
  walk_choices (self);
  walk_suggestion (self);
  compose (self, "a <bear1> is riding a horse in the snow", 21, NULL);
  compose (self, "a person is riding a <robot1> in the desert", 42, NULL);
  mage_session_show (get_session (self), MAGE_PLACE_RESULTS);
  shoot (self, "50-results");
  result = mage_project_find_result (get_project (self), NULL);
  mage_session_push_page (get_session (self), mage_result_page_new (get_session (self), result));
  shoot (self, "51-result");
  walk_export (self, result);
}

/* Only as much as a video with two branches needs. */
static void
walk_attention_alone (Tour *self)
{
  MageParams *params = mage_project_get_params (get_project (self));

  /* Where a network looks is much the same after a few steps. */
  mage_params_set_int (params, "iterations", FEW, NULL);
  mage_params_set_int (params, "token_iterations", FEW, NULL);
  mage_params_set_int (params, "sample_every", 0, NULL);
  mage_params_set_text (params, "fusion", "average", NULL);
  mage_params_set_int (params, "steps", FEW, NULL);
  self->silent = TRUE;
  train (self, "<bear1>", NULL);
  train (self, "<robot1>", NULL);
  train (self, MAGE_SAMPLE_MOTION, NULL);
  compose (self, MAGE_SAMPLE_PROMPT, 7, NULL);
  self->silent = FALSE;
  walk_attention (self);
}

/* A training that cannot go on says why: its picture is gone. */
static void
walk_errors (Tour *self)
{
  MageSubject *subject = MAGE_SUBJECT (find (self, "<robot1>"));
  g_autoptr (MageMedia) first = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (subject)), 0);
  g_autofree char *path = mage_media_dup_path (first);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  MageJob *job;

  mage_session_show_item (get_session (self), MAGE_TRAINABLE (subject));
  shoot (self, "23-subject-picture");
  mage_subject_set_prompt (subject, "A photo of a <robot1>");
  ui_settle ();
  shoot (self, "24-subject-stale");
  mage_session_show (get_session (self), MAGE_PLACE_FUSION);
  shoot (self, "38-fusion-stale");
  mage_session_show_item (get_session (self), MAGE_TRAINABLE (subject));
  g_assert_true (g_file_delete (file, NULL, NULL));
  job = mage_session_train (get_session (self), MAGE_TRAINABLE (subject));
  g_assert_nonnull (job);
  g_object_ref (job);
  ui_wait_until (is_over, job);
  g_object_unref (job);
  shoot (self, "25-subject-failed");
}

static void
walk (Tour *self)
{
  self->silent = self->things || self->losses || self->attention;
  shoot (self, "01-welcome");
  make_project (self);
  self->silent = FALSE;
  if (!self->losses && !self->attention)
    walk_things (self);
  if (self->things)
    return;
  if (self->losses)
    {
      walk_losses (self);
      return;
    }
  if (self->attention)
    {
      walk_attention_alone (self);
      return;
    }
  walk_training (self);
  walk_results (self);
  walk_errors (self);
  mage_window_close_project (self->window);
}

static gboolean
parse (Tour *self, int argc, char *argv[])
{
  for (int i = 2; i < argc; i++)
    if (g_str_equal (argv[i], "--quick"))
      self->iterations = self->steps = QUICK;
    else if (g_str_equal (argv[i], "--things"))
      self->things = TRUE;
    else if (g_str_equal (argv[i], "--losses"))
      self->losses = TRUE;
    else if (g_str_equal (argv[i], "--attention"))
      self->attention = TRUE;
    else if (g_str_equal (argv[i], "--rtl"))
      self->mirrored = TRUE;
    else
      return FALSE;
  self->folder = argc > 1 ? argv[1] : NULL;
  return argc > 1;
}

int
main (int argc, char *argv[])
{
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *scratch = g_dir_make_tmp ("mage-tour-XXXXXX", NULL);
  Tour tour = { .iterations = ITERATIONS, .steps = STEPS };

  if (!parse (&tour, argc, argv))
    {
      g_printerr ("Usage: ui-tour DIR [--quick] [--things] [--losses] [--attention] [--rtl]\n"
                  "With ADW_DEBUG_HIGH_CONTRAST=1 in the environment the pictures are of high contrast.\n");
      return 2;
    }
  g_mkdir_with_parents (tour.folder, 0755);
  tour.scratch = scratch;
  tour.project = g_build_filename (scratch, "Cartoon Ride.mage", NULL);
  tour.application = ui_start ();
  if (tour.mirrored)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  tour.settings = g_settings_new ("org.videomage.VideoMage");
  tour.worker = mage_worker_new (MAGE_WORKER_NICE, NULL);
  tour.model = mage_model_status_new (tour.worker, tour.settings, model);
  tour.window = mage_window_new (tour.application, tour.worker, tour.model, tour.settings, MAGE_SOURCE_DATA);
  gtk_window_present (GTK_WINDOW (tour.window));
  mage_model_status_check (tour.model);
  walk (&tour);
  gtk_window_destroy (GTK_WINDOW (tour.window));
  ui_remove_folder (scratch);
  g_free (tour.project);
  return 0;
}
