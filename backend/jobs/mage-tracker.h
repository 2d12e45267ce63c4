/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-engine.h"
#include "jobs/mage-track-job.h"
#include "media/frames.h"
#include "media/mask.h"

G_BEGIN_DECLS

/**
 * MageTrackStep: what a subject came to in the next frame.
 * @mask: (nullable): where it is; NULL where there is nothing
 * @doubt: 0…1: how far it is from what was expected; from MAGE_TRACK_STOP on it should be looked at
 * @reason: a static text, why there is doubt
 */
typedef struct
{
  Mask *mask;
  double doubt;
  const char *reason;
} MageTrackStep;


/**
 * MageTracker: follows a subject from frame to frame. Worker thread only.
 * @job: hears of nothing but can be stopped
 * @marked: a frame where a person said where the subject is, and its mask there
 */
typedef struct
{
  MageJob *job;
  const EngineTable *table;
  EngineSegmenter *segmenter;
  Frames *frames;
  const char *cache_dir;
  guint marked_frame;
  Mask *marked;
} MageTracker;

gboolean mage_tracker_step (MageTracker *self, guint from, Mask *mask, guint to, MageTrackStep *step, GError **error);

G_END_DECLS
