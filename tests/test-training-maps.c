/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiny-fixture.h"

#include "sandbox.h"

#include "diffusion/latents.h"
#include "engine/engine-private.h"
#include "jobs/mage-clip-folder.h"
#include "jobs/mage-fuse-job.h"
#include "jobs/mage-map-file.h"
#include "jobs/mage-segment-job.h"
#include "jobs/mage-train-job.h"
#include "nn/lora-file.h"

#include <math.h>

/*
 * That the numbers of what is shown of a training's attention are those of diffusers: of a pass whose probabilities are known, and of
 * M_SCA before it is scaled; and that what a run keeps is what its weights, its noise and its clip give when it is computed again here,
 * with loops of its own. What is kept are bytes, so half a byte's worth may be lost.
 */

#define HALF_BYTE (0.5 / 255)
/* Of the golden set's README, for attention probabilities. */
#define NOISE 2e-5

/* --- the golden set --- */

typedef struct
{
  WeightsFile *file;
  Pipeline *pipeline;
} Golden;

static void
golden_begin (Golden *self, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
  g_autofree char *model = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  g_autoptr (GError) error = NULL;

  self->file = weights_file_open (path, &error);
  g_assert_no_error (error);
  self->pipeline = pipeline_open (model, T_CPU, T_F32, &error);
  g_assert_no_error (error);
}

static void
golden_end (Golden *self)
{
  pipeline_free (self->pipeline);
  weights_file_unref (self->file);
  g_assert_cmpint (t_live_count (), ==, 0);
}

static Tensor *
golden_get (Golden *self, const char *name)
{
  const WeightsEntry *entry = weights_file_lookup (self->file, name);

  g_assert_nonnull (entry);
  return t_from_entry (self->file, entry);
}

static float *
dup_floats (Tensor *x, gsize *n)
{
  g_autoptr (GError) error = NULL;
  float *values = t_dup_data (x, T_F32, n, &error);

  g_assert_no_error (error);
  return values;
}

static gint64
get_int (Tensor *x)
{
  g_autoptr (GError) error = NULL;
  double value;

  g_assert_true (t_item (x, &value, &error));
  return (gint64) value;
}

/* What @maps is, written to a file and read again, as the window reads it. */
static MageMaps *
keep (GArray *layers, const EngineLookWords *words)
{
  g_autoptr (Sandbox) folder = sandbox_new ();
  g_autofree char *path = g_build_filename (folder, "maps.safetensors", NULL);
  EngineLook look = { words->texts, words->n, (const EngineLookLayer *) layers->data, layers->len, NULL, 0 };
  g_autoptr (GError) error = NULL;
  MageMaps *maps;

  mage_map_file_write (path, &look, &error);
  g_assert_no_error (error);
  maps = mage_map_file_read (path, &error);
  g_assert_no_error (error);
  return maps;
}

/* --- probabilities → what has to be shown of them --- */

/* @p: [F, heads, pixels, tokens] */
static double
sum_pieces (const float *p, const EngineLookWords *words, guint word, const MageMapLayer *layer, guint head, guint frame, guint pixel)
{
  const float *row = p + (((gsize) frame * layer->n_heads + head) * layer->width * layer->height + pixel) * (gsize) words->n_tokens;
  double sum = 0;

  for (guint i = words->first[word]; i <= words->last[word]; i++)
    sum += row[i];
  return sum;
}

static void
check_words (const MageMapLayer *layer, const float *p, const EngineLookWords *words)
{
  for (guint w = 0; w < words->n; w++)
    {
      double most = 0;

      for (guint head = 0; head < layer->n_heads; head++)
        for (guint f = 0; f < layer->n_frames; f++)
          for (guint pixel = 0; pixel < layer->width * layer->height; pixel++)
            {
              double is = mage_map_layer_get (layer, w, (int) head, f, pixel / layer->width, pixel % layer->width);
              double wanted = sum_pieces (p, words, w, layer, head, f, pixel);

              g_assert_cmpfloat_with_epsilon (is, wanted, HALF_BYTE * layer->most[w] + NOISE);
              most = MAX (most, wanted);
            }
      g_assert_cmpfloat_with_epsilon (layer->most[w], most, NOISE);
    }
}

