/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-file-folder.h"

#include "ui/mage-projects.h"

/* Where the file dialogs were last, kept in the settings. */

static const char *const keys[] = {
  [MAGE_FOLDER_PICTURES] = "pictures-folder",
  [MAGE_FOLDER_CLIPS] = "clips-folder",
  [MAGE_FOLDER_MASKS] = "masks-folder",
  [MAGE_FOLDER_EXPORTS] = "exports-folder",
};

/** mage_file_folder_apply: lets @dialog begin where the last of its kind ended; a folder that is gone is forgotten. */
void
mage_file_folder_apply (MageFileFolder kind, GtkFileDialog *dialog)
{
  g_autoptr (GSettings) settings = g_settings_new (MAGE_SCHEMA);
  g_autofree char *path = g_settings_get_string (settings, keys[kind]);
  g_autoptr (GFile) folder = *path != '\0' ? g_file_new_for_path (path) : NULL;

  if (folder != NULL && g_file_test (path, G_FILE_TEST_IS_DIR))
    gtk_file_dialog_set_initial_folder (dialog, folder);
}

/** mage_file_folder_remember: @file: (nullable): what was chosen; what lies on no disk is not kept. */
void
mage_file_folder_remember (MageFileFolder kind, GFile *file)
{
  g_autoptr (GSettings) settings = g_settings_new (MAGE_SCHEMA);
  g_autoptr (GFile) folder = file != NULL ? g_file_get_parent (file) : NULL;

  if (folder != NULL && g_file_peek_path (folder) != NULL)
    g_settings_set_string (settings, keys[kind], g_file_peek_path (folder));
}
