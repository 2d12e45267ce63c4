/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-progress.h"

#include "ui/mage-job-words.h"

#include <glib/gi18n.h>

/* What is waited for while a step that was chosen is looked at, how far that is, and a way out. */

struct _MageAttentionProgress
{
  AdwBin parent_instance;

  MageAttentionFilm *film;
  MageJob *job;          /* the film's, while it is waited for */

  GtkLabel *words;
  GtkProgressBar *bar;
};

G_DEFINE_FINAL_TYPE (MageAttentionProgress, mage_attention_progress, ADW_TYPE_BIN)

enum
{
  CANCEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What the job does in a branch is one pass of the network, which cannot be counted: its steps are the branches. */
static char *
dup_words (MageAttentionProgress *self)
{
  guint step = mage_attention_film_get_wanted (self->film), n, at;
  const char *phase = self->job != NULL ? mage_job_get_phase (self->job) : NULL;
  g_autofree char *doing = NULL;

  if (phase == NULL || g_strcmp0 (phase, "Looking") != 0)
    {
      doing = self->job != NULL ? mage_job_dup_progress_words (self->job) : g_strdup (_("Waiting"));
      return g_strdup_printf (_("Step %u · %s"), step, doing);
    }
  n = mage_job_get_n_steps (self->job);
  at = mage_job_get_step (self->job);
  if (n < 2)
    return g_strdup_printf (_("Looking at step %u"), step);
  return g_strdup_printf (at == 0 ? _("Looking at step %u · subjects, 1 of 2") : _("Looking at step %u · motion, 2 of 2"), step);
}

static void
show (MageAttentionProgress *self)
{
  guint n = self->job != NULL ? mage_job_get_n_steps (self->job) : 0;
  g_autofree char *words = NULL;

  words = dup_words (self);
  gtk_label_set_text (self->words, words);
  gtk_progress_bar_set_fraction (self->bar, n > 0 ? MIN ((double) mage_job_get_step (self->job) / n, 1) : 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
forget_job (MageAttentionProgress *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

static void
changed_cb (MageAttentionProgress *self)
{
  MageJob *job = mage_attention_film_get_job (self->film);

  if (job != NULL && mage_attention_job_get_step (MAGE_ATTENTION_JOB (job)) != mage_attention_film_get_wanted (self->film))
    job = NULL;
  if (job != self->job)
    {
      forget_job (self);
      if (job != NULL)
        {
          self->job = g_object_ref (job);
          g_signal_connect_swapped (job, "notify", G_CALLBACK (show), self);
        }
    }
  show (self);
}

static void
cancel_cb (MageAttentionProgress *self)
{
  g_signal_emit (self, signals[CANCEL], 0);
}

static void
mage_attention_progress_dispose (GObject *object)
{
  MageAttentionProgress *self = MAGE_ATTENTION_PROGRESS (object);

  forget_job (self);
  if (self->film != NULL)
    g_signal_handlers_disconnect_by_data (self->film, self);
  g_clear_object (&self->film);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_ATTENTION_PROGRESS);
  G_OBJECT_CLASS (mage_attention_progress_parent_class)->dispose (object);
}

static void
mage_attention_progress_class_init (MageAttentionProgressClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_attention_progress_dispose;
  /** MageAttentionProgress::cancel: the user does not want to wait. */
  signals[CANCEL] = g_signal_new ("cancel", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-attention-progress.ui");
  gtk_widget_class_bind_template_child (widget_class, MageAttentionProgress, words);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionProgress, bar);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
mage_attention_progress_init (MageAttentionProgress *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_attention_progress_set_film: once. */
void
mage_attention_progress_set_film (MageAttentionProgress *self, MageAttentionFilm *film)
{
  g_return_if_fail (self->film == NULL);

  self->film = g_object_ref (film);
  g_signal_connect_swapped (film, "changed", G_CALLBACK (changed_cb), self);
  changed_cb (self);
}
