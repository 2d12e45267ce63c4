/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/clip-check.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_CLIP_WARNINGS (mage_clip_warnings_get_type ())
G_DECLARE_FINAL_TYPE (MageClipWarnings, mage_clip_warnings, MAGE, CLIP_WARNINGS, GtkWidget)

void mage_clip_warnings_check (MageClipWarnings *self, const char *path, double start, double length);
void mage_clip_warnings_stop (MageClipWarnings *self);
gboolean mage_clip_warnings_is_checking (MageClipWarnings *self);
guint mage_clip_warnings_get_n (MageClipWarnings *self);
const char *mage_clip_warnings_get_text (MageClipWarnings *self, guint i);
gboolean mage_clip_warnings_mend (MageClipWarnings *self, guint i);

G_END_DECLS
