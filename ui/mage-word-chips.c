/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-word-chips.h"

#include "ui/mage-identity.h"

#include <glib/gi18n.h>

/* The words of a prompt, one of which is chosen. A learned word has the dot of its subject; each may tell its share. */

struct _MageWordChips
{
  AdwBin parent_instance;

  AdwWrapBox *box;
  GStrv words;
  GPtrArray *buttons; /* of GtkToggleButton, the box's */
  guint selected;
};

G_DEFINE_FINAL_TYPE (MageWordChips, mage_word_chips, ADW_TYPE_BIN)

enum
{
  PROP_SELECTED = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static GtkWidget *
get_share_label (GtkWidget *button)
{
  return gtk_widget_get_last_child (gtk_button_get_child (GTK_BUTTON (button)));
}

static void
toggled_cb (MageWordChips *self, GtkToggleButton *button)
{
  guint index;

  if (gtk_toggle_button_get_active (button) && g_ptr_array_find (self->buttons, button, &index))
    mage_word_chips_set_selected (self, index);
}

static void
add_word (MageWordChips *self, const char *word, MageProject *project)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *child = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *share = gtk_label_new (NULL);
  MageTrainable *item = project != NULL && *word == '<' ? mage_project_find (project, word) : NULL;

  if (MAGE_IS_SUBJECT (item))
    gtk_box_append (GTK_BOX (child), mage_identity_make_dot (item));
  gtk_box_append (GTK_BOX (child), gtk_label_new (word));
  gtk_widget_set_visible (share, FALSE);
  gtk_widget_add_css_class (share, "numeric");
  gtk_widget_add_css_class (share, "dim-label");
  gtk_box_append (GTK_BOX (child), share);
  gtk_button_set_child (GTK_BUTTON (button), child);
  gtk_widget_add_css_class (button, "word-chip");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);
  if (self->buttons->len > 0)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), g_ptr_array_index (self->buttons, 0));
  g_ptr_array_add (self->buttons, button);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (toggled_cb), self);
  adw_wrap_box_append (self->box, button);
}

static void
clear (MageWordChips *self)
{
  for (guint i = 0; i < self->buttons->len; i++)
    {
      g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->buttons, i), self);
      adw_wrap_box_remove (self->box, g_ptr_array_index (self->buttons, i));
    }
  g_ptr_array_set_size (self->buttons, 0);
}

/* --- the object --- */

static void
mage_word_chips_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    g_value_set_uint (value, MAGE_WORD_CHIPS (object)->selected);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mage_word_chips_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    mage_word_chips_set_selected (MAGE_WORD_CHIPS (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mage_word_chips_dispose (GObject *object)
{
  MageWordChips *self = MAGE_WORD_CHIPS (object);

  if (self->buttons != NULL)
    clear (self);
  g_clear_pointer (&self->buttons, g_ptr_array_unref);
  g_clear_pointer (&self->words, g_strfreev);
  G_OBJECT_CLASS (mage_word_chips_parent_class)->dispose (object);
}

static void
mage_word_chips_class_init (MageWordChipsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mage_word_chips_get_property;
  object_class->set_property = mage_word_chips_set_property;
  object_class->dispose = mage_word_chips_dispose;
  /** MageWordChips:selected: the position of the word that is chosen. */
  props[PROP_SELECTED] = g_param_spec_uint ("selected", NULL, NULL, 0, G_MAXUINT, 0,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
mage_word_chips_init (MageWordChips *self)
{
  self->box = ADW_WRAP_BOX (adw_wrap_box_new ());
  self->buttons = g_ptr_array_new ();
  adw_wrap_box_set_child_spacing (self->box, 4);
  adw_wrap_box_set_line_spacing (self->box, 4);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Words of the prompt"), -1);
}

GtkWidget *
mage_word_chips_new (void)
{
  return g_object_new (MAGE_TYPE_WORD_CHIPS, NULL);
}

/**
 * mage_word_chips_set_words:
 * @project: (nullable): whose subjects' words have a dot
 *
 * Of other words than before the first learned one is chosen, or else the longest, which says most.
 */
void
mage_word_chips_set_words (MageWordChips *self, const char *const *words, MageProject *project)
{
  guint first = 0;

  if (self->words != NULL && g_strv_equal ((const char *const *) self->words, words))
    return;
  g_strfreev (self->words);
  self->words = g_strdupv ((GStrv) words);
  clear (self);
  for (guint i = 0; words[i] != NULL; i++)
    {
      add_word (self, words[i], project);
      if (*words[first] != '<' && (*words[i] == '<' || g_utf8_strlen (words[i], -1) > g_utf8_strlen (words[first], -1)))
        first = i;
    }
  self->selected = G_MAXUINT;
  mage_word_chips_set_selected (self, first);
}

guint
mage_word_chips_get_n_words (MageWordChips *self)
{
  return self->buttons->len;
}

guint
mage_word_chips_get_selected (MageWordChips *self)
{
  return self->selected;
}

/** mage_word_chips_set_selected: @word: its position; beyond the last nothing happens. */
void
mage_word_chips_set_selected (MageWordChips *self, guint word)
{
  if (word >= self->buttons->len || self->selected == word)
    return;
  self->selected = word;
  gtk_toggle_button_set_active (g_ptr_array_index (self->buttons, word), TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED]);
}

/** mage_word_chips_set_share: @share: that the word tells, of 1; negative: none. */
void
mage_word_chips_set_share (MageWordChips *self, guint word, double share)
{
  GtkWidget *label = get_share_label (g_ptr_array_index (self->buttons, word));
  g_autofree char *text = g_strdup_printf (_("%.0f %%"), 100 * share);

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, share >= 0);
}
