/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "media/mask-edit.h"
#include "media/picture.h"
#include "tests/ui-picture.h"
#include "ui/mage-mask-editor.h"
#include "ui/mage-picture-canvas.h"

#include <math.h>
#include <stdlib.h>

/*
 * canvas-bench: how smoothly a mask is brushed on a picture of 4000 × 3000 pixels: seen as a whole, and from near. Prints
 * how long frames took to make, and how far they were apart, in milliseconds. For tests/bench/RESULTS.md.
 */

#define WIDTH 4000
#define HEIGHT 3000
#define N_FRAMES 240

typedef struct
{
  MagePictureCanvas *canvas;
  GArray *paints;    /* of double: making a frame */
  GArray *intervals; /* of double: from one to the next */
  gint64 began;
  gint64 last;
  guint n;
  gboolean pans;
} Bench;

static char *
make_picture (const char *folder)
{
  char *path = g_build_filename (folder, "large.png", NULL);
  guint8 *rgb = g_malloc ((gsize) WIDTH * HEIGHT * 3);
  g_autoptr (Frames) frames = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < (gsize) WIDTH * HEIGHT; i++)
    for (guint c = 0; c < 3; c++)
      rgb[3 * i + c] = (guint8) ((i % WIDTH) / 20 * (c + 1) + i / WIDTH / 16);
  frames = frames_new_take (1, WIDTH, HEIGHT, 0, rgb);
  picture_save_png (frames, 0, path, &error);
  g_assert_no_error (error);
  return path;
}

static void
began_cb (Bench *self)
{
  self->began = g_get_monotonic_time ();
}

static void
ended_cb (Bench *self)
{
  double paint = (double) (g_get_monotonic_time () - self->began) / 1000;

  g_array_append_val (self->paints, paint);
}

/* A hand that goes round and round, or pulls the picture about. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Bench *self = data;
  const MageCanvasView *view = mage_picture_canvas_get_view (self->canvas);
  gint64 now = g_get_monotonic_time ();
  double interval = (double) (now - self->last) / 1000;
  double angle = self->n * 0.13;

  if (self->last != 0)
    g_array_append_val (self->intervals, interval);
  self->last = now;
  if (self->pans)
    mage_picture_canvas_pan (self->canvas, 9 * cos (angle), 9 * sin (angle));
  else
    mage_picture_canvas_move (self->canvas, view->width * (0.5 + 0.3 * cos (angle)), view->height * (0.5 + 0.3 * sin (angle * 1.3)));
  self->n++;
  return G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
print (const char *name, const char *what, GArray *values)
{
  double *sorted = (double *) (gpointer) values->data;
  guint n = values->len;

  qsort (sorted, n, sizeof *sorted, compare);
  g_print ("%-22s %-9s %4u  median %6.1f  99th percentile %6.1f  worst %6.1f ms\n", name, what, n, sorted[n / 2],
           sorted[MIN (n - 1, n * 99 / 100)], sorted[n - 1]);
  g_array_set_size (values, 0);
}

static gboolean
is_enough (gpointer data)
{
  return ((Bench *) data)->n >= N_FRAMES;
}

static void
measure (Bench *self, const char *name, gboolean pans)
{
  guint tick;

  self->n = 0;
  self->last = 0;
  self->pans = pans;
  g_array_set_size (self->paints, 0);
  if (!pans)
    g_assert_true (mage_picture_canvas_begin (self->canvas, 300, 200, FALSE));
  tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->canvas), tick_cb, self, NULL);
  ui_wait_until (is_enough, self);
  gtk_widget_remove_tick_callback (GTK_WIDGET (self->canvas), tick);
  if (!pans)
    {
      gint64 start = g_get_monotonic_time ();

      mage_picture_canvas_end (self->canvas);
      g_print ("%-22s keeping the stroke %.0f ms\n", name, (double) (g_get_monotonic_time () - start) / 1000);
    }
  print (name, "painting", self->paints);
  print (name, "interval", self->intervals);
}

static gboolean
is_loaded (gpointer data)
{
  return !mage_picture_canvas_is_loading (data);
}

int
main (void)
{
  g_autofree char *scratch = g_dir_make_tmp ("mage-canvas-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (scratch, "Canvas.mage", NULL);
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *path = make_picture (scratch);
  AdwApplication *application = ui_start ();
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));
  Bench bench = { .paints = g_array_new (FALSE, FALSE, sizeof (double)), .intervals = g_array_new (FALSE, FALSE, sizeof (double)) };
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) project = mage_project_create (folder, NULL, model, &error);
  g_autoptr (MageMedia) media = mage_project_import (project, path, &error);
  MageWorker *worker = mage_worker_new (0, NULL);
  MageSession *session = mage_session_new (worker, project);
  MageMaskEditor *editor = mage_mask_editor_new (session);
  GdkFrameClock *clock;

  bench.canvas = MAGE_PICTURE_CANVAS (mage_picture_canvas_new ());
  mage_picture_canvas_set_editor (bench.canvas, editor);
  gtk_window_set_default_size (window, 1280, 860);
  gtk_window_set_child (window, GTK_WIDGET (bench.canvas));
  gtk_window_present (window);
  mage_picture_canvas_set_media (bench.canvas, media);
  g_object_set (bench.canvas, "tool", MAGE_MASK_TOOL_BRUSH, NULL);
  ui_settle ();
  ui_wait_until (is_loaded, bench.canvas);
  ui_settle ();
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  g_signal_connect_swapped (clock, "before-paint", G_CALLBACK (began_cb), &bench);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (ended_cb), &bench);
  g_print ("%s\n", G_OBJECT_TYPE_NAME (gtk_native_get_renderer (GTK_NATIVE (window))));
  measure (&bench, "whole, brush", FALSE);
  mage_picture_canvas_zoom (bench.canvas, 1, 640, 430);
  measure (&bench, "100 %, brush", FALSE);
  measure (&bench, "100 %, pan", TRUE);
  g_signal_handlers_disconnect_by_data (clock, &bench);
  gtk_window_destroy (window);
  ui_remove_folder (scratch);
  return 0;
}
