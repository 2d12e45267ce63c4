/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/sample-media.h"
#include "tests/sandbox.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-chart-scale.h"
#include "ui/mage-clip-player.h"
#include "ui/mage-compose-check.h"
#include "ui/mage-compose-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-face-cache.h"
#include "ui/mage-film-strip.h"
#include "ui/mage-loss-chart.h"
#include "ui/mage-loss-data.h"
#include "ui/mage-motion-page.h"
#include "ui/mage-picture-strip.h"
#include "ui/mage-prompt-chip.h"
#include "ui/mage-prompt-entry.h"
#include "ui/mage-result-deletion.h"
#include "ui/mage-results-page.h"
#include "ui/mage-subject-page.h"
#include "ui/mage-sample-strip.h"
#include "ui/mage-thumbnail.h"
#include "ui/mage-training-view.h"
#include "ui/mage-projects.h"
#include "ui/mage-trimmer.h"
#include "ui/mage-welcome-page.h"
#include "ui/mage-welcome-sum.h"

#include "jobs/mage-import.h"

#include <math.h>

/* The widgets of the pages, one by one and on their pages, with keys as a user presses them. */

static AdwApplication *application;

/* --- helpers --- */

static GtkWindow *
show (GtkWidget *widget)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));

  gtk_window_set_default_size (window, 800, 700);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  ui_settle ();
  return window;
}

/* What a key controller of the widget makes of a key; GTK has no way to press one in process. */
static gboolean
press (GtkWidget *widget, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller))
        continue;
      g_signal_emit_by_name (controller, "key-pressed", key, 0, modifiers, &handled);
      if (handled)
        return TRUE;
    }
  return FALSE;
}

static Frames *
make_frames (guint n, double rate)
{
  guint8 *rgb = g_malloc (n * 8 * 8 * 3);

  for (guint i = 0; i < n * 8 * 8 * 3; i++)
    rgb[i] = (guint8) (i / (8 * 8 * 3) * 255 / n);
  return frames_new_take (n, 8, 8, rate, rgb);
}

static MageClipPaintable *
make_clip (guint n, double rate)
{
  g_autoptr (Frames) frames = make_frames (n, rate);

  return mage_clip_paintable_new (frames);
}

/* --- chart --- */

