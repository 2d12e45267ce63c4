/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "media/clip-reader.h"
#include "project/mage-kept-maps.h"
#include "tests/fake-engine.h"
#include "tests/ui-mouse.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-attention-canvas.h"
#include "ui/mage-attention-export.h"
#include "ui/mage-attention-inspector.h"
#include "ui/mage-attention-matrix.h"
#include "ui/mage-attention-names.h"
#include "ui/mage-attention-page.h"
#include "ui/mage-attention-progress.h"
#include "ui/mage-attention-stage.h"
#include "ui/mage-attention-words.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>

/* The attention microscope in the window: what keys choose, what maps are made of, what is computed ahead and saved. */

#define PROMPT "a <bear> is here"
#define STEPS 4

static AdwApplication *application;

static gboolean
is_looked_at (gpointer data)
{
  return mage_attention_page_get_look (data)->attention != NULL;
}

static MageResult *
make_video (UiSession *self)
{
  MageTrainable *motion;

  ui_session_add_subject (self, "bear");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  motion = mage_project_find (self->project, "ride");
  g_assert_nonnull (mage_session_sample (self->session, PROMPT, MAGE_MOTION (motion), NULL));
  ui_session_wait (self);
  return mage_project_find_result (self->project, NULL);
}

static GtkWindow *
show (MageAttentionPage *page)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));

  gtk_window_set_default_size (window, 1000, 800);
  gtk_window_set_child (window, GTK_WIDGET (page));
  gtk_window_present (window);
  ui_settle ();
  ui_wait_until (is_looked_at, page);
  ui_settle ();
  return window;
}

static void
press (MageAttentionPage *page, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (page));
  gboolean handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !handled; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, modifiers, &handled);
    }
  g_assert_true (handled);
}

static gboolean
has_step (gpointer data)
{
  const MageAttentionLook *look = mage_attention_page_get_look (data);

  return look->step == 1;
}

/* What was learned comes first, then what names something; other letters than English ones do. */
static void
test_first_word (void)
{
  static const struct
  {
    const char *words[5];
    guint n;
    guint first;
  } prompts[] = { { { "a", "big", "<bear>", "rides" }, 4, 2 },
                  { { "a", "bear", "is", "here" }, 4, 1 },
                  { { "The", "ёж" }, 2, 1 },
                  { { "in", "the", "," }, 3, 0 },
                  { { "" }, 1, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    g_assert_cmpuint (mage_attention_word_choose (prompts[i].words, prompts[i].n), ==, prompts[i].first);
}

/* Numbers choose words, arrows frames, brackets steps, H heads, B branches. */
static void
test_keys (UiSession *self, gconstpointer data)
{
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, make_video (self), 2));
  GtkWindow *window = show (page);
  const MageAttentionLook *look = mage_attention_page_get_look (page);

  g_assert_cmpuint (look->step, ==, 2);
  g_assert_cmpuint (look->attention->n_words, ==, 4);
  /* It begins with the word that was learned. */
  g_assert_cmpuint (look->column, ==, 1);
  press (page, GDK_KEY_1, 0);
  g_assert_cmpuint (look->column, ==, 0);
  press (page, GDK_KEY_3, 0);
  g_assert_cmpuint (look->column, ==, 2);
  g_assert_cmpint (look->head, ==, MAGE_ATTENTION_ALL_HEADS);
  press (page, GDK_KEY_h, 0);
  g_assert_cmpint (look->head, ==, 0);
  press (page, GDK_KEY_h, 0);
  press (page, GDK_KEY_h, 0);
  g_assert_cmpint (look->head, ==, MAGE_ATTENTION_ALL_HEADS);
  press (page, GDK_KEY_b, 0);
  g_assert_cmpint (look->branch, ==, MAGE_LOOK_MOTION);
  press (page, GDK_KEY_b, 0);
  g_assert_cmpint (look->branch, ==, MAGE_LOOK_DIFFERENCE);
  press (page, GDK_KEY_b, 0);
  g_assert_cmpint (look->branch, ==, MAGE_LOOK_MIX);
  for (guint i = 0; i < 3; i++)
    press (page, GDK_KEY_b, 0);
  g_assert_cmpuint (mage_attention_page_get_frame (page), ==, 0);
  press (page, GDK_KEY_Right, 0);
  g_assert_cmpuint (mage_attention_page_get_frame (page), ==, 1);
  press (page, GDK_KEY_Right, 0);
  g_assert_cmpuint (mage_attention_page_get_frame (page), ==, 0);
  press (page, GDK_KEY_bracketleft, 0);
  ui_wait_until (has_step, page);
  /* What was chosen stays. */
  g_assert_cmpuint (look->column, ==, 2);
  g_assert_cmpint (look->branch, ==, MAGE_LOOK_DIFFERENCE);
  press (page, GDK_KEY_c, 0);
  press (page, GDK_KEY_c, 0);
  gtk_window_destroy (window);
}

