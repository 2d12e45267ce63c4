/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/vae.h"

#include <math.h>

#include "nn/model-config.h"
#include "nn/resnet.h"

/* eps of every norm of the VAE (diffusers: resnet_eps of AutoencoderKL's blocks). */
#define VAE_EPS 1e-6

/* Each level halves a picture: more than these leave nothing of the largest. */
#define MAX_LEVELS 16

/* Self-attention over the pixels with one head and a group norm. */
typedef struct
{
  Norm norm;
  Linear to_q, to_k, to_v, to_out;
} VaeAttention;

typedef struct
{
  ResnetBlock *resnets;
  guint n_resnets;
  Conv sampler;
  gboolean has_sampler;
} VaeBlock;

/* Encoder or decoder: they have the same parts, in another order. The last activation is SiLU whatever
 * act_fn says (diffusers: Encoder.conv_act). */
typedef struct
{
  Conv conv_in, conv_out;
  VaeBlock *blocks;
  guint n_blocks;
  ResnetBlock mid[2];
  VaeAttention attention;
  gboolean has_attention;
  Norm norm_out;
} VaeHalf;

typedef struct
{
  GArray *channels;
  char *activation;
  gint64 layers, in_channels, out_channels, latent_channels, groups;
  gboolean mid_attention, quant, post_quant;
  double scaling_factor;
} Settings;

struct _Vae
{
  Settings settings;
  char *component_dir; /* (nullable): where the weights come from again */
  gboolean rests;      /* without weights */
  VaeHalf encoder, decoder;
  Conv quant, post_quant;
  gboolean has_quant, has_post_quant;
  TDevice device;
  TDtype dtype;
  VaeObserveFunc observe;
  gpointer observe_data;
};

static void
settings_clear (Settings *self)
{
  g_clear_pointer (&self->channels, g_array_unref);
  g_clear_pointer (&self->activation, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Settings, settings_clear)

static gboolean
read_settings (ModelConfig *config, Settings *s, GError **error)
{
  if ((s->channels = model_config_ints (config, "block_out_channels", 0, error)) == NULL
      || (s->activation = model_config_string (config, "act_fn", "silu", error)) == NULL
      || !model_config_int (config, "layers_per_block", 1, 1, 64, &s->layers, error)
      || !model_config_int (config, "in_channels", 3, 1, 64, &s->in_channels, error)
      || !model_config_int (config, "out_channels", 3, 1, 64, &s->out_channels, error)
      || !model_config_int (config, "latent_channels", 4, 1, 4096, &s->latent_channels, error)
      || !model_config_int (config, "norm_num_groups", 32, 1, 65536, &s->groups, error)
      || !model_config_bool (config, "mid_block_add_attention", TRUE, &s->mid_attention, error)
      || !model_config_bool (config, "use_quant_conv", TRUE, &s->quant, error)
      || !model_config_bool (config, "use_post_quant_conv", TRUE, &s->post_quant, error)
      || !model_config_double (config, "scaling_factor", 0.18215, &s->scaling_factor, error))
    return FALSE;
  if (s->channels->len > MAX_LEVELS)
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: “block_out_channels” has more than %d entries",
                   model_config_path (config), MAX_LEVELS);
      return FALSE;
    }
  for (guint i = 0; i < s->channels->len; i++)
    if (g_array_index (s->channels, gint64, i) % s->groups != 0)
      {
        g_set_error (error, T_ERROR, T_ERROR_FILE,
                     "%s: “norm_num_groups” %" G_GINT64_FORMAT " does not divide the %" G_GINT64_FORMAT
                     " channels in “block_out_channels”",
                     model_config_path (config), s->groups, g_array_index (s->channels, gint64, i));
        return FALSE;
      }
  if (activation_from_name (s->activation) == NULL || !(s->scaling_factor > 0))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: “act_fn” or “scaling_factor” has no usable value",
                   model_config_path (config));
      return FALSE;
    }
  return TRUE;
}

