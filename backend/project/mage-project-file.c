/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-project-private.h"

#include "project/mage-json.h"
#include "project/mage-name.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* The document on disk: project.json, and the results, which speak for themselves. */

#define VERSION 1

static JsonArray *
subjects_to_json (MageProject *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->subjects)); i++)
    {
      g_autoptr (MageSubject) subject = g_list_model_get_item (G_LIST_MODEL (self->subjects), i);

      json_array_add_object_element (array, mage_subject_to_json (subject));
    }
  return array;
}

static JsonArray *
motions_to_json (MageProject *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->motions)); i++)
    {
      g_autoptr (MageMotion) motion = g_list_model_get_item (G_LIST_MODEL (self->motions), i);

      json_array_add_object_element (array, mage_motion_to_json (motion));
    }
  return array;
}

static JsonObject *
project_to_json (MageProject *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "version", VERSION);
  if (self->model_dir != NULL)
    json_object_set_string_member (object, "model", self->model_dir);
  if (self->prior_dir != NULL)
    json_object_set_string_member (object, "prior_dir", self->prior_dir);
  if (g_hash_table_size (self->prior_captions) > 0)
    json_object_set_object_member (object, "prior_captions", mage_project_captions_to_json (self));
  json_object_set_object_member (object, "params", mage_params_to_json (self->params, FALSE));
  json_object_set_array_member (object, "subjects", subjects_to_json (self));
  json_object_set_array_member (object, "motions", motions_to_json (self));
  json_object_set_object_member (object, "fusion", mage_trainable_to_json (MAGE_TRAINABLE (self->fusion)));
  return object;
}

/** mage_project_save: writes project.json beside and renames it; a trial is never written. */
gboolean
mage_project_save (MageProject *self, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *path = mage_project_dup_path (self, "project.json");

  if (self->trial)
    return TRUE;
  object = project_to_json (self);
  return mage_json_write_object (path, object, error);
}

static MageProject *
new_for_folder (const char *folder, const char *builtin_model)
{
  MageProject *self = g_object_new (MAGE_TYPE_PROJECT, NULL);

  self->folder = g_canonicalize_filename (folder, NULL);
  self->builtin_model = g_strdup (builtin_model);
  return self;
}

static gboolean
make_folder (const char *folder, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);

  if (g_mkdir_with_parents (parent, 0755) == 0 && g_mkdir (folder, 0755) == 0)
    return TRUE;
  if (errno == EEXIST)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” exists already: choose another name"), folder);
  else
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The project “%s” could not be made: %s"),
                 folder, g_strerror (errno));
  return FALSE;
}

/**
 * mage_project_create:
 * @folder: where; it must not exist, and its name ends in ".mage"
 * @model_dir: (nullable): a model folder; NULL for the built-in model
 * @builtin_model: the built-in model's folder
 *
 * Returns: (transfer full): a new project, saved
 */
