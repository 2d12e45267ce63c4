/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "jobs/mage-sample-project.h"
#include "tests/ui-picture.h"
#include "ui/mage-compare-measures.h"
#include "ui/mage-compare-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-export-dialog.h"
#include "ui/mage-frame.h"
#include "ui/mage-result-page.h"
#include "ui/mage-results-page.h"
#include "ui/mage-window.h"

/*
 * ui-tour-results DIR: pictures of what comes after making videos: looking for them, comparing them, and making one
 * once more. The model that comes with the program makes them, after trainings that are far too short.
 */

#define ITERATIONS 12
#define STEPS 10

typedef struct
{
  MageWorker *worker;
  MageWindow *window;
  const char *folder;
} Tour;

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

static void
shoot (Tour *self, const char *name)
{
  static const struct
  {
    gboolean dark;
    int width;
    const char *kind;
  } ways[] = { { TRUE, 400, "narrow-dark" }, { FALSE, 400, "narrow-light" }, { TRUE, 1280, "wide-dark" }, { FALSE, 1280, "wide-light" } };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *file = g_strdup_printf ("%s-%s.png", name, ways[i].kind);
      g_autofree char *path = g_build_filename (self->folder, file, NULL);

      ui_set_dark (ways[i].dark);
      ui_resize (GTK_WINDOW (self->window), ways[i].width, 800);
      ui_settle ();
      ui_save (GTK_WIDGET (self->window), path);
      g_print ("%s\n", path);
    }
}

static gboolean
is_idle (gpointer worker)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (worker)) == 0;
}

static void
train (Tour *self, const char *name)
{
  MageJob *job = mage_session_train (get_session (self), mage_project_find (get_project (self), name));

  g_assert_nonnull (job);
  ui_wait_until (is_idle, self->worker);
}

static void
make (Tour *self, const char *prompt, gboolean moves, gint64 seed, const char *tau)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (get_project (self)));
  MageTrainable *motion = moves ? mage_project_find (get_project (self), MAGE_SAMPLE_MOTION) : NULL;

  mage_params_set_int (params, "seed", seed, NULL);
  mage_params_set_text (params, "tau", tau, NULL);
  g_assert_nonnull (mage_session_sample (get_session (self), prompt, (MageMotion *) motion, params));
  ui_wait_until (is_idle, self->worker);
}

static MageResult *
get_result (Tour *self, guint i)
{
  g_autoptr (MageResult) result = g_list_model_get_item (G_LIST_MODEL (mage_project_get_results (get_project (self))), i);

  return result;
}

static void
prepare (Tour *self)
{
  MageParams *params = mage_project_get_params (get_project (self));

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

  mage_session_show (get_session (self), MAGE_PLACE_RESULTS);
  ui_settle ();
  page = ui_find_widget (GTK_WIDGET (self->window), MAGE_TYPE_RESULTS_PAGE);
  gtk_widget_activate_action (GTK_WIDGET (page), "results.star", "s", mage_result_get_id (get_result (self, 2)));
  gtk_widget_activate_action (GTK_WIDGET (page), "results.choose", "s", mage_result_get_id (get_result (self, 0)));
  gtk_widget_activate_action (GTK_WIDGET (page), "results.choose", "s", mage_result_get_id (get_result (self, 1)));
  shoot (self, "55-results-chosen");
  mage_result_search_set_text (mage_results_page_get_search (page), "beach");
  shoot (self, "56-results-found");
  mage_result_search_set_text (mage_results_page_get_search (page), "moon");
  shoot (self, "57-results-none");
  mage_result_search_reset (mage_results_page_get_search (page));
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
  MageResultChoice *choice = mage_result_choice_get (get_session (self));
  AdwNavigationPage *page = mage_compare_page_new (get_session (self), choice);
  MageComparePage *compare = MAGE_COMPARE_PAGE (page);

  mage_session_push_page (get_session (self), page);
  ui_wait_until (is_loaded, mage_compare_page_get_view (compare));
  mage_compare_view_set_playing (mage_compare_page_get_view (compare), FALSE);
  ui_wait_until (is_measured, ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_COMPARE_MEASURES));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      mage_compare_page_set_mode (compare, (MageCompareMode) i);
      shoot (self, names[i]);
    }
  mage_compare_page_set_mode (compare, MAGE_COMPARE_BESIDE);
  mage_result_choice_add (choice, get_result (self, 3));
  ui_settle ();
  shoot (self, "64-compare-three");
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
  AdwNavigationPage *page = mage_result_page_new (get_session (self), get_result (self, 0));

  mage_session_push_page (get_session (self), page);
  shoot (self, "65-result");
  gtk_widget_activate_action (GTK_WIDGET (page), "result.reproduce", NULL);
  ui_wait_until (is_compared, self->window);
  shoot (self, "66-reproduced");
}

