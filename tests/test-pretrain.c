/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "engine/engine.h"
#include "sandbox.h"
#include "train/optimizer.h"
#include "train/pretrain.h"

/* Pretraining: its formulas, and runs through the engine's door on tiny models and tiny scenes. */

#define SIDE 32
#define MAX_STEPS 64

/* What a listener saw. */
typedef struct
{
  guint stop_after; /* steps after which the call is interrupted; 0: never */
  guint steps;
  guint n_steps;
  guint sheets;
  double losses[MAX_STEPS + 1]; /* of step i */
  double checked;               /* the first number of the last check */
} Watch;

/* A disc that moves to the right before a slope. */
static EngineClip *
draw_disc (gpointer data, guint64 seed, guint n_frames, guint width, guint height)
{
  gsize n = (gsize) n_frames * width * height;
  guint8 *rgb = g_malloc (3 * n), *mask = g_malloc (n);
  g_autoptr (GBytes) rgb_bytes = g_bytes_new_take (rgb, 3 * n);
  g_autoptr (GBytes) mask_bytes = g_bytes_new_take (mask, n);
  int cx = (int) (seed % width), cy = (int) (seed / 64 % height), radius = (int) width / 4;

  for (gsize i = 0; i < n; i++)
    {
      int x = (int) (i % width) - cx - (int) (i / ((gsize) width * height)), y = (int) (i / width % height) - cy;
      gboolean inside = x * x + y * y < radius * radius;
      mask[i] = inside ? 255 : 0;
      for (guint c = 0; c < 3; c++)
        rgb[3 * i + c] = (guint8) (inside ? seed >> (16 + 8 * c) : (i / width % height) * 200 / height);
    }
  return engine_clip_new (rgb_bytes, mask_bytes, "a red dog", n_frames, width, height);
}

static gboolean
interrupted (gpointer data, GError **error)
{
  Watch *watch = data;

  if (watch->stop_after == 0 || watch->steps < watch->stop_after)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");
  return FALSE;
}

static void
progress (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  Watch *watch = data;

  if (!g_str_equal (phase, "Training"))
    return;
  watch->steps = step;
  watch->n_steps = n_steps;
  for (guint i = 0; i < n_terms; i++)
    if (g_str_has_prefix (terms[i].name, "L_") && step <= MAX_STEPS)
      watch->losses[step] = terms[i].value;
    else if (g_str_equal (terms[i].name, "psnr") || g_str_equal (terms[i].name, "check_pictures"))
      watch->checked = terms[i].value;
}

static void
look (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  g_assert_cmpstr (what, ==, "sheet");
  ((Watch *) data)->sheets++;
}

static GVariant *
make_params (guint steps, double minutes)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);

  g_variant_dict_insert (dict, "steps", "i", (gint32) steps);
  g_variant_dict_insert (dict, "minutes", "d", minutes);
  g_variant_dict_insert (dict, "warm_up", "i", 2);
  g_variant_dict_insert (dict, "rate", "d", 3e-3);
  g_variant_dict_insert (dict, "batch", "i", 8);
  g_variant_dict_insert (dict, "clip_batch", "i", 2);
  g_variant_dict_insert (dict, "pool", "i", 4);
  g_variant_dict_insert (dict, "frames", "i", 3);
  g_variant_dict_insert (dict, "width", "i", SIDE);
  g_variant_dict_insert (dict, "height", "i", SIDE);
  g_variant_dict_insert (dict, "checkpoint_every", "i", 2);
  g_variant_dict_insert (dict, "check_every", "i", 1000);
  g_variant_dict_insert (dict, "sample_steps", "i", 2);
  return g_variant_ref_sink (g_variant_dict_end (dict));
}

static char *
model_path (const char *name)
{
  if (g_str_equal (name, "mini"))
    return g_test_build_filename (G_TEST_DIST, "..", "data", "mini", NULL);
  return g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
}

