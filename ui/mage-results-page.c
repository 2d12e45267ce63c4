/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-results-page.h"

#include "ui/mage-compare-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-result-cell.h"
#include "ui/mage-result-deletion.h"
#include "ui/mage-result-page.h"
#include "ui/mage-sweep-button.h"

#include <glib/gi18n.h>

/* The videos of a project, the newest first. */

struct _MageResultsPage
{
  MagePage parent_instance;

  MageResultChoice *choice;    /* the session's */
  GListModel *kept;            /* the project's */
  GListModel *shown;
  GtkStack *stack;
  GtkStack *found;
  GtkGridView *grid;
  MageResultSearch *search;
  GtkRevealer *chosen_bar;
  GtkLabel *chosen;
};

G_DEFINE_FINAL_TYPE (MageResultsPage, mage_results_page, MAGE_TYPE_PAGE)

static MageSession *
get_session (MageResultsPage *self)
{
  return mage_page_get_session (MAGE_PAGE (self));
}

/* --- the list --- */

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  return g_strcmp0 (mage_result_get_created ((MageResult *) b), mage_result_get_created ((MageResult *) a));
}

/* Of so many videos so many are found. */
static void
show_count (MageResultsPage *self)
{
  guint n = g_list_model_get_n_items (self->kept);
  guint n_shown = g_list_model_get_n_items (self->shown);
  g_autofree char *all = g_strdup_printf (ngettext ("%u video", "%u videos", n), n);
  g_autofree char *some = g_strdup_printf (ngettext ("%u of %u video", "%u of %u videos", n), n_shown, n);

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "grid" : "empty");
  gtk_stack_set_visible_child_name (self->found, n_shown > 0 || n == 0 ? "some" : "none");
  mage_page_set_subtitle (MAGE_PAGE (self), n == 0 ? NULL : n_shown < n ? some : all);
}

static void
show_choice (MageResultsPage *self)
{
  guint n = mage_result_choice_get_length (self->choice);
  g_autofree char *text = g_strdup_printf (ngettext ("%u chosen", "%u chosen", n), n);

  gtk_label_set_text (self->chosen, text);
  gtk_revealer_set_reveal_child (self->chosen_bar, n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "results.compare", n > 1);
}

static gboolean
is_shown (MageResultsPage *self, MageResult *result)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->shown); i++)
    {
      g_autoptr (MageResult) shown = g_list_model_get_item (self->shown, i);

      if (shown == result)
        return TRUE;
    }
  return FALSE;
}

/* What is not seen is neither compared nor deleted with the others. */
static void
narrow_choice (MageResultsPage *self)
{
  for (guint i = mage_result_choice_get_length (self->choice); i > 0; i--)
    {
      MageResult *result = mage_result_choice_get_item (self->choice, i - 1);

      if (!is_shown (self, result))
        mage_result_choice_remove (self->choice, result);
    }
}

static void
setup_cb (MageResultsPage *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, mage_result_cell_new (self->choice));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  MageResult *result = gtk_list_item_get_item (item);
  g_autofree char *time = mage_result_dup_time_words (result);
  g_autofree char *label = g_strdup_printf ("%s, %s", mage_result_get_prompt (result), time);

  mage_result_cell_set_result (MAGE_RESULT_CELL (gtk_list_item_get_child (item)), result);
  gtk_list_item_set_accessible_label (item, label);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  mage_result_cell_set_result (MAGE_RESULT_CELL (gtk_list_item_get_child (item)), NULL);
}

/* --- stars and comparison --- */

static MageResult *
find (MageResultsPage *self, GVariant *id)
{
  return mage_project_find_result (mage_session_get_project (get_session (self)), g_variant_get_string (id, NULL));
}

static void
star (MageResultsPage *self, MageResult *result)
{
  g_autoptr (GError) error = NULL;

  if (!mage_result_set_starred (result, !mage_result_get_starred (result), &error))
    mage_session_toast_error (get_session (self), error);
}

