/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "jobs/mage-reproduction.h"
#include "media/clip-difference.h"
#include "tests/fake-engine.h"
#include "tests/sandbox.h"
#include "tests/ui-mouse.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-compare-measures.h"
#include "ui/mage-compare-page.h"
#include "ui/mage-file-folder.h"
#include "ui/mage-result-cell.h"
#include "ui/mage-result-drag.h"
#include "ui/mage-result-page.h"
#include "ui/mage-results-page.h"
#include "ui/mage-transport.h"
#include "ui/mage-wipe-handle.h"

/* The videos of a project: searched, compared, made once more, and dragged out of the window. */

static AdwApplication *application;

static GtkWindow *
show (GtkWidget *widget)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));

  gtk_window_set_default_size (window, 1000, 800);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  ui_settle ();
  return window;
}

static MageResult *
get_result (UiSession *self, guint i)
{
  g_autoptr (MageResult) result = g_list_model_get_item (G_LIST_MODEL (mage_project_get_results (self->project)), i);

  return result;
}

static MageResult *
make_video (UiSession *self, const char *prompt, const char *motion, int seed)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (self->project));
  MageTrainable *moves = motion != NULL ? mage_project_find (self->project, motion) : NULL;

  mage_params_set_int (params, "seed", seed, NULL);
  g_assert_nonnull (mage_session_sample (self->session, prompt, (MageMotion *) moves, params));
  ui_session_wait (self);
  return get_result (self, g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->project))) - 1);
}

static void
make_videos (UiSession *self)
{
  ui_session_add_subject (self, "bear");
  ui_session_add_subject (self, "dog");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  make_video (self, "a <bear> in the snow", "ride", 1);
  make_video (self, "a <dog> at the Beach", NULL, 2);
  make_video (self, "a <bear> at the beach", NULL, 3);
}

/* --- numbers --- */

static Frames *
make_frames (guint n, guint8 value)
{
  guint8 *rgb = g_malloc (n * 4 * 4 * 3);

  memset (rgb, value, n * 4 * 4 * 3);
  return frames_new_take (n, 4, 4, 8, rgb);
}

/* A difference is counted a pixel, its colour says who is brighter, and what is equal is white. */
static void
test_difference (void)
{
  g_autoptr (Frames) a = make_frames (2, 100);
  g_autoptr (Frames) b = NULL;
  g_autoptr (Frames) other = make_frames (3, 100);
  g_autoptr (Frames) painted = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *rgb = g_memdup2 (frames_get_frame (a, 0), 2 * 4 * 4 * 3);
  ClipDifference d;
  const guint8 *p;

  g_assert_true (clip_difference_measure (a, a, &d, &error));
  g_assert_cmpuint (d.n_different, ==, 0);
  g_assert_cmpuint (d.max, ==, 0);
  g_assert_cmpuint (d.n_pixels, ==, 32);
  rgb[0] = 140;      /* the first pixel, brighter */
  rgb[3 + 1] = 80;   /* the second, darker */
  b = frames_new_take (2, 4, 4, 8, rgb);
  g_assert_true (clip_difference_measure (a, b, &d, &error));
  g_assert_cmpuint (d.n_different, ==, 2);
  g_assert_cmpuint (d.max, ==, 40);
  g_assert_cmpfloat_with_epsilon (d.mean, 60.0 / 96, 1e-12);
  painted = clip_difference_paint (a, b, 40);
  p = frames_get_frame (painted, 0);
  g_assert_cmpuint (p[0], >, p[2]);      /* red */
  g_assert_cmpuint (p[3], <, p[5]);      /* blue */
  g_assert_cmpuint (p[6] + p[7] + p[8], ==, 3 * 255);
  g_assert_cmpuint (p[1], <, p[4]);      /* half the difference, half the colour */
  g_assert_false (clip_difference_measure (a, other, &d, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* --- the keys of every clip --- */

static void
test_transport (void)
{
  g_autoptr (Frames) frames = make_frames (8, 0);
  g_autoptr (MageClipPaintable) clip = mage_clip_paintable_new (frames);
  gboolean playing = FALSE;

  g_assert_true (mage_transport_take_key (clip, &playing, GDK_KEY_Right, 0, FALSE));
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 1);
  g_assert_true (mage_transport_take_key (clip, &playing, GDK_KEY_Right, 0, TRUE));
  g_assert_true (mage_transport_take_key (clip, &playing, GDK_KEY_Left, 0, FALSE));
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 7);
  g_assert_true (mage_transport_take_key (clip, &playing, GDK_KEY_space, 0, FALSE));
  g_assert_true (playing);
  g_assert_false (mage_transport_take_key (clip, &playing, GDK_KEY_l, GDK_CONTROL_MASK, FALSE));
  g_assert_true (mage_transport_take_key (clip, &playing, GDK_KEY_l, 0, FALSE));
  g_assert_cmpfloat (mage_clip_paintable_get_speed (clip), ==, 2);
  g_assert_true (mage_transport_take_key (clip, &playing, GDK_KEY_k, 0, FALSE));
  g_assert_false (playing);
  g_assert_true (mage_transport_take_key (clip, &playing, GDK_KEY_j, 0, FALSE));
  g_assert_true (playing);
  g_assert_cmpfloat (mage_clip_paintable_get_speed (clip), ==, -1);
  /* Backwards, a frame an eighth of a second. */
  mage_clip_paintable_advance (clip, G_USEC_PER_SEC);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 7);
  mage_clip_paintable_advance (clip, G_USEC_PER_SEC + G_USEC_PER_SEC / 16);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 7);
  mage_clip_paintable_advance (clip, G_USEC_PER_SEC + G_USEC_PER_SEC / 8);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 6);
  mage_clip_paintable_advance (clip, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 7);
}

