/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

void mage_delete_result (MageSession *session, MageResult *result);
void mage_delete_results (MageSession *session, GPtrArray *results);

G_END_DECLS
