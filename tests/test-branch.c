/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiny-fixture.h"

#include "fake-engine.h"
#include "sandbox.h"

#include "jobs/mage-export-job.h"
#include "jobs/mage-preview-job.h"
#include "jobs/mage-sample-job.h"
#include "jobs/mage-step-job.h"
#include "jobs/mage-train-job.h"
#include "project/mage-kept-steps.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* Results that keep their steps, and branches of them: with the real engine on the tiny model, and with the small one. */

#define STEPS 6
#define PROMPT "a <toy> is riding a horse"

static void
set_up_real (Fixture *self, gconstpointer data)
{
  MageParams *params;

  tiny_fixture_set_up (self);
  params = mage_project_get_params (self->project);
  mage_params_set_int (params, "steps", STEPS, NULL);
  mage_params_set_double (params, "alpha", 1000, NULL);
  mage_params_set_int (params, "tau", 25, NULL);
}

static MageSampleJob *
branch (Fixture *self, MageMotion *motion, MageResult *parent, guint step)
{
  g_autoptr (GError) error = NULL;
  MageSampleJob *job = mage_sample_job_new (self->project, PROMPT, motion, mage_project_get_params (self->project), &error);

  g_assert_no_error (error);
  g_assert_true (mage_sample_job_set_branch (job, parent, step, &error));
  return job;
}

static void
assert_same_file (MageResult *a, MageResult *b, const char *name, gboolean same)
{
  g_autofree char *path_a = mage_result_dup_path (a, name);
  g_autofree char *path_b = mage_result_dup_path (b, name);
  g_autofree char *text_a = NULL;
  g_autofree char *text_b = NULL;
  gsize n_a, n_b;

  g_assert_true (g_file_get_contents (path_a, &text_a, &n_a, NULL));
  g_assert_true (g_file_get_contents (path_b, &text_b, &n_b, NULL));
  g_assert_cmpint (n_a == n_b && memcmp (text_a, text_b, n_a) == 0, ==, same);
}

static guint
count_steps (MageResult *result)
{
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_LATENTS);
  g_autoptr (GArray) steps = mage_kept_steps_list (folder);

  return steps->len;
}

/* With nothing changed a branch is the original, frame for frame and latent for latent; with another τ it is another. */
static void
test_exact (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  g_autoptr (MageResult) original = g_object_ref (fixture_sample (self, PROMPT, motion));
  static const guint from[] = { 0, 2, 5, STEPS };
  guint step;

  g_assert_cmpuint (count_steps (original), ==, STEPS + 1);
  for (guint i = 0; i < G_N_ELEMENTS (from); i++)
    {
      g_autoptr (MageSampleJob) job = branch (self, motion, original, from[i]);
      MageResult *result;

      fixture_run (self, job);
      g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
      result = mage_sample_job_get_result (job);
      assert_same_file (original, result, "frames/0001.png", TRUE);
      assert_same_file (original, result, "frames/0003.png", TRUE);
      assert_same_file (original, result, "steps/0006.safetensors", TRUE);
      assert_same_file (original, result, "steps/0001.safetensors", TRUE);
      assert_same_file (original, result, MAGE_RESULT_STEPS, TRUE);
      g_assert_cmpuint (count_steps (result), ==, STEPS + 1);
      g_assert_cmpstr (mage_result_get_parent (result, &step), ==, mage_result_get_id (original));
      g_assert_cmpuint (step, ==, from[i]);
    }
  {
    g_autoptr (MageSampleJob) job = NULL;

    mage_params_set_int (mage_project_get_params (self->project), "tau", 50, NULL);
    job = branch (self, motion, original, 3);
    fixture_run (self, job);
    assert_same_file (original, mage_sample_job_get_result (job), "steps/0003.safetensors", TRUE);
    assert_same_file (original, mage_sample_job_get_result (job), "steps/0004.safetensors", FALSE);
  }
}

/* A branch that is stopped goes on, and is the same. */
static void
stop_cb (MageJob *job, Fixture *self)
{
  if (g_strcmp0 (mage_job_get_phase (job), "Sampling") == 0 && mage_job_get_step (job) >= 4)
    mage_worker_cancel (self->worker, job);
}

static void
test_stopped (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  g_autoptr (MageResult) original = g_object_ref (fixture_sample (self, PROMPT, motion));
  g_autoptr (MageSampleJob) stopped = branch (self, motion, original, 3);
  g_autoptr (MageSampleJob) rest = branch (self, motion, original, 3);

  g_signal_connect (stopped, "progressed", G_CALLBACK (stop_cb), self);
  fixture_run (self, stopped);
  /* On a fast machine it may have ended before it heard. */
  if (mage_job_get_state (MAGE_JOB (stopped)) == MAGE_JOB_CANCELLED)
    fixture_run (self, rest);
  else
    g_test_message ("It ended before it could be stopped");
  assert_same_file (original, mage_sample_job_get_result (mage_job_get_state (MAGE_JOB (stopped)) == MAGE_JOB_DONE ? stopped : rest),
                    "steps/0006.safetensors", TRUE);
}