static void
test_scale (void)
{
  MageChartScale linear = mage_chart_scale_fit (0.05, 0.36, FALSE);
  MageChartScale logarithmic = mage_chart_scale_fit (0.01, 1, TRUE);
  MageChartScale nothing = mage_chart_scale_fit (NAN, NAN, FALSE);
  double ticks[16];
  guint n = mage_chart_scale_list_ticks (&linear, 4, ticks, 16);
  g_autofree char *first = mage_chart_scale_dup_label (&linear, ticks[0], ticks[1]);
  g_autofree char *second = mage_chart_scale_dup_label (&linear, ticks[1], ticks[1]);

  g_assert_cmpfloat (linear.low, ==, 0);
  g_assert_cmpfloat_with_epsilon (linear.high, 0.4, 1e-9);
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpstr (first, ==, "0");
  g_assert_cmpstr (second, ==, "0.1");
  g_assert_cmpfloat_with_epsilon (mage_chart_scale_map (&linear, 0.2), 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (mage_chart_scale_map (&logarithmic, 0.1), 0.5, 1e-9);
  g_assert_cmpfloat (mage_chart_scale_map (&logarithmic, 0), ==, 0);
  g_assert_cmpfloat (nothing.high, ==, 1);
}

static void
test_smoothing (void)
{
  double values[] = { NAN, 4, 4, NAN, 4 };
  double noisy[200];
  double smooth[200];

  mage_chart_smooth (values, 5, smooth);
  g_assert_true (isnan (smooth[0]));
  g_assert_cmpfloat_with_epsilon (smooth[1], 4, 1e-12);
  g_assert_cmpfloat_with_epsilon (smooth[4], 4, 1e-12);
  for (guint i = 0; i < 200; i++)
    noisy[i] = 1 + (i % 2 ? 0.5 : -0.5);
  mage_chart_smooth (noisy, 200, smooth);
  g_assert_cmpfloat_with_epsilon (smooth[199], 1, 0.06);
}

static void
test_nearest (void)
{
  double steps[] = { 1, 2, 4, 8 };

  g_assert_cmpuint (mage_chart_find_nearest (steps, 4, -5), ==, 0);
  g_assert_cmpuint (mage_chart_find_nearest (steps, 4, 2.9), ==, 1);
  g_assert_cmpuint (mage_chart_find_nearest (steps, 4, 3.1), ==, 2);
  g_assert_cmpuint (mage_chart_find_nearest (steps, 4, 100), ==, 3);
}

static void
append (MageSeries *series, guint step, double total)
{
  MageTerm terms[] = { { "L_sub", total * 0.8 }, { "L", total }, { "grad_norm", 100 } };

  mage_series_append (series, step, terms, G_N_ELEMENTS (terms));
}

/* A continued run is one curve, and what is no loss stays off the chart. */
static void
test_loss_data (void)
{
  g_autoptr (MageSeries) before = mage_series_new ();
  g_autoptr (MageSeries) series = mage_series_new ();
  g_autoptr (MageLossData) data = NULL;
  double low;
  double high;

  for (guint i = 1; i <= 10; i++)
    append (before, i, 1.0);
  for (guint i = 8; i <= 20; i++)
    append (series, i, 0.5);
  data = mage_loss_data_new (before, series);
  g_assert_cmpuint (data->steps->len, ==, 20);
  g_assert_cmpfloat (g_array_index (data->steps, double, 6), ==, 7);
  g_assert_cmpfloat (g_array_index (data->steps, double, 7), ==, 8);
  g_assert_cmpuint (data->curves->len, ==, 2);
  g_assert_cmpstr (((MageLossCurve *) g_ptr_array_index (data->curves, 0))->name, ==, "L");
  g_assert_cmpfloat (g_array_index (((MageLossCurve *) g_ptr_array_index (data->curves, 0))->values, double, 7), ==, 0.5);
  g_assert_true (mage_loss_curve_get_extremes (g_ptr_array_index (data->curves, 0), 0, 20, &low, &high));
  g_assert_cmpfloat (high, ==, 1);
}

static void
test_chart_keys (void)
{
  GtkWidget *chart = mage_loss_chart_new ();
  g_autoptr (MageSeries) series = mage_series_new ();
  GtkWindow *window;
  guint step;

  for (guint i = 1; i <= 50; i++)
    append (series, i, 1.0 / i);
  mage_loss_chart_set_series (MAGE_LOSS_CHART (chart), series);
  window = show (chart);
  g_assert_false (mage_loss_chart_get_cursor (MAGE_LOSS_CHART (chart), &step));
  g_assert_true (press (chart, GDK_KEY_Home, 0));
  g_assert_true (press (chart, GDK_KEY_Right, 0));
  g_assert_true (mage_loss_chart_get_cursor (MAGE_LOSS_CHART (chart), &step));
  g_assert_cmpuint (step, ==, 2);
  gtk_test_accessible_assert_role (chart, GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_true (press (chart, GDK_KEY_Escape, 0));
  g_assert_false (mage_loss_chart_get_cursor (MAGE_LOSS_CHART (chart), &step));
  mage_loss_chart_set_logarithmic (MAGE_LOSS_CHART (chart), TRUE);
  ui_settle ();
  gtk_window_destroy (window);
}

/* Ten thousand points stay smooth: a frame's drawing fits into a frame's time several times over on a busy machine. */
static void
test_chart_speed (void)
{
  GtkWidget *chart = mage_loss_chart_new ();
  g_autoptr (MageSeries) series = mage_series_new ();
  GtkWindow *window;
  gint64 start;

  for (guint i = 1; i <= 10000; i++)
    append (series, i, 0.1 + 0.05 * sin (i * 12.9898));
  mage_loss_chart_set_series (MAGE_LOSS_CHART (chart), series);
  window = show (chart);
  g_assert_cmpuint (mage_loss_chart_get_length (MAGE_LOSS_CHART (chart)), ==, 10000);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
      g_autoptr (GskRenderNode) node = NULL;
      g_autoptr (GdkTexture) texture = NULL;

      mage_loss_chart_refresh (MAGE_LOSS_CHART (chart));
      GTK_WIDGET_GET_CLASS (chart)->snapshot (chart, snapshot);
      node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
      texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
    }
  g_test_message ("refresh and draw: %.1f ms", (double) (g_get_monotonic_time () - start) / 10000);
  gtk_window_destroy (window);
}

/* --- clips --- */

/* After the last frame comes the first, with the same spacing, for as long as it plays. */
static void
test_loop (void)
{
  g_autoptr (MageClipPaintable) clip = make_clip (8, 8);

  for (gint64 i = 0; i < 8 * 1000; i++)
    {
      mage_clip_paintable_advance (clip, G_USEC_PER_SEC * 50 + i * G_USEC_PER_SEC / 8);
      g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, i % 8);
    }
  mage_clip_paintable_set_frame (clip, 5);
  mage_clip_paintable_advance (clip, G_USEC_PER_SEC);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 5);
  mage_clip_paintable_set_span (clip, 2, 3);
  for (gint64 i = 0; i < 30; i++)
    {
      mage_clip_paintable_advance (clip, G_USEC_PER_SEC * 90 + i * G_USEC_PER_SEC / 8);
      g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 2 + i % 3);
    }
}

