/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-engine.h"
#include "job-fixture.h"
#include "sample-media.h"
#include "sandbox.h"

#include "jobs/mage-export-job.h"
#include "jobs/mage-import.h"
#include "jobs/mage-material.h"
#include "jobs/mage-report-job.h"
#include "jobs/mage-sample-job.h"
#include "jobs/mage-sample-project.h"
#include "jobs/mage-train-job.h"
#include "jobs/mage-worker.h"
#include "media/caption-folder.h"
#include "media/clip-comment.h"
#include "media/clip-reader.h"
#include "project/mage-result-record.h"

#include <string.h>

static void
test_subject (Fixture *self, gconstpointer data)
{
  MageTrainable *item = fixture_add_subject (self, "toy");
  FakeLast *last = fake_engine_get_last ();
  MageRun *trained;
  g_autofree char *losses = NULL;
  g_autofree char *weights = NULL;
  g_autoptr (MageSeries) series = NULL;
  g_autoptr (MageProject) again = NULL;

  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  g_assert_false (mage_train_job_is_needed (self->project, item));
  g_assert_cmpint (last->kind, ==, ENGINE_TRAIN_SUBJECT);
  g_assert_cmpstr (last->prompt, ==, "A <toy>");
  g_assert_cmpuint (last->n_clips, ==, 2);
  g_assert_cmpuint (last->n_prior, ==, 3);
  g_assert_false (last->masked);

  trained = mage_trainable_get_run (item);
  losses = mage_run_dup_path (trained, MAGE_RUN_LOSSES);
  weights = mage_run_dup_path (trained, MAGE_RUN_LORA);
  series = mage_series_load (losses, NULL);
  g_assert_cmpuint (mage_series_get_length (series), ==, 20);
  g_assert_cmpfloat (mage_series_get_value (series, 9, "L_sub"), ==, 0.1);
  g_assert_true (g_file_test (weights, G_FILE_TEST_EXISTS));

  again = mage_project_open (self->path, self->model, NULL);
  g_assert_cmpint (mage_trainable_get_state (mage_project_find (again, "toy")), ==, MAGE_TRAINED);
}

static void
stop_at_five (Fixture *self, MageTrainable *item)
{
  g_autoptr (MageTrainJob) job = mage_train_job_new (self->project, item, NULL);

  fixture_run_until (self, job, 5);
}

/* What was stopped goes on in the same run, also after the project was reopened; a change begins anew. */
static void
test_resume (Fixture *self, gconstpointer data)
{
  MageTrainable *item = fixture_add_subject (self, "toy");
  FakeLast *last = fake_engine_get_last ();
  g_autofree char *dir = NULL;
  g_autofree char *text = NULL;
  g_autofree char *losses = NULL;
  g_autoptr (MageSeries) series = NULL;

  stop_at_five (self, item);
  text = mage_trainable_dup_state_text (item);
  g_assert_cmpstr (text, ==, "5 of 20");
  dir = g_strdup (mage_run_get_dir (mage_trainable_get_run (item)));

  fixture_reopen (self);
  item = mage_project_find (self->project, "toy");
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_PARTIAL);
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->first_step, ==, 5);
  g_assert_cmpstr (mage_run_get_dir (mage_trainable_get_run (item)), ==, dir);
  losses = mage_run_dup_path (mage_trainable_get_run (item), MAGE_RUN_LOSSES);
  series = mage_series_load (losses, NULL);
  g_assert_cmpuint (mage_series_get_length (series), ==, 20);

  g_assert_true (mage_params_set_int (mage_project_get_params (self->project), "rank", 8, NULL));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->first_step, ==, 0);
  g_assert_cmpstr (mage_run_get_dir (mage_trainable_get_run (item)), !=, dir);
}

static void
test_failure (Fixture *self, gconstpointer data)
{
  MageTrainable *item = fixture_add_subject (self, "toy");
  g_autoptr (MageTrainJob) job = mage_train_job_new (self->project, item, NULL);
  g_autofree char *text = NULL;

  fake_engine_fail (8);
  fixture_run (self, job);
  /* There was no checkpoint yet. */
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_FAILED);
  g_assert_cmpstr (mage_job_get_error (MAGE_JOB (job))->message, ==, "the loss is not a number at step 8");
  text = mage_trainable_dup_state_text (item);
  g_assert_cmpstr (text, ==, "0 of 20");
}

