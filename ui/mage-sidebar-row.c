/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sidebar-row.h"

#include "ui/mage-job-words.h"
#include "ui/mage-state-mark.h"
#include "ui/mage-stopped-run.h"
#include "ui/mage-thumbnail.h"

#include "project/mage-name.h"

#include <glib/gi18n.h>

/* A line of the sidebar: a picture or icon, a name, one dim line, and how far its training is. */

#define THUMBNAIL 34

struct _MageSidebarEntry
{
  GObject parent_instance;

  MagePlace place;
  char *title;
  char *icon; /* NULL: the hint of an empty section */
};

G_DEFINE_FINAL_TYPE (MageSidebarEntry, mage_sidebar_entry, G_TYPE_OBJECT)

struct _MageSidebarRow
{
  GtkListBoxRow parent_instance;

  MageSession *session;
  GObject *object;
  GtkWidget *title;
  GtkWidget *subtitle;
  GtkWidget *mark;
  GtkWidget *count;
  MageJob *job; /* the training that runs or waits */
};

G_DEFINE_FINAL_TYPE (MageSidebarRow, mage_sidebar_row, GTK_TYPE_LIST_BOX_ROW)

/* --- the entry --- */

static void
mage_sidebar_entry_finalize (GObject *object)
{
  MageSidebarEntry *self = MAGE_SIDEBAR_ENTRY (object);

  g_free (self->title);
  g_free (self->icon);
  G_OBJECT_CLASS (mage_sidebar_entry_parent_class)->finalize (object);
}

static void
mage_sidebar_entry_class_init (MageSidebarEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_sidebar_entry_finalize;
}

static void
mage_sidebar_entry_init (MageSidebarEntry *self)
{
}

/** mage_sidebar_entry_new: @icon: (nullable): NULL for the hint of an empty section. */
MageSidebarEntry *
mage_sidebar_entry_new (MagePlace place, const char *title, const char *icon)
{
  MageSidebarEntry *self = g_object_new (MAGE_TYPE_SIDEBAR_ENTRY, NULL);

  self->place = place;
  self->title = g_strdup (title);
  self->icon = g_strdup (icon);
  return self;
}

MagePlace
mage_sidebar_entry_get_place (MageSidebarEntry *self)
{
  return self->place;
}

const char *
mage_sidebar_entry_get_title (MageSidebarEntry *self)
{
  return self->title;
}

/* --- the row --- */

/* What the row is about; the fusion's is the whole project. */
static MageTrainable *
get_item (MageSidebarRow *self)
{
  if (MAGE_IS_TRAINABLE (self->object))
    return MAGE_TRAINABLE (self->object);
  if (MAGE_SIDEBAR_ENTRY (self->object)->place == MAGE_PLACE_FUSION)
    return MAGE_TRAINABLE (mage_project_get_fusion (mage_session_get_project (self->session)));
  return NULL;
}

static char *
dup_state (MageTrainable *item, MageJob *job)
{
  MageRun *run = mage_stopped_run_find (item);

  if (job != NULL && mage_job_get_state (job) == MAGE_JOB_QUEUED)
    return g_strdup (_("waiting"));
  if (job != NULL && mage_job_names_phase (job))
    return mage_job_dup_progress_words (job);
  if (job != NULL && mage_job_get_n_steps (job) > 0)
    /* Translators: steps done of all steps */
    return g_strdup_printf (_("%u of %u"), mage_job_get_step (job), mage_job_get_n_steps (job));
  switch (mage_trainable_get_state (item))
    {
    case MAGE_TRAINED:
      return g_strdup (_("trained"));
    case MAGE_STALE:
      return g_strdup (_("changed since"));
    case MAGE_PARTIAL:
      if (run != NULL)
        /* Translators: steps done of all steps; the user can continue */
        return g_strdup_printf (_("%u of %u, continue"), mage_run_get_step (run), mage_run_get_n_steps (run));
      return g_strdup (MAGE_IS_MOTION (item) ? _("clip ready") : _("new"));
    case MAGE_UNTRAINED:
    default:
      return g_strdup (MAGE_IS_MOTION (item) ? _("clip ready") : _("new"));
    }
}

static double
get_fraction (MageTrainable *item, MageJob *job)
{
  MageRun *run = mage_stopped_run_find (item);

  if (job != NULL && mage_job_get_n_steps (job) > 0)
    return (double) mage_job_get_step (job) / mage_job_get_n_steps (job);
  if (run != NULL && mage_run_get_n_steps (run) > 0)
    return (double) mage_run_get_step (run) / mage_run_get_n_steps (run);
  return 0;
}

static void
update_item (MageSidebarRow *self)
{
  MageTrainable *item = get_item (self);
  g_autofree char *title = MAGE_IS_FUSION (item) ? g_strdup (_("Fusion")) : mage_trainable_dup_title (item);
  g_autofree char *state = dup_state (item, self->job);
  g_autofree char *subtitle = MAGE_IS_SUBJECT (item)
                                  ? g_strdup_printf ("%s · %s", mage_trainable_get_superclass (item), state)
                                  : g_strdup (state);
  gboolean running = self->job != NULL && mage_job_get_state (self->job) != MAGE_JOB_QUEUED;

  gtk_label_set_label (GTK_LABEL (self->title), title);
  if (self->subtitle != NULL)
    gtk_label_set_label (GTK_LABEL (self->subtitle), subtitle);
  gtk_widget_set_visible (self->mark, !MAGE_IS_FUSION (item) || mage_fusion_is_possible (MAGE_FUSION (item)));
  mage_state_mark_set (MAGE_STATE_MARK (self->mark), mage_trainable_get_state (item), get_fraction (item, self->job), running);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
}

