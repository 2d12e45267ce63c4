/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-media.h"
#include "project/mage-trainable.h"

G_BEGIN_DECLS

/**
 * MageThingMark: a person's word on where a thing is in another frame of its clip.
 * @time: of the frame, in seconds from the clip's beginning
 */
typedef struct
{
  double time;
  MageMedia *mask;
} MageThingMark;

#define MAGE_TYPE_THING (mage_thing_get_type ())
G_DECLARE_FINAL_TYPE (MageThing, mage_thing, MAGE, THING, MageTrainable)

MageThing *mage_thing_new (const char *name, const char *token, MageMedia *clip, MageMedia *mask, double time);
MageThing *mage_thing_new_from_json (JsonObject *object, MageMedia *clip, const char *root, const char *runs_dir);
JsonObject *mage_thing_to_json (MageThing *self);
MageMedia *mage_thing_get_mask (MageThing *self);
void mage_thing_set_mask (MageThing *self, MageMedia *mask, double time);
double mage_thing_get_time (MageThing *self);
const char *mage_thing_get_part (MageThing *self);
void mage_thing_set_part (MageThing *self, const char *part);
GPtrArray *mage_thing_get_marks (MageThing *self);
void mage_thing_set_marks (MageThing *self, GPtrArray *marks);
GPtrArray *mage_thing_dup_marks_with (MageThing *self, double time, MageMedia *mask);

G_END_DECLS
