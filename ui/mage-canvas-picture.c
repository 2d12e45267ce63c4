/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-canvas-picture.h"

#include "media/picture.h"

#include <math.h>

/* A picture in two sizes, read in another thread: a smaller one is drawn quickly by every renderer. */

/* Every card of the last fifteen years takes textures of this size. */
#define NEAR_SIDE 8192.0
/* Sharp on a large screen with two pixels a point. */
#define FAR_SIDE 1600.0

void
mage_canvas_picture_free (MageCanvasPicture *self)
{
  g_clear_object (&self->near);
  g_clear_object (&self->far);
  g_free (self);
}

static GdkTexture *
make_texture (GdkPixbuf *pixbuf, double max_side)
{
  int width = gdk_pixbuf_get_width (pixbuf);
  int height = gdk_pixbuf_get_height (pixbuf);
  double scale = MIN (1, max_side / MAX (width, height));
  g_autoptr (GdkPixbuf) scaled = scale < 1 ? gdk_pixbuf_scale_simple (pixbuf, (int) MAX (1, round (width * scale)),
                                                                      (int) MAX (1, round (height * scale)), GDK_INTERP_BILINEAR)
                                           : g_object_ref (pixbuf);
  g_autoptr (GBytes) bytes = gdk_pixbuf_read_pixel_bytes (scaled);

  return gdk_memory_texture_new (gdk_pixbuf_get_width (scaled), gdk_pixbuf_get_height (scaled),
                                 gdk_pixbuf_get_has_alpha (scaled) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8,
                                 bytes, (gsize) gdk_pixbuf_get_rowstride (scaled));
}

static void
load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = picture_load_pixbuf (data, 1, cancellable, &error);
  MageCanvasPicture *self;

  if (pixbuf == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self = g_new0 (MageCanvasPicture, 1);
  self->width = (guint) gdk_pixbuf_get_width (pixbuf);
  self->height = (guint) gdk_pixbuf_get_height (pixbuf);
  self->far = make_texture (pixbuf, FAR_SIDE);
  if (MAX (self->width, self->height) > FAR_SIDE)
    self->near = make_texture (pixbuf, NEAR_SIDE);
  g_task_return_pointer (task, self, (GDestroyNotify) mage_canvas_picture_free);
}

/** mage_canvas_picture_load_async: loads the picture in a file upright. */
void
mage_canvas_picture_load_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load);
}

/** mage_canvas_picture_load_finish: Returns: (transfer full) */
MageCanvasPicture *
mage_canvas_picture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/** mage_canvas_picture_choose: @scale: screen pixels a pixel of the picture. Returns: (transfer none): what is fine enough */
GdkTexture *
mage_canvas_picture_choose (const MageCanvasPicture *self, double scale)
{
  gboolean enough = scale * self->width <= 1.1 * gdk_texture_get_width (self->far);

  return enough || self->near == NULL ? self->far : self->near;
}
