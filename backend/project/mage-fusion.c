/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-fusion.h"

#include "project/mage-subject.h"

/*
 * All subjects of a project fused into one LoRA (METHOD §4). It depends on the runs of the subjects,
 * not on what they are now: a subject that is trained again makes it stale.
 */

struct _MageFusion
{
  MageTrainable parent_instance;

  GListModel *subjects;
};

G_DEFINE_FINAL_TYPE (MageFusion, mage_fusion, MAGE_TYPE_TRAINABLE)

static void
mage_fusion_hash_inputs (MageTrainable *trainable, MageParams *params, GChecksum *checksum)
{
  MageFusion *self = MAGE_FUSION (trainable);

  for (guint i = 0; i < g_list_model_get_n_items (self->subjects); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (self->subjects, i);
      MageRun *run = mage_trainable_get_run (subject);
      gboolean trained = run != NULL && mage_run_is_complete (run);
      g_autofree char *prompt = mage_subject_dup_prompt (MAGE_SUBJECT (subject));
      g_autofree char *line = g_strdup_printf ("%s\n%s\n%s\n", mage_trainable_get_token (subject), prompt,
                                               trained ? mage_run_get_hash (run) : "");

      g_checksum_update (checksum, (const guchar *) line, -1);
    }
}

static void
mage_fusion_finalize (GObject *object)
{
  g_clear_object (&MAGE_FUSION (object)->subjects);
  G_OBJECT_CLASS (mage_fusion_parent_class)->finalize (object);
}

static void
mage_fusion_class_init (MageFusionClass *klass)
{
  MageTrainableClass *trainable_class = MAGE_TRAINABLE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mage_fusion_finalize;
  trainable_class->kind = "fusion";
  trainable_class->stale = MAGE_STALE_FUSION;
  trainable_class->steps_key = "fuse_iterations";
  trainable_class->hash_inputs = mage_fusion_hash_inputs;
}

static void
mage_fusion_init (MageFusion *self)
{
  mage_trainable_set_name (MAGE_TRAINABLE (self), "fusion");
}

/** mage_fusion_new: @subjects: (element-type MageSubject): of the project; it may change */
MageFusion *
mage_fusion_new (GListModel *subjects)
{
  MageFusion *self = g_object_new (MAGE_TYPE_FUSION, NULL);

  self->subjects = g_object_ref (subjects);
  return self;
}

/** mage_fusion_get_subjects: Returns: (transfer none): whom it fuses, all subjects of the project */
GListModel *
mage_fusion_get_subjects (MageFusion *self)
{
  return self->subjects;
}

/** mage_fusion_is_possible: whether there are two subjects or more; one is used as it is. */
gboolean
mage_fusion_is_possible (MageFusion *self)
{
  return g_list_model_get_n_items (self->subjects) >= 2;
}

/** mage_fusion_holds: whether the subject of the word @token was there when the subjects were fused. */
gboolean
mage_fusion_holds (MageFusion *self, const char *token)
{
  MageRun *run = mage_trainable_get_run (MAGE_TRAINABLE (self));
  const char *text = run != NULL ? mage_run_get_text (run, MAGE_RUN_TOKENS) : NULL;
  g_auto (GStrv) tokens = g_strsplit (text != NULL ? text : "", " ", -1);

  return g_strv_contains ((const char *const *) tokens, token);
}
