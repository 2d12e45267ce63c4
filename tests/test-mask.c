/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "jobs/mage-import.h"
#include "tests/fake-engine.h"
#include "tests/sample-media.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-kind-choice.h"
#include "ui/mage-mask-finder.h"
#include "ui/mage-mask-stage.h"
#include "ui/mage-readiness.h"
#include "ui/mage-subject-page.h"
#include "ui/mage-web-picture.h"
#include "ui/mage-word-check.h"

#include <math.h>

/* Masks on the subject page, with the tests' engine: it finds the middle half of a picture, or the box that it is told. */

static AdwApplication *application;

typedef struct
{
  UiSession ui;
  MageSubject *subject;
  MageMedia *picture;
  MageMaskFinder *finder;
  GtkWidget *page;
  GtkWindow *window;
  MageMaskStage *stage;
  MagePictureCanvas *canvas;
  MageMaskEditor *editor;
} Fixture;

/* --- waiting --- */

static gboolean
is_found (gpointer data)
{
  return mage_mask_finder_is_idle (data);
}

static gboolean
is_answered (gpointer data)
{
  return !mage_mask_editor_get_working (data) && !mage_mask_editor_is_loading (data);
}

static gboolean
is_loaded (gpointer data)
{
  return !mage_picture_canvas_is_loading (data);
}

static gboolean
is_checked (gpointer data)
{
  return !mage_readiness_is_checking (data);
}

/* Edits become steps of undo when the main loop comes round. */
static void
settle (Fixture *self)
{
  ui_wait_until (is_answered, self->editor);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* --- the fixture --- */

static void
set_up (Fixture *self, gconstpointer data)
{
  GListModel *pictures;

  ui_session_set_up (&self->ui, NULL);
  self->subject = ui_session_add_subject (&self->ui, "toy");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  self->finder = mage_mask_finder_get (self->ui.session);
  pictures = G_LIST_MODEL (mage_subject_get_pictures (self->subject));
  self->picture = g_list_model_get_item (pictures, 0);
  ui_wait_until (is_found, self->finder);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
show_page (Fixture *self)
{
  self->page = mage_subject_page_new (self->ui.session, self->subject);
  self->window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));
  gtk_window_set_default_size (self->window, 800, 800);
  gtk_window_set_child (self->window, self->page);
  gtk_window_present (self->window);
  self->stage = MAGE_MASK_STAGE (find (self->page, MAGE_TYPE_MASK_STAGE));
  self->canvas = mage_mask_stage_get_canvas (self->stage);
  self->editor = mage_mask_stage_get_editor (self->stage);
  ui_settle ();
  ui_wait_until (is_loaded, self->canvas);
}

static void
set_up_page (Fixture *self, gconstpointer data)
{
  set_up (self, data);
  show_page (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->window != NULL)
    gtk_window_destroy (self->window);
  g_clear_object (&self->picture);
  ui_session_tear_down (&self->ui, NULL);
}

/* --- helpers --- */

static MageHistory *
get_history (Fixture *self)
{
  return mage_session_get_history (self->ui.session);
}

static Mask *
load_mask (Fixture *self)
{
  MageMedia *media = mage_media_get_mask (self->picture);
  g_autofree char *path = media != NULL ? mage_media_dup_path (media) : NULL;
  g_autoptr (GError) error = NULL;
  Mask *mask;

  g_assert_nonnull (path);
  mask = mask_load (path, NULL, &error);
  g_assert_no_error (error);
  return mask;
}

static guint8
look_at (Fixture *self, guint x, guint y)
{
  g_autoptr (Mask) mask = load_mask (self);

  return mask_get_pixels (mask)[y * mask->width + x];
}

static void
to_widget (Fixture *self, double x, double y, double *at_x, double *at_y)
{
  mage_canvas_view_from_picture (mage_picture_canvas_get_view (self->canvas), x, y, at_x, at_y);
}

/* From one pixel of the picture to another. */
static void
drag (Fixture *self, double x0, double y0, double x1, double y1, gboolean opposite)
{
  double x, y;

  to_widget (self, x0, y0, &x, &y);
  g_assert_true (mage_picture_canvas_begin (self->canvas, x, y, opposite));
  to_widget (self, x1, y1, &x, &y);
  mage_picture_canvas_move (self->canvas, x, y);
  mage_picture_canvas_end (self->canvas);
  settle (self);
}

