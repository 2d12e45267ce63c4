/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/model-folder.h"

#include <errno.h>
#include <gio/gio.h>
#include <json-glib/json-glib.h>

/* What makes a folder a model: copied last, so that a folder that has it is complete. */
#define INDEX_FILE "model_index.json"

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "The folder “%s” cannot be made: %s", path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  return g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL,
                      error);
}

/* What a model's files say of how it was made, and runs of pretraining, are not taken along. */
static gboolean
belongs (const char *name, gboolean top)
{
  return *name != '.' && !(top && (g_str_equal (name, "README.md") || g_str_equal (name, "run")
                                   || g_str_equal (name, INDEX_FILE)));
}

static gboolean
copy_tree (const char *from, const char *to, gboolean top, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, error);
  const char *name;

  if (dir == NULL || !make_folder (to, error))
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);
      if (!belongs (name, top))
        continue;
      if (g_file_test (source, G_FILE_TEST_IS_DIR) ? !copy_tree (source, target, FALSE, error)
                                                   : !copy_file (source, target, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * model_folder_copy:
 * @from: a model folder
 * @to: a folder that is made where it is missing; one that is a model already is left as it is
 *
 * Returns: FALSE with an error that names the file
 */
gboolean
model_folder_copy (const char *from, const char *to, GError **error)
{
  g_autofree char *index = g_build_filename (from, INDEX_FILE, NULL);
  g_autofree char *copy = g_build_filename (to, INDEX_FILE, NULL);

  if (g_file_test (copy, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_test (index, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "“%s” is no model folder: it has no " INDEX_FILE ". Give a folder in diffusers layout", from);
      return FALSE;
    }
  return copy_tree (from, to, TRUE, error) && copy_file (index, copy, error);
}

/**
 * model_folder_set_number:
 * @path: a configuration, JSON
 * @key: of its object
 *
 * Sets one number and leaves all else as it was; written beside and renamed.
 */
gboolean
model_folder_set_number (const char *path, const char *key, double value, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  if (!json_parser_load_from_file (parser, path, error))
    return FALSE;
  root = json_node_copy (json_parser_get_root (parser));
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: this is no configuration", path);
      return FALSE;
    }
  json_object_set_double_member (json_node_get_object (root), key, value);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  line = g_strconcat (text, "\n", NULL);
  return g_file_set_contents (path, line, -1, error);
}
