/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-diagnosis.h"

#include "engine/engine.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/*
 * How a training does, from its numbers alone. One step's loss says little, since it depends most on the noise level
 * that was drawn; so medians of windows are compared. Each ailment has a limit at which it is found and a laxer one at
 * which it is over, and what is found must be found several times before it is said: the words beside a chart that
 * runs must not flicker.
 */

/* Windows: an eighth of the training, within these bounds; fewer steps tell nothing, more hide what is new. */
#define WINDOW_SHARE 8
#define WINDOW_MIN 20
#define WINDOW_MAX 100
/* How often a window is judged, and how often in a row another judgement must come: for a whole window. */
#define JUDGEMENTS_A_WINDOW 5
#define INSIST JUDGEMENTS_A_WINDOW

/* Median gradient against that of the first window. A LoRA's grows by itself while B leaves zero, but not that far. */
#define EXPLODES 10.0
#define EXPLODES_STILL 5.0
#define VANISHES 1e-3
#define VANISHES_STILL 3e-3
/* Below this a gradient moves nothing whatever it was at first: AdamW's eps is 1e-8. */
#define NO_GRADIENT 1e-8
/* Median loss against the lowest of an earlier window; by chance alone medians of 20 steps differ by up to twice. */
#define RISES 2.5
#define RISES_STILL 1.7
/* Losses above so many times the largest of the first window, and how many of them in a window. */
#define SPIKE 3.0
#define SPIKES 3
/* How far the model's answer has moved, as a share: a rounding of half precision is 5e-4, a visible change is 1e-2. */
#define MOVES_NOTHING 2e-4
#define MOVES_NOTHING_STILL 5e-4
#define MOVES_LITTLE 5e-3
#define MOVES_LITTLE_STILL 8e-3
#define CHANCE 0.5
#define FALLS 0.9
#define FALLS_STILL 0.8
/* Validation, whose noise is always the same, above its best. */
#define WORSENS 1.05
#define WORSENS_STILL 1.02
/* Before this share of a training is over nobody is told that it does too little. */
#define PATIENCE 3

/* What the numbers say now; NaN where they say nothing. */
typedef struct
{
  guint step;
  guint n_steps;
  double gradient;  /* median, to that of the first window */
  double absolute;  /* median gradient */
  double rise;      /* median loss, to the lowest of the windows before */
  double fall;      /* median loss, to that of the first window */
  guint spikes;
  double effect;
  double change;
  double worse;     /* validation, to its best; of the last two the smaller */
  double kept;      /* validation, to its first */
  guint best_step;
} Numbers;

struct _MageDiagnosis
{
  MageAilment ailment;
  MageAilment candidate;
  guint n_found;    /* how often in a row the candidate was found */
  guint judged;     /* the step that was judged last */
  Numbers numbers;
  char *sentence;
};

/* --- numbers --- */

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (const double *values, guint n)
{
  g_autofree double *sorted = g_memdup2 (values, n * sizeof (double));

  if (n == 0)
    return NAN;
  qsort (sorted, n, sizeof (double), compare);
  return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/* The values of a term that are there, oldest first. @steps: (nullable): theirs. */
static GArray *
copy_values (MageSeries *series, const char *name, GArray *steps)
{
  guint length = mage_series_get_length (series);
  g_autofree double *all = g_new (double, MAX (length, 1));
  guint n = mage_series_copy_tail (series, name, length, all);
  GArray *values = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < n; i++)
    if (!isnan (all[i]))
      {
        guint step = steps != NULL ? mage_series_get_step (series, i) : 0;

        g_array_append_val (values, all[i]);
        if (steps != NULL)
          g_array_append_val (steps, step);
      }
  return values;
}

/* The whole loss where it has several terms, else the only one. */
static char *
find_loss (MageSeries *series)
{
  g_auto (GStrv) names = mage_series_dup_names (series);
  guint last = mage_series_get_length (series) - 1;
  const char *found = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean whole = g_str_equal (names[i], "L");

      if (isnan (mage_series_get_value (series, last, names[i])) || g_str_has_prefix (names[i], "L_val"))
        continue;
      if (whole || (found == NULL && g_str_has_prefix (names[i], "L_")))
        found = names[i];
      if (whole)
        break;
    }
  return g_strdup (found);
}

