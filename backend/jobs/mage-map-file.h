/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"

G_BEGIN_DECLS

/** MAGE_MAPS_GROUND: the folder beside the files, with the clip that the network looks at. */
#define MAGE_MAPS_GROUND "ground"

/** MageMapLayer: an #EngineLookLayer that owns what it holds. @most: one of every word; of the layer alone where @time. */
typedef struct
{
  char *name;
  gboolean time;
  guint n_heads;
  guint n_frames;
  guint width;
  guint height;
  GBytes *values;
  double *most;
} MageMapLayer;

/** MageMaps: where a network looked after a step. @layers: of #MageMapLayer, in the order in which they run */
typedef struct
{
  GStrv words;
  GPtrArray *layers;
} MageMaps;

gboolean mage_map_file_write (const char *path, const EngineLook *maps, GError **error);
MageMaps *mage_map_file_read (const char *path, GError **error);
void mage_maps_free (MageMaps *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageMaps, mage_maps_free)

double mage_map_layer_get (const MageMapLayer *self, guint word, int head, guint frame, guint row, guint column);

G_END_DECLS
