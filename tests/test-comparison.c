/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "jobs/mage-measure.h"
#include "media/clip-comparison.h"
#include "media/clip-reader.h"
#include "media/picture.h"
#include "tests/ui-mouse.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-compare-export.h"
#include "ui/mage-file-export.h"
#include "ui/mage-compare-measures.h"
#include "ui/mage-compare-page.h"

#include <math.h>

/* Videos beside each other: what is measured of them, what is written, and the line that the mouse moves. */

#define SIDE 16

static AdwApplication *application;

static Frames *
make_frames (guint n, double rate, guint8 value)
{
  gsize size = (gsize) n * SIDE * SIDE * 3;

  return frames_new_take (n, SIDE, SIDE, rate, memset (g_malloc (size), value, size));
}

static guint8
get_pixel (const Frames *frames, guint frame, guint x, guint y)
{
  return frames_get_frame (frames, frame)[(y * frames->width + x) * 3];
}

/* Left of the line is the first, right of it the other; through both is the mean; the longer one leads. */
static void
test_join (void)
{
  g_autoptr (Frames) a = make_frames (2, 8, 40);
  g_autoptr (Frames) b = make_frames (4, 8, 200);
  g_autoptr (Frames) wiped = clip_join (a, b, CLIP_JOIN_WIPE, 0.25, NULL);
  g_autoptr (Frames) mixed = clip_join (a, b, CLIP_JOIN_ONION, 0.25, NULL);
  g_autoptr (Frames) in_time = clip_fit_time (b, 2, 4);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (wiped->n_frames, ==, 4);
  for (guint f = 0; f < 4; f++)
    {
      g_assert_cmpuint (get_pixel (wiped, f, 3, 5), ==, 40);
      g_assert_cmpuint (get_pixel (wiped, f, 4, 5), ==, 255);
      g_assert_cmpuint (get_pixel (wiped, f, 5, 5), ==, 200);
      g_assert_cmpuint (get_pixel (mixed, f, 5, 5), ==, 80);
    }
  g_assert_cmpuint (in_time->n_frames, ==, 2);
  g_assert_cmpfloat (in_time->rate, ==, 4);
  g_assert_null (clip_join (a, b, CLIP_JOIN_DIFFERENCE, 0, &error));
  g_assert_nonnull (strstr (error->message, "same size and length"));
}

/* --- in the window --- */

static void
make_video (UiSession *self, const char *prompt, const char *motion, int seed)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (self->project));
  MageTrainable *moves = motion != NULL ? mage_project_find (self->project, motion) : NULL;

  mage_params_set_int (params, "seed", seed, NULL);
  g_assert_nonnull (mage_session_sample (self->session, prompt, (MageMotion *) moves, params));
  ui_session_wait (self);
}

static gboolean
is_loaded (gpointer view)
{
  return mage_compare_view_get_lead (view) != NULL;
}

typedef struct
{
  MageResultChoice *choice;
  MageComparePage *page;
  MageCompareView *view;
  GtkWindow *window;
} Shown;

static void
show (UiSession *self, Shown *shown)
{
  GListModel *results = G_LIST_MODEL (mage_project_get_results (self->project));
  AdwNavigationPage *page;

  ui_session_add_subject (self, "bear");
  ui_session_add_motion (self, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (self);
  make_video (self, "a <bear> in the snow", "ride", 1);
  make_video (self, "a house", NULL, 2);
  shown->choice = mage_result_choice_new ();
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (results, i);

      mage_result_choice_add (shown->choice, result);
    }
  page = mage_compare_page_new (self->session, shown->choice);
  shown->page = MAGE_COMPARE_PAGE (page);
  shown->view = mage_compare_page_get_view (shown->page);
  shown->window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));
  gtk_window_set_default_size (shown->window, 1100, 800);
  gtk_window_set_child (shown->window, GTK_WIDGET (page));
  gtk_window_present (shown->window);
  ui_wait_until (is_loaded, shown->view);
  mage_compare_view_set_playing (shown->view, FALSE);
  ui_settle ();
}

static void
hide (Shown *shown)
{
  gtk_window_destroy (shown->window);
  g_clear_object (&shown->choice);
}

