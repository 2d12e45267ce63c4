/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/mask-edit.h"

#include <math.h>
#include <string.h>

/*
 * Corrections of masks. All but mask_stroke() make a new mask and leave theirs alone; soft edges
 * stay soft. What lies beyond the picture is unknown and neither added nor taken away.
 */

/**
 * mask_new_empty:
 *
 * Returns: (transfer full): a mask of nothing
 */
Mask *
mask_new_empty (guint width, guint height)
{
  return mask_new_take (width, height, g_malloc0 ((gsize) width * height));
}

/* --- growing and shrinking --- */

/* out[i] = max in[i−reach … i+reach], in three passes whatever the reach (van Herk, Gil and Werman):
 * over blocks of 2·reach + 1, running maxima from the left and from the right meet in every window.
 * @in holds n + 2·reach values, and the window of out[0] begins at its first. */
static void
max_filter (const guint8 *in, guint n, guint reach, guint8 *left, guint8 *right, guint8 *out)
{
  guint window = 2 * reach + 1;
  guint length = n + 2 * reach;

  for (guint i = 0; i < length; i++)
    left[i] = i % window == 0 ? in[i] : MAX (left[i - 1], in[i]);
  for (guint i = length; i-- > 0;)
    right[i] = i + 1 == length || (i + 1) % window == 0 ? in[i] : MAX (right[i + 1], in[i]);
  for (guint i = 0; i < n; i++)
    out[i] = MAX (right[i], left[i + 2 * reach]);
}

/* The part of @box, widened by @radius, that lies in the picture. */
static cairo_rectangle_int_t
widen (const cairo_rectangle_int_t *box, int radius, const Mask *mask)
{
  int left = MAX (box->x - radius, 0);
  int top = MAX (box->y - radius, 0);
  int right = MIN (box->x + box->width + radius, (int) mask->width);
  int bottom = MIN (box->y + box->height + radius, (int) mask->height);

  return (cairo_rectangle_int_t) { left, top, right - left, bottom - top };
}

/* One row of the part, with @reach unknown pixels at both ends where the picture ends; @flip is 255 to
 * look at what is outside instead. */
static void
take_row (const Mask *mask, const cairo_rectangle_int_t *part, int y, guint reach, guint8 flip, guint8 *out)
{
  const guint8 *row = mask_get_pixels (mask) + (gsize) y * mask->width;

  for (int i = 0; i < part->width + 2 * (int) reach; i++)
    {
      int x = part->x - (int) reach + i;

      out[i] = x >= 0 && x < (int) mask->width ? row[x] ^ flip : 0;
    }
}

/* The largest value within @radius of every pixel of @part goes into @out, [height, width] of the part:
 * row by row, each as wide as the disc is at its distance. */
static void
dilate (const Mask *mask, const cairo_rectangle_int_t *part, guint radius, guint8 flip, guint8 *out)
{
  gsize length = (gsize) part->width + 2 * radius;
  g_autofree guint8 *row = g_malloc (length);
  g_autofree guint8 *left = g_malloc (length);
  g_autofree guint8 *right = g_malloc (length);
  g_autofree guint8 *most = g_malloc ((gsize) part->width);
  int from = MAX (part->y - (int) radius, 0);
  int to = MIN (part->y + part->height + (int) radius, (int) mask->height);

  memset (out, 0, (gsize) part->width * (gsize) part->height);
  for (int y = from; y < to; y++)
    for (int dy = 0; dy <= (int) radius; dy++)
      {
        guint reach = (guint) floor (sqrt ((double) radius * radius - (double) dy * dy));

        take_row (mask, part, y, reach, flip, row);
        max_filter (row, (guint) part->width, reach, left, right, most);
        for (int side = -1; side <= 1; side += 2)
          {
            int at = y + side * dy - part->y;
            guint8 *line = out + (gsize) MAX (at, 0) * (gsize) part->width;

            if (at < 0 || at >= part->height || (dy == 0 && side > 0))
              continue;
            for (int x = 0; x < part->width; x++)
              line[x] = MAX (line[x], most[x]);
          }
      }
}

/* The smallest rectangle around everything above 0. */
static gboolean
get_extent (const Mask *self, cairo_rectangle_int_t *box)
{
  const guint8 *alpha = mask_get_pixels (self);
  int left = G_MAXINT, top = G_MAXINT, right = -1, bottom = -1;

  for (int y = 0; y < (int) self->height; y++)
    for (int x = 0; x < (int) self->width; x++)
      if (alpha[(gsize) y * self->width + (gsize) x] > 0)
        {
          left = MIN (left, x);
          right = MAX (right, x);
          top = MIN (top, y);
          bottom = y;
        }
  *box = (cairo_rectangle_int_t) { left, top, right - left + 1, bottom - top + 1 };
  return right >= 0;
}