/* @p: [places, heads, F, F]: the mean over the places. */
static void
check_time (const MageMapLayer *layer, const float *p, gsize n)
{
  guint f = layer->n_frames;
  gsize size = (gsize) layer->n_heads * f * f;

  for (gsize at = 0; at < size; at++)
    {
      double is = mage_map_layer_get (layer, 0, (int) (at / (f * f)), 0, (guint) (at / f % f), (guint) (at % f));
      double sum = 0;

      for (gsize place = 0; place < n / size; place++)
        sum += p[place * size + at];
      g_assert_cmpfloat_with_epsilon (is, sum / (double) (n / size), HALF_BYTE * layer->most[0] + NOISE);
    }
}

/* The probabilities of every layer of a pass are diffusers'. */
static void
test_pass (void)
{
  Golden golden;
  EngineLookWords words = { { "one", "two" }, { 1, 3 }, { 1, 5 }, 2, 77 };
  g_autoptr (GArray) layers = NULL;
  g_autoptr (MageMaps) maps = NULL;
  g_autoptr (GError) error = NULL;
  guint n_time = 0;

  golden_begin (&golden, "unet_attn.safetensors");
  {
    T_SCOPE_NO_GRAD ();

    layers = engine_look (golden.pipeline->unet, golden_get (&golden, "x"), get_int (golden_get (&golden, "t")),
                          golden_get (&golden, "text"), &words, &error);
    g_assert_no_error (error);
    maps = keep (layers, &words);
    g_assert_cmpuint (maps->layers->len, ==, 14);
    for (guint i = 0; i < maps->layers->len; i++)
      {
        MageMapLayer *layer = g_ptr_array_index (maps->layers, i);
        g_autofree char *name = g_strconcat ("p.", layer->name, NULL);
        gsize n;
        g_autofree float *p = dup_floats (golden_get (&golden, name), &n);

        if (layer->time)
          check_time (layer, p, n);
        else
          check_words (layer, p, &words);
        n_time += layer->time;
      }
    g_assert_cmpuint (n_time, ==, 10);
  }
  golden_end (&golden);
}

/* --- M_SCA --- */

static double
mix (double a, double b, double share)
{
  return a + (b - a) * share;
}

/* Bilinear, align_corners = False, of a layer's mean over its heads. */
static double
resize (const MageMapLayer *layer, guint word, guint frame, guint y, guint x, guint height, guint width)
{
  double v = CLAMP ((y + 0.5) * layer->height / height - 0.5, 0, layer->height - 1);
  double u = CLAMP ((x + 0.5) * layer->width / width - 0.5, 0, layer->width - 1);
  guint top = (guint) v, left = (guint) u;
  guint bottom = MIN (top + 1, layer->height - 1), right = MIN (left + 1, layer->width - 1);

  return mix (mix (mage_map_layer_get (layer, word, -1, frame, top, left), mage_map_layer_get (layer, word, -1, frame, top, right), u - left),
              mix (mage_map_layer_get (layer, word, -1, frame, bottom, left), mage_map_layer_get (layer, word, -1, frame, bottom, right), u - left),
              v - top);
}

static Lora *
stack_subjects (void)
{
  static const char *const names[] = { "s1.safetensors", "s2.safetensors" };
  Lora *parts[2], *stacked;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "lora", names[i], NULL);

      parts[i] = lora_load (path, T_CPU, &error);
      g_assert_no_error (error);
    }
  stacked = lora_stack_mean (parts, 2, &error);
  g_assert_no_error (error);
  lora_free (parts[0]);
  lora_free (parts[1]);
  return stacked;
}

/* The learned words of the set, in the order of their ids: toy, dog. */
static void
add_words (Golden *self)
{
  T_SCOPE_NO_GRAD ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "tokens.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  WeightsFile *file = weights_file_open (path, &error);
  static const char *const tokens[] = { "<toy>", "<dog>" };

  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    g_assert_true (conditioner_add_word (self->pipeline->conditioner, tokens[i],
                                         t_clone (t_select (t_from_entry (file, weights_file_lookup (file, "rows")), 0, i)), &error));
  weights_file_unref (file);
}

