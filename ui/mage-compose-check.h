/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

char *mage_compose_check (MageProject *project, const char *prompt, MageMotion *motion, GPtrArray *untrained);

G_END_DECLS