/* A step is seen again, its branches too. */
static void
test_see (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  MageResult *result = fixture_sample (self, PROMPT, motion);

  for (guint step = 0; step <= STEPS; step += 3)
    {
      g_autoptr (MageStepJob) job = mage_step_job_new (self->project, result, step);
      Frames *frames;

      mage_worker_assist (self->worker, MAGE_JOB (job));
      while (!mage_job_is_over (MAGE_JOB (job)))
        g_main_context_iteration (NULL, TRUE);
      g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
      frames = mage_step_job_get_frames (job, MAGE_STEP_PREDICTED);
      g_assert_cmpuint (frames->n_frames, ==, 3);
      g_assert_cmpuint (frames->width, ==, 64);
      g_assert_true ((mage_step_job_get_frames (job, MAGE_STEP_SUBJECT) != NULL) == (step > 0));
      if (step > 0)
        g_assert_false (frames_equal (frames, mage_step_job_get_frames (job, MAGE_STEP_MOTION)));
    }
}

static MagePreviewJob *
preview (Fixture *self, MageMotion *motion, MagePreviewMemory *memory)
{
  g_autoptr (GError) error = NULL;
  MagePreviewJob *job = mage_preview_job_new (self->project, PROMPT, motion, mage_project_get_params (self->project), memory,
                                              FALSE, &error);

  g_assert_no_error (error);
  mage_worker_assist (self->worker, MAGE_JOB (job));
  while (!mage_job_is_over (MAGE_JOB (job)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
  return job;
}

static GBytes *
get_picture (MagePreviewJob *job)
{
  guint n_frames;
  guint width;
  guint height;

  return mage_job_get_preview (MAGE_JOB (job), &n_frames, &width, &height);
}

/* A preview takes over what the one before has in common with it, and shows the same as one that does not. */
static void
check_preview (Fixture *self, MageMotion *motion, MagePreviewMemory *memory, guint reused)
{
  MagePreviewMemory *fresh = mage_preview_memory_new ();
  g_autoptr (MagePreviewJob) next = preview (self, motion, memory);
  g_autoptr (MagePreviewJob) alone = preview (self, motion, fresh);

  g_assert_cmpuint (mage_preview_job_get_reused (next), ==, reused);
  g_assert_cmpuint (mage_preview_job_get_reused (alone), ==, 0);
  g_assert_true (g_bytes_equal (get_picture (next), get_picture (alone)));
  mage_preview_memory_unref (fresh);
}

static void
test_preview (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  MageParams *params = mage_project_get_params (self->project);
  MagePreviewMemory *memory = mage_preview_memory_new ();

  /* τ 25 guides three of six steps, τ 42 five: three are the same, and with τ 17 the first two. */
  check_preview (self, motion, memory, 0);
  mage_params_set_int (params, "tau", 42, NULL);
  check_preview (self, motion, memory, 3);
  mage_params_set_int (params, "tau", 17, NULL);
  check_preview (self, motion, memory, 2);
  /* Another end leaves the first step alone, another α nothing. */
  mage_params_set_double (params, "alpha_end", 0.1, NULL);
  check_preview (self, motion, memory, 1);
  mage_params_set_double (params, "alpha", 500, NULL);
  check_preview (self, motion, memory, 0);
  mage_params_set_int (params, "seed", 5, NULL);
  check_preview (self, motion, memory, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->project))), ==, 0);
  mage_preview_memory_unref (memory);
}

/* A training beside which previews are made comes out bit for bit as it does alone. */
static void
test_preview_beside (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  MageTrainable *other = fixture_add_subject (self, "dog");
  MagePreviewMemory *memory = mage_preview_memory_new ();
  g_autofree char *contents[2] = { NULL, NULL };
  gsize length[2];

  mage_params_set_int (mage_project_get_params (self->project), "iterations", 12, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MageTrainJob) job = mage_train_job_new (self->project, other, &error);
      g_autofree char *path = NULL;
      guint n = 0;

      g_assert_no_error (error);
      mage_worker_push (self->worker, MAGE_JOB (job));
      while (!mage_job_is_over (MAGE_JOB (job)))
        if (i == 1)
          {
            g_autoptr (MagePreviewJob) shown = NULL;

            mage_params_set_double (mage_project_get_params (self->project), "alpha", 500 + n++, NULL);
            shown = preview (self, motion, memory);
          }
        else
          g_main_context_iteration (NULL, TRUE);
      g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
      path = mage_run_dup_path (mage_trainable_get_run (other), MAGE_RUN_LORA);
      g_assert_true (g_file_get_contents (path, &contents[i], &length[i], NULL));
      g_assert_true (i == 0 || n > 0);
      if (i == 0)
        {
          mage_run_remove (mage_trainable_get_run (other));
          mage_trainable_set_run (other, NULL);
        }
    }
  g_assert_cmpmem (contents[0], length[0], contents[1], length[1]);
  mage_preview_memory_unref (memory);
}