static double
at (GArray *values, guint i)
{
  return g_array_index (values, double, i);
}

static const double *
from (GArray *values, guint i)
{
  return &g_array_index (values, double, i);
}

static void
read_gradient (Numbers *self, MageSeries *series, guint window)
{
  g_autoptr (GArray) values = copy_values (series, "grad_norm", NULL);

  if (values->len < 2 * window)
    return;
  self->absolute = median (from (values, values->len - window), window);
  self->gradient = self->absolute / MAX (median (from (values, 0), window), G_MINDOUBLE);
}

static void
read_loss (Numbers *self, MageSeries *series, guint window)
{
  g_autofree char *name = find_loss (series);
  g_autoptr (GArray) values = NULL;
  double now, lowest = INFINITY, largest = 0;

  if (name == NULL)
    return;
  values = copy_values (series, name, NULL);
  if (values->len < 2 * window)
    return;
  now = median (from (values, values->len - window), window);
  for (guint i = 0; i + 2 * window <= values->len; i += window)
    lowest = MIN (lowest, median (from (values, i), window));
  self->rise = now / MAX (lowest, G_MINDOUBLE);
  self->fall = now / MAX (median (from (values, 0), window), G_MINDOUBLE);
  for (guint i = 0; i < window; i++)
    largest = MAX (largest, at (values, i));
  for (guint i = values->len - window; i < values->len; i++)
    self->spikes += at (values, i) > SPIKE * largest;
}

static void
read_effect (Numbers *self, MageSeries *series)
{
  g_autoptr (GArray) effects = copy_values (series, "effect", NULL);
  g_autoptr (GArray) changes = copy_values (series, "lora_norm", NULL);

  if (effects->len > 0)
    self->effect = at (effects, effects->len - 1);
  if (changes->len > 0)
    self->change = at (changes, changes->len - 1);
}

static void
read_validation (Numbers *self, MageSeries *series)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) values = copy_values (series, "L_val", steps);
  guint best = 0;

  for (guint i = 1; i < values->len; i++)
    if (at (values, i) < at (values, best))
      best = i;
  if (values->len > 1)
    self->kept = at (values, values->len - 1) / MAX (at (values, 0), G_MINDOUBLE);
  if (values->len < best + 3)
    return;
  self->worse = MIN (at (values, values->len - 1), at (values, values->len - 2)) / MAX (at (values, best), G_MINDOUBLE);
  self->best_step = g_array_index (steps, guint, best);
}

static guint
get_window (guint n_steps)
{
  return CLAMP (n_steps / WINDOW_SHARE, WINDOW_MIN, WINDOW_MAX);
}

static Numbers
read_numbers (MageSeries *series, guint n_steps)
{
  Numbers self = { .gradient = NAN, .absolute = NAN, .rise = NAN, .fall = NAN, .effect = NAN, .change = NAN, .worse = NAN, .kept = NAN };
  guint length = mage_series_get_length (series);
  guint window = get_window (n_steps);

  self.n_steps = n_steps;
  if (length == 0)
    return self;
  self.step = mage_series_get_step (series, length - 1);
  read_gradient (&self, series, window);
  read_loss (&self, series, window);
  read_effect (&self, series);
  read_validation (&self, series);
  return self;
}

/* --- the judgement --- */

/* A comparison with NaN is false: what is not known is no ailment. */
static gboolean
exceeds (double value, double limit, double still, gboolean already)
{
  return value > (already ? still : limit);
}

static gboolean
is_below (double value, double limit, double still, gboolean already)
{
  return value < (already ? still : limit);
}

