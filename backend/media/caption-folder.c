/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/caption-folder.h"

#include "media/media-error.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* A folder of captioned clips, for the auxiliary videos of METHOD's L_reg. Either one captions.json
 * speaks for all clips, as a list of { "file", "caption" } or as one { "file": "caption" }, or each
 * clip has a text file of its name beside it. */

#define CAPTIONS_FILE "captions.json"

static const char *const clip_endings[]
    = { ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".gif" };

void
captioned_clip_free (CaptionedClip *self)
{
  g_free (self->path);
  g_free (self->caption);
  g_free (self);
}

static gboolean
is_clip_name (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (clip_endings); i++)
    if (name[0] != '.' && g_str_has_suffix (lower, clip_endings[i]))
      return TRUE;
  return FALSE;
}

/* One line of text: what a prompt is. */
static char *
tidy_caption (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);
  GString *line = g_string_new (NULL);

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", *word);
  return g_string_free (line, FALSE);
}

static gboolean
add_clip (GPtrArray *clips, const char *folder, const char *file, const char *text, GError **error)
{
  g_autofree char *caption = tidy_caption (text);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *shown = g_filename_display_name (file);
  CaptionedClip *clip;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_CAPTION,
                   _ ("%s names the clip “%s”, which is not in the folder. Add it or take it out "
                      "of the list."),
                   CAPTIONS_FILE, shown);
      return FALSE;
    }
  clip = g_new0 (CaptionedClip, 1);
  clip->path = g_steal_pointer (&path);
  clip->caption = g_steal_pointer (&caption);
  g_ptr_array_add (clips, clip);
  return TRUE;
}

/* --- captions.json ---------------------------------------------------------------------------- */

static gboolean
set_form_error (const char *folder, GError **error)
{
  g_autofree char *name = g_filename_display_basename (folder);

  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_CAPTION,
               _ ("%s in “%s” must be a list of {\"file\": …, \"caption\": …} or one object of "
                  "\"file\": \"caption\"."),
               CAPTIONS_FILE, name);
  return FALSE;
}

static const char *
node_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
add_entry (GPtrArray *clips, const char *folder, const char *file, const char *caption,
           GError **error)
{
  if (file == NULL || caption == NULL)
    return set_form_error (folder, error);
  /* A list from elsewhere must not reach out of its own folder. */
  if (g_path_is_absolute (file) || strstr (file, "..") != NULL)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_CAPTION,
                   _ ("%s names “%s”, which lies outside of its folder. Put the clip beside it."),
                   CAPTIONS_FILE, file);
      return FALSE;
    }
  return add_clip (clips, folder, file, caption, error);
}

static gboolean
add_list (GPtrArray *clips, const char *folder, JsonArray *list, GError **error)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (entry == NULL)
        return set_form_error (folder, error);
      if (!add_entry (clips, folder, node_string (json_object_get_member (entry, "file")),
                      node_string (json_object_get_member (entry, "caption")), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_object (GPtrArray *clips, const char *folder, JsonObject *object, GError **error)
{
  g_autoptr (GList) files = json_object_get_members (object);

  for (GList *l = files; l != NULL; l = l->next)
    if (!add_entry (clips, folder, l->data, node_string (json_object_get_member (object, l->data)),
                    error))
      return FALSE;
  return TRUE;
}

static gboolean
read_json (GPtrArray *clips, const char *folder, const char *path, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) cause = NULL;
  JsonNode *root;

  if (!json_parser_load_from_file (parser, path, &cause))
    {
      g_autofree char *name = g_filename_display_basename (folder);

      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_CAPTION,
                   _ ("%s in “%s” cannot be read: %s"), CAPTIONS_FILE, name, cause->message);
      return FALSE;
    }
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    return add_list (clips, folder, json_node_get_array (root), error);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return add_object (clips, folder, json_node_get_object (root), error);
  return set_form_error (folder, error);
}

/* --- a text file a clip ----------------------------------------------------------------------- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
add_with_text (GPtrArray *clips, const char *folder, const char *file, GError **error)
{
  g_autofree char *stem = g_strndup (file, (gsize) (strrchr (file, '.') - file));
  g_autofree char *text_name = g_strconcat (stem, ".txt", NULL);
  g_autofree char *text_path = g_build_filename (folder, text_name, NULL);
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (text_path, &text, &length, NULL) || !g_utf8_validate (text, (gssize) length, NULL))
    return add_clip (clips, folder, file, "", error);
  return add_clip (clips, folder, file, text, error);
}

static gboolean
read_texts (GPtrArray *clips, const char *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &cause);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *entry;

  if (dir == NULL)
    {
      g_autofree char *name = g_filename_display_basename (folder);

      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_UNREADABLE,
                   _ ("The folder “%s” cannot be opened: %s"), name, cause->message);
      return FALSE;
    }
  while ((entry = g_dir_read_name (dir)) != NULL)
    if (is_clip_name (entry))
      g_ptr_array_add (names, g_strdup (entry));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !add_with_text (clips, folder, names->pdata[i], error))
      return FALSE;
  return TRUE;
}

/**
 * captioned_clip_check:
 *
 * Whether the clip has a caption; else a sentence that says where it could be written.
 */
gboolean
captioned_clip_check (const CaptionedClip *self, GError **error)
{
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *stem = g_strndup (shown, strcspn (shown, "."));

  if (self->caption[0] != '\0')
    return TRUE;
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_CAPTION,
               _ ("The clip “%s” has no caption. Write what it shows into “%s.txt” beside it (UTF-8), or into %s."),
               shown, stem, CAPTIONS_FILE);
  return FALSE;
}

/**
 * caption_folder_list:
 * @folder: a folder with clips and captions.json, or clips and a text file beside each
 * @cancellable: (nullable): to give up
 *
 * Lists the clips of a folder, in the order of captions.json or else by name, those without a caption with an empty one. Where
 * both forms are there captions.json counts. The clips themselves are not opened.
 *
 * Returns: (transfer full) (element-type CaptionedClip): at least one clip, or %NULL with a #MediaError
 */
GPtrArray *
caption_folder_list (const char *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) clips
      = g_ptr_array_new_with_free_func ((GDestroyNotify) captioned_clip_free);
  g_autofree char *json = NULL;

  g_return_val_if_fail (folder != NULL, NULL);

  json = g_build_filename (folder, CAPTIONS_FILE, NULL);
  if (g_file_test (json, G_FILE_TEST_EXISTS) ? !read_json (clips, folder, json, error)
                                             : !read_texts (clips, folder, cancellable, error))
    return NULL;
  if (clips->len == 0)
    {
      g_autofree char *name = g_filename_display_basename (folder);

      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_EMPTY,
                   _ ("There are no captioned clips in “%s”. Put videos there with a %s or a text "
                      "file beside each."),
                   name, CAPTIONS_FILE);
      return NULL;
    }
  return g_steal_pointer (&clips);
}

/** caption_folder_read: as caption_folder_list(), where every clip must have its caption. */
GPtrArray *
caption_folder_read (const char *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) clips = caption_folder_list (folder, cancellable, error);

  for (guint i = 0; clips != NULL && i < clips->len; i++)
    if (!captioned_clip_check (g_ptr_array_index (clips, i), error))
      return NULL;
  return g_steal_pointer (&clips);
}
