/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "jobs/mage-import.h"
#include "media/clip-writer.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-clip-player.h"
#include "ui/mage-clip-warnings.h"
#include "ui/mage-motion-page.h"

#include <math.h>
#include <string.h>

/* The motion page in a window, with clips that are made up and the tests' engine, which finds what it is told. */

#define WIDTH 96
#define HEIGHT 64
#define N_FRAMES 24
#define RATE 12

static AdwApplication *application;

typedef struct
{
  UiSession ui;
  MageMotion *motion;
  GtkWidget *page;
  GtkWindow *window;
  MageClipWarnings *warnings;
} Fixture;

/* --- clips --- */

typedef void (*Painter) (guint8 *frame, guint i);

/* Waves of the colour that @scene means, and a bright square that is at @x. */
static void
paint (guint8 *frame, guint scene, double x)
{
  for (guint k = 0; k < WIDTH * HEIGHT; k++)
    {
      double wave = 0.5 + 0.3 * sin (k % WIDTH * 0.2 + scene) * cos (k / WIDTH * 0.15);
      gboolean square = fabs (k % WIDTH - x) < 8 && fabs (k / WIDTH - 32.) < 8;

      for (guint channel = 0; channel < 3; channel++)
        frame[3 * k + channel] = square ? 240 : (guint8) (channel == scene % 3 ? 250 * wave : 60 * wave);
    }
}

static void
go_right (guint8 *frame, guint i)
{
  paint (frame, 0, 12 + 3 * i);
}

static void
cut_at_9 (guint8 *frame, guint i)
{
  paint (frame, i < 9 ? 0 : 1, 12 + 3 * i);
}

static void
black_first (guint8 *frame, guint i)
{
  if (i < 3)
    memset (frame, 3, WIDTH * HEIGHT * 3);
  else
    go_right (frame, i);
}

static void
stand (guint8 *frame, guint i)
{
  paint (frame, 0, 40);
}

static char *
write_clip (const char *folder, Painter painter)
{
  char *path = g_build_filename (folder, "clip.mp4", NULL);
  guint8 *rgb = g_malloc (N_FRAMES * WIDTH * HEIGHT * 3);
  g_autoptr (Frames) frames = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_FRAMES; i++)
    painter (rgb + (gsize) i * WIDTH * HEIGHT * 3, i);
  frames = frames_new_take (N_FRAMES, WIDTH, HEIGHT, RATE, rgb);
  clip_write (frames, path, &(ClipWrite) { .quality = 95 }, NULL, &error);
  g_assert_no_error (error);
  return path;
}

/* --- waiting --- */

static gboolean
is_checked (gpointer data)
{
  return !mage_clip_warnings_is_checking (data);
}

static gboolean
has_clip (gpointer data)
{
  return mage_clip_player_get_clip (data) != NULL;
}

static void
run_pending (void)
{
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
  Painter painter = (Painter) data;
  g_autofree char *clip = NULL;
  g_autoptr (GError) error = NULL;

  ui_session_set_up (&self->ui, NULL);
  clip = write_clip (self->ui.folder, painter);
  self->motion = mage_import_motion (self->ui.project, clip, "going", "a person goes right", 0, 2, &error);
  g_assert_no_error (error);
  run_pending ();
  self->page = mage_motion_page_new (self->ui.session, self->motion);
  self->window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));
  gtk_window_set_default_size (self->window, 800, 800);
  gtk_window_set_child (self->window, self->page);
  gtk_window_present (self->window);
  self->warnings = MAGE_CLIP_WARNINGS (find (self->page, MAGE_TYPE_CLIP_WARNINGS));
  ui_wait_until (has_clip, find (self->page, MAGE_TYPE_CLIP_PLAYER));
  ui_wait_until (is_checked, self->warnings);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (self->window);
  run_pending ();
  ui_session_tear_down (&self->ui, NULL);
}

/* --- warnings --- */

static void
test_good (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (self->warnings)));
}

/* What a warning offers is one step of undo, and then there is nothing to warn of. */
static void
test_cut (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 1);
  g_assert_cmpstr (mage_clip_warnings_get_text (self->warnings, 0), ==, "A cut at 0.75 s");
  g_assert_true (mage_clip_warnings_mend (self->warnings, 0));
  g_assert_cmpfloat_with_epsilon (mage_motion_get_start (self->motion), 0.75, 1e-6);
  g_assert_cmpfloat_with_epsilon (mage_motion_get_length (self->motion), 1.25, 1e-6);
  ui_wait_until (is_checked, self->warnings);
  run_pending ();
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 0);
  g_assert_cmpstr (mage_history_get_undo_label (mage_session_get_history (self->ui.session)), ==, "Trim Clip");
  g_assert_true (mage_history_undo (mage_session_get_history (self->ui.session)));
  ui_wait_until (is_checked, self->warnings);
  g_assert_cmpfloat (mage_motion_get_start (self->motion), ==, 0);
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 1);
}

/* That the picture comes is no cut of its own. */
static void
test_empty (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 1);
  g_assert_cmpstr (mage_clip_warnings_get_text (self->warnings, 0), ==, "Empty frames from 0.00 s on");
  g_assert_true (mage_clip_warnings_mend (self->warnings, 0));
  g_assert_cmpfloat_with_epsilon (mage_motion_get_start (self->motion), 0.25, 1e-6);
  ui_wait_until (is_checked, self->warnings);
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 0);
}

static void
test_still (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 1);
  g_assert_cmpstr (mage_clip_warnings_get_text (self->warnings, 0), ==, "Hardly anything moves");
  g_assert_false (mage_clip_warnings_mend (self->warnings, 0));
}

/* --- speed --- */

static void
test_speed (Fixture *self, gconstpointer data)
{
  MageClipPaintable *clip = mage_clip_player_get_clip (MAGE_CLIP_PLAYER (find (self->page, MAGE_TYPE_CLIP_PLAYER)));
  GtkDropDown *speed = GTK_DROP_DOWN (find (self->page, GTK_TYPE_DROP_DOWN));

  g_assert_cmpfloat (mage_clip_paintable_get_speed (clip), ==, 1);
  gtk_drop_down_set_selected (speed, 0);
  g_assert_cmpfloat (mage_clip_paintable_get_speed (clip), ==, 0.25);
  mage_clip_paintable_set_frame (clip, 0);
  mage_clip_paintable_advance (clip, 1000000);
  mage_clip_paintable_advance (clip, 2000000);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, RATE / 4);
  /* Nothing jumps when it changes. */
  gtk_drop_down_set_selected (speed, 3);
  mage_clip_paintable_advance (clip, 2000000);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, RATE / 4);
}

int
main (int argc, char *argv[])
{
#define ADD(name, painter, function) g_test_add ("/motion-page/" name, Fixture, painter, set_up, function, tear_down)
  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  ADD ("good", go_right, test_good);
  ADD ("cut", cut_at_9, test_cut);
  ADD ("empty", black_first, test_empty);
  ADD ("still", stand, test_still);
  ADD ("speed", go_right, test_speed);
#undef ADD
  return g_test_run ();
}