static void
act (Fixture *self, const char *action, const char *format, ...)
{
  va_list args;
  GVariant *parameter = NULL;

  if (format != NULL)
    {
      va_start (args, format);
      parameter = g_variant_new_va (format, NULL, &args);
      va_end (args);
    }
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (self->stage), action, parameter));
  settle (self);
}

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

/* --- views and layers --- */

static void
test_view (void)
{
  MageCanvasView view = { 0 };
  double x, y;

  mage_canvas_view_set_size (&view, 400, 300);
  mage_canvas_view_set_picture (&view, 800, 400);
  g_assert_cmpfloat (view.scale, ==, 0.5);
  g_assert_cmpfloat (view.x, ==, 0);
  g_assert_cmpfloat (view.y, ==, 50);
  /* What is under the pointer stays there. */
  mage_canvas_view_to_picture (&view, 100, 120, &x, &y);
  g_assert_cmpfloat (x, ==, 200);
  g_assert_cmpfloat (y, ==, 140);
  mage_canvas_view_zoom (&view, 2, 100, 120);
  g_assert_false (view.fitted);
  mage_canvas_view_from_picture (&view, 200, 140, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, 100, 1e-9);
  g_assert_cmpfloat_with_epsilon (y, 120, 1e-9);
  /* No gap at the edges, however far it is pulled. */
  mage_canvas_view_pan (&view, 5000, -5000);
  g_assert_cmpfloat (view.x, ==, 0);
  g_assert_cmpfloat (view.y, ==, 300 - 800);
  mage_canvas_view_zoom (&view, 0.001, 0, 0);
  g_assert_true (view.fitted);
  g_assert_cmpfloat (view.y, ==, 50);
  mage_canvas_view_set_size (&view, 200, 300);
  g_assert_cmpfloat (view.scale, ==, 0.25);
  mage_canvas_view_zoom (&view, 1e9, 0, 0);
  g_assert_cmpfloat (view.scale, ==, 32);
}

static guint8 *
download (GdkTexture *texture, gsize *size)
{
  g_autoptr (GdkTextureDownloader) downloader = gdk_texture_downloader_new (texture);
  g_autoptr (GBytes) bytes = NULL;
  gsize stride;

  gdk_texture_downloader_set_format (downloader, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED);
  bytes = gdk_texture_downloader_download_bytes (downloader, &stride);
  *size = g_bytes_get_size (bytes);
  return g_memdup2 (g_bytes_get_data (bytes, NULL), *size);
}

