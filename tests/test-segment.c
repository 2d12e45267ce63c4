/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Jobs that find the subject of a picture, with the real networks: by themselves, by box and points, again from what was
 * kept, and beside a training, which they leave as it was.
 */

#include "engine/engine.h"
#include "jobs/mage-engine.h"
#include "jobs/mage-segment-job.h"
#include "jobs/mage-worker.h"
#include "media/mask.h"
#include "media/picture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <utime.h>

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

static void
clear_later (char *path)
{
  clear_folder (path);
  g_free (path);
}

/* Not a point in it: what stands out, without what is said not to belong. A mask is corrected by the next question. */
static void
test_points (Fixture *self, gconstpointer data)
{
  g_autofree char *path = sample_path ("violet_dog", "0.png"), *mask_path = sample_path ("violet_dog", "mask0.png");
  g_autoptr (Mask) truth = mask_load (mask_path, NULL, NULL);
  MageSegmentPoint points[] = { { 130, 150, TRUE }, { 5, 5, FALSE }, { -40, 900, FALSE } };
  MageSegmentHint hint = { .points = points, .n_points = 3 }, outside = { .points = points + 1, .n_points = 2 };
  g_autoptr (MageSegmentJob) job = mage_segment_job_new (path, &hint, NULL), beside = mage_segment_job_new (path, &outside, NULL);
  g_autoptr (MageSegmentJob) again = NULL;

  g_assert_cmpfloat (iou_of_job (self, job, truth), >, 0.6);
  g_assert_cmpfloat (iou_of_job (self, beside, truth), >, 0.7);
  hint.memory = mage_segment_job_get_memory (beside, 0);
  g_assert_nonnull (hint.memory);
  again = mage_segment_job_new (path, &hint, NULL);
  g_assert_cmpfloat (iou_of_job (self, again, truth), >, 0.7);
}

/* Nothing to be found is told; so is a file that is no such network, with the key and the shape. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *path = sample_path ("violet_dog", "0.png"), *blank = g_build_filename (self->cache, "blank.png", NULL);
  g_autofree char *wrong = g_test_build_filename (G_TEST_DIST, "..", "data", "segmentation", "u2netp.safetensors", NULL);
  g_autoptr (Frames) black = frames_new_take (1, 64, 64, 0, g_malloc0 (64 * 64 * 3));
  g_autoptr (MageSegmentJob) of_blank = NULL, other = mage_segment_job_new (path, NULL, NULL);
  MageSegmentHint nowhere = { TRUE, NAN, 0, 1, 1 }, far = { TRUE, 900, 900, 990, 990 };
  g_autoptr (MageSegmentJob) lost = mage_segment_job_new (path, &nowhere, NULL), beyond = NULL;

  g_assert_true (picture_save_png (black, 0, blank, NULL));
  of_blank = mage_segment_job_new (blank, NULL, NULL);
  run (self, of_blank);
  g_assert_error (mage_job_get_error (MAGE_JOB (of_blank)), G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpuint (mage_segment_job_get_n_candidates (of_blank), ==, 0);
  mage_segment_job_set_sam (other, wrong);
  run (self, other);
  g_assert_nonnull (strstr (mage_job_get_error (MAGE_JOB (other))->message, "u2netp.safetensors"));
  g_assert_nonnull (strstr (mage_job_get_error (MAGE_JOB (other))->message, "image_encoder."));
  run (self, lost);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (lost)), ==, MAGE_JOB_FAILED);
  beyond = mage_segment_job_new (path, &far, self->cache);
  run (self, beyond);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (beyond)), ==, MAGE_JOB_FAILED);
  g_assert_nonnull (strstr (mage_job_get_error (MAGE_JOB (beyond))->message, "beyond the picture, which is 256 × 256"));
}

/* What was seen is known again: by another worker the same answer from the file, which is not made again. The files are
 * bounded in number. */
