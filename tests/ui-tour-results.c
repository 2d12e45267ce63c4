/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "jobs/mage-sample-project.h"
#include "tests/tour.h"
#include "tests/ui-picture.h"
#include "ui/mage-compare-measures.h"
#include "ui/mage-compare-page.h"
#include "ui/mage-compose-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-export-dialog.h"
#include "ui/mage-frame.h"
#include "ui/mage-result-page.h"
#include "ui/mage-result-cell.h"
#include "ui/mage-results-page.h"
#include "ui/mage-steps-card.h"
#include "ui/mage-file-export.h"
#include "ui/mage-sweep-page.h"

/*
 * ui-tour-results DIR: pictures of what comes after making videos: looking for them, comparing them, making one once
 * more, and sweeping over a setting. The model that comes with the program makes them, after trainings that are far too short.
 */

#define ITERATIONS 12
#define STEPS 10

static void
train (Tour *self, const char *name)
{
  MageJob *job = mage_session_train (tour_get_session (self), mage_project_find (tour_get_project (self), name));

  g_assert_nonnull (job);
  tour_wait (self);
}

static void
make (Tour *self, const char *prompt, gboolean moves, gint64 seed, const char *tau)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (tour_get_project (self)));
  MageTrainable *motion = moves ? mage_project_find (tour_get_project (self), MAGE_SAMPLE_MOTION) : NULL;

  mage_params_set_int (params, "seed", seed, NULL);
  mage_params_set_text (params, "tau", tau, NULL);
  g_assert_nonnull (mage_session_sample (tour_get_session (self), prompt, (MageMotion *) motion, params));
  tour_wait (self);
}

static MageResult *
get_result (Tour *self, guint i)
{
  g_autoptr (MageResult) result = g_list_model_get_item (G_LIST_MODEL (mage_project_get_results (tour_get_project (self))), i);

  return result;
}

static void
prepare (Tour *self)
{
  MageParams *params = mage_project_get_params (tour_get_project (self));

  mage_params_set_int (params, "iterations", ITERATIONS, NULL);
  mage_params_set_int (params, "token_iterations", ITERATIONS, NULL);
  mage_params_set_int (params, "sample_every", 0, NULL);
  mage_params_set_int (params, "steps", STEPS, NULL);
  train (self, "<bear1>");
  train (self, MAGE_SAMPLE_MOTION);
  make (self, "a <bear1> is riding a horse on the beach", TRUE, 7, "15");
  make (self, "a <bear1> is riding a horse on the beach", TRUE, 7, "0");
  make (self, "a <bear1> in the snow", FALSE, 21, "15");
  make (self, "a <bear1> is riding a horse in the desert", TRUE, 42, "15");
}

static void
walk_search (Tour *self)
{
  MageResultsPage *page;

  mage_session_show (tour_get_session (self), MAGE_PLACE_RESULTS);
  ui_settle ();
  page = ui_find_widget (GTK_WIDGET (self->window), MAGE_TYPE_RESULTS_PAGE);
  mage_result_cell_set_playing (ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_RESULT_CELL), TRUE);
  tour_shoot (self, "53-results-playing");
  mage_result_cell_set_playing (ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_RESULT_CELL), FALSE);
  gtk_widget_activate_action (GTK_WIDGET (page), "results.star", "s", mage_result_get_id (get_result (self, 2)));
  gtk_widget_activate_action (GTK_WIDGET (page), "results.choose", "s", mage_result_get_id (get_result (self, 0)));
  gtk_widget_activate_action (GTK_WIDGET (page), "results.choose", "s", mage_result_get_id (get_result (self, 1)));
  tour_shoot (self, "55-results-chosen");
  mage_result_search_set_text (mage_results_page_get_search (page), "beach");
  tour_shoot (self, "56-results-found");
  mage_result_search_set_text (mage_results_page_get_search (page), "moon");
  tour_shoot (self, "57-results-none");
  mage_result_search_reset (mage_results_page_get_search (page));
  gtk_widget_activate_action (GTK_WIDGET (page), "results.delete", "s", mage_result_get_id (get_result (self, 3)));
  tour_shoot (self, "58-results-deleted");
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.undo", NULL);
  tour_shoot (self, "59-results-undone");
  ui_settle ();
}

