/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-prompt-proposals.h"

#include <glib/gi18n.h>

/*
 * The project's words that fit what is being typed, under the text. The focus stays in the text, which passes on the keys that
 * move in the list.
 */

struct _MagePromptProposals
{
  GtkPopover parent_instance;

  GtkListBox *list;
  gboolean offered;
};

G_DEFINE_FINAL_TYPE (MagePromptProposals, mage_prompt_proposals, GTK_TYPE_POPOVER)

enum
{
  ACCEPTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
fits (const char *token, const char *fragment)
{
  g_autofree char *a = g_utf8_casefold (token, -1);
  g_autofree char *b = g_utf8_casefold (fragment, -1);

  return g_str_has_prefix (a, b);
}

/** mage_prompt_proposals_dup_fitting: Returns: (transfer full): the words of @project that begin with @fragment */
GStrv
mage_prompt_proposals_dup_fitting (MageProject *project, const char *fragment)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      if (fits (mage_trainable_get_token (subject), fragment))
        g_strv_builder_add (builder, mage_trainable_get_token (subject));
    }
  return g_strv_builder_end (builder);
}

static void
add (MagePromptProposals *self, MageTrainable *subject)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (mage_trainable_get_token (subject));
  GtkWidget *name = gtk_label_new (mage_trainable_get_superclass (subject));

  gtk_widget_add_css_class (name, "dim-label");
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), name);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "token", g_strdup (mage_trainable_get_token (subject)), g_free);
  gtk_list_box_append (self->list, row);
}

static void
accept (MagePromptProposals *self, GtkListBoxRow *row)
{
  g_autofree char *token = row != NULL ? g_strdup (g_object_get_data (G_OBJECT (row), "token")) : NULL;

  if (token == NULL)
    return;
  mage_prompt_proposals_hide (self);
  g_signal_emit (self, signals[ACCEPTED], 0, token);
}

/* --- the object --- */

static void
mage_prompt_proposals_class_init (MagePromptProposalsClass *klass)
{
  /** MagePromptProposals::accepted: @token: is what was meant. */
  signals[ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                    G_TYPE_STRING);
}

static void
mage_prompt_proposals_init (MagePromptProposals *self)
{
  GtkWidget *list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (list);
  gtk_widget_add_css_class (list, "navigation-sidebar");
  gtk_widget_set_focusable (list, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Words of the project"), -1);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (accept), self);
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_popover_set_child (GTK_POPOVER (self), list);
}

GtkWidget *
mage_prompt_proposals_new (void)
{
  return g_object_new (MAGE_TYPE_PROMPT_PROPOSALS, NULL);
}

/** mage_prompt_proposals_offer: @tokens: of @project, of which the first is chosen; none hides the list; @at: of the parent */
void
mage_prompt_proposals_offer (MagePromptProposals *self, MageProject *project, const char *const *tokens, const GdkRectangle *at)
{
  if (tokens[0] == NULL)
    {
      mage_prompt_proposals_hide (self);
      return;
    }
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; tokens[i] != NULL; i++)
    add (self, mage_project_find (project, tokens[i]));
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  gtk_popover_set_pointing_to (GTK_POPOVER (self), at);
  gtk_popover_popup (GTK_POPOVER (self));
  self->offered = TRUE;
}

void
mage_prompt_proposals_hide (MagePromptProposals *self)
{
  self->offered = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self));
}

gboolean
mage_prompt_proposals_are_offered (MagePromptProposals *self)
{
  return self->offered;
}

/** mage_prompt_proposals_move: chooses the one that is @by rows farther down. */
void
mage_prompt_proposals_move (MagePromptProposals *self, int by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  GtkListBoxRow *next = gtk_list_box_get_row_at_index (self->list, (row != NULL ? gtk_list_box_row_get_index (row) : 0) + by);

  if (next != NULL)
    gtk_list_box_select_row (self->list, next);
}

/** mage_prompt_proposals_accept: the one that is chosen. */
void
mage_prompt_proposals_accept (MagePromptProposals *self)
{
  accept (self, gtk_list_box_get_selected_row (self->list));
}