/* --- search --- */

static void
test_search (UiSession *self, gconstpointer data)
{
  GtkWidget *page;
  MageResultsPage *results;
  MageResultSearch *search;
  MageResultFilter *filter;
  GtkWindow *window;

  make_videos (self);
  page = mage_results_page_new (self->session);
  results = MAGE_RESULTS_PAGE (page);
  search = mage_results_page_get_search (results);
  filter = mage_result_search_get_filter (search);
  window = show (page);
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 3);
  mage_result_search_set_text (search, "BEACH");
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 2);
  mage_result_search_set_text (search, "beach <bear>");
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 1);
  mage_result_search_set_text (search, "ride");
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 1);
  mage_result_search_set_text (search, "nothing of this");
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 0);
  gtk_widget_activate_action (page, "results.show-all", NULL);
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 3);

  mage_result_filter_set_subject (filter, "<bear>");
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 2);
  mage_result_filter_set_motion (filter, "");
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 1);
  mage_result_filter_set_motion (filter, "ride");
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 1);
  mage_result_filter_set_method (filter, mage_variant_find ("without-scs"));
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 0);
  mage_result_filter_set_method (filter, NULL);
  mage_result_filter_set_motion (filter, NULL);
  mage_result_filter_set_subject (filter, NULL);

  /* A star is kept, and found. */
  gtk_widget_activate_action (page, "results.star", "s", mage_result_get_id (get_result (self, 1)));
  g_assert_true (mage_result_get_starred (get_result (self, 1)));
  mage_result_filter_set_starred (filter, TRUE);
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 1);
  gtk_widget_activate_action (page, "results.star", "s", mage_result_get_id (get_result (self, 1)));
  g_assert_cmpuint (mage_results_page_get_n_shown (results), ==, 0);
  gtk_window_destroy (window);
}

/* --- comparison --- */

static gboolean
is_loaded (gpointer view)
{
  return mage_compare_view_get_lead (view) != NULL;
}

static void
test_compare (UiSession *self, gconstpointer data)
{
  g_autoptr (MageResultChoice) choice = mage_result_choice_new ();
  AdwNavigationPage *page;
  MageComparePage *compare;
  MageCompareView *view;
  GtkWindow *window;

  make_videos (self);
  mage_result_choice_add (choice, get_result (self, 1));
  mage_result_choice_add (choice, get_result (self, 2));
  page = mage_compare_page_new (self->session, choice);
  compare = MAGE_COMPARE_PAGE (page);
  view = mage_compare_page_get_view (compare);
  window = show (GTK_WIDGET (page));
  ui_wait_until (is_loaded, view);
  /* Prompt, seed, and each subject, which the other lacks. */
  g_assert_cmpuint (mage_compare_page_get_n_different (compare), ==, 4);
  g_assert_cmpstr (mage_compare_page_get_words (compare), ==, "Other seeds, other prompts");

  mage_compare_page_set_mode (compare, MAGE_COMPARE_WIPE);
  ui_settle ();
  g_assert_true (gtk_widget_get_mapped (mage_compare_view_get_handle (view)));
  g_signal_emit_by_name (mage_compare_view_get_handle (view), "moved", 0.25);
  g_assert_cmpfloat (mage_compare_view_get_mix (view), ==, 0.25);
  mage_compare_page_set_mode (compare, MAGE_COMPARE_DIFFERENCE);
  ui_settle ();
  g_assert_false (gtk_widget_get_visible (mage_compare_view_get_handle (view)));
  g_assert_nonnull (strstr (mage_compare_page_get_words (compare), "of the pixels differ"));
  mage_compare_page_set_mode (compare, MAGE_COMPARE_ONION);
  ui_settle ();

  /* A third one joins, and a video that goes leaves it. */
  mage_result_choice_add (choice, get_result (self, 0));
  ui_settle ();
  g_assert_cmpuint (mage_compare_page_get_n_different (compare), >, 4);
  mage_result_choice_remove (choice, get_result (self, 1));
  g_assert_cmpint (mage_result_choice_find (choice, get_result (self, 2)), ==, 0);
  mage_result_choice_remove (choice, get_result (self, 0));
  mage_result_choice_remove (choice, get_result (self, 2));
  ui_settle ();
  gtk_window_destroy (window);
}

