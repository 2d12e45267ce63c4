/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/sam-decoder.h"

#include <math.h>

#include "nn/layers.h"

#define N_BLOCKS 2
#define N_HEADS 8
#define WIDTH 256
#define WIDTH_MLP 2048

/* Attention between tokens and picture is half as wide. */
#define WIDTH_CROSS (WIDTH / 2)

/* Channels of the two steps up to the masks' size. */
#define N_UP 64
#define N_MASK 32

/* eps of PyTorch's LayerNorm, and of the norm on the way up. */
#define NORM_EPS 1e-5
#define UP_EPS 1e-6

#define HEAD_DEPTH 3

typedef struct
{
  Linear q, k, v, out;
} Attention;

/* Tokens look at themselves and at the picture, then the picture at the tokens. */
typedef struct
{
  Attention among, to_image, to_tokens;
  Linear lin1, lin2;
  Norm norms[4];
} TwoWayBlock;

typedef struct
{
  Linear layers[HEAD_DEPTH];
} Head;

struct _SamDecoder
{
  TwoWayBlock blocks[N_BLOCKS];
  Attention last;
  Norm last_norm;
  Tensor *iou_token;   /* [1, WIDTH] */
  Tensor *mask_tokens; /* [SAM_CANDIDATES, WIDTH] */
  Tensor *up_weights[2], *up_biases[2];
  Norm up_norm;
  Head masks[SAM_CANDIDATES]; /* a token's own filter over the enlarged picture */
  Head iou;
  TDevice device;
  TDtype dtype;
};

static void
attention_init_in (Attention *self, Weights *weights, const char *path, gint64 inner)
{
  PATH (q, "%s.q_proj", path);
  PATH (k, "%s.k_proj", path);
  PATH (v, "%s.v_proj", path);
  PATH (out, "%s.out_proj", path);

  linear_init (&self->q, weights, q, LINEAR_PLAIN, WIDTH, inner, TRUE);
  linear_init (&self->k, weights, k, LINEAR_PLAIN, WIDTH, inner, TRUE);
  linear_init (&self->v, weights, v, LINEAR_PLAIN, WIDTH, inner, TRUE);
  linear_init (&self->out, weights, out, LINEAR_PLAIN, inner, WIDTH, TRUE);
}

static void
attention_clear_in (Attention *self)
{
  linear_clear (&self->q);
  linear_clear (&self->k);
  linear_clear (&self->v);
  linear_clear (&self->out);
}

/* [N, L, C] → [N, heads, L, C / heads]. */
static Tensor *
part_heads (Tensor *x)
{
  T_SCOPE ();

  return t_keep (t_transpose (t_reshape (x, T_SHAPE (t_size (x, 0), t_size (x, 1), N_HEADS, -1)), 1, 2));
}

static Tensor *
attend (Attention *self, Tensor *q, Tensor *k, Tensor *v)
{
  T_SCOPE ();
  Tensor *heads[] = { part_heads (linear_forward (&self->q, q)), part_heads (linear_forward (&self->k, k)),
                      part_heads (linear_forward (&self->v, v)) };
  double scale = 1 / sqrt ((double) self->q.n_out / N_HEADS);
  Tensor *y = t_transpose (t_attention (heads[0], heads[1], heads[2], FALSE, scale), 1, 2);

  return t_keep (linear_forward (&self->out, t_reshape (y, T_SHAPE (t_size (y, 0), t_size (y, 1), -1))));
}

static void
block_init (TwoWayBlock *self, Weights *weights, const char *path)
{
  PATH (among, "%s.self_attn", path);
  PATH (to_image, "%s.cross_attn_token_to_image", path);
  PATH (to_tokens, "%s.cross_attn_image_to_token", path);
  PATH (lin1, "%s.mlp.lin1", path);
  PATH (lin2, "%s.mlp.lin2", path);

  attention_init_in (&self->among, weights, among, WIDTH);
  attention_init_in (&self->to_image, weights, to_image, WIDTH_CROSS);
  attention_init_in (&self->to_tokens, weights, to_tokens, WIDTH_CROSS);
  linear_init (&self->lin1, weights, lin1, LINEAR_PLAIN, WIDTH, WIDTH_MLP, TRUE);
  linear_init (&self->lin2, weights, lin2, LINEAR_PLAIN, WIDTH_MLP, WIDTH, TRUE);
  for (guint i = 0; i < 4; i++)
    {
      PATH (norm, "%s.norm%u", path, i + 1);
      norm_init (&self->norms[i], weights, norm, WIDTH, 0, NORM_EPS);
    }
}

