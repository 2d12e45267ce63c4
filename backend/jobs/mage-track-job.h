/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "media/clip-reader.h"
#include "media/frames.h"
#include "media/mask.h"

G_BEGIN_DECLS

/** MageTrackMark: where a person says that the subject is: at first, and where following went wrong. */
typedef struct
{
  guint frame;
  Mask *mask;
} MageTrackMark;

/** MAGE_TRACK_STOP: from this doubt on following ends: a person knows better. */
#define MAGE_TRACK_STOP 0.5

#define MAGE_TYPE_TRACK_JOB (mage_track_job_get_type ())
G_DECLARE_FINAL_TYPE (MageTrackJob, mage_track_job, MAGE, TRACK_JOB, MageJob)

MageTrackJob *mage_track_job_new (const char *clip_path, const ClipRead *want, const MageTrackMark *marks, guint n_marks,
                                  const char *cache_dir);
MageTrackJob *mage_track_job_new_frames (Frames *frames, const MageTrackMark *marks, guint n_marks,
                                         const char *cache_dir);
void mage_track_job_set_sam (MageTrackJob *self, const char *path);

guint mage_track_job_get_n_frames (MageTrackJob *self);
Frames *mage_track_job_get_frames (MageTrackJob *self);
Mask *mage_track_job_get_mask (MageTrackJob *self, guint frame);
double mage_track_job_get_doubt (MageTrackJob *self, guint frame);
const char *mage_track_job_get_reason (MageTrackJob *self, guint frame);

G_END_DECLS
