/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "nn/mobile-sam.h"
#include "nn/u2netp.h"

G_BEGIN_DECLS

/** SegmentCrop: the part of a picture that is looked at, in its pixels. */
typedef struct
{
  guint x;
  guint y;
  guint width;
  guint height;
} SegmentCrop;

/** SegmentBox: a box in a picture's pixels, its corners in order and within the picture. */
typedef SamBox SegmentBox;

SegmentCrop segment_crop_choose (guint width, guint height, const SegmentBox *box);

/** SegmentViews: what was seen of pictures lately; the rest is in files. */
typedef struct _SegmentViews SegmentViews;

SegmentViews *segment_views_new (const char *sam_path);
void segment_views_free (SegmentViews *self);
SamView *segment_views_get (SegmentViews *self, MobileSam *sam, const EngineSegmentRequest *request,
                            const SegmentCrop *crop, GError **error);

/** SegmentSalient: what stands out in a picture: @mask: height · width bytes, 255 inside; @score: how surely. */
typedef struct
{
  GBytes *mask;
  double score;
  SegmentBox box;
} SegmentSalient;

gboolean segment_salient_find (U2Netp *network, const PictureInput *picture, SegmentSalient *salient, GError **error);
void segment_salient_clear (SegmentSalient *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SegmentSalient, segment_salient_clear)

EngineSegmenter *engine_open_segmenter (const EngineSegmenterConfig *config, const EngineListener *listener,
                                        GError **error);
void engine_close_segmenter (EngineSegmenter *self);
EngineSegmentation *engine_segment (EngineSegmenter *self, const EngineSegmentRequest *request,
                                    const EngineListener *listener, GError **error);

G_END_DECLS
