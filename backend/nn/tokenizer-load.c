/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading a tokenizer's folder. */

#include <string.h>

#include "nn/tokenizer-private.h"
#include "tensor/dtype.h"
#include "tensor/json-guard.h"

/* No CLIP has a larger vocabulary than 49408; this only keeps a damaged file from asking for gigabytes. */
#define MAX_TOKENS (1 << 24)

/* What CLIP's text encoders take, for folders that do not say. */
#define DEFAULT_MAX_LENGTH 77
#define LARGEST_MAX_LENGTH 4096

#define BEGIN_TOKEN "<|startoftext|>"
#define END_TOKEN "<|endoftext|>"

/* The folder's files; the optional ones are NULL where absent. */
typedef struct
{
  char *dir;
  JsonNode *special;  /* special_tokens_map.json */
  JsonNode *config;   /* tokenizer_config.json */
  JsonNode *added;    /* added_tokens.json */
} Folder;

static void
folder_clear (Folder *folder)
{
  g_clear_pointer (&folder->special, json_node_unref);
  g_clear_pointer (&folder->config, json_node_unref);
  g_clear_pointer (&folder->added, json_node_unref);
  g_clear_pointer (&folder->dir, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Folder, folder_clear)

static gboolean fail (GError **error, const char *dir, const char *file, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (GError **error, const char *dir, const char *file, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *path = g_build_filename (dir, file, NULL);
  g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s”: %s The tokenizer is damaged; download it again.", path, message);
  return FALSE;
}

/* Reads a JSON file that need not be there. */
static gboolean
load_optional (const char *dir, const char *name, JsonNode **node, GError **error)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  *node = json_guard_load (path, error);
  return *node != NULL;
}

static gboolean
read_vocabulary (Tokenizer *self, const char *dir, GError **error)
{
  static const char file[] = "vocab.json";
  g_autofree char *path = g_build_filename (dir, file, NULL);
  g_autoptr (JsonNode) root = json_guard_load (path, error);
  if (root == NULL)
    return FALSE;

  JsonObject *object = json_node_get_object (root);
  const guint n = json_object_get_size (object);
  if (n == 0 || n > MAX_TOKENS)
    return fail (error, dir, file, "it has %u tokens.", n);
  g_autofree guint8 *seen = g_malloc0 (n);
  JsonObjectIter iter;
  const char *piece;
  JsonNode *node;
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &piece, &node))
    {
      gint64 id;
      if (!json_guard_get_int (node, &id) || id < 0 || id >= n)
        return fail (error, dir, file, "“%s” has no number between 0 and %u.", piece, n - 1);
      if (seen[id])
        return fail (error, dir, file, "“%s” has the number %d, as another piece has.", piece, (int) id);
      seen[id] = 1;
      g_hash_table_insert (self->vocabulary, g_strdup (piece), GINT_TO_POINTER ((int) id));
    }
  self->n_vocabulary = self->n_tokens = n;
  return TRUE;
}

static gboolean
read_merges (Tokenizer *self, const char *dir, gint64 unknown_id, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "merges.txt", NULL);
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) read_error = NULL;
  if (!g_file_get_contents (path, &text, &length, &read_error))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s” cannot be read: %s", path, read_error->message);
      return FALSE;
    }
  self->bpe = bpe_new (self->vocabulary, text, length, path, unknown_id, error);
  return self->bpe != NULL;
}

/* A token is given as its text, or as an object with its text as "content". */
static const char *
get_token (JsonNode *file, const char *key)
{
  JsonNode *node = file ? json_object_get_member (json_node_get_object (file), key) : NULL;
  if (node && JSON_NODE_HOLDS_OBJECT (node))
    node = json_object_get_member (json_node_get_object (node), "content");
  const char *text = json_guard_get_string (node);
  return text && *text ? text : NULL;
}

static gint64
find_id (Tokenizer *self, const char *content)
{
  gpointer id;
  if (g_hash_table_lookup_extended (self->vocabulary, content, NULL, &id))
    return GPOINTER_TO_INT (id);
  for (guint i = 0; i < self->added->len; i++)
    {
      const AddedToken *token = self->added->pdata[i];
      if (g_str_equal (token->content, content))
        return token->id;
    }
  return -1;
}

static gboolean
is_added (Tokenizer *self, gint64 id)
{
  for (guint i = 0; i < self->added->len; i++)
    if (((AddedToken *) self->added->pdata[i])->id == id)
      return TRUE;
  return FALSE;
}

/* One of the special tokens; it is then cut out of texts. */
static gboolean
read_special (Tokenizer *self, const Folder *folder, const char *key, const char *otherwise, gint64 *id, GError **error)
{
  const char *content = get_token (folder->special, key);
  content = content ? content : get_token (folder->config, key);
  content = content ? content : otherwise;
  *id = find_id (self, content);
  if (*id < 0)
    return fail (error, folder->dir, "vocab.json", "the special token “%s” (%s) is not in it.", content, key);
  if (!is_added (self, *id))
    tokenizer_set_token (self, content, *id);
  return TRUE;
}

