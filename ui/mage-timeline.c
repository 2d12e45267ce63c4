/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-timeline.h"

#include "ui/mage-timeline-chart.h"
#include "ui/mage-timeline-film.h"
#include "ui/mage-timeline-handle.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/*
 * All steps of a sampling: how many are guided, how strongly, how the branches come together, what every step predicts.
 * The guided part's edge and the line of the strength have handles; a click on a step, a cell or a picture
 * goes there. Every handle can have the focus and moves by the arrow keys.
 */

/* Of the strength's axis, for a press on an arrow key. */
#define NUDGE 0.02
#define NUDGE_WAY 0.05

struct _MageTimeline
{
  GtkWidget parent_instance;

  MageTimelineChart chart;
  guint step;
  GHashTable *pictures; /* step → GdkTexture */
  GtkWidget *handles[MAGE_TIMELINE_N_PARTS];
};

G_DEFINE_FINAL_TYPE (MageTimeline, mage_timeline, GTK_TYPE_WIDGET)

enum
{
  STEP_CHOSEN,
  GUIDED_CHANGED,
  LINE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- where things are --- */

static guint
get_shown_step (MageTimeline *self)
{
  return MIN (self->step, self->chart.done);
}

static double
get_middle_strength (MageTimeline *self)
{
  const MageAlphaLine *line = &self->chart.next.line;

  return line->alpha * mage_alpha_line_share (line, line->bend_at);
}

static void
find_handle (MageTimeline *self, MageTimelinePart part, double *x, double *y)
{
  const MageTimelineChart *chart = &self->chart;
  guint last = MAX (chart->n_steps, 1) - 1;

  switch (part)
    {
    case MAGE_TIMELINE_STEP:
      *x = mage_timeline_chart_step_to_x (chart, get_shown_step (self));
      *y = chart->collaborates ? MAGE_TIMELINE_HEAD_ROOM : mage_timeline_chart_get_plot_top (chart) + 8;
      break;
    case MAGE_TIMELINE_GUIDED:
      *x = mage_timeline_chart_step_to_x (chart, chart->next.guided);
      *y = MAGE_TIMELINE_HEAD_ROOM - 14;
      break;
    case MAGE_TIMELINE_START:
      *x = mage_timeline_chart_step_to_x (chart, 0.5);
      *y = mage_timeline_chart_strength_to_y (chart, chart->next.line.alpha);
      break;
    case MAGE_TIMELINE_MIDDLE:
      *x = mage_timeline_chart_step_to_x (chart, 0.5 + chart->next.line.bend_at * last);
      *y = mage_timeline_chart_strength_to_y (chart, get_middle_strength (self));
      break;
    case MAGE_TIMELINE_END:
    case MAGE_TIMELINE_N_PARTS:
    default:
      *x = mage_timeline_chart_step_to_x (chart, 0.5 + last);
      *y = mage_timeline_chart_strength_to_y (chart, chart->next.line.alpha * mage_alpha_line_share (&chart->next.line, 1));
      break;
    }
}

/** mage_timeline_get_n_cells: how many pictures the film has room for. */
guint
mage_timeline_get_n_cells (MageTimeline *self)
{
  return mage_timeline_film_get_n_cells (&self->chart);
}

/** mage_timeline_get_cell_step: after how many steps a picture of the film is. */
guint
mage_timeline_get_cell_step (MageTimeline *self, guint cell)
{
  return mage_timeline_film_get_cell_step (&self->chart, cell);
}

/* --- drawing --- */

static void
draw_playhead (MageTimeline *self, GtkSnapshot *snapshot)
{
  double x = round (mage_timeline_chart_step_to_x (&self->chart, get_shown_step (self)));
  double top = mage_timeline_chart_get_plot_top (&self->chart);
  double bottom = mage_timeline_chart_get_film_top (&self->chart) - 2;
  GdkRGBA ink;

  gtk_widget_get_color (GTK_WIDGET (self), &ink);
  gtk_snapshot_append_color (snapshot, &ink, &GRAPHENE_RECT_INIT ((float) x - 1, (float) top, 2, (float) (bottom - top)));
}

static void
mage_timeline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageTimeline *self = MAGE_TIMELINE (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));

  mage_timeline_chart_draw (&self->chart, widget, cr);
  cairo_destroy (cr);
  mage_timeline_film_draw (&self->chart, widget, snapshot, self->pictures, get_shown_step (self));
  draw_playhead (self, snapshot);
  for (guint i = MAGE_TIMELINE_N_PARTS; i > 0; i--)
    if (gtk_widget_get_visible (self->handles[i - 1]))
      gtk_widget_snapshot_child (widget, self->handles[i - 1], snapshot);
}