/* And so does one beside which videos are exported. */
static void
test_export_beside (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  MageResult *result = fixture_sample (self, PROMPT, motion);
  MageTrainable *other = fixture_add_subject (self, "dog");
  g_autofree char *output = g_build_filename (self->path, "out.mp4", NULL);
  g_autofree char *contents[2] = { NULL, NULL };
  gsize length[2];

  mage_params_set_int (mage_project_get_params (self->project), "iterations", 12, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MageTrainJob) job = mage_train_job_new (self->project, other, &error);
      g_autofree char *path = NULL;
      guint n = 0;

      g_assert_no_error (error);
      mage_worker_push (self->worker, MAGE_JOB (job));
      while (!mage_job_is_over (MAGE_JOB (job)))
        if (i == 1)
          {
            g_autoptr (MageExportJob) export = mage_export_job_new (result, output, &(ClipWrite){ .format = CLIP_MP4_H264, .factor = 4 });

            mage_worker_assist (self->worker, MAGE_JOB (export));
            while (!mage_job_is_over (MAGE_JOB (export)))
              g_main_context_iteration (NULL, TRUE);
            g_assert_no_error (mage_job_get_error (MAGE_JOB (export)));
            n += !mage_job_is_over (MAGE_JOB (job));
          }
        else
          g_main_context_iteration (NULL, TRUE);
      g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
      path = mage_run_dup_path (mage_trainable_get_run (other), MAGE_RUN_LORA);
      g_assert_true (g_file_get_contents (path, &contents[i], &length[i], NULL));
      g_assert_true (i == 0 || n > 0);
      if (i == 0)
        {
          mage_run_remove (mage_trainable_get_run (other));
          mage_trainable_set_run (other, NULL);
        }
    }
  g_assert_cmpmem (contents[0], length[0], contents[1], length[1]);
}

static void
run_preview (Fixture *self, MageMotion *motion, MagePreviewMemory *memory, gboolean rough)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MagePreviewJob) job = mage_preview_job_new (self->project, PROMPT, motion, mage_project_get_params (self->project), memory,
                                                         rough, &error);

  g_assert_no_error (error);
  fixture_run (self, job);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
}

/* What is large is seen small first, guided as strongly, and at its own size in the end; what is small, only as it is. */
static void
test_small_preview (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  MageMotion *motion = fixture_train_pair (self);
  MageParams *params = mage_project_get_params (self->project);
  MagePreviewMemory *memory = mage_preview_memory_new ();
  guint before = last->n_sampled;
  gint64 width, height;

  mage_params_set_double (params, "alpha", 9000, NULL);
  g_assert_false (mage_preview_is_small (params, &width, &height));
  run_preview (self, motion, memory, FALSE);
  g_assert_cmpuint (last->n_sampled, ==, before + 2);
  g_assert_cmpint (last->widths[1], ==, 32);
  g_assert_cmpfloat (last->alpha, ==, 9000);

  mage_params_set_int (params, "frames", 2, NULL);
  mage_params_set_int (params, "width", 576, NULL);
  mage_params_set_int (params, "height", 320, NULL);
  g_assert_true (mage_preview_is_small (params, &width, &height));
  g_assert_cmpint (width, ==, 320);
  g_assert_cmpint (height, ==, 192);
  run_preview (self, motion, memory, FALSE);
  g_assert_cmpuint (last->n_sampled, ==, before + 5);
  g_assert_cmpint (last->widths[2], ==, 320);
  g_assert_cmpint (last->widths[1], ==, 320);
  g_assert_cmpint (last->widths[0], ==, 576);
  g_assert_cmpfloat (last->alpha, ==, 9000);
  run_preview (self, motion, memory, TRUE);
  g_assert_cmpint (last->widths[0], ==, 320);
  g_assert_cmpfloat (last->alpha, ==, 3000);
  mage_preview_memory_unref (memory);
}

