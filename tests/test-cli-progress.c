/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/cli-progress.h"
#include "app/cli-sparkline.h"
#include "jobs/mage-job-private.h"

/* What a terminal shows of a job. */

#define TEST_TYPE_TASK (test_task_get_type ())
G_DECLARE_FINAL_TYPE (TestTask, test_task, TEST, TASK, MageJob)

struct _TestTask
{
  MageJob parent_instance;
};

G_DEFINE_FINAL_TYPE (TestTask, test_task, MAGE_TYPE_JOB)

static void
test_task_class_init (TestTaskClass *klass)
{
}

static void
test_task_init (TestTask *self)
{
}

static MageJob *
job_at (guint step)
{
  MageJob *job = g_object_new (TEST_TYPE_TASK, NULL);

  for (guint i = 1; i <= step; i++)
    {
      MageTerm terms[] = { { "L_sub", 1.0 / i }, { "L_reg", 0.25 }, { "L", 1.0 / i + 0.0625 }, { "grad_norm", 1 } };

      mage_job_report (job, "Training <toy>", i, 300, terms, G_N_ELEMENTS (terms));
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return job;
}

static void
test_sparkline (void)
{
  g_autoptr (MageSeries) series = mage_series_new ();
  g_autofree char *none = cli_sparkline (series, "L", 8);
  g_autofree char *falling = NULL;
  g_autofree char *two = NULL;
  g_autofree char *flat = NULL;

  g_assert_cmpstr (none, ==, "");
  for (guint i = 0; i < 64; i++)
    {
      MageTerm terms[] = { { "L", 1.0 / (1 << i / 8) }, { "flat", 2 } };

      mage_series_append (series, i + 1, terms, 2);
      if (i == 1)
        two = cli_sparkline (series, "flat", 8);
    }
  falling = cli_sparkline (series, "L", 8);
  flat = cli_sparkline (series, "flat", 3);
  g_assert_cmpstr (falling, ==, "█▇▆▅▄▃▂▁");
  g_assert_cmpstr (two, ==, "▁▁");
  g_assert_cmpstr (flat, ==, "▁▁▁");
}

static void
test_line (void)
{
  g_autoptr (MageJob) job = job_at (150);
  g_autofree char *plain = cli_progress_describe (job, 0);
  g_autofree char *wide = cli_progress_describe (job, 200);
  g_autofree char *narrow = cli_progress_describe (job, 40);
  g_autofree char *tiny = cli_progress_describe (job, 12);

  g_assert_nonnull (strstr (plain, "Training <toy> 150/300"));
  g_assert_nonnull (strstr (plain, "L_sub 0.0067"));
  g_assert_null (strstr (plain, "["));
  g_assert_nonnull (strstr (wide, "Training <toy> [############------------] 150/300"));
  g_assert_nonnull (strstr (wide, "█"));
  g_assert_cmpint (g_utf8_strlen (wide, -1), <, 200);
  g_assert_cmpint (g_utf8_strlen (narrow, -1), <, 40);
  g_assert_nonnull (strstr (narrow, "150/300"));
  g_assert_cmpint (g_utf8_strlen (tiny, -1), <, 12);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-progress/sparkline", test_sparkline);
  g_test_add_func ("/cli-progress/line", test_line);
  return g_test_run ();
}
