/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-trainable.h"

G_BEGIN_DECLS

MageRun *mage_stopped_run_find (MageTrainable *item);
MageTrainState mage_stopped_run_get_state (MageTrainable *item);
char *mage_stopped_run_dup_words (MageTrainable *item);

G_END_DECLS
