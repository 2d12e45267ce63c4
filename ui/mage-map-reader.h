/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-map-file.h"
#include "media/frames.h"
#include "project/mage-run.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MAP_READER (mage_map_reader_get_type ())
G_DECLARE_FINAL_TYPE (MageMapReader, mage_map_reader, MAGE, MAP_READER, GObject)

MageMapReader *mage_map_reader_new (double rate);
void mage_map_reader_stop (MageMapReader *self);
void mage_map_reader_look (MageMapReader *self, MageRun *run, guint scene);
void mage_map_reader_set_step (MageMapReader *self, guint step);
guint mage_map_reader_get_shown (MageMapReader *self);
guint mage_map_reader_get_last_step (MageMapReader *self);
const MageMaps *mage_map_reader_get_maps (MageMapReader *self);
Frames *mage_map_reader_get_ground (MageMapReader *self);

G_END_DECLS