/* From the maps of a fusion's own pass follows M_SCA of both tokens, as diffusers' hooks gave it. */
static void
test_fused (void)
{
  Golden golden;

  golden_begin (&golden, "method_attn.safetensors");
  add_words (&golden);
  {
    T_SCOPE_NO_GRAD ();
    g_autoptr (GError) error = NULL;
    Lora *lora = stack_subjects ();
    LoraUse use = { lora, 1 };
    gint64 t = get_int (golden_get (&golden, "t"));
    Tensor *x_t = schedule_add_noise (golden.pipeline->schedule, golden_get (&golden, "x"), golden_get (&golden, "eps"), &t, 1);
    gsize n;
    g_autofree float *at = dup_floats (golden_get (&golden, "token_positions"), &n);
    g_autofree float *wanted = dup_floats (golden_get (&golden, "M_before_scaling"), &n);
    EngineLookWords words = { { "<toy>", "<dog>" }, { (guint) at[0], (guint) at[1] }, { (guint) at[0], (guint) at[1] }, 2, 77 };
    g_autoptr (GArray) layers = NULL;
    g_autoptr (MageMaps) maps = NULL;

    g_assert_cmpuint (n, ==, 2 * 4 * 8 * 12);
    g_assert_true (unet_set_loras (golden.pipeline->unet, &use, 1, &error));
    layers = engine_look (golden.pipeline->unet, x_t, t, conditioner_encode (golden.pipeline->conditioner, "A <toy> and a <dog>"), &words,
                          &error);
    g_assert_no_error (error);
    maps = keep (layers, &words);
    for (guint i = 0; i < n; i++)
      {
        guint word = i / (4 * 8 * 12), frame = i / (8 * 12) % 4, y = i / 12 % 8, x = i % 12, n_layers = 0;
        double sum = 0, lost = 0;

        for (guint k = 0; k < maps->layers->len; k++)
          {
            MageMapLayer *layer = g_ptr_array_index (maps->layers, k);

            if (layer->time)
              continue;
            sum += resize (layer, word, frame, y, x, 8, 12);
            lost += HALF_BYTE * layer->most[word];
            n_layers++;
          }
        g_assert_cmpuint (n_layers, ==, 4);
        g_assert_cmpfloat_with_epsilon (sum / n_layers, wanted[i], lost / n_layers + NOISE);
      }
    g_assert_true (unet_set_loras (golden.pipeline->unet, NULL, 0, &error));
    lora_free (lora);
  }
  golden_end (&golden);
}

/* --- what a run keeps --- */

#define STEPS 4
#define SEED 7
/* Of engine-training-maps.c: what the run's noise is drawn from, and its timestep: these are part of what is shown. */
#define STREAM 1002
#define TIMESTEP 350

static void
set_up (Fixture *self)
{
  static const struct
  {
    const char *key;
    gint64 value;
  } numbers[] = { { "iterations", STEPS }, { "fuse_iterations", STEPS }, { "token_iterations", STEPS }, { "fuse_clips", 1 },
                  { "clip_steps", 2 },     { "maps_every", 2 },          { "train_seed", SEED } };
  MageParams *params;

  tiny_fixture_set_up (self);
  params = mage_project_get_params (self->project);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_true (mage_params_set_int (params, numbers[i].key, numbers[i].value, NULL));
  g_assert_true (mage_params_set_text (params, "clip_masks", "attention", NULL));
  g_assert_true (mage_params_set_text (params, "background_prompts", "on the grass", NULL));
  g_assert_true (mage_params_set_double (params, "lora_rate", 1e-1, NULL));
  g_assert_true (mage_params_set_double (params, "token_rate", 1e-1, NULL));
}

static void
run_watched (Fixture *self, gpointer job)
{
  mage_job_watch (job, TRUE);
  fixture_run (self, job);
  g_assert_no_error (mage_job_get_error (job));
  g_assert_cmpint (mage_job_get_state (job), ==, MAGE_JOB_DONE);
}

