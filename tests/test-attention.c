/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiny-fixture.h"

#include "jobs/mage-attention-file.h"
#include "jobs/mage-attention-job.h"
#include "jobs/mage-sample-job.h"
#include "jobs/mage-train-job.h"
#include "project/mage-kept-maps.h"
#include "project/mage-kept-steps.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* The attention of a result's steps: computed from what was kept, kept itself, bounded, and taken away as raw numbers. */

#define STEPS 4
#define PROMPT "a <toy> is riding a horse"
#define PLENTY ((goffset) 1 << 30)

static void
set_up (Fixture *self, gconstpointer data)
{
  MageParams *params;

  tiny_fixture_set_up (self);
  params = mage_project_get_params (self->project);
  mage_params_set_int (params, "steps", STEPS, NULL);
  mage_params_set_double (params, "alpha", 1000, NULL);
  mage_params_set_int (params, "tau", 50, NULL);
}

static void
finished_cb (MageJob *job, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

/* On the assistant, as the window does it. */
static MageAttentionJob *
look (Fixture *self, MageResult *result, guint step, goffset limit, const char *raw)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  MageAttentionJob *job = mage_attention_job_new (self->project, result, step, limit, &error);

  g_assert_no_error (error);
  mage_attention_job_set_raw_path (job, raw);
  g_signal_connect (job, "finished", G_CALLBACK (finished_cb), loop);
  mage_worker_assist (self->worker, MAGE_JOB (job));
  g_main_loop_run (loop);
  return job;
}

static MageAttention *
look_at (Fixture *self, MageResult *result, guint step, goffset limit)
{
  g_autoptr (MageAttentionJob) job = look (self, result, step, limit, NULL);

  g_assert_no_error (mage_job_get_error (MAGE_JOB (job)));
  return mage_attention_ref (mage_attention_job_get_attention (job));
}

/* The mean over layers of the squared differences of the branches, as METHOD §5 has it. */
static double
measure_difference (MageAttention *attention, gboolean temporal)
{
  double sum = 0;
  guint n_layers = 0;

  for (guint i = 0; i < attention->layers->len; i++)
    {
      MageAttentionLayer *layer = g_ptr_array_index (attention->layers, i);
      const guint16 *a = g_bytes_get_data (layer->values[0], NULL), *b = g_bytes_get_data (layer->values[1], NULL);
      gsize n = mage_attention_layer_size (attention, layer), of_rest = 0;
      double layer_sum = 0;

      if (layer->temporal != temporal)
        continue;
      if (!temporal)
        of_rest = n / (attention->n_words + MAGE_ATTENTION_N_REST) * MAGE_ATTENTION_N_REST;
      for (gsize k = 0; k < n - of_rest; k++)
        layer_sum += pow ((a[k] - b[k]) / 65535.0, 2);
      sum += layer_sum / (double) (n - of_rest);
      n_layers++;
    }
  return sum / n_layers;
}

static void
assert_equal (MageAttention *a, MageAttention *b)
{
  g_assert_cmpstrv (a->words, b->words);
  g_assert_cmpstrv (a->names, b->names);
  g_assert_cmpuint (a->n_branches, ==, b->n_branches);
  g_assert_cmpuint (a->layers->len, ==, b->layers->len);
  for (guint i = 0; i < a->layers->len; i++)
    {
      MageAttentionLayer *one = g_ptr_array_index (a->layers, i), *other = g_ptr_array_index (b->layers, i);

      g_assert_cmpstr (one->name, ==, other->name);
      for (guint branch = 0; branch < a->n_branches; branch++)
        g_assert_true (g_bytes_equal (one->values[branch], other->values[branch]));
    }
}

static char *
dup_map_path (MageResult *result, guint step)
{
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_ATTENTION);

  return mage_kept_maps_dup_path (folder, step);
}

