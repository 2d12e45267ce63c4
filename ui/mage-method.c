/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-method.h"

#include "ui/mage-stale.h"

#include "jobs/mage-trial.h"

/*
 * Making a video by another method than the project's own, for comparison (METHOD §6): it works in a
 * trial of the project, which stays as it is; what was trained that way before is found again.
 */

/** mage_method_is_project: whether the project itself works by @variant. */
gboolean
mage_method_is_project (const MageVariant *variant, MageProject *project)
{
  return mage_variant_fits (variant, mage_project_get_params (project));
}

/** mage_method_new_trial: Returns: (transfer full): a copy of the project that works by @variant, with what was trained that way before */
MageProject *
mage_method_new_trial (const MageVariant *variant, MageProject *project, GError **error)
{
  g_autoptr (MageProject) trial = mage_project_new_trial (project, error);

  if (trial == NULL || !mage_variant_apply (variant, mage_project_get_params (trial), error))
    return NULL;
  mage_trial_adopt (trial);
  return g_steal_pointer (&trial);
}

/**
 * mage_method_dup_missing:
 * @motion: (nullable): the motion's name
 *
 * Returns: (transfer full) (nullable): what has to be trained before the video, in words; NULL: nothing
 */
char *
mage_method_dup_missing (MageProject *trial, const char *prompt, const char *motion)
{
  g_autoptr (GPtrArray) items = mage_trial_list_needed (trial, prompt, motion);

  for (guint i = items->len; i > 0; i--)
    if (mage_trainable_get_state (g_ptr_array_index (items, i - 1)) == MAGE_TRAINED)
      g_ptr_array_remove_index (items, i - 1);
  return items->len > 0 ? mage_stale_dup_names (items) : NULL;
}

/**
 * mage_method_plan:
 * @motion: (nullable): the motion's name
 * @preview_every: as the parameter; 0 for none
 *
 * Returns: (transfer full): what is missing, and the video
 */
MageVideoPlan *
mage_method_plan (MageSession *session, MageProject *trial, const char *prompt, const char *motion, guint preview_every)
{
  MageVideoPlan *plan = mage_video_plan_new (session, trial);
  g_autoptr (GPtrArray) items = mage_trial_list_needed (trial, prompt, motion);
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (trial));
  MageTrainable *moves = motion != NULL ? mage_project_find (trial, motion) : NULL;

  for (guint i = 0; i < items->len; i++)
    {
      MageTrainable *item = g_ptr_array_index (items, i);

      if (MAGE_IS_FUSION (item))
        mage_video_plan_add_fusion (plan);
      else
        mage_video_plan_add_training (plan, item);
    }
  mage_params_set_int (params, "preview_every", preview_every, NULL);
  mage_video_plan_add_video (plan, prompt, MAGE_IS_MOTION (moves) ? MAGE_MOTION (moves) : NULL, params);
  return plan;
}
