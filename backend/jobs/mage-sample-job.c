/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-sample-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "jobs/mage-train-job.h"
#include "media/clip-writer.h"
#include "media/picture.h"
#include "project/mage-digest.h"
#include "project/mage-name.h"

#include <errno.h>
#include <glib/gstdio.h>

/*
 * Makes a video of a prompt: every trained subject that the prompt names, and the motion, work
 * together in one model (METHOD §6 "without SCS"). The result keeps the video, its frames without
 * loss, and all that made it.
 */

/* A trained thing that takes part. */
typedef struct
{
  const char *role;
  char *name;
  char *token;
  char *superclass;
  char *lora;
  char *embedding;
  double strength;
} Ingredient;

struct _MageSampleJob
{
  MageJob parent_instance;

  MageProject *project;    /* main */
  MageResult *result;      /* made by the worker, shown by the main thread after the end */
  GPtrArray *ingredients;
  MageParams *params;      /* frozen */
  char *prompt;
  char *model_dir;
  char *model_digest;
  char *results_dir;
};

G_DEFINE_FINAL_TYPE (MageSampleJob, mage_sample_job, MAGE_TYPE_JOB)

static void
ingredient_free (gpointer data)
{
  Ingredient *self = data;

  g_free (self->name);
  g_free (self->token);
  g_free (self->superclass);
  g_free (self->lora);
  g_free (self->embedding);
  g_free (self);
}

/* --- the worker's thread --- */

static EngineClip *
sample (MageSampleJob *self, Engine *engine, const EngineTable *table, GError **error)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (EngineToken));
  g_autoptr (GArray) loras = g_array_new (FALSE, FALSE, sizeof (EngineLora));
  g_autoptr (GVariantDict) dict = mage_params_to_dict (self->params, MAGE_USE_SAMPLE);
  g_autoptr (GVariant) params = g_variant_ref_sink (g_variant_dict_end (dict));
  MageEngineCall call = { .job = MAGE_JOB (self) };
  EngineListener listener = mage_engine_call_listen (&call);
  EngineSampleRequest request = { 0 };

  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);
      EngineToken token = { ingredient->token, ingredient->superclass, ingredient->embedding };
      gboolean moves = g_str_equal (ingredient->role, "motion");
      EngineLora lora = { ingredient->lora, ingredient->strength,
                          moves ? ENGINE_BRANCH_MOTION : ENGINE_BRANCH_SUBJECT };

      if (ingredient->token != NULL)
        g_array_append_val (known, token);
      g_array_append_val (loras, lora);
    }
  request.prompt = self->prompt;
  request.negative = mage_params_get_string (self->params, "negative");
  request.known = (const EngineToken *) known->data;
  request.n_known = known->len;
  request.loras = (const EngineLora *) loras->data;
  request.n_loras = loras->len;
  request.params = params;
  request.seed = (guint64) mage_params_get_int (self->params, "seed");
  request.preview_every = (guint) mage_params_get_int (self->params, "preview_every");
  return table->sample (engine, &request, &listener, error);
}

static gboolean
write_frames (MageResult *result, Frames *frames, GError **error)
{
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_FRAMES);

  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "The folder “%s” could not be made: %s",
                   folder, g_strerror (errno));
      return FALSE;
    }
  for (guint i = 0; i < frames->n_frames; i++)
    {
      g_autofree char *name = g_strdup_printf ("%04u.png", i + 1);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!picture_save_png (frames, i, path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_result (MageSampleJob *self, MageResult *result, const EngineClip *clip, GCancellable *cancellable, GError **error)
{
  double rate = mage_params_get_double (self->params, "rate");
  g_autoptr (Frames) frames = frames_new (clip->n_frames, clip->width, clip->height, rate, clip->rgb);
  g_autofree char *video = mage_result_dup_path (result, MAGE_RESULT_VIDEO);
  ClipWrite how = { .format = CLIP_MP4_H264, .title = self->prompt };

  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);
      g_autofree char *digest = mage_digest_file (ingredient->lora, cancellable, error);

      if (digest == NULL)
        return FALSE;
      mage_result_add_ingredient (result, ingredient->role, ingredient->name, ingredient->token,
                                  ingredient->strength, digest);
    }
  mage_result_set_model (result, self->model_dir, self->model_digest);
  return write_frames (result, frames, error) && clip_write (frames, video, &how, cancellable, error)
         && mage_result_save (result, error);
}

static gboolean
mage_sample_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageSampleJob *self = MAGE_SAMPLE_JOB (job);
  const EngineTable *table;
  Engine *opened = mage_engine_open (engine, job, self->model_dir, self->params, &table, error);
  g_autoptr (EngineClip) clip = NULL;
  g_autoptr (MageResult) result = NULL;

  if (opened == NULL)
    return FALSE;
  clip = sample (self, opened, table, error);
  if (clip == NULL)
    return FALSE;

  mage_job_report (job, "Writing the video", 0, 0, NULL, 0);
  result = mage_result_create (self->results_dir, self->prompt, self->params, error);
  if (result == NULL)
    return FALSE;
  if (!write_result (self, result, clip, cancellable, error))
    {
      mage_result_discard (result);
      return FALSE;
    }
  self->result = g_steal_pointer (&result);
  return TRUE;
}

/* --- main thread --- */

static gboolean
mage_sample_job_finish (MageJob *job, GError **error)
{
  MageSampleJob *self = MAGE_SAMPLE_JOB (job);

  if (self->result != NULL)
    g_list_store_append (mage_project_get_results (self->project), self->result);
  return TRUE;
}

