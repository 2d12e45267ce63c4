/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-args.h"

#include "project/mage-param-table.h"
#include "project/mage-param-value.h"

#include <math.h>
#include <string.h>

/*
 * The command line's grammar: NAME… --option VALUE --option=VALUE --list A B C. Every parameter of
 * the table is an option: --lora-rate 1e-4, --masked-loss, --no-masked-loss.
 */

G_DEFINE_QUARK (cli-error-quark, cli_error)

/* Shared by all commands. */
static const CliOption common[] = {
  { "json", CLI_OPTION_FLAG, NULL, "one JSON object a line on standard output" },
  { "help", CLI_OPTION_FLAG, NULL, "show this help" },
  { NULL }
};

void
cli_args_free (CliArgs *self)
{
  g_ptr_array_unref (self->places);
  g_hash_table_unref (self->options);
  g_ptr_array_unref (self->params);
  g_free (self);
}

static const CliOption *
find_option (const CliOption *options, const char *name)
{
  for (const CliOption *option = options; option != NULL && option->name != NULL; option++)
    if (g_str_equal (option->name, name))
      return option;
  return options != common ? find_option (common, name) : NULL;
}

static GPtrArray *
get_values (CliArgs *self, const char *name)
{
  GPtrArray *values = g_hash_table_lookup (self->options, name);

  if (values == NULL)
    {
      values = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (self->options, g_strdup (name), values);
    }
  return values;
}

/* The parameter of a flag. What a command calls "seed" may be its own: train's is "train_seed". */
static const MageParamInfo *
find_param (const char *command, int use, const char *name)
{
  g_autofree char *key = g_strdelimit (g_strdup (name), "-", '_');
  g_autofree char *own = g_strconcat (command, "_", key, NULL);
  const MageParamInfo *info = mage_param_table_find (key);

  if (info != NULL && (info->use & use))
    return info;
  info = mage_param_table_find (own);
  return info != NULL && (info->use & use) ? info : NULL;
}

static gboolean
is_option (const char *word)
{
  return g_str_has_prefix (word, "--") || g_str_equal (word, "-o") || g_str_equal (word, "-h");
}

/* The value behind "=" or the next word. */
static char *
take_value (const char *name, const char *inlined, char ***words, GError **error)
{
  if (inlined != NULL)
    return g_strdup (inlined);
  if ((*words)[1] == NULL)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s needs a value", name);
      return NULL;
    }
  (*words)++;
  return g_strdup (**words);
}

static gboolean
parse_param (CliArgs *self, const MageParamInfo *info, gboolean negated, const char *name,
             const char *inlined, char ***words, GError **error)
{
  char *text;

  if (info->type == MAGE_PARAM_BOOL)
    text = g_strdup (inlined != NULL ? inlined : negated ? "false" : "true");
  else
    text = take_value (name, inlined, words, error);
  if (text == NULL)
    return FALSE;
  g_ptr_array_add (self->params, g_strdup (info->key));
  g_ptr_array_add (self->params, text);
  return TRUE;
}

static gboolean
parse_option (CliArgs *self, const CliOption *option, const char *inlined, char ***words, GError **error)
{
  GPtrArray *values = get_values (self, option->name);
  char *value;

  switch (option->kind)
    {
    case CLI_OPTION_FLAG:
      if (inlined != NULL)
        {
          g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s takes no value", option->name);
          return FALSE;
        }
      g_ptr_array_add (values, g_strdup (""));
      return TRUE;
    case CLI_OPTION_LIST:
      if (inlined != NULL)
        g_ptr_array_add (values, g_strdup (inlined));
      while ((*words)[1] != NULL && !is_option ((*words)[1]))
        g_ptr_array_add (values, g_strdup (*++(*words)));
      if (values->len > 0)
        return TRUE;
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s needs at least one value", option->name);
      return FALSE;
    case CLI_OPTION_VALUE:
    default:
      value = take_value (option->name, inlined, words, error);
      if (value == NULL)
        return FALSE;
      g_ptr_array_add (values, value);
      return TRUE;
    }
}

static gboolean
set_unknown (const char *command, const char *name, GError **error)
{
  g_autofree char *key = g_strdelimit (g_strdup (name), "-", '_');
  const MageParamInfo *info = mage_param_table_find (key);

  if (info != NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s is of no use to %s; it belongs to %s", name, command,
                 info->use & MAGE_USE_TRAIN ? "train" : info->use & MAGE_USE_FUSE ? "fuse" : "sample");
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s knows no option --%s", command, name);
  return FALSE;
}

static gboolean
parse_word (CliArgs *self, const char *command, const CliOption *options, int use, char ***words, GError **error)
{
  const char *word = **words;
  const char *start = g_str_equal (word, "-o") ? "output" : g_str_equal (word, "-h") ? "help" : word + 2;
  const char *equals = strchr (start, '=');
  g_autofree char *name = equals != NULL ? g_strndup (start, equals - start) : g_strdup (start);
  const char *inlined = equals != NULL ? equals + 1 : NULL;
  const CliOption *option = find_option (options, name);
  gboolean negated = g_str_has_prefix (name, "no-");
  const MageParamInfo *info;

  if (option != NULL)
    return parse_option (self, option, inlined, words, error);
  info = find_param (command, use, negated ? name + 3 : name);
  if (info == NULL || (negated && (info->type != MAGE_PARAM_BOOL || inlined != NULL)))
    return set_unknown (command, name, error);
  return parse_param (self, info, negated, name, inlined, words, error);
}

