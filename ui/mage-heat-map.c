/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-heat-map.h"

#include "ui/mage-colour-map.h"

/*
 * Maps and masks over the clip that they belong to. Attention has one perceptual scale everywhere
 * (magma) and lies over the greyed and darkened frames; a mask has its subject's colour, and what is
 * outside is dimmed.
 */

/* Tiles are small: more pixels would cost time and not be seen. */
#define MAX_WIDTH 192

#define MASK_COVER 0.48
#define OUTSIDE 0.6

typedef void (*Blend) (const guint8 *pixel, guint8 value, const GdkRGBA *colour, guint8 *to);

static void
blend_heat (const guint8 *pixel, guint8 value, const GdkRGBA *colour, guint8 *to)
{
  mage_colour_map_lay_over (MAGE_COLOUR_MAP_HEAT, pixel, value / 255.0, to);
}

static void
blend_mask (const guint8 *pixel, guint8 value, const GdkRGBA *colour, guint8 *to)
{
  const double tint[] = { colour->red * 255, colour->green * 255, colour->blue * 255 };
  double inside = value / 255.0;

  for (guint i = 0; i < 3; i++)
    to[i] = (guint8) (inside * (pixel[i] * (1 - MASK_COVER) + tint[i] * MASK_COVER)
                      + (1 - inside) * pixel[i] * OUTSIDE + 0.5);
}

/* The value under a pixel of the picture; the map may be coarser. */
static guint8
get_value (Frames *map, guint frame, double x, double y)
{
  const guint8 *bytes = frames_get_frame (map, MIN (frame, map->n_frames - 1));
  guint column = MIN ((guint) (x * map->width), map->width - 1);
  guint row = MIN ((guint) (y * map->height), map->height - 1);

  return bytes[((gsize) row * map->width + column) * 3];
}

static Frames *
compose (Frames *picture, Frames *map, Blend blend, const GdkRGBA *colour)
{
  guint width = MIN (picture->width, MAX_WIDTH);
  guint height = MAX (1, (guint) ((guint64) picture->height * width / picture->width));
  gsize size = (gsize) width * height * 3;
  guint8 *rgb = g_malloc (size * picture->n_frames);

  for (guint f = 0; f < picture->n_frames; f++)
    {
      const guint8 *from = frames_get_frame (picture, f);
      guint8 *to = rgb + size * f;

      for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++, to += 3)
          {
            gsize row = (gsize) y * picture->height / height;
            gsize column = (gsize) x * picture->width / width;

            blend (from + (row * picture->width + column) * 3,
                   get_value (map, f, (x + 0.5) / width, (y + 0.5) / height), colour, to);
          }
    }
  return frames_new_take (picture->n_frames, width, height, picture->rate, rgb);
}

/**
 * mage_heat_map_new:
 * @map: grey, of any size
 *
 * Returns: (transfer full): @map as heat over @picture, no larger than a tile needs
 */
Frames *
mage_heat_map_new (Frames *picture, Frames *map)
{
  return compose (picture, map, blend_heat, NULL);
}

/**
 * mage_heat_map_new_mask:
 * @mask: grey, white inside
 *
 * Returns: (transfer full): @picture with what is inside in @colour, no larger than a tile needs
 */
Frames *
mage_heat_map_new_mask (Frames *picture, Frames *mask, const GdkRGBA *colour)
{
  return compose (picture, mask, blend_mask, colour);
}

/** mage_heat_map_get_colour: what @value is drawn as where nothing lies under it. */
void
mage_heat_map_get_colour (guint8 value, guint8 *rgb)
{
  mage_colour_map_get (MAGE_COLOUR_MAP_HEAT, value / 255.0, rgb);
}

static void
blend_plain (const guint8 *pixel, guint8 value, const GdkRGBA *colour, guint8 *to)
{
  mage_heat_map_get_colour (value, to);
}

/**
 * mage_heat_map_new_matrix:
 * @map: grey, of any size
 *
 * Returns: (transfer full): @map as heat with nothing under it, every value a square
 */
Frames *
mage_heat_map_new_matrix (Frames *map)
{
  guint scale = MAX (1, MAX_WIDTH / map->width);
  guint width = map->width * scale;
  guint height = map->height * scale;
  g_autoptr (Frames) ground = frames_new_take (map->n_frames, width, height, map->rate,
                                               g_malloc0 ((gsize) width * height * 3 * map->n_frames));

  return compose (ground, map, blend_plain, NULL);
}
