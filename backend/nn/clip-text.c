/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/clip-text.h"

#include <math.h>

#include "nn/model-config.h"

typedef struct
{
  Norm norm1, norm2;
  Linear q, k, v, out, fc1, fc2;
} Layer;

struct _ClipText
{
  Tensor *tokens;    /* [vocabulary, width] */
  Tensor *positions; /* [positions, width] */
  Layer *layers;
  guint n_layers;
  Norm final_norm;
  gint64 vocabulary, width, n_positions, heads, inner;
  double eps;
  ActivationFunc activation;
  char *component_dir; /* (nullable): where the weights come from again */
  gboolean rests;      /* without weights */
  TDevice device;
  TDtype dtype;
  ClipTextObserveFunc observe;
  gpointer observe_data;
};

static void
layer_init (Layer *self, Weights *weights, guint i, gint64 width, gint64 inner, double eps)
{
  PATH (path, "text_model.encoder.layers.%u", i);
  PATH (norm1, "%s.layer_norm1", path);
  PATH (norm2, "%s.layer_norm2", path);
  PATH (q, "%s.self_attn.q_proj", path);
  PATH (k, "%s.self_attn.k_proj", path);
  PATH (v, "%s.self_attn.v_proj", path);
  PATH (out, "%s.self_attn.out_proj", path);
  PATH (fc1, "%s.mlp.fc1", path);
  PATH (fc2, "%s.mlp.fc2", path);

  norm_init (&self->norm1, weights, norm1, width, 0, eps);
  norm_init (&self->norm2, weights, norm2, width, 0, eps);
  linear_init (&self->q, weights, q, LINEAR_PLAIN, width, width, TRUE);
  linear_init (&self->k, weights, k, LINEAR_PLAIN, width, width, TRUE);
  linear_init (&self->v, weights, v, LINEAR_PLAIN, width, width, TRUE);
  linear_init (&self->out, weights, out, LINEAR_PLAIN, width, width, TRUE);
  linear_init (&self->fc1, weights, fc1, LINEAR_PLAIN, width, inner, TRUE);
  linear_init (&self->fc2, weights, fc2, LINEAR_PLAIN, inner, width, TRUE);
}

static gboolean
read_settings (ClipText *self, ModelConfig *config, GError **error)
{
  gint64 n_layers, required = MODEL_CONFIG_REQUIRED;
  g_autofree char *activation = model_config_string (config, "hidden_act", "quick_gelu", error);

  if (activation == NULL
      || !model_config_int (config, "hidden_size", required, 1, 65536, &self->width, error)
      || !model_config_int (config, "intermediate_size", required, 1, 262144, &self->inner, error)
      || !model_config_int (config, "num_hidden_layers", required, 1, 256, &n_layers, error)
      || !model_config_int (config, "num_attention_heads", required, 1, 1024, &self->heads, error)
      || !model_config_int (config, "max_position_embeddings", 77, 2, 65536, &self->n_positions, error)
      || !model_config_int (config, "vocab_size", required, 1, 10000000, &self->vocabulary, error)
      || !model_config_double (config, "layer_norm_eps", 1e-5, &self->eps, error))
    return FALSE;
  self->n_layers = (guint) n_layers;
  self->activation = activation_from_name (activation);
  if (self->activation == NULL || self->width % self->heads != 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: “hidden_act” is not known or “num_attention_heads” does not divide “hidden_size”",
                   model_config_path (config));
      return FALSE;
    }
  return TRUE;
}

static void
take_weights (gpointer network, Weights *weights)
{
  ClipText *self = network;
  self->tokens = weights_take (weights, "text_model.embeddings.token_embedding", "weight",
                               T_SHAPE (self->vocabulary, self->width));
  self->positions = weights_take (weights, "text_model.embeddings.position_embedding", "weight",
                                  T_SHAPE (self->n_positions, self->width));
  self->layers = g_new0 (Layer, self->n_layers);
  for (guint i = 0; i < self->n_layers; i++)
    layer_init (&self->layers[i], weights, i, self->width, self->inner, self->eps);
  norm_init (&self->final_norm, weights, "text_model.final_layer_norm", self->width, 0, self->eps);
}

/**
 * clip_text_new:
 * @config_path: its config.json in transformers' layout
 * @weights: where the parameters come from, keys with or without “text_model.”
 *
 * Returns: (transfer full): the network, or NULL with an error that names file and key or tensor
 */
ClipText *
clip_text_new (const char *config_path, Weights *weights, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (ModelConfig) config = model_config_load (config_path, error);
  g_autoptr (ClipText) self = g_new0 (ClipText, 1);

  if (config == NULL || !read_settings (self, config, error))
    return NULL;
  self->device = weights_device (weights);
  self->dtype = weights_dtype (weights);
  self->component_dir = g_strdup (weights_component_dir (weights));
  take_weights (self, weights);
  return t_check (error) ? g_steal_pointer (&self) : NULL;
}