/* Wherever the star was given. */
static void
starred_cb (MageResultsPage *self)
{
  gtk_filter_changed (GTK_FILTER (mage_result_search_get_filter (self->search)), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
watch_cb (MageResultsPage *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (self->kept, i);

      g_signal_handlers_disconnect_by_func (result, starred_cb, self);
      g_signal_connect_object (result, "notify::starred", G_CALLBACK (starred_cb), self, G_CONNECT_SWAPPED);
    }
}

static void
choose (MageResultsPage *self, MageResult *result)
{
  g_autofree char *text = NULL;

  if (mage_result_choice_toggle (self->choice, result))
    return;
  text = g_strdup_printf (_("%u videos can be compared at once"), MAGE_CHOICE_MAX);
  mage_session_toast (get_session (self), text);
}

static void
star_cb (GtkWidget *widget, const char *name, GVariant *id)
{
  MageResultsPage *self = MAGE_RESULTS_PAGE (widget);
  MageResult *result = find (self, id);

  if (result != NULL)
    star (self, result);
}

static void
choose_cb (GtkWidget *widget, const char *name, GVariant *id)
{
  MageResultsPage *self = MAGE_RESULTS_PAGE (widget);
  MageResult *result = find (self, id);

  if (result != NULL)
    choose (self, result);
}

static void
delete_cb (GtkWidget *widget, const char *name, GVariant *id)
{
  MageResultsPage *self = MAGE_RESULTS_PAGE (widget);
  MageResult *result = find (self, id);

  if (result != NULL)
    mage_delete_result (get_session (self), result);
}

/* All that are chosen. */
static void
delete_chosen_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultsPage *self = MAGE_RESULTS_PAGE (widget);
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < mage_result_choice_get_length (self->choice); i++)
    g_ptr_array_add (results, g_object_ref (mage_result_choice_get_item (self->choice, i)));
  if (results->len > 0)
    mage_delete_results (get_session (self), results);
}

static void
restore_cb (GtkWidget *widget, const char *name, GVariant *id)
{
  MageResultsPage *self = MAGE_RESULTS_PAGE (widget);
  MageResult *result = find (self, id);

  if (result != NULL)
    mage_draft_restore_result (get_session (self), result);
}

static void
choose_none_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_result_choice_clear (MAGE_RESULTS_PAGE (widget)->choice);
}

static void
compare_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultsPage *self = MAGE_RESULTS_PAGE (widget);

  mage_session_push_page (get_session (self), mage_compare_page_new (get_session (self), self->choice));
}

static void
show_all_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_result_search_reset (MAGE_RESULTS_PAGE (widget)->search);
}

/* The one at the keyboard joins what is chosen; two can be compared. */
static void
compare_with (MageResultsPage *self, MageResult *result)
{
  if (mage_result_choice_find (self->choice, result) < 0)
    choose (self, result);
  if (mage_result_choice_get_length (self->choice) > 1)
    gtk_widget_activate_action (GTK_WIDGET (self), "results.compare", NULL);
  else
    mage_session_toast (get_session (self), _("Choose another one to compare it with"));
}

