/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-timeline-chart.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/*
 * The lines of the timeline: the guided part, how much the branches differ (axis left), how strongly they are
 * pulled together (axis right), and a cell for every step. All of it is the video's that is shown; where the settings of
 * the next one are others, these are dashed.
 */

#define BOTTOM_WORDS 17
#define GAP 6
#define TICK_SIZE 8.5
/* Wishes for the right axis: the strongest step lies a little below its top. */
#define STRENGTH_ROOM 1.15
/* Half of the widest pill, which says a τ. */
#define HANDLE_ROOM 58

/** mage_timeline_chart_get_drawn: what the sampling that is shown guides by. */
const MageGuidance *
mage_timeline_chart_get_drawn (const MageTimelineChart *self)
{
  return self->has_made ? &self->made : &self->next;
}

/** mage_timeline_chart_is_other: whether the next one guides otherwise. */
gboolean
mage_timeline_chart_is_other (const MageTimelineChart *self)
{
  return self->has_made
         && (self->made.guided != self->next.guided || !mage_alpha_line_equal (&self->made.line, &self->next.line));
}

/* --- geometry --- */

static double
get_plot_width (const MageTimelineChart *self)
{
  return MAX (1, self->width - MAGE_TIMELINE_LEFT - MAGE_TIMELINE_RIGHT);
}

double
mage_timeline_chart_get_plot_top (const MageTimelineChart *self)
{
  return self->collaborates ? MAGE_TIMELINE_HEAD_ROOM : 0;
}

static double
get_plot_height (const MageTimelineChart *self)
{
  return self->collaborates ? MAGE_TIMELINE_PLOT : 4;
}

static double
get_cells_top (const MageTimelineChart *self)
{
  return mage_timeline_chart_get_plot_top (self) + get_plot_height (self) + BOTTOM_WORDS;
}

double
mage_timeline_chart_get_film_top (const MageTimelineChart *self)
{
  return get_cells_top (self) + MAGE_TIMELINE_CELLS + GAP;
}

int
mage_timeline_chart_get_height (const MageTimelineChart *self)
{
  return (int) mage_timeline_chart_get_film_top (self) + MAGE_TIMELINE_FILM + 2;
}

/** mage_timeline_chart_step_to_x: where so many steps are done. */
double
mage_timeline_chart_step_to_x (const MageTimelineChart *self, double step)
{
  double x = MAGE_TIMELINE_LEFT + step / MAX (self->n_steps, 1) * get_plot_width (self);

  return self->mirrored ? self->width - x : x;
}

double
mage_timeline_chart_x_to_step (const MageTimelineChart *self, double x)
{
  if (self->mirrored)
    x = self->width - x;
  return (x - MAGE_TIMELINE_LEFT) / get_plot_width (self) * MAX (self->n_steps, 1);
}

static double
value_to_y (const MageTimelineChart *self, double value, double top)
{
  double y = MAGE_TIMELINE_HEAD_ROOM + (1 - (top > 0 ? value / top : 0)) * MAGE_TIMELINE_PLOT;

  return CLAMP (y, MAGE_TIMELINE_HEAD_ROOM, MAGE_TIMELINE_HEAD_ROOM + MAGE_TIMELINE_PLOT);
}

double
mage_timeline_chart_strength_to_y (const MageTimelineChart *self, double strength)
{
  return value_to_y (self, strength, self->strength_top);
}

double
mage_timeline_chart_y_to_strength (const MageTimelineChart *self, double y)
{
  return MAX (0, (1 - (y - MAGE_TIMELINE_HEAD_ROOM) / MAGE_TIMELINE_PLOT) * self->strength_top);
}

/* The next of 1, 2, 4, 5, 6, 8, 10… that is not below. */
static double
round_up (double value)
{
  static const double steps[] = { 1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10 };
  double unit = value > 0 ? pow (10, floor (log10 (value))) : 1;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] * unit >= value * (1 - 1e-9))
      return steps[i] * unit;
  return 10 * unit;
}

static double
get_greatest (MageSeries *series, const char *name)
{
  double greatest = 0;

  for (guint i = 0; series != NULL && i < mage_series_get_length (series); i++)
    {
      double value = mage_series_get_value (series, i, name);

      if (isfinite (value))
        greatest = MAX (greatest, value);
    }
  return greatest;
}