/* What is drawn again after a stroke is what a new layer would draw, near and far. */
static void
test_layer (void)
{
  static const graphene_rect_t parts[] = { { { 0, 0 }, { 300, 200 } }, { { 40.5f, 30.25f }, { 61, 41 } } };
  static const int widths[] = { 600, 97, 33 };
  const MageMaskLook look = { { 0.2f, 0.6f, 0.9f, 1 }, 0.5, 0.8 };

  for (guint p = 0; p < G_N_ELEMENTS (parts); p++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      {
        g_autoptr (Mask) empty = mask_new_empty (300, 200);
        g_autoptr (MageMaskLayer) layer = mage_mask_layer_new (empty);
        g_autoptr (MageMaskLayer) fresh = NULL;
        g_autoptr (Mask) mask = NULL;
        g_autofree guint8 *drawn = NULL;
        g_autofree guint8 *expected = NULL;
        int height = widths[w] * 2 / 3;
        gsize n, m;

        mage_mask_layer_draw (layer, &parts[p], widths[w], height, &look);
        for (guint i = 0; i < 6; i++)
          {
            MaskBrush brush = { .radius = 9 + i, .softness = i * 0.2, .erase = i == 4 };
            cairo_rectangle_int_t touched;

            mask_stroke (mage_mask_layer_get_alpha (layer), 300, 200, &brush, 30 + 20 * i, 40, 60 + 7 * i, 30 + 20 * i, &touched);
            mage_mask_layer_touch (layer, &touched);
            if (i % 2)
              mage_mask_layer_draw (layer, &parts[p], widths[w], height, &look);
          }
        drawn = download (mage_mask_layer_draw (layer, &parts[p], widths[w], height, &look), &n);
        mask = mage_mask_layer_dup_mask (layer);
        fresh = mage_mask_layer_new (mask);
        expected = download (mage_mask_layer_draw (fresh, &parts[p], widths[w], height, &look), &m);
        g_assert_cmpmem (drawn, n, expected, m);
      }
}

/* The inside has the colour, the outside is dimmed, and between them is a white line. */
static void
test_look (void)
{
  g_autoptr (Mask) empty = mask_new_empty (100, 100);
  g_autofree guint8 *alpha = g_memdup2 (mask_get_pixels (empty), 100 * 100);
  g_autoptr (Mask) mask = NULL;
  g_autoptr (MageMaskLayer) layer = NULL;
  const MageMaskLook look = { { 1, 0, 0, 1 }, 0.5, 0.8 };
  g_autofree guint8 *drawn = NULL;
  gsize n;
  const guint8 *inside, *outside, *edge;

  for (guint y = 0; y < 100; y++)
    memset (alpha + y * 100, 255, 50);
  mask = mask_new_take (100, 100, g_steal_pointer (&alpha));
  layer = mage_mask_layer_new (mask);
  drawn = download (mage_mask_layer_draw (layer, &GRAPHENE_RECT_INIT (0, 0, 100, 100), 100, 100, &look), &n);
  inside = drawn + 4 * (50 * 100 + 20);
  outside = drawn + 4 * (50 * 100 + 80);
  edge = drawn + 4 * (50 * 100 + 49);
  g_assert_cmpint (inside[0], ==, 128);
  g_assert_cmpint (inside[1], ==, 0);
  g_assert_cmpint (inside[3], ==, 128);
  g_assert_cmpint (outside[0], ==, 0);
  g_assert_cmpint (outside[3], >, 60);
  g_assert_cmpint (edge[1], >, 100);
}

/* --- by itself --- */

static void
test_found (Fixture *self, gconstpointer data)
{
  MageMedia *mask = mage_media_get_mask (self->picture);
  MageMedia *found = mask;

  g_assert_nonnull (mask);
  g_assert_cmpint (mage_media_get_made (mask), ==, MAGE_MASK_AUTOMATIC);
  g_assert_false (mage_media_is_doubtful (mask));
  g_assert_true (mage_media_get_asked (self->picture));
  g_assert_cmpuint (look_at (self, 32, 32), ==, 255);
  g_assert_cmpuint (look_at (self, 4, 4), ==, 0);
  /* Taken back, it does not come again by itself. */
  g_assert_true (mage_history_undo (get_history (self)));
  g_assert_null (mage_media_get_mask (self->picture));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (mage_mask_finder_is_idle (self->finder));
  g_assert_null (mage_media_get_mask (self->picture));
  g_assert_true (mage_history_redo (get_history (self)));
  g_assert_true (mage_media_get_mask (self->picture) == found);
  g_assert_cmpuint (look_at (self, 32, 32), ==, 255);
}

/* A picture that comes and goes is not looked at any more. */
static void
test_gone (Fixture *self, gconstpointer data)
{
  g_autofree char *first = sample_picture (self->ui.folder, "gone1.png", 10);
  g_autofree char *second = sample_picture (self->ui.folder, "gone2.png", 20);
  g_autoptr (MageMedia) media = NULL;
  g_autoptr (MageMedia) waiting = NULL;

  g_assert_true (mage_import_picture (self->ui.project, self->subject, first, NULL, NULL));
  g_assert_true (mage_import_picture (self->ui.project, self->subject, second, NULL, NULL));
  media = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (self->subject)), 1);
  waiting = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (self->subject)), 2);
  g_assert_true (mage_mask_finder_is_looking (self->finder, media));
  g_assert_true (mage_mask_finder_is_looking (self->finder, waiting));
  g_list_store_remove (mage_subject_get_pictures (self->subject), 2);
  g_list_store_remove (mage_subject_get_pictures (self->subject), 1);
  g_assert_false (mage_mask_finder_is_looking (self->finder, waiting));
  ui_wait_until (is_found, self->finder);
  g_assert_null (mage_media_get_mask (media));
  g_assert_null (mage_media_get_mask (waiting));
}

