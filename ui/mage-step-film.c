/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-step-film.h"

#include "project/mage-kept-steps.h"

/*
 * What the steps of a video show: those of a running job as they come, those of a finished one decoded from what was
 * kept when somebody wants to see them, one after the other.
 */

/* Frames in memory take no more than this; what is over it is decoded again when it is wanted. */
#define MOST_BYTES ((gsize) 192 << 20)
/* Where one step takes longer than this, in microseconds, only what is asked for is decoded. */
#define PATIENCE (G_USEC_PER_SEC * 3 / 2)

typedef struct
{
  Frames *frames[MAGE_STEP_N_VIEWS];
} Views;

struct _MageStepFilm
{
  GObject parent_instance;

  MageSession *session;
  MageJob *job;
  MageResult *result;
  char *folder;          /* of the result's kept steps */
  GHashTable *views;     /* step → Views */
  GQueue order;          /* of steps, as they came */
  gsize size;
  GQueue wanted;         /* of steps, the most urgent first */
  MageStepJob *decoding;
  gint64 begun;
  gboolean slow;
};

G_DEFINE_FINAL_TYPE (MageStepFilm, mage_step_film, G_TYPE_OBJECT)

enum
{
  ARRIVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
views_free (gpointer data)
{
  Views *self = data;

  for (guint i = 0; i < MAGE_STEP_N_VIEWS; i++)
    g_clear_pointer (&self->frames[i], frames_unref);
  g_free (self);
}

static gsize
measure (Views *views)
{
  gsize size = 0;

  for (guint i = 0; i < MAGE_STEP_N_VIEWS; i++)
    if (views->frames[i] != NULL)
      size += g_bytes_get_size (views->frames[i]->rgb);
  return size;
}

static Views *
find (MageStepFilm *self, guint step)
{
  return g_hash_table_lookup (self->views, GUINT_TO_POINTER (step));
}

static void
make_room (MageStepFilm *self)
{
  while (self->size > MOST_BYTES && g_queue_get_length (&self->order) > 1)
    {
      gpointer oldest = g_queue_pop_head (&self->order);

      self->size -= measure (g_hash_table_lookup (self->views, oldest));
      g_hash_table_remove (self->views, oldest);
    }
}

static void
put (MageStepFilm *self, guint step, MageStepView view, Frames *frames)
{
  Views *views = find (self, step);

  if (views == NULL)
    {
      views = g_new0 (Views, 1);
      g_hash_table_insert (self->views, GUINT_TO_POINTER (step), views);
      g_queue_push_tail (&self->order, GUINT_TO_POINTER (step));
    }
  self->size -= measure (views);
  g_clear_pointer (&views->frames[view], frames_unref);
  views->frames[view] = frames_ref (frames);
  self->size += measure (views);
  make_room (self);
}

static void
forget (MageStepFilm *self)
{
  g_hash_table_remove_all (self->views);
  g_queue_clear (&self->order);
  g_queue_clear (&self->wanted);
  self->size = 0;
}

/* --- a running job --- */

static double
get_rate (MageStepFilm *self)
{
  return mage_params_get_double (mage_project_get_params (mage_session_get_project (self->session)), "rate");
}

static void
preview_cb (MageStepFilm *self)
{
  guint step = mage_job_get_preview_step (self->job);
  guint n_frames;
  guint width;
  guint height;
  GBytes *rgb = mage_job_get_preview (self->job, &n_frames, &width, &height);
  g_autoptr (Frames) frames = rgb != NULL ? frames_new (n_frames, width, height, get_rate (self), rgb) : NULL;

  if (frames == NULL)
    return;
  put (self, step, MAGE_STEP_PREDICTED, frames);
  g_signal_emit (self, signals[ARRIVED], 0, step);
}

static void
looks_cb (MageStepFilm *self)
{
  static const char *const names[MAGE_STEP_N_VIEWS] = { NULL, "x0_sub", "x0_mot" };

  for (guint i = 1; i < MAGE_STEP_N_VIEWS; i++)
    {
      guint step = mage_job_get_look_step (self->job, names[i]);
      guint n_frames;
      guint width;
      guint height;
      GBytes *rgb = mage_job_get_look (self->job, names[i], &n_frames, &width, &height);
      g_autoptr (Frames) frames = rgb != NULL ? frames_new (n_frames, width, height, get_rate (self), rgb) : NULL;

      if (frames == NULL)
        continue;
      put (self, step, i, frames);
      g_signal_emit (self, signals[ARRIVED], 0, step);
    }
}

/* --- a result --- */

static void decode_next (MageStepFilm *self);

static void
take (MageStepFilm *self, MageStepJob *job)
{
  guint step = mage_step_job_get_step (job);

  for (guint i = 0; i < MAGE_STEP_N_VIEWS; i++)
    if (mage_step_job_get_frames (job, i) != NULL)
      put (self, step, i, mage_step_job_get_frames (job, i));
  g_signal_emit (self, signals[ARRIVED], 0, step);
}

static void
decoded_cb (MageStepFilm *self)
{
  g_autoptr (MageStepJob) job = g_steal_pointer (&self->decoding);

  g_signal_handlers_disconnect_by_data (job, self);
  if (mage_step_job_get_result (job) == self->result)
    {
      self->slow = g_get_monotonic_time () - self->begun > PATIENCE;
      if (mage_job_get_state (MAGE_JOB (job)) == MAGE_JOB_DONE)
        take (self, job);
      else if (mage_job_get_error (MAGE_JOB (job)) != NULL)
        mage_session_toast_error (self->session, mage_job_get_error (MAGE_JOB (job)));
    }
  decode_next (self);
}

static void
decode_next (MageStepFilm *self)
{
  while (self->decoding == NULL && !g_queue_is_empty (&self->wanted))
    {
      guint step = GPOINTER_TO_UINT (g_queue_pop_head (&self->wanted));

      if (self->result == NULL || mage_step_film_has (self, step) || !mage_step_film_is_kept (self, step))
        continue;
      self->decoding = mage_step_job_new (mage_session_get_project (self->session), self->result, step);
      self->begun = g_get_monotonic_time ();
      g_signal_connect_swapped (self->decoding, "finished", G_CALLBACK (decoded_cb), self);
      mage_worker_assist (mage_session_get_worker (self->session), MAGE_JOB (self->decoding));
    }
}

/* --- the object --- */

static void
mage_step_film_dispose (GObject *object)
{
  MageStepFilm *self = MAGE_STEP_FILM (object);

  mage_step_film_set_job (self, NULL);
  if (self->decoding != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->decoding, self);
      mage_worker_cancel (mage_session_get_worker (self->session), MAGE_JOB (self->decoding));
    }
  g_clear_object (&self->decoding);
  forget (self);
  g_clear_object (&self->result);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_step_film_parent_class)->dispose (object);
}

