/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

void mage_importer_run (MageSession *session, GListModel *files, MageTrainable *target, gboolean restores);

G_END_DECLS
