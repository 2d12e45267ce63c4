/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-video-plan.h"

#include "ui/mage-work-order.h"

/*
 * What a video needs, put into the queue as one graph: trainings, the fusion, which needs them, and the video itself,
 * which needs all of it. What depends on something that fails or is stopped waits until that is done after all.
 */

struct _MageVideoPlan
{
  GObject parent_instance;

  MageSession *session;
  MageProject *project;  /* the session's, or a trial of it */
  GPtrArray *items;      /* of MageTrainable, to be trained */
  gboolean fuse;
  gboolean is_part;      /* of something that is remembered as a whole */
  char *prompt;          /* (nullable): no video */
  MageMotion *motion;
  MageParams *params;
  GPtrArray *orders;     /* of MageWaitingJob, as queued */
  gboolean ended;
};

G_DEFINE_FINAL_TYPE (MageVideoPlan, mage_video_plan, G_TYPE_OBJECT)

enum
{
  SAMPLING,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_trial (MageVideoPlan *self)
{
  return mage_session_get_project (self->session) != self->project;
}

/* What a trial makes lies in the project's folder, and joins its videos. */
static void
take_result (MageVideoPlan *self, MageJob *job)
{
  MageResult *result = MAGE_IS_SAMPLE_JOB (job) ? mage_sample_job_get_result (MAGE_SAMPLE_JOB (job)) : NULL;

  if (result != NULL && is_trial (self))
    g_list_store_append (mage_project_get_results (mage_session_get_project (self->session)), result);
}

/* Of a trial nothing is left over; what the project itself waits for goes on once the cause is mended. */
static void
drop_rest (MageVideoPlan *self)
{
  for (guint i = self->orders->len; i > 0; i--)
    {
      MageJob *job = mage_waiting_job_get_job (g_ptr_array_index (self->orders, i - 1));

      if (!mage_job_is_over (job))
        mage_session_cancel (self->session, job);
      mage_session_dismiss (self->session, job);
    }
}

static void
end (MageVideoPlan *self, gboolean reached)
{
  g_autoptr (MageVideoPlan) kept = self; /* of mage_video_plan_start() */

  if (self->ended)
    {
      g_steal_pointer (&kept);
      return;
    }
  self->ended = TRUE;
  for (guint i = 0; i < self->orders->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->orders, i), self);
  if (!reached && is_trial (self))
    drop_rest (self);
  g_signal_emit (self, signals[ENDED], 0, reached);
}

static gboolean
is_all_done (MageVideoPlan *self)
{
  for (guint i = 0; i < self->orders->len; i++)
    if (mage_job_get_state (mage_waiting_job_get_job (g_ptr_array_index (self->orders, i))) != MAGE_JOB_DONE)
      return FALSE;
  return TRUE;
}

static void
settled_cb (MageVideoPlan *self, MageWaitingJob *order)
{
  MageJob *job = mage_waiting_job_get_job (order);

  if (self->ended)
    return;
  if (mage_job_get_state (job) != MAGE_JOB_DONE)
    {
      end (self, FALSE);
      return;
    }
  take_result (self, job);
  if (is_all_done (self))
    end (self, TRUE);
}

static void
became_cb (MageVideoPlan *self, MageJob *job)
{
  if (MAGE_IS_SAMPLE_JOB (job))
    g_signal_emit (self, signals[SAMPLING], 0, job);
}

/* Takes order, which needs all that was queued before it and is in @needs. */
static gboolean
queue (MageVideoPlan *self, MageWaitingJob *order, gpointer object, GPtrArray *needs)
{
  for (guint i = 0; needs != NULL && i < needs->len; i++)
    mage_waiting_job_add_need (order, g_ptr_array_index (needs, i));
  g_ptr_array_add (self->orders, g_object_ref (order));
  g_signal_connect_swapped (order, "settled", G_CALLBACK (settled_cb), self);
  g_signal_connect_swapped (order, "became", G_CALLBACK (became_cb), self);
  return mage_session_push_order (self->session, order, object) != NULL && !self->ended;
}

static gboolean
queue_fusion (MageVideoPlan *self)
{
  /* Whoever asked for them. */
  g_autoptr (GPtrArray) needs = mage_session_list_orders (self->session, G_LIST_MODEL (mage_project_get_subjects (self->project)));
  MageFusion *fusion = mage_project_get_fusion (self->project);

  if (mage_session_find_job (self->session, MAGE_TRAINABLE (fusion)) != NULL
      || (needs->len == 0 && !mage_fuse_job_is_needed (self->project)))
    return TRUE;
  return queue (self, mage_work_order_fuse (self->project, TRUE), fusion, needs);
}

