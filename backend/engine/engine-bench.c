/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#include "diffusion/attention-maps.h"
#include "diffusion/scs.h"
#include "engine/engine-private.h"
#include "train/losses.h"
#include "train/optimizer.h"

/*
 * Measures what the user waits for: a forward pass of the UNet, a LoRA step, a sampling step with
 * classifier-free guidance, an SCS step without and with guidance by attention, and the memory (of the
 * process, not of a card) that each takes at its peak. Seconds are medians over the repeats.
 */

/* ZeroScope v2 576w's unet/config.json as far as it matters (cerspense/zeroscope_v2_576w). */
static const char zeroscope_config[]
    = "{\"_class_name\": \"UNet3DConditionModel\", \"act_fn\": \"silu\", \"attention_head_dim\": 64,"
      " \"block_out_channels\": [320, 640, 1280, 1280], \"cross_attention_dim\": 1024,"
      " \"down_block_types\": [\"CrossAttnDownBlock3D\", \"CrossAttnDownBlock3D\","
      " \"CrossAttnDownBlock3D\", \"DownBlock3D\"], \"downsample_padding\": 1, \"in_channels\": 4,"
      " \"layers_per_block\": 2, \"mid_block_scale_factor\": 1, \"norm_eps\": 1e-05,"
      " \"norm_num_groups\": 32, \"out_channels\": 4, \"sample_size\": 32, \"up_block_types\":"
      " [\"UpBlock3D\", \"CrossAttnUpBlock3D\", \"CrossAttnUpBlock3D\", \"CrossAttnUpBlock3D\"]}";

#define LORA_RANK 4
#define TEXT_TOKENS 77
#define MAX_REPEATS 100
#define WORDS 10 /* of the prompt that SCS compares */

typedef struct
{
  UNet *unet;
  Schedule *schedule;
  Tensor *x;    /* [1, C, F, h, w] */
  Tensor *text; /* [1, 77, width] */
  Tensor *both_texts;
  Tensor *words; /* [77, words] */
  Lora *lora;
  Lora *motion;
  Optimizer *optimizer;
  guint repeats;
  gsize weight_bytes;
  JsonBuilder *report;
} Bench;

typedef gboolean (*BenchFunc) (Bench *self, GError **error);

/* Waits for a card to finish @x: a number of it is read. */
static gboolean
finish (Tensor *x, GError **error)
{
  double value;

  return t_item (t_sum (x), &value, error);
}

static gboolean
forward (Bench *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  UNetCall call = { 0 };

  return finish (unet_forward (self->unet, &call, self->x, t_full (500, T_F32, T_CPU, T_SHAPE (1)), self->text), error);
}

static gboolean
lora_step (Bench *self, GError **error)
{
  T_SCOPE ();
  UNetCall call = { 0 };
  LoraUse use = { self->lora, 1 };
  double norm;
  Tensor *eps;

  if (!unet_set_loras (self->unet, &use, 1, error))
    return FALSE;
  eps = unet_forward (self->unet, &call, self->x, t_full (500, T_F32, T_CPU, T_SHAPE (1)), self->text);
  return t_backward (loss_noise (eps, self->x), error) && optimizer_step (self->optimizer, &norm, error)
         && finish (lora_factor (self->lora, lora_n_factors (self->lora) - 1)->up, error)
         && unet_set_loras (self->unet, NULL, 0, error);
}

static gboolean
lora_step_checkpointed (Bench *self, GError **error)
{
  gboolean ok;

  unet_set_recompute (self->unet, TRUE);
  ok = lora_step (self, error);
  unet_set_recompute (self->unet, FALSE);
  return ok;
}

static gboolean
sample_step (Bench *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  PlainStrategy strategy;
  SamplerStep step = { 25, 50, 481 };
  guint n_terms;
  Tensor *eps;

  plain_strategy_init (&strategy, self->unet, self->both_texts, 9);
  eps = strategy.parent.predict (&strategy.parent, self->x, &step, NULL, &n_terms);
  return finish (schedule_ddim_step (self->schedule, self->x, eps, step.t, step.n_steps, NULL), error);
}

