/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-report-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"

/* Asks the engine for a report: how fast it is, or what it says of a model after loading it. */

struct _MageReportJob
{
  MageJob parent_instance;

  GVariant *bench;      /* NULL: describe */
  char *model_dir;
  MageParams *params;   /* frozen */
  char *report;         /* by the worker; read after the end */
};

G_DEFINE_FINAL_TYPE (MageReportJob, mage_report_job, MAGE_TYPE_JOB)

static char *
bench (MageReportJob *self, MageEngine *engine, GError **error)
{
  MageEngineCall call = { .job = MAGE_JOB (self) };
  EngineListener listener = mage_engine_call_listen (&call);
  const EngineTable *table = mage_engine_get_table (engine, error);

  return table != NULL ? table->bench (self->bench, &listener, error) : NULL;
}

static char *
describe (MageReportJob *self, MageEngine *engine, GError **error)
{
  const EngineTable *table;
  Engine *opened = mage_engine_open (engine, MAGE_JOB (self), self->model_dir, self->params, &table, error);

  return opened != NULL ? table->describe (opened) : NULL;
}

static gboolean
mage_report_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageReportJob *self = MAGE_REPORT_JOB (job);

  self->report = self->bench != NULL ? bench (self, engine, error) : describe (self, engine, error);
  return self->report != NULL;
}

static void
mage_report_job_finalize (GObject *object)
{
  MageReportJob *self = MAGE_REPORT_JOB (object);

  g_clear_pointer (&self->bench, g_variant_unref);
  g_clear_object (&self->params);
  g_free (self->model_dir);
  g_free (self->report);
  G_OBJECT_CLASS (mage_report_job_parent_class)->finalize (object);
}

static void
mage_report_job_class_init (MageReportJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_report_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_report_job_run;
}

static void
mage_report_job_init (MageReportJob *self)
{
}

/** mage_report_job_new_bench: @options: a vardict for the engine's bench. */
MageReportJob *
mage_report_job_new_bench (GVariant *options)
{
  MageReportJob *self = g_object_new (MAGE_TYPE_REPORT_JOB, NULL);

  self->bench = g_variant_ref_sink (options);
  mage_job_set_title (MAGE_JOB (self), "Measuring");
  return self;
}

/** mage_report_job_new_describe: @params: device, precision and threads. */
MageReportJob *
mage_report_job_new_describe (const char *model_dir, MageParams *params)
{
  MageReportJob *self = g_object_new (MAGE_TYPE_REPORT_JOB, NULL);

  self->model_dir = g_strdup (model_dir);
  self->params = mage_params_freeze (params);
  mage_job_set_title (MAGE_JOB (self), "Loading the model");
  return self;
}

/** mage_report_job_get_report: Returns: (transfer none) (nullable): JSON, when the job is done */
const char *
mage_report_job_get_report (MageReportJob *self)
{
  return mage_job_is_over (MAGE_JOB (self)) ? self->report : NULL;
}
