/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-branch-list.h"
#include "ui/mage-compose-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-follower.h"
#include "ui/mage-steps-card.h"
#include "ui/mage-timeline-handle.h"
#include "ui/mage-timeline.h"

#include <math.h>

/* The steps of a video in the window: the timeline's handles, going back, branches, and the preview that follows. */

#define PROMPT "a <bear>"

static AdwApplication *application;

static GtkWindow *
show (GtkWidget *widget)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));

  gtk_window_set_default_size (window, 900, 800);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  ui_settle ();
  return window;
}

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

/* As the arrow keys do. */
static void
nudge (MageTimeline *timeline, MageTimelinePart part, int dx, int dy)
{
  g_signal_emit_by_name (mage_timeline_get_handle (timeline, part), "nudged", dx, dy);
}

/* --- the timeline --- */

static void
count_cb (MageTimeline *timeline, guint value, guint *last)
{
  *last = value;
}

/* Every handle moves by the keyboard, within its bounds; the middle bends the line and the ends stay. */
static void
test_keyboard (void)
{
  GtkWidget *widget = mage_timeline_new ();
  MageTimeline *timeline = MAGE_TIMELINE (widget);
  GtkWindow *window = show (widget);
  const MageGuidance guidance = { 15, 15, { 1000, 0.5, 0, 0.5 } };
  guint step = 99;
  guint guided = 99;
  double end;

  mage_timeline_set_run (timeline, 50, 20, TRUE, NULL);
  mage_timeline_set_guidance (timeline, &guidance, NULL);
  g_signal_connect (timeline, "step-chosen", G_CALLBACK (count_cb), &step);
  g_signal_connect (timeline, "guided-changed", G_CALLBACK (count_cb), &guided);
  for (guint i = 0; i < MAGE_TIMELINE_N_PARTS; i++)
    {
      g_assert_true (gtk_widget_get_visible (mage_timeline_get_handle (timeline, i)));
      g_assert_true (gtk_widget_grab_focus (mage_timeline_get_handle (timeline, i)));
    }
  nudge (timeline, MAGE_TIMELINE_STEP, -1, 0);
  g_assert_cmpuint (step, ==, 19);
  nudge (timeline, MAGE_TIMELINE_STEP, 5, 0);
  g_assert_cmpuint (step, ==, 20); /* no further than there are */
  nudge (timeline, MAGE_TIMELINE_STEP, -MAGE_TIMELINE_ALL_THE_WAY, 0);
  g_assert_cmpuint (step, ==, 0);
  nudge (timeline, MAGE_TIMELINE_GUIDED, 1, 0);
  g_assert_cmpuint (guided, ==, 16);
  nudge (timeline, MAGE_TIMELINE_GUIDED, MAGE_TIMELINE_ALL_THE_WAY, 0);
  g_assert_cmpuint (guided, ==, 50);
  end = mage_alpha_line_share (mage_timeline_get_line (timeline), 1);
  nudge (timeline, MAGE_TIMELINE_MIDDLE, 0, 1);
  g_assert_cmpfloat (mage_timeline_get_line (timeline)->bend, >, 0);
  g_assert_cmpfloat (mage_timeline_get_line (timeline)->alpha, ==, 1000);
  g_assert_true (mage_alpha_line_share (mage_timeline_get_line (timeline), 1) == end);
  nudge (timeline, MAGE_TIMELINE_MIDDLE, 1, 0);
  g_assert_cmpfloat (fabs (mage_timeline_get_line (timeline)->bend_at - 0.55), <, 1e-9);
  nudge (timeline, MAGE_TIMELINE_MIDDLE, MAGE_TIMELINE_ALL_THE_WAY, 0);
  g_assert_cmpfloat (mage_timeline_get_line (timeline)->bend_at, ==, 0.95);
  nudge (timeline, MAGE_TIMELINE_END, MAGE_TIMELINE_ALL_THE_WAY, 0);
  g_assert_cmpfloat (mage_timeline_get_line (timeline)->end, >, 0.5);
  nudge (timeline, MAGE_TIMELINE_END, -MAGE_TIMELINE_ALL_THE_WAY, 0);
  g_assert_cmpfloat (mage_timeline_get_line (timeline)->end, ==, 0);
  nudge (timeline, MAGE_TIMELINE_START, 0, 1);
  g_assert_cmpfloat (mage_timeline_get_line (timeline)->alpha, >, 1000);
  /* One branch has no guidance to move. */
  mage_timeline_set_run (timeline, 50, 20, FALSE, NULL);
  g_assert_false (gtk_widget_get_visible (mage_timeline_get_handle (timeline, MAGE_TIMELINE_GUIDED)));
  gtk_window_destroy (window);
}