static void
test_masked (Fixture *self, gconstpointer data)
{
  MageTrainable *item = fixture_add_subject (self, "toy");
  MageParams *params = mage_project_get_params (self->project);
  g_autofree char *path = sample_picture (self->folder, "c.png", 10);
  g_autoptr (GError) error = NULL;

  g_assert_true (mage_params_set_boolean (params, "masked_loss", TRUE, NULL));
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_true (fake_engine_get_last ()->masked);
  g_assert_true (mage_import_picture (self->project, MAGE_SUBJECT (item), path, NULL, NULL));
  g_assert_null (mage_train_job_new (self->project, item, &error));
  g_assert_true (g_pattern_match_simple ("The picture “media/c.png” of “toy” has no mask*", error->message));
}

/* Without prior clips L_reg cannot be; the sentence says what can be done, and both ways work. */
static void
test_prior (Fixture *self, gconstpointer data)
{
  MageTrainable *item;
  g_autofree char *prior = g_build_filename (self->folder, "mine", NULL);
  g_autofree char *mine = g_build_filename (prior, "prior", NULL);
  g_autofree char *file = NULL;
  g_autoptr (GHashTable) captions = mage_project_dup_prior_captions (self->project);
  g_autoptr (GPtrArray) clips = NULL;
  g_autoptr (GError) error = NULL;

  sandbox_write (self->model, "videomage.json", "{\"frames\":4,\"width\":32,\"height\":32,\"iterations\":20}");
  fixture_reopen (self);
  item = fixture_add_subject (self, "toy");
  g_assert_null (mage_train_job_new (self->project, item, &error));
  g_assert_true (g_pattern_match_simple ("*give a folder of captioned clips*λ₁ = 0*", error->message));
  g_assert_null (mage_trainable_get_run (item));

  sample_prior (prior, 2);
  mage_project_set_prior_dir (self->project, mine);
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (fake_engine_get_last ()->n_prior, ==, 2);
  /* A caption that is written here counts, and asks for another training. */
  clips = mage_material_list_prior (mine, captions, NULL, NULL);
  file = g_path_get_basename (((CaptionedClip *) g_ptr_array_index (clips, 1))->path);
  mage_project_set_prior_caption (self->project, file, "a bear dances");
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpstr (fake_engine_get_last ()->prior_caption, ==, "a bear dances");
  mage_project_set_prior_caption (self->project, file, "");
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_FAILED);
  mage_project_set_prior_caption (self->project, file, NULL);
  g_assert_null (mage_project_get_prior_caption (self->project, file));
  mage_project_set_prior_dir (self->project, NULL);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_UNTRAINED);
  g_assert_true (mage_params_set_double (mage_project_get_params (self->project), "lambda1", 0, NULL));
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (fake_engine_get_last ()->n_prior, ==, 0);
}

static void
test_motion (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_add_motion (self);
  MageTrainable *item = MAGE_TRAINABLE (motion);
  FakeLast *last = fake_engine_get_last ();
  guint n_trained = last->n_trained;
  GListModel *things = G_LIST_MODEL (mage_motion_get_things (motion));
  g_autoptr (MageTrainable) first = g_list_model_get_item (things, 0);

  g_assert_cmpstr (mage_trainable_get_name (first), ==, "person");
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_trained - n_trained, ==, 3);
  g_assert_cmpint (last->kind, ==, ENGINE_TRAIN_MOTION);
  g_assert_cmpstr (last->prompt, ==, "a person is riding a horse");
  g_assert_cmpstr (last->static_prompt, ==, "A static video of <sub1> and <sub2>.");
  g_assert_cmpuint (last->n_known, ==, 2);
  g_assert_cmpuint (last->n_clips, ==, 1);
  g_assert_cmpfloat (last->omega, ==, 0.5);
  g_assert_cmpint (mage_trainable_get_state (first), ==, MAGE_TRAINED);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);

  /* ω leaves the words as they are: only the motion is trained again. */
  g_assert_true (mage_params_set_double (mage_project_get_params (self->project), "omega", 1, NULL));
  g_assert_cmpint (mage_trainable_get_state (first), ==, MAGE_TRAINED);
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_trained - n_trained, ==, 4);
  g_assert_cmpfloat (last->omega, ==, 1);
  g_assert_true (mage_params_set_string (mage_project_get_params (self->project), "motion_loss", "plain", NULL));
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpfloat (last->omega, ==, 0);
}

