/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job-fixture.h"

#include "fake-engine.h"
#include "sample-media.h"
#include "sandbox.h"

#include "jobs/mage-import.h"
#include "jobs/mage-sample-job.h"
#include "jobs/mage-train-job.h"

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = sandbox_new ();
  self->model = sandbox_make_model (self->folder, "{\"frames\":4,\"width\":32,\"height\":32,\"rate\":8,\"iterations\":20,"
                                                  "\"token_iterations\":10,\"prior\":\"prior\"}");
  sample_prior (self->model, 3);
  self->path = g_build_filename (self->folder, "P.mage", NULL);
  self->project = mage_project_create (self->path, NULL, self->model, &error);
  g_assert_no_error (error);
  self->worker = mage_worker_new (0, fake_engine_table ());
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  fake_engine_hold (0);
  fake_engine_fail (0);
  g_clear_object (&self->worker);
  g_clear_object (&self->project);
  sandbox_remove (self->folder);
  g_free (self->model);
  g_free (self->path);
}

MageTrainable *
fixture_add_subject (Fixture *self, const char *name)
{
  g_autofree char *one = sample_picture (self->folder, "a.png", 40);
  g_autofree char *two = sample_picture (self->folder, "b.png", 90);
  g_autofree char *mask = sample_mask (self->folder, "mask.png", 64);
  g_autoptr (GError) error = NULL;
  MageSubject *subject = mage_project_add_subject (self->project, name, NULL, NULL, &error);

  g_assert_no_error (error);
  mage_import_picture (self->project, subject, one, mask, &error);
  g_assert_no_error (error);
  mage_import_picture (self->project, subject, two, mask, &error);
  g_assert_no_error (error);
  return MAGE_TRAINABLE (subject);
}

MageMotion *
fixture_add_motion (Fixture *self)
{
  g_autofree char *clip = sample_clip (self->folder, "ride.mp4", 16, 16);
  g_autofree char *mask = sample_mask (self->folder, "horse.png", 64);
  g_autoptr (GError) error = NULL;
  MageMotion *motion = mage_import_motion (self->project, clip, NULL, "a person is riding a horse", 0, 0, &error);

  g_assert_no_error (error);
  mage_import_thing (self->project, motion, NULL, NULL, 0, &error);
  g_assert_no_error (error);
  mage_import_thing (self->project, motion, "horse", mask, 0, &error);
  g_assert_no_error (error);
  return motion;
}

void
fixture_run (Fixture *self, gpointer job)
{
  mage_worker_push (self->worker, job);
  while (!mage_job_is_over (job))
    g_main_context_iteration (NULL, TRUE);
}

MageJobState
fixture_train (Fixture *self, MageTrainable *item)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageTrainJob) job = mage_train_job_new (self->project, item, &error);

  g_assert_no_error (error);
  fixture_run (self, job);
  return mage_job_get_state (MAGE_JOB (job));
}

/* <toy>, and the motion that is returned. */
MageMotion *
fixture_train_pair (Fixture *self)
{
  MageTrainable *toy = fixture_add_subject (self, "toy");
  MageMotion *motion = fixture_add_motion (self);

  g_assert_cmpint (fixture_train (self, toy), ==, MAGE_JOB_DONE);
  g_assert_cmpint (fixture_train (self, MAGE_TRAINABLE (motion)), ==, MAGE_JOB_DONE);
  return motion;
}

MageResult *
fixture_sample (Fixture *self, const char *prompt, MageMotion *motion)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSampleJob) job = mage_sample_job_new (self->project, prompt, motion,
                                                       mage_project_get_params (self->project), &error);

  g_assert_no_error (error);
  fixture_run (self, job);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
  return mage_sample_job_get_result (job);
}

void
fixture_reopen (Fixture *self)
{
  g_object_unref (self->project);
  self->project = mage_project_open (self->path, self->model, NULL);
  g_assert_nonnull (self->project);
}

typedef struct
{
  Fixture *fixture;
  guint step;
} Until;

static void
cancel_cb (MageJob *job, Until *until)
{
  if (mage_job_get_step (job) >= until->step)
    mage_worker_cancel (until->fixture->worker, job);
}

/* Cancels a training or sampling that waits behind @step. */
void
fixture_run_until (Fixture *self, gpointer job, guint step)
{
  Until until = { self, step };

  fake_engine_hold (step + 1);
  g_signal_connect (job, "progressed", G_CALLBACK (cancel_cb), &until);
  fixture_run (self, job);
  fake_engine_hold (0);
  g_assert_cmpint (mage_job_get_state (job), ==, MAGE_JOB_CANCELLED);
}
