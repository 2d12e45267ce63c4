/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-session-video.h"

#include "ui/mage-compose-check.h"
#include "ui/mage-method.h"
#include "ui/mage-work-order.h"

#include "jobs/mage-trial.h"
#include "project/mage-json.h"

#include <glib/gi18n.h>

/* The videos of a session: asked for, and asked for again where the project was closed before they were made. */

static void
add_need (MageSession *self, MageWaitingJob *order, MageTrainable *item)
{
  MageWaitingJob *need = mage_session_find_order (self, item);

  if (need != NULL)
    mage_waiting_job_add_need (order, need);
}

/* Whoever plays a part and is still being trained, or waits for it, comes first; and so does the fusion of those. */
static void
add_needs (MageSession *self, MageWaitingJob *order, const char *prompt, MageMotion *motion)
{
  MageProject *project = mage_session_get_project (self);
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (project));
  g_autoptr (GPtrArray) untrained = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *words = NULL;
  MageComposeNeed need = mage_compose_check (project, prompt, motion, untrained, &words);

  for (guint i = 0; i < untrained->len; i++)
    add_need (self, order, g_ptr_array_index (untrained, i));
  if (need != MAGE_COMPOSE_TRAIN && need != MAGE_COMPOSE_FUSE)
    return;
  if (need == MAGE_COMPOSE_TRAIN && mage_waiting_job_get_needs (order)->len > 0 && mage_compose_needs_fusion (project, prompt)
      && mage_session_find_job (self, fusion) == NULL)
    mage_session_fuse (self);
  add_need (self, order, fusion);
}

static MageJob *
push (MageSession *self, MageWaitingJob *order, const char *prompt, MageMotion *motion)
{
  add_needs (self, order, prompt, motion);
  return mage_session_push_order (self, order, mage_session_get_project (self));
}

/**
 * mage_session_sample:
 * @motion: (nullable)
 * @params: (nullable): NULL for the project's
 *
 * Queues a video of a prompt, behind the trainings under way that it needs. What hinders it is told in a toast.
 *
 * Returns: (transfer none) (nullable): a MageSampleJob, or its place in the queue
 */
MageJob *
mage_session_sample (MageSession *self, const char *prompt, MageMotion *motion, MageParams *params)
{
  return push (self, mage_work_order_sample (mage_session_get_project (self), prompt, motion, params), prompt, motion);
}

/** mage_session_branch: as mage_session_sample(), from @step of @parent on. */
MageJob *
mage_session_branch (MageSession *self, const char *prompt, MageMotion *motion, MageParams *params, MageResult *parent, guint step)
{
  MageWaitingJob *order = mage_work_order_sample (mage_session_get_project (self), prompt, motion, params);

  mage_work_order_set_branch (order, parent, step);
  return push (self, order, prompt, motion);
}

/* --- what was asked for before --- */

static gboolean
find_motion (MageProject *project, const char *name, MageMotion **motion, GError **error)
{
  MageTrainable *found = *name != '\0' ? mage_project_find (project, name) : NULL;

  *motion = MAGE_IS_MOTION (found) ? MAGE_MOTION (found) : NULL;
  if (*name == '\0' || *motion != NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The video that was not finished needs the motion “%s”, which is gone"), name);
  return FALSE;
}

static gboolean
find_parent (MageProject *project, const char *id, MageResult **parent, GError **error)
{
  *parent = *id != '\0' ? mage_project_find_result (project, id) : NULL;
  if (*id == '\0' || *parent != NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _("A branch that was not finished cannot go on: the video that it leaves is gone"));
  return FALSE;
}

/* In a trial of the project, which trains what it lacks. */
static gboolean
resume_beside (MageSession *self, const char *prompt, const char *motion, MageParams *params, GError **error)
{
  g_autoptr (MageProject) trial = mage_trial_new_for_params (mage_session_get_project (self), params, error);
  g_autoptr (MageVideoPlan) plan = NULL;

  if (trial == NULL)
    return FALSE;
  plan = mage_method_plan (self, trial, prompt, motion, (guint) mage_params_get_int (params, "preview_every"));
  mage_video_plan_start (plan);
  return TRUE;
}

static gboolean
resume (MageSession *self, JsonObject *written, GError **error)
{
  MageProject *project = mage_session_get_project (self);
  const char *prompt = mage_json_get_string (written, "prompt", "");
  const char *name = mage_json_get_string (written, "motion", "");
  guint step = (guint) CLAMP (mage_json_get_int (written, "step", 0), 0, G_MAXINT);
  g_autoptr (MageParams) params = mage_work_order_read_params (project, written, error);
  MageMotion *motion;
  MageResult *parent;

  if (params == NULL || !find_motion (project, name, &motion, error)
      || !find_parent (project, mage_json_get_string (written, "parent", ""), &parent, error))
    return FALSE;
  if (mage_json_get_boolean (written, "beside", FALSE))
    return resume_beside (self, prompt, motion != NULL ? name : NULL, params, error);
  if (parent != NULL)
    mage_session_branch (self, prompt, motion, params, parent, step);
  else
    mage_session_sample (self, prompt, motion, params);
  return TRUE;
}

/** mage_session_resume_video: @written: by mage_work_order_write(); the video is queued again, and goes on where it was. */
void
mage_session_resume_video (MageSession *self, JsonObject *written)
{
  g_autoptr (GError) error = NULL;

  if (!resume (self, written, &error))
    mage_session_toast_error (self, error);
}
