/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/sam-prompt.h"

#include <math.h>

#include "nn/layers.h"

#define WIDTH 256

/* Channels of an earlier mask on its way to the picture's grid. */
#define N_MASK_FIRST 4
#define N_MASK_SECOND 16

/* eps of the norms between. */
#define MASK_EPS 1e-6

/* What a place is said to be; a row of the embeddings. */
typedef enum
{
  KIND_OUTSIDE,
  KIND_INSIDE,
  KIND_BOX_START,
  KIND_BOX_END,
  KIND_NOTHING, /* stands where a box would, and has no place */
  N_KINDS
} Kind;

struct _SamPromptEncoder
{
  double side;
  Tensor *directions; /* [2, WIDTH / 2] float32: random ones that places are projected to */
  Tensor *kinds;      /* [N_KINDS, WIDTH] */
  Tensor *no_mask;    /* [1, WIDTH, 1, 1] */
  Tensor *places;     /* [1, grid², WIDTH] */
  Conv mask_convs[3];
  Norm mask_norms[2];
  TDevice device;
  TDtype dtype;
};

/* @at: [n, 2] float32, x and y in 0…1 → [n, WIDTH]: sin and cos of 2π·(2·at − 1)·directions. */
static Tensor *
encode_places (SamPromptEncoder *self, Tensor *at)
{
  T_SCOPE_NO_GRAD ();
  Tensor *angles, *both[2];

  at = t_add_scalar (t_mul_scalar (t_to (at, self->device, T_F32), 2), -1);
  angles = t_mul_scalar (t_matmul (at, self->directions), 2 * G_PI);
  both[0] = t_sin (angles);
  both[1] = t_cos (angles);
  return t_keep (t_to_dtype (t_cat (both, 2, 1), self->dtype));
}

/* The middles of the grid's places, row by row. */
static Tensor *
encode_grid (SamPromptEncoder *self, gint64 grid)
{
  T_SCOPE_NO_GRAD ();
  g_autofree float *at = g_new (float, 2 * grid * grid);

  for (gint64 i = 0; i < grid * grid; i++)
    {
      at[2 * i] = ((float) (i % grid) + 0.5f) / (float) grid;
      at[2 * i + 1] = ((float) (i / grid) + 0.5f) / (float) grid;
    }
  return t_keep (t_unsqueeze (encode_places (self, t_from_data (at, T_F32, T_SHAPE (grid * grid, 2))), 0));
}

static Tensor *
take_kinds (Weights *weights, const char *path)
{
  T_SCOPE_NO_GRAD ();
  Tensor *rows[N_KINDS], *kinds;

  for (guint i = 0; i < N_KINDS; i++)
    {
      g_autofree char *row = i == KIND_NOTHING ? g_strdup_printf ("%s.not_a_point_embed", path)
                                               : g_strdup_printf ("%s.point_embeddings.%u", path, i);
      rows[i] = weights_take (weights, row, "weight", T_SHAPE (1, WIDTH));
    }
  kinds = t_steal (t_cat (rows, N_KINDS, 0));
  for (guint i = 0; i < N_KINDS; i++)
    t_drop (&rows[i]);
  return kinds;
}

static void
init_mask (SamPromptEncoder *self, Weights *weights, const char *path)
{
  PATH (conv0, "%s.mask_downscaling.0", path);
  PATH (norm0, "%s.mask_downscaling.1", path);
  PATH (conv1, "%s.mask_downscaling.3", path);
  PATH (norm1, "%s.mask_downscaling.4", path);
  PATH (conv2, "%s.mask_downscaling.6", path);

  conv_init (&self->mask_convs[0], weights, conv0, 1, N_MASK_FIRST, 2, 2, 0);
  norm_init (&self->mask_norms[0], weights, norm0, N_MASK_FIRST, 0, MASK_EPS);
  conv_init (&self->mask_convs[1], weights, conv1, N_MASK_FIRST, N_MASK_SECOND, 2, 2, 0);
  norm_init (&self->mask_norms[1], weights, norm1, N_MASK_SECOND, 0, MASK_EPS);
  conv_init (&self->mask_convs[2], weights, conv2, N_MASK_SECOND, WIDTH, 1, 1, 0);
}

/**
 * sam_prompt_encoder_new:
 * @path: the module's name in the file, "prompt_encoder"
 * @side: pixels along a side of what the image encoder sees
 * @grid: places along a side of what it makes of that
 *
 * Returns: (transfer full): the encoder; usable unless an error waits
 */
SamPromptEncoder *
sam_prompt_encoder_new (Weights *weights, const char *path, gint64 side, gint64 grid)
{
  T_SCOPE_NO_GRAD ();
  SamPromptEncoder *self = g_new0 (SamPromptEncoder, 1);
  PATH (directions, "%s.pe_layer", path);
  PATH (no_mask, "%s.no_mask_embed", path);
  Tensor *taken = weights_take (weights, directions, "positional_encoding_gaussian_matrix", T_SHAPE (2, WIDTH / 2));

  self->side = (double) side;
  self->device = weights_device (weights);
  self->dtype = weights_dtype (weights);
  self->directions = t_steal (t_to_dtype (taken, T_F32));
  t_drop (&taken);
  self->kinds = take_kinds (weights, path);
  taken = weights_take (weights, no_mask, "weight", T_SHAPE (1, WIDTH));
  self->no_mask = t_steal (t_reshape (taken, T_SHAPE (1, WIDTH, 1, 1)));
  t_drop (&taken);
  self->places = t_steal (encode_grid (self, grid));
  init_mask (self, weights, path);
  return self;
}

