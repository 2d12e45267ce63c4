/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/clip-reader.h"
#include "project/mage-result.h"
#include "project/mage-series.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void mage_load_texture_async (const char *path, guint max_side, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
GdkTexture *mage_load_texture_finish (GAsyncResult *result, GError **error);

void mage_load_clip_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
Frames *mage_load_clip_finish (GAsyncResult *result, double *duration, guint *width, guint *height, GError **error);

void mage_load_span_async (const char *path, const ClipRead *want, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data);
void mage_load_result_async (MageResult *video, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
void mage_load_folder_async (const char *folder, double rate, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data);
Frames *mage_load_frames_finish (GAsyncResult *result, GError **error);

void mage_load_thing_async (const char *clip, const char *mask, double time, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data);

void mage_load_losses_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
MageSeries *mage_load_losses_finish (GAsyncResult *result, GError **error);

G_END_DECLS
