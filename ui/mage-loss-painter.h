/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-chart-scale.h"
#include "ui/mage-loss-scene.h"

G_BEGIN_DECLS

/** MageLossPlot: where and how to draw, worked out once a frame. @traces: of MageLossTrace, one a drawn curve */
typedef struct
{
  cairo_t *cr;
  PangoLayout *layout;
  double left;
  double top;
  double width;
  double height;
  MageChartScale x;
  MageChartScale y;
  GdkRGBA ink;
  gboolean dark;
  GPtrArray *traces;
} MageLossPlot;

void mage_loss_plot_lay_out (MageLossPlot *self, const MageLossScene *scene, double width, double height);
void mage_loss_plot_clear (MageLossPlot *self);
void mage_loss_plot_paint (MageLossPlot *self, const MageLossScene *scene);
double mage_loss_plot_x (const MageLossPlot *self, double step);
double mage_loss_plot_y (const MageLossPlot *self, double value);
double mage_loss_plot_step (const MageLossPlot *self, double x);
void mage_loss_plot_set_colour (const MageLossPlot *self, const GdkRGBA *colour, double alpha);
void mage_loss_plot_set_paper (const MageLossPlot *self);
void mage_loss_plot_label (const MageLossPlot *self, const char *text, double x, double y, double align);
void mage_loss_plot_get_earlier_colour (const MageLossPlot *self, guint i, GdkRGBA *colour);
void mage_loss_plot_get_band_colour (const MageLossPlot *self, guint band, GdkRGBA *colour);
PangoLayout *mage_loss_plot_set_up_layout (PangoLayout *layout);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MageLossPlot, mage_loss_plot_clear)

G_END_DECLS
