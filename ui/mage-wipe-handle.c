/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-wipe-handle.h"

#include <glib/gi18n.h>

/* The round handle on the line between two videos; the keyboard moves it, whoever owns it moves it with the mouse. */

#define SIZE 34
#define ARROW 4.5

/* Of the picture's width, by an arrow key and by Page Up and Page Down. */
#define SMALL_STEP 0.01
#define LARGE_STEP 0.1

struct _MageWipeHandle
{
  GtkWidget parent_instance;

  double position;
};

G_DEFINE_FINAL_TYPE (MageWipeHandle, mage_wipe_handle, GTK_TYPE_WIDGET)

enum
{
  MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
draw_arrow (cairo_t *cr, double direction)
{
  cairo_move_to (cr, direction * 4, -ARROW);
  cairo_line_to (cr, direction * (4 + ARROW), 0);
  cairo_line_to (cr, direction * 4, ARROW);
  cairo_stroke (cr);
}

static void
mage_wipe_handle_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));

  cairo_translate (cr, width / 2, height / 2);
  cairo_arc (cr, 0, 0, SIZE / 2.0 - 1, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.25);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_set_source_rgb (cr, 0.18, 0.18, 0.2);
  cairo_set_line_width (cr, 2);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  draw_arrow (cr, -1);
  draw_arrow (cr, 1);
  cairo_destroy (cr);
}

static void
mage_wipe_handle_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static gboolean
key_pressed_cb (MageWipeHandle *self, guint key, guint code, GdkModifierType modifiers)
{
  double to = self->position;

  if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Left:
      to -= SMALL_STEP;
      break;
    case GDK_KEY_Right:
      to += SMALL_STEP;
      break;
    case GDK_KEY_Page_Down:
      to -= LARGE_STEP;
      break;
    case GDK_KEY_Page_Up:
      to += LARGE_STEP;
      break;
    case GDK_KEY_Home:
      to = 0;
      break;
    case GDK_KEY_End:
      to = 1;
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  g_signal_emit (self, signals[MOVED], 0, CLAMP (to, 0, 1));
  return GDK_EVENT_STOP;
}

static void
mage_wipe_handle_class_init (MageWipeHandleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = mage_wipe_handle_snapshot;
  widget_class->measure = mage_wipe_handle_measure;
  /** MageWipeHandle::moved: @position: 0…1, where the keyboard wants it. */
  signals[MOVED] = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_css_name (widget_class, "wipehandle");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
mage_wipe_handle_init (MageWipeHandle *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "ew-resize");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _("Move the line between the videos"));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Line between the videos"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0, GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 100.0, -1);
  mage_wipe_handle_set_position (self, 0.5);
}

GtkWidget *
mage_wipe_handle_new (void)
{
  return g_object_new (MAGE_TYPE_WIPE_HANDLE, NULL);
}

/** mage_wipe_handle_set_position: @position: 0…1, where it is now. */
void
mage_wipe_handle_set_position (MageWipeHandle *self, double position)
{
  self->position = position;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, 100 * position, -1);
}
