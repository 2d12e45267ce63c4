/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-world-sample.h"

#include "app/cli-shot.h"
#include "jobs/mage-clip-folder.h"
#include "media/clip-writer.h"
#include "media/picture.h"
#include "project/mage-json.h"
#include "world/world-words.h"

/*
 * The material that comes with the mini model: four characters that no training of it sees like this and three clips for the
 * sample project, captioned clips for L_reg, and places without characters for CutMix.
 */

#define SIDE 256
#define N_PICTURES 5
#define N_FRAMES 32
#define RATE 16
/* How many frames of a clip the mini model makes. */
#define MODEL_FRAMES 8

/* Clips for L_reg, and the first one's seed, which is far from those of trainings. */
#define N_PRIOR 48
#define PRIOR_SEED G_GUINT64_CONSTANT (700000000)
#define PRIOR_RATE 8
/* Their side, and that of places. */
#define MODEL_SIDE 128
/* Places a background. */
#define N_PLACES 2

typedef struct
{
  WorldBackground background;
  WorldAction action;
} Picture;

/** Subject: a character of the sample, and where its pictures show it. */
typedef struct
{
  const char *name;
  const char *token;
  WorldKind kind;
  WorldColour colour;
  WorldPattern pattern;
  WorldAccent accent;
  WorldColour accent_colour;
  Picture pictures[N_PICTURES];
} Subject;

static const Subject subjects[] = {
  { "teal_robot", "<robot1>", WORLD_ROBOT, WORLD_TEAL, WORLD_STRIPES, WORLD_NO_ACCENT, WORLD_RED,
    { { WORLD_BEACH, WORLD_STANDING }, { WORLD_SNOW, WORLD_WALKING }, { WORLD_DESERT, WORLD_RUNNING },
      { WORLD_GRASS, WORLD_JUMPING }, { WORLD_CITY, WORLD_WALKING } } },
  { "pink_bear", "<bear1>", WORLD_BEAR, WORLD_PINK, WORLD_SPOTS, WORLD_NO_ACCENT, WORLD_RED,
    { { WORLD_FOREST, WORLD_STANDING }, { WORLD_BEACH, WORLD_WALKING }, { WORLD_CITY, WORLD_RUNNING },
      { WORLD_GRASS, WORLD_JUMPING }, { WORLD_DESERT, WORLD_WALKING } } },
  { "orange_cat", "<cat1>", WORLD_CAT, WORLD_ORANGE, WORLD_PLAIN, WORLD_SCARF, WORLD_BLUE,
    { { WORLD_DESERT, WORLD_STANDING }, { WORLD_SNOW, WORLD_WALKING }, { WORLD_CITY, WORLD_RUNNING },
      { WORLD_BEACH, WORLD_JUMPING }, { WORLD_FOREST, WORLD_WALKING } } },
  { "violet_dog", "<dog1>", WORLD_DOG, WORLD_VIOLET, WORLD_PLAIN, WORLD_HAT, WORLD_YELLOW,
    { { WORLD_BEACH, WORLD_STANDING }, { WORLD_CITY, WORLD_WALKING }, { WORLD_FOREST, WORLD_RUNNING },
      { WORLD_DESERT, WORLD_JUMPING }, { WORLD_SNOW, WORLD_WALKING } } },
};

/** Clip: a motion of the sample. */
typedef struct
{
  const char *name;
  WorldAction action;
  WorldBackground background;
  WorldKind kinds[2];
  WorldColour colours[2];
  int direction;
} Clip;

static const Clip clips[] = {
  { "person_riding_horse", WORLD_RIDE, WORLD_BEACH, { WORLD_PERSON, WORLD_HORSE }, { WORLD_RED, WORLD_BROWN }, 1 },
  { "person_walking_dog", WORLD_WALK, WORLD_CITY, { WORLD_PERSON, WORLD_DOG }, { WORLD_YELLOW, WORLD_WHITE }, 1 },
  { "cat_chasing_dog", WORLD_CHASE, WORLD_GRASS, { WORLD_CAT, WORLD_DOG }, { WORLD_GRAY, WORLD_BROWN }, -1 },
};

static void
dress (WorldCharacter *character, WorldKind kind, WorldColour colour)
{
  *character = (WorldCharacter) { .kind = kind, .hair = 1, .size = 1 };
  world_scene_paint (character, colour);
}

static WorldScene
stage (WorldBackground background, WorldAction action, guint layout)
{
  return (WorldScene) {
    .background = background,
    .layout = layout,
    .action = action,
    .n_characters = world_deeds[action].n_characters,
    .direction = 1,
    .ground = 0.88,
    .phase = 0.9,
    .scale = 1,
    .tau = 0.5,
    .background_said = TRUE,
  };
}

static gboolean
write_list (const char *folder, const char *name, JsonArray *list, GError **error)
{
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), list);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return mage_json_write (path, node, error);
}

