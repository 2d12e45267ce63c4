/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clip-bpe.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Each byte is a piece, with and without the mark of a word's end; then the merges, then begin and end. */
#define N_BYTES 256
#define WORD_END "</w>"
#define BEGIN "<|startoftext|>"
#define END "<|endoftext|>"

static char *
unpack (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) packed = g_file_read (file, NULL, error);
  g_autoptr (GZlibDecompressor) gzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) plain = NULL;

  if (packed == NULL)
    return NULL;
  plain = g_converter_input_stream_new (G_INPUT_STREAM (packed), G_CONVERTER (gzip));
  if (g_output_stream_splice (memory, plain, 0, NULL, error) < 0
      || !g_output_stream_write_all (memory, "", 1, NULL, NULL, error)
      || !g_output_stream_close (memory, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (memory));
}

/* Bytes that print stand for themselves, the others for the characters from U+0100 on (CLIP's bytes_to_unicode). */
static gboolean
prints (guint byte)
{
  return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

static void
add_bytes (GPtrArray *pieces, const char *suffix)
{
  guint next = N_BYTES;

  for (guint byte = 0; byte < N_BYTES; byte++)
    if (prints (byte))
      {
        char text[7] = { 0 };
        g_unichar_to_utf8 (byte, text);
        g_ptr_array_add (pieces, g_strconcat (text, suffix, NULL));
      }
  for (guint byte = 0; byte < N_BYTES; byte++)
    if (!prints (byte))
      {
        char text[7] = { 0 };
        g_unichar_to_utf8 (next++, text);
        g_ptr_array_add (pieces, g_strconcat (text, suffix, NULL));
      }
}

static gboolean
add_merges (GPtrArray *pieces, GString *merges, char *text, guint n, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (g_strv_length (lines) < n + 1)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "the list of merges has fewer than %u lines", n + 1);
      return FALSE;
    }
  for (guint i = 1; i <= n; i++) /* line 1 is a comment */
    {
      const char *blank = strchr (lines[i], ' ');
      if (blank == NULL)
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "line %u of the merges holds no pair", i + 1);
          return FALSE;
        }
      g_string_append_printf (merges, "%s\n", lines[i]);
      g_ptr_array_add (pieces, g_strdup_printf ("%.*s%s", (int) (blank - lines[i]), lines[i], blank + 1));
    }
  return TRUE;
}

static gboolean
put (const char *dir, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  return g_file_set_contents (path, text, -1, error);
}

static gboolean
put_vocabulary (const char *dir, GPtrArray *pieces, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < pieces->len; i++)
    json_object_set_int_member (object, g_ptr_array_index (pieces, i), i);
  root = json_node_init_object (json_node_alloc (), object);
  text = json_to_string (root, FALSE);
  return put (dir, "vocab.json", text, error);
}

static gboolean
fill_folder (const char *dir, const char *packed_merges, guint n_vocabulary, const char *pad, GError **error)
{
  g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) merges = g_string_new ("#version: 0.2\n");
  g_autofree char *text = unpack (packed_merges, error);
  g_autofree char *special = g_strdup_printf ("{\"bos_token\": \"" BEGIN "\", \"eos_token\": \"" END "\", "
                                              "\"unk_token\": \"" END "\", \"pad_token\": \"%s\"}",
                                              pad);

  if (text == NULL)
    return FALSE;
  add_bytes (pieces, "");
  add_bytes (pieces, WORD_END);
  if (!add_merges (pieces, merges, text, n_vocabulary - pieces->len - 2, error))
    return FALSE;
  g_ptr_array_add (pieces, g_strdup (BEGIN));
  g_ptr_array_add (pieces, g_strdup (END));
  return put_vocabulary (dir, pieces, error) && put (dir, "merges.txt", merges->str, error)
         && put (dir, "special_tokens_map.json", special, error);
}

/**
 * clip_bpe_make_folder:
 * @packed_merges: bpe_simple_vocab_16e6.txt.gz of OpenAI's CLIP
 * @n_vocabulary: pieces in all, 49408
 * @pad: the padding token, "<|endoftext|>" for CLIP, "!" for Stable Diffusion 2
 *
 * Returns: (transfer full): a new temporary tokenizer folder; see clip_bpe_remove_folder ()
 */
char *
clip_bpe_make_folder (const char *packed_merges, guint n_vocabulary, const char *pad, GError **error)
{
  g_autofree char *dir = NULL;

  if (n_vocabulary < 2 * N_BYTES + 2)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "CLIP's vocabulary has more than %u pieces", n_vocabulary);
      return NULL;
    }
  dir = g_dir_make_tmp ("clip-bpe-XXXXXX", error);
  if (dir == NULL)
    return NULL;
  if (fill_folder (dir, packed_merges, n_vocabulary, pad, error))
    return g_steal_pointer (&dir);
  clip_bpe_remove_folder (g_steal_pointer (&dir));
  return NULL;
}

/** clip_bpe_remove_folder: @dir: (transfer full) (nullable): what clip_bpe_make_folder () made. */
void
clip_bpe_remove_folder (char *dir)
{
  static const char *const files[] = { "vocab.json", "merges.txt", "special_tokens_map.json" };

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
