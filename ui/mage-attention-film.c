/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-film.h"

#include "project/mage-kept-maps.h"
#include "project/mage-kept-steps.h"
#include "ui/mage-kept-setting.h"

#include <glib/gstdio.h>

/*
 * The attention of a video's steps: what somebody wants to see comes first; meanwhile, where nothing else is computed, the
 * steps around it are computed for the disk, so that all are at hand when they are wanted. Of a large model only what is
 * asked for comes.
 */

/* Attention in memory takes no more than this; what is over it is read again when it is wanted. */
#define MOST_BYTES ((gsize) 160 << 20)

struct _MageAttentionFilm
{
  GObject parent_instance;

  MageSession *session;
  MageResult *result;
  char *steps;           /* the folder of its samples */
  char *maps;            /* the folder of its attention */
  guint n_steps;
  gboolean large;
  gboolean ahead;        /* whether steps that nobody asked for are computed */
  GHashTable *known;     /* step → MageAttention */
  GQueue order;          /* of steps, as they came */
  gsize size;
  guint wanted;          /* 0: nothing is waited for */
  GStrv layers;          /* of a large model, what is waited for; NULL: what it chooses */
  guint centre;          /* what was asked for last */
  MageAttentionJob *job;
  gboolean failed;       /* nothing more is computed ahead */
  goffset disk;          /* what all maps of the project take; -1: not measured yet */
};

G_DEFINE_FINAL_TYPE (MageAttentionFilm, mage_attention_film, G_TYPE_OBJECT)

