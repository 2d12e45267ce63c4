/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

/** MageMeasuredSubject: @colours: mage_measure_identity(), 0…1; 0 where it was not found */
typedef struct
{
  char *token;
  double colours;
} MageMeasuredSubject;

/**
 * MageMeasures: what is measured of a video. None of it is a score of CLIP or DINO.
 * @steadiness: 1 less the mean change between neighbouring frames, 0…1
 * @has_motion: whether it was made with a motion whose clip is still there
 * @motion: mage_measure_motion(), −1…1
 * @subjects: (element-type MageMeasuredSubject): those of the prompt that the project knows
 */
typedef struct
{
  double steadiness;
  gboolean has_motion;
  double motion;
  GPtrArray *subjects;
} MageMeasures;

#define MAGE_TYPE_MEASURE_JOB (mage_measure_job_get_type ())
G_DECLARE_FINAL_TYPE (MageMeasureJob, mage_measure_job, MAGE, MEASURE_JOB, MageJob)

MageMeasureJob *mage_measure_job_new (MageProject *project, MageResult *result);
MageResult *mage_measure_job_get_result (MageMeasureJob *self);
const MageMeasures *mage_measure_job_get_measures (MageMeasureJob *self);

G_END_DECLS