static void
test_player_keys (void)
{
  g_autoptr (MageClipPaintable) clip = make_clip (8, 8);
  GtkWidget *player = mage_clip_player_new ();
  GtkWindow *window;

  mage_clip_player_set_clip (MAGE_CLIP_PLAYER (player), clip);
  window = show (player);
  g_assert_true (press (player, GDK_KEY_Right, 0));
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 1);
  g_assert_true (press (player, GDK_KEY_Left, 0));
  g_assert_true (press (player, GDK_KEY_Left, 0));
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 7);
  g_assert_true (press (player, GDK_KEY_space, 0));
  g_assert_true (mage_clip_player_is_playing (MAGE_CLIP_PLAYER (player)));
  g_assert_true (press (player, GDK_KEY_Right, 0));
  g_assert_false (mage_clip_player_is_playing (MAGE_CLIP_PLAYER (player)));
  gtk_window_destroy (window);
}

static void
test_film_columns (void)
{
  g_assert_cmpuint (mage_film_strip_choose_columns (8, 700), ==, 8);
  g_assert_cmpuint (mage_film_strip_choose_columns (8, 360), ==, 4);
  g_assert_cmpuint (mage_film_strip_choose_columns (24, 700), ==, 8);
  g_assert_cmpuint (mage_film_strip_choose_columns (1, 20), ==, 1);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_trimmer_keys (void)
{
  g_autoptr (MageClipPaintable) clip = make_clip (20, 10);
  GtkWidget *trimmer = mage_trimmer_new ();
  MageTrimmer *self = MAGE_TRIMMER (trimmer);
  guint chosen = 0;
  GtkWindow *window;
  double start;
  double length;

  mage_trimmer_set_clip (self, clip, 2.0);
  mage_trimmer_set_span (self, 0, 2);
  g_signal_connect_swapped (trimmer, "span-chosen", G_CALLBACK (count_cb), &chosen);
  window = show (trimmer);
  for (guint i = 0; i < 4; i++)
    g_assert_true (press (trimmer, GDK_KEY_Right, 0));
  g_assert_cmpfloat_with_epsilon (mage_trimmer_get_position (self), 0.4, 1e-9);
  g_assert_cmpuint (chosen, ==, 0);
  g_assert_true (press (trimmer, GDK_KEY_i, 0));
  mage_trimmer_get_span (self, &start, &length);
  g_assert_cmpfloat_with_epsilon (start, 0.4, 1e-9);
  g_assert_cmpfloat_with_epsilon (length, 1.6, 1e-9);
  g_assert_true (press (trimmer, GDK_KEY_Right, GDK_CONTROL_MASK));
  g_assert_true (press (trimmer, GDK_KEY_o, 0));
  mage_trimmer_get_span (self, &start, &length);
  g_assert_cmpfloat_with_epsilon (length, 0.5, 1e-9);
  g_assert_true (press (trimmer, GDK_KEY_Left, GDK_SHIFT_MASK));
  mage_trimmer_get_span (self, &start, &length);
  g_assert_cmpfloat_with_epsilon (start, 0.3, 1e-9);
  g_assert_cmpfloat_with_epsilon (length, 0.5, 1e-9);
  g_assert_cmpuint (chosen, ==, 3);
  gtk_test_accessible_assert_role (trimmer, GTK_ACCESSIBLE_ROLE_SLIDER);
  gtk_window_destroy (window);
}

/* --- pictures --- */

static void
keep_label_cb (GString *labels, const char *label)
{
  g_string_append_printf (labels, "%s;", label);
}

static const char *
get_name (GListStore *pictures, guint i)
{
  g_autoptr (MageMedia) media = g_list_model_get_item (G_LIST_MODEL (pictures), i);

  return mage_media_get_file (media);
}

static void
test_strip (void)
{
  g_autoptr (Sandbox) folder = sandbox_new ();
  g_autoptr (GListStore) pictures = g_list_store_new (MAGE_TYPE_MEDIA);
  g_autoptr (GString) labels = g_string_new (NULL);
  GtkWidget *strip = mage_picture_strip_new ();
  GtkWindow *window;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = sample_picture (folder, name, (guint8) (60 * i));
      g_autoptr (MageMedia) media = mage_media_new (folder, name, "");

      g_list_store_append (pictures, media);
    }
  mage_picture_strip_set_pictures (MAGE_PICTURE_STRIP (strip), pictures);
  g_signal_connect_swapped (strip, "edit", G_CALLBACK (keep_label_cb), labels);
  window = show (strip);

  mage_picture_strip_select (MAGE_PICTURE_STRIP (strip), 0);
  g_assert_true (gtk_widget_activate_action (strip, "strip.later", NULL));
  g_assert_cmpstr (get_name (pictures, 0), ==, "1.png");
  g_assert_cmpstr (get_name (pictures, 1), ==, "0.png");
  g_assert_cmpstr (mage_media_get_file (mage_picture_strip_get_selected (MAGE_PICTURE_STRIP (strip))), ==, "0.png");
  gtk_widget_activate_action (strip, "strip.earlier", NULL);
  gtk_widget_activate_action (strip, "strip.earlier", NULL);
  g_assert_cmpstr (get_name (pictures, 0), ==, "0.png");
  gtk_widget_activate_action (strip, "strip.remove", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (pictures)), ==, 2);
  g_assert_cmpstr (labels->str, ==, "Move Picture;Move Picture;Remove Picture;");
  gtk_window_destroy (window);
}

