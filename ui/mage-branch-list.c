/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-branch-list.h"

#include "ui/mage-branch-tree.h"

#include <glib/gi18n.h>

/* A video and its branches as an indented list: one is chosen to be seen, named, starred, deleted. */

#define INDENT 22

struct _MageBranchList
{
  AdwBin parent_instance;

  MageSession *session;
  MageResult *result;    /* the one that is shown */
  GArray *branches;      /* of MageBranch */
  GtkWidget *list;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (MageBranchList, mage_branch_list, ADW_TYPE_BIN)

enum
{
  CHOSEN,
  DELETED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void fill (MageBranchList *self);

static GListModel *
get_results (MageBranchList *self)
{
  return G_LIST_MODEL (mage_project_get_results (mage_session_get_project (self->session)));
}

/* --- names --- */

typedef struct
{
  MageBranchList *list;
  MageResult *result;
  GtkEditable *entry;
} Naming;

static void
naming_free (gpointer data, GClosure *closure)
{
  Naming *naming = data;

  g_object_unref (naming->list);
  g_object_unref (naming->result);
  g_free (naming);
}

static void
named_cb (Naming *naming, const char *response)
{
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "rename"))
    return;
  if (!mage_result_set_name (naming->result, gtk_editable_get_text (naming->entry), &error))
    mage_session_toast_error (naming->list->session, error);
  fill (naming->list);
}

