/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weight files: the golden models open, and no lie in a header is believed. */

#include "nn/weight-names.h"
#include "tensor/weights-file.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char *
golden (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
}

static double
half_to_double (guint16 bits)
{
  const int exponent = (bits >> 10) & 0x1f;
  const double mantissa = bits & 0x3ff;
  const double sign = bits >> 15 ? -1 : 1;
  if (exponent == 0x1f)
    return mantissa != 0 ? NAN : sign * INFINITY;
  return sign * (exponent == 0 ? ldexp (mantissa, -24) : ldexp (mantissa + 1024, exponent - 25));
}

/* All elements of a float tensor, row-major. */
static double *
widen (const WeightsEntry *entry)
{
  const gsize n = weights_entry_n_elements (entry);
  g_autofree guint8 *raw = g_malloc0 (n * t_dtype_size (entry->dtype) + 1);
  double *values = g_new0 (double, n + 1);

  weights_entry_copy (entry, raw);
  for (gsize i = 0; i < n; i++)
    {
      float single;
      guint16 half;
      switch (entry->dtype)
        {
        case T_F32:
          memcpy (&single, raw + 4 * i, 4);
          values[i] = (double) single;
          break;
        case T_F16:
          memcpy (&half, raw + 2 * i, 2);
          values[i] = half_to_double (half);
          break;
        default:
          g_assert_not_reached ();
        }
    }
  return values;
}

/* Reads every byte that an entry claims, so that a wrong claim is seen by the sanitizer. */
static guint
touch_all (WeightsFile *file)
{
  guint sum = 0;
  for (guint i = 0; i < weights_file_n_entries (file); i++)
    {
      const WeightsEntry *entry = weights_file_entry (file, i);
      const gsize n = weights_entry_n_elements (entry);
      g_assert_cmpuint (n * t_dtype_size (entry->dtype), <=, G_MAXINT32);
      g_assert_true (weights_file_lookup (file, entry->name) == entry);
      for (gsize b = 0; b < entry->n_bytes; b++)
        sum += entry->data[b];
      g_autofree guint8 *copy = g_malloc (n * t_dtype_size (entry->dtype) + 1);
      weights_entry_copy (entry, copy);
    }
  return sum;
}

static WeightsFile *
open_bytes (const void *data, gsize size, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  return weights_file_open_bytes (bytes, "test file", error);
}

/* The bytes are refused, and the message holds every one of the words (ended by NULL). */
static void G_GNUC_NULL_TERMINATED
assert_refused (const void *data, gsize size, ...)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeightsFile) file = open_bytes (data, size, &error);
  g_assert_null (file);
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "test file"));

  va_list words;
  va_start (words, size);
  for (const char *word = va_arg (words, const char *); word; word = va_arg (words, const char *))
    if (strstr (error->message, word) == NULL)
      g_error ("“%s” is not in: %s", word, error->message);
  va_end (words);
}

/* --- Golden files ------------------------------------------------------------------------------ */

static WeightsFile *
open_golden (const char *folder, const char *stem)
{
  g_autofree char *path = golden (folder);
  g_autoptr (GError) error = NULL;
  WeightsFile *file = weights_file_open_component (path, stem, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (weights_file_n_entries (file), >, 0);
  touch_all (file);
  return file;
}

static void
test_golden_models (void)
{
  static const char *const folders[] = { "tiny/unet", "tiny/vae", "tiny/text_encoder", "tiny-bin/unet",
                                         "tiny-bin/vae", "tiny-bin/text_encoder", "tiny-sharded/unet",
                                         "tiny-sharded/vae", "tiny-sharded/text_encoder", "unet2", "text_encoder2" };
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autoptr (WeightsFile) file = open_golden (folders[i], NULL);
      g_test_message ("%s: %u tensors", folders[i], weights_file_n_entries (file));
    }
}

/* tiny/ holds the names of today; the .bin has the old ones, the shards lack the text encoder's prefix. The float16
 * values of both have to be those of tiny/ rounded, and the same among themselves. */
static void
test_golden_same_values (gconstpointer data)
{
  const char *part = data;
  g_autofree char *whole_name = g_strconcat ("tiny/", part, NULL);
  g_autofree char *bin_name = g_strconcat ("tiny-bin/", part, NULL);
  g_autofree char *sharded_name = g_strconcat ("tiny-sharded/", part, NULL);
  g_autoptr (WeightsFile) whole = open_golden (whole_name, NULL);
  g_autoptr (WeightsFile) bin = open_golden (bin_name, NULL);
  g_autoptr (WeightsFile) sharded = open_golden (sharded_name, NULL);
  const gboolean is_text = g_str_equal (part, "text_encoder");

  g_assert_cmpuint (weights_file_n_entries (sharded), ==, weights_file_n_entries (whole));
  g_assert_cmpuint (weights_file_n_entries (bin), ==, weights_file_n_entries (whole) + (is_text ? 1 : 0));
  for (guint i = 0; i < weights_file_n_entries (whole); i++)
    {
      const WeightsEntry *entry = weights_file_entry (whole, i);
      const WeightsEntry *in_bin = weight_lookup (bin, entry->name);
      const WeightsEntry *in_shard = weight_lookup (sharded, entry->name);
      g_assert_nonnull (in_bin);
      g_assert_nonnull (in_shard);
      g_assert_cmpint (in_bin->dtype, ==, T_F16);
      g_assert_cmpint (in_shard->dtype, ==, T_F16);
      g_assert_cmpmem (in_bin->shape, in_bin->n_dims * 8, entry->shape, entry->n_dims * 8);
      g_assert_cmpmem (in_shard->shape, in_shard->n_dims * 8, entry->shape, entry->n_dims * 8);

      g_autofree double *a = widen (entry);
      g_autofree double *b = widen (in_bin);
      g_autofree double *c = widen (in_shard);
      for (gsize k = 0; k < weights_entry_n_elements (entry); k++)
        {
          g_assert_true (b[k] == c[k]);
          g_assert_cmpfloat (fabs (a[k] - b[k]), <=, fabs (a[k]) * 0x1p-11 + 0x1p-25);
        }
    }
}

