/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tensor layer's rules: who owns handles, where errors wait, what memory's end does. */

#include "tensor-check.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* Scopes ------------------------------------------------------------------------------------ */

static Tensor *
doubled_plus_one (Tensor *x)
{
  T_SCOPE ();
  Tensor *doubled = t_mul_scalar (x, 2);

  return t_keep (t_add_scalar (doubled, 1));
}

/* A handle that is not of the innermost scope stays where it is. */
static void
keep_in_vain (Tensor *x)
{
  T_SCOPE ();

  g_assert_true (t_keep (x) == x);
  g_assert_null (t_keep (NULL));
}

static void
test_keep (void)
{
  {
    T_SCOPE ();
    Tensor *x = vector (1, 2), *y;
    g_assert_cmpint (t_live_count (), ==, 1);
    y = doubled_plus_one (x);
    g_assert_cmpint (t_live_count (), ==, 2); /* its temporary is gone */
    assert_values (y, 2, (double[]){ 3, 5 }, 0);
    keep_in_vain (x);
    assert_values (x, 2, (double[]){ 1, 2 }, 0);
  }
  assert_clean ();
}

static void
test_keep_outermost (void)
{
  g_autoptr (GError) error = NULL;
  {
    T_SCOPE ();
    g_assert_null (t_keep (vector (1, 2)));
    g_assert_false (t_check (&error));
    g_assert_error (error, T_ERROR, T_ERROR_FAILED);
  }
  g_assert_null (vector (1, 2)); /* outside every scope */
  g_clear_error (&error);
  g_assert_false (t_check (&error));
  g_assert_nonnull (strstr (error->message, "outside every scope"));
  assert_clean ();
}

static void
test_fields (void)
{
  Tensor *field = NULL, *stolen;
  {
    T_SCOPE ();
    t_assign (&field, vector (1, 2));
    stolen = t_steal (vector (3, 4));
    t_assign (&field, field); /* nothing happens */
  }
  g_assert_cmpint (t_live_count (), ==, 2);
  {
    T_SCOPE ();
    assert_values (field, 2, (double[]){ 1, 2 }, 0);
    t_assign (&field, vector (5, 6)); /* what it held is freed */
    g_assert_cmpint (t_live_count (), ==, 2);
    assert_values (field, 2, (double[]){ 5, 6 }, 0);
    t_assign (&field, NULL);
    g_assert_null (field);
  }
  t_drop (&stolen);
  g_assert_null (stolen);
  t_drop (&stolen);
  assert_clean ();
}

static void
test_drop_inside (void)
{
  {
    T_SCOPE ();
    Tensor *a = vector (1, 2), *b = vector (3, 4), *c = vector (5, 6);
    t_drop (&b); /* out of the middle of the scope's list */
    g_assert_cmpint (t_live_count (), ==, 2);
    assert_values (t_add (a, c), 2, (double[]){ 6, 8 }, 0);
  }
  assert_clean ();
}

static gboolean
records (Tensor *x)
{
  T_SCOPE ();

  return t_needs_grad (t_square (x));
}

static gboolean
records_without_grad (Tensor *x)
{
  T_SCOPE_NO_GRAD ();

  return t_needs_grad (t_square (x)) || records (x);
}

static void
test_no_grad (void)
{
  {
    T_SCOPE ();
    Tensor *x = t_requires_grad (vector (1, 2));
    g_assert_true (records (x));
    g_assert_false (records_without_grad (x));
    g_assert_true (records (x));
    g_assert_false (t_needs_grad (t_detach (t_square (x))));
  }
  assert_clean ();
}

/* Storage outlives handles as long as autograd needs it. */
static void
test_backward (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Tensor *x = t_requires_grad (vector (1, 2)), *loss;
    loss = t_sum (t_square (doubled_plus_one (x)));
    g_assert_true (t_backward (loss, &error));
    assert_values (t_grad (x), 2, (double[]){ 12, 20 }, 1e-12); /* 4·(2x + 1) */
    g_assert_true (t_backward (t_sum (x), &error));             /* gradients add up */
    assert_values (t_grad (x), 2, (double[]){ 13, 21 }, 1e-12);
    t_zero_grad (x);
    assert_values (t_grad (x), 2, (double[]){ 0, 0 }, 0);
    g_assert_false (t_backward (t_sum (vector (1, 2)), &error)); /* nothing to derive by */
    g_assert_error (error, T_ERROR, T_ERROR_FAILED);
  }
  assert_clean ();
}