static void
attention_init_in (VaeAttention *self, Weights *weights, const char *path, gint64 c, gint64 groups)
{
  PATH (norm, "%s.group_norm", path);
  PATH (q, "%s.to_q", path);
  PATH (k, "%s.to_k", path);
  PATH (v, "%s.to_v", path);
  PATH (out, "%s.to_out.0", path);

  norm_init (&self->norm, weights, norm, c, groups, VAE_EPS);
  linear_init (&self->to_q, weights, q, LINEAR_PLAIN, c, c, TRUE);
  linear_init (&self->to_k, weights, k, LINEAR_PLAIN, c, c, TRUE);
  linear_init (&self->to_v, weights, v, LINEAR_PLAIN, c, c, TRUE);
  linear_init (&self->to_out, weights, out, LINEAR_PLAIN, c, c, TRUE);
}

static Tensor *
attention_forward_in (VaeAttention *self, Tensor *x)
{
  T_SCOPE ();
  gint64 n = t_size (x, 0), c = t_size (x, 1), height = t_size (x, 2), width = t_size (x, 3);
  Tensor *h = t_transpose (t_reshape (norm_forward (&self->norm, x), T_SHAPE (n, c, height * width)), 1, 2);
  Tensor *q = t_unsqueeze (linear_forward (&self->to_q, h), 1);
  Tensor *k = t_unsqueeze (linear_forward (&self->to_k, h), 1);
  Tensor *v = t_unsqueeze (linear_forward (&self->to_v, h), 1);

  h = t_squeeze (t_attention (q, k, v, FALSE, 1 / sqrt ((double) c)), 1);
  h = linear_forward (&self->to_out, h);
  return t_keep (t_add (x, t_reshape (t_transpose (h, 1, 2), T_SHAPE (n, c, height, width))));
}

static void
half_init_mid (VaeHalf *self, Weights *weights, const char *path, const Settings *s, gint64 c)
{
  PATH (attention, "%s.mid_block.attentions.0", path);

  for (guint i = 0; i < 2; i++)
    {
      PATH (resnet, "%s.mid_block.resnets.%u", path, i);
      resnet_block_init (&self->mid[i], weights, resnet, c, c, 0, s->groups, VAE_EPS, 1,
                         activation_from_name (s->activation));
    }
  self->has_attention = s->mid_attention;
  if (self->has_attention)
    attention_init_in (&self->attention, weights, attention, c, s->groups);
}

static void
half_init_block (VaeHalf *self, Weights *weights, const char *path, const char *sampler, const Settings *s,
                 guint i, guint n_resnets, gint64 n_in, gint64 n_out, gboolean has_sampler)
{
  VaeBlock *block = &self->blocks[i];

  block->n_resnets = n_resnets;
  block->resnets = g_new0 (ResnetBlock, n_resnets);
  for (guint j = 0; j < n_resnets; j++)
    {
      PATH (resnet, "%s.%u.resnets.%u", path, i, j);
      resnet_block_init (&block->resnets[j], weights, resnet, j == 0 ? n_in : n_out, n_out, 0, s->groups,
                         VAE_EPS, 1, activation_from_name (s->activation));
    }
  block->has_sampler = has_sampler;
  if (has_sampler)
    {
      PATH (conv, "%s.%u.%s.0.conv", path, i, sampler);
      gboolean down = g_str_equal (sampler, "downsamplers");
      conv_init (&block->sampler, weights, conv, n_out, n_out, 3, down ? 2 : 1, down ? 0 : 1);
    }
}

static void
encoder_init (VaeHalf *self, Weights *weights, const Settings *s)
{
  guint n = s->channels->len;
  gint64 *c = (gint64 *) (gpointer) s->channels->data;

  conv_init (&self->conv_in, weights, "encoder.conv_in", s->in_channels, c[0], 3, 1, 1);
  self->n_blocks = n;
  self->blocks = g_new0 (VaeBlock, n);
  for (guint i = 0; i < n; i++)
    half_init_block (self, weights, "encoder.down_blocks", "downsamplers", s, i, (guint) s->layers,
                     c[i > 0 ? i - 1 : 0], c[i], i + 1 < n);
  half_init_mid (self, weights, "encoder", s, c[n - 1]);
  norm_init (&self->norm_out, weights, "encoder.conv_norm_out", c[n - 1], s->groups, VAE_EPS);
  conv_init (&self->conv_out, weights, "encoder.conv_out", c[n - 1], 2 * s->latent_channels, 3, 1, 1);
}

