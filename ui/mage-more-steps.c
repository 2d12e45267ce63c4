/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-more-steps.h"

#include <glib/gi18n.h>

/*
 * A training that has ended goes on for more steps, and comes out as if all had been asked for at the beginning. The project asks for
 * as many as before: what is trained elsewhere is none of its concern.
 */

#define LEAST 10
#define USUAL 100

struct _MageMoreSteps
{
  AdwBin parent_instance;

  MageSession *session;
  MageTrainable *item;
  GtkMenuButton *button;
  GtkSpinButton *count;
  GtkLabel *words;
};

G_DEFINE_FINAL_TYPE (MageMoreSteps, mage_more_steps, ADW_TYPE_BIN)

static guint
get_n_steps (MageMoreSteps *self)
{
  MageRun *run = mage_trainable_get_run (self->item);

  return run != NULL ? mage_run_get_n_steps (run) : 0;
}

static void
show_words (MageMoreSteps *self)
{
  guint n = get_n_steps (self) + (guint) gtk_spin_button_get_value_as_int (self->count);
  g_autofree char *text = g_strdup_printf (_("It comes out as if %u steps had been asked for at once. The other trainings stay as they are."), n);

  gtk_label_set_text (self->words, text);
}

/** mage_more_steps_take: trains for @n more steps. */
void
mage_more_steps_take (MageMoreSteps *self, guint n)
{
  g_autoptr (GError) error = NULL;

  gtk_menu_button_popdown (self->button);
  if (mage_session_find_job (self->session, self->item) == NULL
      && !mage_session_train_for (self->session, self->item, get_n_steps (self) + n, &error))
    mage_session_toast_error (self->session, error);
}

static void
train_cb (MageMoreSteps *self)
{
  mage_more_steps_take (self, (guint) gtk_spin_button_get_value_as_int (self->count));
}

static void
opened_cb (MageMoreSteps *self)
{
  if (gtk_menu_button_get_active (self->button))
    show_words (self);
}

static void
mage_more_steps_dispose (GObject *object)
{
  MageMoreSteps *self = MAGE_MORE_STEPS (object);

  g_clear_object (&self->session);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (mage_more_steps_parent_class)->dispose (object);
}

static void
mage_more_steps_class_init (MageMoreStepsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_more_steps_dispose;
}

static void
mage_more_steps_init (MageMoreSteps *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *train = gtk_button_new_with_mnemonic (_("_Train"));

  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  self->count = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (LEAST, 100000, LEAST));
  gtk_spin_button_set_value (self->count, USUAL);
  gtk_widget_set_hexpand (GTK_WIDGET (self->count), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->count), GTK_ACCESSIBLE_PROPERTY_LABEL, _("More steps"), -1);
  gtk_widget_add_css_class (train, "suggested-action");
  self->words = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_xalign (self->words, 0);
  gtk_label_set_max_width_chars (self->words, 34);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "dim-label");
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->count));
  gtk_box_append (GTK_BOX (row), train);
  gtk_box_append (GTK_BOX (box), row);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->words));
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_label (self->button, _("More Steps"));
  gtk_menu_button_set_popover (self->button, popover);
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "flat");
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  g_signal_connect_swapped (self->button, "notify::active", G_CALLBACK (opened_cb), self);
  g_signal_connect_swapped (self->count, "value-changed", G_CALLBACK (show_words), self);
  g_signal_connect_swapped (train, "clicked", G_CALLBACK (train_cb), self);
}

GtkWidget *
mage_more_steps_new (void)
{
  return g_object_new (MAGE_TYPE_MORE_STEPS, NULL);
}

/** mage_more_steps_set_up: once. */
void
mage_more_steps_set_up (MageMoreSteps *self, MageSession *session, MageTrainable *item)
{
  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
}
