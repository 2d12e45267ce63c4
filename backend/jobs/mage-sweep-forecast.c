/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-sweep-forecast.h"

#include "jobs/mage-trial.h"
#include "project/mage-kept-steps.h"

/* How much work a sweep is: what lacks is found in trials of the project, what a step takes in the videos that it has. */

/* Of the newest video that is no branch, by the times of the steps that are kept; 0: nobody knows. */
static double
measure_step (MageProject *project)
{
  GListModel *results = G_LIST_MODEL (mage_project_get_results (project));

  for (guint i = g_list_model_get_n_items (results); i > 0; i--)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (results, i - 1);
      g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_LATENTS);
      double seconds = mage_result_get_parent (result, NULL) == NULL ? mage_kept_steps_get_pace (folder) : 0;

      if (seconds > 0)
        return seconds;
    }
  return 0;
}

/* The same subject with the same values is trained once, however many videos need it. */
static void
add_missing (GHashTable *seen, MageProject *trial, MageSweep *sweep)
{
  g_autoptr (GPtrArray) items = mage_trial_list_needed (trial, mage_sweep_get_prompt (sweep), mage_sweep_get_motion (sweep));

  for (guint i = 0; i < items->len; i++)
    {
      MageTrainable *item = g_ptr_array_index (items, i);
      g_autofree char *mark = NULL;

      if (mage_trainable_get_state (item) == MAGE_TRAINED)
        continue;
      mark = mage_project_dup_mark (trial, item, mage_project_get_params (trial));
      g_hash_table_add (seen, mage_trainable_dup_hash (item, mage_project_get_params (trial), mark));
    }
}

/** mage_sweep_forecast_init: looks at @project as it is now. */
void
mage_sweep_forecast_init (MageSweepForecast *self, MageProject *project, MageSweep *sweep)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  *self = (MageSweepForecast){ 0 };
  for (guint i = 0; i < mage_sweep_get_n_cells (sweep); i++)
    {
      const char *id = mage_sweep_get_result (sweep, i);
      g_autoptr (MageParams) params = mage_sweep_dup_params (sweep, i);
      g_autoptr (MageProject) trial = NULL;

      if (id != NULL && mage_project_find_result (project, id) != NULL)
        continue;
      self->n_videos++;
      self->n_steps += (guint) mage_params_get_int (params, "steps");
      /* A folder that cannot be read fails when the video is made, with its reason. */
      trial = mage_trial_new_for_params (project, params, NULL);
      if (trial != NULL)
        add_missing (seen, trial, sweep);
    }
  self->n_trainings = g_hash_table_size (seen);
  self->seconds = self->n_steps * measure_step (project);
}
