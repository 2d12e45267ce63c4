/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-scene.h"

G_BEGIN_DECLS

/** MageLossFormat: what a chart is written as. */
typedef enum
{
  MAGE_LOSS_PNG,
  MAGE_LOSS_SVG,
  MAGE_LOSS_CSV
} MageLossFormat;

const char *mage_loss_format_get_ending (MageLossFormat format);
GBytes *mage_loss_export (const MageLossScene *scene, const char *title, MageLossFormat format, GError **error);

G_END_DECLS
