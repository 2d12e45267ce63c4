/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

G_BEGIN_DECLS

/**
 * WorldHue: a colour by hue, lightness and saturation, each 0…1.
 */
typedef struct
{
  double hue;
  double lightness;
  double saturation;
} WorldHue;

/**
 * WorldDeed: an action.
 * @word: as in "a dog is WORD" or "a person is WORD a dog"
 * @name: as in options
 * @share: of all scenes
 * @n_characters: whom it takes
 * @first, @second: a bit for every kind that may do it, and whom it may be done to
 */
typedef struct
{
  const char *word;
  const char *name;
  double share;
  guint n_characters;
  guint first;
  guint second;
} WorldDeed;

extern const char *const world_kind_words[WORLD_N_KINDS];
extern const char *const world_colour_words[WORLD_N_COLOURS];
extern const char *const world_background_words[WORLD_N_BACKGROUNDS];
extern const char *const world_background_phrases[WORLD_N_BACKGROUNDS];
extern const char *const world_pattern_words[WORLD_N_PATTERNS];
extern const char *const world_accent_words[WORLD_N_ACCENTS];
extern const WorldHue world_hues[WORLD_N_COLOURS];
extern const WorldDeed world_deeds[WORLD_N_ACTIONS];
/* How large a character's unit is, in parts of the frame's side. */
extern const double world_kind_units[WORLD_N_KINDS];

/* A hue may be off by so much either way. */
#define WORLD_JITTER_HUE 0.010
#define WORLD_JITTER_LIGHTNESS 0.03
#define WORLD_JITTER_SATURATION 0.05

/* How many layouts a background has, and how many tones skin and hair have. */
#define WORLD_N_LAYOUTS 6
#define WORLD_N_TONES 3

int world_word_find (const char *const *words, guint n_words, const char *word);
int world_action_find (const char *name);
gboolean world_is_held_out (WorldAction action, WorldKind first, WorldKind second, WorldBackground background);
gboolean world_is_colour_held_out (WorldKind kind, WorldColour colour);
void world_hue_to_rgb (const WorldHue *hue, double rgb[3]);

G_END_DECLS
