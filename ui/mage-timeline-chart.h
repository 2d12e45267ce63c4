/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-timeline.h"

G_BEGIN_DECLS

/**
 * MageTimelineChart: what the timeline draws with Cairo, and where.
 * @n_steps: of the sampling; @done: of them
 * @next: how the next one guides, which the handles change
 * @made: how the one that is shown does; without @has_made there is only the next one
 * @collaborates: whether there are two branches; without, there is no chart, only cells and film
 * @series: (nullable): the steps' numbers
 * @strength_top: of the right axis, @loss_top: of the left one
 * @width: of the widget; @mirrored: from right to left
 */
typedef struct
{
  guint n_steps;
  guint done;
  MageGuidance next;
  MageGuidance made;
  gboolean has_made;
  gboolean collaborates;
  MageSeries *series;
  double strength_top;
  double loss_top;
  int width;
  gboolean mirrored;
} MageTimelineChart;

#define MAGE_TIMELINE_LEFT 56
#define MAGE_TIMELINE_RIGHT 54
#define MAGE_TIMELINE_HEAD_ROOM 28
#define MAGE_TIMELINE_PLOT 104
#define MAGE_TIMELINE_CELLS 6
#define MAGE_TIMELINE_FILM 44

const MageGuidance *mage_timeline_chart_get_drawn (const MageTimelineChart *self);
gboolean mage_timeline_chart_is_other (const MageTimelineChart *self);
double mage_timeline_chart_get_plot_top (const MageTimelineChart *self);
double mage_timeline_chart_get_film_top (const MageTimelineChart *self);
int mage_timeline_chart_get_height (const MageTimelineChart *self);
double mage_timeline_chart_step_to_x (const MageTimelineChart *self, double step);
double mage_timeline_chart_x_to_step (const MageTimelineChart *self, double x);
double mage_timeline_chart_strength_to_y (const MageTimelineChart *self, double strength);
double mage_timeline_chart_y_to_strength (const MageTimelineChart *self, double y);
void mage_timeline_chart_fit_axes (MageTimelineChart *self, gboolean strength);
void mage_timeline_chart_get_colour (gboolean looks, GdkRGBA *colour);
void mage_timeline_chart_draw (const MageTimelineChart *self, GtkWidget *widget, cairo_t *cr);


G_END_DECLS
