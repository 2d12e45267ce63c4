/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-params.h"

#include "project/mage-param-value.h"

/*
 * A value for every line of the parameter table. A parameter that nobody set has its default: the
 * model's own when its videomage.json names one, else the table's. Signal changed::KEY tells of
 * changes. Keys of a JSON file that the table does not know (a newer version wrote them) are kept
 * and written back.
 */

struct _MageParams
{
  GObject parent_instance;

  GVariant **values;     /* by line of the table; NULL: the default */
  GVariant **model;      /* the model's defaults; NULL: the table's */
  JsonObject *unknown;
  gboolean frozen;
};

G_DEFINE_FINAL_TYPE (MageParams, mage_params, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint
table_length (void)
{
  guint n;

  mage_param_table (&n);
  return n;
}

static const MageParamInfo *
get_info (guint i)
{
  guint n;

  return &mage_param_table (&n)[i];
}

/* The line of key; the program's own keys are always in the table. */
static guint
find_line (const char *key)
{
  const MageParamInfo *info = mage_param_table_find (key);

  if (info == NULL)
    g_error ("There is no parameter “%s”", key);
  return info - get_info (0);
}

static GVariant *
ref_default (MageParams *self, guint i)
{
  return self->model[i] != NULL ? g_variant_ref (self->model[i]) : mage_param_value_new_default (get_info (i));
}

static GVariant *
ref_value (MageParams *self, const char *key)
{
  guint i = find_line (key);

  return self->values[i] != NULL ? g_variant_ref (self->values[i]) : ref_default (self, i);
}

static void
emit_changed (MageParams *self, guint i)
{
  g_signal_emit (self, signals[CHANGED], g_quark_from_static_string (get_info (i)->key), get_info (i)->key);
}

/* Takes value (sinks it). */
static gboolean
set_value (MageParams *self, const char *key, GVariant *floating, GError **error)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (floating);
  g_autoptr (GVariant) old = ref_value (self, key);
  guint i = find_line (key);

  g_return_val_if_fail (!self->frozen, FALSE);

  if (!mage_param_value_check (get_info (i), value, error))
    return FALSE;
  g_clear_pointer (&self->values[i], g_variant_unref);
  self->values[i] = g_variant_ref (value);
  if (!g_variant_equal (old, value))
    emit_changed (self, i);
  return TRUE;
}

static void
mage_params_finalize (GObject *object)
{
  MageParams *self = MAGE_PARAMS (object);

  for (guint i = 0; i < table_length (); i++)
    {
      g_clear_pointer (&self->values[i], g_variant_unref);
      g_clear_pointer (&self->model[i], g_variant_unref);
    }
  g_free (self->values);
  g_free (self->model);
  g_clear_pointer (&self->unknown, json_object_unref);
  G_OBJECT_CLASS (mage_params_parent_class)->finalize (object);
}

