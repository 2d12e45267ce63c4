/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-result.h"

G_BEGIN_DECLS

char *mage_result_record_write (MageResult *result);
MageResult *mage_result_record_read (const char *text);

G_END_DECLS
