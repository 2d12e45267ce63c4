/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-sample-job.h"

#include "jobs/mage-clip-folder.h"
#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "jobs/mage-material.h"
#include "jobs/mage-train-job.h"
#include "media/clip-writer.h"
#include "project/mage-digest.h"
#include "project/mage-name.h"
#include "project/mage-param-value.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>

/*
 * Makes a video of a prompt by SCS (METHOD §5), or with everything in one branch (METHOD §6): with the
 * trained subjects that the prompt names, fused where they are several, and the motion. While it runs
 * its checkpoint lies in a run of its own, and the same request goes on from it. The result keeps the
 * video, its frames without loss, the numbers of every step, and all that made it.
 */

#define GUIDED_OF 50 /* τ counts steps of a run of this length */

/* A trained thing that takes part; a subject that works through the fusion has a word but no LoRA. */
typedef struct
{
  const char *role;
  char *name;
  char *token;
  char *superclass;
  char *lora;
  char *embedding;
  char *hash;       /* of its run */
  double strength;
} Ingredient;

/* The motion's clip, which is inverted. */
typedef struct
{
  char *path;
  char *digest;
  double start;
  double length;
  MageCrop crop;
} Clip;

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
  char *project_dir;
  char *results_dir;       /* NULL: the project's */
  Clip clip;               /* a path of NULL: no motion */
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
  g_free (self->hash);
  g_free (self);
}

/* SCS needs a subject and a motion; else there is one branch, whatever was asked for. */
static gboolean
uses_scs (MageSampleJob *self)
{
  guint subjects = 0;
  guint motions = 0;

  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);
      gboolean moves = g_str_equal (ingredient->role, "motion");

      subjects += ingredient->lora != NULL && !moves;
      motions += ingredient->lora != NULL && moves;
    }
  return subjects > 0 && motions > 0 && g_str_equal (mage_params_get_string (self->params, "sampling"), "scs");
}

/** mage_sample_job_count_guided: how many steps SCS guides with these parameters: τ of a run of 50 steps. */
guint
mage_sample_job_count_guided (MageParams *params)
{
  guint n_steps = (guint) mage_params_get_int (params, "steps");
  double tau = (double) mage_params_get_int (params, "tau");

  return MIN ((guint) round (tau * n_steps / GUIDED_OF), n_steps);
}

/* --- the worker's thread --- */

static void
add_line (GChecksum *checksum, const char *text)
{
  g_checksum_update (checksum, (const guchar *) (text != NULL ? text : "-"), -1);
  g_checksum_update (checksum, (const guchar *) "\n", 1);
}

/* All that the video follows from. */
static char *
hash_request (MageSampleJob *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *start = mage_param_number_to_text (self->clip.start);
  g_autofree char *length = mage_param_number_to_text (self->clip.length);
  const char *lines[] = { self->model_digest, self->prompt, self->clip.digest, start, length };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    add_line (checksum, lines[i]);
  if (mage_crop_is_set (&self->clip.crop))
    {
      g_autofree char *crop = mage_crop_dup_text (&self->clip.crop);

      add_line (checksum, crop);
    }
  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);
      g_autofree char *strength = mage_param_number_to_text (ingredient->strength);

      add_line (checksum, ingredient->hash);
      add_line (checksum, ingredient->lora != NULL ? strength : NULL);
    }
  mage_params_hash (self->params, MAGE_STALE_RESULT, checksum);
  return g_strdup (g_checksum_get_string (checksum));
}

/* The run of the very same request that was stopped before, or a new one. */
static MageRun *
open_run (MageSampleJob *self, GError **error)
{
  g_autofree char *hash = hash_request (self);
  g_autofree char *runs = g_build_filename (self->project_dir, "runs", NULL);
  g_autoptr (MageRun) run = NULL;

  mage_run_sweep (runs, "sample");
  run = mage_run_find (runs, "sample", hash);
  if (run != NULL)
    return g_steal_pointer (&run);
  run = mage_run_create (runs, "sample", "sample", hash, (guint) mage_params_get_int (self->params, "steps"),
                         self->params, error);
  if (run == NULL)
    return NULL;
  mage_run_set_text (run, "prompt", self->prompt);
  return mage_run_save (run, error) ? g_steal_pointer (&run) : NULL;
}

