/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/unet-block.h"

/* The blocks of UNet3DConditionModel (diffusers: models/unets/unet_3d_blocks.py). */

static void
skip_free (gpointer data)
{
  Tensor *x = data;

  t_drop (&x);
}

void
unet_skips_init (UNetSkips *self)
{
  self->tensors = g_ptr_array_new_with_free_func (skip_free);
}

void
unet_skips_clear (UNetSkips *self)
{
  g_clear_pointer (&self->tensors, g_ptr_array_unref);
}

/** unet_skips_push: keeps another handle to @x. */
void
unet_skips_push (UNetSkips *self, Tensor *x)
{
  Tensor *alias = t_steal (t_alias (x));

  if (alias != NULL)
    g_ptr_array_add (self->tensors, alias);
}

/** unet_skips_peek: (transfer none) (nullable): what unet_skips_pop () would give. */
Tensor *
unet_skips_peek (UNetSkips *self)
{
  return self->tensors->len > 0 ? g_ptr_array_index (self->tensors, self->tensors->len - 1) : NULL;
}

/** unet_skips_pop: the newest, now a handle of the innermost scope; NULL once an error waits. */
Tensor *
unet_skips_pop (UNetSkips *self)
{
  Tensor *top = unet_skips_peek (self);
  Tensor *x = top != NULL ? t_alias (top) : NULL;

  if (top != NULL)
    g_ptr_array_set_size (self->tensors, (gint) self->tensors->len - 1);
  return x;
}

static void
init_attentions (UNetLayer *layer, Weights *weights, const char *path, const UNetBlockSizes *sizes,
                 guint i, gint64 channels)
{
  PATH (attention, "%s.attentions.%u", path, i);
  PATH (temp_attention, "%s.temp_attentions.%u", path, i);
  gint64 heads = channels / sizes->head_dim;

  if (channels % sizes->head_dim != 0)
    t_take_error (g_error_new (T_ERROR, T_ERROR_FILE,
                               "the configuration's “attention_head_dim” %" G_GINT64_FORMAT
                               " does not divide the %" G_GINT64_FORMAT " channels of “%s”",
                               sizes->head_dim, channels, path));
  transformer_init (&layer->attention, weights, attention, FALSE, channels, sizes->context_width, heads,
                    sizes->head_dim, sizes->groups);
  transformer_init (&layer->temp_attention, weights, temp_attention, TRUE, channels, 0, heads,
                    sizes->head_dim, sizes->groups);
}

static void
init_convolutions (UNetLayer *layer, Weights *weights, const char *path, const UNetBlockSizes *sizes,
                   guint i, gint64 n_in, gint64 n_out, double scale)
{
  PATH (resnet, "%s.resnets.%u", path, i);
  PATH (temp_conv, "%s.temp_convs.%u", path, i);

  resnet_block_init (&layer->resnet, weights, resnet, n_in, n_out, sizes->time_width, sizes->groups,
                     sizes->eps, scale, sizes->activation);
  temporal_conv_init (&layer->temp_conv, weights, temp_conv, n_out, sizes->groups);
}

static void
init_common (UNetBlock *self, const char *path, guint n_layers, gboolean attention)
{
  self->path = g_strdup (path);
  self->n_layers = n_layers;
  self->layers = g_new0 (UNetLayer, n_layers);
  self->has_attention = attention;
}

/** unet_block_init_down: (CrossAttn)DownBlock3D; the sampler halves the size. */
void
unet_block_init_down (UNetBlock *self, Weights *weights, const char *path, const UNetBlockSizes *sizes,
                      guint n_layers, gint64 n_in, gint64 n_out, gboolean attention, gboolean sampler)
{
  PATH (conv, "%s.downsamplers.0.conv", path);

  init_common (self, path, n_layers, attention);
  for (guint i = 0; i < n_layers; i++)
    {
      init_convolutions (&self->layers[i], weights, path, sizes, i, i == 0 ? n_in : n_out, n_out, 1);
      if (attention)
        init_attentions (&self->layers[i], weights, path, sizes, i, n_out);
    }
  self->has_sampler = sampler;
  if (sampler)
    conv_init (&self->sampler, weights, conv, n_out, n_out, 3, 2, (int) sizes->downsample_padding);
}

/** unet_block_init_mid: UNetMidBlock3DCrossAttn: two resnets around one pair of transformers. */
void
unet_block_init_mid (UNetBlock *self, Weights *weights, const char *path, const UNetBlockSizes *sizes,
                     gint64 channels)
{
  init_common (self, path, 2, TRUE);
  for (guint i = 0; i < 2; i++)
    init_convolutions (&self->layers[i], weights, path, sizes, i, channels, channels, sizes->mid_scale);
  init_attentions (&self->layers[0], weights, path, sizes, 0, channels);
}

/**
 * unet_block_init_up: (CrossAttn)UpBlock3D
 * @n_in: channels of the last skip
 * @n_previous: channels that come from below
 */
void
unet_block_init_up (UNetBlock *self, Weights *weights, const char *path, const UNetBlockSizes *sizes,
                    guint n_layers, gint64 n_in, gint64 n_previous, gint64 n_out, gboolean attention,
                    gboolean sampler)
{
  PATH (conv, "%s.upsamplers.0.conv", path);

  init_common (self, path, n_layers, attention);
  for (guint i = 0; i < n_layers; i++)
    {
      gint64 n_skip = i == n_layers - 1 ? n_in : n_out;
      gint64 n_below = i == 0 ? n_previous : n_out;
      init_convolutions (&self->layers[i], weights, path, sizes, i, n_below + n_skip, n_out, 1);
      if (attention)
        init_attentions (&self->layers[i], weights, path, sizes, i, n_out);
    }
  self->has_sampler = sampler;
  if (sampler)
    conv_init (&self->sampler, weights, conv, n_out, n_out, 3, 1, 1);
}

