/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tokenizer against the ids of the reference, with the small vocabulary and with CLIP's own. */

#include "nn/tokenizer.h"
#include "tensor/dtype.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Lines 2 to 48895 of CLIP's file are the merges of its vocabulary. */
#define CLIP_MERGES 48894

static JsonObject *
load_golden (const char *name, JsonParser *parser)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
  g_autoptr (GError) error = NULL;
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static Tokenizer *
load_tiny (void)
{
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "golden", "tiny", "tokenizer", NULL);
  g_autoptr (GError) error = NULL;
  Tokenizer *self = tokenizer_new_from_folder (dir, &error);
  g_assert_no_error (error);
  return self;
}

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("tokenizer-XXXXXX", &error);
  g_assert_no_error (error);
  return dir;
}

static void
put_text (const char *dir, const char *file, const char *text, gssize length)
{
  g_autofree char *path = g_build_filename (dir, file, NULL);
  g_assert_true (g_file_set_contents (path, text, length, NULL));
}

static void
remove_folder (const char *dir)
{
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  for (const char *name; (name = g_dir_read_name (listing));)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

static void
assert_ids (const char *text, const gint64 *ids, gsize n, JsonArray *wanted)
{
  g_autoptr (GString) is = g_string_new (NULL);
  g_autoptr (GString) should = g_string_new (NULL);
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (is, " %" G_GINT64_FORMAT, ids[i]);
  for (guint i = 0; i < json_array_get_length (wanted); i++)
    g_string_append_printf (should, " %" G_GINT64_FORMAT, json_array_get_int_element (wanted, i));
  if (!g_str_equal (is->str, should->str))
    g_error ("“%s”:%s, not%s", text, is->str, should->str);
}

static void
assert_encodes (Tokenizer *self, const char *text, JsonArray *wanted)
{
  g_autoptr (GArray) ids = tokenizer_encode (self, text);
  assert_ids (text, (const gint64 *) (gpointer) ids->data, ids->len, wanted);
}

static void
assert_encodes_padded (Tokenizer *self, const char *text, JsonArray *wanted)
{
  g_autofree gint64 *ids = tokenizer_encode_padded (self, text);
  assert_ids (text, ids, tokenizer_max_length (self), wanted);
}

/* Adds the tokens of a table name → id, in the order of the ids. */
static void
add_tokens (Tokenizer *self, JsonObject *added)
{
  const guint before = tokenizer_n_tokens (self);
  g_autoptr (GList) names = json_object_get_members (added);
  for (guint id = before; id < before + json_object_get_size (added); id++)
    for (GList *l = names; l; l = l->next)
      if (json_object_get_int_member (added, l->data) == id)
        g_assert_cmpint (tokenizer_add_token (self, l->data, NULL), ==, id);
  g_assert_cmpuint (tokenizer_n_tokens (self), ==, before + json_object_get_size (added));
}

/* --- The small vocabulary ---------------------------------------------------------------------- */

static void
check_tiny (Tokenizer *self, JsonArray *strings)
{
  g_assert_cmpuint (json_array_get_length (strings), >, 10);
  for (guint i = 0; i < json_array_get_length (strings); i++)
    {
      JsonObject *object = json_array_get_object_element (strings, i);
      const char *text = json_object_get_string_member (object, "text");
      assert_encodes_padded (self, text, json_object_get_array_member (object, "ids"));
      if (json_object_has_member (object, "ids_unpadded"))
        assert_encodes (self, text, json_object_get_array_member (object, "ids_unpadded"));
    }
}

static void
test_tiny (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *golden = load_golden ("tokenizer_tiny.json", parser);
  g_autoptr (Tokenizer) self = load_tiny ();

  g_assert_cmpuint (tokenizer_n_tokens (self), ==, json_object_get_int_member (golden, "vocab_size"));
  g_assert_cmpuint (tokenizer_n_vocabulary (self), ==, 625);
  g_assert_cmpuint (tokenizer_max_length (self), ==, 77);
  g_assert_cmpint (tokenizer_pad_id (self), ==, 0);
  g_assert_cmpint (tokenizer_bos_id (self), ==, 623);
  g_assert_cmpint (tokenizer_eos_id (self), ==, 624);
  check_tiny (self, json_object_get_array_member (golden, "plain"));
  add_tokens (self, json_object_get_object_member (golden, "added_tokens"));
  check_tiny (self, json_object_get_array_member (golden, "with_added_tokens"));
  g_assert_cmpuint (tokenizer_n_vocabulary (self), ==, 625);
}

static void
test_pieces (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *golden = load_golden ("manifest.json", parser);
  JsonObject *tokens = json_object_get_object_member (golden, "tokens");
  JsonObject *ids = json_object_get_object_member (golden, "superclass_ids");
  g_autoptr (Tokenizer) self = load_tiny ();
  g_autoptr (GList) names = json_object_get_members (tokens);

  for (GList *l = names; l; l = l->next)
    {
      const char *superclass = json_object_get_string_member (tokens, l->data);
      g_autoptr (GArray) pieces = tokenizer_pieces (self, superclass);
      assert_ids (superclass, (const gint64 *) (gpointer) pieces->data, pieces->len,
                  json_object_get_array_member (ids, l->data));
    }
}

static void
test_added (void)
{
  g_autoptr (Tokenizer) self = load_tiny ();
  static const char *const wrong[] = { "", " ", "\t\n", "<a b>", "dog", "DOG", "horse", "a" };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_cmpint (tokenizer_add_token (self, wrong[i], &error), ==, -1);
      g_assert_error (error, T_ERROR, T_ERROR_FAILED);
    }
  g_assert_cmpuint (tokenizer_n_tokens (self), ==, 625);
  g_assert_cmpint (tokenizer_lookup_token (self, "<toy>"), ==, -1);
  g_assert_cmpint (tokenizer_add_token (self, "<toy>", NULL), ==, 625);
  g_assert_cmpint (tokenizer_add_token (self, "<toys>", NULL), ==, 626);
  g_assert_cmpint (tokenizer_add_token (self, "<TOY>", NULL), ==, 625);
  g_assert_cmpint (tokenizer_add_token (self, "<|endoftext|>", NULL), ==, 624);
  g_assert_cmpint (tokenizer_lookup_token (self, "<Toys>"), ==, 626);
  g_assert_cmpint (tokenizer_lookup_token (self, "dog"), ==, -1);

  /* The longest of two tokens that begin alike. */
  g_assert_cmpint (tokenizer_add_token (self, "<toy>s", NULL), ==, 627);
  g_autoptr (GArray) ids = tokenizer_pieces (self, "<toy>s<toy>");
  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_cmpint (g_array_index (ids, gint64, 0), ==, 627);
  g_assert_cmpint (g_array_index (ids, gint64, 1), ==, 625);
}