/* The mask with another content in @part and nothing around it. */
static Mask *
place_part (const Mask *self, const cairo_rectangle_int_t *part, const guint8 *content, guint8 flip)
{
  guint8 *alpha = g_malloc0 ((gsize) self->width * self->height);

  for (int y = 0; y < part->height; y++)
    for (int x = 0; x < part->width; x++)
      alpha[(gsize) (part->y + y) * self->width + (gsize) (part->x + x)]
        = content[(gsize) y * (gsize) part->width + (gsize) x] ^ flip;
  return mask_new_take (self->width, self->height, alpha);
}

/* Nothing but what lies around the mask can change. */
static Mask *
reshape (Mask *self, guint radius, gboolean grow)
{
  cairo_rectangle_int_t box, part;
  g_autofree guint8 *content = NULL;
  guint8 flip = grow ? 0 : 255;

  if (radius == 0 || !get_extent (self, &box))
    return mask_ref (self);
  part = widen (&box, grow ? (int) radius : 0, self);
  content = g_malloc ((gsize) part.width * (gsize) part.height);
  dilate (self, &part, radius, flip, content);
  return place_part (self, &part, content, flip);
}

/**
 * mask_grow:
 * @radius: in pixels
 *
 * Returns: (transfer full): the mask with all that is within @radius of it
 */
Mask *
mask_grow (Mask *self, guint radius)
{
  g_return_val_if_fail (self != NULL, NULL);

  return reshape (self, radius, TRUE);
}

/**
 * mask_shrink:
 * @radius: in pixels
 *
 * Returns: (transfer full): the mask without what is within @radius of the outside; a subject that the
 *   picture cuts off stays whole at the picture's edge
 */
Mask *
mask_shrink (Mask *self, guint radius)
{
  g_return_val_if_fail (self != NULL, NULL);

  return reshape (self, radius, FALSE);
}

/* --- holes --- */

typedef struct
{
  const guint8 *alpha;
  guint8 *reached;
  guint width;
  guint height;
  GArray *open; /* of gsize */
} Flood;

static void
visit (Flood *flood, guint x, guint y)
{
  gsize i = (gsize) y * flood->width + x;

  if (flood->reached[i] || flood->alpha[i] >= MASK_THRESHOLD)
    return;
  flood->reached[i] = 1;
  g_array_append_val (flood->open, i);
}

/* Everything outside that hangs together with the picture's edge, side by side. */
static void
flood_outside (Flood *flood)
{
  for (guint x = 0; x < flood->width; x++)
    {
      visit (flood, x, 0);
      visit (flood, x, flood->height - 1);
    }
  for (guint y = 0; y < flood->height; y++)
    {
      visit (flood, 0, y);
      visit (flood, flood->width - 1, y);
    }
  while (flood->open->len > 0)
    {
      gsize i = g_array_index (flood->open, gsize, flood->open->len - 1);
      guint x = (guint) (i % flood->width);
      guint y = (guint) (i / flood->width);

      g_array_set_size (flood->open, flood->open->len - 1);
      if (x > 0)
        visit (flood, x - 1, y);
      if (x + 1 < flood->width)
        visit (flood, x + 1, y);
      if (y > 0)
        visit (flood, x, y - 1);
      if (y + 1 < flood->height)
        visit (flood, x, y + 1);
    }
}

/**
 * mask_fill_holes:
 *
 * Returns: (transfer full): the mask with all that it encloses
 */
Mask *
mask_fill_holes (Mask *self)
{
  gsize size;
  guint8 *alpha;
  g_autofree guint8 *reached = NULL;
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (gsize));
  Flood flood;

  g_return_val_if_fail (self != NULL, NULL);

  size = (gsize) self->width * self->height;
  reached = g_malloc0 (size);
  flood = (Flood) { mask_get_pixels (self), reached, self->width, self->height, open };
  flood_outside (&flood);
  alpha = g_memdup2 (flood.alpha, size);
  for (gsize i = 0; i < size; i++)
    if (!reached[i] && alpha[i] < MASK_THRESHOLD)
      alpha[i] = 255;
  return mask_new_take (self->width, self->height, alpha);
}

/* --- the whole --- */

