/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiny-fixture.h"

#include "sandbox.h"

#include "jobs/mage-fuse-job.h"
#include "jobs/mage-map-file.h"
#include "jobs/mage-train-job.h"

#include <math.h>

/*
 * What a person does with a training while it runs, with the real engine on the tiny model: looks where it looks, pauses it, asks for
 * samples, frees its memory, lets it take more steps. None of it may change what is learned, bit for bit.
 */

#define STEPS 6
#define WORD_STEPS 3
#define PAUSED_AT 2

static void
set_up (Fixture *self)
{
  static const struct
  {
    const char *key;
    gint64 value;
  } numbers[] = { { "iterations", STEPS }, { "token_iterations", WORD_STEPS }, { "sample_steps", 2 }, { "maps_every", 2 }, { "checkpoint_every", 4 } };
  MageParams *params;

  tiny_fixture_set_up (self);
  params = mage_project_get_params (self->project);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    mage_params_set_int (params, numbers[i].key, numbers[i].value, NULL);
  mage_params_set_double (params, "lora_rate", 1e-2, NULL);
}

/* The tiny model's <toy>, trained by nobody's side; a project of its own for each way to train it. */
typedef struct
{
  Fixture fixture;
  MageTrainable *item;
} Trial;

static void
trial_begin (Trial *self, gboolean motion)
{
  set_up (&self->fixture);
  self->item = motion ? MAGE_TRAINABLE (fixture_add_motion (&self->fixture)) : fixture_add_subject (&self->fixture, "toy");
}

static GBytes *
read_of (MageTrainable *item, const char *name)
{
  g_autofree char *path = mage_run_dup_path (mage_trainable_get_run (item), name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  gsize n = 0;

  g_file_get_contents (path, &text, &n, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, n);
}

static GBytes *
read_run (Trial *self, const char *name)
{
  return read_of (self->item, name);
}

static void
assert_same_files (MageTrainable *a, MageTrainable *b, const char *learned)
{
  const char *files[] = { learned, "checkpoint.safetensors" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) one = read_of (a, files[i]);
      g_autoptr (GBytes) other = read_of (b, files[i]);

      g_assert_true (g_bytes_equal (one, other));
    }
}

static void
assert_same_training (Trial *a, Trial *b)
{
  assert_same_files (a->item, b->item, "pytorch_lora_weights.safetensors");
}

static MageTrainJob *
make_job (Trial *self)
{
  g_autoptr (GError) error = NULL;
  MageTrainJob *job = mage_train_job_new (self->fixture.project, self->item, &error);

  g_assert_no_error (error);
  return job;
}

static void
trial_run (Trial *self)
{
  g_autoptr (MageTrainJob) job = make_job (self);

  fixture_run (&self->fixture, job);
  g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
}

static void
trial_end (Trial *self)
{
  fixture_tear_down (&self->fixture, NULL);
}

/* --- where it looks --- */

/* A row of time, and what is seen of the words, are probabilities. */
static void
check_maps (const char *path, const char *word, gboolean motion)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageMaps) maps = mage_map_file_read (path, &error);
  guint n_words, n_time = 0;

  g_assert_no_error (error);
  n_words = g_strv_length (maps->words);
  g_assert_true (g_strv_contains ((const char *const *) maps->words, word));
  for (guint i = 0; i < maps->layers->len; i++)
    {
      MageMapLayer *layer = g_ptr_array_index (maps->layers, i);

      for (guint row = 0; row < layer->height; row++)
        {
          double sum = 0;

          for (guint column = 0; column < layer->width; column++)
            {
              double words = 0;

              for (guint w = 0; !layer->time && w < n_words; w++)
                words += mage_map_layer_get (layer, w, -1, layer->n_frames - 1, row, column);
              g_assert_cmpfloat (words, <, 1.01);
              g_assert_true (layer->time || words > 0);
              sum += layer->time ? mage_map_layer_get (layer, 0, (int) layer->n_heads - 1, 0, row, column) : 0;
            }
          if (layer->time)
            g_assert_cmpfloat_with_epsilon (sum, 1, 0.5 * layer->width / 255);
        }
      n_time += layer->time;
    }
  g_assert_true (motion == (n_time > 0));
}

