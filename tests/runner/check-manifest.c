/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "checks.h"

/* manifest.json: what it says of tokens, words, layers and timesteps must follow from the model. */

static JsonArray *
array_of (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
object_of (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
same_ints (GArray *ours, JsonArray *wanted)
{
  if (wanted == NULL || json_array_get_length (wanted) != ours->len)
    return FALSE;
  for (guint i = 0; i < ours->len; i++)
    if (json_array_get_int_element (wanted, i) != g_array_index (ours, gint64, i))
      return FALSE;
  return TRUE;
}

static gboolean
added_ids_fit (Pipeline *tiny, JsonObject *ids)
{
  g_autoptr (GList) names = json_object_get_members (ids);

  for (GList *name = names; name != NULL; name = name->next)
    if (tokenizer_lookup_token (conditioner_tokenizer (tiny->conditioner), name->data)
        != json_object_get_int_member_with_default (ids, name->data, -1))
      return FALSE;
  return TRUE;
}

static gboolean
superclass_ids_fit (Pipeline *tiny, JsonObject *superclasses, JsonObject *ids)
{
  g_autoptr (GList) names = json_object_get_members (ids);

  for (GList *name = names; name != NULL; name = name->next)
    {
      const char *words = superclasses != NULL
                              ? json_object_get_string_member_with_default (superclasses, name->data, NULL)
                              : NULL;
      g_autoptr (GArray) pieces = NULL;
      if (words == NULL)
        return FALSE;
      pieces = tokenizer_pieces (conditioner_tokenizer (tiny->conditioner), words);
      if (!same_ints (pieces, array_of (ids, name->data)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
range_fits (JsonArray *groups, guint i, guint first, guint last)
{
  JsonArray *group = groups != NULL ? json_array_get_array_element (groups, i) : NULL;

  if (group == NULL || json_array_get_length (group) != last - first + 1)
    return FALSE;
  for (guint k = 0; k <= last - first; k++)
    if (json_array_get_int_element (group, k) != (gint64) (first + k))
      return FALSE;
  return TRUE;
}

static void
check_words (Models *models, const char *name, Pipeline *tiny)
{
  JsonObject *manifest = models->golden->manifest, *superclasses = object_of (manifest, "tokens");
  JsonObject *prompts = object_of (manifest, "prompts");
  JsonArray *words = array_of (manifest, "words");
  JsonArray *subject = array_of (manifest, "word_groups_subject"), *motion = array_of (manifest, "word_groups_motion");
  g_autoptr (GHashTable) table = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) names = superclasses != NULL ? json_object_get_members (superclasses) : NULL;
  const char *prompt = prompts != NULL ? json_object_get_string_member_with_default (prompts, "c_tgt", NULL) : NULL;
  const char *other = prompts != NULL ? json_object_get_string_member_with_default (prompts, "c_tgt_super", NULL) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TokenizerAlignment) alignment = NULL;
  gboolean ok;

  if (words == NULL || prompt == NULL)
    return;
  for (GList *token = names; token != NULL; token = token->next)
    g_hash_table_insert (table, token->data,
                         (gpointer) json_object_get_string_member_with_default (superclasses, token->data, ""));
  alignment = tokenizer_align_words (conditioner_tokenizer (tiny->conditioner), prompt, table, &error);
  if (alignment == NULL)
    {
      golden_fail (models->golden, name, "words", "%s", error->message);
      return;
    }
  ok = alignment->groups->len == json_array_get_length (words);
  for (guint i = 0; ok && i < alignment->groups->len; i++)
    {
      TokenizerGroup *group = g_ptr_array_index (alignment->groups, i);
      ok = g_str_equal (group->word, json_array_get_string_element (words, i))
           && range_fits (subject, i, group->first, group->last)
           && range_fits (motion, i, group->superclass_first, group->superclass_last);
    }
  golden_check (models->golden, name, "words and their groups", ok);
  if (other != NULL)
    golden_check (models->golden, name, "prompts.c_tgt_super", g_str_equal (other, alignment->superclass_prompt));
}

static gboolean
has_layer (AttentionProbe *probe, JsonArray *list, const char *path)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (g_str_equal (json_array_get_string_element (list, i), path))
      return TRUE;
  return FALSE;
}

/* The layers of one kind are those of the list, and the list has no other. */
static void
check_layers (Models *models, const char *name, AttentionProbe *probe, AttentionKind kind, const char *key)
{
  JsonArray *list = array_of (models->golden->manifest, key);
  guint n = 0;
  gboolean ok = TRUE;

  if (list == NULL)
    return;
  for (guint i = 0; i < attention_probe_n (probe); i++)
    if (attention_probe_kind (probe, i) == kind)
      {
        ok = ok && has_layer (probe, list, attention_probe_path (probe, i));
        n++;
      }
  golden_check (models->golden, name, key, ok && n == json_array_get_length (list));
}

/* Frames and latent size are the set's, so the maps of a pass at that size have the sizes that it names. */
static void
check_map_sizes (Models *models, const char *name, AttentionProbe *probe)
{
  JsonObject *sizes = object_of (models->golden->manifest, "spatial_map_sizes");
  g_autoptr (GList) layers = sizes != NULL ? json_object_get_members (sizes) : NULL;
  gboolean ok = TRUE;

  if (sizes == NULL)
    return;
  for (GList *layer = layers; layer != NULL; layer = layer->next)
    {
      JsonArray *size = array_of (sizes, layer->data);
      Tensor *map = attention_probe_find (probe, layer->data);
      ok = ok && size != NULL && json_array_get_length (size) == 2
           && t_size (map, 2) == json_array_get_int_element (size, 0) * json_array_get_int_element (size, 1);
    }
  golden_check (models->golden, name, "spatial_map_sizes", ok);
}

static void
check_network (Models *models, const char *name, Pipeline *tiny)
{
  T_SCOPE_NO_GRAD ();
  JsonObject *manifest = models->golden->manifest;
  JsonArray *size = array_of (manifest, "latent_size");
  gint64 frames = json_object_get_int_member_with_default (manifest, "frames", 1);
  g_autoptr (AttentionProbe) probe
      = attention_probe_new (ATTENTION_KIND (ATTENTION_SPATIAL_CROSS) | ATTENTION_KIND (ATTENTION_TEMPORAL));
  UNetCall call = { .probe = probe };
  Tensor *x;

  if (size == NULL || json_array_get_length (size) != 2)
    return;
  x = t_zeros (T_F32, models->golden->device,
               T_SHAPE (1, unet_in_channels (tiny->unet), frames, json_array_get_int_element (size, 0),
                        json_array_get_int_element (size, 1)));
  unet_set_loras (tiny->unet, NULL, 0, NULL);
  unet_forward (tiny->unet, &call, x, t_zeros (T_F32, T_CPU, T_SHAPE (1)), conditioner_encode (tiny->conditioner, ""));
  if (!golden_no_error (models->golden, name, "layers"))
    return;
  check_layers (models, name, probe, ATTENTION_SPATIAL_CROSS, "spatial_cross_layers");
  check_layers (models, name, probe, ATTENTION_TEMPORAL, "temporal_layers");
  check_map_sizes (models, name, probe);
}

static void
check_timesteps (Models *models, const char *name, Pipeline *tiny)
{
  g_autoptr (GList) keys = json_object_get_members (models->golden->manifest);

  for (GList *key = keys; key != NULL; key = key->next)
    if (g_str_has_prefix (key->data, "timesteps_"))
      {
        const char *number = (const char *) key->data + strlen ("timesteps_");
        g_autoptr (GArray) ours = schedule_timesteps (tiny->schedule, (guint) g_ascii_strtoull (number, NULL, 10));
        golden_check (models->golden, name, key->data, same_ints (ours, array_of (models->golden->manifest, key->data)));
      }
}

/** check_manifest: everything in it that can be computed. */
void
check_manifest (Models *models, const char *name)
{
  JsonObject *manifest = models->golden->manifest;
  Pipeline *tiny;

  if (manifest == NULL)
    {
      golden_absent (models->golden, name);
      return;
    }
  if ((tiny = models_pipeline (models, "tiny", name)) == NULL)
    return;
  if (object_of (manifest, "added_ids") != NULL)
    golden_check (models->golden, name, "added_ids", added_ids_fit (tiny, object_of (manifest, "added_ids")));
  if (object_of (manifest, "superclass_ids") != NULL)
    golden_check (models->golden, name, "superclass_ids",
                  superclass_ids_fit (tiny, object_of (manifest, "tokens"), object_of (manifest, "superclass_ids")));
  check_words (models, name, tiny);
  check_network (models, name, tiny);
  check_timesteps (models, name, tiny);
}
