/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * segment-iou DIR…: how well subjects are found. In each folder N.png is a picture and maskN.png is where its subject is.
 * By itself, by U²-Net-p alone, by a box and by a point; then small, each subject pasted at a ninth of the size into a
 * large picture of another. Prints means of the intersection over union, and seconds; not a test.
 */

#include "engine/engine.h"
#include "media/mask.h"
#include "media/picture.h"

/* Pictures of a folder, and the large picture that small subjects are pasted into. */
#define N_PICTURES 5
#define LARGE 1152
#define SMALL 128

typedef enum
{
  AUTOMATIC,
  SALIENT,
  BEST_OF_AUTOMATIC,
  BOX,
  BEST_OF_BOX,
  POINT,
  SMALL_BOX,
  N_KINDS
} Kind;

static const char *const names[] = { "automatic", "U²-Net-p alone", "best of automatic", "box", "best of box", "point", "small, box" };

typedef struct
{
  const EngineTable *table;
  EngineSegmenter *segmenter;
  double sums[N_KINDS];
  double counts[N_KINDS];
  double seconds[N_KINDS];
} Bench;

static double
iou (GBytes *mask, const Mask *truth)
{
  const guint8 *a = g_bytes_get_data (mask, NULL), *b = mask_get_pixels (truth);
  gsize both = 0, either = 0;

  for (gsize i = 0; i < g_bytes_get_size (mask); i++)
    {
      gboolean found = a[i] >= MASK_THRESHOLD, wanted = b[i] >= MASK_THRESHOLD;
      both += found && wanted;
      either += found || wanted;
    }
  return either > 0 ? (double) both / (double) either : 1;
}

static void
add (Bench *self, Kind kind, double value, double seconds)
{
  self->sums[kind] += value;
  self->counts[kind]++;
  self->seconds[kind] += seconds;
}

static EngineSegmentation *
ask (Bench *self, const EngineSegmentRequest *request, double *seconds)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  EngineSegmentation *answer = self->table->segment (self->segmenter, request, NULL, &error);

  *seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  if (answer == NULL)
    g_printerr ("%s\n", error->message);
  return answer;
}

static double
best_iou (const EngineSegmentation *answer, const Mask *truth)
{
  double best = 0;

  for (guint i = 0; answer != NULL && i < answer->n_candidates; i++)
    best = MAX (best, iou (answer->candidates[i].mask, truth));
  return best;
}

static double
first_iou (const EngineSegmentation *answer, const Mask *truth)
{
  return answer != NULL ? iou (answer->candidates[0].mask, truth) : 0;
}

/* A pixel of the mask that lies about in its middle. */
static EnginePoint
find_middle (const Mask *truth, const cairo_rectangle_int_t *box)
{
  EnginePoint point = { box->x + box->width / 2, box->y + box->height / 2, TRUE };
  double nearest = G_MAXDOUBLE, x0 = point.x, y0 = point.y;

  for (guint y = 0; y < truth->height; y++)
    for (guint x = 0; x < truth->width; x++)
      {
        double d = (x - x0) * (x - x0) + (y - y0) * (y - y0);

        if (mask_get_pixels (truth)[y * truth->width + x] < MASK_THRESHOLD || d >= nearest)
          continue;
        nearest = d;
        point.x = x;
        point.y = y;
      }
  return point;
}

static void
measure (Bench *self, const Frames *picture, const Mask *truth)
{
  cairo_rectangle_int_t box = { 0 };
  EngineSegmentRequest request = { picture->rgb, picture->width, picture->height };
  g_autoptr (EngineSegmentation) automatic = NULL, boxed = NULL, pointed = NULL;
  EnginePoint point;
  double seconds, salient = 0;

  mask_get_box (truth, &box);
  automatic = ask (self, &request, &seconds);
  for (guint i = 0; automatic != NULL && i < automatic->n_candidates; i++)
    if (automatic->candidates[i].memory == NULL)
      salient = iou (automatic->candidates[i].mask, truth);
  add (self, AUTOMATIC, first_iou (automatic, truth), seconds);
  add (self, SALIENT, salient, 0);
  add (self, BEST_OF_AUTOMATIC, best_iou (automatic, truth), 0);
  request.has_box = TRUE;
  request.x0 = box.x;
  request.y0 = box.y;
  request.x1 = box.x + box.width;
  request.y1 = box.y + box.height;
  boxed = ask (self, &request, &seconds);
  add (self, BOX, first_iou (boxed, truth), seconds);
  add (self, BEST_OF_BOX, best_iou (boxed, truth), 0);
  point = find_middle (truth, &box);
  request.has_box = FALSE;
  request.points = &point;
  request.n_points = 1;
  pointed = ask (self, &request, &seconds);
  add (self, POINT, first_iou (pointed, truth), seconds);
}

