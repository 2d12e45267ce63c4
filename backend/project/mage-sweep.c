/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-sweep.h"

#include "project/mage-json.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <math.h>

/*
 * One video made with every value of one or two parameters. A sweep is a file in the project's folder; its cells name
 * the results that were made for them, so that it is there again when the project is opened, and goes on where it stood.
 */

#define N_AXES 2

typedef struct
{
  const MageParamInfo *info;
  GStrv values;
} Axis;

struct _MageSweep
{
  GObject parent_instance;

  char *id;
  char *prompt;
  char *motion;       /* "" for none */
  MageParams *params; /* frozen: what does not vary */
  Axis axes[N_AXES];  /* across, then down */
  guint n_axes;
  GPtrArray *results; /* ids, row by row; NULL: not made yet */
};

G_DEFINE_FINAL_TYPE (MageSweep, mage_sweep, G_TYPE_OBJECT)

static void
mage_sweep_finalize (GObject *object)
{
  MageSweep *self = MAGE_SWEEP (object);

  for (guint i = 0; i < N_AXES; i++)
    g_strfreev (self->axes[i].values);
  g_clear_object (&self->params);
  g_ptr_array_unref (self->results);
  g_free (self->id);
  g_free (self->prompt);
  g_free (self->motion);
  G_OBJECT_CLASS (mage_sweep_parent_class)->finalize (object);
}

static void
mage_sweep_class_init (MageSweepClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_sweep_finalize;
}

static void
mage_sweep_init (MageSweep *self)
{
  self->results = g_ptr_array_new_with_free_func (g_free);
}

/* --- values --- */

/** mage_sweep_can_vary: whether a sweep can go over it: it changes the video, or is one of those of which variants are trained. */
gboolean
mage_sweep_can_vary (const MageParamInfo *info)
{
  static const char *const trained[] = { "omega", "lambda1", "lambda2", NULL };

  return (info->stale & MAGE_STALE_RESULT) != 0 || g_strv_contains (trained, info->key);
}

/* As the table writes it, so that the same value is not made twice. */
static char *
dup_clean (const MageParamInfo *info, const char *text, GError **error)
{
  g_autoptr (MageParams) scratch = mage_params_new ();

  return mage_params_set_text (scratch, info->key, text, error) ? mage_params_dup_text (scratch, info->key) : NULL;
}

/**
 * mage_sweep_parse_values:
 * @text: values divided by commas, or by | where they are texts
 * @error: names the value that cannot be
 *
 * Returns: (transfer full): each of them once
 */
GStrv
mage_sweep_parse_values (const MageParamInfo *info, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, info->type == MAGE_PARAM_STRING ? "|" : ",", -1);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *value = NULL;

      g_strstrip (parts[i]);
      if (*parts[i] == '\0' && info->type != MAGE_PARAM_STRING)
        continue;
      value = dup_clean (info, parts[i], error);
      if (value == NULL)
        return NULL;
      if (!g_ptr_array_find_with_equal_func (values, value, g_str_equal, NULL))
        g_ptr_array_add (values, g_steal_pointer (&value));
    }
  if (values->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("“%s” needs a value"), _(info->label));
      return NULL;
    }
  g_ptr_array_add (values, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&values), FALSE);
}

/** mage_sweep_round_value: @value as the parameter can have it: within its bounds, and whole where it is. */
double
mage_sweep_round_value (const MageParamInfo *info, double value)
{
  value = CLAMP (value, info->minimum, info->maximum);
  return info->type == MAGE_PARAM_INT ? round (value) : value;
}

/** mage_sweep_spread_values: Returns: (transfer full): @n values from @from to @to, evenly; whole numbers each once */
GStrv
mage_sweep_spread_values (const MageParamInfo *info, double from, double to, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MAX (n, 1); i++)
    {
      double value = n > 1 ? from + (to - from) * i / (n - 1) : from;
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (digits, sizeof digits, "%.6g", mage_sweep_round_value (info, value));
      g_string_append_printf (text, "%s,", digits);
    }
  return mage_sweep_parse_values (info, text->str, NULL);
}

/* --- the sweep --- */

/** mage_sweep_new: @motion: (nullable): its name; @params: of which the axes vary some */
MageSweep *
mage_sweep_new (const char *prompt, const char *motion, MageParams *params)
{
  MageSweep *self = g_object_new (MAGE_TYPE_SWEEP, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  self->id = g_date_time_format (now, "%Y%m%d-%H%M%S-%f");
  self->prompt = g_strdup (prompt);
  self->motion = g_strdup (motion != NULL ? motion : "");
  self->params = mage_params_freeze (params);
  return self;
}

/** mage_sweep_add_axis: the first goes across, the second down. @error: when there is no such parameter, or too many videos. */
gboolean
mage_sweep_add_axis (MageSweep *self, const char *key, const char *const *values, GError **error)
{
  const MageParamInfo *info = mage_param_table_find (key);
  guint n = g_strv_length ((GStrv) values);

  if (info == NULL || !mage_sweep_can_vary (info) || n == 0 || self->n_axes == N_AXES
      || (self->n_axes == 1 && self->axes[0].info == info))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("A sweep cannot go over “%s” here"), key);
      return FALSE;
    }
  if (n * MAX (mage_sweep_get_n_cells (self), 1) > MAGE_SWEEP_MAX)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("A sweep makes up to %u videos: take fewer values"), MAGE_SWEEP_MAX);
      return FALSE;
    }
  self->axes[self->n_axes].info = info;
  self->axes[self->n_axes].values = g_strdupv ((GStrv) values);
  self->n_axes++;
  g_ptr_array_set_size (self->results, (int) mage_sweep_get_n_cells (self));
  return TRUE;
}

