/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-engine.h"
#include "job-fixture.h"
#include "sample-media.h"
#include "sandbox.h"

#include "jobs/mage-clip-masks.h"
#include "jobs/mage-engine.h"
#include "jobs/mage-fuse-job.h"
#include "jobs/mage-sample-job.h"
#include "jobs/mage-segment-job.h"
#include "jobs/mage-train-job.h"

/* Fusion, SCS, and what is trained beside the project's own. */

static void
set_text (Fixture *self, const char *key, const char *text)
{
  g_autoptr (GError) error = NULL;

  mage_params_set_text (mage_project_get_params (self->project), key, text, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  fixture_set_up (self, data);
  set_text (self, "steps", "6");
  set_text (self, "clip_steps", "5");
  set_text (self, "fuse_clips", "2");
  set_text (self, "fuse_iterations", "12");
  set_text (self, "background_prompts", "in the snow| | on the grass |");
}

static MageJobState
fuse (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageFuseJob) job = mage_fuse_job_new (self->project, &error);

  g_assert_no_error (error);
  fixture_run (self, job);
  return mage_job_get_state (MAGE_JOB (job));
}

static void
add_two (Fixture *self)
{
  g_assert_cmpint (fixture_train (self, fixture_add_subject (self, "toy")), ==, MAGE_JOB_DONE);
  g_assert_cmpint (fixture_train (self, fixture_add_subject (self, "dog")), ==, MAGE_JOB_DONE);
}

static gboolean
run_has (MageRun *run, const char *name)
{
  g_autofree char *path = mage_run_dup_path (run, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint
count_entries (Fixture *self, const char *folder, const char *prefix)
{
  g_autofree char *path = mage_project_dup_path (self->project, folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, prefix);
  return n;
}

static void
test_fuse (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));
  guint n_sampled = last->n_sampled;
  g_autofree char *losses = NULL;
  g_autoptr (MageSeries) series = NULL;
  MageRun *run;

  add_two (self);
  g_assert_true (mage_fuse_job_is_needed (self->project));
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);
  g_assert_false (mage_fuse_job_is_needed (self->project));
  g_assert_cmpint (mage_trainable_get_state (fusion), ==, MAGE_TRAINED);
  g_assert_cmpuint (last->n_fuse_subjects, ==, 2);
  g_assert_cmpuint (last->n_fuse_clips, ==, 2);
  g_assert_true (last->fuse_masks);
  g_assert_cmpuint (last->n_backgrounds, ==, 2);
  g_assert_cmpint (last->fuse_iterations, ==, 12);
  g_assert_cmpfloat (last->lambda2, ==, 0.6);
  g_assert_cmpuint (last->n_sampled - n_sampled, ==, 2 * 2 + 2);
  g_assert_false (last->scs);

  run = mage_trainable_get_run (fusion);
  g_assert_true (run_has (run, "clips/toy/1/0001.png"));
  g_assert_true (run_has (run, "clips/dog/2/mask-0004.png"));
  g_assert_false (run_has (run, "clips/dog/2/0005.png"));
  g_assert_true (run_has (run, MAGE_RUN_LORA));
  losses = mage_run_dup_path (run, MAGE_RUN_LOSSES);
  series = mage_series_load (losses, NULL);
  g_assert_cmpuint (mage_series_get_length (series), ==, 12);
  g_assert_cmpuint (count_entries (self, "cache", "background-"), ==, 2);

  /* It is the same when the project is opened again; what made it is in the project. */
  fixture_reopen (self);
  g_assert_cmpint (mage_trainable_get_state (MAGE_TRAINABLE (mage_project_get_fusion (self->project))), ==, MAGE_TRAINED);
  g_assert_true (mage_fusion_holds (mage_project_get_fusion (self->project), "<dog>"));
  g_assert_false (mage_fusion_holds (mage_project_get_fusion (self->project), "<cat>"));
}

/* A rectangle of a mask of 32 pixels a side, but for every third pixel. */
static void
sketch (guint8 *mask, guint left, guint top, guint right, guint bottom)
{
  for (guint y = top; y < bottom; y++)
    for (guint x = left; x < right; x++)
      mask[y * 32 + x] = (x + y) % 3 == 1 && x > left && x + 1 < right ? 0 : 255;
}

