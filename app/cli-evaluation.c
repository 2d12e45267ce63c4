/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-evaluation.h"

#include "world/world-words.h"

/* Verdicts counted, as shares for people and for programs. */

/** cli_tally_add: counts one clip. */
void
cli_tally_add (CliTally *self, const WorldScene *scene, const WorldVerdict *verdict)
{
  WorldScore score;

  world_verdict_score (verdict, scene, &score);
  self->n++;
  self->kind += score.kind;
  self->cast += score.cast;
  self->colour += score.colour;
  self->background += score.background;
  self->action += score.action;
  self->all += score.cast && score.colour && score.second_colour && score.background && score.action;
  if (scene->n_characters > 1)
    {
      self->n_pairs++;
      self->second_colour += score.second_colour;
    }
  self->colour_steady += verdict->colour_steady;
  self->kind_steady += verdict->kind_steady;
}

static double
share (double n, guint of)
{
  return of > 0 ? n / of : 0;
}

/** cli_tally_to_json: Returns: (transfer full): shares, 0…1 */
JsonObject *
cli_tally_to_json (const CliTally *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "clips", self->n);
  json_object_set_double_member (object, "kind", share (self->kind, self->n));
  json_object_set_double_member (object, "cast", share (self->cast, self->n));
  json_object_set_double_member (object, "colour", share (self->colour, self->n));
  if (self->n_pairs > 0)
    json_object_set_double_member (object, "second_colour", share (self->second_colour, self->n_pairs));
  json_object_set_double_member (object, "background", share (self->background, self->n));
  json_object_set_double_member (object, "action", share (self->action, self->n));
  json_object_set_double_member (object, "all", share (self->all, self->n));
  json_object_set_double_member (object, "colour_steady", share (self->colour_steady, self->n));
  json_object_set_double_member (object, "kind_steady", share (self->kind_steady, self->n));
  return object;
}

/** cli_tally_to_text: Returns: (transfer full): one line in per cent */
char *
cli_tally_to_text (const CliTally *self)
{
  return g_strdup_printf ("kind %3.0f %%, all kinds %3.0f %%, colour %3.0f %%, background %3.0f %%, action %3.0f %%, "
                          "everything %3.0f %%; steady colour %3.0f %%, steady kind %3.0f %%",
                          100 * share (self->kind, self->n), 100 * share (self->cast, self->n),
                          100 * share (self->colour, self->n), 100 * share (self->background, self->n),
                          100 * share (self->action, self->n), 100 * share (self->all, self->n),
                          100 * share (self->colour_steady, self->n), 100 * share (self->kind_steady, self->n));
}

/** cli_verdict_to_json: Returns: (transfer full): what a clip seems to show */
JsonObject *
cli_verdict_to_json (const WorldVerdict *verdict)
{
  static const char *const questions[] = { "action", "kind", "colour" };
  JsonObject *object = json_object_new ();
  JsonObject *sureness = json_object_new ();
  JsonArray *kinds = json_array_new ();
  JsonArray *colours = json_array_new ();

  for (guint i = 0; i < verdict->n_characters; i++)
    {
      json_array_add_string_element (kinds, world_kind_words[verdict->kinds[i]]);
      json_array_add_string_element (colours, world_colour_words[verdict->colours[i]]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    json_object_set_double_member (sureness, questions[i], verdict->sureness[i]);
  json_object_set_array_member (object, "kinds", kinds);
  json_object_set_array_member (object, "colours", colours);
  json_object_set_string_member (object, "background", world_background_words[verdict->background]);
  json_object_set_string_member (object, "action", world_deeds[verdict->action].name);
  json_object_set_double_member (object, "colour_steady", verdict->colour_steady);
  json_object_set_double_member (object, "kind_steady", verdict->kind_steady);
  json_object_set_object_member (object, "sureness", sureness);
  return object;
}

/** cli_verdict_to_text: Returns: (transfer full): "red dog, running, snow" */
char *
cli_verdict_to_text (const WorldVerdict *verdict)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < verdict->n_characters; i++)
    g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", world_colour_words[verdict->colours[i]],
                            world_kind_words[verdict->kinds[i]]);
  g_string_append_printf (text, ", %s, %s", world_deeds[verdict->action].name, world_background_words[verdict->background]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/** cli_score_to_json: Returns: (transfer full): what of it is right */
JsonObject *
cli_score_to_json (const WorldScore *score)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "kind", score->kind);
  json_object_set_boolean_member (object, "cast", score->cast);
  json_object_set_boolean_member (object, "colour", score->colour);
  json_object_set_boolean_member (object, "second_colour", score->second_colour);
  json_object_set_boolean_member (object, "background", score->background);
  json_object_set_boolean_member (object, "action", score->action);
  return object;
}