void
sam_prompt_encoder_free (SamPromptEncoder *self)
{
  if (self == NULL)
    return;
  t_drop (&self->directions);
  t_drop (&self->kinds);
  t_drop (&self->no_mask);
  t_drop (&self->places);
  for (guint i = 0; i < G_N_ELEMENTS (self->mask_convs); i++)
    conv_clear (&self->mask_convs[i]);
  for (guint i = 0; i < G_N_ELEMENTS (self->mask_norms); i++)
    norm_clear (&self->mask_norms[i]);
  g_free (self);
}

/* The prompt as a list of places and what they are. */
typedef struct
{
  GArray *at;    /* of float, x and y */
  GArray *kinds; /* of gint64 */
  GArray *real;  /* of float: 1, or 0 where there is no place */
} PlaceList;

static void
add_place (PlaceList *self, Kind kind, double x, double y)
{
  float at[] = { (float) x, (float) y }, real = kind == KIND_NOTHING ? 0 : 1;
  gint64 number = kind;

  if (!isfinite (x) || !isfinite (y))
    t_take_error (g_error_new (T_ERROR, T_ERROR_FAILED, "a point or a corner of the box lies nowhere in the picture"));
  g_array_append_vals (self->at, at, 2);
  g_array_append_val (self->kinds, number);
  g_array_append_val (self->real, real);
}

static void
list_places (SamPromptEncoder *self, const SamPrompt *prompt, double scale_x, double scale_y, PlaceList *list)
{
  const SamBox *box = prompt->box;
  double x = scale_x / self->side, y = scale_y / self->side;
  double half = 0.5 / self->side; /* a pixel's middle */

  for (gsize i = 0; i < prompt->n_points; i++)
    add_place (list, prompt->points[i].inside ? KIND_INSIDE : KIND_OUTSIDE, prompt->points[i].x * x + half,
               prompt->points[i].y * y + half);
  if (box != NULL)
    {
      add_place (list, KIND_BOX_START, box->left * x + half, box->top * y + half);
      add_place (list, KIND_BOX_END, box->right * x + half, box->bottom * y + half);
    }
  else
    {
      add_place (list, KIND_NOTHING, 0, 0);
    }
}

/**
 * sam_prompt_encoder_forward:
 * @scale_x: from the picture's pixels to those that the image encoder sees
 * @scale_y: the same, downwards
 *
 * Returns: [1, n, 256]; without point or box an error waits
 */
Tensor *
sam_prompt_encoder_forward (SamPromptEncoder *self, const SamPrompt *prompt, double scale_x, double scale_y)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GArray) at = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GArray) kinds = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) real = g_array_new (FALSE, FALSE, sizeof (float));
  Tensor *places, *kind, *is_real;
  gint64 n;

  if (prompt->n_points == 0 && prompt->box == NULL)
    t_take_error (g_error_new (T_ERROR, T_ERROR_FAILED, "nothing says where the subject is: give a point or a box"));
  list_places (self, prompt, scale_x, scale_y, &(PlaceList){ at, kinds, real });
  n = kinds->len;
  places = encode_places (self, t_from_data (at->data, T_F32, T_SHAPE (n, 2)));
  is_real = t_to (t_from_data (real->data, T_F32, T_SHAPE (n, 1)), self->device, self->dtype);
  kind = t_embedding (self->kinds, t_to (t_from_data (kinds->data, T_I64, T_SHAPE (n)), self->device, T_I64));
  return t_keep (t_unsqueeze (t_add (t_mul (places, is_real), kind), 0));
}

/**
 * sam_prompt_encoder_mask:
 *
 * Returns: what is added to the picture's embedding: [1, 256, grid, grid] of the earlier mask, or [1, 256, 1, 1] where
 *   there is none
 */
Tensor *
sam_prompt_encoder_mask (SamPromptEncoder *self, const SamPrompt *prompt)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x;

  if (prompt->mask == NULL)
    return t_keep (t_alias (self->no_mask));
  x = t_from_data (prompt->mask, T_F32, T_SHAPE (1, 1, SAM_MASK_SIDE, SAM_MASK_SIDE));
  x = t_to (x, self->device, self->dtype);
  for (guint i = 0; i < 2; i++)
    x = t_gelu (norm_forward_channels (&self->mask_norms[i], conv_forward (&self->mask_convs[i], x)));
  return t_keep (conv_forward (&self->mask_convs[2], x));
}

/** sam_prompt_encoder_places: borrowed; [1, grid², 256], the encoding of the grid's own places. */
Tensor *
sam_prompt_encoder_places (SamPromptEncoder *self)
{
  return self->places;
}
