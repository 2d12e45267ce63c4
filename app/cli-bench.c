/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "jobs/mage-report-job.h"
#include "project/mage-json.h"

/* bench: measures the engine. */

static const CliOption options[] = {
  { "model", CLI_OPTION_VALUE, "DIR", "the model; without it the built-in one" },
  { "random", CLI_OPTION_VALUE, "zeroscope", "random weights of ZeroScope's size instead of a model" },
  { "frames", CLI_OPTION_VALUE, "N", "frames (without it the model's)" },
  { "height", CLI_OPTION_VALUE, "N", "height of the latents" },
  { "width", CLI_OPTION_VALUE, "N", "width of the latents" },
  { "repeats", CLI_OPTION_VALUE, "N", "how many times each is measured" },
  { "steps", CLI_OPTION_VALUE, "N", "the same as --repeats" },
  { "threads", CLI_OPTION_VALUE, "N", "CPU threads; 0 leaves one of the machine's to others" },
  { "device", CLI_OPTION_VALUE, "auto|cpu|cuda", "what computes" },
  { "precision", CLI_OPTION_VALUE, "auto|float32|half", "of the frozen weights" },
  { NULL }
};

static GVariant *
make_options (Cli *cli, GError **error)
{
  static const char *const numbers[][2] = {
    { "frames", "frames" }, { "height", "height" }, { "width", "width" }, { "threads", "threads" },
    { "steps", "repeats" }, { "repeats", "repeats" }
  };
  static const char *const texts[] = { "random", "device", "precision" };
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);
  g_autofree char *builtin = cli_data_path (CLI_BUILTIN_MODEL);
  const char *model = cli_args_get (cli->args, "model");

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      double number = -1;

      if (!cli_args_get_whole (cli->args, numbers[i][0], g_str_equal (numbers[i][0], "threads") ? 0 : 1, 4096, &number, error))
        return NULL;
      if (number >= 0)
        g_variant_dict_insert (dict, numbers[i][1], "i", (gint32) number);
    }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (cli_args_get (cli->args, texts[i]) != NULL)
      g_variant_dict_insert (dict, texts[i], "s", cli_args_get (cli->args, texts[i]));
  if (cli_args_get (cli->args, "random") == NULL)
    g_variant_dict_insert (dict, "model", "s", model != NULL ? model : builtin);
  return g_variant_ref_sink (g_variant_dict_end (dict));
}

static gboolean
check_usage (Cli *cli, GError **error)
{
  const char *random = cli_args_get (cli->args, "random");

  if (random != NULL && !g_str_equal (random, "zeroscope"))
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--random knows zeroscope, not “%s”", random);
      return FALSE;
    }
  if (random != NULL && cli_args_get (cli->args, "model") != NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "give either --model or --random");
      return FALSE;
    }
  return TRUE;
}

/* "unet_forward_s: 0.036", one a line. */
static void
print_report (JsonObject *report)
{
  g_autoptr (GList) names = json_object_get_members (report);

  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autofree char *value = json_to_string (json_object_get_member (report, l->data), FALSE);

      g_print ("%s: %s\n", (const char *) l->data, value);
    }
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autoptr (GVariant) bench = NULL;
  g_autoptr (MageReportJob) job = NULL;
  g_autoptr (JsonNode) node = NULL;
  gboolean json = cli->json;
  gboolean measured;

  if (!check_usage (cli, error))
    return FALSE;
  bench = make_options (cli, error);
  if (bench == NULL)
    return FALSE;
  job = mage_report_job_new_bench (bench);
  /* Scripts get the report alone. */
  cli->json = FALSE;
  measured = cli_run_job (cli, MAGE_JOB (job), error);
  cli->json = json;
  if (!measured)
    return FALSE;
  node = json_from_string (mage_report_job_get_report (job), error);
  if (node == NULL)
    return FALSE;
  if (cli->json)
    cli_say (cli, json_node_get_object (node), "%s", "");
  else
    print_report (json_node_get_object (node));
  return TRUE;
}

const CliCommand cli_bench_command = {
  "bench", "[--model DIR | --random zeroscope] [options]",
  "Measures UNet forward, LoRA step, sample step and peak memory.",
  { 0, 0 }, options, 0, run
};
