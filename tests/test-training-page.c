/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-loss-compare.h"
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
  return g_test_run ();
}
