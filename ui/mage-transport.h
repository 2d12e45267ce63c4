/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"

G_BEGIN_DECLS

gboolean mage_transport_take_key (MageClipPaintable *clip, gboolean *playing, guint key, GdkModifierType modifiers,
                                  gboolean mirrored);

G_END_DECLS
