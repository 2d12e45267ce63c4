/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-job-words.h"

#include <glib/gi18n.h>
#include <math.h>

/* Where a job stands, in words. */

/* The engine's phases, which it tells in English; they are translated where they are shown. */
G_GNUC_UNUSED static const char *const phases[] = {
  N_("Encoding"), N_("Training"), N_("Sampling"), N_("Decoding"), N_("Inverting the clip"), N_("Loading the model"),
  N_("Loading the networks"), N_("Opening the picture"),
  N_("Finding the outlines"), N_("Reading the backgrounds"), N_("Reading the prior clips"), N_("Writing the video"),
  N_("Measuring memory"), N_("Looking"), N_("Measuring"),
};

/* Phases whose steps are of no interest, only how much of them is done. */
static const char *const plain[] = { "Encoding", "Decoding", "Loading the model", "Loading the networks", "Finding the outlines",
                                     "Reading the backgrounds",
                                     "Reading the prior clips", "Writing the video" };

/* What comes before the steps that somebody asked for, and has steps, too. */
#define PREPARING "Inverting the clip"

/* What is counted by frames, and not by steps. */
#define FOLLOWING "Following the subject"

static gboolean
is_plain (const char *phase)
{
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    if (g_strcmp0 (plain[i], phase) == 0)
      return TRUE;
  return FALSE;
}

/* Whether what is being done comes before the steps that somebody counts: what a fusion learns from is sampled first. */
static gboolean
is_before (MageJob *job, const char *phase)
{
  return phase != NULL && (is_plain (phase) || g_str_equal (phase, PREPARING) || mage_job_is_preparing (job));
}

/** mage_job_names_phase: whether mage_job_dup_progress_words() says what is being done, since it is not the work itself. */
gboolean
mage_job_names_phase (MageJob *job)
{
  const char *phase = mage_job_get_phase (job);

  return mage_job_get_state (job) == MAGE_JOB_RUNNING && is_before (job, phase);
}

static char *
dup_phase_words (MageJob *job)
{
  const char *phase = mage_job_get_phase (job);
  guint n = mage_job_get_n_steps (job);

  if (g_str_equal (phase, PREPARING))
    /* Translators: a phase of the work, then its steps */
    return g_strdup_printf (_("%s, %u of %u"), _(phase), mage_job_get_step (job), n);
  if (n > 1)
    return g_strdup_printf (_("%s, %u %%"), _(phase), mage_job_get_step (job) * 100 / n);
  return g_strdup (_(phase));
}

/* How far it is, and in what. */
static char *
dup_count_words (MageJob *job)
{
  const char *phase = mage_job_get_phase (job);

  if (is_before (job, phase))
    return dup_phase_words (job);
  if (mage_job_get_n_steps (job) == 0)
    return g_strdup (phase != NULL ? _(phase) : _("Starting…"));
  if (g_strcmp0 (phase, FOLLOWING) == 0)
    return g_strdup_printf (_("frame %u of %u"), mage_job_get_step (job), mage_job_get_n_steps (job));
  return g_strdup_printf (_("step %u of %u"), mage_job_get_step (job), mage_job_get_n_steps (job));
}

/** mage_job_dup_progress_words: Returns: (transfer full): "step 120 of 300", "Stopping…", "Encoding, 40 %" */
char *
mage_job_dup_progress_words (MageJob *job)
{
  g_autofree char *count = dup_count_words (job);

  switch (mage_job_get_state (job))
    {
    case MAGE_JOB_CANCELLING:
      return g_strdup (_("Stopping…"));
    case MAGE_JOB_QUEUED:
      return g_strdup (_("Waiting"));
    case MAGE_JOB_PAUSED:
      if (mage_job_get_n_steps (job) == 0)
        return g_strdup (_("Paused"));
      /* Translators: %s says how far it is: “step 12 of 48” */
      return g_strdup_printf (_("Paused · %s"), count);
    case MAGE_JOB_RUNNING:
    case MAGE_JOB_DONE:
    case MAGE_JOB_FAILED:
    case MAGE_JOB_CANCELLED:
    default:
      return g_steal_pointer (&count);
    }
}

/** mage_job_dup_rate_words: Returns: (transfer full): "3.1 it/s"; empty until it is known */
char *
mage_job_dup_rate_words (MageJob *job)
{
  double rate = mage_job_get_rate (job);

  if (rate <= 0 || mage_job_get_state (job) != MAGE_JOB_RUNNING)
    return g_strdup ("");
  if (rate < 0.95)
    /* Translators: seconds for each step */
    return g_strdup_printf (_("%.1f s/it"), 1 / rate);
  /* Translators: steps each second */
  return g_strdup_printf (rate < 9.95 ? _("%.1f it/s") : _("%.0f it/s"), rate);
}

/** mage_duration_to_words: Returns: (transfer full): "58 s", "1 min 40 s", "2 h 5 min" */
char *
mage_duration_to_words (double seconds)
{
  gint64 whole = (gint64) ceil (MAX (seconds, 0));

  if (whole < 60)
    return g_strdup_printf (_("%d s"), (int) whole);
  if (whole < 600)
    return g_strdup_printf (_("%d min %d s"), (int) (whole / 60), (int) (whole % 60));
  if (whole < 3600)
    return g_strdup_printf (_("%d min"), (int) (whole / 60));
  return g_strdup_printf (_("%d h %d min"), (int) (whole / 3600), (int) (whole % 3600 / 60));
}

/** mage_job_dup_time_words: Returns: (transfer full): "58 s left"; empty until it is known */
char *
mage_job_dup_time_words (MageJob *job)
{
  double left = mage_job_get_time_left (job);
  g_autofree char *words = NULL;

  if (left < 0 || mage_job_get_state (job) != MAGE_JOB_RUNNING)
    return g_strdup ("");
  words = mage_duration_to_words (left);
  return g_strdup_printf (_("%s left"), words);
}
