/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sweep-runner.h"

#include "jobs/mage-trial.h"
#include "ui/mage-method.h"
#include "ui/mage-session-private.h"

/*
 * Makes the videos of a sweep, one after the other, so that other work of the queue comes between them. Each is made
 * in a trial of the project with the values of its cell; what that lacks is trained first, and found again by the
 * cells that need the same. It goes on when the page of the sweep is left.
 */

struct _MageSweepRunner
{
  GObject parent_instance;

  MageSession *session; /* not owned: it owns the runner */
  MageSweep *sweep;
  MageCellState *states;
  guint n;
  MageVideoPlan *plan;  /* (nullable): of the cell that is made */
  guint current;
};

G_DEFINE_FINAL_TYPE (MageSweepRunner, mage_sweep_runner, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void next (MageSweepRunner *self);

static void
changed (MageSweepRunner *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
save (MageSweepRunner *self)
{
  g_autofree char *folder = mage_project_dup_path (mage_session_get_project (self->session), MAGE_SWEEP_FOLDER);
  g_autoptr (GError) error = NULL;

  if (!mage_sweep_save (self->sweep, folder, &error))
    mage_session_toast_error (self->session, error);
}

/* --- one cell --- */

/* Stopped by the user it is empty again; by a failure, it waits for another try. With the session the whole sweep ends: the program
   waits for that, and the next cell would keep it alive. */
static void
ended_cb (MageSweepRunner *self, gboolean reached)
{
  MageResult *result = reached ? mage_video_plan_get_result (self->plan) : NULL;
  gboolean stopping = mage_session_is_stopping (self->session);

  if (result != NULL)
    {
      self->states[self->current] = MAGE_CELL_DONE;
      mage_sweep_set_result (self->sweep, self->current, mage_result_get_id (result));
      save (self);
    }
  else if (self->states[self->current] == MAGE_CELL_RUNNING)
    self->states[self->current] = stopping ? MAGE_CELL_EMPTY : MAGE_CELL_FAILED;
  g_signal_handlers_disconnect_by_data (self->plan, self);
  g_clear_object (&self->plan);
  changed (self);
  if (!stopping)
    next (self);
}

static void
fail (MageSweepRunner *self, const GError *error)
{
  self->states[self->current] = MAGE_CELL_FAILED;
  mage_session_toast_error (self->session, error);
  changed (self);
}

static gboolean
begin (MageSweepRunner *self, GError **error)
{
  MageProject *project = mage_session_get_project (self->session);
  g_autoptr (MageParams) params = mage_sweep_dup_params (self->sweep, self->current);
  g_autoptr (MageProject) trial = NULL;

  if (!mage_project_check_model (project, error))
    return FALSE;
  trial = mage_trial_new_for_params (project, params, error);
  if (trial == NULL)
    return FALSE;
  self->plan = mage_method_plan (self->session, trial, mage_sweep_get_prompt (self->sweep),
                                 mage_sweep_get_motion (self->sweep), 0);
  mage_video_plan_set_part (self->plan);
  g_signal_connect_swapped (self->plan, "ended", G_CALLBACK (ended_cb), self);
  self->states[self->current] = MAGE_CELL_RUNNING;
  changed (self);
  mage_video_plan_start (self->plan);
  return TRUE;
}

static void
next (MageSweepRunner *self)
{
  for (guint i = 0; i < self->n && self->plan == NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (self->states[i] != MAGE_CELL_WAITING)
        continue;
      self->current = i;
      if (!begin (self, &error))
        fail (self, error);
    }
}

/* --- the object --- */

static void
mage_sweep_runner_finalize (GObject *object)
{
  MageSweepRunner *self = MAGE_SWEEP_RUNNER (object);

  if (self->plan != NULL)
    g_signal_handlers_disconnect_by_data (self->plan, self);
  g_clear_object (&self->plan);
  g_clear_object (&self->sweep);
  g_free (self->states);
  G_OBJECT_CLASS (mage_sweep_runner_parent_class)->finalize (object);
}

static void
mage_sweep_runner_class_init (MageSweepRunnerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_sweep_runner_finalize;
  /** MageSweepRunner::changed: the state of a cell. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mage_sweep_runner_init (MageSweepRunner *self)
{
}

/* A video that was deleted since can be made once more. */
static void
look (MageSweepRunner *self)
{
  for (guint i = 0; i < self->n; i++)
    self->states[i] = mage_sweep_runner_get_result (self, i) != NULL ? MAGE_CELL_DONE : MAGE_CELL_EMPTY;
}

/* One that was deleted leaves its cell empty, and comes back to it when that is undone. */
static void
results_changed_cb (MageSweepRunner *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->n; i++)
    {
      gboolean there = mage_sweep_runner_get_result (self, i) != NULL;

      if (self->states[i] != (there ? MAGE_CELL_EMPTY : MAGE_CELL_DONE))
        continue;
      self->states[i] = there ? MAGE_CELL_DONE : MAGE_CELL_EMPTY;
      any = TRUE;
    }
  if (any)
    changed (self);
}

/** mage_sweep_runner_get: Returns: (transfer none): what makes the videos of @sweep, as long as the session lasts */
MageSweepRunner *
mage_sweep_runner_get (MageSession *session, MageSweep *sweep)
{
  g_autofree char *key = g_strdup_printf ("mage-sweep-%s", mage_sweep_get_id (sweep));
  MageSweepRunner *self = g_object_get_data (G_OBJECT (session), key);

  if (self != NULL)
    return self;
  self = g_object_new (MAGE_TYPE_SWEEP_RUNNER, NULL);
  self->session = session;
  self->sweep = g_object_ref (sweep);
  self->n = mage_sweep_get_n_cells (sweep);
  self->states = g_new0 (MageCellState, self->n);
  look (self);
  g_signal_connect_object (mage_project_get_results (mage_session_get_project (session)), "items-changed",
                           G_CALLBACK (results_changed_cb), self, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (session), key, self, g_object_unref);
  return self;
}

/** mage_sweep_runner_get_sweep: Returns: (transfer none) */
MageSweep *
mage_sweep_runner_get_sweep (MageSweepRunner *self)
{
  return self->sweep;
}

MageCellState
mage_sweep_runner_get_state (MageSweepRunner *self, guint cell)
{
  g_return_val_if_fail (cell < self->n, MAGE_CELL_EMPTY);

  return self->states[cell];
}

/** mage_sweep_runner_get_result: Returns: (transfer none) (nullable): the video of @cell */
MageResult *
mage_sweep_runner_get_result (MageSweepRunner *self, guint cell)
{
  const char *id = mage_sweep_get_result (self->sweep, cell);

  return id != NULL ? mage_project_find_result (mage_session_get_project (self->session), id) : NULL;
}

/** mage_sweep_runner_count: how many cells are in @state. */
guint
mage_sweep_runner_count (MageSweepRunner *self, MageCellState state)
{
  guint n = 0;

  for (guint i = 0; i < self->n; i++)
    n += self->states[i] == state;
  return n;
}

gboolean
mage_sweep_runner_is_running (MageSweepRunner *self)
{
  return self->plan != NULL;
}

/** mage_sweep_runner_find_before: Returns: (transfer none) (nullable): what runs instead while the sweep waits for its turn */
MageJob *
mage_sweep_runner_find_before (MageSweepRunner *self)
{
  g_autoptr (MageJob) first = g_list_model_get_item (mage_worker_get_jobs (mage_session_get_worker (self->session)), 0);

  return self->plan != NULL && first != NULL && !mage_video_plan_has (self->plan, first) ? first : NULL;
}

/** mage_sweep_runner_start: makes what is not made yet, or goes on with it. */
void
mage_sweep_runner_start (MageSweepRunner *self)
{
  for (guint i = 0; i < self->n; i++)
    if (self->states[i] == MAGE_CELL_EMPTY)
      self->states[i] = MAGE_CELL_WAITING;
  save (self);
  changed (self);
  next (self);
}

/** mage_sweep_runner_stop: what is made already stays; mage_sweep_runner_start() goes on. */
void
mage_sweep_runner_stop (MageSweepRunner *self)
{
  for (guint i = 0; i < self->n; i++)
    if (self->states[i] == MAGE_CELL_WAITING || self->states[i] == MAGE_CELL_RUNNING)
      self->states[i] = MAGE_CELL_EMPTY;
  changed (self);
  if (self->plan != NULL)
    mage_video_plan_stop (self->plan);
}

/** mage_sweep_runner_retry: makes @cell alone, or once more what failed. */
void
mage_sweep_runner_retry (MageSweepRunner *self, guint cell)
{
  g_return_if_fail (cell < self->n);

  if (self->states[cell] != MAGE_CELL_EMPTY && self->states[cell] != MAGE_CELL_FAILED)
    return;
  self->states[cell] = MAGE_CELL_WAITING;
  changed (self);
  next (self);
}
