/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/u2netp.h"

#include "nn/folded-conv.h"
#include "nn/layers.h"

/* The size that it was trained at, and the mean and deviation of ImageNet that it expects. */
#define SIDE 320
static const double image_mean[3] = { 0.485, 0.456, 0.406 };
static const double image_deviation[3] = { 0.229, 0.224, 0.225 };

#define N_STAGES 6
#define MAX_LEVELS 7

/* Channels inside a block, and of what leaves it. */
#define N_MIDDLE 16
#define N_OUT 64

/* How many levels each stage's block has; the deepest two do not pool but widen their taps. */
static const guint stage_levels[N_STAGES] = { 7, 6, 5, 4, 4, 4 };
static const gboolean stage_flat[N_STAGES] = { FALSE, FALSE, FALSE, FALSE, TRUE, TRUE };

static const FoldedConvNames part_names = { "conv_s1", "bn_s1", TRUE };

/* RSU: a residual U-block, a little U-Net whose output is added to what its first convolution made. */
typedef struct
{
  guint n_levels;
  gboolean flat;
  FoldedConv enter;
  FoldedConv down[MAX_LEVELS];   /* rebnconv1 … */
  FoldedConv up[MAX_LEVELS - 1]; /* rebnconv1d … */
} UBlock;

struct _U2Netp
{
  UBlock encoder[N_STAGES];
  UBlock decoder[N_STAGES - 1];
  Conv sides[N_STAGES]; /* each stage's own saliency */
  Conv out;             /* what they come to */
  TDevice device;
  TDtype dtype;
};

/* The taps of level @i: the lowest level of a pooling block is not pooled but dilated instead. */
static int
dilation_at (const UBlock *self, guint i)
{
  if (self->flat)
    return 1 << i;
  return i == self->n_levels - 1 ? 2 : 1;
}

static void
block_init (UBlock *self, Weights *weights, const char *path, guint stage, gint64 n_in)
{
  guint last = stage_levels[stage] - 1;
  PATH (enter, "%s.rebnconvin", path);

  self->n_levels = stage_levels[stage];
  self->flat = stage_flat[stage];
  folded_conv_init (&self->enter, weights, enter, &part_names, &(FoldedConvShape){ n_in, N_OUT, 3 });
  for (guint i = 0; i <= last; i++)
    {
      PATH (down, "%s.rebnconv%u", path, i + 1);
      folded_conv_init (&self->down[i], weights, down, &part_names,
                        &(FoldedConvShape){ i == 0 ? N_OUT : N_MIDDLE, N_MIDDLE, 3, 1, dilation_at (self, i) });
    }
  for (guint i = 0; i < last; i++)
    {
      PATH (up, "%s.rebnconv%ud", path, i + 1);
      folded_conv_init (&self->up[i], weights, up, &part_names,
                        &(FoldedConvShape){ 2 * N_MIDDLE, i == 0 ? N_OUT : N_MIDDLE, 3, 1, dilation_at (self, i) });
    }
}

static void
block_clear (UBlock *self)
{
  folded_conv_clear (&self->enter);
  for (guint i = 0; i < MAX_LEVELS; i++)
    folded_conv_clear (&self->down[i]);
  for (guint i = 0; i < MAX_LEVELS - 1; i++)
    folded_conv_clear (&self->up[i]);
}

static Tensor *
convolve (FoldedConv *conv, Tensor *x)
{
  return t_relu (folded_conv_forward (conv, x));
}

static Tensor *
to_size_of (Tensor *x, Tensor *model)
{
  return t_bilinear2d (x, t_size (model, 2), t_size (model, 3));
}

/* x beside the skip that it meets, on the skip's grid. */
static Tensor *
join (Tensor *x, Tensor *skip)
{
  T_SCOPE ();
  Tensor *both[] = { to_size_of (x, skip), skip };

  return t_keep (t_cat (both, 2, 1));
}