/* The words of a motion's things are learned before it: where the model looks for each is kept with what is learned of it. */
static void
check_words (Trial *alone, Trial *watched)
{
  GListModel *one = G_LIST_MODEL (mage_motion_get_things (MAGE_MOTION (alone->item)));
  GListModel *other = G_LIST_MODEL (mage_motion_get_things (MAGE_MOTION (watched->item)));

  g_assert_cmpuint (g_list_model_get_n_items (other), ==, 2);
  for (guint i = 0; i < g_list_model_get_n_items (other); i++)
    {
      g_autoptr (MageTrainable) unseen = g_list_model_get_item (one, i);
      g_autoptr (MageTrainable) seen = g_list_model_get_item (other, i);
      g_autoptr (GArray) none = mage_run_list_maps (mage_trainable_get_run (unseen), 0);
      g_autoptr (GArray) steps = mage_run_list_maps (mage_trainable_get_run (seen), 0);
      g_autofree char *last = mage_run_dup_maps_path (mage_trainable_get_run (seen), 0, WORD_STEPS);

      g_assert_cmpuint (none->len, ==, 0);
      /* The first, every second, and the last. */
      g_assert_cmpuint (steps->len, ==, 3);
      check_maps (last, mage_trainable_get_token (seen), FALSE);
      assert_same_files (unseen, seen, MAGE_RUN_EMBEDDING);
    }
}

static void
check_watching (gboolean motion)
{
  Trial alone, watched;
  g_autoptr (MageTrainJob) job = NULL;
  g_autoptr (GArray) none = NULL;
  g_autoptr (GArray) steps = NULL;
  g_autofree char *last = NULL;
  g_autofree char *first = NULL;

  trial_begin (&alone, motion);
  trial_run (&alone);
  none = mage_run_list_maps (mage_trainable_get_run (alone.item), 0);
  g_assert_cmpuint (none->len, ==, 0);

  trial_begin (&watched, motion);
  job = make_job (&watched);
  mage_job_watch (MAGE_JOB (job), TRUE);
  fixture_run (&watched.fixture, job);
  g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
  steps = mage_run_list_maps (mage_trainable_get_run (watched.item), 0);
  /* The first after somebody began to look, every second, and the last. */
  g_assert_cmpuint (steps->len, ==, 1 + STEPS / 2);
  g_assert_cmpuint (g_array_index (steps, guint, 0), ==, 1);
  g_assert_cmpuint (g_array_index (steps, guint, 3), ==, STEPS);
  first = mage_run_dup_maps_path (mage_trainable_get_run (watched.item), 0, 1);
  last = mage_run_dup_maps_path (mage_trainable_get_run (watched.item), 0, STEPS);
  check_maps (last, motion ? "riding" : "<toy>", motion);
  {
    g_autoptr (MageMaps) early = mage_map_file_read (first, NULL);
    g_autoptr (MageMaps) late = mage_map_file_read (last, NULL);
    MageMapLayer *a = g_ptr_array_index (early->layers, early->layers->len - 1);
    MageMapLayer *b = g_ptr_array_index (late->layers, late->layers->len - 1);

    g_assert_false (g_bytes_equal (a->values, b->values));
  }
  assert_same_training (&alone, &watched);
  if (motion)
    check_words (&alone, &watched);
  trial_end (&alone);
  trial_end (&watched);
}

static void
test_watched_subject (void)
{
  check_watching (FALSE);
}

static void
test_watched_motion (void)
{
  check_watching (TRUE);
}

