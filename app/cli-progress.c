/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-progress.h"

#include "project/mage-json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Microseconds between two lines where there is no terminal, and two drawings where there is one. */
#define LINE_EVERY (5 * G_USEC_PER_SEC)
#define DRAW_EVERY (G_USEC_PER_SEC / 10)

#define BAR_WIDTH 24

static void
show_json (MageJob *job)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonObject *numbers = json_object_new ();
  g_autofree char *line = NULL;
  guint n;
  const MageTerm *terms = mage_job_get_terms (job, &n);

  for (guint i = 0; i < n; i++)
    if (isfinite (terms[i].value))
      json_object_set_double_member (numbers, terms[i].name, terms[i].value);
  json_object_set_string_member (object, "event", "progress");
  json_object_set_string_member (object, "job", mage_job_get_title (job));
  json_object_set_string_member (object, "phase", mage_job_get_phase (job) != NULL ? mage_job_get_phase (job) : "");
  json_object_set_int_member (object, "step", mage_job_get_step (job));
  json_object_set_int_member (object, "steps", mage_job_get_n_steps (job));
  json_object_set_double_member (object, "rate", mage_job_get_rate (job));
  json_object_set_double_member (object, "time_left", mage_job_get_time_left (job));
  json_object_set_object_member (object, "terms", numbers);
  line = mage_json_to_line (object);
  g_print ("%s\n", line);
  fflush (stdout);
}

static void
append_bar (GString *text, guint step, guint n_steps)
{
  guint filled = n_steps > 0 ? (guint) ((guint64) MIN (step, n_steps) * BAR_WIDTH / n_steps) : 0;

  g_string_append (text, " [");
  for (guint i = 0; i < BAR_WIDTH; i++)
    g_string_append_c (text, i < filled ? '#' : '-');
  g_string_append_c (text, ']');
}

static void
append_time (GString *text, double seconds)
{
  guint whole = (guint) (seconds + 0.5);

  if (whole >= 3600)
    g_string_append_printf (text, " · %u h %02u min left", whole / 3600, whole / 60 % 60);
  else if (whole >= 60)
    g_string_append_printf (text, " · %u min %02u s left", whole / 60, whole % 60);
  else
    g_string_append_printf (text, " · %u s left", whole);
}

/* "Training <toy> [####----] 120/300 · L_sub 0.0932 · 3.1 it/s · 58 s left" */
static char *
describe (MageJob *job, gboolean bar)
{
  g_autoptr (GString) text = g_string_new (mage_job_get_phase (job) != NULL ? mage_job_get_phase (job)
                                                                           : mage_job_get_title (job));
  guint step = mage_job_get_step (job);
  guint n_steps = mage_job_get_n_steps (job);
  guint n;
  const MageTerm *terms = mage_job_get_terms (job, &n);

  if (n_steps > 0)
    {
      if (bar)
        append_bar (text, step, n_steps);
      g_string_append_printf (text, " %u/%u", step, n_steps);
    }
  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (terms[i].name, "L_") || g_str_equal (terms[i].name, "loss"))
      g_string_append_printf (text, " · %s %.4f", terms[i].name, terms[i].value);
  if (mage_job_get_rate (job) > 0)
    g_string_append_printf (text, " · %.1f it/s", mage_job_get_rate (job));
  if (mage_job_get_time_left (job) >= 0)
    append_time (text, mage_job_get_time_left (job));
  return g_strdup (text->str);
}

/* How a training does is told when it is another than before, and never what ends it, which is told as its error. */
static void
show_ailment (CliProgress *self, MageJob *job)
{
  MageDiagnosis *diagnosis = mage_job_get_diagnosis (job);
  MageAilment ailment = mage_diagnosis_get_ailment (diagnosis);
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *line = NULL;

  if (ailment == self->ailment || mage_ailment_ends (ailment) || ailment == MAGE_AILMENT_UNKNOWN)
    return;
  self->ailment = ailment;
  if (!self->json)
    {
      cli_progress_break (self);
      g_printerr ("%s: %s %s\n", mage_diagnosis_get_heading (diagnosis), mage_diagnosis_get_sentence (diagnosis),
                  ailment == MAGE_AILMENT_NONE ? "" : mage_diagnosis_get_advice (diagnosis));
      return;
    }
  object = json_object_new ();
  json_object_set_string_member (object, "event", "health");
  json_object_set_string_member (object, "job", mage_job_get_title (job));
  json_object_set_int_member (object, "step", mage_job_get_step (job));
  json_object_set_string_member (object, "ailment", mage_ailment_get_name (ailment));
  json_object_set_string_member (object, "heading", mage_diagnosis_get_heading (diagnosis));
  json_object_set_string_member (object, "sentence", mage_diagnosis_get_sentence (diagnosis));
  json_object_set_string_member (object, "advice", mage_diagnosis_get_advice (diagnosis));
  line = mage_json_to_line (object);
  g_print ("%s\n", line);
  fflush (stdout);
}

/** cli_progress_show: shows where @job stands, unless it was shown a moment ago; @last: in any case. */
void
cli_progress_show (CliProgress *self, MageJob *job, gboolean last)
{
  const char *phase = mage_job_get_phase (job);
  gboolean terminal = isatty (STDERR_FILENO);
  /* What is kept of a long phase is its beginning. */
  gboolean new_phase = phase != NULL && strncmp (phase, self->phase, sizeof self->phase - 1) != 0;
  gint64 now = g_get_monotonic_time ();
  gint64 every = terminal || self->json ? DRAW_EVERY : LINE_EVERY;
  g_autofree char *text = NULL;

  show_ailment (self, job);
  if (phase == NULL || (!last && !new_phase && now - self->shown < every))
    return;
  self->shown = now;
  g_strlcpy (self->phase, phase, sizeof self->phase);
  if (self->json)
    {
      show_json (job);
      return;
    }
  text = describe (job, terminal);
  if (terminal && new_phase)
    cli_progress_break (self);
  g_printerr (terminal ? "\r\033[K%s" : "%s\n", text);
  self->drawn = terminal;
}

/** cli_progress_break: leaves the bar's line, so that something else can be written. */
void
cli_progress_break (CliProgress *self)
{
  if (self->drawn)
    g_printerr ("\n");
  self->drawn = FALSE;
}