static gboolean
queue_video (MageVideoPlan *self)
{
  MageWaitingJob *order = mage_work_order_sample (self->project, self->prompt, self->motion, self->params);

  if (self->is_part)
    mage_work_order_set_part (order);
  return queue (self, order, mage_session_get_project (self->session), self->orders);
}

static gboolean
queue_all (MageVideoPlan *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      MageTrainable *item = g_ptr_array_index (self->items, i);

      if (mage_train_job_is_needed (self->project, item)
          && !queue (self, mage_work_order_train (self->project, item, TRUE), item, NULL))
        return FALSE;
    }
  if (self->fuse && !queue_fusion (self))
    return FALSE;
  return self->prompt == NULL || queue_video (self);
}

static void
mage_video_plan_dispose (GObject *object)
{
  MageVideoPlan *self = MAGE_VIDEO_PLAN (object);

  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->orders, g_ptr_array_unref);
  g_clear_object (&self->motion);
  g_clear_object (&self->params);
  g_clear_object (&self->project);
  g_clear_object (&self->session);
  g_clear_pointer (&self->prompt, g_free);
  G_OBJECT_CLASS (mage_video_plan_parent_class)->dispose (object);
}

static void
mage_video_plan_class_init (MageVideoPlanClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_video_plan_dispose;
  /** MageVideoPlan::sampling: @job: the video's turn has come. */
  signals[SAMPLING] = g_signal_new ("sampling", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, MAGE_TYPE_JOB);
  /** MageVideoPlan::ended: @reached: whether all of it is done. */
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
mage_video_plan_init (MageVideoPlan *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->orders = g_ptr_array_new_with_free_func (g_object_unref);
}

/** mage_video_plan_new: @project: the session's, or a trial of it. */
MageVideoPlan *
mage_video_plan_new (MageSession *session, MageProject *project)
{
  MageVideoPlan *self = g_object_new (MAGE_TYPE_VIDEO_PLAN, NULL);

  self->session = g_object_ref (session);
  self->project = g_object_ref (project);
  return self;
}

/** mage_video_plan_add_training: @item: a subject or motion of the plan's project. */
void
mage_video_plan_add_training (MageVideoPlan *self, MageTrainable *item)
{
  g_ptr_array_add (self->items, g_object_ref (item));
}

/** mage_video_plan_add_fusion: after the trainings, if the subjects are not fused as they are then. */
void
mage_video_plan_add_fusion (MageVideoPlan *self)
{
  self->fuse = TRUE;
}

/** mage_video_plan_add_video: last of all. @motion: (nullable): of the plan's project. */
void
mage_video_plan_add_video (MageVideoPlan *self, const char *prompt, MageMotion *motion, MageParams *params)
{
  g_set_str (&self->prompt, prompt);
  g_set_object (&self->motion, motion);
  g_set_object (&self->params, params);
}

/** mage_video_plan_set_part: the video belongs to a sweep, which is remembered as a whole when the project is closed. */
void
mage_video_plan_set_part (MageVideoPlan *self)
{
  self->is_part = TRUE;
}

/** mage_video_plan_start: it lives until it ends. */
void
mage_video_plan_start (MageVideoPlan *self)
{
  g_object_ref (self);
  if (!queue_all (self))
    end (self, FALSE);
  else if (is_all_done (self))
    end (self, TRUE);
}

/** mage_video_plan_get_result: Returns: (transfer none) (nullable): the video, once it is made */
MageResult *
mage_video_plan_get_result (MageVideoPlan *self)
{
  for (guint i = 0; i < self->orders->len; i++)
    {
      MageJob *job = mage_waiting_job_get_job (g_ptr_array_index (self->orders, i));

      if (MAGE_IS_SAMPLE_JOB (job))
        return mage_sample_job_get_result (MAGE_SAMPLE_JOB (job));
    }
  return NULL;
}

/** mage_video_plan_has: whether @job, or the place in the queue, is of the plan. */
gboolean
mage_video_plan_has (MageVideoPlan *self, MageJob *job)
{
  for (guint i = 0; i < self->orders->len; i++)
    if (mage_waiting_job_get_job (g_ptr_array_index (self->orders, i)) == job)
      return TRUE;
  return FALSE;
}

/** mage_video_plan_stop: what runs of it ends at its next block, and the rest is not begun. */
void
mage_video_plan_stop (MageVideoPlan *self)
{
  g_autoptr (MageVideoPlan) kept = g_object_ref (self);

  for (guint i = self->orders->len; i > 0 && !self->ended; i--)
    {
      MageJob *job = mage_waiting_job_get_job (g_ptr_array_index (self->orders, i - 1));

      if (!mage_job_is_over (job))
        mage_session_cancel (self->session, job);
    }
}
