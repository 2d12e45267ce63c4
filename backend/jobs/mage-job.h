/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-diagnosis.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _MageEngine MageEngine;

/**
 * MageJobState:
 * @MAGE_JOB_CANCELLING: the stop is acknowledged; the worker ends at its next block
 */
typedef enum
{
  MAGE_JOB_QUEUED,
  MAGE_JOB_RUNNING,
  MAGE_JOB_PAUSED,
  MAGE_JOB_CANCELLING,
  MAGE_JOB_DONE,
  MAGE_JOB_FAILED,
  MAGE_JOB_CANCELLED
} MageJobState;

#define MAGE_TYPE_JOB_STATE (mage_job_state_get_type ())
GType mage_job_state_get_type (void);

/**
 * MageJobLane: beside whom a job may not run when it is given to mage_worker_assist(): beside those that need the same.
 * @MAGE_LANE_NETWORK: the model
 * @MAGE_LANE_SEGMENTER: the networks that find subjects in pictures: a person who marks one waits for nothing else
 * @MAGE_LANE_FILES: no network at all, only files
 */
typedef enum
{
  MAGE_LANE_NETWORK,
  MAGE_LANE_SEGMENTER,
  MAGE_LANE_FILES,
  MAGE_N_LANES
} MageJobLane;

#define MAGE_TYPE_JOB (mage_job_get_type ())
G_DECLARE_DERIVABLE_TYPE (MageJob, mage_job, MAGE, JOB, GObject)

/**
 * MageJobClass:
 * @run: does the work, on the worker's thread; it calls mage_job_check() often
 * @finish: (nullable): takes the outcome into the project, on the main thread, whatever the state;
 *   FALSE with an error makes the job fail
 * @goes_on: whether what was stopped is continued by a new job for the same
 * @learns: whether its numbers are those of a training; see mage_job_get_diagnosis()
 * @lane: of those that assist
 */
struct _MageJobClass
{
  GObjectClass parent_class;

  gboolean (*run) (MageJob *self, MageEngine *engine, GCancellable *cancellable, GError **error);
  gboolean (*finish) (MageJob *self, GError **error);
  gboolean goes_on;
  gboolean learns;
  MageJobLane lane;
};

/* Main thread. */
const char *mage_job_get_title (MageJob *self);
MageJobState mage_job_get_state (MageJob *self);
const char *mage_job_get_phase (MageJob *self);
guint mage_job_get_step (MageJob *self);
gboolean mage_job_is_preparing (MageJob *self);
guint mage_job_get_n_steps (MageJob *self);
double mage_job_get_rate (MageJob *self);
double mage_job_get_time_left (MageJob *self);
const MageTerm *mage_job_get_terms (MageJob *self, guint *n_terms);
MageSeries *mage_job_get_series (MageJob *self);
MageDiagnosis *mage_job_get_diagnosis (MageJob *self);
GBytes *mage_job_get_preview (MageJob *self, guint *n_frames, guint *width, guint *height);
GBytes *mage_job_get_look (MageJob *self, const char *name, guint *n_frames, guint *width, guint *height);
guint mage_job_get_preview_step (MageJob *self);
guint mage_job_get_look_step (MageJob *self, const char *name);
GStrv mage_job_dup_look_names (MageJob *self);
const GError *mage_job_get_error (MageJob *self);
gboolean mage_job_is_over (MageJob *self);
gboolean mage_job_goes_on (MageJob *self);
void mage_job_wish (MageJob *self, const char *prompt);
gboolean mage_job_is_wishing (MageJob *self);
char *mage_job_dup_refusal (MageJob *self);
void mage_job_watch (MageJob *self, gboolean watching);

/* The worker's thread, from within run. */
gboolean mage_job_check (MageJob *self, GError **error);
gboolean mage_job_is_watched (MageJob *self);
const char *mage_job_take_wish (MageJob *self);
const char *mage_job_get_wish (MageJob *self);
void mage_job_refuse (MageJob *self, const char *why);
void mage_job_report (MageJob *self, const char *phase, guint step, guint n_steps,
                      const MageTerm *terms, guint n_terms);
void mage_job_report_preview (MageJob *self, GBytes *rgb, guint n_frames, guint width, guint height);
void mage_job_report_look (MageJob *self, const char *name, GBytes *rgb, guint n_frames, guint width, guint height);

G_END_DECLS
