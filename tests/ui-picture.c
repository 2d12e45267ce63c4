/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/ui-picture.h"

#include <glib/gstdio.h>
#include <gmodule.h>
#include <unistd.h>

/* Colours fade for a while after the scheme changed, and pictures are loaded in threads; in microseconds. */
#define SETTLE_TIME (450 * 1000)

/* A width that calls for another layout is known after a frame, and that layout is there after one more. */
#define FRAMES 4

static gboolean
is_past (gpointer data)
{
  return g_get_monotonic_time () >= *(gint64 *) data;
}

/* Wakes the main loop now and then, so that what is waited for is looked at again. */
static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
ui_wait_until (gboolean (*reached) (gpointer data), gpointer data)
{
  guint timeout = g_timeout_add (20, wake_cb, NULL);

  while (!reached (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

/* Until fades are over and whatever is loaded is there. */
void
ui_settle (void)
{
  gint64 end = g_get_monotonic_time () + SETTLE_TIME;

  ui_wait_until (is_past, &end);
}

static int
display_lost_cb (gpointer display)
{
  g_print ("Bail out! The display is gone\n");
  fflush (stdout);
  _exit (1);
}

/* GDK ends the program with status 1 and without a word when its display is gone. */
static void
watch_display (void)
{
  GModule *self = g_module_open (NULL, 0);
  gpointer (*set_handler) (int (*handler) (gpointer display));

  if (g_module_symbol (self, "XSetIOErrorHandler", (gpointer *) &set_handler))
    set_handler (display_lost_cb);
}

/* The application's own resources and a font that is the same everywhere. */
AdwApplication *
ui_start (void)
{
  AdwApplication *application;

  adw_init ();
  watch_display ();
  g_object_set (gtk_settings_get_default (), "gtk-font-name", "Cantarell 11", "gtk-xft-antialias", 1,
                "gtk-enable-animations", FALSE, NULL);
  application = g_object_new (ADW_TYPE_APPLICATION, "application-id", "org.videomage.VideoMage",
                              "resource-base-path", "/org/videomage/VideoMage",
                              "flags", G_APPLICATION_NON_UNIQUE, NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  return application;
}

void
ui_set_dark (gboolean dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
}

void
ui_resize (GtkWindow *window, int width, int height)
{
  gtk_window_set_default_size (window, width, height);
}

typedef struct
{
  GdkPaintable *paintable;
  GskRenderNode *node;
} Sight;

/* Nothing is there between two frames of what moves; then the next frame is waited for. */
static gboolean
is_seen (gpointer data)
{
  Sight *self = data;
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (self->paintable, snapshot, gdk_paintable_get_intrinsic_width (self->paintable),
                          gdk_paintable_get_intrinsic_height (self->paintable));
  self->node = gtk_snapshot_free_to_node (snapshot);
  return self->node != NULL;
}

static gboolean
count_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  return ++*(guint *) data < FRAMES ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
is_laid_out (gpointer data)
{
  return *(guint *) data >= FRAMES;
}

void
ui_save (GtkWidget *widget, const char *path)
{
  guint n = 0;
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  Sight sight = { paintable, NULL };
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  g_autoptr (GdkTexture) texture = NULL;
  float width, height;

  gtk_widget_add_tick_callback (widget, count_cb, &n, NULL);
  ui_wait_until (is_laid_out, &n);
  ui_wait_until (is_seen, &sight);
  width = (float) gdk_paintable_get_intrinsic_width (paintable);
  height = (float) gdk_paintable_get_intrinsic_height (paintable);
  texture = gsk_renderer_render_texture (renderer, sight.node, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gsk_render_node_unref (sight.node);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

/* The first one of @type that is on the screen, at or below @widget. */
gpointer
ui_find_widget (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return gtk_widget_get_mapped (widget) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      gpointer found = ui_find_widget (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

void
ui_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        ui_remove_folder (path);
      else
        g_remove (path);
    }
  g_rmdir (folder);
}