static void
decoder_init (VaeHalf *self, Weights *weights, const Settings *s)
{
  guint n = s->channels->len;
  gint64 *c = (gint64 *) (gpointer) s->channels->data;

  conv_init (&self->conv_in, weights, "decoder.conv_in", s->latent_channels, c[n - 1], 3, 1, 1);
  half_init_mid (self, weights, "decoder", s, c[n - 1]);
  self->n_blocks = n;
  self->blocks = g_new0 (VaeBlock, n);
  for (guint i = 0; i < n; i++)
    half_init_block (self, weights, "decoder.up_blocks", "upsamplers", s, i, (guint) s->layers + 1,
                     c[i > 0 ? n - i : n - 1], c[n - 1 - i], i + 1 < n);
  norm_init (&self->norm_out, weights, "decoder.conv_norm_out", c[0], s->groups, VAE_EPS);
  conv_init (&self->conv_out, weights, "decoder.conv_out", c[0], s->out_channels, 3, 1, 1);
}

static void
take_weights (gpointer network, Weights *weights)
{
  Vae *self = network;
  const Settings *s = &self->settings;
  gint64 c = s->latent_channels;

  encoder_init (&self->encoder, weights, s);
  decoder_init (&self->decoder, weights, s);
  self->has_quant = s->quant;
  if (s->quant)
    conv_init (&self->quant, weights, "quant_conv", 2 * c, 2 * c, 1, 1, 0);
  self->has_post_quant = s->post_quant;
  if (s->post_quant)
    conv_init (&self->post_quant, weights, "post_quant_conv", c, c, 1, 1, 0);
}

/**
 * vae_new:
 * @config_path: its config.json in diffusers layout
 * @weights: where the parameters come from
 *
 * Returns: (transfer full): the network, or NULL with an error that names file and key or tensor
 */
Vae *
vae_new (const char *config_path, Weights *weights, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (ModelConfig) config = model_config_load (config_path, error);
  g_autoptr (Vae) self = g_new0 (Vae, 1);

  if (config == NULL || !read_settings (config, &self->settings, error))
    return NULL;
  self->component_dir = g_strdup (weights_component_dir (weights));
  self->device = weights_device (weights);
  self->dtype = weights_dtype (weights);
  take_weights (self, weights);
  return t_check (error) ? g_steal_pointer (&self) : NULL;
}

static void
half_clear (VaeHalf *self)
{
  conv_clear (&self->conv_in);
  conv_clear (&self->conv_out);
  norm_clear (&self->norm_out);
  for (guint i = 0; i < self->n_blocks; i++)
    {
      for (guint j = 0; j < self->blocks[i].n_resnets; j++)
        resnet_block_clear (&self->blocks[i].resnets[j]);
      conv_clear (&self->blocks[i].sampler);
      g_free (self->blocks[i].resnets);
    }
  for (guint i = 0; i < 2; i++)
    resnet_block_clear (&self->mid[i]);
  norm_clear (&self->attention.norm);
  linear_clear (&self->attention.to_q);
  linear_clear (&self->attention.to_k);
  linear_clear (&self->attention.to_v);
  linear_clear (&self->attention.to_out);
  g_clear_pointer (&self->blocks, g_free);
  self->n_blocks = 0;
}

static void
drop_weights (gpointer network)
{
  Vae *self = network;

  half_clear (&self->encoder);
  half_clear (&self->decoder);
  conv_clear (&self->quant);
  conv_clear (&self->post_quant);
}

void
vae_free (Vae *self)
{
  if (self == NULL)
    return;
  drop_weights (self);
  settings_clear (&self->settings);
  g_free (self->component_dir);
  g_free (self);
}

/**
 * vae_rest:
 *
 * Gives the memory of the weights back. What encodes or decodes next takes them from their folder again, and an error of that waits as
 * any other. Weights that come from no folder stay.
 */
void
vae_rest (Vae *self)
{
  if (self->component_dir == NULL || self->rests)
    return;
  drop_weights (self);
  self->rests = TRUE;
}

static gboolean
wake (Vae *self)
{
  return weights_wake (self, &self->rests, self->component_dir, self->device, self->dtype, take_weights, drop_weights);
}

/** vae_set_observer: @func hears the outputs of both mid blocks (NULL: nobody). */
void
vae_set_observer (Vae *self, VaeObserveFunc func, gpointer data)
{
  self->observe = func;
  self->observe_data = data;
}