static gboolean
is_loaded (gpointer view)
{
  return mage_compare_view_get_lead (view) != NULL;
}

static gboolean
is_measured (gpointer measures)
{
  return mage_compare_measures_get (measures, 0) != NULL && mage_compare_measures_get (measures, 1) != NULL;
}

static void
walk_comparison (Tour *self)
{
  static const char *const names[] = { "60-compare-beside", "61-compare-wipe", "62-compare-difference", "63-compare-through" };
  MageResultChoice *choice = mage_result_choice_get (tour_get_session (self));
  AdwNavigationPage *page = mage_compare_page_new (tour_get_session (self), choice);
  MageComparePage *compare = MAGE_COMPARE_PAGE (page);

  mage_session_push_page (tour_get_session (self), page);
  ui_wait_until (is_loaded, mage_compare_page_get_view (compare));
  mage_compare_view_set_playing (mage_compare_page_get_view (compare), FALSE);
  ui_wait_until (is_measured, ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_COMPARE_MEASURES));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      mage_compare_page_set_mode (compare, (MageCompareMode) i);
      tour_shoot (self, names[i]);
    }
  mage_compare_page_set_mode (compare, MAGE_COMPARE_BESIDE);
  mage_result_choice_add (choice, get_result (self, 3));
  ui_settle ();
  tour_shoot (self, "64-compare-three");
  gtk_widget_activate_action (GTK_WIDGET (page), "navigation.pop", NULL);
}

static gboolean
is_compared (gpointer window)
{
  MageComparePage *page = ui_find_widget (window, MAGE_TYPE_COMPARE_PAGE);

  return page != NULL && is_loaded (mage_compare_page_get_view (page));
}

static void
walk_reproduction (Tour *self)
{
  AdwNavigationPage *page = mage_result_page_new (tour_get_session (self), get_result (self, 0));

  mage_session_push_page (tour_get_session (self), page);
  tour_shoot (self, "65-result");
  gtk_widget_activate_action (GTK_WIDGET (page), "result.reproduce", NULL);
  ui_wait_until (is_compared, self->window);
  tour_shoot (self, "66-reproduced");
}

/* --- a sweep --- */

static gboolean
has_begun (gpointer runner)
{
  return mage_sweep_runner_count (runner, MAGE_CELL_DONE) >= 2;
}

static gboolean
is_swept (gpointer runner)
{
  return !mage_sweep_runner_is_running (runner);
}

static gboolean
has_clip (gpointer grid)
{
  return mage_sweep_grid_get_lead (grid) != NULL;
}

typedef struct
{
  gboolean over;
  GError *error;
} Exported;

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Exported *exported = data;

  exported->over = TRUE;
  mage_file_export_finish (result, &exported->error);
}

static gboolean
is_exported (gpointer exported)
{
  return ((Exported *) exported)->over;
}

static void
export (Tour *self, MageSweepPage *page, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  Exported exported = { FALSE, NULL };

  mage_sweep_page_export (page, path, exported_cb, &exported);
  ui_wait_until (is_exported, &exported);
  g_assert_no_error (exported.error);
  g_print ("%s\n", path);
}

static void
walk_steps (Tour *self)
{
  mage_session_show (tour_get_session (self), MAGE_PLACE_COMPOSE);
  ui_settle ();
  mage_steps_card_choose (ui_find_widget (GTK_WIDGET (self->window), MAGE_TYPE_STEPS_CARD), 6);
  tour_shoot (self, "52-steps");
}

