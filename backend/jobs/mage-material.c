/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-material.h"

#include "media/caption-folder.h"
#include "media/clip-reader.h"
#include "media/mask.h"
#include "media/picture.h"

/* What is learned from, from files to bytes of the model's shape. Worker thread. */

/* Prior clips are held in memory; a hundred of ZeroScope's size would be 1.3 GB. */
#define PRIOR_MAX_BYTES (512.0 * 1024 * 1024)

MageShape
mage_shape_from_params (MageParams *params)
{
  return (MageShape) { (guint) mage_params_get_int (params, "frames"), (guint) mage_params_get_int (params, "width"),
                       (guint) mage_params_get_int (params, "height"), mage_params_get_double (params, "rate") };
}

/** mage_material_from_frames: @mask: (nullable); @caption: (nullable). Returns: (transfer full) */
EngineClip *
mage_material_from_frames (Frames *frames, GBytes *mask, const char *caption)
{
  return engine_clip_new (frames->rgb, mask, caption, frames->n_frames, frames->width, frames->height);
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) engine_clip_free);
}

static EngineClip *
load_picture (const char *path, const char *mask_path, const char *caption, const MageShape *shape,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (Frames) picture = picture_load (path, cancellable, error);
  g_autoptr (Frames) fitted = NULL;
  g_autoptr (Mask) mask = NULL;
  g_autoptr (Mask) fitted_mask = NULL;

  if (picture == NULL)
    return NULL;
  fitted = picture_fit (picture, shape->width, shape->height);
  if (mask_path != NULL)
    {
      mask = mask_load (mask_path, cancellable, error);
      if (mask == NULL)
        return NULL;
      fitted_mask = mask_fit (mask, shape->width, shape->height);
    }
  return mage_material_from_frames (fitted, fitted_mask != NULL ? fitted_mask->alpha : NULL, caption);
}

static gboolean
add_pictures (GPtrArray *list, const MageTrainStage *stage, const MageShape *shape,
              GCancellable *cancellable, GError **error)
{
  for (guint i = 0; stage->pictures[i] != NULL; i++)
    {
      EngineClip *clip = load_picture (stage->pictures[i], stage->masks != NULL ? stage->masks[i] : NULL,
                                       stage->prompt, shape, cancellable, error);

      if (clip == NULL)
        return FALSE;
      g_ptr_array_add (list, clip);
    }
  return TRUE;
}

/* The clip's frame at the mask's time, at full size when there is a mask to cut with. */
static Frames *
read_thing (const MageTrainStage *stage, const MageShape *shape, GCancellable *cancellable, GError **error)
{
  g_auto (ClipInfo) info = { 0 };
  ClipRead want = { .start_s = stage->time, .n_frames = 1, .rate = shape->rate,
                    .width = shape->width, .height = shape->height };

  if (stage->mask == NULL)
    return clip_read (stage->clip, &want, cancellable, error);
  if (!clip_probe (stage->clip, &info, cancellable, error))
    return NULL;
  /* A millisecond: the frame that is seen at that time, none behind it. */
  want.length_s = 0.001;
  want.width = info.width;
  want.height = info.height;
  return clip_read (stage->clip, &want, cancellable, error);
}

static gboolean
add_thing (GPtrArray *list, const MageTrainStage *stage, const MageShape *shape,
           GCancellable *cancellable, GError **error)
{
  g_autoptr (Frames) frame = read_thing (stage, shape, cancellable, error);
  g_autoptr (Frames) crop = NULL;
  g_autoptr (Mask) mask = NULL;

  if (frame == NULL)
    return FALSE;
  if (stage->mask == NULL)
    crop = frames_ref (frame);
  else
    {
      mask = mask_load (stage->mask, cancellable, error);
      if (mask == NULL)
        return FALSE;
      crop = mask_crop_subject (frame, mask, shape->width, shape->height, error);
    }
  if (crop == NULL)
    return FALSE;
  g_ptr_array_add (list, mage_material_from_frames (crop, NULL, stage->prompt));
  return TRUE;
}

/**
 * mage_material_load_motion:
 * @start: of the span, in seconds
 * @length: in seconds; 0 for the usual one
 * @crop: which part of the frames
 * @caption: (nullable)
 *
 * Returns: (transfer full): the frames of a motion's clip that are learned and inverted
 */
