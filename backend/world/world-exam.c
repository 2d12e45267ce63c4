/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-exam.h"

#include "world/world-words.h"

/*
 * A fixed list of prompts to measure a model by: every kind as the one in question 18 times, every
 * place 18 times, every colour 9 times. Standing, jumping, walk, ride and chase come 12 times each,
 * walking and running 24 times, each evenly over the kinds.
 */

/* The scenes' seeds are far from those of trainings, which count from 0. */
#define SCENE_SEED G_GUINT64_CONSTANT (0x6a7564676521)
#define NOISE_SEED 1000

static const WorldAction actions[] = {
  WORLD_STANDING, WORLD_WALKING, WORLD_RUNNING, WORLD_JUMPING, WORLD_WALK, WORLD_WALKING, WORLD_RIDE, WORLD_RUNNING,
  WORLD_CHASE,
};

/* What is not drawn in training moves on to the next colour, then the next place. */
static void
find_possible (WorldStyle *style)
{
  for (guint i = 0; i < WORLD_N_COLOURS * WORLD_N_BACKGROUNDS && !world_style_is_possible (style); i++)
    {
      style->colour = (style->colour + 1) % WORLD_N_COLOURS;
      if ((i + 1) % WORLD_N_COLOURS == 0)
        style->background = (style->background + 1) % WORLD_N_BACKGROUNDS;
    }
}

/**
 * world_exam_scene:
 * @i: the question, 0 … %WORLD_EXAM_LENGTH − 1
 * @held_out: ask for combinations that no training has seen instead; those are not balanced
 * @scene: (out): what the prompt asks for; its caption, which names all colours and the place, is the prompt
 */
void
world_exam_scene (guint i, gboolean held_out, WorldScene *scene)
{
  guint row = i / WORLD_N_KINDS;
  guint kind = i % WORLD_N_KINDS;
  WorldStyle style;

  world_style_init (&style);
  style.colour_words = 1;
  style.background_words = 1;
  style.patterns = 0;
  style.accents = 0;
  if (held_out)
    style.held_out = WORLD_HELD_OUT_ONLY;
  else
    {
      style.kind = (int) kind;
      style.background = (int) (row % WORLD_N_BACKGROUNDS);
      style.colour = (int) ((i + i / WORLD_N_COLOURS) % WORLD_N_COLOURS);
      style.action = (int) actions[(row + 2 * kind) % G_N_ELEMENTS (actions)];
      find_possible (&style);
    }
  world_scene_draw (&style, SCENE_SEED + i, FALSE, scene);
  scene->form = WORLD_FORM_ACTION;
}

/** world_exam_seed: Returns: the noise's seed that belongs to question @i */
guint64
world_exam_seed (guint i)
{
  return NOISE_SEED + i;
}