/* --- subjects ---------------------------------------------------------------------------------- */

static void
dress_subject (const Subject *subject, WorldCharacter *character)
{
  dress (character, subject->kind, subject->colour);
  character->pattern = subject->pattern;
  character->accent = subject->accent;
  character->accent_colour = subject->accent_colour;
  world_hue_to_rgb (&world_hues[subject->accent_colour], character->accent_rgb);
}

/** cli_world_find_subject: how the sample's subject called @name looks. */
gboolean
cli_world_find_subject (const char *name, WorldCharacter *character)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      if (!g_str_equal (subjects[i].name, name))
        continue;
      dress_subject (&subjects[i], character);
      return TRUE;
    }
  return FALSE;
}

static JsonObject *
make_picture (const char *folder, const Subject *subject, guint i, GError **error)
{
  /* Phases that show the legs apart in the middle of the picture's action. */
  static const double steps[N_PICTURES] = { 0, G_PI, G_PI / 2, 0, 0.3 };
  const Picture *picture = &subject->pictures[i];
  WorldScene scene = stage (picture->background, picture->action, i % WORLD_N_LAYOUTS);
  g_autofree char *file = g_strdup_printf ("subjects/%s/%u.png", subject->name, i);
  g_autofree char *mask = g_strdup_printf ("subjects/%s/mask%u.png", subject->name, i);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *mask_path = g_build_filename (folder, mask, NULL);
  g_autofree char *caption = NULL;
  g_autoptr (CliShot) shot = NULL;
  JsonObject *object;

  dress_subject (subject, &scene.characters[0]);
  scene.direction = i % 2 ? -1 : 1;
  scene.phase = steps[i];
  scene.form = WORLD_FORM_PICTURE;
  caption = world_scene_dup_caption (&scene);
  shot = cli_shot_new (&scene, 1, SIDE, SIDE, 0);
  if (!picture_save_png (shot->frames, 0, path, error) || !cli_shot_save_mask (shot, 0, 0, mask_path, error))
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, "image", file);
  json_object_set_string_member (object, "mask", mask);
  json_object_set_string_member (object, "background", world_background_words[scene.background]);
  json_object_set_string_member (object, "action", world_deeds[scene.action].name);
  json_object_set_string_member (object, "caption", caption);
  return object;
}

static JsonObject *
make_subject (const char *folder, const Subject *subject, GError **error)
{
  g_autofree char *own = g_build_filename (folder, "subjects", subject->name, NULL);
  g_autofree char *description = g_strdup_printf (
    "%s %s, pattern %s, accent %s", world_colour_words[subject->colour], world_kind_words[subject->kind],
    world_pattern_words[subject->pattern], world_accent_words[subject->accent]);
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *images = json_array_new ();

  json_object_set_string_member (object, "name", subject->name);
  json_object_set_string_member (object, "token", subject->token);
  json_object_set_string_member (object, "superclass", world_kind_words[subject->kind]);
  json_object_set_string_member (object, "description", description);
  json_object_set_array_member (object, "images", images);
  if (!mage_folder_make (own, error))
    return NULL;
  for (guint i = 0; i < N_PICTURES; i++)
    {
      JsonObject *picture = make_picture (folder, subject, i, error);

      if (picture == NULL)
        return NULL;
      json_array_add_object_element (images, picture);
    }
  return g_steal_pointer (&object);
}

/** cli_world_make_subjects: FOLDER/subjects with pictures, masks and subjects.json. */
gboolean
cli_world_make_subjects (const char *folder, GError **error)
{
  g_autoptr (JsonArray) list = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      JsonObject *subject = make_subject (folder, &subjects[i], error);

      if (subject == NULL)
        return FALSE;
      json_array_add_object_element (list, subject);
    }
  return write_list (folder, "subjects/subjects.json", list, error);
}

/* --- motions ----------------------------------------------------------------------------------- */

static gboolean
save_things (const char *folder, const Clip *clip, const CliShot *shot, JsonArray *things, GError **error)
{
  for (guint i = 0; i < shot->scene.n_characters; i++)
    {
      const char *word = world_kind_words[clip->kinds[i]];
      g_autofree char *mask = g_strdup_printf ("motions/%s_mask_%s.png", clip->name, word);
      g_autofree char *path = g_build_filename (folder, mask, NULL);
      JsonObject *thing = json_object_new ();

      json_object_set_string_member (thing, "word", word);
      json_object_set_string_member (thing, "mask_first_frame", mask);
      json_array_add_object_element (things, thing);
      if (!cli_shot_save_mask (shot, i, 0, path, error))
        return FALSE;
    }
  return TRUE;
}

static WorldScene
stage_clip (const Clip *clip)
{
  WorldScene scene = stage (clip->background, clip->action, 2);

  scene.direction = clip->direction;
  for (guint i = 0; i < scene.n_characters; i++)
    dress (&scene.characters[i], clip->kinds[i], clip->colours[i]);
  return scene;
}

