/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-compose-check.h"
#include "ui/mage-compose-page.h"
#include "ui/mage-cutmix-view.h"
#include "ui/mage-draft.h"
#include "ui/mage-fusion-page.h"
#include "ui/mage-heat-map.h"
#include "ui/mage-item-edit.h"
#include "ui/mage-job-log.h"
#include "ui/mage-method.h"
#include "ui/mage-part-row.h"
#include "ui/mage-parts.h"
#include "ui/mage-stale-group.h"
#include "ui/mage-stale.h"
#include "ui/mage-stopped-run.h"
#include "ui/mage-training-view.h"

/* The steps of the method as the window offers them: the fusion, who plays which part, and what is left out. */

static AdwApplication *application;

static GtkWindow *
show (GtkWidget *widget)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));

  gtk_window_set_default_size (window, 800, 700);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return window;
}

/* The first widget of @type in or below @widget. */
static gpointer
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      gpointer found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* --- maps --- */

static Frames *
make_grey (guint side, guint8 low, guint8 high)
{
  guint8 *rgb = g_malloc (side * side * 3);

  for (guint i = 0; i < side * side; i++)
    memset (rgb + i * 3, i % side < side / 2 ? low : high, 3);
  return frames_new_take (1, side, side, 8, rgb);
}

/* A map is brighter where it is high, and coarser than its picture; a mask has its colour inside and dims the rest. */
static void
test_heat (void)
{
  g_autoptr (Frames) picture = make_grey (8, 100, 100);
  g_autoptr (Frames) map = make_grey (2, 0, 255);
  GdkRGBA red = { 1, 0, 0, 1 };
  g_autoptr (Frames) heat = mage_heat_map_new (picture, map);
  g_autoptr (Frames) mask = mage_heat_map_new_mask (picture, map, &red);
  const guint8 *h = frames_get_frame (heat, 0);
  const guint8 *m = frames_get_frame (mask, 0);

  g_assert_cmpuint (heat->width, ==, 8);
  g_assert_cmpuint (h[0], <, 40);
  g_assert_cmpuint (h[7 * 3], >, 220);
  g_assert_cmpuint (m[0], ==, 60);
  g_assert_cmpuint (m[7 * 3], >, 150);
  g_assert_cmpuint (m[7 * 3 + 1], ==, 52);
}

/* --- the fusion --- */

static gboolean
is_looked_at (gpointer data)
{
  return !mage_cutmix_view_is_empty (data) && mage_cutmix_view_get_token (data, 1) != NULL;
}

/* One subject is too few; two have to be trained first; then they are fused while the page shows whose maps are whose. */
static void
test_fusion (UiSession *self, gconstpointer data)
{
  GtkWidget *page = mage_fusion_page_new (self->session);
  GtkWindow *window = show (page);
  MageTrainingView *training = find (page, MAGE_TYPE_TRAINING_VIEW);
  MageCutmixView *cutmix = find (page, MAGE_TYPE_CUTMIX_VIEW);
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));

  ui_session_add_subject (self, "bear");
  g_assert_cmpint (mage_page_get_inspects (MAGE_PAGE (page)), ==, MAGE_STALE_NOTHING);
  ui_session_add_subject (self, "robot");
  g_assert_cmpint (mage_page_get_inspects (MAGE_PAGE (page)), ==, MAGE_STALE_FUSION);
  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Train first: <bear>, <robot>");
  ui_session_train_all (self);
  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Not fused yet");
  g_assert_cmpstr (mage_training_view_get_action (training), ==, "_Fuse");

  g_assert_nonnull (mage_session_train (self->session, fusion));
  g_assert_null (mage_training_view_get_action (training));
  ui_wait_until (is_looked_at, cutmix);
  g_assert_cmpstr (mage_cutmix_view_get_token (cutmix, 0), ==, "<bear>");
  g_assert_cmpstr (mage_cutmix_view_get_token (cutmix, 1), ==, "<robot>");
  ui_session_wait (self);
  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Fused, 6 steps");
  g_assert_false (mage_cutmix_view_is_empty (cutmix));
  mage_params_set_double (mage_project_get_params (self->project), "lambda2", 0.1, NULL);
  g_assert_cmpstr (mage_training_view_get_action (training), ==, "_Fuse Again");
  gtk_window_destroy (window);
}

/* --- parts --- */

static void
check_recast (const char *prompt, const char *before, const char *after, const char *expected)
{
  g_auto (GStrv) old = g_strsplit (before, " ", -1);
  g_auto (GStrv) new = g_strsplit (after, " ", -1);
  g_autofree char *recast = mage_parts_recast (prompt, (const char *const *) old, (const char *const *) new);

  g_assert_cmpstr (recast, ==, expected);
}