static void
test_kept (Fixture *self, gconstpointer data)
{
  g_autofree char *path = sample_path ("pink_bear", "0.png"), *mask_path = sample_path ("pink_bear", "mask0.png"), *kept = NULL;
  g_autoptr (Mask) truth = mask_load (mask_path, NULL, NULL);
  MageSegmentHint hint = { .has_box = TRUE, .x0 = 20, .y0 = 20, .x1 = 230, .y1 = 240 };
  g_autoptr (MageSegmentJob) first = mage_segment_job_new (path, &hint, self->cache), second = NULL;
  g_autoptr (GDir) dir = NULL;
  GStatBuf before, after;
  guint width, height;
  double found;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("seen-%u.safetensors", i), *old = g_build_filename (self->cache, name, NULL);
      g_assert_true (g_file_set_contents (old, "old", -1, NULL));
      g_assert_cmpint (utime (old, &(struct utimbuf){ 1000 + i, 1000 + i }), ==, 0);
    }
  found = iou_of_job (self, first, truth);
  dir = g_dir_open (self->cache, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    if (strlen (name) > 40)
      kept = g_build_filename (self->cache, name, NULL);
  g_assert_nonnull (kept);
  g_assert_cmpint (g_stat (kept, &before), ==, 0);
  g_clear_object (&self->worker);
  self->worker = mage_worker_new (0, engine_table ());
  second = mage_segment_job_new (path, &hint, self->cache);
  g_assert_cmpfloat (iou_of_job (self, second, truth), ==, found);
  g_assert_true (g_bytes_equal (mage_segment_job_get_mask (first, 0, &width, &height),
                                mage_segment_job_get_mask (second, 0, &width, &height)));
  g_assert_cmpint (g_stat (kept, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpuint (clear_folder (self->cache), ==, 32);
}

/* It ends while it looks, and nothing of that is left to the next one. */
static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autofree char *path = sample_path ("pink_bear", "0.png"), *mask_path = sample_path ("pink_bear", "mask0.png");
  g_autoptr (Mask) truth = mask_load (mask_path, NULL, NULL);
  g_autoptr (MageSegmentJob) job = mage_segment_job_new (path, NULL, self->cache);
  g_autoptr (MageSegmentJob) next = mage_segment_job_new (path, NULL, self->cache);
  guint width, height;

  mage_worker_assist (self->worker, MAGE_JOB (job));
  while (g_strcmp0 (mage_job_get_phase (MAGE_JOB (job)), "Looking at the picture") != 0)
    g_main_context_iteration (NULL, TRUE);
  mage_worker_cancel (self->worker, MAGE_JOB (job));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_CANCELLING);
  await (job);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_CANCELLED);
  g_assert_null (mage_segment_job_get_mask (job, 0, &width, &height));
  g_assert_cmpfloat (iou_of_job (self, next, truth), >, 0.7);
}

/* --- beside a training --- */

/* Trains the tiny model, each time in the same way. */

#define TRAIN_STEPS 240
#define TRAIN_SIDE 64

#define TEST_TYPE_TRAINING (test_training_get_type ())
G_DECLARE_FINAL_TYPE (TestTraining, test_training, TEST, TRAINING, MageJob)

struct _TestTraining
{
  MageJob parent_instance;

  char *run_dir;
  guint threads;
};

G_DEFINE_FINAL_TYPE (TestTraining, test_training, MAGE_TYPE_JOB)

static GVariant *
training_params (void)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "iterations", "i", TRAIN_STEPS);
  g_variant_dict_insert (&dict, "lambda1", "d", 0.0);
  g_variant_dict_insert (&dict, "lora_rate", "d", 1e-2);
  g_variant_dict_insert (&dict, "token_rate", "d", 1e-2);
  g_variant_dict_insert (&dict, "rank", "i", 4);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
