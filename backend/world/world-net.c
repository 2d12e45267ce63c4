/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-net.h"

#include "world/world-random.h"

#include <math.h>
#include <string.h>

/*
 * Five convolutions, the last two of which are what others call fully connected. Everything is stored
 * as [y][x][channel] with channels by fours, so that the inner loops are vectors.
 */

typedef float Four __attribute__ ((vector_size (16)));

#define N_LAYERS 5

typedef struct
{
  guint side;        /* of what goes in */
  guint channels;
  guint kernel;
  guint stride;
  guint padding;
  guint out_side;
  guint out_channels;
  gboolean bent;     /* ReLU behind it */
  gsize n_weights;   /* kernel · kernel · channels · out_channels, then out_channels of biases */
  Four *weights;
  Four *slopes;      /* of the loss, summed over a batch */
  Four *means;       /* Adam's moments */
  Four *squares;
  Four *out;
  Four *out_slopes;
} Layer;

struct _WorldNet
{
  guint channels;
  guint n_outputs;
  guint steps;
  float *input;
  Layer layers[N_LAYERS];
};

/* Adam as its authors set it. */
#define BETA_1 0.9
#define BETA_2 0.999
#define EPSILON 1e-8

static gsize
count_out (const Layer *layer)
{
  return (gsize) layer->out_side * layer->out_side * layer->out_channels;
}

static Four *
new_fours (gsize n_floats)
{
  return g_aligned_alloc0 (n_floats / 4, sizeof (Four), sizeof (Four));
}

/* He's initialisation: uniform with variance 2 over the number of inputs. */
static void
init_layer (Layer *layer, WorldRandom *random)
{
  guint n_inputs = layer->kernel * layer->kernel * layer->channels;
  double bound = sqrt (6. / n_inputs);
  float *weights;

  layer->n_weights = (gsize) (n_inputs + 1) * layer->out_channels;
  layer->weights = new_fours (layer->n_weights);
  layer->slopes = new_fours (layer->n_weights);
  layer->means = new_fours (layer->n_weights);
  layer->squares = new_fours (layer->n_weights);
  layer->out = new_fours (count_out (layer));
  layer->out_slopes = new_fours (count_out (layer));
  weights = (float *) layer->weights;
  for (gsize i = 0; i < (gsize) n_inputs * layer->out_channels; i++)
    weights[i] = (float) world_random_between (random, -bound, bound);
}

/**
 * world_net_new:
 * @channels: numbers a pixel
 * @n_outputs: how many numbers come out
 * @seed: of the first weights
 */
WorldNet *
world_net_new (guint channels, guint n_outputs, guint64 seed)
{
  guint padded = (n_outputs + 3) / 4 * 4;
  WorldNet *self = g_new0 (WorldNet, 1);
  WorldRandom random;

  self->channels = channels;
  self->n_outputs = n_outputs;
  self->input = g_new0 (float, WORLD_NET_SIDE * WORLD_NET_SIDE * channels);
  self->layers[0] = (Layer) { 32, channels, 3, 2, 1, 16, 16, TRUE };
  self->layers[1] = (Layer) { 16, 16, 3, 2, 1, 8, 32, TRUE };
  self->layers[2] = (Layer) { 8, 32, 3, 2, 1, 4, 48, TRUE };
  self->layers[3] = (Layer) { 4, 48, 4, 1, 0, 1, 64, TRUE };
  self->layers[4] = (Layer) { 1, 64, 1, 1, 0, 1, padded, FALSE };
  world_random_init (&random, seed);
  for (guint i = 0; i < N_LAYERS; i++)
    init_layer (&self->layers[i], &random);
  return self;
}

void
world_net_free (WorldNet *self)
{
  for (guint i = 0; i < N_LAYERS; i++)
    {
      Layer *layer = &self->layers[i];

      g_aligned_free (layer->weights);
      g_aligned_free (layer->slopes);
      g_aligned_free (layer->means);
      g_aligned_free (layer->squares);
      g_aligned_free (layer->out);
      g_aligned_free (layer->out_slopes);
    }
  g_free (self->input);
  g_free (self);
}

