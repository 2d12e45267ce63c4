/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The networks beside their numbers (those are the golden runner's): what a model folder that does
 * not fit is told, LoRAs for another model, half precision, the attention probe, and ZeroScope's own
 * parameters mapped from disk.
 */

#include "key-list.h"
#include "nn/clip-text.h"
#include "nn/lora-file.h"
#include "nn/unet.h"
#include "nn/vae.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define SPATIAL ATTENTION_KIND (ATTENTION_SPATIAL_CROSS)
#define TEMPORAL ATTENTION_KIND (ATTENTION_TEMPORAL)

static char *
golden (const char *a, const char *b)
{
  return g_test_build_filename (G_TEST_DIST, "golden", a, b, NULL);
}

static void
assert_clean (void)
{
  g_assert_false (t_failed ());
  g_assert_cmpint (t_live_count (), ==, 0);
}

static UNet *
open_unet (const char *folder, TDtype dtype)
{
  g_autofree char *dir = golden (folder, "unet");
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Weights) weights = weights_open (dir, T_CPU, dtype, &error);
  UNet *unet;

  g_assert_no_error (error);
  unet = unet_new (config, weights, &error);
  g_assert_no_error (error);
  return unet;
}

/* What every pass here looks at. */
typedef struct
{
  Tensor *x, *t, *text;
} Inputs;

static Inputs
make_inputs (gint64 frames)
{
  g_autoptr (TGenerator) generator = t_generator_new (11);

  return (Inputs){ t_randn (generator, T_SHAPE (1, 4, frames, 8, 12)), t_full (500, T_F32, T_CPU, T_SHAPE (1)),
                   t_randn (generator, T_SHAPE (1, 77, 24)) };
}

static double
item (Tensor *x)
{
  g_autoptr (GError) error = NULL;
  double value = NAN;

  if (!t_item (x, &value, &error))
    g_error ("%s", error->message);
  return value;
}

/* max |a − b| / max |b| */
static double
relative (Tensor *a, Tensor *b)
{
  T_SCOPE_NO_GRAD ();
  Tensor *difference = t_sub (t_to_dtype (a, T_F64), t_to_dtype (b, T_F64));

  g_assert_true (t_same_shape (a, b));
  return item (t_amax (t_abs (difference))) / item (t_amax (t_abs (b)));
}

/* Folders that do not fit ----------------------------------------------------------------------- */

/* A copy of golden/tiny/unet with some text of its configuration changed. */
static char *
copy_folder (const char *component, const char *from, const char *to)
{
  g_autofree char *source = golden ("tiny", component);
  g_autofree char *config = g_build_filename (source, "config.json", NULL);
  g_autofree char *weights = g_build_filename (source, g_str_equal (component, "text_encoder")
                                                           ? "model.safetensors"
                                                           : "diffusion_pytorch_model.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("networks-XXXXXX", &error);
  g_autofree char *config_copy = g_build_filename (dir, "config.json", NULL);
  g_autofree char *weights_copy = g_build_filename (dir, "model.safetensors", NULL);
  g_autofree char *text = NULL, *bytes = NULL;
  g_autoptr (GString) changed = NULL;
  gsize length;

  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (config, &text, NULL, &error));
  changed = g_string_new (text);
  if (from != NULL)
    g_assert_cmpuint (g_string_replace (changed, from, to, 1), ==, 1);
  g_assert_true (g_file_set_contents (config_copy, changed->str, -1, &error));
  g_assert_true (g_file_get_contents (weights, &bytes, &length, &error));
  g_assert_true (g_file_set_contents (weights_copy, bytes, (gssize) length, &error));
  return dir;
}

typedef struct
{
  const char *name;
  const char *component;
  const char *from, *to;    /* in config.json */
  const char *file;         /* that the error names */
  const char *words[2];     /* that it holds besides */
} Misfit;

