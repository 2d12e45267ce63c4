/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-sample-project.h"

#include "jobs/mage-import.h"
#include "project/mage-json.h"

#include <glib/gi18n.h>

/* The sample project: two subjects and a motion that come with the program. */

static const char *const subject_names[] = { "teal_robot", "pink_bear", NULL };
static const char *const motion_names[] = { MAGE_SAMPLE_MOTION, NULL };

/* Fewer than the paper's 300, for a first look. */
#define ITERATIONS 100
#define TOKEN_ITERATIONS 60
#define FUSE_ITERATIONS 60
#define FUSE_CLIPS 2
#define CLIP_STEPS 25

/* The entry of a list in the sample material by its name. */
static JsonObject *
find_entry (JsonNode *list, const char *name)
{
  JsonArray *array = mage_json_get_array (json_node_get_object (list), "items");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *entry = mage_json_get_element (array, i);

      if (entry != NULL && g_str_equal (mage_json_get_string (entry, "name", ""), name))
        return entry;
    }
  return NULL;
}

/* The lists are arrays on disk; here they are the member "items" of an object. */
static JsonNode *
read_list (const char *data_dir, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, name, NULL);
  g_autofree char *text = NULL;
  g_autofree char *wrapped = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  wrapped = g_strdup_printf ("{\"items\":%s}", text);
  return json_from_string (wrapped, error);
}

static char *
sample_path (const char *data_dir, JsonObject *entry, const char *key)
{
  return g_build_filename (data_dir, "sample", mage_json_get_string (entry, key, ""), NULL);
}

static gboolean
set_missing (GError **error, const char *name)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _("The sample material has no “%s”: install VideoMage again"), name);
  return FALSE;
}

static gboolean
import_subject (MageProject *project, const char *data_dir, JsonNode *list, const char *name, GError **error)
{
  JsonObject *entry = find_entry (list, name);
  JsonArray *images = entry != NULL ? mage_json_get_array (entry, "images") : NULL;
  MageSubject *subject;

  if (images == NULL)
    return set_missing (error, name);
  subject = mage_project_add_subject (project, name, mage_json_get_string (entry, "token", NULL),
                                      mage_json_get_string (entry, "superclass", NULL), error);
  for (guint i = 0; subject != NULL && i < json_array_get_length (images); i++)
    {
      JsonObject *image = mage_json_get_element (images, i);
      g_autofree char *path = sample_path (data_dir, image, "image");
      g_autofree char *mask = sample_path (data_dir, image, "mask");

      if (!mage_import_picture (project, subject, path, mask, error))
        return FALSE;
    }
  return subject != NULL;
}

/* The sample's motions are meant as a whole. */
static double
clip_length (JsonObject *entry)
{
  return mage_json_get_double (entry, "frames", 0) / MAX (mage_json_get_double (entry, "fps", 1), 1);
}

static gboolean
import_motion (MageProject *project, const char *data_dir, JsonNode *list, const char *name, GError **error)
{
  JsonObject *entry = find_entry (list, name);
  JsonArray *things = entry != NULL ? mage_json_get_array (entry, "subjects") : NULL;
  g_autofree char *path = NULL;
  MageMotion *motion;

  if (things == NULL)
    return set_missing (error, name);
  path = sample_path (data_dir, entry, "file");
  motion = mage_import_motion (project, path, name, mage_json_get_string (entry, "caption", NULL),
                               0, clip_length (entry), error);
  if (motion == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (things); i++)
    {
      JsonObject *thing = mage_json_get_element (things, i);
      g_autofree char *mask = sample_path (data_dir, thing, "mask_first_frame");

      if (mage_import_thing (project, motion, mage_json_get_string (thing, "word", NULL), mask, 0, error) == NULL)
        return FALSE;
    }
  return TRUE;
}

/** mage_sample_project_dup_folder: Returns: (transfer full): where the sample project usually lies, below the user's data */
char *
mage_sample_project_dup_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "videomage", "Sample.mage", NULL);
}

/* A number for a first look, unless somebody chose another. */
static gboolean
shorten (MageParams *params, const char *key, gint64 value, GError **error)
{
  return !mage_params_is_default (params, key) || mage_params_set_int (params, key, value, error);
}

/**
 * mage_sample_project_add:
 * @data_dir: where the program's own data lie
 * @subjects, @motions: (array zero-terminated=1): names of the sample material
 *
 * Puts into a project what it still lacks of these, with few enough iterations for a first look where nobody chose
 * others, and saves it. Pictures and clips are decoded here, which takes a moment.
 */
gboolean
mage_sample_project_add (MageProject *project, const char *data_dir, const char *const *subjects,
                         const char *const *motions, GError **error)
{
  g_autoptr (JsonNode) subject_list = read_list (data_dir, "sample/subjects/subjects.json", error);
  g_autoptr (JsonNode) motion_list
    = subject_list != NULL ? read_list (data_dir, "sample/motions/motions.json", error) : NULL;
  MageParams *params = mage_project_get_params (project);

  if (motion_list == NULL)
    return FALSE;
  if (!shorten (params, "iterations", ITERATIONS, error)
      || !shorten (params, "token_iterations", TOKEN_ITERATIONS, error)
      || !shorten (params, "fuse_iterations", FUSE_ITERATIONS, error)
      || !shorten (params, "fuse_clips", FUSE_CLIPS, error)
      || !shorten (params, "clip_steps", CLIP_STEPS, error))
    return FALSE;
  for (guint i = 0; subjects[i] != NULL; i++)
    if (mage_project_find (project, subjects[i]) == NULL
        && !import_subject (project, data_dir, subject_list, subjects[i], error))
      return FALSE;
  for (guint i = 0; motions[i] != NULL; i++)
    if (mage_project_find (project, motions[i]) == NULL
        && !import_motion (project, data_dir, motion_list, motions[i], error))
      return FALSE;
  return mage_project_save (project, error);
}

/** mage_sample_project_fill: makes of a project the sample project, as far as it is not; so an interrupted beginning is completed. */
gboolean
mage_sample_project_fill (MageProject *project, const char *data_dir, GError **error)
{
  return mage_sample_project_add (project, data_dir, subject_names, motion_names, error);
}
