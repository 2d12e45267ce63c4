/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-params.h"

G_BEGIN_DECLS

/**
 * MagePreset: a choice of parameters that comes with the program.
 * @id: "paper"
 * @label, @help: what people read
 * @changes: by how much the default of a key is multiplied, up to the one without a key; all others of
 *   mage_preset_keys() are at their default
 */
typedef struct
{
  const char *id;
  const char *label;
  const char *help;
  struct
  {
    const char *key;
    double factor;
  } changes[8];
} MagePreset;

const MagePreset *mage_preset_table (guint *n);
const char *const *mage_preset_keys (void);
void mage_preset_apply (const MagePreset *self, MageParams *params);
const MagePreset *mage_preset_find_active (MageParams *params);

/** MagePresetFolder: the presets that the user saved, a file each. */
GStrv mage_preset_folder_list (const char *folder);
gboolean mage_preset_folder_save (const char *folder, const char *name, MageParams *params, GError **error);
gboolean mage_preset_folder_apply (const char *folder, const char *name, MageParams *params, GError **error);
gboolean mage_preset_folder_rename (const char *folder, const char *name, const char *new_name, GError **error);
gboolean mage_preset_folder_remove (const char *folder, const char *name, GError **error);
char *mage_preset_folder_find_active (const char *folder, MageParams *params);

G_END_DECLS
