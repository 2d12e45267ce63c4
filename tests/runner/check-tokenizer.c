/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "../clip-bpe.h"
#include "checks.h"

/* tokenizer_tiny.json, clip-bpe/strings*.json and manifest.json: ids, exact. */

#define MERGES "clip-bpe/bpe_simple_vocab_16e6.txt.gz"

/* Stands for a NUL in a text while it is read: C has no such texts, and no prompt can be one. */
#define NUL_MARK "\\ufdd0"
#define NUL_MARK_UTF8 "\xef\xb7\x90"

static gboolean
parse_file (const char *path, JsonParser *parser, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GString) marked = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  marked = g_string_new (text);
  g_string_replace (marked, "\\u0000", NUL_MARK, 0);
  return json_parser_load_from_data (parser, marked->str, (gssize) marked->len, error);
}

static JsonObject *
load_json (Golden *golden, const char *name, JsonParser *parser)
{
  g_autofree char *path = golden_path (golden, name);
  g_autoptr (GError) error = NULL;
  JsonNode *root;

  if (!golden_has (golden, name))
    {
      golden_absent (golden, name);
      return NULL;
    }
  if (!parse_file (path, parser, &error))
    {
      golden_fail (golden, name, "", "%s", error->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      golden_fail (golden, name, "", "the file holds no JSON object");
      return NULL;
    }
  return json_node_get_object (root);
}

static gboolean
same_ids (const gint64 *ids, guint n, JsonArray *wanted)
{
  if (wanted == NULL || json_array_get_length (wanted) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (json_array_get_int_element (wanted, i) != ids[i])
      return FALSE;
  return TRUE;
}

static gboolean
encodes (Tokenizer *tokenizer, const char *text, JsonArray *wanted, gboolean padded)
{
  g_autoptr (GArray) ids = tokenizer_encode (tokenizer, text);
  g_autofree gint64 *full = tokenizer_encode_padded (tokenizer, text);

  return padded ? same_ids (full, tokenizer_max_length (tokenizer), wanted)
                : same_ids ((const gint64 *) (gpointer) ids->data, ids->len, wanted);
}

static JsonArray *
ids_member (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/**
 * StringsCase: a list of texts with their ids.
 * @padded: whether `ids` are padded and truncated
 * @other_pad: (nullable): a tokenizer with the padding token that `ids_when_pad_is_…` names
 */
typedef struct
{
  Golden *golden;
  const char *file;
  Tokenizer *tokenizer;
  Tokenizer *other_pad;
  gboolean padded;
} StringsCase;

static gboolean
check_one_key (StringsCase *self, JsonObject *object, const char *text, const char *key)
{
  JsonArray *wanted = ids_member (object, key);

  if (g_str_equal (key, "ids"))
    return encodes (self->tokenizer, text, wanted, self->padded);
  if (g_str_equal (key, "ids_unpadded"))
    return encodes (self->tokenizer, text, wanted, FALSE);
  if (g_str_equal (key, "ids_truncated"))
    {
      g_autofree gint64 *ids = tokenizer_encode_padded (self->tokenizer, text);
      return same_ids (ids, tokenizer_max_length (self->tokenizer), wanted);
    }
  if (g_str_has_prefix (key, "ids_when_pad_is_"))
    return self->other_pad != NULL && encodes (self->other_pad, text, wanted, FALSE);
  return g_str_equal (key, "text");
}

static void
check_strings (StringsCase *self, JsonObject *root, const char *list)
{
  JsonArray *strings = ids_member (root, list);
  gboolean ok = strings != NULL && json_array_get_length (strings) > 0;
  NAME (label, "%s (%u texts)", list, strings != NULL ? json_array_get_length (strings) : 0);

  for (guint i = 0; strings != NULL && i < json_array_get_length (strings); i++)
    {
      JsonObject *object = json_array_get_object_element (strings, i);
      const char *text = json_object_get_string_member_with_default (object, "text", "");
      g_autoptr (GList) keys = json_object_get_members (object);
      if (strstr (text, NUL_MARK_UTF8) != NULL)
        {
          golden_say (self->golden, "skip", self->file, "a text with NUL in it, which cannot be typed");
          continue;
        }
      for (GList *key = keys; key != NULL; key = key->next)
        if (!check_one_key (self, object, text, key->data))
          {
            g_autofree char *shown = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), 40));
            golden_fail (self->golden, self->file, list, "%s of “%s” differ", (const char *) key->data, shown);
            ok = FALSE;
          }
    }
  golden_check (self->golden, self->file, label, ok);
}

/* Adds tokens in the order of the ids that @added gives them; FALSE when one gets another id. */
static gboolean
add_tokens (Tokenizer *tokenizer, JsonObject *added)
{
  g_autoptr (GList) names = json_object_get_members (added);
  guint n = json_object_get_size (added), n_right = 0;

  for (guint round = 0; round < n; round++)
    for (GList *name = names; name != NULL; name = name->next)
      {
        gint64 wanted = json_object_get_int_member_with_default (added, name->data, -1);
        if (wanted == (gint64) tokenizer_n_tokens (tokenizer)
            && tokenizer_add_token (tokenizer, name->data, NULL) == wanted)
          n_right++;
      }
  return n_right == n;
}

static void
check_unknown_keys (Golden *golden, const char *file, JsonObject *object, const char *const *known)
{
  g_autoptr (GList) keys = json_object_get_members (object);

  for (GList *key = keys; key != NULL; key = key->next)
    if (!g_strv_contains (known, key->data))
      golden_fail (golden, file, key->data, "this key is not known");
}

