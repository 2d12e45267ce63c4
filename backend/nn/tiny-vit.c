/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/tiny-vit.h"

#include <math.h>

#include "nn/folded-conv.h"
#include "nn/layers.h"

#define N_LAYERS 4
#define N_INVERTED 2
#define MAX_BLOCKS 6

/* How much wider the inside of a block is. */
#define EXPANSION 4

/* eps of PyTorch's LayerNorm, and of the neck's norms. */
#define NORM_EPS 1e-5
#define NECK_EPS 1e-6

/* A layer's channels, its blocks with their heads and windows, and the stride on the way to the next layer. */
static const struct
{
  gint64 channels;
  guint n_blocks;
  gint64 heads, window;
  int stride;
} shapes[N_LAYERS] = {
  { 64, N_INVERTED, 0, 0, 2 },
  { 128, 2, 4, 7, 2 },
  { 160, MAX_BLOCKS, 5, 14, 1 },
  { 320, 2, 10, 7, 0 },
};

static const FoldedConvNames part_names = { "c", "bn", FALSE };

/* Three convolutions with GELU between: wider, over neighbours, narrower. */
typedef struct
{
  FoldedConv convs[3];
} ConvTriple;

/* Attention within windows, a convolution across them, and two linear layers. */
typedef struct
{
  gint64 heads, window;
  Norm attention_norm, mlp_norm;
  Linear qkv, proj, fc1, fc2;
  Tensor *biases; /* [heads, window², window²], by distance */
  FoldedConv local;
} WindowBlock;

struct _TinyVit
{
  FoldedConv patches[2];
  ConvTriple inverted[N_INVERTED];              /* layer 0 */
  WindowBlock blocks[N_LAYERS - 1][MAX_BLOCKS]; /* layers 1 … */
  ConvTriple merges[N_LAYERS - 1];
  Tensor *neck_narrow, *neck_mix; /* convolutions without bias */
  Norm neck_norms[2];
  TDevice device;
  TDtype dtype;
};

static void
triple_init (ConvTriple *self, Weights *weights, const char *path, gint64 n_in, gint64 n_middle, gint64 n_out,
             int stride)
{
  PATH (conv1, "%s.conv1", path);
  PATH (conv2, "%s.conv2", path);
  PATH (conv3, "%s.conv3", path);

  folded_conv_init (&self->convs[0], weights, conv1, &part_names,
                    &(FoldedConvShape){ .n_in = n_in, .n_out = n_middle, .kernel = 1 });
  folded_conv_init (&self->convs[1], weights, conv2, &part_names,
                    &(FoldedConvShape){ n_middle, n_middle, 3, stride, 1, (int) n_middle });
  folded_conv_init (&self->convs[2], weights, conv3, &part_names,
                    &(FoldedConvShape){ .n_in = n_middle, .n_out = n_out, .kernel = 1 });
}

static void
triple_clear (ConvTriple *self)
{
  for (guint i = 0; i < 3; i++)
    folded_conv_clear (&self->convs[i]);
}

static Tensor *
triple_forward (ConvTriple *self, Tensor *x)
{
  T_SCOPE ();

  t_poll ();
  x = t_gelu (folded_conv_forward (&self->convs[0], x));
  x = t_gelu (folded_conv_forward (&self->convs[1], x));
  return t_keep (folded_conv_forward (&self->convs[2], x));
}

/* What is learned for each distance (|dy|, |dx|), set out for each pair of a window's places. */
static Tensor *
spread_biases (Weights *weights, const char *path, gint64 heads, gint64 window)
{
  T_SCOPE_NO_GRAD ();
  gint64 n = window * window;
  Tensor *table = weights_take (weights, path, "attention_biases", T_SHAPE (heads, window, window));
  g_autofree gint64 *index = g_new (gint64, n * n);
  Tensor *spread;

  for (gint64 i = 0; i < n; i++)
    for (gint64 k = 0; k < n; k++)
      index[i * n + k] = ABS (i / window - k / window) * window + ABS (i % window - k % window);
  spread = t_index_select (t_reshape (table, T_SHAPE (heads, n)), 1,
                           t_to (t_from_data (index, T_I64, T_SHAPE (n * n)), weights_device (weights), T_I64));
  spread = t_steal (t_reshape (spread, T_SHAPE (heads, n, n)));
  t_drop (&table);
  return spread;
}

