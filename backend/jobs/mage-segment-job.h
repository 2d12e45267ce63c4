/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"

G_BEGIN_DECLS

/** MageSegmentPoint: a click, in pixels of the picture: this belongs to the subject, or it does not. */
typedef struct
{
  double x;
  double y;
  gboolean inside;
} MageSegmentPoint;

/**
 * MageSegmentHint: where the subject is said to be, in pixels of the upright picture.
 * @has_box: whether the box counts; its corners may be in any order, as a drag gives them
 * @points: (array length=n_points): with neither a box nor a point inside, the subject is what stands out
 * @memory: (nullable): an earlier answer's, of mage_segment_job_get_memory (), which box and points correct
 */
typedef struct
{
  gboolean has_box;
  double x0, y0, x1, y1;
  const MageSegmentPoint *points;
  guint n_points;
  GBytes *memory;
} MageSegmentHint;

#define MAGE_TYPE_SEGMENT_JOB (mage_segment_job_get_type ())
G_DECLARE_FINAL_TYPE (MageSegmentJob, mage_segment_job, MAGE, SEGMENT_JOB, MageJob)

MageSegmentJob *mage_segment_job_new (const char *picture_path, const MageSegmentHint *hint, const char *cache_dir);
MageSegmentJob *mage_segment_job_new_frame (const char *clip_path, double time, const MageSegmentHint *hint,
                                            const char *cache_dir);
void mage_segment_job_set_sam (MageSegmentJob *self, const char *path);

guint mage_segment_job_get_n_candidates (MageSegmentJob *self);
GBytes *mage_segment_job_get_mask (MageSegmentJob *self, guint i, guint *width, guint *height);
double mage_segment_job_get_score (MageSegmentJob *self, guint i);
GBytes *mage_segment_job_get_memory (MageSegmentJob *self, guint i);

G_END_DECLS
