/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine.h"

/* By name, so that both sides of the door mean the same domain without the tensors' library. */
GQuark
engine_error_quark (void)
{
  return g_quark_from_static_string ("videomage-tensor-error-quark");
}

/**
 * engine_clip_new:
 * @rgb: referenced
 * @mask: (nullable): referenced
 *
 * Returns: (transfer full): a clip over these bytes
 */
EngineClip *
engine_clip_new (GBytes *rgb, GBytes *mask, const char *caption,
                 guint n_frames, guint width, guint height)
{
  EngineClip *self;

  g_return_val_if_fail (rgb != NULL, NULL);
  g_return_val_if_fail (g_bytes_get_size (rgb) == (gsize) n_frames * height * width * 3, NULL);
  g_return_val_if_fail (mask == NULL || g_bytes_get_size (mask) == (gsize) n_frames * height * width, NULL);

  self = g_new0 (EngineClip, 1);
  self->rgb = g_bytes_ref (rgb);
  self->mask = mask != NULL ? g_bytes_ref (mask) : NULL;
  self->caption = g_strdup (caption);
  self->n_frames = n_frames;
  self->width = width;
  self->height = height;
  return self;
}

void
engine_clip_free (EngineClip *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->rgb, g_bytes_unref);
  g_clear_pointer (&self->mask, g_bytes_unref);
  g_free (self->caption);
  g_free (self);
}

void
engine_segmentation_free (EngineSegmentation *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_candidates; i++)
    {
      g_clear_pointer (&self->candidates[i].mask, g_bytes_unref);
      g_clear_pointer (&self->candidates[i].memory, g_bytes_unref);
    }
  g_free (self);
}

void
engine_maps_free (EngineMaps *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_maps; i++)
    {
      g_free (self->maps[i].layer);
      g_clear_pointer (&self->maps[i].words, g_bytes_unref);
      g_clear_pointer (&self->maps[i].rest, g_bytes_unref);
    }
  g_free (self->maps);
  g_strfreev (self->words);
  g_strfreev (self->layers);
  g_free (self);
}
