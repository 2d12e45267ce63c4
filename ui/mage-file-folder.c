/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-file-folder.h"

#include "ui/mage-projects.h"

#include <string.h>

/* Where the file dialogs were last, kept in the settings; before that, where the user keeps things of the kind. */

static const struct
{
  const char *key;
  GUserDirectory directory;
} kinds[] = {
  [MAGE_FOLDER_PICTURES] = { "pictures-folder", G_USER_DIRECTORY_PICTURES },
  [MAGE_FOLDER_CLIPS] = { "clips-folder", G_USER_DIRECTORY_VIDEOS },
  [MAGE_FOLDER_MASKS] = { "masks-folder", G_USER_DIRECTORY_PICTURES },
  [MAGE_FOLDER_EXPORTS] = { "exports-folder", G_USER_DIRECTORY_VIDEOS },
  [MAGE_FOLDER_FIGURES] = { "figures-folder", G_USER_DIRECTORY_PICTURES },
  [MAGE_FOLDER_NUMBERS] = { "numbers-folder", G_USER_DIRECTORY_DOCUMENTS },
};

/** mage_file_folder_of_name: what kind of file is saved under @name. */
MageFileFolder
mage_file_folder_of_name (const char *name)
{
  static const char *const figures[] = { ".png", ".svg", ".pdf", ".jpg", ".webp", NULL };
  static const char *const numbers[] = { ".csv", ".json", ".npy", ".npz", ".safetensors", ".txt", NULL };
  const char *ending = strrchr (name, '.');

  if (ending != NULL && g_strv_contains (figures, ending))
    return MAGE_FOLDER_FIGURES;
  return ending != NULL && g_strv_contains (numbers, ending) ? MAGE_FOLDER_NUMBERS : MAGE_FOLDER_EXPORTS;
}

/** mage_file_folder_dup: Returns: (transfer full): where a dialog of this kind begins; a folder that is gone is forgotten */
char *
mage_file_folder_dup (MageFileFolder kind)
{
  g_autoptr (GSettings) settings = g_settings_new (MAGE_SCHEMA);
  g_autofree char *path = g_settings_get_string (settings, kinds[kind].key);
  const char *own = g_get_user_special_dir (kinds[kind].directory);

  if (*path != '\0' && g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&path);
  return g_strdup (own != NULL && g_file_test (own, G_FILE_TEST_IS_DIR) ? own : g_get_home_dir ());
}

/** mage_file_folder_apply: lets @dialog begin where the last of its kind ended. */
void
mage_file_folder_apply (MageFileFolder kind, GtkFileDialog *dialog)
{
  g_autofree char *path = mage_file_folder_dup (kind);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  gtk_file_dialog_set_initial_folder (dialog, folder);
}

/** mage_file_folder_remember: @file: (nullable): what was chosen; what lies on no disk is not kept. */
void
mage_file_folder_remember (MageFileFolder kind, GFile *file)
{
  g_autoptr (GSettings) settings = g_settings_new (MAGE_SCHEMA);
  g_autoptr (GFile) folder = file != NULL ? g_file_get_parent (file) : NULL;

  if (folder != NULL && g_file_peek_path (folder) != NULL)
    g_settings_set_string (settings, kinds[kind].key, g_file_peek_path (folder));
}
