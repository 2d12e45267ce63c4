/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-clip-masks.h"

#include "jobs/mage-engine.h"

#include <string.h>

/*
 * The masks of clips that a subject's LoRA made. Attention knows roughly where the subject is, a cell of latents at a time;
 * MobileSAM finds its outline there. Small frames are looked at several at once, side by side: its view is 1024 pixels
 * wide whatever it is shown, and one look costs as much as another.
 */

/* Frames side by side, at most, and how wide a sheet of them may become. */
#define ACROSS 4
#define SHEET 512
/* An outline that has less in common with the rough mask (intersection over union) is something else. */
#define ALIKE 0.4

/** Sheet: frames of a clip side by side. */
typedef struct
{
  const EngineClip *clip;
  guint first;
  guint n;
  guint across;
  guint width;
  guint height;
} Sheet;

static void
get_corner (const Sheet *self, guint i, guint *x, guint *y)
{
  *x = i % self->across * self->clip->width;
  *y = i / self->across * self->clip->height;
}

static GBytes *
make_rgb (const Sheet *self)
{
  const EngineClip *clip = self->clip;
  const guint8 *from = g_bytes_get_data (clip->rgb, NULL);
  guint8 *rgb = g_malloc0 ((gsize) self->width * self->height * 3);

  for (guint i = 0; i < self->n; i++)
    {
      const guint8 *frame = from + (gsize) (self->first + i) * clip->width * clip->height * 3;
      guint x0, y0;

      get_corner (self, i, &x0, &y0);
      for (guint y = 0; y < clip->height; y++)
        memcpy (rgb + ((gsize) (y0 + y) * self->width + x0) * 3, frame + (gsize) y * clip->width * 3, clip->width * 3);
    }
  return g_bytes_new_take (rgb, (gsize) self->width * self->height * 3);
}

/* The box of what is inside, in the frame's pixels. */
static gboolean
find_box (const guint8 *mask, guint width, guint height, EngineSegmentRequest *request)
{
  guint left = width, top = height, right = 0, bottom = 0;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        if (mask[(gsize) y * width + x] < 128)
          continue;
        left = MIN (left, x);
        top = MIN (top, y);
        right = MAX (right, x + 1);
        bottom = MAX (bottom, y + 1);
      }
  request->x0 = left;
  request->y0 = top;
  request->x1 = right;
  request->y1 = bottom;
  return left < right;
}

static double
compare (const guint8 *rough, const guint8 *fine, gsize stride, guint width, guint height)
{
  gsize both = 0, either = 0;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        gboolean a = rough[(gsize) y * width + x] >= 128;
        gboolean b = fine[(gsize) y * stride + x] >= 128;

        both += a && b;
        either += a || b;
      }
  return either > 0 ? (double) both / (double) either : 0;
}

/* Takes the answer that is most like the rough mask, where one is like it at all. */
static void
take_outline (const Sheet *self, guint i, const EngineSegmentation *answer, guint8 *mask)
{
  const guint8 *best = NULL;
  double most = ALIKE;
  guint x0, y0;

  get_corner (self, i, &x0, &y0);
  for (guint k = 0; k < answer->n_candidates; k++)
    {
      const guint8 *fine = (const guint8 *) g_bytes_get_data (answer->candidates[k].mask, NULL) + (gsize) y0 * self->width + x0;
      double alike = compare (mask, fine, self->width, self->clip->width, self->clip->height);

      if (alike < most)
        continue;
      most = alike;
      best = fine;
    }
  for (guint y = 0; best != NULL && y < self->clip->height; y++)
    memcpy (mask + (gsize) y * self->clip->width, best + (gsize) y * self->width, self->clip->width);
}

static gboolean
refine_sheet (const Sheet *self, const EngineTable *table, EngineSegmenter *segmenter, const EngineListener *listener,
              guint8 *masks, GError **error)
{
  gsize size = (gsize) self->clip->width * self->clip->height;
  g_autoptr (GBytes) rgb = make_rgb (self);

  for (guint i = 0; i < self->n; i++)
    {
      guint8 *mask = masks + (self->first + i) * size;
      EngineSegmentRequest request = { .rgb = rgb, .width = self->width, .height = self->height, .has_box = TRUE };
      g_autoptr (EngineSegmentation) answer = NULL;
      guint x0, y0;

      if (!find_box (mask, self->clip->width, self->clip->height, &request))
        continue;
      get_corner (self, i, &x0, &y0);
      request.x0 += x0;
      request.x1 += x0;
      request.y0 += y0;
      request.y1 += y0;
      answer = table->segment (segmenter, &request, listener, error);
      if (answer == NULL)
        return FALSE;
      take_outline (self, i, answer, mask);
    }
  return TRUE;
}

/**
 * mage_clip_masks_refine:
 * @clip: with rough masks
 *
 * Returns: (transfer full): the same with the outlines that MobileSAM finds there; where it finds something else, a frame's
 *   mask stays as it was
 */
EngineClip *
mage_clip_masks_refine (const MageClipMaker *maker, const EngineClip *clip, GError **error)
{
  MageEngineCall call = { .job = maker->job };
  EngineListener listener = mage_engine_call_listen (&call);
  guint across = CLAMP (SHEET / MAX (clip->width, clip->height), 1, ACROSS);
  g_autofree guint8 *masks = g_memdup2 (g_bytes_get_data (clip->mask, NULL), g_bytes_get_size (clip->mask));
  gsize size = g_bytes_get_size (clip->mask);
  const EngineTable *table;
  EngineSegmenter *segmenter = mage_engine_open_segmenter (maker->opener, maker->job, NULL, &table, error);
  g_autoptr (GBytes) bytes = NULL;

  if (segmenter == NULL)
    return NULL;
  for (guint first = 0; first < clip->n_frames; first += across * across)
    {
      guint n = MIN (across * across, clip->n_frames - first);
      Sheet sheet = { clip, first, n, across, across * clip->width, (n + across - 1) / across * clip->height };

      mage_job_report (maker->job, "Finding the outlines", first, clip->n_frames, NULL, 0);
      if (!refine_sheet (&sheet, table, segmenter, &listener, masks, error))
        return NULL;
    }
  bytes = g_bytes_new_take (g_steal_pointer (&masks), size);
  return engine_clip_new (clip->rgb, bytes, clip->caption, clip->n_frames, clip->width, clip->height);
}