/* --- the page --- */

static MageResult *
get_result (UiSession *self, guint i)
{
  g_autoptr (MageResult) result = g_list_model_get_item (G_LIST_MODEL (mage_project_get_results (self->project)), i);

  return result;
}

static guint
count_results (UiSession *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->project)));
}

static GtkWidget *
make_page (UiSession *self)
{
  ui_session_add_subject (self, "bear");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  mage_draft_set_prompt (mage_draft_get (self->session), PROMPT);
  return mage_compose_page_new (self->session);
}

static void
make_video (UiSession *self)
{
  MageTrainable *motion = mage_project_find (self->project, "ride");

  g_assert_nonnull (mage_session_sample (self->session, PROMPT, MAGE_MOTION (motion), NULL));
  ui_session_wait (self);
}

static gboolean
is_decoded (gpointer data)
{
  return fake_engine_get_last ()->n_decoded >= GPOINTER_TO_UINT (data);
}

/* The handles change the project's parameters and can be undone; a step is decoded once; a branch goes on from it. */
static void
test_branch (UiSession *self, gconstpointer data)
{
  GtkWidget *page = make_page (self);
  GtkWindow *window = show (page);
  MageParams *params = mage_project_get_params (self->project);
  MageStepsCard *card = find (page, MAGE_TYPE_STEPS_CARD);
  MageTimeline *timeline = find (page, MAGE_TYPE_TIMELINE);
  MageBranchList *branches = find (page, MAGE_TYPE_BRANCH_LIST);
  gint64 tau = mage_params_get_int (params, "tau");
  guint depth;
  guint step;

  make_video (self);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (card)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (branches)));
  nudge (timeline, MAGE_TIMELINE_GUIDED, 1, 0);
  g_assert_cmpint (mage_params_get_int (params, "tau"), >, tau);
  mage_history_undo (mage_session_get_history (self->session));
  g_assert_cmpint (mage_params_get_int (params, "tau"), ==, tau);
  nudge (timeline, MAGE_TIMELINE_MIDDLE, 0, 3);
  g_assert_cmpfloat (mage_params_get_double (params, "alpha_bend"), !=, 0);

  mage_steps_card_choose (card, 2);
  ui_wait_until (is_decoded, GUINT_TO_POINTER (1));
  g_signal_emit_by_name (card, "branch", 2);
  ui_session_wait (self);
  g_assert_cmpuint (fake_engine_get_last ()->from_step, ==, 2);
  g_assert_cmpuint (count_results (self), ==, 2);
  g_assert_cmpstr (mage_result_get_parent (get_result (self, 1), &step), ==, mage_result_get_id (get_result (self, 0)));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (branches)));
  g_assert_cmpuint (mage_branch_list_get_length (branches), ==, 2);
  g_assert_true (mage_branch_list_get_item (branches, 1, &depth) == get_result (self, 1));
  g_assert_cmpuint (depth, ==, 1);
  gtk_window_destroy (window);
  ui_session_wait (self);
}