static void
test_golden_details (void)
{
  g_autoptr (WeightsFile) text = open_golden ("tiny-bin/text_encoder", "model");
  g_autoptr (WeightsFile) vae = open_golden ("tiny-bin/vae", NULL);
  const WeightsEntry *ids = weights_file_lookup (text, "text_model.embeddings.position_ids");
  const WeightsEntry *q = weights_file_lookup (text, "text_model.encoder.layers.0.self_attn.q_proj.weight");
  const WeightsEntry *k = weights_file_lookup (text, "text_model.encoder.layers.0.self_attn.k_proj.weight");
  gint64 id;

  g_assert_cmpint (ids->dtype, ==, T_I64);
  g_assert_cmpint (ids->n_dims, ==, 2);
  g_assert_cmpint (ids->shape[1], ==, 77);
  memcpy (&id, ids->data + 76 * 8, 8);
  g_assert_cmpint (GINT64_FROM_LE (id), ==, 76);
  /* Views of one storage. */
  g_assert_cmpint (ABS (k->data - q->data), ==, q->n_bytes);
  g_assert_nonnull (weights_file_lookup (vae, "encoder.mid_block.attentions.0.proj_attn.weight"));
  g_assert_null (weights_file_lookup (vae, "encoder.mid_block.attentions.0.to_out.0.weight"));
  g_assert_true (g_str_has_suffix (weights_file_path (vae), "diffusion_pytorch_model.bin"));
}

static void
test_golden_lora (void)
{
  static const char *const names[] = { "s1.safetensors", "s2.safetensors", "mot.safetensors", "forward.safetensors",
                                       "learned_embeds_toy.safetensors",
                                       "diffusers_s1/pytorch_lora_weights.safetensors",
                                       "pipeline_fus/pytorch_lora_weights.safetensors" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_build_filename ("lora", names[i], NULL);
      g_autofree char *path = golden (name);
      g_autoptr (GError) error = NULL;
      g_autoptr (WeightsFile) file = weights_file_open (path, &error);
      g_assert_no_error (error);
      touch_all (file);
      if (g_str_has_prefix (names[i], "diffusers_"))
        g_assert_nonnull (strstr (weights_file_metadata (file, "lora_adapter_metadata"), "lora_alpha"));
      else
        g_assert_null (weights_file_metadata (file, "lora_adapter_metadata"));
    }
}

static void
test_names (void)
{
  static const char *const pairs[][2] = {
    { "encoder.mid_block.attentions.0.to_q.weight", "encoder.mid_block.attentions.0.query.weight" },
    { "decoder.mid_block.attentions.0.to_out.0.bias", "decoder.mid_block.attentions.0.proj_attn.bias" },
    { "decoder.mid_block.attentions.0.value.bias", "decoder.mid_block.attentions.0.to_v.bias" },
    { "text_model.final_layer_norm.bias", "final_layer_norm.bias" },
    { "encoder.layers.0.mlp.fc1.weight", "text_model.encoder.layers.0.mlp.fc1.weight" },
    { "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight", NULL },
    { "encoder.mid_block.attentions.0.group_norm.weight", NULL },
    { "encoder.mid_block.attentions.", NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_auto (GStrv) names = weight_name_candidates (pairs[i][0]);
      g_assert_cmpstr (names[0], ==, pairs[i][0]);
      g_assert_cmpstr (names[1], ==, pairs[i][1]);
    }
}

/* --- Component folders ------------------------------------------------------------------------- */

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("weights-XXXXXX", &error);
  g_assert_no_error (error);
  return dir;
}

static void
save_one (const char *dir, const char *file, const char *tensor, float value)
{
  const gint64 one = 1;
  const WeightsEntry entry = { tensor, T_F32, 1, &one, &one, (const guint8 *) &value, 4, NULL };
  g_autofree char *path = g_build_filename (dir, file, NULL);
  g_autoptr (GError) error = NULL;
  weights_file_save_safetensors (path, &entry, 1, NULL, &error);
  g_assert_no_error (error);
}

