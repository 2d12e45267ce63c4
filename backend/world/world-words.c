/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-words.h"

#include <math.h>

/* All that the world knows of: its words, how often they come, and what is kept from training. */

#define BIT(kind) (1u << (kind))
#define ALL_KINDS (BIT (WORLD_N_KINDS) - 1)

const char *const world_kind_words[WORLD_N_KINDS] = { "person", "dog", "cat", "horse", "robot", "bear" };

const double world_kind_units[WORLD_N_KINDS] = { 0.57, 0.66, 0.66, 0.53, 0.55, 0.62 };

const char *const world_colour_words[WORLD_N_COLOURS] = {
  "red", "orange", "yellow", "green", "teal", "blue", "violet", "pink", "brown", "white", "black", "gray",
};

/* Well apart: neighbours on the circle differ in lightness as well. */
const WorldHue world_hues[WORLD_N_COLOURS] = {
  [WORLD_RED] = { 0.995, 0.46, 0.82 },    [WORLD_ORANGE] = { 0.078, 0.54, 0.95 },
  [WORLD_YELLOW] = { 0.145, 0.58, 0.95 }, [WORLD_GREEN] = { 0.330, 0.40, 0.65 },
  [WORLD_TEAL] = { 0.485, 0.45, 0.75 },   [WORLD_BLUE] = { 0.615, 0.50, 0.85 },
  [WORLD_VIOLET] = { 0.755, 0.50, 0.65 }, [WORLD_PINK] = { 0.925, 0.74, 0.90 },
  [WORLD_BROWN] = { 0.063, 0.31, 0.52 },  [WORLD_WHITE] = { 0.100, 0.94, 0.20 },
  [WORLD_BLACK] = { 0.650, 0.17, 0.10 },  [WORLD_GRAY] = { 0.600, 0.56, 0.05 },
};

const char *const world_background_words[WORLD_N_BACKGROUNDS] = {
  "grass", "snow", "desert", "beach", "city", "forest",
};

const char *const world_background_phrases[WORLD_N_BACKGROUNDS] = {
  "on the grass", "in the snow", "in the desert", "on the beach", "in the city", "in the forest",
};

const char *const world_pattern_words[WORLD_N_PATTERNS] = { "plain", "stripes", "spots" };
const char *const world_accent_words[WORLD_N_ACCENTS] = { "none", "hat", "scarf" };

const WorldDeed world_deeds[WORLD_N_ACTIONS] = {
  [WORLD_STANDING] = { "standing", "standing", 0.16, 1, ALL_KINDS, 0 },
  [WORLD_WALKING] = { "walking", "walking", 0.22, 1, ALL_KINDS, 0 },
  [WORLD_RUNNING] = { "running", "running", 0.22, 1, ALL_KINDS, 0 },
  [WORLD_JUMPING] = { "jumping", "jumping", 0.14, 1, ALL_KINDS, 0 },
  [WORLD_WALK] = { "walking", "walk", 0.08, 2, BIT (WORLD_PERSON) | BIT (WORLD_ROBOT),
                   BIT (WORLD_DOG) | BIT (WORLD_CAT) | BIT (WORLD_BEAR) | BIT (WORLD_HORSE) },
  [WORLD_RIDE] = { "riding", "ride", 0.12, 2, ALL_KINDS & ~BIT (WORLD_HORSE),
                   BIT (WORLD_HORSE) | BIT (WORLD_BEAR) | BIT (WORLD_DOG) },
  [WORLD_CHASE] = { "chasing", "chase", 0.06, 2, ALL_KINDS, ALL_KINDS },
};

static const struct
{
  WorldAction action;
  WorldKind first;
  WorldKind second;
} held_out_pairs[] = {
  { WORLD_RIDE, WORLD_ROBOT, WORLD_BEAR }, { WORLD_RIDE, WORLD_CAT, WORLD_HORSE },
  { WORLD_WALK, WORLD_ROBOT, WORLD_CAT },  { WORLD_CHASE, WORLD_BEAR, WORLD_ROBOT },
  { WORLD_CHASE, WORLD_CAT, WORLD_DOG },
};

static const struct
{
  WorldAction action;
  WorldKind kind;
  WorldBackground background;
} held_out_singles[] = {
  { WORLD_RUNNING, WORLD_BEAR, WORLD_DESERT }, { WORLD_JUMPING, WORLD_CAT, WORLD_SNOW },
  { WORLD_WALKING, WORLD_ROBOT, WORLD_BEACH }, { WORLD_RUNNING, WORLD_HORSE, WORLD_CITY },
  { WORLD_WALKING, WORLD_DOG, WORLD_FOREST },  { WORLD_JUMPING, WORLD_PERSON, WORLD_DESERT },
};

static const struct
{
  WorldKind kind;
  WorldColour colour;
} held_out_colours[] = {
  { WORLD_BEAR, WORLD_GREEN }, { WORLD_CAT, WORLD_BLUE },     { WORLD_DOG, WORLD_TEAL },
  { WORLD_HORSE, WORLD_PINK }, { WORLD_ROBOT, WORLD_YELLOW }, { WORLD_PERSON, WORLD_VIOLET },
};

/** world_word_find: Returns: the word's place in the table; -1: not there */
int
world_word_find (const char *const *words, guint n_words, const char *word)
{
  for (guint i = 0; i < n_words; i++)
    if (g_str_equal (words[i], word))
      return (int) i;
  return -1;
}

/** world_action_find: Returns: the %WorldAction of a name such as "ride"; -1: there is none */
int
world_action_find (const char *name)
{
  for (guint i = 0; i < WORLD_N_ACTIONS; i++)
    if (g_str_equal (world_deeds[i].name, name))
      return (int) i;
  return -1;
}

/** world_is_held_out: whether training never sees this; @second is of no account for a single's action. */
gboolean
world_is_held_out (WorldAction action, WorldKind first, WorldKind second, WorldBackground background)
{
  for (guint i = 0; i < G_N_ELEMENTS (held_out_pairs); i++)
    if (held_out_pairs[i].action == action && held_out_pairs[i].first == first
        && held_out_pairs[i].second == second)
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (held_out_singles); i++)
    if (held_out_singles[i].action == action && held_out_singles[i].kind == first
        && held_out_singles[i].background == background)
      return TRUE;
  return FALSE;
}

/** world_is_colour_held_out: whether training never sees this kind in this colour. */
gboolean
world_is_colour_held_out (WorldKind kind, WorldColour colour)
{
  for (guint i = 0; i < G_N_ELEMENTS (held_out_colours); i++)
    if (held_out_colours[i].kind == kind && held_out_colours[i].colour == colour)
      return TRUE;
  return FALSE;
}

/* One channel of a fully saturated hue, 0…1. */
static double
hue_channel (double hue, double shift)
{
  double h = fmod (hue + shift + 1, 1) * 6;

  return CLAMP (fabs (h - 3) - 1, 0, 1);
}

/** world_hue_to_rgb: channels 0…1 (the HLS double cone). */
void
world_hue_to_rgb (const WorldHue *hue, double rgb[3])
{
  static const double shifts[3] = { 0, -1. / 3, 1. / 3 };
  double lightness = CLAMP (hue->lightness, 0, 1);
  double chroma = (1 - fabs (2 * lightness - 1)) * CLAMP (hue->saturation, 0, 1);

  for (int i = 0; i < 3; i++)
    rgb[i] = lightness + chroma * (hue_channel (hue->hue, shifts[i]) - 0.5);
}