/* --- Odd texts --------------------------------------------------------------------------------- */

static void
test_odd_texts (void)
{
  g_autoptr (Tokenizer) self = load_tiny ();
  static const char *const texts[] = { "\xff\xfe", "a\xc3", "\xed\xa0\x80 dog", "\xf0\x9f\x90", "\x01\x7f",
                                       "\xcc\x81", "i\xcc\x87\xc4\xb0", "'", "''''", "'l", "\xef\xbf\xbd" };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GArray) ids = tokenizer_encode (self, texts[i]);
      g_autoptr (GPtrArray) words = tokenizer_words (self, texts[i]);
      g_assert_cmpuint (ids->len, >, 2);
      g_assert_cmpuint (words->len, >, 0);
      for (guint w = 0; w < words->len; w++)
        g_assert_true (g_utf8_validate (((TokenizerWord *) words->pdata[w])->text, -1, NULL));
    }
  g_autoptr (GArray) wrong = tokenizer_encode (self, "dog \xff");
  g_autoptr (GArray) replaced = tokenizer_encode (self, "dog \xef\xbf\xbd");
  g_assert_cmpmem (wrong->data, wrong->len * 8, replaced->data, replaced->len * 8);
}

/* Any bytes give ids in range, and words that follow each other without a gap. */
static void
test_random_texts (void)
{
  static const char *const parts[] = { "<toy>", "dog", "'s", "'", "1", "\xc4\xb0", "\xcc\x81", " ", "\xff", "!", "<",
                                       "to", "y>", "\xe1\x84\x80", "\xe1\x85\xa1", "\n", "\xf0\x9f\x90\xb6", "E", "<|endoftext|>" };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (Tokenizer) self = load_tiny ();
  g_autoptr (GHashTable) superclasses = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  guint n_refused = 0;

  tokenizer_add_token (self, "<toy>", NULL);
  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      GString *superclass = g_string_new ("x");
      for (gint i = g_rand_int_range (random, 0, 12); i > 0; i--)
        g_string_append (text, parts[g_rand_int_range (random, 0, G_N_ELEMENTS (parts))]);
      for (gint i = g_rand_int_range (random, 0, 4); i > 0; i--)
        g_string_prepend (superclass, parts[g_rand_int_range (random, 0, G_N_ELEMENTS (parts))]);
      g_hash_table_insert (superclasses, "<toy>", g_string_free (superclass, FALSE));

      g_autoptr (GArray) ids = tokenizer_encode (self, text->str);
      g_autoptr (GPtrArray) words = tokenizer_words (self, text->str);
      for (guint i = 0; i < ids->len; i++)
        g_assert_cmpint (g_array_index (ids, gint64, i), <, 626);
      guint next = 1;
      for (guint i = 0; i < words->len; i++)
        {
          const TokenizerWord *word = words->pdata[i];
          g_assert_cmpuint (word->first, ==, next);
          next = word->last + 1;
        }
      g_assert_cmpuint (next, ==, MIN (ids->len - 1, 76));

      g_autoptr (GError) error = NULL;
      g_autoptr (TokenizerAlignment) alignment = tokenizer_align_words (self, text->str, superclasses, &error);
      g_assert_true ((alignment == NULL) == (error != NULL));
      n_refused += alignment == NULL;
      if (alignment == NULL)
        continue;
      g_autoptr (GArray) other = tokenizer_encode (self, alignment->superclass_prompt);
      next = 1;
      for (guint i = 0; i < alignment->groups->len; i++)
        {
          const TokenizerGroup *group = alignment->groups->pdata[i];
          g_assert_cmpuint (group->superclass_first, ==, next);
          next = group->superclass_last + 1;
        }
      if (alignment->groups->len == words->len)
        g_assert_cmpuint (next, ==, MIN (other->len - 1, 76));
    }
  g_test_message ("%u of 3000 prompts could not be aligned", n_refused);
  g_assert_cmpuint (n_refused, <, 100);
}

