/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-train-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "jobs/mage-material.h"
#include "jobs/mage-run-log.h"

#include <glib/gi18n.h>

/*
 * Trains a subject, or a motion: first the words of the things that move in it, then the motion
 * itself. Each is a run of its own, which is continued when it was stopped and nothing changed.
 */

struct _MageTrainJob
{
  MageJob parent_instance;

  MageProject *project;  /* main */
  GPtrArray *stages;     /* MageTrainStage */
  char *model_dir;
  char *prior_dir;
  GHashTable *prior_captions;
  MageParams *params;    /* frozen */
};

G_DEFINE_FINAL_TYPE (MageTrainJob, mage_train_job, MAGE_TYPE_JOB)

/* --- the worker's thread --- */

static gboolean
check_files (const MageTrainStage *stage, GError **error)
{
  gboolean lora = stage->kind != ENGINE_TRAIN_TOKEN;
  gboolean embedding = stage->kind != ENGINE_TRAIN_MOTION;
  g_autofree char *lora_path = mage_run_dup_path (stage->run, MAGE_RUN_LORA);
  g_autofree char *embedding_path = mage_run_dup_path (stage->run, MAGE_RUN_EMBEDDING);

  if ((!lora || g_file_test (lora_path, G_FILE_TEST_EXISTS))
      && (!embedding || g_file_test (embedding_path, G_FILE_TEST_EXISTS)))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The training left no weights in “%s”: train again"),
               mage_run_get_dir (stage->run));
  return FALSE;
}

static EngineTrainRequest
make_request (const MageTrainStage *stage, GPtrArray *clips, GPtrArray *prior)
{
  return (EngineTrainRequest) {
    .kind = stage->kind,
    .token = { stage->token, stage->superclass, stage->word },
    .prompt = stage->prompt,
    .static_prompt = stage->static_prompt,
    .clips = (EngineClip **) clips->pdata,
    .n_clips = clips->len,
    .prior = prior != NULL ? (EngineClip **) prior->pdata : NULL,
    .n_prior = prior != NULL ? prior->len : 0,
    .known = (const EngineToken *) stage->known->data,
    .n_known = stage->known->len,
    .params = stage->params,
    .seed = stage->seed,
    .run_dir = mage_run_get_dir (stage->run),
  };
}

/* Trains with the engine; however it ends, run.json says how far it got. */
static gboolean
train (MageTrainJob *self, MageTrainStage *stage, Engine *engine, const EngineTable *table,
       GPtrArray *clips, GPtrArray *prior, GError **error)
{
  g_auto (MageRunLog) log = { 0 };
  MageEngineCall call;
  EngineListener listener;
  EngineTrainRequest request = make_request (stage, clips, prior);
  GError *failure = NULL;
  gboolean trained;

  mage_run_log_init (&log, stage->run, self->params);
  call = mage_run_log_call (&log, MAGE_JOB (self), stage->label);
  listener = mage_engine_call_listen (&call);
  trained = table->train (engine, &request, &listener, &failure) && check_files (stage, &failure);
  return mage_run_log_end (&log, trained, failure, error);
}

static gboolean
run_stage (MageTrainJob *self, MageTrainStage *stage, MageEngine *engine, GPtrArray *prior,
           GCancellable *cancellable, GError **error)
{
  MageShape shape = mage_shape_from_params (self->params);
  const EngineTable *table;
  Engine *opened = mage_engine_open (engine, MAGE_JOB (self), self->model_dir, self->params, &table, error);
  g_autoptr (GPtrArray) clips = NULL;

  if (opened == NULL)
    return FALSE;
  clips = mage_material_load (stage, &shape, cancellable, error);
  return clips != NULL && train (self, stage, opened, table, clips, prior, error);
}

