/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-page.h"

G_BEGIN_DECLS

#define MAGE_TYPE_FRAME (mage_frame_get_type ())
G_DECLARE_FINAL_TYPE (MageFrame, mage_frame, MAGE, FRAME, AdwBreakpointBin)

GtkWidget *mage_frame_new (MageSession *session);
MagePage *mage_frame_get_page (MageFrame *self);
GtkWidget *mage_frame_get_pushed (MageFrame *self);
void mage_frame_toggle_inspector (MageFrame *self);

G_END_DECLS
