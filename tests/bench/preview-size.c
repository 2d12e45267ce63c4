/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * preview-size [N]: whether a smaller preview comes sooner and still shows what the video will be: for each size, over N seeds, the
 * seconds of the processor until the first x̂₀ after a change of α_t, and how like the preview of 8 steps is to the video of 50: the
 * correlation of their pixels, enlarged to the video's size, and of their changes from frame to frame. Not a test.
 */

#include "bench/preview-bench.h"

#include "jobs/mage-sample-job.h"
#include "media/picture.h"

#include <math.h>

static const guint sizes[] = { 64, 48, 32 };

typedef struct
{
  guint n_frames, width, height;
  double *values;   /* mean of the colours, [frame][y][x] */
} Film;

static void
film_clear (Film *self)
{
  g_clear_pointer (&self->values, g_free);
}

/* Enlarged bilinearly to @side. */
static Film
take_film (const guint8 *rgb, guint n_frames, guint width, guint height, guint side)
{
  Film film = { .n_frames = n_frames, .width = side, .height = side };

  film.values = g_new (double, (gsize) film.n_frames * side * side);
  for (guint f = 0; f < film.n_frames; f++)
    for (guint y = 0; y < side; y++)
      for (guint x = 0; x < side; x++)
        {
          double from_x = CLAMP ((x + 0.5) * width / side - 0.5, 0, width - 1.0);
          double from_y = CLAMP ((y + 0.5) * height / side - 0.5, 0, height - 1.0);
          double sum = 0;

          for (guint k = 0; k < 4; k++)
            {
              guint px = MIN ((guint) from_x + k % 2, width - 1);
              guint py = MIN ((guint) from_y + k / 2, height - 1);
              double weight = (k % 2 ? from_x - floor (from_x) : 1 - (from_x - floor (from_x)))
                              * (k / 2 ? from_y - floor (from_y) : 1 - (from_y - floor (from_y)));
              const guint8 *p = rgb + (((gsize) f * height + py) * width + px) * 3;

              sum += weight * (p[0] + p[1] + p[2]) / 3.0;
            }
          film.values[((gsize) f * side + y) * side + x] = sum;
        }
  return film;
}

static double
correlate (const double *a, const double *b, gsize n)
{
  double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;

  for (gsize i = 0; i < n; i++)
    {
      mean_a += a[i] / (double) n;
      mean_b += b[i] / (double) n;
    }
  for (gsize i = 0; i < n; i++)
    {
      ab += (a[i] - mean_a) * (b[i] - mean_b);
      aa += (a[i] - mean_a) * (a[i] - mean_a);
      bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
  return aa > 0 && bb > 0 ? ab / sqrt (aa * bb) : 0;
}

static double
correlate_changes (const Film *a, const Film *b)
{
  gsize size = (gsize) a->width * a->height;
  gsize n = size * (a->n_frames - 1);
  g_autofree double *da = g_new (double, n);
  g_autofree double *db = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    {
      da[i] = a->values[i + size] - a->values[i];
      db[i] = b->values[i + size] - b->values[i];
    }
  return correlate (da, db, n);
}

/* --- jobs --- */

static Film
make_video (PreviewBench *self)
{
  MageParams *params = mage_project_get_params (self->project);
  guint n = (guint) mage_params_get_int (params, "frames");
  guint side = (guint) mage_params_get_int (params, "width");
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSampleJob) job = mage_sample_job_new (self->project, PREVIEW_PROMPT, self->motion, params, &error);
  g_autoptr (GByteArray) rgb = g_byte_array_new ();
  g_autofree char *folder = NULL;

  g_assert_no_error (error);
  mage_worker_push (self->worker, MAGE_JOB (job));
  preview_bench_await (job);
  folder = mage_result_dup_path (mage_sample_job_get_result (job), MAGE_RESULT_FRAMES);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%04u.png", i + 1);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (Frames) frame = picture_load (path, NULL, &error);

      g_assert_no_error (error);
      g_byte_array_append (rgb, frames_get_frame (frame, 0), (guint) frames_get_frame_size (frame));
    }
  return take_film (rgb->data, n, side, side, side);
}

typedef struct
{
  double begun;
  double first;
} Watch;

static void
preview_cb (Watch *watch)
{
  if (watch->first <= 0)
    watch->first = preview_bench_read_processor () - watch->begun;
}

/* Returns: seconds of the processor until the first look */
static double
preview (PreviewBench *self, guint side, Film *film)
{
  Watch watch = { preview_bench_read_processor (), 0 };
  g_autoptr (MagePreviewJob) job = preview_bench_make_job (self, TRUE);
  guint n_frames, width, height;
  GBytes *rgb;

  g_signal_connect_swapped (job, "notify::preview", G_CALLBACK (preview_cb), &watch);
  mage_worker_assist (self->worker, MAGE_JOB (job));
  preview_bench_await (job);
  rgb = mage_job_get_preview (MAGE_JOB (job), &n_frames, &width, &height);
  *film = take_film (g_bytes_get_data (rgb, NULL), n_frames, width, height, side);
  return watch.first;
}

/* One preview more before the one that is measured: it inverts the clip at its size, and later ones find that. */
static double
measure_size (PreviewBench *self, guint side, guint size, const Film *video, double *alike, double *moves)
{
  MageParams *params = mage_project_get_params (self->project);
  double alpha = mage_params_get_double (params, "alpha");
  Film before, after;
  double seconds;

  mage_params_set_int (params, "width", size, NULL);
  mage_params_set_int (params, "height", size, NULL);
  mage_params_set_double (params, "alpha", alpha * 0.9 * size * size / side / side, NULL);
  preview (self, side, &before);
  mage_params_set_double (params, "alpha", alpha * size * size / side / side, NULL);
  seconds = preview (self, side, &after);
  *alike = correlate (after.values, video->values, (gsize) after.n_frames * side * side);
  *moves = correlate_changes (&after, video);
  mage_params_set_int (params, "width", side, NULL);
  mage_params_set_int (params, "height", side, NULL);
  mage_params_set_double (params, "alpha", alpha, NULL);
  film_clear (&before);
  film_clear (&after);
  return seconds;
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 4;
  PreviewBench bench = { 0 };
  double sums[G_N_ELEMENTS (sizes)][3] = { 0 };

  preview_bench_set_up (&bench);
  for (guint i = 0; i < n; i++)
    {
      Film video;

      mage_params_set_int (mage_project_get_params (bench.project), "seed", 11 * i + 1, NULL);
      video = make_video (&bench);
      for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
        {
          double alike, moves;
          double seconds = measure_size (&bench, sizes[0], sizes[k], &video, &alike, &moves);

          g_print ("seed %2u, %u: first x0 after %.2f s of the processor; like the video %.3f, its changes %.3f\n", 11 * i + 1, sizes[k],
                   seconds, alike, moves);
          sums[k][0] += seconds / n;
          sums[k][1] += alike / n;
          sums[k][2] += moves / n;
        }
      film_clear (&video);
    }
  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
    g_print ("%u × %u: first x0 after %.2f s of the processor; like the video %.3f, its changes %.3f\n", sizes[k], sizes[k], sums[k][0],
             sums[k][1], sums[k][2]);
  preview_bench_tear_down (&bench);
  return 0;
}