static gboolean
load_clip (MageSampleJob *self, EngineClip **clip, GCancellable *cancellable, GError **error)
{
  MageShape shape = mage_shape_from_params (self->params);

  *clip = NULL;
  if (self->clip.path == NULL)
    return TRUE;
  *clip = mage_material_load_motion (self->clip.path, self->clip.start, self->clip.length, &self->clip.crop, NULL, &shape,
                                     cancellable, error);
  return *clip != NULL;
}

/* A step's numbers go into the run's file, from where the result gets them; the first failure is told at the end. */
typedef struct
{
  char *steps;
  GError *error;
} StepLog;

static void
step_log_clear (StepLog *self)
{
  g_free (self->steps);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StepLog, step_log_clear)

static void
sampled_cb (gpointer data, guint step, guint n_steps, const MageTerm *terms, guint n_terms)
{
  StepLog *self = data;

  if (self->error == NULL && n_terms > 0)
    mage_series_append_to_file (self->steps, step, terms, n_terms, &self->error);
}

static void
fill_request (MageSampleJob *self, EngineSampleRequest *request, GArray *known, GArray *loras)
{
  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);
      EngineToken token = { ingredient->token, ingredient->superclass, ingredient->embedding };
      gboolean moves = g_str_equal (ingredient->role, "motion");
      EngineLora lora = { ingredient->lora, ingredient->strength,
                          moves ? ENGINE_BRANCH_MOTION : ENGINE_BRANCH_SUBJECT };

      if (ingredient->token != NULL)
        g_array_append_val (known, token);
      if (ingredient->lora != NULL)
        g_array_append_val (loras, lora);
    }
  request->prompt = self->prompt;
  request->negative = mage_params_get_string (self->params, "negative");
  request->known = (const EngineToken *) known->data;
  request->n_known = known->len;
  request->loras = (const EngineLora *) loras->data;
  request->n_loras = loras->len;
  request->seed = (guint64) mage_params_get_int (self->params, "seed");
  request->preview_every = (guint) mage_params_get_int (self->params, "preview_every");
}

static EngineClip *
sample (MageSampleJob *self, Engine *engine, const EngineTable *table, MageRun *run, GCancellable *cancellable,
        GError **error)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (EngineToken));
  g_autoptr (GArray) loras = g_array_new (FALSE, FALSE, sizeof (EngineLora));
  g_autoptr (GVariantDict) dict = mage_params_to_dict (self->params, MAGE_USE_SAMPLE);
  g_autoptr (GVariant) params = g_variant_ref_sink (g_variant_dict_end (dict));
  g_autofree char *cache = g_build_filename (self->project_dir, "cache", NULL);
  g_auto (StepLog) log = { mage_run_dup_path (run, MAGE_RESULT_STEPS), NULL };
  MageEngineCall call = { .job = MAGE_JOB (self), .sampled = sampled_cb, .data = &log };
  EngineListener listener = mage_engine_call_listen (&call);
  g_autoptr (EngineClip) motion = NULL;
  EngineSampleRequest request = { .params = params, .cache_dir = cache, .run_dir = mage_run_get_dir (run) };
  EngineClip *clip;

  if (!load_clip (self, &motion, cancellable, error) || !mage_folder_make (cache, error))
    return NULL;
  fill_request (self, &request, known, loras);
  request.motion_clip = motion;
  clip = table->sample (engine, &request, &listener, error);
  if (clip != NULL && log.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&log.error));
      g_clear_pointer (&clip, engine_clip_free);
    }
  return clip;
}

/* What a part of the video was: its run, and the digest of its LoRA. */
static gboolean
add_part (MageResult *result, Ingredient *ingredient, GCancellable *cancellable, GError **error)
{
  g_autofree char *digest = ingredient->lora != NULL ? mage_digest_file (ingredient->lora, cancellable, error) : NULL;
  JsonObject *part;

  if (ingredient->lora != NULL && digest == NULL)
    return FALSE;
  part = json_object_new ();
  json_object_set_string_member (part, "role", ingredient->role);
  json_object_set_string_member (part, "name", ingredient->name);
  if (ingredient->token != NULL)
    json_object_set_string_member (part, "token", ingredient->token);
  json_object_set_double_member (part, "strength", ingredient->strength);
  if (digest != NULL)
    json_object_set_string_member (part, "lora_sha256", digest);
  json_object_set_string_member (part, "run_hash", ingredient->hash);
  mage_result_add_part (result, part);
  return TRUE;
}

