/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-seed-choice.h"

#include <glib/gi18n.h>

/* Whether the next video begins with noise of its own, or with that of the last one. */

/* Seeds of six figures can be read out and typed. */
#define SEED_RANGE 1000000

struct _MageSeedChoice
{
  AdwBin parent_instance;

  MageSession *session;
  MageDraft *draft; /* the session's */
  AdwToggleGroup *mode;
  GtkLabel *seed;
};

G_DEFINE_FINAL_TYPE (MageSeedChoice, mage_seed_choice, ADW_TYPE_BIN)

static MageParams *
get_params (MageSeedChoice *self)
{
  return mage_project_get_params (mage_session_get_project (self->session));
}

static void
show (MageSeedChoice *self)
{
  g_autofree char *text = mage_params_dup_text (get_params (self), "seed");
  gboolean locked = mage_draft_get_seed_locked (self->draft);

  adw_toggle_group_set_active_name (self->mode, locked ? "locked" : "new");
  gtk_label_set_text (self->seed, locked ? text : "");
}

static void
mode_cb (MageSeedChoice *self)
{
  mage_draft_set_seed_locked (self->draft, g_strcmp0 (adw_toggle_group_get_active_name (self->mode), "locked") == 0);
}

static void
mage_seed_choice_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MAGE_TYPE_SEED_CHOICE);
  g_clear_object (&MAGE_SEED_CHOICE (object)->session);
  G_OBJECT_CLASS (mage_seed_choice_parent_class)->dispose (object);
}

static void
mage_seed_choice_class_init (MageSeedChoiceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_seed_choice_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-seed-choice.ui");
  gtk_widget_class_bind_template_child (widget_class, MageSeedChoice, mode);
  gtk_widget_class_bind_template_child (widget_class, MageSeedChoice, seed);
}

static void
mage_seed_choice_init (MageSeedChoice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_seed_choice_set_session: once. */
void
mage_seed_choice_set_session (MageSeedChoice *self, MageSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->draft = mage_draft_get (session);
  g_signal_connect_object (get_params (self), "changed::seed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->draft, "notify::seed-locked", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  g_signal_connect_object (self->mode, "notify::active", G_CALLBACK (mode_cb), self, G_CONNECT_SWAPPED);
}

/** mage_seed_choice_renew: before a video: another seed, unless it is locked. */
void
mage_seed_choice_renew (MageSeedChoice *self)
{
  if (mage_draft_get_seed_locked (self->draft))
    return;
  mage_session_record_merged (self->session, _("New Seed"), "seed");
  mage_params_set_int (get_params (self), "seed", g_random_int_range (0, SEED_RANGE), NULL);
}
