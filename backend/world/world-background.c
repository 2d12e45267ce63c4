/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-background.h"

#include "world/world-random.h"
#include "world/world-words.h"

#include <math.h>

/*
 * Places are soft and have no outlines, so that characters stand out from them. A frame wider than
 * the square shows the same props again, one square further.
 */

#define HORIZON 0.66

typedef struct
{
  cairo_t *cr;
  WorldView view;
  WorldRandom random;
} Place;

/** Props: paints what stands in one square of the plane. */
typedef void (*Props) (Place *self);

static void
set_rgb (Place *self, guint rgb)
{
  cairo_set_source_rgb (self->cr, (rgb >> 16 & 255) / 255., (rgb >> 8 & 255) / 255., (rgb & 255) / 255.);
}

static double
between (Place *self, double low, double high)
{
  return world_random_between (&self->random, low, high);
}

/* From @y0 to @y1 over the whole width, from one colour to another. */
static void
band (Place *self, double y0, double y1, guint from, guint to)
{
  cairo_pattern_t *shade = cairo_pattern_create_linear (0, y0, 0, y1);

  cairo_pattern_add_color_stop_rgb (shade, 0, (from >> 16 & 255) / 255., (from >> 8 & 255) / 255., (from & 255) / 255.);
  cairo_pattern_add_color_stop_rgb (shade, 1, (to >> 16 & 255) / 255., (to >> 8 & 255) / 255., (to & 255) / 255.);
  cairo_set_source (self->cr, shade);
  cairo_rectangle (self->cr, self->view.left, y0, self->view.right - self->view.left, y1 - y0);
  cairo_fill (self->cr);
  cairo_pattern_destroy (shade);
}

static void
sky (Place *self, double bottom, guint from, guint to)
{
  band (self, MIN (self->view.top, 0), bottom, from, to);
}

