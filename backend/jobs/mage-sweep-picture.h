/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"
#include "project/mage-sweep.h"

G_BEGIN_DECLS

gboolean mage_sweep_picture_write (MageSweep *sweep, GPtrArray *cells, const char *path, guint frame, GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
