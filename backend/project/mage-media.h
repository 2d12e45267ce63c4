/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * MageMaskMade: how a mask came about.
 * @MAGE_MASK_IMPORTED: from a file that somebody chose
 * @MAGE_MASK_AUTOMATIC: found without a hint; it may be replaced by itself
 * @MAGE_MASK_CORRECTED: by clicks, a box or a brush, or confirmed; nothing but the user replaces it
 */
typedef enum
{
  MAGE_MASK_IMPORTED,
  MAGE_MASK_AUTOMATIC,
  MAGE_MASK_CORRECTED
} MageMaskMade;

#define MAGE_TYPE_MEDIA (mage_media_get_type ())
G_DECLARE_FINAL_TYPE (MageMedia, mage_media, MAGE, MEDIA, GObject)

MageMedia *mage_media_new (const char *root, const char *file, const char *digest);
MageMedia *mage_media_new_from_json (const char *root, JsonObject *object);
JsonObject *mage_media_to_json (MageMedia *self);
const char *mage_media_get_file (MageMedia *self);
const char *mage_media_get_digest (MageMedia *self);
char *mage_media_dup_path (MageMedia *self);
MageMedia *mage_media_get_mask (MageMedia *self);
void mage_media_set_mask (MageMedia *self, MageMedia *mask);
gboolean mage_media_get_asked (MageMedia *self);
void mage_media_set_asked (MageMedia *self, gboolean asked);
void mage_media_set_made (MageMedia *self, MageMaskMade made, double score);
MageMaskMade mage_media_get_made (MageMedia *self);
gboolean mage_media_is_doubtful (MageMedia *self);
MageMedia *mage_media_confirm (MageMedia *self);
void mage_media_hash (MageMedia *self, GChecksum *checksum);

G_END_DECLS
