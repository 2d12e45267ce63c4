/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-fuse-plan.h"
#include "jobs/mage-job.h"

G_BEGIN_DECLS

/**
 * MageClipMaker: makes what a fusion learns from, once; worker thread.
 * @opener: where the networks that find outlines come from
 */
typedef struct
{
  MageEngine *opener;
  const MageFusePlan *plan;
  MageJob *job;
  GCancellable *cancellable;
  Engine *engine;
  const EngineTable *table;
} MageClipMaker;

gboolean mage_clip_maker_make_subjects (const MageClipMaker *self, const char *folder, GError **error);
GPtrArray *mage_clip_maker_make_backgrounds (const MageClipMaker *self, GError **error);

G_END_DECLS