/**
 * mask_invert:
 *
 * Returns: (transfer full): inside is outside
 */
Mask *
mask_invert (Mask *self)
{
  gsize size;
  guint8 *alpha;
  const guint8 *before;

  g_return_val_if_fail (self != NULL, NULL);

  size = (gsize) self->width * self->height;
  before = mask_get_pixels (self);
  alpha = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    alpha[i] = 255 - before[i];
  return mask_new_take (self->width, self->height, alpha);
}

/** mask_get_coverage: Returns: which share of the picture belongs to the subject, 0…1 */
double
mask_get_coverage (const Mask *self)
{
  const guint8 *alpha;
  gsize n_inside = 0;
  gsize size;

  g_return_val_if_fail (self != NULL, 0);

  size = (gsize) self->width * self->height;
  alpha = mask_get_pixels (self);
  for (gsize i = 0; i < size; i++)
    n_inside += alpha[i] >= MASK_THRESHOLD;
  return (double) n_inside / (double) size;
}

/** mask_get_overlap: Returns: intersection over union, 0…1; of two empty masks 1, of two sizes 0 */
double
mask_get_overlap (const Mask *a, const Mask *b)
{
  const guint8 *p, *q;
  gsize both = 0, any = 0;

  g_return_val_if_fail (a != NULL && b != NULL, 0);

  if (a->width != b->width || a->height != b->height)
    return 0;
  p = mask_get_pixels (a);
  q = mask_get_pixels (b);
  for (gsize i = 0; i < (gsize) a->width * a->height; i++)
    {
      both += p[i] >= MASK_THRESHOLD && q[i] >= MASK_THRESHOLD;
      any += p[i] >= MASK_THRESHOLD || q[i] >= MASK_THRESHOLD;
    }
  return any > 0 ? (double) both / (double) any : 1;
}

/* --- the brush --- */

/* How much of the brush there is at a distance from its middle; a hard edge still fades over one pixel. */
static double
get_strength (const MaskBrush *brush, double distance)
{
  double inner = CLAMP (brush->radius * (1 - brush->softness), 0, MAX (brush->radius - 0.5, 0));
  double outer = MAX (brush->radius, inner + 1);
  double t = (distance - inner) / (outer - inner);

  if (t <= 0)
    return 1;
  return t >= 1 ? 0 : 1 - t * t * (3 - 2 * t);
}

static double
get_distance (double x, double y, double x0, double y0, double x1, double y1)
{
  double dx = x1 - x0;
  double dy = y1 - y0;
  double length = dx * dx + dy * dy;
  double t = length > 0 ? CLAMP (((x - x0) * dx + (y - y0) * dy) / length, 0, 1) : 0;

  return hypot (x - x0 - t * dx, y - y0 - t * dy);
}

/**
 * mask_stroke:
 * @alpha: (inout): height · width bytes
 * @x0: where the brush comes from, in pixels; (0, 0) is the upper left corner
 * @touched: (out): what may have changed
 *
 * Draws the brush from one place to another. A place is at least (erased: at most) as full as the brush is
 * nearest to it, so that it does not matter how often a hand goes over it.
 *
 * Returns: whether the brush meets the mask at all
 */
gboolean
mask_stroke (guint8 *alpha, guint width, guint height, const MaskBrush *brush, double x0, double y0,
             double x1, double y1, cairo_rectangle_int_t *touched)
{
  double reach;
  int left, top, right, bottom;

  g_return_val_if_fail (alpha != NULL && brush != NULL && touched != NULL && brush->radius > 0, FALSE);

  reach = brush->radius + 1;
  left = (int) CLAMP (floor (MIN (x0, x1) - reach), 0, width);
  top = (int) CLAMP (floor (MIN (y0, y1) - reach), 0, height);
  right = (int) CLAMP (ceil (MAX (x0, x1) + reach), 0, width);
  bottom = (int) CLAMP (ceil (MAX (y0, y1) + reach), 0, height);
  *touched = (cairo_rectangle_int_t) { left, top, right - left, bottom - top };
  if (right <= left || bottom <= top)
    return FALSE;
  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      {
        guint8 *p = alpha + (gsize) y * width + (gsize) x;
        double strength = get_strength (brush, get_distance (x + 0.5, y + 0.5, x0, y0, x1, y1));
        guint8 value = (guint8) (strength * 255 + 0.5);

        *p = brush->erase ? MIN (*p, 255 - value) : MAX (*p, value);
      }
  return TRUE;
}