/* What a person made stays; what was found by itself is found again. */
static void
test_again (Fixture *self, gconstpointer data)
{
  MageMedia *found = mage_media_get_mask (self->picture);
  g_autoptr (MageMedia) confirmed = mage_media_confirm (found);

  g_assert_cmpuint (mage_mask_finder_find_again (self->finder, self->subject), ==, 1);
  ui_wait_until (is_found, self->finder);
  g_assert_true (mage_media_get_mask (self->picture) != found);
  mage_media_set_mask (self->picture, confirmed);
  g_assert_cmpuint (mage_mask_finder_find_again (self->finder, self->subject), ==, 0);
  /* Made while it was being looked for. */
  mage_media_set_mask (self->picture, NULL);
  g_assert_cmpuint (mage_mask_finder_find_again (self->finder, self->subject), ==, 1);
  mage_media_set_mask (self->picture, confirmed);
  ui_wait_until (is_found, self->finder);
  g_assert_true (mage_media_get_mask (self->picture) == confirmed);
}

/* --- by hand --- */

static void
test_brush (Fixture *self, gconstpointer data)
{
  g_autoptr (MageMedia) found = g_object_ref (mage_media_get_mask (self->picture));
  g_autoptr (MageMedia) brushed = NULL;
  g_autofree char *path = NULL;

  g_object_set (self->canvas, "softness", 0.0, NULL);
  act (self, "mask.tool", "s", "brush");
  drag (self, 2, 4, 60, 4, FALSE);
  brushed = g_object_ref (mage_media_get_mask (self->picture));
  g_assert_true (brushed != found);
  g_assert_cmpint (mage_media_get_made (brushed), ==, MAGE_MASK_CORRECTED);
  g_assert_cmpuint (look_at (self, 30, 4), ==, 255);
  g_assert_cmpuint (look_at (self, 32, 32), ==, 255);
  g_assert_cmpstr (mage_history_get_undo_label (get_history (self)), ==, "Brush Mask");
  act (self, "mask.tool", "s", "eraser");
  drag (self, 30, 4, 30, 4, FALSE);
  g_assert_cmpuint (look_at (self, 30, 4), ==, 0);
  /* Each stroke is one step, and what lies beneath is there again. */
  g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  g_assert_true (mage_media_get_mask (self->picture) == brushed);
  g_assert_cmpuint (mage_mask_layer_get_alpha (mage_mask_editor_get_layer (self->editor))[4 * 64 + 30], ==, 255);
  g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  g_assert_true (mage_media_get_mask (self->picture) == found);
  g_assert_cmpuint (mage_mask_layer_get_alpha (mage_mask_editor_get_layer (self->editor))[4 * 64 + 30], ==, 0);
  path = mage_media_dup_path (brushed);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (mage_history_redo (get_history (self)));
  settle (self);
  g_assert_true (mage_media_get_mask (self->picture) == brushed);
  g_assert_cmpuint (look_at (self, 30, 4), ==, 255);
}

/* Escape in the middle of a stroke, and a stroke that changes nothing, leave no trace. */
static void
test_cancel (Fixture *self, gconstpointer data)
{
  MageMedia *found = mage_media_get_mask (self->picture);
  const char *label = mage_history_get_undo_label (get_history (self));
  double x, y;

  act (self, "mask.tool", "s", "brush");
  to_widget (self, 4, 4, &x, &y);
  g_assert_true (mage_picture_canvas_begin (self->canvas, x, y, FALSE));
  mage_picture_canvas_move (self->canvas, x + 30, y);
  g_assert_cmpuint (mage_mask_layer_get_alpha (mage_mask_editor_get_layer (self->editor))[4 * 64 + 4], >, 0);
  g_assert_true (press (GTK_WIDGET (self->canvas), GDK_KEY_Escape, 0));
  g_assert_cmpuint (mage_mask_layer_get_alpha (mage_mask_editor_get_layer (self->editor))[4 * 64 + 4], ==, 0);
  mage_picture_canvas_end (self->canvas);
  settle (self);
  g_assert_true (mage_media_get_mask (self->picture) == found);
  g_object_set (self->canvas, "brush-size", 4.0, NULL);
  drag (self, 32, 32, 33, 33, FALSE);
  g_assert_true (mage_media_get_mask (self->picture) == found);
  g_assert_cmpstr (mage_history_get_undo_label (get_history (self)), ==, label);
}

