/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

char *mage_queue_place_dup_words (MageSession *session);

G_END_DECLS