/* What is looked at gives the losses that the sampling wrote down; it is kept, and read again as it was. */
static void
test_look (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  MageResult *result = fixture_sample (self, PROMPT, motion);
  g_autofree char *numbers = mage_result_dup_path (result, MAGE_RESULT_STEPS);
  g_autoptr (MageSeries) series = mage_series_load (numbers, NULL);

  for (guint step = 1; step <= STEPS; step++)
    {
      g_autoptr (MageAttention) attention = look_at (self, result, step, PLENTY);
      g_autofree char *path = dup_map_path (result, step);
      g_autoptr (MageAttention) again = mage_attention_read (path, NULL);
      g_autoptr (MageAttention) cached = look_at (self, result, step, PLENTY);
      double looks = mage_series_get_value (series, step - 1, "L_s_to_m");
      double movement = mage_series_get_value (series, step - 1, "L_m_to_s");

      g_assert_cmpuint (attention->n_branches, ==, 2);
      g_assert_cmpfloat_with_epsilon (measure_difference (attention, FALSE), looks, 1e-3 * looks + 1e-9);
      g_assert_cmpfloat_with_epsilon (measure_difference (attention, TRUE), movement, 1e-3 * movement + 1e-9);
      g_assert_nonnull (again);
      assert_equal (attention, again);
      assert_equal (attention, cached);
    }
}

/* Shares of one pixel: the accessors say the same, and with the rest they make 1. */
static void
test_shares (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  MageResult *result = fixture_sample (self, PROMPT, motion);
  g_autoptr (MageAttention) attention = look_at (self, result, 2, 0);
  g_autofree char *path = dup_map_path (result, 2);

  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  for (guint i = 0; i < attention->layers->len; i++)
    {
      MageAttentionLayer *layer = g_ptr_array_index (attention->layers, i);
      guint pixels = layer->width * layer->height, pixel = pixels / 2;
      g_autofree float *map = g_new (float, pixels);
      float matrix[9], sum = 0;

      if (layer->temporal)
        {
          mage_attention_get_matrix (attention, layer, MAGE_ATTENTION_MOTION, MAGE_ATTENTION_ALL_HEADS, pixel, matrix);
          mage_attention_get_elsewhere (attention, layer, MAGE_ATTENTION_MOTION, MAGE_ATTENTION_ALL_HEADS, 1, map);
          g_assert_cmpfloat_with_epsilon (matrix[3] + matrix[4] + matrix[5], 1, 1e-4);
          g_assert_cmpfloat_with_epsilon (map[pixel], 1 - matrix[4], 1e-4);
          continue;
        }
      for (guint c = 0; c < attention->n_words + MAGE_ATTENTION_N_REST; c++)
        {
          float share = mage_attention_get_share (attention, layer, MAGE_ATTENTION_SUBJECT, c, 0, 1, pixel);

          mage_attention_get_map (attention, layer, MAGE_ATTENTION_SUBJECT, c, 0, 1, map);
          g_assert_cmpfloat (map[pixel], ==, share);
          sum += share;
        }
      g_assert_cmpfloat_with_epsilon (sum, 1, 1e-3);
    }
}

/* No more is kept than may be: the oldest goes. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  MageResult *result = fixture_sample (self, PROMPT, motion);
  g_autofree char *results = mage_project_dup_path (self->project, "results");
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_ATTENTION);
  goffset one;

  for (guint step = 1; step <= 3; step++)
    {
      g_autoptr (MageAttention) attention = look_at (self, result, step, PLENTY);
      g_usleep (20000); /* so that the files differ in time */
    }
  one = mage_kept_maps_measure (results) / 3;
  {
    g_autoptr (MageAttention) attention = look_at (self, result, 4, one * 5 / 2);
  }
  g_assert_cmpint (mage_kept_maps_measure (results), <=, one * 5 / 2);
  g_assert_true (mage_kept_maps_has (folder, 4));
  g_assert_true (mage_kept_maps_has (folder, 3));
  g_assert_false (mage_kept_maps_has (folder, 1));
  /* A video that is deleted takes them with it. */
  mage_result_discard (result);
  g_assert_cmpint (mage_kept_maps_measure (results), ==, 0);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

