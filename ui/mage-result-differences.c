/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-differences.h"

#include "jobs/mage-variant.h"
#include "project/mage-json.h"
#include "project/mage-name.h"
#include "project/mage-result-parts.h"
#include "ui/mage-model-status.h"

#include <glib/gi18n.h>

/* What made several videos, thing by thing, and whether it was the same. */

/* Of a hash so much tells two apart. */
#define HASH_SHOWN 8

typedef char *(*Tell) (MageResult *result, gconstpointer data);

static void
difference_free (gpointer data)
{
  MageDifference *self = data;

  g_free (self->label);
  g_strfreev (self->values);
  g_free (self);
}

static void
add (GPtrArray *list, MageResultChoice *choice, const char *label, const char *symbol, Tell tell, gconstpointer data)
{
  MageDifference *self = g_new0 (MageDifference, 1);
  guint n = mage_result_choice_get_length (choice);

  self->label = g_strdup (label);
  self->symbol = symbol;
  self->values = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *value = tell (mage_result_choice_get_item (choice, i), data);

      self->values[i] = g_strdup (value != NULL && *value != '\0' ? value : "–");
      self->differs |= !g_str_equal (self->values[i], self->values[0]);
    }
  g_ptr_array_add (list, self);
}

static char *
tell_prompt (MageResult *result, gconstpointer data)
{
  return g_strdup (mage_result_get_prompt (result));
}

static char *
tell_motion (MageResult *result, gconstpointer data)
{
  return mage_name_to_words (mage_result_find_motion (result));
}

static char *
tell_method (MageResult *result, gconstpointer data)
{
  const MageVariant *method = mage_variant_find_fitting (mage_result_get_params (result));

  return method != NULL ? g_strdup (_(method->label)) : NULL;
}

static char *
tell_model (MageResult *result, gconstpointer data)
{
  const char *model = mage_result_get_model (result);
  const char *digest = mage_result_get_model_digest (result);
  g_autofree char *name = model != NULL ? mage_model_dup_name (model) : NULL;

  if (name == NULL || digest == NULL || *digest == '\0')
    return g_steal_pointer (&name);
  return g_strdup_printf ("%s · %.*s", name, HASH_SHOWN, digest);
}

static char *
tell_origin (MageResult *result, gconstpointer data)
{
  guint step;

  if (mage_result_get_parent (result, &step) == NULL)
    return NULL;
  return g_strdup_printf (_("from step %u"), step);
}

static char *
tell_param (MageResult *result, gconstpointer data)
{
  const MageParamInfo *info = data;

  return mage_params_dup_text (mage_result_get_params (result), info->key);
}

/* What a part had learned: its hash is another after every training. */
static char *
dup_learned (JsonObject *part)
{
  const char *hash = part != NULL ? mage_json_get_string (part, "lora_sha256", "") : "";

  return part != NULL ? g_strdup_printf ("%.*s", HASH_SHOWN, hash) : NULL;
}

static char *
tell_subject (MageResult *result, gconstpointer token)
{
  return dup_learned (mage_result_find_part (result, FALSE, token));
}

static char *
tell_movement (MageResult *result, gconstpointer data)
{
  return dup_learned (mage_result_find_part (result, TRUE, NULL));
}

static void
add_subjects (GPtrArray *list, MageResultChoice *choice)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < mage_result_choice_get_length (choice); i++)
    {
      g_auto (GStrv) tokens = mage_result_dup_tokens (mage_result_choice_get_item (choice, i));

      for (guint k = 0; tokens[k] != NULL; k++)
        if (!g_ptr_array_find_with_equal_func (seen, tokens[k], g_str_equal, NULL))
          {
            g_autofree char *label = g_strdup_printf (_("What %s learned"), tokens[k]);

            add (list, choice, label, NULL, tell_subject, tokens[k]);
            g_ptr_array_add (seen, g_strdup (tokens[k]));
          }
    }
}

/**
 * mage_result_differences_list:
 *
 * Returns: (transfer full) (element-type MageDifference): everything that a video follows from, in the order in which it is shown
 */
GPtrArray *
mage_result_differences_list (MageResultChoice *choice)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (difference_free);
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  add (list, choice, _("Prompt"), NULL, tell_prompt, NULL);
  add (list, choice, _("Method"), NULL, tell_method, NULL);
  add (list, choice, _("Motion"), NULL, tell_motion, NULL);
  add (list, choice, _("Branch"), NULL, tell_origin, NULL);
  for (guint i = 0; i < n; i++)
    if (table[i].stale != MAGE_STALE_NOTHING && !g_str_equal (table[i].group, "Machine"))
      add (list, choice, _(table[i].label), table[i].symbol, tell_param, &table[i]);
  add_subjects (list, choice);
  add (list, choice, _("What the motion learned"), NULL, tell_movement, NULL);
  add (list, choice, _("Model"), NULL, tell_model, NULL);
  return list;
}

static gboolean
differs (GPtrArray *differences, const char *label)
{
  for (guint i = 0; i < differences->len; i++)
    {
      MageDifference *one = g_ptr_array_index (differences, i);

      if (g_str_equal (one->label, label))
        return one->differs;
    }
  return FALSE;
}

/** mage_result_differences_dup_words: Returns: (transfer full): whether seed and prompt allow to compare: "Same seed, same prompt" */
char *
mage_result_differences_dup_words (GPtrArray *differences)
{
  gboolean seed = differs (differences, _("Seed"));
  gboolean prompt = differs (differences, _("Prompt"));

  if (seed && prompt)
    return g_strdup (_("Other seeds, other prompts"));
  if (seed)
    return g_strdup (_("Other seeds, same prompt"));
  return g_strdup (prompt ? _("Same seed, other prompts") : _("Same seed, same prompt"));
}
