/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-state-mark.h"

#include <adwaita.h>
#include <math.h>

/*
 * How far something is trained, at a glance: a circle (not yet), a ring that fills (under way or
 * stopped), a check (trained), a broken ring (stale). The words stand beside it.
 */

#define SIZE 16
#define RADIUS 5.5
#define LINE 1.8

struct _MageStateMark
{
  GtkWidget parent_instance;

  MageTrainState state;
  double fraction;
  gboolean running;
};

G_DEFINE_FINAL_TYPE (MageStateMark, mage_state_mark, GTK_TYPE_WIDGET)

static void
mage_state_mark_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
set_colour (cairo_t *cr, GdkRGBA colour, double alpha)
{
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha * alpha);
}

static void
draw_ring (MageStateMark *self, cairo_t *cr, GdkRGBA colour)
{
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());

  set_colour (cr, colour, 0.22);
  cairo_arc (cr, 0, 0, RADIUS, 0, 2 * G_PI);
  cairo_stroke (cr);
  if (self->fraction <= 0)
    return;
  if (self->running)
    set_colour (cr, *accent, 1);
  else
    set_colour (cr, colour, 0.6);
  cairo_arc (cr, 0, 0, RADIUS, -G_PI / 2, -G_PI / 2 + 2 * G_PI * MIN (self->fraction, 1));
  cairo_stroke (cr);
}

static void
mage_state_mark_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageStateMark *self = MAGE_STATE_MARK (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  GdkRGBA colour;

  gtk_widget_get_color (widget, &colour);
  cairo_translate (cr, width / 2, height / 2);
  cairo_set_line_width (cr, LINE);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (self->running || self->state == MAGE_PARTIAL)
    draw_ring (self, cr, colour);
  else if (self->state == MAGE_TRAINED)
    {
      set_colour (cr, colour, 0.6);
      cairo_move_to (cr, -5, 0.5);
      cairo_line_to (cr, -1.5, 4);
      cairo_line_to (cr, 5, -4);
      cairo_stroke (cr);
    }
  else
    {
      const double dashes[] = { 2.2, 3.5 };

      if (self->state == MAGE_STALE)
        cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
      set_colour (cr, colour, 0.45);
      cairo_arc (cr, 0, 0, RADIUS - 0.5, 0, 2 * G_PI);
      cairo_stroke (cr);
    }
  cairo_destroy (cr);
}

static void
mage_state_mark_class_init (MageStateMarkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = mage_state_mark_measure;
  widget_class->snapshot = mage_state_mark_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
mage_state_mark_init (MageStateMark *self)
{
  g_signal_connect_object (adw_style_manager_get_default (), "notify::accent-color",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
mage_state_mark_new (void)
{
  return g_object_new (MAGE_TYPE_STATE_MARK, NULL);
}

/**
 * mage_state_mark_set:
 * @fraction: 0…1, of a run that is not complete
 * @running: whether it is under way now
 */
void
mage_state_mark_set (MageStateMark *self, MageTrainState state, double fraction, gboolean running)
{
  if (self->state == state && fabs (self->fraction - fraction) < 1e-3 && self->running == running)
    return;
  self->state = state;
  self->fraction = fraction;
  self->running = running;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