/**
 * cli_args_parse:
 * @command: the command's name
 * @options: (nullable): its table
 * @use: whose parameters are options (MageUse)
 * @words: what follows the command
 * @error: %CLI_ERROR
 *
 * Returns: (transfer full): what was given; no value is looked at yet
 */
CliArgs *
cli_args_parse (const char *command, const CliOption *options, int use, char **words, GError **error)
{
  g_autoptr (CliArgs) self = g_new0 (CliArgs, 1);

  self->places = g_ptr_array_new_with_free_func (g_free);
  self->options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->params = g_ptr_array_new_with_free_func (g_free);
  for (; *words != NULL; words++)
    {
      if (g_str_equal (*words, "--"))
        {
          for (words++; *words != NULL; words++)
            g_ptr_array_add (self->places, g_strdup (*words));
          break;
        }
      if (!is_option (*words))
        g_ptr_array_add (self->places, g_strdup (*words));
      else if (!parse_word (self, command, options, use, &words, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

/** cli_args_get_place: Returns: (nullable): the argument without option at place @i */
const char *
cli_args_get_place (CliArgs *self, guint i)
{
  return i < self->places->len ? g_ptr_array_index (self->places, i) : NULL;
}

/** cli_args_get: Returns: (nullable): the last value given to @option; "" for a flag that was given */
const char *
cli_args_get (CliArgs *self, const char *option)
{
  GPtrArray *values = g_hash_table_lookup (self->options, option);

  return values != NULL && values->len > 0 ? g_ptr_array_index (values, values->len - 1) : NULL;
}

/** cli_args_get_all: Returns: (transfer none): every value given to @option */
GPtrArray *
cli_args_get_all (CliArgs *self, const char *option)
{
  return get_values (self, option);
}

/** cli_args_get_number: sets @number when @option was given; FALSE when it is no number in the range. */
gboolean
cli_args_get_number (CliArgs *self, const char *option, double minimum, double maximum,
                     double *number, GError **error)
{
  const char *text = cli_args_get (self, option);
  char *end = NULL;
  double value;

  if (text == NULL)
    return TRUE;
  value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(value >= minimum && value <= maximum))
    {
      g_autofree char *low = mage_param_number_to_text (minimum);
      g_autofree char *high = mage_param_number_to_text (maximum);

      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s is a number between %s and %s, not “%s”", option, low, high, text);
      return FALSE;
    }
  *number = value;
  return TRUE;
}

/** cli_args_get_whole: as cli_args_get_number(), for a number that must be whole. */
gboolean
cli_args_get_whole (CliArgs *self, const char *option, double minimum, double maximum,
                    double *number, GError **error)
{
  double value = 0;

  if (!cli_args_get_number (self, option, minimum, maximum, &value, error))
    return FALSE;
  if (value != floor (value))
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s is a whole number, not “%s”", option, cli_args_get (self, option));
      return FALSE;
    }
  if (cli_args_get (self, option) != NULL)
    *number = value;
  return TRUE;
}

static void
print_param (const MageParamInfo *info)
{
  g_autofree char *flag = g_strdelimit (g_strdup (info->key), "_", '-');
  g_autoptr (GVariant) standard = g_variant_ref_sink (mage_param_value_new_default (info));
  g_autofree char *text = mage_param_value_to_text (standard);
  g_autofree char *low = mage_param_number_to_text (info->minimum);
  g_autofree char *high = mage_param_number_to_text (info->maximum);

  switch (info->type)
    {
    case MAGE_PARAM_BOOL:
      g_print ("  --%s, --no-%s\n", flag, flag);
      break;
    case MAGE_PARAM_CHOICE:
      g_print ("  --%s %s\n", flag, info->choices);
      break;
    case MAGE_PARAM_STRING:
      g_print ("  --%s TEXT\n", flag);
      break;
    case MAGE_PARAM_INT:
    case MAGE_PARAM_DOUBLE:
    default:
      g_print ("  --%s %s…%s\n", flag, low, high);
    }
  g_print ("        %s (%s, default %s%s%s)\n", info->help, info->source,
           *text != '\0' ? text : "empty", info->unit != NULL ? " " : "", info->unit != NULL ? info->unit : "");
}

/** cli_args_print_params: the parameters of @use as options, by group, with range and default. */
void
cli_args_print_params (int use)
{
  guint n;
  const MageParamInfo *table = mage_param_table (&n);
  const char *group = NULL;

  for (guint i = 0; i < n; i++)
    {
      if ((table[i].use & use) == 0)
        continue;
      if (g_strcmp0 (group, table[i].group) != 0)
        {
          group = table[i].group;
          g_print ("\n%s\n", group);
        }
      print_param (&table[i]);
    }
}