static const Misfit misfits[] = {
  { "missing-key", "unet", "\"cross_attention_dim\": 24,", "", "config.json", { "cross_attention_dim" } },
  { "key-of-another-type", "unet", "\"layers_per_block\": 1", "\"layers_per_block\": \"one\"", "config.json",
    { "layers_per_block" } },
  { "key-out-of-range", "unet", "\"norm_num_groups\": 8", "\"norm_num_groups\": 0", "config.json",
    { "norm_num_groups" } },
  { "unknown-block", "unet", "\"DownBlock3D\"", "\"FunnyBlock3D\"", "config.json", { "FunnyBlock3D" } },
  { "unknown-activation", "unet", "\"silu\"", "\"snake\"", "config.json", { "snake", "act_fn" } },
  { "lists-of-two-lengths", "unet", "\"UpBlock3D\",", "", "config.json", { "up_block_types" } },
  { "groups-do-not-divide", "unet", "\"norm_num_groups\": 8", "\"norm_num_groups\": 5", "config.json",
    { "norm_num_groups", "16" } },
  { "vae-groups-do-not-divide", "vae", "\"norm_num_groups\": 4", "\"norm_num_groups\": 3", "config.json",
    { "norm_num_groups", "8" } },
  { "head-does-not-divide", "unet", "\"attention_head_dim\": 8", "\"attention_head_dim\": 7", "model.safetensors",
    { "transformer_in.proj_in.weight", "56" } },
  { "head-beyond-range", "unet", "\"attention_head_dim\": 8", "\"attention_head_dim\": 4611686018427387904", "config.json",
    { "attention_head_dim", "range" } },
  { "vae-too-deep", "vae", "\"block_out_channels\": [",
    "\"block_out_channels\": [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,", "config.json", { "block_out_channels", "16" } },
  { "wrong-shape", "unet", "\"cross_attention_dim\": 24", "\"cross_attention_dim\": 25", "model.safetensors",
    { "attn2.to_k.weight", "25" } },
  { "missing-tensor", "unet", "\"layers_per_block\": 1", "\"layers_per_block\": 2", "model.safetensors",
    { "is missing", "resnets" } },
  { "vae-key", "vae", "\"latent_channels\": 4", "\"latent_channels\": 0", "config.json", { "latent_channels" } },
  { "vae-shape", "vae", "\"latent_channels\": 4", "\"latent_channels\": 5", "model.safetensors",
    { "conv_out.weight", "10" } },
  { "vae-tensor", "vae", "\"layers_per_block\": 1", "\"layers_per_block\": 2", "model.safetensors", { "is missing" } },
  { "text-key", "text_encoder", "\"vocab_size\": 625", "\"vocab\": 625", "config.json", { "vocab_size" } },
  { "text-heads", "text_encoder", "\"num_attention_heads\": 3", "\"num_attention_heads\": 5", "config.json",
    { "num_attention_heads" } },
  { "text-shape", "text_encoder", "\"vocab_size\": 625", "\"vocab_size\": 626", "model.safetensors",
    { "token_embedding.weight", "626" } },
  { "text-tensor", "text_encoder", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "model.safetensors",
    { "layers.2", "is missing" } },
};

static gboolean
opens (const char *component, const char *dir, GError **error)
{
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  g_autoptr (Weights) weights = weights_open (dir, T_CPU, T_F32, error);
  g_autoptr (UNet) unet = NULL;
  g_autoptr (Vae) vae = NULL;
  g_autoptr (ClipText) text = NULL;

  g_assert_nonnull (weights);
  if (g_str_equal (component, "unet"))
    return (unet = unet_new (config, weights, error)) != NULL;
  if (g_str_equal (component, "vae"))
    return (vae = vae_new (config, weights, error)) != NULL;
  return (text = clip_text_new (config, weights, error)) != NULL;
}

static void
test_misfit (gconstpointer data)
{
  const Misfit *it = data;
  char *dir = copy_folder (it->component, it->from, it->to);
  g_autoptr (GError) error = NULL;
  gboolean ok = opens (it->component, dir, &error);

  key_list_remove_folder (dir);
  g_assert_false (ok);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_cmpuint (error->domain, ==, T_ERROR);
  g_assert_nonnull (strstr (error->message, it->file));
  for (guint i = 0; i < G_N_ELEMENTS (it->words) && it->words[i] != NULL; i++)
    g_assert_nonnull (strstr (error->message, it->words[i]));
  assert_clean ();
}

static void
test_unchanged_copy_opens (void)
{
  const char *const components[] = { "unet", "vae", "text_encoder" };

  for (guint i = 0; i < G_N_ELEMENTS (components); i++)
    {
      char *dir = copy_folder (components[i], NULL, NULL);
      g_autoptr (GError) error = NULL;
      gboolean ok = opens (components[i], dir, &error);
      key_list_remove_folder (dir);
      g_assert_no_error (error);
      g_assert_true (ok);
    }
  assert_clean ();
}

