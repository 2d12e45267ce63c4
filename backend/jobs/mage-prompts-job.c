/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-prompts-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"

/* Samples a list of prompts from a model alone: no project, no subjects, one branch. */

typedef struct
{
  char *prompt;
  guint64 seed;
} Prompt;

struct _MagePromptsJob
{
  MageJob parent_instance;

  char *model_dir;
  MageParams *params; /* frozen */
  GPtrArray *prompts; /* of Prompt */
  GPtrArray *clips;   /* of EngineClip, by the worker; read after the end */
};

G_DEFINE_FINAL_TYPE (MagePromptsJob, mage_prompts_job, MAGE_TYPE_JOB)

static void
prompt_free (gpointer data)
{
  Prompt *prompt = data;

  g_free (prompt->prompt);
  g_free (prompt);
}

/* --- the worker's thread --- */

/* Only that the job goes on, or does not; how far it is counts by prompts. */
static gboolean
interrupted_cb (gpointer data, GError **error)
{
  return mage_job_check (data, error);
}

static void
progress_cb (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
}

static GVariant *
make_params (MagePromptsJob *self)
{
  g_autoptr (GVariantDict) dict = mage_params_to_dict (self->params, MAGE_USE_SAMPLE);

  g_variant_dict_insert (dict, "sampling", "s", "one-branch");
  return g_variant_ref_sink (g_variant_dict_end (dict));
}

static gboolean
mage_prompts_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MagePromptsJob *self = MAGE_PROMPTS_JOB (job);
  EngineListener listener = { .interrupted = interrupted_cb, .progress = progress_cb, .data = job };
  g_autoptr (GVariant) params = make_params (self);
  const EngineTable *table;
  Engine *opened = mage_engine_open (engine, job, self->model_dir, self->params, &table, error);

  for (guint i = 0; opened != NULL && i < self->prompts->len; i++)
    {
      const Prompt *prompt = g_ptr_array_index (self->prompts, i);
      EngineSampleRequest request
        = { .prompt = prompt->prompt, .negative = "", .params = params, .seed = prompt->seed };
      EngineClip *clip;

      mage_job_report (job, "Sampling", i, self->prompts->len, NULL, 0);
      clip = table->sample (opened, &request, &listener, error);
      if (clip == NULL)
        return FALSE;
      g_ptr_array_add (self->clips, clip);
    }
  if (opened != NULL)
    mage_job_report (job, "Sampling", self->prompts->len, self->prompts->len, NULL, 0);
  return opened != NULL;
}

/* --- main thread --- */

static void
mage_prompts_job_finalize (GObject *object)
{
  MagePromptsJob *self = MAGE_PROMPTS_JOB (object);

  g_ptr_array_unref (self->prompts);
  g_ptr_array_unref (self->clips);
  g_clear_object (&self->params);
  g_free (self->model_dir);
  G_OBJECT_CLASS (mage_prompts_job_parent_class)->finalize (object);
}

static void
mage_prompts_job_class_init (MagePromptsJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_prompts_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_prompts_job_run;
}

static void
mage_prompts_job_init (MagePromptsJob *self)
{
  self->prompts = g_ptr_array_new_with_free_func (prompt_free);
  self->clips = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_clip_free);
}

/**
 * mage_prompts_job_new:
 * @params: how to sample, and device, precision and threads; its seed is not used
 */
MagePromptsJob *
mage_prompts_job_new (const char *model_dir, MageParams *params)
{
  MagePromptsJob *self = g_object_new (MAGE_TYPE_PROMPTS_JOB, NULL);

  self->model_dir = g_strdup (model_dir);
  self->params = mage_params_freeze (params);
  mage_job_set_title (MAGE_JOB (self), "Sampling prompts");
  return self;
}

/** mage_prompts_job_add: one more, before the job is queued. */
void
mage_prompts_job_add (MagePromptsJob *self, const char *prompt, guint64 seed)
{
  Prompt *added = g_new0 (Prompt, 1);

  added->prompt = g_strdup (prompt);
  added->seed = seed;
  g_ptr_array_add (self->prompts, added);
}

/** mage_prompts_job_get_clip: Returns: (transfer none) (nullable): what the @i-th prompt gave, when the job is over */
const EngineClip *
mage_prompts_job_get_clip (MagePromptsJob *self, guint i)
{
  return mage_job_is_over (MAGE_JOB (self)) && i < self->clips->len ? g_ptr_array_index (self->clips, i) : NULL;
}
