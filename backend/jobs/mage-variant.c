/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-variant.h"

#include <glib/gi18n.h>

/* The whole method, without its parts, and in the style of others (METHOD §6). */

static const MageVariant table[] = {
  { "full", "VideoMage", N_("The whole method."),
    { { "sampling", "scs" }, { "fusion", "fused" }, { "motion_loss", "appearance-free" } } },
  { "without-l-mot", N_("without L_mot"),
    N_("The motion is learned with the plain noise loss, so that looks of the clip may be learned with it."),
    { { "sampling", "scs" }, { "fusion", "fused" }, { "motion_loss", "plain" } } },
  { "without-l-attn", N_("without L_attn"),
    N_("The subjects are fused without drawing the attention of each word to its own subject, so that they may mix."),
    { { "sampling", "scs" }, { "fusion", "fused" }, { "lambda2", "0" } } },
  { "without-scs", N_("without SCS"),
    N_("Subjects and motion work in one model from the first step on, without guiding each other."),
    { { "sampling", "one-branch" }, { "fusion", "fused" } } },
  { "motiondirector-style", N_("MotionDirector-style"),
    N_("The subjects' LoRAs are averaged, the motion is learned with the debiased temporal loss, and all work in one model."),
    { { "sampling", "one-branch" }, { "fusion", "average" }, { "motion_loss", "debiased" } } },
  { "dreamvideo-style", N_("DreamVideo-style"),
    N_("Each word is learned before its LoRA, the LoRAs are averaged, the motion is learned with the plain noise loss, and "
       "all work in one model; adapters and image guidance are not rebuilt."),
    { { "sampling", "one-branch" }, { "fusion", "average" }, { "motion_loss", "plain" }, { "word_first", "true" } } },
};

/**
 * mage_variant_table:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): every variant, the whole method first
 */
const MageVariant *
mage_variant_table (guint *n)
{
  g_return_val_if_fail (n != NULL, NULL);

  *n = G_N_ELEMENTS (table);
  return table;
}

/** mage_variant_find: Returns: (transfer none) (nullable): the variant called @name */
const MageVariant *
mage_variant_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].name, name) == 0)
      return &table[i];
  return NULL;
}

/** mage_variant_apply: sets what @self fixes in @params. */
gboolean
mage_variant_apply (const MageVariant *self, MageParams *params, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->params) && self->params[i].key != NULL; i++)
    if (!mage_params_set_text (params, self->params[i].key, self->params[i].value, error))
      return FALSE;
  return TRUE;
}

/** mage_variant_fits: whether @params have all that @self fixes already. */
gboolean
mage_variant_fits (const MageVariant *self, MageParams *params)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->params) && self->params[i].key != NULL; i++)
    {
      g_autofree char *text = mage_params_dup_text (params, self->params[i].key);

      if (!g_str_equal (text, self->params[i].value))
        return FALSE;
    }
  return TRUE;
}

/** mage_variant_find_fitting: Returns: (transfer none) (nullable): the one by which @params work; one that says more of them goes before */
const MageVariant *
mage_variant_find_fitting (MageParams *params)
{
  for (guint i = G_N_ELEMENTS (table); i > 0; i--)
    if (mage_variant_fits (&table[i - 1], params))
      return &table[i - 1];
  return NULL;
}
