/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-choice.h"

#include "ui/mage-attention-names.h"

/* What somebody wants to look at, and how it becomes a look at the attention that there is. */

void
mage_attention_choice_init (MageAttentionChoice *self)
{
  *self = (MageAttentionChoice){ .head = MAGE_ATTENTION_ALL_HEADS, .any_word = TRUE };
}

void
mage_attention_choice_clear (MageAttentionChoice *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->names); i++)
    g_clear_pointer (&self->names[i], g_free);
}

/** mage_attention_choice_set_mix: how much of either branch is in the video. */
void
mage_attention_choice_set_mix (MageAttentionChoice *self, double subject, double motion)
{
  double sum = subject + motion;

  self->mix[MAGE_ATTENTION_SUBJECT] = sum > 0 ? (float) (subject / sum) : 0;
  self->mix[MAGE_ATTENTION_MOTION] = sum > 0 ? (float) (motion / sum) : 0;
}

/** mage_attention_choice_set_layer: of the kind that is looked at. */
void
mage_attention_choice_set_layer (MageAttentionChoice *self, const char *name)
{
  g_set_str (&self->names[self->temporal], name);
}

/* Of a large model only what it chose itself is there. */
static const char *
choose_name (const MageAttention *attention, gboolean temporal)
{
  const char *name = mage_attention_name_choose ((const char *const *) attention->names, temporal);

  for (guint i = 0; i < attention->layers->len; i++)
    {
      MageAttentionLayer *layer = g_ptr_array_index (attention->layers, i);

      if (layer->temporal == temporal && mage_attention_find (attention, name) == NULL)
        name = layer->name;
    }
  return name;
}

/** mage_attention_choice_aim: @look sees the layer in @attention; FALSE where it is not among it: then @look stays. */
gboolean
mage_attention_choice_aim (MageAttentionChoice *self, MageAttention *attention, MageAttentionLook *look)
{
  const char *name;

  for (int temporal = 0; temporal < 2; temporal++)
    if (self->names[temporal] == NULL || !g_strv_contains ((const char *const *) attention->names, self->names[temporal]))
      g_set_str (&self->names[temporal], choose_name (attention, temporal));
  name = self->names[self->temporal];
  if (name == NULL || mage_attention_find (attention, name) == NULL)
    return FALSE;
  mage_attention_look_clear (look);
  look->attention = mage_attention_ref (attention);
  look->step = self->step;
  look->layer = mage_attention_find (attention, name);
  return TRUE;
}

/** mage_attention_choice_go_back: to what is seen, since what was chosen does not come. */
void
mage_attention_choice_go_back (MageAttentionChoice *self, const MageAttentionLook *look)
{
  self->step = look->step;
  self->temporal = look->layer->temporal;
  mage_attention_choice_set_layer (self, look->layer->name);
}

/** mage_attention_choice_apply: word, head and branch, as far as @look's layer has them; what it has not is no longer chosen. */
void
mage_attention_choice_apply (MageAttentionChoice *self, MageAttentionLook *look)
{
  if (self->any_word)
    self->word = mage_attention_word_choose ((const char *const *) look->attention->words, look->attention->n_words);
  self->any_word = FALSE;
  self->word = MIN (self->word, MAX (look->attention->n_words, 1) - 1);
  if (!mage_attention_look_has_branches (look))
    self->branch = MAGE_LOOK_SUBJECT;
  for (guint b = 0; b < MAGE_ATTENTION_N_BRANCHES; b++)
    look->mix[b] = self->mix[b];
  if (self->branch == MAGE_LOOK_MIX && !mage_attention_look_has_mix (look))
    self->branch = MAGE_LOOK_SUBJECT;
  if (self->head >= (int) look->layer->n_heads)
    self->head = MAGE_ATTENTION_ALL_HEADS;
  look->column = self->word;
  look->head = self->head;
  look->branch = self->branch;
}

/** mage_attention_choice_get_layers: @seen: (nullable); @layers: (out): those that are wanted of a large model, NULL at the end */
void
mage_attention_choice_get_layers (const MageAttentionChoice *self, const MageAttention *seen, const char *layers[3])
{
  layers[0] = self->names[self->temporal];
  layers[1] = layers[2] = NULL;
  if (seen != NULL && layers[0] != NULL && !self->temporal)
    layers[1] = mage_attention_name_find_beside (layers[0], (const char *const *) seen->names);
}

/** mage_attention_choice_find_word_layer: Returns: (transfer none) (nullable): that @look sees, or saw before it saw over time */
MageAttentionLayer *
mage_attention_choice_find_word_layer (const MageAttentionChoice *self, const MageAttentionLook *look)
{
  if (look->layer != NULL && !look->layer->temporal)
    return look->layer;
  return look->attention != NULL ? mage_attention_find (look->attention, self->names[0]) : NULL;
}
