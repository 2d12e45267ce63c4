/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

void mage_record_restore (MageSession *session, MageResult *record, const char *path);

G_END_DECLS