static gboolean
has (const Numbers *self, MageAilment ailment, gboolean already)
{
  gboolean patient = self->step < MAX (self->n_steps / PATIENCE, 2 * get_window (self->n_steps));

  switch (ailment)
    {
    case MAGE_AILMENT_EXPLODING:
      return exceeds (self->gradient, EXPLODES, EXPLODES_STILL, already);
    case MAGE_AILMENT_RATE_TOO_LARGE:
      return exceeds (self->rise, RISES, RISES_STILL, already) || self->spikes >= (already ? 1 : SPIKES);
    case MAGE_AILMENT_VANISHING:
      return is_below (self->gradient, VANISHES, VANISHES_STILL, already) || self->absolute < NO_GRADIENT;
    case MAGE_AILMENT_NO_EFFECT:
      return !patient && is_below (self->effect, MOVES_NOTHING, MOVES_NOTHING_STILL, already);
    case MAGE_AILMENT_OVER_TRAINED:
      return exceeds (self->worse, WORSENS, WORSENS_STILL, already);
    case MAGE_AILMENT_RATE_TOO_SMALL:
      return !patient && is_below (self->effect, MOVES_LITTLE, MOVES_LITTLE_STILL, already)
             && exceeds (self->fall, FALLS, FALLS_STILL, already);
    case MAGE_AILMENT_NONE:
      return !isnan (self->fall);
    default:
      return FALSE;
    }
}

/* The first in the order of the enumeration, which is that of their weight. */
static MageAilment
judge (const Numbers *numbers, MageAilment now)
{
  for (MageAilment ailment = MAGE_AILMENT_EXPLODING; ailment < MAGE_N_AILMENTS; ailment++)
    if (has (numbers, ailment, ailment == now))
      return ailment;
  return has (numbers, MAGE_AILMENT_NONE, TRUE) ? MAGE_AILMENT_NONE : MAGE_AILMENT_UNKNOWN;
}

/* --- words --- */

static const struct
{
  const char *name;
  const char *heading;
  const char *advice;
} words[MAGE_N_AILMENTS] = {
  [MAGE_AILMENT_UNKNOWN] = { "unknown", N_("Just begun"), N_("How it does can be told after some steps.") },
  [MAGE_AILMENT_NONE] = { "well", N_("Learning well"), N_("Nothing needs to be done.") },
  [MAGE_AILMENT_NOT_FINITE] = { "not-finite", N_("Stopped: numbers ran away"),
                                N_("Train again with a learning rate of a third. In half precision, float32 helps, too.") },
  [MAGE_AILMENT_OUT_OF_MEMORY] = { "out-of-memory", N_("Stopped: not enough memory"),
                                   N_("Fewer frames or a smaller size help most; what was learned up to then is kept.") },
  [MAGE_AILMENT_FAILED] = { "failed", N_("Stopped by an error"), N_("Put right what is named, and train again: it goes on from there.") },
  [MAGE_AILMENT_EXPLODING] = { "exploding", N_("Gradients grow"),
                               N_("Stop, and train again with a learning rate of a third, or a smaller gradient clip.") },
  [MAGE_AILMENT_RATE_TOO_LARGE] = { "rate-too-large", N_("Learning rate too large"),
                                    N_("Stop, and train again with a learning rate of a third.") },
  [MAGE_AILMENT_VANISHING] = { "vanishing", N_("Gradients vanish"),
                               N_("It has learned all that it can from this: stop and keep, or give it more pictures.") },
  [MAGE_AILMENT_NO_EFFECT] = { "no-effect", N_("Nothing changes"),
                               N_("Stop, and check that the learning rate is not zero and the pictures are the right ones.") },
  [MAGE_AILMENT_OVER_TRAINED] = { "over-trained", N_("Learning by heart"),
                                  N_("Stop and keep, and next time train for fewer steps.") },
  [MAGE_AILMENT_RATE_TOO_SMALL] = { "rate-too-small", N_("Learning rate too small"),
                                    N_("Train again with three times the learning rate, or for more steps.") },
};