/* What made a video is written into it, and nothing of where that was. */
static void
check_record (const char *video, MageResult *result, const char *folder)
{
  g_autofree char *comment = clip_read_comment (video, NULL);
  g_autoptr (MageResult) record = mage_result_record_read (comment);

  g_assert_nonnull (record);
  g_assert_cmpstr (mage_result_get_prompt (record), ==, mage_result_get_prompt (result));
  g_assert_cmpstr (mage_result_get_request (record), ==, mage_result_get_request (result));
  g_assert_cmpuint (json_array_get_length (mage_result_get_ingredients (record)), ==, 3);
  g_assert_null (strstr (comment, folder));
}

static void
test_sample (Fixture *self, gconstpointer data)
{
  MageTrainable *toy = fixture_add_subject (self, "toy");
  MageTrainable *dog = fixture_add_subject (self, "dog");
  MageMotion *motion = fixture_add_motion (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *video = NULL;
  g_autofree char *output = g_build_filename (self->folder, "big.webm", NULL);
  g_autoptr (MageProject) again = NULL;
  g_autoptr (MageExportJob) export = NULL;
  g_auto (ClipInfo) info = { 0 };
  g_auto (ClipInfo) big = { 0 };
  MageMotion *chosen;
  MageResult *result;

  g_assert_null (mage_sample_job_new (self->project, "a <toy>", NULL, mage_project_get_params (self->project), &error));
  g_assert_true (g_pattern_match_simple ("“<toy>” is not trained yet*", error->message));
  g_clear_error (&error);
  g_assert_cmpint (fixture_train (self, toy), ==, MAGE_JOB_DONE);
  g_assert_cmpint (fixture_train (self, dog), ==, MAGE_JOB_DONE);
  g_assert_null (mage_sample_job_new (self->project, "a <cat>", NULL, mage_project_get_params (self->project), &error));
  g_assert_true (g_pattern_match_simple ("*names “<cat>”, but the project has only <toy>, <dog>", error->message));
  g_assert_true (mage_sample_job_choose_motion (self->project, NULL, &chosen, NULL));
  g_assert_null (chosen);
  g_assert_cmpint (fixture_train (self, MAGE_TRAINABLE (motion)), ==, MAGE_JOB_DONE);
  g_assert_true (mage_sample_job_choose_motion (self->project, NULL, &chosen, NULL));
  g_assert_true (chosen == motion);

  g_assert_true (mage_params_set_string (mage_project_get_params (self->project), "fusion", "none", NULL));
  result = fixture_sample (self, "a <toy> rides a <dog>", motion);
  g_assert_cmpuint (fake_engine_get_last ()->n_loras, ==, 3);
  g_assert_cmpuint (fake_engine_get_last ()->n_known, ==, 2);
  video = mage_result_dup_path (result, MAGE_RESULT_VIDEO);
  g_assert_true (clip_probe (video, &info, NULL, &error));
  g_assert_cmpuint (info.width, ==, 32);
  /* Only what the prompt names takes part. */
  fixture_sample (self, "a <toy>", NULL);
  g_assert_cmpuint (fake_engine_get_last ()->n_loras, ==, 1);

  again = mage_project_open (self->path, self->model, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (again))), ==, 2);

  export = mage_export_job_new (result, output, &(ClipWrite){ .format = CLIP_WEBM_VP9, .factor = 2 });
  fixture_run (self, export);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (export)), ==, MAGE_JOB_DONE);
  g_assert_true (clip_probe (output, &big, NULL, NULL));
  g_assert_cmpuint (big.width, ==, 64);
  check_record (video, result, self->path);
  check_record (output, result, self->path);
}

