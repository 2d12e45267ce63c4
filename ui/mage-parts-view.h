/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PARTS_VIEW (mage_parts_view_get_type ())
G_DECLARE_FINAL_TYPE (MagePartsView, mage_parts_view, MAGE, PARTS_VIEW, AdwBin)

void mage_parts_view_set_session (MagePartsView *self, MageSession *session);
void mage_parts_view_set_motion (MagePartsView *self, MageMotion *motion);

G_END_DECLS
