/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-mask-layer.h"

#include <math.h>
#include <string.h>

/*
 * A mask that is being edited, and what is seen of it over its picture: a texture as large as what is on
 * the screen, not as the picture. Halved copies of the mask are kept, so that a far view costs no
 * more than a near one; where a brush went, only that much of all of them is made again.
 */

/* Halved that often, thirty thousand pixels are thirty. */
#define MAX_LEVELS 10
/* How far around a change its outline may change, in pixels of what is drawn. */
#define OUTLINE_REACH 6

/* How much the outside is dimmed where the inside is wholly covered. */
#define DIM 0.68
/* The line around the subject is white, with a shade that shows it on a white ground. */
#define SHADE_REACH 1.2
#define SHADE 0.4

typedef struct
{
  guint width;
  guint height;
  guint8 *alpha;
} Level;

struct _MageMaskLayer
{
  Level levels[MAX_LEVELS];
  guint n_levels;

  /* What is on the screen. */
  graphene_rect_t part;
  int width;
  int height;
  MageMaskLook look;
  guint8 tints[256][4]; /* what lies over a pixel, by how much of it belongs to the subject */
  guint8 *seen;   /* [height, width]: the mask as it is drawn */
  guint8 *pixels; /* [height, width, 4], premultiplied */
  GdkTexture *texture;
  cairo_rectangle_int_t touched; /* since then; width 0: nothing */
};

/* --- levels --- */

static void
halve (const Level *from, Level *to, const cairo_rectangle_int_t *area)
{
  for (guint y = (guint) area->y; y < (guint) (area->y + area->height); y++)
    for (guint x = (guint) area->x; x < (guint) (area->x + area->width); x++)
      {
        guint x1 = MIN (2 * x + 1, from->width - 1);
        guint y1 = MIN (2 * y + 1, from->height - 1);
        const guint8 *upper = from->alpha + (gsize) 2 * y * from->width;
        const guint8 *lower = from->alpha + (gsize) y1 * from->width;

        to->alpha[(gsize) y * to->width + x] = (guint8) ((upper[2 * x] + upper[x1] + lower[2 * x] + lower[x1] + 2) / 4);
      }
}

/* The halved pixels that hold any of @area. */
static cairo_rectangle_int_t
halve_area (const cairo_rectangle_int_t *area, const Level *to)
{
  int left = area->x / 2;
  int top = area->y / 2;
  int right = MIN ((area->x + area->width + 1) / 2, (int) to->width);
  int bottom = MIN ((area->y + area->height + 1) / 2, (int) to->height);

  return (cairo_rectangle_int_t) { left, top, MAX (right - left, 0), MAX (bottom - top, 0) };
}

/** mage_mask_layer_new: Returns: (transfer full): a copy of @mask that can be edited */
MageMaskLayer *
mage_mask_layer_new (const Mask *mask)
{
  MageMaskLayer *self = g_new0 (MageMaskLayer, 1);

  self->levels[0] = (Level) { mask->width, mask->height,
                              g_memdup2 (mask_get_pixels (mask), (gsize) mask->width * mask->height) };
  self->n_levels = 1;
  while (self->n_levels < MAX_LEVELS && MAX (self->levels[self->n_levels - 1].width, self->levels[self->n_levels - 1].height) > 32)
    {
      const Level *last = &self->levels[self->n_levels - 1];
      Level next = { (last->width + 1) / 2, (last->height + 1) / 2, NULL };

      next.alpha = g_malloc ((gsize) next.width * next.height);
      halve (last, &next, &(cairo_rectangle_int_t) { 0, 0, (int) next.width, (int) next.height });
      self->levels[self->n_levels++] = next;
    }
  return self;
}

void
mage_mask_layer_free (MageMaskLayer *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_levels; i++)
    g_free (self->levels[i].alpha);
  g_clear_object (&self->texture);
  g_free (self->seen);
  g_free (self->pixels);
  g_free (self);
}

guint
mage_mask_layer_get_width (const MageMaskLayer *self)
{
  return self->levels[0].width;
}

guint
mage_mask_layer_get_height (const MageMaskLayer *self)
{
  return self->levels[0].height;
}

/** mage_mask_layer_get_alpha: Returns: (transfer none): height · width bytes; tell mage_mask_layer_touch() what was changed */
guint8 *
mage_mask_layer_get_alpha (MageMaskLayer *self)
{
  return self->levels[0].alpha;
}

