/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/pretrain.h"

#include <math.h>
#include <string.h>

/* How well a VAE does on frames that no training sees: numbers, and a contact sheet for eyes. */

/* Frames that go through the network at once: its activations are what memory goes into. */
#define FRAMES_AT_ONCE 16

/* The sheet: rows of pairs, a frame above what comes back. */
#define SHEET_COLUMNS 8
#define SHEET_ROWS 4

/* The sums that the figures are made of. */
typedef struct
{
  double square, square_subject; /* squared errors of bytes / 255 */
  double n, n_subject;           /* values they were summed over */
  double colour, n_colour;
  double latent, latent_square, n_latent;
} Sums;

void
vae_check_clear (VaeCheck *self)
{
  g_clear_pointer (&self->sheet, g_bytes_unref);
}

static double
psnr (double square, double n)
{
  return n > 0 && square > 0 ? -10 * log10 (square / n) : 0;
}

static gboolean
add_item (Tensor *x, double *sum, GError **error)
{
  double value;

  if (!t_item (x, &value, error))
    return FALSE;
  *sum += value;
  return TRUE;
}

/* The mean colour over a character, [n, 3], 0 … 255; frames without one have none. */
static Tensor *
mean_colours (Tensor *x, Tensor *masks)
{
  T_SCOPE ();
  Tensor *sums = t_sum_dims (t_mul (x, masks), T_DIMS (2, 3), FALSE);
  Tensor *areas = t_add_scalar (t_sum_dims (masks, T_DIMS (2, 3), FALSE), 1e-6);

  return t_keep (t_mul_scalar (t_div (sums, areas), 255));
}

/* Adds what some frames say; @x and @back lie in [0, 1]. */
static gboolean
add_frames (Sums *sums, Tensor *x, Tensor *back, Tensor *masks, Tensor *latents, GError **error)
{
  T_SCOPE ();
  Tensor *square = t_square (t_sub (back, x));
  Tensor *shift = t_abs (t_sub (mean_colours (back, masks), mean_colours (x, masks)));
  double area = 0;

  sums->n += (double) t_numel (x);
  sums->n_colour += (double) t_numel (shift);
  sums->n_latent += (double) t_numel (latents);
  if (!add_item (t_sum (square), &sums->square, error)
      || !add_item (t_sum (t_mul (square, masks)), &sums->square_subject, error)
      || !add_item (t_sum (masks), &area, error) || !add_item (t_sum (shift), &sums->colour, error)
      || !add_item (t_sum (latents), &sums->latent, error)
      || !add_item (t_sum (t_square (latents)), &sums->latent_square, error))
    return FALSE;
  sums->n_subject += 3 * area;
  return TRUE;
}

/* Puts a frame [3, H, W] into the sheet. */
static gboolean
paste (guint8 *sheet, guint sheet_width, Tensor *frame, guint left, guint top, GError **error)
{
  T_SCOPE ();
  guint height = (guint) t_size (frame, 1), width = (guint) t_size (frame, 2);
  Tensor *bytes = t_round (t_mul_scalar (t_permute (frame, T_DIMS (1, 2, 0)), 255));
  g_autofree guint8 *data = t_dup_data (bytes, T_U8, NULL, error);

  if (data == NULL)
    return FALSE;
  for (guint y = 0; y < height; y++)
    memcpy (sheet + ((gsize) (top + y) * sheet_width + left) * 3, data + (gsize) y * width * 3, (gsize) width * 3);
  return TRUE;
}

static gboolean
paste_pairs (guint8 *sheet, guint sheet_width, guint first, Tensor *x, Tensor *back, GError **error)
{
  T_SCOPE ();
  guint height = (guint) t_size (x, 2), width = (guint) t_size (x, 3);

  for (guint i = 0; i < t_size (x, 0) && first + i < SHEET_COLUMNS * SHEET_ROWS; i++)
    {
      guint left = (first + i) % SHEET_COLUMNS * width, top = (first + i) / SHEET_COLUMNS * 2 * height;
      if (!paste (sheet, sheet_width, t_select (x, 0, i), left, top, error)
          || !paste (sheet, sheet_width, t_select (back, 0, i), left, top + height, error))
        return FALSE;
    }
  return TRUE;
}

static Tensor *
to_unit (Tensor *pixels)
{
  return t_clamp (t_add_scalar (t_mul_scalar (pixels, 0.5), 0.5), 0, 1);
}

static gboolean
look_at (Vae *vae, const SceneSource *scenes, guint first, guint n, Sums *sums, guint8 *sheet, guint sheet_width,
         GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *pixels, *masks, *latents, *x, *back;

  if (!scene_source_get_frames (scenes, TRUE, first, n, &pixels, &masks, error))
    return FALSE;
  latents = vae_moments_mean (vae_encode (vae, pixels));
  back = to_unit (t_to (vae_decode (vae, latents), T_CPU, T_F32));
  x = to_unit (pixels);
  latents = t_to (latents, T_CPU, T_F32);
  return t_check (error) && add_frames (sums, x, back, masks, latents, error)
         && paste_pairs (sheet, sheet_width, first, x, back, error);
}

/**
 * vae_check_run:
 * @n: frames to look at
 * @check: (out): to be cleared
 *
 * Encodes unseen frames to the mean of their latents and decodes them.
 */
gboolean
vae_check_run (Vae *vae, const SceneSource *scenes, guint n, VaeCheck *check, GError **error)
{
  Sums sums = { 0 };
  guint width = scenes->width * SHEET_COLUMNS, height = scenes->height * 2 * SHEET_ROWS;
  g_autofree guint8 *sheet = g_malloc0 ((gsize) width * height * 3);

  for (guint first = 0; first < n; first += FRAMES_AT_ONCE)
    if (!look_at (vae, scenes, first, MIN (FRAMES_AT_ONCE, n - first), &sums, sheet, width, error))
      return FALSE;
  *check = (VaeCheck){
    .psnr = psnr (sums.square, sums.n),
    .psnr_subject = psnr (sums.square_subject, sums.n_subject),
    .colour = sums.colour / MAX (sums.n_colour, 1),
    .latent_std = sqrt (MAX (sums.latent_square / MAX (sums.n_latent, 1) - pow (sums.latent / MAX (sums.n_latent, 1), 2), 0)),
    .sheet_width = width,
    .sheet_height = height,
  };
  check->sheet = g_bytes_new_take (g_steal_pointer (&sheet), (gsize) width * height * 3);
  return TRUE;
}