void
unet_block_clear (UNetBlock *self)
{
  for (guint i = 0; i < self->n_layers; i++)
    {
      UNetLayer *layer = &self->layers[i];
      resnet_block_clear (&layer->resnet);
      temporal_conv_clear (&layer->temp_conv);
      if (layer->attention.path != NULL)
        transformer_clear (&layer->attention);
      if (layer->temp_attention.path != NULL)
        transformer_clear (&layer->temp_attention);
    }
  if (self->has_sampler)
    conv_clear (&self->sampler);
  g_clear_pointer (&self->layers, g_free);
  g_clear_pointer (&self->path, g_free);
}

static Tensor *
convolve (UNetLayer *layer, const UNetCall *call, Tensor *x, gboolean temporal)
{
  T_SCOPE ();

  t_poll ();
  x = resnet_block_forward (&layer->resnet, call, x);
  if (temporal)
    x = temporal_conv_forward (&layer->temp_conv, call, x);
  return t_keep (x);
}

static Tensor *
attend (UNetLayer *layer, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();

  t_poll ();
  x = transformer_forward (&layer->attention, call, x);
  if (!call->skip_temporal)
    x = transformer_forward (&layer->temp_attention, call, x);
  return t_keep (x);
}

/* A layer of a block: a resnet with its temporal convolution, then its transformers, if it has them. */
typedef struct
{
  UNetLayer *layer;
  UNetCall call;
  gboolean attention;
} Step;

static Tensor *
take_step (const Step *step, Tensor *x)
{
  x = convolve (step->layer, &step->call, x, !step->call.skip_temporal);
  return step->attention ? attend (step->layer, &step->call, x) : x;
}

/* The handles of the call are gone by the time of the backward pass: what they hold comes as inputs. */
static Tensor *
take_step_again (gconstpointer data, Tensor *const *inputs, gsize n)
{
  Step step = *(const Step *) data;

  step.call.embedding = inputs[1];
  step.call.text = inputs[2];
  return take_step (&step, inputs[0]);
}

static Tensor *
run_layer (UNetLayer *layer, const UNetCall *call, Tensor *x, gboolean attention)
{
  T_SCOPE ();
  Step step = { layer, *call, attention };
  Tensor *inputs[] = { x, call->embedding, call->text };

  if (!call->recompute)
    return t_keep (take_step (&step, x));
  return t_keep (t_recompute (take_step_again, &step, sizeof step, inputs, G_N_ELEMENTS (inputs)));
}

/** unet_block_forward_down: pushes every layer's output and the sampler's onto @skips. */
Tensor *
unet_block_forward_down (UNetBlock *self, const UNetCall *call, Tensor *x, UNetSkips *skips)
{
  T_SCOPE ();

  for (guint i = 0; i < self->n_layers; i++)
    {
      x = run_layer (&self->layers[i], call, x, self->has_attention);
      unet_skips_push (skips, x);
    }
  if (self->has_sampler)
    {
      PATH (sampler, "%s.downsamplers.0", self->path);
      x = unet_call_observe (call, sampler, conv_forward (&self->sampler, x));
      unet_skips_push (skips, x);
    }
  return t_keep (unet_call_observe (call, self->path, x));
}

/** unet_block_forward_mid: resnet, transformers, resnet. */
Tensor *
unet_block_forward_mid (UNetBlock *self, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();

  x = run_layer (&self->layers[0], call, x, TRUE);
  x = run_layer (&self->layers[1], call, x, FALSE);
  return t_keep (unet_call_observe (call, self->path, x));
}

/* Nearest neighbour to the size of the skip that comes next, which is not always twice. */
static Tensor *
upsample (UNetBlock *self, const UNetCall *call, Tensor *x, UNetSkips *skips)
{
  T_SCOPE ();
  Tensor *next = unet_skips_peek (skips);
  gint64 height = next != NULL ? t_size (next, 2) : 2 * t_size (x, 2);
  gint64 width = next != NULL ? t_size (next, 3) : 2 * t_size (x, 3);
  PATH (sampler, "%s.upsamplers.0", self->path);

  x = conv_forward (&self->sampler, t_nearest2d (x, height, width));
  return t_keep (unet_call_observe (call, sampler, x));
}

/** unet_block_forward_up: pops a skip for each layer from @skips. */
Tensor *
unet_block_forward_up (UNetBlock *self, const UNetCall *call, Tensor *x, UNetSkips *skips)
{
  T_SCOPE ();

  for (guint i = 0; i < self->n_layers && !attention_probe_is_done (call->probe); i++)
    {
      Tensor *both[] = { x, unet_skips_pop (skips) };
      x = run_layer (&self->layers[i], call, t_cat (both, 2, 1), self->has_attention);
    }
  if (self->has_sampler && !attention_probe_is_done (call->probe))
    x = upsample (self, call, x, skips);
  return t_keep (unet_call_observe (call, self->path, x));
}

/** unet_block_foreach_linear: calls @func for the linear layers of all transformers, in module order. */
void
unet_block_foreach_linear (UNetBlock *self, LinearFunc func, gpointer data)
{
  for (guint i = 0; i < self->n_layers; i++)
    if (self->layers[i].attention.path != NULL)
      transformer_foreach_linear (&self->layers[i].attention, func, data);
  for (guint i = 0; i < self->n_layers; i++)
    if (self->layers[i].temp_attention.path != NULL)
      transformer_foreach_linear (&self->layers[i].temp_attention, func, data);
}
