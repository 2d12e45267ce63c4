/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ClipFormat:
 * @CLIP_MP4_H264: H.264, 4:2:0, in MP4 with its index in front; every player takes it
 * @CLIP_WEBM_VP9: VP9 in WebM; free of patents
 * @CLIP_WEBM_AV1: AV1 in WebM; smaller, for newer players
 * @CLIP_GIF: animated GIF, 256 colours chosen from the clip
 * @CLIP_WEBP: animated WebP
 * @CLIP_PNG_FRAMES: a folder with 0001.png, 0002.png, …, without loss
 * @CLIP_PNG_STILL: one frame as PNG, without loss
 */
typedef enum
{
  CLIP_MP4_H264,
  CLIP_WEBM_VP9,
  CLIP_WEBM_AV1,
  CLIP_GIF,
  CLIP_WEBP,
  CLIP_PNG_FRAMES,
  CLIP_PNG_STILL,
} ClipFormat;

#define CLIP_N_FORMATS (CLIP_PNG_STILL + 1)

/**
 * ClipFormatInfo:
 * @name: as the command line calls it
 * @label: as people call it, untranslated
 * @hint: what speaks for it, untranslated
 * @extension: of its files, with the dot; "" for a folder
 * @is_video: a file for players, which holds as many rounds as are wanted; the other moving ones say how often they repeat
 * @moves: whether it has more than one frame
 * @lossy: whether there is a quality to choose
 */
typedef struct
{
  const char *name;
  const char *label;
  const char *hint;
  const char *extension;
  gboolean is_video;
  gboolean moves;
  gboolean lossy;
} ClipFormatInfo;

const ClipFormatInfo *clip_format_get_info (ClipFormat format);
gboolean clip_format_find (const char *name, ClipFormat *format);
gboolean clip_format_find_for_path (const char *path, ClipFormat *format);
char *clip_format_dup_names (void);

G_END_DECLS
