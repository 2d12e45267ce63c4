/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-trainable.h"

G_BEGIN_DECLS

char *mage_training_words_dup_running (MageJob *job);
char *mage_training_words_dup_resting (MageTrainable *item);
const char *mage_training_words_get_action (MageTrainable *item);

G_END_DECLS