/* Words change in their own places, whoever else has them, and what somebody wrote around them stays. */
static void
test_recast (void)
{
  check_recast ("a person is riding a horse", "person horse", "<bear> horse", "a <bear> is riding a horse");
  check_recast ("a <bear> is riding a <robot> in snow", "<bear> <robot>", "<robot> <bear>", "a <robot> is riding a <bear> in snow");
  check_recast ("a <bear> is riding a <bear>", "<bear> <bear>", "<bear> <cat>", "a <bear> is riding a <cat>");
  check_recast ("a <bear> is riding a <bear>", "<bear> <bear>", "<cat> <bear>", "a <cat> is riding a <bear>");
  check_recast ("A Person on a horse", "person horse", "<bear> horse", "A <bear> on a horse");
  check_recast ("a <person> and a personal horse", "person horse", "<bear> horse", NULL);
}

static MagePartRow *
find_part (GtkWidget *page, guint position)
{
  GtkWidget *row = find (page, MAGE_TYPE_PART_ROW);

  for (; position > 0; position--)
    row = gtk_widget_get_next_sibling (row);
  return MAGE_PART_ROW (row);
}

static const char *
get_prompt (UiSession *self)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return mage_draft_get_prompt (mage_draft_get (self->session));
}

/* Choosing who plays writes the prompt; undo takes both back; a subject may change its word. */
static void
test_parts (UiSession *self, gconstpointer data)
{
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainable *robot = MAGE_TRAINABLE (ui_session_add_subject (self, "robot"));
  MageHistory *history = mage_session_get_history (self->session);
  GtkWidget *page;
  GtkWindow *window;

  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", "horse", NULL);
  page = mage_compose_page_new (self->session);
  window = show (page);
  g_assert_cmpstr (get_prompt (self), ==, "a <bear> is riding a <robot>");
  g_assert_true (mage_part_row_get_player (find_part (page, 0)) == bear);
  mage_part_row_choose (find_part (page, 1), NULL);
  g_assert_cmpstr (get_prompt (self), ==, "a <bear> is riding a horse");
  mage_draft_set_prompt (mage_draft_get (self->session), "a <bear> is riding a horse in the snow");
  mage_part_row_choose (find_part (page, 0), robot);
  g_assert_cmpstr (get_prompt (self), ==, "a <robot> is riding a horse in the snow");
  mage_part_row_choose (find_part (page, 1), bear);
  g_assert_cmpstr (get_prompt (self), ==, "a <robot> is riding a <bear> in the snow");
  g_assert_cmpstr (mage_history_get_undo_label (history), ==, "Change Part");
  mage_history_undo (history);
  g_assert_cmpstr (get_prompt (self), ==, "a <robot> is riding a horse in the snow");
  g_assert_null (mage_part_row_get_player (find_part (page, 1)));
  mage_trainable_set_token (robot, "<tin>");
  mage_parts_rename (self->project, "<robot>", "<tin>");
  g_assert_cmpstr (get_prompt (self), ==, "a <tin> is riding a horse in the snow");
  g_assert_true (mage_part_row_get_player (find_part (page, 0)) == robot);
  gtk_window_destroy (window);
}

/* --- what is stale --- */

/* A parameter makes stale what the table says, and only that is trained again; the fusion follows its subjects. */
static void
test_stale (UiSession *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);
  GtkWidget *group = mage_stale_group_new (self->session);
  GtkWindow *window = show (group);
  g_autoptr (GPtrArray) motion = NULL;
  g_autoptr (GPtrArray) subjects = NULL;
  g_autoptr (GPtrArray) by = NULL;
  g_autofree char *names = NULL;
  guint n_trained;

  ui_session_add_subject (self, "bear");
  ui_session_add_subject (self, "robot");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  mage_session_fuse (self->session);
  ui_session_wait (self);
  g_assert_false (mage_stale_group_offers_training (MAGE_STALE_GROUP (group)));

  mage_params_set_double (params, "omega", 0.8, NULL);
  motion = mage_stale_list (self->project);
  g_assert_cmpuint (motion->len, ==, 1);
  g_assert_true (MAGE_IS_MOTION (g_ptr_array_index (motion, 0)));
  g_assert_true (mage_stale_group_offers_training (MAGE_STALE_GROUP (group)));
  n_trained = fake_engine_get_last ()->n_trained;
  mage_stale_retrain (self->session);
  ui_session_wait (self);
  g_assert_cmpuint (fake_engine_get_last ()->n_trained, ==, n_trained + 1);
  g_assert_false (mage_stale_group_offers_training (MAGE_STALE_GROUP (group)));

  mage_params_set_int (params, "rank", 2, NULL);
  subjects = mage_stale_list (self->project);
  names = mage_stale_dup_names (subjects);
  g_assert_cmpstr (names, ==, "<bear>, <robot>, Ride and the fusion");
  by = mage_stale_list_by (self->project, mage_param_table_find ("omega"));
  g_assert_cmpuint (by->len, ==, 0);
  mage_stale_retrain (self->session);
  ui_session_wait (self);
  g_assert_cmpint (mage_trainable_get_state (MAGE_TRAINABLE (mage_project_get_fusion (self->project))), ==, MAGE_TRAINED);
  gtk_window_destroy (window);
}