/* --- prompts --- */

static void
test_chips (void)
{
  g_autoptr (GArray) chips = mage_prompt_chip_find_all ("ä <toy> on <a b> and <><dog>");
  guint start;
  g_autofree char *fragment = mage_prompt_chip_dup_fragment ("a <toy> and <do", 15, &start);
  g_autofree char *none = mage_prompt_chip_dup_fragment ("a <toy> and", 11, &start);

  g_assert_cmpuint (chips->len, ==, 2);
  g_assert_cmpuint (g_array_index (chips, MagePromptChip, 0).start, ==, 2);
  g_assert_cmpuint (g_array_index (chips, MagePromptChip, 0).end, ==, 7);
  g_assert_cmpstr (g_array_index (chips, MagePromptChip, 1).token, ==, "<dog>");
  g_assert_cmpstr (fragment, ==, "<do");
  g_assert_null (none);
}

/* --- a project --- */

typedef UiSession Fixture;

static gboolean
is_idle (gpointer data)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (data)) == 0;
}

static void
test_prompt_entry (Fixture *self, gconstpointer data)
{
  GtkWidget *entry = mage_prompt_entry_new ();
  MagePromptEntry *prompt = MAGE_PROMPT_ENTRY (entry);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (entry));
  g_autofree char *pasted = NULL;
  g_autofree char *inserted = NULL;
  g_auto (GStrv) proposals = NULL;
  GtkWindow *window;

  ui_session_add_subject (self, "bear");
  ui_session_add_subject (self, "robot");
  mage_prompt_entry_set_project (prompt, self->project);
  mage_prompt_entry_set_text (prompt, "a <bear> rides <nobody>");
  window = show (entry);
  g_assert_cmpuint (mage_prompt_entry_get_n_chips (prompt), ==, 1);

  gtk_text_buffer_set_text (buffer, "a", -1);
  mage_prompt_entry_insert_token (prompt, "<robot>");
  inserted = mage_prompt_entry_dup_text (prompt);
  g_assert_cmpstr (inserted, ==, "a <robot> ");

  gtk_text_buffer_set_text (buffer, "", -1);
  gtk_text_buffer_insert_at_cursor (buffer, "two\nlines <b", -1);
  pasted = mage_prompt_entry_dup_text (prompt);
  g_assert_cmpstr (pasted, ==, "two lines <b");
  proposals = mage_prompt_entry_dup_proposals (prompt);
  g_assert_cmpstr (proposals[0], ==, "<bear>");
  g_assert_null (proposals[1]);
  gtk_window_destroy (window);
}

