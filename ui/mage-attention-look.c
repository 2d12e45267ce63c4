/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-look.h"

#include "ui/mage-attention-names.h"

#include <math.h>

/*
 * From a step's attention to pictures: what is looked at becomes a map, and the map lies over the greyed and darkened
 * frame. A difference has a ground of its own, since white is its middle.
 */

/** mage_attention_look_clear: nothing is looked at any more. */
void
mage_attention_look_clear (MageAttentionLook *self)
{
  g_clear_pointer (&self->attention, mage_attention_unref);
  self->layer = NULL;
}

/** mage_attention_look_copy: @to looks at the same. */
void
mage_attention_look_copy (const MageAttentionLook *self, MageAttentionLook *to)
{
  MageAttention *attention = self->attention != NULL ? mage_attention_ref (self->attention) : NULL;

  mage_attention_look_clear (to);
  *to = *self;
  to->attention = attention;
}

/** mage_attention_look_has_branches: else all work in one. */
gboolean
mage_attention_look_has_branches (const MageAttentionLook *self)
{
  return self->attention != NULL && self->attention->n_branches > 1;
}

/** mage_attention_look_find_time_layer: Returns: (transfer none) (nullable): the layer over time that follows what is looked at, or is it */
MageAttentionLayer *
mage_attention_look_find_time_layer (const MageAttentionLook *self)
{
  const char *name;

  if (self->attention == NULL || self->layer == NULL)
    return NULL;
  name = mage_attention_name_find_beside (self->layer->name, (const char *const *) self->attention->names);
  return name != NULL ? mage_attention_find (self->attention, name) : NULL;
}

/** mage_attention_look_has_mix: whether there is something to mix. */
gboolean
mage_attention_look_has_mix (const MageAttentionLook *self)
{
  return mage_attention_look_has_branches (self) && self->mix[0] + self->mix[1] > 0;
}

/*
 * All that is looked at is a sum of the branches. No pass of the network looks at the mixture itself: it is the mean of what
 * both looked at, weighted as ε_t = β_s·ε_sub + β_m·ε_mot weights what they made of it.
 */
static void
get_weights (const MageAttentionLook *self, float *weights)
{
  static const float known[][MAGE_ATTENTION_N_BRANCHES] = {
    [MAGE_LOOK_SUBJECT] = { 1, 0 },
    [MAGE_LOOK_MOTION] = { 0, 1 },
    [MAGE_LOOK_DIFFERENCE] = { 1, -1 },
  };

  for (guint b = 0; b < MAGE_ATTENTION_N_BRANCHES; b++)
    weights[b] = self->branch == MAGE_LOOK_MIX ? self->mix[b] : known[self->branch][b];
}

typedef void (*ReadFunc) (const MageAttentionLook *self, const MageAttentionLayer *layer, MageAttentionBranch branch, guint at,
                          float *values);

static void
add_branches (const MageAttentionLook *self, const MageAttentionLayer *layer, ReadFunc read, guint at, gsize n, float *values)
{
  float weights[MAGE_ATTENTION_N_BRANCHES];
  g_autofree float *other = g_new (float, n);

  get_weights (self, weights);
  for (gsize i = 0; i < n; i++)
    values[i] = 0;
  for (guint b = 0; b < MAGE_ATTENTION_N_BRANCHES; b++)
    if (weights[b] != 0)
      {
        read (self, layer, b, at, other);
        for (gsize i = 0; i < n; i++)
          values[i] += weights[b] * other[i];
      }
}

static void
read_frame (const MageAttentionLook *self, const MageAttentionLayer *layer, MageAttentionBranch branch, guint frame, float *values)
{
  if (layer->temporal)
    mage_attention_get_elsewhere (self->attention, layer, branch, self->head, frame, values);
  else
    mage_attention_get_map (self->attention, layer, branch, self->column, self->head, frame, values);
}

static void
read_matrix (const MageAttentionLook *self, const MageAttentionLayer *layer, MageAttentionBranch branch, guint pixel, float *values)
{
  mage_attention_get_matrix (self->attention, layer, branch, self->head, pixel, values);
}

/** mage_attention_look_get_share: @layer: that looks over the picture; @column: a word, or what is left beside them */
float
mage_attention_look_get_share (const MageAttentionLook *self, const MageAttentionLayer *layer, guint column, guint frame, guint pixel)
{
  float weights[MAGE_ATTENTION_N_BRANCHES], share = 0;

  get_weights (self, weights);
  for (guint b = 0; b < MAGE_ATTENTION_N_BRANCHES; b++)
    if (weights[b] != 0)
      share += weights[b] * mage_attention_get_share (self->attention, layer, b, column, self->head, frame, pixel);
  return share;
}

/** mage_attention_look_get_matrix: @layer: that looks over time; @values: (out): [F, F] */
void
mage_attention_look_get_matrix (const MageAttentionLook *self, const MageAttentionLayer *layer, guint pixel, float *values)
{
  add_branches (self, layer, read_matrix, pixel, (gsize) self->attention->n_frames * self->attention->n_frames, values);
}

static MageAttentionMap *
map_new (guint n_frames, guint height, guint width, MageColourMap colours)
{
  MageAttentionMap *self = g_new0 (MageAttentionMap, 1);

  self->n_frames = n_frames;
  self->height = height;
  self->width = width;
  self->colours = colours;
  self->values = g_new0 (float, (gsize) n_frames * height * width);
  return self;
}

