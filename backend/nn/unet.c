/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/unet.h"

#include <math.h>
#include <string.h>

#include "nn/model-config.h"
#include "nn/unet-block.h"

/* transformer_in always has 8 heads of attention_head_dim, whatever the channels (diffusers). */
#define TRANSFORMER_IN_HEADS 8

struct _UNet
{
  Conv conv_in, conv_out;
  Linear time_1, time_2;
  Transformer transformer_in;
  UNetBlock *down, *up, mid;
  guint n_blocks;
  Norm conv_norm_out;
  UNetBlockSizes sizes;
  gint64 in_channels, out_channels, first_channels;
  TDevice device;
  TDtype dtype;
  gsize weight_bytes;
  gboolean recompute;
  GPtrArray *linears; /* of all transformers, in module order */
  GHashTable *by_path;
};

/* What config.json says, before any weight is touched. */
typedef struct
{
  GArray *channels;
  GStrv down_types, up_types;
  gint64 layers, in_channels, out_channels, context, head_dim, groups, padding;
  double eps, mid_scale;
  char *activation;
} Settings;

static void
settings_clear (Settings *self)
{
  g_clear_pointer (&self->channels, g_array_unref);
  g_clear_pointer (&self->down_types, g_strfreev);
  g_clear_pointer (&self->up_types, g_strfreev);
  g_clear_pointer (&self->activation, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Settings, settings_clear)

static gint64
channels_of (const Settings *settings, guint i)
{
  return g_array_index (settings->channels, gint64, i);
}

static gboolean
read_settings (ModelConfig *config, Settings *s, GError **error)
{
  g_autoptr (GArray) head_dims = NULL;
  gint64 required = MODEL_CONFIG_REQUIRED;

  if ((s->channels = model_config_ints (config, "block_out_channels", 0, error)) == NULL
      || (s->down_types = model_config_strings (config, "down_block_types", error)) == NULL
      || (s->up_types = model_config_strings (config, "up_block_types", error)) == NULL
      || (head_dims = model_config_ints (config, "attention_head_dim", 1, error)) == NULL
      || (s->activation = model_config_string (config, "act_fn", "silu", error)) == NULL
      || !model_config_int (config, "layers_per_block", 2, 1, 64, &s->layers, error)
      || !model_config_int (config, "in_channels", 4, 1, 4096, &s->in_channels, error)
      || !model_config_int (config, "out_channels", 4, 1, 4096, &s->out_channels, error)
      || !model_config_int (config, "cross_attention_dim", required, 1, 65536, &s->context, error)
      || !model_config_int (config, "norm_num_groups", 32, 1, 65536, &s->groups, error)
      || !model_config_int (config, "downsample_padding", 1, 0, 8, &s->padding, error)
      || !model_config_double (config, "norm_eps", 1e-5, &s->eps, error)
      || !model_config_double (config, "mid_block_scale_factor", 1, &s->mid_scale, error))
    return FALSE;
  s->head_dim = g_array_index (head_dims, gint64, 0);
  if (g_strv_length (s->down_types) != s->channels->len || g_strv_length (s->up_types) != s->channels->len)
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: “down_block_types”, “up_block_types” and “block_out_channels” differ in length",
                   model_config_path (config));
      return FALSE;
    }
  for (guint i = 0; i < s->channels->len; i++)
    if (channels_of (s, i) % s->groups != 0)
      {
        g_set_error (error, T_ERROR, T_ERROR_FILE,
                     "%s: “norm_num_groups” %" G_GINT64_FORMAT " does not divide the %" G_GINT64_FORMAT
                     " channels in “block_out_channels”",
                     model_config_path (config), s->groups, channels_of (s, i));
        return FALSE;
      }
  if (activation_from_name (s->activation) == NULL)
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: the activation “%s” of “act_fn” is not known",
                   model_config_path (config), s->activation);
      return FALSE;
    }
  return TRUE;
}