/* Where the kernel's cell looks for the output at (@ox, @oy); -1 beyond the edge. */
static gssize
find_input (const Layer *layer, guint oy, guint ox, guint cell)
{
  int y = (int) (oy * layer->stride + cell / layer->kernel) - (int) layer->padding;
  int x = (int) (ox * layer->stride + cell % layer->kernel) - (int) layer->padding;

  if (y < 0 || x < 0 || y >= (int) layer->side || x >= (int) layer->side)
    return -1;
  return ((gssize) y * layer->side + x) * layer->channels;
}

static void
run_pixel (const Layer *layer, const float *in, guint oy, guint ox, Four *out)
{
  guint fours = layer->out_channels / 4;
  guint cells = layer->kernel * layer->kernel;

  memcpy (out, layer->weights + (gsize) cells * layer->channels * fours, fours * sizeof (Four));
  for (guint cell = 0; cell < cells; cell++)
    {
      gssize at = find_input (layer, oy, ox, cell);
      const Four *weights = layer->weights + (gsize) cell * layer->channels * fours;

      for (guint c = 0; at >= 0 && c < layer->channels; c++, weights += fours)
        for (guint i = 0; i < fours && in[at + c] != 0; i++)
          out[i] += in[at + c] * weights[i];
    }
}

static void
run_layer (Layer *layer, const float *in)
{
  float *flat = (float *) layer->out;

  for (guint i = 0; i < layer->out_side * layer->out_side; i++)
    run_pixel (layer, in, i / layer->out_side, i % layer->out_side, layer->out + (gsize) i * layer->out_channels / 4);
  for (gsize i = 0; i < count_out (layer) && layer->bent; i++)
    flat[i] = MAX (flat[i], 0);
}

/**
 * world_net_run:
 * @input: [32][32][channels]; copied
 *
 * Returns: (transfer none) (array): the outputs, up to the next call
 */
const float *
world_net_run (WorldNet *self, const float *input)
{
  memcpy (self->input, input, sizeof (float) * WORLD_NET_SIDE * WORLD_NET_SIDE * self->channels);
  for (guint i = 0; i < N_LAYERS; i++)
    run_layer (&self->layers[i], i == 0 ? self->input : (const float *) self->layers[i - 1].out);
  return (const float *) self->layers[N_LAYERS - 1].out;
}

/* From the slopes of one output pixel to those of the weights and, where asked, of the input. */
static void
learn_pixel (Layer *layer, const float *in, float *in_slopes, guint oy, guint ox, const Four *out_slopes)
{
  guint fours = layer->out_channels / 4;
  guint cells = layer->kernel * layer->kernel;
  Four *biases = layer->slopes + (gsize) cells * layer->channels * fours;

  for (guint i = 0; i < fours; i++)
    biases[i] += out_slopes[i];
  for (guint cell = 0; cell < cells; cell++)
    {
      gssize at = find_input (layer, oy, ox, cell);

      for (guint c = 0; at >= 0 && c < layer->channels; c++)
        {
          gsize row = ((gsize) cell * layer->channels + c) * fours;
          Four sum = { 0 };

          for (guint i = 0; i < fours; i++)
            {
              layer->slopes[row + i] += in[at + c] * out_slopes[i];
              sum += layer->weights[row + i] * out_slopes[i];
            }
          if (in_slopes != NULL)
            in_slopes[at + c] += sum[0] + sum[1] + sum[2] + sum[3];
        }
    }
}

static void
learn_layer (Layer *layer, const float *in, float *in_slopes, gsize n_in)
{
  float *slopes = (float *) layer->out_slopes;
  const float *out = (const float *) layer->out;

  if (in_slopes != NULL)
    memset (in_slopes, 0, n_in * sizeof (float));
  for (gsize i = 0; i < count_out (layer) && layer->bent; i++)
    if (out[i] <= 0)
      slopes[i] = 0;
  for (guint i = 0; i < layer->out_side * layer->out_side; i++)
    learn_pixel (layer, in, in_slopes, i / layer->out_side, i % layer->out_side,
                 layer->out_slopes + (gsize) i * layer->out_channels / 4);
}

