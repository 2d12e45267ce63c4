/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-map-file.h"
#include "media/frames.h"

G_BEGIN_DECLS

/** MageMapGroup: layers of one size that are seen as their mean. @layers: of #MageMapLayer, borrowed */
typedef struct
{
  gboolean time;
  guint width;
  guint height;
  GPtrArray *layers;
} MageMapGroup;

void mage_map_group_free (MageMapGroup *self);
GPtrArray *mage_map_groups_of (const MageMaps *maps, guint n_most);
MageMapGroup *mage_map_group_of_layer (MageMapLayer *layer);
double mage_map_group_get_most (const MageMapGroup *self, guint word, int head);
Frames *mage_map_group_dup_frames (const MageMapGroup *self, guint word, int head, double most, double rate);
char *mage_map_layer_dup_title (const MageMapLayer *layer);

G_END_DECLS