static void
walk_sweep (Tour *self)
{
  MageSweepPage *page;
  MageSweepRunner *runner;

  mage_session_show (tour_get_session (self), MAGE_PLACE_COMPOSE);
  mage_draft_set_prompt (mage_draft_get (tour_get_session (self)), "a <bear1> is riding a horse on the beach");
  ui_settle ();
  gtk_widget_activate_action (ui_find_widget (GTK_WIDGET (self->window), MAGE_TYPE_COMPOSE_PAGE), "page.sweep", NULL);
  ui_settle ();
  page = ui_find_widget (GTK_WIDGET (self->window), MAGE_TYPE_SWEEP_PAGE);
  g_assert_nonnull (page);
  mage_sweep_axis_set_text (mage_sweep_page_get_axis (page, FALSE), "0, 15, 30");
  mage_sweep_axis_choose (mage_sweep_page_get_axis (page, TRUE), "omega");
  mage_sweep_axis_set_text (mage_sweep_page_get_axis (page, TRUE), "0.5, 1");
  tour_shoot (self, "70-sweep-choosing");
  gtk_widget_activate_action (GTK_WIDGET (page), "sweep.start", NULL);
  runner = mage_sweep_page_get_runner (page);
  ui_wait_until (has_begun, runner);
  tour_shoot (self, "71-sweep-running");
  ui_wait_until (is_swept, runner);
  ui_wait_until (has_clip, mage_sweep_page_get_grid (page));
  mage_sweep_grid_set_playing (mage_sweep_page_get_grid (page), FALSE);
  tour_shoot (self, "72-sweep-finished");
  export (self, page, "73-sweep-exported.png");
  export (self, page, "73-sweep-exported.mp4");
}

static void
choose (AdwDialog *dialog, ClipFormat format)
{
  adw_combo_row_set_selected (ui_find_widget (GTK_WIDGET (dialog), ADW_TYPE_COMBO_ROW), format);
  ui_settle ();
}

/* Exports run beside the queue, whose worker is idle meanwhile. */
static gboolean
is_written (gpointer dialog)
{
  return ui_find_widget (dialog, GTK_TYPE_PROGRESS_BAR) == NULL;
}

/* One that is large enough to be seen at work, and is stopped; then a GIF. */
static void
walk_export (Tour *self)
{
  AdwDialog *dialog = mage_export_dialog_new (tour_get_session (self), get_result (self, 0));
  g_autofree char *video = g_build_filename (self->folder, "export.webm", NULL);
  g_autofree char *gif = g_build_filename (self->folder, "export.gif", NULL);
  GtkWidget *rows;

  adw_dialog_present (dialog, GTK_WIDGET (self->window));
  ui_settle ();
  choose (dialog, CLIP_WEBM_AV1);
  rows = gtk_widget_get_parent (ui_find_widget (GTK_WIDGET (dialog), ADW_TYPE_COMBO_ROW));
  for (GtkWidget *row = gtk_widget_get_first_child (rows); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (ADW_IS_SPIN_ROW (row) && gtk_adjustment_get_upper (adw_spin_row_get_adjustment (ADW_SPIN_ROW (row))) == 1000)
      adw_spin_row_set_value (ADW_SPIN_ROW (row), 1000);
    else if (ADW_IS_COMBO_ROW (row) && row != gtk_widget_get_first_child (rows))
      adw_combo_row_set_selected (ADW_COMBO_ROW (row), g_list_model_get_n_items (adw_combo_row_get_model (ADW_COMBO_ROW (row))) - 1);
  mage_export_dialog_export (MAGE_EXPORT_DIALOG (dialog), video);
  tour_shoot (self, "67-export-running");
  gtk_widget_activate (ui_find_widget (GTK_WIDGET (dialog), GTK_TYPE_BUTTON));
  ui_wait_until (is_written, dialog);
  ui_settle ();
  g_assert_false (g_file_test (video, G_FILE_TEST_EXISTS));
  choose (dialog, CLIP_GIF);
  tour_shoot (self, "68-export-gif");
  mage_export_dialog_export (MAGE_EXPORT_DIALOG (dialog), gif);
  ui_wait_until (is_written, dialog);
  tour_shoot (self, "69-export-gif-done");
  adw_dialog_force_close (dialog);
}

int
main (int argc, char *argv[])
{
  Tour tour;

  if (!tour_begin (&tour, argc, argv, mage_worker_new (MAGE_WORKER_NICE, NULL)))
    return 2;
  prepare (&tour);
  walk_steps (&tour);
  walk_search (&tour);
  walk_comparison (&tour);
  walk_reproduction (&tour);
  walk_export (&tour);
  walk_sweep (&tour);
  tour_end (&tour);
  return 0;
}
