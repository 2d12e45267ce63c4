/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * StreamWatch:
 *
 * Sees what decodebin3 does not tell of a broken file. Start from zero. Its elements are given by
 * streaming threads, the questions asked by the thread that waits.
 */
typedef struct
{
  int hollow;    /* atomic */
  GstPad *entry; /* atomic: where the demuxer reads, nullable */
} StreamWatch;

void stream_watch_element (StreamWatch *self, GstElement *element);
gboolean stream_watch_is_hollow (StreamWatch *self);
gboolean stream_watch_is_idle (StreamWatch *self);
void stream_watch_clear (StreamWatch *self);

G_END_DECLS