/* A layer is chosen in the list with the keyboard, where each step of it shows another one already. */
static void
test_layers (UiSession *self, gconstpointer data)
{
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, make_video (self), 2));
  GtkWindow *window = show (page);
  const MageAttentionLook *look = mage_attention_page_get_look (page);
  GtkWidget *inspector = ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_INSPECTOR);
  AdwComboRow *layer = ADW_COMBO_ROW (gtk_widget_get_template_child (inspector, MAGE_TYPE_ATTENTION_INSPECTOR, "layer"));
  GListModel *names = adw_combo_row_get_model (layer);
  guint n = g_list_model_get_n_items (names);
  guint before = adw_combo_row_get_selected (layer);
  g_autofree char *first = g_strdup (look->layer->name);

  g_test_message ("%u layers, %u chosen", n, before);
  g_assert_cmpuint (n, ==, 3);
  ui_keyboard_take (window);
  ui_mouse_click (GTK_WIDGET (layer), 0.8, 0.5);
  ui_settle ();
  ui_keyboard_press (before > 1 ? "Up" : "Down");
  ui_keyboard_press (before > 1 ? "Up" : "Down");
  ui_keyboard_press ("Return");
  ui_settle ();
  g_assert_cmpuint (adw_combo_row_get_selected (layer), ==, before > 1 ? before - 2 : before + 2);
  g_assert_cmpstr (look->layer->name, !=, first);
  gtk_window_destroy (window);
}

/* A map is what the layer says; a difference is one branch less the other, a mixture as much of each as the video has. */
static void
test_maps (UiSession *self, gconstpointer data)
{
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, make_video (self), 3));
  GtkWindow *window = show (page);
  MageAttentionLook look = *mage_attention_page_get_look (page);
  MageAttentionMap *maps[4];
  gsize n;

  g_assert_cmpfloat (look.mix[0], ==, 0.5f);
  look.column = 1;
  look.mix[0] = 0.75f;
  look.mix[1] = 0.25f;
  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      look.branch = i;
      maps[i] = mage_attention_look_make_map (&look);
    }
  n = (gsize) maps[0]->n_frames * maps[0]->width * maps[0]->height;
  for (gsize i = 0; i < n; i++)
    {
      guint frame = (guint) (i / (maps[0]->width * maps[0]->height)), pixel = (guint) (i % (maps[0]->width * maps[0]->height));

      g_assert_cmpfloat (maps[0]->values[i], ==,
                         mage_attention_get_share (look.attention, look.layer, MAGE_ATTENTION_SUBJECT, 1, look.head, frame, pixel));
      g_assert_cmpfloat_with_epsilon (maps[2]->values[i], maps[0]->values[i] - maps[1]->values[i], 1e-6);
      g_assert_cmpfloat_with_epsilon (maps[3]->values[i], 0.75f * maps[0]->values[i] + 0.25f * maps[1]->values[i], 1e-6);
      g_assert_cmpfloat (fabsf (maps[2]->values[i]), <=, maps[2]->most);
    }
  g_assert_cmpfloat (maps[2]->most, >, 0);
  {
    g_autoptr (MageAttentionMap) none = mage_attention_map_subtract (maps[0], maps[0]);

    g_assert_cmpfloat (none->most, ==, 0);
  }
  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    mage_attention_map_free (maps[i]);
  gtk_window_destroy (window);
}

