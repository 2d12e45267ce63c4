/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "checks.h"

/*
 * golden-runner DIR: compares this program's numbers with those of a folder laid out as its README
 * describes (tests/golden holds one), tensor by tensor. Of the folder's prompts, tokens, sizes and
 * settings it knows nothing but what manifest.json and the files themselves say.
 */

/** Entry: a file or folder that the format knows. @check NULL: see @status. */
typedef struct
{
  const char *name;
  CheckFunc check;
  const char *status;
} Entry;

static const Entry entries[] = {
  { "README.md", NULL, "text" },
  { "TENSORS.txt", NULL, "text" },
  { "tiny", NULL, "input" },
  { "tiny-bin", NULL, "input" },
  { "tiny-sharded", NULL, "input" },
  { "text_encoder2", NULL, "input" },
  { "unet2", NULL, "input" },
  { "manifest.json", check_manifest, NULL },
  { "tokenizer_tiny.json", check_tokenizer_tiny, NULL },
  { "clip-bpe/LICENSE", NULL, "text" },
  { "clip-bpe/SOURCE.txt", NULL, "text" },
  { "clip-bpe/bpe_simple_vocab_16e6.txt.gz", NULL, "input" },
  { "clip-bpe/strings.json", check_clip_strings, NULL },
  { "clip-bpe/strings_added.json", check_clip_strings, NULL },
  { "tokens.safetensors", check_tokens, NULL },
  { "text.safetensors", check_text, NULL },
  { "vae.safetensors", check_vae, NULL },
  { "unet.safetensors", check_unet, NULL },
  { "unet_attn.safetensors", check_unet_attn, NULL },
  { "unet_extra.safetensors", check_unet_extra, NULL },
  { "unet_grad.safetensors", check_unet_grad, NULL },
  { "scheduler.safetensors", check_scheduler, NULL },
  { "pipeline.safetensors", check_pipeline, NULL },
  { "lora", check_lora_folder, NULL },
  { "lora_targets_subject.txt", check_lora_targets, NULL },
  { "lora_targets_motion.txt", check_lora_targets, NULL },
  { "zeroscope_unet_keys.txt", check_unet_keys, NULL },
  { "zeroscope_lora_targets_subject.txt", check_lora_targets, NULL },
  { "zeroscope_lora_targets_motion.txt", check_lora_targets, NULL },
  { "sd_vae_keys.txt", check_vae_keys, NULL },
  { "clip_text_keys.txt", check_text_keys, NULL },
  { "method_subject.safetensors", check_method_subject, NULL },
  { "method_textual_inversion.safetensors", check_method_textual_inversion, NULL },
  { "method_motion.safetensors", check_method_motion, NULL },
  { "adamw.safetensors", check_adamw, NULL },
  { "method_train3.safetensors", check_method_train3, NULL },
  { "method_attn.safetensors", check_method_attn, NULL },
  { "method_fusion.safetensors", check_method_fusion, NULL },
  { "method_scs_step.safetensors", check_method_scs_step, NULL },
  { "method_scs_run.safetensors", check_method_scs_run, NULL },
};

static const Entry *
find_entry (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_equal (entries[i].name, name))
      return &entries[i];
  return NULL;
}

/* Everything below @folder that the format does not know is a failure. */
static void
find_unknown (Golden *golden, const char *folder)
{
  g_autofree char *dir = golden_path (golden, folder);
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  const char *name;

  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = *folder != '\0' ? g_build_filename (folder, name, NULL) : g_strdup (name);
      if (find_entry (path) != NULL)
        continue;
      if (g_str_equal (path, "clip-bpe"))
        find_unknown (golden, path);
      else
        golden_fail (golden, path, "", "this file is not known");
    }
}

static void
run_entry (Models *models, const Entry *entry)
{
  Golden *golden = models->golden;

  if (entry->check != NULL)
    {
      entry->check (models, entry->name);
      golden_no_error (golden, entry->name, "");
    }
  else if (!golden_has (golden, entry->name))
    golden_absent (golden, entry->name);
  else
    {
      golden->n_later += g_str_equal (entry->status, "later");
      golden_say (golden, entry->status, entry->name, "");
    }
}

static int
run_all (Golden *golden)
{
  Models models;
  gboolean ok;

  models_init (&models, golden);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    run_entry (&models, &entries[i]);
  find_unknown (golden, "");
  models_clear (&models);
  golden_check (golden, "(tensors)", "none is left", t_live_count () == 0);
  ok = golden->n_failed == 0 && golden->n_ok > 1;
  g_print ("%s: %u ok, %u failed, %u absent, %u later\n", ok ? "PASS" : "FAIL", golden->n_ok, golden->n_failed,
           golden->n_absent, golden->n_later);
  if (golden->n_ok <= 1)
    g_print ("Nothing was compared: is %s such a folder?\n", golden->dir);
  return ok ? 0 : 1;
}

int
main (int argc, char **argv)
{
  g_autofree char *device = NULL;
  double factor = 1;
  GOptionEntry options[] = {
    { "device", 0, 0, G_OPTION_ARG_STRING, &device, "Where to compute (cpu)", "cuda|cpu" },
    { "tolerance-factor", 0, 0, G_OPTION_ARG_DOUBLE, &factor, "Multiplies every tolerance (1)", "X" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("DIR");
  g_autoptr (GError) error = NULL;
  gboolean cuda;
  Golden golden;
  int status;

  setlocale (LC_CTYPE, "");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "Usage: golden-runner DIR [--device cuda|cpu] "
                                                            "[--tolerance-factor X]");
      return 2;
    }
  cuda = g_strcmp0 (device, "cuda") == 0;
  if ((device != NULL && !cuda && !g_str_equal (device, "cpu")) || !(factor > 0))
    {
      g_printerr ("--device is cuda or cpu, and --tolerance-factor more than 0\n");
      return 2;
    }
  if (cuda && !t_cuda_available ())
    {
      g_printerr ("There is no NVIDIA card that this libtorch can use\n");
      return 1;
    }
  t_set_threads (g_get_num_processors ());
  if (!golden_init (&golden, argv[1], cuda ? T_CUDA : T_CPU, factor, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  status = run_all (&golden);
  golden_clear (&golden);
  return status;
}