static guint
count_inside (const guint8 *mask)
{
  guint n = 0;

  for (guint i = 0; i < 32 * 32; i++)
    n += mask[i] >= 128;
  return n;
}

/* Rough masks become outlines, each in its own frame of the sheet that is looked at; what is unlike them does not count. */
static void
test_outlines (Fixture *self, gconstpointer data)
{
  MageEngine *opener = mage_engine_new (fake_engine_table ());
  g_autoptr (MageSegmentJob) job = mage_segment_job_new ("none", NULL, NULL);
  MageClipMaker maker = { .opener = opener, .job = MAGE_JOB (job) };
  guint8 *rough = g_malloc0 (5 * 1024);
  g_autoptr (GBytes) rgb = g_bytes_new_take (g_malloc0 (5 * 1024 * 3), 5 * 1024 * 3);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (EngineClip) clip = NULL;
  g_autoptr (EngineClip) outlined = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *masks;

  sketch (rough, 10, 4, 20, 12);
  rough[2 * 1024] = rough[3 * 1024 - 1] = 255;
  sketch (rough + 4 * 1024, 0, 20, 31, 32);
  bytes = g_bytes_new_take (rough, 5 * 1024);
  clip = engine_clip_new (rgb, bytes, "a dog", 5, 32, 32);
  outlined = mage_clip_masks_refine (&maker, clip, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (outlined->caption, ==, "a dog");
  masks = g_bytes_get_data (outlined->mask, NULL);
  g_assert_cmpuint (count_inside (rough), <, 10 * 8);
  g_assert_cmpuint (count_inside (masks), ==, 10 * 8);
  g_assert_cmpuint (masks[4 * 32 + 10] & masks[11 * 32 + 19], ==, 255);
  g_assert_cmpuint (count_inside (masks + 1024), ==, 0);
  g_assert_cmpuint (count_inside (masks + 2 * 1024), ==, 2);
  g_assert_cmpuint (count_inside (masks + 4 * 1024), ==, 31 * 12);
  mage_engine_free (opener);
}

/* λ₂ makes the fusion stale, and no clip is made again for it; another subject, too. */
static void
test_stale (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));
  g_autofree char *first = NULL;
  guint n_sampled, n_fused, n_segmented;

  add_two (self);
  n_segmented = last->n_segmented;
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_segmented, >, n_segmented);
  first = g_strdup (mage_run_get_id (mage_trainable_get_run (fusion)));
  n_sampled = last->n_sampled;
  n_fused = last->n_fused;
  set_text (self, "lambda2", "0");
  g_assert_cmpint (mage_trainable_get_state (fusion), ==, MAGE_STALE);
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_sampled, ==, n_sampled);
  g_assert_cmpuint (last->n_backgrounds, ==, 0);
  g_assert_cmpuint (last->n_fused, ==, n_fused + 1);

  /* Back again: the first run is found by what it depends on. */
  set_text (self, "lambda2", "0.6");
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_fused, ==, n_fused + 1);
  g_assert_cmpstr (mage_run_get_id (mage_trainable_get_run (fusion)), ==, first);
  g_assert_cmpint (mage_trainable_get_state (fusion), ==, MAGE_TRAINED);

  /* Rough masks are other clips, and nobody is asked for outlines. */
  n_sampled = last->n_sampled;
  n_segmented = last->n_segmented;
  set_text (self, "clip_masks", "attention");
  g_assert_cmpint (mage_trainable_get_state (fusion), ==, MAGE_STALE);
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_sampled, ==, n_sampled + 2 * 2);
  g_assert_cmpuint (last->n_segmented, ==, n_segmented);
  set_text (self, "clip_masks", "outlined");
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_sampled, ==, n_sampled + 2 * 2);

  /* Another subject run: stale, though no parameter of the fusion changed. */
  set_text (self, "lambda1", "0.5");
  g_assert_cmpint (mage_trainable_get_state (fusion), ==, MAGE_TRAINED);
  g_assert_cmpint (fixture_train (self, mage_project_find (self->project, "toy")), ==, MAGE_JOB_DONE);
  g_assert_cmpint (mage_trainable_get_state (fusion), ==, MAGE_STALE);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *empty = g_build_filename (self->folder, "empty", NULL);
  g_autoptr (MageFuseJob) job = NULL;

  g_assert_null (mage_fuse_job_new (self->project, &error));
  g_assert_true (g_pattern_match_simple ("There are not two subjects*", error->message));
  g_clear_error (&error);
  g_assert_cmpint (fixture_train (self, fixture_add_subject (self, "toy")), ==, MAGE_JOB_DONE);
  fixture_add_subject (self, "dog");
  g_assert_null (mage_fuse_job_new (self->project, &error));
  g_assert_true (g_pattern_match_simple ("“<dog>” is not trained yet*", error->message));
  g_assert_cmpint (fixture_train (self, mage_project_find (self->project, "dog")), ==, MAGE_JOB_DONE);
  g_assert_cmpint (g_mkdir_with_parents (empty, 0755), ==, 0);
  set_text (self, "backgrounds_dir", empty);
  job = mage_fuse_job_new (self->project, NULL);
  fixture_run (self, job);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_FAILED);
  g_assert_true (g_pattern_match_simple ("The folder of backgrounds*", mage_job_get_error (MAGE_JOB (job))->message));
}

