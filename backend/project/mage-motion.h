/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-crop.h"
#include "project/mage-thing.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MOTION (mage_motion_get_type ())
G_DECLARE_FINAL_TYPE (MageMotion, mage_motion, MAGE, MOTION, MageTrainable)

MageMotion *mage_motion_new (const char *name, MageMedia *clip, const char *caption);
MageMotion *mage_motion_new_from_json (JsonObject *object, const char *root, const char *runs_dir);
JsonObject *mage_motion_to_json (MageMotion *self);
MageMedia *mage_motion_get_clip (MageMotion *self);
const char *mage_motion_get_caption (MageMotion *self);
void mage_motion_set_caption (MageMotion *self, const char *caption);
double mage_motion_get_start (MageMotion *self);
double mage_motion_get_length (MageMotion *self);
void mage_motion_set_span (MageMotion *self, double start, double length);
const MageCrop *mage_motion_get_crop (MageMotion *self);
void mage_motion_set_crop (MageMotion *self, const MageCrop *crop);
GListStore *mage_motion_get_things (MageMotion *self);
MageThing *mage_motion_add_thing (MageMotion *self, const char *name, MageMedia *mask, double time);
char *mage_motion_dup_static_prompt (MageMotion *self, MageParams *params);

G_END_DECLS