/* Whether a block type has transformers; an unknown one is an error. */
static gboolean
block_type (ModelConfig *config, const char *type, const char *plain, gboolean *attention, GError **error)
{
  g_autofree char *crossed = g_strconcat ("CrossAttn", plain, NULL);

  *attention = g_str_equal (type, crossed);
  if (*attention || g_str_equal (type, plain))
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: the block type “%s” is not one of a 3D UNet",
               model_config_path (config), type);
  return FALSE;
}

static gboolean
init_blocks (UNet *self, ModelConfig *config, const Settings *s, Weights *weights, GError **error)
{
  guint n = s->channels->len;

  self->n_blocks = n;
  self->down = g_new0 (UNetBlock, n);
  self->up = g_new0 (UNetBlock, n);
  for (guint i = 0; i < n; i++)
    {
      gboolean attention;
      PATH (path, "down_blocks.%u", i);
      if (!block_type (config, s->down_types[i], "DownBlock3D", &attention, error))
        return FALSE;
      unet_block_init_down (&self->down[i], weights, path, &self->sizes, (guint) s->layers,
                            channels_of (s, i > 0 ? i - 1 : 0), channels_of (s, i), attention, i + 1 < n);
    }
  unet_block_init_mid (&self->mid, weights, "mid_block", &self->sizes, channels_of (s, n - 1));
  for (guint i = 0; i < n; i++)
    {
      gboolean attention;
      PATH (path, "up_blocks.%u", i);
      guint level = n - 1 - i; /* the up path runs through the levels backwards */
      if (!block_type (config, s->up_types[i], "UpBlock3D", &attention, error))
        return FALSE;
      unet_block_init_up (&self->up[i], weights, path, &self->sizes, (guint) s->layers + 1,
                          channels_of (s, level > 0 ? level - 1 : 0),
                          channels_of (s, i > 0 ? level + 1 : level), channels_of (s, level), attention,
                          i + 1 < n);
    }
  return TRUE;
}

static void
register_linear (Linear *linear, gpointer data)
{
  UNet *self = data;

  g_ptr_array_add (self->linears, linear);
  g_hash_table_insert (self->by_path, linear->path, linear);
}

static void
register_linears (UNet *self)
{
  self->linears = g_ptr_array_new ();
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  transformer_foreach_linear (&self->transformer_in, register_linear, self);
  for (guint i = 0; i < self->n_blocks; i++)
    unet_block_foreach_linear (&self->down[i], register_linear, self);
  for (guint i = 0; i < self->n_blocks; i++)
    unet_block_foreach_linear (&self->up[i], register_linear, self);
  unet_block_foreach_linear (&self->mid, register_linear, self);
}

/**
 * unet_new:
 * @config_path: its config.json in diffusers layout
 * @weights: where the parameters come from
 *
 * Returns: (transfer full): the network, or NULL with an error that names file and key or tensor
 */
UNet *
unet_new (const char *config_path, Weights *weights, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (ModelConfig) config = model_config_load (config_path, error);
  g_autoptr (UNet) self = g_new0 (UNet, 1);
  g_auto (Settings) s = { NULL };
  gint64 first;

  if (config == NULL || !read_settings (config, &s, error))
    return NULL;
  first = channels_of (&s, 0);
  self->first_channels = first;
  self->in_channels = s.in_channels;
  self->out_channels = s.out_channels;
  self->device = weights_device (weights);
  self->dtype = weights_dtype (weights);
  self->sizes = (UNetBlockSizes){
    .time_width = 4 * first, .context_width = s.context, .head_dim = s.head_dim, .groups = s.groups,
    .downsample_padding = s.padding, .eps = s.eps, .mid_scale = s.mid_scale,
    .activation = activation_from_name (s.activation),
  };
  conv_init (&self->conv_in, weights, "conv_in", s.in_channels, first, 3, 1, 1);
  linear_init (&self->time_1, weights, "time_embedding.linear_1", LINEAR_PLAIN, first, 4 * first, TRUE);
  linear_init (&self->time_2, weights, "time_embedding.linear_2", LINEAR_PLAIN, 4 * first, 4 * first, TRUE);
  transformer_init (&self->transformer_in, weights, "transformer_in", TRUE, first, 0, TRANSFORMER_IN_HEADS,
                    s.head_dim, s.groups);
  if (!init_blocks (self, config, &s, weights, error))
    {
      t_check (NULL);
      return NULL;
    }
  norm_init (&self->conv_norm_out, weights, "conv_norm_out", first, s.groups, s.eps);
  conv_init (&self->conv_out, weights, "conv_out", first, s.out_channels, 3, 1, 1);
  self->weight_bytes = weights_bytes (weights);
  register_linears (self);
  return t_check (error) ? g_steal_pointer (&self) : NULL;
}

