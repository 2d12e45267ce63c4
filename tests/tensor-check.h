/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

#include <math.h>

/* What the tests of the tensor layer look with. */

static inline Tensor *
vector (double a, double b)
{
  return t_from_data ((double[]){ a, b }, T_F64, T_SHAPE (2));
}

static inline double
item (Tensor *x)
{
  g_autoptr (GError) error = NULL;
  double value = NAN;

  g_assert_true (t_item (x, &value, &error));
  return value;
}

static inline void
assert_values (Tensor *x, gsize n, const double *wanted, double tolerance)
{
  g_autoptr (GError) error = NULL;
  gsize found = 0;
  g_autofree double *values = t_dup_data (x, T_F64, &found, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (found, ==, n);
  for (gsize i = 0; i < n; i++)
    if (!(fabs (values[i] - wanted[i]) <= tolerance))
      g_error ("value %" G_GSIZE_FORMAT " is %.9g, not %.9g", i, values[i], wanted[i]);
}

/* Every test ends so: nothing is left, and no error waits. */
static inline void
assert_clean (void)
{
  g_assert_cmpint (t_live_count (), ==, 0);
  g_assert_false (t_failed ());
}
