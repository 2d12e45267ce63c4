/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "key-list.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes of one half-precision number. */
#define HALF 2

static void
key_free (gpointer data)
{
  Key *key = data;

  g_free (key->name);
  g_free (key);
}

static gboolean
parse_shape (Key *key, const char *text)
{
  g_auto (GStrv) sizes = g_strsplit (text, "x", -1);

  for (guint i = 0; sizes[i] != NULL; i++)
    if (i == G_N_ELEMENTS (key->shape)
        || !g_ascii_string_to_signed (sizes[i], 10, 0, G_MAXINT32, &key->shape[i], NULL))
      return FALSE;
  key->n_dims = g_strv_length (sizes);
  return TRUE;
}

/**
 * key_list_load:
 * @path: a name, and where it is known a shape, on every line; lines that begin with # are comments
 *
 * Returns: (transfer full) (element-type Key): the lines in their order
 */
GPtrArray *
key_list_load (const char *path, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (key_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = NULL;
      Key *key;
      g_strchomp (lines[i]);
      if (*lines[i] == '\0' || *lines[i] == '#')
        continue;
      parts = g_strsplit (lines[i], " ", 2);
      key = g_new0 (Key, 1);
      key->name = g_strdup (parts[0]);
      g_ptr_array_add (keys, key);
      if (parts[1] != NULL && !parse_shape (key, parts[1]))
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: line %u holds no shape", path, i + 1);
          return NULL;
        }
    }
  return g_steal_pointer (&keys);
}

/** key_list_find: (transfer none) (nullable): the line of that name. */
const Key *
key_list_find (GPtrArray *keys, const char *name)
{
  for (guint i = 0; i < keys->len; i++)
    if (g_str_equal (((Key *) g_ptr_array_index (keys, i))->name, name))
      return g_ptr_array_index (keys, i);
  return NULL;
}

static gsize
key_bytes (const Key *key)
{
  gsize n = HALF;

  for (guint i = 0; i < key->n_dims; i++)
    n *= (gsize) key->shape[i];
  return n;
}

/** key_list_bytes: of all parameters in half precision. */
gsize
key_list_bytes (GPtrArray *keys)
{
  gsize n = 0;

  for (guint i = 0; i < keys->len; i++)
    n += key_bytes (g_ptr_array_index (keys, i));
  return n;
}

/* Size @dim of a parameter; 0 when there is none of that name. */
static gint64
size_of (GPtrArray *keys, const char *name, guint dim)
{
  const Key *key = key_list_find (keys, name);

  return key != NULL && dim < key->n_dims ? key->shape[dim] : 0;
}

/* How many of the names that @format makes from 0, 1, 2, … there are. */
#define COUNT(keys, n, ...)                                                                        \
  for (guint i_ = 0;; i_++)                                                                        \
    {                                                                                              \
      g_autofree char *name_ = g_strdup_printf (__VA_ARGS__, i_);                                  \
      n = i_;                                                                                      \
      if (key_list_find (keys, name_) == NULL)                                                     \
        break;                                                                                     \
    }

/* The channels of down_blocks.*; their largest common power of two up to 32 makes the groups. */
static char *
channels_json (GPtrArray *keys, const char *prefix, guint n, gint64 *groups)
{
  g_autoptr (GString) text = g_string_new ("[");

  *groups = 32;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%sdown_blocks.%u.resnets.0.conv1.weight", prefix, i);
      gint64 channels = size_of (keys, name, 0);
      while (channels % *groups != 0)
        *groups /= 2;
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", channels);
    }
  g_string_append_c (text, ']');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* "CrossAttnDownBlock3D" where a block has transformers. */
static char *
types_json (GPtrArray *keys, const char *blocks, const char *plain, guint n)
{
  g_autoptr (GString) text = g_string_new ("[");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%u.attentions.0.proj_in.weight", blocks, i);
      g_string_append_printf (text, "%s\"%s%s\"", i > 0 ? ", " : "",
                              key_list_find (keys, name) != NULL ? "CrossAttn" : "", plain);
    }
  g_string_append_c (text, ']');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/** key_list_unet_config: (transfer full): the config.json of the UNet3DConditionModel with these parameters. */