static char *
describe_well (const Numbers *numbers)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (fabs (numbers->kept - 1) < 0.005)
    g_string_append (text, _("At fixed noise the loss is what it was at the beginning."));
  else if (!isnan (numbers->kept))
    g_string_append_printf (text, numbers->kept < 1 ? _("At fixed noise the loss is %.0f %% lower than at the beginning.")
                                                    : _("At fixed noise the loss is %.0f %% higher than at the beginning."),
                            fabs (1 - numbers->kept) * 100);
  else if (numbers->fall < CHANCE)
    g_string_append_printf (text, _("The loss is %.0f %% lower than at the beginning."), (1 - numbers->fall) * 100);
  else
    g_string_append (text, _("The loss goes up and down with the noise that is drawn; it does not run away."));
  if (!isnan (numbers->effect))
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (text, _("What the model makes has changed by %.1f %%."), numbers->effect * 100);
    }
  return g_strdup (text->str);
}

static char *
describe_rise (const Numbers *numbers)
{
  if (numbers->spikes > 0)
    return g_strdup_printf (ngettext ("The loss jumped %u time in the last steps, far above where it began.",
                                      "The loss jumped %u times in the last steps, far above where it began.", numbers->spikes),
                            numbers->spikes);
  return g_strdup_printf (_("The loss is %.1f times what it was at its best."), numbers->rise);
}

static char *
describe (MageAilment ailment, const Numbers *numbers)
{
  switch (ailment)
    {
    case MAGE_AILMENT_NONE:
      return describe_well (numbers);
    case MAGE_AILMENT_EXPLODING:
      return g_strdup_printf (_("The gradient is %.0f times as long as at the beginning."), numbers->gradient);
    case MAGE_AILMENT_RATE_TOO_LARGE:
      return describe_rise (numbers);
    case MAGE_AILMENT_VANISHING:
      return g_strdup_printf (_("The gradient has shrunk to %.2g: hardly anything is learned any more."), numbers->absolute);
    case MAGE_AILMENT_NO_EFFECT:
      return g_strdup_printf (_("After %u steps the LoRA is %.2g of the weights that it changes, and what the model makes "
                                "has changed by %.2g %%: that cannot be seen."),
                              numbers->step, isnan (numbers->change) ? 0 : numbers->change, numbers->effect * 100);
    case MAGE_AILMENT_OVER_TRAINED:
      return g_strdup_printf (_("On noise that it does not train with, the loss was best at step %u and is %.0f %% higher now."),
                              numbers->best_step, (numbers->worse - 1) * 100);
    case MAGE_AILMENT_RATE_TOO_SMALL:
      return g_strdup_printf (_("After %u steps the loss has not fallen, and what the model makes has changed by %.2g %% only."),
                              numbers->step, numbers->effect * 100);
    default:
      return g_strdup ("");
    }
}

static void
settle (MageDiagnosis *self, MageAilment ailment)
{
  self->ailment = ailment;
  self->candidate = ailment;
  self->n_found = 0;
  g_free (self->sentence);
  self->sentence = describe (ailment, &self->numbers);
}

/* --- the door --- */

/** mage_diagnosis_new: Returns: (transfer full): nothing is known yet */
MageDiagnosis *
mage_diagnosis_new (void)
{
  MageDiagnosis *self = g_new0 (MageDiagnosis, 1);

  settle (self, MAGE_AILMENT_UNKNOWN);
  return self;
}

void
mage_diagnosis_free (MageDiagnosis *self)
{
  g_free (self->sentence);
  g_free (self);
}

/* Whether it is time for another look; the last step, and a phase that begins anew, are looked at at once. */
static gboolean
is_due (MageDiagnosis *self, guint step, guint n_steps)
{
  guint every = MAX (get_window (n_steps) / JUDGEMENTS_A_WINDOW, 1);

  return step < self->judged || step >= self->judged + every || (step == n_steps && step != self->judged);
}

/**
 * mage_diagnosis_update:
 * @series: of a training that runs
 * @n_steps: how many steps it will have
 *
 * Cheap when there was a step or two since the last time.
 *
 * Returns: whether there is something else to say
 */