static void
test_wrong_input (void)
{
  g_autoptr (UNet) unet = open_unet ("tiny", T_F32);
  {
    T_SCOPE_NO_GRAD ();
    Inputs in = make_inputs (2);
    UNetCall call = { 0 };
    g_autoptr (GError) error = NULL;
    g_assert_null (unet_forward (unet, &call, t_squeeze (t_narrow (in.x, 2, 0, 1), 2), in.t, in.text));
    g_assert_false (t_check (&error));
    g_assert_nonnull (strstr (error->message, "[B, 4, F, H, W]"));
    g_clear_error (&error);
    g_assert_null (unet_forward (unet, &call, in.x, in.t, t_narrow (in.text, 2, 0, 23)));
    g_assert_false (t_check (&error));
    g_assert_nonnull (strstr (error->message, "77x23"));
    g_assert_nonnull (unet_forward (unet, &call, in.x, in.t, in.text));
  }
  g_clear_pointer (&unet, unet_free);
  assert_clean ();
}

/* LoRA ------------------------------------------------------------------------------------------ */

static Tensor *
pass (UNet *unet, Inputs in, AttentionProbe *probe)
{
  UNetCall call = { .probe = probe };

  return unet_forward (unet, &call, in.x, in.t, in.text);
}

static void
attach (UNet *unet, Lora *lora, double strength)
{
  LoraUse use = { lora, strength };
  g_autoptr (GError) error = NULL;

  g_assert_true (unet_set_loras (unet, &use, 1, &error));
}

static void
test_lora_misfit (void)
{
  g_autoptr (UNet) unet = open_unet ("tiny", T_F32);
  const char *layer = "mid_block.attentions.0.proj_in";
  struct
  {
    const char *path;
    gint64 n_in, n_out;
    const char *word;
  } wrong[] = {
    { "mid_block.attentions.7.proj_in", 32, 32, "mid_block.attentions.7.proj_in" },
    { "time_embedding.linear_1", 16, 64, "time_embedding.linear_1" },
    { layer, 31, 32, layer },
    { layer, 32, 31, layer },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      T_SCOPE_NO_GRAD ();
      g_autoptr (Lora) lora = lora_new_empty ();
      g_autoptr (GError) error = NULL;
      LoraUse use = { lora, 1 };
      lora_add (lora, layer, t_zeros (T_F32, T_CPU, T_SHAPE (2, 32)), t_zeros (T_F32, T_CPU, T_SHAPE (32, 2)), 1);
      lora_add (lora, wrong[i].path, t_zeros (T_F32, T_CPU, T_SHAPE (2, wrong[i].n_in)),
                t_zeros (T_F32, T_CPU, T_SHAPE (wrong[i].n_out, 2)), 1);
      g_assert_false (unet_set_loras (unet, &use, 1, &error));
      g_assert_error (error, T_ERROR, T_ERROR_FILE);
      g_assert_nonnull (strstr (error->message, wrong[i].word));
      for (guint k = 0; k < unet_n_linears (unet); k++) /* none works then */
        g_assert_cmpuint (unet_linear (unet, k)->adapters->len, ==, 0);
    }
  g_clear_pointer (&unet, unet_free);
  assert_clean ();
}

/* A new LoRA changes nothing; its layers are those of its kind; strength 0 takes it out. */
static void
test_lora_new (void)
{
  g_autoptr (UNet) unet = open_unet ("tiny", T_F32);
  g_autoptr (TGenerator) generator = t_generator_new (3);
  g_autoptr (GError) error = NULL;
  g_autoptr (Lora) lora = lora_new (unet, LINEAR_TEMPORAL, 4, generator, &error);
  {
    T_SCOPE_NO_GRAD ();
    Inputs in = make_inputs (2);
    Tensor *base = pass (unet, in, NULL);
    LoraFactor *factor = lora_factor (lora, 0);
    double deviation = item (t_norm (factor->down)) / sqrt ((double) t_numel (factor->down));
    g_assert_cmpfloat (fabs (deviation * 4 - 1), <, 0.2); /* A ~ N (0, 1/r²) */
    for (guint i = 0; i < lora_n_factors (lora); i++)
      g_assert_cmpint (unet_find_linear (unet, lora_factor (lora, i)->path)->kind, ==, LINEAR_TEMPORAL);
    attach (unet, lora, 1);
    g_assert_cmpfloat (relative (pass (unet, in, NULL), base), ==, 0);
    t_copy_into (factor->up, t_full (0.5, T_F32, T_CPU, T_SHAPE (t_size (factor->up, 0), 4)));
    g_assert_cmpfloat (relative (pass (unet, in, NULL), base), >, 1e-4);
    attach (unet, lora, 0);
    g_assert_cmpfloat (relative (pass (unet, in, NULL), base), ==, 0);
  }
  unet_set_loras (unet, NULL, 0, NULL);
  g_clear_pointer (&lora, lora_free);
  g_clear_pointer (&unet, unet_free);
  assert_clean ();
}