static void
put_text (const char *dir, const char *file, const char *text)
{
  g_autofree char *path = g_build_filename (dir, file, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
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

static void G_GNUC_NULL_TERMINATED
assert_no_component (const char *dir, ...)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (weights_file_open_component (dir, NULL, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  g_test_message ("%s", error->message);
  va_list words;
  va_start (words, dir);
  for (const char *word = va_arg (words, const char *); word; word = va_arg (words, const char *))
    g_assert_nonnull (strstr (error->message, word));
  va_end (words);
}

static void
assert_component_value (const char *dir, const char *tensor, float wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeightsFile) file = weights_file_open_component (dir, NULL, &error);
  float value;
  g_assert_no_error (error);
  memcpy (&value, weights_file_lookup (file, tensor)->data, 4);
  g_assert_cmpfloat (value, ==, wanted);
}

static void
test_component_order (void)
{
  g_autofree char *dir = make_folder ();
  g_autofree char *missing = g_build_filename (dir, "no", NULL);

  assert_no_component (missing, "no such folder", missing, NULL);
  assert_no_component (dir, "diffusion_pytorch_model.safetensors", "pytorch_model.bin.index.json",
                       "model.fp16.safetensors", NULL);
  save_one (dir, "model.fp16.safetensors", "x", 1);
  assert_component_value (dir, "x", 1);
  save_one (dir, "model.bin", "x", 2);
  assert_component_value (dir, "x", 2);
  save_one (dir, "model.safetensors", "x", 3);
  assert_component_value (dir, "x", 3);
  save_one (dir, "diffusion_pytorch_model.safetensors", "x", 4);
  assert_component_value (dir, "x", 4);
  remove_folder (dir);
}

static void
test_component_index (void)
{
  static const char index[] = "model.safetensors.index.json";
  g_autofree char *dir = make_folder ();

  save_one (dir, "s1.safetensors", "x", 1);
  save_one (dir, "s2.safetensors", "y", 2);
  put_text (dir, index, "{\"weight_map\": {\"x\": \"s1.safetensors\", \"y\": \"s2.safetensors\"}}");
  assert_component_value (dir, "x", 1);
  assert_component_value (dir, "y", 2);

  put_text (dir, index, "{\"weight_map\": {\"x\": \"s1.safetensors\", \"y\": \"s3.safetensors\"}}");
  assert_no_component (dir, index, "s3.safetensors", "missing", NULL);
  put_text (dir, index, "{\"weight_map\": {\"x\": \"s2.safetensors\"}}");
  assert_no_component (dir, index, "s2.safetensors", "“x”", NULL);
  put_text (dir, index, "{\"weight_map\": {\"x\": \"../s1.safetensors\"}}");
  assert_no_component (dir, index, "refused", "“x”", NULL);
  put_text (dir, index, "{\"weight_map\": {\"x\": \"..\"}}");
  assert_no_component (dir, index, "refused", NULL);
  put_text (dir, index, "{\"weight_map\": {\"x\": \"/etc/passwd\"}}");
  assert_no_component (dir, index, "refused", NULL);
  put_text (dir, index, "{\"weight_map\": {\"x\": 5}}");
  assert_no_component (dir, index, "“x”", NULL);
  put_text (dir, index, "{\"weight_map\": {\"x\": \"s1.safetensors\", \"x\": \"s1.safetensors\"}}");
  assert_no_component (dir, index, "“x”", "twice", NULL);
  put_text (dir, index, "{\"weight_map\": 3}");
  assert_no_component (dir, index, "weight_map", NULL);
  put_text (dir, index, "[]");
  assert_no_component (dir, index, "object", NULL);
  put_text (dir, index, "{\"weight_map\": {");
  assert_no_component (dir, index, NULL);
  put_text (dir, index, "");
  assert_no_component (dir, index, "empty", NULL);
  put_text (dir, "s1.safetensors", "nonsense");
  put_text (dir, index, "{\"weight_map\": {\"x\": \"s1.safetensors\"}}");
  assert_no_component (dir, "s1.safetensors", NULL);
  remove_folder (dir);
}

/* --- Lying safetensors ------------------------------------------------------------------------- */

static GByteArray *
build_safetensors (const char *header, gsize n_data)
{
  GByteArray *file = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64) strlen (header));
  g_byte_array_append (file, (const guint8 *) &length, 8);
  g_byte_array_append (file, (const guint8 *) header, (guint) strlen (header));
  for (gsize i = 0; i < n_data; i++)
    g_byte_array_append (file, (const guint8 *) "\7", 1);
  return file;
}

