/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-frame.h"

#include "ui/mage-compose-page.h"
#include "ui/mage-empty-page.h"
#include "ui/mage-fusion-page.h"
#include "ui/mage-inspector.h"
#include "ui/mage-job-bar.h"
#include "ui/mage-motion-page.h"
#include "ui/mage-results-page.h"
#include "ui/mage-sidebar.h"
#include "ui/mage-subject-page.h"

#include <glib/gi18n.h>

/* What the window shows of an open project: sidebar, page, inspector and job bar. */

struct _MageFrame
{
  AdwBreakpointBin parent_instance;

  AdwNavigationSplitView *split;
  AdwNavigationPage *content_page;
  AdwNavigationView *views;
  AdwNavigationPage *main_page;
  AdwOverlaySplitView *overlay;
  AdwWindowTitle *page_title;
  AdwBin *page_header;
  AdwBin *page_bin;
  AdwBanner *banner;
  GtkLabel *title;
  GtkWidget *undo;
  GtkWidget *redo;
  GtkWidget *show_inspector;
  MageSidebar *sidebar;
  MageInspector *inspector;
  MageJobBar *job_bar;

  MageSession *session;
  MagePage *page;
  int width; /* allocated last */
  GHashTable *pages; /* what is shown → its page, so that it comes back as it was left */
};

G_DEFINE_FINAL_TYPE (MageFrame, mage_frame, ADW_TYPE_BREAKPOINT_BIN)

/* --- the page --- */

static void
update_title (MageFrame *self)
{
  const char *title = mage_page_get_title (self->page);
  const char *subtitle = mage_page_get_subtitle (self->page);

  adw_window_title_set_title (self->page_title, title != NULL ? title : "");
  adw_window_title_set_subtitle (self->page_title, subtitle != NULL ? subtitle : "");
  adw_navigation_page_set_title (self->content_page, title != NULL && *title != '\0' ? title : "VideoMage");
  adw_navigation_page_set_title (self->main_page, title != NULL && *title != '\0' ? title : "VideoMage");
}

static void
update_header (MageFrame *self)
{
  adw_bin_set_child (self->page_header, mage_page_get_header (self->page));
}

static gboolean
has_inspector (MageFrame *self)
{
  return mage_page_get_inspects (self->page) != MAGE_STALE_NOTHING || mage_page_get_settings (self->page) != NULL;
}

static void
inspector_shown_cb (MageFrame *self)
{
  gboolean shown = adw_overlay_split_view_get_show_sidebar (self->overlay);

  gtk_widget_set_visible (self->show_inspector, self->page != NULL && has_inspector (self)
                                                    && (!shown || adw_overlay_split_view_get_collapsed (self->overlay)));
}

/* What is hidden for a frame keeps the focus. Before 4.24 GTK would besides keep a reference to all of it
   when it is hidden anew before the focus was moved elsewhere. */
static void
keep_focus (MageFrame *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL)
    gtk_root_set_focus (root, focus);
}

/* A page without settings has the whole width. */
static void
update_inspector (MageFrame *self)
{
  gboolean wanted = has_inspector (self) && !adw_overlay_split_view_get_collapsed (self->overlay);

  if (wanted != adw_overlay_split_view_get_show_sidebar (self->overlay))
    {
      /* Another page is another page at once: what is not mapped does not slide. */
      keep_focus (self);
      gtk_widget_set_visible (GTK_WIDGET (self->overlay), FALSE);
      adw_overlay_split_view_set_show_sidebar (self->overlay, wanted);
      gtk_widget_set_visible (GTK_WIDGET (self->overlay), TRUE);
      keep_focus (self);
    }
  inspector_shown_cb (self);
}

static void
collapsed_cb (MageFrame *self)
{
  if (self->page != NULL)
    update_inspector (self);
}

static void
show_page (MageFrame *self, MagePage *page)
{
  if (self->page == page)
    return;
  if (self->page != NULL)
    g_signal_handlers_disconnect_by_data (self->page, self);
  adw_bin_set_child (self->page_header, NULL);
  g_set_object (&self->page, page);
  adw_navigation_view_pop_to_page (self->views, self->main_page);
  adw_bin_set_child (self->page_bin, GTK_WIDGET (page));
  mage_inspector_set_page (self->inspector, page);
  g_signal_connect_swapped (page, "notify::title", G_CALLBACK (update_title), self);
  g_signal_connect_swapped (page, "notify::subtitle", G_CALLBACK (update_title), self);
  g_signal_connect_swapped (page, "notify::header", G_CALLBACK (update_header), self);
  g_signal_connect_swapped (page, "notify::inspects", G_CALLBACK (update_inspector), self);
  g_signal_connect_swapped (page, "notify::settings", G_CALLBACK (update_inspector), self);
  update_title (self);
  update_header (self);
  update_inspector (self);
}

