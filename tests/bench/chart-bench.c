/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "tests/ui-picture.h"
#include "ui/mage-loss-chart.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

/*
 * chart-bench [N]: how smoothly a chart of N steps (100 000), five terms, two earlier runs and four bands of timesteps is
 * moved, read out and added to. Prints how long frames took to make, and how far they were apart, in milliseconds. For
 * tests/bench/RESULTS.md.
 */

#define N_FRAMES 240
#define WIDTH 1000
#define HEIGHT 344
#define VALIDATE_EVERY 25

typedef struct _Bench Bench;
struct _Bench
{
  MageLossChart *chart;
  MageSeries *series;
  guint n_steps;
  void (*move) (Bench *self);
  GArray *paints;    /* of double: making a frame */
  GArray *works;     /* of double: what of it the window's thread computed, whatever else runs on the machine */
  GArray *intervals; /* of double: from one to the next */
  gint64 began;
  double began_work;
  gint64 last;
  guint n;
};

static double
draw (guint step, guint of)
{
  double noise = sin (step * 12.9898 + of * 78.233) * 43758.5453;

  return noise - floor (noise);
}

static void
add_step (MageSeries *series, guint step, double level)
{
  double l_sub = level * (0.1 + 0.4 / (1 + step / 500.0)) * (0.2 + 2 * draw (step, 0));
  double l_reg = level * 0.1 * (0.2 + draw (step, 1));
  MageTerm terms[] = { { "L_sub", l_sub }, { "L_reg", l_reg }, { "L", l_sub + 0.25 * l_reg }, { "t", floor (1000 * draw (step, 2)) },
                       { "t_reg", floor (1000 * draw (step, 3)) }, { "grad_norm", 1 }, { "L_val", level * (0.1 + 0.4 / (1 + step / 500.0)) } };

  mage_series_append (series, step, terms, G_N_ELEMENTS (terms) - (step % VALIDATE_EVERY == 0 || step == 1 ? 0 : 1));
}

static double
get_work (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * (double) time.tv_sec + 1e-6 * (double) time.tv_nsec;
}

static void
began_cb (Bench *self)
{
  self->began = g_get_monotonic_time ();
  self->began_work = get_work ();
}

static void
ended_cb (Bench *self)
{
  double paint = (double) (g_get_monotonic_time () - self->began) / 1000;
  double work = get_work () - self->began_work;

  g_array_append_val (self->paints, paint);
  g_array_append_val (self->works, work);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Bench *self = data;
  gint64 now = g_get_monotonic_time ();
  double interval = (double) (now - self->last) / 1000;

  if (self->last != 0)
    g_array_append_val (self->intervals, interval);
  self->last = now;
  self->move (self);
  self->n++;
  return G_SOURCE_CONTINUE;
}

/* A hand that pulls half of the run about. */
static void
pan (Bench *self)
{
  mage_loss_view_pan (mage_loss_chart_get_view (self->chart), self->n_steps / 120.0 * sin (self->n * 0.05));
}

static void
hover (Bench *self)
{
  mage_loss_chart_hover (self->chart, WIDTH * (0.5 + 0.4 * sin (self->n * 0.07)), HEIGHT / 2.0);
}

/* Sixty steps a second, ten times what a training of the built-in model makes. */
static void
grow (Bench *self)
{
  add_step (self->series, ++self->n_steps, 1);
  mage_loss_chart_refresh (self->chart);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
print (const char *name, const char *what, GArray *values)
{
  double *sorted = (double *) (gpointer) values->data;
  guint n = values->len;

  qsort (sorted, n, sizeof *sorted, compare);
  g_print ("%-22s %-9s %4u  median %6.1f  99th percentile %6.1f  worst %6.1f ms\n", name, what, n, sorted[n / 2],
           sorted[MIN (n - 1, n * 99 / 100)], sorted[n - 1]);
  g_array_set_size (values, 0);
}

static gboolean
is_enough (gpointer data)
{
  return ((Bench *) data)->n >= N_FRAMES;
}

static void
measure (Bench *self, const char *name, void (*move) (Bench *self))
{
  guint tick;

  ui_settle ();
  self->n = 0;
  self->last = 0;
  self->move = move;
  g_array_set_size (self->paints, 0);
  g_array_set_size (self->works, 0);
  tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->chart), tick_cb, self, NULL);
  ui_wait_until (is_enough, self);
  gtk_widget_remove_tick_callback (GTK_WIDGET (self->chart), tick);
  print (name, "painting", self->paints);
  print (name, "work", self->works);
  print (name, "interval", self->intervals);
}

static MageSeries *
make_series (guint n, double level)
{
  MageSeries *series = mage_series_new ();

  for (guint step = 1; step <= n; step++)
    add_step (series, step, level);
  return series;
}

static void
add_earlier (Bench *self)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_loss_run_free);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *label = g_strdup_printf ("Run %u", i + 1);
      g_autoptr (MageSeries) series = make_series (self->n_steps, 1.2 + 0.2 * i);

      g_ptr_array_add (runs, mage_loss_run_new (label, series));
    }
  mage_loss_chart_take_earlier (self->chart, runs);
}

int
main (int argc, char *argv[])
{
  Bench bench = { .n_steps = argc > 1 ? (guint) atoi (argv[1]) : 100000 };
  AdwApplication *application = ui_start ();
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  gint64 start;

  bench.chart = MAGE_LOSS_CHART (mage_loss_chart_new ());
  bench.series = make_series (bench.n_steps, 1);
  bench.paints = g_array_new (FALSE, FALSE, sizeof (double));
  bench.works = g_array_new (FALSE, FALSE, sizeof (double));
  bench.intervals = g_array_new (FALSE, FALSE, sizeof (double));
  gtk_widget_set_size_request (GTK_WIDGET (bench.chart), WIDTH, HEIGHT);
  gtk_window_set_child (window, GTK_WIDGET (bench.chart));
  gtk_window_present (window);
  ui_settle ();
  start = g_get_monotonic_time ();
  mage_loss_chart_set_series (bench.chart, bench.series);
  g_print ("%u steps taken over in %.1f ms\n", bench.n_steps, (double) (g_get_monotonic_time () - start) / 1000);
  add_earlier (&bench);
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "before-paint", G_CALLBACK (began_cb), &bench);
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint", G_CALLBACK (ended_cb), &bench);
  measure (&bench, "read out", hover);
  measure (&bench, "growing", grow);
  mage_loss_view_set (mage_loss_chart_get_view (bench.chart), bench.n_steps * 0.25, bench.n_steps * 0.75);
  measure (&bench, "panning", pan);
  mage_loss_view_set (mage_loss_chart_get_view (bench.chart), 0, bench.n_steps);
  mage_loss_chart_set_banded (bench.chart, TRUE);
  measure (&bench, "growing, by timestep", grow);
  mage_loss_view_set (mage_loss_chart_get_view (bench.chart), bench.n_steps * 0.25, bench.n_steps * 0.75);
  measure (&bench, "panning, by timestep", pan);
  gtk_window_destroy (window);
  g_object_unref (bench.series);
  g_array_unref (bench.paints);
  g_array_unref (bench.works);
  g_array_unref (bench.intervals);
  g_object_unref (application);
  return 0;
}
