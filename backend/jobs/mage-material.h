/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "jobs/mage-job.h"
#include "jobs/mage-train-stage.h"
#include "media/frames.h"

G_BEGIN_DECLS

/** MageShape: the model's shape, into which everything is fitted. */
typedef struct
{
  guint n_frames;
  guint width;
  guint height;
  double rate;
} MageShape;

MageShape mage_shape_from_params (MageParams *params);
EngineClip *mage_material_load_motion (const char *path, double start, double length, const MageCrop *crop, const char *caption,
                                       const MageShape *shape, GCancellable *cancellable, GError **error);
EngineClip *mage_material_from_frames (Frames *frames, GBytes *mask, const char *caption);
GPtrArray *mage_material_load (const MageTrainStage *stage, const MageShape *shape,
                               GCancellable *cancellable, GError **error);
GPtrArray *mage_material_list_prior (const char *folder, GHashTable *captions, GCancellable *cancellable, GError **error);
GPtrArray *mage_material_load_prior (const char *folder, GHashTable *captions, const MageShape *shape, MageJob *job,
                                     GCancellable *cancellable, GError **error);

G_END_DECLS
