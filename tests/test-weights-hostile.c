/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Damaged and lying weight files: each is refused in a sentence, nothing is believed, nothing is executed. */

#include "weights-fixture.h"

#include <string.h>

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
      assert_refused (file->data, file->len,
                      lengths[i] < 3 ? "JSON" : lengths[i] < 100000000 ? "longer than the file" : "claims", NULL);
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
  guint64 lie;  /* added to the sizes in the list of contents */
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
      const guint64 listed_size = members[i].size + kind.lie;
      put (central, kind.zip64 ? G_MAXUINT32 : listed_size, 4);
      put (central, kind.zip64 ? G_MAXUINT32 : listed_size, 4);
      put (central, name_length, 2), put (central, kind.zip64 ? 33 : 0, 2), put (central, 0, 10);
      put (central, kind.zip64 ? G_MAXUINT32 : at, 4);
      g_byte_array_append (central, (const guint8 *) members[i].name, name_length);
      if (kind.zip64)
        {
          put (central, 0x9999, 2), put (central, 1, 2), put (central, 0, 1);
          put (central, 1, 2), put (central, 24, 2);
          put (central, listed_size, 8), put (central, listed_size, 8), put (central, at, 8);
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
  memset (text->str + 10, 0x85, text->len - 10);  /* each a tuple of the one before */
  g_autoptr (GByteArray) nested = build_torch (text->str, 4, (ZipKind) { 0 });
  assert_refused (nested->data, nested->len, "too long", NULL);
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
  g_autoptr (GByteArray) longer = build_torch (good, 32, (ZipKind) { .lie = 100000 });
  g_autoptr (GByteArray) endless = build_torch (good, 32, (ZipKind) { .zip64 = TRUE, .lie = G_MAXUINT64 - 40 });
  assert_refused (longer->data, longer->len, "beyond", NULL);
  assert_refused (endless->data, endless->len, "beyond", NULL);

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/weights-hostile/safetensors/headers", test_safetensors_headers);
  g_test_add_func ("/weights-hostile/safetensors/lengths", test_safetensors_lengths);
  g_test_add_func ("/weights-hostile/other-files", test_other_files);
  g_test_add_func ("/weights-hostile/torch/pickles", test_torch_pickles);
  g_test_add_func ("/weights-hostile/torch/circles", test_torch_circles);
  g_test_add_func ("/weights-hostile/torch/strides", test_torch_strides);
  g_test_add_func ("/weights-hostile/torch/zips", test_torch_zips);
  g_test_add_data_func ("/weights-hostile/damage/safetensors", "lora/learned_embeds_toy.safetensors", test_damage);
  g_test_add_data_func ("/weights-hostile/damage/bin", "tiny-bin/text_encoder/pytorch_model.bin", test_damage);
  g_test_add_func ("/weights-hostile/damage/cuts", test_cuts);
  return g_test_run ();
}