/* Two subjects, trained and fused. */
static void
fuse (Trial *self, gboolean watched)
{
  MageParams *params;
  g_autoptr (MageFuseJob) job = NULL;
  g_autoptr (GError) error = NULL;

  trial_begin (self, FALSE);
  params = mage_project_get_params (self->fixture.project);
  mage_params_set_int (params, "fuse_iterations", STEPS, &error);
  mage_params_set_int (params, "fuse_clips", 1, &error);
  mage_params_set_int (params, "clip_steps", 2, &error);
  mage_params_set_text (params, "clip_masks", "attention", &error);
  mage_params_set_text (params, "background_prompts", "on the grass", &error);
  g_assert_no_error (error);
  trial_run (self);
  self->item = fixture_add_subject (&self->fixture, "dog");
  trial_run (self);
  self->item = MAGE_TRAINABLE (mage_project_get_fusion (self->fixture.project));
  job = mage_fuse_job_new (self->fixture.project, &error);
  g_assert_no_error (error);
  mage_job_watch (MAGE_JOB (job), watched);
  fixture_run (&self->fixture, job);
  g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
}

/* A fusion looks at a clip of every subject, and at one where both are pasted together. */
static void
test_watched_fusion (void)
{
  static const char *const words[] = { "<toy>", "<dog>", "<dog>" };
  Trial alone, watched;

  fuse (&alone, FALSE);
  fuse (&watched, TRUE);
  for (guint scene = 0; scene < G_N_ELEMENTS (words); scene++)
    {
      MageRun *run = mage_trainable_get_run (watched.item);
      g_autoptr (GArray) none = mage_run_list_maps (mage_trainable_get_run (alone.item), scene);
      g_autoptr (GArray) steps = mage_run_list_maps (run, scene);
      g_autofree char *last = mage_run_dup_maps_path (run, scene, STEPS);

      g_assert_cmpuint (none->len, ==, 0);
      g_assert_cmpuint (steps->len, ==, 1 + STEPS / 2);
      check_maps (last, words[scene], TRUE);
    }
  assert_same_training (&alone, &watched);
  trial_end (&alone);
  trial_end (&watched);
}