static gboolean
scs (Bench *self, guint tau, GError **error)
{
  T_SCOPE_NO_GRAD ();
  LoraUse uses[] = { { self->lora, 1 }, { self->motion, 1 } };
  SamplerStep step = { 5, 50, 881 };
  SamplerTerm terms[SAMPLER_MAX_TERMS];
  ScsStrategy strategy;
  guint n_terms;
  Tensor *eps;

  scs_strategy_init (&strategy, self->unet);
  strategy.subject = (ScsBranch){ &uses[0], 1, self->both_texts, self->words };
  strategy.motion = (ScsBranch){ &uses[1], 1, self->both_texts, self->words };
  strategy.tau = tau;
  eps = strategy.parent.predict (&strategy.parent, self->x, &step, terms, &n_terms);
  return finish (schedule_ddim_step (self->schedule, self->x, eps, step.t, step.n_steps, NULL), error)
         && unet_set_loras (self->unet, NULL, 0, error);
}

static gboolean
scs_step (Bench *self, GError **error)
{
  return scs (self, 0, error);
}

static gboolean
scs_guided_step (Bench *self, GError **error)
{
  return scs (self, 15, error);
}

static double
seconds_of (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* A value of /proc/self/status in MiB; 0 where there is none. */
static double
memory_mib (const char *key)
{
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) || (at = strstr (text, key)) == NULL)
    return 0;
  return g_ascii_strtod (at + strlen (key) + 1, NULL) / 1024;
}