static void
mage_timeline_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  MageTimeline *self = MAGE_TIMELINE (widget);

  for (guint i = 0; i < MAGE_TIMELINE_N_PARTS; i++)
    gtk_widget_measure (self->handles[i], orientation, -1, NULL, NULL, NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = mage_timeline_chart_get_height (&self->chart);
  else
    {
      *minimum = 240;
      *natural = 640;
    }
}

static void
mage_timeline_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MageTimeline *self = MAGE_TIMELINE (widget);

  self->chart.width = width;
  self->chart.mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  for (guint i = 0; i < MAGE_TIMELINE_N_PARTS; i++)
    {
      int w;
      int h;
      double x;
      double y;

      gtk_widget_measure (self->handles[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, &w, NULL, NULL);
      gtk_widget_measure (self->handles[i], GTK_ORIENTATION_VERTICAL, -1, NULL, &h, NULL, NULL);
      find_handle (self, i, &x, &y);
      x = CLAMP (x - w / 2.0, 0, MAX (0, width - w));
      gtk_widget_allocate (self->handles[i], w, h, -1,
                           gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT ((float) round (x), (float) round (y - h / 2.0))));
    }
}

/* --- what is said --- */

static void
describe_guidance (MageTimeline *self)
{
  const MageTimelineChart *chart = &self->chart;
  /* τ counts steps of a run of fifty: of another one so many are guided. */
  g_autofree char *tau = chart->next.tau == chart->next.guided ? g_strdup_printf ("<i>τ</i> = %u", chart->next.tau)
                                                               : g_strdup_printf ("<i>τ</i> = %u → %u", chart->next.tau, chart->next.guided);
  /* Translators: %s is a setting of the video that is made next: "next: τ = 15" */
  g_autofree char *guided = chart->has_made && chart->made.guided != chart->next.guided ? g_strdup_printf (_("next: %s"), tau) : g_strdup (tau);
  g_autofree char *guided_text = g_strdup_printf (_("%u of %u steps"), chart->next.guided, chart->n_steps);
  double values[] = { chart->next.line.alpha, get_middle_strength (self), chart->next.line.alpha * mage_alpha_line_share (&chart->next.line, 1) };

  mage_timeline_handle_set_value (MAGE_TIMELINE_HANDLE (self->handles[MAGE_TIMELINE_GUIDED]), guided, chart->next.guided,
                                  chart->n_steps, guided_text);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *text = g_strdup_printf ("%'.0f", values[i]);

      mage_timeline_handle_set_value (MAGE_TIMELINE_HANDLE (self->handles[MAGE_TIMELINE_START + i]), NULL, values[i],
                                      chart->strength_top, text);
    }
}

static void
describe_step (MageTimeline *self)
{
  g_autofree char *text = g_strdup_printf (_("Step %u of %u"), get_shown_step (self), self->chart.n_steps);

  mage_timeline_handle_set_value (MAGE_TIMELINE_HANDLE (self->handles[MAGE_TIMELINE_STEP]), NULL, get_shown_step (self),
                                  self->chart.n_steps, text);
}