/* --- other methods --- */

static gboolean
has_result (gpointer results)
{
  return g_list_model_get_n_items (results) > 0;
}

/* Without L_mot the motion is learned beside the project, which stays as it is; the next time that is found again. */
static void
test_variant (UiSession *self, gconstpointer data)
{
  const MageVariant *plain = mage_variant_find ("without-l-mot");
  GListStore *results = mage_project_get_results (self->project);
  g_autoptr (MageProject) trial = NULL;
  g_autoptr (MageProject) again = NULL;
  g_autoptr (MageVideoPlan) plan = NULL;
  g_autoptr (MageResult) result = NULL;
  g_autofree char *missing = NULL;
  MageTrainable *motion;
  MageDraft *draft = mage_draft_get (self->session);

  ui_session_add_subject (self, "bear");
  motion = MAGE_TRAINABLE (ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL));
  ui_session_train_all (self);
  g_assert_true (mage_method_is_project (mage_variant_find ("full"), self->project));
  g_assert_false (mage_method_is_project (plain, self->project));
  trial = mage_method_new_trial (plain, self->project, NULL);
  missing = mage_method_dup_missing (trial, "a <bear> is riding a horse", "ride");
  g_assert_cmpstr (missing, ==, "Ride");

  plan = mage_method_plan (self->session, trial, "a <bear> is riding a horse", "ride", 0);
  mage_video_plan_start (plan);
  ui_wait_until (has_result, results);
  ui_session_wait (self);
  g_assert_cmpstr (fake_engine_get_last ()->motion_loss, ==, "plain");
  g_assert_cmpint (mage_trainable_get_state (motion), ==, MAGE_TRAINED);
  result = g_list_model_get_item (G_LIST_MODEL (results), 0);
  g_assert_cmpstr (mage_params_get_string (mage_result_get_params (result), "motion_loss"), ==, "plain");

  again = mage_method_new_trial (plain, self->project, NULL);
  g_assert_null (mage_method_dup_missing (again, "a <bear> is riding a horse", "ride"));
  mage_draft_restore (draft, self->session, result);
  g_assert_true (mage_draft_get_method (draft) == plain);
  g_assert_cmpstr (mage_params_get_string (mage_project_get_params (self->project), "motion_loss"), ==, "appearance-free");
}

static gboolean
is_stepping (gpointer job)
{
  /* Encoding has a step, too. */
  return mage_job_get_n_steps (job) > 1 && mage_job_get_step (job) > 0;
}

/* A motion that is stopped at its words goes on there, and says so. */
static void
test_stopped (UiSession *self, gconstpointer data)
{
  MageTrainable *motion = MAGE_TRAINABLE (ui_session_add_motion (self, "ride", "a person is riding a horse", "person", "horse", NULL));
  g_autoptr (MageJob) job = NULL;
  g_autofree char *words = NULL;

  g_assert_null (mage_stopped_run_find (motion));
  fake_engine_hold (4);
  job = g_object_ref (mage_session_train (self->session, motion));
  ui_wait_until (is_stepping, job);
  mage_worker_cancel (self->worker, job);
  ui_session_wait (self);
  fake_engine_hold (0);
  g_assert_cmpuint (mage_run_get_step (mage_trainable_get_run (motion)), ==, 0);
  g_assert_nonnull (mage_stopped_run_find (motion));
  words = mage_stopped_run_dup_words (motion);
  g_assert_nonnull (strstr (words, "of 6 of what “person” looks like"));
}