gboolean
mage_diagnosis_update (MageDiagnosis *self, MageSeries *series, guint n_steps)
{
  guint length = mage_series_get_length (series);
  guint step = length > 0 ? mage_series_get_step (series, length - 1) : 0;
  MageAilment found;

  if (mage_ailment_ends (self->ailment) || length == 0 || !is_due (self, step, n_steps))
    return FALSE;
  if (step < self->judged)
    settle (self, MAGE_AILMENT_UNKNOWN);
  self->judged = step;
  self->numbers = read_numbers (series, n_steps);
  found = judge (&self->numbers, self->ailment);
  self->n_found = found == self->candidate ? self->n_found + 1 : 1;
  self->candidate = found;
  /* What stays as it is gets its newest figures; what is new must insist, unless nothing was said before. */
  if (found != self->ailment && self->n_found < INSIST
      && !(self->ailment == MAGE_AILMENT_UNKNOWN && found == MAGE_AILMENT_NONE))
    return FALSE;
  settle (self, found);
  return TRUE;
}

/** mage_diagnosis_review: judges a training that is over, once. */
void
mage_diagnosis_review (MageDiagnosis *self, MageSeries *series, guint n_steps)
{
  self->numbers = read_numbers (series, n_steps);
  settle (self, judge (&self->numbers, MAGE_AILMENT_UNKNOWN));
}

/** mage_diagnosis_fail: it ended with @ailment; @message: why, for people. This is the last word. */
void
mage_diagnosis_fail (MageDiagnosis *self, MageAilment ailment, const char *message)
{
  settle (self, ailment);
  /* Which operation it was helps nobody who looks at a training; the job's error and its log say it. */
  g_set_str (&self->sentence, ailment == MAGE_AILMENT_OUT_OF_MEMORY
                                ? _("A step needed more memory than there is. What it had taken was given back.") : message);
}

/** mage_diagnosis_fail_with: as mage_diagnosis_fail(), from the training's error. */
void
mage_diagnosis_fail_with (MageDiagnosis *self, const GError *error)
{
  mage_diagnosis_fail (self, mage_ailment_of_error (error), error->message);
}

MageAilment
mage_diagnosis_get_ailment (MageDiagnosis *self)
{
  return self->ailment;
}

/** mage_diagnosis_get_heading: a few words. */
const char *
mage_diagnosis_get_heading (MageDiagnosis *self)
{
  return _(words[self->ailment].heading);
}

/** mage_diagnosis_get_sentence: what was seen; "" while nothing is known. */
const char *
mage_diagnosis_get_sentence (MageDiagnosis *self)
{
  return self->sentence;
}

/** mage_diagnosis_get_advice: what to do. */
const char *
mage_diagnosis_get_advice (MageDiagnosis *self)
{
  return _(words[self->ailment].advice);
}

/** mage_ailment_ends: whether the training was ended by it. */
gboolean
mage_ailment_ends (MageAilment ailment)
{
  return ailment >= MAGE_AILMENT_NOT_FINITE && ailment <= MAGE_AILMENT_FAILED;
}

/** mage_ailment_get_name: for files and scripts: "not-finite". */
const char *
mage_ailment_get_name (MageAilment ailment)
{
  return words[ailment].name;
}

/** mage_ailment_from_name: %MAGE_AILMENT_FAILED for a name of another version. */
MageAilment
mage_ailment_from_name (const char *name)
{
  for (guint i = 0; i < MAGE_N_AILMENTS; i++)
    if (g_strcmp0 (words[i].name, name) == 0)
      return (MageAilment) i;
  return MAGE_AILMENT_FAILED;
}

/** mage_ailment_of_error: which kind of failure an error of a training is. */
MageAilment
mage_ailment_of_error (const GError *error)
{
  if (g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_NOT_FINITE))
    return MAGE_AILMENT_NOT_FINITE;
  if (g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_OUT_OF_MEMORY))
    return MAGE_AILMENT_OUT_OF_MEMORY;
  return MAGE_AILMENT_FAILED;
}
