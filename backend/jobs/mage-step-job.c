/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-step-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"

#include <glib/gi18n.h>

/*
 * Shows a step that a result kept: x̂₀ of the mixture and, where there were two, of the branches. Short; it is given to
 * mage_worker_assist ().
 */

struct _MageStepJob
{
  MageJob parent_instance;

  MageResult *result;
  MageParams *params;    /* frozen; the device's */
  char *model_dir;
  guint step;
  gboolean scs;
  Frames *frames[MAGE_STEP_N_VIEWS]; /* the worker's until the end */
};

G_DEFINE_FINAL_TYPE (MageStepJob, mage_step_job, MAGE_TYPE_JOB)

static gboolean
decode (MageStepJob *self, Engine *engine, const EngineTable *table, MageStepView view, GError **error)
{
  static const char *const names[] = { "x0", "x0_sub", "x0_mot" };
  MageEngineCall call = { .job = MAGE_JOB (self) };
  EngineListener listener = mage_engine_call_listen (&call);
  g_autofree char *steps = mage_result_dup_path (self->result, MAGE_RESULT_LATENTS);
  double rate = mage_params_get_double (mage_result_get_params (self->result), "rate");
  /* Of the noise that it began with nothing was predicted: that is what is seen. */
  const char *what = self->step == 0 ? "x" : names[view];
  g_autoptr (EngineClip) clip = table->decode_step (engine, steps, self->step, what, &listener, error);

  if (clip == NULL)
    return FALSE;
  self->frames[view] = frames_new (clip->n_frames, clip->width, clip->height, rate, clip->rgb);
  return TRUE;
}

static gboolean
mage_step_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageStepJob *self = MAGE_STEP_JOB (job);
  const EngineTable *table;
  Engine *opened = mage_engine_open_beside (engine, job, self->model_dir, self->params, &table, error);

  if (opened == NULL || !decode (self, opened, table, MAGE_STEP_PREDICTED, error))
    return FALSE;
  if (self->scs && self->step > 0)
    return decode (self, opened, table, MAGE_STEP_SUBJECT, error) && decode (self, opened, table, MAGE_STEP_MOTION, error);
  return TRUE;
}

static void
mage_step_job_finalize (GObject *object)
{
  MageStepJob *self = MAGE_STEP_JOB (object);

  for (guint i = 0; i < MAGE_STEP_N_VIEWS; i++)
    g_clear_pointer (&self->frames[i], frames_unref);
  g_clear_object (&self->result);
  g_clear_object (&self->params);
  g_free (self->model_dir);
  G_OBJECT_CLASS (mage_step_job_parent_class)->finalize (object);
}

static void
mage_step_job_class_init (MageStepJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_step_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_step_job_run;
}

static void
mage_step_job_init (MageStepJob *self)
{
}

/** mage_step_job_new: @step: after so many steps of @result. */
MageStepJob *
mage_step_job_new (MageProject *project, MageResult *result, guint step)
{
  MageStepJob *self = g_object_new (MAGE_TYPE_STEP_JOB, NULL);

  self->result = g_object_ref (result);
  self->params = mage_params_freeze (mage_project_get_params (project));
  self->model_dir = g_strdup (mage_project_get_model_dir (project));
  self->step = step;
  self->scs = g_strcmp0 (mage_result_get_sampling (result, NULL), "scs") == 0;
  mage_job_set_title (MAGE_JOB (self), _("Showing a step"));
  return self;
}

guint
mage_step_job_get_step (MageStepJob *self)
{
  return self->step;
}

MageResult *
mage_step_job_get_result (MageStepJob *self)
{
  return self->result;
}

/** mage_step_job_get_frames: Returns: (transfer none) (nullable): when the job is done */
Frames *
mage_step_job_get_frames (MageStepJob *self, MageStepView view)
{
  return mage_job_is_over (MAGE_JOB (self)) ? self->frames[view] : NULL;
}