static void
test_long_text (void)
{
  g_autoptr (Tokenizer) self = load_tiny ();
  g_autofree char *text = g_strnfill (1000000, 'a');
  g_autoptr (GArray) ids = tokenizer_encode (self, text);
  g_assert_cmpuint (ids->len, >, 1000);
  g_autofree gint64 *padded = tokenizer_encode_padded (self, text);
  g_assert_cmpint (padded[76], ==, 624);
}

/* --- Words ------------------------------------------------------------------------------------- */

static void
assert_range (guint first, guint last, JsonArray *wanted)
{
  g_assert_cmpuint (last - first + 1, ==, json_array_get_length (wanted));
  for (guint i = 0; i < json_array_get_length (wanted); i++)
    g_assert_cmpuint (first + i, ==, json_array_get_int_element (wanted, i));
}

static void
test_words_golden (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *golden = load_golden ("manifest.json", parser);
  JsonObject *prompts = json_object_get_object_member (golden, "prompts");
  JsonObject *tokens = json_object_get_object_member (golden, "tokens");
  JsonArray *words = json_object_get_array_member (golden, "words");
  JsonArray *subject = json_object_get_array_member (golden, "word_groups_subject");
  JsonArray *motion = json_object_get_array_member (golden, "word_groups_motion");
  const char *prompt = json_object_get_string_member (prompts, "c_tgt");
  g_autoptr (Tokenizer) self = load_tiny ();
  g_autoptr (GHashTable) superclasses = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;

  add_tokens (self, json_object_get_object_member (golden, "added_ids"));
  g_autoptr (GList) names = json_object_get_members (tokens);
  for (GList *l = names; l; l = l->next)
    g_hash_table_insert (superclasses, l->data, (gpointer) json_object_get_string_member (tokens, l->data));
  g_autoptr (TokenizerAlignment) alignment = tokenizer_align_words (self, prompt, superclasses, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (alignment->superclass_prompt, ==, json_object_get_string_member (prompts, "c_tgt_super"));
  g_assert_cmpuint (alignment->groups->len, ==, json_array_get_length (words));

  g_autoptr (GPtrArray) plain = tokenizer_words (self, prompt);
  g_assert_cmpuint (plain->len, ==, alignment->groups->len);
  for (guint i = 0; i < alignment->groups->len; i++)
    {
      const TokenizerGroup *group = alignment->groups->pdata[i];
      const TokenizerWord *word = plain->pdata[i];
      g_assert_cmpstr (group->word, ==, json_array_get_string_element (words, i));
      g_assert_cmpstr (word->text, ==, group->word);
      g_assert_cmpint (word->token_id, ==, tokenizer_lookup_token (self, group->word));
      assert_range (group->first, group->last, json_array_get_array_element (subject, i));
      assert_range (word->first, word->last, json_array_get_array_element (subject, i));
      assert_range (group->superclass_first, group->superclass_last, json_array_get_array_element (motion, i));
    }
}

static void
test_words_split (void)
{
  g_autoptr (Tokenizer) self = load_tiny ();
  tokenizer_add_token (self, "<toy>", NULL);
  g_autoptr (GPtrArray) words = tokenizer_words (self, "It's \xc3\x89lan's 42nd\xc2\x85\xc4\xb0x?.. <TOY>!!a<toy>b");
  static const char *const wanted[] = { "It", "'s", "\xc3\x89lan", "'s", "4", "2", "nd", "\xc4\xb0", "\xc4\xb0", "x",
                                        "?..", "<TOY>", "!", "!", "a", "<toy>", "b" };
  g_assert_cmpuint (words->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < words->len; i++)
    g_assert_cmpstr (((TokenizerWord *) words->pdata[i])->text, ==, wanted[i]);
}

static void
test_words_cut (void)
{
  g_autoptr (Tokenizer) self = load_tiny ();
  g_autoptr (GString) prompt = g_string_new (NULL);
  g_autoptr (GHashTable) superclasses = g_hash_table_new (g_str_hash, g_str_equal);
  tokenizer_add_token (self, "<toy>", NULL);
  for (guint i = 0; i < 72; i++)
    g_string_append (prompt, "dog ");
  g_string_append (prompt, "<toy> person volcano horse");

  g_autoptr (GPtrArray) words = tokenizer_words (self, prompt->str);
  g_assert_cmpuint (words->len, ==, 75);
  const TokenizerWord *last = words->pdata[74];
  g_assert_cmpstr (last->text, ==, "volcano");
  g_assert_true (last->is_cut);
  g_assert_cmpuint (last->first, ==, 75);
  g_assert_cmpuint (last->last, ==, 75);
  g_assert_false (((TokenizerWord *) words->pdata[73])->is_cut);

  /* The superclass is longer: what follows it is beyond the end of the other prompt. */
  g_hash_table_insert (superclasses, "<toy>", "wolf plushie");
  g_autoptr (TokenizerAlignment) alignment = tokenizer_align_words (self, prompt->str, superclasses, NULL);
  g_assert_cmpuint (alignment->groups->len, ==, 73);
  const TokenizerGroup *toy = alignment->groups->pdata[72];
  g_assert_cmpuint (toy->first, ==, 73);
  g_assert_cmpuint (toy->last, ==, 73);
  g_assert_cmpuint (toy->superclass_first, ==, 73);
  g_assert_cmpuint (toy->superclass_last, ==, 75);
}

static void
test_align_joints (void)
{
  g_autoptr (Tokenizer) self = load_tiny ();
  g_autoptr (GHashTable) superclasses = g_hash_table_new (g_str_hash, g_str_equal);
  static const char *const cases[][2] = {
    { "A <toy>.", "A sheep." },          { "<toy>", "sheep" },          { "a<toy>b", "a sheep b" },
    { "<toy><toy>", "sheep sheep" },     { "the <toy>'s", "the sheep's" }, { "'<toy>'", "' sheep'" },
    { "<<toy>>", "<sheep>" },            { "A  <TOY>\n<dog>", "A sheep <dog>" }, { "1<toy>2", "1sheep2" },
    { "<toy>\xcc\x81", "sheep \xcc\x81" }, { "no token", "no token" },    { "", "" },
  };
  tokenizer_add_token (self, "<toy>", NULL);
  tokenizer_add_token (self, "<dog>", NULL);
  g_hash_table_insert (superclasses, "<toy>", " sheep ");
  g_hash_table_insert (superclasses, "<unknown>", "cat");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TokenizerAlignment) alignment = tokenizer_align_words (self, cases[i][0], superclasses, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (alignment->superclass_prompt, ==, cases[i][1]);
    }

  /* Here the superclass would make a token of what is beside it. */
  g_autoptr (GError) error = NULL;
  g_hash_table_insert (superclasses, "<toy>", "dog");
  g_autoptr (TokenizerAlignment) alignment = tokenizer_align_words (self, "<<toy>>", superclasses, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (alignment->superclass_prompt, ==, "< dog >");
  g_assert_cmpuint (alignment->groups->len, ==, 3);

  g_hash_table_insert (superclasses, "<toy>", "  ");
  g_assert_null (tokenizer_align_words (self, "A <toy>", superclasses, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "<toy>"));
}

/* --- CLIP's vocabulary ------------------------------------------------------------------------- */

static char *
read_clip_merges (void)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "golden", "clip-bpe", "bpe_simple_vocab_16e6.txt.gz", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) packed = g_file_read (file, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GZlibDecompressor) gzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (G_INPUT_STREAM (packed), G_CONVERTER (gzip));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_output_stream_splice (memory, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
append_piece (GString *json, guint *id, const char *piece)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (const char *p = piece; *p; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *p);
    }
  g_string_append_printf (json, "%s\"%s\": %u", *id > 0 ? ", " : "{", text->str, *id);
  (*id)++;
}

