/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * encoder-time [RUNS [THREADS]]: seconds that MobileSAM's encoder takes for a picture, the median of some runs: CPU
 * seconds of the process, and by the clock. encoder-time.py does the same with PyTorch; not a test.
 */

#include "nn/tiny-vit.h"

#include <time.h>

static double
seconds_of (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

int
main (int argc, char **argv)
{
  guint runs = argc > 1 ? (guint) MAX (atoi (argv[1]), 1) : 5, threads = argc > 2 ? (guint) atoi (argv[2]) : 1;
  g_autoptr (GError) error = NULL;
  g_autoptr (Weights) weights = NULL;
  g_autoptr (TinyVit) network = NULL;
  g_autofree double *cpu = g_new (double, runs), *clock = g_new (double, runs);

  t_set_threads (threads);
  weights = weights_open_file (BENCH_DATA "/segmentation/mobile-sam.safetensors", T_CPU, T_F32, &error);
  network = weights != NULL ? tiny_vit_new (weights, "image_encoder") : NULL;
  if (network == NULL || !t_check (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  for (guint i = 0; i <= runs; i++)
    {
      T_SCOPE_NO_GRAD ();
      Tensor *x = t_zeros (T_F32, T_CPU, T_SHAPE (1, 3, TINY_VIT_SIDE, TINY_VIT_SIDE));
      double cpu_start = seconds_of (CLOCK_PROCESS_CPUTIME_ID), start = seconds_of (CLOCK_MONOTONIC);

      tiny_vit_forward (network, x);
      if (i == 0) /* the first one makes plans */
        continue;
      cpu[i - 1] = seconds_of (CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
      clock[i - 1] = seconds_of (CLOCK_MONOTONIC) - start;
    }
  qsort (cpu, runs, sizeof *cpu, compare);
  qsort (clock, runs, sizeof *clock, compare);
  g_print ("{\"cpu_s\": %.4f, \"s\": %.4f, \"threads\": %u}\n", cpu[runs / 2], clock[runs / 2], t_get_threads ());
  return 0;
}
