/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-media.h"

#include "app/cli-sheet.h"
#include "app/cli-shot.h"
#include "app/cli-world-sample.h"
#include "jobs/mage-clip-folder.h"
#include "media/picture.h"
#include "project/mage-json.h"
#include "world/world-words.h"

/* world: renders scenes of the mini world, which the built-in model learned from. */

/* More would not fit a sheet that anybody looks at. */
#define SHEET_MAX 64

/* A scene is held in memory as a whole, with its masks: five bytes a pixel. */
#define SCENE_MAX_PIXELS (400. * 1000 * 1000)

static const CliOption options[] = {
  { "count", CLI_OPTION_VALUE, "N", "how many scenes (8)" },
  { "seed", CLI_OPTION_VALUE, "N", "the first scene's seed; the next ones' follow (0)" },
  { "frames", CLI_OPTION_VALUE, "N", "frames of a clip (8); 1 makes pictures" },
  { "width", CLI_OPTION_VALUE, "N", "pixels a row (64)" },
  { "height", CLI_OPTION_VALUE, "N", "rows (64)" },
  { "rate", CLI_OPTION_VALUE, "N", "frames a second (8)" },
  { "action", CLI_OPTION_VALUE, "WORD", "only standing, walking, running, jumping, walk, ride or chase" },
  { "kind", CLI_OPTION_VALUE, "WORD", "only with a person, dog, cat, horse, robot or bear" },
  { "background", CLI_OPTION_VALUE, "WORD", "only grass, snow, desert, beach, city or forest" },
  { "colour", CLI_OPTION_VALUE, "WORD", "only this colour for the first character" },
  { "held-out", CLI_OPTION_VALUE, "never|also|only", "combinations that no training sees (never)" },
  { "png", CLI_OPTION_FLAG, NULL, "frames as pictures instead of MP4" },
  { "sheet", CLI_OPTION_VALUE, "FILE.png", "also write a contact sheet" },
  { "subjects", CLI_OPTION_FLAG, NULL, "make the sample project's subjects instead" },
  { "motions", CLI_OPTION_FLAG, NULL, "make the sample project's motions instead" },
  { "prior", CLI_OPTION_FLAG, NULL, "make the captioned clips that come with the model instead" },
  { "places", CLI_OPTION_FLAG, NULL, "make its places without characters instead" },
  { NULL }
};

/** Plan: what is rendered. */
typedef struct
{
  WorldStyle style;
  guint64 seed;
  guint count;
  guint n_frames;
  guint width;
  guint height;
  double rate;
  gboolean png;
} Plan;

static gboolean
read_whole (Cli *cli, const char *name, double minimum, double maximum, double fallback, double *number,
            GError **error)
{
  *number = fallback;
  return cli_args_get_whole (cli->args, name, minimum, maximum, number, error);
}

/* A word of the world as its number. */
static gboolean
read_word (Cli *cli, const char *name, const char *const *words, guint n_words, int *value, GError **error)
{
  const char *word = cli_args_get (cli->args, name);

  if (word == NULL)
    return TRUE;
  *value = words != NULL ? world_word_find (words, n_words, word) : world_action_find (word);
  if (*value < 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "the world has no %s “%s”", name, word);
  return *value >= 0;
}

static gboolean
read_style (Cli *cli, WorldStyle *style, GError **error)
{
  static const char *const held_out[] = { "never", "also", "only" };
  int held = WORLD_HELD_OUT_NEVER;

  world_style_init (style);
  if (!read_word (cli, "action", NULL, 0, &style->action, error)
      || !read_word (cli, "kind", world_kind_words, WORLD_N_KINDS, &style->kind, error)
      || !read_word (cli, "background", world_background_words, WORLD_N_BACKGROUNDS, &style->background, error)
      || !read_word (cli, "colour", world_colour_words, WORLD_N_COLOURS, &style->colour, error)
      || !read_word (cli, "held-out", held_out, G_N_ELEMENTS (held_out), &held, error))
    return FALSE;
  style->held_out = held;
  if (world_style_is_possible (style))
    return TRUE;
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                       "there is no such scene: these words do not go together, or only with --held-out also");
  return FALSE;
}

static gboolean
read_plan (Cli *cli, Plan *plan, GError **error)
{
  double count, seed, n_frames, width, height;

  plan->rate = 8;
  if (!read_whole (cli, "count", 1, 1e6, 8, &count, error) || !read_whole (cli, "seed", 0, 1e15, 0, &seed, error)
      || !read_whole (cli, "frames", 1, 10000, 8, &n_frames, error)
      || !read_whole (cli, "width", 16, 8192, 64, &width, error)
      || !read_whole (cli, "height", 16, 8192, 64, &height, error)
      || !cli_args_get_number (cli->args, "rate", 1, 1000, &plan->rate, error) || !read_style (cli, &plan->style, error))
    return FALSE;
  plan->count = (guint) count;
  plan->seed = (guint64) seed;
  plan->n_frames = (guint) n_frames;
  plan->width = (guint) width;
  plan->height = (guint) height;
  plan->png = cli_args_get (cli->args, "png") != NULL;
  if (n_frames * width * height > SCENE_MAX_PIXELS)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                   "%u frames of %u × %u pixels are too much for one scene: take fewer frames, or smaller ones",
                   plan->n_frames, plan->width, plan->height);
      return FALSE;
    }
  if (!plan->png && n_frames > 1 && (plan->width % 2 || plan->height % 2))
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "a video's sides must be even: change them, or take --png");
      return FALSE;
    }
  return TRUE;
}

