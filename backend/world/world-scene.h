/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WORLD_MAX_CHARACTERS 2
/* As a filter of a style: all are allowed. */
#define WORLD_ANY -1

typedef enum
{
  WORLD_PERSON,
  WORLD_DOG,
  WORLD_CAT,
  WORLD_HORSE,
  WORLD_ROBOT,
  WORLD_BEAR,
  WORLD_N_KINDS
} WorldKind;

typedef enum
{
  WORLD_RED,
  WORLD_ORANGE,
  WORLD_YELLOW,
  WORLD_GREEN,
  WORLD_TEAL,
  WORLD_BLUE,
  WORLD_VIOLET,
  WORLD_PINK,
  WORLD_BROWN,
  WORLD_WHITE,
  WORLD_BLACK,
  WORLD_GRAY,
  WORLD_N_COLOURS
} WorldColour;

typedef enum
{
  WORLD_GRASS,
  WORLD_SNOW,
  WORLD_DESERT,
  WORLD_BEACH,
  WORLD_CITY,
  WORLD_FOREST,
  WORLD_N_BACKGROUNDS
} WorldBackground;

/** WorldAction: one character stands … jumps; of two, the first walks, rides or chases the second. */
typedef enum
{
  WORLD_STANDING,
  WORLD_WALKING,
  WORLD_RUNNING,
  WORLD_JUMPING,
  WORLD_WALK,
  WORLD_RIDE,
  WORLD_CHASE,
  WORLD_N_ACTIONS
} WorldAction;

typedef enum
{
  WORLD_PLAIN,
  WORLD_STRIPES,
  WORLD_SPOTS,
  WORLD_N_PATTERNS
} WorldPattern;

typedef enum
{
  WORLD_NO_ACCENT,
  WORLD_HAT,
  WORLD_SCARF,
  WORLD_N_ACCENTS
} WorldAccent;

/** WorldForm: which of the caption templates is used. */
typedef enum
{
  WORLD_FORM_ACTION,  /* "a red dog is running in the snow", "a person is riding a horse" */
  WORLD_FORM_STATIC,  /* "a static video of a red dog in the snow" */
  WORLD_FORM_PICTURE, /* "a red dog in the snow" */
  WORLD_FORM_EMPTY
} WorldForm;

/**
 * WorldCharacter: who is to be seen.
 * @rgb: the colour itself, 0…1: that of the word, a little off
 * @accent_rgb: the hat's or scarf's colour
 * @skin, @hair: which tone a person has
 * @size: about 1
 * @colour_said: the caption names the colour
 * @hidden: left out; its shadow stays
 */
typedef struct
{
  WorldKind kind;
  WorldColour colour;
  double rgb[3];
  WorldPattern pattern;
  WorldAccent accent;
  WorldColour accent_colour;
  double accent_rgb[3];
  guint skin;
  guint hair;
  double size;
  gboolean colour_said;
  gboolean hidden;
} WorldCharacter;

/**
 * WorldScene: all that a clip shows. Places are parts of the frame's side, y downwards.
 * @layout: which of the background's layouts
 * @direction: 1 to the right, -1 to the left
 * @x0: how far from the middle the walk's own middle is
 * @ground: where the feet are
 * @phase: of the gait, radians
 * @scale: of all characters
 * @tau: the moment that a picture shows, 0…1
 * @background_said: the caption names the background
 */
typedef struct
{
  WorldBackground background;
  guint layout;
  WorldAction action;
  guint n_characters;
  WorldCharacter characters[WORLD_MAX_CHARACTERS];
  int direction;
  double x0;
  double ground;
  double phase;
  double scale;
  double tau;
  WorldForm form;
  gboolean background_said;
} WorldScene;

/**
 * WorldHeldOut: what becomes of the combinations that no training sees.
 * @WORLD_HELD_OUT_NEVER: they are left out, as in training
 * @WORLD_HELD_OUT_ALSO: they are drawn like all others
 * @WORLD_HELD_OUT_ONLY: nothing else is drawn, as in tests of generalisation
 */
typedef enum
{
  WORLD_HELD_OUT_NEVER,
  WORLD_HELD_OUT_ALSO,
  WORLD_HELD_OUT_ONLY
} WorldHeldOut;

/**
 * WorldStyle: what scenes are drawn from; world_style_init () sets what pretraining uses.
 * @held_out: see there
 * @action, @background: the only one, or %WORLD_ANY
 * @kind: a kind that must be there, or %WORLD_ANY
 * @colour: the first character's, or %WORLD_ANY
 * @colour_words: share of characters whose colour the caption names
 * @background_words: share of captions that name the background
 * @patterns: share of characters with stripes or spots
 * @accents: share of characters with a hat or a scarf
 * @empty_captions: share of captions that say nothing
 */
typedef struct
{
  WorldHeldOut held_out;
  int action;
  int background;
  int kind;
  int colour;
  double colour_words;
  double background_words;
  double patterns;
  double accents;
  double empty_captions;
} WorldStyle;

void world_style_init (WorldStyle *style);
gboolean world_style_is_possible (const WorldStyle *style);

gboolean world_scene_draw (const WorldStyle *style, guint64 seed, gboolean picture, WorldScene *scene);
void world_scene_paint (WorldCharacter *character, WorldColour colour);
char *world_scene_dup_caption (const WorldScene *scene);
gboolean world_scene_is_held_out (const WorldScene *scene);

G_END_DECLS