void
unet_free (UNet *self)
{
  if (self == NULL)
    return;
  conv_clear (&self->conv_in);
  conv_clear (&self->conv_out);
  linear_clear (&self->time_1);
  linear_clear (&self->time_2);
  transformer_clear (&self->transformer_in);
  for (guint i = 0; i < self->n_blocks; i++)
    {
      unet_block_clear (&self->down[i]);
      unet_block_clear (&self->up[i]);
    }
  unet_block_clear (&self->mid);
  norm_clear (&self->conv_norm_out);
  g_clear_pointer (&self->linears, g_ptr_array_unref);
  g_clear_pointer (&self->by_path, g_hash_table_unref);
  g_free (self->down);
  g_free (self->up);
  g_free (self);
}

/**
 * unet_time_embedding:
 * @t: [B] timesteps, any type
 *
 * [cos, sin] of t · exp (−ln 10000 · i / (C/2)), then two layers (diffusers: Timesteps with
 * flip_sin_to_cos, TimestepEmbedding).
 *
 * Returns: [B, 4·C]
 */
Tensor *
unet_time_embedding (UNet *self, Tensor *t)
{
  T_SCOPE ();
  gint64 half = self->first_channels / 2;
  Tensor *exponent = t_mul_scalar (t_arange (half, T_F32, self->device), -log (10000.0) / (double) half);
  Tensor *angles = t_mul (t_unsqueeze (t_to (t, self->device, T_F32), 1), t_unsqueeze (t_exp (exponent), 0));
  Tensor *both[] = { t_cos (angles), t_sin (angles) };
  Tensor *e = t_to_dtype (t_cat (both, 2, 1), self->dtype);

  e = self->sizes.activation (linear_forward (&self->time_1, e));
  return t_keep (linear_forward (&self->time_2, e));
}

/* The levels down and up again; the skips wait on a stack. */
static Tensor *
run_blocks (UNet *self, const UNetCall *call, Tensor *h)
{
  T_SCOPE ();
  UNetSkips skips;

  unet_skips_init (&skips);
  unet_skips_push (&skips, h);
  for (guint i = 0; i < self->n_blocks; i++)
    h = unet_block_forward_down (&self->down[i], call, h, &skips);
  h = unet_block_forward_mid (&self->mid, call, h);
  for (guint i = 0; i < self->n_blocks; i++)
    h = unet_block_forward_up (&self->up[i], call, h, &skips);
  unet_skips_clear (&skips);
  return t_keep (h);
}

/**
 * unet_set_recompute:
 * @recompute: whether passes that are recorded keep each layer's inputs alone (gradient checkpointing): less memory for a sixth
 *   to a half more time. Passes that somebody watches keep all. The LoRAs must stay until the backward pass
 */
void
unet_set_recompute (UNet *self, gboolean recompute)
{
  self->recompute = recompute;
}

/**
 * unet_forward:
 * @call: who watches (zeroed: nobody); the rest of it is filled in
 * @x: [B, in_channels, F, H, W] noisy latents
 * @t: [B] or [1] timesteps
 * @text: [B or 1, tokens, context width] the text encoder's states
 *
 * Returns: [B, out_channels, F, H, W] the predicted noise, in @x's type; NULL when an error waits or
 *   the probe had all its answers before the end (attention_probe_stop_after ())
 */