static void
mage_params_class_init (MageParamsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_params_finalize;

  /**
   * MageParams::changed:
   * @key: whose value changed; also the signal's detail
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
mage_params_init (MageParams *self)
{
  self->values = g_new0 (GVariant *, table_length ());
  self->model = g_new0 (GVariant *, table_length ());
  self->unknown = json_object_new ();
}

/** mage_params_new: Returns: (transfer full): every parameter at its default */
MageParams *
mage_params_new (void)
{
  return g_object_new (MAGE_TYPE_PARAMS, NULL);
}

/** mage_params_copy: Returns: (transfer full): a copy that may be changed */
MageParams *
mage_params_copy (MageParams *self)
{
  MageParams *copy = mage_params_new ();

  g_return_val_if_fail (MAGE_IS_PARAMS (self), NULL);

  for (guint i = 0; i < table_length (); i++)
    {
      copy->values[i] = self->values[i] != NULL ? g_variant_ref (self->values[i]) : NULL;
      copy->model[i] = self->model[i] != NULL ? g_variant_ref (self->model[i]) : NULL;
    }
  json_object_unref (copy->unknown);
  copy->unknown = json_object_ref (self->unknown);
  return copy;
}

/** mage_params_freeze: Returns: (transfer full): a copy that never changes, so any thread may read it */
MageParams *
mage_params_freeze (MageParams *self)
{
  MageParams *copy = mage_params_copy (self);

  copy->frozen = TRUE;
  return copy;
}

gboolean
mage_params_is_frozen (MageParams *self)
{
  g_return_val_if_fail (MAGE_IS_PARAMS (self), FALSE);

  return self->frozen;
}

gint64
mage_params_get_int (MageParams *self, const char *key)
{
  g_autoptr (GVariant) value = ref_value (self, key);

  return g_variant_get_int64 (value);
}

double
mage_params_get_double (MageParams *self, const char *key)
{
  g_autoptr (GVariant) value = ref_value (self, key);

  return g_variant_get_double (value);
}

gboolean
mage_params_get_boolean (MageParams *self, const char *key)
{
  g_autoptr (GVariant) value = ref_value (self, key);

  return g_variant_get_boolean (value);
}

/** mage_params_get_string: Returns: (transfer none): valid until the parameter changes */
const char *
mage_params_get_string (MageParams *self, const char *key)
{
  guint i = find_line (key);

  if (self->values[i] != NULL)
    return g_variant_get_string (self->values[i], NULL);
  return self->model[i] != NULL ? g_variant_get_string (self->model[i], NULL) : get_info (i)->text;
}

/** mage_params_dup_text: Returns: (transfer full): the value as mage_params_set_text() takes it */
char *
mage_params_dup_text (MageParams *self, const char *key)
{
  g_autoptr (GVariant) value = ref_value (self, key);

  return mage_param_value_to_text (value);
}

gboolean
mage_params_set_int (MageParams *self, const char *key, gint64 value, GError **error)
{
  g_return_val_if_fail (get_info (find_line (key))->type == MAGE_PARAM_INT, FALSE);

  return set_value (self, key, g_variant_new_int64 (value), error);
}

gboolean
mage_params_set_double (MageParams *self, const char *key, double value, GError **error)
{
  g_return_val_if_fail (get_info (find_line (key))->type == MAGE_PARAM_DOUBLE, FALSE);

  return set_value (self, key, g_variant_new_double (value), error);
}

gboolean
mage_params_set_boolean (MageParams *self, const char *key, gboolean value, GError **error)
{
  g_return_val_if_fail (get_info (find_line (key))->type == MAGE_PARAM_BOOL, FALSE);

  return set_value (self, key, g_variant_new_boolean (value), error);
}

gboolean
mage_params_set_string (MageParams *self, const char *key, const char *value, GError **error)
{
  g_return_val_if_fail (get_info (find_line (key))->text != NULL, FALSE);

  return mage_params_set_text (self, key, value, error);
}

/**
 * mage_params_set_text:
 * @text: a value as a person writes it, whatever the type
 * @error: says what the parameter takes
 */
gboolean
mage_params_set_text (MageParams *self, const char *key, const char *text, GError **error)
{
  GVariant *value;

  g_return_val_if_fail (MAGE_IS_PARAMS (self) && text != NULL, FALSE);

  value = mage_param_value_parse (get_info (find_line (key)), text, error);
  return value != NULL && set_value (self, key, value, error);
}

/** mage_params_reset: back to the default. */
void
mage_params_reset (MageParams *self, const char *key)
{
  g_autoptr (GVariant) old = ref_value (self, key);
  g_autoptr (GVariant) now = NULL;
  guint i = find_line (key);

  g_return_if_fail (!self->frozen);

  g_clear_pointer (&self->values[i], g_variant_unref);
  now = ref_value (self, key);
  if (!g_variant_equal (old, now))
    emit_changed (self, i);
}

/** mage_params_has_same: whether the value is the same in @other. */
gboolean
mage_params_has_same (MageParams *self, const char *key, MageParams *other)
{
  g_autoptr (GVariant) value = ref_value (self, key);
  g_autoptr (GVariant) its = ref_value (other, key);

  return g_variant_equal (value, its);
}

/** mage_params_take_over: takes @other's value and default. */
void
mage_params_take_over (MageParams *self, const char *key, MageParams *other)
{
  g_autoptr (GVariant) old = ref_value (self, key);
  g_autoptr (GVariant) now = ref_value (other, key);
  guint i = find_line (key);

  g_return_if_fail (!self->frozen && self != other);

  g_clear_pointer (&self->values[i], g_variant_unref);
  g_clear_pointer (&self->model[i], g_variant_unref);
  self->values[i] = other->values[i] != NULL ? g_variant_ref (other->values[i]) : NULL;
  self->model[i] = other->model[i] != NULL ? g_variant_ref (other->model[i]) : NULL;
  if (!g_variant_equal (old, now))
    emit_changed (self, i);
}

/** mage_params_is_default: whether the value equals the default (the model's, where it has one). */
gboolean
mage_params_is_default (MageParams *self, const char *key)
{
  g_autoptr (GVariant) value = ref_value (self, key);
  g_autoptr (GVariant) standard = ref_default (self, find_line (key));

  return g_variant_equal (value, standard);
}

/** mage_params_dup_default_text: Returns: (transfer full): the default as a person writes it */
char *
mage_params_dup_default_text (MageParams *self, const char *key)
{
  g_autoptr (GVariant) standard = ref_default (self, find_line (key));

  return mage_param_value_to_text (standard);
}

/** mage_params_get_default_source: "paper", "VideoMage" or "this model". */
const char *
mage_params_get_default_source (MageParams *self, const char *key)
{
  guint i = find_line (key);

  return self->model[i] != NULL ? "this model" : get_info (i)->source;
}

static gboolean
take_model_default (MageParams *self, guint i, JsonNode *node, GError **error)
{
  GVariant *value = mage_param_value_from_json (get_info (i), node, error);

  if (value == NULL)
    return FALSE;
  self->model[i] = g_variant_ref_sink (value);
  return mage_param_value_check (get_info (i), value, error);
}

/**
 * mage_params_set_model_defaults:
 * @model: (nullable): what a model's videomage.json holds; other keys than the table's are ignored
 * @error: names the key that does not fit; then nothing has changed
 *
 * Replaces the model's defaults; values that somebody set stay.
 */
gboolean
mage_params_set_model_defaults (MageParams *self, JsonObject *model, GError **error)
{
  g_autoptr (MageParams) before = mage_params_copy (self);
  g_autoptr (MageParams) after = mage_params_copy (self);

  g_return_val_if_fail (!self->frozen, FALSE);

  for (guint i = 0; i < table_length (); i++)
    {
      const char *key = get_info (i)->key;

      g_clear_pointer (&after->model[i], g_variant_unref);
      if (model != NULL && json_object_has_member (model, key)
          && !take_model_default (after, i, json_object_get_member (model, key), error))
        return FALSE;
    }
  for (guint i = 0; i < table_length (); i++)
    {
      g_autoptr (GVariant) old = ref_value (before, get_info (i)->key);
      g_autoptr (GVariant) now = ref_value (after, get_info (i)->key);

      g_clear_pointer (&self->model[i], g_variant_unref);
      self->model[i] = g_steal_pointer (&after->model[i]);
      if (!g_variant_equal (old, now))
        emit_changed (self, i);
    }
  return TRUE;
}

/**
 * mage_params_to_json:
 * @whole: every parameter (the record of a run or a result), else only those that somebody set
 *
 * Returns: (transfer full): an object by key
 */
JsonObject *
mage_params_to_json (MageParams *self, gboolean whole)
{
  JsonObject *object = json_object_new ();
  g_autoptr (GList) names = NULL;

  g_return_val_if_fail (MAGE_IS_PARAMS (self), object);

  for (guint i = 0; i < table_length (); i++)
    if (whole || self->values[i] != NULL)
      {
        g_autoptr (GVariant) value = ref_value (self, get_info (i)->key);

        json_object_set_member (object, get_info (i)->key, mage_param_value_to_json (value));
      }
  names = json_object_get_members (self->unknown);
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (object, l->data, json_node_copy (json_object_get_member (self->unknown, l->data)));
  return object;
}

/**
 * mage_params_load_json:
 * @object: an object by key; missing keys get their default, unknown ones are kept for writing back
 * @error: names the key whose value does not fit; the parameters before it are set
 */
gboolean
mage_params_load_json (MageParams *self, JsonObject *object, GError **error)
{
  g_autoptr (GList) names = NULL;

  g_return_val_if_fail (MAGE_IS_PARAMS (self) && !self->frozen && object != NULL, FALSE);

  g_clear_pointer (&self->unknown, json_object_unref);
  self->unknown = json_object_new ();
  for (guint i = 0; i < table_length (); i++)
    if (!json_object_has_member (object, get_info (i)->key))
      mage_params_reset (self, get_info (i)->key);

  names = json_object_get_members (object);
  for (GList *l = names; l != NULL; l = l->next)
    {
      const MageParamInfo *info = mage_param_table_find (l->data);
      JsonNode *node = json_object_get_member (object, l->data);
      GVariant *value;

      if (info == NULL)
        {
          json_object_set_member (self->unknown, l->data, json_node_copy (node));
          continue;
        }
      value = mage_param_value_from_json (info, node, error);
      if (value == NULL || !set_value (self, info->key, value, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * mage_params_to_dict:
 * @use: whose parameters
 *
 * For the engine: whole numbers as 'i' (seeds as 'x'), numbers 'd', switches 'b', texts 's'.
 *
 * Returns: (transfer full): a dictionary to add to and to end
 */
GVariantDict *
mage_params_to_dict (MageParams *self, MageUse use)
{
  GVariantDict *dict = g_variant_dict_new (NULL);

  g_return_val_if_fail (MAGE_IS_PARAMS (self), dict);

  for (guint i = 0; i < table_length (); i++)
    {
      const MageParamInfo *info = get_info (i);
      g_autoptr (GVariant) value = NULL;

      if ((info->use & use) == 0)
        continue;
      value = ref_value (self, info->key);
      if (info->type == MAGE_PARAM_INT && info->maximum <= G_MAXINT32)
        g_variant_dict_insert (dict, info->key, "i", (gint32) g_variant_get_int64 (value));
      else
        g_variant_dict_insert_value (dict, info->key, value);
    }
  return dict;
}

/** mage_params_hash: adds every parameter whose change makes @what stale. */
void
mage_params_hash (MageParams *self, MageStale what, GChecksum *checksum)
{
  g_return_if_fail (MAGE_IS_PARAMS (self));

  for (guint i = 0; i < table_length (); i++)
    if (get_info (i)->stale & what)
      {
        g_autofree char *text = mage_params_dup_text (self, get_info (i)->key);
        g_autofree char *line = g_strdup_printf ("%s=%s\n", get_info (i)->key, text);

        g_checksum_update (checksum, (const guchar *) line, -1);
      }
}