/* The user's own places: pictures and clips. */
static void
test_own_backgrounds (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "places", NULL);
  g_autofree char *picture = sample_picture (folder, "a.png", 50);
  g_autofree char *clip = sample_clip (folder, "b.mp4", 16, 16);

  add_two (self);
  set_text (self, "backgrounds_dir", folder);
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (fake_engine_get_last ()->n_backgrounds, ==, 2);
  g_assert_cmpuint (count_entries (self, "cache", "background-"), ==, 0);
}

/* A fusion that is stopped goes on, in the clips and in the training. */
static void
test_resume (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  g_autoptr (MageFuseJob) first = NULL;
  g_autoptr (MageFuseJob) second = NULL;
  g_autofree char *text = NULL;

  add_two (self);
  first = mage_fuse_job_new (self->project, NULL);
  fixture_run_until (self, first, 3);
  g_assert_cmpuint (count_entries (self, "cache", "clip-"), ==, 1);
  fixture_reopen (self);
  second = mage_fuse_job_new (self->project, NULL);
  fixture_run_until (self, second, 7); /* behind the five steps of the clips */
  text = mage_trainable_dup_state_text (MAGE_TRAINABLE (mage_project_get_fusion (self->project)));
  g_assert_cmpstr (text, ==, "7 of 12");
  fixture_reopen (self);
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->first_step, ==, 7);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* What the engine shows comes to the main thread by its name, and only when somebody asked. */
static void
test_looks (Fixture *self, gconstpointer data)
{
  g_autoptr (MageFuseJob) job = NULL;
  g_auto (GStrv) names = NULL;
  guint n_frames, width, height;
  guint n_notified = 0;

  add_two (self);
  job = mage_fuse_job_new (self->project, NULL);
  mage_fuse_job_set_look_every (job, 5);
  g_signal_connect_swapped (job, "notify::looks", G_CALLBACK (count_cb), &n_notified);
  fixture_run (self, job);
  names = mage_job_dup_look_names (MAGE_JOB (job));
  g_assert_cmpuint (g_strv_length (names), ==, 5);
  g_assert_cmpstr (names[0], ==, "cutmix");
  g_assert_cmpstr (names[1], ==, "map 1");
  g_assert_cmpstr (names[4], ==, "mask 2");
  g_assert_nonnull (mage_job_get_look (MAGE_JOB (job), "cutmix", &n_frames, &width, &height));
  g_assert_cmpuint (n_frames * 1000 + width, ==, 4032);
  g_assert_null (mage_job_get_look (MAGE_JOB (job), "map 3", &n_frames, &width, &height));
  g_assert_cmpuint (n_notified, >=, 1);
}

static GError *
refuse_sample (Fixture *self, const char *prompt, MageMotion *motion)
{
  GError *error = NULL;

  g_assert_null (mage_sample_job_new (self->project, prompt, motion, mage_project_get_params (self->project), &error));
  return error;
}