/* The subject at a ninth of the size, cut out, in a corner of another picture. */
static void
measure_small (Bench *self, Frames *picture, Mask *truth, Frames *other)
{
  g_autoptr (Frames) small = picture_fit (picture, SMALL, SMALL), large = picture_fit (other, LARGE, LARGE);
  g_autoptr (Mask) mask = mask_fit (truth, SMALL, SMALL), whole = NULL;
  g_autofree guint8 *rgb = g_memdup2 (frames_get_frame (large, 0), 3 * LARGE * LARGE);
  guint8 *alpha = g_malloc0 (LARGE * LARGE);
  const guint at = LARGE / 8;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (EngineSegmentation) answer = NULL;
  EngineSegmentRequest request = { 0 };
  cairo_rectangle_int_t box = { 0 };
  double seconds;

  for (guint y = 0; y < SMALL; y++)
    for (guint x = 0; x < SMALL; x++)
      {
        guint to = (at + y) * LARGE + at + x;
        guint a = mask_get_pixels (mask)[y * SMALL + x];

        alpha[to] = (guint8) a;
        for (guint c = 0; c < 3; c++)
          rgb[3 * to + c] = (guint8) ((frames_get_frame (small, 0)[3 * (y * SMALL + x) + c] * a + rgb[3 * to + c] * (255 - a)) / 255);
      }
  whole = mask_new_take (LARGE, LARGE, alpha);
  mask_get_box (whole, &box);
  bytes = g_bytes_new (rgb, 3 * LARGE * LARGE);
  request = (EngineSegmentRequest){ bytes, LARGE, LARGE, TRUE, box.x, box.y, box.x + box.width, box.y + box.height };
  answer = ask (self, &request, &seconds);
  add (self, SMALL_BOX, first_iou (answer, whole), seconds);
}

static void
measure_folder (Bench *self, const char *dir, gboolean small)
{
  Frames *before = NULL;

  for (guint i = 0; i < N_PICTURES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i), *mask_name = g_strdup_printf ("mask%u.png", i);
      g_autofree char *path = g_build_filename (dir, name, NULL), *mask_path = g_build_filename (dir, mask_name, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (Frames) picture = picture_load (path, NULL, &error);
      g_autoptr (Mask) truth = picture != NULL ? mask_load (mask_path, NULL, &error) : NULL;

      if (truth == NULL)
        {
          g_printerr ("%s\n", error->message);
          continue;
        }
      measure (self, picture, truth);
      if (small && before != NULL)
        measure_small (self, picture, truth, before);
      g_clear_pointer (&before, frames_unref);
      before = g_steal_pointer (&picture);
    }
  g_clear_pointer (&before, frames_unref);
}

int
main (int argc, char **argv)
{
  Bench self = { .table = engine_table () };
  EngineSegmenterConfig config = { BENCH_DATA "/segmentation/u2netp.safetensors",
                                   BENCH_DATA "/segmentation/mobile-sam.safetensors", "cpu" };
  g_autoptr (GError) error = NULL;

  self.segmenter = self.table->open_segmenter (&config, NULL, &error);
  if (self.segmenter == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  for (int i = 1; i < argc; i++)
    measure_folder (&self, argv[i], TRUE);
  for (guint i = 0; i < N_KINDS; i++)
    if (self.counts[i] > 0)
      g_print ("%-18s IoU %.4f  %.3f s  (%.0f)\n", names[i], self.sums[i] / self.counts[i], self.seconds[i] / self.counts[i],
               self.counts[i]);
  self.table->close_segmenter (self.segmenter);
  return 0;
}
