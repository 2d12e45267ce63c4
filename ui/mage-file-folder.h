/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MageFileFolder: what a file dialog is about; each kind goes back to where it was last.
 */
typedef enum
{
  MAGE_FOLDER_PICTURES,
  MAGE_FOLDER_CLIPS,
  MAGE_FOLDER_MASKS,
  MAGE_FOLDER_EXPORTS,
  MAGE_FOLDER_FIGURES,
  MAGE_FOLDER_NUMBERS
} MageFileFolder;

MageFileFolder mage_file_folder_of_name (const char *name);
char *mage_file_folder_dup (MageFileFolder kind);
void mage_file_folder_apply (MageFileFolder kind, GtkFileDialog *dialog);
void mage_file_folder_remember (MageFileFolder kind, GFile *file);

G_END_DECLS
