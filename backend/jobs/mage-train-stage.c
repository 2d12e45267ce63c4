/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-train-stage.h"

#include "jobs/mage-run-log.h"
#include "jobs/mage-train-job.h"

#include <glib/gi18n.h>

/*
 * From the project to what one run of the engine needs, all copied, so that the project may change
 * while it trains. The run's folder is made, and named in the project, before the training begins:
 * after a crash it is found again.
 */

static void
clear_token (gpointer data)
{
  EngineToken *token = data;

  g_free ((char *) token->token);
  g_free ((char *) token->superclass);
  g_free ((char *) token->path);
}

/* The run has the last word on the number of steps: it may have been begun with more. */
static void
take_steps (MageTrainStage *self)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (self->params);

  g_variant_dict_insert (dict, "iterations", "i", (gint32) mage_run_get_n_steps (self->run));
  g_variant_unref (self->params);
  self->params = g_variant_ref_sink (g_variant_dict_end (dict));
}

static gboolean
choose_run (MageTrainStage *self, MageProject *project, MageParams *params, guint n_steps, GError **error)
{
  self->run = mage_run_choose (project, self->item, params, n_steps, error);
  if (self->run == NULL)
    return FALSE;
  take_steps (self);
  self->skip = mage_run_is_complete (self->run);
  return TRUE;
}

static MageTrainStage *
stage_new (EngineTraining kind, MageTrainable *item, MageParams *params)
{
  MageTrainStage *self = g_new0 (MageTrainStage, 1);

  self->kind = kind;
  self->item = g_object_ref (item);
  self->token = g_strdup (mage_trainable_get_token (item));
  self->superclass = g_strdup (mage_trainable_get_superclass (item));
  self->seed = (guint64) mage_params_get_int (params, "train_seed");
  self->known = g_array_new (FALSE, FALSE, sizeof (EngineToken));
  g_array_set_clear_func (self->known, clear_token);
  return self;
}

void
mage_train_stage_free (MageTrainStage *self)
{
  g_clear_object (&self->item);
  g_clear_object (&self->run);
  g_free (self->label);
  g_free (self->token);
  g_free (self->superclass);
  g_free (self->word);
  g_free (self->prompt);
  g_free (self->static_prompt);
  g_strfreev (self->pictures);
  g_strfreev (self->masks);
  g_free (self->clip);
  g_free (self->mask);
  g_clear_pointer (&self->known, g_array_unref);
  g_clear_pointer (&self->params, g_variant_unref);
  g_free (self);
}

static GVariant *
end_params (GVariantDict *dict)
{
  GVariant *params = g_variant_ref_sink (g_variant_dict_end (dict));

  g_variant_dict_unref (dict);
  return params;
}

static gboolean
copy_pictures (MageTrainStage *self, MageSubject *subject, gboolean masked, GError **error)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (subject));
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) masks = g_strv_builder_new ();
  const char *name = mage_trainable_get_name (self->item);
  guint n = g_list_model_get_n_items (pictures);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageMedia) media = g_list_model_get_item (pictures, i);
      g_autofree char *path = mage_media_dup_path (media);
      MageMedia *mask = mage_media_get_mask (media);
      g_autofree char *mask_path = mask != NULL ? mage_media_dup_path (mask) : g_strdup ("");

      if (masked && mask == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _("The picture “%s” of “%s” has no mask: import one for every picture, or train without masked_loss"),
                       mage_media_get_file (media), name);
          return FALSE;
        }
      g_strv_builder_add (paths, path);
      g_strv_builder_add (masks, mask_path);
    }
  if (n == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("“%s” has no pictures: import three to five of them"), name);
      return FALSE;
    }
  self->pictures = g_strv_builder_end (paths);
  self->masks = masked ? g_strv_builder_end (masks) : NULL;
  return TRUE;
}

/* What is learned of a subject, without a run. */
static MageTrainStage *
subject_stage_new (MageSubject *subject, MageParams *params, GError **error)
{
  MageTrainStage *self = stage_new (ENGINE_TRAIN_SUBJECT, MAGE_TRAINABLE (subject), params);

  self->label = g_strdup_printf (_("Training %s"), self->token);
  self->prompt = mage_subject_dup_prompt (subject);
  self->params = end_params (mage_params_to_dict (params, MAGE_USE_TRAIN));
  if (!copy_pictures (self, subject, mage_params_get_boolean (params, "masked_loss"), error))
    g_clear_pointer (&self, mage_train_stage_free);
  return self;
}

/** mage_train_stage_new_subject: Returns: (transfer full): the training of a subject and its word (METHOD §2) */
MageTrainStage *
mage_train_stage_new_subject (MageProject *project, MageSubject *subject, MageParams *params, GError **error)
{
  MageTrainStage *self = subject_stage_new (subject, params, error);

  if (self != NULL && !choose_run (self, project, params, (guint) mage_params_get_int (params, "iterations"), error))
    g_clear_pointer (&self, mage_train_stage_free);
  return self;
}

/* The word's run inside the subject's; it is made when it is first needed. */
static gboolean
choose_word_run (MageTrainStage *self, MageTrainStage *subject, MageParams *params, guint n_steps, GError **error)
{
  const char *hash = mage_run_get_hash (subject->run);
  const char *runs = mage_run_get_dir (subject->run);

  self->run = mage_run_find (runs, "token", hash);
  if (self->run == NULL)
    self->run = mage_run_create (runs, "token", "word", hash, n_steps, params, error);
  self->skip = self->run != NULL && mage_run_is_complete (self->run);
  return self->run != NULL;
}