guint
mage_sweep_get_n_axes (MageSweep *self)
{
  return self->n_axes;
}

/** mage_sweep_get_axis: @values: (out) (optional) (transfer none). Returns: (transfer none): what varies */
const MageParamInfo *
mage_sweep_get_axis (MageSweep *self, guint axis, const char *const **values)
{
  g_return_val_if_fail (axis < self->n_axes, NULL);

  if (values != NULL)
    *values = (const char *const *) self->axes[axis].values;
  return self->axes[axis].info;
}

guint
mage_sweep_get_n_columns (MageSweep *self)
{
  return self->n_axes > 0 ? g_strv_length (self->axes[0].values) : 0;
}

guint
mage_sweep_get_n_cells (MageSweep *self)
{
  return mage_sweep_get_n_columns (self) * (self->n_axes > 1 ? g_strv_length (self->axes[1].values) : 1);
}

/** mage_sweep_dup_params: Returns: (transfer full): what makes the video of @cell */
MageParams *
mage_sweep_dup_params (MageSweep *self, guint cell)
{
  MageParams *params = mage_params_copy (self->params);
  guint n = mage_sweep_get_n_columns (self);

  g_return_val_if_fail (cell < mage_sweep_get_n_cells (self), params);

  mage_params_set_text (params, self->axes[0].info->key, self->axes[0].values[cell % n], NULL);
  if (self->n_axes > 1)
    mage_params_set_text (params, self->axes[1].info->key, self->axes[1].values[cell / n], NULL);
  return params;
}

/** mage_sweep_get_result: Returns: (nullable): the id of the video of @cell */
const char *
mage_sweep_get_result (MageSweep *self, guint cell)
{
  g_return_val_if_fail (cell < self->results->len, NULL);

  return g_ptr_array_index (self->results, cell);
}

/** mage_sweep_set_result: @id: (nullable) */
void
mage_sweep_set_result (MageSweep *self, guint cell, const char *id)
{
  g_return_if_fail (cell < self->results->len);

  g_free (g_ptr_array_index (self->results, cell));
  g_ptr_array_index (self->results, cell) = g_strdup (id);
}

const char *
mage_sweep_get_id (MageSweep *self)
{
  return self->id;
}

const char *
mage_sweep_get_prompt (MageSweep *self)
{
  return self->prompt;
}

/** mage_sweep_get_motion: Returns: (nullable): the motion's name */
const char *
mage_sweep_get_motion (MageSweep *self)
{
  return *self->motion != '\0' ? self->motion : NULL;
}

/* Of all that makes the first video; what does not vary is that of the others, too. */
static char *
dup_first_hash (MageSweep *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (MageParams) params = mage_sweep_dup_params (self, 0);

  mage_params_hash (params, (MageStale) ~0, checksum);
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
is_same_axis (const Axis *a, const Axis *b)
{
  return a->info == b->info && g_strv_equal ((const char *const *) a->values, (const char *const *) b->values);
}

/** mage_sweep_is_same: whether both would make the same videos, however many of them are made. */
gboolean
mage_sweep_is_same (MageSweep *self, MageSweep *other)
{
  g_autofree char *hash = NULL;
  g_autofree char *other_hash = NULL;

  if (self->n_axes == 0 || self->n_axes != other->n_axes || !g_str_equal (self->prompt, other->prompt) || !g_str_equal (self->motion, other->motion))
    return FALSE;
  for (guint i = 0; i < self->n_axes; i++)
    if (!is_same_axis (&self->axes[i], &other->axes[i]))
      return FALSE;
  hash = dup_first_hash (self);
  other_hash = dup_first_hash (other);
  return g_str_equal (hash, other_hash);
}

/** mage_sweep_dup_title: Returns: (transfer full): "Guided steps × Guidance strength" */
char *
mage_sweep_dup_title (MageSweep *self)
{
  if (self->n_axes > 1)
    return g_strdup_printf ("%s × %s", _(self->axes[0].info->label), _(self->axes[1].info->label));
  return g_strdup (self->n_axes > 0 ? _(self->axes[0].info->label) : "");
}

/** mage_sweep_dup_cell_title: Returns: (transfer full): "Guided steps 15, Guidance strength 3" */
char *
mage_sweep_dup_cell_title (MageSweep *self, guint cell)
{
  guint n = mage_sweep_get_n_columns (self);

  g_return_val_if_fail (cell < mage_sweep_get_n_cells (self), g_strdup (""));

  if (self->n_axes > 1)
    return g_strdup_printf ("%s %s, %s %s", _(self->axes[0].info->label), self->axes[0].values[cell % n],
                            _(self->axes[1].info->label), self->axes[1].values[cell / n]);
  return g_strdup_printf ("%s %s", _(self->axes[0].info->label), self->axes[0].values[cell]);
}

/* --- its file --- */

static JsonArray *
axes_to_json (MageSweep *self)
{
  JsonArray *axes = json_array_new ();

  for (guint i = 0; i < self->n_axes; i++)
    {
      JsonObject *axis = json_object_new ();
      JsonArray *values = json_array_new ();

      for (guint k = 0; self->axes[i].values[k] != NULL; k++)
        json_array_add_string_element (values, self->axes[i].values[k]);
      json_object_set_string_member (axis, "parameter", self->axes[i].info->key);
      json_object_set_array_member (axis, "values", values);
      json_array_add_object_element (axes, axis);
    }
  return axes;
}

/** mage_sweep_save: writes it into @folder, which is made where it is missing. */
gboolean
mage_sweep_save (MageSweep *self, const char *folder, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *cells = json_array_new ();
  g_autofree char *name = g_strdup_printf ("%s.json", self->id);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  for (guint i = 0; i < self->results->len; i++)
    json_array_add_string_element (cells, g_ptr_array_index (self->results, i) != NULL ? g_ptr_array_index (self->results, i) : "");
  json_object_set_int_member (object, "version", 1);
  json_object_set_string_member (object, "prompt", self->prompt);
  json_object_set_string_member (object, "motion", self->motion);
  json_object_set_object_member (object, "params", mage_params_to_json (self->params, TRUE));
  json_object_set_array_member (object, "axes", axes_to_json (self));
  json_object_set_array_member (object, "results", cells);
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (number), _("The folder “%s” could not be made: %s"), folder,
                   g_strerror (number));
      return FALSE;
    }
  return mage_json_write_object (path, object, error);
}