/** mage_sidebar_row_update: what it shows has changed, or a job began or ended. */
void
mage_sidebar_row_update (MageSidebarRow *self)
{
  MageJob *job;

  if (self->mark == NULL)
    return;
  job = mage_session_find_job (self->session, get_item (self));
  if (job != self->job)
    {
      if (self->job != NULL)
        g_signal_handlers_disconnect_by_func (self->job, update_item, self);
      g_set_object (&self->job, job);
      if (job != NULL)
        {
          g_signal_connect_object (job, "progressed", G_CALLBACK (update_item), self, G_CONNECT_SWAPPED);
          g_signal_connect_object (job, "notify::state", G_CALLBACK (update_item), self, G_CONNECT_SWAPPED);
        }
    }
  update_item (self);
}

static void
update_count (MageSidebarRow *self)
{
  GListModel *results = G_LIST_MODEL (mage_project_get_results (mage_session_get_project (self->session)));
  guint n = g_list_model_get_n_items (results);
  g_autofree char *text = g_strdup_printf ("%u", n);

  gtk_label_set_label (GTK_LABEL (self->count), text);
  gtk_widget_set_visible (self->count, n > 0);
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
build_item (MageSidebarRow *self, GtkWidget *box)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *thumbnail = mage_thumbnail_new (THUMBNAIL, THUMBNAIL);

  gtk_widget_set_valign (thumbnail, GTK_ALIGN_CENTER);
  mage_thumbnail_set_object (MAGE_THUMBNAIL (thumbnail), self->object);
  self->title = make_label (NULL, NULL);
  self->subtitle = make_label (NULL, "dim-line");
  gtk_widget_add_css_class (self->subtitle, "numeric");
  self->mark = mage_state_mark_new ();
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->subtitle);
  gtk_box_append (GTK_BOX (box), thumbnail);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), self->mark);
  g_signal_connect_object (self->object, "notify", G_CALLBACK (mage_sidebar_row_update), self, G_CONNECT_SWAPPED);
  mage_sidebar_row_update (self);
}

static void
build_place (MageSidebarRow *self, MageSidebarEntry *entry, GtkWidget *box)
{
  GtkWidget *icon = gtk_image_new_from_icon_name (entry->icon);

  gtk_widget_set_size_request (icon, THUMBNAIL, -1);
  self->title = make_label (entry->title, NULL);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_widget_add_css_class (GTK_WIDGET (self), "place");
  if (entry->place == MAGE_PLACE_FUSION)
    {
      MageTrainable *fusion = get_item (self);

      self->mark = mage_state_mark_new ();
      gtk_box_append (GTK_BOX (box), self->mark);
      g_signal_connect_object (fusion, "notify", G_CALLBACK (mage_sidebar_row_update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (mage_fusion_get_subjects (MAGE_FUSION (fusion)), "items-changed",
                               G_CALLBACK (mage_sidebar_row_update), self, G_CONNECT_SWAPPED);
      mage_sidebar_row_update (self);
    }
  else if (entry->place == MAGE_PLACE_RESULTS)
    {
      self->count = make_label (NULL, "dim-label");
      gtk_widget_add_css_class (self->count, "numeric");
      gtk_box_append (GTK_BOX (box), self->count);
      g_signal_connect_object (mage_project_get_results (mage_session_get_project (self->session)), "items-changed",
                               G_CALLBACK (update_count), self, G_CONNECT_SWAPPED);
      update_count (self);
    }
}

static void
build_hint (MageSidebarRow *self, MageSidebarEntry *entry, GtkWidget *box)
{
  self->title = make_label (entry->title, "dim-line");
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (self->title), TRUE);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_widget_add_css_class (GTK_WIDGET (self), "hint");
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

static void
mage_sidebar_row_dispose (GObject *object)
{
  MageSidebarRow *self = MAGE_SIDEBAR_ROW (object);

  g_clear_object (&self->job);
  g_clear_object (&self->object);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_sidebar_row_parent_class)->dispose (object);
}

static void
mage_sidebar_row_class_init (MageSidebarRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_sidebar_row_dispose;
}

static void
mage_sidebar_row_init (MageSidebarRow *self)
{
}

/** mage_sidebar_row_new: @object: a MageSubject, MageMotion or MageSidebarEntry. */
GtkWidget *
mage_sidebar_row_new (MageSession *session, GObject *object)
{
  MageSidebarRow *self = g_object_new (MAGE_TYPE_SIDEBAR_ROW, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->session = g_object_ref (session);
  self->object = g_object_ref (object);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  if (MAGE_IS_TRAINABLE (object))
    build_item (self, box);
  else if (MAGE_SIDEBAR_ENTRY (object)->icon != NULL)
    build_place (self, MAGE_SIDEBAR_ENTRY (object), box);
  else
    build_hint (self, MAGE_SIDEBAR_ENTRY (object), box);
  return GTK_WIDGET (self);
}

GObject *
mage_sidebar_row_get_object (MageSidebarRow *self)
{
  return self->object;
}