static void
find_most (MageAttentionMap *self)
{
  for (gsize i = 0; i < (gsize) self->n_frames * self->height * self->width; i++)
    self->most = MAX (self->most, fabsf (self->values[i]));
}

/** mage_attention_look_make_map: Returns: (transfer full) (nullable): NULL while nothing is looked at */
MageAttentionMap *
mage_attention_look_make_map (const MageAttentionLook *self)
{
  gboolean difference = self->branch == MAGE_LOOK_DIFFERENCE;
  MageAttentionMap *map;
  gsize pixels;

  if (self->attention == NULL || self->layer == NULL)
    return NULL;
  map = map_new (self->attention->n_frames, self->layer->height, self->layer->width,
                 difference ? MAGE_COLOUR_MAP_DIFFERENCE : MAGE_COLOUR_MAP_HEAT);
  pixels = (gsize) map->height * map->width;
  for (guint f = 0; f < map->n_frames; f++)
    add_branches (self, self->layer, read_frame, f, pixels, map->values + f * pixels);
  find_most (map);
  return map;
}

/* Bilinear between the middles of the map's cells. */
static float
sample (const MageAttentionMap *self, guint frame, double x, double y)
{
  const float *values = self->values + (gsize) frame * self->height * self->width;
  double column = CLAMP (x * self->width - 0.5, 0, self->width - 1.0), row = CLAMP (y * self->height - 0.5, 0, self->height - 1.0);
  guint left = (guint) column, top = (guint) row;
  guint right = MIN (left + 1, self->width - 1), bottom = MIN (top + 1, self->height - 1);
  float h = (float) (column - left), v = (float) (row - top);
  float upper = values[top * self->width + left] * (1 - h) + values[top * self->width + right] * h;
  float lower = values[bottom * self->width + left] * (1 - h) + values[bottom * self->width + right] * h;

  return upper * (1 - v) + lower * v;
}

/** mage_attention_map_subtract: Returns: (transfer full): @a − @b, on the finer of their grids and in as many frames as both have */
MageAttentionMap *
mage_attention_map_subtract (const MageAttentionMap *a, const MageAttentionMap *b)
{
  MageAttentionMap *self = map_new (MIN (a->n_frames, b->n_frames), MAX (a->height, b->height), MAX (a->width, b->width),
                                    MAGE_COLOUR_MAP_DIFFERENCE);
  float *value = self->values;

  for (guint f = 0; f < self->n_frames; f++)
    for (guint y = 0; y < self->height; y++)
      for (guint x = 0; x < self->width; x++)
        {
          double column = (x + 0.5) / self->width, row = (y + 0.5) / self->height;

          *value++ = sample (a, f, column, row) - sample (b, f, column, row);
        }
  find_most (self);
  return self;
}

void
mage_attention_map_free (MageAttentionMap *self)
{
  g_free (self->values);
  g_free (self);
}

/* A square around a cell, white with a dark edge, as strong as it is marked. */
static void
draw_mark (const MageAttentionMark *mark, guint width, guint height, guint8 *rgb)
{
  int left = (int) (mark->x * width), top = (int) (mark->y * height);
  int right = MAX ((int) ((mark->x + mark->width) * width) - 1, left + 2);
  int bottom = MAX ((int) ((mark->y + mark->height) * height) - 1, top + 2);

  for (int y = MAX (top - 1, 0); y <= MIN (bottom + 1, (int) height - 1); y++)
    for (int x = MAX (left - 1, 0); x <= MIN (right + 1, (int) width - 1); x++)
      {
        gboolean edge = x == left - 1 || x == right + 1 || y == top - 1 || y == bottom + 1;
        gboolean line = !edge && (x == left || x == right || y == top || y == bottom);
        guint8 *pixel = rgb + ((gsize) y * width + x) * 3;

        for (guint i = 0; i < 3 && (edge || line); i++)
          pixel[i] = (guint8) (pixel[i] + mark->strength * ((line ? 255 : 0) - pixel[i]));
      }
}

/**
 * mage_attention_map_paint:
 * @most: what has the strongest colour
 * @mark: (nullable): a cell that is marked
 * @rgb: (out): height · width · 3 bytes
 */
void
mage_attention_map_paint (const MageAttentionMap *self, Frames *ground, guint frame, float most, guint width, guint height,
                          const MageAttentionMark *mark, guint8 *rgb)
{
  const guint8 *from = frames_get_frame (ground, MIN (frame, ground->n_frames - 1));
  float scale = most > 0 ? 1 / most : 0;
  guint8 *to = rgb;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++, to += 3)
      {
        gsize row = (gsize) y * ground->height / height, column = (gsize) x * ground->width / width;
        float value = sample (self, MIN (frame, self->n_frames - 1), (x + 0.5) / width, (y + 0.5) / height);

        mage_colour_map_lay_over (self->colours, from + (row * ground->width + column) * 3, value * scale, to);
      }
  if (mark != NULL && mark->strength > 0)
    draw_mark (mark, width, height, rgb);
}

/** mage_attention_map_make_texture: Returns: (transfer full): mage_attention_map_paint() as a texture */
GdkTexture *
mage_attention_map_make_texture (const MageAttentionMap *self, Frames *ground, guint frame, float most, guint width, guint height,
                                 const MageAttentionMark *mark)
{
  gsize size = (gsize) width * height * 3;
  guint8 *rgb = g_malloc (size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (rgb, size);

  mage_attention_map_paint (self, ground, frame, most, width, height, mark, rgb);
  return gdk_memory_texture_new ((int) width, (int) height, GDK_MEMORY_R8G8B8, bytes, width * 3);
}
