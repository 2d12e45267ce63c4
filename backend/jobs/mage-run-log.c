/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-run-log.h"

#include "jobs/mage-clip-folder.h"
#include "jobs/mage-diagnosis.h"
#include "jobs/mage-map-file.h"
#include "jobs/mage-train-job.h"
#include "project/mage-asked-sample.h"

/* What all trainings share: the choice of their run, and the record of how far it got. */

/* The farthest run with fewer steps than @run that can be its beginning. */
static MageRun *
find_shorter (MageRun *run, MageTrainable *item, MageParams *params, const char *mark, const char *runs)
{
  g_autoptr (GDir) dir = g_dir_open (runs, 0, NULL);
  g_autoptr (MageRun) best = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (runs, name, NULL);
      g_autoptr (MageRun) other = mage_run_load (path, NULL);

      if (other != NULL && mage_run_get_n_steps (other) < mage_run_get_n_steps (run)
          && mage_run_get_step (other) > (best != NULL ? mage_run_get_step (best) : 0)
          && mage_trainable_is_same_but_for_steps (item, other, params, mark))
        g_set_object (&best, other);
    }
  return g_steal_pointer (&best);
}

static gboolean
begin_with_shorter (MageRun *run, MageTrainable *item, MageParams *params, const char *mark, const char *runs, GError **error)
{
  g_autoptr (MageRun) shorter = find_shorter (run, item, params, mark, runs);

  if (shorter == NULL)
    return TRUE;
  if (!mage_run_begin_with (run, shorter, error))
    {
      mage_run_remove (run);
      return FALSE;
    }
  return TRUE;
}

/* More steps than the project asks for count for this training alone, and are remembered as such. */
static gboolean
note_own_steps (MageRun *run, MageProject *project, MageTrainable *item, MageParams *params, GError **error)
{
  const char *key = mage_trainable_get_steps_key (item);

  if (mage_run_has_own_steps (run) || mage_params_get_int (params, key) <= mage_params_get_int (mage_project_get_params (project), key))
    return TRUE;
  mage_run_set_own_steps (run);
  return mage_run_save (run, error);
}

/**
 * mage_run_choose:
 * @item: gets the run, unless it has it
 * @params: the project's, or those that this training has for itself
 *
 * The run that is continued: the item's own while nothing changed, else an earlier one from the very
 * same things, else a new one. Where one of fewer steps is from the very same things the new one begins with what that has: it
 * comes out as if all had been asked for at once. Main thread.
 *
 * Returns: (transfer full): the run, as the worker's own object
 */
MageRun *
mage_run_choose (MageProject *project, MageTrainable *item, MageParams *params, guint n_steps, GError **error)
{
  MageRun *run = mage_trainable_get_run (item);
  g_autofree char *mark = mage_project_dup_mark (project, item, params);
  g_autofree char *hash = mage_trainable_dup_hash (item, params, mark);
  g_autofree char *runs = mage_project_dup_path (project, "runs");
  g_autoptr (MageRun) other = NULL;
  gboolean fresh;

  /* What was stopped on its way to more steps than these goes on. */
  if (run != NULL && !mage_run_is_complete (run) && mage_trainable_has_longer (item, params, mark))
    return mage_run_load (mage_run_get_dir (run), error);
  if (run == NULL || !g_str_equal (mage_run_get_hash (run), hash))
    {
      other = mage_run_find (runs, mage_trainable_get_kind (item), hash);
      fresh = other == NULL;
      if (fresh)
        other = mage_run_create (runs, mage_trainable_get_kind (item), mage_trainable_get_name (item),
                                 hash, n_steps, params, error);
      if (other == NULL || (fresh && !begin_with_shorter (other, item, params, mark, runs, error)))
        return NULL;
      mage_trainable_set_run (item, other);
      run = other;
    }
  if (!note_own_steps (run, project, item, params, error))
    return NULL;
  return mage_run_load (mage_run_get_dir (run), error);
}

/** mage_run_log_init: @run: borrowed; @params: with checkpoint_every. */
void
mage_run_log_init (MageRunLog *self, MageRun *run, MageParams *params)
{
  *self = (MageRunLog) { .run = run, .losses = mage_run_dup_path (run, MAGE_RUN_LOSSES),
                         .checkpoint_every = (guint) mage_params_get_int (params, "checkpoint_every") };
}

void
mage_run_log_clear (MageRunLog *self)
{
  g_free (self->losses);
  g_clear_error (&self->error);
}

