/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

G_BEGIN_DECLS

/* What a judge takes; other clips are shortened to it or refused. */
#define WORLD_JUDGE_SIDE 64
#define WORLD_JUDGE_FRAMES 8

/**
 * WorldJudge: says what a clip of the mini world shows, by its backgrounds and by two small
 * networks that learned from rendered scenes alone, blurred, washed out and noisy ones among them.
 */
typedef struct _WorldJudge WorldJudge;

/**
 * WorldVerdict: what a clip seems to show.
 * @n_characters: 1 or 2
 * @colour_steady: share of frames that by themselves say the same colour for the first
 * @kind_steady: share of frames that by themselves say the same kind for the first
 * @sureness: how likely the judge takes the action and the first's kind and colour to be, 0…1
 */
typedef struct
{
  WorldAction action;
  WorldBackground background;
  guint n_characters;
  WorldKind kinds[WORLD_MAX_CHARACTERS];
  WorldColour colours[WORLD_MAX_CHARACTERS];
  double colour_steady;
  double kind_steady;
  double sureness[3];
} WorldVerdict;

/**
 * WorldScore: what of a verdict is as the scene has it.
 * @kind: of the first; @second: of the second, TRUE where both have none
 * @colour, @second_colour: likewise
 * @cast: all kinds are right, and there are as many
 */
typedef struct
{
  gboolean action;
  gboolean background;
  gboolean kind;
  gboolean second;
  gboolean cast;
  gboolean colour;
  gboolean second_colour;
} WorldScore;

/** WorldJudgeProgress: told now and then how much is learned, 0…1; FALSE stops the fit. */
typedef gboolean (*WorldJudgeProgress) (double fraction, gpointer data);

WorldJudge *world_judge_new (void);
void world_judge_free (WorldJudge *self);
gboolean world_judge_fit (WorldJudge *self, guint n_clips, guint64 seed, WorldJudgeProgress progress, gpointer data);
GBytes *world_judge_save (const WorldJudge *self);
gboolean world_judge_load (WorldJudge *self, GBytes *bytes);
void world_judge_clip (WorldJudge *self, const guint8 *rgb, guint n_frames, WorldVerdict *verdict);
void world_verdict_score (const WorldVerdict *self, const WorldScene *scene, WorldScore *score);
void world_judge_degrade (guint8 *rgb, guint n_frames, guint64 seed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WorldJudge, world_judge_free)

G_END_DECLS