/* The left edges of chips, and whether lines are within the height that was asked for. */
static void
check_room (MagePromptEntry *prompt, const char *text, int width)
{
  GtkTextView *view = GTK_TEXT_VIEW (prompt);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  g_autoptr (GArray) chips = mage_prompt_chip_find_all (text);
  GdkRectangle at;
  GtkTextIter iter;
  int height;
  int end;

  mage_prompt_entry_set_text (prompt, text);
  gtk_widget_measure (GTK_WIDGET (prompt), GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  gtk_widget_allocate (GTK_WIDGET (prompt), width, height, -1, NULL);
  for (guint i = 0; i < chips->len; i++)
    {
      gtk_text_buffer_get_iter_at_offset (buffer, &iter, (int) g_array_index (chips, MagePromptChip, i).start);
      gtk_text_view_get_iter_location (view, &iter, &at);
      g_assert_cmpint (at.x, >=, gtk_text_view_get_left_margin (view) + (int) MAGE_FACE_SIZE);
    }
  gtk_text_buffer_get_end_iter (buffer, &iter);
  gtk_text_view_get_iter_location (view, &iter, &at);
  end = gtk_text_view_get_top_margin (view) + at.y + at.height + gtk_text_view_get_bottom_margin (view);
  g_assert_cmpint (ABS (end - height), <, at.height / 4); /* each line is rounded */
}

/* A word has room for its face wherever the line breaks. */
static void
test_prompt_room (Fixture *self, gconstpointer data)
{
  GtkWidget *entry = mage_prompt_entry_new ();
  GtkWindow *window;

  ui_session_add_subject (self, "bear");
  ui_session_add_subject (self, "robot");
  mage_prompt_entry_set_project (MAGE_PROMPT_ENTRY (entry), self->project);
  window = show (entry);
  for (int width = 160; width < 480; width += 9)
    {
      check_room (MAGE_PROMPT_ENTRY (entry), "a <bear> is riding a <robot> on the beach", width);
      check_room (MAGE_PROMPT_ENTRY (entry), "<bear> <robot> <bear> in the snow", width);
    }
  gtk_window_destroy (window);
}

static void
test_compose_check (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) untrained = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *unknown = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *nothing = NULL;
  g_autofree char *proposed = NULL;

  ui_session_add_subject (self, "bear");
  g_assert_cmpint (mage_compose_check (self->project, "a <cat>", NULL, untrained, &unknown), ==, MAGE_COMPOSE_WORD);
  g_assert_cmpstr (unknown, ==, "No subject of this project has the word <cat>");
  g_assert_cmpint (mage_compose_check (self->project, "a <bear>", NULL, untrained, &missing), ==, MAGE_COMPOSE_TRAIN);
  g_assert_cmpstr (missing, ==, "<bear> is not trained yet");
  g_assert_cmpuint (untrained->len, ==, 1);
  g_assert_cmpint (mage_compose_check (self->project, "a horse", NULL, untrained, &nothing), ==, MAGE_COMPOSE_READY);
  g_assert_null (nothing);
  proposed = mage_compose_propose (self->project, NULL);
  g_assert_cmpstr (proposed, ==, "a <bear>");
}