static void
test_gradients_alone (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Tensor *x = t_requires_grad (vector (1, 2)), *other = t_requires_grad (vector (3, 4));
    Tensor *inputs[] = { x, other }, *grads[2] = { NULL };
    g_assert_true (t_gradients (t_sum (t_square (x)), inputs, 2, grads, &error));
    assert_values (grads[0], 2, (double[]){ 2, 4 }, 0);
    assert_values (grads[1], 2, (double[]){ 0, 0 }, 0);  /* the loss does not depend on it */
    assert_values (t_grad (x), 2, (double[]){ 0, 0 }, 0); /* no leaf gathers anything */
  }
  assert_clean ();
}

/* Errors ------------------------------------------------------------------------------------ */

static Tensor *
linear_forward (Tensor *a, Tensor *b)
{
  T_SCOPE ();

  return t_keep (t_matmul (a, b));
}

static Tensor *
block_forward (Tensor *a, Tensor *b)
{
  T_SCOPE ();

  return t_keep (t_add_scalar (linear_forward (a, b), 1));
}

static void
test_error_message (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Tensor *a = t_zeros (T_F32, T_CPU, T_SHAPE (1, 2)), *b = t_zeros (T_F32, T_CPU, T_SHAPE (3, 1));
    g_assert_null (block_forward (a, b));
    g_assert_true (t_failed ());
    g_assert_false (t_check (&error));
    g_assert_error (error, T_ERROR, T_ERROR_FAILED);
    g_assert_true (g_str_has_prefix (error->message, "matmul: 1x2 by 3x1: "));
    g_assert_true (g_str_has_suffix (error->message, " (in linear_forward < block_forward < test_error_message)"));
    g_assert_null (strchr (error->message, '\n'));
  }
  assert_clean ();
}

static void
test_error_waits (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    double value = 7;
    Tensor *x = vector (1, 2);
    g_assert_null (t_narrow (x, 0, 5, 1));
    g_assert_null (t_add (x, x)); /* nothing happens any more */
    g_assert_null (t_matmul (x, NULL));
    t_fail (T_ERROR_DEVICE, "a later error");
    g_assert_true (t_failed ());
    g_assert_false (t_item (t_sum (x), &value, &error)); /* the reading reports the first */
    g_assert_error (error, T_ERROR, T_ERROR_FAILED);
    g_assert_true (g_str_has_prefix (error->message, "narrow: 2"));
    g_assert_cmpfloat (value, ==, 7);
    g_assert_false (t_failed ());
    g_assert_cmpfloat (item (t_sum (x)), ==, 3); /* and everything works again */
  }
  assert_clean ();
}

static void
test_error_readings (void)
{
  T_SCOPE ();
  double value;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "never-written.safetensors", NULL);
  Tensor *x = t_requires_grad (vector (1, 2)), *grads[1];
  TAdamW group = { .n = 0 };

  for (guint reading = 0; reading < 7; reading++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = TRUE;
      const char *name = "x";
      t_fail (T_ERROR_DEVICE, "reading %u", reading);
      switch (reading)
        {
        case 0:
          ok = t_check (&error);
          break;
        case 1:
          ok = t_item (x, &value, &error);
          break;
        case 2:
          ok = t_dup_data (x, T_F32, NULL, &error) != NULL;
          break;
        case 3:
          ok = t_backward (x, &error);
          break;
        case 4:
          ok = t_gradients (x, &x, 1, grads, &error);
          break;
        case 5:
          ok = t_save (path, &name, &x, 1, NULL, &error);
          break;
        default:
          ok = t_adamw_step (&group, &error);
          break;
        }
      g_assert_false (ok);
      g_assert_error (error, T_ERROR, T_ERROR_DEVICE);
      g_assert_false (t_failed ());
    }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_error_taken (void)
{
  g_autoptr (GError) error = NULL;

  t_take_error (g_error_new (T_ERROR, T_ERROR_FILE, "the first"));
  t_take_error (g_error_new (T_ERROR, T_ERROR_FILE, "the second"));
  g_assert_false (t_check (&error));
  g_assert_cmpstr (error->message, ==, "the first");
  assert_clean ();
}

