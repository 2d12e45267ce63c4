/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_FACE_CACHE (mage_face_cache_get_type ())
G_DECLARE_FINAL_TYPE (MageFaceCache, mage_face_cache, MAGE, FACE_CACHE, GObject)

MageFaceCache *mage_face_cache_new (void);
void mage_face_cache_load (MageFaceCache *self, MageTrainable *subject);
void mage_face_cache_draw (MageFaceCache *self, GtkSnapshot *snapshot, const char *token, const GdkRGBA *colour, double x,
                           double y);

/** The diameter of a face, in pixels. */
#define MAGE_FACE_SIZE 22.0

G_END_DECLS
