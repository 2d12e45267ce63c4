/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-json.h"
#include "project/mage-project-private.h"

/*
 * The captioned clips for L_reg: whose folder, and the captions that were written here. The folder itself stays as it is,
 * since it may be another project's or a model's.
 */

/** mage_project_dup_prior_dir: Returns: (transfer full) (nullable): the folder of captioned clips for L_reg */
char *
mage_project_dup_prior_dir (MageProject *self)
{
  if (self->prior_dir != NULL)
    return g_strdup (self->prior_dir);
  if (self->model_prior == NULL)
    return NULL;
  return g_build_filename (mage_project_get_model_dir (self), self->model_prior, NULL);
}

/** mage_project_has_own_prior: whether the folder is the user's, not the model's. */
gboolean
mage_project_has_own_prior (MageProject *self)
{
  return self->prior_dir != NULL;
}

/** mage_project_get_prior_caption: Returns: (nullable): what was written here for the clip @file, a name in the folder */
const char *
mage_project_get_prior_caption (MageProject *self, const char *file)
{
  return g_hash_table_lookup (self->prior_captions, file);
}

static void
changed (MageProject *self)
{
  g_object_notify (G_OBJECT (self), "prior-dir");
  mage_project_refresh (self);
}

/** mage_project_set_prior_caption: @caption: (nullable): NULL for the folder's own */
void
mage_project_set_prior_caption (MageProject *self, const char *file, const char *caption)
{
  if (g_strcmp0 (caption, mage_project_get_prior_caption (self, file)) == 0)
    return;
  if (caption != NULL)
    g_hash_table_insert (self->prior_captions, g_strdup (file), g_strdup (caption));
  else
    g_hash_table_remove (self->prior_captions, file);
  changed (self);
}

/** mage_project_set_prior_dir: @prior_dir: (nullable): NULL for the model's own. Captions written for the folder before are forgotten. */
void
mage_project_set_prior_dir (MageProject *self, const char *prior_dir)
{
  g_autofree char *full = prior_dir != NULL ? g_canonicalize_filename (prior_dir, NULL) : NULL;

  if (g_strcmp0 (full, self->prior_dir) == 0)
    return;
  g_free (self->prior_dir);
  self->prior_dir = g_steal_pointer (&full);
  g_hash_table_remove_all (self->prior_captions);
  changed (self);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/** mage_project_captions_to_json: Returns: (transfer full): an object of file: caption, in the order of names */
JsonObject *
mage_project_captions_to_json (MageProject *self)
{
  JsonObject *object = json_object_new ();
  g_autoptr (GPtrArray) files = g_hash_table_get_keys_as_ptr_array (self->prior_captions);

  g_ptr_array_sort (files, compare_keys);
  for (guint i = 0; i < files->len; i++)
    json_object_set_string_member (object, g_ptr_array_index (files, i),
                                   g_hash_table_lookup (self->prior_captions, g_ptr_array_index (files, i)));
  return object;
}

/** mage_project_captions_from_json: @object: (nullable): as mage_project_captions_to_json () makes it; what is no text is left out */
void
mage_project_captions_from_json (MageProject *self, JsonObject *object)
{
  g_autoptr (GList) files = object != NULL ? json_object_get_members (object) : NULL;

  g_hash_table_remove_all (self->prior_captions);
  for (GList *l = files; l != NULL; l = l->next)
    {
      const char *caption = mage_json_get_string (object, l->data, NULL);

      if (caption != NULL)
        g_hash_table_insert (self->prior_captions, g_strdup (l->data), g_strdup (caption));
    }
}

/** mage_project_restore_prior: what an undo brings back. */
void
mage_project_restore_prior (MageProject *self, const char *prior_dir, JsonObject *captions)
{
  g_autoptr (JsonObject) now = mage_project_captions_to_json (self);
  g_autofree char *before = mage_json_to_line (now);
  g_autofree char *after = mage_json_to_line (captions);

  if (g_strcmp0 (prior_dir, self->prior_dir) == 0 && g_str_equal (before, after))
    return;
  g_free (self->prior_dir);
  self->prior_dir = g_strdup (prior_dir);
  mage_project_captions_from_json (self, captions);
  changed (self);
}

/** mage_project_dup_prior_captions: Returns: (transfer full) (element-type utf8 utf8): captions written here, by file, for another thread */
GHashTable *
mage_project_dup_prior_captions (MageProject *self)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer file, caption;

  g_hash_table_iter_init (&iter, self->prior_captions);
  while (g_hash_table_iter_next (&iter, &file, &caption))
    g_hash_table_insert (copy, g_strdup (file), g_strdup (caption));
  return copy;
}
