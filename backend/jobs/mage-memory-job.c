/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-memory-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-fuse-plan.h"
#include "jobs/mage-job-private.h"
#include "jobs/mage-material.h"
#include "jobs/mage-run-log.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Two steps of a training or a fusion, and a sample as it is made on the way, to see how much memory they take. Nothing of
 * it is kept: the run lies in a folder for temporary files, and the project hears nothing of it. A fusion needs no clips of
 * its subjects for that: what is in a clip takes no memory.
 */

#define N_STEPS 2
/* A sample takes as much at its second step as at its last. */
#define SAMPLE_STEPS 2

struct _MageMemoryJob
{
  MageJob parent_instance;

  MageTrainStage *stage; /* (nullable): of a training */
  MageFusePlan *plan;    /* (nullable): of a fusion */
  MageParams *params;   /* frozen */
  char *model_dir;
  char *prior_dir;      /* (nullable) */
  GHashTable *prior_captions;
  gboolean samples;
  MageMemoryUse use;
  gboolean measured;
};

G_DEFINE_FINAL_TYPE (MageMemoryJob, mage_memory_job, MAGE_TYPE_JOB)

/* --- the worker's thread --- */

typedef struct
{
  MageMemoryJob *job;
  Engine *engine;
  const EngineTable *table;
  GCancellable *cancellable;
  gint64 since;
} Watch;

static gboolean
interrupted_cb (gpointer data, GError **error)
{
  Watch *self = data;

  return mage_job_check (MAGE_JOB (self->job), error);
}

static void
progress_cb (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  Watch *self = data;
  gint64 now = g_get_monotonic_time ();
  EngineMemory memory;

  if (!g_str_equal (phase, "Training"))
    return;
  mage_job_report (MAGE_JOB (self->job), "Measuring memory", step, n_steps, NULL, 0);
  self->job->use.seconds = (double) (now - self->since) / G_USEC_PER_SEC;
  self->since = now;
  self->table->memory (self->engine, step == n_steps, &memory);
  self->job->use.training = memory.peak;
}

/* Somebody has to look, or no sample is made. */
static void
look_cb (gpointer data, guint step, const char *what, const EngineClip *clip)
{
}

static GVariant *
make_params (MageMemoryJob *self)
{
  g_autoptr (GVariantDict) dict = mage_params_to_dict (self->params, MAGE_USE_TRAIN);

  if (self->stage != NULL && self->stage->kind == ENGINE_TRAIN_MOTION
      && !g_str_equal (mage_params_get_string (self->params, "motion_loss"), "appearance-free"))
    g_variant_dict_insert (dict, "omega", "d", 0.0);
  g_variant_dict_insert (dict, "iterations", "i", N_STEPS);
  g_variant_dict_insert (dict, "checkpoint_every", "i", 0);
  g_variant_dict_insert (dict, "validate_every", "i", 0);
  g_variant_dict_insert (dict, "effect_every", "i", 0);
  g_variant_dict_insert (dict, "sample_every", "i", self->samples ? N_STEPS : 0);
  g_variant_dict_insert (dict, "sample_steps", "i", SAMPLE_STEPS);
  return g_variant_ref_sink (g_variant_dict_end (dict));
}

static gboolean
try_training (MageMemoryJob *self, Watch *watch, const EngineListener *listener, const char *run_dir, GError **error)
{
  MageJob *job = MAGE_JOB (self);
  MageShape shape = mage_shape_from_params (self->params);
  g_autoptr (GVariant) params = make_params (self);
  g_autoptr (GPtrArray) clips = mage_material_load (self->stage, &shape, watch->cancellable, error);
  g_autoptr (GPtrArray) prior = NULL;
  EngineTrainRequest request = {
    .kind = self->stage->kind,
    .token = { self->stage->token, self->stage->superclass, NULL },
    .prompt = self->stage->prompt,
    .static_prompt = self->stage->static_prompt,
    .known = (const EngineToken *) self->stage->known->data, .n_known = self->stage->known->len,
    .params = params, .seed = self->stage->seed, .run_dir = run_dir,
  };

  if (clips == NULL
      || (self->prior_dir != NULL
          && (prior = mage_material_load_prior (self->prior_dir, self->prior_captions, &shape, job, watch->cancellable,
                                                error)) == NULL))
    return FALSE;
  request.clips = (EngineClip **) clips->pdata;
  request.n_clips = clips->len;
  request.prior = prior != NULL ? (EngineClip **) prior->pdata : NULL;
  request.n_prior = prior != NULL ? prior->len : 0;
  return watch->table->train (watch->engine, &request, listener, error);
}

/* A clip of the right size, with a mask in its middle. */
static EngineClip *
make_stand_in (const MageShape *shape)
{
  gsize size = (gsize) shape->n_frames * shape->height * shape->width;
  guint8 *rgb = g_malloc (size * 3);
  guint8 *mask = g_malloc0 (size);
  g_autoptr (GBytes) rgb_bytes = g_bytes_new_take (rgb, size * 3);
  g_autoptr (GBytes) mask_bytes = g_bytes_new_take (mask, size);

  memset (rgb, 128, size * 3);
  for (guint row = 0; row < shape->n_frames * shape->height; row++)
    {
      guint y = row % shape->height;

      if (y >= shape->height / 4 && y < shape->height * 3 / 4)
        memset (mask + (gsize) row * shape->width + shape->width / 4, 255, shape->width / 2);
    }
  return engine_clip_new (rgb_bytes, mask_bytes, NULL, shape->n_frames, shape->width, shape->height);
}