/* --- once more --- */

static void
take_page_cb (AdwNavigationPage **shown, AdwNavigationPage *page)
{
  g_set_object (shown, page);
}

static gboolean
is_pushed (gpointer data)
{
  return *(gpointer *) data != NULL && is_loaded (mage_compare_page_get_view (*(gpointer *) data));
}

static gboolean
is_measured (gpointer measures)
{
  return mage_compare_measures_get (measures, 0) != NULL && mage_compare_measures_get (measures, 1) != NULL;
}

static gboolean
has_words (GtkWidget *widget, const char *words)
{
  gboolean found = GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), words) != NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && !found; child = gtk_widget_get_next_sibling (child))
    found = has_words (child, words);
  return found;
}

static void
test_reproduce (UiSession *self, gconstpointer data)
{
  g_autoptr (AdwNavigationPage) shown = NULL;
  g_autoptr (GError) error = NULL;
  AdwNavigationPage *page;
  MageSampleJob *job;
  GtkWidget *measures;
  GtkWindow *window, *other;

  make_videos (self);
  g_signal_connect_swapped (self->session, "push-page", G_CALLBACK (take_page_cb), &shown);
  page = mage_result_page_new (self->session, get_result (self, 0));
  window = show (GTK_WIDGET (page));
  /* What the project has become does not count. */
  mage_params_set_int (mage_project_get_params (self->project), "seed", 99, NULL);
  mage_params_set_double (mage_project_get_params (self->project), "guidance", 2, NULL);
  gtk_widget_activate_action (GTK_WIDGET (page), "result.reproduce", NULL);
  ui_session_wait (self);
  ui_wait_until (is_pushed, &shown);
  g_assert_cmpstr (mage_compare_page_get_words (MAGE_COMPARE_PAGE (shown)), ==, "Every pixel is the same: the difference is 0");
  g_assert_cmpuint (mage_compare_page_get_n_different (MAGE_COMPARE_PAGE (shown)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->project))), ==, 3);
  /* Equal numbers are told in words. */
  other = show (GTK_WIDGET (shown));
  measures = ui_find_widget (GTK_WIDGET (shown), MAGE_TYPE_COMPARE_MEASURES);
  ui_wait_until (is_measured, measures);
  ui_settle ();
  g_assert_true (has_words (measures, ", the same"));
  g_clear_object (&shown);
  gtk_window_destroy (other);
  gtk_window_destroy (window);

  /* A subject that is learned anew is another. */
  mage_subject_set_prompt (MAGE_SUBJECT (mage_project_find (self->project, "<bear>")), "a photo of a <bear>");
  ui_session_train_all (self);
  job = mage_reproduction_new (self->project, get_result (self, 0), &error);
  g_assert_null (job);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "cannot be made again"));
}

/* --- out of the window --- */

static void
test_drag (UiSession *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkContentProvider) content = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *original = NULL;
  g_autofree char *name = NULL;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  gsize n_a, n_b;
  GSList *files;

  make_videos (self);
  content = mage_result_drag_make_content (get_result (self, 0), &error);
  g_assert_no_error (error);
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_assert_true (gdk_content_provider_get_value (content, &value, &error));
  files = gdk_file_list_get_files (g_value_get_boxed (&value));
  g_assert_cmpuint (g_slist_length (files), ==, 1);
  name = g_file_get_basename (files->data);
  g_assert_true (g_str_has_prefix (name, "a-bear-in-the-snow-"));
  g_assert_true (g_str_has_suffix (name, ".mp4"));
  original = mage_result_dup_path (get_result (self, 0), MAGE_RESULT_VIDEO);
  g_assert_true (g_file_get_contents (original, &a, &n_a, &error));
  g_assert_true (g_file_load_contents (files->data, NULL, &b, &n_b, NULL, &error));
  g_assert_cmpmem (a, n_a, b, n_b);
  g_slist_free (files);
}

