/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "jobs/mage-pretrain-job.h"
#include "world/world.h"

#include <cairo.h>
#include <math.h>

/* pretrain: trains a small model as a whole on the mini world. */

static const CliOption options[] = {
  { "from", CLI_OPTION_VALUE, "MODEL", "the model folder it starts from; without it the built-in one" },
  { "stage", CLI_OPTION_VALUE, "vae|unet", "the VAE, or UNet and text encoder together (vae)" },
  { "fresh", CLI_OPTION_FLAG, NULL, "random weights of the same configuration, not the model's" },
  { "steps", CLI_OPTION_VALUE, "N", "steps in all; the learning rate falls over them" },
  { "minutes", CLI_OPTION_VALUE, "M", "with --steps: end after so long, to be continued; without: as many steps as "
                                      "fit, planned once" },
  { "rate", CLI_OPTION_VALUE, "X", "highest learning rate (vae 1e-3, unet 5e-4)" },
  { "warm-up", CLI_OPTION_VALUE, "N", "steps in which it rises (100)" },
  { "decay", CLI_OPTION_VALUE, "X", "of the running averages, which are what is saved (0.999)" },
  { "batch", CLI_OPTION_VALUE, "N", "frames a step (32)" },
  { "width", CLI_OPTION_VALUE, "N", "of the scenes, in pixels (64)" },
  { "height", CLI_OPTION_VALUE, "N", "likewise (64)" },
  { "frames", CLI_OPTION_VALUE, "N", "unet: of a clip (8)" },
  { "checkpoint-every", CLI_OPTION_VALUE, "N", "steps between checkpoints (500)" },
  { "check-every", CLI_OPTION_VALUE, "N", "steps between looks at unseen scenes; each saves the model (1000)" },
  { "half", CLI_OPTION_FLAG, NULL, "save float16" },
  { "decoder-only", CLI_OPTION_FLAG, NULL, "vae: the latents stay as they are" },
  { "subject-weight", CLI_OPTION_VALUE, "X", "vae: how much more an error on a character counts (3)" },
  { "square", CLI_OPTION_VALUE, "X", "vae: weight of squared errors beside absolute ones (2)" },
  { "edge", CLI_OPTION_VALUE, "X", "vae: weight of the differences of neighbouring pixels (0.5)" },
  { "kl", CLI_OPTION_VALUE, "X", "vae: weight of the distance to the normal distribution (1e-4)" },
  { "clip-batch", CLI_OPTION_VALUE, "N", "unet: clips a step (4)" },
  { "clip-share", CLI_OPTION_VALUE, "X", "unet: share of the steps that see clips, not pictures (0.75)" },
  { "pictures-first", CLI_OPTION_VALUE, "X", "unet: share of the steps that see only pictures, at first (0.1)" },
  { "pool", CLI_OPTION_VALUE, "N", "unet: scenes that are at hand at once (1024)" },
  { "reuse", CLI_OPTION_VALUE, "X", "unet: how often a scene is seen before it is replaced (4)" },
  { "dropout", CLI_OPTION_VALUE, "X", "unet: share of captions left out (0.1)" },
  { "gamma", CLI_OPTION_VALUE, "X", "unet: of the min-SNR weight; 0 for none (5)" },
  { "subject-focus", CLI_OPTION_VALUE, "X", "unet: how much more an error on a character counts (1)" },
  { "guidance", CLI_OPTION_VALUE, "X", "unet: of the samples (3)" },
  { "seed", CLI_OPTION_VALUE, "N", "what every draw follows from (0)" },
  { "threads", CLI_OPTION_VALUE, "N", "CPU threads, each with its share of the batch; 0 for all (0)" },
  { "device", CLI_OPTION_VALUE, "auto|cpu|cuda", "what computes" },
  { NULL }
};

