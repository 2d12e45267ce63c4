/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-progress.h"

#include "app/cli-sparkline.h"
#include "project/mage-json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Microseconds between two lines where there is no terminal, and two drawings where there is one. */
#define LINE_EVERY (5 * G_USEC_PER_SEC)
#define DRAW_EVERY (G_USEC_PER_SEC / 10)

#define BAR_WIDTH 24
#define SPARKLINE_WIDTH 16
#define USUAL_COLUMNS 80

/* The numbers of an entry of the series. */
static JsonObject *
terms_to_json (MageSeries *series, guint i)
{
  JsonObject *numbers = json_object_new ();
  g_auto (GStrv) names = mage_series_dup_names (series);

  for (guint k = 0; names[k] != NULL; k++)
    {
      double value = mage_series_get_value (series, i, names[k]);

      if (isfinite (value))
        json_object_set_double_member (numbers, names[k], value);
    }
  return numbers;
}

/* Takes numbers. */
static void
print_json (MageJob *job, guint step, JsonObject *numbers)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *line = NULL;

  json_object_set_string_member (object, "event", "progress");
  json_object_set_string_member (object, "job", mage_job_get_title (job));
  json_object_set_string_member (object, "phase", mage_job_get_phase (job) != NULL ? mage_job_get_phase (job) : "");
  json_object_set_int_member (object, "step", step);
  json_object_set_int_member (object, "steps", mage_job_get_n_steps (job));
  json_object_set_double_member (object, "rate", mage_job_get_rate (job));
  json_object_set_double_member (object, "time_left", mage_job_get_time_left (job));
  json_object_set_object_member (object, "terms", numbers);
  line = mage_json_to_line (object);
  g_print ("%s\n", line);
}

/* A line for every step with numbers, however many came at once; else one for where it stands. */
static void
show_json (CliProgress *self, MageJob *job)
{
  MageSeries *series = mage_job_get_series (job);
  guint n = mage_series_get_length (series);

  /* The next phase begins its series anew. */
  if (n < self->n_told)
    self->n_told = 0;
  if (n == self->n_told)
    print_json (job, mage_job_get_step (job), json_object_new ());
  for (; self->n_told < n; self->n_told++)
    print_json (job, mage_series_get_step (series, self->n_told), terms_to_json (series, self->n_told));
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

/* The loss that the sparkline shows: the whole one where there are several. */
static const char *
choose_loss (const MageTerm *terms, guint n)
{
  const char *chosen = NULL;

  for (guint i = 0; i < n; i++)
    if (g_str_equal (terms[i].name, "L"))
      return terms[i].name;
    else if (chosen == NULL && g_str_has_prefix (terms[i].name, "L_"))
      chosen = terms[i].name;
  return chosen;
}

static void
append_losses (GString *text, MageJob *job, gboolean sparkline)
{
  guint n;
  const MageTerm *terms = mage_job_get_terms (job, &n);
  const char *loss = choose_loss (terms, n);
  g_autofree char *line = sparkline && loss != NULL ? cli_sparkline (mage_job_get_series (job), loss, SPARKLINE_WIDTH) : g_strdup ("");

  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (terms[i].name, "L_") || g_str_equal (terms[i].name, "loss"))
      g_string_append_printf (text, " · %s %.4f", terms[i].name, terms[i].value);
  if (*line != '\0')
    g_string_append_printf (text, " %s", line);
}

/* What a line holds; a narrow terminal goes without the later ones first. */
typedef enum
{
  PART_BAR = 1 << 0,
  PART_LOSSES = 1 << 1,
  PART_TIME = 1 << 2,
  PART_RATE = 1 << 3,
  PART_SPARKLINE = 1 << 4,
  ALL_PARTS = (1 << 5) - 1
} Parts;

static char *
compose (MageJob *job, Parts parts)
{
  g_autoptr (GString) text = g_string_new (mage_job_get_phase (job) != NULL ? mage_job_get_phase (job)
                                                                           : mage_job_get_title (job));
  guint step = mage_job_get_step (job);
  guint n_steps = mage_job_get_n_steps (job);

  if (n_steps > 0 && (parts & PART_BAR))
    append_bar (text, step, n_steps);
  if (n_steps > 0)
    g_string_append_printf (text, " %u/%u", step, n_steps);
  if (parts & PART_LOSSES)
    append_losses (text, job, (parts & PART_SPARKLINE) != 0);
  if ((parts & PART_RATE) && mage_job_get_rate (job) > 0)
    g_string_append_printf (text, " · %.1f it/s", mage_job_get_rate (job));
  if ((parts & PART_TIME) && mage_job_get_time_left (job) >= 0)
    append_time (text, mage_job_get_time_left (job));
  return g_strdup (text->str);
}

/**
 * cli_progress_describe:
 * @columns: of the terminal; 0: there is none, and the line holds words and numbers alone
 *
 * Returns: (transfer full): "Training <toy> [####----] 120/300 · L_sub 0.0932 █▆▃▁ · 3.1 it/s · 58 s left", shorter
 *   than @columns
 */
char *
cli_progress_describe (MageJob *job, guint columns)
{
  g_autofree char *text = NULL;

  if (columns == 0)
    return compose (job, ALL_PARTS & ~(PART_BAR | PART_SPARKLINE));
  for (guint parts = ALL_PARTS;; parts >>= 1)
    {
      g_free (text);
      text = compose (job, (Parts) parts);
      if (g_utf8_strlen (text, -1) < columns || parts == 0)
        break;
    }
  return g_utf8_substring (text, 0, MIN ((glong) columns - 1, g_utf8_strlen (text, -1)));
}

/* How wide the terminal of standard error is; 0: it is none. */
static guint
count_columns (void)
{
  struct winsize size = { 0 };

  if (!isatty (STDERR_FILENO))
    return 0;
  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : USUAL_COLUMNS;
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
  guint columns = count_columns ();
  gboolean terminal = columns > 0;
  /* What is kept of a long phase is its beginning. */
  gboolean new_phase = phase != NULL && strncmp (phase, self->phase, sizeof self->phase - 1) != 0;
  gint64 now = g_get_monotonic_time ();
  gint64 every = terminal || self->json ? DRAW_EVERY : LINE_EVERY;
  gboolean steps = self->json && mage_series_get_length (mage_job_get_series (job)) != self->n_told;
  g_autofree char *text = NULL;

  show_ailment (self, job);
  if (phase == NULL || (!last && !new_phase && !steps && now - self->shown < every))
    return;
  self->shown = now;
  g_strlcpy (self->phase, phase, sizeof self->phase);
  if (self->json)
    {
      show_json (self, job);
      return;
    }
  text = cli_progress_describe (job, columns);
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