/* The signs of the 256 bytes, those that can be seen first, with @end behind each. */
static void
append_bytes (GString *json, guint *id, const char *end)
{
  gunichar signs[256];
  guint n = 0;
  for (guint b = 0; b < 256; b++)
    if ((b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174)
      signs[n++] = b;
  for (gunichar next = 256; n < 256; next++)
    signs[n++] = next;
  for (guint i = 0; i < 256; i++)
    {
      char sign[7] = "";
      g_unichar_to_utf8 (signs[i], sign);
      g_autofree char *piece = g_strconcat (sign, end, NULL);
      append_piece (json, id, piece);
    }
}

/* Writes CLIP's vocabulary as a tokenizer folder; @pad as in special_tokens_map.json. */
static char *
make_clip_folder (const char *pad)
{
  char *dir = make_folder ();
  g_autofree char *text = read_clip_merges ();
  char *line = strchr (text, '\n') + 1;
  g_autoptr (GString) vocabulary = g_string_new (NULL);
  g_autoptr (GString) merges = g_string_new ("#version: 0.2\n");
  guint id = 0;

  append_bytes (vocabulary, &id, "");
  append_bytes (vocabulary, &id, "</w>");
  for (guint i = 0; i < CLIP_MERGES; i++)
    {
      char *end = strchr (line, '\n');
      *end = '\0';
      g_auto (GStrv) pair = g_strsplit (line, " ", 2);
      g_autofree char *piece = g_strjoinv ("", pair);
      append_piece (vocabulary, &id, piece);
      g_string_append_printf (merges, "%s\n", line);
      line = end + 1;
    }
  append_piece (vocabulary, &id, "<|startoftext|>");
  append_piece (vocabulary, &id, "<|endoftext|>");
  g_string_append_c (vocabulary, '}');
  put_text (dir, "vocab.json", vocabulary->str, -1);
  put_text (dir, "merges.txt", merges->str, -1);
  g_autofree char *special = g_strdup_printf ("{\"pad_token\": \"%s\"}", pad);
  put_text (dir, "special_tokens_map.json", special, -1);
  return dir;
}

static Tokenizer *
load_clip (const char *pad)
{
  g_autofree char *dir = make_clip_folder (pad);
  g_autoptr (GError) error = NULL;
  const gint64 start = g_get_monotonic_time ();
  Tokenizer *self = tokenizer_new_from_folder (dir, &error);
  g_assert_no_error (error);
  g_test_message ("CLIP's vocabulary loaded in %.3f s", (double) (g_get_monotonic_time () - start) / 1e6);
  remove_folder (dir);
  return self;
}

static void
test_clip (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *golden = load_golden ("clip-bpe/strings.json", parser);
  JsonArray *strings = json_object_get_array_member (golden, "strings");
  g_autoptr (Tokenizer) self = load_clip ("<|endoftext|>");
  g_autoptr (Tokenizer) pads_with_mark = load_clip ("!");
  guint n_truncated = 0, n_mark = 0, n_nul = 0;

  g_assert_cmpuint (tokenizer_n_tokens (self), ==, 49408);
  g_assert_cmpint (tokenizer_bos_id (self), ==, 49406);
  g_assert_cmpint (tokenizer_pad_id (self), ==, 49407);
  g_assert_cmpint (tokenizer_pad_id (pads_with_mark), ==, 0);
  for (guint i = 0; i < json_array_get_length (strings); i++)
    {
      JsonObject *object = json_array_get_object_element (strings, i);
      const char *text = json_object_get_string_member (object, "text");
      JsonArray *ids = json_object_get_array_member (object, "ids");
      /* "a\0b\1c": a text with NUL in it cannot be given to a C function. */
      if (json_array_get_length (ids) == 7 && json_array_get_int_element (ids, 2) == 444)
        {
          n_nul++;
          continue;
        }
      assert_encodes (self, text, ids);
      if (json_object_has_member (object, "ids_when_pad_is_!"))
        {
          n_mark++;
          ids = json_object_get_array_member (object, "ids_when_pad_is_!");
        }
      assert_encodes (pads_with_mark, text, ids);
      if (!json_object_has_member (object, "ids_truncated"))
        continue;
      n_truncated++;
      assert_encodes_padded (self, text, json_object_get_array_member (object, "ids_truncated"));
    }
  g_assert_cmpuint (n_nul, ==, 1);
  g_assert_cmpuint (n_mark, >, 0);
  g_assert_cmpuint (n_truncated, >, 0);
}

static void
test_clip_added (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *golden = load_golden ("clip-bpe/strings_added.json", parser);
  JsonArray *strings = json_object_get_array_member (golden, "strings");
  g_autoptr (Tokenizer) self = load_clip ("<|endoftext|>");

  add_tokens (self, json_object_get_object_member (golden, "added"));
  for (guint i = 0; i < json_array_get_length (strings); i++)
    {
      JsonObject *object = json_array_get_object_element (strings, i);
      assert_encodes (self, json_object_get_string_member (object, "text"),
                      json_object_get_array_member (object, "ids"));
    }
}

/* --- Damaged folders --------------------------------------------------------------------------- */

#define GOOD_VOCABULARY "{\"a\": 0, \"b\": 1, \"ab\": 2, \"<|startoftext|>\": 3, \"<|endoftext|>\": 4}"

static const struct
{
  const char *file, *text;
  const char *words[2];
} damaged_cases[] = {
  { "vocab.json", NULL, { "vocab.json" } },
  { "vocab.json", "", { "vocab.json" } },
  { "vocab.json", "[]", { "vocab.json" } },
  { "vocab.json", "{}", { "vocab.json" } },
  { "vocab.json", "{\"a\": 0, \"b\"", { "vocab.json" } },
  { "vocab.json", "{\"a\": 0, \"b\": \"1\"}", { "vocab.json", "“b”" } },
  { "vocab.json", "{\"a\": 0, \"b\": 2}", { "vocab.json", "“b”" } },
  { "vocab.json", "{\"a\": 0, \"b\": -1}", { "vocab.json", "“b”" } },
  { "vocab.json", "{\"a\": 0, \"b\": 0}", { "vocab.json", "“b”" } },
  { "vocab.json", "{\"a\": 0, \"a\": 1}", { "vocab.json", "“a”" } },
  { "vocab.json", "{\"a\": 0, \"b\": 1, \"ab\": 2}", { "vocab.json", "<|startoftext|>" } },
  { "merges.txt", NULL, { "merges.txt" } },
  { "merges.txt", "#version: 0.2\na b\na\n", { "merges.txt", "line 3" } },
  { "merges.txt", "#version: 0.2\na b c\n", { "merges.txt", "line 2" } },
  { "merges.txt", "#version: 0.2\n b\n", { "merges.txt", "line 2" } },
  { "merges.txt", "#version: 0.2\na c\n", { "merges.txt", "line 2" } },
  { "merges.txt", "b a\n", { "merges.txt", "line 1" } },
  { "merges.txt", "a b\na b\n", { "merges.txt", "twice" } },
  { "merges.txt", "a b\n\xff\xff\n", { "merges.txt", "UTF-8" } },
  { "special_tokens_map.json", "{\"pad_token\": \"!\"}", { "pad_token", "“!”" } },
  { "special_tokens_map.json", "{", { "special_tokens_map.json" } },
  { "tokenizer_config.json", "{\"model_max_length\": 2}", { "tokenizer_config.json", "model_max_length" } },
  { "tokenizer_config.json", "{\"added_tokens_decoder\": {\"9\": {\"content\": \"<toy>\"}}}", { "<toy>", "9" } },
  { "tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"<toy>\"}}}", { "“x”" } },
  { "tokenizer_config.json", "{\"added_tokens_decoder\": {\"5\": {\"content\": \" \"}}}", { "blank" } },
  { "added_tokens.json", "{\"<toy>\": 6}", { "added_tokens.json", "<toy>" } },
  { "added_tokens.json", "{\"<toy>\": 1}", { "added_tokens.json", "<toy>" } },
  { "added_tokens.json", "{\"a\": 1}", { "added_tokens.json", "“a”" } },
  { "added_tokens.json", "{\"<toy>\": \"5\"}", { "added_tokens.json", "<toy>" } },
  { "added_tokens.json", "{\"\": 5}", { "blank" } },
};

static void
test_damaged (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (damaged_cases); i++)
    {
      g_autofree char *dir = make_folder ();
      g_autofree char *path = g_build_filename (dir, damaged_cases[i].file, NULL);
      g_autoptr (GError) error = NULL;
      put_text (dir, "vocab.json", GOOD_VOCABULARY, -1);
      put_text (dir, "merges.txt", "#version: 0.2\na b\n", -1);
      g_autoptr (Tokenizer) good = tokenizer_new_from_folder (dir, &error);
      g_assert_no_error (error);

      if (damaged_cases[i].text)
        put_text (dir, damaged_cases[i].file, damaged_cases[i].text, -1);
      else
        g_assert_cmpint (g_unlink (path), ==, 0);
      g_autoptr (Tokenizer) self = tokenizer_new_from_folder (dir, &error);
      g_assert_null (self);
      g_assert_error (error, T_ERROR, T_ERROR_FILE);
      g_test_message ("%s", error->message);
      for (guint w = 0; w < 2; w++)
        if (damaged_cases[i].words[w] && strstr (error->message, damaged_cases[i].words[w]) == NULL)
          g_error ("“%s” is not in: %s", damaged_cases[i].words[w], error->message);
      remove_folder (dir);
    }
}

