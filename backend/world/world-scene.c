/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-scene.h"

#include "world/world-random.h"
#include "world/world-words.h"

/*
 * A scene is drawn in two steps: its cast (action, kinds, background, first colour) from the table of
 * all casts that the style allows, so that what is held out is out for certain; then all the rest.
 */

typedef struct
{
  WorldAction action;
  WorldKind first;
  WorldKind second;
  WorldBackground background;
  WorldColour colour;
} Cast;

/* "A NP [BG]" in this share of the pictures and of the standing clips; else the clip's own caption. */
#define SHARE_OF_PLAIN_FORM 0.6

/** world_style_init: what pretraining uses: nearly every colour named, patterns and accents rare. */
void
world_style_init (WorldStyle *style)
{
  *style = (WorldStyle) {
    .held_out = WORLD_HELD_OUT_NEVER,
    .action = WORLD_ANY,
    .background = WORLD_ANY,
    .kind = WORLD_ANY,
    .colour = WORLD_ANY,
    .colour_words = 0.85,
    .background_words = 0.8,
    .patterns = 0.15,
    .accents = 0.15,
  };
}

static gboolean
is_wanted (int filter, guint value)
{
  return filter == WORLD_ANY || filter == (int) value;
}

static gboolean
is_allowed (WorldHeldOut held_out, gboolean is_held_out)
{
  return held_out == WORLD_HELD_OUT_ALSO || (held_out == WORLD_HELD_OUT_ONLY) == is_held_out;
}

/* How many casts of kinds an action has. */
static guint
count_casts (const WorldDeed *deed)
{
  guint n = 0;

  for (guint a = 0; a < WORLD_N_KINDS; a++)
    for (guint b = 0; b < (deed->n_characters == 2 ? WORLD_N_KINDS : 1); b++)
      if (deed->first >> a & 1 && (deed->n_characters == 1 || (a != b && deed->second >> b & 1)))
        n++;
  return n;
}

/* Whether an action may bring these together; the second is of no account for a single's action. */
static gboolean
is_pair (const WorldStyle *style, const WorldDeed *deed, WorldKind first, WorldKind second)
{
  if (!(deed->first >> first & 1))
    return FALSE;
  if (deed->n_characters == 1)
    return is_wanted (style->kind, first);
  return first != second && deed->second >> second & 1
         && (is_wanted (style->kind, first) || is_wanted (style->kind, second));
}

/* Adds @weight for every colour that @cast may have; stops when the sum passes @stop. */
static double
walk_colours (const WorldStyle *style, double weight, double sum, double stop, Cast *cast)
{
  gboolean held_out = world_is_held_out (cast->action, cast->first, cast->second, cast->background);

  for (guint colour = 0; colour < WORLD_N_COLOURS && sum <= stop; colour++)
    if (is_wanted (style->colour, colour)
        && is_allowed (style->held_out, held_out || world_is_colour_held_out (cast->first, colour)))
      {
        cast->colour = colour;
        sum += weight;
      }
  return sum;
}

/* Walks through all casts until the weights passed go beyond @stop; returns the weights' sum so far. */
static double
walk_casts (const WorldStyle *style, double stop, Cast *cast)
{
  double sum = 0;

  for (guint action = 0; action < WORLD_N_ACTIONS; action++)
    {
      const WorldDeed *deed = &world_deeds[action];
      guint n_seconds = deed->n_characters == 2 ? WORLD_N_KINDS : 1;
      double weight = deed->share / count_casts (deed);

      for (guint pair = 0; pair < WORLD_N_KINDS * n_seconds && is_wanted (style->action, action); pair++)
        for (guint background = 0; background < WORLD_N_BACKGROUNDS; background++)
          if (is_wanted (style->background, background)
              && is_pair (style, deed, pair / n_seconds, pair % n_seconds))
            {
              *cast = (Cast) { action, pair / n_seconds, pair % n_seconds, background, 0 };
              sum = walk_colours (style, weight, sum, stop, cast);
              if (sum > stop)
                return sum;
            }
    }
  return sum;
}

/** world_style_is_possible: whether there is any scene of this style. */
gboolean
world_style_is_possible (const WorldStyle *style)
{
  Cast cast;

  return walk_casts (style, 0, &cast) > 0;
}

/* A little off the word's colour. */
static void
draw_colour (WorldRandom *random, WorldColour colour, double rgb[3])
{
  WorldHue hue = world_hues[colour];

  hue.hue += world_random_between (random, -WORLD_JITTER_HUE, WORLD_JITTER_HUE);
  hue.lightness += world_random_between (random, -WORLD_JITTER_LIGHTNESS, WORLD_JITTER_LIGHTNESS);
  hue.saturation += world_random_between (random, -WORLD_JITTER_SATURATION, WORLD_JITTER_SATURATION);
  world_hue_to_rgb (&hue, rgb);
}

/* The second's colour: what is held out stays out whatever the style says, for the cast decided on it. */
static WorldColour
draw_second_colour (WorldRandom *random, const WorldStyle *style, WorldKind kind)
{
  WorldColour colour;

  do
    colour = world_random_below (random, WORLD_N_COLOURS);
  while (style->held_out != WORLD_HELD_OUT_ALSO && world_is_colour_held_out (kind, colour));
  return colour;
}