static void
train (Fixture *self, MageTrainable *item)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageTrainJob) job = mage_train_job_new (self->project, item, &error);

  g_assert_no_error (error);
  run_watched (self, job);
}

static void
add_row (Pipeline *pipeline, MageTrainable *item)
{
  T_SCOPE_NO_GRAD ();
  const char *token = mage_trainable_get_token (item);
  g_autofree char *path = mage_run_dup_path (mage_trainable_get_run (item), MAGE_RUN_EMBEDDING);
  g_autoptr (GError) error = NULL;
  Tensor *row = learned_embedding_load (path, token, clip_text_width (conditioner_text (pipeline->conditioner)), &error);

  g_assert_no_error (error);
  g_assert_true (conditioner_add_word (pipeline->conditioner, token, row, &error));
  t_drop (&row);
}

/* √ᾱ_t·x + √(1−ᾱ_t)·ε, ᾱ of the schedule of METHOD §0 by its own formula. */
static Tensor *
add_noise (Tensor *latents, guint scene)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (SEED, STREAM, scene));
  gsize n;
  g_autofree float *x = dup_floats (latents, &n);
  g_autofree float *eps = dup_floats (t_randn (generator, T_SHAPE (1, t_size (latents, 1), t_size (latents, 2), t_size (latents, 3), t_size (latents, 4))), &n);
  double kept = 1;

  for (guint t = 0; t <= TIMESTEP; t++)
    {
      double root = sqrt (0.00085) + (sqrt (0.012) - sqrt (0.00085)) * t / 999;

      kept *= 1 - root * root;
    }
  for (gsize i = 0; i < n; i++)
    x[i] = (float) (sqrt (kept) * x[i] + sqrt (1 - kept) * eps[i]);
  return t_keep (t_from_data (x, T_F32, T_SHAPE (1, t_size (latents, 1), t_size (latents, 2), t_size (latents, 3), t_size (latents, 4))));
}

static Tensor *
read_latents (Pipeline *pipeline, const char *maps_path)
{
  T_SCOPE_NO_GRAD ();
  g_autofree char *folder = g_path_get_dirname (maps_path);
  g_autofree char *ground = g_build_filename (folder, MAGE_MAPS_GROUND, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSegmentJob) reader = mage_segment_job_new ("none", NULL, NULL); /* whoever reads may be stopped */
  g_autoptr (EngineClip) clip = mage_clip_folder_read (ground, NULL, MAGE_JOB (reader), NULL, &error);

  g_assert_no_error (error);
  return t_keep (latents_from_rgb (pipeline->vae, clip->rgb, clip->n_frames, clip->width, clip->height));
}

/* Which tokens a word of @prompt is; the texts of @words are those of @maps. */
static EngineLookWords
find_words (Pipeline *pipeline, const MageMaps *maps, const char *prompt)
{
  EngineLookWords words = { .n = g_strv_length (maps->words), .n_tokens = 77 };
  g_autoptr (GPtrArray) texts = tokenizer_words (conditioner_tokenizer (pipeline->conditioner), prompt);
  guint n = 0;

  for (guint i = 0; i < texts->len; i++)
    {
      const TokenizerWord *word = g_ptr_array_index (texts, i);

      if (n < words.n && g_str_equal (word->text, maps->words[n]))
        {
          words.first[n] = word->first;
          words.last[n++] = word->last;
        }
    }
  g_assert_cmpuint (n, ==, words.n);
  return words;
}

