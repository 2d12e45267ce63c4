/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-training-words.h"

#include "project/mage-fusion.h"
#include "ui/mage-job-words.h"
#include "ui/mage-stopped-run.h"

#include <glib/gi18n.h>

/* What is said about a training: how far it is, or what there is, and the one thing to do about it. */

/** mage_training_words_dup_running: Returns: (transfer full): how far @job is, that trains it now */
char *
mage_training_words_dup_running (MageJob *job)
{
  g_autofree char *progress = mage_job_dup_progress_words (job);
  g_autofree char *rate = mage_job_dup_rate_words (job);
  g_autofree char *left = mage_job_dup_time_words (job);
  const char *phase = mage_job_get_n_steps (job) > 0 ? mage_job_get_phase (job) : NULL;
  gboolean own = g_strcmp0 (phase, mage_job_get_title (job)) == 0;
  g_autoptr (GString) text = g_string_new (NULL);

  /* That it is this one that trains is said by the heading. */
  if (phase != NULL && !own && !mage_job_names_phase (job) && mage_job_get_state (job) == MAGE_JOB_RUNNING)
    g_string_append_printf (text, "%s, ", _(phase));
  g_string_append (text, progress);
  if (*rate != '\0')
    g_string_append_printf (text, " · %s", rate);
  if (*left != '\0')
    g_string_append_printf (text, " · %s", left);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
dup_trained_words (MageTrainable *item, guint n)
{
  if (MAGE_IS_FUSION (item))
    return g_strdup_printf (ngettext ("Fused, %u step", "Fused, %u steps", n), n);
  return g_strdup_printf (ngettext ("Trained, %u step", "Trained, %u steps", n), n);
}

/* A run that was stopped, and does not fit any more, is of no use but to be looked at. */
static const char *
get_untrained_words (MageTrainable *item)
{
  MageRun *run = mage_trainable_get_run (item);

  if (run != NULL && mage_run_get_step (run) > 0)
    return MAGE_IS_FUSION (item) ? _("The fusion was stopped, and the subjects or the settings have changed since. It begins anew.")
                                 : _("The training was stopped, and what it learns from has changed since. It begins anew.");
  return MAGE_IS_FUSION (item) ? _("Not fused yet") : _("Not trained yet");
}

/** mage_training_words_dup_resting: Returns: (transfer full): what there is, while nothing trains it */
char *
mage_training_words_dup_resting (MageTrainable *item)
{
  gboolean fusion = MAGE_IS_FUSION (item);

  switch (mage_stopped_run_get_state (item))
    {
    case MAGE_PARTIAL:
      return mage_stopped_run_dup_words (item);
    case MAGE_TRAINED:
      return dup_trained_words (item, mage_run_get_n_steps (mage_trainable_get_run (item)));
    case MAGE_STALE:
      return g_strdup (fusion ? _("The subjects or the settings have changed since. Fuse again to use the change.")
                              : _("What it was trained from has changed since. Train it again to use the change."));
    case MAGE_UNTRAINED:
    default:
      return g_strdup (get_untrained_words (item));
    }
}

/** mage_training_words_get_action: the one thing to do about it, with a mnemonic. */
const char *
mage_training_words_get_action (MageTrainable *item)
{
  gboolean fusion = MAGE_IS_FUSION (item);

  switch (mage_stopped_run_get_state (item))
    {
    case MAGE_PARTIAL:
      return _("_Continue");
    case MAGE_TRAINED:
    case MAGE_STALE:
      return fusion ? _("_Fuse Again") : _("_Train Again");
    case MAGE_UNTRAINED:
    default:
      return fusion ? _("_Fuse") : _("_Train");
    }
}