/* Who takes part, and how: fused, averaged, or all; by SCS with a motion, else in one branch. */
static void
test_sample (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  MageMotion *motion = fixture_add_motion (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) late = NULL;
  guint n_guided = 0;
  MageResult *result;
  JsonObject *part;
  g_autofree char *steps = NULL;
  g_autoptr (MageSeries) series = NULL;

  add_two (self);
  g_assert_cmpint (fixture_train (self, MAGE_TRAINABLE (motion)), ==, MAGE_JOB_DONE);
  error = refuse_sample (self, "a <toy> and a <dog>", motion);
  g_assert_true (g_pattern_match_simple ("*not fused yet: fuse the subjects first*", error->message));
  g_assert_cmpint (fuse (self), ==, MAGE_JOB_DONE);

  result = fixture_sample (self, "a <toy> and a <dog>", motion);
  g_assert_cmpuint (last->n_loras, ==, 2);
  g_assert_cmpuint (last->n_known, ==, 2);
  g_assert_true (last->scs && last->motion_clip);
  g_assert_cmpstr (mage_result_get_sampling (result, &n_guided), ==, "scs");
  g_assert_cmpuint (n_guided, ==, 2); /* round (15 · 6 / 50) */
  g_assert_cmpuint (json_array_get_length (mage_result_get_ingredients (result)), ==, 4);
  part = json_array_get_object_element (mage_result_get_ingredients (result), 2);
  g_assert_cmpstr (json_object_get_string_member (part, "role"), ==, "fusion");
  g_assert_cmpstr (json_object_get_string_member (part, "run_hash"), ==,
                   mage_run_get_hash (mage_trainable_get_run (MAGE_TRAINABLE (mage_project_get_fusion (self->project)))));
  steps = mage_result_dup_path (result, MAGE_RESULT_STEPS);
  series = mage_series_load (steps, NULL);
  g_assert_cmpuint (mage_series_get_length (series), ==, 6);
  g_assert_cmpfloat (mage_series_get_value (series, 3, "L_m_to_s"), ==, 0.25);

  set_text (self, "fusion", "average");
  fixture_sample (self, "a <toy> and a <dog>", motion);
  g_assert_cmpuint (last->n_loras, ==, 3);
  g_assert_cmpfloat (last->strengths[0], ==, 0.5);
  g_assert_cmpfloat (last->strengths[2], ==, 1);
  set_text (self, "fusion", "none");
  fixture_sample (self, "a <toy> and a <dog>", motion);
  g_assert_cmpfloat (last->strengths[0], ==, 1);
  set_text (self, "fusion", "fused");

  result = fixture_sample (self, "a <toy>", NULL);
  g_assert_cmpuint (last->n_loras, ==, 1);
  g_assert_false (last->motion_clip);
  g_assert_cmpstr (mage_result_get_sampling (result, NULL), ==, "one-branch");

  g_assert_cmpint (fixture_train (self, fixture_add_subject (self, "cat")), ==, MAGE_JOB_DONE);
  late = refuse_sample (self, "a <toy> and a <cat>", motion);
  g_assert_true (g_pattern_match_simple ("“<cat>” came after the subjects were fused*", late->message));
  g_assert_cmpuint (count_entries (self, "runs", "sample-"), ==, 0);
}

/* A sampling that is stopped goes on with the same request, and only with it. */
static void
test_resume_sample (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  g_autoptr (MageSampleJob) job = NULL;
  g_autofree char *steps = NULL;
  g_autoptr (MageSeries) series = NULL;
  MageResult *result;

  g_assert_cmpint (fixture_train (self, fixture_add_subject (self, "toy")), ==, MAGE_JOB_DONE);
  job = mage_sample_job_new (self->project, "a <toy>", NULL, mage_project_get_params (self->project), NULL);
  fixture_run_until (self, job, 4);
  g_assert_cmpuint (count_entries (self, "runs", "sample-"), ==, 1);
  fixture_reopen (self);
  set_text (self, "seed", "3");
  fixture_sample (self, "a <toy>", NULL);
  g_assert_cmpuint (last->first_step, ==, 0);
  g_assert_cmpuint (count_entries (self, "runs", "sample-"), ==, 1);
  set_text (self, "seed", "0");
  result = fixture_sample (self, "a <toy>", NULL);
  g_assert_cmpuint (last->first_step, ==, 4);
  g_assert_cmpuint (count_entries (self, "runs", "sample-"), ==, 0);
  steps = mage_result_dup_path (result, MAGE_RESULT_STEPS);
  series = mage_series_load (steps, NULL);
  g_assert_cmpuint (mage_series_get_length (series), ==, 6);
}