/* Attention ------------------------------------------------------------------------------------- */

/* Attention with its probabilities in memory gives what fused attention gives. */
static void
test_probe_changes_nothing (void)
{
  g_autoptr (UNet) unet = open_unet ("tiny", T_F32);
  g_autoptr (AttentionProbe) probe = attention_probe_new (SPATIAL | TEMPORAL | ATTENTION_KIND (ATTENTION_SPATIAL_SELF));
  {
    T_SCOPE_NO_GRAD ();
    Inputs in = make_inputs (3);
    Tensor *fused = pass (unet, in, NULL), *open = pass (unet, in, probe);
    g_test_message ("open against fused attention: %.2g", relative (open, fused));
    g_assert_cmpfloat (relative (open, fused), <, 2e-6);
    g_assert_cmpuint (attention_probe_n (probe), ==, 4 + 4 + 10); /* self, cross, temporal layers of this network */
    for (guint i = 0; i < attention_probe_n (probe); i++)
      {
        Tensor *rows = t_sum_dims (attention_probe_get (probe, i), T_DIMS (-1), FALSE);
        g_assert_cmpfloat (item (t_amax (t_abs (t_add_scalar (rows, -1)))), <, 1e-5);
      }
    attention_probe_clear (probe);
    g_assert_cmpuint (attention_probe_n (probe), ==, 0);
  }
  g_clear_pointer (&probe, attention_probe_free);
  g_clear_pointer (&unet, unet_free);
  assert_clean ();
}

static void
test_probe_asks_only (void)
{
  static const char *const paths[] = { "mid_block.attentions.0.transformer_blocks.0.attn2",
                                       "transformer_in.transformer_blocks.0.attn1", NULL };
  g_autoptr (UNet) unet = open_unet ("tiny", T_F32);
  g_autoptr (AttentionProbe) probe = attention_probe_new (SPATIAL);
  {
    T_SCOPE_NO_GRAD ();
    Inputs in = make_inputs (3);
    attention_probe_ask_only (probe, paths);
    pass (unet, in, probe);
    g_assert_cmpuint (attention_probe_n (probe), ==, 1); /* the other path is of another kind */
    g_assert_cmpstr (attention_probe_path (probe, 0), ==, paths[0]);
    g_assert_cmpint (attention_probe_kind (probe, 0), ==, ATTENTION_SPATIAL_CROSS);
    g_assert_true (t_has_shape (attention_probe_find (probe, paths[0]), T_SHAPE (3, 4, 4 * 6, 77)));
    g_assert_null (attention_probe_find (probe, paths[1]));
    attention_probe_clear (probe);
    attention_probe_ask_only (probe, NULL);
    pass (unet, in, probe);
    g_assert_cmpuint (attention_probe_n (probe), ==, 4);
  }
  g_clear_pointer (&probe, attention_probe_free);
  g_clear_pointer (&unet, unet_free);
  assert_clean ();
}