static void
mage_sample_job_finalize (GObject *object)
{
  MageSampleJob *self = MAGE_SAMPLE_JOB (object);

  g_clear_object (&self->project);
  g_clear_object (&self->result);
  g_clear_object (&self->params);
  g_clear_pointer (&self->ingredients, g_ptr_array_unref);
  g_free (self->prompt);
  g_free (self->model_dir);
  g_free (self->model_digest);
  g_free (self->results_dir);
  G_OBJECT_CLASS (mage_sample_job_parent_class)->finalize (object);
}

static void
mage_sample_job_class_init (MageSampleJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_sample_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_sample_job_run;
  MAGE_JOB_CLASS (klass)->finish = mage_sample_job_finish;
}

static void
mage_sample_job_init (MageSampleJob *self)
{
  self->ingredients = g_ptr_array_new_with_free_func (ingredient_free);
}

/* A run that is complete serves, though it may be stale by now: whoever asks decides. */
static gboolean
add_ingredient (MageSampleJob *self, MageTrainable *item, const char *strength, GError **error)
{
  MageRun *run = mage_trainable_get_run (item);
  const char *token = mage_trainable_get_token (item);
  Ingredient *ingredient;

  if (run == NULL || !mage_run_is_complete (run))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "“%s” is not trained yet (%s): train it first",
                   token != NULL ? token : mage_trainable_get_name (item),
                   run == NULL ? "it has no run" : "its run was stopped");
      return FALSE;
    }
  ingredient = g_new0 (Ingredient, 1);
  ingredient->role = mage_trainable_get_kind (item);
  ingredient->name = g_strdup (mage_trainable_get_name (item));
  ingredient->token = g_strdup (token);
  ingredient->superclass = g_strdup (mage_trainable_get_superclass (item));
  ingredient->lora = mage_run_dup_path (run, MAGE_RUN_LORA);
  ingredient->embedding = token != NULL ? mage_run_dup_path (run, MAGE_RUN_EMBEDDING) : NULL;
  ingredient->strength = mage_params_get_double (self->params, strength);
  g_ptr_array_add (self->ingredients, ingredient);
  return TRUE;
}

static char *
list_tokens (MageProject *project)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", mage_trainable_get_token (subject));
    }
  return g_string_free (list, FALSE);
}

static gboolean
add_subjects (MageSampleJob *self, GError **error)
{
  g_auto (GStrv) tokens = mage_token_find_all (self->prompt);

  for (guint i = 0; tokens[i] != NULL; i++)
    {
      MageTrainable *subject = mage_project_find (self->project, tokens[i]);
      g_autofree char *list = NULL;

      if (subject != NULL)
        {
          if (!add_ingredient (self, subject, "subject_strength", error))
            return FALSE;
          continue;
        }
      list = list_tokens (self->project);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The prompt names “%s”, but the project %s%s",
                   tokens[i], *list != '\0' ? "has only " : "has no subjects", list);
      return FALSE;
    }
  return TRUE;
}

/**
 * mage_sample_job_choose_motion:
 * @name: (nullable): a motion's name, or "none"; NULL: the only trained one, if there is one
 * @motion: (out) (transfer none) (nullable): NULL for none
 * @error: when the name is unknown, or nobody can tell which of several is meant
 */
gboolean
mage_sample_job_choose_motion (MageProject *project, const char *name, MageMotion **motion, GError **error)
{
  GListModel *motions = G_LIST_MODEL (mage_project_get_motions (project));

  *motion = NULL;
  if (name != NULL && g_str_equal (name, "none"))
    return TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (motions); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (motions, i);
      MageRun *run = mage_trainable_get_run (item);
      gboolean meant = name != NULL ? g_str_equal (name, mage_trainable_get_name (item))
                                    : run != NULL && mage_run_is_complete (run);

      if (meant && *motion != NULL)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                               "Several motions are trained: say which one (--motion NAME, or --motion none)");
          return FALSE;
        }
      if (meant)
        *motion = MAGE_MOTION (item);
    }
  if (name != NULL && *motion == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The project has no motion “%s”", name);
      return FALSE;
    }
  return TRUE;
}

/**
 * mage_sample_job_new:
 * @prompt: with the words of trained subjects
 * @motion: (nullable): a trained motion
 * @params: the project's, or a changed copy of them for this video alone
 * @error: names what the prompt holds but the project lacks, or what is not trained yet
 *
 * Returns: (transfer full): a job whose result joins the project
 */
MageSampleJob *
mage_sample_job_new (MageProject *project, const char *prompt, MageMotion *motion,
                     MageParams *params, GError **error)
{
  g_autoptr (MageSampleJob) self = g_object_new (MAGE_TYPE_SAMPLE_JOB, NULL);

  self->project = g_object_ref (project);
  self->params = mage_params_freeze (params);
  self->prompt = g_strdup (prompt);
  self->model_dir = g_strdup (mage_project_get_model_dir (project));
  self->model_digest = g_strdup (mage_project_get_model_digest (project));
  self->results_dir = mage_project_dup_path (project, "results");
  if (!mage_project_check_model (project, error) || !add_subjects (self, error))
    return NULL;
  if (motion != NULL && !add_ingredient (self, MAGE_TRAINABLE (motion), "motion_strength", error))
    return NULL;
  mage_job_set_title (MAGE_JOB (self), "Sampling");
  return g_steal_pointer (&self);
}

/** mage_sample_job_get_result: Returns: (transfer none) (nullable): the video, when the job is done */
MageResult *
mage_sample_job_get_result (MageSampleJob *self)
{
  return mage_job_is_over (MAGE_JOB (self)) ? self->result : NULL;
}
