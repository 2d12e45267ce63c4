/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "jobs/mage-import.h"
#include "project/mage-name.h"

#include <string.h>

/* import: takes pictures of a subject, or a motion's clip, into a project. */

static const CliOption options[] = {
  { "subject", CLI_OPTION_LIST, "FILE", "pictures of one subject, three to five; a folder stands for its pictures" },
  { "mask", CLI_OPTION_LIST, "FILE", "where the subject is in each picture, in their order (for --masked-loss)" },
  { "token", CLI_OPTION_VALUE, "TOKEN", "the subject's word in prompts, such as <toy>; without it from the name" },
  { "superclass", CLI_OPTION_VALUE, "WORDS", "plain words for the subject, such as “stuffed animal”; without it from the name" },
  { "motion", CLI_OPTION_VALUE, "FILE", "a clip whose movement is learned" },
  { "caption", CLI_OPTION_VALUE, "TEXT", "the motion in plain words, such as “a person is riding a horse”" },
  { "start", CLI_OPTION_VALUE, "S", "where the span begins, in seconds (0)" },
  { "length", CLI_OPTION_VALUE, "S", "how long it is, in seconds; without it frames / rate, or the whole shorter clip" },
  { "crop", CLI_OPTION_VALUE, "X,Y,W,H", "the part of its frames that is learned, in pixels; without it the middle" },
  { "thing", CLI_OPTION_VALUE, "NAME[=MASK.png]",
    "something that moves in the clip, and where it is in the first frame; again for each. Without a mask the whole "
    "frame stands for it; without --thing, for what the caption names first" },
  { "name", CLI_OPTION_VALUE, "NAME", "of the subject or motion; a subject that is there gets more pictures" },
  { NULL }
};

static gboolean
usage_error (GError **error, const char *sentence)
{
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, sentence);
  return FALSE;
}

/* --- pictures --- */

static gboolean
is_picture_name (const char *name)
{
  static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif" };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return !g_str_has_prefix (lower, "mask") && lower[0] != '.';
  return FALSE;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* A folder stands for the pictures in it, but for those called mask…, by name. */
static gboolean
add_folder (GPtrArray *paths, const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (is_picture_name (name))
      g_ptr_array_add (found, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (found, compare_paths);
  if (found->len == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The folder “%s” holds no pictures", folder);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (paths, g_ptr_array_index (found, i));
  return found->len > 0;
}

static GPtrArray *
list_pictures (Cli *cli, GError **error)
{
  GPtrArray *given = cli_args_get_all (cli->args, "subject");
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < given->len; i++)
    {
      const char *path = g_ptr_array_index (given, i);

      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (paths, g_strdup (path));
      else if (!add_folder (paths, path, error))
        return NULL;
    }
  return g_steal_pointer (&paths);
}

/* --name, else the folder that holds several pictures, else the only picture's own name. */
static char *
choose_name (Cli *cli, GPtrArray *paths)
{
  const char *name = cli_args_get (cli->args, "name");
  g_autofree char *full = g_canonicalize_filename (g_ptr_array_index (paths, 0), NULL);
  g_autofree char *folder = g_path_get_dirname (full);

  if (name != NULL)
    return g_strdup (name);
  return mage_name_from_path (paths->len > 1 ? folder : full);
}

/* The refusal names the file, even where the reason does not. */
static void
refuse (Cli *cli, const char *path, const GError *error)
{
  g_autofree char *base = g_path_get_basename (path);
  gboolean named = strstr (error->message, base) != NULL;
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "event", "refused");
  json_object_set_string_member (object, "file", path);
  json_object_set_string_member (object, "message", error->message);
  cli_say (cli, object, "%s", "");
  if (named)
    cli_note ("%s", error->message);
  else
    cli_note ("“%s”: %s", base, error->message);
}

static void
say_imported (Cli *cli, MageTrainable *item, guint n)
{
  g_autoptr (JsonObject) object = json_object_new ();
  const char *token = mage_trainable_get_token (item);
  const char *superclass = mage_trainable_get_superclass (item);

  json_object_set_string_member (object, "event", "imported");
  json_object_set_string_member (object, "kind", mage_trainable_get_kind (item));
  json_object_set_string_member (object, "name", mage_trainable_get_name (item));
  if (token == NULL)
    {
      cli_say (cli, object, "Imported the motion %s: “%s”", mage_trainable_get_name (item),
               mage_motion_get_caption (MAGE_MOTION (item)));
      return;
    }
  json_object_set_string_member (object, "token", token);
  json_object_set_string_member (object, "superclass", superclass);
  json_object_set_int_member (object, "pictures", n);
  cli_say (cli, object, "Imported %u picture%s of %s: in prompts %s, in plain words “%s”", n, n == 1 ? "" : "s",
           mage_trainable_get_name (item), token, superclass);
}

/* The subject of this name, or a new one. */
static MageSubject *
find_subject (Cli *cli, MageProject *project, const char *name, GError **error)
{
  MageTrainable *item = mage_project_find (project, name);
  const char *token = cli_args_get (cli->args, "token");
  const char *superclass = cli_args_get (cli->args, "superclass");

  if (item == NULL || MAGE_IS_MOTION (item) || cli_args_get (cli->args, "name") == NULL)
    return mage_project_add_subject (project, name, token, superclass, error);
  if (token != NULL)
    {
      g_autofree char *word = mage_token_parse (token, error);

      if (word == NULL)
        return NULL;
      if (g_strcmp0 (word, mage_trainable_get_token (item)) != 0 && mage_project_find (project, word) != NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "The word “%s” belongs to another subject: choose another", word);
          return NULL;
        }
      mage_trainable_set_token (item, word);
    }
  if (superclass != NULL)
    mage_trainable_set_superclass (item, superclass);
  return MAGE_SUBJECT (item);
}

