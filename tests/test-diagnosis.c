/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine.h"
#include "jobs/mage-diagnosis.h"

#include <math.h>

/* Series made up for each ailment, and for none; and that the words do not flicker. */

#define N_STEPS 300

/* Two training losses of one step differ by this much by chance, as they do with drawn noise levels. */
static double
chance (GRand *rand)
{
  return exp (g_rand_double_range (rand, -0.8, 0.8));
}

typedef struct
{
  MageSeries *series;
  MageDiagnosis *diagnosis;
  GRand *rand;
  guint step;
  guint n_said;   /* how often there was something else to say */
  guint n_turns;  /* how often it was another ailment */
} Case;

static Case
begin (void)
{
  return (Case) { mage_series_new (), mage_diagnosis_new (), g_rand_new_with_seed (7), 0, 0, 0 };
}

static void
case_clear (Case *self)
{
  g_object_unref (self->series);
  mage_diagnosis_free (self->diagnosis);
  g_rand_free (self->rand);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static void
add (Case *self, double loss, double gradient, double effect, double validation)
{
  MageTerm terms[4] = { { "L_sub", loss * chance (self->rand) }, { "grad_norm", gradient * chance (self->rand) } };
  guint n = 2;
  MageAilment before = mage_diagnosis_get_ailment (self->diagnosis);

  self->step++;
  if (!isnan (effect) && self->step % 25 == 0)
    terms[n++] = (MageTerm) { "effect", effect };
  if (!isnan (validation) && self->step % 20 == 0)
    terms[n++] = (MageTerm) { "L_val", validation };
  mage_series_append (self->series, self->step, terms, n);
  self->n_said += mage_diagnosis_update (self->diagnosis, self->series, N_STEPS);
  self->n_turns += mage_diagnosis_get_ailment (self->diagnosis) != before;
}

static void
assert_is (Case *self, MageAilment ailment)
{
  g_assert_cmpstr (mage_ailment_get_name (mage_diagnosis_get_ailment (self->diagnosis)), ==, mage_ailment_get_name (ailment));
}

static void
test_well (void)
{
  for (guint seed = 0; seed < 40; seed++)
    {
      g_auto (Case) self = begin ();

      g_rand_set_seed (self.rand, seed);
      assert_is (&self, MAGE_AILMENT_UNKNOWN);
      for (guint i = 0; i < N_STEPS; i++)
        add (&self, 0.3 * exp (i / -200.0), 0.2, 0.0004 * i, 0.3 * exp (i / -200.0));
      assert_is (&self, MAGE_AILMENT_NONE);
      g_assert_cmpuint (self.n_turns, ==, 1);
      g_assert_nonnull (strstr (mage_diagnosis_get_sentence (self.diagnosis), "lower"));
      g_assert_nonnull (strstr (mage_diagnosis_get_sentence (self.diagnosis), "12.0 %"));
    }
}

/* A loss that stays where it is by nature, while the model changes, is no reason to worry anybody. */
static void
test_flat_but_learning (void)
{
  for (guint seed = 0; seed < 40; seed++)
    {
      g_auto (Case) self = begin ();

      g_rand_set_seed (self.rand, seed);
      for (guint i = 0; i < N_STEPS; i++)
        add (&self, 0.3, 0.2, 0.0004 * i, NAN);
      assert_is (&self, MAGE_AILMENT_NONE);
      g_assert_cmpuint (self.n_turns, ==, 1);
      /* What chance makes of it is no news. */
      g_assert_null (strstr (mage_diagnosis_get_sentence (self.diagnosis), "lower"));
    }
}

/* The words follow the loss at fixed noise, whatever the noise of the steps makes of theirs. */
static void
test_fixed_noise (void)
{
  g_auto (Case) up = begin ();
  g_auto (Case) same = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    {
      add (&up, 0.3 * exp (i / -200.0), 0.2, 0.0004 * i, 0.3 + 0.0103 * i / N_STEPS);
      add (&same, 0.3 * exp (i / -200.0), 0.2, 0.0004 * i, 0.3);
    }
  assert_is (&up, MAGE_AILMENT_NONE);
  g_assert_nonnull (strstr (mage_diagnosis_get_sentence (up.diagnosis), "3 % higher"));
  assert_is (&same, MAGE_AILMENT_NONE);
  g_assert_nonnull (strstr (mage_diagnosis_get_sentence (same.diagnosis), "what it was"));
}

static void
test_exploding (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, 0.3, i < 150 ? 0.2 : 8, 0.05, NAN);
  assert_is (&self, MAGE_AILMENT_EXPLODING);
  g_assert_nonnull (strstr (mage_diagnosis_get_sentence (self.diagnosis), "times as long"));
  g_assert_cmpuint (self.n_turns, ==, 2);
}

static void
test_vanishing (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, 0.3, i < 150 ? 0.2 : 1e-6, 0.05, NAN);
  assert_is (&self, MAGE_AILMENT_VANISHING);
}

static void
test_rate_too_large (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, i < 150 ? 0.1 : 0.5, 0.2, 0.05, NAN);
  assert_is (&self, MAGE_AILMENT_RATE_TOO_LARGE);
  g_assert_nonnull (strstr (mage_diagnosis_get_advice (self.diagnosis), "a third"));
}

static void
test_spikes (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, i > 150 && i % 8 == 0 ? 30 : 0.3, 0.2, 0.05, NAN);
  assert_is (&self, MAGE_AILMENT_RATE_TOO_LARGE);
  g_assert_nonnull (strstr (mage_diagnosis_get_sentence (self.diagnosis), "jumped"));
}

