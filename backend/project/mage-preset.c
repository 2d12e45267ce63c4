/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-preset.h"

#include "project/mage-json.h"
#include "project/mage-param-value.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/*
 * Choices of parameters with a name. Those of the program are told by what they do to the defaults, since a small
 * model has other defaults than the paper's; those of the user hold the values themselves.
 */

/* What a preset is about: how long and how strongly is learned and sampled. What is shown, and on which machine, stays. */
static const char *const keys[] = {
  "iterations", "lora_rate", "token_rate", "rank", "lambda1", "clip_norm", "weight_decay", "omega", "token_iterations",
  "fuse_iterations", "lambda2", "fuse_clips", "clip_steps", "clip_guidance", "steps", "guidance", "tau", "alpha", "beta",
  "beta_s", "beta_m", NULL,
};

static const MagePreset table[] = {
  { "paper", N_("Paper"), N_("The paper's values, or this model's own where it has them."), { { NULL, 1 } } },
  { "quick", N_("Quick Look"), N_("A fifth of the training and half of the sampling steps: enough to see whether it will do."),
    { { "iterations", 0.2 }, { "token_iterations", 0.2 }, { "fuse_iterations", 0.2 }, { "fuse_clips", 0.5 },
      { "clip_steps", 0.5 }, { "steps", 0.5 } } },
  { "careful", N_("Careful"), N_("Twice the training steps at half the learning rate, and more clips for the fusion."),
    { { "iterations", 2 }, { "token_iterations", 2 }, { "fuse_iterations", 1.5 }, { "lora_rate", 0.5 }, { "token_rate", 0.5 },
      { "fuse_clips", 2 } } },
};

/** mage_preset_table: Returns: (transfer none) (array length=n): the presets that come with the program */
const MagePreset *
mage_preset_table (guint *n)
{
  *n = G_N_ELEMENTS (table);
  return table;
}

/** mage_preset_keys: Returns: (transfer none) (array zero-terminated=1): the parameters that a preset sets */
const char *const *
mage_preset_keys (void)
{
  return keys;
}

static double
get_factor (const MagePreset *self, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->changes) && self->changes[i].key != NULL; i++)
    if (g_str_equal (self->changes[i].key, key))
      return self->changes[i].factor;
  return 1;
}

/* A share of a whole number is a whole number, one at least; all stays in its range. */
static char *
dup_value (const MagePreset *self, MageParams *params, const char *key)
{
  const MageParamInfo *info = mage_param_table_find (key);
  g_autofree char *standard = mage_params_dup_default_text (params, key);
  double factor = get_factor (self, key);
  double number = g_ascii_strtod (standard, NULL) * factor;

  if (factor == 1)
    return g_steal_pointer (&standard);
  if (info->type == MAGE_PARAM_INT)
    number = MAX (round (number), 1);
  return mage_param_number_to_text (CLAMP (number, info->minimum, info->maximum));
}

/** mage_preset_apply: sets what the preset is about; what equals the default is no change of it. */
void
mage_preset_apply (const MagePreset *self, MageParams *params)
{
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = dup_value (self, params, keys[i]);

      if (get_factor (self, keys[i]) == 1)
        mage_params_reset (params, keys[i]);
      else
        mage_params_set_text (params, keys[i], value, NULL); /* it is in the range */
    }
}

static gboolean
is_active (const MagePreset *self, MageParams *params)
{
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = dup_value (self, params, keys[i]);
      g_autofree char *now = mage_params_dup_text (params, keys[i]);

      if (!g_str_equal (value, now))
        return FALSE;
    }
  return TRUE;
}

/** mage_preset_find_active: Returns: (transfer none) (nullable): the preset that @params are at */
const MagePreset *
mage_preset_find_active (MageParams *params)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (is_active (&table[i], params))
      return &table[i];
  return NULL;
}

/* --- of the user --- */