/** check_tokenizer_tiny: the pipeline's tokenizer without and with learned tokens. */
void
check_tokenizer_tiny (Models *models, const char *name)
{
  static const char *const known[] = { "added_tokens", "pad", "plain", "vocab_size", "with_added_tokens", NULL };
  Golden *golden = models->golden;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root = load_json (golden, name, parser);
  g_autofree char *dir = golden_path (golden, "tiny/tokenizer");
  g_autoptr (GError) error = NULL;
  g_autoptr (Tokenizer) tokenizer = root != NULL ? tokenizer_new_from_folder (dir, &error) : NULL;
  StringsCase it = { golden, name, tokenizer, NULL, TRUE };

  if (root == NULL)
    return;
  if (tokenizer == NULL)
    {
      golden_fail (golden, name, "tiny/tokenizer", "%s", error->message);
      return;
    }
  check_unknown_keys (golden, name, root, known);
  golden_check (golden, name, "vocab_size",
                json_object_get_int_member_with_default (root, "vocab_size", 0) == (gint64) tokenizer_n_tokens (tokenizer));
  if (json_object_has_member (root, "pad"))
    {
      const char *pad = json_object_get_string_member_with_default (root, "pad", "");
      golden_check (golden, name, "pad", tokenizer_lookup_token (tokenizer, pad) == tokenizer_pad_id (tokenizer));
    }
  if (json_object_has_member (root, "plain"))
    check_strings (&it, root, "plain");
  if (json_object_has_member (root, "added_tokens"))
    golden_check (golden, name, "added_tokens",
                  add_tokens (tokenizer, json_object_get_object_member (root, "added_tokens")));
  if (json_object_has_member (root, "with_added_tokens"))
    check_strings (&it, root, "with_added_tokens");
}

/* CLIP's own vocabulary with this padding token; the folder is gone when this returns. */
static Tokenizer *
open_clip (Golden *golden, const char *file, guint n_vocabulary, const char *pad)
{
  g_autofree char *merges = golden_path (golden, MERGES);
  g_autoptr (GError) error = NULL;
  char *dir = clip_bpe_make_folder (merges, n_vocabulary, pad, &error);
  Tokenizer *tokenizer = dir != NULL ? tokenizer_new_from_folder (dir, &error) : NULL;

  if (tokenizer == NULL)
    golden_fail (golden, file, MERGES, "%s", error->message);
  clip_bpe_remove_folder (dir);
  return tokenizer;
}

/* The padding token of the first key `ids_when_pad_is_…`. */
static char *
find_other_pad (JsonObject *root)
{
  JsonArray *strings = ids_member (root, "strings");

  for (guint i = 0; strings != NULL && i < json_array_get_length (strings); i++)
    {
      g_autoptr (GList) keys = json_object_get_members (json_array_get_object_element (strings, i));
      for (GList *key = keys; key != NULL; key = key->next)
        if (g_str_has_prefix (key->data, "ids_when_pad_is_"))
          return g_strdup ((const char *) key->data + strlen ("ids_when_pad_is_"));
    }
  return NULL;
}

static void
check_clip_numbers (Golden *golden, const char *name, JsonObject *root, Tokenizer *tokenizer)
{
  const struct
  {
    const char *key;
    gint64 value;
  } numbers[] = {
    { "bos", tokenizer_bos_id (tokenizer) },
    { "eos", tokenizer_eos_id (tokenizer) },
    { "max_length", tokenizer_max_length (tokenizer) },
    { "vocab_size", tokenizer_n_vocabulary (tokenizer) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (json_object_has_member (root, numbers[i].key))
      golden_check (golden, name, numbers[i].key,
                    json_object_get_int_member_with_default (root, numbers[i].key, -1) == numbers[i].value);
}

/* The vocabulary's size: strings.json says it; with added tokens it is the smallest added id. */
static guint
vocabulary_of (JsonObject *root)
{
  gint64 smallest = G_MAXINT32;

  if (json_object_has_member (root, "vocab_size"))
    return (guint) json_object_get_int_member_with_default (root, "vocab_size", 0);
  if (json_object_has_member (root, "added"))
    {
      JsonObject *added = json_object_get_object_member (root, "added");
      g_autoptr (GList) names = json_object_get_members (added);
      for (GList *name = names; name != NULL; name = name->next)
        smallest = MIN (smallest, json_object_get_int_member_with_default (added, name->data, G_MAXINT32));
    }
  return (guint) smallest;
}

/** check_clip_strings: CLIP's own vocabulary, without and with added tokens. */
void
check_clip_strings (Models *models, const char *name)
{
  static const char *const known[] = { "added", "bos", "eos", "max_length", "strings", "vocab_size", NULL };
  Golden *golden = models->golden;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root = load_json (golden, name, parser);
  g_autofree char *other_pad = root != NULL ? find_other_pad (root) : NULL;
  g_autoptr (Tokenizer) tokenizer = NULL, other = NULL;

  if (root == NULL)
    return;
  tokenizer = open_clip (golden, name, vocabulary_of (root), "<|endoftext|>");
  if (other_pad != NULL)
    other = open_clip (golden, name, vocabulary_of (root), other_pad);
  if (tokenizer == NULL)
    return;
  check_unknown_keys (golden, name, root, known);
  check_clip_numbers (golden, name, root, tokenizer);
  if (json_object_has_member (root, "added"))
    golden_check (golden, name, "added", add_tokens (tokenizer, json_object_get_object_member (root, "added")));
  check_strings (&(StringsCase){ golden, name, tokenizer, other, FALSE }, root, "strings");
}