/* The star of an open video: its key and its menu; what the search finds follows. */
static void
test_star (UiSession *self, gconstpointer data)
{
  GtkWidget *page, *opened;
  MageResultSearch *search;
  MageResult *result;
  GtkWindow *window, *other;

  make_videos (self);
  page = mage_results_page_new (self->session);
  search = mage_results_page_get_search (MAGE_RESULTS_PAGE (page));
  window = show (page);
  result = get_result (self, 0);
  opened = GTK_WIDGET (mage_result_page_new (self->session, result));
  other = show (opened);
  gtk_toggle_button_set_active (ui_find_widget (GTK_WIDGET (search), GTK_TYPE_TOGGLE_BUTTON), TRUE);
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 0);
  gtk_widget_activate_action (opened, "result.star", NULL);
  g_assert_true (mage_result_get_starred (result));
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 1);
  gtk_widget_activate_action (opened, "result.star", NULL);
  g_assert_false (mage_result_get_starred (result));
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 0);
  gtk_window_destroy (other);
  gtk_window_destroy (window);
}

/* The choices of the search have names. */
static void
test_search_names (UiSession *self, gconstpointer data)
{
  static const char *const names[] = { "Subject", "Motion", "Method" };
  GtkWidget *page, *popover;
  GtkWindow *window;
  GtkWidget *box;

  make_videos (self);
  page = mage_results_page_new (self->session);
  window = show (page);
  popover = GTK_WIDGET (gtk_menu_button_get_popover (ui_find_widget (GTK_WIDGET (mage_results_page_get_search (MAGE_RESULTS_PAGE (page))),
                                                                    GTK_TYPE_MENU_BUTTON)));
  gtk_popover_popup (GTK_POPOVER (popover));
  ui_settle ();
  box = gtk_widget_get_first_child (gtk_popover_get_child (GTK_POPOVER (popover)));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++, box = gtk_widget_get_next_sibling (box))
    gtk_test_accessible_assert_property (ui_find_widget (box, GTK_TYPE_DROP_DOWN), GTK_ACCESSIBLE_PROPERTY_LABEL, names[i]);
  gtk_window_destroy (window);
}

/* What is saved goes where things of its kind are, and next time to where the last one went; never to wherever the program began. */
static void
test_folders (void)
{
  g_autofree char *folder = sandbox_new ();
  g_autofree char *path = g_build_filename (folder, "a.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *first = mage_file_folder_dup (MAGE_FOLDER_NUMBERS);
  g_autofree char *cwd = g_get_current_dir ();
  g_autofree char *next = NULL;
  g_autofree char *after = NULL;

  g_assert_cmpint (mage_file_folder_of_name ("a.b.mp4"), ==, MAGE_FOLDER_EXPORTS);
  g_assert_cmpint (mage_file_folder_of_name ("chart.svg"), ==, MAGE_FOLDER_FIGURES);
  g_assert_cmpint (mage_file_folder_of_name ("chart.csv"), ==, MAGE_FOLDER_NUMBERS);
  g_assert_cmpint (mage_file_folder_of_name ("frames"), ==, MAGE_FOLDER_EXPORTS);
  g_assert_true (g_file_test (first, G_FILE_TEST_IS_DIR));
  g_assert_cmpstr (first, !=, cwd);
  mage_file_folder_remember (MAGE_FOLDER_NUMBERS, file);
  next = mage_file_folder_dup (MAGE_FOLDER_NUMBERS);
  g_assert_cmpstr (next, ==, folder);
  sandbox_remove (g_steal_pointer (&folder));
  after = mage_file_folder_dup (MAGE_FOLDER_NUMBERS);
  g_assert_cmpstr (after, ==, first);
}

/* The secondary button offers what can be done with a video; what is deleted can be taken back. */
static void
test_menu (UiSession *self, gconstpointer data)
{
  GtkWidget *page, *cell, *popover;
  MageResult *result;
  GtkWindow *window;

  make_videos (self);
  page = mage_results_page_new (self->session);
  window = show (page);
  cell = ui_find_widget (page, MAGE_TYPE_RESULT_CELL);
  result = mage_result_cell_get_result (MAGE_RESULT_CELL (cell));
  ui_mouse_click_secondary (cell, 0.5, 0.5);
  popover = ui_find_widget (cell, GTK_TYPE_POPOVER_MENU);
  g_assert_nonnull (popover);
  g_assert_cmpint (g_menu_model_get_n_items (gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (popover))), ==, 4);
  gtk_popover_popdown (GTK_POPOVER (popover));
  ui_settle ();
  gtk_widget_activate_action (page, "results.delete", "s", mage_result_get_id (result));
  g_assert_true (mage_project_is_deleted (self->project, result));
  g_assert_true (mage_history_undo (mage_session_get_history (self->session)));
  g_assert_true (mage_project_has_result (self->project, result));

  /* What is chosen goes and comes back together. */
  for (guint i = 0; i < 2; i++)
    gtk_widget_activate_action (page, "results.choose", "s", mage_result_get_id (get_result (self, i)));
  gtk_widget_activate_action (page, "results.delete-chosen", NULL);
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 1);
  g_assert_cmpstr (mage_history_get_undo_label (mage_session_get_history (self->session)), ==, "Delete Videos");
  g_assert_true (mage_history_undo (mage_session_get_history (self->session)));
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 3);
  gtk_window_destroy (window);
}