static void
mage_step_film_finalize (GObject *object)
{
  MageStepFilm *self = MAGE_STEP_FILM (object);

  g_free (self->folder);
  g_hash_table_unref (self->views);
  G_OBJECT_CLASS (mage_step_film_parent_class)->finalize (object);
}

static void
mage_step_film_class_init (MageStepFilmClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_step_film_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_step_film_finalize;
  /** MageStepFilm::arrived: something of this step can be seen. */
  signals[ARRIVED] = g_signal_new ("arrived", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_UINT);
}

static void
mage_step_film_init (MageStepFilm *self)
{
  self->views = g_hash_table_new_full (NULL, NULL, NULL, views_free);
  g_queue_init (&self->order);
  g_queue_init (&self->wanted);
}

MageStepFilm *
mage_step_film_new (MageSession *session)
{
  MageStepFilm *self = g_object_new (MAGE_TYPE_STEP_FILM, NULL);

  self->session = g_object_ref (session);
  return self;
}

/** mage_step_film_set_job: @job: (nullable): a sampling whose steps are seen as they come; those of before are forgotten. */
void
mage_step_film_set_job (MageStepFilm *self, MageJob *job)
{
  if (self->job == job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job == NULL)
    return;
  g_clear_object (&self->result);
  forget (self);
  g_signal_connect_swapped (job, "notify::preview", G_CALLBACK (preview_cb), self);
  g_signal_connect_swapped (job, "notify::looks", G_CALLBACK (looks_cb), self);
  preview_cb (self);
  looks_cb (self);
}

/** mage_step_film_set_result: @result: (nullable): what the job that was watched made keeps what was seen of it. */
void
mage_step_film_set_result (MageStepFilm *self, MageResult *result)
{
  gboolean own = result != NULL && MAGE_IS_SAMPLE_JOB (self->job)
                 && mage_sample_job_get_result (MAGE_SAMPLE_JOB (self->job)) == result;

  if (!g_set_object (&self->result, result))
    return;
  if (!own)
    forget (self);
  mage_step_film_set_job (self, NULL);
  g_free (self->folder);
  self->folder = result != NULL ? mage_result_dup_path (result, MAGE_RESULT_LATENTS) : NULL;
}

/** mage_step_film_has: whether it can be seen at once. */
gboolean
mage_step_film_has (MageStepFilm *self, guint step)
{
  return find (self, step) != NULL;
}

/** mage_step_film_is_kept: whether the result has it on the disk. */
gboolean
mage_step_film_is_kept (MageStepFilm *self, guint step)
{
  return self->result != NULL && mage_kept_steps_has (self->folder, step) && (step == 0 || mage_kept_steps_has (self->folder, step - 1));
}

/** mage_step_film_get: Returns: (transfer none) (nullable) */
Frames *
mage_step_film_get (MageStepFilm *self, guint step, MageStepView view)
{
  Views *views = find (self, step);

  return views != NULL ? views->frames[view] : NULL;
}

/** mage_step_film_find_nearest: of what can be seen at once, the step next to @step, rather before it. */
guint
mage_step_film_find_nearest (MageStepFilm *self, guint step)
{
  guint best = G_MAXUINT;

  for (GList *l = self->order.head; l != NULL; l = l->next)
    {
      guint other = GPOINTER_TO_UINT (l->data);

      if (best == G_MAXUINT || ABS ((int) other - (int) step) < ABS ((int) best - (int) step))
        best = other;
    }
  return best;
}

/**
 * mage_step_film_want:
 * @now: somebody waits for it; else it is fetched by the way, where that is quick
 */
void
mage_step_film_want (MageStepFilm *self, guint step, gboolean now)
{
  if (mage_step_film_has (self, step) || (!now && self->slow))
    return;
  g_queue_remove (&self->wanted, GUINT_TO_POINTER (step));
  if (now)
    g_queue_push_head (&self->wanted, GUINT_TO_POINTER (step));
  else
    g_queue_push_tail (&self->wanted, GUINT_TO_POINTER (step));
  decode_next (self);
}
