/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

MageTrainable *mage_parts_get_player (MageProject *project, MageMotion *motion, MageThing *thing);
GStrv mage_parts_dup_words (MageProject *project, MageMotion *motion);
char *mage_parts_suggest (MageProject *project, const char *prompt, char **words);
char *mage_parts_compose (MageProject *project, MageMotion *motion);
char *mage_parts_recast (const char *prompt, const char *const *before, const char *const *after);
void mage_parts_rename (MageProject *project, const char *before, const char *after);

G_END_DECLS
