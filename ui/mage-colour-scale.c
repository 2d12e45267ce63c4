/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-colour-scale.h"

#include <glib/gi18n.h>

/* What the colours of a map mean: a bar, and under it what stands at its ends and in its middle. */

#define BAR_HEIGHT 9
#define N_STOPS 17

struct _MageColourScale
{
  GtkWidget parent_instance;

  MageColourMap map;
  GtkWidget *bar;
  GtkWidget *labels[3];
};

G_DEFINE_FINAL_TYPE (MageColourScale, mage_colour_scale, GTK_TYPE_WIDGET)

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  MageColourScale *self = data;
  cairo_pattern_t *pattern = cairo_pattern_create_linear (0, 0, width, 0);

  for (guint i = 0; i < N_STOPS; i++)
    {
      double at = i / (N_STOPS - 1.0);
      guint8 rgb[3];

      mage_colour_map_get (self->map, at, rgb);
      cairo_pattern_add_color_stop_rgb (pattern, at, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
    }
  cairo_set_source (cr, pattern);
  cairo_paint (cr);
  cairo_pattern_destroy (pattern);
}

static void
mage_colour_scale_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_colour_scale_parent_class)->dispose (object);
}

static void
mage_colour_scale_class_init (MageColourScaleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_colour_scale_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "colourscale");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mage_colour_scale_init (MageColourScale *self)
{
  GtkWidget *box = gtk_center_box_new ();
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 3);
  self->bar = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->bar), BAR_HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->bar), draw_cb, self, NULL);
  gtk_widget_set_overflow (self->bar, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (self->bar, "bar");
  gtk_widget_set_direction (self->bar, GTK_TEXT_DIR_LTR);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (self->labels); i++)
    {
      self->labels[i] = gtk_label_new (NULL);
      gtk_widget_add_css_class (self->labels[i], "caption");
      gtk_widget_add_css_class (self->labels[i], "dim-label");
      gtk_widget_add_css_class (self->labels[i], "numeric");
    }
  /* The bar goes from left to right in every script. */
  gtk_widget_set_direction (box, GTK_TEXT_DIR_LTR);
  gtk_center_box_set_start_widget (GTK_CENTER_BOX (box), self->labels[0]);
  gtk_center_box_set_center_widget (GTK_CENTER_BOX (box), self->labels[1]);
  gtk_center_box_set_end_widget (GTK_CENTER_BOX (box), self->labels[2]);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
}

void
mage_colour_scale_set_map (MageColourScale *self, MageColourMap map)
{
  self->map = map;
  gtk_widget_queue_draw (self->bar);
}

/** mage_colour_scale_set_words: what the least, the middle and the greatest value are. */
void
mage_colour_scale_set_words (MageColourScale *self, const char *low, const char *middle, const char *high)
{
  const char *words[] = { low, middle, high };
  g_autofree char *label = g_strdup_printf (_("Colours from %s to %s"), low, high);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    gtk_label_set_text (GTK_LABEL (self->labels[i]), words[i]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}
