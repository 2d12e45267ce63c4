/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MageCanvasPicture: a picture for looking at from near and far.
 * @width: the picture's own, in pixels
 * @near: (nullable): as fine as it is, up to what a graphics card takes; NULL where @far is that already
 * @far: for the whole picture at once
 */
typedef struct
{
  guint width;
  guint height;
  GdkTexture *near;
  GdkTexture *far;
} MageCanvasPicture;

void mage_canvas_picture_free (MageCanvasPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageCanvasPicture, mage_canvas_picture_free)
void mage_canvas_picture_load_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
MageCanvasPicture *mage_canvas_picture_load_finish (GAsyncResult *result, GError **error);
GdkTexture *mage_canvas_picture_choose (const MageCanvasPicture *self, double scale);

G_END_DECLS
