/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-fuse-plan.h"

#include "jobs/mage-train-job.h"

#include <glib/gi18n.h>

/* From the project to what a fusion needs. */

static void
subject_free (gpointer data)
{
  MageFuseSubject *self = data;

  g_free (self->name);
  g_free (self->token);
  g_free (self->superclass);
  g_free (self->prompt);
  g_free (self->lora);
  g_free (self->embedding);
  g_free (self->hash);
  g_ptr_array_unref (self->clips);
  g_free (self);
}

void
mage_fuse_plan_free (MageFusePlan *self)
{
  g_ptr_array_unref (self->subjects);
  g_clear_object (&self->params);
  g_free (self->cache_dir);
  g_free (self->backgrounds_dir);
  g_free (self->model_dir);
  g_free (self->model_digest);
  g_free (self);
}

static gboolean
add_subject (MageFusePlan *self, MageTrainable *item, GError **error)
{
  MageRun *run = mage_trainable_get_run (item);
  MageFuseSubject *subject;

  if (run == NULL || !mage_run_is_complete (run))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("“%s” is not trained yet (%s): train it before the subjects are fused"),
                   mage_trainable_get_token (item), run == NULL ? _("it has no run") : _("its run was stopped"));
      return FALSE;
    }
  subject = g_new0 (MageFuseSubject, 1);
  subject->name = g_strdup (mage_trainable_get_name (item));
  subject->token = g_strdup (mage_trainable_get_token (item));
  subject->superclass = g_strdup (mage_trainable_get_superclass (item));
  subject->prompt = mage_subject_dup_prompt (MAGE_SUBJECT (item));
  subject->lora = mage_run_dup_path (run, MAGE_RUN_LORA);
  subject->embedding = mage_run_dup_path (run, MAGE_RUN_EMBEDDING);
  subject->hash = g_strdup (mage_run_get_hash (run));
  subject->clips = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_clip_free);
  g_ptr_array_add (self->subjects, subject);
  return TRUE;
}

/** mage_fuse_plan_new: @params: the project's, or those that this fusion has for itself. Returns: (transfer full): NULL with what is missing */
MageFusePlan *
mage_fuse_plan_new (MageProject *project, MageParams *params, GError **error)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));
  g_autoptr (MageFusePlan) self = g_new0 (MageFusePlan, 1);

  self->subjects = g_ptr_array_new_with_free_func (subject_free);
  self->params = mage_params_freeze (params);
  self->shape = mage_shape_from_params (self->params);
  self->cache_dir = mage_project_dup_path (project, "cache");
  self->backgrounds_dir = mage_project_dup_backgrounds_dir (project, params);
  self->model_dir = g_strdup (mage_project_get_model_dir (project));
  self->model_digest = g_strdup (mage_project_get_model_digest (project));
  if (!mage_project_check_model (project, error))
    return NULL;
  if (g_list_model_get_n_items (subjects) < 2)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _("There are not two subjects to fuse: a single one is used as it is"));
      return NULL;
    }
  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (subjects, i);

      if (!add_subject (self, item, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

/** mage_fuse_plan_dup_tokens: Returns: (transfer full): the subjects' words, divided by spaces */
char *
mage_fuse_plan_dup_tokens (const MageFusePlan *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->subjects->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            ((MageFuseSubject *) g_ptr_array_index (self->subjects, i))->token);
  return g_string_free (text, FALSE);
}

/**
 * mage_fuse_plan_dup_subjects:
 *
 * Returns: (transfer container): the subjects as the engine takes them, as many as the plan has; valid as long as @self, and
 *   as no clip is added
 */
EngineFuseSubject *
mage_fuse_plan_dup_subjects (const MageFusePlan *self)
{
  EngineFuseSubject *subjects = g_new0 (EngineFuseSubject, self->subjects->len);

  for (guint i = 0; i < self->subjects->len; i++)
    {
      MageFuseSubject *subject = g_ptr_array_index (self->subjects, i);

      subjects[i] = (EngineFuseSubject) { { subject->token, subject->superclass, subject->embedding }, subject->prompt,
                                          subject->lora, (EngineClip **) subject->clips->pdata, subject->clips->len };
    }
  return subjects;
}