static void
test_missing_tensor (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Tensor *list[] = { vector (1, 2), NULL };
    g_assert_null (t_cat (list, 2, 0));
    g_assert_false (t_check (&error));
    g_assert_nonnull (strstr (error->message, "tensor 1 of the list is missing"));
    g_clear_error (&error);
    g_assert_null (t_silu (NULL));
    g_assert_false (t_check (&error));
    g_assert_nonnull (strstr (error->message, "silu: a tensor is missing"));
  }
  assert_clean ();
}

static gboolean
refuse (gpointer data, GError **error)
{
  guint *n = data;

  (*n)++;
  if (*n == 2)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Enough");
  return *n < 2;
}

static gboolean
refuse_silently (gpointer data, GError **error)
{
  return FALSE;
}

static void
test_interrupt (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    guint n = 0;
    t_set_interrupt (refuse, &n);
    t_poll ();
    g_assert_nonnull (vector (1, 2));
    t_poll ();
    g_assert_null (vector (1, 2));
    t_poll (); /* nobody is asked while an error waits */
    g_assert_cmpuint (n, ==, 2);
    g_assert_false (t_check (&error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpstr (error->message, ==, "Enough");
    g_clear_error (&error);
    t_set_interrupt (refuse_silently, NULL);
    t_poll ();
    g_assert_false (t_check (&error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    t_set_interrupt (NULL, NULL);
    t_poll ();
    g_assert_false (t_failed ());
  }
  assert_clean ();
}

/* Memory ------------------------------------------------------------------------------------ */

static void
test_absurd_size (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    g_assert_null (t_zeros (T_F32, T_CPU, T_SHAPE (G_GINT64_CONSTANT (1) << 46))); /* beyond any address space */
    g_assert_false (t_check (&error));
    g_assert_error (error, T_ERROR, T_ERROR_OUT_OF_MEMORY);
    g_assert_cmpfloat (item (t_sum (t_full (2, T_F32, T_CPU, T_SHAPE (3)))), ==, 6);
  }
  assert_clean ();
}

static rlim_t
address_space (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) || (line = strstr (text, "VmSize:")) == NULL)
    return 0;
  return (rlim_t) g_ascii_strtoull (line + strlen ("VmSize:"), NULL, 10) * 1024;
}

/* A step of training with @n values; FALSE with an error. */
static gboolean
training_step (gint64 n, GError **error)
{
  T_SCOPE ();
  g_autoptr (TGenerator) generator = t_generator_new (1);
  Tensor *x = t_requires_grad (t_randn (generator, T_SHAPE (n)));

  return t_backward (t_mean (t_square (t_silu (t_exp (x)))), error);
}

#define MEGABYTE (1024 * 1024)

static void
test_memory_ends (void)
{
  if (g_test_subprocess ())
    {
      rlim_t size = address_space ();
      struct rlimit limit = { size + 300 * MEGABYTE, size + 300 * MEGABYTE };
      g_autoptr (GError) error = NULL;
      t_set_threads (1);
      g_assert_true (training_step (1000, &error)); /* whatever libtorch sets up once */
      g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);
      g_assert_false (training_step (25 * MEGABYTE, &error)); /* 100 MB a tensor: it ends on the way */
      g_assert_error (error, T_ERROR, T_ERROR_OUT_OF_MEMORY);
      g_clear_error (&error);
      assert_clean ();
      g_assert_true (training_step (MEGABYTE, &error));
      g_assert_no_error (error);
      assert_clean ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tensor/scope/keep", test_keep);
  g_test_add_func ("/tensor/scope/keep-outermost", test_keep_outermost);
  g_test_add_func ("/tensor/scope/fields", test_fields);
  g_test_add_func ("/tensor/scope/drop-inside", test_drop_inside);
  g_test_add_func ("/tensor/scope/no-grad", test_no_grad);
  g_test_add_func ("/tensor/scope/backward", test_backward);
  g_test_add_func ("/tensor/scope/gradients-alone", test_gradients_alone);
  g_test_add_func ("/tensor/error/message", test_error_message);
  g_test_add_func ("/tensor/error/waits", test_error_waits);
  g_test_add_func ("/tensor/error/readings", test_error_readings);
  g_test_add_func ("/tensor/error/taken", test_error_taken);
  g_test_add_func ("/tensor/error/missing-tensor", test_missing_tensor);
  g_test_add_func ("/tensor/interrupt", test_interrupt);
  g_test_add_func ("/tensor/memory/absurd-size", test_absurd_size);
  g_test_add_func ("/tensor/memory/ends", test_memory_ends);
  return g_test_run ();
}