static gboolean
move_steps (MageResult *result, MageRun *run, GError **error)
{
  g_autofree char *from = mage_run_dup_path (run, MAGE_RESULT_STEPS);
  g_autofree char *to = mage_result_dup_path (result, MAGE_RESULT_STEPS);

  if (!g_file_test (from, G_FILE_TEST_EXISTS))
    return TRUE;
  return mage_series_copy_file (from, to, error);
}

static gboolean
write_result (MageSampleJob *self, MageResult *result, MageRun *run, const EngineClip *clip, GCancellable *cancellable,
              GError **error)
{
  double rate = mage_params_get_double (self->params, "rate");
  g_autoptr (Frames) frames = frames_new (clip->n_frames, clip->width, clip->height, rate, clip->rgb);
  g_autofree char *video = mage_result_dup_path (result, MAGE_RESULT_VIDEO);
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_FRAMES);
  ClipWrite how = { .format = CLIP_MP4_H264, .title = self->prompt };
  gboolean scs = uses_scs (self);

  for (guint i = 0; i < self->ingredients->len; i++)
    if (!add_part (result, g_ptr_array_index (self->ingredients, i), cancellable, error))
      return FALSE;
  mage_result_set_model (result, self->model_dir, self->model_digest);
  mage_result_set_request (result, mage_run_get_hash (run));
  mage_result_set_sampling (result, scs ? "scs" : "one-branch", scs ? mage_sample_job_count_guided (self->params) : 0);
  return mage_clip_folder_write (folder, clip, error) && move_steps (result, run, error)
         && clip_write (frames, video, &how, cancellable, error) && mage_result_save (result, error);
}

static gboolean
mage_sample_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageSampleJob *self = MAGE_SAMPLE_JOB (job);
  const EngineTable *table;
  Engine *opened = mage_engine_open (engine, job, self->model_dir, self->params, &table, error);
  g_autoptr (EngineClip) clip = NULL;
  g_autoptr (MageRun) run = opened != NULL ? open_run (self, error) : NULL;
  g_autoptr (MageResult) result = NULL;
  g_autofree char *own = g_build_filename (self->project_dir, "results", NULL);

  if (run == NULL)
    return FALSE;
  clip = sample (self, opened, table, run, cancellable, error);
  if (clip == NULL)
    return FALSE;

  mage_job_report (job, "Writing the video", 0, 0, NULL, 0);
  result = mage_result_create (self->results_dir != NULL ? self->results_dir : own, self->prompt, self->params, error);
  if (result == NULL)
    return FALSE;
  if (!write_result (self, result, run, clip, cancellable, error))
    {
      mage_result_discard (result);
      return FALSE;
    }
  mage_run_remove (run);
  self->result = g_steal_pointer (&result);
  return TRUE;
}

/* --- main thread --- */

static gboolean
mage_sample_job_finish (MageJob *job, GError **error)
{
  MageSampleJob *self = MAGE_SAMPLE_JOB (job);

  if (self->result != NULL && self->results_dir == NULL)
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
  g_free (self->project_dir);
  g_free (self->results_dir);
  g_free (self->clip.path);
  g_free (self->clip.digest);
  G_OBJECT_CLASS (mage_sample_job_parent_class)->finalize (object);
}

static void
mage_sample_job_class_init (MageSampleJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_sample_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_sample_job_run;
  MAGE_JOB_CLASS (klass)->goes_on = TRUE;
  MAGE_JOB_CLASS (klass)->finish = mage_sample_job_finish;
}

static void
mage_sample_job_init (MageSampleJob *self)
{
  self->ingredients = g_ptr_array_new_with_free_func (ingredient_free);
}

/* A run that is complete serves, though it may be stale by now: whoever asks decides. */
static Ingredient *
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
      return NULL;
    }
  ingredient = g_new0 (Ingredient, 1);
  ingredient->role = mage_trainable_get_kind (item);
  ingredient->name = g_strdup (mage_trainable_get_name (item));
  ingredient->token = g_strdup (token);
  ingredient->superclass = g_strdup (mage_trainable_get_superclass (item));
  ingredient->lora = mage_run_dup_path (run, MAGE_RUN_LORA);
  ingredient->embedding = token != NULL ? mage_run_dup_path (run, MAGE_RUN_EMBEDDING) : NULL;
  ingredient->hash = g_strdup (mage_run_get_hash (run));
  ingredient->strength = mage_params_get_double (self->params, strength);
  g_ptr_array_add (self->ingredients, ingredient);
  return ingredient;
}