char *
key_list_unet_config (GPtrArray *keys)
{
  guint n_blocks = 0, n_layers = 0;
  gint64 groups;
  g_autofree char *channels = NULL, *down = NULL, *up = NULL;

  COUNT (keys, n_blocks, "down_blocks.%u.resnets.0.conv1.weight");
  COUNT (keys, n_layers, "down_blocks.0.resnets.%u.conv1.weight");
  channels = channels_json (keys, "", n_blocks, &groups);
  down = types_json (keys, "down_blocks", "DownBlock3D", n_blocks);
  up = types_json (keys, "up_blocks", "UpBlock3D", n_blocks);
  /* transformer_in has eight heads, whatever its channels. */
  return g_strdup_printf ("{\"_class_name\": \"UNet3DConditionModel\", \"act_fn\": \"silu\",\n"
                          " \"attention_head_dim\": %" G_GINT64_FORMAT ", \"block_out_channels\": %s,\n"
                          " \"cross_attention_dim\": %" G_GINT64_FORMAT ", \"down_block_types\": %s,\n"
                          " \"up_block_types\": %s, \"in_channels\": %" G_GINT64_FORMAT ",\n"
                          " \"out_channels\": %" G_GINT64_FORMAT ", \"layers_per_block\": %u, \"norm_eps\": 1e-05,\n"
                          " \"norm_num_groups\": %" G_GINT64_FORMAT ", \"sample_size\": 32}\n",
                          size_of (keys, "transformer_in.proj_in.weight", 0) / 8, channels,
                          size_of (keys, "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1), down, up,
                          size_of (keys, "conv_in.weight", 1), size_of (keys, "conv_out.weight", 0), n_layers, groups);
}

/** key_list_vae_config: (transfer full): the config.json of the AutoencoderKL with these parameters. */
char *
key_list_vae_config (GPtrArray *keys)
{
  guint n_blocks = 0, n_layers = 0;
  gint64 groups;
  g_autofree char *channels = NULL;

  COUNT (keys, n_blocks, "encoder.down_blocks.%u.resnets.0.conv1.weight");
  COUNT (keys, n_layers, "encoder.down_blocks.0.resnets.%u.conv1.weight");
  channels = channels_json (keys, "encoder.", n_blocks, &groups);
  return g_strdup_printf ("{\"_class_name\": \"AutoencoderKL\", \"act_fn\": \"silu\", \"block_out_channels\": %s,\n"
                          " \"in_channels\": %" G_GINT64_FORMAT ", \"out_channels\": %" G_GINT64_FORMAT ",\n"
                          " \"latent_channels\": %" G_GINT64_FORMAT ", \"layers_per_block\": %u,\n"
                          " \"norm_num_groups\": %" G_GINT64_FORMAT ", \"scaling_factor\": 0.18215,\n"
                          " \"mid_block_add_attention\": %s, \"use_quant_conv\": %s, \"use_post_quant_conv\": %s}\n",
                          channels, size_of (keys, "encoder.conv_in.weight", 1), size_of (keys, "decoder.conv_out.weight", 0),
                          size_of (keys, "decoder.conv_in.weight", 1), n_layers, groups,
                          key_list_find (keys, "encoder.mid_block.attentions.0.to_q.weight") != NULL ? "true" : "false",
                          key_list_find (keys, "quant_conv.weight") != NULL ? "true" : "false",
                          key_list_find (keys, "post_quant_conv.weight") != NULL ? "true" : "false");
}

/** key_list_text_config: (transfer full): the config.json of the CLIPTextModel with these parameters. */
char *
key_list_text_config (GPtrArray *keys)
{
  const char *prefix = key_list_find (keys, "text_model.embeddings.token_embedding.weight") != NULL ? "text_model." : "";
  g_autofree char *tokens = g_strconcat (prefix, "embeddings.token_embedding.weight", NULL);
  g_autofree char *positions = g_strconcat (prefix, "embeddings.position_embedding.weight", NULL);
  g_autofree char *fc1 = g_strconcat (prefix, "encoder.layers.0.mlp.fc1.weight", NULL);
  gint64 width = size_of (keys, tokens, 1);
  guint n_layers = 0;

  COUNT (keys, n_layers, "%sencoder.layers.%u.mlp.fc1.weight", prefix);
  return g_strdup_printf ("{\"architectures\": [\"CLIPTextModel\"], \"hidden_act\": \"gelu\",\n"
                          " \"hidden_size\": %" G_GINT64_FORMAT ", \"intermediate_size\": %" G_GINT64_FORMAT ",\n"
                          " \"max_position_embeddings\": %" G_GINT64_FORMAT ", \"num_hidden_layers\": %u,\n"
                          " \"num_attention_heads\": %" G_GINT64_FORMAT ", \"vocab_size\": %" G_GINT64_FORMAT ",\n"
                          " \"layer_norm_eps\": 1e-05}\n",
                          width, size_of (keys, fc1, 0), size_of (keys, positions, 0), n_layers,
                          width % 64 == 0 ? width / 64 : 1, size_of (keys, tokens, 0));
}

static char *
safetensors_header (GPtrArray *keys)
{
  g_autoptr (GString) header = g_string_new ("{");
  gsize offset = 0;

  for (guint i = 0; i < keys->len; i++)
    {
      const Key *key = g_ptr_array_index (keys, i);
      g_string_append_printf (header, "%s\"%s\":{\"dtype\":\"F16\",\"shape\":[", i > 0 ? "," : "", key->name);
      for (guint j = 0; j < key->n_dims; j++)
        g_string_append_printf (header, "%s%" G_GINT64_FORMAT, j > 0 ? "," : "", key->shape[j]);
      g_string_append_printf (header, "],\"data_offsets\":[%" G_GSIZE_FORMAT ",%" G_GSIZE_FORMAT "]}", offset,
                              offset + key_bytes (key));
      offset += key_bytes (key);
    }
  g_string_append_c (header, '}');
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');
  return g_string_free (g_steal_pointer (&header), FALSE);
}

static gboolean
write_sparse (const char *path, GPtrArray *keys, GError **error)
{
  g_autofree char *header = safetensors_header (keys);
  guint64 length = GUINT64_TO_LE ((guint64) strlen (header));
  int file = g_open (path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  gboolean ok = file >= 0 && write (file, &length, sizeof length) == (gssize) sizeof length
                && write (file, header, strlen (header)) == (gssize) strlen (header)
                && ftruncate (file, (off_t) (sizeof length + strlen (header) + key_list_bytes (keys))) == 0;

  if (!ok)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", path, g_strerror (errno));
  if (file >= 0)
    close (file);
  return ok;
}

/**
 * key_list_make_folder:
 * @config: what config.json shall hold
 *
 * Returns: (transfer full): a new temporary component folder; see key_list_remove_folder ()
 */
char *
key_list_make_folder (GPtrArray *keys, const char *config, GError **error)
{
  g_autofree char *dir = g_dir_make_tmp ("key-list-XXXXXX", error);
  g_autofree char *config_path = NULL, *weights_path = NULL;

  if (dir == NULL)
    return NULL;
  config_path = g_build_filename (dir, "config.json", NULL);
  weights_path = g_build_filename (dir, "model.safetensors", NULL);
  if (!g_file_set_contents (config_path, config, -1, error) || !write_sparse (weights_path, keys, error))
    {
      key_list_remove_folder (g_steal_pointer (&dir));
      return NULL;
    }
  return g_steal_pointer (&dir);
}

/** key_list_remove_folder: @dir: (transfer full) (nullable): what key_list_make_folder () made. */
void
key_list_remove_folder (char *dir)
{
  static const char *const files[] = { "config.json", "model.safetensors" };

  if (dir == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (dir, files[i], NULL);
      g_unlink (path);
    }
  g_rmdir (dir);
  g_free (dir);
}