static gboolean
pretrain (const char *model, const char *out, EnginePretrainStage stage, gboolean fresh, GVariant *params, Watch *watch,
          GError **error)
{
  static const char *const prompts[] = { "a red dog", "a cat" };
  g_autofree char *model_dir = model_path (model);
  EngineListener listener = { interrupted, progress, NULL, watch, look };
  EnginePretrainRequest request = {
    .stage = stage, .config = { .model_dir = model_dir, .device = "cpu", .threads = 2 }, .fresh = fresh, .out_dir = out,
    .scene = draw_disc, .prompts = prompts, .n_prompts = 2, .params = params, .seed = 7,
  };

  return engine_table ()->pretrain (&request, &listener, error);
}

static GBytes *
read_bytes (const char *out, const char *name)
{
  g_autofree char *path = g_build_filename (out, name, NULL);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);

  g_assert_nonnull (file);
  return g_bytes_new (g_mapped_file_get_contents (file), g_mapped_file_get_length (file));
}

#define VAE_FILE "vae/diffusion_pytorch_model.safetensors"
#define UNET_FILE "unet/diffusion_pytorch_model.safetensors"
#define TEXT_FILE "text_encoder/model.safetensors"

/* --- formulas --- */

static void
test_pace (void)
{
  PretrainPace pace = { .rate = 1, .n_steps = 104, .warm_up = 4, .decay = 0.99 };

  g_assert_cmpfloat_with_epsilon (pretrain_rate_factor (&pace, 0), 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (pretrain_rate_factor (&pace, 3), 0.8, 1e-12);
  g_assert_cmpfloat_with_epsilon (pretrain_rate_factor (&pace, 4), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (pretrain_rate_factor (&pace, 54), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (pretrain_rate_factor (&pace, 29), 0.5 + 0.5 * 0.70710678118654752, 1e-12);
  g_assert_cmpfloat (pretrain_rate_factor (&pace, 104), ==, 0);
  g_assert_cmpfloat_with_epsilon (pretrain_decay (&pace, 0), 0.1, 1e-12);
  g_assert_cmpfloat_with_epsilon (pretrain_decay (&pace, 90), 0.91, 1e-12);
  g_assert_cmpfloat_with_epsilon (pretrain_decay (&pace, 100000), 0.99, 1e-12);
}

static void
test_min_snr (void)
{
  g_assert_cmpfloat_with_epsilon (pretrain_snr_weight (0.5, 5), 1, 1e-12);       /* SNR 1 */
  g_assert_cmpfloat_with_epsilon (pretrain_snr_weight (0.1, 5), 1, 1e-12);       /* SNR 1/9 */
  g_assert_cmpfloat_with_epsilon (pretrain_snr_weight (0.9, 5), 5.0 / 9, 1e-12); /* SNR 9 */
  g_assert_cmpfloat_with_epsilon (pretrain_snr_weight (10.0 / 11, 5), 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (pretrain_snr_weight (0.9, 0), 1, 1e-12);
}

static void
assert_value (Tensor *x, double wanted)
{
  g_autoptr (GError) error = NULL;
  double value;

  g_assert_true (t_item (x, &value, &error));
  g_assert_cmpfloat_with_epsilon (value, wanted, 1e-6);
}

/* a ← 0.9·a + 0.1·p, by hand: 1, then 0.9 + 0.2 = 1.1, then 0.99 + 0.3 = 1.29. */
static void
test_averages (void)
{
  g_autoptr (GError) error = NULL;
  double norm;

  {
    T_SCOPE ();
    g_autoptr (Optimizer) optimizer = optimizer_new (0, 1);
    Tensor *p = t_requires_grad (t_full (1, T_F32, T_CPU, T_SHAPE (1)));

    optimizer_keep_averages (optimizer);
    optimizer_add (optimizer, "p", p, 0.1);
    optimizer_set_pace (optimizer, 1, 0.9);
    for (int i = 2; i < 4; i++)
      {
        t_copy_into (p, t_full (i, T_F32, T_CPU, T_SHAPE (1)));
        g_assert_true (optimizer_step (optimizer, &norm, &error));
      }
    g_assert_true (optimizer_exchange_averages (optimizer, &error));
    assert_value (p, 1.29);
    g_assert_true (optimizer_exchange_averages (optimizer, &error));
    assert_value (p, 3);
  }
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* --- runs --- */

static double
mean_loss (const Watch *watch, guint first, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += watch->losses[first + i];
  return sum / n;
}

static void
test_learns (gconstpointer data)
{
  EnginePretrainStage stage = GPOINTER_TO_INT (data);
  g_autoptr (Sandbox) out = sandbox_new ();
  g_autoptr (GVariant) params = make_params (60, 0);
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };

  g_assert_true (pretrain ("tiny", out, stage, TRUE, params, &watch, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (watch.steps, ==, 60);
  g_assert_cmpuint (watch.sheets, ==, 2);
  g_test_message ("%g to %g", mean_loss (&watch, 1, 6), mean_loss (&watch, 55, 6));
  g_assert_cmpfloat (mean_loss (&watch, 55, 6), <, 0.8 * mean_loss (&watch, 1, 6));
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* A run that is stopped and continued has the same losses and leaves the same files, bit for bit. */
static void
test_resume (gconstpointer data)
{
  EnginePretrainStage stage = GPOINTER_TO_INT (data);
  const char *const files[] = { stage == ENGINE_PRETRAIN_VAE ? VAE_FILE : UNET_FILE,
                                stage == ENGINE_PRETRAIN_VAE ? "vae/config.json" : TEXT_FILE };
  g_autoptr (Sandbox) whole = sandbox_new ();
  g_autoptr (Sandbox) parts = sandbox_new ();
  g_autoptr (GVariant) params = make_params (10, 0);
  g_autoptr (GError) error = NULL;
  Watch undisturbed = { 0 }, stopped = { .stop_after = 5 };

  g_assert_true (pretrain ("tiny", whole, stage, FALSE, params, &undisturbed, &error));
  g_assert_no_error (error);
  g_assert_false (pretrain ("tiny", parts, stage, FALSE, params, &stopped, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (stopped.steps, ==, 5);
  stopped.stop_after = 0;
  stopped.sheets = 0;
  g_assert_true (pretrain ("tiny", parts, stage, FALSE, params, &stopped, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (stopped.sheets, ==, 1);
  for (guint i = 1; i <= 10; i++)
    g_assert_cmpfloat (stopped.losses[i], ==, undisturbed.losses[i]);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) a = read_bytes (whole, files[i]);
      g_autoptr (GBytes) b = read_bytes (parts, files[i]);
      g_assert_true (g_bytes_equal (a, b));
    }
}

/* Another plan is another schedule: its checkpoint is refused. */
static void
test_other_plan (void)
{
  g_autoptr (Sandbox) out = sandbox_new ();
  g_autoptr (GVariant) params = make_params (2, 0);
  g_autoptr (GVariant) others = make_params (4, 0);
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };

  pretrain ("tiny", out, ENGINE_PRETRAIN_VAE, FALSE, params, &watch, &error);
  g_assert_no_error (error);
  g_assert_false (pretrain ("tiny", out, ENGINE_PRETRAIN_VAE, FALSE, others, &watch, &error));
  g_assert_nonnull (error);
}

/* Steps and minutes: the call ends in time, says so, and has exported what there is. Minutes alone: a plan is made
 * and kept. */
static void
test_minutes (void)
{
  g_autoptr (Sandbox) out = sandbox_new ();
  g_autoptr (Sandbox) planned = sandbox_new ();
  g_autoptr (GVariant) both = make_params (1000000, 0.01);
  g_autoptr (GVariant) minutes = make_params (0, 0.01);
  g_autofree char *plan = g_build_filename (planned, "run", "plan.json", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GBytes) made = NULL;
  g_autoptr (GBytes) base = NULL;
  g_autofree char *tiny = model_path ("tiny");
  g_autofree char *vae = g_build_filename (out, VAE_FILE, NULL);
  g_autofree char *inside = g_build_filename (vae, "inside", NULL);
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };
  guint n_steps;

  g_assert_true (pretrain ("tiny", out, ENGINE_PRETRAIN_VAE, FALSE, both, &watch, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (watch.steps, >, 0);
  g_assert_cmpuint (watch.steps, <, 1000000);
  made = read_bytes (out, VAE_FILE);
  base = read_bytes (tiny, VAE_FILE);
  g_assert_false (g_bytes_equal (made, base));

  /* What cannot be written at the end of the time is told. */
  g_assert_cmpint (g_remove (vae), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0755), ==, 0);
  watch = (Watch){ 0 };
  g_assert_false (pretrain ("tiny", out, ENGINE_PRETRAIN_VAE, FALSE, both, &watch, &error));
  g_assert_nonnull (strstr (error->message, VAE_FILE));
  g_clear_error (&error);

  watch = (Watch){ .stop_after = 1 };
  g_assert_false (pretrain ("tiny", planned, ENGINE_PRETRAIN_VAE, FALSE, minutes, &watch, &error));
  g_clear_error (&error);
  n_steps = watch.n_steps;
  g_assert_true (g_file_get_contents (plan, &before, NULL, NULL));
  watch = (Watch){ .stop_after = 2 };
  pretrain ("tiny", planned, ENGINE_PRETRAIN_VAE, FALSE, minutes, &watch, NULL);
  g_assert_cmpuint (watch.n_steps, ==, n_steps);
  g_assert_true (g_file_get_contents (plan, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
}

/* --- files --- */

static void
assert_same_keys (const char *out, const char *model, const char *name, TDtype dtype)
{
  g_autofree char *made_path = g_build_filename (out, name, NULL);
  g_autofree char *base_path = g_build_filename (model, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeightsFile) made = weights_file_open (made_path, &error);
  g_autoptr (WeightsFile) base = weights_file_open (base_path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (weights_file_n_entries (made), ==, weights_file_n_entries (base));
  g_assert_cmpstr (weights_file_metadata (made, "format"), ==, "pt");
  for (guint i = 0; i < weights_file_n_entries (base); i++)
    {
      const WeightsEntry *wanted = weights_file_entry (base, i);
      const WeightsEntry *entry = weights_file_lookup (made, wanted->name);
      g_assert_nonnull (entry);
      g_assert_cmpuint (entry->n_dims, ==, wanted->n_dims);
      g_assert_cmpmem (entry->shape, entry->n_dims * sizeof *entry->shape, wanted->shape,
                       wanted->n_dims * sizeof *wanted->shape);
      g_assert_cmpint (entry->dtype, ==, dtype);
    }
}

static JsonNode *
read_json (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  return json_parser_steal_root (parser);
}

/* The folder is one like the model's: same keys, shapes and fields; of these only the VAE's scaling moves. */
static void
test_folder (void)
{
  static const char *const configs[] = { "model_index.json", "videomage.json", "unet/config.json", "vae/config.json",
                                         "text_encoder/config.json", "scheduler/scheduler_config.json",
                                         "tokenizer/tokenizer_config.json" };
  g_autofree char *mini = model_path ("mini");
  g_autoptr (Sandbox) vae = sandbox_new ();
  g_autoptr (Sandbox) unet = sandbox_new ();
  g_autoptr (GVariant) params = make_params (1, 0);
  g_autoptr (GVariantDict) dict = g_variant_dict_new (params);
  g_autoptr (GVariant) half = NULL;
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };

  g_variant_dict_insert (dict, "half", "b", TRUE);
  half = g_variant_ref_sink (g_variant_dict_end (dict));
  g_assert_true (pretrain ("mini", vae, ENGINE_PRETRAIN_VAE, FALSE, half, &watch, &error));
  g_assert_no_error (error);
  g_assert_true (pretrain ("mini", unet, ENGINE_PRETRAIN_UNET, FALSE, params, &watch, &error));
  g_assert_no_error (error);
  assert_same_keys (vae, mini, VAE_FILE, T_F16);
  /* What is not trained is copied as it lies there. */
  assert_same_keys (unet, mini, VAE_FILE, T_F16);
  assert_same_keys (unet, mini, UNET_FILE, T_F32);
  assert_same_keys (unet, mini, TEXT_FILE, T_F32);
  for (guint i = 0; i < G_N_ELEMENTS (configs); i++)
    {
      g_autoptr (JsonNode) base = read_json (mini, configs[i]);
      g_autoptr (JsonNode) made = read_json (vae, configs[i]);
      g_autoptr (JsonNode) same = read_json (unet, configs[i]);
      g_assert_true (json_node_equal (base, same));
      if (g_str_equal (configs[i], "vae/config.json"))
        {
          double scaling = json_object_get_double_member (json_node_get_object (made), "scaling_factor");
          g_assert_cmpfloat (scaling, !=, json_object_get_double_member (json_node_get_object (base), "scaling_factor"));
          json_object_set_double_member (json_node_get_object (base), "scaling_factor", scaling);
        }
      g_assert_true (json_node_equal (base, made));
    }
}

/* With --decoder-only every latent, and the factor, stays. */
static void
test_decoder_only (void)
{
  g_autofree char *tiny = model_path ("tiny");
  g_autofree char *base_path = g_build_filename (tiny, VAE_FILE, NULL);
  g_autoptr (Sandbox) out = sandbox_new ();
  g_autofree char *made_path = g_build_filename (out, VAE_FILE, NULL);
  g_autoptr (GVariant) params = make_params (2, 0);
  g_autoptr (GVariantDict) dict = g_variant_dict_new (params);
  g_autoptr (GVariant) decoder_only = NULL;
  g_autoptr (WeightsFile) base = NULL;
  g_autoptr (WeightsFile) made = NULL;
  g_autoptr (JsonNode) config = read_json (tiny, "vae/config.json");
  g_autoptr (JsonNode) kept = NULL;
  Watch watch = { 0 };
  guint n_same = 0;

  g_variant_dict_insert (dict, "decoder_only", "b", TRUE);
  decoder_only = g_variant_ref_sink (g_variant_dict_end (dict));
  g_assert_true (pretrain ("tiny", out, ENGINE_PRETRAIN_VAE, FALSE, decoder_only, &watch, NULL));
  base = weights_file_open (base_path, NULL);
  made = weights_file_open (made_path, NULL);
  for (guint i = 0; i < weights_file_n_entries (base); i++)
    {
      const WeightsEntry *before = weights_file_entry (base, i);
      const WeightsEntry *after = weights_file_lookup (made, before->name);
      gboolean encoder = g_str_has_prefix (before->name, "encoder.") || g_str_has_prefix (before->name, "quant_conv.");
      gboolean same = memcmp (before->data, after->data, before->n_bytes) == 0;
      g_assert_true (same || !encoder);
      n_same += same && !encoder;
    }
  g_assert_cmpuint (n_same, ==, 0);
  kept = read_json (out, "vae/config.json");
  g_assert_true (json_node_equal (config, kept));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pretrain/pace", test_pace);
  g_test_add_func ("/pretrain/min-snr", test_min_snr);
  g_test_add_func ("/pretrain/averages", test_averages);
  g_test_add_data_func ("/pretrain/vae/learns", GINT_TO_POINTER (ENGINE_PRETRAIN_VAE), test_learns);
  g_test_add_data_func ("/pretrain/unet/learns", GINT_TO_POINTER (ENGINE_PRETRAIN_UNET), test_learns);
  g_test_add_data_func ("/pretrain/vae/resume", GINT_TO_POINTER (ENGINE_PRETRAIN_VAE), test_resume);
  g_test_add_data_func ("/pretrain/unet/resume", GINT_TO_POINTER (ENGINE_PRETRAIN_UNET), test_resume);
  g_test_add_func ("/pretrain/other-plan", test_other_plan);
  g_test_add_func ("/pretrain/minutes", test_minutes);
  g_test_add_func ("/pretrain/folder", test_folder);
  g_test_add_func ("/pretrain/decoder-only", test_decoder_only);
  return g_test_run ();
}