static void
rename_cb (GtkWidget *button, gpointer data)
{
  MageBranchList *self = data;
  MageResult *result = g_object_get_data (G_OBJECT (button), "result");
  AdwDialog *dialog = adw_alert_dialog_new (_("Name This Video"), NULL);
  GtkWidget *entry = gtk_entry_new ();
  Naming *naming = g_new0 (Naming, 1);

  *naming = (Naming) { g_object_ref (self), g_object_ref (result), GTK_EDITABLE (entry) };
  gtk_editable_set_text (GTK_EDITABLE (entry), mage_result_get_name (result) != NULL ? mage_result_get_name (result) : "");
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name"), -1);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), entry);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "rename", _("_Name"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "rename", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "rename");
  adw_dialog_set_focus (dialog, entry);
  g_signal_connect_data (dialog, "response", G_CALLBACK (named_cb), naming, naming_free, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* --- rows --- */

static void
star_cb (GtkToggleButton *button, gpointer data)
{
  MageBranchList *self = data;
  g_autoptr (GError) error = NULL;
  gboolean starred = gtk_toggle_button_get_active (button);

  if (!mage_result_set_starred (g_object_get_data (G_OBJECT (button), "result"), starred, &error))
    mage_session_toast_error (self->session, error);
  gtk_button_set_icon_name (GTK_BUTTON (button), starred ? "starred-symbolic" : "non-starred-symbolic");
}

static void
delete_cb (GtkWidget *button, gpointer data)
{
  MageBranchList *self = data;
  g_autoptr (MageResult) result = g_object_ref (g_object_get_data (G_OBJECT (button), "result"));

  g_signal_emit (self, signals[DELETED], 0, result);
}

static void
add_button (MageBranchList *self, AdwActionRow *row, GtkWidget *button, const char *icon, const char *tooltip, MageResult *result)
{
  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "result", g_object_ref (result), g_object_unref);
  adw_action_row_add_suffix (row, button);
}

static char *
dup_title (MageResult *result)
{
  guint step;

  if (mage_result_get_name (result) != NULL)
    return g_strdup (mage_result_get_name (result));
  if (mage_result_get_parent (result, &step) == NULL)
    return g_strdup (_("The first one"));
  return step > 0 ? g_strdup_printf (_("After step %u"), step) : g_strdup (_("From the start"));
}

static GtkWidget *
make_row (MageBranchList *self, const MageBranch *branch)
{
  GtkWidget *row = adw_action_row_new ();
  MageResult *result = branch->result;
  MageResult *parent = mage_branch_find (get_results (self), mage_result_get_parent (result, NULL));
  g_autofree char *title = dup_title (result);
  g_autofree char *changes = parent != NULL ? mage_branch_dup_changes (result, parent) : g_strdup (mage_result_get_prompt (result));
  GtkWidget *star = gtk_toggle_button_new ();
  GtkWidget *pen = gtk_button_new ();
  GtkWidget *bin = gtk_button_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (branch->depth > 0 ? "mage-branch-symbolic" : "video-x-generic-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), *changes != '\0' ? changes : _("Nothing changed"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_margin_start (icon, (int) branch->depth * INDENT);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (star), mage_result_get_starred (result));
  add_button (self, ADW_ACTION_ROW (row), star, mage_result_get_starred (result) ? "starred-symbolic" : "non-starred-symbolic",
              _("Keep Above Others"), result);
  add_button (self, ADW_ACTION_ROW (row), pen, "document-edit-symbolic", _("Name"), result);
  add_button (self, ADW_ACTION_ROW (row), bin, "user-trash-symbolic", _("Delete"), result);
  g_signal_connect (star, "toggled", G_CALLBACK (star_cb), self);
  g_signal_connect (pen, "clicked", G_CALLBACK (rename_cb), self);
  g_signal_connect (bin, "clicked", G_CALLBACK (delete_cb), self);
  return row;
}

static void
fill (MageBranchList *self)
{
  self->filling = TRUE;
  gtk_list_box_remove_all (GTK_LIST_BOX (self->list));
  g_clear_pointer (&self->branches, g_array_unref);
  if (self->result != NULL)
    self->branches = mage_branch_tree_list (get_results (self), self->result);
  for (guint i = 0; self->branches != NULL && i < self->branches->len; i++)
    {
      const MageBranch *branch = &g_array_index (self->branches, MageBranch, i);
      GtkWidget *row = make_row (self, branch);

      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
      if (branch->result == self->result)
        gtk_list_box_select_row (GTK_LIST_BOX (self->list), GTK_LIST_BOX_ROW (row));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->branches != NULL && self->branches->len > 1);
  self->filling = FALSE;
}

static void
activated_cb (MageBranchList *self, GtkListBoxRow *row)
{
  guint i = (guint) gtk_list_box_row_get_index (row);
  g_autoptr (MageResult) result = NULL;

  if (self->filling || i >= self->branches->len)
    return;
  result = g_object_ref (g_array_index (self->branches, MageBranch, i).result);
  if (result != self->result)
    g_signal_emit (self, signals[CHOSEN], 0, result);
}

/* --- the object --- */

static void
mage_branch_list_dispose (GObject *object)
{
  MageBranchList *self = MAGE_BRANCH_LIST (object);

  g_clear_pointer (&self->branches, g_array_unref);
  g_clear_object (&self->result);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_branch_list_parent_class)->dispose (object);
}

static void
mage_branch_list_class_init (MageBranchListClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_branch_list_dispose;
  /** MageBranchList::chosen: the user wants to see this one. */
  signals[CHOSEN] = g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, MAGE_TYPE_RESULT);
  /** MageBranchList::deleted: the user deletes this one. */
  signals[DELETED] = g_signal_new ("deleted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, MAGE_TYPE_RESULT);
}

static void
mage_branch_list_init (MageBranchList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *heading = gtk_label_new (_("Branches"));

  self->list = gtk_list_box_new ();
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Branches"), -1);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), self->list);
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (activated_cb), self);
}

/** mage_branch_list_set_session: once. */
void
mage_branch_list_set_session (MageBranchList *self, MageSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (get_results (self), "items-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
}

/** mage_branch_list_set_result: @result: (nullable): whose tree is shown, if it has one. */
void
mage_branch_list_set_result (MageBranchList *self, MageResult *result)
{
  g_set_object (&self->result, result);
  fill (self);
}

guint
mage_branch_list_get_length (MageBranchList *self)
{
  return self->branches != NULL ? self->branches->len : 0;
}

/** mage_branch_list_get_item: @depth: (out): of the indentation. Returns: (transfer none) */
MageResult *
mage_branch_list_get_item (MageBranchList *self, guint i, guint *depth)
{
  *depth = g_array_index (self->branches, MageBranch, i).depth;
  return g_array_index (self->branches, MageBranch, i).result;
}
