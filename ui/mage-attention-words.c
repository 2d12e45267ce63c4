/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-words.h"

#include "ui/mage-attention-names.h"
#include "ui/mage-identity.h"

#include <glib/gi18n.h>

/* The words of a prompt as chips to choose from, each with its share of the attention at a place. */

struct _MageAttentionWords
{
  AdwBin parent_instance;

  AdwWrapBox *box;
  GPtrArray *chips;    /* GtkButton, the box's */
  GPtrArray *shares;   /* GtkLabel, under them */
  GStrv words;
};

G_DEFINE_FINAL_TYPE (MageAttentionWords, mage_attention_words, ADW_TYPE_BIN)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
clicked_cb (MageAttentionWords *self, GtkButton *button)
{
  guint i;

  if (g_ptr_array_find (self->chips, button, &i))
    g_signal_emit (self, signals[CHOSEN], 0, i);
}

static void
add_word (MageAttentionWords *self, const char *word, guint i, MageProject *project)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *chip = gtk_button_new ();
  GtkWidget *face = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *share = gtk_label_new (NULL);
  MageTrainable *item = *word == '<' ? mage_project_find (project, word) : NULL;

  if (MAGE_IS_SUBJECT (item))
    gtk_box_append (GTK_BOX (face), mage_identity_make_dot (item));
  gtk_box_append (GTK_BOX (face), gtk_label_new (word));
  if (mage_attention_word_is_minor (word))
    gtk_widget_add_css_class (chip, "minor");
  gtk_widget_set_halign (face, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (chip), face);
  gtk_widget_add_css_class (chip, "attention-word");
  gtk_widget_add_css_class (share, "caption");
  gtk_widget_add_css_class (share, "numeric");
  gtk_widget_add_css_class (share, "dim-label");
  gtk_box_append (GTK_BOX (box), chip);
  gtk_box_append (GTK_BOX (box), share);
  if (i < 9)
    {
      g_autofree char *tooltip = g_strdup_printf (_("Where it looks for “%s” (%u)"), word, i + 1);

      gtk_widget_set_tooltip_text (chip, tooltip);
    }
  g_signal_connect_object (chip, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->chips, chip);
  g_ptr_array_add (self->shares, share);
  adw_wrap_box_append (self->box, box);
}

static void
mage_attention_words_finalize (GObject *object)
{
  MageAttentionWords *self = MAGE_ATTENTION_WORDS (object);

  g_ptr_array_unref (self->chips);
  g_ptr_array_unref (self->shares);
  g_strfreev (self->words);
  G_OBJECT_CLASS (mage_attention_words_parent_class)->finalize (object);
}

static void
mage_attention_words_class_init (MageAttentionWordsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_attention_words_finalize;
  /** MageAttentionWords::chosen: a word was clicked. */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_UINT);
}

static void
mage_attention_words_init (MageAttentionWords *self)
{
  self->chips = g_ptr_array_new ();
  self->shares = g_ptr_array_new ();
  self->box = ADW_WRAP_BOX (adw_wrap_box_new ());
  adw_wrap_box_set_child_spacing (self->box, 7);
  adw_wrap_box_set_line_spacing (self->box, 6);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
}

/** mage_attention_words_set_words: the chips, with the colours of @project's subjects; the same words leave them as they are. */
void
mage_attention_words_set_words (MageAttentionWords *self, const char *const *words, MageProject *project)
{
  GtkWidget *child;

  if (self->words != NULL && g_strv_equal ((const char *const *) self->words, words))
    return;
  g_strfreev (self->words);
  self->words = g_strdupv ((GStrv) words);
  g_ptr_array_set_size (self->chips, 0);
  g_ptr_array_set_size (self->shares, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    adw_wrap_box_remove (self->box, child);
  for (guint i = 0; words[i] != NULL; i++)
    add_word (self, words[i], i, project);
}

/** mage_attention_words_set_share: @difference: between the branches: it has a sign */
void
mage_attention_words_set_share (MageAttentionWords *self, guint i, double share, gboolean difference)
{
  g_autofree char *text = g_strdup_printf (difference ? _("%+.1f %%") : _("%.1f %%"), 100 * share);
  g_autofree char *said = NULL;

  g_return_if_fail (i < self->chips->len);

  gtk_label_set_text (g_ptr_array_index (self->shares, i), text);
  said = g_strdup_printf ("%s, %s", self->words[i], text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (g_ptr_array_index (self->chips, i)), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
}

/** mage_attention_words_select: which of them is looked for; beyond the last: none */
void
mage_attention_words_select (MageAttentionWords *self, guint i)
{
  for (guint k = 0; k < self->chips->len; k++)
    {
      GtkWidget *chip = g_ptr_array_index (self->chips, k);

      if (k == i)
        gtk_widget_add_css_class (chip, "selected");
      else
        gtk_widget_remove_css_class (chip, "selected");
      gtk_accessible_update_state (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_STATE_SELECTED, k == i, -1);
    }
}