/* Options that are parameters of the request: their names there, and what they may be. */
static const struct
{
  const char *option;
  const char *key;
  gboolean whole;
  double minimum, maximum;
} numbers[] = {
  { "steps", "steps", TRUE, 1, G_MAXINT },
  { "minutes", "minutes", FALSE, 0.01, 1e6 },
  { "rate", "rate", FALSE, 1e-9, 1 },
  { "warm-up", "warm_up", TRUE, 0, G_MAXINT },
  { "decay", "decay", FALSE, 0, 1 },
  { "batch", "batch", TRUE, 1, 65536 },
  { "width", "width", TRUE, 8, 4096 },
  { "height", "height", TRUE, 8, 4096 },
  { "frames", "frames", TRUE, 1, 256 },
  { "checkpoint-every", "checkpoint_every", TRUE, 1, G_MAXINT },
  { "check-every", "check_every", TRUE, 1, G_MAXINT },
  { "subject-weight", "subject_weight", FALSE, 0, 1000 },
  { "square", "square", FALSE, 0, 1000 },
  { "edge", "edge", FALSE, 0, 1000 },
  { "kl", "kl", FALSE, 0, 1000 },
  { "clip-batch", "clip_batch", TRUE, 1, 65536 },
  { "clip-share", "clip_share", FALSE, 0, 1 },
  { "pictures-first", "pictures_first", FALSE, 0, 1 },
  { "pool", "pool", TRUE, 1, 1000000 },
  { "reuse", "reuse", FALSE, 1, 1000 },
  { "dropout", "dropout", FALSE, 0, 1 },
  { "gamma", "gamma", FALSE, 0, 1000 },
  { "subject-focus", "subject_focus", FALSE, 0, 1000 },
  { "guidance", "guidance", FALSE, 0, 100 },
};

/* What the sample sheets show: every kind, action and place, plain and bold colours. */
static const char *const prompts[] = {
  "a red dog is running on the grass",      "a blue person is walking in the city",
  "a green horse is standing in the desert", "a white cat is jumping on the beach",
  "a violet robot is walking in the forest", "an orange bear is running in the snow",
  "a yellow cat is riding a brown horse on the grass", "a teal robot is chasing a pink bear in the city",
};

/* A scene of the mini world; the training leaves captions out itself. */
static EngineClip *
draw_scene (gpointer data, guint64 seed, guint n_frames, guint width, guint height)
{
  const WorldStyle *style = data;
  gsize pixels = (gsize) n_frames * width * height;
  guint8 *rgb = g_malloc (3 * pixels);
  guint8 *mask = g_malloc (pixels);
  g_autoptr (GBytes) rgb_bytes = g_bytes_new_take (rgb, 3 * pixels);
  g_autoptr (GBytes) mask_bytes = g_bytes_new_take (mask, pixels);
  g_autofree char *caption = NULL;

  if (!world_clip (style, seed, n_frames, width, height, rgb, mask, &caption))
    return NULL;
  return engine_clip_new (rgb_bytes, mask_bytes, caption, n_frames, width, height);
}

static gboolean
save_sheet (const char *path, GBytes *rgb, guint width, guint height, GError **error)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  const guint8 *from = g_bytes_get_data (rgb, NULL);
  cairo_status_t status;

  cairo_surface_flush (surface);
  for (guint y = 0; y < height; y++)
    {
      guint32 *row = (guint32 *) (gpointer) (cairo_image_surface_get_data (surface)
                                             + (gsize) y * (gsize) cairo_image_surface_get_stride (surface));
      for (guint x = 0; x < width; x++, from += 3)
        row[x] = (guint32) from[0] << 16 | (guint32) from[1] << 8 | from[2];
    }
  cairo_surface_mark_dirty (surface);
  status = cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The sheet “%s” could not be written: %s", path,
               cairo_status_to_string (status));
  return FALSE;
}

static GVariant *
make_params (Cli *cli, gboolean unet, GError **error)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);

  g_variant_dict_insert (dict, "checkpoint_every", "i", 500);
  g_variant_dict_insert (dict, "rate", "d", unet ? 5e-4 : 1e-3);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      double number = NAN;
      gboolean (*get) (CliArgs *, const char *, double, double, double *, GError **)
          = numbers[i].whole ? cli_args_get_whole : cli_args_get_number;

      if (!get (cli->args, numbers[i].option, numbers[i].minimum, numbers[i].maximum, &number, error))
        return NULL;
      if (isnan (number))
        continue;
      if (numbers[i].whole)
        g_variant_dict_insert (dict, numbers[i].key, "i", (gint32) number);
      else
        g_variant_dict_insert (dict, numbers[i].key, "d", number);
    }
  g_variant_dict_insert (dict, "half", "b", cli_args_get (cli->args, "half") != NULL);
  g_variant_dict_insert (dict, "decoder_only", "b", cli_args_get (cli->args, "decoder-only") != NULL);
  return g_variant_ref_sink (g_variant_dict_end (dict));
}