static void
draw_character (WorldRandom *random, const WorldStyle *style, WorldCharacter *character)
{
  static const WorldColour accents[] = { WORLD_RED, WORLD_YELLOW, WORLD_BLUE, WORLD_GREEN, WORLD_PINK };
  gboolean patterned = world_random_chance (random, style->patterns);
  gboolean striped = world_random_chance (random, 0.5);
  gboolean accented = world_random_chance (random, style->accents);
  gboolean hat = world_random_chance (random, 0.5);

  draw_colour (random, character->colour, character->rgb);
  character->pattern = !patterned ? WORLD_PLAIN : striped ? WORLD_STRIPES : WORLD_SPOTS;
  character->accent = !accented ? WORLD_NO_ACCENT : hat ? WORLD_HAT : WORLD_SCARF;
  character->accent_colour = accents[world_random_below (random, G_N_ELEMENTS (accents))];
  if (character->accent_colour == character->colour)
    character->accent_colour = character->colour == WORLD_YELLOW ? WORLD_RED : WORLD_YELLOW;
  draw_colour (random, character->accent_colour, character->accent_rgb);
  character->skin = world_random_below (random, WORLD_N_TONES);
  character->hair = world_random_below (random, WORLD_N_TONES);
  character->size = world_random_between (random, 0.94, 1.06);
  character->colour_said = world_random_chance (random, style->colour_words);
}

static void
draw_form (WorldRandom *random, const WorldStyle *style, gboolean picture, WorldScene *scene)
{
  gboolean plain = world_random_chance (random, SHARE_OF_PLAIN_FORM);
  gboolean silent = world_random_chance (random, style->empty_captions);
  gboolean still = world_random_chance (random, SHARE_OF_PLAIN_FORM);

  scene->background_said = world_random_chance (random, style->background_words);
  scene->form = WORLD_FORM_ACTION;
  if (silent)
    scene->form = WORLD_FORM_EMPTY;
  else if (picture && plain && scene->n_characters == 1)
    scene->form = WORLD_FORM_PICTURE;
  else if (scene->action == WORLD_STANDING && still)
    scene->form = WORLD_FORM_STATIC;
}

/**
 * world_scene_draw:
 * @picture: the caption is a picture's, not a clip's
 *
 * Draws a scene; the same @style and @seed always give the same one, and @picture changes only the caption.
 *
 * Returns: FALSE where the style allows nothing; then @scene is left as it was
 */
gboolean
world_scene_draw (const WorldStyle *style, guint64 seed, gboolean picture, WorldScene *scene)
{
  WorldRandom random;
  Cast cast;
  double total = walk_casts (style, G_MAXDOUBLE, &cast);

  if (total <= 0)
    return FALSE;
  world_random_init (&random, seed);
  walk_casts (style, total * world_random_unit (&random), &cast);
  *scene = (WorldScene) {
    .background = cast.background,
    .action = cast.action,
    .n_characters = world_deeds[cast.action].n_characters,
  };
  scene->layout = world_random_below (&random, WORLD_N_LAYOUTS);
  scene->direction = world_random_chance (&random, 0.5) ? 1 : -1;
  scene->x0 = world_random_between (&random, -0.06, 0.06);
  scene->ground = world_random_between (&random, 0.86, 0.90);
  scene->phase = world_random_between (&random, 0, 2 * G_PI);
  scene->scale = world_random_between (&random, 0.96, 1.04);
  scene->tau = world_random_unit (&random);
  scene->characters[0].kind = cast.first;
  scene->characters[0].colour = cast.colour;
  scene->characters[1].kind = cast.second;
  scene->characters[1].colour = draw_second_colour (&random, style, cast.second);
  for (guint i = 0; i < WORLD_MAX_CHARACTERS; i++)
    draw_character (&random, style, &scene->characters[i]);
  draw_form (&random, style, picture, scene);
  return TRUE;
}

/** world_scene_paint: gives a character exactly the colour of a word. */
void
world_scene_paint (WorldCharacter *character, WorldColour colour)
{
  character->colour = colour;
  world_hue_to_rgb (&world_hues[colour], character->rgb);
}

static void
append_character (GString *text, const WorldCharacter *character)
{
  const char *kind = world_kind_words[character->kind];
  const char *colour = character->colour_said ? world_colour_words[character->colour] : kind;
  gboolean vowel = *colour == 'a' || *colour == 'e' || *colour == 'i' || *colour == 'o' || *colour == 'u';

  g_string_append_printf (text, "%s %s", vowel ? "an" : "a", colour);
  if (character->colour_said)
    g_string_append_printf (text, " %s", kind);
}

/** world_scene_dup_caption: Returns: (transfer full): what the scene's caption says of it; "" for one that is silent */
char *
world_scene_dup_caption (const WorldScene *scene)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (scene->form == WORLD_FORM_EMPTY)
    return g_strdup ("");
  if (scene->form == WORLD_FORM_STATIC)
    g_string_append (text, "a static video of ");
  append_character (text, &scene->characters[0]);
  if (scene->form == WORLD_FORM_ACTION)
    g_string_append_printf (text, " is %s", world_deeds[scene->action].word);
  if (scene->n_characters == 2)
    {
      g_string_append_c (text, ' ');
      append_character (text, &scene->characters[1]);
    }
  if (scene->background_said)
    g_string_append_printf (text, " %s", world_background_phrases[scene->background]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/** world_scene_is_held_out: whether training never sees such a scene. */
gboolean
world_scene_is_held_out (const WorldScene *scene)
{
  const WorldCharacter *c = scene->characters;

  return world_is_held_out (scene->action, c[0].kind, c[1].kind, scene->background)
         || world_is_colour_held_out (c[0].kind, c[0].colour)
         || (scene->n_characters == 2 && world_is_colour_held_out (c[1].kind, c[1].colour));
}