static void
disc (Place *self, double x, double y, double rx, double ry)
{
  cairo_save (self->cr);
  cairo_translate (self->cr, x, y);
  cairo_scale (self->cr, rx, ry);
  cairo_new_path (self->cr);
  cairo_arc (self->cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (self->cr);
  cairo_fill (self->cr);
}

static void
box (Place *self, double x, double y, double width, double height)
{
  cairo_rectangle (self->cr, x, y, width, height);
  cairo_fill (self->cr);
}

static void
shape (Place *self, const double (*points)[2], guint n, double x, double y, double size)
{
  cairo_new_path (self->cr);
  for (guint i = 0; i < n; i++)
    cairo_line_to (self->cr, x + points[i][0] * size, y + points[i][1] * size);
  cairo_close_path (self->cr);
  cairo_fill (self->cr);
}

/* Once for every square that the view touches, always with the same draws. */
static void
repeat (Place *self, Props props)
{
  WorldRandom start = self->random;

  for (double x = floor (self->view.left - 0.3); x < self->view.right + 0.3; x++)
    {
      self->random = start;
      cairo_save (self->cr);
      cairo_translate (self->cr, x, 0);
      props (self);
      cairo_restore (self->cr);
    }
}

static void
cloud (Place *self, double x, double y, double size)
{
  disc (self, x, y, size * 0.6, size * 0.5);
  disc (self, x + size * 0.65, y + size * 0.14, size * 0.45, size * 0.36);
  disc (self, x - size * 0.65, y + size * 0.14, size * 0.45, size * 0.36);
}

static void
sun (Place *self, guint glow, guint core)
{
  double x = between (self, 0.1, 0.9);
  double y = between (self, 0.10, 0.18);

  set_rgb (self, glow);
  disc (self, x, y, 0.10, 0.10);
  set_rgb (self, core);
  disc (self, x, y, 0.07, 0.07);
}

static void
hill (Place *self, double x, double width, double height)
{
  cairo_new_path (self->cr);
  cairo_move_to (self->cr, x - width, HORIZON + 0.01);
  cairo_curve_to (self->cr, x - width * 0.5, HORIZON - height * 1.33, x + width * 0.5, HORIZON - height * 1.33,
                  x + width, HORIZON + 0.01);
  cairo_close_path (self->cr);
  cairo_fill (self->cr);
}

static void
flower (Place *self, double x, double y, guint petals)
{
  set_rgb (self, petals);
  for (int i = 0; i < 5; i++)
    disc (self, x + 0.014 * cos (i * G_PI * 0.4 - 0.3), y + 0.014 * sin (i * G_PI * 0.4 - 0.3), 0.0095, 0.0095);
  set_rgb (self, 0xffd94a);
  disc (self, x, y, 0.0085, 0.0085);
}

static void
meadow_props (Place *self)
{
  double x = between (self, 0.1, 0.9);

  set_rgb (self, 0xfffdf6);
  cloud (self, x, between (self, 0.12, 0.3), between (self, 0.09, 0.12));
  set_rgb (self, 0xa5d98a);
  hill (self, between (self, 0.1, 0.9), 0.42, between (self, 0.10, 0.15));
}

static void
meadow_flowers (Place *self)
{
  static const guint petals[] = { 0xffffff, 0xff8fa8, 0xfff2a0 };

  for (guint i = 0; i < 7; i++)
    {
      double x = (i + between (self, 0.2, 0.8)) / 7;

      flower (self, x, i % 2 ? between (self, 0.71, 0.78) : between (self, 0.92, 0.97), petals[i % 3]);
    }
}

static void
draw_grass (Place *self)
{
  sky (self, HORIZON, 0x7cc4f2, 0xdff2fb);
  sun (self, 0xfdf3c0, 0xffe680);
  repeat (self, meadow_props);
  band (self, HORIZON, 1, 0x8fd16c, 0x5fae4a);
  repeat (self, meadow_flowers);
}

static void
fir (Place *self, double x, double size)
{
  static const double tiers[3][3][2] = { { { -0.42, 0 }, { 0.42, 0 }, { 0, -0.55 } },
                                         { { -0.34, -0.3 }, { 0.34, -0.3 }, { 0, -0.8 } },
                                         { { -0.25, -0.6 }, { 0.25, -0.6 }, { 0, -1.05 } } };
  static const double cap[4][2] = { { -0.13, -0.80 }, { 0, -0.74 }, { 0.13, -0.80 }, { 0, -1.06 } };

  set_rgb (self, 0x7a5a48);
  box (self, x - 0.05 * size, HORIZON - 0.02 * size, 0.1 * size, 0.14 * size);
  for (guint i = 0; i < 3; i++)
    {
      set_rgb (self, i == 0 ? 0x4b8577 : i == 1 ? 0x559384 : 0x61a091);
      shape (self, tiers[i], 3, x, HORIZON, size);
    }
  set_rgb (self, 0xffffff);
  shape (self, cap, 4, x, HORIZON, size);
}

static void
snow_hills (Place *self)
{
  set_rgb (self, 0xdfe9f6);
  hill (self, between (self, 0.1, 0.9), 0.5, between (self, 0.10, 0.14));
}

static void
snow_props (Place *self)
{
  double x = between (self, 0.1, 0.9);

  fir (self, x, between (self, 0.34, 0.42));
  fir (self, fmod (x + between (self, 0.3, 0.5), 0.95), between (self, 0.22, 0.28));
}

static void
snow_flakes (Place *self)
{
  set_rgb (self, 0xffffff);
  for (guint i = 0; i < 14; i++)
    {
      double x = (i + between (self, 0, 1)) / 14;

      disc (self, x, between (self, 0.04, 0.62), 0.011, 0.011);
    }
}

static void
draw_snow (Place *self)
{
  sky (self, HORIZON, 0x93abcf, 0xcfdcee);
  repeat (self, snow_hills);
  band (self, HORIZON, 1, 0xf4f8fd, 0xdce8f6);
  repeat (self, snow_props);
  repeat (self, snow_flakes);
}

static void
cactus (Place *self, double x, double base, double size)
{
  cairo_t *cr = self->cr;

  set_rgb (self, 0x5c8f5a);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 0.20 * size);
  cairo_move_to (cr, x, base);
  cairo_line_to (cr, x, base - 0.9 * size);
  cairo_stroke (cr);
  cairo_set_line_width (cr, 0.14 * size);
  cairo_move_to (cr, x, base - 0.34 * size);
  cairo_line_to (cr, x - 0.28 * size, base - 0.38 * size);
  cairo_line_to (cr, x - 0.28 * size, base - 0.66 * size);
  cairo_move_to (cr, x, base - 0.46 * size);
  cairo_line_to (cr, x + 0.28 * size, base - 0.50 * size);
  cairo_line_to (cr, x + 0.28 * size, base - 0.80 * size);
  cairo_stroke (cr);
}