/* A step of the engine goes into the run's files; the first failure is kept for the end. run.json
   follows the engine's checkpoints: after a crash it says where the training goes on. */
static void
stepped_cb (gpointer data, guint step, guint n_steps, const MageTerm *terms, guint n_terms)
{
  MageRunLog *self = data;

  mage_run_set_progress (self->run, step, FALSE);
  if (self->error != NULL)
    return;
  if (n_terms > 0 && !mage_series_append_to_file (self->losses, step, terms, n_terms, &self->error))
    return;
  if (step % self->checkpoint_every == 0)
    mage_run_save (self->run, &self->error);
}

/* What somebody asked for; that it cannot be kept costs nothing else. */
static void
keep_asked (MageRunLog *self, guint step, const EngineClip *clip)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = mage_asked_sample_begin (self->run, &error);

  if (folder == NULL || !mage_clip_folder_write (folder, clip, &error)
      || !mage_asked_sample_end (self->run, folder, step, mage_job_get_wish (self->job), &error))
    g_warning ("%s", error->message);
}

/* A sample lies in the run's folder before anybody hears of it. */
static void
looked_cb (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  MageRunLog *self = data;
  g_autofree char *folder = NULL;

  if (g_str_equal (what, MAGE_RUN_LOOK_ASKED))
    keep_asked (self, step, clip);
  if (!g_str_equal (what, MAGE_RUN_LOOK_SAMPLE) || self->error != NULL)
    return;
  folder = mage_run_dup_sample_path (self->run, step);
  mage_clip_folder_write (folder, clip, &self->error);
}

/* Of where the network looks the first failure ends the keeping, and not the training. */
static void
mapped_cb (gpointer data, guint step, const EngineLook *maps)
{
  MageRunLog *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = mage_run_dup_maps_path (self->run, maps->scene, step);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *ground = g_build_filename (folder, MAGE_MAPS_GROUND, NULL);

  if (mage_clip_folder_exists (ground) || mage_clip_folder_write (ground, maps->ground, &error))
    mage_map_file_write (path, maps, &error);
  if (error != NULL)
    g_warning ("%s", error->message);
}

static void
refused_cb (gpointer data, guint step, const char *what, const GError *error)
{
  MageRunLog *self = data;

  mage_run_set_text (self->run, MAGE_RUN_REFUSED, error->message);
  if (self->error == NULL)
    mage_run_save (self->run, &self->error);
}

/** mage_run_log_call: @label: the phase in words. Returns: what the engine is called with; it keeps @self's address */
MageEngineCall
mage_run_log_call (MageRunLog *self, MageJob *job, const char *label)
{
  self->job = job;
  return (MageEngineCall) { .job = job, .training = label, .stepped = stepped_cb, .data = self,
                            .looked = looked_cb, .mapped = mapped_cb, .refused = refused_cb };
}

/* A training that was stopped kept its last step; one that failed has only its last checkpoint. */
static guint
find_kept_step (const MageRunLog *self, const GError *error)
{
  guint step = mage_run_get_step (self->run);

  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? step : step - step % self->checkpoint_every;
}

/* What went wrong stays with the run, to be said when it is looked at later; stopping is nothing wrong. */
static void
note_failure (MageRunLog *self, const GError *error)
{
  gboolean failed = error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (!failed && mage_run_get_text (self->run, MAGE_RUN_AILMENT) == NULL)
    return;
  mage_run_set_text (self->run, MAGE_RUN_AILMENT, failed ? mage_ailment_get_name (mage_ailment_of_error (error)) : "");
  mage_run_set_text (self->run, MAGE_RUN_FAILURE, failed ? error->message : "");
}

/**
 * mage_run_log_end:
 * @trained: whether the training came to its end
 * @failure: (nullable) (transfer full): why not
 *
 * However it ended, run.json says how far it got.
 *
 * Returns: whether the run is complete
 */
gboolean
mage_run_log_end (MageRunLog *self, gboolean trained, GError *failure, GError **error)
{
  if (trained)
    mage_run_set_progress (self->run, mage_run_get_n_steps (self->run), TRUE);
  else
    mage_run_set_progress (self->run, find_kept_step (self, failure), FALSE);
  note_failure (self, trained ? NULL : failure);
  /* The first failure is the one that people hear of. */
  if (!mage_run_save (self->run, failure == NULL ? &failure : NULL))
    trained = FALSE;
  if (trained && self->error != NULL)
    g_warning ("%s", self->error->message);
  if (!trained)
    g_propagate_error (error, failure);
  return trained;
}
