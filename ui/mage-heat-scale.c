/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-heat-scale.h"

#include "ui/mage-heat-map.h"

#include <glib/gi18n.h>

/* What the colours of heat maps stand for: from nothing to the largest share that is shown. */

#define WIDTH 104
#define HEIGHT 8

struct _MageHeatScale
{
  AdwBin parent_instance;

  GtkWidget *bar;
  GtkLabel *most;
};

G_DEFINE_FINAL_TYPE (MageHeatScale, mage_heat_scale, ADW_TYPE_BIN)

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  cairo_pattern_t *pattern = cairo_pattern_create_linear (0, 0, width, 0);
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (area)) == GTK_TEXT_DIR_RTL;

  for (guint i = 0; i <= 16; i++)
    {
      guint8 rgb[3];

      mage_heat_map_get_colour ((guint8) (i * 255 / 16), rgb);
      cairo_pattern_add_color_stop_rgb (pattern, mirrored ? 1 - i / 16.0 : i / 16.0, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
    }
  cairo_set_source (cr, pattern);
  cairo_arc (cr, height / 2.0, height / 2.0, height / 2.0, G_PI / 2, 3 * G_PI / 2);
  cairo_arc (cr, width - height / 2.0, height / 2.0, height / 2.0, -G_PI / 2, G_PI / 2);
  cairo_fill (cr);
  cairo_pattern_destroy (pattern);
}

static void
mage_heat_scale_class_init (MageHeatScaleClass *klass)
{
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static GtkWidget *
make_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  return label;
}

static void
mage_heat_scale_init (MageHeatScale *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *none = make_label ();

  self->bar = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->bar), WIDTH);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->bar), HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->bar), draw_cb, NULL, NULL);
  gtk_widget_set_valign (self->bar, GTK_ALIGN_CENTER);
  gtk_label_set_text (GTK_LABEL (none), _("0 %"));
  self->most = GTK_LABEL (make_label ());
  gtk_box_append (GTK_BOX (box), none);
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->most));
  adw_bin_set_child (ADW_BIN (self), box);
  mage_heat_scale_set_most (self, 1);
}

GtkWidget *
mage_heat_scale_new (void)
{
  return g_object_new (MAGE_TYPE_HEAT_SCALE, NULL);
}

/** mage_heat_scale_set_most: @most: the share that the brightest colour stands for, of 1 */
void
mage_heat_scale_set_most (MageHeatScale *self, double most)
{
  g_autofree char *text = g_strdup_printf (_("%.*f %%"), most < 0.1 ? 1 : 0, 100 * most);
  g_autofree char *words = g_strdup_printf (_("Colours from dark, 0 %%, to bright, %s"), text);

  gtk_label_set_text (self->most, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _("How much of what a place looks at is this word"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}