/** mage_timeline_chart_fit_axes: @strength: the right one too, which stays while a handle is dragged. */
void
mage_timeline_chart_fit_axes (MageTimelineChart *self, gboolean strength)
{
  const MageGuidance *drawn = mage_timeline_chart_get_drawn (self);
  double most = MAX (self->next.line.alpha, drawn->line.alpha);

  self->loss_top = round_up (MAX (get_greatest (self->series, "L_s_to_m"), get_greatest (self->series, "L_m_to_s")));
  for (guint i = 0; i < self->n_steps; i++)
    most = MAX (most, MAX (mage_alpha_line_at (&self->next.line, i, self->n_steps), mage_alpha_line_at (&drawn->line, i, self->n_steps)));
  if (strength)
    self->strength_top = round_up (MAX (most, 1) * STRENGTH_ROOM);
}

/* --- drawing --- */

/** mage_timeline_chart_get_colour: @looks: of what the subject branch teaches, else of the movement's. */
void
mage_timeline_chart_get_colour (gboolean looks, GdkRGBA *colour)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  if (looks)
    gdk_rgba_parse (colour, dark ? "#cf9be6" : "#813d9c");
  else
    gdk_rgba_parse (colour, dark ? "#ffa348" : "#c64600");
}

static void
set_ink (cairo_t *cr, const GdkRGBA *ink, double alpha)
{
  cairo_set_source_rgba (cr, ink->red, ink->green, ink->blue, ink->alpha * alpha);
}

/* @align: 0 begins at x, ½ stands on it, 1 ends there. */
static void
write_text (cairo_t *cr, PangoLayout *layout, const char *text, double x, double y, double align)
{
  int width;
  int height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, round (x - align * width), round (y - height / 2.0));
  pango_cairo_show_layout (cr, layout);
}

static PangoLayout *
make_layout (GtkWidget *widget)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, NULL);
  g_autoptr (PangoFontDescription) font = pango_font_description_new ();
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_font_description_set_size (font, (int) (TICK_SIZE * PANGO_SCALE));
  pango_layout_set_font_description (layout, font);
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

static char *
dup_number (double value)
{
  if (value >= 1000)
    return g_strdup_printf ("%'.0f", value);
  return g_strdup_printf ("%.3g", value);
}

static void
draw_axes (const MageTimelineChart *self, cairo_t *cr, PangoLayout *layout, const GdkRGBA *ink)
{
  double left = self->mirrored ? self->width - MAGE_TIMELINE_LEFT : MAGE_TIMELINE_LEFT;
  double right = self->mirrored ? MAGE_TIMELINE_RIGHT : self->width - MAGE_TIMELINE_RIGHT;
  double outward = self->mirrored ? -8 : 8;

  for (guint i = 0; i <= 2; i++)
    {
      double y = round (MAGE_TIMELINE_HEAD_ROOM + MAGE_TIMELINE_PLOT * (1 - i / 2.0)) + 0.5;
      g_autofree char *loss = dup_number (self->loss_top * i / 2);
      g_autofree char *strength = dup_number (self->strength_top * i / 2);

      set_ink (cr, ink, 0.12);
      cairo_set_line_width (cr, 1);
      cairo_move_to (cr, left, y);
      cairo_line_to (cr, right, y);
      cairo_stroke (cr);
      set_ink (cr, ink, 0.6);
      if (self->series != NULL && mage_series_get_length (self->series) > 0)
        write_text (cr, layout, loss, left - outward, y, self->mirrored ? 0 : 1);
      write_text (cr, layout, strength, right + outward, y, self->mirrored ? 1 : 0);
    }
}