static void
test_whole (Fixture *self, gconstpointer data)
{
  double before = mage_mask_editor_get_coverage (self->editor);

  g_assert_cmpfloat (before, ==, 0.25);
  act (self, "mask.grow", NULL);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), >, before);
  act (self, "mask.shrink", NULL);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, before);
  act (self, "mask.invert", NULL);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, 0.75);
  act (self, "mask.fill-holes", NULL);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, 1);
  g_assert_cmpstr (mage_history_get_undo_label (get_history (self)), ==, "Fill Holes");
  act (self, "mask.clear", NULL);
  g_assert_null (mage_media_get_mask (self->picture));
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, 0);
  for (guint i = 0; i < 5; i++)
    g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, before);
  g_assert_cmpint (mage_media_get_made (mage_media_get_mask (self->picture)), ==, MAGE_MASK_AUTOMATIC);
}

/* A mask that is made from nothing. */
static void
test_blank (Fixture *self, gconstpointer data)
{
  act (self, "mask.clear", NULL);
  act (self, "mask.tool", "s", "brush");
  drag (self, 32, 32, 32, 32, FALSE);
  g_assert_nonnull (mage_media_get_mask (self->picture));
  g_assert_cmpuint (look_at (self, 32, 32), ==, 255);
  g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  g_assert_null (mage_media_get_mask (self->picture));
  g_assert_null (mage_mask_editor_get_layer (self->editor));
}

/* --- by asking --- */

/* Whichever way the box is drawn. */
static void
test_box (Fixture *self, gconstpointer data)
{
  static const double boxes[][4] = { { 4, 8, 40, 24 }, { 40, 24, 4, 8 }, { 4, 24, 40, 8 }, { 40, 8, 4, 24 } };

  act (self, "mask.tool", "s", "box");
  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    {
      drag (self, boxes[i][0], boxes[i][1], boxes[i][2], boxes[i][3], FALSE);
      g_assert_cmpuint (look_at (self, 20, 16), ==, 255);
      g_assert_cmpuint (look_at (self, 6, 10), ==, 255);
      g_assert_cmpuint (look_at (self, 45, 16), ==, 0);
      g_assert_cmpuint (look_at (self, 20, 4), ==, 0);
      act (self, "mask.clear", NULL);
    }
}

static void
test_click (Fixture *self, gconstpointer data)
{
  guint asked = fake_engine_get_last ()->n_segmented;
  const MageMaskPoint *points;
  guint n;

  drag (self, 30, 30, 30, 30, FALSE);
  drag (self, 5, 5, 5, 5, TRUE);
  g_assert_cmpuint (fake_engine_get_last ()->n_segmented, ==, asked + 2);
  points = mage_mask_editor_get_points (self->editor, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (points[0].inside);
  g_assert_false (points[1].inside);
  g_assert_cmpfloat_with_epsilon (points[1].x, 5, 0.01);
  g_assert_cmpint (mage_media_get_made (mage_media_get_mask (self->picture)), ==, MAGE_MASK_CORRECTED);
  /* Beyond the picture there is nothing to ask for; and a pull is no click. */
  mage_mask_editor_click (self->editor, -4, 5, TRUE);
  drag (self, 10, 10, 50, 50, FALSE);
  g_assert_cmpuint (fake_engine_get_last ()->n_segmented, ==, asked + 2);
  /* What was taken back counts no more. */
  g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  mage_mask_editor_get_points (self->editor, &n);
  g_assert_cmpuint (n, ==, 0);
}

static void
test_next (Fixture *self, gconstpointer data)
{
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, 0.25);
  act (self, "mask.next", NULL);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, 1);
  g_assert_cmpuint (mage_mask_editor_get_n_candidates (self->editor), ==, 2);
  g_assert_cmpstr (mage_history_get_undo_label (get_history (self)), ==, "Next Candidate");
  act (self, "mask.next", NULL);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, 0.25);
  act (self, "mask.next", NULL);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, 1);
  act (self, "mask.find", NULL);
  g_assert_cmpfloat (mage_mask_editor_get_coverage (self->editor), ==, 0.25);
}

