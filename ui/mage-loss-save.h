/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-chart.h"
#include "ui/mage-loss-export.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

void mage_loss_save (MageLossChart *chart, MageSession *session, const char *title, MageLossFormat format);
void mage_loss_save_to (MageLossChart *chart, MageSession *session, const char *title, MageLossFormat format, GFile *file);

G_END_DECLS