/* scene_007/mask_dog_3.png: of the dog in frame 3; of two dogs there is none. */
static gboolean
save_masks (const CliShot *shot, const char *folder, GError **error)
{
  for (guint i = 0; i < shot->scene.n_characters; i++)
    for (guint frame = 0; frame < shot->frames->n_frames; frame++)
      {
        g_autofree char *name = g_strdup_printf ("mask_%s_%u.png", world_kind_words[shot->scene.characters[i].kind], frame);
        g_autofree char *path = g_build_filename (folder, name, NULL);

        if (!cli_shot_save_mask (shot, i, frame, path, error))
          return FALSE;
      }
  return TRUE;
}

static gboolean
save_frames (const CliShot *shot, const char *folder, GError **error)
{
  for (guint frame = 0; frame < shot->frames->n_frames; frame++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", frame);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!picture_save_png (shot->frames, frame, path, error))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full): the scene's entry in captions.json */
static JsonObject *
save_shot (const CliShot *shot, const char *folder, guint number, gboolean png, GError **error)
{
  g_autofree char *name = g_strdup_printf ("scene_%03u", number);
  g_autofree char *own = g_build_filename (folder, name, NULL);
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;

  if (!mage_folder_make (own, error) || !save_masks (shot, own, error))
    return NULL;
  if (png || shot->frames->n_frames == 1)
    {
      file = g_strconcat (name, "/0.png", NULL);
      return save_frames (shot, own, error) ? cli_shot_to_json (shot, file) : NULL;
    }
  file = g_strconcat (name, ".mp4", NULL);
  path = g_build_filename (folder, file, NULL);
  return clip_write (shot->frames, path, &(ClipWrite) { 0 }, NULL, error) ? cli_shot_to_json (shot, file) : NULL;
}

static gboolean
render (Cli *cli, const Plan *plan, const char *folder, JsonArray *list, CliSheet *sheet, GError **error)
{
  for (guint i = 0; i < plan->count; i++)
    {
      WorldScene scene;
      g_autofree char *caption = NULL;
      g_autoptr (CliShot) shot = NULL;
      JsonObject *entry;

      world_scene_draw (&plan->style, plan->seed + i, plan->n_frames == 1, &scene);
      caption = world_scene_dup_caption (&scene);
      shot = cli_shot_new (&scene, plan->n_frames, plan->width, plan->height, plan->rate);
      entry = save_shot (shot, folder, i, plan->png, error);
      if (entry == NULL)
        return FALSE;
      json_object_set_int_member (entry, "seed", (gint64) (plan->seed + i));
      json_array_add_object_element (list, entry);
      if (i < SHEET_MAX)
        cli_sheet_add (sheet, caption, "", shot->frames);
    }
  return TRUE;
}

static gboolean
make_scenes (Cli *cli, const char *folder, GError **error)
{
  const char *sheet_path = cli_args_get (cli->args, "sheet");
  g_autofree char *path = g_build_filename (folder, "captions.json", NULL);
  g_autoptr (CliSheet) sheet = cli_sheet_new ("The mini world");
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonArray) list = json_array_new ();
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), list);
  Plan plan = { 0 };

  if (!read_plan (cli, &plan, error) || !mage_folder_make (folder, error)
      || !render (cli, &plan, folder, list, sheet, error) || !mage_json_write (path, node, error)
      || (sheet_path != NULL && !cli_sheet_save (sheet, sheet_path, error)))
    return FALSE;
  json_object_set_string_member (object, "event", "rendered");
  json_object_set_string_member (object, "captions", path);
  json_object_set_int_member (object, "scenes", plan.count);
  cli_say (cli, object, "Rendered %u scenes: %s", plan.count, path);
  return TRUE;
}

static gboolean
run (Cli *cli, GError **error)
{
  static const struct
  {
    const char *option;
    gboolean (*make) (const char *folder, GError **error);
  } kinds[] = {
    { "subjects", cli_world_make_subjects },
    { "motions", cli_world_make_motions },
    { "prior", cli_world_make_prior },
    { "places", cli_world_make_places },
  };
  const char *folder = cli_args_get_place (cli->args, 0);
  g_autoptr (JsonObject) object = json_object_new ();
  guint n_made = 0;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (cli_args_get (cli->args, kinds[i].option) == NULL)
        continue;
      if (!kinds[i].make (folder, error))
        return FALSE;
      n_made++;
    }
  if (n_made == 0)
    return make_scenes (cli, folder, error);
  json_object_set_string_member (object, "event", "rendered");
  json_object_set_string_member (object, "folder", folder);
  cli_say (cli, object, "Rendered what comes with the program: %s", folder);
  return TRUE;
}

const CliCommand cli_world_command = {
  "world", "OUT [--count N] [--seed S] [--frames F] [--subjects] [--motions] [--prior] [--places]",
  "Renders scenes of the small cartoon world that the built-in model learned, with masks and all that is true of them.",
  { 1, 1 }, options, 0, run
};