/* What was killed before its first checkpoint is cleared away by the next; what can go on stays. */
static void
test_sweep (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MageTrainable *toy = fixture_add_subject (self, "toy");
  MageParams *params = mage_project_get_params (self->project);
  g_autofree char *runs = mage_project_dup_path (self->project, "runs");
  g_autoptr (MageRun) killed = mage_run_create (runs, "sample", "sample", "one", 5, params, &error);
  g_autoptr (MageRun) stopped = mage_run_create (runs, "sample", "sample", "two", 5, params, &error);
  g_autoptr (MageRun) trained = mage_run_create (runs, "subject", "toy", "three", 5, params, &error);
  g_autofree char *half = mage_run_dup_path (killed, "sampling.safetensors.part");
  g_autofree char *whole = mage_run_dup_path (stopped, "sampling.safetensors");

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (half, "x", 1, NULL) && g_file_set_contents (whole, "x", 1, NULL));
  g_assert_cmpint (fixture_train (self, toy), ==, MAGE_JOB_DONE);
  fixture_sample (self, "a <toy>", NULL);
  g_assert_false (g_file_test (mage_run_get_dir (killed), G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (whole, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (mage_run_get_dir (trained), G_FILE_TEST_EXISTS));
}

/* One model stays open from job to job. */
static void
test_model_kept (Fixture *self, gconstpointer data)
{
  guint n_opened = fake_engine_get_last ()->n_opened;
  MageTrainable *toy = fixture_add_subject (self, "toy");
  g_autoptr (MageReportJob) report = NULL;

  g_assert_cmpint (fixture_train (self, toy), ==, MAGE_JOB_DONE);
  fixture_sample (self, "a <toy>", NULL);
  g_assert_cmpuint (fake_engine_get_last ()->n_opened - n_opened, ==, 1);
  g_assert_true (mage_params_set_string (mage_project_get_params (self->project), "device", "cpu", NULL));
  fixture_sample (self, "a <toy>", NULL);
  g_assert_cmpuint (fake_engine_get_last ()->n_opened - n_opened, ==, 2);
  report = mage_report_job_new_describe (self->model, mage_project_get_params (self->project));
  fixture_run (self, report);
  g_assert_cmpuint (fake_engine_get_last ()->n_opened - n_opened, ==, 2);
  g_assert_cmpstr (mage_report_job_get_report (report), ==, "{\"name\":\"Fake\",\"parameters\":7}");
}

/* The sample project gets what it lacks, and what somebody chose in it stays. */
static void
test_sample_project (Fixture *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);
  g_autoptr (GError) error = NULL;

  g_assert_true (mage_params_set_int (params, "iterations", 17, NULL));
  mage_sample_project_fill (self->project, MAGE_SOURCE_DATA, &error);
  g_assert_no_error (error);
  mage_project_remove (self->project, mage_project_find (self->project, "pink_bear"));
  mage_sample_project_fill (self->project, MAGE_SOURCE_DATA, &error);
  g_assert_no_error (error);
  g_assert_nonnull (mage_project_find (self->project, "pink_bear"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_subjects (self->project))), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (self->project))), ==, 1);
  g_assert_cmpint (mage_params_get_int (params, "iterations"), ==, 17);
  g_assert_cmpint (mage_params_get_int (params, "fuse_clips"), ==, 2);
}

static void
test_import_refused (Fixture *self, gconstpointer data)
{
  MageSubject *subject = mage_project_add_subject (self->project, "toy", NULL, NULL, NULL);
  MageMotion *motion = fixture_add_motion (self);
  g_autofree char *picture = sample_picture (self->folder, "a.png", 10);
  g_autofree char *mask = sample_mask (self->folder, "small.png", 32);
  g_autofree char *text = g_build_filename (self->folder, "text.jpg", NULL);
  g_autoptr (GError) error = NULL;

  sandbox_write (self->folder, "text.jpg", "not a picture");
  g_assert_false (mage_import_picture (self->project, subject, text, NULL, &error));
  g_clear_error (&error);
  g_assert_false (mage_import_picture (self->project, subject, picture, mask, &error));
  g_assert_true (g_pattern_match_simple ("The mask*32 × 32 pixels, its picture*64 × 64", error->message));
  g_clear_error (&error);
  g_assert_null (mage_import_motion (self->project, text, NULL, NULL, 0, 0, &error));
  g_clear_error (&error);
  g_assert_null (mage_import_thing (self->project, motion, "x", mask, 0, &error));
  g_assert_true (g_pattern_match_simple ("The mask*32 × 32 pixels, the clip 64 × 64", error->message));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_subject_get_pictures (subject))), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (self->project))), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/jobs/subject", test_subject);
  ADD ("/jobs/resume", test_resume);
  ADD ("/jobs/failure", test_failure);
  ADD ("/jobs/masked", test_masked);
  ADD ("/jobs/prior", test_prior);
  ADD ("/jobs/motion", test_motion);
  ADD ("/jobs/sample", test_sample);
  ADD ("/jobs/sweep", test_sweep);
  ADD ("/jobs/sample-project", test_sample_project);
  ADD ("/jobs/model-kept", test_model_kept);
  ADD ("/jobs/import-refused", test_import_refused);
#undef ADD
  return g_test_run ();
}
