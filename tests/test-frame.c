/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-frame.h"

/* The frame of an open project at every width, with its animations. A warning of GTK's ends the test. */

typedef struct
{
  UiSession parent;
  GtkWindow *window;
  MageFrame *frame;
  int width;
  int border; /* of the window, beyond its content */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  ui_session_set_up (&self->parent, NULL);
  mage_session_show_item (self->parent.session, MAGE_TRAINABLE (ui_session_add_subject (&self->parent, "bear")));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  self->frame = MAGE_FRAME (mage_frame_new (self->parent.session));
  self->window = GTK_WINDOW (adw_window_new ());
  adw_window_set_content (ADW_WINDOW (self->window), GTK_WIDGET (self->frame));
  ui_resize (self->window, 1200, 800);
  gtk_window_present (self->window);
  ui_settle ();
  self->border = 1200 - gtk_widget_get_width (GTK_WIDGET (self->frame));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (self->window);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  ui_session_tear_down (&self->parent, NULL);
}

static gboolean
has_width (gpointer data)
{
  Fixture *self = data;

  return gtk_widget_get_width (GTK_WIDGET (self->frame)) == self->width;
}

static void
resize (Fixture *self, int width)
{
  self->width = width;
  ui_resize (self->window, width + self->border, 800);
  ui_wait_until (has_width, self);
}

/* Below, between and above the breakpoints, with the settings open or closed, first as they begin to slide, then when they stand. */
static void
test_widths (Fixture *self, gconstpointer data)
{
  static const int widths[] = { 400, 1200, 900, 1200, 400, 900, 400, 360, 1001, 999, 701, 699, 1200 };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (widths); i++)
    {
      resize (self, widths[i % G_N_ELEMENTS (widths)]);
      if (i >= G_N_ELEMENTS (widths))
        ui_settle ();
      mage_frame_toggle_inspector (self->frame);
    }
}

#define WIDTH_MAX 1240

/* Wide and narrow: numbers of pages stand below, or the whole in one column. */
static void
test_shortcuts (Fixture *self, gconstpointer data)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/videomage/VideoMage/gtk/help-overlay.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));
  int natural;

  gtk_window_set_transient_for (shortcuts, self->window);
  gtk_window_present (shortcuts);
  ui_settle ();
  /* On a screen of 1280 pixels it is seen whole. */
  gtk_widget_measure (GTK_WIDGET (shortcuts), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  g_test_message ("%d pixels wide", natural);
  g_assert_cmpint (natural, <=, WIDTH_MAX);
  if (g_getenv ("PICTURE") != NULL)
    ui_save (GTK_WIDGET (shortcuts), g_getenv ("PICTURE"));
  for (int width = 360; width < 1200; width += 90)
    {
      ui_resize (shortcuts, width, 600);
      ui_settle ();
    }
  gtk_window_destroy (shortcuts);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  ADD ("/frame/widths", test_widths);
  ADD ("/frame/shortcuts", test_shortcuts);
  return g_test_run ();
}