static GtkWidget *
make_page (MageFrame *self)
{
  MageTrainable *item = mage_session_get_item (self->session);

  switch (mage_session_get_place (self->session))
    {
    case MAGE_PLACE_ITEM:
      if (MAGE_IS_SUBJECT (item))
        return mage_subject_page_new (self->session, MAGE_SUBJECT (item));
      return mage_motion_page_new (self->session, MAGE_MOTION (item));
    case MAGE_PLACE_FUSION:
      return mage_fusion_page_new (self->session);
    case MAGE_PLACE_COMPOSE:
      return mage_compose_page_new (self->session);
    case MAGE_PLACE_RESULTS:
      return mage_results_page_new (self->session);
    case MAGE_PLACE_NOTHING:
    default:
      return mage_empty_page_new (self->session);
    }
}

static gpointer
get_key (MageFrame *self)
{
  MageTrainable *item = mage_session_get_item (self->session);

  return item != NULL ? (gpointer) item : GUINT_TO_POINTER (mage_session_get_place (self->session) + 1);
}

static void
update_place (MageFrame *self)
{
  gpointer key = get_key (self);
  GtkWidget *page = g_hash_table_lookup (self->pages, key);

  if (page == NULL)
    {
      page = g_object_ref_sink (make_page (self));
      g_hash_table_insert (self->pages, key, page);
    }
  show_page (self, MAGE_PAGE (page));
}

static gboolean
is_in (GListStore *list, gpointer item)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (item, g_list_model_get_item_type (G_LIST_MODEL (list)))
         && g_list_store_find (list, item, NULL);
}

/* Pages of what is gone for now go with it. */
static void
items_changed_cb (MageFrame *self)
{
  MageProject *project = mage_session_get_project (self->session);
  GHashTableIter iter;
  gpointer key;
  gpointer page;

  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, &key, &page))
    if (key > GUINT_TO_POINTER (MAGE_PLACE_RESULTS + 1) && page != self->page
        && !is_in (mage_project_get_subjects (project), key) && !is_in (mage_project_get_motions (project), key))
      g_hash_table_iter_remove (&iter);
}

static void
push_page_cb (MageFrame *self, AdwNavigationPage *page)
{
  adw_navigation_view_push (self->views, page);
}

static void
show_content_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_navigation_split_view_set_show_content (MAGE_FRAME (widget)->split, TRUE);
}

/* --- undo --- */

static void
update_undo (MageFrame *self)
{
  MageHistory *history = mage_session_get_history (self->session);
  const char *undo = mage_history_get_undo_label (history);
  const char *redo = mage_history_get_redo_label (history);
  /* Translators: %s is what would be undone, such as “Rename Subject” */
  g_autofree char *undo_text = undo != NULL ? g_strdup_printf (_("Undo: %s"), undo) : g_strdup (_("Undo"));
  g_autofree char *redo_text = redo != NULL ? g_strdup_printf (_("Redo: %s"), redo) : g_strdup (_("Redo"));

  gtk_widget_set_tooltip_text (self->undo, undo_text);
  gtk_widget_set_tooltip_text (self->redo, redo_text);
}

/* --- what was not finished --- */

static void
resume_cb (MageFrame *self)
{
  mage_session_resume (self->session, TRUE);
}

/* "The training of <toy> and 2 videos were not finished" */
static char *
dup_unfinished_words (const char *const *unfinished, guint n_videos)
{
  g_autofree char *names = g_strjoinv (", ", (GStrv) unfinished);

  if (n_videos == 0)
    return g_strdup_printf (_("The training of %s was not finished"), names);
  if (unfinished[0] == NULL)
    return g_strdup_printf (ngettext ("%u video was not finished", "%u videos were not finished", n_videos), n_videos);
  return g_strdup_printf (ngettext ("The training of %s and %u video were not finished", "The training of %s and %u videos were not finished",
                                    n_videos), names, n_videos);
}

static void
offer_unfinished (MageFrame *self)
{
  const char *const *unfinished = mage_session_get_unfinished (self->session);
  guint n_videos = mage_session_count_unfinished_videos (self->session);
  g_autofree char *text = dup_unfinished_words (unfinished, n_videos);

  adw_banner_set_revealed (self->banner, unfinished[0] != NULL || n_videos > 0);
  if (unfinished[0] != NULL || n_videos > 0)
    adw_banner_set_title (self->banner, text);
}