static void
desert_dunes (Place *self)
{
  set_rgb (self, 0xe9b678);
  hill (self, between (self, 0.0, 0.4), 0.45, between (self, 0.08, 0.13));
  set_rgb (self, 0xe2a766);
  hill (self, between (self, 0.6, 1.0), 0.42, between (self, 0.06, 0.10));
}

static void
desert_cactus (Place *self)
{
  double x = between (self, 0.08, 0.92);

  cactus (self, x, HORIZON + 0.05, between (self, 0.28, 0.36));
}

static void
desert_stones (Place *self)
{
  for (guint i = 0; i < 3; i++)
    {
      double x = (i + between (self, 0.15, 0.85)) / 3;

      set_rgb (self, 0xc69355);
      disc (self, x, i == 1 ? 0.75 : 0.95, 0.030, 0.014);
    }
}

static void
draw_desert (Place *self)
{
  sky (self, HORIZON, 0xf7a964, 0xfdeab0);
  sun (self, 0xfde3a4, 0xfff6d8);
  repeat (self, desert_dunes);
  band (self, HORIZON, 1, 0xf0cb8c, 0xdcae6a);
  repeat (self, desert_cactus);
  repeat (self, desert_stones);
}

static void
palm (Place *self, double x, double size)
{
  static const double leaves[6][2] = { { -0.46, -0.02 }, { -0.36, -0.24 }, { -0.10, -0.34 },
                                       { 0.18, -0.32 },  { 0.42, -0.20 },  { 0.48, 0.04 } };
  double y = 0.82 - size;
  cairo_t *cr = self->cr;

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  set_rgb (self, 0xa0764c);
  cairo_set_line_width (cr, 0.065 * size);
  cairo_move_to (cr, x - 0.1 * size, 0.82);
  cairo_curve_to (cr, x - 0.1 * size, 0.82 - 0.4 * size, x - 0.04 * size, y + 0.3 * size, x, y);
  cairo_stroke (cr);
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    {
      double tip_x = x + leaves[i][0] * size;
      double tip_y = y + (leaves[i][1] + 0.16) * size;

      set_rgb (self, i % 2 ? 0x4fa55c : 0x3f934f);
      cairo_move_to (cr, x, y + 0.03 * size);
      cairo_curve_to (cr, x + leaves[i][0] * size * 0.4, y + (leaves[i][1] - 0.14) * size, tip_x, tip_y - 0.1 * size,
                      tip_x, tip_y);
      cairo_curve_to (cr, tip_x, tip_y, x + leaves[i][0] * size * 0.5, y + leaves[i][1] * size * 0.6, x,
                      y + 0.03 * size);
      cairo_fill (cr);
    }
}

static void
beach_props (Place *self)
{
  static const double sail[3][2] = { { 0, 0 }, { 0, -1 }, { 0.7, -0.08 } };
  static const double hull[4][2] = { { -0.5, 0.05 }, { 0.8, 0.05 }, { 0.55, 0.32 }, { -0.3, 0.32 } };
  double x = between (self, 0.06, 0.94);
  double boat = fmod (x + between (self, 0.35, 0.6), 0.95);

  set_rgb (self, 0xfffdf6);
  shape (self, sail, 3, boat, 0.455, 0.10);
  set_rgb (self, 0xc9695a);
  shape (self, hull, 4, boat, 0.455, 0.10);
  palm (self, x, between (self, 0.46, 0.52));
}

static void
beach_shells (Place *self)
{
  for (guint i = 0; i < 4; i++)
    {
      double x = (i + between (self, 0.15, 0.85)) / 4;

      set_rgb (self, i % 2 ? 0xf7b9a1 : 0xfff3e2);
      disc (self, x, between (self, 0.92, 0.97), 0.014, 0.010);
    }
}

static void
draw_beach (Place *self)
{
  sky (self, 0.42, 0x63b6f0, 0xd3eefb);
  sun (self, 0xfdf3c0, 0xffe680);
  band (self, 0.42, HORIZON, 0x2d8fc4, 0x62c4d8);
  band (self, HORIZON, HORIZON + 0.025, 0xffffff, 0xf2fbfb);
  band (self, HORIZON + 0.025, 1, 0xf3dfae, 0xe6c98a);
  repeat (self, beach_props);
  repeat (self, beach_shells);
}

