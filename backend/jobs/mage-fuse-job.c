/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-fuse-job.h"

#include "jobs/mage-clip-maker.h"
#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "jobs/mage-run-log.h"
#include "jobs/mage-train-job.h"

#include <glib/gi18n.h>

/* Fuses all subjects of a project (METHOD §4): makes their clips and the backgrounds, then trains. */

struct _MageFuseJob
{
  MageJob parent_instance;

  MageProject *project;  /* main */
  MageFusePlan *plan;
  MageRun *run;          /* the worker's own object */
  gboolean skip;         /* it is complete already */
  guint look_every;
};

G_DEFINE_FINAL_TYPE (MageFuseJob, mage_fuse_job, MAGE_TYPE_JOB)

/* --- the worker's thread --- */

static GVariant *
make_params (MageFuseJob *self)
{
  g_autoptr (GVariantDict) dict = mage_params_to_dict (self->plan->params, MAGE_USE_TRAIN);

  g_variant_dict_insert (dict, "iterations", "i", (gint32) mage_run_get_n_steps (self->run));
  return g_variant_ref_sink (g_variant_dict_end (dict));
}

static gboolean
check_weights (MageFuseJob *self, GError **error)
{
  g_autofree char *path = mage_run_dup_path (self->run, MAGE_RUN_LORA);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The fusion left no weights in “%s”: fuse again"),
               mage_run_get_dir (self->run));
  return FALSE;
}

static gboolean
fuse (MageFuseJob *self, Engine *engine, const EngineTable *table, GPtrArray *backgrounds, GError **error)
{
  g_autofree EngineFuseSubject *subjects = mage_fuse_plan_dup_subjects (self->plan);
  g_autoptr (GVariant) params = make_params (self);
  EngineFuseRequest request = {
    .subjects = subjects,
    .n_subjects = self->plan->subjects->len,
    .backgrounds = (EngineClip **) backgrounds->pdata,
    .n_backgrounds = backgrounds->len,
    .params = params,
    .seed = (guint64) mage_params_get_int (self->plan->params, "train_seed"),
    .look_every = self->look_every,
    .run_dir = mage_run_get_dir (self->run),
  };
  g_auto (MageRunLog) log = { 0 };
  MageEngineCall call;
  EngineListener listener;
  GError *failure = NULL;
  gboolean fused;

  mage_run_log_init (&log, self->run, self->plan->params);
  call = mage_run_log_call (&log, MAGE_JOB (self), _("Fusing the subjects"));
  listener = mage_engine_call_listen (&call);
  fused = table->fuse (engine, &request, &listener, &failure) && check_weights (self, &failure);
  return mage_run_log_end (&log, fused, failure, error);
}

static gboolean
mage_fuse_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageFuseJob *self = MAGE_FUSE_JOB (job);
  MageClipMaker maker = { .opener = engine, .plan = self->plan, .job = job, .cancellable = cancellable };
  g_autofree char *clips = mage_run_dup_path (self->run, MAGE_RUN_CLIPS);
  g_autoptr (GPtrArray) backgrounds = NULL;

  if (self->skip)
    return TRUE;
  maker.engine = mage_engine_open (engine, job, self->plan->model_dir, self->plan->params, &maker.table, error);
  if (maker.engine == NULL || !mage_clip_maker_make_subjects (&maker, clips, error))
    return FALSE;
  backgrounds = mage_clip_maker_make_backgrounds (&maker, error);
  return backgrounds != NULL && fuse (self, maker.engine, maker.table, backgrounds, error);
}

/* --- main thread --- */

/* Takes over how far the run got, unless the fusion has another run by now. */
static gboolean
mage_fuse_job_finish (MageJob *job, GError **error)
{
  MageFuseJob *self = MAGE_FUSE_JOB (job);
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));
  MageRun *run = mage_trainable_get_run (fusion);
  g_autoptr (MageRun) fresh = NULL;

  if (run != NULL && g_str_equal (mage_run_get_dir (run), mage_run_get_dir (self->run)))
    {
      fresh = mage_run_load (mage_run_get_dir (run), error);
      if (fresh == NULL)
        return FALSE;
      mage_trainable_set_run (fusion, fresh);
    }
  mage_project_refresh (self->project);
  return mage_project_save (self->project, error);
}

static void
mage_fuse_job_finalize (GObject *object)
{
  MageFuseJob *self = MAGE_FUSE_JOB (object);

  g_clear_object (&self->project);
  g_clear_object (&self->run);
  g_clear_pointer (&self->plan, mage_fuse_plan_free);
  G_OBJECT_CLASS (mage_fuse_job_parent_class)->finalize (object);
}

static void
mage_fuse_job_class_init (MageFuseJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_fuse_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_fuse_job_run;
  MAGE_JOB_CLASS (klass)->goes_on = TRUE;
  MAGE_JOB_CLASS (klass)->learns = TRUE;
  MAGE_JOB_CLASS (klass)->finish = mage_fuse_job_finish;
}

static void
mage_fuse_job_init (MageFuseJob *self)
{
}

static gboolean
choose_run (MageFuseJob *self, GError **error)
{
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));
  g_autofree char *tokens = mage_fuse_plan_dup_tokens (self->plan);
  guint n_steps = (guint) mage_params_get_int (self->plan->params, "fuse_iterations");

  self->run = mage_run_choose (self->project, fusion, self->plan->params, n_steps, error);
  if (self->run == NULL)
    return FALSE;
  self->skip = mage_run_is_complete (self->run);
  if (mage_run_get_text (self->run, MAGE_RUN_TOKENS) != NULL)
    return TRUE;
  mage_run_set_text (self->run, MAGE_RUN_TOKENS, tokens);
  return mage_run_save (self->run, error);
}

/**
 * mage_fuse_job_new:
 * @project: locked by the caller, with at least two subjects, all trained; it is saved with the run
 * @error: what is missing
 *
 * Returns: (transfer full): a job that continues what was stopped, or begins anew when something changed
 */
MageFuseJob *
mage_fuse_job_new (MageProject *project, GError **error)
{
  return mage_fuse_job_new_with (project, mage_project_get_params (project), error);
}

/** mage_fuse_job_new_with: as mage_fuse_job_new(), with parameters of its own. @params: frozen for the job */
MageFuseJob *
mage_fuse_job_new_with (MageProject *project, MageParams *params, GError **error)
{
  g_autoptr (MageFuseJob) self = g_object_new (MAGE_TYPE_FUSE_JOB, NULL);

  self->project = g_object_ref (project);
  self->plan = mage_fuse_plan_new (project, params, error);
  if (self->plan == NULL || !choose_run (self, error))
    return NULL;
  mage_project_refresh (project);
  if (!mage_project_save (project, error))
    return NULL;
  mage_job_set_title (MAGE_JOB (self), _("Fusing the subjects"));
  return g_steal_pointer (&self);
}

/**
 * mage_fuse_job_set_look_every:
 * @n_steps: the CutMix clip, its masks and the subjects' attention are shown after every so many steps
 *   (mage_job_get_look()); 0, as it is at first, for never
 *
 * Before the job is queued.
 */
void
mage_fuse_job_set_look_every (MageFuseJob *self, guint n_steps)
{
  self->look_every = n_steps;
}

/** mage_fuse_job_is_needed: whether there are subjects to fuse that are not fused as the project says now. */
gboolean
mage_fuse_job_is_needed (MageProject *project)
{
  MageFusion *fusion = mage_project_get_fusion (project);

  mage_project_refresh (project);
  return mage_fusion_is_possible (fusion) && mage_trainable_get_state (MAGE_TRAINABLE (fusion)) != MAGE_TRAINED;
}
