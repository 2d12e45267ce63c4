/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-page.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MOTION_PAGE (mage_motion_page_get_type ())
G_DECLARE_FINAL_TYPE (MageMotionPage, mage_motion_page, MAGE, MOTION_PAGE, MagePage)

GtkWidget *mage_motion_page_new (MageSession *session, MageMotion *motion);

G_END_DECLS
