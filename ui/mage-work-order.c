/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-work-order.h"

#include "ui/mage-kept-setting.h"

#include "project/mage-json.h"

#include <glib/gi18n.h>

/*
 * Work that is asked for now and made when its turn comes: with the settings that the project has then, but for those of its own. A
 * video that was asked for can be written down, so that it is not lost with the window.
 */

/* Steps between what is shown of a fusion. */
#define LOOK_EVERY 5

typedef struct
{
  MageProject *project;
  MageTrainable *item;
  gboolean if_needed;
  char *prompt;
  MageMotion *motion;
  MageResult *parent;   /* (nullable): no branch */
  guint step;           /* of it, after which the branch leaves */
  gboolean is_part;     /* of something that is remembered as a whole */
  gint64 asked;         /* when, in microseconds */
  MageParamLayer *layer;
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_clear_object (&self->project);
  g_clear_object (&self->item);
  g_clear_object (&self->motion);
  g_clear_object (&self->parent);
  g_clear_object (&self->layer);
  g_free (self->prompt);
  g_free (self);
}

/* What has settings of its own is trained with these, whatever the project's state is. */
static gboolean
may_skip (Order *self, MageUse use)
{
  return self->if_needed && mage_param_layer_count_changed (self->layer, use) == 0;
}

/* What was trained for more steps than the project asks for stays so, unless it has settings of its own. */
static MageParams *
dup_params (Order *self, MageTrainable *item, MageUse use)
{
  MageParams *params = mage_params_copy (mage_param_layer_get_params (self->layer));

  if (mage_param_layer_count_changed (self->layer, use) == 0 && mage_trainable_get_state (item) == MAGE_TRAINED)
    mage_params_set_int (params, mage_trainable_get_steps_key (item), (int) mage_run_get_n_steps (mage_trainable_get_run (item)), NULL);
  return params;
}

static MageJob *
make_training (gpointer data, GError **error)
{
  Order *self = data;
  g_autoptr (MageParams) params = NULL;

  if (!mage_project_check_model (self->project, error)
      || (may_skip (self, MAGE_USE_TRAIN) && !mage_train_job_is_needed (self->project, self->item)))
    return NULL;
  params = dup_params (self, self->item, MAGE_USE_TRAIN);
  return (MageJob *) mage_train_job_new_with (self->project, self->item, params, error);
}

static MageJob *
make_fusion (gpointer data, GError **error)
{
  Order *self = data;
  g_autoptr (MageParams) params = NULL;
  MageFuseJob *job;

  if (!mage_project_check_model (self->project, error) || (may_skip (self, MAGE_USE_FUSE) && !mage_fuse_job_is_needed (self->project)))
    return NULL;
  params = dup_params (self, MAGE_TRAINABLE (mage_project_get_fusion (self->project)), MAGE_USE_FUSE);
  job = mage_fuse_job_new_with (self->project, params, error);
  if (job != NULL)
    mage_fuse_job_set_look_every (job, LOOK_EVERY);
  return (MageJob *) job;
}

static MageJob *
make_video (gpointer data, GError **error)
{
  Order *self = data;
  g_autoptr (MageSampleJob) job = NULL;

  if (!mage_project_check_model (self->project, error))
    return NULL;
  job = mage_sample_job_new (self->project, self->prompt, self->motion, mage_param_layer_get_params (self->layer), error);
  if (job == NULL || (self->parent != NULL && !mage_sample_job_set_branch (job, self->parent, self->step, error)))
    return NULL;
  mage_sample_job_set_limit (job, mage_kept_setting_get ());
  return (MageJob *) g_steal_pointer (&job);
}

static Order *
order_new (MageProject *project, MageParams *params)
{
  Order *self = g_new0 (Order, 1);

  self->project = g_object_ref (project);
  self->layer = mage_param_layer_new (mage_project_get_params (project), params);
  return self;
}

static MageWaitingJob *
make_place (const char *title, MageMakeJobFunc make, Order *order)
{
  MageWaitingJob *place = mage_waiting_job_new (title, make, order, order_free);

  mage_waiting_job_set_layer (place, order->layer);
  return place;
}

/**
 * mage_work_order_train:
 * @if_needed: nothing is done where it is trained by then as the project says
 *
 * Returns: (transfer full): the training of a subject, or of a motion with the words of its things
 */
MageWaitingJob *
mage_work_order_train (MageProject *project, MageTrainable *item, gboolean if_needed)
{
  Order *order = order_new (project, NULL);
  g_autofree char *name = mage_trainable_dup_title (item);
  g_autofree char *title = g_strdup_printf (_("Training %s"), name);

  order->item = g_object_ref (item);
  order->if_needed = if_needed;
  return make_place (title, make_training, order);
}

/** mage_work_order_fuse: Returns: (transfer full): the fusion of all subjects; @if_needed: as with a training */
MageWaitingJob *
mage_work_order_fuse (MageProject *project, gboolean if_needed)
{
  Order *order = order_new (project, NULL);

  order->if_needed = if_needed;
  return make_place (_("Fusing the subjects"), make_fusion, order);
}