/* The timeline is the video's that is shown; what the next one is made with has the handles alone. */
static void
test_own_guidance (UiSession *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);
  GtkWidget *page;
  GtkWindow *window;
  MageTimeline *timeline;
  MageAlphaLine line;

  mage_params_set_int (params, "tau", 25, NULL);
  mage_params_set_double (params, "alpha", 1000, NULL);
  page = make_page (self);
  window = show (page);
  timeline = find (page, MAGE_TYPE_TIMELINE);
  /* Before the first video there is only the next one. */
  g_assert_cmpuint (mage_timeline_get_drawn (timeline)->tau, ==, 25);
  mage_params_set_int (params, "tau", 13, NULL);
  g_assert_cmpuint (mage_timeline_get_drawn (timeline)->tau, ==, 13);
  mage_params_set_int (params, "tau", 25, NULL);
  make_video (self);
  ui_settle ();
  line = mage_timeline_get_drawn (timeline)->line;
  g_assert_cmpuint (mage_timeline_get_drawn (timeline)->guided, ==, 2);
  mage_params_set_int (params, "tau", 50, NULL);
  mage_params_set_double (params, "alpha", 3000, NULL);
  g_assert_cmpuint (mage_timeline_get_drawn (timeline)->tau, ==, 25);
  g_assert_cmpuint (mage_timeline_get_drawn (timeline)->guided, ==, 2);
  g_assert_true (mage_alpha_line_equal (&mage_timeline_get_drawn (timeline)->line, &line));
  g_assert_cmpuint (mage_timeline_get_guided (timeline), ==, 4);
  g_assert_cmpfloat (mage_timeline_get_line (timeline)->alpha, ==, 3000);
  gtk_window_destroy (window);
  ui_session_wait (self);
}

/* --- the preview that follows --- */

typedef struct
{
  MageJob *job;
  guint n;
} Seen;

static void
previewing_cb (Seen *seen, MageJob *job)
{
  g_set_object (&seen->job, job);
  seen->n++;
}

static gboolean
has_begun (gpointer data)
{
  Seen *seen = data;

  return seen->job != NULL && mage_job_get_step (seen->job) > 0;
}

static gboolean
is_over (gpointer data)
{
  return mage_job_is_over (data);
}

static MageFollower *
make_follower (UiSession *self, Seen *seen)
{
  MageComposer *composer = mage_composer_new (self->session, mage_draft_get (self->session));
  MageFollower *follower = mage_follower_new (self->session, composer);

  mage_composer_set_prompt (composer, PROMPT);
  ui_settle ();
  g_signal_connect_swapped (follower, "previewing", G_CALLBACK (previewing_cb), seen);
  mage_follower_set_active (follower, TRUE);
  g_object_unref (composer);
  return follower;
}

/* Many changes in a row are one preview; a later one stops what runs; nothing is made; switched off, nothing follows. */
static void
test_follow (UiSession *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);
  g_autoptr (GSettings) settings = g_settings_new ("org.videomage.VideoMage");
  Seen seen = { NULL, 0 };
  g_autoptr (MageFollower) follower = NULL;
  g_autoptr (MageJob) first = NULL;

  ui_session_add_subject (self, "bear");
  ui_session_train_all (self);
  follower = make_follower (self, &seen);
  ui_settle ();
  g_assert_cmpuint (seen.n, ==, 0); /* nothing changed yet */
  fake_engine_hold (2);
  for (gint tau = 1; tau <= 5; tau++)
    {
      mage_params_set_int (params, "tau", tau, NULL);
      g_assert_true (mage_follower_is_waiting (follower));
      g_assert_cmpuint (seen.n, ==, 0);
    }
  ui_wait_until (has_begun, &seen);
  g_assert_cmpuint (seen.n, ==, 1);
  first = g_object_ref (seen.job);
  mage_params_set_double (params, "alpha", 77, NULL);
  ui_wait_until (is_over, first);
  g_assert_cmpint (mage_job_get_state (first), ==, MAGE_JOB_CANCELLED);
  g_assert_cmpuint (seen.n, ==, 2);
  fake_engine_hold (0);
  ui_wait_until (is_over, seen.job);
  g_assert_cmpint (mage_job_get_state (seen.job), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (count_results (self), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (mage_worker_get_jobs (self->worker)), ==, 0);

  g_settings_set_boolean (settings, "follow-settings", FALSE);
  mage_params_set_double (params, "alpha", 78, NULL);
  g_assert_false (mage_follower_is_waiting (follower));
  g_settings_reset (settings, "follow-settings");
  /* What makes no other video needs no preview. */
  mage_params_set_double (params, "alpha", 77, NULL);
  mage_params_set_int (params, "checkpoint_every", 11, NULL);
  g_assert_false (mage_follower_is_waiting (follower));
  g_clear_object (&seen.job);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/steps/keyboard", test_keyboard);
  ADD ("/steps/branch", test_branch);
  ADD ("/steps/own-guidance", test_own_guidance);
  ADD ("/steps/follow", test_follow);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