/* A damaged file is computed again; one that is none is said to be none. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MageMotion *motion = fixture_train_pair (self);
  MageResult *result = fixture_sample (self, PROMPT, motion);
  g_autoptr (MageAttention) first = look_at (self, result, 1, PLENTY);
  g_autofree char *path = dup_map_path (result, 1);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (gsize cut = 0; cut < length; cut += length / 7)
    {
      g_assert_true (g_file_set_contents (path, text, (gssize) cut, NULL));
      g_assert_null (mage_attention_read (path, &error));
      g_assert_nonnull (strstr (error->message, "0001.maps"));
      g_clear_error (&error);
    }
  {
    g_autoptr (MageAttention) again = look_at (self, result, 1, PLENTY);

    assert_equal (first, again);
  }
}

/* What was trained again is not what made the video, and a step that is gone cannot be looked at. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MageMotion *motion = fixture_train_pair (self);
  MageResult *result = fixture_sample (self, PROMPT, motion);
  g_autofree char *steps = mage_result_dup_path (result, MAGE_RESULT_LATENTS);
  g_autoptr (MageAttentionJob) job = NULL;

  mage_params_set_int (mage_project_get_params (self->project), "iterations", 3, NULL);
  g_assert_cmpint (fixture_train (self, mage_project_find (self->project, "<toy>")), ==, MAGE_JOB_DONE);
  job = look (self, result, 1, PLENTY, NULL);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_FAILED);
  g_assert_nonnull (strstr (mage_job_get_error (MAGE_JOB (job))->message, "<toy>"));
  mage_kept_steps_remove (steps);
  g_assert_null (mage_attention_job_new (self->project, result, 1, PLENTY, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static char *
read_lora (Fixture *self, const char *name, gsize *length)
{
  g_autofree char *path = mage_run_dup_path (mage_trainable_get_run (mage_project_find (self->project, name)), MAGE_RUN_LORA);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, length, NULL));
  return text;
}

/* A training while steps are looked at, one after the other; how many were seen meanwhile. */
static guint
train_beside (Fixture *self, const char *name, MageResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageTrainJob) training = mage_train_job_new (self->project, mage_project_find (self->project, name), &error);
  guint n = 0;

  g_assert_no_error (error);
  mage_worker_push (self->worker, MAGE_JOB (training));
  while (!mage_job_is_over (MAGE_JOB (training)))
    {
      g_autoptr (MageAttention) attention = look_at (self, result, 1 + n % STEPS, 0);

      n++;
    }
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (training)), ==, MAGE_JOB_DONE);
  return n;
}

/* Whoever looks changes nothing: the training beside comes out bit for bit as alone. */
static void
test_beside (Fixture *self, gconstpointer data)
{
  Fixture alone = { 0 };
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;
  gsize n_one, n_other;
  MageResult *result;

  set_up (&alone, NULL);
  fixture_train_pair (&alone);
  mage_params_set_int (mage_project_get_params (alone.project), "iterations", 12, NULL);
  fixture_add_subject (&alone, "dog");
  g_assert_cmpint (fixture_train (&alone, mage_project_find (alone.project, "<dog>")), ==, MAGE_JOB_DONE);
  result = fixture_sample (self, PROMPT, fixture_train_pair (self));
  mage_params_set_int (mage_project_get_params (self->project), "iterations", 12, NULL);
  fixture_add_subject (self, "dog");
  g_assert_cmpuint (train_beside (self, "<dog>", result), >, 1);
  one = read_lora (&alone, "<dog>", &n_one);
  other = read_lora (self, "<dog>", &n_other);
  g_assert_cmpmem (one, n_one, other, n_other);
  fixture_tear_down (&alone, NULL);
}

