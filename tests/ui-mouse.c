/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/ui-mouse.h"

#include "tests/ui-picture.h"

#include <gdk/x11/gdkx.h>

/* So many moves, so that a drag is one. */
#define MOVES 6

static void
run (const char *const *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (words, G_SUBPROCESS_FLAGS_NONE, &error);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static graphene_point_t
find_place (GtkWidget *widget, double x, double y)
{
  GtkNative *native = gtk_widget_get_native (widget);
  graphene_point_t at = GRAPHENE_POINT_INIT ((float) (x * gtk_widget_get_width (widget)), (float) (y * gtk_widget_get_height (widget)));
  double left, top;

  g_assert_true (gtk_widget_compute_point (widget, GTK_WIDGET (native), &at, &at));
  gtk_native_get_surface_transform (native, &left, &top);
  return GRAPHENE_POINT_INIT (at.x + (float) left, at.y + (float) top);
}

G_GNUC_BEGIN_IGNORE_DEPRECATIONS
static char *
dup_window (GtkWidget *widget)
{
  return g_strdup_printf ("%lu", gdk_x11_surface_get_xid (gtk_native_get_surface (gtk_widget_get_native (widget))));
}
G_GNUC_END_IGNORE_DEPRECATIONS

void
ui_mouse_move (GtkWidget *widget, double x, double y)
{
  graphene_point_t at = find_place (widget, x, y);
  g_autofree char *window = dup_window (widget);
  g_autofree char *left = g_strdup_printf ("%.0f", at.x);
  g_autofree char *top = g_strdup_printf ("%.0f", at.y);

  run ((const char *const[]){ "xdotool", "mousemove", "--window", window, left, top, NULL });
}

void
ui_mouse_press (GtkWidget *widget, double x, double y)
{
  ui_mouse_move (widget, x, y);
  ui_settle ();
  run ((const char *const[]){ "xdotool", "mousedown", "1", NULL });
  ui_settle ();
}

/* In small moves from where the mouse is not known to be: along a line that ends at the place. */
void
ui_mouse_drag (GtkWidget *widget, double x, double y)
{
  for (int i = MOVES; i >= 0; i--)
    ui_mouse_move (widget, x - i * 0.01, y);
  ui_settle ();
}

void
ui_mouse_release (void)
{
  run ((const char *const[]){ "xdotool", "mouseup", "1", NULL });
  ui_settle ();
}

/* At once: a list does not take for a click what is held for long. */
void
ui_mouse_click (GtkWidget *widget, double x, double y)
{
  ui_mouse_move (widget, x, y);
  ui_settle ();
  run ((const char *const[]){ "xdotool", "click", "1", NULL });
  ui_settle ();
}

/* There is nobody on the display who manages windows. */
void
ui_keyboard_take (GtkWindow *window)
{
  g_autofree char *id = dup_window (GTK_WIDGET (window));

  run ((const char *const[]){ "xdotool", "windowfocus", id, NULL });
  ui_settle ();
}

void
ui_keyboard_press (const char *key)
{
  run ((const char *const[]){ "xdotool", "key", key, NULL });
  ui_settle ();
}

void
ui_keyboard_type (const char *text)
{
  run ((const char *const[]){ "xdotool", "type", text, NULL });
  ui_settle ();
}

/* @words: of xdotool, such as “keydown ctrl click 4 keyup ctrl”; where the mouse is */
void
ui_mouse_tell (const char *words)
{
  g_autofree char *line = g_strconcat ("xdotool ", words, NULL);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);

  run ((const char *const *) argv);
  ui_settle ();
}

void
ui_mouse_click_secondary (GtkWidget *widget, double x, double y)
{
  ui_mouse_move (widget, x, y);
  ui_settle ();
  ui_mouse_tell ("click 3");
}
