/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"

#include "jobs/mage-waiting-job.h"
#include "ui/mage-job-record.h"
#include "ui/mage-job-row.h"
#include "ui/mage-job-settings.h"
#include "ui/mage-training-page.h"

#include <string.h>

/* What waits has settings of its own; what is over has a log. */

typedef UiSession Fixture;

static gboolean
is_running (gpointer job)
{
  return mage_job_get_state (job) == MAGE_JOB_RUNNING;
}

/* A training that runs until it is let go, and one that waits behind it. */
static MageWaitingJob *
queue_two (Fixture *self, MageMotion **motion)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageJob *first;

  *motion = ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  fake_engine_hold (2);
  first = mage_session_train (self->session, subject);
  ui_wait_until (is_running, first);
  return MAGE_WAITING_JOB (mage_session_train (self->session, MAGE_TRAINABLE (*motion)));
}

static void
let_go (Fixture *self)
{
  fake_engine_hold (0);
  ui_session_wait (self);
}

/* With ω of its own the motion is trained with that; the project's is another, so it counts as stale by it. */
static void
test_own (Fixture *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);
  MageMotion *motion;
  MageWaitingJob *job = queue_two (self, &motion);
  MageParams *own = mage_param_layer_get_params (mage_waiting_job_get_layer (job));
  GtkWidget *row = g_object_ref_sink (mage_job_row_new (self->session, MAGE_JOB (job)));
  g_autofree char *words = NULL;

  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "Waiting");
  mage_params_set_double (own, "omega", 0.1, NULL);
  words = mage_job_settings_dup_words (self->session, job);
  g_assert_cmpstr (words, ==, "Negative guidance 0.1");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "Waiting · Negative guidance 0.1");
  /* What is changed in the project meanwhile counts, too. */
  mage_params_set_int (params, "iterations", 5, NULL);
  mage_params_set_int (own, "token_iterations", 4, NULL);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "Waiting · 2 settings of its own");
  /* Nothing of it is an edit of the project. */
  g_assert_cmpfloat (mage_params_get_double (params, "omega"), ==, 0.5);
  g_assert_cmpint (mage_params_get_int (params, "token_iterations"), ==, 6);
  g_object_unref (row);
  let_go (self);
  g_assert_cmpfloat (fake_engine_get_last ()->omega, ==, 0.1);
  g_assert_cmpuint (mage_run_get_n_steps (mage_trainable_get_run (MAGE_TRAINABLE (motion))), ==, 5);
  g_assert_cmpint (mage_trainable_get_state (MAGE_TRAINABLE (motion)), ==, MAGE_STALE);
  mage_params_set_double (params, "omega", 0.1, NULL);
  mage_params_set_int (params, "token_iterations", 4, NULL);
  mage_project_refresh (self->project);
  g_assert_cmpint (mage_trainable_get_state (MAGE_TRAINABLE (motion)), ==, MAGE_TRAINED);
}

static gboolean
is_past_six (gpointer order)
{
  return mage_job_get_step (mage_waiting_job_get_job (order)) > 6;
}

static const char *
get_words (GtkWidget *row)
{
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (row));
}

/* A row of the queue says what it waits for as long as it does, and offers only the places that there are. */
static void
test_row (Fixture *self, gconstpointer data)
{
  GListModel *jobs = mage_worker_get_jobs (self->worker);
  MageMotion *motion;
  MageWaitingJob *riding;
  MageJob *fusing;
  GtkWidget *first, *middle, *last;

  mage_session_train (self->session, MAGE_TRAINABLE (ui_session_add_subject (self, "dog")));
  ui_session_wait (self);
  riding = queue_two (self, &motion);
  mage_params_set_int (mage_param_layer_get_params (mage_waiting_job_get_layer (riding)), "iterations", 10, NULL);
  fusing = mage_session_fuse (self->session);
  first = g_object_ref_sink (mage_job_row_new (self->session, g_list_model_get_item (jobs, 0)));
  g_object_unref (mage_job_row_get_job (first));
  middle = g_object_ref_sink (mage_job_row_new (self->session, MAGE_JOB (riding)));
  last = g_object_ref_sink (mage_job_row_new (self->session, fusing));
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (middle)), ==, "Training Ride");
  g_assert_cmpstr (get_words (last), ==, "Waits for “Training <bear>”");
  g_assert_false (mage_job_row_can (first, "later"));
  g_assert_false (mage_job_row_can (middle, "earlier"));
  g_assert_true (mage_job_row_can (middle, "later"));
  g_assert_true (mage_job_row_can (last, "earlier"));
  g_assert_false (mage_job_row_can (last, "later"));
  /* The bear is done, and the motion is held in the middle. */
  fake_engine_hold (8);
  ui_wait_until (is_past_six, riding);
  g_assert_cmpstr (get_words (last), ==, "Waiting");
  g_object_unref (first);
  g_object_unref (middle);
  g_object_unref (last);
  let_go (self);
}

static GtkWidget *
find_button (GtkWidget *widget, const char *tooltip)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_button (child, tooltip);
  return found;
}