static Tensor *
forward_mid (Vae *self, VaeHalf *half, const char *path, Tensor *h)
{
  T_SCOPE ();

  t_poll ();
  h = resnet_block_forward (&half->mid[0], NULL, h);
  if (half->has_attention)
    h = attention_forward_in (&half->attention, h);
  h = resnet_block_forward (&half->mid[1], NULL, h);
  if (self->observe != NULL && h != NULL)
    self->observe (self->observe_data, path, h);
  return t_keep (h);
}

static Tensor *
forward_block (VaeBlock *block, Tensor *h, gboolean down)
{
  T_SCOPE ();

  t_poll ();
  for (guint i = 0; i < block->n_resnets; i++)
    h = resnet_block_forward (&block->resnets[i], NULL, h);
  if (block->has_sampler && down)
    h = conv_forward (&block->sampler, t_pad (h, T_SHAPE (0, 1, 0, 1), 0)); /* right and bottom by one */
  else if (block->has_sampler)
    h = conv_forward (&block->sampler, t_nearest2d (h, 2 * t_size (h, 2), 2 * t_size (h, 3)));
  return t_keep (h);
}

/**
 * vae_encode:
 * @pixels: [N, 3, H, W] in [−1, 1]
 *
 * Returns: [N, 2·latent channels, H/f, W/f]: mean and log variance, see vae_moments_mean ()
 */
Tensor *
vae_encode (Vae *self, Tensor *pixels)
{
  T_SCOPE ();
  VaeHalf *half = &self->encoder;
  Tensor *h;

  if (!wake (self))
    return NULL;
  h = conv_forward (&half->conv_in, t_to (pixels, self->device, self->dtype));
  for (guint i = 0; i < half->n_blocks; i++)
    h = forward_block (&half->blocks[i], h, TRUE);
  h = forward_mid (self, half, "encoder.mid_block", h);
  h = conv_forward (&half->conv_out, t_silu (norm_forward (&half->norm_out, h)));
  return t_keep (self->has_quant ? conv_forward (&self->quant, h) : h);
}

/** vae_moments_mean: the mean of the latent distribution, not yet scaled. */
Tensor *
vae_moments_mean (Tensor *moments)
{
  return t_narrow (moments, 1, 0, t_size (moments, 1) / 2);
}

/** vae_moments_logvar: its log variance, limited to [−30, 20]. */
Tensor *
vae_moments_logvar (Tensor *moments)
{
  gint64 n = t_size (moments, 1) / 2;

  return t_clamp (t_narrow (moments, 1, n, n), -30, 20);
}

/**
 * vae_decode:
 * @z: [N, latent channels, h, w], divided by the scaling factor already
 *
 * Returns: [N, 3, h·f, w·f], about [−1, 1]
 */
Tensor *
vae_decode (Vae *self, Tensor *z)
{
  T_SCOPE ();
  VaeHalf *half = &self->decoder;
  Tensor *h;

  if (!wake (self))
    return NULL;
  h = t_to (z, self->device, self->dtype);
  if (self->has_post_quant)
    h = conv_forward (&self->post_quant, h);
  h = forward_mid (self, half, "decoder.mid_block", conv_forward (&half->conv_in, h));
  for (guint i = 0; i < half->n_blocks; i++)
    h = forward_block (&half->blocks[i], h, FALSE);
  return t_keep (conv_forward (&half->conv_out, t_silu (norm_forward (&half->norm_out, h))));
}

/** vae_scaling_factor: what latents are multiplied by after encoding. */
double
vae_scaling_factor (Vae *self)
{
  return self->settings.scaling_factor;
}

/** vae_reduction: f, pixels per latent along a side: 2^(levels − 1). */
gint64
vae_reduction (Vae *self)
{
  return (gint64) 1 << (self->settings.channels->len - 1);
}

/** vae_latent_channels: of latents. */
gint64
vae_latent_channels (Vae *self)
{
  return self->settings.latent_channels;
}

/** vae_device: where it computes. */
TDevice
vae_device (Vae *self)
{
  return self->device;
}

/** vae_dtype: what it computes in. */
TDtype
vae_dtype (Vae *self)
{
  return self->dtype;
}