/* What does not fit is refused, whatever its header says. */
static void
test_damaged_maps (void)
{
  static const char *const headers[] = {
    "", "{}", "[]", "{\"__metadata__\":{\"words\":\"a\"}}",
    "{\"__metadata__\":{\"words\":\"a\",\"most:x\":\"1\"},\"x\":{\"dtype\":\"U8\",\"shape\":[1,1,1,9,9],\"data_offsets\":[0,81]}}",
    "{\"__metadata__\":{\"words\":\"a\",\"most:x\":\"1\"},\"x\":{\"dtype\":\"U8\",\"shape\":[1,2,1],\"data_offsets\":[0,2]}}",
    "{\"__metadata__\":{\"words\":\"a b\",\"most:x\":\"1 1\"},\"x\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1],\"data_offsets\":[0,1]}}",
    "{\"__metadata__\":{\"words\":\"a\"},\"x\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1],\"data_offsets\":[0,1]}}",
    "{\"__metadata__\":{\"words\":\"a\",\"most:x\":\"1\"},\"x\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1],\"data_offsets\":[-1,0]}}",
    "{\"__metadata__\":{\"words\":\"a\",\"most:x\":\"1\"},\"x\":{\"dtype\":\"U8\",\"shape\":[1,-1,1,1,1],\"data_offsets\":[0,1]}}",
    "{\"__metadata__\":{\"words\":\"a\",\"most:x\":\"1\"},\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1],\"data_offsets\":[0,1]}}",
    "{\"__metadata__\":{\"words\":\"a\",\"most:x\":\"1\"},\"x\":7}",
  };
  static const char good[] = "{\"__metadata__\":{\"words\":\"a\",\"most:x\":\"0.5\"},\"x\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,2],"
                             "\"data_offsets\":[0,2]}}";
  g_autoptr (Sandbox) folder = sandbox_new ();
  g_autofree char *path = g_build_filename (folder, "maps.safetensors", NULL);

  for (guint i = 0; i <= G_N_ELEMENTS (headers); i++)
    {
      const char *header = i < G_N_ELEMENTS (headers) ? headers[i] : good;
      g_autoptr (GByteArray) file = g_byte_array_new ();
      g_autoptr (MageMaps) maps = NULL;
      g_autoptr (GError) error = NULL;
      guint64 length = GUINT64_TO_LE ((guint64) strlen (header));

      g_byte_array_append (file, (const guint8 *) &length, sizeof length);
      g_byte_array_append (file, (const guint8 *) header, (guint) strlen (header));
      g_byte_array_append (file, (const guint8 *) "\xff\x33", 2);
      g_assert_true (g_file_set_contents (path, (const char *) file->data, file->len, NULL));
      maps = mage_map_file_read (path, &error);
      if (header != good)
        {
          g_assert_null (maps);
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpfloat_with_epsilon (mage_map_layer_get (g_ptr_array_index (maps->layers, 0), 0, 0, 0, 0, 0), 0.5, 1e-9);
      g_assert_cmpfloat_with_epsilon (mage_map_layer_get (g_ptr_array_index (maps->layers, 0), 0, -1, 0, 0, 1), 0.1, 1e-9);
    }
}

/* --- pause --- */

typedef struct
{
  Fixture *fixture;
  gboolean paused;
} Pause;

static void
pause_cb (MageJob *job, Pause *self)
{
  if (self->paused || mage_job_get_n_steps (job) != STEPS || mage_job_get_step (job) < PAUSED_AT || mage_job_get_state (job) != MAGE_JOB_RUNNING)
    return;
  self->paused = TRUE;
  mage_worker_pause (self->fixture->worker, job);
}

/* Pushes a training that is paused after some steps. */
static MageTrainJob *
pause_in_the_middle (Trial *self)
{
  MageTrainJob *job = make_job (self);
  Pause pause = { &self->fixture, FALSE };
  gulong handler = g_signal_connect (job, "progressed", G_CALLBACK (pause_cb), &pause);

  mage_worker_push (self->fixture.worker, MAGE_JOB (job));
  while (!pause.paused)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (job, handler);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_PAUSED);
  return job;
}

static GBytes *
ask_for (MageTrainJob *job, const char *prompt)
{
  guint n_frames, width, height;
  GBytes *rgb;

  mage_job_wish (MAGE_JOB (job), prompt);
  g_assert_true (mage_job_is_wishing (MAGE_JOB (job)));
  while (mage_job_is_wishing (MAGE_JOB (job)))
    g_main_context_iteration (NULL, TRUE);
  rgb = mage_job_get_look (MAGE_JOB (job), "wish", &n_frames, &width, &height);
  g_assert_nonnull (rgb);
  g_assert_cmpuint (n_frames, ==, 3);
  g_assert_cmpuint (width, ==, 64);
  return g_bytes_ref (rgb);
}

