/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * ClipSource:
 *
 * A video file being decoded: its frames one after the other, upright, at full size. Used by one
 * thread; private to this room.
 */
typedef struct _ClipSource ClipSource;

void clip_init (void);
ClipSource *clip_source_open (const char *path, GCancellable *cancellable, GError **error);
void clip_source_free (ClipSource *self);
const char *clip_source_get_name (ClipSource *self);
const char *clip_source_get_codec (ClipSource *self);
const GstVideoInfo *clip_source_get_video_info (ClipSource *self);
double clip_source_get_duration (ClipSource *self);
gboolean clip_source_play (ClipSource *self, double start, GError **error);
gboolean clip_source_next (ClipSource *self, GstSample **sample, double *time, GError **error);
const GError *clip_source_get_damage (ClipSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipSource, clip_source_free)

G_END_DECLS
