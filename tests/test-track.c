/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Following a subject: through clips of the mini world, whose masks are known (with “-m slow” through more of them), until
 * it is gone, and on from a correction.
 */

#include "engine/engine.h"
#include "jobs/mage-track-job.h"
#include "jobs/mage-worker.h"
#include "media/mask-motion.h"
#include "world/world-render.h"

#include <string.h>

#define SIDE 256
#define N_FRAMES 6

/* Measured over twelve clips of eight frames: 0.88 of what is followed without doubt. */
#define LOWEST_MEAN_IOU 0.75

static MageTrackJob *
run (MageWorker *worker, MageTrackJob *job)
{
  mage_worker_assist (worker, MAGE_JOB (job));
  while (!mage_job_is_over (MAGE_JOB (job)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
  return job;
}

/* A clip of one character; its true masks go to @masks. */
static Frames *
make_clip (guint64 seed, guint n_frames, Mask **masks)
{
  WorldStyle style;
  WorldScene scene;
  g_autoptr (WorldRenderer) renderer = NULL;
  gsize size = SIDE * SIDE;
  guint8 *rgb = g_malloc (n_frames * size * 3);

  world_style_init (&style);
  style.action = WORLD_WALKING;
  g_assert_true (world_scene_draw (&style, seed, FALSE, &scene));
  renderer = world_renderer_new (&scene, SIDE, SIDE);
  for (guint i = 0; i < n_frames; i++)
    {
      guint8 *mask = g_malloc0 (size), *other = g_malloc0 (size);
      guint8 *both[WORLD_MAX_CHARACTERS] = { mask, other };

      world_renderer_paint (renderer, world_frame_tau (&scene, i, n_frames), rgb + i * size * 3, both);
      masks[i] = mask_new_take (SIDE, SIDE, mask);
      g_free (other);
    }
  return frames_new_take (n_frames, SIDE, SIDE, 8, rgb);
}

static void
test_world (void)
{
  g_autoptr (MageWorker) worker = mage_worker_new (0, engine_table ());
  guint n_clips = g_test_slow () ? 12 : 2, n_frames = g_test_slow () ? 8 : N_FRAMES, n = 0, n_all = 0, n_bad = 0;
  double sum = 0;

  for (guint k = 0; k < n_clips; k++)
    {
      Mask *masks[8] = { NULL };
      g_autoptr (Frames) frames = make_clip (k, n_frames, masks);
      MageTrackMark mark = { n_frames / 2, masks[n_frames / 2] };
      g_autoptr (MageTrackJob) job = run (worker, mage_track_job_new_frames (frames, &mark, 1, NULL));

      g_assert_cmpuint (mage_track_job_get_n_frames (job), ==, n_frames);
      for (guint i = 0; i < n_frames; i++)
        {
          Mask *mask = mage_track_job_get_mask (job, i);
          double doubt = mage_track_job_get_doubt (job, i);
          double iou = mask != NULL ? mask_overlap_moved (mask, masks[i], (MaskPoint){ 0, 0 }) : 0;

          g_test_message ("clip %u, frame %u: IoU %.3f, doubt %.2f %s", k, i, iou, doubt, mage_track_job_get_reason (job, i));
          n_all += i != mark.frame;
          if (i == mark.frame || doubt >= MAGE_TRACK_STOP)
            continue;
          sum += iou;
          n++;
          n_bad += iou < 0.5;
        }
      for (guint i = 0; i < n_frames; i++)
        mask_unref (masks[i]);
    }
  g_test_message ("followed to %u of %u frames, mean IoU %.4f, %u below 0.5", n, n_all, sum / MAX (n, 1), n_bad);
  g_assert_cmpuint (2 * n, >, n_all);
  g_assert_cmpfloat (sum / n, >, LOWEST_MEAN_IOU);
}

/* --- a disc --- */

#define DISC_FRAMES 5

/* A disc goes to the right by twelve pixels a frame, and is another colour in the last frame but one, and gone in the last. */
static Frames *
make_disc (Mask **masks)
{
  gsize size = SIDE * SIDE;
  guint8 *rgb = g_malloc (DISC_FRAMES * size * 3);

  for (guint i = 0; i < DISC_FRAMES; i++)
    {
      guint8 *alpha = g_malloc0 (size);

      for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
          {
            int dx = x - 80 - 12 * (int) i, dy = y - 120;
            gboolean inside = i + 1 < DISC_FRAMES && dx * dx + dy * dy < 35 * 35;
            const char *colour = inside ? (i + 2 < DISC_FRAMES ? "\xe0\x40\x20" : "\x20\xd0\x40") : "\x50\x58\x60";

            memcpy (rgb + 3 * (i * size + (gsize) (y * SIDE + x)), colour, 3);
            alpha[y * SIDE + x] = inside ? 255 : 0;
          }
      masks[i] = mask_new_take (SIDE, SIDE, alpha);
    }
  return frames_new_take (DISC_FRAMES, SIDE, SIDE, 8, rgb);
}

/* How far it moved is found to the pixel, also where nothing of the shape's inside tells. */
static void
test_shift (void)
{
  Mask *masks[DISC_FRAMES];
  g_autoptr (Frames) frames = make_disc (masks);
  MaskPoint shift = mask_find_shift (masks[0], frames_get_frame (frames, 0), frames_get_frame (frames, 1)), inner[2];

  g_assert_cmpint (shift.x, ==, 12);
  g_assert_cmpint (shift.y, ==, 0);
  g_assert_cmpfloat (mask_overlap_moved (masks[0], masks[1], shift), ==, 1);
  g_assert_cmpuint (mask_get_area (masks[4]), ==, 0);
  g_assert_cmpuint (mask_find_inner_points (masks[0], inner, 2), >=, 1);
  g_assert_cmpint (ABS (inner[0].x - 80), <=, 2);
  g_assert_cmpint (ABS (inner[0].y - 120), <=, 2);
  g_assert_cmpuint (mask_find_inner_points (masks[4], inner, 2), ==, 0);
  g_assert_cmpfloat (mask_colour_likeness (masks[0], frames_get_frame (frames, 0), masks[2], frames_get_frame (frames, 2)), >, 0.999);
  g_assert_cmpfloat (mask_colour_likeness (masks[0], frames_get_frame (frames, 0), masks[3], frames_get_frame (frames, 3)), ==, 0);
  for (guint i = 0; i < DISC_FRAMES; i++)
    mask_unref (masks[i]);
}

/* It stops where the disc changes its colour and says why; a mark there takes it on. */
static void
test_correction (void)
{
  g_autoptr (MageWorker) worker = mage_worker_new (0, engine_table ());
  Mask *masks[DISC_FRAMES];
  g_autoptr (Frames) frames = make_disc (masks);
  MageTrackMark marks[] = { { 3, masks[3] }, { 0, masks[0] } };
  g_autoptr (MageTrackJob) job = run (worker, mage_track_job_new_frames (frames, &marks[1], 1, NULL)), again = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpfloat (mage_track_job_get_doubt (job, i), <, MAGE_TRACK_STOP);
      g_assert_cmpfloat (mask_overlap_moved (mage_track_job_get_mask (job, i), masks[i], (MaskPoint){ 0, 0 }), >, 0.9);
    }
  g_assert_cmpfloat (mage_track_job_get_doubt (job, 3), >=, MAGE_TRACK_STOP);
  g_assert_cmpstr (mage_track_job_get_reason (job, 3), ==, "its colours are not those of the subject");
  g_assert_null (mage_track_job_get_mask (job, 4));
  g_assert_cmpstr (mage_track_job_get_reason (job, 4), ==, "it was not followed so far");
  again = run (worker, mage_track_job_new_frames (frames, marks, 2, NULL));
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpfloat (mage_track_job_get_doubt (again, i), <, MAGE_TRACK_STOP);
      g_assert_cmpfloat (mask_overlap_moved (mage_track_job_get_mask (again, i), masks[i], (MaskPoint){ 0, 0 }), >, 0.9);
    }
  g_assert_cmpfloat (mage_track_job_get_doubt (again, 4), >=, MAGE_TRACK_STOP);
  for (guint i = 0; i < DISC_FRAMES; i++)
    mask_unref (masks[i]);
}

/* A mark beyond the clip, or an empty one, is refused. */
static void
test_refused (void)
{
  g_autoptr (MageWorker) worker = mage_worker_new (0, engine_table ());
  Mask *masks[DISC_FRAMES];
  g_autoptr (Frames) frames = make_disc (masks);
  MageTrackMark marks[] = { { 9, masks[0] }, { 4, masks[4] } };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (MageTrackJob) job = mage_track_job_new_frames (frames, &marks[i], 1, NULL);

      mage_worker_assist (worker, MAGE_JOB (job));
      while (!mage_job_is_over (MAGE_JOB (job)))
        g_main_context_iteration (NULL, TRUE);
      g_assert_error (mage_job_get_error (MAGE_JOB (job)), G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  for (guint i = 0; i < DISC_FRAMES; i++)
    mask_unref (masks[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/track/shift", test_shift);
  g_test_add_func ("/track/refused", test_refused);
  g_test_add_func ("/track/correction", test_correction);
  g_test_add_func ("/track/world", test_world);
  return g_test_run ();
}