typedef struct
{
  const char *content;
  gint64 id;
} Listed;

static int
compare_listed (gconstpointer a, gconstpointer b)
{
  const Listed *x = a, *y = b;
  return x->id < y->id ? -1 : x->id > y->id;
}

/* added_tokens.json: { "<toy>": 49408 } */
static gboolean
list_added (const Folder *folder, GArray *listed, GError **error)
{
  if (folder->added == NULL)
    return TRUE;
  JsonObjectIter iter;
  Listed item;
  JsonNode *node;
  json_object_iter_init_ordered (&iter, json_node_get_object (folder->added));
  while (json_object_iter_next_ordered (&iter, &item.content, &node))
    {
      if (!json_guard_get_int (node, &item.id))
        return fail (error, folder->dir, "added_tokens.json", "“%s” has no number.", item.content);
      g_array_append_val (listed, item);
    }
  return TRUE;
}

/* tokenizer_config.json: "added_tokens_decoder": { "49408": { "content": "<toy>" } } */
static gboolean
list_decoder (const Folder *folder, GArray *listed, GError **error)
{
  static const char key[] = "added_tokens_decoder";
  JsonNode *decoder = folder->config ? json_object_get_member (json_node_get_object (folder->config), key) : NULL;
  if (decoder == NULL || !JSON_NODE_HOLDS_OBJECT (decoder))
    return TRUE;
  JsonObjectIter iter;
  const char *number;
  JsonNode *node;
  json_object_iter_init_ordered (&iter, json_node_get_object (decoder));
  while (json_object_iter_next_ordered (&iter, &number, &node))
    {
      Listed item = { .content = get_token (decoder, number) };
      if (item.content == NULL || !g_ascii_string_to_signed (number, 10, 0, MAX_TOKENS, &item.id, NULL))
        return fail (error, folder->dir, "tokenizer_config.json", "%s, “%s” is no token.", key, number);
      g_array_append_val (listed, item);
    }
  return TRUE;
}

static gboolean
read_added (Tokenizer *self, const Folder *folder, GError **error)
{
  g_autoptr (GArray) listed = g_array_new (FALSE, FALSE, sizeof (Listed));
  if (!list_added (folder, listed, error) || !list_decoder (folder, listed, error))
    return FALSE;

  g_array_sort (listed, compare_listed);
  for (guint i = 0; i < listed->len; i++)
    {
      const Listed *item = &g_array_index (listed, Listed, i);
      const gint64 known = find_id (self, item->content);
      if ((known >= 0 && known != item->id) || (known < 0 && item->id != self->n_tokens))
        return fail (error, folder->dir, folder->added ? "added_tokens.json" : "tokenizer_config.json",
                     "the added token “%s” cannot have the number %" G_GINT64_FORMAT ".", item->content, item->id);
      g_autofree char *stripped = g_strstrip (g_strdup (item->content));
      if (*stripped == '\0')
        return fail (error, folder->dir, "tokenizer_config.json", "an added token is blank.");
      if (!is_added (self, item->id))
        tokenizer_set_token (self, item->content, item->id);
    }
  return TRUE;
}

/* Some folders say 1e30 for "no limit"; the text encoder has one all the same. */
static gboolean
read_max_length (Tokenizer *self, const Folder *folder, GError **error)
{
  static const char key[] = "model_max_length";
  JsonNode *node = folder->config ? json_object_get_member (json_node_get_object (folder->config), key) : NULL;
  gint64 length = DEFAULT_MAX_LENGTH;

  json_guard_get_int (node, &length);
  if (length < 3)
    return fail (error, folder->dir, "tokenizer_config.json", "%s is %" G_GINT64_FORMAT ".", key, length);
  self->max_length = length <= LARGEST_MAX_LENGTH ? (guint) length : DEFAULT_MAX_LENGTH;
  return TRUE;
}

static gboolean
read_folder (Tokenizer *self, const Folder *folder, GError **error)
{
  gint64 unknown;
  return read_vocabulary (self, folder->dir, error)
         && read_special (self, folder, "bos_token", BEGIN_TOKEN, &self->bos, error)
         && read_special (self, folder, "eos_token", END_TOKEN, &self->eos, error)
         && read_added (self, folder, error)
         && read_special (self, folder, "unk_token", END_TOKEN, &unknown, error)
         && read_special (self, folder, "pad_token", END_TOKEN, &self->pad, error)
         && read_max_length (self, folder, error) && read_merges (self, folder->dir, unknown, error);
}

Tokenizer *
tokenizer_new_from_folder (const char *dir, GError **error)
{
  g_return_val_if_fail (dir != NULL, NULL);

  g_auto (Folder) folder = { .dir = g_strdup (dir) };
  if (!load_optional (dir, "special_tokens_map.json", &folder.special, error)
      || !load_optional (dir, "tokenizer_config.json", &folder.config, error)
      || !load_optional (dir, "added_tokens.json", &folder.added, error))
    return NULL;

  g_autoptr (Tokenizer) self = tokenizer_new_empty ();
  return read_folder (self, &folder, error) ? g_steal_pointer (&self) : NULL;
}