/* The dialog shows what is its own, gives all of it back, and goes when its turn has come. */
static void
test_dialog (Fixture *self, gconstpointer data)
{
  MageMotion *motion;
  MageWaitingJob *job = queue_two (self, &motion);
  MageParamLayer *layer = mage_waiting_job_get_layer (job);
  GtkWindow *window = GTK_WINDOW (adw_window_new ());
  AdwDialog *dialog = mage_job_settings_new (self->session, job);
  GtkWidget *reset;
  gpointer weak = dialog;

  adw_window_set_content (ADW_WINDOW (window), gtk_label_new ("below"));
  gtk_window_set_default_size (window, 800, 700);
  gtk_window_present (window);
  g_object_add_weak_pointer (G_OBJECT (dialog), &weak);
  adw_dialog_present (dialog, GTK_WIDGET (window));
  ui_settle ();
  reset = find_button (GTK_WIDGET (dialog), "All As the Project Has Them");
  g_assert_false (gtk_widget_get_sensitive (reset));
  mage_params_set_double (mage_param_layer_get_params (layer), "omega", 0.1, NULL);
  mage_params_set_int (mage_param_layer_get_params (layer), "rank", 8, NULL);
  g_assert_true (gtk_widget_get_sensitive (reset));
  g_assert_cmpuint (mage_job_settings_count_changed (self->session, job), ==, 2);
  g_signal_emit_by_name (reset, "clicked");
  g_assert_cmpuint (mage_job_settings_count_changed (self->session, job), ==, 0);
  g_assert_cmpfloat (mage_params_get_double (mage_param_layer_get_params (layer), "omega"), ==, 0.5);
  let_go (self);
  ui_settle ();
  g_assert_null (weak);
  gtk_window_destroy (window);
}

/* Closed before, it is gone when the turn comes. */
static void
test_closed_dialog (Fixture *self, gconstpointer data)
{
  MageMotion *motion;
  MageWaitingJob *job = queue_two (self, &motion);
  GtkWindow *window = GTK_WINDOW (adw_window_new ());
  AdwDialog *dialog = mage_job_settings_new (self->session, job);
  GtkWidget *content = g_object_ref (adw_dialog_get_child (dialog)); /* as whoever has the focus in it may */
  gpointer weak = dialog;

  adw_window_set_content (ADW_WINDOW (window), gtk_label_new ("below"));
  gtk_window_present (window);
  g_object_add_weak_pointer (G_OBJECT (dialog), &weak);
  adw_dialog_present (dialog, GTK_WIDGET (window));
  ui_settle ();
  adw_dialog_force_close (dialog);
  ui_settle ();
  g_assert_null (weak);
  let_go (self);
  g_object_unref (content);
  gtk_window_destroy (window);
}

static MageJobRecord *
get_record (Fixture *self, guint i)
{
  g_autoptr (MageJobRecord) record = g_list_model_get_item (mage_session_get_over (self->session), i);

  return record;
}

/* What is over can be read about: from the queue, the latest first, and of a run from its page, also when it is opened again. */
static void
test_log (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  GtkWidget *page;
  g_autofree char *log = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (mage_session_get_over (self->session)), ==, 0);
  mage_session_train (self->session, subject);
  ui_session_wait (self);
  fake_engine_fail (2);
  mage_subject_set_prompt (MAGE_SUBJECT (subject), "A photo of a <bear>");
  mage_session_train (self->session, subject);
  ui_session_wait (self);
  fake_engine_fail (0);
  /* What failed is among what was not done until somebody forgets it. */
  g_assert_cmpuint (g_list_model_get_n_items (mage_session_get_over (self->session)), ==, 1);
  g_assert_true (g_str_has_prefix (mage_job_record_get_words (get_record (self, 0)), "Done at "));
  g_assert_cmpstr (mage_job_record_get_title (get_record (self, 0)), ==, "Training <bear>");
  g_assert_nonnull (strstr (mage_job_record_get_log (get_record (self, 0)), "6 steps"));
  g_assert_nonnull (strstr (mage_job_record_get_log (get_record (self, 0)), "Done"));
  {
    g_autoptr (MageJob) held = g_list_model_get_item (mage_session_get_held (self->session), 0);

    mage_session_dismiss (self->session, held);
  }
  g_assert_cmpuint (g_list_model_get_n_items (mage_session_get_over (self->session)), ==, 2);
  g_assert_true (g_str_has_prefix (mage_job_record_get_words (get_record (self, 0)), "Failed at "));
  g_assert_nonnull (strstr (mage_job_record_get_log (get_record (self, 0)), "not a number"));
  g_assert_true (mage_job_record_get_object (get_record (self, 0)) == G_OBJECT (subject));

  page = GTK_WIDGET (g_object_ref_sink (mage_training_page_new (self->session, subject)));
  log = mage_training_page_dup_log (MAGE_TRAINING_PAGE (page));
  g_assert_nonnull (strstr (log, "not a number"));
  g_object_unref (page);
}

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add ("/waiting/own", Fixture, NULL, ui_session_set_up, test_own, ui_session_tear_down);
  g_test_add ("/waiting/row", Fixture, NULL, ui_session_set_up, test_row, ui_session_tear_down);
  g_test_add ("/waiting/dialog", Fixture, NULL, ui_session_set_up, test_dialog, ui_session_tear_down);
  g_test_add ("/waiting/closed-dialog", Fixture, NULL, ui_session_set_up, test_closed_dialog, ui_session_tear_down);
  g_test_add ("/waiting/log", Fixture, NULL, ui_session_set_up, test_log, ui_session_tear_down);
  return g_test_run ();
}
