/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models.h"

#include <string.h>

#include "nn/lora-file.h"

static void
row_free (gpointer data)
{
  Tensor *row = data;

  t_drop (&row);
}

void
models_init (Models *self, Golden *golden)
{
  *self = (Models){ .golden = golden };
  self->pipelines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pipeline_free);
  self->loras = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) lora_free);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, row_free);
}

void
models_clear (Models *self)
{
  g_clear_pointer (&self->pipelines, g_hash_table_unref);
  g_clear_pointer (&self->loras, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->order, g_strfreev);
  t_drop (&self->init_rows);
}

/* Without tokens.safetensors: the tokens that the manifest gives ids, in their order. */
static GStrv
tokens_of_manifest (Models *self)
{
  JsonObject *manifest = self->golden->manifest;
  JsonNode *node = manifest != NULL ? json_object_get_member (manifest, "added_ids") : NULL;
  JsonObject *ids = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : json_object_new ();
  g_autoptr (GList) names = json_object_get_members (ids);
  g_autoptr (GStrvBuilder) order = g_strv_builder_new ();
  gint64 last = -1;

  for (guint round = 0; round < json_object_get_size (ids); round++)
    {
      const char *next = NULL;
      for (GList *name = names; name != NULL; name = name->next)
        if (json_object_get_int_member_with_default (ids, name->data, -1) > last
            && (next == NULL || json_object_get_int_member_with_default (ids, name->data, -1)
                                    < json_object_get_int_member_with_default (ids, next, -1)))
          next = name->data;
      if (next == NULL)
        break;
      g_strv_builder_add (order, next);
      last = json_object_get_int_member_with_default (ids, next, -1);
    }
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    json_object_unref (ids);
  return g_strv_builder_end (order);
}

/* The learned tokens of tokens.safetensors, in the order of their ids, and their rows. */
static void
load_rows (Models *self)
{
  T_SCOPE_NO_GRAD ();
  g_autofree char *path = golden_path (self->golden, "tokens.safetensors");
  g_autoptr (WeightsFile) file = g_file_test (path, G_FILE_TEST_EXISTS) ? weights_file_open (path, NULL) : NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GStrvBuilder) order = g_strv_builder_new ();
  const char *info = file != NULL ? weights_file_metadata (file, "info") : NULL;
  const WeightsEntry *rows = file != NULL ? weights_file_lookup (file, "rows") : NULL;
  const WeightsEntry *init = file != NULL ? weights_file_lookup (file, "rows_init_mean") : NULL;
  JsonArray *names = NULL;

  if (info != NULL && json_parser_load_from_data (parser, info, -1, NULL)
      && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      JsonNode *node = json_object_get_member (json_node_get_object (json_parser_get_root (parser)), "order");
      names = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
    }
  for (guint i = 0; names != NULL && rows != NULL && i < json_array_get_length (names); i++)
    {
      const char *token = json_array_get_string_element (names, i);
      Tensor *row = t_clone (t_select (t_from_entry (file, rows), 0, i));
      g_strv_builder_add (order, token);
      if (row != NULL)
        g_hash_table_insert (self->rows, g_strdup (token), t_steal (t_to (row, self->golden->device, T_F32)));
    }
  self->order = names != NULL ? g_strv_builder_end (order) : tokens_of_manifest (self);
  if (init != NULL)
    t_assign (&self->init_rows, t_clone (t_from_entry (file, init)));
  golden_no_error (self->golden, "tokens.safetensors", "rows");
}

static GStrv
learned_tokens (Models *self)
{
  if (self->order == NULL)
    load_rows (self);
  return self->order;
}

/** models_row: (transfer none) (nullable): the row of a learned token. */
Tensor *
models_row (Models *self, const char *token)
{
  learned_tokens (self);
  return token != NULL ? g_hash_table_lookup (self->rows, token) : NULL;
}

static Pipeline *
open_pipeline (Models *self, const char *folder, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autofree char *dir = golden_path (self->golden, folder);
  g_autoptr (Pipeline) pipeline = pipeline_open (dir, self->golden->device, T_F32, error);

  if (pipeline == NULL)
    return NULL;
  for (char **token = learned_tokens (self); *token != NULL; token++)
    {
      Tensor *row = g_hash_table_lookup (self->rows, *token);
      if (row == NULL) /* the folder knows the token but no row of it: its id is what counts */
        row = t_zeros (T_F32, self->golden->device, T_SHAPE (clip_text_width (conditioner_text (pipeline->conditioner))));
      if (!conditioner_add_word (pipeline->conditioner, *token, row, error))
        return NULL;
    }
  return g_steal_pointer (&pipeline);
}

