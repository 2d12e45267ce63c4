/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weight files: the golden models open with the right names and values, folders are searched, writing is whole. */

#include "nn/weight-names.h"
#include "weights-fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

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

  /* What a process that was killed in the middle left beside it is gone after the next time. */
  g_autofree char *left = g_strconcat (path, ".part", NULL);
  g_assert_true (g_file_set_contents (left, "half of", -1, NULL));

  /* Over itself while it is mapped: the old content stays mapped, the bytes are the same. */
  g_assert_true (weights_file_save_safetensors (path, entries, G_N_ELEMENTS (entries), metadata, &error));
  g_assert_true (g_file_get_contents (path, &second, &second_size, NULL));
  g_assert_cmpmem (first, first_size, second, second_size);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
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
  g_test_add_func ("/weights-file/save", test_save);
  g_test_add_func ("/weights-file/save/refused", test_save_refused);
  g_test_add_func ("/weights-file/save/full", test_save_full);
  return g_test_run ();
}
