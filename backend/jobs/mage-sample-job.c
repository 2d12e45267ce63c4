/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-sample-job.h"

#include "jobs/mage-cast.h"
#include "jobs/mage-clip-folder.h"
#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "media/clip-writer.h"
#include "project/mage-alpha-line.h"
#include "project/mage-kept-steps.h"
#include "project/mage-result-record.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>

/*
 * Makes a video of a prompt by SCS (METHOD §5), or with everything in one branch (METHOD §6). While it runs
 * its checkpoint lies in a run of its own, and the same request goes on from it. The result keeps the
 * video, its frames without loss, the numbers and the latents of every step, and all that made it. A branch
 * goes on from a step that another result kept.
 */

struct _MageSampleJob
{
  MageJob parent_instance;

  MageProject *project;    /* main */
  MageResult *result;      /* made by the worker, shown by the main thread after the end */
  MageCast *cast;
  char *project_dir;
  char *results_dir;       /* NULL: the project's */
  goffset limit;           /* of all kept steps of the project, in bytes; 0: none are kept */
  MageResult *parent;      /* NULL: no branch */
  guint branched_at;
};

G_DEFINE_FINAL_TYPE (MageSampleJob, mage_sample_job, MAGE_TYPE_JOB)

/* --- the worker's thread --- */

/* The run of the very same request that was stopped before, or a new one. */
static MageRun *
open_run (MageSampleJob *self, GError **error)
{
  MageParams *params = mage_cast_get_params (self->cast);
  g_autofree char *hash = mage_sample_job_dup_request (self);
  g_autofree char *runs = g_build_filename (self->project_dir, "runs", NULL);
  g_autoptr (MageRun) run = NULL;

  mage_run_sweep (runs, "sample");
  run = mage_run_find (runs, "sample", hash);
  if (run != NULL)
    return g_steal_pointer (&run);
  run = mage_run_create (runs, "sample", "sample", hash, (guint) mage_params_get_int (params, "steps"), params,
                         error);
  if (run == NULL)
    return NULL;
  mage_run_set_text (run, "prompt", mage_cast_get_prompt (self->cast));
  return mage_run_save (run, error) ? g_steal_pointer (&run) : NULL;
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

/* The numbers of the steps that a branch shares with its parent. */
static gboolean
copy_numbers (MageSampleJob *self, const char *to, GError **error)
{
  g_autofree char *from = mage_result_dup_path (self->parent, MAGE_RESULT_STEPS);
  g_autoptr (MageSeries) series = NULL;
  g_auto (GStrv) names = NULL;

  if (!g_file_test (from, G_FILE_TEST_EXISTS))
    return TRUE;
  series = mage_series_load (from, error);
  if (series == NULL)
    return FALSE;
  names = mage_series_dup_names (series);
  for (guint i = 0; i < mage_series_get_length (series); i++)
    {
      g_autoptr (GArray) terms = g_array_new (FALSE, FALSE, sizeof (MageTerm));
      guint step = mage_series_get_step (series, i);

      for (guint k = 0; names[k] != NULL; k++)
        {
          MageTerm term = { names[k], mage_series_get_value (series, i, names[k]) };

          if (!isnan (term.value))
            g_array_append_val (terms, term);
        }
      if (step <= self->branched_at
          && !mage_series_append_to_file (to, step, (const MageTerm *) (gpointer) terms->data, terms->len, error))
        return FALSE;
    }
  return TRUE;
}

/* A branch begins with the steps of its parent; one that was stopped has them already. */
static gboolean
prepare_steps (MageSampleJob *self, MageRun *run, const char *steps, GError **error)
{
  g_autofree char *from = NULL;
  g_autofree char *numbers = mage_run_dup_path (run, MAGE_RESULT_STEPS);

  if (!mage_folder_make (steps, error))
    return FALSE;
  if (self->branched_at == 0 || mage_kept_steps_has (steps, self->branched_at))
    return TRUE;
  from = mage_result_dup_path (self->parent, MAGE_RESULT_LATENTS);
  return copy_numbers (self, numbers, error) && mage_kept_steps_link (from, steps, self->branched_at, error);
}

static EngineClip *
sample (MageSampleJob *self, Engine *engine, const EngineTable *table, MageRun *run, GCancellable *cancellable,
        GError **error)
{
  g_autofree char *cache = g_build_filename (self->project_dir, "cache", NULL);
  g_autofree char *steps = mage_run_dup_path (run, MAGE_RESULT_LATENTS);
  g_auto (StepLog) log = { mage_run_dup_path (run, MAGE_RESULT_STEPS), NULL };
  MageEngineCall call = { .job = MAGE_JOB (self), .sampled = sampled_cb, .data = &log };
  EngineListener listener = mage_engine_call_listen (&call);
  gboolean keeps = self->limit > 0 || self->branched_at > 0;
  EngineSampleRequest request = { .cache_dir = cache, .run_dir = mage_run_get_dir (run),
                                  .steps_dir = keeps ? steps : NULL, .from_step = self->branched_at };
  EngineClip *clip;

  if (!mage_folder_make (cache, error) || (keeps && !prepare_steps (self, run, steps, error)))
    return NULL;
  clip = mage_cast_sample (self->cast, engine, table, &request, &listener, cancellable, error);
  if (clip != NULL && log.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&log.error));
      g_clear_pointer (&clip, engine_clip_free);
    }
  return clip;
}