/* The states of a training in words, and what its button does. */
static void
test_training (Fixture *self, gconstpointer data)
{
  MageSubject *subject = ui_session_add_subject (self, "bear");
  GtkWidget *view = mage_training_view_new (self->session, MAGE_TRAINABLE (subject));
  MageTrainingView *training = MAGE_TRAINING_VIEW (view);
  GtkWindow *window = show (view);

  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Not trained yet");
  g_assert_cmpstr (mage_training_view_get_action (training), ==, "_Train");
  mage_training_view_set_needs (training, "Add pictures of it first");
  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Add pictures of it first");
  mage_training_view_set_needs (training, NULL);
  g_assert_nonnull (mage_session_train (self->session, MAGE_TRAINABLE (subject)));
  g_assert_null (mage_training_view_get_action (training));
  ui_wait_until (is_idle, self->worker);
  ui_settle ();
  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Trained, 6 steps");
  g_assert_cmpuint (mage_training_view_get_n_samples (training), ==, 1);
  g_assert_null (mage_training_view_get_action (training));
  mage_subject_set_prompt (subject, "A photo of a <bear>");
  mage_project_refresh (self->project);
  g_assert_cmpstr (mage_training_view_get_action (training), ==, "_Train Again");
  gtk_window_destroy (window);
}

static gboolean
has_one_sample (gpointer strip)
{
  return mage_sample_strip_get_length (strip) == 1;
}

/* A sample that was being made when its training was stopped is a folder without frames: it leaves no empty cell. */
static void
test_stopped_sample (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  GtkWidget *strip = g_object_new (MAGE_TYPE_SAMPLE_STRIP, NULL);
  g_autofree char *stopped = NULL;
  GtkWindow *window;

  g_assert_nonnull (mage_session_train (self->session, subject));
  ui_wait_until (is_idle, self->worker);
  stopped = mage_run_dup_sample_path (mage_trainable_get_run (subject), 9);
  g_assert_cmpint (g_mkdir_with_parents (stopped, 0755), ==, 0);
  window = show (strip);
  mage_sample_strip_set_run (MAGE_SAMPLE_STRIP (strip), mage_trainable_get_run (subject), 8);
  g_assert_cmpuint (mage_sample_strip_get_length (MAGE_SAMPLE_STRIP (strip)), ==, 2);
  ui_wait_until (has_one_sample, strip);
  mage_sample_strip_set_run (MAGE_SAMPLE_STRIP (strip), mage_trainable_get_run (subject), 8);
  g_assert_cmpuint (mage_sample_strip_get_length (MAGE_SAMPLE_STRIP (strip)), ==, 1);
  gtk_window_destroy (window);
}

static void
test_training_fails (Fixture *self, gconstpointer data)
{
  MageSubject *subject = ui_session_add_subject (self, "bear");
  GtkWidget *view = mage_training_view_new (self->session, MAGE_TRAINABLE (subject));
  GtkWindow *window = show (view);
  g_autofree char *problem = NULL;

  fake_engine_fail (3);
  mage_session_train (self->session, MAGE_TRAINABLE (subject));
  ui_wait_until (is_idle, self->worker);
  ui_settle ();
  fake_engine_fail (0);
  g_object_get (view, "problem", &problem, NULL);
  g_assert_nonnull (problem);
  gtk_window_destroy (window);
}

