/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox.h"

#include <glib/gstdio.h>

char *
sandbox_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("videomage-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

void
sandbox_remove (char *folder)
{
  remove_all (folder);
  g_free (folder);
}

/* Writes folder/name, with the folders on the way. */
void
sandbox_write (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

char *
sandbox_read (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* A folder that has the parts of a model, for what does not look into them. */
char *
sandbox_make_model (const char *folder, const char *videomage_json)
{
  static const char *const parts[] = {
    "model_index.json", "unet/config.json", "vae/config.json", "text_encoder/config.json",
    "scheduler/scheduler_config.json", "tokenizer/vocab.json"
  };
  char *model = g_build_filename (folder, "model", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    sandbox_write (model, parts[i], "{}\n");
  if (videomage_json != NULL)
    sandbox_write (model, "videomage.json", videomage_json);
  return model;
}