static void
refresh (MageTimeline *self)
{
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- moving --- */

static void
choose_step (MageTimeline *self, double step)
{
  guint chosen = (guint) CLAMP (round (step), 0, self->chart.done);

  mage_timeline_set_step (self, chosen);
  g_signal_emit (self, signals[STEP_CHOSEN], 0, chosen);
}

static void
change_guided (MageTimeline *self, double guided)
{
  guint n = (guint) CLAMP (round (guided), 0, self->chart.n_steps);

  if (n == self->chart.next.guided)
    return;
  self->chart.next.guided = n;
  self->chart.next.tau = (guint) mage_guided_tau_of (n, self->chart.n_steps);
  describe_guidance (self);
  refresh (self);
  g_signal_emit (self, signals[GUIDED_CHANGED], 0, n);
}

static void
change_line (MageTimeline *self, MageTimelinePart part, double strength, double way)
{
  MageAlphaLine *line = &self->chart.next.line;
  double share = line->alpha > 0 ? strength / line->alpha : 0;
  MageAlphaLine straight;

  if (part == MAGE_TIMELINE_START)
    line->alpha = strength;
  else if (part == MAGE_TIMELINE_END)
    line->end = CLAMP (share, 0, 2);
  else
    {
      straight = *line;
      straight.bend = 0;
      line->bend_at = CLAMP (way, 0.05, 0.95);
      line->bend = CLAMP (share - mage_alpha_line_share (&straight, line->bend_at), -2, 2);
    }
  describe_guidance (self);
  refresh (self);
  g_signal_emit (self, signals[LINE_CHANGED], 0, part);
}

static double
x_to_way (MageTimeline *self, double x)
{
  guint last = MAX (self->chart.n_steps, 2) - 1;

  return (mage_timeline_chart_x_to_step (&self->chart, x) - 0.5) / last;
}

static MageTimelinePart
find_part (MageTimeline *self, gpointer handle)
{
  for (guint i = 0; i < MAGE_TIMELINE_N_PARTS; i++)
    if (self->handles[i] == handle)
      return i;
  return MAGE_TIMELINE_N_PARTS;
}

static void
dragged_cb (MageTimeline *self, double x, double y, GtkWidget *handle)
{
  MageTimelinePart part = find_part (self, handle);

  if (part == MAGE_TIMELINE_STEP)
    choose_step (self, mage_timeline_chart_x_to_step (&self->chart, x));
  else if (part == MAGE_TIMELINE_GUIDED)
    change_guided (self, mage_timeline_chart_x_to_step (&self->chart, x));
  else
    change_line (self, part, MIN (mage_timeline_chart_y_to_strength (&self->chart, y), self->chart.strength_top),
                 x_to_way (self, x));
}

static void
dropped_cb (MageTimeline *self)
{
  mage_timeline_chart_fit_axes (&self->chart, TRUE);
  refresh (self);
}

static void
nudged_cb (MageTimeline *self, int dx, int dy, GtkWidget *handle)
{
  MageTimelinePart part = find_part (self, handle);
  gboolean far = ABS (dx) == MAGE_TIMELINE_ALL_THE_WAY;
  double by = dy * NUDGE * self->chart.strength_top;
  double strength = part == MAGE_TIMELINE_START  ? self->chart.next.line.alpha
                    : part == MAGE_TIMELINE_END ? self->chart.next.line.alpha * mage_alpha_line_share (&self->chart.next.line, 1)
                                                : get_middle_strength (self);

  if (part == MAGE_TIMELINE_STEP)
    choose_step (self, (double) get_shown_step (self) + (dx != 0 ? dx : dy));
  else if (part == MAGE_TIMELINE_GUIDED)
    change_guided (self, (double) self->chart.next.guided + (dx != 0 ? dx : dy));
  else
    {
      /* Only the middle has a way along the steps: the ends of the line go up and down. */
      if (far && part != MAGE_TIMELINE_MIDDLE)
        by = dx > 0 ? self->chart.strength_top - strength : -strength;
      change_line (self, part, MAX (0, strength + by), self->chart.next.line.bend_at + dx * NUDGE_WAY);
      dropped_cb (self);
    }
}

/* To the step that is there; on the film to the picture's. */
static void
go_to (MageTimeline *self, double x, gboolean film)
{
  double step = mage_timeline_chart_x_to_step (&self->chart, x);

  if (!film)
    {
      choose_step (self, step);
      return;
    }
  choose_step (self, mage_timeline_get_cell_step (self, (guint) CLAMP (step / mage_timeline_film_get_cell_width (&self->chart), 0,
                                                                       mage_timeline_get_n_cells (self) - 1)));
}

/* Whoever presses beside the handles goes to a step, and on from there while the button is held. */
static void
scrub_begin_cb (MageTimeline *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (self->handles[MAGE_TIMELINE_STEP]);
  go_to (self, x, y >= mage_timeline_chart_get_film_top (&self->chart));
}

static void
scrub_update_cb (MageTimeline *self, double dx, double dy, GtkGestureDrag *gesture)
{
  double x;
  double y;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  go_to (self, x + dx, y >= mage_timeline_chart_get_film_top (&self->chart));
}

/* --- the object --- */

static void
mage_timeline_dispose (GObject *object)
{
  MageTimeline *self = MAGE_TIMELINE (object);

  for (guint i = 0; i < MAGE_TIMELINE_N_PARTS; i++)
    g_clear_pointer (&self->handles[i], gtk_widget_unparent);
  g_clear_object (&self->chart.series);
  G_OBJECT_CLASS (mage_timeline_parent_class)->dispose (object);
}

static void
mage_timeline_finalize (GObject *object)
{
  g_hash_table_unref (MAGE_TIMELINE (object)->pictures);
  G_OBJECT_CLASS (mage_timeline_parent_class)->finalize (object);
}

static void
mage_timeline_class_init (MageTimelineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_timeline_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_timeline_finalize;
  widget_class->snapshot = mage_timeline_snapshot;
  widget_class->measure = mage_timeline_measure;
  widget_class->size_allocate = mage_timeline_size_allocate;
  /** MageTimeline::step-chosen: the user goes to what was there after so many steps. */
  signals[STEP_CHOSEN] = g_signal_new ("step-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  /** MageTimeline::guided-changed: the user wants so many steps guided. */
  signals[GUIDED_CHANGED] = g_signal_new ("guided-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                          G_TYPE_UINT);
  /** MageTimeline::line-changed: the user moved a handle of the strength's line, a #MageTimelinePart. */
  signals[LINE_CHANGED] = g_signal_new ("line-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_css_name (widget_class, "timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
mage_timeline_init (MageTimeline *self)
{
  GtkGesture *scrub = gtk_gesture_drag_new ();
  const char *labels[] = { _("Step that is shown"), _("Guided steps"), _("Strength at the start"),
                           _("Middle of the strength: bend it"), _("Strength at the end") };

  self->pictures = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->chart.n_steps = 1;
  self->chart.strength_top = 1;
  self->step = MAGE_TIMELINE_NO_STEP;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Steps of the video"), -1);
  for (guint i = 0; i < MAGE_TIMELINE_N_PARTS; i++)
    {
      self->handles[i] = mage_timeline_handle_new (i == MAGE_TIMELINE_STEP     ? MAGE_TIMELINE_HEAD
                                                   : i == MAGE_TIMELINE_GUIDED ? MAGE_TIMELINE_PILL
                                                                               : MAGE_TIMELINE_DOT, labels[i]);
      gtk_widget_set_parent (self->handles[i], GTK_WIDGET (self));
      g_signal_connect_swapped (self->handles[i], "dragged", G_CALLBACK (dragged_cb), self);
      g_signal_connect_swapped (self->handles[i], "dropped", G_CALLBACK (dropped_cb), self);
      g_signal_connect_swapped (self->handles[i], "nudged", G_CALLBACK (nudged_cb), self);
    }
  g_signal_connect_swapped (scrub, "drag-begin", G_CALLBACK (scrub_begin_cb), self);
  g_signal_connect_swapped (scrub, "drag-update", G_CALLBACK (scrub_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (scrub));
}

GtkWidget *
mage_timeline_new (void)
{
  return g_object_new (MAGE_TYPE_TIMELINE, NULL);
}

/**
 * mage_timeline_set_run:
 * @done: steps that there are
 * @collaborates: whether it has two branches
 * @series: (nullable): its numbers
 */
void
mage_timeline_set_run (MageTimeline *self, guint n_steps, guint done, gboolean collaborates, MageSeries *series)
{
  gboolean other = self->chart.collaborates != collaborates || self->chart.n_steps != MAX (n_steps, 1);

  self->chart.n_steps = MAX (n_steps, 1);
  self->chart.done = MIN (done, n_steps);
  self->chart.collaborates = collaborates;
  g_set_object (&self->chart.series, series);
  mage_timeline_chart_fit_axes (&self->chart, other);
  for (guint i = MAGE_TIMELINE_GUIDED; i < MAGE_TIMELINE_N_PARTS; i++)
    gtk_widget_set_visible (self->handles[i], collaborates);
  gtk_widget_set_visible (self->handles[MAGE_TIMELINE_STEP], done > 0);
  describe_step (self);
  describe_guidance (self);
  if (other)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  refresh (self);
}

static gboolean
is_any_dragged (MageTimeline *self)
{
  for (guint i = 0; i < MAGE_TIMELINE_N_PARTS; i++)
    if (mage_timeline_handle_is_dragged (MAGE_TIMELINE_HANDLE (self->handles[i])))
      return TRUE;
  return FALSE;
}

/**
 * mage_timeline_set_guidance:
 * @next: how the next sampling guides, which the handles change
 * @made: (nullable): how the one that is shown did; NULL where there is only the next one
 */
void
mage_timeline_set_guidance (MageTimeline *self, const MageGuidance *next, const MageGuidance *made)
{
  self->chart.next = *next;
  self->chart.next.guided = MIN (next->guided, self->chart.n_steps);
  self->chart.has_made = made != NULL;
  if (made != NULL)
    self->chart.made = *made;
  mage_timeline_chart_fit_axes (&self->chart, !is_any_dragged (self));
  describe_guidance (self);
  refresh (self);
}

/** mage_timeline_set_step: shows the playhead there; MAGE_TIMELINE_NO_STEP: at the end. */
void
mage_timeline_set_step (MageTimeline *self, guint step)
{
  if (self->step == step)
    return;
  self->step = step;
  describe_step (self);
  refresh (self);
}

/** mage_timeline_set_picture: what was predicted after so many steps. */
void
mage_timeline_set_picture (MageTimeline *self, guint step, GdkTexture *texture)
{
  g_hash_table_replace (self->pictures, GUINT_TO_POINTER (step), g_object_ref (texture));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
mage_timeline_clear_pictures (MageTimeline *self)
{
  g_hash_table_remove_all (self->pictures);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_timeline_get_guided: how many steps the next sampling guides. */
guint
mage_timeline_get_guided (MageTimeline *self)
{
  return self->chart.next.guided;
}

/** mage_timeline_get_drawn: Returns: (transfer none): how the sampling guides that is shown; without one, the next */
const MageGuidance *
mage_timeline_get_drawn (MageTimeline *self)
{
  return mage_timeline_chart_get_drawn (&self->chart);
}

/** mage_timeline_get_line: Returns: (transfer none): the next sampling's strength */
const MageAlphaLine *
mage_timeline_get_line (MageTimeline *self)
{
  return &self->chart.next.line;
}

/** mage_timeline_get_handle: Returns: (transfer none) */
GtkWidget *
mage_timeline_get_handle (MageTimeline *self, MageTimelinePart part)
{
  return self->handles[part];
}