static gboolean
mage_train_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageTrainJob *self = MAGE_TRAIN_JOB (job);
  MageShape shape = mage_shape_from_params (self->params);
  g_autoptr (GPtrArray) prior = NULL;

  for (guint i = 0; i < self->stages->len; i++)
    {
      MageTrainStage *stage = g_ptr_array_index (self->stages, i);

      if (stage->skip)
        continue;
      if (stage->kind == ENGINE_TRAIN_SUBJECT && self->prior_dir != NULL)
        {
          prior = mage_material_load_prior (self->prior_dir, self->prior_captions, &shape, job, cancellable, error);
          if (prior == NULL)
            return FALSE;
        }
      if (!run_stage (self, stage, engine, prior, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* --- main thread --- */

/* Takes over how far the runs got, unless the item has another run by now. */
static gboolean
mage_train_job_finish (MageJob *job, GError **error)
{
  MageTrainJob *self = MAGE_TRAIN_JOB (job);

  for (guint i = 0; i < self->stages->len; i++)
    {
      MageTrainStage *stage = g_ptr_array_index (self->stages, i);
      MageRun *run = mage_trainable_get_run (stage->item);
      g_autoptr (MageRun) fresh = NULL;

      if (run == NULL || !g_str_equal (mage_run_get_dir (run), mage_run_get_dir (stage->run)))
        continue;
      fresh = mage_run_load (mage_run_get_dir (run), error);
      if (fresh == NULL)
        return FALSE;
      mage_trainable_set_run (stage->item, fresh);
    }
  mage_project_refresh (self->project);
  return mage_project_save (self->project, error);
}

static void
mage_train_job_finalize (GObject *object)
{
  MageTrainJob *self = MAGE_TRAIN_JOB (object);

  g_clear_object (&self->project);
  g_clear_object (&self->params);
  g_clear_pointer (&self->stages, g_ptr_array_unref);
  g_free (self->model_dir);
  g_free (self->prior_dir);
  g_clear_pointer (&self->prior_captions, g_hash_table_unref);
  G_OBJECT_CLASS (mage_train_job_parent_class)->finalize (object);
}

static void
mage_train_job_class_init (MageTrainJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_train_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_train_job_run;
  MAGE_JOB_CLASS (klass)->goes_on = TRUE;
  MAGE_JOB_CLASS (klass)->learns = TRUE;
  MAGE_JOB_CLASS (klass)->finish = mage_train_job_finish;
}

static void
mage_train_job_init (MageTrainJob *self)
{
  self->stages = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_train_stage_free);
}

/* L_reg needs captioned clips: the user's, else the model's. */
static gboolean
choose_prior (MageTrainJob *self, GError **error)
{
  if (mage_params_get_double (self->params, "lambda1") <= 0)
    return TRUE;
  self->prior_dir = mage_project_dup_prior_dir (self->project);
  self->prior_captions = mage_project_dup_prior_captions (self->project);
  if (self->prior_dir != NULL && g_file_test (self->prior_dir, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (self->prior_dir != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("The folder of captioned clips “%s” is gone: give another one (--prior DIR), or λ₁ = 0 (--lambda1 0)"),
                 self->prior_dir);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _("This model brings no clips that keep its movement while a subject is learned: "
                         "give a folder of captioned clips (--prior DIR), or λ₁ = 0 (--lambda1 0)"));
  return FALSE;
}

static gboolean
add_stage (MageTrainJob *self, MageTrainStage *stage)
{
  if (stage != NULL)
    g_ptr_array_add (self->stages, stage);
  return stage != NULL;
}

static gboolean
plan_motion (MageTrainJob *self, MageMotion *motion, GError **error)
{
  GListModel *things = G_LIST_MODEL (mage_motion_get_things (motion));
  gboolean plain = !g_str_equal (mage_params_get_string (self->params, "motion_loss"), "appearance-free");
  guint n = plain ? 0 : g_list_model_get_n_items (things);
  MageTrainStage *stage;

  if (n == 0 && !plain)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("“%s” names nothing that moves in it: name a thing, or use the plain motion loss"),
                   mage_trainable_get_name (MAGE_TRAINABLE (motion)));
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageThing) thing = g_list_model_get_item (things, i);

      if (!add_stage (self, mage_train_stage_new_thing (self->project, motion, thing, self->params, error)))
        return FALSE;
    }
  stage = mage_train_stage_new_motion (self->project, motion, self->params, error);
  if (!add_stage (self, stage))
    return FALSE;
  for (guint i = 0; i < n; i++)
    mage_train_stage_know (stage, g_ptr_array_index (self->stages, i));
  return TRUE;
}

/* With word_first, textual inversion in a folder of its own inside the run, then the LoRA with the word as it is. */
static gboolean
plan_subject (MageTrainJob *self, MageSubject *subject, GError **error)
{
  MageTrainStage *stage = mage_train_stage_new_subject (self->project, subject, self->params, error);
  MageTrainStage *word;

  if (stage == NULL)
    return FALSE;
  if (stage->skip || !mage_params_get_boolean (self->params, "word_first"))
    return add_stage (self, stage);
  word = mage_train_stage_new_word (subject, self->params, stage, error);
  if (!add_stage (self, word))
    {
      mage_train_stage_free (stage);
      return FALSE;
    }
  stage->word = mage_run_dup_path (word->run, MAGE_RUN_EMBEDDING);
  return add_stage (self, stage);
}

static gboolean
plan (MageTrainJob *self, MageTrainable *item, GError **error)
{
  if (!mage_project_check_model (self->project, error))
    return FALSE;
  if (MAGE_IS_MOTION (item))
    return plan_motion (self, MAGE_MOTION (item), error);
  return choose_prior (self, error) && plan_subject (self, MAGE_SUBJECT (item), error);
}

/**
 * mage_train_job_new:
 * @project: locked by the caller; it is saved with the runs that begin
 * @item: a subject or a motion
 * @error: what is missing
 *
 * Returns: (transfer full): a job that continues what was stopped, or begins anew when something changed
 */
MageTrainJob *
mage_train_job_new (MageProject *project, MageTrainable *item, GError **error)
{
  return mage_train_job_new_with (project, item, mage_project_get_params (project), error);
}

/** mage_train_job_new_with: as mage_train_job_new(), with parameters of its own. @params: frozen for the job */
MageTrainJob *
mage_train_job_new_with (MageProject *project, MageTrainable *item, MageParams *params, GError **error)
{
  g_autoptr (MageTrainJob) self = g_object_new (MAGE_TYPE_TRAIN_JOB, NULL);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;

  g_return_val_if_fail (MAGE_IS_SUBJECT (item) || MAGE_IS_MOTION (item), NULL);

  self->project = g_object_ref (project);
  self->params = mage_params_freeze (params);
  self->model_dir = g_strdup (mage_project_get_model_dir (project));
  if (!plan (self, item, error))
    return NULL;
  mage_project_refresh (project);
  if (!mage_project_save (project, error))
    return NULL;
  name = mage_trainable_dup_title (item);
  title = g_strdup_printf (_("Training %s"), name);
  mage_job_set_title (MAGE_JOB (self), title);
  return g_steal_pointer (&self);
}

/** mage_train_job_is_needed: whether @item is not trained as the project says now. */
gboolean
mage_train_job_is_needed (MageProject *project, MageTrainable *item)
{
  mage_project_refresh (project);
  return mage_trainable_get_state (item) != MAGE_TRAINED;
}