static void
choose (AdwDialog *dialog, ClipFormat format)
{
  adw_combo_row_set_selected (ui_find_widget (GTK_WIDGET (dialog), ADW_TYPE_COMBO_ROW), format);
  ui_settle ();
}

/* One that is large enough to be seen at work, and is stopped; then a GIF. */
static void
walk_export (Tour *self)
{
  AdwDialog *dialog = mage_export_dialog_new (get_session (self), get_result (self, 0));
  g_autofree char *video = g_build_filename (self->folder, "export.webm", NULL);
  g_autofree char *gif = g_build_filename (self->folder, "export.gif", NULL);
  GtkWidget *rows;

  adw_dialog_present (dialog, GTK_WIDGET (self->window));
  ui_settle ();
  choose (dialog, CLIP_WEBM_AV1);
  rows = gtk_widget_get_parent (ui_find_widget (GTK_WIDGET (dialog), ADW_TYPE_COMBO_ROW));
  for (GtkWidget *row = gtk_widget_get_first_child (rows); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (ADW_IS_SPIN_ROW (row) && gtk_widget_get_visible (row))
      adw_spin_row_set_value (ADW_SPIN_ROW (row), 1000);
    else if (ADW_IS_COMBO_ROW (row) && row != gtk_widget_get_first_child (rows))
      adw_combo_row_set_selected (ADW_COMBO_ROW (row), g_list_model_get_n_items (adw_combo_row_get_model (ADW_COMBO_ROW (row))) - 1);
  mage_export_dialog_export (MAGE_EXPORT_DIALOG (dialog), video);
  shoot (self, "67-export-running");
  gtk_widget_activate (ui_find_widget (GTK_WIDGET (dialog), GTK_TYPE_BUTTON));
  ui_wait_until (is_idle, self->worker);
  ui_settle ();
  g_assert_false (g_file_test (video, G_FILE_TEST_EXISTS));
  choose (dialog, CLIP_GIF);
  shoot (self, "68-export-gif");
  mage_export_dialog_export (MAGE_EXPORT_DIALOG (dialog), gif);
  ui_wait_until (is_idle, self->worker);
  shoot (self, "69-export-gif-done");
  adw_dialog_force_close (dialog);
}

int
main (int argc, char *argv[])
{
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *scratch = g_dir_make_tmp ("mage-tour-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (scratch, "Cartoon Ride.mage", NULL);
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (MageModelStatus) status = NULL;
  g_autoptr (MageProject) project = NULL;
  Tour tour = { .folder = argc == 2 ? argv[1] : NULL };

  if (tour.folder == NULL)
    {
      g_printerr ("Usage: ui-tour-results DIR\n");
      return 2;
    }
  g_mkdir_with_parents (tour.folder, 0755);
  application = ui_start ();
  settings = g_settings_new ("org.videomage.VideoMage");
  tour.worker = mage_worker_new (MAGE_WORKER_NICE, NULL);
  status = mage_model_status_new (tour.worker, settings, model);
  tour.window = mage_window_new (application, tour.worker, status, settings, MAGE_SOURCE_DATA);
  gtk_window_present (GTK_WINDOW (tour.window));
  project = mage_project_create (folder, NULL, model, NULL);
  g_assert_true (mage_sample_project_fill (project, MAGE_SOURCE_DATA, NULL));
  mage_window_open_project (tour.window, project);
  ui_resize (GTK_WINDOW (tour.window), 1280, 800);
  prepare (&tour);
  walk_search (&tour);
  walk_comparison (&tour);
  walk_reproduction (&tour);
  walk_export (&tour);
  mage_window_close_project (tour.window);
  gtk_window_destroy (GTK_WINDOW (tour.window));
  g_clear_object (&tour.worker);
  ui_remove_folder (scratch);
  return 0;
}
