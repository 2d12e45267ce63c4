/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-video-plan.h"

/*
 * What a video needs, one after the other: trainings, the fusion, which needs them to be complete,
 * and the video itself. It ends with its first job that does not come to a good end.
 */

struct _MageVideoPlan
{
  GObject parent_instance;

  MageSession *session;
  MageProject *project;  /* the session's, or a trial of it */
  GQueue items;          /* of MageTrainable, to be trained */
  gboolean fuse;
  char *prompt;          /* (nullable): no video */
  MageMotion *motion;
  MageParams *params;
  MageJob *job;
  int n_planned;         /* as the session knows it */
};

G_DEFINE_FINAL_TYPE (MageVideoPlan, mage_video_plan, G_TYPE_OBJECT)

enum
{
  SAMPLING,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Tells the session how many jobs are still to come. */
static void
count_planned (MageVideoPlan *self, int n)
{
  mage_session_count_planned (self->session, n - self->n_planned);
  self->n_planned = n;
}

static int
get_n_left (MageVideoPlan *self)
{
  return (int) g_queue_get_length (&self->items) + (self->fuse && mage_fuse_job_is_needed (self->project))
         + (self->prompt != NULL);
}

static void
end (MageVideoPlan *self, gboolean reached)
{
  g_autoptr (MageVideoPlan) kept = self; /* of mage_video_plan_start() */

  count_planned (self, 0);

  g_signal_emit (self, signals[ENDED], 0, reached);
}

static void step (MageVideoPlan *self);

/* What a trial makes lies in the project's folder, and joins its videos. */
static void
take_result (MageVideoPlan *self, MageJob *job)
{
  MageProject *shown = mage_session_get_project (self->session);
  MageResult *result = MAGE_IS_SAMPLE_JOB (job) ? mage_sample_job_get_result (MAGE_SAMPLE_JOB (job)) : NULL;

  if (result != NULL && shown != self->project)
    g_list_store_append (mage_project_get_results (shown), result);
}

static void
finished_cb (MageVideoPlan *self, MageJob *job)
{
  g_signal_handlers_disconnect_by_data (job, self);
  g_clear_object (&self->job);
  if (mage_job_get_state (job) != MAGE_JOB_DONE)
    {
      end (self, FALSE);
      return;
    }
  take_result (self, job);
  step (self);
}

/* Takes job; without one the plan ends by saying why. */
static void
push (MageVideoPlan *self, MageJob *job, gpointer object, const GError *error)
{
  if (job == NULL)
    {
      mage_session_toast_error (self->session, error);
      end (self, FALSE);
      return;
    }
  self->job = g_object_ref (job);
  count_planned (self, get_n_left (self));
  g_signal_connect_swapped (job, "finished", G_CALLBACK (finished_cb), self);
  mage_session_push (self->session, job, object);
  if (MAGE_IS_SAMPLE_JOB (job))
    g_signal_emit (self, signals[SAMPLING], 0, job);
}

static void
push_fusion (MageVideoPlan *self)
{
  g_autoptr (GError) error = NULL;
  MageFuseJob *job = mage_fuse_job_new (self->project, &error);

  self->fuse = FALSE;
  push (self, (MageJob *) job, mage_project_get_fusion (self->project), error);
}

static void
push_video (MageVideoPlan *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *prompt = g_steal_pointer (&self->prompt);
  MageSampleJob *job = mage_sample_job_new (self->project, prompt, self->motion, self->params, &error);

  push (self, (MageJob *) job, mage_session_get_project (self->session), error);
}

/* Begins with what comes next, if it is still needed. */
static void
step (MageVideoPlan *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageTrainable) item = NULL;

  while ((item = g_queue_pop_head (&self->items)) != NULL)
    {
      if (mage_train_job_is_needed (self->project, item))
        {
          push (self, (MageJob *) mage_train_job_new (self->project, item, &error), item, error);
          return;
        }
      g_clear_object (&item);
    }
  if (self->fuse && mage_fuse_job_is_needed (self->project))
    push_fusion (self);
  else if (self->prompt != NULL)
    push_video (self);
  else
    end (self, TRUE);
}

static void
mage_video_plan_dispose (GObject *object)
{
  MageVideoPlan *self = MAGE_VIDEO_PLAN (object);

  g_queue_clear_full (&self->items, g_object_unref);
  g_clear_object (&self->job);
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
  /** MageVideoPlan::sampling: @job: the video is queued. */
  signals[SAMPLING] = g_signal_new ("sampling", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, MAGE_TYPE_JOB);
  /** MageVideoPlan::ended: @reached: whether all of it is done. */
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
mage_video_plan_init (MageVideoPlan *self)
{
  g_queue_init (&self->items);
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
  g_queue_push_tail (&self->items, g_object_ref (item));
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

/** mage_video_plan_start: it lives until it ends. */
void
mage_video_plan_start (MageVideoPlan *self)
{
  g_object_ref (self);
  step (self);
}