/**
 * mage_work_order_sample:
 * @motion: (nullable)
 * @params: (nullable): NULL for the project's, as they are when its turn comes
 *
 * Returns: (transfer full): a video
 */
MageWaitingJob *
mage_work_order_sample (MageProject *project, const char *prompt, MageMotion *motion, MageParams *params)
{
  Order *order = order_new (project, params);

  order->prompt = g_strdup (prompt);
  order->asked = g_get_real_time ();
  g_set_object (&order->motion, motion);
  return make_place (_("Sampling"), make_video, order);
}

/** mage_work_order_set_branch: @order: a video; it goes on from @parent, after so many of its steps. Before it is queued. */
void
mage_work_order_set_branch (MageWaitingJob *order, MageResult *parent, guint step)
{
  Order *self = mage_waiting_job_get_data (order, make_video);

  g_return_if_fail (self != NULL);

  g_set_object (&self->parent, parent);
  self->step = step;
}

/** mage_work_order_set_part: @order: a video of a sweep, or of another whole that is remembered by itself. */
void
mage_work_order_set_part (MageWaitingJob *order)
{
  Order *self = mage_waiting_job_get_data (order, make_video);

  g_return_if_fail (self != NULL);

  self->is_part = TRUE;
}

/** mage_work_order_is_video: whether it is a video that somebody asked for, and no part of a sweep. */
gboolean
mage_work_order_is_video (MageWaitingJob *order)
{
  Order *self = mage_waiting_job_get_data (order, make_video);

  return self != NULL && !self->is_part;
}

/* --- written down --- */

/**
 * mage_work_order_write:
 * @project: that is open; what is made in a trial of it is made beside it again
 *
 * Returns: (transfer full) (nullable): all that the video is asked for with; NULL where it is none
 */
JsonObject *
mage_work_order_write (MageWaitingJob *order, MageProject *project)
{
  Order *self = mage_waiting_job_get_data (order, make_video);
  JsonObject *object;

  if (!mage_work_order_is_video (order))
    return NULL;
  object = json_object_new ();
  json_object_set_int_member (object, "asked", self->asked);
  json_object_set_string_member (object, "prompt", self->prompt);
  if (self->motion != NULL)
    json_object_set_string_member (object, "motion", mage_trainable_get_name (MAGE_TRAINABLE (self->motion)));
  if (self->parent != NULL)
    {
      json_object_set_string_member (object, "parent", mage_result_get_id (self->parent));
      json_object_set_int_member (object, "step", self->step);
    }
  if (self->project != project)
    json_object_set_boolean_member (object, "beside", TRUE);
  json_object_set_object_member (object, "params", mage_params_to_json (mage_param_layer_get_params (self->layer), TRUE));
  return object;
}

/**
 * mage_work_order_read_params:
 * @project: whose machine makes it now
 * @written: by mage_work_order_write()
 *
 * Returns: (transfer full) (nullable): the settings that the video was asked for with
 */
MageParams *
mage_work_order_read_params (MageProject *project, JsonObject *written, GError **error)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (project));
  JsonObject *values = mage_json_get_object (written, "params");
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  if (values == NULL)
    return g_steal_pointer (&params);
  if (!mage_params_load_json (params, values, error))
    return NULL;
  for (guint i = 0; i < n; i++)
    if (g_str_equal (table[i].group, "Machine"))
      mage_params_take_over (params, table[i].key, mage_project_get_params (project));
  return g_steal_pointer (&params);
}

/** mage_work_order_write_own: Returns: (transfer full) (nullable): its settings that are others than the project's; NULL: none is */
JsonObject *
mage_work_order_write_own (MageWaitingJob *order)
{
  MageParamLayer *layer = mage_waiting_job_get_layer (order);
  JsonObject *object = NULL;
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; layer != NULL && i < n; i++)
    if (mage_param_layer_is_changed (layer, table[i].key))
      {
        g_autofree char *text = mage_params_dup_text (mage_param_layer_get_params (layer), table[i].key);

        if (object == NULL)
          object = json_object_new ();
        json_object_set_string_member (object, table[i].key, text);
      }
  return object;
}

/** mage_work_order_read_own: before @order is queued; what makes no sense any more is as the project has it. */
void
mage_work_order_read_own (MageWaitingJob *order, JsonObject *written)
{
  MageParams *params = mage_param_layer_get_params (mage_waiting_job_get_layer (order));
  g_autoptr (GList) keys = json_object_get_members (written);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      g_autoptr (GError) error = NULL;

      if (mage_param_table_find (l->data) != NULL
          && !mage_params_set_text (params, l->data, mage_json_get_string (written, l->data, ""), &error))
        g_info ("A setting of unfinished work is forgotten: %s", error->message);
    }
}
