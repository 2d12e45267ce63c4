/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-identity.h"

#include "project/mage-name.h"

#include <adwaita.h>

/*
 * Each subject owns one colour, for its dot, chip and mask. They differ in lightness, too, and a
 * word always stands with them.
 */

#define DOT 8

typedef struct
{
  const char *light;
  const char *dark;
} Pair;

static const Pair colours[] = {
  { "#007f8c", "#4fc6d3" }, /* teal */
  { "#c64182", "#f08cba" }, /* pink */
  { "#813d9c", "#cf9be6" }, /* purple */
  { "#986a1f", "#e6b566" }, /* amber */
  { "#26733e", "#7fd19a" }, /* green */
  { "#3b5aa8", "#93aef0" }, /* indigo */
};

/** mage_identity_get_nth: @dark: for drawing on a dark background. */
void
mage_identity_get_nth (guint n, gboolean dark, GdkRGBA *colour)
{
  const Pair *pair = &colours[n % G_N_ELEMENTS (colours)];

  gdk_rgba_parse (colour, dark ? pair->dark : pair->light);
}

/** mage_identity_get_colour: the colour of @subject, which it keeps. */
void
mage_identity_get_colour (MageTrainable *subject, gboolean dark, GdkRGBA *colour)
{
  int own = MAGE_IS_SUBJECT (subject) ? mage_subject_get_colour (MAGE_SUBJECT (subject)) : -1;

  mage_identity_get_nth ((guint) MAX (own, 0), dark, colour);
}

static void
draw_dot_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer subject)
{
  GdkRGBA colour;

  mage_identity_get_colour (subject, adw_style_manager_get_dark (adw_style_manager_get_default ()), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_arc (cr, width / 2.0, height / 2.0, DOT / 2.0, 0, 2 * G_PI);
  cairo_fill (cr);
}

/** mage_identity_make_dot: Returns: (transfer floating): a dot of @subject's colour, to stand before its word */
GtkWidget *
mage_identity_make_dot (MageTrainable *subject)
{
  GtkWidget *dot = gtk_drawing_area_new ();

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (dot), DOT);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (dot), DOT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (dot), draw_dot_cb, g_object_ref (subject), g_object_unref);
  gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (dot, "identity-dot");
  return dot;
}

/** mage_identity_dup_title: Returns: (transfer full): the item's name as words: "Person riding horse" of "person_riding_horse" */
char *
mage_identity_dup_title (MageTrainable *item)
{
  return mage_name_to_title (mage_trainable_get_name (item));
}
