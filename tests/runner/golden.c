/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is printed and counted: one line for each thing compared. */

#define LINE "%-6s %-36s %s"

/**
 * golden_init:
 * @dir: the folder
 * @tolerance_factor: multiplies every tolerance but that of exact values
 */
gboolean
golden_init (Golden *self, const char *dir, TDevice device, double tolerance_factor, GError **error)
{
  g_autofree char *manifest = g_build_filename (dir, "manifest.json", NULL);

  *self = (Golden){ .dir = g_strdup (dir), .device = device, .tolerance_factor = tolerance_factor };
  if (!g_file_test (dir, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR, "%s is no folder", dir);
      return FALSE;
    }
  if (!g_file_test (manifest, G_FILE_TEST_EXISTS))
    return TRUE;
  self->manifest_parser = json_parser_new ();
  if (!json_parser_load_from_file (self->manifest_parser, manifest, error))
    return FALSE;
  if (json_parser_get_root (self->manifest_parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (self->manifest_parser)))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s holds no JSON object", manifest);
      return FALSE;
    }
  self->manifest = json_node_get_object (json_parser_get_root (self->manifest_parser));
  return TRUE;
}

void
golden_clear (Golden *self)
{
  g_clear_object (&self->manifest_parser);
  g_clear_pointer (&self->dir, g_free);
}

/** golden_path: (transfer full): of a file in the folder. */
char *
golden_path (Golden *self, const char *name)
{
  return g_build_filename (self->dir, name, NULL);
}

