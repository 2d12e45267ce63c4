/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "../key-list.h"
#include "checks.h"

/* Lists of names and shapes: the networks built with them use every name and no other. */

/** OpenFunc: makes a network from a component folder; returns what it is freed with its free function. */
typedef gpointer (*OpenFunc) (const char *config_path, Weights *weights, GError **error);

static gpointer
open_unet (const char *config_path, Weights *weights, GError **error)
{
  return unet_new (config_path, weights, error);
}

static gpointer
open_vae (const char *config_path, Weights *weights, GError **error)
{
  return vae_new (config_path, weights, error);
}

static gpointer
open_text (const char *config_path, Weights *weights, GError **error)
{
  return clip_text_new (config_path, weights, error);
}

static GPtrArray *
load_list (Golden *golden, const char *name)
{
  g_autofree char *path = golden_path (golden, name);
  g_autoptr (GError) error = NULL;
  GPtrArray *keys;

  if (!golden_has (golden, name))
    {
      golden_absent (golden, name);
      return NULL;
    }
  keys = key_list_load (path, &error);
  if (keys == NULL)
    golden_fail (golden, name, "", "%s", error->message);
  return keys;
}

/* A network with the parameters of @keys, which are mapped and never read. */
static gpointer
build (Golden *golden, const char *name, GPtrArray *keys, const char *config, OpenFunc open, gboolean *all_used)
{
  g_autoptr (GError) error = NULL;
  char *dir = key_list_make_folder (keys, config, &error);
  g_autofree char *config_path = dir != NULL ? g_build_filename (dir, "config.json", NULL) : NULL;
  g_autoptr (Weights) weights = dir != NULL ? weights_open (dir, T_CPU, WEIGHTS_AS_STORED, &error) : NULL;
  gpointer network = weights != NULL ? open (config_path, weights, &error) : NULL;

  if (network == NULL)
    golden_fail (golden, name, "network", "%s", error->message);
  else
    *all_used = weights_bytes (weights) == key_list_bytes (keys);
  key_list_remove_folder (dir);
  return network;
}

static void
check_list (Golden *golden, const char *name, char *(*make_config) (GPtrArray *), OpenFunc open, GDestroyNotify destroy)
{
  g_autoptr (GPtrArray) keys = load_list (golden, name);
  g_autofree char *config = keys != NULL ? make_config (keys) : NULL;
  gboolean all_used = FALSE;
  gpointer network = keys != NULL ? build (golden, name, keys, config, open, &all_used) : NULL;
  NAME (label, "all %u names and shapes", keys != NULL ? keys->len : 0);

  if (network == NULL)
    return;
  golden_check (golden, name, label, all_used);
  destroy (network);
}

/** check_unet_keys: the parameters of a full-size UNet3DConditionModel. */
void
check_unet_keys (Models *models, const char *name)
{
  check_list (models->golden, name, key_list_unet_config, open_unet, (GDestroyNotify) unet_free);
}

/** check_vae_keys: those of a full-size AutoencoderKL. */
void
check_vae_keys (Models *models, const char *name)
{
  check_list (models->golden, name, key_list_vae_config, open_vae, (GDestroyNotify) vae_free);
}

/** check_text_keys: those of a full-size CLIPTextModel. */
void
check_text_keys (Models *models, const char *name)
{
  check_list (models->golden, name, key_list_text_config, open_text, (GDestroyNotify) clip_text_free);
}

/* The layers of @unet that carry this kind of LoRA are those of the list, in its order. */
static gboolean
same_targets (UNet *unet, GPtrArray *keys, LinearKind kind)
{
  guint n = 0;

  for (guint i = 0; i < unet_n_linears (unet); i++)
    {
      Linear *linear = unet_linear (unet, i);
      const Key *key = n < keys->len ? g_ptr_array_index (keys, n) : NULL;
      if (linear->kind != kind)
        continue;
      if (key == NULL || !g_str_equal (key->name, linear->path)
          || (key->n_dims > 0
              && (key->n_dims != 2 || key->shape[0] != linear->n_out || key->shape[1] != linear->n_in)))
        return FALSE;
      n++;
    }
  return n == keys->len;
}

/**
 * check_lora_targets:
 * @name: "lora_targets_subject.txt", or "<model>_lora_targets_motion.txt" with "<model>_unet_keys.txt" beside it
 */
void
check_lora_targets (Models *models, const char *name)
{
  Golden *golden = models->golden;
  g_autoptr (GPtrArray) targets = load_list (golden, name), keys = NULL;
  g_autofree char *model = g_strndup (name, (gsize) (strstr (name, "lora_targets_") - name));
  g_autofree char *list = g_strconcat (model, "unet_keys.txt", NULL);
  g_autofree char *config = NULL;
  LinearKind kind = g_str_has_suffix (name, "_motion.txt") ? LINEAR_TEMPORAL : LINEAR_SPATIAL;
  g_autoptr (UNet) large = NULL;
  gboolean all_used = FALSE;
  Pipeline *tiny = NULL;
  NAME (label, "%u layers", targets != NULL ? targets->len : 0);

  if (targets == NULL)
    return;
  if (*model != '\0')
    {
      if ((keys = load_list (golden, list)) == NULL)
        return;
      config = key_list_unet_config (keys);
      large = build (golden, name, keys, config, open_unet, &all_used);
    }
  else
    tiny = models_pipeline (models, "tiny", name);
  if (large != NULL || tiny != NULL)
    golden_check (golden, name, label, same_targets (large != NULL ? large : tiny->unet, targets, kind));
}
