/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-health-card.h"

/* One sentence on how something does, tinted, with the one thing to do about it. */

struct _MageHealthCard
{
  GtkWidget parent_instance;

  MageHealth kind;
  GtkWidget *icon;
  GtkWidget *heading;
  GtkWidget *sentence;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (MageHealthCard, mage_health_card, GTK_TYPE_WIDGET)

/* Never colour alone: the icon tells, too. */
static const struct
{
  const char *css_class;
  const char *icon;
} looks[] = {
  [MAGE_HEALTH_HIDDEN] = { NULL, NULL },
  [MAGE_HEALTH_WELL] = { "well", "object-select-symbolic" },
  [MAGE_HEALTH_WARN] = { "warn", "dialog-warning-symbolic" },
  [MAGE_HEALTH_BAD] = { "bad", "dialog-error-symbolic" },
};

static void
mage_health_card_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_health_card_parent_class)->dispose (object);
}

static void
mage_health_card_class_init (MageHealthCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_health_card_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "healthcard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
mage_health_card_init (MageHealthCard *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 14);
  self->icon = gtk_image_new ();
  self->heading = make_label ("heading");
  self->sentence = make_label ("caption");
  self->button = gtk_button_new ();
  g_object_set (self->icon, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_button_set_use_underline (GTK_BUTTON (self->button), TRUE);
  gtk_box_append (GTK_BOX (words), self->heading);
  gtk_box_append (GTK_BOX (words), self->sentence);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (words, GTK_WIDGET (self));
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
mage_health_card_new (void)
{
  return g_object_new (MAGE_TYPE_HEALTH_CARD, NULL);
}

static void
set_kind (MageHealthCard *self, MageHealth kind)
{
  if (looks[self->kind].css_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), looks[self->kind].css_class);
  self->kind = kind;
  if (looks[kind].css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), looks[kind].css_class);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), looks[kind].icon);
  gtk_widget_set_visible (GTK_WIDGET (self), kind != MAGE_HEALTH_HIDDEN);
}

/**
 * mage_health_card_set:
 * @heading: (nullable): two or three words
 * @sentence: (nullable): what is so, and what to do
 * @action_label: (nullable): of the button, with a mnemonic; none is shown without
 * @action_name: (nullable): what the button does, with its target if it has one ("training.stop")
 */
void
mage_health_card_set (MageHealthCard *self, MageHealth kind, const char *heading, const char *sentence,
                      const char *action_label, const char *action_name)
{
  g_return_if_fail (MAGE_IS_HEALTH_CARD (self));
  g_return_if_fail ((guint) kind < G_N_ELEMENTS (looks));

  set_kind (self, kind);
  gtk_label_set_text (GTK_LABEL (self->heading), heading != NULL ? heading : "");
  gtk_label_set_text (GTK_LABEL (self->sentence), sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->heading, heading != NULL);
  gtk_widget_set_visible (self->sentence, sentence != NULL);
  gtk_button_set_label (GTK_BUTTON (self->button), action_label != NULL ? action_label : "");
  gtk_widget_set_visible (self->button, action_label != NULL && action_name != NULL);
  if (action_name != NULL)
    gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->button), action_name);
  else
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, heading != NULL ? heading : "",
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence != NULL ? sentence : "", -1);
}

MageHealth
mage_health_card_get_kind (MageHealthCard *self)
{
  return self->kind;
}

const char *
mage_health_card_get_heading (MageHealthCard *self)
{
  return gtk_label_get_text (GTK_LABEL (self->heading));
}

const char *
mage_health_card_get_sentence (MageHealthCard *self)
{
  return gtk_label_get_text (GTK_LABEL (self->sentence));
}