static gboolean
move_steps (MageResult *result, MageRun *run, GError **error)
{
  g_autofree char *from = mage_run_dup_path (run, MAGE_RESULT_STEPS);
  g_autofree char *to = mage_result_dup_path (result, MAGE_RESULT_STEPS);

  g_autofree char *latents = mage_run_dup_path (run, MAGE_RESULT_LATENTS);
  g_autofree char *kept = mage_result_dup_path (result, MAGE_RESULT_LATENTS);

  if (g_file_test (latents, G_FILE_TEST_IS_DIR) && g_rename (latents, kept) != 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (number), _("The steps in “%s” could not be moved to the result: %s"),
                   latents, g_strerror (number));
      return FALSE;
    }
  return !g_file_test (from, G_FILE_TEST_EXISTS) || mage_series_copy_file (from, to, error);
}

static gboolean
write_result (MageSampleJob *self, MageResult *result, MageRun *run, const EngineClip *clip, GCancellable *cancellable,
              GError **error)
{
  MageParams *params = mage_cast_get_params (self->cast);
  double rate = mage_params_get_double (params, "rate");
  g_autoptr (Frames) frames = frames_new (clip->n_frames, clip->width, clip->height, rate, clip->rgb);
  g_autofree char *video = mage_result_dup_path (result, MAGE_RESULT_VIDEO);
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_FRAMES);
  ClipWrite how = { .format = CLIP_MP4_H264, .title = mage_cast_get_prompt (self->cast) };
  g_autofree char *record = NULL;
  gboolean scs = mage_cast_is_scs (self->cast);

  if (!mage_cast_describe (self->cast, result, cancellable, error))
    return FALSE;
  mage_result_set_request (result, mage_run_get_hash (run));
  mage_result_set_sampling (result, scs ? "scs" : "one-branch", scs ? mage_guided_steps (params) : 0);
  if (self->parent != NULL)
    mage_result_set_parent (result, mage_result_get_id (self->parent), self->branched_at);
  record = mage_result_record_write (result);
  how.comment = record;
  return mage_clip_folder_write (folder, clip, error) && move_steps (result, run, error)
         && clip_write (frames, video, &how, cancellable, error) && mage_result_save (result, error);
}