static char *
dup_path (const char *folder, const char *name)
{
  g_autofree char *escaped = g_uri_escape_string (name, " ", TRUE);
  g_autofree char *file = g_strconcat (escaped, ".json", NULL);

  return g_build_filename (folder, file, NULL);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

/** mage_preset_folder_list: Returns: (transfer full): the names, in order; none where there is no folder yet */
GStrv
mage_preset_folder_list (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *stem = g_str_has_suffix (file, ".json") ? g_strndup (file, strlen (file) - 5) : NULL;
      char *name = stem != NULL ? g_uri_unescape_string (stem, NULL) : NULL;

      if (name != NULL)
        g_ptr_array_add (names, name);
    }
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

static gboolean
check_name (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = dup_path (folder, name);
  g_autofree char *stripped = g_strstrip (g_strdup (name));

  if (*stripped == '\0' || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("A preset needs a name"));
      return FALSE;
    }
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("There is a preset “%s” already: choose another name"), name);
  return FALSE;
}

/** mage_preset_folder_save: keeps the values that @params have now under a new name. */
gboolean
mage_preset_folder_save (const char *folder, const char *name, MageParams *params, GError **error)
{
  g_autoptr (JsonObject) whole = mage_params_to_json (params, TRUE);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *path = dup_path (folder, name);

  if (!check_name (folder, name, error))
    return FALSE;
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The folder “%s” could not be made: %s"), folder,
                   g_strerror (errno));
      return FALSE;
    }
  for (guint i = 0; keys[i] != NULL; i++)
    json_object_set_member (object, keys[i], json_node_copy (json_object_get_member (whole, keys[i])));
  return mage_json_write_object (path, object, error);
}

/* The preset as parameters over @params; a file that does not fit changes nothing. */
static MageParams *
load (const char *folder, const char *name, MageParams *params, GError **error)
{
  g_autofree char *path = dup_path (folder, name);
  g_autoptr (JsonNode) node = mage_json_read (path, error);
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (MageParams) copy = NULL;

  if (node == NULL)
    return NULL;
  object = mage_params_to_json (params, FALSE);
  for (guint i = 0; keys[i] != NULL; i++)
    if (json_object_has_member (json_node_get_object (node), keys[i]))
      json_object_set_member (object, keys[i], json_node_copy (json_object_get_member (json_node_get_object (node), keys[i])));
  copy = mage_params_copy (params);
  if (!mage_params_load_json (copy, object, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  return g_steal_pointer (&copy);
}

/** mage_preset_folder_apply: sets the values that were kept under @name. */
gboolean
mage_preset_folder_apply (const char *folder, const char *name, MageParams *params, GError **error)
{
  g_autoptr (MageParams) wanted = load (folder, name, params, error);

  for (guint i = 0; wanted != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = mage_params_dup_text (wanted, keys[i]);

      if (mage_params_is_default (wanted, keys[i]))
        mage_params_reset (params, keys[i]);
      else if (!mage_params_set_text (params, keys[i], value, error))
        return FALSE;
    }
  return wanted != NULL;
}

gboolean
mage_preset_folder_rename (const char *folder, const char *name, const char *new_name, GError **error)
{
  g_autofree char *from = dup_path (folder, name);
  g_autofree char *to = dup_path (folder, new_name);

  if (g_str_equal (name, new_name))
    return TRUE;
  if (!check_name (folder, new_name, error))
    return FALSE;
  if (g_rename (from, to) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("“%s” could not be renamed: %s"), name, g_strerror (errno));
  return FALSE;
}

gboolean
mage_preset_folder_remove (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = dup_path (folder, name);

  if (g_remove (path) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("“%s” could not be removed: %s"), name, g_strerror (errno));
  return FALSE;
}

/** mage_preset_folder_find_active: Returns: (transfer full) (nullable): the name of the preset that @params are at */
char *
mage_preset_folder_find_active (const char *folder, MageParams *params)
{
  g_auto (GStrv) names = mage_preset_folder_list (folder);

  for (guint n = 0; names[n] != NULL; n++)
    {
      g_autoptr (MageParams) wanted = load (folder, names[n], params, NULL);
      gboolean same = wanted != NULL;

      for (guint i = 0; same && keys[i] != NULL; i++)
        {
          g_autofree char *a = mage_params_dup_text (wanted, keys[i]);
          g_autofree char *b = mage_params_dup_text (params, keys[i]);

          same = g_str_equal (a, b);
        }
      if (same)
        return g_strdup (names[n]);
    }
  return NULL;
}