static void
test_no_effect (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    {
      add (&self, 0.3, 0.2, 0, NAN);
      if (i < 90)
        g_assert_cmpint (mage_diagnosis_get_ailment (self.diagnosis), !=, MAGE_AILMENT_NO_EFFECT);
    }
  assert_is (&self, MAGE_AILMENT_NO_EFFECT);
}

static void
test_rate_too_small (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, 0.3, 0.2, 0.001 + 1e-6 * i, NAN);
  assert_is (&self, MAGE_AILMENT_RATE_TOO_SMALL);
  g_assert_nonnull (strstr (mage_diagnosis_get_advice (self.diagnosis), "three times"));
}

static void
test_over_trained (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, 0.3 * exp (i / -100.0), 0.2, 0.05, i < 140 ? 0.3 : 0.3 + (i - 140) * 0.002);
  assert_is (&self, MAGE_AILMENT_OVER_TRAINED);
  g_assert_nonnull (strstr (mage_diagnosis_get_sentence (self.diagnosis), "best at step 20"));
}

/* At a limit numbers go to and fro; the words stay until they have gone well beyond it. */
static void
test_hysteresis (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < 80; i++)
    add (&self, 0.3, 0.2, 0.05, 0.3);
  for (guint i = 0; i < 100; i++)
    add (&self, 0.3, 0.2, 0.05, 0.33);
  assert_is (&self, MAGE_AILMENT_OVER_TRAINED);
  self.n_turns = 0;
  for (guint i = 0; i < 100; i++)
    add (&self, 0.3, 0.2, 0.05, 0.3 * (i / 20 % 2 == 0 ? 1.04 : 1.06));
  g_assert_cmpuint (self.n_turns, ==, 0);
  for (guint i = 0; i < 80; i++)
    add (&self, 0.3, 0.2, 0.05, 0.3);
  assert_is (&self, MAGE_AILMENT_NONE);
  g_assert_cmpuint (self.n_turns, ==, 1);
}

/* One odd measurement says nothing. */
static void
test_insist (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, 0.3, 0.2, i == 224 ? 0 : 0.05, 0.3);
  assert_is (&self, MAGE_AILMENT_NONE);
  g_assert_cmpuint (self.n_turns, ==, 1);
}

/* A motion's words are learned before it, in a series that begins anew. */
static void
test_phases (void)
{
  g_auto (Case) self = begin ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, 0.3, i < 150 ? 0.2 : 8, 0.05, NAN);
  assert_is (&self, MAGE_AILMENT_EXPLODING);
  self.step = 0;
  add (&self, 0.3, 0.2, NAN, NAN);
  assert_is (&self, MAGE_AILMENT_UNKNOWN);
}

static void
test_failures (void)
{
  g_auto (Case) self = begin ();
  g_autoptr (GError) runaway = g_error_new_literal (ENGINE_ERROR, ENGINE_ERROR_NOT_FINITE, "L_sub is no number any more at step 12");
  g_autoptr (GError) memory = g_error_new_literal (ENGINE_ERROR, ENGINE_ERROR_OUT_OF_MEMORY, "conv2d: no memory");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full");

  mage_diagnosis_fail_with (self.diagnosis, runaway);
  assert_is (&self, MAGE_AILMENT_NOT_FINITE);
  g_assert_cmpstr (mage_diagnosis_get_sentence (self.diagnosis), ==, runaway->message);
  g_assert_true (mage_ailment_ends (mage_diagnosis_get_ailment (self.diagnosis)));
  g_assert_false (mage_diagnosis_update (self.diagnosis, self.series, N_STEPS));
  mage_diagnosis_fail_with (self.diagnosis, memory);
  assert_is (&self, MAGE_AILMENT_OUT_OF_MEMORY);
  g_assert_null (strstr (mage_diagnosis_get_sentence (self.diagnosis), "conv2d"));
  mage_diagnosis_fail_with (self.diagnosis, other);
  assert_is (&self, MAGE_AILMENT_FAILED);
  for (guint i = 0; i < MAGE_N_AILMENTS; i++)
    g_assert_cmpuint (mage_ailment_from_name (mage_ailment_get_name ((MageAilment) i)), ==, i);
}

static void
test_review (void)
{
  g_auto (Case) self = begin ();
  g_autoptr (MageDiagnosis) later = mage_diagnosis_new ();

  for (guint i = 0; i < N_STEPS; i++)
    add (&self, 0.3, i < 150 ? 0.2 : 8, 0.05, NAN);
  mage_diagnosis_review (later, self.series, N_STEPS);
  g_assert_cmpint (mage_diagnosis_get_ailment (later), ==, MAGE_AILMENT_EXPLODING);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagnosis/well", test_well);
  g_test_add_func ("/diagnosis/flat-but-learning", test_flat_but_learning);
  g_test_add_func ("/diagnosis/fixed-noise", test_fixed_noise);
  g_test_add_func ("/diagnosis/exploding", test_exploding);
  g_test_add_func ("/diagnosis/vanishing", test_vanishing);
  g_test_add_func ("/diagnosis/rate-too-large", test_rate_too_large);
  g_test_add_func ("/diagnosis/spikes", test_spikes);
  g_test_add_func ("/diagnosis/no-effect", test_no_effect);
  g_test_add_func ("/diagnosis/rate-too-small", test_rate_too_small);
  g_test_add_func ("/diagnosis/over-trained", test_over_trained);
  g_test_add_func ("/diagnosis/hysteresis", test_hysteresis);
  g_test_add_func ("/diagnosis/insist", test_insist);
  g_test_add_func ("/diagnosis/phases", test_phases);
  g_test_add_func ("/diagnosis/failures", test_failures);
  g_test_add_func ("/diagnosis/review", test_review);
  return g_test_run ();
}