static gboolean
mage_sample_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageSampleJob *self = MAGE_SAMPLE_JOB (job);
  MageParams *params = mage_cast_get_params (self->cast);
  const EngineTable *table;
  Engine *opened = mage_engine_open (engine, job, mage_cast_get_model_dir (self->cast), params, &table, error);
  g_autoptr (EngineClip) clip = NULL;
  g_autoptr (MageRun) run = opened != NULL ? open_run (self, error) : NULL;
  g_autoptr (MageResult) result = NULL;
  g_autofree char *results = self->results_dir != NULL ? g_strdup (self->results_dir)
                                                       : g_build_filename (self->project_dir, "results", NULL);

  if (run == NULL)
    return FALSE;
  clip = sample (self, opened, table, run, cancellable, error);
  if (clip == NULL)
    return FALSE;

  mage_job_report (job, "Writing the video", 0, 0, NULL, 0);
  result = mage_result_create (results, mage_cast_get_prompt (self->cast), params, error);
  if (result == NULL)
    return FALSE;
  if (!write_result (self, result, run, clip, cancellable, error))
    {
      mage_result_discard (result);
      return FALSE;
    }
  mage_run_remove (run);
  mage_kept_steps_trim (results, self->limit, mage_result_get_id (result));
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
  g_clear_object (&self->parent);
  g_clear_pointer (&self->cast, mage_cast_free);
  g_free (self->project_dir);
  g_free (self->results_dir);
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
  self->limit = MAGE_KEPT_STEPS_LIMIT;
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
                               _("Several motions are trained: say which one (--motion NAME, or --motion none)"));
          return FALSE;
        }
      if (meant)
        *motion = MAGE_MOTION (item);
    }
  if (name != NULL && *motion == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The project has no motion “%s”"), name);
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
  self->project_dir = g_strdup (mage_project_get_folder (project));
  self->cast = mage_cast_new (project, prompt, motion, params, error);
  if (self->cast == NULL)
    return NULL;
  mage_job_set_title (MAGE_JOB (self), _("Sampling"));
  return g_steal_pointer (&self);
}

/**
 * mage_sample_job_set_results_dir:
 *
 * Before the job is queued; the result goes below @folder, does not join the project, and keeps no steps unless
 * mage_sample_job_set_limit() says so.
 */
void
mage_sample_job_set_results_dir (MageSampleJob *self, const char *folder)
{
  g_free (self->results_dir);
  self->results_dir = g_canonicalize_filename (folder, NULL);
  self->limit = 0;
}

/**
 * mage_sample_job_set_limit:
 * @bytes: how much the kept steps of all results may take; the oldest go first. 0: the job keeps none
 *
 * Before the job is queued.
 */
void
mage_sample_job_set_limit (MageSampleJob *self, goffset bytes)
{
  self->limit = bytes;
}

/**
 * mage_sample_job_set_branch:
 * @parent: a result of the same project
 * @step: goes on from there: what the job's parameters change counts from this step on. 0: from the noise, which
 *   they change, too
 * @error: when that step is not kept, or belongs to another number of steps
 *
 * Before the job is queued.
 */
gboolean
mage_sample_job_set_branch (MageSampleJob *self, MageResult *parent, guint step, GError **error)
{
  g_autofree char *steps = mage_result_dup_path (parent, MAGE_RESULT_LATENTS);
  gint64 n = mage_params_get_int (mage_result_get_params (parent), "steps");

  if (step > 0 && n != mage_params_get_int (mage_cast_get_params (self->cast), "steps"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("A branch has as many steps as the video it leaves: set Steps to %u"),
                   (guint) n);
      return FALSE;
    }
  if (step > 0 && !mage_kept_steps_has (steps, step))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("Step %u of this video is not kept any more: run it again to branch from it"), step);
      return FALSE;
    }
  g_set_object (&self->parent, parent);
  self->branched_at = step;
  return TRUE;
}

/** mage_sample_job_dup_request: Returns: (transfer full): the hash of all that the video follows from */
char *
mage_sample_job_dup_request (MageSampleJob *self)
{
  g_autofree char *hash = mage_cast_hash (self->cast);
  g_autofree char *text = NULL;
  const char *from;

  if (self->branched_at == 0)
    return g_steal_pointer (&hash);
  from = mage_result_get_request (self->parent);
  text = g_strdup_printf ("%s\n%s\n%u\n", hash, from != NULL ? from : mage_result_get_id (self->parent), self->branched_at);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/** mage_sample_job_is_scs: whether it works by SCS; without a subject or a motion, or when the parameters say so, it has one branch. */
gboolean
mage_sample_job_is_scs (MageSampleJob *self)
{
  return mage_cast_is_scs (self->cast);
}

/** mage_sample_job_get_params: Returns: (transfer none): frozen; what the video is made with */
MageParams *
mage_sample_job_get_params (MageSampleJob *self)
{
  return mage_cast_get_params (self->cast);
}

/** mage_sample_job_get_result: Returns: (transfer none) (nullable): the video, when the job is done */
MageResult *
mage_sample_job_get_result (MageSampleJob *self)
{
  return mage_job_is_over (MAGE_JOB (self)) ? self->result : NULL;
}