/* Between @from and @to, but beside what lies at @handle. */
static void
write_between (cairo_t *cr, PangoLayout *layout, const char *markup, double from, double to, double handle)
{
  double low = MIN (from, to);
  double high = MAX (from, to);
  g_autoptr (PangoAttrList) plain = pango_attr_list_ref (pango_layout_get_attributes (layout));
  int width;
  int height;

  if (handle - low > high - handle)
    high = MIN (high, handle - HANDLE_ROOM);
  else
    low = MAX (low, handle + HANDLE_ROOM);
  pango_layout_set_markup (layout, markup, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  if (high - low > width + 8)
    {
      cairo_move_to (cr, round ((low + high - width) / 2), round (MAGE_TIMELINE_HEAD_ROOM - 13 - height / 2.0));
      pango_cairo_show_layout (cr, layout);
    }
  pango_layout_set_attributes (layout, plain);
}

/* Where the next one's guidance ends, if that is elsewhere. */
static void
draw_next_edge (const MageTimelineChart *self, cairo_t *cr, const GdkRGBA *accent)
{
  static const double dash[] = { 3, 3 };
  double x = round (mage_timeline_chart_step_to_x (self, self->next.guided));

  if (!self->has_made || self->next.guided == self->made.guided)
    return;
  set_ink (cr, accent, 1);
  cairo_set_line_width (cr, 1.5);
  cairo_set_dash (cr, dash, 2, 0);
  cairo_move_to (cr, x, MAGE_TIMELINE_HEAD_ROOM - 4);
  cairo_line_to (cr, x, MAGE_TIMELINE_HEAD_ROOM + MAGE_TIMELINE_PLOT);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

static void
draw_guided (const MageTimelineChart *self, cairo_t *cr, PangoLayout *layout, const GdkRGBA *ink, const GdkRGBA *accent)
{
  const MageGuidance *drawn = mage_timeline_chart_get_drawn (self);
  double start = mage_timeline_chart_step_to_x (self, 0);
  double edge = mage_timeline_chart_step_to_x (self, drawn->guided);
  double end = mage_timeline_chart_step_to_x (self, self->n_steps);
  double handle = mage_timeline_chart_step_to_x (self, self->next.guided);
  g_autofree char *tau = g_strdup_printf (_("guided, <i>τ</i> = %u"), drawn->tau);

  set_ink (cr, accent, 0.14);
  cairo_rectangle (cr, MIN (start, edge), MAGE_TIMELINE_HEAD_ROOM, fabs (edge - start), MAGE_TIMELINE_PLOT);
  cairo_fill (cr);
  set_ink (cr, accent, 1);
  cairo_rectangle (cr, round (edge) - 1, MAGE_TIMELINE_HEAD_ROOM - 6, 2, MAGE_TIMELINE_PLOT + 6);
  cairo_fill (cr);
  draw_next_edge (self, cr, accent);
  /* The words stand where the handle leaves them room; it says the video's own τ only where it stands at its edge. */
  set_ink (cr, accent, 1);
  write_between (cr, layout, drawn->guided != self->next.guided ? tau : _("guided"), start, edge, handle);
  set_ink (cr, ink, 0.6);
  write_between (cr, layout, _("free"), edge, end, handle);
}

static void
draw_line (const MageTimelineChart *self, cairo_t *cr, const GdkRGBA *ink, const MageGuidance *guidance)
{
  for (guint part = 0; part < 2; part++)
    {
      guint first = part == 0 ? 0 : (guint) MAX (1, guidance->guided) - 1;
      guint last = part == 0 ? guidance->guided : self->n_steps;

      set_ink (cr, ink, part == 0 ? 0.85 : 0.35);
      for (guint i = first; i < last; i++)
        {
          double x = mage_timeline_chart_step_to_x (self, i + 0.5);
          double y = mage_timeline_chart_strength_to_y (self, mage_alpha_line_at (&guidance->line, i, self->n_steps));

          if (i == first)
            cairo_move_to (cr, x, y);
          else
            cairo_line_to (cr, x, y);
        }
      cairo_stroke (cr);
    }
}

/* The next one's line is dashed, and not there where it is the same. */
static void
draw_strength (const MageTimelineChart *self, cairo_t *cr, const GdkRGBA *ink)
{
  static const double dash[] = { 3, 3 };

  cairo_set_line_width (cr, 1.5);
  if (self->has_made)
    draw_line (self, cr, ink, &self->made);
  if (self->has_made && mage_alpha_line_equal (&self->made.line, &self->next.line))
    return;
  cairo_set_dash (cr, dash, 2, 0);
  draw_line (self, cr, ink, &self->next);
  cairo_set_dash (cr, NULL, 0, 0);
}

static void
draw_loss (const MageTimelineChart *self, cairo_t *cr, const char *name, gboolean looks)
{
  GdkRGBA colour;
  gboolean begun = FALSE;

  mage_timeline_chart_get_colour (looks, &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < mage_series_get_length (self->series); i++)
      {
        double value = mage_series_get_value (self->series, i, name);
        double x = mage_timeline_chart_step_to_x (self, mage_series_get_step (self->series, i) - 0.5);
        double y = value_to_y (self, value, self->loss_top);

        if (!isfinite (value))
          continue;
        if (pass == 1)
          {
            cairo_arc (cr, x, y, 2.6, 0, 2 * G_PI);
            cairo_fill (cr);
            continue;
          }
        if (begun)
          cairo_line_to (cr, x, y);
        else
          cairo_move_to (cr, x, y);
        begun = TRUE;
        if (i + 1 == mage_series_get_length (self->series))
          cairo_stroke (cr);
      }
  cairo_stroke (cr);
}

static void
draw_ticks (const MageTimelineChart *self, cairo_t *cr, PangoLayout *layout, const GdkRGBA *ink)
{
  double y = mage_timeline_chart_get_plot_top (self) + get_plot_height (self) + 9;
  guint spacing = self->n_steps <= 12 ? 2 : self->n_steps <= 30 ? 5 : self->n_steps <= 60 ? 10 : self->n_steps / 5;

  set_ink (cr, ink, 0.6);
  for (guint step = 0; step <= self->n_steps; step += spacing)
    {
      g_autofree char *text = g_strdup_printf ("%u", step);

      write_text (cr, layout, text, mage_timeline_chart_step_to_x (self, step), y, 0.5);
    }
}

/* A branch has the steps of its parent at first: whether a step was guided, its numbers say, if they are @told. */
static gboolean
was_guided (const MageTimelineChart *self, gboolean told, guint step)
{
  for (guint i = 0; told && i < mage_series_get_length (self->series); i++)
    if (mage_series_get_step (self->series, i) == step + 1)
      return isfinite (mage_series_get_value (self->series, i, "moved_sub"));
  return step < mage_timeline_chart_get_drawn (self)->guided;
}

static void
draw_cells (const MageTimelineChart *self, cairo_t *cr, const GdkRGBA *ink, const GdkRGBA *accent)
{
  double top = get_cells_top (self);
  double wide = get_plot_width (self) / MAX (self->n_steps, 1);
  double gap = wide > 5 ? 2 : wide > 2.5 ? 1 : 0;
  gboolean told = self->has_made && get_greatest (self->series, "moved_sub") > 0;

  for (guint i = 0; i < self->n_steps; i++)
    {
      double a = mage_timeline_chart_step_to_x (self, i);
      double b = mage_timeline_chart_step_to_x (self, i + 1);

      if (i >= self->done)
        set_ink (cr, ink, 0.13);
      else if (self->collaborates && was_guided (self, told, i))
        set_ink (cr, accent, 1);
      else
        set_ink (cr, ink, 0.5);
      cairo_rectangle (cr, MIN (a, b) + gap / 2, top, fabs (b - a) - gap, MAGE_TIMELINE_CELLS);
      cairo_fill (cr);
    }
}

void
mage_timeline_chart_draw (const MageTimelineChart *self, GtkWidget *widget, cairo_t *cr)
{
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  g_autoptr (PangoLayout) layout = make_layout (widget);
  GdkRGBA ink;

  gtk_widget_get_color (widget, &ink);
  if (self->collaborates)
    {
      draw_axes (self, cr, layout, &ink);
      draw_guided (self, cr, layout, &ink, accent);
      draw_strength (self, cr, &ink);
      if (self->series != NULL)
        {
          draw_loss (self, cr, "L_s_to_m", TRUE);
          draw_loss (self, cr, "L_m_to_s", FALSE);
        }
    }
  draw_ticks (self, cr, layout, &ink);
  draw_cells (self, cr, &ink, accent);
}
