/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-param-layer.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

GtkWidget *mage_param_row_new (MageSession *session, MageParamLayer *layer, const MageParamInfo *info);

G_END_DECLS