/* What a screen reader is told of the matrix, which is what is drawn. */
static void
assert_matrix (MageAttentionPage *page, MageAttentionMatrix *matrix, guint pixel)
{
  const MageAttentionLook *look = mage_attention_page_get_look (page);
  const MageAttentionLayer *layer = mage_attention_look_find_time_layer (look);
  guint n = look->attention->n_frames, frame = mage_attention_page_get_frame (page);
  g_autofree float *values = g_new (float, n * n);
  g_autoptr (GString) text = g_string_new (NULL);

  mage_attention_get_matrix (look->attention, layer, MAGE_ATTENTION_SUBJECT, look->head, pixel, values);
  g_string_printf (text, "Where frame %u looks, in per cent:", frame + 1);
  for (guint f = 0; f < n; f++)
    g_string_append_printf (text, " %.0f", 100 * values[frame * n + f]);
  g_assert_null (gtk_test_accessible_check_property (GTK_ACCESSIBLE (matrix), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str));
}

/* A click into the picture shows where that place looks in time; a drag over the frames goes through them. */
static void
test_mouse (UiSession *self, gconstpointer data)
{
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, make_video (self), 2));
  GtkWindow *window = show (page);
  const MageAttentionLook *look = mage_attention_page_get_look (page);
  guint side = look->layer->width;
  GtkWidget *canvas = ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_CANVAS);
  GtkWidget *stage = ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_STAGE);
  GtkWidget *frames = ui_find_widget (stage, MAGE_TYPE_ATTENTION_TILES);
  MageAttentionMatrix *matrix = ui_find_widget (stage, MAGE_TYPE_ATTENTION_MATRIX);

  ui_mouse_click (canvas, 0.05, 0.05);
  assert_matrix (page, matrix, 0);
  ui_mouse_click (canvas, 0.95, 0.95);
  assert_matrix (page, matrix, side * side - 1);
  g_assert_cmpuint (mage_attention_stage_find_cell (MAGE_ATTENTION_STAGE (stage), look->layer, NULL), ==, side * side - 1);
  /* The place follows the mouse that is held. */
  ui_mouse_press (canvas, 0.95, 0.95);
  ui_mouse_drag (canvas, 0.05, 0.95);
  ui_mouse_release ();
  assert_matrix (page, matrix, side * (side - 1));
  {
    GtkWidget *first = gtk_widget_get_first_child (gtk_widget_get_first_child (frames));
    GtkWidget *second = gtk_widget_get_next_sibling (first);

    g_assert_cmpuint (mage_attention_page_get_frame (page), ==, 0);
    ui_mouse_press (first, 0.5, 0.5);
    ui_mouse_drag (second, 0.5, 0.5);
    g_assert_cmpuint (mage_attention_page_get_frame (page), ==, 1);
    assert_matrix (page, matrix, side * (side - 1));
    ui_mouse_drag (first, 0.5, 0.5);
    g_assert_cmpuint (mage_attention_page_get_frame (page), ==, 0);
    ui_mouse_release ();
    ui_mouse_click (second, 0.5, 0.5);
    g_assert_cmpuint (mage_attention_page_get_frame (page), ==, 1);
  }
  /* So does a click on a row of the matrix. */
  ui_mouse_click (GTK_WIDGET (matrix), 0.5, 0.1);
  g_assert_cmpuint (mage_attention_page_get_frame (page), ==, 0);
  gtk_window_destroy (window);
}

static gboolean
is_wanted (gpointer data)
{
  return mage_attention_film_get_wanted (data) > 0 && mage_attention_film_get_job (data) != NULL
         && mage_job_get_state (mage_attention_film_get_job (data)) == MAGE_JOB_RUNNING;
}

