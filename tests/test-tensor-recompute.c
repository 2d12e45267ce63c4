/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gradient checkpointing: the same gradients with less kept, and errors that come during the backward pass. */

#include "tensor-check.h"

#include <string.h>

typedef struct
{
  Tensor *weight;  /* a leaf inside */
  double scale;
  guint *calls;
  guint fail_at;   /* the call that fails; 0: none */
} Part;

/* tanh (x·wᵀ) · s · y */
static Tensor *
compute (gconstpointer data, Tensor *const *inputs, gsize n)
{
  T_SCOPE ();
  const Part *self = data;

  g_assert_cmpuint (n, ==, 2);
  if (++*self->calls == self->fail_at)
    t_fail (T_ERROR_FAILED, "the second time");
  return t_keep (t_mul (t_mul_scalar (t_tanh (t_linear (inputs[0], self->weight, NULL)), self->scale), inputs[1]));
}

static Tensor *
make (guint64 seed)
{
  T_SCOPE ();
  g_autoptr (TGenerator) generator = t_generator_new (seed);

  return t_keep (t_requires_grad (t_randn (generator, T_SHAPE (3, 3))));
}

static float *
dup_grad (Tensor *x)
{
  g_autoptr (GError) error = NULL;
  float *values = t_dup_data (t_grad (x), T_F32, NULL, &error);

  g_assert_no_error (error);
  return values;
}

/* Two parts, one after the other. @grads gets those of weight, x and y. */
static void
derive (gboolean recompute, gboolean input_needs, float **grads, guint *calls)
{
  T_SCOPE ();
  g_autoptr (GError) error = NULL;
  Part part = { make (1), 0.7, calls, 0 };
  Tensor *x = make (2), *y = make (3), *z;
  Tensor *inputs[] = { input_needs ? x : t_detach (x), y };

  *calls = 0;
  for (guint i = 0; i < 2; i++)
    {
      z = recompute ? t_recompute (compute, &part, sizeof part, inputs, 2) : compute (&part, inputs, 2);
      inputs[0] = z;
    }
  g_assert_true (t_backward (t_sum (t_mul (z, z)), &error));
  g_assert_no_error (error);
  grads[0] = dup_grad (part.weight);
  grads[1] = dup_grad (x);
  grads[2] = dup_grad (y);
}

static void
check_same (gboolean input_needs)
{
  float *plain[3], *again[3];
  guint calls;

  derive (FALSE, input_needs, plain, &calls);
  g_assert_cmpuint (calls, ==, 2);
  derive (TRUE, input_needs, again, &calls);
  g_assert_cmpuint (calls, ==, 4);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpmem (plain[i], 9 * sizeof (float), again[i], 9 * sizeof (float));
      g_free (plain[i]);
      g_free (again[i]);
    }
  assert_clean ();
}

static void
test_same (void)
{
  check_same (TRUE);
}

/* Only leaves inside are derived by, as where a LoRA is all that is trained. */
static void
test_inside (void)
{
  check_same (FALSE);
}

static void
test_no_grad (void)
{
  guint calls = 0;

  {
    T_SCOPE_NO_GRAD ();
    Part part = { make (1), 0.7, &calls, 0 };
    Tensor *inputs[] = { make (2), make (3) };

    g_assert_false (t_grad_enabled ());
    g_assert_false (t_needs_grad (t_recompute (compute, &part, sizeof part, inputs, 2)));
    g_assert_cmpuint (calls, ==, 1);
  }
  assert_clean ();
}

/* What is stopped while it is computed again ends the backward pass with its own error, and nothing else is hurt. */
static void
test_failure (void)
{
  guint calls = 0;
  float *grads[3];

  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Part part = { make (1), 0.7, &calls, 2 };
    Tensor *inputs[] = { make (2), make (3) };
    Tensor *z = t_recompute (compute, &part, sizeof part, inputs, 2);

    g_assert_false (t_backward (t_sum (z), &error));
    g_assert_error (error, T_ERROR, T_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "the second time"));
    g_assert_false (t_failed ());
  }
  assert_clean ();
  derive (TRUE, TRUE, grads, &calls);
  for (guint i = 0; i < 3; i++)
    g_free (grads[i]);
  assert_clean ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tensor/recompute/same", test_same);
  g_test_add_func ("/tensor/recompute/inside", test_inside);
  g_test_add_func ("/tensor/recompute/no-grad", test_no_grad);
  g_test_add_func ("/tensor/recompute/failure", test_failure);
  return g_test_run ();
}