static gboolean
refuse (gpointer data, GError **error)
{
  guint *n = data;

  if ((*n)-- > 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");
  return FALSE;
}

/* A pass that is stopped at any block ends with the interruption's error and leaves nothing. */
static void
test_interrupted (void)
{
  g_autoptr (UNet) unet = open_unet ("tiny", T_F32);
  gint before = t_live_count ();
  guint blocks = 0;

  for (gboolean stopped = TRUE; stopped; blocks++)
    {
      T_SCOPE_NO_GRAD ();
      g_autoptr (GError) error = NULL;
      Inputs in = make_inputs (2);
      guint left = blocks;
      t_set_interrupt (refuse, &left);
      pass (unet, in, NULL);
      t_set_interrupt (NULL, NULL);
      stopped = !t_check (&error);
      if (stopped)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_assert_cmpuint (blocks, >, 8);
  g_assert_cmpint (t_live_count (), ==, before);
  g_clear_pointer (&unet, unet_free);
  assert_clean ();
}

/* Half precision -------------------------------------------------------------------------------- */

/* Weights and activations in half precision, norms in float32: how far the output is from float32's. */
static void
test_half (gconstpointer data)
{
  TDtype dtype = (TDtype) GPOINTER_TO_INT (data);
  const double limit = dtype == T_F16 ? 0.01 : 0.06; /* measured: see the message */
  g_autoptr (UNet) exact = open_unet ("tiny", T_F32), half = open_unet ("tiny", dtype);
  {
    T_SCOPE_NO_GRAD ();
    Inputs in = make_inputs (3);
    Tensor *wanted = pass (exact, in, NULL), *found = pass (half, in, NULL);
    g_assert_cmpint (unet_dtype (half), ==, dtype);
    g_assert_cmpint (t_dtype (found), ==, T_F32); /* as the input */
    g_test_message ("%s weights: error %.2g of the largest value", t_dtype_name (dtype), relative (found, wanted));
    g_assert_cmpfloat (relative (found, wanted), <, limit);
    g_assert_cmpfloat (relative (found, wanted), >, 1e-5); /* it is another computation */
  }
  g_clear_pointer (&exact, unet_free);
  g_clear_pointer (&half, unet_free);
  assert_clean ();
}

/* LoRA factors stay float32 and get float32 gradients through a half-precision network. */
static void
test_half_lora_gradient (void)
{
  g_autoptr (UNet) exact = open_unet ("tiny", T_F32), half = open_unet ("tiny", T_BF16);
  g_autofree char *path = golden ("lora", "s1.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (Lora) lora = lora_load (path, T_CPU, &error);
  UNet *networks[] = { exact, half };
  double norms[2];

  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      T_SCOPE ();
      Inputs in = make_inputs (2);
      g_autoptr (GPtrArray) parameters = lora_parameters (lora);
      Tensor *const *leaves = (Tensor *const *) parameters->pdata;
      attach (networks[i], lora, 1);
      g_assert_true (t_backward (t_mean (t_square (pass (networks[i], in, NULL))), &error));
      g_assert_true (t_clip_grad_norm (leaves, parameters->len, 0, &norms[i], &error));
      g_assert_cmpint (t_dtype (t_grad (leaves[0])), ==, T_F32);
      for (guint k = 0; k < parameters->len; k++)
        t_zero_grad (leaves[k]);
      unet_set_loras (networks[i], NULL, 0, NULL);
    }
  g_test_message ("gradient norm %.6g in float32, %.6g in bfloat16", norms[0], norms[1]);
  g_assert_cmpfloat (fabs (norms[1] / norms[0] - 1), <, 0.05);
  g_clear_pointer (&lora, lora_free);
  g_clear_pointer (&exact, unet_free);
  g_clear_pointer (&half, unet_free);
  assert_clean ();
}

/* ZeroScope ------------------------------------------------------------------------------------- */

/* ModelScope's and ZeroScope's configuration, as diffusers has it. */
static const char zeroscope_config[]
    = "{\"_class_name\": \"UNet3DConditionModel\", \"act_fn\": \"silu\", \"attention_head_dim\": 64,\n"
      " \"block_out_channels\": [320, 640, 1280, 1280], \"cross_attention_dim\": 1024,\n"
      " \"down_block_types\": [\"CrossAttnDownBlock3D\", \"CrossAttnDownBlock3D\", \"CrossAttnDownBlock3D\",\n"
      "   \"DownBlock3D\"],\n"
      " \"up_block_types\": [\"UpBlock3D\", \"CrossAttnUpBlock3D\", \"CrossAttnUpBlock3D\", \"CrossAttnUpBlock3D\"],\n"
      " \"downsample_padding\": 1, \"in_channels\": 4, \"out_channels\": 4, \"layers_per_block\": 2,\n"
      " \"mid_block_scale_factor\": 1, \"norm_eps\": 1e-05, \"norm_num_groups\": 32, \"sample_size\": 32}\n";

static guint64
status_bytes (const char *key)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, key);
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (key), NULL, 10) * 1024;
}

