/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-canvas-marks.h"

#include <math.h>

/* What stands over a picture while its mask is corrected: white with a dark rim, so that it is seen on every ground. */

#define POINT_RADIUS 9.0f
#define SIGN 4.0f
#define CROSS 14.0f
#define CROSS_GAP 4.0f
#define DASH 6.0f

static const GdkRGBA white = { 1, 1, 1, 1 };
static const GdkRGBA dark = { 0, 0, 0, 0.55f };

static void
stroke (GtkSnapshot *snapshot, GskPath *path, float width, const GdkRGBA *colour)
{
  GskStroke *line = gsk_stroke_new (width);

  gsk_stroke_set_line_cap (line, GSK_LINE_CAP_ROUND);
  gtk_snapshot_append_stroke (snapshot, path, line, colour);
  gsk_stroke_free (line);
}

static void
stroke_twice (GtkSnapshot *snapshot, GskPath *path, float width)
{
  stroke (snapshot, path, width + 2, &dark);
  stroke (snapshot, path, width, &white);
}

static GskPath *
make_circle (double x, double y, double radius)
{
  GskPathBuilder *builder = gsk_path_builder_new ();

  gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT ((float) x, (float) y), (float) radius);
  return gsk_path_builder_free_to_path (builder);
}

static void
add_line (GskPathBuilder *builder, double x0, double y0, double x1, double y1)
{
  gsk_path_builder_move_to (builder, (float) x0, (float) y0);
  gsk_path_builder_line_to (builder, (float) x1, (float) y1);
}

/** mage_canvas_draw_point: a click: a plus in @colour where the subject is, a dark minus where it is not. */
void
mage_canvas_draw_point (GtkSnapshot *snapshot, double x, double y, gboolean inside, const GdkRGBA *colour)
{
  GskPathBuilder *sign = gsk_path_builder_new ();
  GskPath *circle = make_circle (x, y, POINT_RADIUS);
  const GdkRGBA black = { 0.14f, 0.14f, 0.16f, 1 };
  GskPath *path;

  add_line (sign, x - SIGN, y, x + SIGN, y);
  if (inside)
    add_line (sign, x, y - SIGN, x, y + SIGN);
  path = gsk_path_builder_free_to_path (sign);
  gtk_snapshot_append_fill (snapshot, circle, GSK_FILL_RULE_WINDING, inside ? colour : &black);
  stroke_twice (snapshot, circle, 1.6f);
  stroke (snapshot, path, 1.8f, &white);
  gsk_path_unref (circle);
  gsk_path_unref (path);
}

/** mage_canvas_draw_ring: as large as a brush; a soft one has a second ring where it begins to fade. */
void
mage_canvas_draw_ring (GtkSnapshot *snapshot, double x, double y, double radius, double softness)
{
  GskPath *outer = make_circle (x, y, MAX (radius, 1));
  double inner = radius * (1 - softness);

  stroke_twice (snapshot, outer, 1.2f);
  gsk_path_unref (outer);
  if (softness > 0.05 && inner > 2)
    {
      const GdkRGBA faint = { 1, 1, 1, 0.5f };
      GskPath *path = make_circle (x, y, inner);

      stroke (snapshot, path, 1, &faint);
      gsk_path_unref (path);
    }
}

/** mage_canvas_draw_cross: where the keyboard acts. */
void
mage_canvas_draw_cross (GtkSnapshot *snapshot, double x, double y)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  GskPath *path;

  add_line (builder, x - CROSS, y, x - CROSS_GAP, y);
  add_line (builder, x + CROSS_GAP, y, x + CROSS, y);
  add_line (builder, x, y - CROSS, x, y - CROSS_GAP);
  add_line (builder, x, y + CROSS_GAP, x, y + CROSS);
  path = gsk_path_builder_free_to_path (builder);
  stroke_twice (snapshot, path, 1.6f);
  gsk_path_unref (path);
}

/** mage_canvas_draw_box: a box that is being drawn, dashed; corners in any order. */
void
mage_canvas_draw_box (GtkSnapshot *snapshot, double x0, double y0, double x1, double y1)
{
  static const float dashes[] = { DASH, DASH };
  GskPathBuilder *builder = gsk_path_builder_new ();
  GskStroke *line = gsk_stroke_new (1.6f);
  const GdkRGBA tint = { 1, 1, 1, 0.12f };
  graphene_rect_t box = GRAPHENE_RECT_INIT ((float) MIN (x0, x1), (float) MIN (y0, y1), (float) fabs (x1 - x0), (float) fabs (y1 - y0));
  GskPath *path;

  gsk_path_builder_add_rect (builder, &box);
  path = gsk_path_builder_free_to_path (builder);
  gtk_snapshot_append_color (snapshot, &tint, &box);
  stroke (snapshot, path, 1.6f, &dark);
  gsk_stroke_set_dash (line, dashes, G_N_ELEMENTS (dashes));
  gtk_snapshot_append_stroke (snapshot, path, line, &white);
  gsk_stroke_free (line);
  gsk_path_unref (path);
}

/** mage_canvas_draw_shimmer: @phase: 0…1: a light that goes over the picture while its subject is looked for. */
void
mage_canvas_draw_shimmer (GtkSnapshot *snapshot, const graphene_rect_t *bounds, double phase)
{
  const GskColorStop stops[] = { { 0, { 1, 1, 1, 0 } }, { 0.5f, { 1, 1, 1, 0.34f } }, { 1, { 1, 1, 1, 0 } } };
  float band = bounds->size.width * 0.5f;
  float left = bounds->origin.x - band + (bounds->size.width + band) * (float) phase;
  graphene_point_t from = GRAPHENE_POINT_INIT (left, bounds->origin.y);
  graphene_point_t to = GRAPHENE_POINT_INIT (left + band, bounds->origin.y + bounds->size.height * 0.15f);

  gtk_snapshot_append_linear_gradient (snapshot, bounds, &from, &to, stops, G_N_ELEMENTS (stops));
}