static void
test_word_first (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  MageTrainable *item = fixture_add_subject (self, "toy");
  guint n_trained = last->n_trained;
  g_autoptr (MageTrainJob) job = NULL;

  set_text (self, "word_first", "true");
  job = mage_train_job_new (self->project, item, NULL);
  fixture_run_until (self, job, 5); /* in the word */
  g_assert_cmpint (last->kind, ==, ENGINE_TRAIN_TOKEN);
  g_assert_cmpuint (last->n_clips, ==, 2);
  fixture_reopen (self);
  item = mage_project_find (self->project, "toy");
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_trained - n_trained, ==, 3);
  g_assert_cmpint (last->kind, ==, ENGINE_TRAIN_SUBJECT);
  g_assert_true (last->fixed_row);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  set_text (self, "token_iterations", "11");
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  set_text (self, "word_first", "false");
  g_assert_cmpint (fixture_train (self, item), ==, MAGE_JOB_DONE);
  g_assert_false (last->fixed_row);
}

static void
test_debiased (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  MageMotion *motion = fixture_add_motion (self);
  guint n_trained = last->n_trained;

  set_text (self, "motion_loss", "debiased");
  g_assert_cmpint (fixture_train (self, MAGE_TRAINABLE (motion)), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_trained - n_trained, ==, 1);
  g_assert_cmpstr (last->motion_loss, ==, "debiased");
  g_assert_cmpfloat (last->omega, ==, 0);
}

/* A trial trains beside the project and leaves it as it was; what is the same is not trained again. */
static void
test_trial (Fixture *self, gconstpointer data)
{
  FakeLast *last = fake_engine_get_last ();
  MageTrainable *toy = fixture_add_subject (self, "toy");
  g_autoptr (MageProject) trial = NULL;
  g_autoptr (MageProject) again = NULL;
  g_autoptr (MageTrainJob) job = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *id = NULL;
  guint n_trained;

  g_assert_cmpint (fixture_train (self, toy), ==, MAGE_JOB_DONE);
  id = g_strdup (mage_run_get_id (mage_trainable_get_run (toy)));
  before = sandbox_read (self->path, "project.json");
  n_trained = last->n_trained;
  trial = mage_project_new_trial (self->project, NULL);
  g_assert_false (mage_train_job_is_needed (trial, mage_project_find (trial, "toy")));
  mage_params_set_int (mage_project_get_params (trial), "rank", 7, NULL);
  job = mage_train_job_new (trial, mage_project_find (trial, "toy"), NULL);
  fixture_run (self, job);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (last->n_trained, ==, n_trained + 1);
  after = sandbox_read (self->path, "project.json");
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (mage_run_get_id (mage_trainable_get_run (toy)), ==, id);
  g_assert_cmpint (mage_trainable_get_state (toy), ==, MAGE_TRAINED);

  /* The next trial finds what the first one trained. */
  again = mage_project_new_trial (self->project, NULL);
  mage_params_set_int (mage_project_get_params (again), "rank", 7, NULL);
  g_clear_object (&job);
  job = mage_train_job_new (again, mage_project_find (again, "toy"), NULL);
  fixture_run (self, job);
  g_assert_cmpuint (last->n_trained, ==, n_trained + 1);
  g_assert_cmpint (mage_trainable_get_state (mage_project_find (again, "toy")), ==, MAGE_TRAINED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("/fuse/fuse", test_fuse);
  ADD ("/fuse/outlines", test_outlines);
  ADD ("/fuse/stale", test_stale);
  ADD ("/fuse/refused", test_refused);
  ADD ("/fuse/own-backgrounds", test_own_backgrounds);
  ADD ("/fuse/resume", test_resume);
  ADD ("/fuse/looks", test_looks);
  ADD ("/fuse/sample", test_sample);
  ADD ("/fuse/resume-sample", test_resume_sample);
  ADD ("/fuse/word-first", test_word_first);
  ADD ("/fuse/debiased", test_debiased);
  ADD ("/fuse/trial", test_trial);
#undef ADD
  return g_test_run ();
}
