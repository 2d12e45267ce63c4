/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/mage-param-value.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * A parameter's value is a GVariant: 'x' for whole numbers, 'd', 'b' and 's' for texts and choices.
 * Here it is checked against its line of the table, and turned into and from texts and JSON.
 */

/** mage_param_value_new_default: Returns: (transfer full): the table's default */
GVariant *
mage_param_value_new_default (const MageParamInfo *info)
{
  switch (info->type)
    {
    case MAGE_PARAM_INT:
      return g_variant_ref_sink (g_variant_new_int64 ((gint64) info->number));
    case MAGE_PARAM_DOUBLE:
      return g_variant_ref_sink (g_variant_new_double (info->number));
    case MAGE_PARAM_BOOL:
      return g_variant_ref_sink (g_variant_new_boolean (info->number != 0));
    case MAGE_PARAM_STRING:
    case MAGE_PARAM_CHOICE:
      return g_variant_ref_sink (g_variant_new_string (info->text));
    default:
      g_assert_not_reached ();
    }
}

/** mage_param_number_to_text: for people: whole numbers whole, others as short as they can be read back. */
char *
mage_param_number_to_text (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (value == floor (value) && fabs (value) < 1e15)
    return g_strdup_printf ("%.0f", value);
  g_ascii_formatd (buffer, sizeof buffer, "%.15g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    g_ascii_dtostr (buffer, sizeof buffer, value);
  return g_strdup (buffer);
}

/** mage_param_value_to_text: Returns: (transfer full): the value as mage_param_value_parse() takes it */
char *
mage_param_value_to_text (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return g_strdup_printf ("%" G_GINT64_FORMAT, g_variant_get_int64 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return mage_param_number_to_text (g_variant_get_double (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? "true" : "false");
  return g_variant_dup_string (value, NULL);
}

static gboolean
check_number (const MageParamInfo *info, double value, GError **error)
{
  g_autofree char *minimum = NULL;
  g_autofree char *maximum = NULL;
  g_autofree char *given = NULL;

  if (value >= info->minimum && value <= info->maximum)
    return TRUE;

  minimum = mage_param_number_to_text (info->minimum);
  maximum = mage_param_number_to_text (info->maximum);
  given = mage_param_number_to_text (value);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("%s (%s) must lie between %s and %s, not %s"),
               info->label, info->key, minimum, maximum, given);
  return FALSE;
}

static gboolean
check_choice (const MageParamInfo *info, const char *value, GError **error)
{
  g_auto (GStrv) choices = g_strsplit (info->choices, "|", -1);
  g_autofree char *list = NULL;

  if (g_strv_contains ((const char *const *) choices, value))
    return TRUE;

  list = g_strjoinv (", ", choices);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("%s (%s) is one of %s, not “%s”"),
               info->label, info->key, list, value);
  return FALSE;
}

/** mage_param_value_check: whether @value, which has the right type, lies in the range; the error says which that is. */
gboolean
mage_param_value_check (const MageParamInfo *info, GVariant *value, GError **error)
{
  switch (info->type)
    {
    case MAGE_PARAM_INT:
      return check_number (info, (double) g_variant_get_int64 (value), error);
    case MAGE_PARAM_DOUBLE:
      return check_number (info, g_variant_get_double (value), error);
    case MAGE_PARAM_CHOICE:
      return check_choice (info, g_variant_get_string (value, NULL), error);
    case MAGE_PARAM_BOOL:
    case MAGE_PARAM_STRING:
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

static GVariant *
wrong_type (const MageParamInfo *info, const char *text, GError **error)
{
  static const char *const wanted[] = { "a whole number", "a number", "true or false", "a text", "a word" };

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("%s (%s) is %s, not “%s”"),
               info->label, info->key, wanted[info->type], text);
  return NULL;
}

/** mage_param_value_parse: Returns: (transfer floating) (nullable): what a person wrote */
GVariant *
mage_param_value_parse (const MageParamInfo *info, const char *text, GError **error)
{
  char *end = NULL;

  switch (info->type)
    {
    case MAGE_PARAM_INT:
      {
        gint64 value;

        if (!g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &value, NULL))
          return wrong_type (info, text, error);
        return g_variant_new_int64 (value);
      }
    case MAGE_PARAM_DOUBLE:
      {
        double value = g_ascii_strtod (text, &end);

        if (end == text || *end != '\0' || !isfinite (value))
          return wrong_type (info, text, error);
        return g_variant_new_double (value);
      }
    case MAGE_PARAM_BOOL:
      if (g_str_equal (text, "true") || g_str_equal (text, "yes") || g_str_equal (text, "1"))
        return g_variant_new_boolean (TRUE);
      if (g_str_equal (text, "false") || g_str_equal (text, "no") || g_str_equal (text, "0"))
        return g_variant_new_boolean (FALSE);
      return wrong_type (info, text, error);
    case MAGE_PARAM_STRING:
    case MAGE_PARAM_CHOICE:
      if (!g_utf8_validate (text, -1, NULL))
        return wrong_type (info, "no UTF-8", error);
      return g_variant_new_string (text);
    default:
      g_assert_not_reached ();
    }
}

/** mage_param_value_from_json: Returns: (transfer floating) (nullable): a member of a JSON file as the table's type */
GVariant *
mage_param_value_from_json (const MageParamInfo *info, JsonNode *node, GError **error)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  g_autofree char *text = NULL;

  if (info->type == MAGE_PARAM_INT && type == G_TYPE_INT64)
    return g_variant_new_int64 (json_node_get_int (node));
  if (info->type == MAGE_PARAM_INT && type == G_TYPE_DOUBLE
      && json_node_get_double (node) == floor (json_node_get_double (node)) && fabs (json_node_get_double (node)) < 1e15)
    return g_variant_new_int64 ((gint64) json_node_get_double (node));
  if (info->type == MAGE_PARAM_DOUBLE && (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE))
    return g_variant_new_double (json_node_get_double (node));
  if (info->type == MAGE_PARAM_BOOL && type == G_TYPE_BOOLEAN)
    return g_variant_new_boolean (json_node_get_boolean (node));
  if ((info->type == MAGE_PARAM_STRING || info->type == MAGE_PARAM_CHOICE) && type == G_TYPE_STRING)
    return g_variant_new_string (json_node_get_string (node));

  text = json_to_string (node, FALSE);
  return wrong_type (info, text, error);
}

/** mage_param_value_to_json: Returns: (transfer full) */
JsonNode *
mage_param_value_to_json (GVariant *value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    json_node_set_int (node, g_variant_get_int64 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    json_node_set_double (node, g_variant_get_double (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    json_node_set_boolean (node, g_variant_get_boolean (value));
  else
    json_node_set_string (node, g_variant_get_string (value, NULL));
  return node;
}