static void
window_block_init (WindowBlock *self, Weights *weights, const char *path, gint64 c, gint64 heads, gint64 window)
{
  PATH (attention, "%s.attn", path);
  PATH (attention_norm, "%s.attn.norm", path);
  PATH (qkv, "%s.attn.qkv", path);
  PATH (proj, "%s.attn.proj", path);
  PATH (local, "%s.local_conv", path);
  PATH (mlp_norm, "%s.mlp.norm", path);
  PATH (fc1, "%s.mlp.fc1", path);
  PATH (fc2, "%s.mlp.fc2", path);

  self->heads = heads;
  self->window = window;
  norm_init (&self->attention_norm, weights, attention_norm, c, 0, NORM_EPS);
  linear_init (&self->qkv, weights, qkv, LINEAR_PLAIN, c, 3 * c, TRUE);
  linear_init (&self->proj, weights, proj, LINEAR_PLAIN, c, c, TRUE);
  self->biases = spread_biases (weights, attention, heads, window);
  folded_conv_init (&self->local, weights, local, &part_names, &(FoldedConvShape){ c, c, 3, 1, 1, (int) c });
  norm_init (&self->mlp_norm, weights, mlp_norm, c, 0, NORM_EPS);
  linear_init (&self->fc1, weights, fc1, LINEAR_PLAIN, c, EXPANSION * c, TRUE);
  linear_init (&self->fc2, weights, fc2, LINEAR_PLAIN, EXPANSION * c, c, TRUE);
}

static void
window_block_clear (WindowBlock *self)
{
  if (self->qkv.path == NULL)
    return;
  norm_clear (&self->attention_norm);
  norm_clear (&self->mlp_norm);
  linear_clear (&self->qkv);
  linear_clear (&self->proj);
  linear_clear (&self->fc1);
  linear_clear (&self->fc2);
  folded_conv_clear (&self->local);
  t_drop (&self->biases);
}

/* [windows, L, C] → [windows, L, C]. Each head's q, k and v lie together. */
static Tensor *
attend (WindowBlock *self, Tensor *x)
{
  T_SCOPE ();
  gint64 n = t_size (x, 0), length = t_size (x, 1), c = t_size (x, 2), d = c / self->heads;
  Tensor *qkv = linear_forward (&self->qkv, norm_forward (&self->attention_norm, x));
  Tensor *q, *k, *v, *scores;

  qkv = t_permute (t_reshape (qkv, T_SHAPE (n, length, self->heads, 3, d)), T_DIMS (3, 0, 2, 1, 4));
  q = t_mul_scalar (t_select (qkv, 0, 0), 1 / sqrt ((double) d));
  k = t_select (qkv, 0, 1);
  v = t_select (qkv, 0, 2);
  scores = t_add (t_matmul (q, t_transpose (k, 2, 3)), self->biases);
  x = t_matmul (t_softmax (scores, -1), v);
  return t_keep (linear_forward (&self->proj, t_reshape (t_transpose (x, 1, 2), T_SHAPE (n, length, c))));
}

/* [N, H, W, C], parted into windows; where they overlap the edge, zeros take part, as in training. */
static Tensor *
attend_windows (WindowBlock *self, Tensor *x)
{
  T_SCOPE ();
  gint64 n = t_size (x, 0), height = t_size (x, 1), width = t_size (x, 2), c = t_size (x, 3), w = self->window;
  gint64 rows = (height + w - 1) / w, columns = (width + w - 1) / w;

  x = t_pad (x, T_SHAPE (0, 0, 0, columns * w - width, 0, rows * w - height), 0);
  x = t_permute (t_reshape (x, T_SHAPE (n, rows, w, columns, w, c)), T_DIMS (0, 1, 3, 2, 4, 5));
  x = attend (self, t_reshape (x, T_SHAPE (n * rows * columns, w * w, c)));
  x = t_permute (t_reshape (x, T_SHAPE (n, rows, columns, w, w, c)), T_DIMS (0, 1, 3, 2, 4, 5));
  x = t_reshape (x, T_SHAPE (n, rows * w, columns * w, c));
  return t_keep (t_narrow (t_narrow (x, 1, 0, height), 2, 0, width));
}

/* [N, C, H, W] → [N, C, H, W]. */
static Tensor *
window_block_forward (WindowBlock *self, Tensor *x)
{
  T_SCOPE ();
  Tensor *h;

  t_poll ();
  h = t_permute (x, T_DIMS (0, 2, 3, 1));
  h = t_add (h, attend_windows (self, h));
  h = folded_conv_forward (&self->local, t_permute (h, T_DIMS (0, 3, 1, 2)));
  h = t_permute (h, T_DIMS (0, 2, 3, 1));
  x = t_gelu (linear_forward (&self->fc1, norm_forward (&self->mlp_norm, h)));
  h = t_add (h, linear_forward (&self->fc2, x));
  return t_keep (t_permute (h, T_DIMS (0, 3, 1, 2)));
}