/* Added tokens from both places, an endless limit, and bytes that the vocabulary lacks. */
static void
test_folder_variants (void)
{
  g_autofree char *dir = make_folder ();
  g_autoptr (GError) error = NULL;
  put_text (dir, "vocab.json", GOOD_VOCABULARY, -1);
  put_text (dir, "merges.txt", "a b\r\n", -1);
  put_text (dir, "added_tokens.json", "{\"<two>\": 6, \"<one>\": 5}", -1);
  put_text (dir, "tokenizer_config.json",
            "{\"model_max_length\": 1000000000000000019884624838656, \"added_tokens_decoder\": "
            "{\"5\": {\"content\": \"<one>\"}, \"7\": {\"content\": \"<three>\"}}}",
            -1);
  g_autoptr (Tokenizer) self = tokenizer_new_from_folder (dir, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tokenizer_max_length (self), ==, 77);
  g_assert_cmpuint (tokenizer_n_tokens (self), ==, 8);
  g_autoptr (GArray) ids = tokenizer_pieces (self, "<one> <two><THREE> abz");
  g_assert_cmpuint (ids->len, ==, 5);
  g_assert_cmpint (g_array_index (ids, gint64, 0), ==, 5);
  g_assert_cmpint (g_array_index (ids, gint64, 1), ==, 6);
  g_assert_cmpint (g_array_index (ids, gint64, 2), ==, 7);
  g_assert_cmpint (g_array_index (ids, gint64, 3), ==, 2);
  g_assert_cmpint (g_array_index (ids, gint64, 4), ==, 4);
  remove_folder (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizer/tiny", test_tiny);
  g_test_add_func ("/tokenizer/pieces", test_pieces);
  g_test_add_func ("/tokenizer/added", test_added);
  g_test_add_func ("/tokenizer/texts/odd", test_odd_texts);
  g_test_add_func ("/tokenizer/texts/random", test_random_texts);
  g_test_add_func ("/tokenizer/texts/long", test_long_text);
  g_test_add_func ("/tokenizer/words/golden", test_words_golden);
  g_test_add_func ("/tokenizer/words/split", test_words_split);
  g_test_add_func ("/tokenizer/words/cut", test_words_cut);
  g_test_add_func ("/tokenizer/words/joints", test_align_joints);
  g_test_add_func ("/tokenizer/clip/plain", test_clip);
  g_test_add_func ("/tokenizer/clip/added", test_clip_added);
  g_test_add_func ("/tokenizer/damaged", test_damaged);
  g_test_add_func ("/tokenizer/variants", test_folder_variants);
  return g_test_run ();
}