static void
block_clear (TwoWayBlock *self)
{
  attention_clear_in (&self->among);
  attention_clear_in (&self->to_image);
  attention_clear_in (&self->to_tokens);
  linear_clear (&self->lin1);
  linear_clear (&self->lin2);
  for (guint i = 0; i < 4; i++)
    norm_clear (&self->norms[i]);
}

/* @first: the tokens are still their own encoding, which is neither added to them nor they to what they see. */
static Tensor *
look_among (TwoWayBlock *self, gboolean first, Tensor *tokens, Tensor *named)
{
  T_SCOPE ();
  Tensor *x = first ? tokens : t_add (tokens, named);
  Tensor *y = attend (&self->among, x, x, tokens);

  return t_keep (norm_forward (&self->norms[0], first ? y : t_add (tokens, y)));
}

/* Changes @tokens [1, n, C] and @image [1, places, C]; @named and @places are what they were encoded as. */
static void
block_forward (TwoWayBlock *self, gboolean first, Tensor *named, Tensor *places, Tensor **tokens, Tensor **image)
{
  T_SCOPE ();
  Tensor *t, *i = *image, *keys = t_add (i, places);

  t_poll ();
  t = look_among (self, first, *tokens, named);
  t = norm_forward (&self->norms[1], t_add (t, attend (&self->to_image, t_add (t, named), keys, i)));
  t = norm_forward (&self->norms[2],
                    t_add (t, linear_forward (&self->lin2, t_relu (linear_forward (&self->lin1, t)))));
  i = norm_forward (&self->norms[3], t_add (i, attend (&self->to_tokens, keys, t_add (t, named), t)));
  *tokens = t_keep (t);
  *image = t_keep (i);
}

static void
head_init (Head *self, Weights *weights, const char *path, gint64 n_out)
{
  for (guint i = 0; i < HEAD_DEPTH; i++)
    {
      PATH (layer, "%s.layers.%u", path, i);
      linear_init (&self->layers[i], weights, layer, LINEAR_PLAIN, WIDTH, i + 1 < HEAD_DEPTH ? WIDTH : n_out, TRUE);
    }
}

static Tensor *
head_forward (Head *self, Tensor *x)
{
  T_SCOPE ();

  for (guint i = 0; i < HEAD_DEPTH; i++)
    x = linear_forward (&self->layers[i], i > 0 ? t_relu (x) : x);
  return t_keep (x);
}

static void
init_up (SamDecoder *self, Weights *weights, const char *path)
{
  PATH (up0, "%s.output_upscaling.0", path);
  PATH (norm, "%s.output_upscaling.1", path);
  PATH (up1, "%s.output_upscaling.3", path);

  self->up_weights[0] = weights_take (weights, up0, "weight", T_SHAPE (WIDTH, N_UP, 2, 2));
  self->up_biases[0] = weights_take (weights, up0, "bias", T_SHAPE (N_UP));
  norm_init (&self->up_norm, weights, norm, N_UP, 0, UP_EPS);
  self->up_weights[1] = weights_take (weights, up1, "weight", T_SHAPE (N_UP, N_MASK, 2, 2));
  self->up_biases[1] = weights_take (weights, up1, "bias", T_SHAPE (N_MASK));
}

/**
 * sam_decoder_new:
 * @path: the module's name in the file, "mask_decoder"
 *
 * Returns: (transfer full): the decoder; usable unless an error waits
 */