/** cli_world_find_motion: the scene that the sample's clip called @name shows. */
gboolean
cli_world_find_motion (const char *name, WorldScene *scene)
{
  for (guint i = 0; i < G_N_ELEMENTS (clips); i++)
    {
      if (!g_str_equal (clips[i].name, name))
        continue;
      *scene = stage_clip (&clips[i]);
      return TRUE;
    }
  return FALSE;
}

static JsonObject *
make_motion (const char *folder, const Clip *clip, GError **error)
{
  WorldScene scene = stage_clip (clip);
  g_autofree char *file = g_strdup_printf ("motions/%s.mp4", clip->name);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *caption = NULL;
  g_autoptr (CliShot) shot = NULL;
  JsonArray *things = json_array_new ();

  caption = world_scene_dup_caption (&scene);
  shot = cli_shot_new (&scene, N_FRAMES, SIDE, SIDE, RATE);
  json_object_set_string_member (object, "name", clip->name);
  json_object_set_string_member (object, "file", file);
  json_object_set_string_member (object, "caption", caption);
  json_object_set_int_member (object, "fps", RATE);
  json_object_set_int_member (object, "frames", N_FRAMES);
  json_object_set_int_member (object, "width", SIDE);
  json_object_set_int_member (object, "height", SIDE);
  json_object_set_array_member (object, "subjects", things);
  json_object_set_int_member (object, "world_clip_frames", MODEL_FRAMES);
  json_object_set_string_member (object, "note", "8 model frames = every 4th frame (2, 6, 10, ... also fine)");
  if (!clip_write (shot->frames, path, &(ClipWrite) { 0 }, NULL, error)
      || !save_things (folder, clip, shot, things, error))
    return NULL;
  return g_steal_pointer (&object);
}

/** cli_world_make_motions: FOLDER/motions with clips, the masks of their first frames and motions.json. */
gboolean
cli_world_make_motions (const char *folder, GError **error)
{
  g_autofree char *own = g_build_filename (folder, "motions", NULL);
  g_autoptr (JsonArray) list = json_array_new ();

  if (!mage_folder_make (own, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (clips); i++)
    {
      JsonObject *motion = make_motion (folder, &clips[i], error);

      if (motion == NULL)
        return FALSE;
      json_array_add_object_element (list, motion);
    }
  return write_list (folder, "motions/motions.json", list, error);
}

/* --- for the model --------------------------------------------------------------------------------- */

static JsonObject *
make_prior_clip (const char *folder, const WorldStyle *style, guint i, GError **error)
{
  g_autofree char *file = g_strdup_printf ("clip_%02u.mp4", i);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *caption = NULL;
  g_autoptr (CliShot) shot = NULL;
  JsonObject *object;
  WorldScene scene;

  world_scene_draw (style, PRIOR_SEED + i, FALSE, &scene);
  caption = world_scene_dup_caption (&scene);
  shot = cli_shot_new (&scene, MODEL_FRAMES, MODEL_SIDE, MODEL_SIDE, PRIOR_RATE);
  if (!clip_write (shot->frames, path, &(ClipWrite) { 0 }, NULL, error))
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, "file", file);
  json_object_set_string_member (object, "caption", caption);
  return object;
}

/** cli_world_make_prior: FOLDER/prior with captioned clips for L_reg. */
gboolean
cli_world_make_prior (const char *folder, GError **error)
{
  g_autofree char *own = g_build_filename (folder, "prior", NULL);
  g_autoptr (JsonArray) list = json_array_new ();
  WorldStyle style;

  world_style_init (&style);
  style.empty_captions = 0;
  if (!mage_folder_make (own, error))
    return FALSE;
  for (guint i = 0; i < N_PRIOR; i++)
    {
      JsonObject *clip = make_prior_clip (own, &style, i, error);

      if (clip == NULL)
        return FALSE;
      json_array_add_object_element (list, clip);
    }
  return write_list (own, "captions.json", list, error);
}

/** cli_world_make_places: FOLDER/backgrounds with pictures of places where nobody is, for CutMix. */
gboolean
cli_world_make_places (const char *folder, GError **error)
{
  g_autofree char *own = g_build_filename (folder, "backgrounds", NULL);

  if (!mage_folder_make (own, error))
    return FALSE;
  for (guint i = 0; i < WORLD_N_BACKGROUNDS * N_PLACES; i++)
    {
      WorldScene scene = { .background = i / N_PLACES, .layout = i % N_PLACES };
      g_autofree char *file = g_strdup_printf ("%s_%u.png", world_background_words[scene.background], scene.layout);
      g_autofree char *path = g_build_filename (own, file, NULL);
      g_autoptr (CliShot) shot = cli_shot_new (&scene, 1, MODEL_SIDE, MODEL_SIDE, 0);

      if (!picture_save_png (shot->frames, 0, path, error))
        return FALSE;
    }
  return TRUE;
}
