/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-reproduction.h"

#include "jobs/mage-trial.h"
#include "project/mage-result-parts.h"

#include <glib/gi18n.h>

/* The same request once more, to see whether the same video comes out. What is made joins no project. */

/* Beside the project, among what can be made again. */
#define FOLDER "cache/reproduced"

static MageMotion *
find_motion (MageProject *trial, MageResult *result, GError **error)
{
  const char *name = mage_result_find_motion (result);
  MageTrainable *motion = *name != '\0' ? mage_project_find (trial, name) : NULL;

  if (*name != '\0' && !MAGE_IS_MOTION (motion))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The video cannot be made again: its motion “%s” is gone"), name);
      return NULL;
    }
  return (MageMotion *) motion;
}

static gboolean
set_branch (MageSampleJob *job, MageProject *project, MageResult *result, GError **error)
{
  guint step;
  const char *id = mage_result_get_parent (result, &step);
  MageResult *parent = id != NULL ? mage_project_find_result (project, id) : NULL;

  if (id != NULL && parent == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("The video cannot be made again: it is a branch of one that was deleted"));
      return FALSE;
    }
  return parent == NULL || mage_sample_job_set_branch (job, parent, step, error);
}

/**
 * mage_reproduction_new:
 * @result: a video of @project
 * @error: says what is no longer as it was then
 *
 * Returns: (transfer full) (nullable): a job for the very same request; its result lies apart and keeps no steps
 */
MageSampleJob *
mage_reproduction_new (MageProject *project, MageResult *result, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MageProject) trial = mage_trial_new_for_params (project, mage_result_get_params (result), error);
  MageMotion *motion = trial != NULL ? find_motion (trial, result, &failure) : NULL;
  g_autoptr (MageSampleJob) job = NULL;
  g_autofree char *request = NULL;
  g_autofree char *folder = mage_project_dup_path (project, FOLDER);

  if (trial == NULL)
    return NULL;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  job = mage_sample_job_new (trial, mage_result_get_prompt (result), motion, mage_result_get_params (result), error);
  if (job == NULL || !set_branch (job, project, result, error))
    return NULL;
  request = mage_sample_job_dup_request (job);
  if (g_strcmp0 (request, mage_result_get_request (result)) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _("The video cannot be made again: what it was made of has been trained anew or changed since. "
                             "“Restore These Settings” makes a new one like it"));
      return NULL;
    }
  mage_sample_job_set_results_dir (job, folder);
  return g_steal_pointer (&job);
}