static gboolean
set_not_fused (GError **error, const char *token, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               "%s%s%s: fuse the subjects first, or let them work unfused (--fusion average)",
               token != NULL ? "“" : "", token != NULL ? token : "", why);
  return FALSE;
}

/* The subjects keep their words; one LoRA stands for all. */
static gboolean
use_fusion (MageSampleJob *self, GError **error)
{
  MageFusion *fusion = mage_project_get_fusion (self->project);
  MageRun *run = mage_trainable_get_run (MAGE_TRAINABLE (fusion));

  if (run == NULL || !mage_run_is_complete (run))
    return set_not_fused (error, NULL, run == NULL ? "The prompt names several subjects, which are not fused yet"
                                                   : "The fusion of the subjects was stopped");
  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);

      if (!mage_fusion_holds (fusion, ingredient->token))
        return set_not_fused (error, ingredient->token, "” came after the subjects were fused");
      g_clear_pointer (&ingredient->lora, g_free);
    }
  return add_ingredient (self, MAGE_TRAINABLE (fusion), "subject_strength", error) != NULL;
}

/* How the subjects that the prompt names work together. The mean of several ΔW is their sum at a share of the strength. */
static gboolean
join_subjects (MageSampleJob *self, GError **error)
{
  const char *how = mage_params_get_string (self->params, "fusion");
  guint n = self->ingredients->len;

  if (n < 2 || g_str_equal (how, "none"))
    return TRUE;
  if (g_str_equal (how, "fused"))
    return use_fusion (self, error);
  for (guint i = 0; i < n; i++)
    ((Ingredient *) g_ptr_array_index (self->ingredients, i))->strength /= n;
  return TRUE;
}

static gboolean
add_motion (MageSampleJob *self, MageMotion *motion, GError **error)
{
  MageMedia *clip = mage_motion_get_clip (motion);

  if (add_ingredient (self, MAGE_TRAINABLE (motion), "motion_strength", error) == NULL)
    return FALSE;
  self->clip = (Clip) { mage_media_dup_path (clip), g_strdup (mage_media_get_digest (clip)),
                        mage_motion_get_start (motion), mage_motion_get_length (motion), *mage_motion_get_crop (motion) };
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
          if (add_ingredient (self, subject, "subject_strength", error) == NULL)
            return FALSE;
          continue;
        }
      list = list_tokens (self->project);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The prompt names “%s”, but the project %s%s",
                   tokens[i], *list != '\0' ? "has only " : "has no subjects", list);
      return FALSE;
    }
  return join_subjects (self, error);
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

  if (!g_utf8_validate (prompt, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The prompt is no UTF-8 text: write it again");
      return NULL;
    }
  self->project = g_object_ref (project);
  self->params = mage_params_freeze (params);
  self->prompt = g_strdup (prompt);
  self->model_dir = g_strdup (mage_project_get_model_dir (project));
  self->model_digest = g_strdup (mage_project_get_model_digest (project));
  self->project_dir = g_strdup (mage_project_get_folder (project));
  if (!mage_project_check_model (project, error) || !add_subjects (self, error))
    return NULL;
  if (motion != NULL && !add_motion (self, motion, error))
    return NULL;
  mage_job_set_title (MAGE_JOB (self), _("Sampling"));
  return g_steal_pointer (&self);
}

/** mage_sample_job_set_results_dir: before the job is queued; the result goes below @folder and does not join the project. */
void
mage_sample_job_set_results_dir (MageSampleJob *self, const char *folder)
{
  g_free (self->results_dir);
  self->results_dir = g_canonicalize_filename (folder, NULL);
}

/** mage_sample_job_dup_request: Returns: (transfer full): the hash of all that the video follows from */
char *
mage_sample_job_dup_request (MageSampleJob *self)
{
  return hash_request (self);
}

/** mage_sample_job_is_scs: whether it works by SCS; without a subject or a motion, or when the parameters say so, it has one branch. */
gboolean
mage_sample_job_is_scs (MageSampleJob *self)
{
  return uses_scs (self);
}

/** mage_sample_job_get_result: Returns: (transfer none) (nullable): the video, when the job is done */
MageResult *
mage_sample_job_get_result (MageSampleJob *self)
{
  return mage_job_is_over (MAGE_JOB (self)) ? self->result : NULL;
}