/** mage_mask_layer_dup_mask: Returns: (transfer full): the mask as it is now */
Mask *
mage_mask_layer_dup_mask (const MageMaskLayer *self)
{
  const Level *level = &self->levels[0];

  return mask_new_take (level->width, level->height, g_memdup2 (level->alpha, (gsize) level->width * level->height));
}

static cairo_rectangle_int_t
join (const cairo_rectangle_int_t *a, const cairo_rectangle_int_t *b)
{
  int left = MIN (a->x, b->x);
  int top = MIN (a->y, b->y);

  if (a->width == 0)
    return *b;
  return (cairo_rectangle_int_t) { left, top, MAX (a->x + a->width, b->x + b->width) - left,
                                   MAX (a->y + a->height, b->y + b->height) - top };
}

/** mage_mask_layer_touch: @touched: where the mask's bytes were changed. */
void
mage_mask_layer_touch (MageMaskLayer *self, const cairo_rectangle_int_t *touched)
{
  cairo_rectangle_int_t area = *touched;

  for (guint i = 1; i < self->n_levels; i++)
    {
      area = halve_area (&area, &self->levels[i]);
      halve (&self->levels[i - 1], &self->levels[i], &area);
    }
  self->touched = join (&self->touched, touched);
}

/* --- drawing --- */

/* Where the middle of every drawn column (or row) lies in a level: the pixel before it and how much the next counts. */
typedef struct
{
  guint at;
  guint next;
  guint weight; /* of 256 */
} Tap;

static Tap
make_tap (double start, double step, double shrink, int i, guint length)
{
  double position = CLAMP ((start + (i + 0.5) * step) / shrink - 0.5, 0, (double) (length - 1));
  guint at = (guint) position;

  return (Tap) { at, MIN (at + 1, length - 1), (guint) ((position - at) * 256) };
}

static const Level *
choose_level (const MageMaskLayer *self, double step, double *shrink)
{
  guint n = (guint) CLAMP (floor (log2 (MAX (step, 1))), 0, self->n_levels - 1);

  *shrink = (double) (1u << n);
  return &self->levels[n];
}

/* The mask itself, as it is drawn. */
static void
sample (MageMaskLayer *self, const cairo_rectangle_int_t *area)
{
  double step_x = self->part.size.width / self->width;
  double step_y = self->part.size.height / self->height;
  double shrink;
  const Level *level = choose_level (self, MIN (step_x, step_y), &shrink);
  g_autofree Tap *columns = g_new (Tap, area->width);

  for (int x = 0; x < area->width; x++)
    columns[x] = make_tap (self->part.origin.x, step_x, shrink, area->x + x, level->width);
  for (int y = area->y; y < area->y + area->height; y++)
    {
      Tap row = make_tap (self->part.origin.y, step_y, shrink, y, level->height);
      const guint8 *upper = level->alpha + (gsize) row.at * level->width;
      const guint8 *lower = level->alpha + (gsize) row.next * level->width;
      guint8 *out = self->seen + (gsize) y * (gsize) self->width + area->x;

      for (int x = 0; x < area->width; x++)
        {
          const Tap *tap = &columns[x];
          guint above = upper[tap->at] * (256 - tap->weight) + upper[tap->next] * tap->weight;
          guint below = lower[tap->at] * (256 - tap->weight) + lower[tap->next] * tap->weight;

          out[x] = (guint8) ((above * (256 - row.weight) + below * row.weight + (1u << 15)) >> 16);
        }
    }
}

static int
look_up (const MageMaskLayer *self, int x, int y)
{
  return self->seen[(gsize) CLAMP (y, 0, self->height - 1) * (gsize) self->width + (gsize) CLAMP (x, 0, self->width - 1)];
}

/* Smoothed a little, so that even a hard edge has a slope. */
static double
look_softly (const MageMaskLayer *self, int x, int y)
{
  int sum = 0;

  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++)
      sum += look_up (self, x + dx, y + dy) * (2 - ABS (dx)) * (2 - ABS (dy));
  return sum / 16.0;
}

/* Most of a mask is far from its edge: it is asked by blocks, which are wider than the line is. */
#define BLOCK 8