static GtkWidget *
show_page (GtkWidget *page, GtkWindow **window)
{
  *window = show (page);
  return page;
}

/* Every page in its empty and its full state, and gone again without a trace. */
static void
test_pages (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *clip = sample_clip (self->folder, "ride.mp4", 16, 8);
  MageSubject *empty = mage_project_add_subject (self->project, "nobody", NULL, NULL, NULL);
  MageSubject *subject = ui_session_add_subject (self, "bear");
  MageMotion *motion = mage_import_motion (self->project, clip, "ride", "a person is riding a horse", 0, 0, &error);
  GtkWindow *windows[6];
  GtkWidget *pages[6];

  g_assert_no_error (error);
  mage_import_thing (self->project, motion, NULL, NULL, 0, &error);
  pages[0] = show_page (mage_subject_page_new (self->session, empty), &windows[0]);
  pages[1] = show_page (mage_subject_page_new (self->session, subject), &windows[1]);
  pages[2] = show_page (mage_motion_page_new (self->session, motion), &windows[2]);
  pages[3] = show_page (mage_compose_page_new (self->session), &windows[3]);
  pages[4] = show_page (mage_results_page_new (self->session), &windows[4]);
  g_assert_cmpstr (mage_page_get_title (MAGE_PAGE (pages[1])), ==, "<bear>");
  g_assert_cmpstr (mage_page_get_subtitle (MAGE_PAGE (pages[1])), ==, "Bear");
  g_assert_cmpstr (mage_page_get_title (MAGE_PAGE (pages[2])), ==, "Ride");
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (pages[4])), ==, 0);
  g_assert_cmpstr (mage_draft_get_prompt (mage_draft_get (self->session)), ==, "a <nobody> is riding a horse");
  for (guint i = 0; i < 5; i++)
    {
      g_object_add_weak_pointer (G_OBJECT (pages[i]), (gpointer *) &pages[i]);
      gtk_window_destroy (windows[i]);
    }
  ui_settle ();
  for (guint i = 0; i < 5; i++)
    g_assert_null (pages[i]);
}

/* A video: made, shown, deleted, taken back, and deleted for good. */
static void
test_results (Fixture *self, gconstpointer data)
{
  MageSubject *subject = ui_session_add_subject (self, "bear");
  MageHistory *history = mage_session_get_history (self->session);
  MageDraft *draft = mage_draft_get (self->session);
  g_autoptr (MageParams) params = NULL;
  GtkWindow *window;
  GtkWidget *page = show_page (mage_results_page_new (self->session), &window);
  MageResult *result;
  g_autofree char *video = NULL;

  mage_session_train (self->session, MAGE_TRAINABLE (subject));
  ui_wait_until (is_idle, self->worker);
  params = mage_params_copy (mage_project_get_params (self->project));
  mage_params_set_int (params, "seed", 77, NULL);
  g_assert_nonnull (mage_session_sample (self->session, "a <bear>", NULL, params));
  ui_wait_until (is_idle, self->worker);
  ui_settle ();
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 1);
  result = mage_project_find_result (self->project, NULL);
  video = mage_result_dup_path (result, MAGE_RESULT_VIDEO);

  mage_draft_restore (draft, self->session, result);
  g_assert_cmpint (mage_params_get_int (mage_project_get_params (self->project), "seed"), ==, 77);
  g_assert_cmpstr (mage_draft_get_prompt (draft), ==, "a <bear>");
  g_assert_true (mage_draft_get_seed_locked (draft));

  mage_delete_result (self->session, result);
  g_assert_cmpstr (mage_history_get_undo_label (history), ==, "Delete Video");
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 0);
  g_assert_true (mage_history_undo (history));
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 1);
  g_assert_true (mage_history_redo (history));
  g_assert_cmpuint (mage_results_page_get_n_shown (MAGE_RESULTS_PAGE (page)), ==, 0);
  g_assert_true (g_file_test (video, G_FILE_TEST_EXISTS));
  mage_project_remove_deleted (self->project, result);
  g_assert_false (g_file_test (video, G_FILE_TEST_EXISTS));
  gtk_window_destroy (window);
}

