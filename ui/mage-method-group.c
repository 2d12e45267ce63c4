/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-method-group.h"

#include "jobs/mage-variant.h"

#include <glib/gi18n.h>

/* Which method makes the next video, and what it leaves out. */

struct _MageMethodGroup
{
  AdwPreferencesGroup parent_instance;

  MageDraft *draft;
  AdwComboRow *row;
  GtkLabel *help;
};

G_DEFINE_FINAL_TYPE (MageMethodGroup, mage_method_group, ADW_TYPE_PREFERENCES_GROUP)

static void
show_method (MageMethodGroup *self)
{
  const MageVariant *chosen = mage_draft_get_method (self->draft);
  guint n;
  const MageVariant *table = mage_variant_table (&n);

  adw_combo_row_set_selected (self->row, (guint) (chosen - table));
  gtk_label_set_text (self->help, _(chosen->help));
}

static void
selected_cb (MageMethodGroup *self)
{
  guint selected = adw_combo_row_get_selected (self->row);
  guint n;
  const MageVariant *table = mage_variant_table (&n);

  if (selected < n)
    mage_draft_set_method (self->draft, &table[selected]);
}

static void
mage_method_group_dispose (GObject *object)
{
  g_clear_object (&MAGE_METHOD_GROUP (object)->draft);
  G_OBJECT_CLASS (mage_method_group_parent_class)->dispose (object);
}

static void
mage_method_group_class_init (MageMethodGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_method_group_dispose;
}

static GtkWidget *
make_help_row (MageMethodGroup *self)
{
  GtkWidget *row = adw_preferences_row_new ();

  self->help = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->help, TRUE);
  gtk_label_set_xalign (self->help, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->help), "help-line");
  gtk_widget_add_css_class (GTK_WIDGET (self->help), "dim-label");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), GTK_WIDGET (self->help));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  return row;
}

static void
mage_method_group_init (MageMethodGroup *self)
{
  GtkStringList *labels = gtk_string_list_new (NULL);
  guint n;
  const MageVariant *table = mage_variant_table (&n);

  for (guint i = 0; i < n; i++)
    gtk_string_list_append (labels, _(table[i].label));
  self->row = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), _("Method"));
  adw_combo_row_set_model (self->row, G_LIST_MODEL (labels));
  g_object_unref (labels);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), make_help_row (self));
}

GtkWidget *
mage_method_group_new (MageDraft *draft)
{
  MageMethodGroup *self = g_object_new (MAGE_TYPE_METHOD_GROUP, NULL);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "notify::method", G_CALLBACK (show_method), self, G_CONNECT_SWAPPED);
  show_method (self);
  g_signal_connect_object (self->row, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