/* From here on VmHWM counts anew (proc(5), clear_refs), without what the heap only keeps in store. */
static void
forget_peak (void)
{
  FILE *file = g_fopen ("/proc/self/clear_refs", "w");

  t_trim ();
  if (file == NULL)
    return;
  fputs ("5", file);
  fclose (file);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static void
add_number (JsonBuilder *report, const char *name, double value)
{
  json_builder_set_member_name (report, name);
  json_builder_add_double_value (report, value);
}

static gboolean
measure (Bench *self, const char *name, BenchFunc func, const EngineListener *listener, GError **error)
{
  double cpu[MAX_REPEATS], wall[MAX_REPEATS];

  forget_peak ();
  if (!func (self, error)) /* warm-up */
    return FALSE;
  for (guint i = 0; i < self->repeats; i++)
    {
      double cpu_start = seconds_of (CLOCK_PROCESS_CPUTIME_ID), wall_start = seconds_of (CLOCK_MONOTONIC);
      if (!func (self, error))
        return FALSE;
      cpu[i] = seconds_of (CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
      wall[i] = seconds_of (CLOCK_MONOTONIC) - wall_start;
      if (listener != NULL && listener->progress != NULL)
        listener->progress (listener->data, name, i + 1, self->repeats, NULL, 0);
    }
  json_builder_set_member_name (self->report, name);
  json_builder_begin_object (self->report);
  add_number (self->report, "cpu_s", median (cpu, self->repeats));
  add_number (self->report, "wall_s", median (wall, self->repeats));
  add_number (self->report, "peak_mib", memory_mib ("VmHWM:"));
  json_builder_end_object (self->report);
  return TRUE;
}

static UNet *
make_unet (Bench *self, GVariant *options, TDevice device, TDtype dtype, GError **error)
{
  const char *model = NULL, *random = NULL;
  g_autofree char *config = NULL, *dir = NULL;
  g_autoptr (Weights) weights = NULL;
  UNet *unet;
  gint fd;

  g_variant_lookup (options, "random", "&s", &random);
  g_variant_lookup (options, "model", "&s", &model);
  if (random != NULL && *random != '\0')
    {
      if (!g_str_equal (random, "zeroscope"))
        {
          g_set_error (error, T_ERROR, T_ERROR_FAILED, "“%s” is no known size; use “zeroscope”", random);
          return NULL;
        }
      if ((fd = g_file_open_tmp ("videomage-XXXXXX.json", &config, error)) < 0)
        return NULL;
      g_close (fd, NULL);
      if (!g_file_set_contents (config, zeroscope_config, -1, error))
        return NULL;
      weights = weights_new_random (1, device, dtype);
      unet = unet_new (config, weights, error);
      g_unlink (config);
    }
  else
    {
      dir = g_build_filename (model != NULL ? model : ".", "unet", NULL);
      config = g_build_filename (dir, "config.json", NULL);
      weights = weights_open (dir, device, dtype, error);
      unet = weights != NULL ? unet_new (config, weights, error) : NULL;
    }
  self->weight_bytes = weights != NULL ? weights_bytes (weights) : 0;
  return unet;
}

static gboolean
prepare (Bench *self, GVariant *options, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (TGenerator) generator = t_generator_new (1);
  TDevice device = unet_device (self->unet);
  gint64 frames = engine_param_int (options, "frames", 4);
  gint64 height = engine_param_int (options, "height", 8), width = engine_param_int (options, "width", 12);
  gint64 context = unet_context_width (self->unet);
  guint positions[WORDS];
  Tensor *x = t_randn (generator, T_SHAPE (1, unet_in_channels (self->unet), frames, height, width));

  t_assign (&self->x, t_to (x, device, T_F32));
  t_assign (&self->both_texts, t_to (t_randn (generator, T_SHAPE (2, TEXT_TOKENS, context)), device, T_F32));
  t_assign (&self->text, t_narrow (self->both_texts, 0, 0, 1));
  self->schedule = schedule_new (0.00085, 0.012, 1000, 1, error);
  self->lora = lora_new (self->unet, LINEAR_SPATIAL, LORA_RANK, generator, error);
  self->motion = lora_new (self->unet, LINEAR_TEMPORAL, LORA_RANK, generator, error);
  if (self->schedule == NULL || self->lora == NULL || self->motion == NULL)
    return FALSE;
  lora_freeze (self->motion);
  for (guint i = 0; i < WORDS; i++)
    positions[i] = i + 1;
  t_assign (&self->words, word_matrix (positions, positions, WORDS, TEXT_TOKENS, self->x));
  self->optimizer = optimizer_new (0.01, 1);
  for (guint i = 0; i < lora_n_factors (self->lora); i++)
    {
      optimizer_add (self->optimizer, "down", lora_factor (self->lora, i)->down, 1e-4);
      optimizer_add (self->optimizer, "up", lora_factor (self->lora, i)->up, 1e-4);
    }
  return t_check (error);
}

static void
bench_clear (Bench *self)
{
  g_clear_pointer (&self->optimizer, optimizer_free);
  g_clear_pointer (&self->lora, lora_free);
  g_clear_pointer (&self->motion, lora_free);
  g_clear_pointer (&self->schedule, schedule_free);
  g_clear_pointer (&self->unet, unet_free);
  g_clear_object (&self->report);
  t_drop (&self->x);
  t_drop (&self->text);
  t_drop (&self->both_texts);
  t_drop (&self->words);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

/**
 * engine_bench: see EngineTable.bench.
 * @options: vardict: model 's' or random 's' ("zeroscope"), frames 'i', height 'i' and width 'i' (of
 *   latents), threads 'i', repeats 'i', precision 's', device 's'
 *
 * Returns: (transfer full): JSON: per measure cpu_s, wall_s (medians) and peak_mib
 */
char *
engine_bench (GVariant *options, const EngineListener *listener, GError **error)
{
  g_auto (Bench) self = { NULL };
  g_autoptr (JsonNode) root = NULL;
  const char *precision = "auto", *device_name = "auto";
  gint threads = engine_param_int (options, "threads", 1);
  TDevice device;
  TDtype dtype;

  t_set_threads (threads > 0 ? (guint) threads : MAX (g_get_num_processors (), 2) - 1);
  g_variant_lookup (options, "precision", "&s", &precision);
  g_variant_lookup (options, "device", "&s", &device_name);
  if (!engine_choose_device (device_name, &device, error) || !engine_choose_dtype (precision, device, &dtype, error))
    return NULL;
  self.unet = make_unet (&self, options, device, dtype, error);
  if (self.unet == NULL || !prepare (&self, options, error))
    return NULL;
  self.repeats = (guint) CLAMP (engine_param_int (options, "repeats", 5), 1, MAX_REPEATS);
  self.report = json_builder_new ();
  json_builder_begin_object (self.report);
  json_builder_set_member_name (self.report, "libtorch");
  json_builder_add_string_value (self.report, t_torch_version ());
  json_builder_set_member_name (self.report, "device");
  json_builder_add_string_value (self.report, device == T_CUDA ? "cuda" : "cpu");
  json_builder_set_member_name (self.report, "threads");
  json_builder_add_int_value (self.report, t_get_threads ());
  add_number (self.report, "weights_mib", (double) self.weight_bytes / (1024 * 1024));
  add_number (self.report, "start_mib", memory_mib ("VmRSS:"));
  if (!measure (&self, "forward", forward, listener, error)
      || !measure (&self, "sample_step", sample_step, listener, error)
      || !measure (&self, "lora_step_checkpointed", lora_step_checkpointed, listener, error)
      || !measure (&self, "lora_step", lora_step, listener, error))
    return NULL;
  lora_freeze (self.lora); /* as in a sampling */
  if (!measure (&self, "scs_step", scs_step, listener, error)
      || !measure (&self, "scs_guided_step", scs_guided_step, listener, error))
    return NULL;
  json_builder_end_object (self.report);
  root = json_builder_get_root (self.report);
  return json_to_string (root, FALSE);
}