MageProject *
mage_project_create (const char *folder, const char *model_dir, const char *builtin_model, GError **error)
{
  g_autoptr (MageProject) self = new_for_folder (folder, builtin_model);

  if (!g_str_has_suffix (self->folder, ".mage"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   _("A project's name ends in “.mage”, “%s” does not"), folder);
      return NULL;
    }
  if (!mage_project_set_model_dir (self, model_dir, error) || !make_folder (self->folder, error))
    return NULL;
  if (!mage_project_save (self, error))
    {
      g_rmdir (self->folder);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* Without a word of its own, and plain words for it, nothing can be done with a subject. */
static void
complete_subject (MageProject *self, MageTrainable *subject)
{
  const char *name = mage_trainable_get_name (subject);
  const char *token = mage_trainable_get_token (subject);
  const char *superclass = mage_trainable_get_superclass (subject);
  /* NULL: a word that is none, or another's, counts as missing. */
  g_autofree char *own = token != NULL ? mage_project_choose_token (self, name, token, NULL) : NULL;

  if (g_strcmp0 (own, token) != 0 || own == NULL)
    {
      g_free (own);
      own = mage_project_choose_token (self, name, NULL, NULL);
      mage_trainable_set_token (subject, own);
    }
  if (superclass == NULL || *superclass == '\0')
    {
      g_autofree char *words = mage_name_to_words (name);

      mage_trainable_set_superclass (subject, *words != '\0' ? words : "object");
    }
}

static void
load_items (MageProject *self, JsonObject *object)
{
  JsonArray *subjects = mage_json_get_array (object, "subjects");
  JsonArray *motions = mage_json_get_array (object, "motions");
  g_autofree char *runs = mage_project_dup_path (self, "runs");

  for (guint i = 0; subjects != NULL && i < json_array_get_length (subjects); i++)
    if (mage_json_get_element (subjects, i) != NULL)
      {
        g_autoptr (MageSubject) subject = mage_subject_new_from_json (mage_json_get_element (subjects, i),
                                                                      self->folder, runs);

        complete_subject (self, MAGE_TRAINABLE (subject));
        g_list_store_append (self->subjects, subject);
      }
  for (guint i = 0; motions != NULL && i < json_array_get_length (motions); i++)
    if (mage_json_get_element (motions, i) != NULL)
      {
        g_autoptr (MageMotion) motion = mage_motion_new_from_json (mage_json_get_element (motions, i),
                                                                   self->folder, runs);

        if (motion != NULL)
          g_list_store_append (self->motions, motion);
      }
  if (mage_json_get_object (object, "fusion") != NULL)
    {
      mage_trainable_load_json (MAGE_TRAINABLE (self->fusion), mage_json_get_object (object, "fusion"), runs);
      mage_trainable_set_name (MAGE_TRAINABLE (self->fusion), "fusion");
    }
}

/* Results speak for themselves; one that is damaged is left where it is and not shown. */
static void
load_results (MageProject *self)
{
  g_autofree char *folder = mage_project_dup_path (self, "results");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *record = g_build_filename (path, "result.json", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (MageResult) result = NULL;

      if (!g_file_test (record, G_FILE_TEST_EXISTS))
        continue;
      result = mage_result_load (path, &error);
      if (result == NULL)
        g_info ("A result is left out: %s", error->message);
      else
        mage_project_insert_result (self, result);
    }
}

static JsonNode *
read_project_file (MageProject *self, GError **error)
{
  g_autofree char *path = mage_project_dup_path (self, "project.json");
  g_autoptr (JsonNode) node = NULL;
  gint64 version;

  if (!g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no project “%s”"), self->folder);
      return NULL;
    }
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” is no project: it has no project.json"), self->folder);
      return NULL;
    }
  node = mage_json_read (path, error);
  if (node == NULL)
    return NULL;
  version = mage_json_get_int (json_node_get_object (node), "version", 0);
  if (version < 1 || version > VERSION)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   version < 1 ? _("“%s” is damaged: it does not say its version")
                               : _("“%s” was written by a newer VideoMage: update this one"), path);
      return NULL;
    }
  return g_steal_pointer (&node);
}

static gboolean
load_project (MageProject *self, JsonObject *object, GError **error)
{
  JsonObject *params = mage_json_get_object (object, "params");

  self->model_dir = g_strdup (mage_json_get_string (object, "model", NULL));
  self->prior_dir = g_strdup (mage_json_get_string (object, "prior_dir", NULL));
  mage_project_captions_from_json (self, mage_json_get_object (object, "prior_captions"));
  if (!mage_project_read_model (self, error))
    return FALSE;
  if (params != NULL && !mage_params_load_json (self->params, params, error))
    {
      g_prefix_error (error, _("“%s/project.json” is damaged: "), self->folder);
      return FALSE;
    }
  load_items (self, object);
  mage_project_refresh (self);
  return TRUE;
}

/**
 * mage_project_open:
 * @folder: a project
 * @builtin_model: the built-in model's folder, for a project that names none
 * @error: says which file is damaged; nothing is written then
 *
 * A model folder that is gone is no error here: mage_project_check_model() tells.
 *
 * Returns: (transfer full): the project as it was saved
 */
MageProject *
mage_project_open (const char *folder, const char *builtin_model, GError **error)
{
  g_autoptr (MageProject) self = new_for_folder (folder, builtin_model);
  g_autoptr (JsonNode) node = read_project_file (self, error);

  if (node == NULL)
    return NULL;
  if (!load_project (self, json_node_get_object (node), error))
    return NULL;
  load_results (self);
  return g_steal_pointer (&self);
}

/**
 * mage_project_new_trial:
 *
 * A copy of the project as it is now, in the same folder, to change and train without a trace in the
 * project: it is never saved, and has no results. Its runs lie beside the project's own, and are found
 * again by what they depend on.
 *
 * Returns: (transfer full): the copy; the caller keeps the project's lock
 */
MageProject *
mage_project_new_trial (MageProject *self, GError **error)
{
  g_autoptr (MageProject) trial = new_for_folder (self->folder, self->builtin_model);
  g_autoptr (JsonObject) object = project_to_json (self);

  trial->trial = TRUE;
  return load_project (trial, object, error) ? g_steal_pointer (&trial) : NULL;
}
