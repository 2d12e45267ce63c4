/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

goffset mage_kept_setting_get (void);
goffset mage_kept_setting_get_maps (void);
goffset mage_kept_setting_to_bytes (double gigabytes);

G_END_DECLS
