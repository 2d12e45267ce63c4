/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/lora-file.h"

#include <json-glib/json-glib.h>
#include <math.h>

#define METADATA_KEY "lora_adapter_metadata"
#define PREFIX "unet."

/* What the metadata say; without them α is each layer's own rank. */
typedef struct
{
  gboolean has_alpha;
  gboolean rank_stabilized; /* scale α/√r (peft's use_rslora) */
  double alpha;
} FileConfig;

static gboolean
complain (const char *path, const char *what, GError **error)
{
  g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: %s", path, what);
  return FALSE;
}

static gboolean
read_config (WeightsFile *file, const char *path, FileConfig *config, GError **error)
{
  const char *text = weights_file_metadata (file, METADATA_KEY);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;
  JsonObject *object;

  if (text == NULL)
    return TRUE;
  if (!json_parser_load_from_data (parser, text, -1, NULL) || (root = json_parser_get_root (parser)) == NULL
      || !JSON_NODE_HOLDS_OBJECT (root))
    return complain (path, "the metadata “" METADATA_KEY "” are no JSON object", error);
  object = json_node_get_object (root);
  config->has_alpha = json_object_has_member (object, "lora_alpha");
  if (config->has_alpha)
    config->alpha = json_object_get_double_member_with_default (object, "lora_alpha", 0);
  config->rank_stabilized = json_object_get_boolean_member_with_default (object, "use_rslora", FALSE);
  if (config->has_alpha && !(config->alpha > 0))
    return complain (path, "“lora_alpha” is no positive number", error);
  if (json_object_get_boolean_member_with_default (object, "use_dora", FALSE))
    return complain (path, "this is a DoRA; only LoRA can be used", error);
  if (json_object_has_member (object, "alpha_pattern")
      && JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "alpha_pattern"))
      && json_object_get_size (json_object_get_object_member (object, "alpha_pattern")) > 0)
    return complain (path, "this LoRA has an α of its own for some layers, which is not supported", error);
  return TRUE;
}

/* "unet.x.y.lora_A.weight" → "x.y" when it ends in @suffix or @suffix.weight; else NULL. */
static char *
layer_of (const char *name, const char *suffix)
{
  g_autofree char *long_suffix = g_strconcat (suffix, ".weight", NULL);
  gsize length = strlen (name);

  if (g_str_has_suffix (name, long_suffix))
    length -= strlen (long_suffix);
  else if (g_str_has_suffix (name, suffix))
    length -= strlen (suffix);
  else
    return NULL;
  if (g_str_has_prefix (name, PREFIX))
    return g_strndup (name + strlen (PREFIX), length - strlen (PREFIX));
  return g_strndup (name, length);
}

static const WeightsEntry *
partner_of (WeightsFile *file, const char *name)
{
  g_autofree char *partner = g_strdup (name);
  char *at = g_strrstr (partner, ".lora_A");

  at[strlen (".lora_")] = 'B';
  return weights_file_lookup (file, partner);
}

static gboolean
add_layer (Lora *self, WeightsFile *file, const WeightsEntry *a, const char *layer, const FileConfig *config,
           TDevice device, GError **error)
{
  T_SCOPE_NO_GRAD ();
  const WeightsEntry *b = partner_of (file, a->name);
  double rank, scale = 1;

  if (b == NULL || a->n_dims != 2 || b->n_dims != 2 || a->shape[0] != b->shape[1] || a->shape[0] == 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: the layer “%s” has no pair of fitting factors", a->path,
                   layer);
      return FALSE;
    }
  rank = (double) a->shape[0];
  if (config->has_alpha)
    scale = config->alpha / (config->rank_stabilized ? sqrt (rank) : rank);
  lora_add (self, layer, t_requires_grad (t_clone (t_to (t_from_entry (file, a), device, T_F32))),
            t_requires_grad (t_clone (t_to (t_from_entry (file, b), device, T_F32))), scale);
  return t_check (error);
}

/**
 * lora_load:
 * @path: a safetensors file as save_lora_adapter or save_lora_weights write it
 * @device: where the factors shall lie, as float32
 *
 * Returns: (transfer full): the LoRA, its factors want gradients; NULL with an error that names the file
 */