/** world_net_learn: adds the slopes of the weights for what was last run; @slopes: of the loss for each output. */
void
world_net_learn (WorldNet *self, const float *slopes)
{
  memcpy (self->layers[N_LAYERS - 1].out_slopes, slopes, self->n_outputs * sizeof (float));
  for (int i = N_LAYERS - 1; i > 0; i--)
    learn_layer (&self->layers[i], (const float *) self->layers[i - 1].out, (float *) self->layers[i - 1].out_slopes,
                 count_out (&self->layers[i - 1]));
  learn_layer (&self->layers[0], self->input, NULL, 0);
}

/** world_net_step: moves the weights by Adam against the mean slopes of a batch, and forgets those. */
void
world_net_step (WorldNet *self, double rate, guint batch)
{
  double correction_1, correction_2;

  self->steps++;
  correction_1 = 1 - pow (BETA_1, self->steps);
  correction_2 = 1 - pow (BETA_2, self->steps);
  for (guint l = 0; l < N_LAYERS; l++)
    {
      Layer *layer = &self->layers[l];
      float *weights = (float *) layer->weights, *slopes = (float *) layer->slopes;
      float *means = (float *) layer->means, *squares = (float *) layer->squares;

      for (gsize i = 0; i < layer->n_weights; i++)
        {
          double slope = slopes[i] / batch;

          means[i] = (float) (BETA_1 * means[i] + (1 - BETA_1) * slope);
          squares[i] = (float) (BETA_2 * squares[i] + (1 - BETA_2) * slope * slope);
          weights[i] -= (float) (rate * (means[i] / correction_1) / (sqrt (squares[i] / correction_2) + EPSILON));
          slopes[i] = 0;
        }
    }
}

/* 16 bits a weight lose less than noise does. */
static GVariant *
save_layer (const Layer *layer)
{
  const float *weights = (const float *) layer->weights;
  g_autofree gint16 *codes = g_new (gint16, layer->n_weights);
  double largest = 1e-12;

  for (gsize i = 0; i < layer->n_weights; i++)
    largest = MAX (largest, fabs (weights[i]));
  for (gsize i = 0; i < layer->n_weights; i++)
    codes[i] = (gint16) GINT16_TO_LE ((gint16) lrint (weights[i] / largest * 32767));
  return g_variant_new ("(d@ay)", largest,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, codes, layer->n_weights * 2, 1));
}

/** world_net_save: Returns: (transfer floating): the weights, "a(day)", 16 bits each */
GVariant *
world_net_save (const WorldNet *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(day)"));
  for (guint i = 0; i < N_LAYERS; i++)
    g_variant_builder_add_value (&builder, save_layer (&self->layers[i]));
  return g_variant_builder_end (&builder);
}

/** world_net_load: Returns: FALSE where @weights are not those of such a net */
gboolean
world_net_load (WorldNet *self, GVariant *weights)
{
  if (!g_variant_is_of_type (weights, G_VARIANT_TYPE ("a(day)")) || g_variant_n_children (weights) != N_LAYERS)
    return FALSE;
  for (guint l = 0; l < N_LAYERS; l++)
    {
      Layer *layer = &self->layers[l];
      g_autoptr (GVariant) bytes = NULL;
      gsize n = 0;
      double largest = 0;
      const guint8 *codes;

      g_variant_get_child (weights, l, "(d@ay)", &largest, &bytes);
      codes = g_variant_get_fixed_array (bytes, &n, 1);
      if (n != layer->n_weights * 2 || !isfinite (largest))
        return FALSE;
      for (gsize i = 0; i < layer->n_weights; i++)
        ((float *) layer->weights)[i]
          = (float) ((gint16) (codes[2 * i] | codes[2 * i + 1] << 8) * largest / 32767);
    }
  return TRUE;
}