static gboolean
find_stage (Cli *cli, EnginePretrainStage *stage, GError **error)
{
  const char *name = cli_args_get (cli->args, "stage");

  *stage = g_strcmp0 (name, "unet") == 0 ? ENGINE_PRETRAIN_UNET : ENGINE_PRETRAIN_VAE;
  if (name == NULL || g_str_equal (name, "vae") || g_str_equal (name, "unet"))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--stage is vae or unet, not “%s”", name);
  return FALSE;
}

static gboolean
check_usage (Cli *cli, const char *from, GError **error)
{
  g_autofree char *out = g_canonicalize_filename (cli_args_get_place (cli->args, 0), NULL);
  g_autofree char *source = g_canonicalize_filename (from, NULL);
  g_autofree char *below = g_strconcat (source, G_DIR_SEPARATOR_S, NULL);

  if (cli_args_get (cli->args, "steps") == NULL && cli_args_get (cli->args, "minutes") == NULL)
    g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "say how long: --steps or --minutes");
  else if (g_str_equal (out, source) || g_str_has_prefix (out, below))
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "“%s” is the model it starts from, or lies in it: give another folder",
                 out);
  else
    return TRUE;
  return FALSE;
}

static gboolean
run_request (Cli *cli, const EnginePretrainRequest *request, GError **error)
{
  g_autoptr (MagePretrainJob) job = mage_pretrain_job_new (request, save_sheet);
  g_autoptr (JsonObject) object = json_object_new ();
  guint step, n_steps;

  if (!cli_run_job (cli, MAGE_JOB (job), error))
    return FALSE;
  step = mage_pretrain_job_get_progress (job, &n_steps);
  json_object_set_string_member (object, "model", request->out_dir);
  json_object_set_int_member (object, "step", step);
  json_object_set_int_member (object, "n_steps", n_steps);
  if (n_steps == 0)
    cli_say (cli, object, "%s: finished before; nothing was left to do", request->out_dir);
  else
    cli_say (cli, object, step < n_steps ? "%s: %u of %u steps; the same command goes on" : "%s: %u of %u steps",
           request->out_dir, step, n_steps);
  return TRUE;
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autofree char *builtin = cli_data_path (CLI_BUILTIN_MODEL);
  const char *from = cli_args_get (cli->args, "from") != NULL ? cli_args_get (cli->args, "from") : builtin;
  const char *device = cli_args_get (cli->args, "device");
  g_autoptr (GVariant) params = NULL;
  WorldStyle style;
  double seed = 0, threads = 0;
  EnginePretrainRequest request = {
    .config = { .model_dir = from, .device = device != NULL ? device : "auto", .precision = "auto" },
    .fresh = cli_args_get (cli->args, "fresh") != NULL,
    .out_dir = cli_args_get_place (cli->args, 0),
    .scene = draw_scene,
    .scene_data = &style,
    .prompts = prompts,
    .n_prompts = G_N_ELEMENTS (prompts),
  };

  world_style_init (&style);
  style.empty_captions = 0;
  if (!find_stage (cli, &request.stage, error) || !check_usage (cli, from, error)
      || !cli_args_get_whole (cli->args, "seed", 0, G_MAXINT, &seed, error)
      || !cli_args_get_whole (cli->args, "threads", 0, 1024, &threads, error))
    return FALSE;
  params = make_params (cli, request.stage == ENGINE_PRETRAIN_UNET, error);
  if (params == NULL)
    return FALSE;
  request.params = params;
  request.seed = (guint64) seed;
  request.config.threads = (guint) threads;
  return run_request (cli, &request, error);
}

const CliCommand cli_pretrain_command = {
  "pretrain", "OUT [--from MODEL] [--stage vae|unet] [--steps N] [--minutes M] [options]",
  "Trains a small model as a whole on scenes of the mini world; goes on where it was stopped. OUT becomes a model folder.",
  { 1, 1 }, options, 0, run
};
