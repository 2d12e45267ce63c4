/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean mage_web_picture_is_address (const char *text);
char *mage_web_picture_fetch (const char *address, GCancellable *cancellable, GError **error);

G_END_DECLS
