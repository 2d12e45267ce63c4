/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/crew.h"

#include "tensor/tensor.h"

typedef struct
{
  Crew *crew;
  guint share;
  GThread *thread;
  GError *error; /* of the last run; shared, under the crew's lock */
} Hand;

struct _Crew
{
  guint n;
  Hand *hands; /* the first is the caller's own thread */
  GMutex lock;
  GCond changed;
  CrewFunc func;  /* shared */
  gpointer data;  /* shared */
  guint round;    /* shared: counts runs */
  guint n_busy;   /* shared: threads that work on this round */
  gboolean ended; /* shared */
};

/* Waits for a round after @seen. FALSE when there will be none. */
static gboolean
await_round (Crew *self, guint seen)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (self->round == seen && !self->ended)
    g_cond_wait (&self->changed, &self->lock);
  return !self->ended;
}

static void
end_share (Crew *self, Hand *hand, GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  hand->error = error;
  self->n_busy--;
  g_cond_broadcast (&self->changed);
}

static gpointer
work (gpointer data)
{
  Hand *hand = data;
  Crew *self = hand->crew;

  t_set_threads (1); /* this is a thread's own setting */
  for (guint seen = 0; await_round (self, seen); seen++)
    {
      GError *error = NULL;

      if (self->func (self->data, hand->share, &error))
        g_assert (error == NULL);
      end_share (self, hand, error);
    }
  return NULL;
}

/** crew_new: (transfer full): @n threads, the caller's own among them; the others compute with one thread each. */
Crew *
crew_new (guint n)
{
  Crew *self = g_new0 (Crew, 1);

  self->n = MAX (n, 1);
  self->hands = g_new0 (Hand, self->n);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  for (guint i = 0; i < self->n; i++)
    {
      self->hands[i].crew = self;
      self->hands[i].share = i;
      if (i > 0)
        self->hands[i].thread = g_thread_new ("crew", work, &self->hands[i]);
    }
  return self;
}

void
crew_free (Crew *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  for (guint i = 1; i < self->n; i++)
    g_thread_join (self->hands[i].thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->hands);
  g_free (self);
}

/** crew_n: how many threads there are. */
guint
crew_n (Crew *self)
{
  return self->n;
}

static void
begin_round (Crew *self, CrewFunc func, gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->func = func;
  self->data = data;
  self->n_busy = self->n - 1;
  self->round++;
  g_cond_broadcast (&self->changed);
}

/* Waits for the others and takes what failed: the caller's own error first. */
static gboolean
end_round (Crew *self, GError *own, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GError *first = own;

  while (self->n_busy > 0)
    g_cond_wait (&self->changed, &self->lock);
  for (guint i = 1; i < self->n; i++)
    {
      GError *other = g_steal_pointer (&self->hands[i].error);

      if (first == NULL)
        first = other;
      else
        g_clear_error (&other);
    }
  if (first != NULL)
    g_propagate_error (error, first);
  return first == NULL;
}

/**
 * crew_run:
 * @func: called once for each share, each on its own thread, share 0 on the caller's
 *
 * Returns: after all have ended: FALSE with the error of the first share that failed
 */
gboolean
crew_run (Crew *self, CrewFunc func, gpointer data, GError **error)
{
  GError *own = NULL;

  begin_round (self, func, data);
  if (func (data, 0, &own))
    g_assert (own == NULL);
  return end_round (self, own, error);
}
