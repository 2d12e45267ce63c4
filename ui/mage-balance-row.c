/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-balance-row.h"

#include "ui/mage-param-link.h"
#include "ui/mage-scale-row.h"

#include <glib/gi18n.h>

/*
 * How much each branch of SCS counts, β_s : β_m, on one slider that gives one what it takes from the
 * other. Weights that do not add up to one, from the command line, are shown as they are until it is moved.
 */

typedef struct
{
  MageSession *session;
  MageParams *params;
  GtkWidget *row;
  GtkWidget *reset;
  gboolean showing;
} Balance;

static void
balance_free (gpointer data)
{
  Balance *self = data;

  g_signal_handlers_disconnect_by_data (self->params, self);
  g_object_unref (self->params);
  g_object_unref (self->session);
  g_free (self);
}

static gboolean
is_changed (Balance *self)
{
  return !mage_params_is_default (self->params, "beta_s") || !mage_params_is_default (self->params, "beta_m");
}

/* To the right there is more of the subjects. */
static void
show_balance (Balance *self)
{
  double subject = mage_params_get_double (self->params, "beta_s");
  double motion = mage_params_get_double (self->params, "beta_m");
  g_autofree char *value = g_strdup_printf ("%g : %g", subject, motion);
  g_autofree char *usual = g_strdup_printf (_("Paper %s"), "0.5 : 0.5");

  self->showing = TRUE;
  if (subject + motion > 0)
    mage_scale_row_set_value (MAGE_SCALE_ROW (self->row), subject / (subject + motion));
  self->showing = FALSE;
  mage_scale_row_set_text (MAGE_SCALE_ROW (self->row), value);
  mage_scale_row_set_source (MAGE_SCALE_ROW (self->row), usual);
  gtk_widget_set_visible (self->reset, is_changed (self));
}

static void
moved_cb (Balance *self)
{
  double subject = mage_scale_row_get_value (MAGE_SCALE_ROW (self->row));

  if (self->showing)
    return;
  mage_session_record_merged (self->session, _("Change Balance"), "balance");
  mage_params_set_double (self->params, "beta_s", subject, NULL);
  mage_params_set_double (self->params, "beta_m", 1 - subject, NULL);
}

static void
reset_cb (Balance *self)
{
  mage_session_record (self->session, _("Reset Balance"));
  mage_params_reset (self->params, "beta_s");
  mage_params_reset (self->params, "beta_m");
}

static void
build (Balance *self)
{
  self->row = mage_scale_row_new (0, 1, 0.05, 2);
  self->reset = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  gtk_widget_set_tooltip_text (self->reset, _("Back to the Default"));
  gtk_widget_set_valign (self->reset, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->reset, "flat");
  gtk_widget_add_css_class (self->reset, "circular");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row),
                                 _("Balance <span alpha=\"60%\"><i>β<sub>s</sub> : β<sub>m</sub></i></span>"));
  gtk_widget_set_tooltip_text (self->row, _("How much the subjects' branch and the motion's branch count in every step."));
  mage_scale_row_set_mark (MAGE_SCALE_ROW (self->row), 0.5);
  mage_scale_row_set_hint (MAGE_SCALE_ROW (self->row), _("Subjects : motion"));
  mage_scale_row_set_button (MAGE_SCALE_ROW (self->row), self->reset);
}

/** mage_balance_row_new: Returns: a row that edits β_s and β_m of the open project together */
GtkWidget *
mage_balance_row_new (MageSession *session)
{
  Balance *self = g_new0 (Balance, 1);

  self->session = g_object_ref (session);
  self->params = g_object_ref (mage_project_get_params (mage_session_get_project (session)));
  build (self);
  g_object_set_data_full (G_OBJECT (self->row), "mage-balance", self, balance_free);
  g_signal_connect_swapped (self->params, "changed::beta_s", G_CALLBACK (show_balance), self);
  g_signal_connect_swapped (self->params, "changed::beta_m", G_CALLBACK (show_balance), self);
  show_balance (self);
  g_signal_connect_swapped (self->row, "notify::value", G_CALLBACK (moved_cb), self);
  g_signal_connect_swapped (self->reset, "clicked", G_CALLBACK (reset_cb), self);
  return self->row;
}