/**
 * models_pipeline:
 * @folder: "tiny"
 * @file: who needs it, for messages
 *
 * Returns: (transfer none) (nullable): the opened folder with the learned words; NULL after a failure
 *   was printed
 */
Pipeline *
models_pipeline (Models *self, const char *folder, const char *file)
{
  Pipeline *pipeline = g_hash_table_lookup (self->pipelines, folder);
  g_autoptr (GError) error = NULL;

  if (pipeline != NULL)
    return pipeline;
  pipeline = open_pipeline (self, folder, &error);
  if (pipeline == NULL)
    golden_fail (self->golden, file, folder, "%s", error->message);
  else
    g_hash_table_insert (self->pipelines, g_strdup (folder), pipeline);
  return pipeline;
}

/* Both plain factors (`<layer>.lora_A`, α = r) and peft's format are what lora_load () reads. */
Lora *
models_lora (Models *self, const char *name, GError **error)
{
  Lora *lora = g_hash_table_lookup (self->loras, name);
  g_autofree char *file = g_strdup_printf ("lora/%s.safetensors", name);
  g_autofree char *path = golden_path (self->golden, file);

  if (lora == NULL && (lora = lora_load (path, self->golden->device, error)) != NULL)
    g_hash_table_insert (self->loras, g_strdup (name), lora);
  return lora;
}

static gboolean
holds_factors (const char *path)
{
  g_autoptr (WeightsFile) file = weights_file_open (path, NULL);

  for (guint i = 0; file != NULL && i < weights_file_n_entries (file); i++)
    {
      const char *name = weights_file_entry (file, i)->name;
      if (!g_str_has_suffix (name, ".lora_A") && !g_str_has_suffix (name, ".lora_B"))
        return FALSE;
    }
  return file != NULL && weights_file_n_entries (file) > 0;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/** models_lora_names: (transfer full): names of the files in lora/ that hold nothing but factors, sorted. */
GStrv
models_lora_names (Models *self)
{
  g_autofree char *dir = golden_path (self->golden, "lora");
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *name;

  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      if (g_str_has_suffix (name, ".safetensors") && holds_factors (path))
        g_ptr_array_add (names, g_strndup (name, strlen (name) - strlen (".safetensors")));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/** models_loras_in_text: (transfer full): the names NAME of all "lora/NAME" in a text, in its order. */
GStrv
models_loras_in_text (const char *text)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  while (text != NULL && (text = strstr (text, "lora/")) != NULL)
    {
      gsize length;
      text += strlen ("lora/");
      for (length = 0; g_ascii_isalnum (text[length]) || strchr ("_-.", text[length] != '\0' ? text[length] : ' '); length++)
        ;
      while (length > 0 && text[length - 1] == '.')
        length--;
      g_autofree char *name = g_strndup (text, length);
      if (length > 0)
        g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

/** models_stacked: (transfer full): the mean of several LoRAs of lora/ as one. */
Lora *
models_stacked (Models *self, GStrv names, GError **error)
{
  guint n = g_strv_length (names);
  g_autofree Lora **loras = g_new0 (Lora *, n + 1);

  if (n == 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, "there are no LoRAs to stack");
      return NULL;
    }
  for (guint i = 0; i < n; i++)
    if ((loras[i] = models_lora (self, names[i], error)) == NULL)
      return NULL;
  return lora_stack_mean (loras, n, error);
}

/** models_forward: the noise that @unet predicts with these LoRAs; NULL once an error waits. */
Tensor *
models_forward (Models *self, UNet *unet, const LoraUse *uses, guint n_uses, Tensor *x, Tensor *t, Tensor *text)
{
  T_SCOPE ();
  UNetCall call = { 0 };
  g_autoptr (GError) error = NULL;
  Tensor *out;

  if (!unet_set_loras (unet, uses, n_uses, &error))
    {
      t_take_error (g_steal_pointer (&error));
      return NULL;
    }
  out = unet_forward (unet, &call, x, t, text);
  return t_keep (out);
}