/* Paused, two samples, and on: what is learned is what an undisturbed training learns. */
static void
test_wish (void)
{
  Trial alone, asked;
  g_autoptr (MageTrainJob) job = NULL;
  g_autoptr (GBytes) one = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) other = NULL;
  g_autofree char *refusal = NULL;
  guint step;

  trial_begin (&alone, FALSE);
  trial_run (&alone);
  trial_begin (&asked, FALSE);
  job = pause_in_the_middle (&asked);
  one = ask_for (job, "a <toy> in the snow");
  step = mage_job_get_step (MAGE_JOB (job));
  again = ask_for (job, "a <toy> in the snow");
  other = ask_for (job, "a <toy> on a beach");
  g_assert_true (g_bytes_equal (one, again));
  g_assert_false (g_bytes_equal (one, other));
  refusal = mage_job_dup_refusal (MAGE_JOB (job));
  g_assert_null (refusal);
  /* It is still paused, where it was. */
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_PAUSED);
  g_assert_cmpuint (mage_job_get_step (MAGE_JOB (job)), ==, step);
  g_assert_cmpuint (step, <, STEPS);
  mage_worker_resume (asked.fixture.worker, MAGE_JOB (job));
  while (!mage_job_is_over (MAGE_JOB (job)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
  assert_same_training (&alone, &asked);
  trial_end (&alone);
  trial_end (&asked);
}

static guint64
read_resident (void)
{
  g_autofree char *text = NULL;
  guint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    pages = g_ascii_strtoull (strchr (text, ' '), NULL, 10);
  return pages * 4096;
}

/* The memory is freed, and the training goes on later: the same. */
static void
test_unload (void)
{
  Trial alone, freed;
  g_autoptr (MageTrainJob) job = NULL;
  guint64 before;

  trial_begin (&alone, FALSE);
  trial_run (&alone);
  trial_begin (&freed, FALSE);
  job = pause_in_the_middle (&freed);
  before = read_resident ();
  mage_worker_unload (freed.fixture.worker, MAGE_JOB (job));
  while (!mage_job_is_over (MAGE_JOB (job)))
    g_main_context_iteration (NULL, TRUE);
  g_test_message ("%.1f MB, then %.1f", (double) before / 1e6, (double) read_resident () / 1e6);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_CANCELLED);
  g_assert_cmpint (mage_trainable_get_state (freed.item), ==, MAGE_PARTIAL);
  g_assert_cmpuint (mage_run_get_step (mage_trainable_get_run (freed.item)), >=, PAUSED_AT);
  trial_run (&freed);
  assert_same_training (&alone, &freed);
  trial_end (&alone);
  trial_end (&freed);
}

/* --- more steps --- */

static void
test_more (void)
{
  Trial whole, more;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  MageParams *params;

  trial_begin (&whole, FALSE);
  trial_run (&whole);
  trial_begin (&more, FALSE);
  params = mage_project_get_params (more.fixture.project);
  mage_params_set_int (params, "iterations", STEPS - 3, NULL);
  trial_run (&more);
  first = g_strdup (mage_run_get_dir (mage_trainable_get_run (more.item)));
  mage_params_set_int (params, "iterations", STEPS, NULL);
  trial_run (&more);
  second = g_strdup (mage_run_get_dir (mage_trainable_get_run (more.item)));
  g_assert_cmpstr (first, !=, second);
  assert_same_training (&whole, &more);
  {
    g_autoptr (GBytes) one = read_run (&whole, MAGE_RUN_LOSSES);
    g_autoptr (GBytes) other = read_run (&more, MAGE_RUN_LOSSES);
    g_auto (GStrv) lines = g_strsplit (g_bytes_get_data (other, NULL), "\n", -1);

    /* Its losses are all there, from the first on. */
    g_assert_nonnull (one);
    g_assert_cmpuint (g_strv_length (lines), >=, STEPS);
    g_assert_nonnull (strstr (lines[0], "\"step\":1"));
  }
  /* The shorter one is still there, and is the one again when fewer steps are asked for. */
  mage_params_set_int (params, "iterations", STEPS - 3, NULL);
  trial_run (&more);
  g_assert_cmpstr (mage_run_get_dir (mage_trainable_get_run (more.item)), ==, first);
  trial_end (&whole);
  trial_end (&more);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-training/watched/subject", test_watched_subject);
  g_test_add_func ("/live-training/watched/motion", test_watched_motion);
  g_test_add_func ("/live-training/watched/fusion", test_watched_fusion);
  g_test_add_func ("/live-training/damaged-maps", test_damaged_maps);
  g_test_add_func ("/live-training/wish", test_wish);
  g_test_add_func ("/live-training/unload", test_unload);
  g_test_add_func ("/live-training/more", test_more);
  return g_test_run ();
}