EngineClip *
mage_material_load_motion (const char *path, double start, double length, const MageCrop *crop, const char *caption,
                           const MageShape *shape, GCancellable *cancellable, GError **error)
{
  ClipRead want = { .start_s = start, .length_s = length, .n_frames = shape->n_frames,
                    .rate = shape->rate, .width = shape->width, .height = shape->height,
                    .crop = { crop->x, crop->y, crop->width, crop->height } };
  g_autoptr (Frames) frames = clip_read (path, &want, cancellable, error);

  return frames != NULL ? mage_material_from_frames (frames, NULL, caption) : NULL;
}

static gboolean
add_motion (GPtrArray *list, const MageTrainStage *stage, const MageShape *shape,
            GCancellable *cancellable, GError **error)
{
  EngineClip *clip = mage_material_load_motion (stage->clip, stage->start, stage->length, &stage->crop, stage->prompt, shape,
                                                cancellable, error);

  if (clip == NULL)
    return FALSE;
  g_ptr_array_add (list, clip);
  return TRUE;
}

/** mage_material_load: Returns: (transfer full) (element-type EngineClip): what a stage learns from */
GPtrArray *
mage_material_load (const MageTrainStage *stage, const MageShape *shape, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) list = new_list ();
  gboolean done;

  if (stage->pictures != NULL)
    done = add_pictures (list, stage, shape, cancellable, error);
  else if (stage->kind == ENGINE_TRAIN_TOKEN)
    done = add_thing (list, stage, shape, cancellable, error);
  else
    done = add_motion (list, stage, shape, cancellable, error);
  return done ? g_steal_pointer (&list) : NULL;
}

/**
 * mage_material_list_prior:
 * @folder: captioned clips
 * @captions: (element-type utf8 utf8): by a clip's file: captions that count instead of the folder's own
 *
 * Returns: (transfer full) (element-type CaptionedClip): the clips; those without a caption have an empty one
 */
GPtrArray *
mage_material_list_prior (const char *folder, GHashTable *captions, GCancellable *cancellable, GError **error)
{
  GPtrArray *clips = caption_folder_list (folder, cancellable, error);

  for (guint i = 0; clips != NULL && i < clips->len; i++)
    {
      CaptionedClip *clip = g_ptr_array_index (clips, i);
      g_autofree char *file = g_path_get_basename (clip->path);
      const char *caption = g_hash_table_lookup (captions, file);

      if (caption == NULL)
        continue;
      g_free (clip->caption);
      clip->caption = g_strdup (caption);
    }
  return clips;
}

/**
 * mage_material_load_prior:
 * @folder, @captions: as of mage_material_list_prior ()
 * @job: hears how far it is
 *
 * As many of the clips as fit into PRIOR_MAX_BYTES, spread evenly over the folder.
 *
 * Returns: (transfer full) (element-type EngineClip): the clips for L_reg
 */
GPtrArray *
mage_material_load_prior (const char *folder, GHashTable *captions, const MageShape *shape, MageJob *job,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) found = mage_material_list_prior (folder, captions, cancellable, error);
  g_autoptr (GPtrArray) list = new_list ();
  ClipRead want = { .n_frames = shape->n_frames, .rate = shape->rate, .width = shape->width, .height = shape->height };
  double bytes = 3.0 * shape->n_frames * shape->width * shape->height;
  guint n;

  if (found == NULL)
    return NULL;
  n = (guint) CLAMP (PRIOR_MAX_BYTES / bytes, 1, found->len);
  for (guint i = 0; i < n; i++)
    {
      CaptionedClip *clip = g_ptr_array_index (found, (guint64) i * found->len / n);
      g_autoptr (Frames) frames = NULL;

      if (!mage_job_check (job, error) || !captioned_clip_check (clip, error))
        return NULL;
      mage_job_report (job, "Reading the prior clips", i, n, NULL, 0);
      frames = clip_read (clip->path, &want, cancellable, error);
      if (frames == NULL)
        return NULL;
      g_ptr_array_add (list, mage_material_from_frames (frames, NULL, clip->caption));
    }
  return g_steal_pointer (&list);
}
