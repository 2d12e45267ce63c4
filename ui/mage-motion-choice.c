/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-motion-choice.h"

#include "ui/mage-identity.h"

#include <glib/gi18n.h>

/* Which of the project's motions the next video has, or none: what the draft says, and what is said to it. */

struct _MageMotionChoice
{
  AdwBin parent_instance;

  MageProject *project;
  MageDraft *draft;       /* the session's */
  GtkDropDown *list;
  GtkStringList *names;
  gboolean filling;       /* nobody chooses now */
};

G_DEFINE_FINAL_TYPE (MageMotionChoice, mage_motion_choice, ADW_TYPE_BIN)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GListStore *
get_motions (MageMotionChoice *self)
{
  return mage_project_get_motions (self->project);
}

static void
selected_cb (MageMotionChoice *self)
{
  MageMotion *motion = mage_motion_choice_get_motion (self);

  if (!self->filling)
    mage_draft_set_motion (self->draft, motion != NULL ? mage_trainable_get_name (MAGE_TRAINABLE (motion)) : "");
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
fill (MageMotionChoice *self)
{
  GListModel *motions = G_LIST_MODEL (get_motions (self));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  g_strv_builder_add (builder, _("None"));
  for (guint i = 0; i < g_list_model_get_n_items (motions); i++)
    {
      g_autoptr (MageTrainable) motion = g_list_model_get_item (motions, i);

      g_strv_builder_take (builder, mage_identity_dup_title (motion));
    }
  names = g_strv_builder_end (builder);
  self->filling = TRUE;
  gtk_string_list_splice (self->names, 0, g_list_model_get_n_items (G_LIST_MODEL (self->names)), (const char *const *) names);
  self->filling = FALSE;
  mage_motion_choice_refresh (self);
}

/* --- the object --- */

static void
mage_motion_choice_dispose (GObject *object)
{
  MageMotionChoice *self = MAGE_MOTION_CHOICE (object);

  g_clear_object (&self->names);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (mage_motion_choice_parent_class)->dispose (object);
}

static void
mage_motion_choice_class_init (MageMotionChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_motion_choice_dispose;
  /** MageMotionChoice::changed: another motion, or the same one in another list. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mage_motion_choice_init (MageMotionChoice *self)
{
  self->names = gtk_string_list_new (NULL);
  self->list = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (g_object_ref (self->names)), NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Motion"), -1);
  g_signal_connect_object (self->list, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
}

/** mage_motion_choice_set_session: once. */
void
mage_motion_choice_set_session (MageMotionChoice *self, MageSession *session)
{
  g_return_if_fail (self->project == NULL);

  self->project = g_object_ref (mage_session_get_project (session));
  self->draft = mage_draft_get (session);
  g_signal_connect_object (get_motions (self), "items-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->draft, "notify::motion", G_CALLBACK (mage_motion_choice_refresh), self, G_CONNECT_SWAPPED);
  fill (self);
}

/** mage_motion_choice_get_motion: Returns: (transfer none) (nullable) */
MageMotion *
mage_motion_choice_get_motion (MageMotionChoice *self)
{
  guint selected = gtk_drop_down_get_selected (self->list);
  g_autoptr (MageMotion) motion = NULL;

  /* The first entry is none. */
  if (selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return NULL;
  motion = g_list_model_get_item (G_LIST_MODEL (get_motions (self)), selected - 1);
  return motion;
}

/** mage_motion_choice_refresh: looks again at what the draft says: while nobody chose, that depends on what is trained. */
void
mage_motion_choice_refresh (MageMotionChoice *self)
{
  MageMotion *motion = mage_draft_find_motion (self->draft, self->project);
  guint position;

  self->filling = TRUE;
  gtk_drop_down_set_selected (self->list, motion != NULL && g_list_store_find (get_motions (self), motion, &position) ? position + 1 : 0);
  self->filling = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}