/* What a plan has still to do is in the queue while its first job runs, the fusion with it, behind what it needs. */
static void
test_planned (UiSession *self, gconstpointer data)
{
  g_autoptr (MageVideoPlan) plan = mage_video_plan_new (self->session, self->project);
  GListModel *jobs = mage_worker_get_jobs (self->worker);
  g_autoptr (MageJob) job = NULL;
  g_autoptr (MageJob) fusion = NULL;
  g_autofree char *words = NULL;

  mage_video_plan_add_training (plan, MAGE_TRAINABLE (ui_session_add_subject (self, "bear")));
  mage_video_plan_add_training (plan, MAGE_TRAINABLE (ui_session_add_subject (self, "robot")));
  mage_video_plan_add_fusion (plan);
  fake_engine_hold (2);
  mage_video_plan_start (plan);
  g_assert_cmpuint (g_list_model_get_n_items (jobs), ==, 3);
  job = g_list_model_get_item (jobs, 0);
  fusion = g_list_model_get_item (jobs, 2);
  ui_wait_until (is_stepping, job);
  words = mage_waiting_job_dup_words (MAGE_WAITING_JOB (fusion));
  g_assert_cmpstr (words, ==, "Waits for “Training <bear>”");
  mage_worker_cancel (self->worker, job);
  fake_engine_hold (0);
  ui_session_wait (self);
  /* The robot is trained, and the fusion waits for the bear. */
  g_assert_cmpuint (g_list_model_get_n_items (mage_session_get_held (self->session)), ==, 1);
  g_assert_false (mage_session_is_busy (self->session));
  g_assert_true (mage_compose_needs_fusion (self->project, "a <bear> and a <robot>"));
  g_assert_false (mage_compose_needs_fusion (self->project, "a <bear>"));
  mage_session_retry (self->session, fusion);
  ui_session_wait (self);
  g_assert_cmpuint (g_list_model_get_n_items (mage_session_get_held (self->session)), ==, 0);
  g_assert_cmpint (mage_trainable_get_state (MAGE_TRAINABLE (mage_project_get_fusion (self->project))), ==, MAGE_TRAINED);
}

/* What cannot be trained holds back what needs it: no video is made, until it is tried again. */
static void
test_plan_fails (UiSession *self, gconstpointer data)
{
  g_autoptr (MageVideoPlan) plan = mage_video_plan_new (self->session, self->project);
  GListModel *held = mage_session_get_held (self->session);
  GListModel *results = G_LIST_MODEL (mage_project_get_results (self->project));
  g_autoptr (MageJob) failed = NULL;
  g_autoptr (MageJob) video = NULL;
  g_autofree char *log = NULL;
  g_autofree char *words = NULL;
  MageTrainable *robot;

  ui_session_add_subject (self, "bear");
  ui_session_train_all (self);
  robot = MAGE_TRAINABLE (ui_session_add_subject (self, "robot"));
  mage_video_plan_add_training (plan, robot);
  mage_video_plan_add_video (plan, "a <bear>", NULL, mage_project_get_params (self->project));
  fake_engine_fail (3);
  mage_video_plan_start (plan);
  ui_session_wait (self);
  fake_engine_fail (0);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (held), ==, 2);
  failed = g_list_model_get_item (held, 0);
  video = g_list_model_get_item (held, 1);
  g_assert_cmpint (mage_job_get_state (failed), ==, MAGE_JOB_FAILED);
  log = mage_job_log_dup_text (failed);
  g_assert_nonnull (strstr (log, "Training <robot>\n"));
  g_assert_nonnull (strstr (log, "not a number at step 3"));
  words = mage_waiting_job_dup_words (MAGE_WAITING_JOB (video));
  g_assert_cmpstr (words, ==, "Waits, since “Training <robot>” failed");
  mage_session_retry (self->session, failed);
  ui_session_wait (self);
  g_assert_cmpuint (g_list_model_get_n_items (held), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, 1);
}

/* What waits is made from what is set when its turn comes. */
static void
test_edit_waiting (UiSession *self, gconstpointer data)
{
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainable *robot = MAGE_TRAINABLE (ui_session_add_subject (self, "robot"));
  MageJob *job;

  fake_engine_hold (2);
  job = mage_session_train (self->session, bear);
  ui_wait_until (is_stepping, job);
  g_assert_true (MAGE_IS_WAITING_JOB (mage_session_train (self->session, robot)));
  g_assert_true (mage_params_set_int (mage_project_get_params (self->project), "iterations", 9, NULL));
  fake_engine_hold (0);
  ui_session_wait (self);
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (robot)), ==, 9);
  g_assert_cmpint (mage_trainable_get_state (robot), ==, MAGE_TRAINED);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/method/heat", test_heat);
  g_test_add_func ("/method/recast", test_recast);
  ADD ("/method/fusion", test_fusion);
  ADD ("/method/parts", test_parts);
  ADD ("/method/stale", test_stale);
  ADD ("/method/variant", test_variant);
  ADD ("/method/stopped", test_stopped);
  ADD ("/method/planned", test_planned);
  ADD ("/method/plan-fails", test_plan_fails);
  ADD ("/method/edit-waiting", test_edit_waiting);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
