/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SIDEBAR (mage_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (MageSidebar, mage_sidebar, MAGE, SIDEBAR, AdwBin)

void mage_sidebar_set_session (MageSidebar *self, MageSession *session);

G_END_DECLS