static const struct
{
  const char *header;
  gsize n_data;
  const char *words[3];
} safetensors_cases[] = {
  { "{}", 0, { NULL } },
  { "{}  ", 0, { NULL } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, { NULL } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, { NULL } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]}}", 0, { NULL } },
  { "{\"e\":{\"dtype\":\"F16\",\"shape\":[0],\"data_offsets\":[4,4]},"
    "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, { "overlaps", "“e”" } },
  { "{\"__metadata__\":{\"k\":\"v\"}}", 0, { NULL } },
  { "{\"__metadata__\":{\"k\":1}}", 0, { "“k”" } },
  { "{\"__metadata__\":[]}", 0, { "__metadata__" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 7, { "“a”", "beyond" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 9, { "1 bytes follow" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, { "gap", "“a”" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, { "“a”", "offsets" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", 8, { "“a”", "offsets" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}}", 8, { "“a”", "offsets" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 8, { "“a”", "offsets" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, { "“a”", "offsets" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,\"8\"]}}", 8, { "“a”", "offsets" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8.0]}}", 8, { "“a”", "offsets" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}}", 8, { "“a”" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9223372036854775807]}}", 8, { "“a”", "beyond" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, { "“a”", "8 bytes", "12" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}", 8, { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,-2],\"data_offsets\":[0,0]}}", 0, { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}", 4, { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967297],\"data_offsets\":[0,4294967296]}}", 4,
    { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[0,9223372036854775807,3],\"data_offsets\":[0,0]}}", 0, { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}", 1, { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":4,\"data_offsets\":[0,4]}}", 4, { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[null],\"data_offsets\":[0,4]}}", 4, { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[true],\"data_offsets\":[0,1]}}", 1, { "“a”", "shape" } },
  { "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, { "“a”", "F8_E4M3" } },
  { "{\"a\":{\"dtype\":7,\"shape\":[4],\"data_offsets\":[0,4]}}", 4, { "“a”", "element type" } },
  { "{\"a\":{\"shape\":[4],\"data_offsets\":[0,4]}}", 4, { "“a”", "element type" } },
  { "{\"a\":[]}", 0, { "“a”" } },
  { "{\"a\":null}", 0, { "“a”" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
    "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[3,7]}}", 7, { "“a”", "“b”", "overlaps" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
    "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, { "“a”", "“b”", "overlaps" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
    "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[5,9]}}", 9, { "“b”", "gap" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
    "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, { "“a”", "twice" } },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"shape\":[3],\"data_offsets\":[0,4]}}", 4, { "“shape”", "twice" } },
  { "{\"a\":", 0, { "JSON" } },
  { "{} x", 0, { "JSON" } },
  { "{} {}", 0, { "JSON" } },
  { "{\"a\xff\":1}", 0, { "UTF-8" } },
};

static void
test_safetensors_headers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (safetensors_cases); i++)
    {
      g_autoptr (GByteArray) file = build_safetensors (safetensors_cases[i].header, safetensors_cases[i].n_data);
      const char *const *words = safetensors_cases[i].words;
      g_autofree char *shown = g_strescape (safetensors_cases[i].header, NULL);
      g_test_message ("%s", shown);
      if (words[0])
        {
          assert_refused (file->data, file->len, words[0], words[1], words[2], NULL);
          continue;
        }
      g_autoptr (GError) error = NULL;
      g_autoptr (WeightsFile) opened = open_bytes (file->data, file->len, &error);
      g_assert_no_error (error);
      touch_all (opened);
    }
}

static void
test_safetensors_lengths (void)
{
  static const guint64 lengths[] = { 0, 1, 3, 100, 99999999, 100000001, G_MAXINT64, G_MAXUINT64, G_MAXUINT64 - 7 };
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GByteArray) file = build_safetensors ("{}", 0);
      guint64 length = GUINT64_TO_LE (lengths[i]);
      memcpy (file->data, &length, 8);
      assert_refused (file->data, file->len, NULL);
    }
  g_autoptr (GString) deep = g_string_new ("{\"a\":");
  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (deep, '[');
  g_autoptr (GByteArray) file = build_safetensors (deep->str, 0);
  assert_refused (file->data, file->len, "deeply", NULL);
}

static void
test_other_files (void)
{
  static const char lfs[] = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
  static const char old[] = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
  g_autofree char *folder = golden ("tiny");
  g_autoptr (GError) error = NULL;

  assert_refused ("", 0, "empty", NULL);
  assert_refused ("x", 1, "neither", NULL);
  assert_refused ("<!DOCTYPE html><html>", 21, "neither", NULL);
  assert_refused (lfs, strlen (lfs), "LFS", NULL);
  assert_refused (old, sizeof old - 1, "safetensors", "old", NULL);
  g_assert_null (weights_file_open (folder, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  g_clear_error (&error);
  g_assert_null (weights_file_open ("/nowhere/x.safetensors", &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
}

/* --- Lying torch files ------------------------------------------------------------------------- */

static void
put (GByteArray *array, guint64 value, guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    {
      const guint8 byte = i < 8 ? (guint8) (value >> (8 * i)) : 0;
      g_byte_array_append (array, &byte, 1);
    }
}

typedef struct
{
  const char *name;
  const void *data;
  gsize size;
} Member;

typedef struct
{
  gboolean zip64;
  guint method, flags;
} ZipKind;

static GByteArray *
build_zip (const Member *members, gsize n, ZipKind kind)
{
  GByteArray *zip = g_byte_array_new ();
  g_autoptr (GByteArray) central = g_byte_array_new ();
  for (gsize i = 0; i < n; i++)
    {
      const guint name_length = (guint) strlen (members[i].name);
      const guint64 at = zip->len;
      put (zip, 0x04034b50, 4), put (zip, 20, 2), put (zip, kind.flags, 2), put (zip, kind.method, 2), put (zip, 0, 8);
      put (zip, members[i].size, 4), put (zip, members[i].size, 4), put (zip, name_length, 2), put (zip, 3, 2);
      g_byte_array_append (zip, (const guint8 *) members[i].name, name_length);
      put (zip, 0, 3);
      g_byte_array_append (zip, members[i].data, (guint) members[i].size);

      put (central, 0x02014b50, 4), put (central, 20, 4), put (central, kind.flags, 2), put (central, kind.method, 2);
      put (central, 0, 8);
      put (central, kind.zip64 ? G_MAXUINT32 : members[i].size, 4);
      put (central, kind.zip64 ? G_MAXUINT32 : members[i].size, 4);
      put (central, name_length, 2), put (central, kind.zip64 ? 33 : 0, 2), put (central, 0, 10);
      put (central, kind.zip64 ? G_MAXUINT32 : at, 4);
      g_byte_array_append (central, (const guint8 *) members[i].name, name_length);
      if (kind.zip64)
        {
          put (central, 0x9999, 2), put (central, 1, 2), put (central, 0, 1);
          put (central, 1, 2), put (central, 24, 2);
          put (central, members[i].size, 8), put (central, members[i].size, 8), put (central, at, 8);
        }
    }
  const guint64 start = zip->len;
  g_byte_array_append (zip, central->data, central->len);
  if (kind.zip64)
    {
      const guint64 end64 = zip->len;
      put (zip, 0x06064b50, 4), put (zip, 44, 8), put (zip, 0, 12), put (zip, n, 8), put (zip, n, 8);
      put (zip, central->len, 8), put (zip, start, 8);
      put (zip, 0x07064b50, 4), put (zip, 0, 4), put (zip, end64, 8), put (zip, 1, 4);
    }
  put (zip, 0x06054b50, 4), put (zip, 0, 4), put (zip, kind.zip64 ? 0xffff : n, 2), put (zip, kind.zip64 ? 0xffff : n, 2);
  put (zip, kind.zip64 ? G_MAXUINT32 : central->len, 4), put (zip, kind.zip64 ? G_MAXUINT32 : start, 4);
  put (zip, 5, 2);
  g_byte_array_append (zip, (const guint8 *) "hello", 5);
  return zip;
}

/* Pickles are written here as text: `'text'` a string, `n123` a number, `:module name` a global, other characters are
 * opcodes themselves (`{` for EMPTY_DICT is `}`, as in the format); blanks separate. */
static GByteArray *
build_pickle (const char *text)
{
  GByteArray *pickle = g_byte_array_new ();
  put (pickle, 0x0280, 2);
  for (const char *p = text; *p;)
    {
      char *end;
      if (*p == '\'')
        {
          end = strchr (p + 1, '\'');
          put (pickle, 'X', 1), put (pickle, (guint64) (end - p - 1), 4);
          g_byte_array_append (pickle, (const guint8 *) p + 1, (guint) (end - p - 1));
          p = end + 1;
        }
      else if (*p == 'n')
        {
          gint64 number = g_ascii_strtoll (p + 1, &end, 10);
          put (pickle, 0x8a, 1), put (pickle, 8, 1), put (pickle, (guint64) number, 8);
          p = end;
        }
      else if (*p == ':')
        {
          g_auto (GStrv) parts = NULL;
          end = strchr (p, ';');
          g_autofree char *line = g_strndup (p + 1, (gsize) (end - p - 1));
          parts = g_strsplit (line, " ", 2);
          put (pickle, 'c', 1);
          g_autofree char *both = g_strconcat (parts[0], "\n", parts[1], "\n", NULL);
          g_byte_array_append (pickle, (const guint8 *) both, (guint) strlen (both));
          p = end + 1;
        }
      else
        {
          if (*p != ' ')
            g_byte_array_append (pickle, (const guint8 *) p, 1);
          p++;
        }
    }
  return pickle;
}

#define OD ":collections OrderedDict;)R"
#define STORAGE(type, key, n) "('storage' :torch " type ";'" key "''cpu'" n "tQ"
#define TENSOR(storage, offset, shape, strides) \
  ":torch._utils _rebuild_tensor_v2;(" storage offset "(" shape "t(" strides "t\x89" OD "tR"
#define F32_8 STORAGE ("FloatStorage", "0", "n8")
#define DICT(tensor) OD "('a'" tensor "u."

static GByteArray *
build_torch (const char *pickle_text, gsize data_size, ZipKind kind)
{
  g_autoptr (GByteArray) pickle = build_pickle (pickle_text);
  g_autofree guint8 *data = g_malloc0 (data_size + 1);
  for (gsize i = 0; i < data_size; i++)
    data[i] = (guint8) i;
  const Member members[] = { { "m/data.pkl", pickle->data, pickle->len },
                             { "m/byteorder", "little", 6 },
                             { "m/data/0", data, data_size } };
  return build_zip (members, G_N_ELEMENTS (members), kind);
}

static const struct
{
  const char *pickle;
  const char *words[3];
} torch_cases[] = {
  { DICT (TENSOR (F32_8, "n0", "n2n4", "n4n1")), { NULL } },
  { DICT (TENSOR (F32_8, "n2", "n2n3", "n3n1")), { NULL } },
  { DICT (TENSOR (F32_8, "n0", "n4n2", "n1n4")), { NULL } },
  { DICT (TENSOR (F32_8, "n8", "n0", "n1")), { NULL } },
  { DICT (TENSOR (F32_8, "n7", "", "")), { NULL } },
  { "}('state_dict'" OD "('a'" TENSOR (F32_8, "n0", "n8", "n1") "u'epoch'n3u.", { NULL } },
  { "}'a':torch._utils _rebuild_parameter;(" TENSOR (F32_8, "n0", "n8", "n1") "\x88" OD "tRs.", { NULL } },
  { OD "('a'" TENSOR (F32_8, "n0", "n8", "n1") "u}'_metadata'" OD "sb.", { NULL } },
  { DICT (TENSOR (F32_8, "n0", "n9", "n1")), { "“a”", "beyond" } },
  { DICT (TENSOR (F32_8, "n1", "n8", "n1")), { "“a”", "beyond" } },
  { DICT (TENSOR (F32_8, "n9", "n0", "n1")), { "“a”", "beyond" } },
  { DICT (TENSOR (F32_8, "n0", "n2n4", "n5n1")), { "“a”", "beyond" } },
  { DICT (TENSOR (F32_8, "n0", "n1000000", "n0")), { "“a”", "beyond" } },
  { DICT (TENSOR (F32_8, "n0", "n2", "n9223372036854775807")), { "“a”", "beyond" } },
  { DICT (TENSOR (F32_8, "n0", "n3n3", "n9223372036854775807n9223372036854775807")), { "“a”", "beyond" } },
  { DICT (TENSOR (F32_8, "n9223372036854775807", "n1", "n1")), { "“a”", "beyond" } },
  { DICT (TENSOR (F32_8, "n-1", "n1", "n1")), { "“a”", "shape" } },
  { DICT (TENSOR (F32_8, "n0", "n-1", "n1")), { "“a”", "shape" } },
  { DICT (TENSOR (F32_8, "n7", "n2", "n-1")), { "“a”", "shape" } },
  { DICT (TENSOR (F32_8, "n0", "n2n2", "n1")), { "“a”", "shape" } },
  { DICT (TENSOR (F32_8, "n0", "n4294967296n4294967296", "n1n1")), { "“a”", "shape" } },
  { DICT (TENSOR (F32_8, "n0", "'x'", "n1")), { "“a”", "shape" } },
  { DICT (TENSOR (STORAGE ("FloatStorage", "0", "n9"), "n0", "n8", "n1")), { "“a”", "cut short" } },
  { DICT (TENSOR (STORAGE ("FloatStorage", "0", "n4611686018427387905"), "n0", "n8", "n1")), { "“a”", "cut short" } },
  { DICT (TENSOR (STORAGE ("FloatStorage", "0", "n-1"), "n0", "n8", "n1")), { "“a”", "storage" } },
  { DICT (TENSOR (STORAGE ("FloatStorage", "1", "n8"), "n0", "n8", "n1")), { "“a”", "data/1" } },
  { DICT (TENSOR (STORAGE ("FloatStorage", "../data.pkl", "n1"), "n0", "n1", "n1")), { "“a”", "missing" } },
  { DICT (TENSOR (STORAGE ("CharStorage", "0", "n8"), "n0", "n8", "n1")), { "“a”", "CharStorage" } },
  { DICT (TENSOR ("'x'Q", "n0", "n8", "n1")), { "“a”", "storage" } },
  { DICT (TENSOR ("n3", "n0", "n8", "n1")), { "“a”", "storage" } },
  { OD "('a'" TENSOR (F32_8, "n0", "n8", "n1") "'a'" TENSOR (F32_8, "n0", "n8", "n1") "u.", { "“a”", "twice" } },
  { OD ".", { "no tensors" } },
  { "n3.", { "not a state dict" } },
  { ":os system;('rm -rf /'tR.", { "would run code", "os.system", "refused" } },
  { ":builtins eval;('1'tR.", { "builtins.eval" } },
  { "'posix''system'\x93('ls'tR.", { "posix.system" } },
  { ":torch.storage _load_from_bytes;('x'tR.", { "_load_from_bytes" } },
  { ":torch.x.y.FloatStorage os.Storage;.", { "would run code" } },
  { ":torch._tensor _rebuild_from_type_v2;.", { "_rebuild_from_type_v2" } },
  { ":torch FloatStorage;)R.", { "broken" } },
  { ":collections OrderedDict;(n1tR.", { "broken" } },
  { "", { "broken" } },
  { ".", { "broken" } },
  { "(.", { "broken" } },
  { "t.", { "broken" } },
  { "\x85.", { "broken" } },
  { "(n1\x86.", { "broken" } },
  { "u.", { "broken" } },
  { "(u.", { "broken" } },
  { "}(n1u.", { "broken" } },
  { "}(n1(n2u.", { "broken" } },
  { "n1n2n3s.", { "broken" } },
  { "}ss.", { "broken" } },
  { "R.", { "broken" } },
  { "Q.", { "broken" } },
  { "b.", { "broken" } },
  { "q", { "broken" } },
  { "h\x05.", { "broken" } },
  { "X\xff\xff\xff\xff.", { "broken" } },
  { "\x8a\x09.........", { "broken" } },
  { "\x8a", { "broken" } },
  { "cabc", { "broken" } },
  { "G.", { "broken" } },
  { "\x81.", { "broken" } },
  { "i.", { "broken" } },
};

static void
test_torch_pickles (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (torch_cases); i++)
    for (guint zip64 = 0; zip64 < 2; zip64++)
      {
        g_autoptr (GByteArray) file = build_torch (torch_cases[i].pickle, 32, (ZipKind) { zip64 });
        const char *const *words = torch_cases[i].words;
        g_autofree char *shown = g_strescape (torch_cases[i].pickle, NULL);
        g_test_message ("%s", shown);
        if (words[0])
          {
            assert_refused (file->data, file->len, words[0], words[1], words[2], NULL);
            continue;
          }
        g_autoptr (GError) error = NULL;
        g_autoptr (WeightsFile) opened = open_bytes (file->data, file->len, &error);
        g_assert_no_error (error);
        g_assert_nonnull (weights_file_lookup (opened, "a"));
        touch_all (opened);
      }
}

/* A list in itself, and a memo that grows and grows: bounded, and freed. */
static void
test_torch_circles (void)
{
  g_autoptr (GString) text = g_string_new ("]q\1h\1a");
  g_autoptr (GByteArray) circle = build_torch ("]q\1h\1ah\1q\2h\2h\1a.", 4, (ZipKind) { 0 });
  assert_refused (circle->data, circle->len, "not a state dict", NULL);
  for (guint i = 0; i < 1100000; i++)
    g_string_append_c (text, ']');
  g_autoptr (GByteArray) many = build_torch (text->str, 4, (ZipKind) { 0 });
  assert_refused (many->data, many->len, "too long", NULL);
}

static void
test_torch_strides (void)
{
  g_autoptr (GByteArray) file = build_torch (DICT (TENSOR (STORAGE ("ByteStorage", "0", "n8"), "n1", "n3n2", "n1n4")),
                                             8, (ZipKind) { 0 });
  g_autoptr (GError) error = NULL;
  g_autoptr (WeightsFile) opened = open_bytes (file->data, file->len, &error);
  g_assert_no_error (error);
  const WeightsEntry *entry = weights_file_lookup (opened, "a");
  guint8 copy[6];
  g_assert_false (weights_entry_is_contiguous (entry));
  g_assert_cmpuint (entry->n_bytes, ==, 7);
  weights_entry_copy (entry, copy);
  g_assert_cmpmem (copy, 6, "\1\5\2\6\3\7", 6);
}

static void
test_torch_zips (void)
{
  const char *good = DICT (TENSOR (F32_8, "n0", "n8", "n1"));
  g_autoptr (GByteArray) deflated = build_torch (good, 32, (ZipKind) { .method = 8 });
  g_autoptr (GByteArray) encrypted = build_torch (good, 32, (ZipKind) { .flags = 1 });
  assert_refused (deflated->data, deflated->len, "compressed", NULL);
  assert_refused (encrypted->data, encrypted->len, "encrypted", NULL);

  const Member big[] = { { "m/data.pkl", "}.", 2 }, { "m/byteorder", "big", 3 } };
  const Member two[] = { { "m/data.pkl", "}.", 2 }, { "n/data.pkl", "}.", 2 } };
  const Member twice[] = { { "m/data.pkl", "}.", 2 }, { "m/data.pkl", "}.", 2 } };
  const Member none[] = { { "a.txt", "x", 1 } };
  const Member bad_name[] = { { "m/data.pkl", "}.", 2 }, { "m/\xff", "x", 1 } };
  g_autoptr (GByteArray) z1 = build_zip (big, 2, (ZipKind) { 0 });
  g_autoptr (GByteArray) z2 = build_zip (two, 2, (ZipKind) { 0 });
  g_autoptr (GByteArray) z3 = build_zip (twice, 2, (ZipKind) { 0 });
  g_autoptr (GByteArray) z4 = build_zip (none, 1, (ZipKind) { 0 });
  g_autoptr (GByteArray) z5 = build_zip (bad_name, 2, (ZipKind) { 0 });
  assert_refused (z1->data, z1->len, "big-endian", NULL);
  assert_refused (z2->data, z2->len, "two lists", NULL);
  assert_refused (z3->data, z3->len, "twice", NULL);
  assert_refused (z4->data, z4->len, "data.pkl", NULL);
  assert_refused (z5->data, z5->len, "broken", NULL);
}

/* --- Flips and cuts ---------------------------------------------------------------------------- */

static void
try_damaged (const guint8 *data, gsize size, guint *n_opened)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeightsFile) file = open_bytes (data, size, &error);
  g_assert_true ((file == NULL) == (error != NULL));
  if (file == NULL)
    return;
  touch_all (file);
  (*n_opened)++;
}

/* Damages a file in many ways; @hot begins the part that headers are in, which gets half of the hits. */
static void
damage (const guint8 *data, gsize size, gsize hot, gsize hot_size, guint rounds)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20240607);
  guint n_opened = 0;
  for (guint i = 0; i < rounds; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      gsize length = size;
      const guint n_hits = (guint) g_rand_int_range (random, 1, 4);
      for (guint h = 0; h < n_hits; h++)
        {
          gsize at = g_rand_boolean (random) ? hot + (gsize) g_rand_int_range (random, 0, (gint32) hot_size)
                                             : (gsize) g_rand_int_range (random, 0, (gint32) size);
          switch (g_rand_int_range (random, 0, 4))
            {
            case 0:
              copy[at] ^= (guint8) (1 << g_rand_int_range (random, 0, 8));
              break;
            case 1:
              copy[at] = (guint8) g_rand_int_range (random, 0, 256);
              break;
            case 2:
              memset (copy + at, g_rand_boolean (random) ? 0xff : 0, MIN (8, size - at));
              break;
            default:
              if (i % 3 == 0)
                length = at;
              else
                memmove (copy + at, copy + at / 2, MIN (16, size - at));
              break;
            }
        }
      try_damaged (copy, length, &n_opened);
    }
  g_test_message ("%u of %u damaged files opened", n_opened, rounds);
  g_assert_cmpuint (n_opened, <, rounds);
}

static void
test_damage (gconstpointer name)
{
  g_autofree char *path = golden (name);
  g_autofree char *data = NULL;
  gsize size;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  const gboolean is_zip = g_str_has_suffix (name, ".bin");
  /* A zip has the list of tensors at its beginning and the list of contents at its end. */
  damage ((guint8 *) data, size, 0, MIN (size, 4200), 1500);
  if (is_zip)
    damage ((guint8 *) data, size, size - 1200, 1200, 1500);
}

/* Every cut of a small file of each kind. */
static void
test_cuts (void)
{
  g_autoptr (GByteArray) small
      = build_safetensors ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
  g_autoptr (GByteArray) torch = build_torch (DICT (TENSOR (F32_8, "n0", "n8", "n1")), 32, (ZipKind) { 0 });
  g_autoptr (GByteArray) torch64 = build_torch (DICT (TENSOR (F32_8, "n0", "n8", "n1")), 32, (ZipKind) { TRUE });
  GByteArray *files[] = { small, torch, torch64 };
  for (gsize f = 0; f < G_N_ELEMENTS (files); f++)
    for (guint length = 0; length < files[f]->len; length++)
      assert_refused (files[f]->data, length, NULL);
  for (gsize f = 0; f < G_N_ELEMENTS (files); f++)
    damage (files[f]->data, files[f]->len, 0, files[f]->len, 4000);
}

/* --- Writing ----------------------------------------------------------------------------------- */

static void
test_save (void)
{
  g_autofree char *dir = make_folder ();
  g_autofree char *path = g_build_filename (dir, "x.safetensors", NULL);
  const gint64 three = 3, one = 1, none = 0;
  const gint64 shape[] = { 3, 2 }, turned[] = { 1, 3 };
  const float floats[] = { 1, 2, 3, 4, 5, 6 };
  const WeightsEntry entries[] = {
    { "odd “name” \\ \"q\" \n", T_U8, 1, &three, &one, (const guint8 *) "abc", 3, NULL },
    { "turned", T_F32, 2, shape, turned, (const guint8 *) floats, sizeof floats, NULL },
    { "scalar", T_F64, 0, NULL, NULL, (const guint8 *) "12345678", 8, NULL },
    { "empty", T_F16, 1, &none, &one, NULL, 0, NULL },
  };
  g_autoptr (GHashTable) metadata = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  g_hash_table_insert (metadata, "rank", "4");
  g_hash_table_insert (metadata, "format", "pt");
  g_assert_true (weights_file_save_safetensors (path, entries, G_N_ELEMENTS (entries), metadata, &error));
  g_assert_no_error (error);

  g_autofree char *first = NULL, *second = NULL;
  gsize first_size, second_size;
  guint64 header_size;
  g_assert_true (g_file_get_contents (path, &first, &first_size, NULL));
  memcpy (&header_size, first, 8);
  g_assert_cmpuint (GUINT64_FROM_LE (header_size) % 8, ==, 0);
  g_assert_true (g_str_has_prefix (first + 8, "{\"__metadata__\":{\"format\":\"pt\",\"rank\":\"4\"},\"odd"));

  g_autoptr (WeightsFile) file = weights_file_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (weights_file_n_entries (file), ==, 4);
  g_assert_cmpstr (weights_file_metadata (file, "rank"), ==, "4");
  g_assert_cmpuint (g_hash_table_size (weights_file_metadata_table (file)), ==, 2);
  g_assert_cmpstr (weights_file_entry (file, 0)->name, ==, entries[0].name);
  g_assert_cmpmem (weights_file_entry (file, 0)->data, 3, "abc", 3);
  g_assert_cmpmem (weights_file_lookup (file, "scalar")->data, 8, "12345678", 8);
  g_autofree double *values = widen (weights_file_lookup (file, "turned"));
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat (values[i], ==, ((double[]) { 1, 4, 2, 5, 3, 6 })[i]);
  for (guint i = 0; i < 4; i++)
    {
      const WeightsEntry *entry = weights_file_entry (file, i);
      g_assert_cmpuint ((gsize) entry->data % t_dtype_size (entry->dtype), ==, 0);
    }

  /* Over itself while it is mapped: the old content stays mapped, the bytes are the same. */
  g_assert_true (weights_file_save_safetensors (path, entries, G_N_ELEMENTS (entries), metadata, &error));
  g_assert_true (g_file_get_contents (path, &second, &second_size, NULL));
  g_assert_cmpmem (first, first_size, second, second_size);
  remove_folder (dir);
}

static void
test_save_refused (void)
{
  g_autofree char *dir = make_folder ();
  g_autofree char *path = g_build_filename (dir, "x.safetensors", NULL);
  const gint64 four = 4, one = 1, minus = -1;
  const WeightsEntry wrong[][2] = {
    { { "a", T_U8, 1, &four, &one, (const guint8 *) "abcd", 4 }, { "a", T_U8, 1, &four, &one, (const guint8 *) "abcd", 4 } },
    { { "a", T_U8, 1, &four, &one, (const guint8 *) "abcd", 4 }, { "b", T_U8, 1, &four, &one, (const guint8 *) "abc", 3 } },
    { { "a", T_U8, 1, &four, &one, (const guint8 *) "abcd", 4 }, { "b", T_U8, 1, &minus, &one, (const guint8 *) "", 0 } },
    { { "a", T_U8, 1, &four, &one, (const guint8 *) "abcd", 4 }, { "__metadata__", T_U8, 1, &four, &one, (const guint8 *) "abcd", 4 } },
    { { "a", T_U8, 1, &four, &one, (const guint8 *) "abcd", 4 }, { "\xff", T_U8, 1, &four, &one, (const guint8 *) "abcd", 4 } },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (weights_file_save_safetensors (path, wrong[i], 2, NULL, &error));
      g_assert_error (error, T_ERROR, T_ERROR_FILE);
    }
  g_autofree char *nowhere = g_build_filename (dir, "no", "x.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (weights_file_save_safetensors (nowhere, wrong[0], 1, NULL, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  remove_folder (dir);
}

/* The disk is full in the middle: the file of before stays as it was, and nothing is left beside. */
static void
test_save_full (void)
{
  g_autofree char *dir = make_folder ();
  g_autofree char *path = g_build_filename (dir, "x.safetensors", NULL);
  g_autofree guint8 *data = g_malloc0 (1 << 20);
  const gint64 size = 1 << 20, one = 1;
  const WeightsEntry entry = { "a", T_U8, 1, &size, &one, data, 1 << 20 };
  g_autoptr (GError) error = NULL;
  struct rlimit before, limit;

  g_assert_true (g_file_set_contents (path, "before", -1, NULL));
  getrlimit (RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = 65536;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  gboolean saved = weights_file_save_safetensors (path, &entry, 1, NULL, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (saved);
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  g_test_message ("%s", error->message);

  g_autofree char *content = NULL;
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "before");
  g_unlink (path);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/weights-file/golden/models", test_golden_models);
  g_test_add_data_func ("/weights-file/golden/same-values/unet", "unet", test_golden_same_values);
  g_test_add_data_func ("/weights-file/golden/same-values/vae", "vae", test_golden_same_values);
  g_test_add_data_func ("/weights-file/golden/same-values/text-encoder", "text_encoder", test_golden_same_values);
  g_test_add_func ("/weights-file/golden/details", test_golden_details);
  g_test_add_func ("/weights-file/golden/lora", test_golden_lora);
  g_test_add_func ("/weights-file/names", test_names);
  g_test_add_func ("/weights-file/component/order", test_component_order);
  g_test_add_func ("/weights-file/component/index", test_component_index);
  g_test_add_func ("/weights-file/safetensors/headers", test_safetensors_headers);
  g_test_add_func ("/weights-file/safetensors/lengths", test_safetensors_lengths);
  g_test_add_func ("/weights-file/other-files", test_other_files);
  g_test_add_func ("/weights-file/torch/pickles", test_torch_pickles);
  g_test_add_func ("/weights-file/torch/circles", test_torch_circles);
  g_test_add_func ("/weights-file/torch/strides", test_torch_strides);
  g_test_add_func ("/weights-file/torch/zips", test_torch_zips);
  g_test_add_data_func ("/weights-file/damage/safetensors", "lora/learned_embeds_toy.safetensors", test_damage);
  g_test_add_data_func ("/weights-file/damage/bin", "tiny-bin/text_encoder/pytorch_model.bin", test_damage);
  g_test_add_func ("/weights-file/damage/cuts", test_cuts);
  g_test_add_func ("/weights-file/save", test_save);
  g_test_add_func ("/weights-file/save/refused", test_save_refused);
  g_test_add_func ("/weights-file/save/full", test_save_full);
  return g_test_run ();
}