static GtkWidget *
find_action (GtkWidget *widget, const char *action)
{
  GtkWidget *found = NULL;

  if (GTK_IS_ACTIONABLE (widget) && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_action (child, action);
  return found;
}

/* In a small window what can be done from the start page is seen without scrolling; in a large one there is the picture, too. */
static void
test_small_welcome (void)
{
  static const int sizes[][2] = { { 1000, 700 }, { 1000, 500 }, { 540, 500 }, { 400, 460 } };
  g_autoptr (GSettings) settings = g_settings_new (MAGE_SCHEMA);
  GtkWidget *page = mage_welcome_page_new (settings, MAGE_SOURCE_DATA);
  GtkWindow *window = show (page);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      graphene_rect_t bounds;

      ui_resize (window, sizes[i][0], sizes[i][1]);
      ui_settle ();
      g_assert_true (gtk_widget_compute_bounds (find_action (page, "win.open-sample"), page, &bounds));
      g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, gtk_widget_get_height (page));
      g_assert_true ((ui_find_widget (page, MAGE_TYPE_WELCOME_SUM) != NULL) == (i == 0));
    }
  gtk_window_destroy (window);
}

/* What stands for the whole project is its first subject, which may go first. */
static void
test_thumbnail (Fixture *self, gconstpointer data)
{
  MageThumbnail *thumbnail = g_object_ref_sink (MAGE_THUMBNAIL (mage_thumbnail_new (16, 16)));
  g_autoptr (MageProject) project = NULL;
  g_autofree char *folder = g_build_filename (self->folder, "other.mage", NULL);
  GListStore *pictures;
  g_autoptr (GError) error = NULL;

  project = mage_project_create (folder, NULL, mage_project_get_model_dir (self->project), &error);
  g_assert_no_error (error);
  pictures = mage_subject_get_pictures (mage_project_add_subject (project, "bear", NULL, NULL, NULL));
  g_object_add_weak_pointer (G_OBJECT (pictures), (gpointer *) &pictures);
  mage_thumbnail_set_object (thumbnail, G_OBJECT (project));
  g_list_store_remove_all (mage_project_get_subjects (project));
  g_assert_nonnull (pictures);
  mage_thumbnail_set_object (thumbnail, NULL);
  g_assert_null (pictures);
  g_object_unref (thumbnail);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/chart/scale", test_scale);
  g_test_add_func ("/welcome/small", test_small_welcome);
  g_test_add_func ("/chart/smoothing", test_smoothing);
  g_test_add_func ("/chart/nearest", test_nearest);
  g_test_add_func ("/chart/data", test_loss_data);
  g_test_add_func ("/chart/keys", test_chart_keys);
  g_test_add_func ("/chart/speed", test_chart_speed);
  g_test_add_func ("/clip/loop", test_loop);
  g_test_add_func ("/clip/player-keys", test_player_keys);
  g_test_add_func ("/clip/film-columns", test_film_columns);
  g_test_add_func ("/clip/trimmer-keys", test_trimmer_keys);
  g_test_add_func ("/pictures/strip", test_strip);
  ADD ("/pictures/thumbnail", test_thumbnail);
  g_test_add_func ("/prompt/chips", test_chips);
  ADD ("/prompt/entry", test_prompt_entry);
  ADD ("/prompt/room", test_prompt_room);
  ADD ("/prompt/check", test_compose_check);
  ADD ("/training/states", test_training);
  ADD ("/training/fails", test_training_fails);
  ADD ("/training/stopped-sample", test_stopped_sample);
  ADD ("/pages/all", test_pages);
  ADD ("/pages/results", test_results);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