Tensor *
unet_forward (UNet *self, UNetCall *call, Tensor *x, Tensor *t, Tensor *text)
{
  T_SCOPE ();
  gint64 b = t_size (x, 0), f = t_size (x, 2), height = t_size (x, 3), width = t_size (x, 4);
  Tensor *h;

  t_poll ();
  if (!t_failed () && (t_n_dims (x) != 5 || t_size (x, 1) != self->in_channels))
    t_fail (T_ERROR_FAILED, "unet: the input must be [B, %" G_GINT64_FORMAT ", F, H, W]", self->in_channels);
  call->recompute = self->recompute && call->probe == NULL && call->observe == NULL && t_grad_enabled ();
  call->batch = b;
  call->frames = f;
  call->embedding = unet_time_embedding (self, t);
  if (t_size (call->embedding, 0) != b)
    call->embedding = t_expand (call->embedding, T_SHAPE (b, -1));
  call->text = t_to (text, self->device, self->dtype);
  if (t_size (text, 0) != b)
    call->text = t_expand (call->text, T_SHAPE (b, -1, -1));

  h = t_reshape (t_transpose (t_to (x, self->device, self->dtype), 1, 2),
                 T_SHAPE (b * f, self->in_channels, height, width));
  if (self->device == T_CPU && self->dtype == T_F32)
    h = t_channels_last (h); /* the faster way round for all that follows */
  h = unet_call_observe (call, "conv_in", conv_forward (&self->conv_in, h));
  if (!call->skip_temporal)
    h = transformer_forward (&self->transformer_in, call, h);
  h = run_blocks (self, call, h);
  if (attention_probe_is_done (call->probe))
    {
      call->embedding = call->text = NULL;
      return NULL;
    }
  h = t_silu (unet_call_observe (call, "conv_norm_out", norm_forward (&self->conv_norm_out, h)));
  h = unet_call_observe (call, "conv_out", conv_forward (&self->conv_out, h));
  h = t_transpose (t_reshape (h, T_SHAPE (b, f, self->out_channels, height, width)), 1, 2);
  call->embedding = call->text = NULL;
  return t_keep (t_to_dtype (t_contiguous (h), t_dtype (x)));
}

/** unet_n_linears: how many linear layers can carry a LoRA. */
guint
unet_n_linears (UNet *self)
{
  return self->linears->len;
}

/** unet_linear: (transfer none): layer @i, in module order. */
Linear *
unet_linear (UNet *self, guint i)
{
  return g_ptr_array_index (self->linears, i);
}

/** unet_find_linear: (transfer none) (nullable): the layer of that name. */
Linear *
unet_find_linear (UNet *self, const char *path)
{
  return g_hash_table_lookup (self->by_path, path);
}

/** unet_dup_attentions: (transfer full): the names of the layers of these ATTENTION_KIND () bits. */
GStrv
unet_dup_attentions (UNet *self, guint kinds)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->linears->len; i++)
    {
      Linear *linear = unet_linear (self, i);
      gboolean first = g_str_has_suffix (linear->path, ".attn1.to_q");
      AttentionKind kind = linear->kind == LINEAR_TEMPORAL ? ATTENTION_TEMPORAL
                           : first                         ? ATTENTION_SPATIAL_SELF
                                                           : ATTENTION_SPATIAL_CROSS;
      if ((first || g_str_has_suffix (linear->path, ".attn2.to_q")) && (kinds & ATTENTION_KIND (kind)) != 0)
        g_strv_builder_take (builder, g_strndup (linear->path, strlen (linear->path) - strlen (".to_q")));
    }
  return g_strv_builder_end (builder);
}

/** unet_count_attentions: how many layers of these ATTENTION_KIND () bits there are. */
guint
unet_count_attentions (UNet *self, guint kinds)
{
  g_auto (GStrv) names = unet_dup_attentions (self, kinds);

  return g_strv_length (names);
}

/** unet_weight_bytes: what its parameters take. */
gsize
unet_weight_bytes (UNet *self)
{
  return self->weight_bytes;
}

/** unet_in_channels: of latents. */
gint64
unet_in_channels (UNet *self)
{
  return self->in_channels;
}

/** unet_context_width: of the text states that it takes. */
gint64
unet_context_width (UNet *self)
{
  return self->sizes.context_width;
}

/** unet_device: where it computes. */
TDevice
unet_device (UNet *self)
{
  return self->device;
}

/** unet_dtype: what it computes in. */
TDtype
unet_dtype (UNet *self)
{
  return self->dtype;
}