static gboolean
load_axis (MageSweep *self, JsonObject *axis, GError **error)
{
  JsonArray *array = axis != NULL ? mage_json_get_array (axis, "values") : NULL;
  const char *key = axis != NULL ? mage_json_get_string (axis, "parameter", "") : "";
  const MageParamInfo *info = mage_param_table_find (key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) values = NULL;

  for (guint i = 0; info != NULL && array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      g_autofree char *value = NULL;

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        continue;
      value = dup_clean (info, json_node_get_string (node), error);
      if (value == NULL)
        return FALSE;
      g_strv_builder_add (builder, value);
    }
  values = g_strv_builder_end (builder);
  return mage_sweep_add_axis (self, key, (const char *const *) values, error);
}

/** mage_sweep_load: @path: what mage_sweep_save() wrote. Returns: (transfer full) */
MageSweep *
mage_sweep_load (const char *path, GError **error)
{
  g_autoptr (JsonNode) node = mage_json_read (path, error);
  JsonObject *object = node != NULL ? json_node_get_object (node) : NULL;
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageSweep) self = NULL;
  g_autofree char *name = g_path_get_basename (path);
  JsonArray *array;

  if (node == NULL || (mage_json_get_object (object, "params") != NULL
                       && !mage_params_load_json (params, mage_json_get_object (object, "params"), error)))
    return NULL;
  self = mage_sweep_new (mage_json_get_string (object, "prompt", ""), mage_json_get_string (object, "motion", ""), params);
  g_free (self->id);
  self->id = g_strndup (name, strlen (name) - (g_str_has_suffix (name, ".json") ? strlen (".json") : 0));
  array = mage_json_get_array (object, "axes");
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (!load_axis (self, mage_json_get_element (array, i), error))
      return NULL;
  if (self->n_axes == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is no sweep: nothing varies in it"), path);
      return NULL;
    }
  array = mage_json_get_array (object, "results");
  for (guint i = 0; array != NULL && i < MIN (json_array_get_length (array), self->results->len); i++)
    {
      JsonNode *cell = json_array_get_element (array, i);
      const char *id = JSON_NODE_HOLDS_VALUE (cell) && json_node_get_value_type (cell) == G_TYPE_STRING
                         ? json_node_get_string (cell) : "";

      if (*id != '\0')
        mage_sweep_set_result (self, i, id);
    }
  return g_steal_pointer (&self);
}

static int
compare_sweeps (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(MageSweep *const *) b)->id, (*(MageSweep *const *) a)->id);
}

/** mage_sweep_load_all: Returns: (transfer full) (element-type MageSweep): those in @folder that can be read, the newest first */
GPtrArray *
mage_sweep_load_all (const char *folder)
{
  GPtrArray *sweeps = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GError) error = NULL;
      MageSweep *sweep;

      if (!g_str_has_suffix (name, ".json"))
        continue;
      sweep = mage_sweep_load (path, &error);
      if (sweep != NULL)
        g_ptr_array_add (sweeps, sweep);
      else
        g_info ("A sweep is left out: %s", error->message);
    }
  g_ptr_array_sort (sweeps, compare_sweeps);
  return sweeps;
}