/* @run's maps of its last step, beside a pass with what it learned. */
static void
check_run (Pipeline *pipeline, MageRun *run, guint scene, const char *prompt, gboolean with_lora)
{
  T_SCOPE_NO_GRAD ();
  g_autofree char *path = mage_run_dup_maps_path (run, scene, STEPS);
  g_autofree char *lora_path = mage_run_dup_path (run, MAGE_RUN_LORA);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageMaps) maps = mage_map_file_read (path, &error);
  g_autoptr (AttentionProbe) probe = attention_probe_new (ATTENTION_KIND (ATTENTION_SPATIAL_CROSS) | ATTENTION_KIND (ATTENTION_TEMPORAL));
  UNetCall call = { .probe = probe };
  LoraUse use = { NULL, 1 };
  EngineLookWords words;

  g_assert_no_error (error);
  words = find_words (pipeline, maps, prompt);
  if (with_lora)
    use.lora = lora_load (lora_path, T_CPU, &error);
  g_assert_no_error (error);
  g_assert_true (unet_set_loras (pipeline->unet, &use, with_lora ? 1 : 0, &error));
  unet_forward (pipeline->unet, &call, add_noise (read_latents (pipeline, path), scene), t_full (TIMESTEP, T_F32, T_CPU, T_SHAPE (1)),
                conditioner_encode (pipeline->conditioner, prompt));
  g_assert_true (t_check (&error));
  for (guint i = 0; i < maps->layers->len; i++)
    {
      MageMapLayer *layer = g_ptr_array_index (maps->layers, i);
      gsize n;
      g_autofree float *p = dup_floats (attention_probe_find (probe, layer->name), &n);

      if (layer->time)
        check_time (layer, p, n);
      else
        check_words (layer, p, &words);
    }
  g_assert_true (unet_set_loras (pipeline->unet, NULL, 0, &error));
  g_clear_pointer (&use.lora, lora_free);
}

static Pipeline *
open_model (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  Pipeline *pipeline = pipeline_open (self->model, T_CPU, T_F32, &error);

  g_assert_no_error (error);
  return pipeline;
}

/* Two subjects and what they are fused into: a clip of each, and both together. */
static void
test_kept_subjects (void)
{
  Fixture fixture;
  MageTrainable *toy, *dog;
  MageRun *fused;
  g_autoptr (MageFuseJob) job = NULL;
  g_autoptr (GError) error = NULL;
  Pipeline *pipeline;

  set_up (&fixture);
  toy = fixture_add_subject (&fixture, "toy");
  dog = fixture_add_subject (&fixture, "dog");
  train (&fixture, toy);
  train (&fixture, dog);
  job = mage_fuse_job_new (fixture.project, &error);
  g_assert_no_error (error);
  run_watched (&fixture, job);
  fused = mage_trainable_get_run (MAGE_TRAINABLE (mage_project_get_fusion (fixture.project)));
  pipeline = open_model (&fixture);
  add_row (pipeline, toy);
  add_row (pipeline, dog);
  check_run (pipeline, mage_trainable_get_run (toy), 0, "A <toy>", TRUE);
  check_run (pipeline, fused, 0, "A <toy>", TRUE);
  check_run (pipeline, fused, 1, "A <dog>", TRUE);
  check_run (pipeline, fused, 2, "A <toy> and a <dog>", TRUE);
  pipeline_free (pipeline);
  g_clear_object (&job);
  fixture_tear_down (&fixture, NULL);
}

/* A motion, and before it the words of its things. */
static void
test_kept_motion (void)
{
  Fixture fixture;
  MageMotion *motion;
  Pipeline *pipeline;
  GListModel *things;

  set_up (&fixture);
  motion = fixture_add_motion (&fixture);
  train (&fixture, MAGE_TRAINABLE (motion));
  pipeline = open_model (&fixture);
  things = G_LIST_MODEL (mage_motion_get_things (motion));
  g_assert_cmpuint (g_list_model_get_n_items (things), ==, 2);
  for (guint i = 0; i < g_list_model_get_n_items (things); i++)
    {
      g_autoptr (MageTrainable) thing = g_list_model_get_item (things, i);
      g_autofree char *prompt = g_strdup_printf ("A %s", mage_trainable_get_token (thing));

      add_row (pipeline, thing);
      check_run (pipeline, mage_trainable_get_run (thing), 0, prompt, FALSE);
    }
  check_run (pipeline, mage_trainable_get_run (MAGE_TRAINABLE (motion)), 0, mage_motion_get_caption (motion), TRUE);
  pipeline_free (pipeline);
  fixture_tear_down (&fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training-maps/golden/pass", test_pass);
  g_test_add_func ("/training-maps/golden/fused", test_fused);
  g_test_add_func ("/training-maps/kept/subjects", test_kept_subjects);
  g_test_add_func ("/training-maps/kept/motion", test_kept_motion);
  return g_test_run ();
}
