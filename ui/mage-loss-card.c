/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-card.h"

#include "ui/mage-loss-legend.h"
#include "ui/mage-loss-save.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/* A chart of losses with what stands above it: the latest, the legend, the scale, and where there is room for them its tools. */

/* With a page of its own the chart has room. */
#define LARGE_HEIGHT 272

#define ZOOM 1.5

struct _MageLossCard
{
  GtkWidget parent_instance;

  MageSession *session;
  MageTrainable *item;

  GtkLabel *latest;
  MageLossLegend *legend;
  GtkWidget *tools;
  GtkWidget *bands;
  AdwToggleGroup *scale;
  MageLossChart *chart;
};

G_DEFINE_FINAL_TYPE (MageLossCard, mage_loss_card, GTK_TYPE_WIDGET)

static void
scale_cb (MageLossCard *self)
{
  mage_loss_chart_set_logarithmic (self->chart, g_strcmp0 (adw_toggle_group_get_active_name (self->scale), "logarithmic") == 0);
}

static void
whole_clicked_cb (MageLossCard *self)
{
  mage_loss_view_set (mage_loss_chart_get_view (self->chart), 0, G_MAXUINT);
}

static void
zoom (MageLossCard *self, double factor)
{
  double from;
  double to;

  mage_loss_view_get (mage_loss_chart_get_view (self->chart), &from, &to);
  mage_loss_view_zoom (mage_loss_chart_get_view (self->chart), factor, (from + to) / 2);
}

static void
zoom_in_clicked_cb (MageLossCard *self)
{
  zoom (self, ZOOM);
}

static void
zoom_out_clicked_cb (MageLossCard *self)
{
  zoom (self, 1 / ZOOM);
}

static void
bands_toggled_cb (MageLossCard *self)
{
  mage_loss_chart_set_banded (self->chart, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->bands)));
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageLossCard *self = MAGE_LOSS_CARD (widget);
  MageLossFormat format = MAGE_LOSS_PNG;
  g_autofree char *whose = mage_trainable_dup_title (self->item);
  g_autofree char *title = NULL;

  for (guint i = MAGE_LOSS_PNG; i <= MAGE_LOSS_CSV; i++)
    if (g_str_has_suffix (name, mage_loss_format_get_ending (i) + 1))
      format = i;
  /* Translators: %s is a subject, a motion or the fusion */
  title = g_strdup_printf (_("Losses of %s"), whose);
  mage_loss_save (self->chart, self->session, title, format);
}

/* --- the object --- */

static void
mage_loss_card_dispose (GObject *object)
{
  MageLossCard *self = MAGE_LOSS_CARD (object);
  GtkWidget *child;

  g_clear_object (&self->session);
  g_clear_object (&self->item);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_LOSS_CARD);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_loss_card_parent_class)->dispose (object);
}

static void
mage_loss_card_class_init (MageLossCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_loss_card_dispose;
  g_type_ensure (MAGE_TYPE_LOSS_CHART);
  g_type_ensure (MAGE_TYPE_LOSS_LEGEND);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-loss-card.ui");
  gtk_widget_class_bind_template_child (widget_class, MageLossCard, latest);
  gtk_widget_class_bind_template_child (widget_class, MageLossCard, legend);
  gtk_widget_class_bind_template_child (widget_class, MageLossCard, tools);
  gtk_widget_class_bind_template_child (widget_class, MageLossCard, bands);
  gtk_widget_class_bind_template_child (widget_class, MageLossCard, scale);
  gtk_widget_class_bind_template_child (widget_class, MageLossCard, chart);
  gtk_widget_class_bind_template_callback (widget_class, whole_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoom_in_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoom_out_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, bands_toggled_cb);
  gtk_widget_class_install_action (widget_class, "losses.save-png", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "losses.save-svg", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "losses.save-csv", NULL, save_action);
}

static void
mage_loss_card_init (MageLossCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_loss_legend_set_chart (self->legend, self->chart);
  g_signal_connect_object (self->scale, "notify::active", G_CALLBACK (scale_cb), self, G_CONNECT_SWAPPED);
}

/** mage_loss_card_set_up: once, before it is shown. @item: whose losses they are */
void
mage_loss_card_set_up (MageLossCard *self, MageSession *session, MageTrainable *item)
{
  g_return_if_fail (self->item == NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
}

/** mage_loss_card_set_large: @large: there is room for its tools, and a press chooses a step */
void
mage_loss_card_set_large (MageLossCard *self, gboolean large)
{
  gtk_widget_set_size_request (GTK_WIDGET (self->chart), -1, large ? LARGE_HEIGHT : -1);
  gtk_widget_set_visible (self->tools, large);
  mage_loss_chart_set_keeps_step (self->chart, large);
}

/** mage_loss_card_refresh: the chart has other losses. */
void
mage_loss_card_refresh (MageLossCard *self)
{
  double latest = mage_loss_chart_get_latest (self->chart);
  g_autofree char *text = isfinite (latest) ? g_strdup_printf ("%.3f", latest) : g_strdup ("");

  gtk_widget_set_visible (self->bands, mage_loss_chart_can_band (self->chart));
  gtk_label_set_text (self->latest, text);
}

/** mage_loss_card_get_chart: Returns: (transfer none) */
MageLossChart *
mage_loss_card_get_chart (MageLossCard *self)
{
  return self->chart;
}
