/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

/* For what belongs to the session and works for it, such as a sweep. */

G_BEGIN_DECLS

gboolean mage_session_is_stopping (MageSession *self);

G_END_DECLS
