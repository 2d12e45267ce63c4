/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/mobile-sam.h"

#include "nn/tiny-vit.h"

/* What SAM subtracts from a picture's bytes and divides them by: ImageNet's mean and deviation. */
static const double image_mean[3] = { 123.675, 116.28, 103.53 };
static const double image_deviation[3] = { 58.395, 57.12, 57.375 };

/* What a view's file calls it. */
#define EMBEDDING "embedding"

struct _MobileSam
{
  TinyVit *image;
  SamPromptEncoder *prompt;
  SamDecoder *decoder;
};

struct _SamView
{
  Tensor *frame;     /* [1, 3, frame_height, frame_width] float32, 0…255: what is seen; NULL once it was looked at */
  Tensor *embedding; /* [1, 256, 64, 64]; NULL until it was looked at */
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
 * sam_view_new:
 * @picture: of any size; it is not needed afterwards
 *
 * Returns: (transfer full): the picture as the network sees it, to be looked at; NULL with an error
 */
SamView *
sam_view_new (const PictureInput *picture, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gint64 longer = MAX (MAX (picture->width, picture->height), 1);
  g_autoptr (SamView) self = g_new0 (SamView, 1);

  self->width = picture->width;
  self->height = picture->height;
  self->frame_width = frame_side (picture->width, longer);
  self->frame_height = frame_side (picture->height, longer);
  self->frame = t_steal (picture_input_resize (picture, self->frame_width, self->frame_height));
  return t_check (error) ? g_steal_pointer (&self) : NULL;
}

void
sam_view_free (SamView *self)
{
  if (self == NULL)
    return;
  t_drop (&self->frame);
  t_drop (&self->embedding);
  g_free (self);
}

/** sam_view_digest: adds all that the network will see to @checksum; before it was looked at. */
void
sam_view_digest (SamView *self, GChecksum *checksum)
{
  gint64 sides[] = { self->width, self->height };
  gsize n = 0;
  g_autofree guint8 *bytes = t_dup_data (self->frame, T_U8, &n, NULL);

  g_checksum_update (checksum, (const guchar *) sides, sizeof sides);
  g_checksum_update (checksum, bytes, (gssize) n);
}

/**
 * mobile_sam_look:
 *
 * The long part of the work; once a view.
 *
 * Returns: whether mobile_sam_ask () may be asked about @view now; else an error
 */
gboolean
mobile_sam_look (MobileSam *self, SamView *view, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = picture_input_normalize (view->frame, image_mean, image_deviation);

  x = t_pad (x, T_SHAPE (0, TINY_VIT_SIDE - view->frame_width, 0, TINY_VIT_SIDE - view->frame_height), 0);
  x = tiny_vit_forward (self->image, x);
  if (!t_check (error))
    return FALSE;
  t_assign (&view->embedding, x);
  t_drop (&view->frame);
  return TRUE;
}

/** sam_view_save: what the network made of @self, into a safetensors file. */
gboolean
sam_view_save (SamView *self, const char *path, GError **error)
{
  return t_save (path, &(const char *){ EMBEDDING }, &self->embedding, 1, NULL, error);
}

/**
 * sam_view_load:
 * @path: what sam_view_save () wrote of a view with the same digest, by a network with the same weights
 *
 * Returns: whether this was found, so that nothing needs to be looked at
 */
gboolean
sam_view_load (SamView *self, const char *path)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (WeightsFile) file = g_file_test (path, G_FILE_TEST_EXISTS) ? weights_file_open (path, NULL) : NULL;
  const WeightsEntry *entry = file != NULL ? weights_file_lookup (file, EMBEDDING) : NULL;
  Tensor *x = entry != NULL ? t_from_entry (file, entry) : NULL;

  if (!t_check (NULL) || x == NULL
      || !t_has_shape (x, T_SHAPE (1, TINY_VIT_CHANNELS, TINY_VIT_GRID, TINY_VIT_GRID)))
    return FALSE;
  t_assign (&self->embedding, t_clone (x));
  t_drop (&self->frame);
  return TRUE;
}

/**
 * sam_view_fit_mask:
 * @logits: one of an answer's candidates, [SAM_MASK_SIDE, SAM_MASK_SIDE]
 *
 * Returns: [H, W] float32 on the CPU, at the picture's size: above 0 is inside
 */
Tensor *
sam_view_fit_mask (SamView *self, Tensor *logits)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = t_reshape (logits, T_SHAPE (1, 1, SAM_MASK_SIDE, SAM_MASK_SIDE));

  x = t_bilinear2d (x, TINY_VIT_SIDE, TINY_VIT_SIDE);
  x = t_narrow (t_narrow (x, 2, 0, self->frame_height), 3, 0, self->frame_width);
  return t_keep (t_select (t_select (t_bilinear2d_antialias (x, self->height, self->width), 0, 0), 0, 0));
}

/**
 * mobile_sam_ask:
 * @view: looked at by this network
 * @answer: (out caller-allocates): handles of the caller's scope
 *
 * Returns: whether there is an answer; without point or box there is an error
 */
gboolean
mobile_sam_ask (MobileSam *self, SamView *view, const SamPrompt *prompt, SamAnswer *answer, GError **error)
{
  T_SCOPE_NO_GRAD ();
  double scale_x = (double) view->frame_width / (double) view->width;
  double scale_y = (double) view->frame_height / (double) view->height;
  Tensor *said = sam_prompt_encoder_forward (self->prompt, prompt, scale_x, scale_y);
  Tensor *image = t_add (view->embedding, sam_prompt_encoder_mask (self->prompt, prompt));
  Tensor *ious = NULL;
  Tensor *logits = sam_decoder_forward (self->decoder, image, sam_prompt_encoder_places (self->prompt), said, &ious);

  answer->ious = t_keep (t_to (ious, T_CPU, T_F32));
  answer->logits = t_keep (t_to (logits, T_CPU, T_F32));
  return t_check (error);
}

/**
 * mobile_sam_pick:
 * @ious: what mobile_sam_ask () said of its masks
 *
 * A single point may mean a thing or a part of it: that is what the other masks are for, of which the best counts. A
 * box, several points or a mask mean one thing: the first mask, also where the guess for another is higher (over the sample's
 * pictures and boxes this finds more of the subjects).
 *
 * Returns: the number of the mask that is most likely meant
 */
guint
mobile_sam_pick (const SamPrompt *prompt, const float ious[SAM_CANDIDATES])
{
  guint best = 1;

  if (prompt->box != NULL || prompt->n_points > 1 || prompt->mask != NULL)
    return 0;
  for (guint i = 2; i < SAM_CANDIDATES; i++)
    if (ious[i] > ious[best])
      best = i;
  return best;
}
