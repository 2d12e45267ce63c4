/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "checks.h"

/* unet.safetensors, unet_attn.safetensors, unet_extra.safetensors: forward passes. */

static void
compare_module (gpointer data, const char *path, Tensor *output)
{
  GoldenFile *file = data;
  NAME (name, "h.%s", path);

  golden_file_compare (file, name, output, TOL_NETWORK);
}

/** check_unet: the output, the timestep embedding, and every module that the file observes. */
void
check_unet (Models *models, const char *name)
{
  T_SCOPE_NO_GRAD ();
  GoldenFile *file = golden_file_open (models->golden, name);
  Pipeline *tiny = file != NULL ? models_pipeline (models, "tiny", name) : NULL;

  if (tiny != NULL)
    {
      Tensor *x = golden_file_input (file, "x"), *t = golden_file_input (file, "t");
      Tensor *text = golden_file_input (file, "text");
      UNetCall call = { .observe = compare_module, .observe_data = file };
      golden_file_compare (file, "t_emb", unet_time_embedding (tiny->unet, t), TOL_NETWORK);
      unet_set_loras (tiny->unet, NULL, 0, NULL);
      golden_file_compare (file, "out", unet_forward (tiny->unet, &call, x, t, text), TOL_NETWORK);
    }
  golden_file_close (file);
}

/** check_unet_attn: the probabilities of every attention layer that the file names. */
void
check_unet_attn (Models *models, const char *name)
{
  T_SCOPE_NO_GRAD ();
  GoldenFile *file = golden_file_open (models->golden, name);
  Pipeline *tiny = file != NULL ? models_pipeline (models, "tiny", name) : NULL;
  g_autoptr (AttentionProbe) probe = attention_probe_new (ATTENTION_KIND (ATTENTION_SPATIAL_SELF)
                                                          | ATTENTION_KIND (ATTENTION_SPATIAL_CROSS)
                                                          | ATTENTION_KIND (ATTENTION_TEMPORAL));
  g_auto (GStrv) names = file != NULL ? golden_file_names (file) : NULL;
  g_autoptr (GStrvBuilder) asked = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_str_has_prefix (names[i], "p."))
      g_strv_builder_add (asked, names[i] + strlen ("p."));
  paths = g_strv_builder_end (asked);
  if (tiny != NULL)
    {
      UNetCall call = { .probe = probe };
      Tensor *x = golden_file_input (file, "x"), *t = golden_file_input (file, "t");
      Tensor *text = golden_file_input (file, "text"), *out;
      attention_probe_ask_only (probe, (const char *const *) paths);
      unet_set_loras (tiny->unet, NULL, 0, NULL);
      out = unet_forward (tiny->unet, &call, x, t, text);
      golden_file_compare (file, "out", out, TOL_NETWORK);
    }
  for (guint i = 0; i < attention_probe_n (probe); i++)
    {
      NAME (layer, "p.%s", attention_probe_path (probe, i));
      golden_file_compare (file, layer, attention_probe_get (probe, i), TOL_NETWORK);
    }
  golden_file_close (file);
}

/* A network of its own in a folder of the set ("unet2"). */
static UNet *
open_unet (Models *models, const char *folder, const char *file)
{
  g_autofree char *dir = golden_path (models->golden, folder);
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Weights) weights = weights_open (dir, models->golden->device, T_F32, &error);
  UNet *unet = weights != NULL ? unet_new (config, weights, &error) : NULL;

  if (unet == NULL)
    golden_fail (models->golden, file, folder, "%s", error->message);
  return unet;
}

/* The text of cases that bring none: that of unet.safetensors. */
static Tensor *
usual_text (Models *models)
{
  g_autofree char *path = golden_path (models->golden, "unet.safetensors");
  g_autoptr (WeightsFile) file = g_file_test (path, G_FILE_TEST_EXISTS) ? weights_file_open (path, NULL) : NULL;
  const WeightsEntry *entry = file != NULL ? weights_file_lookup (file, "text") : NULL;

  return entry != NULL ? t_to (t_clone (t_from_entry (file, entry)), models->golden->device, T_F32) : NULL;
}

