/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _MageLock MageLock;

MageLock *mage_lock_take (const char *folder, GError **error);
void mage_lock_release (MageLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageLock, mage_lock_release)

G_END_DECLS