/* Arrows lead a crosshair; Enter acts, Alt and Enter do the opposite. */
static void
test_keys (Fixture *self, gconstpointer data)
{
  GtkWidget *canvas = GTK_WIDGET (self->canvas);
  double size, after;
  guint n;

  act (self, "mask.tool", "s", "add");
  g_assert_true (press (canvas, GDK_KEY_Left, GDK_SHIFT_MASK));
  g_assert_true (press (canvas, GDK_KEY_Return, 0));
  settle (self);
  g_assert_true (press (canvas, GDK_KEY_Down, 0));
  g_assert_true (press (canvas, GDK_KEY_Return, GDK_ALT_MASK));
  settle (self);
  mage_mask_editor_get_points (self->editor, &n);
  g_assert_cmpuint (n, ==, 2);
  act (self, "mask.clear", NULL);
  act (self, "mask.tool", "s", "box");
  g_assert_true (press (canvas, GDK_KEY_Return, 0));
  g_assert_true (press (canvas, GDK_KEY_Right, GDK_SHIFT_MASK));
  g_assert_true (press (canvas, GDK_KEY_Up, GDK_SHIFT_MASK));
  g_assert_true (press (canvas, GDK_KEY_Return, 0));
  settle (self);
  g_assert_nonnull (mage_media_get_mask (self->picture));
  g_object_get (canvas, "brush-size", &size, NULL);
  act (self, "mask.resize", "i", 1);
  g_object_get (canvas, "brush-size", &after, NULL);
  g_assert_cmpfloat (after, >, size);
  act (self, "mask.zoom", "i", 1);
  g_assert_false (mage_picture_canvas_get_view (self->canvas)->fitted);
  act (self, "mask.fit", NULL);
  g_assert_true (mage_picture_canvas_get_view (self->canvas)->fitted);
}

static void
test_confirm (Fixture *self, gconstpointer data)
{
  MageMedia *found = mage_media_get_mask (self->picture);
  g_autoptr (MageMedia) doubtful = mage_media_new (mage_project_get_folder (self->ui.project), mage_media_get_file (found),
                                                   mage_media_get_digest (found));

  mage_media_set_made (doubtful, MAGE_MASK_AUTOMATIC, 0.3);
  mage_media_set_mask (self->picture, doubtful);
  settle (self);
  act (self, "mask.confirm", NULL);
  g_assert_cmpint (mage_media_get_made (mage_media_get_mask (self->picture)), ==, MAGE_MASK_CORRECTED);
  g_assert_cmpstr (mage_media_get_file (mage_media_get_mask (self->picture)), ==, mage_media_get_file (doubtful));
  g_assert_true (mage_history_undo (get_history (self)));
  g_assert_true (mage_media_get_mask (self->picture) == doubtful);
}

/* --- readiness --- */

static gboolean
has_finding (MageReadiness *readiness, const char *text)
{
  for (guint i = 0; i < mage_readiness_get_n_findings (readiness); i++)
    if (g_str_equal (mage_readiness_get_finding (readiness, i), text))
      return TRUE;
  return FALSE;
}

static void
test_readiness (Fixture *self, gconstpointer data)
{
  MageReadiness *readiness = MAGE_READINESS (find (self->page, MAGE_TYPE_READINESS));
  g_autofree char *copy = sample_picture (self->ui.folder, "copy.png", 90);

  ui_wait_until (is_checked, readiness);
  g_assert_true (has_finding (readiness, "There is only 1 view"));
  g_assert_false (has_finding (readiness, "Picture 1 has no mask"));
  act (self, "mask.clear", NULL);
  g_assert_true (mage_import_picture (self->ui.project, self->subject, copy, NULL, NULL));
  ui_wait_until (is_found, self->finder);
  ui_wait_until (is_checked, readiness);
  g_assert_true (has_finding (readiness, "There are only 2 views"));
  g_assert_true (has_finding (readiness, "Picture 1 has no mask"));
  g_assert_true (has_finding (readiness, "Pictures 1 and 2 look the same"));
}

/* --- the web --- */

static void
toast_cb (MageSession *session, const char *text, gboolean undo, char **told)
{
  g_set_str (told, text);
}

static gboolean
is_imported (gpointer data)
{
  return !mage_session_is_importing (data);
}

