/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-edits.h"

#include <glib/gi18n.h>

/*
 * Watches a project: what changes until the main loop comes round becomes one edit of its history,
 * under the name that was announced for it.
 */

/* Edits of the same thing join when they follow within this time, in microseconds. */
#define MERGE_TIME (2 * G_USEC_PER_SEC)

struct _MageEdits
{
  GObject parent_instance;

  MageHistory *history;
  char *label;        /* of the edit that is going on */
  char *key;
  gint64 merged;      /* when the last joined edit was */
  guint generation;
  guint commit_idle;
};

G_DEFINE_FINAL_TYPE (MageEdits, mage_edits, G_TYPE_OBJECT)

enum
{
  CHANGED,
  REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
tell (MageEdits *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
commit_cb (gpointer data)
{
  MageEdits *self = data;

  self->commit_idle = 0;
  mage_edits_commit (self);
}

static void
schedule_commit (MageEdits *self)
{
  if (self->commit_idle == 0)
    self->commit_idle = g_idle_add_once (commit_cb, self);
}

/* --- watching --- */

/* A run that ends or begins is no edit, and yet has to be saved. */
static void
changed_cb (MageEdits *self)
{
  schedule_commit (self);
  tell (self);
}

static void items_changed_cb (MageEdits *self, guint position, guint removed, guint added, GListModel *list);

static void
watch_list (MageEdits *self, GListModel *list)
{
  g_signal_connect_object (list, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    items_changed_cb (self, i, 0, 1, list);
}

static void
watch_item (MageEdits *self, GObject *item)
{
  /* An item that comes back by undo is watched already. */
  if (g_signal_handler_find (item, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL, changed_cb, self) != 0)
    return;
  g_signal_connect_object (item, "notify", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  if (MAGE_IS_SUBJECT (item))
    watch_list (self, G_LIST_MODEL (mage_subject_get_pictures (MAGE_SUBJECT (item))));
  else if (MAGE_IS_MOTION (item))
    watch_list (self, G_LIST_MODEL (mage_motion_get_things (MAGE_MOTION (item))));
}

static void
items_changed_cb (MageEdits *self, guint position, guint removed, guint added, GListModel *list)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      watch_item (self, item);
    }
  if (removed > 0)
    g_signal_emit (self, signals[REMOVED], 0, position, list);
  changed_cb (self);
}

/* --- the object --- */

static void
mage_edits_dispose (GObject *object)
{
  MageEdits *self = MAGE_EDITS (object);

  g_clear_handle_id (&self->commit_idle, g_source_remove);
  g_clear_object (&self->history);
  G_OBJECT_CLASS (mage_edits_parent_class)->dispose (object);
}

static void
mage_edits_finalize (GObject *object)
{
  MageEdits *self = MAGE_EDITS (object);

  g_free (self->label);
  g_free (self->key);
  G_OBJECT_CLASS (mage_edits_parent_class)->finalize (object);
}

static void
mage_edits_class_init (MageEditsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_edits_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_edits_finalize;
  /** MageEdits::changed: there is something to save. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  /** MageEdits::removed: @position, @list: something went from there. */
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_LIST_MODEL);
}

static void
mage_edits_init (MageEdits *self)
{
}

MageEdits *
mage_edits_new (MageProject *project)
{
  MageEdits *self = g_object_new (MAGE_TYPE_EDITS, NULL);

  self->history = mage_history_new (project);
  g_signal_connect_object (mage_project_get_params (project), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (project, "notify::model-dir", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (project, "notify::prior-dir", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_fusion (project), "notify", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  watch_list (self, G_LIST_MODEL (mage_project_get_subjects (project)));
  watch_list (self, G_LIST_MODEL (mage_project_get_motions (project)));
  g_signal_connect_object (mage_project_get_results (project), "items-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_clear_handle_id (&self->commit_idle, g_source_remove);
  return self;
}

/** mage_edits_get_history: Returns: (transfer none) */
MageHistory *
mage_edits_get_history (MageEdits *self)
{
  return self->history;
}

/**
 * mage_edits_record:
 * @label: what is going to be done, for the user
 * @key: (nullable): what is edited; while the same key comes again soon, all of it is one step
 */
void
mage_edits_record (MageEdits *self, const char *label, const char *key)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *full = NULL;

  if (now - self->merged > MERGE_TIME)
    self->generation++;
  self->merged = now;
  if (key != NULL)
    full = g_strdup_printf ("%s %u", key, self->generation);
  if (self->label != NULL && (g_strcmp0 (self->label, label) != 0 || g_strcmp0 (self->key, full) != 0))
    mage_edits_commit (self);
  g_set_str (&self->label, label);
  g_set_str (&self->key, full);
  schedule_commit (self);
}

/** mage_edits_commit: what changed so far becomes one edit. */
void
mage_edits_commit (MageEdits *self)
{
  g_clear_handle_id (&self->commit_idle, g_source_remove);
  if (mage_history_commit (self->history, self->label != NULL ? self->label : _("Edit"), self->key))
    tell (self);
  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->key, g_free);
}