/* Whether there is anything inside (1) and outside (2) in a block. */
static guint8
look_at_block (const MageMaskLayer *self, int left, int top)
{
  int right = MIN (left + BLOCK, self->width);
  int bottom = MIN (top + BLOCK, self->height);
  guint8 least = 255;
  guint8 most = 0;

  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      {
        guint8 a = self->seen[(gsize) y * (gsize) self->width + (gsize) x];

        least = MIN (least, a);
        most = MAX (most, a);
      }
  return (guint8) ((most >= MASK_THRESHOLD ? 1 : 0) | (least < MASK_THRESHOLD ? 2 : 0));
}

/* Whether the subject begins or ends in a block or in one beside it. */
static gboolean
is_near_edge (const guint8 *sides, int columns, int rows, int column, int row)
{
  guint8 all = 0;

  for (int y = MAX (row - 1, 0); y <= MIN (row + 1, rows - 1); y++)
    for (int x = MAX (column - 1, 0); x <= MIN (column + 1, columns - 1); x++)
      all |= sides[y * columns + x];
  return all == 3;
}

/* How far the edge is, in pixels: a value's distance from the threshold over its slope. */
static double
get_distance (const MageMaskLayer *self, int x, int y)
{
  double dx = (look_softly (self, x + 1, y) - look_softly (self, x - 1, y)) / 2;
  double dy = (look_softly (self, x, y + 1) - look_softly (self, x, y - 1)) / 2;

  return fabs (look_softly (self, x, y) - MASK_THRESHOLD) / MAX (hypot (dx, dy), 1);
}

/* Whether the subject begins or ends within so many pixels. */
static gboolean
crosses (const MageMaskLayer *self, int x, int y, int reach)
{
  gboolean inside = look_up (self, x, y) >= MASK_THRESHOLD;

  for (int dy = -reach; dy <= reach; dy += reach)
    for (int dx = -reach; dx <= reach; dx += reach)
      if ((look_up (self, x + dx, y + dy) >= MASK_THRESHOLD) != inside)
        return TRUE;
  return FALSE;
}

static void
draw_line (const MageMaskLayer *self, int x, int y, guint8 pixel[4])
{
  double distance = get_distance (self, x, y);
  double line = CLAMP (self->look.line + 0.5 - distance, 0, 1);
  double shade = SHADE * CLAMP (self->look.line + SHADE_REACH + 0.5 - distance, 0, 1);
  double kept = (1 - shade) * (1 - line);

  for (guint i = 0; i < 4; i++)
    pixel[i] = (guint8) (pixel[i] * kept + (i == 3 ? 255 * (1 - kept) : 255 * line) + 0.5);
}

static void
make_tints (const MageMaskLook *look, guint8 tints[256][4])
{
  for (guint a = 0; a < 256; a++)
    {
      double tint = look->opacity * a / 255;
      double dim = look->opacity * DIM * (255 - a) / 255;

      tints[a][0] = (guint8) (look->colour.red * tint * 255 + 0.5);
      tints[a][1] = (guint8) (look->colour.green * tint * 255 + 0.5);
      tints[a][2] = (guint8) (look->colour.blue * tint * 255 + 0.5);
      tints[a][3] = (guint8) ((tint + dim) * 255 + 0.5);
    }
}

static void
paint_block (MageMaskLayer *self, const cairo_rectangle_int_t *area, int left, int top, gboolean near_edge)
{
  int reach = (int) ceil (self->look.line + SHADE_REACH);

  for (int y = MAX (top, area->y); y < MIN (top + BLOCK, area->y + area->height); y++)
    for (int x = MAX (left, area->x); x < MIN (left + BLOCK, area->x + area->width); x++)
      {
        gsize i = (gsize) y * (gsize) self->width + (gsize) x;

        memcpy (self->pixels + 4 * i, self->tints[self->seen[i]], 4);
        if (near_edge && crosses (self, x, y, reach))
          draw_line (self, x, y, self->pixels + 4 * i);
      }
}

static void
paint (MageMaskLayer *self, const cairo_rectangle_int_t *area)
{
  int first_column = MAX (area->x / BLOCK - 1, 0);
  int first_row = MAX (area->y / BLOCK - 1, 0);
  int columns = MIN ((area->x + area->width - 1) / BLOCK + 2, (self->width + BLOCK - 1) / BLOCK) - first_column;
  int rows = MIN ((area->y + area->height - 1) / BLOCK + 2, (self->height + BLOCK - 1) / BLOCK) - first_row;
  g_autofree guint8 *sides = g_malloc ((gsize) columns * (gsize) rows);

  make_tints (&self->look, self->tints);
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++)
      sides[row * columns + column] = look_at_block (self, (first_column + column) * BLOCK, (first_row + row) * BLOCK);
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++)
      paint_block (self, area, (first_column + column) * BLOCK, (first_row + row) * BLOCK,
                   is_near_edge (sides, columns, rows, column, row));
}