/* --- the object --- */

static void
mage_frame_dispose (GObject *object)
{
  MageFrame *self = MAGE_FRAME (object);

  if (self->page != NULL)
    g_signal_handlers_disconnect_by_data (self->page, self);
  if (self->inspector != NULL)
    mage_inspector_set_page (self->inspector, NULL);
  g_clear_object (&self->page);
  g_clear_pointer (&self->pages, g_hash_table_unref);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_FRAME);
  G_OBJECT_CLASS (mage_frame_parent_class)->dispose (object);
}

/* AdwBreakpointBin takes a picture of what is shown when a breakpoint is crossed. Settings that begin to slide over
   the page in this frame show their shadow after it should have got its size; so it is shown before. */
static void
mage_frame_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MageFrame *self = MAGE_FRAME (widget);
  GtkWidget *overlay = GTK_WIDGET (self->overlay);

  if (width != self->width && gtk_widget_get_mapped (overlay) && adw_overlay_split_view_get_collapsed (self->overlay)
      && adw_overlay_split_view_get_show_sidebar (self->overlay))
    {
      gtk_widget_queue_allocate (overlay);
      gtk_widget_allocate (overlay, gtk_widget_get_width (overlay), gtk_widget_get_height (overlay), -1, NULL);
    }
  self->width = width;
  GTK_WIDGET_CLASS (mage_frame_parent_class)->size_allocate (widget, width, height, baseline);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MageFrame, split);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, content_page);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, views);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, main_page);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, overlay);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, page_title);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, page_header);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, page_bin);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, banner);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, title);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, undo);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, redo);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, show_inspector);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, sidebar);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, inspector);
  gtk_widget_class_bind_template_child (widget_class, MageFrame, job_bar);
}

static void
mage_frame_class_init (MageFrameClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_frame_dispose;
  widget_class->size_allocate = mage_frame_size_allocate;
  g_type_ensure (MAGE_TYPE_SIDEBAR);
  g_type_ensure (MAGE_TYPE_INSPECTOR);
  g_type_ensure (MAGE_TYPE_JOB_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-frame.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, inspector_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, resume_cb);
  gtk_widget_class_install_action (widget_class, "frame.show-content", NULL, show_content_action);
}

static void
mage_frame_init (MageFrame *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->pages = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  g_signal_connect_swapped (self->overlay, "notify::collapsed", G_CALLBACK (collapsed_cb), self);
  g_signal_connect (self, "notify::current-breakpoint", G_CALLBACK (keep_focus), NULL);
}

static void
follow_session (MageFrame *self)
{
  MageProject *project = mage_session_get_project (self->session);
  MageHistory *history = mage_session_get_history (self->session);

  g_object_bind_property (project, "name", self->title, "label", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->session, "notify::place", G_CALLBACK (update_place), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::item", G_CALLBACK (update_place), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "unfinished", G_CALLBACK (offer_unfinished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "push-page", G_CALLBACK (push_page_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_subjects (project), "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_motions (project), "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (history, "notify", G_CALLBACK (update_undo), self, G_CONNECT_SWAPPED);
}

/** mage_frame_new: the frame of an open project. */
GtkWidget *
mage_frame_new (MageSession *session)
{
  MageFrame *self = g_object_new (MAGE_TYPE_FRAME, NULL);

  self->session = g_object_ref (session);
  follow_session (self);
  mage_sidebar_set_session (self->sidebar, session);
  mage_job_bar_set_session (self->job_bar, session);
  update_undo (self);
  update_place (self);
  offer_unfinished (self);
  return GTK_WIDGET (self);
}

/** mage_frame_get_page: Returns: (transfer none): the page that is shown */
MagePage *
mage_frame_get_page (MageFrame *self)
{
  return self->page;
}

/** mage_frame_get_pushed: Returns: (transfer none) (nullable): what is shown over the page */
GtkWidget *
mage_frame_get_pushed (MageFrame *self)
{
  AdwNavigationPage *shown = adw_navigation_view_get_visible_page (self->views);

  return shown != NULL && shown != self->main_page ? GTK_WIDGET (shown) : NULL;
}

/** mage_frame_toggle_inspector: shows or hides the settings of what is shown. */
void
mage_frame_toggle_inspector (MageFrame *self)
{
  if (has_inspector (self))
    adw_overlay_split_view_set_show_sidebar (self->overlay, !adw_overlay_split_view_get_show_sidebar (self->overlay));
}