static void
layer_init (TinyVit *self, Weights *weights, const char *path, guint i)
{
  gint64 c = shapes[i].channels;
  PATH (merge, "%s.layers.%u.downsample", path, i);

  for (guint k = 0; k < shapes[i].n_blocks; k++)
    {
      PATH (block, "%s.layers.%u.blocks.%u", path, i, k);
      if (i == 0)
        triple_init (&self->inverted[k], weights, block, c, EXPANSION * c, c, 1);
      else
        window_block_init (&self->blocks[i - 1][k], weights, block, c, shapes[i].heads, shapes[i].window);
    }
  if (i + 1 < N_LAYERS)
    triple_init (&self->merges[i], weights, merge, c, shapes[i + 1].channels, shapes[i + 1].channels, shapes[i].stride);
}

/**
 * tiny_vit_new:
 * @weights: a file with MobileSAM's names, its batch norms folded or not
 * @path: the module's name there, "image_encoder"
 *
 * Returns: (transfer full): the network; usable unless an error waits
 */
TinyVit *
tiny_vit_new (Weights *weights, const char *path)
{
  TinyVit *self = g_new0 (TinyVit, 1);
  gint64 c = shapes[0].channels, last = shapes[N_LAYERS - 1].channels;
  PATH (patch0, "%s.patch_embed.seq.0", path);
  PATH (patch1, "%s.patch_embed.seq.2", path);
  PATH (narrow, "%s.neck.0", path);
  PATH (norm0, "%s.neck.1", path);
  PATH (mix, "%s.neck.2", path);
  PATH (norm1, "%s.neck.3", path);

  self->device = weights_device (weights);
  self->dtype = weights_dtype (weights);
  folded_conv_init (&self->patches[0], weights, patch0, &part_names,
                    &(FoldedConvShape){ .n_in = 3, .n_out = c / 2, .kernel = 3, .stride = 2 });
  folded_conv_init (&self->patches[1], weights, patch1, &part_names,
                    &(FoldedConvShape){ .n_in = c / 2, .n_out = c, .kernel = 3, .stride = 2 });
  for (guint i = 0; i < N_LAYERS; i++)
    layer_init (self, weights, path, i);
  self->neck_narrow = weights_take (weights, narrow, "weight", T_SHAPE (TINY_VIT_CHANNELS, last, 1, 1));
  self->neck_mix = weights_take (weights, mix, "weight", T_SHAPE (TINY_VIT_CHANNELS, TINY_VIT_CHANNELS, 3, 3));
  norm_init (&self->neck_norms[0], weights, norm0, TINY_VIT_CHANNELS, 0, NECK_EPS);
  norm_init (&self->neck_norms[1], weights, norm1, TINY_VIT_CHANNELS, 0, NECK_EPS);
  return self;
}

void
tiny_vit_free (TinyVit *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < 2; i++)
    folded_conv_clear (&self->patches[i]);
  for (guint i = 0; i < N_INVERTED; i++)
    triple_clear (&self->inverted[i]);
  for (guint i = 0; i < N_LAYERS - 1; i++)
    {
      triple_clear (&self->merges[i]);
      for (guint k = 0; k < MAX_BLOCKS; k++)
        window_block_clear (&self->blocks[i][k]);
    }
  t_drop (&self->neck_narrow);
  t_drop (&self->neck_mix);
  norm_clear (&self->neck_norms[0]);
  norm_clear (&self->neck_norms[1]);
  g_free (self);
}

/**
 * tiny_vit_forward:
 * @x: [N, 3, TINY_VIT_SIDE, TINY_VIT_SIDE], normalised
 *
 * Returns: [N, TINY_VIT_CHANNELS, TINY_VIT_GRID, TINY_VIT_GRID]
 */
Tensor *
tiny_vit_forward (TinyVit *self, Tensor *x)
{
  T_SCOPE_NO_GRAD ();
  Tensor *h;

  /* Half of the work wants its channels side by side, and convolutions are faster so, too. */
  h = folded_conv_forward (&self->patches[0], t_channels_last (t_to (x, self->device, self->dtype)));
  h = folded_conv_forward (&self->patches[1], t_gelu (h));
  for (guint i = 0; i < N_INVERTED; i++)
    h = t_gelu (t_add (h, triple_forward (&self->inverted[i], h)));
  for (guint i = 1; i < N_LAYERS; i++)
    {
      h = triple_forward (&self->merges[i - 1], h);
      for (guint k = 0; k < shapes[i].n_blocks; k++)
        h = window_block_forward (&self->blocks[i - 1][k], h);
    }
  h = norm_forward_channels (&self->neck_norms[0], t_conv2d (h, self->neck_narrow, NULL, 1, 0, 1));
  h = norm_forward_channels (&self->neck_norms[1], t_conv2d (h, self->neck_mix, NULL, 1, 1, 1));
  return t_keep (t_contiguous (h));
}