/* The places of the pictures that can be used; the others are refused one by one. */
static GArray *
check_pictures (Cli *cli, GPtrArray *paths, GPtrArray *masks)
{
  GArray *good = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GError) local = NULL;

      if (mage_import_check_picture (g_ptr_array_index (paths, i), masks->len > 0 ? g_ptr_array_index (masks, i) : NULL, &local))
        g_array_append_val (good, i);
      else
        refuse (cli, g_ptr_array_index (paths, i), local);
    }
  return good;
}

static gboolean
import_subject (Cli *cli, MageProject *project, GError **error)
{
  g_autoptr (GPtrArray) paths = list_pictures (cli, error);
  GPtrArray *masks = cli_args_get_all (cli->args, "mask");
  g_autoptr (GArray) good = NULL;
  g_autofree char *name = NULL;
  MageSubject *subject;

  if (paths == NULL)
    return FALSE;
  if (masks->len > 0 && masks->len != paths->len)
    return usage_error (error, "--mask needs one mask for every picture");
  name = choose_name (cli, paths);
  good = check_pictures (cli, paths, masks);
  if (good->len > 0)
    {
      subject = find_subject (cli, project, name, error);
      if (subject == NULL)
        return FALSE;
      for (guint i = 0; i < good->len; i++)
        {
          guint j = g_array_index (good, guint, i);

          if (!mage_import_picture (project, subject, g_ptr_array_index (paths, j),
                                    masks->len > 0 ? g_ptr_array_index (masks, j) : NULL, error))
            return FALSE;
        }
      if (!mage_project_save (project, error))
        return FALSE;
      say_imported (cli, MAGE_TRAINABLE (subject), good->len);
    }
  if (good->len == paths->len)
    return TRUE;
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_SAID, "");
  return FALSE;
}

/* --- the motion --- */

static gboolean
import_things (Cli *cli, MageProject *project, MageMotion *motion, GError **error)
{
  GPtrArray *things = cli_args_get_all (cli->args, "thing");

  for (guint i = 0; i < things->len; i++)
    {
      g_auto (GStrv) parts = g_strsplit (g_ptr_array_index (things, i), "=", 2);

      if (*parts[0] == '\0' || (parts[1] != NULL && *parts[1] == '\0'))
        return usage_error (error, "--thing is NAME or NAME=MASK.png");
      if (mage_import_thing (project, motion, parts[0], parts[1], 0, error) == NULL)
        return FALSE;
    }
  return things->len > 0 || mage_import_thing (project, motion, NULL, NULL, 0, error) != NULL;
}

static gboolean
import_motion (Cli *cli, MageProject *project, GError **error)
{
  double start = 0;
  double length = 0;
  MageCrop crop;
  MageMotion *motion;

  if (!cli_args_get_number (cli->args, "start", 0, 86400, &start, error)
      || !cli_args_get_number (cli->args, "length", 0, 86400, &length, error))
    return FALSE;
  motion = mage_import_motion (project, cli_args_get (cli->args, "motion"), cli_args_get (cli->args, "name"),
                               cli_args_get (cli->args, "caption"), start, length, error);
  if (motion != NULL && mage_crop_parse (&crop, cli_args_get (cli->args, "crop")))
    mage_motion_set_crop (motion, &crop);
  if (motion == NULL || !import_things (cli, project, motion, error) || !mage_project_save (project, error))
    return FALSE;
  say_imported (cli, MAGE_TRAINABLE (motion), 1);
  return TRUE;
}

static gboolean
check_usage (Cli *cli, GError **error)
{
  static const char *const of_subject[] = { "mask", "token", "superclass" };
  static const char *const of_motion[] = { "caption", "start", "length", "crop", "thing" };
  gboolean subject = cli_args_get (cli->args, "subject") != NULL;
  gboolean motion = cli_args_get (cli->args, "motion") != NULL;
  const char *text = cli_args_get (cli->args, "crop");
  MageCrop crop;

  if (subject == motion)
    return usage_error (error, "give either --subject FILE… or --motion FILE");
  for (guint i = 0; i < G_N_ELEMENTS (of_subject); i++)
    if (motion && cli_args_get (cli->args, of_subject[i]) != NULL)
      return usage_error (error, "--mask, --token and --superclass belong to --subject");
  for (guint i = 0; i < G_N_ELEMENTS (of_motion); i++)
    if (subject && cli_args_get (cli->args, of_motion[i]) != NULL)
      return usage_error (error, "--caption, --start, --length, --crop and --thing belong to --motion");
  if (text != NULL && !mage_crop_parse (&crop, text))
    return usage_error (error, "--crop takes four numbers of pixels, X,Y,WIDTH,HEIGHT, such as 120,40,512,512");
  return TRUE;
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autoptr (MageProject) project = NULL;

  if (!check_usage (cli, error))
    return FALSE;
  project = cli_open_project (cli, TRUE, error);
  if (project == NULL)
    return FALSE;
  return cli_args_get (cli->args, "subject") != NULL ? import_subject (cli, project, error)
                                                     : import_motion (cli, project, error);
}

const CliCommand cli_import_command = {
  "import", "P.mage (--subject FILE… | --motion FILE) [options]",
  "Takes pictures of a subject, or a motion's clip, into a project. A bad file is refused, the good ones go in.",
  { 1, 1 }, options, 0, run
};
