/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-result.h"

G_BEGIN_DECLS

const char *mage_result_find_motion (MageResult *result);
gboolean mage_result_has_subject (MageResult *result, const char *token);
GStrv mage_result_dup_tokens (MageResult *result);
JsonObject *mage_result_find_part (MageResult *result, gboolean motion, const char *name);

G_END_DECLS
