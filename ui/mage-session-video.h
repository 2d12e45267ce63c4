/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

/* For the session alone. */

G_BEGIN_DECLS

void mage_session_resume_video (MageSession *self, JsonObject *written);

G_END_DECLS
