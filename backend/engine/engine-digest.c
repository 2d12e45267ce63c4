/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-private.h"

#include <stdio.h>

/*
 * What a run depends on, as one checksum: a checkpoint or a cached inversion is continued or used only where
 * everything that made it is the same. Paths are left out, so that folders may be moved.
 */

/* Of a large file this much is looked at in this many places: weights that differ differ all over. */
#define SAMPLE_BYTES 65536
#define SAMPLES 3

/** engine_digest_text: a text, or that there is none. */
void
engine_digest_text (GChecksum *checksum, const char *text)
{
  g_checksum_update (checksum, (const guchar *) (text != NULL ? text : "-"), -1);
  g_checksum_update (checksum, (const guchar *) "\n", 1);
}

static void
digest_bytes (GChecksum *checksum, GBytes *bytes)
{
  gsize n;
  const guchar *data;

  if (bytes == NULL)
    return;
  data = g_bytes_get_data (bytes, &n);
  g_checksum_update (checksum, data, (gssize) n);
}

/** engine_digest_clips: all that clips hold. */
void
engine_digest_clips (GChecksum *checksum, EngineClip *const *clips, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *size = g_strdup_printf ("%ux%ux%u %d", clips[i]->n_frames, clips[i]->width, clips[i]->height,
                                               clips[i]->mask != NULL);
      engine_digest_text (checksum, size);
      engine_digest_text (checksum, clips[i]->caption);
      digest_bytes (checksum, clips[i]->rgb);
      digest_bytes (checksum, clips[i]->mask);
    }
}

/** engine_digest_params: the values of these keys. */
void
engine_digest_params (GChecksum *checksum, GVariant *params, const char *const *keys, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GVariant) value = params != NULL ? g_variant_lookup_value (params, keys[i], NULL) : NULL;
      g_autofree char *text = value != NULL ? g_variant_print (value, TRUE) : NULL;
      engine_digest_text (checksum, text);
    }
}

/** engine_digest_file: a file's contents; one that cannot be read is an error of whoever loads it. */
void
engine_digest_file (GChecksum *checksum, const char *path)
{
  g_autoptr (GMappedFile) file = path != NULL ? g_mapped_file_new (path, FALSE, NULL) : NULL;
  g_autofree char *size = file != NULL ? g_strdup_printf ("%zu", g_mapped_file_get_length (file)) : NULL;

  engine_digest_text (checksum, size);
  if (file != NULL && g_mapped_file_get_length (file) > 0)
    g_checksum_update (checksum, (const guchar *) g_mapped_file_get_contents (file),
                       (gssize) g_mapped_file_get_length (file));
}

/** engine_digest_words: learned words with their rows. */
void
engine_digest_words (GChecksum *checksum, const EngineToken *words, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      engine_digest_text (checksum, words[i].token);
      engine_digest_text (checksum, words[i].superclass);
      engine_digest_file (checksum, words[i].path);
    }
}

/* The size and some places of one of the model's files. */
static void
digest_places (GChecksum *checksum, const char *path)
{
  g_autofree guchar *buffer = g_malloc (SAMPLE_BYTES);
  FILE *file = fopen (path, "rb");
  gint64 size;

  if (file == NULL)
    return;
  fseeko (file, 0, SEEK_END);
  size = ftello (file);
  g_checksum_update (checksum, (const guchar *) &size, sizeof size);
  for (gint64 i = 0; i < SAMPLES; i++)
    {
      fseeko (file, MAX (size - SAMPLE_BYTES, 0) * i / (SAMPLES - 1), SEEK_SET);
      g_checksum_update (checksum, buffer, (gssize) fread (buffer, 1, SAMPLE_BYTES, file));
    }
  fclose (file);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
digest_folder (GChecksum *checksum, const char *dir)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (dir, g_ptr_array_index (names, i), NULL);
      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      engine_digest_text (checksum, g_ptr_array_index (names, i));
      digest_places (checksum, path);
    }
}

/** engine_digest_parts: a model folder, wherever it lies: names, sizes and some places of its parts' files. */
void
engine_digest_parts (GChecksum *checksum, const char *model_dir)
{
  static const char *const parts[] = { "scheduler", "text_encoder", "tokenizer", "unet", "vae" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *dir = g_build_filename (model_dir, parts[i], NULL);
      digest_folder (checksum, dir);
    }
}

/** engine_digest_model: the opened model; looked at once while the engine is open. */
void
engine_digest_model (GChecksum *checksum, Engine *self)
{
  if (self->model_digest == NULL)
    {
      g_autoptr (GChecksum) model = g_checksum_new (G_CHECKSUM_SHA256);
      engine_digest_parts (model, self->pipeline->model_dir);
      self->model_digest = g_strdup (g_checksum_get_string (model));
    }
  engine_digest_text (checksum, self->model_digest);
}