enum
{
  ARRIVED,
  FAILED,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
make_room (MageAttentionFilm *self, guint keep)
{
  while (self->size > MOST_BYTES && g_queue_get_length (&self->order) > 1)
    {
      gpointer oldest = g_queue_pop_head (&self->order);

      if (oldest == GUINT_TO_POINTER (keep))
        {
          g_queue_push_tail (&self->order, oldest);
          continue;
        }
      self->size -= mage_attention_measure (g_hash_table_lookup (self->known, oldest));
      g_hash_table_remove (self->known, oldest);
    }
}

static void
put (MageAttentionFilm *self, guint step, MageAttention *attention)
{
  MageAttention *before = g_hash_table_lookup (self->known, GUINT_TO_POINTER (step));

  if (before != NULL)
    self->size -= mage_attention_measure (before);
  g_queue_remove (&self->order, GUINT_TO_POINTER (step));
  g_queue_push_tail (&self->order, GUINT_TO_POINTER (step));
  g_hash_table_insert (self->known, GUINT_TO_POINTER (step), mage_attention_ref (attention));
  self->size += mage_attention_measure (attention);
  make_room (self, step);
}

/* Measured once, then added to: a project may have many files. What was there before counts twice, on the safe side. */
static void
add_size (MageAttentionFilm *self, guint step)
{
  g_autofree char *path = mage_kept_maps_dup_path (self->maps, step);
  GStatBuf status;

  if (self->disk >= 0 && g_stat (path, &status) == 0)
    self->disk += status.st_size;
}

static void go_on (MageAttentionFilm *self);

static void
finished_cb (MageAttentionFilm *self)
{
  g_autoptr (MageAttentionJob) job = g_steal_pointer (&self->job);
  guint step = mage_attention_job_get_step (job);
  MageAttention *attention = mage_attention_job_get_attention (job);
  const GError *error = mage_job_get_error (MAGE_JOB (job));
  /* What was stopped and is wanted again begins again. */
  gboolean asked = step == self->wanted && mage_job_get_state (MAGE_JOB (job)) != MAGE_JOB_CANCELLED;

  g_signal_handlers_disconnect_by_data (job, self);
  if (asked)
    self->wanted = 0;
  if (attention != NULL)
    {
      put (self, step, attention);
      add_size (self, step);
    }
  else if (mage_job_get_state (MAGE_JOB (job)) == MAGE_JOB_FAILED)
    self->failed = TRUE;
  if (asked && attention != NULL)
    g_signal_emit (self, signals[ARRIVED], 0, step);
  else if (asked && error != NULL)
    g_signal_emit (self, signals[FAILED], 0, error->message);
  go_on (self);
}

static gboolean
begin (MageAttentionFilm *self, guint step)
{
  g_autoptr (GError) error = NULL;

  self->job = mage_attention_job_new (mage_session_get_project (self->session), self->result, step, mage_kept_setting_get_maps (),
                                      &error);
  if (self->job == NULL)
    {
      self->failed = TRUE;
      if (step == self->wanted)
        {
          self->wanted = 0;
          g_signal_emit (self, signals[FAILED], 0, error->message);
        }
      return FALSE;
    }
  if (self->large)
    mage_attention_job_set_layers (self->job, (const char *const *) self->layers);
  g_signal_connect_swapped (self->job, "finished", G_CALLBACK (finished_cb), self);
  mage_worker_assist (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  return TRUE;
}

/* The nearest step to what was looked at last that is not on the disk yet. */
static guint
find_next (MageAttentionFilm *self)
{
  for (guint far = 1; far < self->n_steps; far++)
    for (int side = 1; side >= -1; side -= 2)
      {
        int step = (int) self->centre + side * (int) far;

        if (step >= 1 && step <= (int) self->n_steps && mage_attention_film_is_kept (self, (guint) step)
            && !mage_kept_maps_has (self->maps, (guint) step))
          return (guint) step;
      }
  return 0;
}

/* Beside other work nothing is computed that nobody asked for; nor more than the disk may hold. */
static gboolean
may_go_ahead (MageAttentionFilm *self)
{
  if (self->disk < 0)
    {
      g_autofree char *result = g_path_get_dirname (self->maps);
      g_autofree char *results = g_path_get_dirname (result);

      self->disk = mage_kept_maps_measure (results);
    }
  return self->ahead && !self->failed && !self->large && self->centre > 0 && !mage_session_is_busy (self->session)
         && self->disk < mage_kept_setting_get_maps () * 9 / 10;
}

static void
go_on (MageAttentionFilm *self)
{
  guint next = 0;

  if (self->job == NULL && self->wanted > 0)
    begin (self, self->wanted);
  else if (self->job == NULL && may_go_ahead (self) && (next = find_next (self)) > 0)
    begin (self, next);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- the object --- */

static void
mage_attention_film_dispose (GObject *object)
{
  MageAttentionFilm *self = MAGE_ATTENTION_FILM (object);

  if (self->job != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->job, self);
      mage_worker_cancel (mage_session_get_worker (self->session), MAGE_JOB (self->job));
    }
  g_clear_object (&self->job);
  g_hash_table_remove_all (self->known);
  g_queue_clear (&self->order);
  g_clear_object (&self->result);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_attention_film_parent_class)->dispose (object);
}

static void
mage_attention_film_finalize (GObject *object)
{
  MageAttentionFilm *self = MAGE_ATTENTION_FILM (object);

  g_hash_table_unref (self->known);
  g_strfreev (self->layers);
  g_free (self->steps);
  g_free (self->maps);
  G_OBJECT_CLASS (mage_attention_film_parent_class)->finalize (object);
}

static void
mage_attention_film_class_init (MageAttentionFilmClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_attention_film_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_attention_film_finalize;
  /** MageAttentionFilm::arrived: a step that was wanted is there. */
  signals[ARRIVED] = g_signal_new ("arrived", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  /** MageAttentionFilm::failed: a step that was wanted cannot be had, with the reason. */
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /** MageAttentionFilm::changed: it computes something else, or nothing. */
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mage_attention_film_init (MageAttentionFilm *self)
{
  self->known = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) mage_attention_unref);
  g_queue_init (&self->order);
  self->disk = -1;
}

MageAttentionFilm *
mage_attention_film_new (MageSession *session, MageResult *result)
{
  MageAttentionFilm *self = g_object_new (MAGE_TYPE_ATTENTION_FILM, NULL);

  self->session = g_object_ref (session);
  self->result = g_object_ref (result);
  self->steps = mage_result_dup_path (result, MAGE_RESULT_LATENTS);
  self->maps = mage_result_dup_path (result, MAGE_RESULT_ATTENTION);
  self->n_steps = (guint) mage_params_get_int (mage_result_get_params (result), "steps");
  self->large = mage_attention_is_large (result);
  return self;
}

MageResult *
mage_attention_film_get_result (MageAttentionFilm *self)
{
  return self->result;
}

guint
mage_attention_film_get_n_steps (MageAttentionFilm *self)
{
  return self->n_steps;
}

/** mage_attention_film_is_kept: whether what @step began with is on the disk. */
gboolean
mage_attention_film_is_kept (MageAttentionFilm *self, guint step)
{
  return step >= 1 && mage_kept_steps_has (self->steps, step - 1);
}

/** mage_attention_film_get: Returns: (transfer none) (nullable): what can be seen at once */
MageAttention *
mage_attention_film_get (MageAttentionFilm *self, guint step)
{
  return g_hash_table_lookup (self->known, GUINT_TO_POINTER (step));
}

/** mage_attention_film_want: @layers: (nullable): of a large model, what of the step; what was wanted before is not waited for any more. */
void
mage_attention_film_want (MageAttentionFilm *self, guint step, const char *const *layers)
{
  self->centre = step;
  self->wanted = step;
  g_strfreev (self->layers);
  self->layers = g_strdupv ((GStrv) layers);
  if (self->job != NULL && mage_attention_job_get_step (self->job) != step)
    mage_worker_cancel (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  go_on (self);
}

/** mage_attention_film_see: @step is looked at, and nothing is waited for; what is computed already is computed to its end. */
void
mage_attention_film_see (MageAttentionFilm *self, guint step)
{
  self->centre = step;
  self->wanted = 0;
  g_signal_emit (self, signals[CHANGED], 0);
}

/** mage_attention_film_set_ahead: whether the steps around what is looked at are computed by the way; from then on. */
void
mage_attention_film_set_ahead (MageAttentionFilm *self, gboolean ahead)
{
  self->ahead = ahead;
  if (!ahead && self->job != NULL && self->wanted == 0)
    mage_worker_cancel (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  go_on (self);
}

/** mage_attention_film_cancel: what was wanted is not computed, nor anything else until more is wanted. */
void
mage_attention_film_cancel (MageAttentionFilm *self)
{
  self->wanted = 0;
  mage_attention_film_set_ahead (self, FALSE);
}

/** mage_attention_film_get_wanted: Returns: the step that somebody waits for; 0: none */
guint
mage_attention_film_get_wanted (MageAttentionFilm *self)
{
  return self->wanted;
}

/** mage_attention_film_get_job: Returns: (transfer none) (nullable): what is computed now */
MageJob *
mage_attention_film_get_job (MageAttentionFilm *self)
{
  return self->job != NULL ? MAGE_JOB (self->job) : NULL;
}