static gboolean
is_quiet (gpointer data)
{
  return mage_attention_film_get_job (data) == NULL;
}

/* A step that takes long can be left alone: what is seen stays, and is chosen again. */
static void
test_cancel (UiSession *self, gconstpointer data)
{
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, make_video (self), 2));
  MageAttentionFilm *film = mage_attention_page_get_film (page);
  const MageAttentionLook *look = mage_attention_page_get_look (page);
  GtkWindow *window;

  fake_engine_hold (3);
  window = show (page);
  g_assert_null (ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_PROGRESS));
  mage_attention_page_set_step (page, 4);
  ui_wait_until (is_wanted, film);
  ui_settle ();
  {
    GtkWidget *progress = ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_PROGRESS);

    g_assert_nonnull (progress);
    g_assert_cmpuint (look->step, ==, 2);
    ui_mouse_click (ui_find_widget (progress, GTK_TYPE_BUTTON), 0.5, 0.5);
  }
  ui_wait_until (is_quiet, film);
  g_assert_cmpuint (mage_attention_page_get_step (page), ==, 2);
  g_assert_cmpuint (look->step, ==, 2);
  g_assert_null (ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_PROGRESS));
  /* Stopped by a key, and wanted again before it has ended: it begins again. */
  mage_attention_page_set_step (page, 4);
  ui_wait_until (is_wanted, film);
  press (page, GDK_KEY_Escape, 0);
  g_assert_cmpuint (mage_attention_film_get_wanted (film), ==, 0);
  mage_attention_page_set_step (page, 4);
  fake_engine_hold (0);
  while (look->step != 4)
    g_main_context_iteration (NULL, TRUE);
  gtk_window_destroy (window);
}

/* A learned word has the dot of its subject, the others have none. */
static void
test_dots (UiSession *self, gconstpointer data)
{
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, make_video (self), 2));
  GtkWindow *window = show (page);
  GtkWidget *words = ui_find_widget (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_WORDS);
  GtkWidget *first = gtk_widget_get_first_child (gtk_widget_get_first_child (words));

  g_assert_null (ui_find_widget (first, GTK_TYPE_DRAWING_AREA));
  g_assert_nonnull (ui_find_widget (gtk_widget_get_next_sibling (first), GTK_TYPE_DRAWING_AREA));
  g_assert_true (gtk_widget_has_css_class (ui_find_widget (first, GTK_TYPE_BUTTON), "minor"));
  gtk_window_destroy (window);
}

/* Whether it is seen or not. */
static GtkWidget *
find_inside (GtkWidget *parent, GType type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (parent, type))
    return parent;
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_inside (child, type);
  return found;
}

/* Bars and buttons without words have names. */
static void
test_names_of_parts (UiSession *self, gconstpointer data)
{
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, make_video (self), 2));
  GtkWindow *window = show (page);
  GtkWidget *inspector = find_inside (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_INSPECTOR);
  GtkWidget *progress = find_inside (GTK_WIDGET (page), MAGE_TYPE_ATTENTION_PROGRESS);
  GtkWidget *bar = find_inside (inspector, GTK_TYPE_PROGRESS_BAR);

  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (find_inside (progress, GTK_TYPE_PROGRESS_BAR)), GTK_ACCESSIBLE_PROPERTY_LABEL));
  gtk_test_accessible_assert_property (bar, GTK_ACCESSIBLE_PROPERTY_LABEL, "Steps whose attention is at hand");
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (find_inside (gtk_widget_get_prev_sibling (bar), GTK_TYPE_TOGGLE_BUTTON)),
                                                   GTK_ACCESSIBLE_PROPERTY_LABEL));
  gtk_window_destroy (window);
}

static gboolean
has_all (gpointer data)
{
  for (guint step = 1; step <= STEPS; step++)
    if (!mage_kept_maps_has (data, step))
      return FALSE;
  return TRUE;
}