/** golden_has: whether the folder has this file or folder. */
gboolean
golden_has (Golden *self, const char *name)
{
  g_autofree char *path = golden_path (self, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/** golden_say: a line that counts for nothing ("input", "text"). */
void
golden_say (Golden *self, const char *status, const char *file, const char *what)
{
  g_print (LINE "\n", status, file, what);
}

/** golden_absent: the folder lacks @file. */
void
golden_absent (Golden *self, const char *file)
{
  self->n_absent++;
  golden_say (self, "absent", file, "");
}

/** golden_fail: a failure that has no number. */
void
golden_fail (Golden *self, const char *file, const char *what, const char *format, ...)
{
  va_list arguments;
  g_autofree char *message = NULL;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  self->n_failed++;
  g_print (LINE "  error nan  tolerance -  %s\n", "FAIL", file, what, message);
}

static void
count (Golden *self, const char *file, const char *what, gboolean ok, double error, double tolerance)
{
  if (ok)
    self->n_ok++;
  else
    self->n_failed++;
  g_print (LINE "  error %.2g  tolerance %.2g\n", ok ? "ok" : "FAIL", file, what, error, tolerance);
}

/** golden_check: something that holds or does not. Returns: @holds */
gboolean
golden_check (Golden *self, const char *file, const char *what, gboolean holds)
{
  count (self, file, what, holds, holds ? 0 : 1, 0);
  return holds;
}

/** golden_no_error: takes the waiting error as a failure of @what. Returns: whether there was none */
gboolean
golden_no_error (Golden *self, const char *file, const char *what)
{
  g_autoptr (GError) error = NULL;

  if (t_check (&error))
    return TRUE;
  golden_fail (self, file, what, "%s", error->message);
  return FALSE;
}

static gboolean
shapes_fit (Tensor *ours, Tensor *reference)
{
  if (t_same_shape (ours, reference))
    return TRUE;
  /* A scalar is stored as [1]. */
  return t_n_dims (ours) == 0 && t_numel (ours) == 1 && t_has_shape (reference, T_SHAPE (1));
}

/* max |a − b| / max |b|; NaN where a or b is not finite in a place where the other differs. */
static double
relative_error (const double *a, const double *b, gsize n)
{
  double worst = 0, largest = 0;

  for (gsize i = 0; i < n; i++)
    {
      if (!isfinite (a[i]) || !isfinite (b[i]))
        return NAN;
      worst = MAX (worst, fabs (a[i] - b[i]));
      largest = MAX (largest, fabs (b[i]));
    }
  if (worst == 0)
    return 0;
  return largest > 0 ? worst / largest : INFINITY;
}

/**
 * golden_numbers:
 * @ours: (nullable): what was computed; NULL when that failed
 * @tolerance: largest |ours − reference| in parts of the largest |reference|
 */
void
golden_numbers (Golden *self, const char *file, const char *what, Tensor *ours, Tensor *reference, double tolerance)
{
  g_autoptr (GError) error = NULL;
  g_autofree double *a = NULL, *b = NULL;
  gsize n = 0;
  double found;

  if (!golden_no_error (self, file, what))
    return;
  if (ours == NULL || reference == NULL)
    {
      golden_fail (self, file, what, "nothing was computed");
      return;
    }
  if (!shapes_fit (ours, reference))
    {
      g_autofree char *is = t_dup_shape (ours), *should = t_dup_shape (reference);
      golden_fail (self, file, what, "the shape is %s, not %s", is, should);
      return;
    }
  if ((a = t_dup_data (ours, T_F64, NULL, &error)) == NULL || (b = t_dup_data (reference, T_F64, &n, &error)) == NULL)
    {
      golden_fail (self, file, what, "%s", error->message);
      return;
    }
  tolerance *= self->tolerance_factor;
  found = relative_error (a, b, n);
  count (self, file, what, found <= tolerance, found, tolerance); /* NaN is not ≤ anything */
}

/* Files ------------------------------------------------------------------------------------- */

/** golden_file_open: (nullable): NULL when the folder lacks it (counted as absent) or it is damaged. */
GoldenFile *
golden_file_open (Golden *golden, const char *name)
{
  g_autofree char *path = golden_path (golden, name);
  g_autoptr (GError) error = NULL;
  WeightsFile *weights;
  GoldenFile *self;
  const char *info;

  if (!golden_has (golden, name))
    {
      golden_absent (golden, name);
      return NULL;
    }
  if ((weights = weights_file_open (path, &error)) == NULL)
    {
      golden_fail (golden, name, "", "%s", error->message);
      return NULL;
    }
  self = g_new0 (GoldenFile, 1);
  self->golden = golden;
  self->name = g_strdup (name);
  self->weights = weights;
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if ((info = weights_file_metadata (weights, "info")) != NULL)
    {
      self->info_parser = json_parser_new ();
      if (json_parser_load_from_data (self->info_parser, info, -1, NULL)
          && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (self->info_parser)))
        self->info = json_node_get_object (json_parser_get_root (self->info_parser));
      else
        golden_fail (golden, name, "info", "the metadata “info” are no JSON object");
    }
  return self;
}

/** golden_file_close: every tensor that was neither input nor compared is a failure. */
void
golden_file_close (GoldenFile *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < weights_file_n_entries (self->weights); i++)
    {
      const char *name = weights_file_entry (self->weights, i)->name;
      if (!g_hash_table_contains (self->known, name))
        golden_fail (self->golden, self->name, name, "this tensor is not known or could not be computed");
    }
  weights_file_unref (self->weights);
  g_hash_table_unref (self->known);
  g_clear_object (&self->info_parser);
  g_free (self->name);
  g_free (self);
}

/** golden_file_has: whether the file has this tensor. */
gboolean
golden_file_has (GoldenFile *self, const char *tensor)
{
  return weights_file_lookup (self->weights, tensor) != NULL;
}

/** golden_file_names: (transfer full): of all its tensors. */
GStrv
golden_file_names (GoldenFile *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < weights_file_n_entries (self->weights); i++)
    g_strv_builder_add (names, weights_file_entry (self->weights, i)->name);
  return g_strv_builder_end (names);
}

/** golden_file_info: (nullable): a text of `info`. */
const char *
golden_file_info (GoldenFile *self, const char *key)
{
  return self->info != NULL ? json_object_get_string_member_with_default (self->info, key, NULL) : NULL;
}

/** golden_file_info_number: a number of `info`, also where it is written as text. */
double
golden_file_info_number (GoldenFile *self, const char *key, double fallback)
{
  JsonNode *node = self->info != NULL ? json_object_get_member (self->info, key) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return fallback;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_ascii_strtod (json_node_get_string (node), NULL);
  return json_node_get_double (node);
}

static void
know (GoldenFile *self, const char *tensor)
{
  g_hash_table_add (self->known, g_strdup (tensor));
}