static gboolean
try_fusion (MageMemoryJob *self, Watch *watch, const EngineListener *listener, const char *run_dir, GError **error)
{
  MageShape shape = mage_shape_from_params (self->params);
  g_autoptr (GVariant) params = make_params (self);
  g_autoptr (EngineClip) background = make_stand_in (&shape);
  g_autofree EngineFuseSubject *subjects = NULL;
  EngineFuseRequest request = {
    .n_subjects = self->plan->subjects->len,
    .backgrounds = &background, .n_backgrounds = 1,
    .params = params, .seed = 1, .run_dir = run_dir,
  };

  for (guint i = 0; i < self->plan->subjects->len; i++)
    {
      MageFuseSubject *subject = g_ptr_array_index (self->plan->subjects, i);

      if (subject->clips->len == 0)
        g_ptr_array_add (subject->clips, make_stand_in (&shape));
    }
  request.subjects = subjects = mage_fuse_plan_dup_subjects (self->plan);
  return watch->table->fuse (watch->engine, &request, listener, error);
}

static gboolean
measure (MageMemoryJob *self, Watch *watch, const char *run_dir, GError **error)
{
  EngineListener listener = { interrupted_cb, progress_cb, NULL, watch, look_cb };
  EngineMemory before, after;

  watch->since = g_get_monotonic_time ();
  watch->table->memory (watch->engine, TRUE, &before);
  if (!(self->plan != NULL ? try_fusion : try_training) (self, watch, &listener, run_dir, error))
    return FALSE;
  watch->table->memory (watch->engine, FALSE, &after);
  self->use.preview = self->samples ? after.peak : 0;
  self->use.limit = before.used + before.available;
  self->measured = TRUE;
  return TRUE;
}

static gboolean
mage_memory_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageMemoryJob *self = MAGE_MEMORY_JOB (job);
  Watch watch = { .job = self, .cancellable = cancellable };
  g_autofree char *folder = NULL;
  gboolean ok;

  watch.engine = mage_engine_open (engine, job, self->model_dir, self->params, &watch.table, error);
  if (watch.engine == NULL || (folder = g_dir_make_tmp ("videomage-XXXXXX", error)) == NULL)
    return FALSE;
  ok = measure (self, &watch, folder, error);
  mage_run_remove_folder (folder);
  return ok;
}

/* --- main thread --- */

static void
mage_memory_job_finalize (GObject *object)
{
  MageMemoryJob *self = MAGE_MEMORY_JOB (object);

  g_clear_pointer (&self->stage, mage_train_stage_free);
  g_clear_pointer (&self->plan, mage_fuse_plan_free);
  g_clear_object (&self->params);
  g_free (self->model_dir);
  g_free (self->prior_dir);
  g_clear_pointer (&self->prior_captions, g_hash_table_unref);
  G_OBJECT_CLASS (mage_memory_job_parent_class)->finalize (object);
}

static void
mage_memory_job_class_init (MageMemoryJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_memory_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_memory_job_run;
}

static void
mage_memory_job_init (MageMemoryJob *self)
{
}

static gboolean
plan_training (MageMemoryJob *self, MageProject *project, MageTrainable *item, GError **error)
{
  self->stage = mage_train_stage_new_trial (project, item, error);
  if (self->stage == NULL)
    return FALSE;
  if (MAGE_IS_SUBJECT (item) && mage_params_get_double (self->params, "lambda1") > 0)
    {
      self->prior_dir = mage_project_dup_prior_dir (project);
      self->prior_captions = mage_project_dup_prior_captions (project);
    }
  return TRUE;
}

/**
 * mage_memory_job_new:
 * @item: a subject, a motion or the fusion of @project, which stays as it is
 * @params: (nullable): the settings to measure with; NULL for the project's
 * @error: what is missing for its training
 *
 * Returns: (transfer full): a job that measures what the training would take
 */
MageMemoryJob *
mage_memory_job_new (MageProject *project, MageTrainable *item, MageParams *params, GError **error)
{
  g_autoptr (MageMemoryJob) self = g_object_new (MAGE_TYPE_MEMORY_JOB, NULL);

  g_return_val_if_fail (MAGE_IS_SUBJECT (item) || MAGE_IS_MOTION (item) || MAGE_IS_FUSION (item), NULL);

  self->params = mage_params_freeze (params != NULL ? params : mage_project_get_params (project));
  self->model_dir = g_strdup (mage_project_get_model_dir (project));
  self->samples = mage_params_get_int (self->params, "sample_every") > 0;
  if (!mage_project_check_model (project, error))
    return NULL;
  if (MAGE_IS_FUSION (item) ? (self->plan = mage_fuse_plan_new (project, self->params, error)) == NULL
                            : !plan_training (self, project, item, error))
    return NULL;
  mage_job_set_title (MAGE_JOB (self), _("Measuring memory"));
  return g_steal_pointer (&self);
}

/** mage_memory_job_get_use: Returns: FALSE while nothing is measured */
gboolean
mage_memory_job_get_use (MageMemoryJob *self, MageMemoryUse *use)
{
  *use = self->use;
  return self->measured;
}
