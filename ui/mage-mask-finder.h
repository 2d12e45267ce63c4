/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MASK_FINDER (mage_mask_finder_get_type ())
G_DECLARE_FINAL_TYPE (MageMaskFinder, mage_mask_finder, MAGE, MASK_FINDER, GObject)

MageMaskFinder *mage_mask_finder_get (MageSession *session);
gboolean mage_mask_finder_is_looking (MageMaskFinder *self, MageMedia *picture);
gboolean mage_mask_finder_is_idle (MageMaskFinder *self);
const char *mage_mask_finder_get_problem (MageMaskFinder *self, MageMedia *picture);
guint mage_mask_finder_find_again (MageMaskFinder *self, MageSubject *subject);

G_END_DECLS
