/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-scene.h"

/* What there is to draw on a chart of losses. */

/** mage_loss_run_new: @series: copied from. */
MageLossRun *
mage_loss_run_new (const char *label, MageSeries *series)
{
  MageLossRun *self = g_new0 (MageLossRun, 1);

  self->label = g_strdup (label);
  self->data = mage_loss_data_new (NULL, series);
  return self;
}

void
mage_loss_run_free (MageLossRun *self)
{
  g_free (self->label);
  mage_loss_data_free (self->data);
  g_free (self);
}

void
mage_loss_scene_init (MageLossScene *self)
{
  *self = (MageLossScene) { .data = mage_loss_data_new (NULL, NULL), .to = 1 };
  self->earlier = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_loss_run_free);
  self->marks = g_array_new (FALSE, FALSE, sizeof (MageLossMark));
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
mage_loss_scene_clear (MageLossScene *self)
{
  g_clear_pointer (&self->data, mage_loss_data_free);
  g_clear_pointer (&self->bands, mage_loss_bands_free);
  g_clear_pointer (&self->earlier, g_ptr_array_unref);
  g_clear_pointer (&self->marks, g_array_unref);
  g_clear_pointer (&self->hidden, g_hash_table_unref);
}

/** mage_loss_scene_get_end: where the axis of all runs ends; @n_steps: how far this run is to go. */
double
mage_loss_scene_get_end (const MageLossScene *self, guint n_steps)
{
  double end = MAX (n_steps, mage_loss_data_get_last_step (self->data));

  for (guint i = 0; i < self->earlier->len; i++)
    end = MAX (end, mage_loss_data_get_last_step (((MageLossRun *) g_ptr_array_index (self->earlier, i))->data));
  return MAX (1, end);
}

/** mage_loss_scene_get_first: Returns: (nullable): the most important curve that is not hidden, which earlier runs are compared by */
MageLossCurve *
mage_loss_scene_get_first (const MageLossScene *self)
{
  for (guint i = 0; i < self->data->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->data->curves, i);

      if (!g_hash_table_contains (self->hidden, curve->name))
        return curve;
    }
  return NULL;
}

/** mage_loss_scene_get_other: Returns: (nullable): of an earlier run the curve that is compared; without losses here, its first */
MageLossCurve *
mage_loss_scene_get_other (const MageLossScene *self, const MageLossRun *run)
{
  MageLossCurve *first = mage_loss_scene_get_first (self);

  if (first != NULL)
    return mage_loss_data_get_curve (run->data, first->name);
  return self->data->curves->len == 0 && run->data->curves->len > 0 ? g_ptr_array_index (run->data->curves, 0) : NULL;
}