Lora *
lora_load (const char *path, TDevice device, GError **error)
{
  g_autoptr (WeightsFile) file = weights_file_open (path, error);
  g_autoptr (Lora) self = NULL;
  FileConfig config = { FALSE };

  if (file == NULL || !read_config (file, path, &config, error))
    return NULL;
  self = lora_new_empty ();
  for (guint i = 0; i < weights_file_n_entries (file); i++)
    {
      const WeightsEntry *entry = weights_file_entry (file, i);
      g_autofree char *a = layer_of (entry->name, ".lora_A");
      g_autofree char *b = layer_of (entry->name, ".lora_B");
      if (a == NULL && b == NULL)
        {
          g_set_error (error, T_ERROR, T_ERROR_FILE,
                       "%s: the tensor “%s” is no factor of a LoRA in the format of peft", path, entry->name);
          return NULL;
        }
      if (a != NULL && !add_layer (self, file, entry, a, &config, device, error))
        return NULL;
    }
  if (lora_n_factors (self) == 0)
    return complain (path, "the file holds no LoRA", error), NULL;
  return g_steal_pointer (&self);
}

static char *
config_to_json (Lora *self, gint64 rank, double alpha)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "peft_type");
  json_builder_add_string_value (builder, "LORA");
  json_builder_set_member_name (builder, "r");
  json_builder_add_int_value (builder, rank);
  json_builder_set_member_name (builder, "lora_alpha");
  if (alpha == floor (alpha))
    json_builder_add_int_value (builder, (gint64) alpha);
  else
    json_builder_add_double_value (builder, alpha);
  json_builder_set_member_name (builder, "lora_dropout");
  json_builder_add_double_value (builder, 0);
  json_builder_set_member_name (builder, "bias");
  json_builder_add_string_value (builder, "none");
  json_builder_set_member_name (builder, "target_modules");
  json_builder_begin_array (builder);
  for (guint i = 0; i < lora_n_factors (self); i++)
    json_builder_add_string_value (builder, lora_factor (self, i)->path);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/**
 * lora_save:
 * @path: written beside and renamed
 *
 * Layers of one rank and scale only, as all LoRAs made here have.
 */
gboolean
lora_save (Lora *self, const char *path, GError **error)
{
  guint n = lora_n_factors (self);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) tensors = lora_parameters (self);
  g_autoptr (GHashTable) metadata = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  gint64 rank;
  double scale;

  if (n == 0)
    return complain (path, "there is nothing to save in this LoRA", error);
  rank = t_size (lora_factor (self, 0)->down, 0);
  scale = lora_factor (self, 0)->scale;
  for (guint i = 0; i < n; i++)
    {
      LoraFactor *factor = lora_factor (self, i);
      if (t_size (factor->down, 0) != rank || factor->scale != scale)
        return complain (path, "a LoRA whose layers differ in rank or α cannot be saved", error);
      g_ptr_array_add (names, g_strconcat (factor->path, ".lora_A.weight", NULL));
      g_ptr_array_add (names, g_strconcat (factor->path, ".lora_B.weight", NULL));
    }
  g_hash_table_insert (metadata, (gpointer) "format", g_strdup ("pt"));
  g_hash_table_insert (metadata, (gpointer) METADATA_KEY, config_to_json (self, rank, scale * (double) rank));
  return t_save (path, (const char *const *) names->pdata, (Tensor *const *) tensors->pdata, 2 * n, metadata,
                 error);
}

/**
 * learned_embedding_load:
 * @token: the word whose row is wanted
 * @width: of the text encoder that shall take it
 *
 * Returns: (transfer none): [width] float32, a handle of the innermost scope; NULL with an error
 */
Tensor *
learned_embedding_load (const char *path, const char *token, gint64 width, GError **error)
{
  g_autoptr (WeightsFile) file = weights_file_open (path, error);
  const WeightsEntry *entry;
  Tensor *row;

  if (file == NULL)
    return NULL;
  entry = weights_file_lookup (file, token);
  if (entry == NULL)
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: the file holds no learned word “%s”", path, token);
      return NULL;
    }
  if (entry->n_dims < 1 || entry->n_dims > 2 || entry->shape[entry->n_dims - 1] != width
      || (entry->n_dims == 2 && entry->shape[0] != 1))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: the word “%s” was learned with a text encoder of another width", path, token);
      return NULL;
    }
  row = t_clone (t_reshape (t_to_dtype (t_from_entry (file, entry), T_F32), T_SHAPE (width)));
  return t_check (error) ? row : NULL;
}

/** learned_embedding_save: @row [width] under the name @token; written beside and renamed. */
gboolean
learned_embedding_save (const char *path, const char *token, Tensor *row, GError **error)
{
  return t_save (path, &token, &row, 1, NULL, error);
}