static void
drop_weights (gpointer network)
{
  ClipText *self = network;

  for (guint i = 0; i < self->n_layers && self->layers != NULL; i++)
    {
      Layer *layer = &self->layers[i];
      Linear *linears[] = { &layer->q, &layer->k, &layer->v, &layer->out, &layer->fc1, &layer->fc2 };
      for (guint j = 0; j < G_N_ELEMENTS (linears); j++)
        linear_clear (linears[j]);
      norm_clear (&layer->norm1);
      norm_clear (&layer->norm2);
    }
  g_clear_pointer (&self->layers, g_free);
  norm_clear (&self->final_norm);
  t_drop (&self->tokens);
  t_drop (&self->positions);
}

void
clip_text_free (ClipText *self)
{
  if (self == NULL)
    return;
  drop_weights (self);
  g_free (self->component_dir);
  g_free (self);
}

/** clip_text_rest: as vae_rest (): the weights' memory, given back until they are needed. */
void
clip_text_rest (ClipText *self)
{
  if (self->component_dir == NULL || self->rests)
    return;
  drop_weights (self);
  self->rests = TRUE;
}

static gboolean
wake (ClipText *self)
{
  return weights_wake (self, &self->rests, self->component_dir, self->device, self->dtype, take_weights, drop_weights);
}

/** clip_text_set_observer: @func hears the states after every layer (NULL: nobody). */
void
clip_text_set_observer (ClipText *self, ClipTextObserveFunc func, gpointer data)
{
  self->observe = func;
  self->observe_data = data;
}

static Tensor *
layer_forward (ClipText *self, Layer *layer, Tensor *x)
{
  T_SCOPE ();
  gint64 b = t_size (x, 0), length = t_size (x, 1), d = self->width / self->heads;
  Tensor *h = norm_forward (&layer->norm1, x);
  Tensor *q = t_transpose (t_reshape (linear_forward (&layer->q, h), T_SHAPE (b, length, self->heads, d)), 1, 2);
  Tensor *k = t_transpose (t_reshape (linear_forward (&layer->k, h), T_SHAPE (b, length, self->heads, d)), 1, 2);
  Tensor *v = t_transpose (t_reshape (linear_forward (&layer->v, h), T_SHAPE (b, length, self->heads, d)), 1, 2);

  h = t_transpose (t_attention (q, k, v, TRUE, 1 / sqrt ((double) d)), 1, 2);
  x = t_add (x, linear_forward (&layer->out, t_reshape (h, T_SHAPE (b, length, self->width))));
  h = self->activation (linear_forward (&layer->fc1, norm_forward (&layer->norm2, x)));
  return t_keep (t_add (x, linear_forward (&layer->fc2, h)));
}

/* The rows of @ids: the model's own, or those of learned words behind them. The table stays where it is, which
 * with its gradient would be copied at every step of a training otherwise. */
static Tensor *
embed (ClipText *self, Tensor *ids, Tensor *rows)
{
  T_SCOPE ();
  Tensor *known, *first, *none;

  ids = t_to (ids, self->device, T_I64);
  if (rows == NULL)
    return t_keep (t_embedding (self->tokens, ids));
  known = t_lt_scalar (ids, (double) self->vocabulary);
  first = t_full ((double) self->vocabulary, T_I64, self->device, T_SHAPE (1));
  none = t_sub (ids, ids);
  return t_keep (t_where (t_unsqueeze (known, -1), t_embedding (self->tokens, t_where (known, ids, none)),
                          t_embedding (t_to (rows, self->device, self->dtype), t_where (known, none, t_sub (ids, first)))));
}

/**
 * clip_text_forward:
 * @ids: [B, L] int64, L at most clip_text_positions ()
 * @rows: (nullable): [n, width] embeddings of learned words, ids from the vocabulary's size on;
 *   may carry gradients
 *
 * Each token sees those before it; padding is not masked.
 *
 * Returns: [B, L, width] the last hidden states, after the final layer norm
 */
Tensor *
clip_text_forward (ClipText *self, Tensor *ids, Tensor *rows)
{
  T_SCOPE ();
  Tensor *x;

  t_poll ();
  if (!wake (self))
    return NULL;
  x = embed (self, ids, rows);
  x = t_add (x, t_narrow (self->positions, 0, 0, t_size (ids, 1)));
  for (guint i = 0; i < self->n_layers; i++)
    {
      x = layer_forward (self, &self->layers[i], x);
      if (self->observe != NULL && x != NULL)
        self->observe (self->observe_data, i, x);
    }
  return t_keep (norm_forward (&self->final_norm, x));
}

/** clip_text_row: [width] the embedding of token @id, float32. */
Tensor *
clip_text_row (ClipText *self, gint64 id)
{
  return wake (self) ? t_to_dtype (t_select (self->tokens, 0, id), T_F32) : NULL;
}

/** clip_text_vocabulary: number of the model's own tokens. */
gint64
clip_text_vocabulary (ClipText *self)
{
  return self->vocabulary;
}

/** clip_text_width: of its states. */
gint64
clip_text_width (ClipText *self)
{
  return self->width;
}

/** clip_text_positions: the longest prompt in tokens, begin and end included. */
gint64
clip_text_positions (ClipText *self)
{
  return self->n_positions;
}

/** clip_text_device: where it computes. */
TDevice
clip_text_device (ClipText *self)
{
  return self->device;
}