/** golden_file_ignore_rest: tensors that are inputs by the file's nature (LoRA factors). */
void
golden_file_ignore_rest (GoldenFile *self)
{
  for (guint i = 0; i < weights_file_n_entries (self->weights); i++)
    know (self, weights_file_entry (self->weights, i)->name);
}

/** golden_file_peek: (nullable): a tensor on the device, float32 or as stored where it holds integers. */
Tensor *
golden_file_peek (GoldenFile *self, const char *tensor)
{
  const WeightsEntry *entry = weights_file_lookup (self->weights, tensor);
  Tensor *x;

  if (entry == NULL)
    return NULL;
  x = t_clone (t_from_entry (self->weights, entry));
  return t_to (x, self->golden->device, t_dtype (x));
}

/** golden_file_input: (nullable): a tensor that is given, not compared; NULL when the file lacks it. */
Tensor *
golden_file_input (GoldenFile *self, const char *tensor)
{
  Tensor *x = golden_file_peek (self, tensor);

  if (x != NULL)
    know (self, tensor);
  return x;
}

/** golden_file_input_ints: the integers of an input; FALSE when the file lacks it. */
gboolean
golden_file_input_ints (GoldenFile *self, const char *tensor, GArray **values)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = golden_file_input (self, tensor);
  g_autofree gint64 *data = NULL;
  gsize n;

  if (x == NULL || (data = t_dup_data (x, T_I64, &n, NULL)) == NULL)
    return FALSE;
  *values = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_vals (*values, data, (guint) n);
  return TRUE;
}

/** golden_file_compare: compares where the file has @tensor; see golden_numbers (). */
void
golden_file_compare (GoldenFile *self, const char *tensor, Tensor *ours, double tolerance)
{
  golden_file_compare_as (self, tensor, tensor, ours, tolerance);
}

/** golden_file_compare_as: the same under another name, where one tensor is computed in several ways. */
void
golden_file_compare_as (GoldenFile *self, const char *tensor, const char *label, Tensor *ours, double tolerance)
{
  T_SCOPE_NO_GRAD ();
  const WeightsEntry *entry = weights_file_lookup (self->weights, tensor);

  if (entry == NULL)
    return;
  know (self, tensor);
  if (golden_no_error (self->golden, self->name, label))
    golden_numbers (self->golden, self->name, label, ours, t_from_entry (self->weights, entry), tolerance);
}

/** golden_file_compare_ints: exact. */
void
golden_file_compare_ints (GoldenFile *self, const char *tensor, GArray *ours)
{
  T_SCOPE_NO_GRAD ();

  golden_file_compare (self, tensor, t_from_data (ours->data, T_I64, T_SHAPE ((gint64) ours->len)), TOL_EXACT);
}

/**
 * golden_file_compare_trained:
 * @path: rate · steps, how far a value can have moved
 *
 * Values after optimizer steps: none may differ by more than 5 % of @path, on average by no more
 * than 0.1 %.
 */
void
golden_file_compare_trained (GoldenFile *self, const char *tensor, Tensor *ours, double path)
{
  T_SCOPE_NO_GRAD ();
  const WeightsEntry *entry = weights_file_lookup (self->weights, tensor);
  double factor = self->golden->tolerance_factor;
  Tensor *reference, *difference;
  double worst = NAN, mean = NAN;

  if (entry == NULL)
    return;
  if (path <= 0)
    {
      golden_file_compare (self, tensor, ours, TOL_NETWORK);
      return;
    }
  know (self, tensor);
  reference = t_from_entry (self->weights, entry);
  if (!t_failed () && (ours == NULL || !t_same_shape (ours, reference)))
    t_fail (T_ERROR_FAILED, "the shape is not that of the reference");
  difference = t_mul_scalar (t_abs (t_sub (t_to (ours, T_CPU, T_F64), t_to_dtype (reference, T_F64))), 1 / path);
  if (t_item (t_amax (difference), &worst, NULL) && t_item (t_mean (difference), &mean, NULL))
    {
      NAME (label, "%s (mean %.2g of %.2g)", tensor, mean, TOL_TRAINED_MEAN * factor);
      count (self->golden, self->name, label, worst <= TOL_TRAINED_WORST * factor && mean <= TOL_TRAINED_MEAN * factor,
             worst, TOL_TRAINED_WORST * factor);
    }
  else
    golden_fail (self->golden, self->name, tensor, "the values cannot be compared");
}