static GPtrArray *
load_keys (const char *name)
{
  g_autofree char *path = golden (name, NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray *keys = key_list_load (path, &error);

  g_assert_no_error (error);
  return keys;
}

static void
assert_targets (UNet *unet, const char *list, LinearKind kind)
{
  g_autoptr (GPtrArray) keys = load_keys (list);
  guint n = 0;

  for (guint i = 0; i < unet_n_linears (unet); i++)
    {
      Linear *linear = unet_linear (unet, i);
      const Key *key;
      if (linear->kind != kind)
        continue;
      g_assert_cmpuint (n, <, keys->len);
      key = g_ptr_array_index (keys, n++);
      g_assert_cmpstr (linear->path, ==, key->name);
      g_assert_cmpint (linear->n_out, ==, key->shape[0]);
      g_assert_cmpint (linear->n_in, ==, key->shape[1]);
    }
  g_assert_cmpuint (n, ==, keys->len);
}

/* Touches every page of the weights, as a pass would; the sum of zeros is 0. */
static void
touch (WeightsFile *file)
{
  for (guint i = 0; i < weights_file_n_entries (file); i++)
    {
      const WeightsEntry *entry = weights_file_entry (file, i);
      const volatile guint8 *data = entry->data;
      for (gsize at = 0; at < entry->n_bytes; at += 4096)
        g_assert_cmpuint (data[at], ==, 0);
    }
}

/* What mapping a folder took; read before anything is asserted, so that the folder is always removed. */
typedef struct
{
  UNet *unet;
  gsize used; /* bytes of all parameters that the network took */
  guint64 before, after, peak;
} Mapped;

static Mapped
map_folder (const char *dir, GError **error)
{
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  Mapped it = { .before = status_bytes ("VmRSS:") };
  g_autoptr (Weights) weights = weights_open (dir, T_CPU, WEIGHTS_AS_STORED, error);
  g_autoptr (WeightsFile) file = NULL;

  if (weights == NULL || (it.unet = unet_new (config, weights, error)) == NULL
      || (file = weights_file_open_component (dir, NULL, error)) == NULL)
    return it;
  touch (file);
  it.used = weights_bytes (weights);
  it.after = status_bytes ("VmRSS:");
  it.peak = status_bytes ("VmHWM:");
  return it;
}

/* Every parameter of the list is used once, and the weights stay as they are stored. */
static void
test_zeroscope (void)
{
  g_autoptr (GPtrArray) keys = load_keys ("zeroscope_unet_keys.txt");
  gsize stored = key_list_bytes (keys);
  g_autofree char *derived = key_list_unet_config (keys);
  g_autoptr (GError) error = NULL, folder_error = NULL;
  char *dir = key_list_make_folder (keys, zeroscope_config, &folder_error);
  Mapped it;

  g_assert_no_error (folder_error);
  it = map_folder (dir, &error);
  key_list_remove_folder (dir); /* the map lives on */
  g_assert_no_error (error);
  g_test_message ("stored %" G_GSIZE_FORMAT " MiB; resident before %" G_GUINT64_FORMAT ", with all of it read %"
                  G_GUINT64_FORMAT ", at most %" G_GUINT64_FORMAT " MiB", stored >> 20, it.before >> 20,
                  it.after >> 20, it.peak >> 20);
  g_assert_cmpuint (it.used, ==, stored);
  g_assert_cmpuint (it.after - it.before, >, stored - stored / 20); /* it was read indeed */
  g_assert_cmpuint (it.peak - it.before, <, stored + stored / 5);
  g_assert_nonnull (strstr (derived, "\"block_out_channels\": [320, 640, 1280, 1280]"));
  assert_targets (it.unet, "zeroscope_lora_targets_subject.txt", LINEAR_SPATIAL);
  assert_targets (it.unet, "zeroscope_lora_targets_motion.txt", LINEAR_TEMPORAL);
  unet_free (it.unet);
  assert_clean ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  t_set_threads (1);
  g_test_add_func ("/networks/zeroscope", test_zeroscope);
  g_test_add_func ("/networks/misfit/none", test_unchanged_copy_opens);
  for (guint i = 0; i < G_N_ELEMENTS (misfits); i++)
    {
      g_autofree char *path = g_strconcat ("/networks/misfit/", misfits[i].name, NULL);
      g_test_add_data_func (path, &misfits[i], test_misfit);
    }
  g_test_add_func ("/networks/wrong-input", test_wrong_input);
  g_test_add_func ("/networks/lora/misfit", test_lora_misfit);
  g_test_add_func ("/networks/lora/new", test_lora_new);
  g_test_add_func ("/networks/probe/changes-nothing", test_probe_changes_nothing);
  g_test_add_func ("/networks/probe/asks-only", test_probe_asks_only);
  g_test_add_func ("/networks/interrupted", test_interrupted);
  g_test_add_data_func ("/networks/half/float16", GINT_TO_POINTER (T_F16), test_half);
  g_test_add_data_func ("/networks/half/bfloat16", GINT_TO_POINTER (T_BF16), test_half);
  g_test_add_func ("/networks/half/lora-gradient", test_half_lora_gradient);
  return g_test_run ();
}