/* `<case>_x`, `<case>_t`, `<case>_text` → `<case>_out`, by the network in the folder `<case>` if there is one. */
static void
compare_case (Models *models, GoldenFile *file, UNet *tiny, const char *prefix)
{
  T_SCOPE_NO_GRAD ();
  NAME (x_name, "%s_x", prefix);
  NAME (t_name, "%s_t", prefix);
  NAME (text_name, "%s_text", prefix);
  NAME (out, "%s_out", prefix);
  NAME (skipped, "%s_out_temporal_skipped", prefix);
  NAME (config, "%s/config.json", prefix);
  gboolean own = golden_has (models->golden, config);
  g_autoptr (UNet) other = own ? open_unet (models, prefix, file->name) : NULL;
  UNet *unet = own ? other : tiny;
  Tensor *x = golden_file_input (file, x_name), *t = golden_file_input (file, t_name);
  Tensor *text = golden_file_input (file, text_name);
  UNetCall call = { .skip_temporal = TRUE };

  if (unet == NULL)
    return;
  if (text == NULL)
    text = usual_text (models);
  golden_file_compare (file, out, models_forward (models, unet, NULL, 0, x, t, text), TOL_NETWORK);
  if (golden_file_has (file, skipped))
    golden_file_compare (file, skipped, unet_forward (unet, &call, x, t, text), TOL_NETWORK);
}

/* `fp16w_*`: the half-precision weights of a folder, widened to float32. */
static void
compare_half_weights (Models *models, GoldenFile *file, const char *folder)
{
  T_SCOPE_NO_GRAD ();
  const char *prompt = golden_file_info (file, "fp16w_prompt");
  Pipeline *pipeline;
  GoldenFile *vae;
  Tensor *x = golden_file_input (file, "fp16w_x"), *t = golden_file_input (file, "fp16w_t");
  Tensor *text;
  NAME (text_label, "fp16w_text (%s)", folder);
  NAME (out_label, "fp16w_out (%s)", folder);
  NAME (decoded_label, "fp16w_decoded (%s)", folder);

  if (!golden_has (models->golden, folder))
    {
      golden_absent (models->golden, folder);
      return;
    }
  if ((pipeline = models_pipeline (models, folder, file->name)) == NULL)
    return;
  text = prompt != NULL ? conditioner_encode (pipeline->conditioner, prompt) : golden_file_peek (file, "fp16w_text");
  golden_file_compare_as (file, "fp16w_text", text_label, text, TOL_NETWORK);
  golden_file_compare_as (file, "fp16w_out", out_label, models_forward (models, pipeline->unet, NULL, 0, x, t, text),
                          TOL_NETWORK);
  if (!golden_file_has (file, "fp16w_decoded") || (vae = golden_file_open (models->golden, "vae.safetensors")) == NULL)
    return;
  golden_file_ignore_rest (vae);
  golden_file_compare_as (file, "fp16w_decoded", decoded_label,
                          vae_decode (pipeline->vae, t_mul_scalar (golden_file_peek (vae, "z"),
                                                                   1 / vae_scaling_factor (pipeline->vae))),
                          TOL_NETWORK);
  golden_file_close (vae);
}

/** check_unet_extra: every case `<case>_x` of the file. */
void
check_unet_extra (Models *models, const char *name)
{
  GoldenFile *file = golden_file_open (models->golden, name);
  Pipeline *tiny = file != NULL ? models_pipeline (models, "tiny", name) : NULL;
  g_auto (GStrv) names = tiny != NULL ? golden_file_names (file) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *prefix = NULL;
      if (!g_str_has_suffix (names[i], "_x"))
        continue;
      prefix = g_strndup (names[i], strlen (names[i]) - strlen ("_x"));
      if (!g_str_equal (prefix, "fp16w"))
        {
          compare_case (models, file, tiny->unet, prefix);
          continue;
        }
      compare_half_weights (models, file, "tiny-bin");
      compare_half_weights (models, file, "tiny-sharded");
    }
  golden_file_close (file);
}