/* What the result says of itself survives, and a step that is gone is refused in words. */
static void
test_record (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  g_autoptr (MageResult) original = g_object_ref (fixture_sample (self, PROMPT, motion));
  g_autoptr (MageSampleJob) job = branch (self, motion, original, 3);
  g_autoptr (MageSampleJob) late = NULL;
  g_autoptr (MageResult) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = mage_result_dup_path (original, MAGE_RESULT_LATENTS);
  g_autofree char *dir = NULL;
  guint step;

  fixture_run (self, job);
  g_assert_cmpuint (fake_engine_get_last ()->from_step, ==, 3);
  g_assert_true (mage_result_set_name (mage_sample_job_get_result (job), "brighter", &error));
  g_assert_true (mage_result_set_starred (mage_sample_job_get_result (job), TRUE, &error));
  dir = mage_result_dup_path (mage_sample_job_get_result (job), "");
  again = mage_result_load (dir, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mage_result_get_name (again), ==, "brighter");
  g_assert_true (mage_result_get_starred (again));
  g_assert_cmpstr (mage_result_get_parent (again, &step), ==, mage_result_get_id (original));
  g_assert_cmpuint (step, ==, 3);

  late = mage_sample_job_new (self->project, PROMPT, motion, mage_project_get_params (self->project), &error);
  mage_kept_steps_remove (steps);
  g_assert_false (mage_sample_job_set_branch (late, original, 3, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* The branch has the steps of its own. */
  g_assert_true (mage_sample_job_set_branch (late, mage_sample_job_get_result (job), 3, &error));
  g_clear_object (&late);
  mage_params_set_int (mage_project_get_params (self->project), "steps", 7, NULL);
  late = mage_sample_job_new (self->project, PROMPT, motion, mage_project_get_params (self->project), &error);
  g_assert_false (mage_sample_job_set_branch (late, mage_sample_job_get_result (job), 3, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static MageResult *
sample_within (Fixture *self, MageMotion *motion, goffset limit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSampleJob) job = mage_sample_job_new (self->project, PROMPT, motion,
                                                       mage_project_get_params (self->project), &error);

  mage_sample_job_set_limit (job, limit);
  fixture_run (self, job);
  g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
  return mage_sample_job_get_result (job);
}

/* All kept steps together stay within what is allowed: the oldest go first, those with a star after the others. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  g_autofree char *results = g_build_filename (self->path, "results", NULL);
  MageResult *first = sample_within (self, motion, MAGE_KEPT_STEPS_LIMIT);
  goffset size = mage_kept_steps_measure (results);
  MageResult *second = sample_within (self, motion, 3 * size);
  MageResult *third;
  guint n = count_steps (first);

  g_assert_cmpint (size, >, 0);
  /* Until a video is done its steps lie in its run; they are there all the same. */
  {
    g_autofree char *steps = mage_result_dup_path (second, MAGE_RESULT_LATENTS);
    g_autofree char *run = g_build_filename (self->path, "runs", "at-work", NULL);
    g_autofree char *moved = g_build_filename (run, MAGE_RESULT_LATENTS, NULL);

    g_assert_cmpint (g_mkdir_with_parents (run, 0755), ==, 0);
    g_assert_cmpint (g_rename (steps, moved), ==, 0);
    g_assert_cmpint (mage_kept_steps_measure (results), ==, size);
    g_assert_cmpint (mage_kept_steps_measure_all (self->path), ==, 2 * size);
    g_assert_cmpint (g_rename (moved, steps), ==, 0);
    g_assert_cmpint (g_rmdir (run), ==, 0);
  }
  g_assert_true (mage_result_set_starred (first, TRUE, NULL));
  third = sample_within (self, motion, 2 * size);
  g_assert_cmpuint (count_steps (first), ==, n);
  g_assert_cmpuint (count_steps (second), ==, 0);
  g_assert_cmpuint (count_steps (third), ==, n);
  /* A branch shares the files of its parent: they count once. */
  {
    g_autoptr (MageSampleJob) job = branch (self, motion, third, (guint) n - 1);

    fixture_run (self, job);
    g_assert_cmpuint (count_steps (mage_sample_job_get_result (job)), ==, n);
    g_assert_cmpint (mage_kept_steps_measure (results), ==, 2 * size);
  }
  g_assert_cmpuint (count_steps (sample_within (self, motion, 0)), ==, 0);
  g_assert_false (fake_engine_get_last ()->kept);
  g_assert_cmpint (mage_kept_steps_measure (results), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define REAL(name, func) g_test_add (name, Fixture, NULL, set_up_real, func, fixture_tear_down)
#define FAKE(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  REAL ("/branch/exact", test_exact);
  REAL ("/branch/stopped", test_stopped);
  REAL ("/branch/see", test_see);
  REAL ("/branch/preview", test_preview);
  REAL ("/branch/preview-beside", test_preview_beside);
  REAL ("/branch/export-beside", test_export_beside);
  FAKE ("/branch/small-preview", test_small_preview);
  FAKE ("/branch/record", test_record);
  FAKE ("/branch/limit", test_limit);
  return g_test_run ();
}
