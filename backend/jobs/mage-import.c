/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-import.h"

#include "media/clip-reader.h"
#include "media/mask.h"
#include "media/picture.h"
#include "project/mage-name.h"

#include <glib/gi18n.h>

/*
 * Takes pictures, clips and masks into a project. Each is decoded first as it will be used, so that
 * a bad file is refused here, with its sentence, and not in the middle of a training.
 */

/**
 * mage_import_check_picture:
 * @mask: (nullable): where the subject is; of the picture's size
 *
 * Whether a picture can be used.
 */
gboolean
mage_import_check_picture (const char *path, const char *mask, GError **error)
{
  g_autoptr (Frames) picture = picture_load (path, NULL, error);
  g_autoptr (Mask) map = NULL;

  if (picture == NULL)
    return FALSE;
  if (mask == NULL)
    return TRUE;
  map = mask_load (mask, NULL, error);
  if (map == NULL)
    return FALSE;
  if (map->width == picture->width && map->height == picture->height)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The mask “%s” is %u × %u pixels, its picture “%s” %u × %u"),
               mask, map->width, map->height, path, picture->width, picture->height);
  return FALSE;
}

/**
 * mage_import_picture:
 * @mask: (nullable): where the subject is; of the picture's size
 *
 * Adds a picture to a subject.
 */
gboolean
mage_import_picture (MageProject *project, MageSubject *subject, const char *path, const char *mask, GError **error)
{
  g_autoptr (MageMedia) media = NULL;
  g_autoptr (MageMedia) map = NULL;

  if (!mage_import_check_picture (path, mask, error))
    return FALSE;
  media = mage_project_import (project, path, error);
  if (media == NULL)
    return FALSE;
  if (mask != NULL)
    {
      map = mage_project_import_mask (project, mask, error);
      if (map == NULL)
        return FALSE;
      mage_media_set_mask (media, map);
    }
  g_list_store_append (mage_subject_get_pictures (subject), media);
  return TRUE;
}

/* Decodes the span as the model will see it. */
static gboolean
check_clip (MageProject *project, const char *path, double start, double length, GError **error)
{
  MageParams *params = mage_project_get_params (project);
  ClipRead want = { .start_s = start, .length_s = length,
                    .n_frames = (guint) mage_params_get_int (params, "frames"),
                    .rate = mage_params_get_double (params, "rate"),
                    .width = (guint) mage_params_get_int (params, "width"),
                    .height = (guint) mage_params_get_int (params, "height") };
  g_autoptr (Frames) frames = clip_read (path, &want, NULL, error);

  return frames != NULL;
}

/* What a caption says moves first: "person" of "a person is riding a horse" and of "person riding horse". */
static char *
guess_thing (const char *caption)
{
  g_auto (GStrv) words = g_strsplit_set (caption, " ,.", -1);
  g_autoptr (GString) thing = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *word = g_utf8_strdown (words[i], -1);

      if (g_str_equal (word, "is") || g_str_equal (word, "are") || (thing->len > 0 && g_str_has_suffix (word, "ing")))
        break;
      if (*word == '\0' || g_str_equal (word, "a") || g_str_equal (word, "an") || g_str_equal (word, "the"))
        continue;
      g_string_append_printf (thing, "%s%s", thing->len > 0 ? " " : "", word);
    }
  return g_strdup (thing->len > 0 ? thing->str : "object");
}

/**
 * mage_import_motion:
 * @name: (nullable): NULL: from the file's name
 * @caption: (nullable): the motion in plain words; NULL: from the name
 * @start: of the span, in seconds
 * @length: of the span, in seconds; 0 for frames / rate, or the whole clip where it is shorter
 *
 * Adds a motion. Its things are named with mage_import_thing(); while none is, one that the caption
 * names first stands for the whole frame, because nothing here finds things by itself.
 *
 * Returns: (transfer none): the motion, which has no thing yet
 */
MageMotion *
mage_import_motion (MageProject *project, const char *path, const char *name, const char *caption,
                    double start, double length, GError **error)
{
  g_autofree char *own_name = name != NULL ? g_strdup (name) : mage_name_from_path (path);
  g_autofree char *own_caption = caption != NULL ? g_strdup (caption) : mage_name_to_words (own_name);
  g_auto (ClipInfo) info = { 0 };
  g_autoptr (MageMedia) clip = NULL;
  MageMotion *motion;

  if (!clip_probe (path, &info, NULL, error) || !check_clip (project, path, start, length, error))
    return NULL;
  clip = mage_project_import (project, path, error);
  if (clip == NULL)
    return NULL;
  motion = mage_project_add_motion (project, own_name, clip, own_caption);
  mage_motion_set_span (motion, start, length);
  return motion;
}

static gboolean
check_mask (MageMotion *motion, const char *mask, GError **error)
{
  g_autofree char *path = mage_media_dup_path (mage_motion_get_clip (motion));
  g_auto (ClipInfo) info = { 0 };
  g_autoptr (Mask) map = mask_load (mask, NULL, error);
  cairo_rectangle_int_t box;

  if (map == NULL || !clip_probe (path, &info, NULL, error))
    return FALSE;
  if (map->width != info.width || map->height != info.height)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The mask “%s” is %u × %u pixels, the clip %u × %u"),
                   mask, map->width, map->height, info.width, info.height);
      return FALSE;
    }
  if (!mask_get_box (map, &box))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The mask “%s” is empty"), mask);
      return FALSE;
    }
  return TRUE;
}

/**
 * mage_import_thing:
 * @name: (nullable): a plain word for what moves; NULL: what the caption names first
 * @mask: (nullable): a mask file of the clip's size, where it is in the frame at @time; NULL: the
 *   whole frame stands for it
 * @time: in seconds from the clip's beginning
 *
 * Returns: (transfer none): the thing
 */
MageThing *
mage_import_thing (MageProject *project, MageMotion *motion, const char *name, const char *mask,
                   double time, GError **error)
{
  g_autofree char *word = name != NULL ? g_strdup (name) : guess_thing (mage_motion_get_caption (motion));
  g_autoptr (MageMedia) map = NULL;

  if (mask != NULL)
    {
      if (!check_mask (motion, mask, error))
        return NULL;
      map = mage_project_import_mask (project, mask, error);
      if (map == NULL)
        return NULL;
    }
  return mage_motion_add_thing (motion, word, map, time);
}