test_training_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  TestTraining *self = TEST_TRAINING (job);
  const EngineTable *table = engine_table ();
  g_autofree char *model = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { model, "cpu", "float32", self->threads };
  guint8 *bytes = g_malloc (TRAIN_SIDE * TRAIN_SIDE * 3);
  g_autoptr (GBytes) rgb = NULL;
  g_autoptr (EngineClip) picture = NULL;
  g_autoptr (GVariant) params = training_params ();
  MageEngineCall call = { .job = job };
  EngineListener listener = mage_engine_call_listen (&call);
  EngineTrainRequest request = { .kind = ENGINE_TRAIN_SUBJECT, .token = { "<toy>", "dog", NULL }, .prompt = "A <toy>",
                                 .n_clips = 1, .params = params, .seed = 5, .run_dir = self->run_dir };
  Engine *opened = table->open (&config, NULL, error);
  gboolean ok;

  for (guint i = 0; i < TRAIN_SIDE * TRAIN_SIDE * 3; i++)
    bytes[i] = (guint8) (i * 7 + i / 500);
  rgb = g_bytes_new_take (bytes, TRAIN_SIDE * TRAIN_SIDE * 3);
  picture = engine_clip_new (rgb, NULL, NULL, 1, TRAIN_SIDE, TRAIN_SIDE);
  request.clips = &picture;
  ok = opened != NULL && table->train (opened, &request, &listener, error);
  table->close (opened);
  return ok;
}

static void
test_training_finalize (GObject *object)
{
  clear_later (TEST_TRAINING (object)->run_dir);
  G_OBJECT_CLASS (test_training_parent_class)->finalize (object);
}

static void
test_training_class_init (TestTrainingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_training_finalize;
  MAGE_JOB_CLASS (klass)->run = test_training_run;
}

static void
test_training_init (TestTraining *self)
{
  self->run_dir = g_dir_make_tmp ("training-XXXXXX", NULL);
}

static char *
weights_of (TestTraining *self)
{
  g_autofree char *path = g_build_filename (self->run_dir, "pytorch_lora_weights.safetensors", NULL);
  char *text = NULL;
  gsize n;
  char *digest;

  g_assert_no_error (mage_job_get_error (MAGE_JOB (self)));
  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, n);
  g_free (text);
  return digest;
}

/* Pictures are segmented while it trains, and it comes out bit for bit as it does alone. */
static void
test_beside (Fixture *self, gconstpointer data)
{
  guint threads = GPOINTER_TO_UINT (data), n = 0, width, height;
  g_autofree char *path = sample_path ("violet_dog", "0.png"), *wanted = NULL, *found = NULL;
  g_autoptr (TestTraining) alone = g_object_new (TEST_TYPE_TRAINING, NULL), beside = g_object_new (TEST_TYPE_TRAINING, NULL);
  g_autoptr (GBytes) mask = NULL;

  alone->threads = beside->threads = threads;
  mage_worker_push (self->worker, MAGE_JOB (alone));
  await (alone);
  wanted = weights_of (alone);
  mage_worker_push (self->worker, MAGE_JOB (beside));
  while (mage_job_get_step (MAGE_JOB (beside)) == 0 && !mage_job_is_over (MAGE_JOB (beside)))
    g_main_context_iteration (NULL, TRUE);
  do
    {
      g_autoptr (MageSegmentJob) job = mage_segment_job_new (path, NULL, NULL);
      GBytes *answer;

      /* On a fast processor the training may end before the first look does. */
      n += !mage_job_is_over (MAGE_JOB (beside));
      run (self, job);
      g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
      answer = mage_segment_job_get_mask (job, 0, &width, &height);
      if (mask == NULL)
        mask = g_bytes_ref (answer);
      g_assert_true (g_bytes_equal (mask, answer));
    }
  while (!mage_job_is_over (MAGE_JOB (beside)));
  found = weights_of (beside);
  g_test_message ("%u pictures were looked at while it trained", n);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpstr (found, ==, wanted);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/segment/dog", Fixture, NULL, set_up, test_dog, tear_down);
  g_test_add ("/segment/points", Fixture, NULL, set_up, test_points, tear_down);
  g_test_add ("/segment/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/segment/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/segment/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/segment/beside/1", Fixture, GUINT_TO_POINTER (1), set_up, test_beside, tear_down);
  g_test_add ("/segment/beside/2", Fixture, GUINT_TO_POINTER (2), set_up, test_beside, tear_down);
  return g_test_run ();
}