/* The line follows the mouse that is held, from wherever it was pressed, and stays where it is let go. */
static void
test_wipe (UiSession *self, gconstpointer data)
{
  Shown shown;
  double mix;

  show (self, &shown);
  mage_compare_page_set_mode (shown.page, MAGE_COMPARE_WIPE);
  ui_settle ();
  ui_mouse_press (mage_compare_view_get_handle (shown.view), 0.5, 0.5);
  ui_mouse_drag (GTK_WIDGET (shown.view), 0.4, 0.5);
  mix = mage_compare_view_get_mix (shown.view);
  g_assert_cmpfloat (mix, <, 0.45);
  ui_mouse_drag (GTK_WIDGET (shown.view), 0.6, 0.5);
  g_assert_cmpfloat (mage_compare_view_get_mix (shown.view), >, 0.55);
  ui_mouse_release ();
  mix = mage_compare_view_get_mix (shown.view);
  ui_mouse_move (GTK_WIDGET (shown.view), 0.3, 0.5);
  ui_settle ();
  g_assert_cmpfloat (mage_compare_view_get_mix (shown.view), ==, mix);
  /* Without a line there is nothing to move. */
  mage_compare_page_set_mode (shown.page, MAGE_COMPARE_ONION);
  ui_settle ();
  ui_mouse_press (GTK_WIDGET (shown.view), 0.4, 0.5);
  ui_mouse_drag (GTK_WIDGET (shown.view), 0.2, 0.5);
  ui_mouse_release ();
  g_assert_cmpfloat (mage_compare_view_get_mix (shown.view), ==, mix);
  hide (&shown);
}

static gboolean
are_measured (gpointer measures)
{
  return mage_compare_measures_get (measures, 0) != NULL && mage_compare_measures_get (measures, 1) != NULL;
}

/* What the rows say is what the frames give; what a video does not have has no number. */
static void
test_measures (UiSession *self, gconstpointer data)
{
  Shown shown;
  MageCompareMeasures *measures;
  const MageMeasures *first, *second;
  const MageMeasuredSubject *subject;
  Frames *frames;

  show (self, &shown);
  measures = ui_find_widget (GTK_WIDGET (shown.page), MAGE_TYPE_COMPARE_MEASURES);
  ui_wait_until (are_measured, measures);
  first = mage_compare_measures_get (measures, 0);
  second = mage_compare_measures_get (measures, 1);
  frames = mage_clip_paintable_get_frames (mage_compare_view_get_clip (shown.view, 0));
  g_assert_cmpfloat (first->steadiness, ==, 1 - mage_measure_change (frames));
  g_assert_true (first->has_motion);
  g_assert_cmpfloat (fabs (first->motion), <=, 1);
  g_assert_false (second->has_motion);
  g_assert_cmpuint (first->subjects->len, ==, 1);
  g_assert_cmpuint (second->subjects->len, ==, 0);
  subject = g_ptr_array_index (first->subjects, 0);
  g_assert_cmpstr (subject->token, ==, "<bear>");
  {
    gsize n = (gsize) frames->n_frames * frames->width * frames->height;
    g_autoptr (GBytes) everywhere = g_bytes_new_take (memset (g_malloc (n), 255, n), n);
    MageTrainable *bear = mage_project_find (self->project, "<bear>");
    GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (MAGE_SUBJECT (bear)));
    g_autoptr (MageColours) colours = mage_colours_new ();

    for (guint i = 0; i < g_list_model_get_n_items (pictures); i++)
      {
        g_autoptr (MageMedia) media = g_list_model_get_item (pictures, i);
        g_autofree char *path = mage_media_dup_path (media);
        g_autoptr (Frames) picture = picture_load (path, NULL, NULL);

        g_assert_null (mage_media_get_mask (media));
        mage_colours_add (colours, picture, NULL);
      }
    g_assert_cmpfloat_with_epsilon (subject->colours, mage_measure_identity (frames, everywhere, colours), 1e-9);
  }
  hide (&shown);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mage_file_export_finish (result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* Every way of seeing becomes a video with all frames, and a picture that is large enough to be looked at. */
static void
test_export (UiSession *self, gconstpointer data)
{
  Shown shown;

  show (self, &shown);
  for (MageCompareMode mode = MAGE_COMPARE_BESIDE; mode <= MAGE_COMPARE_ONION; mode++)
    {
      g_autofree char *video = g_strdup_printf ("%s/%u.mp4", self->folder, mode);
      g_autofree char *still = g_strdup_printf ("%s/%u.png", self->folder, mode);
      const char *const paths[] = { video, still };
      g_autoptr (Frames) picture = NULL;
      g_autoptr (Frames) frames = NULL;
      guint n = mage_clip_paintable_get_n_frames (mage_compare_view_get_lead (shown.view));
      ClipRead want = { .n_frames = n };

      mage_compare_page_set_mode (shown.page, mode);
      for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
        {
          gboolean done = FALSE;

          mage_compare_export_async (shown.view, "a comparison", paths[i], NULL, exported_cb, &done);
          ui_wait_until (is_true, &done);
        }
      picture = picture_load (still, NULL, NULL);
      g_assert_nonnull (picture);
      g_assert_cmpuint (picture->width, >=, 512);
      want.width = picture->width;
      want.height = picture->height;
      want.rate = mage_clip_paintable_get_rate (mage_compare_view_get_lead (shown.view));
      frames = clip_read (video, &want, NULL, NULL);
      g_assert_nonnull (frames);
      g_assert_cmpuint (frames->n_frames, ==, n);
    }
  hide (&shown);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/comparison/join", test_join);
  ADD ("/comparison/wipe", test_wipe);
  ADD ("/comparison/measures", test_measures);
  ADD ("/comparison/export", test_export);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
