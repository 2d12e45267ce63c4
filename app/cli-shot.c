/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-shot.h"

#include "media/mask.h"
#include "world/world-words.h"

#include <math.h>

/* Scenes of the mini world as frames, masks and the whole truth about them. */

/** cli_shot_new: renders a scene; a single frame shows the scene's own moment. */
CliShot *
cli_shot_new (const WorldScene *scene, guint n_frames, guint width, guint height, double rate)
{
  g_autoptr (WorldRenderer) renderer = world_renderer_new (scene, width, height);
  CliShot *self = g_new0 (CliShot, 1);
  gsize size = (gsize) width * height;
  guint8 *rgb = g_malloc (n_frames * size * 3);

  self->scene = *scene;
  for (guint i = 0; i < scene->n_characters; i++)
    self->masks[i] = g_malloc (n_frames * size);
  for (guint i = 0; i < n_frames; i++)
    {
      guint8 *masks[WORLD_MAX_CHARACTERS] = { self->masks[0] + i * size };

      if (scene->n_characters > 1)
        masks[1] = self->masks[1] + i * size;
      world_renderer_paint (renderer, world_frame_tau (scene, i, n_frames), rgb + i * size * 3, masks);
    }
  self->frames = frames_new_take (n_frames, width, height, n_frames > 1 ? rate : 0, rgb);
  return self;
}

void
cli_shot_free (CliShot *self)
{
  for (guint i = 0; i < WORLD_MAX_CHARACTERS; i++)
    g_free (self->masks[i]);
  frames_unref (self->frames);
  g_free (self);
}

static const guint8 *
get_mask (const CliShot *self, guint character, guint frame)
{
  return self->masks[character] + (gsize) frame * self->frames->width * self->frames->height;
}

/** cli_shot_save_mask: one frame's mask of one character, as a grey PNG. */
gboolean
cli_shot_save_mask (const CliShot *self, guint character, guint frame, const char *path, GError **error)
{
  gsize size = (gsize) self->frames->width * self->frames->height;
  g_autoptr (Mask) mask = mask_new_take (self->frames->width, self->frames->height,
                                         g_memdup2 (get_mask (self, character, frame), size));

  return mask_save_png (mask, path, error);
}

/* Enough digits for a pixel's hundredth, so that files stay small. */
static double
rounded (double value)
{
  return round (value * 100) / 100;
}

static void
add_numbers (JsonObject *object, const char *key, const double *values, guint n)
{
  JsonArray *array = json_array_sized_new (n);

  for (guint i = 0; i < n; i++)
    json_array_add_double_element (array, rounded (values[i]));
  json_object_set_array_member (object, key, array);
}

static void
add_bytes (JsonObject *object, const char *key, const double rgb[3])
{
  JsonArray *array = json_array_sized_new (3);

  for (guint i = 0; i < 3; i++)
    json_array_add_int_element (array, (gint64) round (rgb[i] * 255));
  json_object_set_array_member (object, key, array);
}

static JsonObject *
frame_to_json (const CliShot *self, guint character, guint frame)
{
  JsonObject *object = json_object_new ();
  double tau = world_frame_tau (&self->scene, frame, self->frames->n_frames);
  WorldTruth truth;

  world_truth_measure (&self->scene, character, tau, get_mask (self, character, frame), self->frames->width,
                       self->frames->height, &truth);
  json_object_set_double_member (object, "tau", tau);
  json_object_set_double_member (object, "leg_phase", rounded (truth.leg_phase));
  if (truth.visible)
    {
      JsonArray *box = json_array_sized_new (4);

      for (guint i = 0; i < 4; i++)
        json_array_add_int_element (box, truth.box[i]);
      json_object_set_array_member (object, "box", box);
      add_numbers (object, "centroid", truth.centroid, 2);
      json_object_set_double_member (object, "pixels", rounded (truth.pixels));
    }
  return object;
}

static JsonObject *
character_to_json (const CliShot *self, guint i)
{
  const WorldCharacter *character = &self->scene.characters[i];
  JsonObject *object = json_object_new ();
  JsonArray *frames = json_array_new ();

  json_object_set_string_member (object, "kind", world_kind_words[character->kind]);
  json_object_set_string_member (object, "colour", world_colour_words[character->colour]);
  add_bytes (object, "rgb", character->rgb);
  json_object_set_string_member (object, "pattern", world_pattern_words[character->pattern]);
  json_object_set_string_member (object, "accent", world_accent_words[character->accent]);
  if (character->accent != WORLD_NO_ACCENT)
    {
      json_object_set_string_member (object, "accent_colour", world_colour_words[character->accent_colour]);
      add_bytes (object, "accent_rgb", character->accent_rgb);
    }
  for (guint frame = 0; frame < self->frames->n_frames; frame++)
    json_array_add_object_element (frames, frame_to_json (self, i, frame));
  json_object_set_array_member (object, "frames", frames);
  return object;
}

/** cli_shot_to_json: Returns: (transfer full): an entry of captions.json: the caption and all that is true of the scene */
JsonObject *
cli_shot_to_json (const CliShot *self, const char *file)
{
  const WorldScene *scene = &self->scene;
  g_autofree char *caption = world_scene_dup_caption (scene);
  JsonObject *object = json_object_new ();
  JsonArray *characters = json_array_new ();

  json_object_set_string_member (object, "file", file);
  json_object_set_string_member (object, "caption", caption);
  json_object_set_int_member (object, "frames", self->frames->n_frames);
  json_object_set_int_member (object, "width", self->frames->width);
  json_object_set_int_member (object, "height", self->frames->height);
  if (self->frames->n_frames > 1)
    json_object_set_double_member (object, "fps", self->frames->rate);
  json_object_set_string_member (object, "background", world_background_words[scene->background]);
  json_object_set_int_member (object, "layout", scene->layout);
  json_object_set_string_member (object, "action", world_deeds[scene->action].name);
  json_object_set_string_member (object, "direction", scene->direction > 0 ? "right" : "left");
  for (guint i = 0; i < scene->n_characters; i++)
    json_array_add_object_element (characters, character_to_json (self, i));
  json_object_set_array_member (object, "characters", characters);
  return object;
}
