/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Jobs that find the subject of a picture, with the real networks: by themselves, by box and points, again from what was
 * kept, and beside a training, which they leave as it was.
 */

#include "engine/engine.h"
#include "jobs/mage-segment-job.h"
#include "jobs/mage-worker.h"
#include "media/mask.h"
#include "sample-iou.h"

#include <glib/gstdio.h>
#include <math.h>

typedef struct
{
  MageWorker *worker;
  char *cache;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->worker = mage_worker_new (0, engine_table ());
  self->cache = g_dir_make_tmp ("segment-XXXXXX", NULL);
}

/* Removes the folder with what is in it; returns how many files these were. */
static guint
clear_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      n += g_remove (file) == 0;
    }
  g_rmdir (path);
  return n;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->worker);
  if (g_file_test (self->cache, G_FILE_TEST_IS_DIR))
    clear_folder (self->cache);
  g_free (self->cache);
}

static char *
sample_path (const char *subject, const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "..", "data", "sample", "subjects", subject, name, NULL);
}

static void
await (gpointer job)
{
  while (!mage_job_is_over (job))
    g_main_context_iteration (NULL, TRUE);
}

static void
run (Fixture *self, MageSegmentJob *job)
{
  mage_worker_assist (self->worker, MAGE_JOB (job));
  await (job);
}

static double
iou (GBytes *mask, const Mask *truth)
{
  const guint8 *a = g_bytes_get_data (mask, NULL), *b = mask_get_pixels (truth);
  gsize both = 0, either = 0;

  g_assert_cmpuint (g_bytes_get_size (mask), ==, (gsize) truth->width * truth->height);
  for (gsize i = 0; i < g_bytes_get_size (mask); i++)
    {
      gboolean found = a[i] >= MASK_THRESHOLD, wanted = b[i] >= MASK_THRESHOLD;
      both += found && wanted;
      either += found || wanted;
    }
  return either > 0 ? (double) both / (double) either : 1;
}

static double
iou_of_job (Fixture *self, MageSegmentJob *job, const Mask *truth)
{
  guint width, height;

  run (self, job);
  g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
  for (guint i = 0; i < mage_segment_job_get_n_candidates (job); i++)
    g_test_message ("candidate %u: score %.3f, IoU %.3f", i, mage_segment_job_get_score (job, i),
                    iou (mage_segment_job_get_mask (job, i, &width, &height), truth));
  return iou (mage_segment_job_get_mask (job, 0, &width, &height), truth);
}

/* Boxes in any drag direction are one and the same; the mask's own points agree with them. */
static void
test_dog (Fixture *self, gconstpointer data)
{
  g_autofree char *path = sample_path ("violet_dog", "0.png"), *mask_path = sample_path ("violet_dog", "mask0.png");
  g_autoptr (Mask) truth = mask_load (mask_path, NULL, NULL);
  cairo_rectangle_int_t box;
  MageSegmentHint hint = { .has_box = TRUE }, back = { .has_box = TRUE };
  g_autoptr (MageSegmentJob) automatic = mage_segment_job_new (path, NULL, self->cache), boxed = NULL, dragged = NULL;
  double first;

  g_assert_true (mask_get_box (truth, &box));
  g_assert_cmpfloat (iou_of_job (self, automatic, truth), >, 0.85);
  hint.x0 = back.x1 = box.x;
  hint.y0 = box.y;
  hint.x1 = back.x0 = box.x + box.width;
  hint.y1 = box.y + box.height;
  back.y0 = hint.y1;
  back.y1 = hint.y0;
  boxed = mage_segment_job_new (path, &hint, self->cache);
  dragged = mage_segment_job_new (path, &back, self->cache);
  first = iou_of_job (self, boxed, truth);
  g_assert_cmpfloat (first, >, 0.75);
  g_assert_cmpfloat (iou_of_job (self, dragged, truth), ==, first);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/segment/dog", Fixture, NULL, set_up, test_dog, tear_down);
  return g_test_run ();
}
