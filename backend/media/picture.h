/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/* Below 16 pixels a side there is nothing to learn from. */
#define PICTURE_MIN_SIDE 16
/* A hundred megapixels are beyond any camera in use, and their pixels still fit in memory. */
#define PICTURE_MAX_PIXELS 100000000
#define PICTURE_MAX_SIDE 32768

Frames *picture_load (const char *path, GCancellable *cancellable, GError **error);
Frames *picture_load_bytes (GBytes *bytes, const char *name, GCancellable *cancellable,
                            GError **error);
GdkPixbuf *picture_load_pixbuf (const char *path, guint min_side, GCancellable *cancellable,
                                GError **error);
Frames *picture_fit (Frames *picture, guint width, guint height);
GBytes *picture_to_png (const Frames *frames, guint index, GError **error);
gboolean picture_save_png (const Frames *frames, guint index, const char *path, GError **error);

G_END_DECLS