/* The steps around come by themselves, each branch of each once. */
static void
test_ahead (UiSession *self, gconstpointer data)
{
  MageResult *result = make_video (self);
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_ATTENTION);
  guint before = fake_engine_get_last ()->n_looked;
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, result, 2));
  GtkWindow *window = show (page);

  ui_wait_until (has_all, folder);
  g_assert_cmpuint (fake_engine_get_last ()->n_looked - before, ==, 2 * STEPS);
  gtk_window_destroy (window);
}

static gboolean
exists (gpointer data)
{
  g_autoptr (GFileInfo) info = g_file_query_info (data, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info != NULL && g_file_info_get_size (info) > 0;
}

static gboolean
is_readable (gpointer data)
{
  g_autofree char *path = g_file_get_path (data);
  ClipRead want = { .n_frames = 2, .rate = 8, .width = 512, .height = 512 };
  g_autoptr (Frames) frames = exists (data) ? clip_read (path, &want, NULL, NULL) : NULL;

  return frames != NULL && frames->n_frames == 2;
}

static void
test_save (UiSession *self, gconstpointer data)
{
  static const char *const names[] = { "map.png", "map.mp4", "map.safetensors" };
  MageResult *result = make_video (self);
  MageAttentionPage *page = MAGE_ATTENTION_PAGE (mage_attention_page_new (self->session, result, 2));
  GtkWindow *window = show (page);
  guint8 *rgb = g_malloc0 (16 * 16 * 3 * 2);
  g_autoptr (Frames) ground = frames_new_take (2, 16, 16, 8, rgb);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      mage_attention_save_to (self->session, result, mage_attention_page_get_look (page), ground, 1, "what is seen", i, file);
      ui_wait_until (i == MAGE_ATTENTION_SAVE_VIDEO ? is_readable : exists, file);
      if (i == MAGE_ATTENTION_SAVE_PICTURE)
        {
          g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new_from_file (path, NULL);

          g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, 512);
          g_assert_cmpint (gdk_pixbuf_get_height (picture), >, 512);
        }
    }
  gtk_window_destroy (window);
}

static void
test_names (void)
{
  static const char *const names[] = { "transformer_in.transformer_blocks.0.attn1",
                                       "down_blocks.1.attentions.0.transformer_blocks.0.attn2",
                                       "down_blocks.1.temp_attentions.0.transformer_blocks.0.attn1",
                                       "up_blocks.0.attentions.1.transformer_blocks.0.attn2",
                                       "up_blocks.0.temp_attentions.1.transformer_blocks.0.attn1",
                                       "up_blocks.1.attentions.0.transformer_blocks.0.attn2",
                                       "up_blocks.1.attentions.1.transformer_blocks.0.attn2",
                                       "mid_block.attentions.0.transformer_blocks.0.attn2", NULL };
  static const char *const words[] = { "Entrance, first look", "Down 2, block 1", "Down 2, block 1, first look", "Up 1, block 2",
                                       "Up 1, block 2, first look", "Up 2, block 1", "Up 2, block 2", "Middle" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *text = mage_attention_name_to_words (names[i]);

      g_assert_cmpstr (text, ==, words[i]);
    }
  g_assert_cmpstr (mage_attention_name_find_beside (names[1], names), ==, names[2]);
  g_assert_cmpstr (mage_attention_name_find_beside (names[3], names), ==, names[4]);
  g_assert_cmpstr (mage_attention_name_choose (names, FALSE), ==, names[5]);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/microscope/names", test_names);
  g_test_add_func ("/microscope/first-word", test_first_word);
  ADD ("/microscope/keys", test_keys);
  ADD ("/microscope/layers", test_layers);
  ADD ("/microscope/maps", test_maps);
  ADD ("/microscope/mouse", test_mouse);
  ADD ("/microscope/cancel", test_cancel);
  ADD ("/microscope/dots", test_dots);
  ADD ("/microscope/names-of-parts", test_names_of_parts);
  ADD ("/microscope/ahead", test_ahead);
  ADD ("/microscope/save", test_save);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