static void
building (Place *self, double x, double width, double height, guint wall)
{
  double top = 0.70 - height;
  guint columns = width > 0.20 ? 3 : 2;
  double step = width / columns;

  set_rgb (self, wall);
  box (self, x, top, width - 0.008, height);
  for (double y = top + 0.045; y < 0.60; y += 0.095)
    for (guint i = 0; i < columns; i++)
      {
        set_rgb (self, world_random_chance (&self->random, 0.7) ? 0xffe9a0 : 0x6f7590);
        box (self, x + (i + 0.25) * step, y, step * 0.42, 0.05);
      }
}

static void
city_props (Place *self)
{
  static const guint walls[] = { 0x8f93ad, 0xa88f8c, 0x9a9fb8, 0xb39c8e, 0x868ca8 };
  double x = 0;

  for (guint i = 0; i < 5; i++)
    {
      double width = i == 4 ? 1 - x : between (self, 0.17, 0.23);

      building (self, x, width, between (self, 0.26, 0.52), walls[i]);
      x += width;
    }
}

static void
city_dashes (Place *self)
{
  set_rgb (self, 0xf3eedb);
  for (guint i = 0; i < 4; i++)
    box (self, (i + 0.2) / 4, 0.935, 0.13, 0.018);
}

static void
draw_city (Place *self)
{
  sky (self, 0.70, 0xb9b1de, 0xeee3ef);
  repeat (self, city_props);
  band (self, 0.68, 0.755, 0xc9c7cc, 0xb9b7be);
  band (self, 0.755, 1, 0x6b6c78, 0x565763);
  repeat (self, city_dashes);
}

static void
tree (Place *self, double x, double width, guint bark, guint crown, double size)
{
  set_rgb (self, bark);
  box (self, x - width / 2, 0.12, width, 0.60);
  set_rgb (self, crown);
  disc (self, x, 0.13, size, size * 0.86);
  disc (self, x - size * 0.7, 0.20, size * 0.66, size * 0.6);
  disc (self, x + size * 0.7, 0.20, size * 0.66, size * 0.6);
}

static void
forest_props (Place *self)
{
  static const guint crowns[] = { 0x3c7a45, 0x4a8a4a, 0x35703f, 0x55944e, 0x427f48 };
  guint first = world_random_below (&self->random, G_N_ELEMENTS (crowns));

  for (guint i = 0; i < 5; i++)
    {
      double x = (i + between (self, 0.1, 0.9)) / 5;
      gboolean thick = world_random_chance (&self->random, 0.5);

      tree (self, x, thick ? 0.065 : 0.04, thick ? 0x7d5a40 : 0x6a4c38, crowns[(first + i) % 5], between (self, 0.11, 0.17));
    }
}

static void
mushroom (Place *self, double x)
{
  static const double cap[4][2] = { { -0.5, 0 }, { -0.3, -0.45 }, { 0.3, -0.45 }, { 0.5, 0 } };

  set_rgb (self, 0xf3e6d0);
  box (self, x - 0.010, 0.735, 0.02, 0.035);
  set_rgb (self, 0xd9534a);
  shape (self, cap, 4, x, 0.74, 0.075);
}

static void
forest_leaves (Place *self)
{
  for (guint i = 0; i < 8; i++)
    {
      double x = (i + between (self, 0.1, 0.9)) / 8;

      set_rgb (self, i % 3 ? 0x6f9a4c : 0xc98d45);
      disc (self, x, i % 2 ? between (self, 0.73, 0.80) : between (self, 0.92, 0.97), 0.016, 0.009);
    }
  mushroom (self, between (self, 0.1, 0.9));
}

static void
draw_forest (Place *self)
{
  sky (self, HORIZON + 0.05, 0x2f5d40, 0x8fb88a);
  repeat (self, forest_props);
  band (self, 0.70, 1, 0x567f43, 0x3f6436);
  repeat (self, forest_leaves);
}

/** world_background_draw: fills all of the view; @cr is in parts of the square's side. */
void
world_background_draw (WorldBackground background, guint layout, const WorldView *view, cairo_t *cr)
{
  static void (*const draws[WORLD_N_BACKGROUNDS]) (Place *) = {
    [WORLD_GRASS] = draw_grass, [WORLD_SNOW] = draw_snow, [WORLD_DESERT] = draw_desert,
    [WORLD_BEACH] = draw_beach, [WORLD_CITY] = draw_city, [WORLD_FOREST] = draw_forest,
  };
  Place place = { .cr = cr, .view = *view };

  world_random_init (&place.random, 1000 + background * WORLD_N_LAYOUTS + layout);
  cairo_save (cr);
  draws[background](&place);
  cairo_restore (cr);
}