SamDecoder *
sam_decoder_new (Weights *weights, const char *path)
{
  SamDecoder *self = g_new0 (SamDecoder, 1);
  PATH (last, "%s.transformer.final_attn_token_to_image", path);
  PATH (last_norm, "%s.transformer.norm_final_attn", path);
  PATH (iou_token, "%s.iou_token", path);
  PATH (mask_tokens, "%s.mask_tokens", path);
  PATH (iou, "%s.iou_prediction_head", path);

  self->device = weights_device (weights);
  self->dtype = weights_dtype (weights);
  for (guint i = 0; i < N_BLOCKS; i++)
    {
      PATH (block, "%s.transformer.layers.%u", path, i);
      block_init (&self->blocks[i], weights, block);
    }
  attention_init_in (&self->last, weights, last, WIDTH_CROSS);
  norm_init (&self->last_norm, weights, last_norm, WIDTH, 0, NORM_EPS);
  self->iou_token = weights_take (weights, iou_token, "weight", T_SHAPE (1, WIDTH));
  self->mask_tokens = weights_take (weights, mask_tokens, "weight", T_SHAPE (SAM_CANDIDATES, WIDTH));
  init_up (self, weights, path);
  for (guint i = 0; i < SAM_CANDIDATES; i++)
    {
      PATH (mask, "%s.output_hypernetworks_mlps.%u", path, i);
      head_init (&self->masks[i], weights, mask, N_MASK);
    }
  head_init (&self->iou, weights, iou, SAM_CANDIDATES);
  return self;
}

static void
head_clear (Head *self)
{
  for (guint i = 0; i < HEAD_DEPTH; i++)
    linear_clear (&self->layers[i]);
}

void
sam_decoder_free (SamDecoder *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < N_BLOCKS; i++)
    block_clear (&self->blocks[i]);
  attention_clear_in (&self->last);
  norm_clear (&self->last_norm);
  t_drop (&self->iou_token);
  t_drop (&self->mask_tokens);
  for (guint i = 0; i < 2; i++)
    {
      t_drop (&self->up_weights[i]);
      t_drop (&self->up_biases[i]);
    }
  norm_clear (&self->up_norm);
  for (guint i = 0; i < SAM_CANDIDATES; i++)
    head_clear (&self->masks[i]);
  head_clear (&self->iou);
  g_free (self);
}

/* [1, WIDTH, h, w] → [N_MASK, 16·h·w]. */
static Tensor *
enlarge (SamDecoder *self, Tensor *x)
{
  T_SCOPE ();

  t_poll ();
  x = t_conv_transpose2d (x, self->up_weights[0], self->up_biases[0], 2);
  x = t_gelu (norm_forward_channels (&self->up_norm, x));
  x = t_gelu (t_conv_transpose2d (x, self->up_weights[1], self->up_biases[1], 2));
  return t_keep (t_reshape (x, T_SHAPE (N_MASK, -1)));
}

/**
 * sam_decoder_forward:
 * @image: [1, 256, h, w], the picture's embedding
 * @places: [1, h·w, 256], the encoding of its places
 * @prompt: [1, n, 256]
 * @ious: (out): [SAM_CANDIDATES], how well it thinks that each mask fits; about 0…1, not limited
 *
 * Returns: [SAM_CANDIDATES, 4·h, 4·w], logits: above 0 is inside
 */
Tensor *
sam_decoder_forward (SamDecoder *self, Tensor *image, Tensor *places, Tensor *prompt, Tensor **ious)
{
  T_SCOPE_NO_GRAD ();
  gint64 height = t_size (image, 2), width = t_size (image, 3);
  Tensor *list[] = { t_unsqueeze (self->iou_token, 0), t_unsqueeze (self->mask_tokens, 0), prompt };
  Tensor *named = t_cat (list, 3, 1), *tokens = named, *filters[SAM_CANDIDATES];
  Tensor *seen = t_transpose (t_reshape (image, T_SHAPE (1, WIDTH, height * width)), 1, 2), *masks;

  for (guint i = 0; i < N_BLOCKS; i++)
    block_forward (&self->blocks[i], i == 0, named, places, &tokens, &seen);
  tokens = t_add (tokens, attend (&self->last, t_add (tokens, named), t_add (seen, places), seen));
  tokens = t_select (norm_forward (&self->last_norm, tokens), 0, 0);
  for (guint i = 0; i < SAM_CANDIDATES; i++)
    filters[i] = head_forward (&self->masks[i], t_select (tokens, 0, 1 + i));
  seen = enlarge (self, t_reshape (t_transpose (seen, 1, 2), T_SHAPE (1, WIDTH, height, width)));
  masks = t_matmul (t_stack (filters, SAM_CANDIDATES, 0), seen);
  *ious = t_keep (head_forward (&self->iou, t_select (tokens, 0, 0)));
  return t_keep (t_reshape (masks, T_SHAPE (SAM_CANDIDATES, 4 * height, 4 * width)));
}
