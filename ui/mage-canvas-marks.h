/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void mage_canvas_draw_point (GtkSnapshot *snapshot, double x, double y, gboolean inside, const GdkRGBA *colour);
void mage_canvas_draw_ring (GtkSnapshot *snapshot, double x, double y, double radius, double softness);
void mage_canvas_draw_cross (GtkSnapshot *snapshot, double x, double y);
void mage_canvas_draw_box (GtkSnapshot *snapshot, double x0, double y0, double x1, double y1);
void mage_canvas_draw_shimmer (GtkSnapshot *snapshot, const graphene_rect_t *bounds, double phase);

G_END_DECLS
