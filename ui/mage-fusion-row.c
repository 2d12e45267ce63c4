/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-fusion-row.h"

#include "ui/mage-job-words.h"
#include "ui/mage-identity.h"
#include "ui/mage-state-mark.h"
#include "ui/mage-thumbnail.h"

#include <glib/gi18n.h>

/* A subject that is fused: who it is, and whether it is trained, which comes first. */

#define THUMBNAIL 40

struct _MageFusionRow
{
  AdwActionRow parent_instance;

  MageSession *session;
  MageTrainable *subject;
  MageJob *job;
  GtkWidget *mark;
  GtkWidget *train;
};

G_DEFINE_FINAL_TYPE (MageFusionRow, mage_fusion_row, ADW_TYPE_ACTION_ROW)

static char *
dup_state (MageFusionRow *self)
{
  MageRun *run = mage_trainable_get_run (self->subject);

  if (self->job != NULL && mage_job_get_state (self->job) == MAGE_JOB_QUEUED)
    return g_strdup (_("waits to be trained"));
  if (self->job != NULL && (mage_job_names_phase (self->job) || mage_job_get_state (self->job) == MAGE_JOB_PAUSED))
    return mage_job_dup_progress_words (self->job);
  if (self->job != NULL)
    return g_strdup_printf (_("is being trained, step %u of %u"), mage_job_get_step (self->job), mage_job_get_n_steps (self->job));
  switch (mage_trainable_get_state (self->subject))
    {
    case MAGE_TRAINED:
      return g_strdup (_("trained"));
    case MAGE_STALE:
      return g_strdup (_("changed since it was trained"));
    case MAGE_PARTIAL:
      return g_strdup_printf (_("stopped at step %u of %u"), mage_run_get_step (run), mage_run_get_n_steps (run));
    case MAGE_UNTRAINED:
    default:
      return g_strdup (_("not trained yet"));
    }
}

static double
get_fraction (MageFusionRow *self)
{
  MageRun *run = mage_trainable_get_run (self->subject);

  if (self->job != NULL && mage_job_get_n_steps (self->job) > 0)
    return (double) mage_job_get_step (self->job) / mage_job_get_n_steps (self->job);
  return run != NULL ? (double) mage_run_get_step (run) / MAX (1, mage_run_get_n_steps (run)) : 0;
}

static const char *
get_action (MageTrainState state)
{
  if (state == MAGE_PARTIAL)
    return _("Continue");
  return state == MAGE_STALE ? _("Train Again") : _("Train");
}

static void
show_title (MageFusionRow *self)
{
  GdkRGBA colour;
  g_autofree char *title = NULL;

  mage_identity_get_colour (self->subject, adw_style_manager_get_dark (adw_style_manager_get_default ()), &colour);
  title = g_markup_printf_escaped ("<span foreground=\"#%02x%02x%02x\">●</span>  %s", (guint) (colour.red * 255),
                                   (guint) (colour.green * 255), (guint) (colour.blue * 255),
                                   mage_trainable_get_token (self->subject));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
}

static void
show_state (MageFusionRow *self)
{
  MageTrainState state = mage_trainable_get_state (self->subject);
  g_autofree char *words = dup_state (self);
  g_autofree char *subtitle = g_markup_printf_escaped ("%s · %s", mage_trainable_get_superclass (self->subject), words);

  show_title (self);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  mage_state_mark_set (MAGE_STATE_MARK (self->mark), state, get_fraction (self), self->job != NULL);
  gtk_button_set_label (GTK_BUTTON (self->train), get_action (state));
  gtk_widget_set_visible (self->train, self->job == NULL && state != MAGE_TRAINED);
}

static void
find_job (MageFusionRow *self)
{
  MageJob *job = mage_session_find_job (self->session, self->subject);

  if (job == self->job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    {
      g_signal_connect_swapped (job, "progressed", G_CALLBACK (show_state), self);
      g_signal_connect_swapped (job, "notify::state", G_CALLBACK (show_state), self);
    }
  show_state (self);
}

static void
train_cb (MageFusionRow *self)
{
  mage_session_train (self->session, self->subject);
}

static void
mage_fusion_row_activate (AdwActionRow *row)
{
  MageFusionRow *self = MAGE_FUSION_ROW (row);

  mage_session_show_item (self->session, self->subject);
}

static void
mage_fusion_row_dispose (GObject *object)
{
  MageFusionRow *self = MAGE_FUSION_ROW (object);

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->subject);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_fusion_row_parent_class)->dispose (object);
}

static void
mage_fusion_row_class_init (MageFusionRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_fusion_row_dispose;
  ADW_ACTION_ROW_CLASS (klass)->activate = mage_fusion_row_activate;
}

static void
mage_fusion_row_init (MageFusionRow *self)
{
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self), 1);
  self->train = gtk_button_new ();
  gtk_widget_set_valign (self->train, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->train, "clicked", G_CALLBACK (train_cb), self, G_CONNECT_SWAPPED);
  self->mark = mage_state_mark_new ();
  gtk_widget_set_valign (self->mark, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->train);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->mark);
}

/** mage_fusion_row_new: the row of @subject; activating it shows the subject's page. */
GtkWidget *
mage_fusion_row_new (MageSession *session, MageTrainable *subject)
{
  MageFusionRow *self = g_object_new (MAGE_TYPE_FUSION_ROW, NULL);
  GtkWidget *face = mage_thumbnail_new (THUMBNAIL, THUMBNAIL);

  self->session = g_object_ref (session);
  self->subject = g_object_ref (subject);
  mage_thumbnail_set_object (MAGE_THUMBNAIL (face), G_OBJECT (subject));
  gtk_widget_set_valign (face, GTK_ALIGN_CENTER);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), face);
  g_signal_connect_object (subject, "notify", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed", G_CALLBACK (find_job),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (show_title), self, G_CONNECT_SWAPPED);
  show_state (self);
  find_job (self);
  return GTK_WIDGET (self);
}