/* What GIO can read becomes a picture; of the rest the user hears what to do. */
static void
test_web (Fixture *self, gconstpointer data)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) icon = g_file_new_for_uri ("resource:///org/videomage/VideoMage/icons/scalable/actions/mage-wand-symbolic.svg");
  g_autoptr (GFile) gone = g_file_new_for_uri ("https://pictures.invalid/bear.jpg?large=1");
  g_autofree char *uri = g_file_get_uri (icon);
  g_autofree char *path = NULL;
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (mage_web_picture_is_address (uri));
  g_assert_false (mage_web_picture_is_address ("/home/me/a:b.png"));
  path = mage_web_picture_fetch (uri, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (path, "mage-wand-symbolic.svg"));
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));

  g_signal_connect (self->ui.session, "toast", G_CALLBACK (toast_cb), &told);
  g_list_store_append (files, gone);
  mage_session_import (self->ui.session, G_LIST_MODEL (files), MAGE_TRAINABLE (self->subject));
  ui_wait_until (is_imported, self->ui.session);
  g_assert_nonnull (told);
  g_assert_nonnull (strstr (told, "lies on the web"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_subject_get_pictures (self->subject))), ==, 1);
  g_signal_handlers_disconnect_by_data (self->ui.session, &told);
}

/* --- words --- */

static gboolean
is_said (gpointer data)
{
  return !mage_word_check_is_asking (data);
}

static const char *
say (MageWordCheck *check, const char *text)
{
  mage_word_check_ask (check, text);
  ui_wait_until (is_said, check);
  return mage_word_check_get_sentence (check);
}

/* The tests' model takes every letter for a piece, and has a word <known>. */
static void
test_words (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (self->subject);
  g_autoptr (MageWordCheck) token = mage_word_check_new (self->ui.session, subject, MAGE_WORD_TOKEN);
  g_autoptr (MageWordCheck) kind = mage_word_check_new (self->ui.session, subject, MAGE_WORD_KIND);
  MageSubject *other = ui_session_add_subject (&self->ui, "other");
  g_auto (GStrv) words = mage_kind_choice_list ("small bea", 6);
  g_auto (GStrv) whole = mage_kind_choice_list ("bear", 6);

  g_assert_nonnull (strstr (say (token, "Big Toy"), "cannot be a subject's word"));
  g_assert_nonnull (strstr (say (token, mage_trainable_get_token (MAGE_TRAINABLE (other))), "belongs to another subject"));
  g_assert_nonnull (strstr (say (token, mage_trainable_get_token (subject)), "in 3 pieces"));
  g_assert_nonnull (strstr (say (token, "<known>"), "has a word “<known>” already"));
  g_assert_nonnull (strstr (say (token, "x"), "stays the plain word"));
  g_assert_nonnull (strstr (say (kind, " "), "A plain word such as"));
  g_assert_cmpstr (say (kind, "b"), ==, "The model knows it as one word");
  g_assert_cmpstr (say (kind, "bear"), ==, "The model reads it in 4 pieces");
  g_assert_nonnull (strstr (say (kind, "animal"), "a plainer word is a better start"));
  g_assert_cmpuint (g_strv_length (words), ==, 1);
  g_assert_cmpstr (words[0], ==, "bear");
  g_assert_cmpuint (g_strv_length (whole), ==, 0);
}

int
main (int argc, char *argv[])
{
#define ADD(name, set_up, function) g_test_add ("/mask/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/mask/view", test_view);
  g_test_add_func ("/mask/layer", test_layer);
  g_test_add_func ("/mask/look", test_look);
  ADD ("found", set_up, test_found);
  ADD ("gone", set_up, test_gone);
  ADD ("again", set_up, test_again);
  ADD ("web", set_up, test_web);
  ADD ("words", set_up, test_words);
  ADD ("brush", set_up_page, test_brush);
  ADD ("cancel", set_up_page, test_cancel);
  ADD ("whole", set_up_page, test_whole);
  ADD ("blank", set_up_page, test_blank);
  ADD ("box", set_up_page, test_box);
  ADD ("click", set_up_page, test_click);
  ADD ("next", set_up_page, test_next);
  ADD ("keys", set_up_page, test_keys);
  ADD ("confirm", set_up_page, test_confirm);
  ADD ("readiness", set_up_page, test_readiness);
#undef ADD
  return g_test_run ();
}