/* --- the texture --- */

/* The texture shares nothing with what is painted next; only @area has to be shown anew. */
static void
make_texture (MageMaskLayer *self, const cairo_rectangle_int_t *area)
{
  g_autoptr (GdkMemoryTextureBuilder) builder = gdk_memory_texture_builder_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (self->pixels, (gsize) self->width * (gsize) self->height * 4);

  gdk_memory_texture_builder_set_bytes (builder, bytes);
  gdk_memory_texture_builder_set_stride (builder, (gsize) self->width * 4);
  gdk_memory_texture_builder_set_width (builder, self->width);
  gdk_memory_texture_builder_set_height (builder, self->height);
  gdk_memory_texture_builder_set_format (builder, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED);
  if (self->texture != NULL)
    {
      cairo_region_t *region = cairo_region_create_rectangle (area);

      gdk_memory_texture_builder_set_update_texture (builder, self->texture);
      gdk_memory_texture_builder_set_update_region (builder, region);
      cairo_region_destroy (region);
    }
  g_clear_object (&self->texture);
  self->texture = gdk_memory_texture_builder_build (builder);
}

/* What has to be drawn again of what is on the screen. */
static cairo_rectangle_int_t
get_area (const MageMaskLayer *self)
{
  double step_x = self->part.size.width / self->width;
  double step_y = self->part.size.height / self->height;
  const cairo_rectangle_int_t *touched = &self->touched;
  /* A halved pixel that changed is seen as far as it reaches. */
  double margin_x = OUTLINE_REACH + 2 / step_x + 2;
  double margin_y = OUTLINE_REACH + 2 / step_y + 2;
  int left = (int) CLAMP ((touched->x - self->part.origin.x) / step_x - margin_x, 0, self->width);
  int top = (int) CLAMP ((touched->y - self->part.origin.y) / step_y - margin_y, 0, self->height);
  int right = (int) CLAMP ((touched->x + touched->width - self->part.origin.x) / step_x + margin_x, 0, self->width);
  int bottom = (int) CLAMP ((touched->y + touched->height - self->part.origin.y) / step_y + margin_y, 0, self->height);

  return (cairo_rectangle_int_t) { left, top, right - left, bottom - top };
}

static gboolean
shows (const MageMaskLayer *self, const graphene_rect_t *part, int width, int height, const MageMaskLook *look)
{
  return self->texture != NULL && self->width == width && self->height == height && graphene_rect_equal (&self->part, part)
         && gdk_rgba_equal (&self->look.colour, &look->colour) && self->look.opacity == look->opacity
         && self->look.line == look->line;
}

/**
 * mage_mask_layer_draw:
 * @part: which part of the mask, in its pixels
 * @width: of what is drawn, in pixels
 *
 * Returns: (transfer none): what lies over that part of the picture: the inside tinted, the rest dimmed, a line between
 */
GdkTexture *
mage_mask_layer_draw (MageMaskLayer *self, const graphene_rect_t *part, int width, int height, const MageMaskLook *look)
{
  cairo_rectangle_int_t area;

  if (shows (self, part, width, height, look))
    area = self->touched.width > 0 ? get_area (self) : (cairo_rectangle_int_t) { 0, 0, 0, 0 };
  else
    {
      area = (cairo_rectangle_int_t) { 0, 0, width, height };
      self->seen = g_realloc (self->seen, (gsize) width * (gsize) height);
      self->pixels = g_realloc (self->pixels, (gsize) width * (gsize) height * 4);
      self->part = *part;
      self->width = width;
      self->height = height;
      self->look = *look;
      g_clear_object (&self->texture);
    }
  self->touched = (cairo_rectangle_int_t) { 0, 0, 0, 0 };
  if (area.width > 0 && area.height > 0)
    {
      sample (self, &area);
      paint (self, &area);
      make_texture (self, &area);
    }
  return self->texture;
}
