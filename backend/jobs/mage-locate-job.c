/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-locate-job.h"

#include "jobs/mage-job-private.h"
#include "project/mage-name.h"

/* Finds the subjects that a prompt names in a finished video, as the base model sees them. */

struct _MageLocate
{
  char *prompt;
  char **tokens;
  char **superclasses;
  char *model_dir;
  MageParams *params; /* frozen */
  GPtrArray *masks;   /* GBytes, by the worker; read after the end */
};

struct _MageLocateJob
{
  MageJob parent_instance;

  MageLocate *locate;
  Frames *frames;
};

G_DEFINE_FINAL_TYPE (MageLocateJob, mage_locate_job, MAGE_TYPE_JOB)

/** mage_locate_new: @prompt: what the video shows; learned words that the project does not know are left out */
MageLocate *
mage_locate_new (MageProject *project, const char *prompt)
{
  MageLocate *self = g_new0 (MageLocate, 1);
  g_autoptr (GStrvBuilder) tokens = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) superclasses = g_strv_builder_new ();
  g_auto (GStrv) named = mage_token_find_all (prompt);

  for (guint i = 0; named[i] != NULL; i++)
    {
      MageTrainable *subject = mage_project_find (project, named[i]);

      if (subject == NULL || mage_trainable_get_superclass (subject) == NULL)
        continue;
      g_strv_builder_add (tokens, named[i]);
      g_strv_builder_add (superclasses, mage_trainable_get_superclass (subject));
    }
  self->tokens = g_strv_builder_end (tokens);
  self->superclasses = g_strv_builder_end (superclasses);
  self->prompt = g_strdup (prompt);
  self->model_dir = g_strdup (mage_project_get_model_dir (project));
  self->params = mage_params_freeze (mage_project_get_params (project));
  self->masks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

void
mage_locate_free (MageLocate *self)
{
  g_ptr_array_unref (self->masks);
  g_clear_object (&self->params);
  g_strfreev (self->tokens);
  g_strfreev (self->superclasses);
  g_free (self->prompt);
  g_free (self->model_dir);
  g_free (self);
}

/**
 * mage_locate_run:
 * @job: whose thread this is
 * @frames: a video of the model's size
 * @beside: whether @job assists
 */
gboolean
mage_locate_run (MageLocate *self, MageJob *job, MageEngine *engine, Frames *frames, gboolean beside, GError **error)
{
  guint n = g_strv_length (self->tokens);
  g_autofree EngineToken *words = g_new0 (EngineToken, MAX (n, 1));
  g_autofree GBytes **masks = g_new0 (GBytes *, MAX (n, 1));
  g_autoptr (EngineClip) clip = engine_clip_new (frames->rgb, NULL, NULL, frames->n_frames, frames->width, frames->height);
  MageEngineCall call = { .job = job };
  EngineListener listener = mage_engine_call_listen (&call);
  const EngineTable *table;
  Engine *opened = beside ? mage_engine_open_beside (engine, job, self->model_dir, self->params, &table, error)
                          : mage_engine_open (engine, job, self->model_dir, self->params, &table, error);

  for (guint i = 0; i < n; i++)
    words[i] = (EngineToken) { self->tokens[i], self->superclasses[i], NULL };
  if (opened == NULL || !table->locate (opened, clip, self->prompt, words, n, &listener, masks, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->masks, masks[i]);
  return TRUE;
}

/** mage_locate_get_masks: Returns: (transfer none) (nullable): n_frames · height · width bytes, 255 where @token's subject is */
GBytes *
mage_locate_get_masks (MageLocate *self, const char *token)
{
  for (guint i = 0; i < self->masks->len; i++)
    if (g_str_equal (self->tokens[i], token))
      return g_ptr_array_index (self->masks, i);
  return NULL;
}

/* --- the job --- */

static gboolean
mage_locate_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageLocateJob *self = MAGE_LOCATE_JOB (job);

  return mage_locate_run (self->locate, job, engine, self->frames, FALSE, error);
}

static void
mage_locate_job_finalize (GObject *object)
{
  MageLocateJob *self = MAGE_LOCATE_JOB (object);

  g_clear_pointer (&self->frames, frames_unref);
  g_clear_pointer (&self->locate, mage_locate_free);
  G_OBJECT_CLASS (mage_locate_job_parent_class)->finalize (object);
}

static void
mage_locate_job_class_init (MageLocateJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_locate_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_locate_job_run;
}

static void
mage_locate_job_init (MageLocateJob *self)
{
}

/** mage_locate_job_new: @frames: a video of the model's size; @prompt: see mage_locate_new() */
MageLocateJob *
mage_locate_job_new (MageProject *project, Frames *frames, const char *prompt)
{
  MageLocateJob *self = g_object_new (MAGE_TYPE_LOCATE_JOB, NULL);

  self->locate = mage_locate_new (project, prompt);
  self->frames = frames_ref (frames);
  mage_job_set_title (MAGE_JOB (self), "Looking for the subjects");
  return self;
}

/** mage_locate_job_get_masks: mage_locate_get_masks(), when the job is done. */
GBytes *
mage_locate_job_get_masks (MageLocateJob *self, const char *token)
{
  return mage_job_is_over (MAGE_JOB (self)) ? mage_locate_get_masks (self->locate, token) : NULL;
}