/* What the search hides is no longer chosen, and so not deleted with what is seen. */
static void
test_hidden_choice (UiSession *self, gconstpointer data)
{
  MageResultChoice *choice = mage_result_choice_get (self->session);
  GtkWidget *page;
  MageResult *ride;
  GtkWindow *window;

  make_videos (self);
  ride = get_result (self, 0);
  page = mage_results_page_new (self->session);
  window = show (page);
  for (guint i = 0; i < 2; i++)
    gtk_widget_activate_action (page, "results.choose", "s", mage_result_get_id (get_result (self, i)));
  mage_result_search_set_text (mage_results_page_get_search (MAGE_RESULTS_PAGE (page)), "beach");
  g_assert_cmpuint (mage_result_choice_get_length (choice), ==, 1);
  g_assert_cmpint (mage_result_choice_find (choice, ride), ==, -1);
  gtk_widget_activate_action (page, "results.delete-chosen", NULL);
  g_assert_true (mage_project_has_result (self->project, ride));
  gtk_window_destroy (window);
}

/* A page that is deleted goes alone: the one that it was opened from stays, also while it slides away. */
static void
test_delete_page (UiSession *self, gconstpointer data)
{
  GtkWidget *views = adw_navigation_view_new ();
  AdwNavigationPage *root = adw_navigation_page_new (gtk_label_new ("root"), "root");
  AdwNavigationPage *middle = adw_navigation_page_new (gtk_label_new ("middle"), "middle");
  AdwNavigationPage *page;
  MageResult *result;
  GtkWindow *window;

  make_videos (self);
  result = get_result (self, 0);
  window = show (views);
  adw_navigation_view_push (ADW_NAVIGATION_VIEW (views), root);
  adw_navigation_view_push (ADW_NAVIGATION_VIEW (views), middle);
  page = mage_result_page_new (self->session, result);
  adw_navigation_view_push (ADW_NAVIGATION_VIEW (views), page);
  ui_settle ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  gtk_widget_activate_action (GTK_WIDGET (page), "result.delete", NULL);
  g_assert_true (adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (views)) == middle);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  ui_settle ();
  /* One that is seen when its video is deleted goes, too. */
  result = get_result (self, 0);
  adw_navigation_view_push (ADW_NAVIGATION_VIEW (views), mage_result_page_new (self->session, result));
  ui_settle ();
  g_assert_true (mage_project_delete_result (self->project, result, NULL));
  g_assert_true (adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (views)) == middle);
  gtk_window_destroy (window);
  ui_session_wait (self);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/results/difference", test_difference);
  g_test_add_func ("/results/transport", test_transport);
  g_test_add_func ("/results/folders", test_folders);
  ADD ("/results/star", test_star);
  ADD ("/results/search-names", test_search_names);
  ADD ("/results/search", test_search);
  ADD ("/results/hidden-choice", test_hidden_choice);
  ADD ("/results/compare", test_compare);
  ADD ("/results/reproduce", test_reproduce);
  ADD ("/results/drag", test_drag);
  ADD ("/results/menu", test_menu);
  ADD ("/results/delete-page", test_delete_page);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
