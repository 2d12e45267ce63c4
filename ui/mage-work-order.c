/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-work-order.h"

#include "ui/mage-kept-setting.h"

#include <glib/gi18n.h>

/* Work that is asked for now and made when its turn comes: with the settings that the project has then. */

/* Steps between what is shown of a fusion. */
#define LOOK_EVERY 5

typedef struct
{
  MageProject *project;
  MageTrainable *item;
  gboolean if_needed;
  char *prompt;
  MageMotion *motion;
  MageParams *params;
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_clear_object (&self->project);
  g_clear_object (&self->item);
  g_clear_object (&self->motion);
  g_clear_object (&self->params);
  g_free (self->prompt);
  g_free (self);
}

static MageJob *
make_training (gpointer data, GError **error)
{
  Order *self = data;

  if (!mage_project_check_model (self->project, error)
      || (self->if_needed && !mage_train_job_is_needed (self->project, self->item)))
    return NULL;
  return (MageJob *) mage_train_job_new (self->project, self->item, error);
}

static MageJob *
make_fusion (gpointer data, GError **error)
{
  Order *self = data;
  MageFuseJob *job;

  if (!mage_project_check_model (self->project, error) || (self->if_needed && !mage_fuse_job_is_needed (self->project)))
    return NULL;
  job = mage_fuse_job_new (self->project, error);
  if (job != NULL)
    mage_fuse_job_set_look_every (job, LOOK_EVERY);
  return (MageJob *) job;
}

static MageJob *
make_video (gpointer data, GError **error)
{
  Order *self = data;
  MageSampleJob *job;
  MageParams *params = self->params != NULL ? self->params : mage_project_get_params (self->project);

  if (!mage_project_check_model (self->project, error))
    return NULL;
  job = mage_sample_job_new (self->project, self->prompt, self->motion, params, error);
  if (job != NULL)
    mage_sample_job_set_limit (job, mage_kept_setting_get ());
  return (MageJob *) job;
}

static Order *
order_new (MageProject *project)
{
  Order *self = g_new0 (Order, 1);

  self->project = g_object_ref (project);
  return self;
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
  Order *order = order_new (project);
  const char *token = mage_trainable_get_token (item);
  g_autofree char *title = g_strdup_printf (_("Training %s"), token != NULL ? token : mage_trainable_get_name (item));

  order->item = g_object_ref (item);
  order->if_needed = if_needed;
  return mage_waiting_job_new (title, make_training, order, order_free);
}

/** mage_work_order_fuse: Returns: (transfer full): the fusion of all subjects; @if_needed: as with a training */
MageWaitingJob *
mage_work_order_fuse (MageProject *project, gboolean if_needed)
{
  Order *order = order_new (project);

  order->if_needed = if_needed;
  return mage_waiting_job_new (_("Fusing the subjects"), make_fusion, order, order_free);
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
  Order *order = order_new (project);

  order->prompt = g_strdup (prompt);
  g_set_object (&order->motion, motion);
  order->params = params != NULL ? mage_params_freeze (params) : NULL;
  return mage_waiting_job_new (_("Sampling"), make_video, order, order_free);
}
