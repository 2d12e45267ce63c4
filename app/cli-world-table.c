/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-world-score.h"

#include <math.h>

/* Many videos: means by variant. */

static const struct
{
  const char *key;
  const char *title;
} columns[] = {
  { "identity", "identity" }, { "kind", "kind" },     { "colour", "colour" }, { "identity_mean", "histogram" },
  { "bound", "bound" },       { "swapped", "swapped" }, { "mixed", "mixed" }, { "binding", "own" },
  { "action", "action" },     { "track", "track" },   { "gait", "gait" },     { "place", "place" },
  { "leakage", "leak" },      { "steady", "steady" },
};

/** Group: the rows of a variant. */
typedef struct
{
  char *variant;
  char *label;
  guint n;
  guint counts[G_N_ELEMENTS (columns)];
  double sums[G_N_ELEMENTS (columns)];
  double squares[G_N_ELEMENTS (columns)];
} Group;

struct _CliWorldTable
{
  GPtrArray *groups;
  JsonArray *rows;
};

static void
group_free (gpointer data)
{
  Group *self = data;

  g_free (self->variant);
  g_free (self->label);
  g_free (self);
}

CliWorldTable *
cli_world_table_new (void)
{
  CliWorldTable *self = g_new0 (CliWorldTable, 1);

  self->groups = g_ptr_array_new_with_free_func (group_free);
  self->rows = json_array_new ();
  return self;
}

void
cli_world_table_free (CliWorldTable *self)
{
  g_ptr_array_unref (self->groups);
  json_array_unref (self->rows);
  g_free (self);
}

static Group *
find_group (CliWorldTable *self, const char *variant, const char *label)
{
  Group *group;

  for (guint i = 0; i < self->groups->len; i++)
    {
      group = g_ptr_array_index (self->groups, i);
      if (g_str_equal (group->variant, variant))
        return group;
    }
  group = g_new0 (Group, 1);
  group->variant = g_strdup (variant);
  group->label = g_strdup (label);
  g_ptr_array_add (self->groups, group);
  return group;
}

/** cli_world_table_add: @row: kept; gets the member variant */
void
cli_world_table_add (CliWorldTable *self, const char *variant, const char *label, JsonObject *row)
{
  Group *group = find_group (self, variant, label);

  group->n++;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      double value;

      if (!json_object_has_member (row, columns[i].key))
        continue;
      value = json_object_get_double_member (row, columns[i].key);
      group->counts[i]++;
      group->sums[i] += value;
      group->squares[i] += value * value;
    }
  json_object_set_string_member (row, "variant", variant);
  json_array_add_object_element (self->rows, json_object_ref (row));
}

static double
mean_of (const Group *group, guint column)
{
  return group->counts[column] > 0 ? group->sums[column] / group->counts[column] : 0;
}

/* The standard error of the mean. */
static double
error_of (const Group *group, guint column)
{
  guint n = group->counts[column];
  double mean = mean_of (group, column);

  return n > 1 ? sqrt (MAX (group->squares[column] / n - mean * mean, 0) / (n - 1)) : 0;
}

/** cli_world_table_to_json: Returns: (transfer full): means, their standard errors, and all rows */
JsonObject *
cli_world_table_to_json (CliWorldTable *self)
{
  JsonObject *object = json_object_new ();
  JsonArray *variants = json_array_new ();

  for (guint i = 0; i < self->groups->len; i++)
    {
      const Group *group = g_ptr_array_index (self->groups, i);
      JsonObject *entry = json_object_new ();

      json_object_set_string_member (entry, "variant", group->variant);
      json_object_set_string_member (entry, "label", group->label);
      json_object_set_int_member (entry, "videos", group->n);
      for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        {
          g_autofree char *error = g_strconcat (columns[k].key, "_error", NULL);

          if (group->counts[k] == 0)
            continue;
          json_object_set_double_member (entry, columns[k].key, mean_of (group, k));
          json_object_set_double_member (entry, error, error_of (group, k));
        }
      json_array_add_object_element (variants, entry);
    }
  json_object_set_array_member (object, "variants", variants);
  json_object_set_array_member (object, "rows", json_array_ref (self->rows));
  return object;
}

/** cli_world_table_to_text: Returns: (transfer full): lines of means, as in Markdown */
char *
cli_world_table_to_text (CliWorldTable *self)
{
  GString *text = g_string_new ("| |");

  for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
    g_string_append_printf (text, " %s |", columns[k].title);
  g_string_append (text, "\n|---|");
  for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
    g_string_append (text, "---|");
  for (guint i = 0; i < self->groups->len; i++)
    {
      const Group *group = g_ptr_array_index (self->groups, i);

      g_string_append_printf (text, "\n| %s |", group->label);
      for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        {
          if (group->counts[k] > 0)
            g_string_append_printf (text, " %.2f |", mean_of (group, k));
          else
            g_string_append (text, " |");
        }
    }
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}
