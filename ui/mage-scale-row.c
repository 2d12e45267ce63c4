/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-scale-row.h"

#include <math.h>

/* A preferences row for what is felt rather than counted: name and bold value over a slider. */

struct _MageScaleRow
{
  AdwPreferencesRow parent_instance;

  GtkBox *top;
  GtkLabel *title;
  GtkLabel *value;
  GtkScale *scale;
  GtkLabel *hint;
  GtkLabel *source;
  guint digits;
  double step;
  double given;       /* what was set, which need not be a whole step */
};

G_DEFINE_FINAL_TYPE (MageScaleRow, mage_scale_row, ADW_TYPE_PREFERENCES_ROW)

enum
{
  PROP_VALUE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
mage_scale_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_VALUE:
      g_value_set_double (value, mage_scale_row_get_value (MAGE_SCALE_ROW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_scale_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_VALUE:
      mage_scale_row_set_value (MAGE_SCALE_ROW (object), g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_scale_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MAGE_TYPE_SCALE_ROW);
  G_OBJECT_CLASS (mage_scale_row_parent_class)->dispose (object);
}

static void
mage_scale_row_class_init (MageScaleRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = mage_scale_row_get_property;
  object_class->set_property = mage_scale_row_set_property;
  object_class->dispose = mage_scale_row_dispose;
  props[PROP_VALUE] = g_param_spec_double ("value", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-scale-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MageScaleRow, top);
  gtk_widget_class_bind_template_child (widget_class, MageScaleRow, title);
  gtk_widget_class_bind_template_child (widget_class, MageScaleRow, value);
  gtk_widget_class_bind_template_child (widget_class, MageScaleRow, scale);
  gtk_widget_class_bind_template_child (widget_class, MageScaleRow, hint);
  gtk_widget_class_bind_template_child (widget_class, MageScaleRow, source);
}

static void
mage_scale_row_init (MageScaleRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
changed_cb (MageScaleRow *self)
{
  g_autofree char *text = g_strdup_printf ("%.*f", (int) self->digits, mage_scale_row_get_value (self));

  gtk_label_set_label (self->value, text);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALUE]);
}

GtkWidget *
mage_scale_row_new (double minimum, double maximum, double step, guint digits)
{
  MageScaleRow *self = g_object_new (MAGE_TYPE_SCALE_ROW, NULL);
  GtkAdjustment *adjustment = gtk_adjustment_new (minimum, minimum, maximum, step, step * 10, 0);

  self->digits = digits;
  self->step = step;
  self->given = NAN;
  gtk_range_set_adjustment (GTK_RANGE (self->scale), adjustment);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  return GTK_WIDGET (self);
}

/** mage_scale_row_get_value: what was set, or in whole steps what the slider was moved to. */
double
mage_scale_row_get_value (MageScaleRow *self)
{
  double value = gtk_range_get_value (GTK_RANGE (self->scale));
  double power = pow (10, self->digits);

  if (value == self->given)
    return value;
  return round (round (value / self->step) * self->step * power) / power;
}

/** mage_scale_row_set_value: @value: kept as it is; one beyond the slider's end makes the slider longer. */
void
mage_scale_row_set_value (MageScaleRow *self, double value)
{
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (self->scale));

  if (value == mage_scale_row_get_value (self))
    return;
  self->given = value;
  if (value > gtk_adjustment_get_upper (adjustment))
    gtk_adjustment_set_upper (adjustment, value);
  gtk_adjustment_set_value (adjustment, value);
}

/** mage_scale_row_set_mark: once; @mark: the usual value. */
void
mage_scale_row_set_mark (MageScaleRow *self, double mark)
{
  gtk_scale_add_mark (self->scale, mark, GTK_POS_BOTTOM, NULL);
}

/** mage_scale_row_set_text: @text: stands for the value until it changes. */
void
mage_scale_row_set_text (MageScaleRow *self, const char *text)
{
  gtk_label_set_label (self->value, text);
}

/** mage_scale_row_set_hint: a few words at the left under the slider. */
void
mage_scale_row_set_hint (MageScaleRow *self, const char *hint)
{
  gtk_label_set_label (self->hint, hint);
}

/** mage_scale_row_set_source: whose value is the usual one, at the right under the slider. */
void
mage_scale_row_set_source (MageScaleRow *self, const char *markup)
{
  gtk_label_set_markup (self->source, markup);
}

/** mage_scale_row_set_button: @button: stands before the value. */
void
mage_scale_row_set_button (MageScaleRow *self, GtkWidget *button)
{
  gtk_box_insert_child_after (self->top, button, GTK_WIDGET (self->title));
}