static Tensor *
block_forward (UBlock *self, Tensor *x)
{
  T_SCOPE ();
  guint last = self->n_levels - 1;
  Tensor *entered, *h, *skips[MAX_LEVELS];

  t_poll ();
  h = entered = convolve (&self->enter, x);
  for (guint i = 0; i <= last; i++)
    {
      gboolean pool = i > 0 && i < last && !self->flat;
      h = skips[i] = convolve (&self->down[i], pool ? t_max_pool2d (h, 2, 2, TRUE) : h);
    }
  for (guint i = last; i-- > 0;)
    h = convolve (&self->up[i], join (h, skips[i]));
  return t_keep (t_add (h, entered));
}

/**
 * u2netp_new:
 * @weights: a file with the original's names, its batch norms folded or not
 *
 * Returns: (transfer full): the network, or NULL with an error that names file and tensor
 */
U2Netp *
u2netp_new (Weights *weights, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (U2Netp) self = g_new0 (U2Netp, 1);

  self->device = weights_device (weights);
  self->dtype = weights_dtype (weights);
  for (guint i = 0; i < N_STAGES; i++)
    {
      PATH (down, "stage%u", i + 1);
      PATH (up, "stage%ud", i + 1);
      PATH (side, "side%u", i + 1);
      block_init (&self->encoder[i], weights, down, i, i == 0 ? 3 : N_OUT);
      if (i + 1 < N_STAGES)
        block_init (&self->decoder[i], weights, up, i, 2 * N_OUT);
      conv_init (&self->sides[i], weights, side, N_OUT, 1, 3, 1, 1);
    }
  conv_init (&self->out, weights, "outconv", N_STAGES, 1, 1, 1, 0);
  return t_check (error) ? g_steal_pointer (&self) : NULL;
}

void
u2netp_free (U2Netp *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < N_STAGES; i++)
    {
      block_clear (&self->encoder[i]);
      if (i + 1 < N_STAGES)
        block_clear (&self->decoder[i]);
      conv_clear (&self->sides[i]);
    }
  conv_clear (&self->out);
  g_free (self);
}

/* [1, 3, H, W] → [1, 1, H, W], logits. */
static Tensor *
forward (U2Netp *self, Tensor *x)
{
  T_SCOPE_NO_GRAD ();
  Tensor *skips[N_STAGES], *sides[N_STAGES], *h = x;

  for (guint i = 0; i < N_STAGES; i++)
    h = skips[i] = block_forward (&self->encoder[i], i > 0 ? t_max_pool2d (h, 2, 2, TRUE) : h);
  for (guint i = N_STAGES; i-- > 0;)
    {
      if (i + 1 < N_STAGES)
        h = block_forward (&self->decoder[i], join (h, skips[i]));
      sides[i] = to_size_of (conv_forward (&self->sides[i], h), x);
    }
  return t_keep (conv_forward (&self->out, t_cat (sides, N_STAGES, 1)));
}

/**
 * u2netp_find:
 * @picture: of any size
 *
 * The picture's brightest value counts as white, as in the original; but its last step, which stretches the
 * map until something is 1, is left out: a picture of nothing stays dark.
 *
 * Returns: [H, W] float32 on the CPU, at the picture's size: how surely a pixel belongs to the subject, 0…1
 */
Tensor *
u2netp_find (U2Netp *self, const PictureInput *picture)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = picture_input_resize (picture, SIDE, SIDE);

  x = t_div (x, t_clamp (t_amax (x), 1, 255));
  x = picture_input_normalize (x, image_mean, image_deviation);
  x = t_sigmoid (t_to (forward (self, t_channels_last (t_to (x, self->device, self->dtype))), T_CPU, T_F32));
  x = t_bilinear2d_antialias (x, picture->height, picture->width);
  return t_keep (t_reshape (x, T_SHAPE (picture->height, picture->width)));
}
