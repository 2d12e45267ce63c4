/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "checks.h"
#include "diffusion/latents.h"
#include "diffusion/sampler.h"

/* scheduler.safetensors and pipeline.safetensors. */

static void
compare_timesteps (GoldenFile *file, Schedule *schedule, const char *name)
{
  gboolean inverse = g_str_has_prefix (name, "inverse_timesteps_");
  const char *number = name + strlen (inverse ? "inverse_timesteps_" : "timesteps_");
  guint n = (guint) g_ascii_strtoull (number, NULL, 10);
  g_autoptr (GArray) timesteps = inverse ? schedule_inverse_timesteps (schedule, n) : schedule_timesteps (schedule, n);

  golden_file_compare_ints (file, name, timesteps);
}

/* How many tensors PREFIX0, PREFIX1, … the file has. */
static guint
count_steps (GoldenFile *file, const char *prefix)
{
  for (guint i = 0;; i++)
    {
      NAME (name, "%s%u", prefix, i);
      if (!golden_file_has (file, name))
        return i;
    }
}

/* `ddim_x`, `ddim_eps_i` → `ddim_x_{i+1}`, `ddim_x0_{i+1}`; each step goes on from our own sample. */
static void
compare_ddim (GoldenFile *file, Schedule *schedule)
{
  T_SCOPE_NO_GRAD ();
  guint n = count_steps (file, "ddim_eps_");
  g_autoptr (GArray) timesteps = schedule_timesteps (schedule, n);
  Tensor *x = golden_file_input (file, "ddim_x");

  for (guint i = 0; i < n; i++)
    {
      NAME (eps, "ddim_eps_%u", i);
      NAME (x_name, "ddim_x_%u", i + 1);
      NAME (x0_name, "ddim_x0_%u", i + 1);
      Tensor *x0 = NULL;
      x = schedule_ddim_step (schedule, x, golden_file_input (file, eps), g_array_index (timesteps, gint64, i), n, &x0);
      golden_file_compare (file, x_name, x, TOL_FORMULA);
      golden_file_compare (file, x0_name, x0, TOL_FORMULA);
    }
}

static void
compare_inversion (GoldenFile *file, Schedule *schedule)
{
  T_SCOPE_NO_GRAD ();
  guint n = count_steps (file, "inv_eps_");
  g_autoptr (GArray) timesteps = schedule_inverse_timesteps (schedule, n);
  Tensor *x = golden_file_input (file, "inv_x");

  for (guint i = 0; i < n; i++)
    {
      NAME (eps, "inv_eps_%u", i);
      NAME (x_name, "inv_x_%u", i + 1);
      x = schedule_invert_step (schedule, x, golden_file_input (file, eps), g_array_index (timesteps, gint64, i), n);
      golden_file_compare (file, x_name, x, TOL_FORMULA);
    }
}

static void
compare_noising (GoldenFile *file, Schedule *schedule)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GArray) t = NULL;
  Tensor *x = golden_file_input (file, "add_x"), *noise = golden_file_input (file, "add_noise");

  if (golden_file_input_ints (file, "add_t", &t))
    golden_file_compare (file, "add_out",
                         schedule_add_noise (schedule, x, noise, (const gint64 *) (gpointer) t->data, t->len),
                         TOL_FORMULA);
}

/** check_scheduler: the noise schedule, DDIM, its inversion, noising. */
void
check_scheduler (Models *models, const char *name)
{
  GoldenFile *file = golden_file_open (models->golden, name);
  g_autofree char *config = golden_path (models->golden, "tiny/scheduler/scheduler_config.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (Schedule) schedule = file != NULL ? schedule_load (config, &error) : NULL;
  g_auto (GStrv) names = NULL;

  if (file == NULL)
    return;
  if (schedule == NULL)
    golden_fail (models->golden, name, "schedule", "%s", error->message);
  else
    {
      golden_file_compare (file, "betas", schedule_betas (schedule), TOL_FORMULA);
      golden_file_compare (file, "alphas_cumprod", schedule_alphas_cumprod (schedule), TOL_FORMULA);
      names = golden_file_names (file);
      for (guint i = 0; names[i] != NULL; i++)
        if (g_str_has_prefix (names[i], "timesteps_") || g_str_has_prefix (names[i], "inverse_timesteps_"))
          compare_timesteps (file, schedule, names[i]);
      compare_ddim (file, schedule);
      compare_inversion (file, schedule);
      compare_noising (file, schedule);
    }
  golden_file_close (file);
}

static void
compare_run (GoldenFile *file, Pipeline *tiny)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  const char *prompt = golden_file_info (file, "prompt");
  const char *negative = golden_file_info (file, "negative_prompt");
  double guidance = golden_file_info_number (file, "guidance", 1);
  guint steps = (guint) golden_file_info_number (file, "steps", 0);
  Tensor *texts[] = { conditioner_encode (tiny->conditioner, negative != NULL ? negative : ""),
                      conditioner_encode (tiny->conditioner, prompt != NULL ? prompt : "") };
  PlainStrategy strategy;
  Tensor *latents;

  unet_set_loras (tiny->unet, NULL, 0, NULL);
  plain_strategy_init (&strategy, tiny->unet, guidance > 1 ? t_cat (texts, 2, 0) : texts[1], guidance);
  latents = sampler_run (tiny->schedule, &strategy.parent, golden_file_input (file, "latents_in"), steps, NULL, NULL,
                         &error);
  if (latents == NULL)
    {
      golden_fail (file->golden, file->name, "latents_out", "%s", error->message);
      return;
    }
  golden_file_compare (file, "latents_out", latents, TOL_PIPELINE);
  golden_file_compare (file, "frames", t_unsqueeze (latents_to_frames (tiny->vae, latents), 0), TOL_PIPELINE);
}

/** check_pipeline: a whole guided run, from noise to frames. */
void
check_pipeline (Models *models, const char *name)
{
  GoldenFile *file = golden_file_open (models->golden, name);
  Pipeline *tiny = file != NULL ? models_pipeline (models, "tiny", name) : NULL;

  if (tiny != NULL)
    compare_run (file, tiny);
  golden_file_close (file);
}