/**
 * mage_train_stage_new_word:
 * @after: the training of the subject that follows
 *
 * Returns: (transfer full): the textual inversion of a subject's word, before its LoRA is trained (METHOD §6)
 */
MageTrainStage *
mage_train_stage_new_word (MageSubject *subject, MageParams *params, MageTrainStage *after, GError **error)
{
  MageTrainStage *self = stage_new (ENGINE_TRAIN_TOKEN, MAGE_TRAINABLE (subject), params);
  GVariantDict *dict = mage_params_to_dict (params, MAGE_USE_TRAIN);
  guint n_steps = (guint) mage_params_get_int (params, "token_iterations");

  g_variant_dict_insert (dict, "iterations", "i", (gint32) n_steps);
  g_variant_dict_insert (dict, "lambda1", "d", 0.0);
  self->params = end_params (dict);
  self->label = g_strdup_printf (_("Learning %s"), self->token);
  self->prompt = mage_subject_dup_prompt (subject);
  self->pictures = g_strdupv (after->pictures);
  self->masks = g_strdupv (after->masks);
  if (!choose_word_run (self, after, params, n_steps, error))
    g_clear_pointer (&self, mage_train_stage_free);
  return self;
}

/** mage_train_stage_new_thing: Returns: (transfer full): the textual inversion of a thing's word (METHOD §3.1) */
MageTrainStage *
mage_train_stage_new_thing (MageProject *project, MageMotion *motion, MageThing *thing, MageParams *params, GError **error)
{
  MageTrainStage *self = stage_new (ENGINE_TRAIN_TOKEN, MAGE_TRAINABLE (thing), params);
  GVariantDict *dict = mage_params_to_dict (params, MAGE_USE_TRAIN);
  guint n_steps = (guint) mage_params_get_int (params, "token_iterations");

  g_variant_dict_insert (dict, "iterations", "i", (gint32) n_steps);
  g_variant_dict_insert (dict, "lambda1", "d", 0.0);
  self->params = end_params (dict);
  self->label = g_strdup_printf (_("Learning %s, the %s"), self->token, mage_trainable_get_name (self->item));
  self->prompt = g_strdup_printf ("A %s", self->token);
  self->clip = mage_media_dup_path (mage_motion_get_clip (motion));
  self->mask = mage_thing_get_mask (thing) != NULL ? mage_media_dup_path (mage_thing_get_mask (thing)) : NULL;
  self->time = mage_thing_get_time (thing);
  if (!choose_run (self, project, params, n_steps, error))
    g_clear_pointer (&self, mage_train_stage_free);
  return self;
}

static MageTrainStage *
motion_stage_new (MageMotion *motion, MageParams *params)
{
  MageTrainStage *self = stage_new (ENGINE_TRAIN_MOTION, MAGE_TRAINABLE (motion), params);
  g_autofree char *title = mage_trainable_dup_title (self->item);
  GVariantDict *dict = mage_params_to_dict (params, MAGE_USE_TRAIN);

  /* Eq. 5 with ω = 0 is the plain loss of Eq. 1; the debiased one has no ω either. */
  if (!g_str_equal (mage_params_get_string (params, "motion_loss"), "appearance-free"))
    g_variant_dict_insert (dict, "omega", "d", 0.0);
  self->params = end_params (dict);
  self->label = g_strdup_printf (_("Training %s"), title);
  self->prompt = g_strdup (mage_motion_get_caption (motion));
  self->static_prompt = mage_motion_dup_static_prompt (motion, params);
  self->clip = mage_media_dup_path (mage_motion_get_clip (motion));
  self->start = mage_motion_get_start (motion);
  self->length = mage_motion_get_length (motion);
  self->crop = *mage_motion_get_crop (motion);
  return self;
}

/** mage_train_stage_new_motion: Returns: (transfer full): the training of a motion (METHOD §3.4) */
MageTrainStage *
mage_train_stage_new_motion (MageProject *project, MageMotion *motion, MageParams *params, GError **error)
{
  MageTrainStage *self = motion_stage_new (motion, params);

  if (!choose_run (self, project, params, (guint) mage_params_get_int (params, "iterations"), error))
    g_clear_pointer (&self, mage_train_stage_free);
  return self;
}

/**
 * mage_train_stage_new_trial:
 * @item: a subject or motion
 *
 * What its training would learn from, without a run; the words of a motion's things are taken as they begin.
 *
 * Returns: (transfer full)
 */
MageTrainStage *
mage_train_stage_new_trial (MageProject *project, MageTrainable *item, GError **error)
{
  MageTrainStage *self;
  GListModel *things;

  if (MAGE_IS_SUBJECT (item))
    return subject_stage_new (MAGE_SUBJECT (item), mage_project_get_params (project), error);
  self = motion_stage_new (MAGE_MOTION (item), mage_project_get_params (project));
  things = G_LIST_MODEL (mage_motion_get_things (MAGE_MOTION (item)));
  for (guint i = 0; i < g_list_model_get_n_items (things); i++)
    {
      g_autoptr (MageTrainable) thing = g_list_model_get_item (things, i);
      EngineToken token = { g_strdup (mage_trainable_get_token (thing)), g_strdup (mage_trainable_get_superclass (thing)), NULL };

      g_array_append_val (self->known, token);
    }
  return self;
}

/** mage_train_stage_know: lets the prompts of @self hold the word that @word learns. */
void
mage_train_stage_know (MageTrainStage *self, MageTrainStage *word)
{
  EngineToken token = { g_strdup (word->token), g_strdup (word->superclass),
                        mage_run_dup_path (word->run, MAGE_RUN_EMBEDDING) };

  g_array_append_val (self->known, token);
}
