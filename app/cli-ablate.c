/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-ablation.h"

#include "jobs/mage-clip-folder.h"
#include "project/mage-json.h"

/* ablate: the same prompt and seeds by the whole method, without its parts, and in the style of others (METHOD §6). */

#define SEEDS_MAX 100

static const CliOption options[] = {
  { "prompt", CLI_OPTION_VALUE, "TEXT", "what the videos show, with the subjects' words in it" },
  { "motion", CLI_OPTION_VALUE, "NAME", "the motion; without it the project's only one" },
  { "seeds", CLI_OPTION_VALUE, "N", "how many seeds, from --seed on (1)" },
  { "only", CLI_OPTION_VALUE, "NAME…", "only this variant; again for more" },
  { "output", CLI_OPTION_VALUE, "DIR", "where to: the videos, contact-sheet.png and table.json" },
  { NULL }
};

static gboolean
is_wanted (Cli *cli, const MageVariant *variant)
{
  GPtrArray *only = cli_args_get_all (cli->args, "only");

  return only->len == 0 || g_ptr_array_find_with_equal_func (only, variant->name, g_str_equal, NULL);
}

static gboolean
check_only (Cli *cli, GError **error)
{
  GPtrArray *only = cli_args_get_all (cli->args, "only");
  g_autoptr (GString) names = g_string_new (NULL);
  guint n;
  const MageVariant *variants = mage_variant_table (&n);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", variants[i].name);
  for (guint i = 0; i < only->len; i++)
    {
      if (mage_variant_find (g_ptr_array_index (only, i)) == NULL)
        {
          g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "there is no variant “%s”; there are %s",
                       (char *) g_ptr_array_index (only, i), names->str);
          return FALSE;
        }
    }
  return TRUE;
}

/* The sheet, the table, and where they are. */
static gboolean
deliver (CliAblation *self, GError **error)
{
  g_autofree char *sheet = g_build_filename (self->folder, "contact-sheet.png", NULL);
  g_autofree char *table = g_build_filename (self->folder, "table.json", NULL);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "prompt", self->prompt);
  if (self->motion != NULL)
    json_object_set_string_member (object, "motion", self->motion);
  json_object_set_array_member (object, "rows", json_array_ref (self->rows));
  if (!cli_sheet_save (self->sheet, sheet, error) || !mage_json_write_object (table, object, error))
    return FALSE;
  json_object_set_string_member (object, "event", "ablated");
  json_object_set_string_member (object, "sheet", sheet);
  json_object_set_string_member (object, "table", table);
  cli_say (self->cli, object, "%s\n%s", table, sheet);
  return TRUE;
}

static gboolean
compare (Cli *cli, MageProject *project, guint n_seeds, GError **error)
{
  g_auto (CliAblation) ablation = { .cli = cli, .project = project, .prompt = cli_args_get (cli->args, "prompt"),
                                    .n_seeds = n_seeds };
  MageMotion *motion;
  guint n;
  const MageVariant *variants = mage_variant_table (&n);

  ablation.folder = g_canonicalize_filename (cli_args_get (cli->args, "output"), NULL);
  if (!cli_choose_motion (cli, project, &motion, error))
    return FALSE;
  ablation.motion = motion != NULL ? g_strdup (mage_trainable_get_name (MAGE_TRAINABLE (motion))) : NULL;
  if (!mage_folder_make (ablation.folder, error) || !cli_ablation_prepare (&ablation, error))
    return FALSE;
  cli->quiet = TRUE; /* what is trained meanwhile is no output of this command */
  for (guint i = 0; i < n; i++)
    if (is_wanted (cli, &variants[i]) && !cli_ablation_run (&ablation, &variants[i], error))
      return FALSE;
  cli->quiet = FALSE;
  return deliver (&ablation, error);
}

static gboolean
run (Cli *cli, GError **error)
{
  const char *prompt = cli_args_get (cli->args, "prompt");
  g_autoptr (MageParams) trial = mage_params_new ();
  g_autoptr (MageProject) project = NULL;
  double n_seeds = 1;

  if (prompt == NULL || *prompt == '\0' || cli_args_get (cli->args, "output") == NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "--prompt TEXT and -o DIR are needed");
      return FALSE;
    }
  if (!cli_args_get_whole (cli->args, "seeds", 1, SEEDS_MAX, &n_seeds, error) || !check_only (cli, error)
      || !cli_apply_params (cli, trial, error))
    return FALSE;
  project = cli_open_project (cli, TRUE, error);
  return project != NULL && compare (cli, project, (guint) n_seeds, error);
}

const CliCommand cli_ablate_command = {
  "ablate", "P.mage --prompt TEXT -o DIR [--seeds N] [parameters]",
  "Compares the whole method with parts of it left out and with two others' styles: the same prompt and seeds, a contact "
  "sheet and a table of measures. What is missing is trained beside the project, which stays as it is.",
  { 1, 1 }, options, MAGE_USE_SAMPLE, run
};
