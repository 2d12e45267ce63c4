/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-results-page.h"

#include "ui/mage-result-cell.h"
#include "ui/mage-result-page.h"
#include "ui/mage-result-trash.h"

#include <glib/gi18n.h>

/* The videos of a project, the newest first. */

struct _MageResultsPage
{
  MagePage parent_instance;

  MageResultTrash *trash;      /* the session's */
  GtkCustomFilter *filter;
  GListModel *shown;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkGridView *grid;
};

G_DEFINE_FINAL_TYPE (MageResultsPage, mage_results_page, MAGE_TYPE_PAGE)

static MageSession *
get_session (MageResultsPage *self)
{
  return mage_page_get_session (MAGE_PAGE (self));
}

/* --- the list --- */

static gboolean
is_kept_cb (gpointer item, gpointer data)
{
  return !mage_result_trash_has (MAGE_RESULTS_PAGE (data)->trash, item);
}

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  return g_strcmp0 (mage_result_get_created ((MageResult *) b), mage_result_get_created ((MageResult *) a));
}

static void
show_count (MageResultsPage *self)
{
  guint n = g_list_model_get_n_items (self->shown);
  g_autofree char *text = g_strdup_printf (ngettext ("%u video", "%u videos", n), n);

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "grid" : "empty");
  mage_page_set_subtitle (MAGE_PAGE (self), n > 0 ? text : NULL);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, mage_result_cell_new ());
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

/* --- deleting --- */

/* While a result page is open it is the one who offers to take it back. */
static void
delete (MageResultsPage *self, MageResult *result)
{
  mage_result_trash_put (self->trash, result);
  adw_toast_overlay_add_toast (self->toasts, mage_result_page_make_delete_toast (get_session (self), result));
}

static gboolean
key_pressed_cb (MageResultsPage *self, guint key)
{
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self->grid));
  GtkWidget *cell = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (key != GDK_KEY_Delete || !MAGE_IS_RESULT_CELL (cell))
    return GDK_EVENT_PROPAGATE;
  delete (self, mage_result_cell_get_result (MAGE_RESULT_CELL (cell)));
  return GDK_EVENT_STOP;
}

/* --- opening --- */

static void
deleted_cb (MageResultsPage *self, MageResult *result)
{
  delete (self, result);
}

static void
activated_cb (MageResultsPage *self, guint position)
{
  g_autoptr (MageResult) result = g_list_model_get_item (self->shown, position);
  AdwNavigationPage *page = mage_result_page_new (get_session (self), result);

  g_signal_connect_object (page, "deleted", G_CALLBACK (deleted_cb), self, G_CONNECT_SWAPPED);
  mage_session_push_page (get_session (self), page);
}

static void
compose_cb (MageResultsPage *self)
{
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
}

/* --- the object --- */

static void
trash_changed_cb (MageResultsPage *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

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
  g_clear_object (&self->filter);
  G_OBJECT_CLASS (mage_results_page_parent_class)->dispose (object);
}

static void
mage_results_page_class_init (MageResultsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_results_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-results-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MageResultsPage, grid);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, compose_cb);
}

static void
mage_results_page_init (MageResultsPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_grid_view_set_factory (self->grid, factory);
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
  GtkFilterListModel *filtered;
  g_autoptr (GtkNoSelection) selection = NULL;

  self->trash = mage_result_trash_get (session);
  self->filter = gtk_custom_filter_new (is_kept_cb, self, NULL);
  filtered = gtk_filter_list_model_new (g_object_ref (results), GTK_FILTER (g_object_ref (self->filter)));
  self->shown = G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (filtered), sorter));
  selection = gtk_no_selection_new (g_object_ref (self->shown));
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->trash, "changed", G_CALLBACK (trash_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (show_count), self, G_CONNECT_SWAPPED);
  show_count (self);
  return GTK_WIDGET (self);
}

/** mage_results_page_get_n_shown: how many videos are in the grid. */
guint
mage_results_page_get_n_shown (MageResultsPage *self)
{
  return g_list_model_get_n_items (self->shown);
}
