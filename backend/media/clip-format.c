/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-format.h"

#include <glib/gi18n.h>
#include <string.h>

/* Every format that clips are written in, declared once: window, command line and writer ask here. */

static const ClipFormatInfo table[CLIP_N_FORMATS] = {
  [CLIP_MP4_H264] = { "mp4", N_("MP4 (H.264)"), N_("Plays everywhere"), ".mp4", TRUE, TRUE, TRUE },
  [CLIP_WEBM_VP9] = { "webm", N_("WebM (VP9)"), N_("For web pages, free of patents"), ".webm", TRUE, TRUE, TRUE },
  [CLIP_WEBM_AV1] = { "av1", N_("WebM (AV1)"), N_("Smallest files, for newer players"), ".webm", TRUE, TRUE, TRUE },
  [CLIP_GIF] = { "gif", N_("Animated GIF"), N_("Plays in every chat and page, 256 colours"), ".gif", FALSE, TRUE, FALSE },
  [CLIP_WEBP] = { "webp", N_("Animated WebP"), N_("Like GIF, but with all colours"), ".webp", FALSE, TRUE, TRUE },
  [CLIP_PNG_FRAMES] = { "frames", N_("PNG frames"), N_("A folder of pictures, without loss"), "", FALSE, TRUE, FALSE },
  [CLIP_PNG_STILL] = { "png", N_("Single frame (PNG)"), N_("One picture, without loss"), ".png", FALSE, FALSE, FALSE },
};

/** clip_format_get_info: Returns: (transfer none): what is to be known of @format */
const ClipFormatInfo *
clip_format_get_info (ClipFormat format)
{
  g_return_val_if_fail ((guint) format < CLIP_N_FORMATS, &table[CLIP_MP4_H264]);

  return &table[format];
}

/** clip_format_find: Returns: whether there is a format called @name */
gboolean
clip_format_find (const char *name, ClipFormat *format)
{
  for (guint i = 0; i < CLIP_N_FORMATS; i++)
    if (g_ascii_strcasecmp (table[i].name, name) == 0)
      {
        *format = (ClipFormat) i;
        return TRUE;
      }
  return FALSE;
}

/** clip_format_find_for_path: Returns: whether the ending of @path tells the format; .webm is VP9 */
gboolean
clip_format_find_for_path (const char *path, ClipFormat *format)
{
  const char *dot = strrchr (path, '.');

  for (guint i = 0; dot != NULL && i < CLIP_N_FORMATS; i++)
    if (*table[i].extension != '\0' && g_ascii_strcasecmp (table[i].extension, dot) == 0)
      {
        *format = (ClipFormat) i;
        return TRUE;
      }
  return FALSE;
}

/** clip_format_dup_names: Returns: (transfer full): "mp4|webm|…" */
char *
clip_format_dup_names (void)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < CLIP_N_FORMATS; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? "|" : "", table[i].name);
  return g_string_free (g_steal_pointer (&names), FALSE);
}
