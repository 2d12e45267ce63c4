/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-attention.h"
#include "media/frames.h"
#include "ui/mage-colour-map.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/** What of the branches is seen. */
typedef enum
{
  MAGE_LOOK_SUBJECT,
  MAGE_LOOK_MOTION,
  MAGE_LOOK_DIFFERENCE,
  MAGE_LOOK_MIX
} MageLookBranch;

/**
 * MageAttentionLook: one way of looking at a step's attention.
 * @attention: (nullable): owned
 * @step: whose it is
 * @layer: of @attention
 * @column: a word, where the layer looks over the picture
 * @head: or MAGE_ATTENTION_ALL_HEADS
 * @mix: how much of either branch is in the video, 1 together; both 0: not known
 */
typedef struct
{
  MageAttention *attention;
  guint step;
  MageAttentionLayer *layer;
  guint column;
  int head;
  MageLookBranch branch;
  float mix[MAGE_ATTENTION_N_BRANCHES];
} MageAttentionLook;

/**
 * MageAttentionMap: the values of a look in every frame, [F, height · width].
 * @most: the largest, without its sign
 */
typedef struct
{
  guint n_frames;
  guint height;
  guint width;
  MageColourMap colours;
  float most;
  float *values;
} MageAttentionMap;

void mage_attention_look_clear (MageAttentionLook *self);
void mage_attention_look_copy (const MageAttentionLook *self, MageAttentionLook *to);
gboolean mage_attention_look_has_branches (const MageAttentionLook *self);
gboolean mage_attention_look_has_mix (const MageAttentionLook *self);
MageAttentionLayer *mage_attention_look_find_time_layer (const MageAttentionLook *self);
float mage_attention_look_get_share (const MageAttentionLook *self, const MageAttentionLayer *layer, guint column, guint frame,
                                     guint pixel);
void mage_attention_look_get_matrix (const MageAttentionLook *self, const MageAttentionLayer *layer, guint pixel, float *values);
MageAttentionMap *mage_attention_look_make_map (const MageAttentionLook *self);

MageAttentionMap *mage_attention_map_subtract (const MageAttentionMap *a, const MageAttentionMap *b);
void mage_attention_map_free (MageAttentionMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageAttentionMap, mage_attention_map_free)

/** MageAttentionMark: a cell of a map's grid, in parts of the picture; how strongly it is marked, 0…1. */
typedef struct
{
  double x, y, width, height;
  double strength;
} MageAttentionMark;

void mage_attention_map_paint (const MageAttentionMap *self, Frames *ground, guint frame, float most, guint width, guint height,
                               const MageAttentionMark *mark, guint8 *rgb);
GdkTexture *mage_attention_map_make_texture (const MageAttentionMap *self, Frames *ground, guint frame, float most, guint width,
                                             guint height, const MageAttentionMark *mark);

G_END_DECLS
