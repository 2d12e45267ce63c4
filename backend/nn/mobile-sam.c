/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/mobile-sam.h"

#include "nn/tiny-vit.h"

/* What SAM subtracts from a picture's bytes and divides them by: ImageNet's mean and deviation. */
static const double image_mean[3] = { 123.675, 116.28, 103.53 };
static const double image_deviation[3] = { 58.395, 57.12, 57.375 };

struct _MobileSam
{
  TinyVit *image;
  SamPromptEncoder *prompt;
  SamDecoder *decoder;
};

struct _SamView
{
  Tensor *embedding; /* [1, 256, 64, 64] */
  gint64 width, height;             /* of the picture */
  gint64 frame_width, frame_height; /* of what was seen of it, the upper left of a square */
};

/**
 * mobile_sam_new:
 * @weights: a file with MobileSAM's names, its batch norms folded or not
 *
 * Returns: (transfer full): the network, or NULL with an error that names file and tensor
 */
MobileSam *
mobile_sam_new (Weights *weights, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (MobileSam) self = g_new0 (MobileSam, 1);

  self->image = tiny_vit_new (weights, "image_encoder");
  self->prompt = sam_prompt_encoder_new (weights, "prompt_encoder", TINY_VIT_SIDE, TINY_VIT_GRID);
  self->decoder = sam_decoder_new (weights, "mask_decoder");
  return t_check (error) ? g_steal_pointer (&self) : NULL;
}

void
mobile_sam_free (MobileSam *self)
{
  if (self == NULL)
    return;
  tiny_vit_free (self->image);
  sam_prompt_encoder_free (self->prompt);
  sam_decoder_free (self->decoder);
  g_free (self);
}

/* A side of the picture, resized so that the longer one fills the frame. */
static gint64
frame_side (gint64 side, gint64 longer)
{
  return MAX ((gint64) ((double) side * TINY_VIT_SIDE / (double) longer + 0.5), 1);
}

/**
 * mobile_sam_look:
 * @picture: of any size
 *
 * The long part of the work; once a picture.
 *
 * Returns: (transfer full): what mobile_sam_masks () asks, or NULL with an error
 */
SamView *
mobile_sam_look (MobileSam *self, const PictureInput *picture, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gint64 longer = MAX (MAX (picture->width, picture->height), 1);
  g_autoptr (SamView) view = g_new0 (SamView, 1);
  Tensor *x;

  view->width = picture->width;
  view->height = picture->height;
  view->frame_width = frame_side (picture->width, longer);
  view->frame_height = frame_side (picture->height, longer);
  x = picture_input_resize (picture, view->frame_width, view->frame_height);
  x = picture_input_normalize (x, image_mean, image_deviation);
  x = t_pad (x, T_SHAPE (0, TINY_VIT_SIDE - view->frame_width, 0, TINY_VIT_SIDE - view->frame_height), 0);
  x = t_add (tiny_vit_forward (self->image, x), sam_prompt_encoder_no_mask (self->prompt));
  view->embedding = t_steal (x);
  return t_check (error) ? g_steal_pointer (&view) : NULL;
}

void
sam_view_free (SamView *self)
{
  if (self == NULL)
    return;
  t_drop (&self->embedding);
  g_free (self);
}

/* Logits over the whole square → over the picture, at its size. */
static Tensor *
fit_masks (SamView *view, Tensor *masks)
{
  T_SCOPE_NO_GRAD ();

  masks = t_bilinear2d (t_unsqueeze (masks, 0), TINY_VIT_SIDE, TINY_VIT_SIDE);
  masks = t_narrow (t_narrow (masks, 2, 0, view->frame_height), 3, 0, view->frame_width);
  return t_keep (t_select (t_bilinear2d_antialias (masks, view->height, view->width), 0, 0));
}

/**
 * mobile_sam_masks:
 * @view: from this network
 * @ious: (out): [SAM_CANDIDATES] float32 on the CPU: how well the network thinks that each mask fits; about 0…1
 *
 * Returns: [SAM_CANDIDATES, H, W] float32 on the CPU, at the picture's size: above 0 is inside; without point or box
 *   an error waits
 */
Tensor *
mobile_sam_masks (MobileSam *self, SamView *view, const SamPrompt *prompt, Tensor **ious)
{
  T_SCOPE_NO_GRAD ();
  double scale_x = (double) view->frame_width / (double) view->width;
  double scale_y = (double) view->frame_height / (double) view->height;
  Tensor *said = sam_prompt_encoder_forward (self->prompt, prompt, scale_x, scale_y);
  Tensor *guesses = NULL;
  Tensor *masks = sam_decoder_forward (self->decoder, view->embedding, sam_prompt_encoder_places (self->prompt), said,
                                       &guesses);

  *ious = t_keep (t_to (guesses, T_CPU, T_F32));
  return t_keep (fit_masks (view, t_to (masks, T_CPU, T_F32)));
}

/**
 * mobile_sam_pick:
 * @ious: what mobile_sam_masks () said of its masks
 *
 * A single point may mean a thing or a part of it: that is what the other masks are for, of which the best counts. A
 * box or several points mean one thing: the first mask, also where the guess for another is higher (over the sample's
 * pictures and boxes this finds more of the subjects).
 *
 * Returns: the number of the mask that is most likely meant
 */
guint
mobile_sam_pick (const SamPrompt *prompt, const float ious[SAM_CANDIDATES])
{
  guint best = 1;

  if (prompt->box != NULL || prompt->n_points > 1)
    return 0;
  for (guint i = 2; i < SAM_CANDIDATES; i++)
    if (ious[i] > ious[best])
      best = i;
  return best;
}