static gboolean
key_pressed_cb (MageResultsPage *self, guint key, guint code, GdkModifierType modifiers)
{
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self->grid));
  GtkWidget *cell = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;
  MageResult *result = MAGE_IS_RESULT_CELL (cell) ? mage_result_cell_get_result (MAGE_RESULT_CELL (cell)) : NULL;
  gboolean control = (modifiers & GDK_CONTROL_MASK) != 0;

  if (result == NULL || (modifiers & GDK_ALT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Delete)
    mage_delete_result (get_session (self), result);
  else if (key == GDK_KEY_s && !control)
    star (self, result);
  else if (key == GDK_KEY_c && !control)
    compare_with (self, result);
  else if (key == GDK_KEY_space && control)
    choose (self, result);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

/* --- opening --- */

static void
activated_cb (MageResultsPage *self, guint position)
{
  g_autoptr (MageResult) result = g_list_model_get_item (self->shown, position);

  mage_session_push_page (get_session (self), mage_result_page_new (get_session (self), result));
}

static void
compose_cb (MageResultsPage *self)
{
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
}

/* --- the object --- */

static void
mage_results_page_dispose (GObject *object)
{
  MageResultsPage *self = MAGE_RESULTS_PAGE (object);

  if (self->grid != NULL)
    gtk_grid_view_set_model (self->grid, NULL);
  /* The template would take the bin's child without telling the bin. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_RESULTS_PAGE);
  g_clear_object (&self->shown);
  g_clear_object (&self->kept);
  G_OBJECT_CLASS (mage_results_page_parent_class)->dispose (object);
}

static void
mage_results_page_class_init (MageResultsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_results_page_dispose;
  g_type_ensure (MAGE_TYPE_RESULT_SEARCH);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-results-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, found);
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, grid);
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, search);
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, chosen_bar);
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, chosen);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, compose_cb);
  gtk_widget_class_install_action (widget_class, "results.star", "s", star_cb);
  gtk_widget_class_install_action (widget_class, "results.choose", "s", choose_cb);
  gtk_widget_class_install_action (widget_class, "results.restore", "s", restore_cb);
  gtk_widget_class_install_action (widget_class, "results.delete", "s", delete_cb);
  gtk_widget_class_install_action (widget_class, "results.delete-chosen", NULL, delete_chosen_cb);
  gtk_widget_class_install_action (widget_class, "results.choose-none", NULL, choose_none_cb);
  gtk_widget_class_install_action (widget_class, "results.compare", NULL, compare_action_cb);
  gtk_widget_class_install_action (widget_class, "results.show-all", NULL, show_all_cb);
}

static void
mage_results_page_init (MageResultsPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_grid_view_set_factory (self->grid, factory);
  /* Before the grid, which takes Control and space for a selection that it does not have. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->grid), keys);
  mage_page_set_title (MAGE_PAGE (self), _("Results"));
}

/** mage_results_page_new: the page of all videos. */
GtkWidget *
mage_results_page_new (MageSession *session)
{
  MageResultsPage *self = g_object_new (MAGE_TYPE_RESULTS_PAGE, "session", session, NULL);
  GListModel *results = G_LIST_MODEL (mage_project_get_results (mage_session_get_project (session)));
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, NULL, NULL));
  GtkFilterListModel *found;
  g_autoptr (GtkNoSelection) selection = NULL;

  self->choice = mage_result_choice_get (session);
  self->kept = g_object_ref (results);
  found = gtk_filter_list_model_new (g_object_ref (self->kept),
                                     GTK_FILTER (g_object_ref (mage_result_search_get_filter (self->search))));
  self->shown = G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (found), sorter));
  mage_result_search_set_results (self->search, self->kept);
  selection = gtk_no_selection_new (g_object_ref (self->shown));
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (show_count), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (narrow_choice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->kept, "items-changed", G_CALLBACK (show_count), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->kept, "items-changed", G_CALLBACK (watch_cb), self, G_CONNECT_SWAPPED);
  watch_cb (self, 0, 0, g_list_model_get_n_items (self->kept));
  g_signal_connect_object (self->choice, "changed", G_CALLBACK (show_choice), self, G_CONNECT_SWAPPED);
  mage_page_set_header (MAGE_PAGE (self), mage_sweep_button_new (session));
  show_count (self);
  show_choice (self);
  return GTK_WIDGET (self);
}

/** mage_results_page_get_n_shown: how many videos are in the grid. */
guint
mage_results_page_get_n_shown (MageResultsPage *self)
{
  return g_list_model_get_n_items (self->shown);
}

/** mage_results_page_get_search: Returns: (transfer none): what decides which videos are shown */
MageResultSearch *
mage_results_page_get_search (MageResultsPage *self)
{
  return self->search;
}
