/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-param-table.h"

#include <adwaita.h>

G_BEGIN_DECLS

GtkWidget *mage_figures_button_new (const MageParamInfo *info);

G_END_DECLS
