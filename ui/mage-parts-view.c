/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-parts-view.h"

#include "ui/mage-part-row.h"
#include "ui/mage-parts.h"

/*
 * The parts of a motion, side by side where there is room. Whenever a part is played by another, by
 * choice, by undo or by another word of a subject, it says so.
 */

struct _MagePartsView
{
  AdwBin parent_instance;

  MageSession *session;
  MageMotion *motion;
  GtkWidget *box;
  GStrv words; /* as they were told last */
};

G_DEFINE_FINAL_TYPE (MagePartsView, mage_parts_view, ADW_TYPE_BIN)

enum
{
  RECAST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
tell (MagePartsView *self)
{
  g_auto (GStrv) before = g_steal_pointer (&self->words);

  self->words = mage_parts_dup_words (mage_session_get_project (self->session), self->motion);
  if (before != NULL && !g_strv_equal ((const char *const *) before, (const char *const *) self->words))
    g_signal_emit (self, signals[RECAST], 0, before, self->words);
}

static void
list_parts (MagePartsView *self)
{
  GListModel *things = self->motion != NULL ? G_LIST_MODEL (mage_motion_get_things (self->motion)) : NULL;
  guint n = things != NULL ? g_list_model_get_n_items (things) : 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    adw_wrap_box_remove (ADW_WRAP_BOX (self->box), child);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageThing) thing = g_list_model_get_item (things, i);

      adw_wrap_box_append (ADW_WRAP_BOX (self->box), mage_part_row_new (self->session, self->motion, thing));
      g_signal_handlers_disconnect_by_func (thing, tell, self);
      g_signal_connect_object (thing, "notify::part", G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

/* Another number of parts is another prompt; there is nothing to put into the one that is there. */
static void
things_changed_cb (MagePartsView *self)
{
  g_clear_pointer (&self->words, g_strfreev);
  list_parts (self);
  tell (self);
}

static void
subjects_changed_cb (MagePartsView *self)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (mage_session_get_project (self->session)));

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (GObject) subject = g_list_model_get_item (subjects, i);

      g_signal_handlers_disconnect_by_func (subject, subjects_changed_cb, self);
      g_signal_connect_object (subject, "notify::token", G_CALLBACK (subjects_changed_cb), self, G_CONNECT_SWAPPED);
    }
  if (self->motion != NULL)
    tell (self);
}

static void
mage_parts_view_dispose (GObject *object)
{
  MagePartsView *self = MAGE_PARTS_VIEW (object);

  if (self->motion != NULL)
    g_signal_handlers_disconnect_by_data (mage_motion_get_things (self->motion), self);
  g_clear_object (&self->motion);
  g_clear_object (&self->session);
  g_clear_pointer (&self->words, g_strfreev);
  G_OBJECT_CLASS (mage_parts_view_parent_class)->dispose (object);
}

static void
mage_parts_view_class_init (MagePartsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_parts_view_dispose;
  /** MagePartsView::recast: @before, @after: the words of the parts; see mage_parts_recast(). */
  signals[RECAST] = g_signal_new ("recast", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRV, G_TYPE_STRV);
}

static void
mage_parts_view_init (MagePartsView *self)
{
  self->box = adw_wrap_box_new ();
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (self->box), 22);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (self->box), 8);
  adw_bin_set_child (ADW_BIN (self), self->box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/** mage_parts_view_set_session: once. */
void
mage_parts_view_set_session (MagePartsView *self, MageSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (mage_project_get_subjects (mage_session_get_project (session)), "items-changed",
                           G_CALLBACK (subjects_changed_cb), self, G_CONNECT_SWAPPED);
  subjects_changed_cb (self);
}

/** mage_parts_view_set_motion: @motion: (nullable): whose parts are shown. */
void
mage_parts_view_set_motion (MagePartsView *self, MageMotion *motion)
{
  if (self->motion == motion)
    return;
  if (self->motion != NULL)
    g_signal_handlers_disconnect_by_data (mage_motion_get_things (self->motion), self);
  g_set_object (&self->motion, motion);
  g_clear_pointer (&self->words, g_strfreev);
  list_parts (self);
  if (motion == NULL)
    return;
  g_signal_connect_swapped (mage_motion_get_things (motion), "items-changed", G_CALLBACK (things_changed_cb), self);
  tell (self);
}
