/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-world-score.h"


/* One video. */

struct _CliWorldScorer
{
  WorldJudge *judge;
  WorldWitness *witness;
  WorldScene wanted;
  WorldScene clip;
  WorldTestimony truth; /* of the clip's motion, done by those who are wanted */
};

/** cli_world_scorer_new: @judge: (transfer full); @witness: (transfer full) */
CliWorldScorer *
cli_world_scorer_new (WorldJudge *judge, WorldWitness *witness)
{
  CliWorldScorer *self = g_new0 (CliWorldScorer, 1);

  self->judge = judge;
  self->witness = witness;
  return self;
}

void
cli_world_scorer_free (CliWorldScorer *self)
{
  world_judge_free (self->judge);
  world_witness_free (self->witness);
  g_free (self);
}

/** cli_world_scorer_expect: @wanted: what videos should show: two characters; @clip: whose motion they follow */
void
cli_world_scorer_expect (CliWorldScorer *self, const WorldScene *wanted, const WorldScene *clip)
{
  g_return_if_fail (wanted->n_characters == 2 && clip->n_characters == 2);

  self->wanted = *wanted;
  self->clip = *clip;
  world_testimony_of_scene (wanted, NULL, &self->truth);
}

/** cli_world_scorer_render: Returns: (transfer full): the expected video itself */
Frames *
cli_world_scorer_render (CliWorldScorer *self)
{
  guint8 *rgb = g_malloc (WORLD_WITNESS_FRAMES * WORLD_WITNESS_SIDE * WORLD_WITNESS_SIDE * 3);
  WorldTestimony truth;

  world_testimony_of_scene (&self->wanted, rgb, &truth);
  return frames_new_take (WORLD_WITNESS_FRAMES, WORLD_WITNESS_SIDE, WORLD_WITNESS_SIDE, WORLD_WITNESS_FRAMES, rgb);
}

/* How much of kind and colour of both is right. */
static double
score_identity (CliWorldScorer *self, const WorldVerdict *verdict, JsonObject *row)
{
  guint kinds = 0, colours = 0;

  for (guint i = 0; i < 2; i++)
    {
      kinds += verdict->kinds[i] == self->wanted.characters[i].kind;
      colours += verdict->colours[i] == self->wanted.characters[i].colour;
    }
  json_object_set_double_member (row, "kind", kinds / 2.);
  json_object_set_double_member (row, "colour", colours / 2.);
  return (kinds + colours) / 4.;
}

/* Whether the one's attributes are the other's, or both have the same. */
static void
score_binding (CliWorldScorer *self, const WorldVerdict *verdict, JsonObject *row)
{
  const WorldCharacter *c = self->wanted.characters;
  gboolean bound = verdict->kinds[0] == c[0].kind && verdict->kinds[1] == c[1].kind
                   && verdict->colours[0] == c[0].colour && verdict->colours[1] == c[1].colour;
  gboolean swapped = (verdict->kinds[0] == c[1].kind && verdict->kinds[1] == c[0].kind)
                     || (verdict->colours[0] == c[1].colour && verdict->colours[1] == c[0].colour);
  gboolean mixed = verdict->kinds[0] == verdict->kinds[1] || verdict->colours[0] == verdict->colours[1];

  json_object_set_double_member (row, "bound", bound);
  json_object_set_double_member (row, "swapped", swapped);
  json_object_set_double_member (row, "mixed", mixed && !swapped);
}

/* How much of what the clip's own characters look like, and none of the subjects does, is to be seen. */
static double
score_leakage (CliWorldScorer *self, const WorldVerdict *verdict)
{
  const WorldCharacter *wanted = self->wanted.characters;
  const WorldCharacter *clip = self->clip.characters;
  guint n = 0, leaks = 0;

  for (guint i = 0; i < 2; i++)
    {
      if (clip[i].colour != wanted[0].colour && clip[i].colour != wanted[1].colour)
        {
          n++;
          leaks += verdict->colours[0] == clip[i].colour || verdict->colours[1] == clip[i].colour;
        }
      if (clip[i].kind != wanted[0].kind && clip[i].kind != wanted[1].kind)
        {
          n++;
          leaks += verdict->kinds[0] == clip[i].kind || verdict->kinds[1] == clip[i].kind;
        }
    }
  return n > 0 ? (double) leaks / n : 0;
}

static void
score_motion (CliWorldScorer *self, const WorldVerdict *verdict, const WorldTestimony *seen, JsonObject *row)
{
  double distance = 0, gait = 0;
  guint n = 0;

  for (guint i = 0; i < 2; i++)
    {
      distance += world_testimony_distance (seen, &self->truth, i) / 2;
      if (self->truth.moving[i])
        {
          gait += world_testimony_gait (seen, &self->truth, i);
          n++;
        }
    }
  json_object_set_double_member (row, "action", verdict->action == self->wanted.action);
  json_object_set_double_member (row, "track", distance);
  if (n > 0)
    json_object_set_double_member (row, "gait", gait / n);
}

/**
 * cli_world_scorer_look:
 * @frames: 8 of 64 × 64 pixels
 * @row: where to: kind, colour and their mean identity; bound, swapped, mixed; action, track (pixels, less is
 *   better), gait; place; leakage (less is better); steady (share of frames with the same colour); all but track 0…1
 */
void
cli_world_scorer_look (CliWorldScorer *self, const Frames *frames, JsonObject *row)
{
  const guint8 *rgb = frames_get_frame (frames, 0);
  WorldTestimony seen;
  WorldVerdict verdict;

  g_return_if_fail (frames->n_frames == WORLD_WITNESS_FRAMES && frames->width == WORLD_WITNESS_SIDE
                    && frames->height == WORLD_WITNESS_SIDE);

  world_judge_clip (self->judge, rgb, frames->n_frames, &verdict);
  world_witness_clip (self->witness, rgb, &seen);
  json_object_set_double_member (row, "identity", score_identity (self, &verdict, row));
  score_binding (self, &verdict, row);
  score_motion (self, &verdict, &seen, row);
  json_object_set_double_member (row, "place", verdict.background == self->wanted.background);
  json_object_set_double_member (row, "leakage", score_leakage (self, &verdict));
  json_object_set_double_member (row, "steady", verdict.colour_steady);
}
