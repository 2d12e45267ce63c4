/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-param-layer.h"
#include "ui/mage-page.h"

G_BEGIN_DECLS

#define MAGE_TYPE_INSPECTOR (mage_inspector_get_type ())
G_DECLARE_FINAL_TYPE (MageInspector, mage_inspector, MAGE, INSPECTOR, AdwBin)

GtkWidget *mage_inspector_new_for_layer (MageSession *session, MageParamLayer *layer, MageStale inspects);
void mage_inspector_set_page (MageInspector *self, MagePage *page);

G_END_DECLS