/* A branch's first steps were made by its parent's prompt. */
static void
test_branch (Fixture *self, gconstpointer data)
{
  static const char other[] = "a horse is on a <toy>";
  g_autoptr (GError) error = NULL;
  MageMotion *motion = fixture_train_pair (self);
  g_autoptr (MageResult) parent = g_object_ref (fixture_sample (self, PROMPT, motion));
  g_autoptr (MageSampleJob) job = mage_sample_job_new (self->project, other, motion, mage_project_get_params (self->project), &error);
  MageResult *child;

  g_assert_no_error (error);
  g_assert_true (mage_sample_job_set_branch (job, parent, 2, &error));
  fixture_run (self, job);
  child = mage_sample_job_get_result (job);
  for (guint step = 1; step <= 3; step++)
    {
      g_autoptr (MageAttention) attention = look_at (self, child, step, PLENTY);

      g_assert_cmpstr (attention->words[1], ==, step <= 2 ? "<toy>" : "horse");
    }
  /* In a damaged project a video may be its own parent. */
  mage_result_set_parent (child, mage_result_get_id (child), 2);
  g_assert_null (mage_attention_job_new (self->project, child, 1, PLENTY, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Raw numbers are a safetensors file with the engine's own float32. */
static void
test_raw (Fixture *self, gconstpointer data)
{
  MageMotion *motion = fixture_train_pair (self);
  MageResult *result = fixture_sample (self, PROMPT, motion);
  g_autofree char *path = g_build_filename (self->folder, "raw.safetensors", NULL);
  g_autoptr (MageAttentionJob) job = look (self, result, 3, PLENTY, path);
  MageAttention *attention = mage_attention_job_get_attention (job);
  g_autofree char *text = NULL;
  g_autofree char *header = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root;
  JsonArray *shape, *offsets;
  MageAttentionLayer *layer = NULL;
  g_autofree char *name = NULL;
  guint64 size;
  gsize length;
  float first;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  memcpy (&size, text, sizeof size);
  size = GUINT64_FROM_LE (size);
  header = g_strndup (text + 8, size);
  g_assert_true (json_parser_load_from_data (parser, header, -1, NULL));
  root = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (root, "__metadata__"), "step"), ==, "3");
  for (guint i = 0; i < attention->layers->len && (layer == NULL || !layer->temporal); i++)
    layer = g_ptr_array_index (attention->layers, i);
  name = g_strdup_printf ("motion.%s", layer->name);
  shape = json_object_get_array_member (json_object_get_object_member (root, name), "shape");
  offsets = json_object_get_array_member (json_object_get_object_member (root, name), "data_offsets");
  g_assert_cmpint (json_array_get_int_element (shape, 0), ==, layer->width * layer->height);
  g_assert_cmpint (json_array_get_int_element (shape, 3), ==, 3);
  memcpy (&first, text + 8 + size + json_array_get_int_element (offsets, 0), sizeof first);
  {
    float matrix[9];

    mage_attention_get_matrix (attention, layer, MAGE_ATTENTION_MOTION, 0, 0, matrix);
    g_assert_cmpfloat_with_epsilon (first, matrix[0], 1e-5);
  }
  g_assert_true (8 + size < length);
}

/* A disk that is full in the middle leaves the file that was there, and no half of another. */
static void
test_raw_whole (void)
{
  static const float values[256] = { 0 };
  g_autofree char *folder = g_dir_make_tmp ("mage-raw-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "raw.safetensors", NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (values, sizeof values);
  g_autoptr (JsonObject) about = json_object_new ();
  char *none[] = { NULL };
  EngineMap map = { .layer = (char *) "layer", .temporal = TRUE, .n_heads = 1, .height = 1, .width = 1, .words = bytes };
  EngineMaps maps = { .n_frames = 16, .words = none, .layers = none, .maps = &map, .n_maps = 1 };
  const EngineMaps *const branches[] = { &maps };
  static const char *const names[] = { "all" };
  struct rlimit limit, small;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before, n_after;
  g_autoptr (GError) error = NULL;

  g_assert_true (mage_attention_write_raw (path, branches, names, 1, about, NULL));
  g_assert_true (g_file_get_contents (path, &before, &n_before, NULL));
  g_assert_cmpuint (n_before, >, sizeof values);
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &limit);
  small = (struct rlimit){ sizeof values / 2, limit.rlim_max };
  setrlimit (RLIMIT_FSIZE, &small);
  g_assert_false (mage_attention_write_raw (path, branches, names, 1, about, &error));
  setrlimit (RLIMIT_FSIZE, &limit);
  g_assert_nonnull (error);
  g_assert_true (g_file_get_contents (path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_unlink (path);
  g_rmdir (folder);
}

#define ADD(name, func) g_test_add ("/attention/" name, Fixture, NULL, set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("look", test_look);
  ADD ("shares", test_shares);
  ADD ("limit", test_limit);
  ADD ("damaged", test_damaged);
  ADD ("changed", test_changed);
  ADD ("beside", test_beside);
  ADD ("branch", test_branch);
  ADD ("raw", test_raw);
  g_test_add_func ("/attention/raw-whole", test_raw_whole);
  return g_test_run ();
}
