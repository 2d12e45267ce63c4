/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-run-log.h"

#include "jobs/mage-clip-folder.h"
#include "jobs/mage-diagnosis.h"
#include "jobs/mage-train-job.h"

/* What all trainings share: the choice of their run, and the record of how far it got. */

/**
 * mage_run_choose:
 * @item: gets the run, unless it has it
 *
 * The run that is continued: the item's own while nothing changed, else an earlier one from the very
 * same things, else a new one. Main thread.
 *
 * Returns: (transfer full): the run, as the worker's own object
 */
MageRun *
mage_run_choose (MageProject *project, MageTrainable *item, guint n_steps, GError **error)
{
  MageParams *params = mage_project_get_params (project);
  MageRun *run = mage_trainable_get_run (item);
  g_autofree char *mark = mage_project_dup_mark (project, item);
  g_autofree char *hash = mage_trainable_dup_hash (item, params, mark);
  g_autofree char *runs = mage_project_dup_path (project, "runs");
  g_autoptr (MageRun) other = NULL;

  if (run == NULL || !g_str_equal (mage_run_get_hash (run), hash))
    {
      other = mage_run_find (runs, mage_trainable_get_kind (item), hash);
      if (other == NULL)
        other = mage_run_create (runs, mage_trainable_get_kind (item), mage_trainable_get_name (item),
                                 hash, n_steps, params, error);
      if (other == NULL)
        return NULL;
      mage_trainable_set_run (item, other);
      run = other;
    }
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

/* A sample lies in the run's folder before anybody hears of it. */
static void
looked_cb (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  MageRunLog *self = data;
  g_autofree char *folder = NULL;

  if (!g_str_equal (what, MAGE_RUN_LOOK_SAMPLE) || self->error != NULL)
    return;
  folder = mage_run_dup_sample_path (self->run, step);
  mage_clip_folder_write (folder, clip, &self->error);
}

/** mage_run_log_call: @label: the phase in words. Returns: what the engine is called with; it keeps @self's address */
MageEngineCall
mage_run_log_call (MageRunLog *self, MageJob *job, const char *label)
{
  return (MageEngineCall) { .job = job, .training = label, .stepped = stepped_cb, .data = self,
                            .looked = looked_cb };
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
