/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/latents.h"
#include "world/world-judge.h"
#include "world/world.h"

#include <stdlib.h>

/*
 * judge-through-vae MODEL JUDGE [SCENES]: how much of scenes whose truth is known the judge still sees after the model's VAE
 * has encoded and decoded them: what a perfect UNet could reach. Not a test.
 */

#define SIDE WORLD_JUDGE_SIDE
#define CLIP_BYTES (WORLD_JUDGE_FRAMES * SIDE * SIDE * 3)
/* The same unseen scenes that the judge is checked with when it is made. */
#define FIRST_SEED G_GUINT64_CONSTANT (900000000)

typedef struct
{
  guint kind;
  guint cast;
  guint colour;
  guint background;
  guint action;
  double colour_steady;
} Shares;

static Vae *
open_vae (const char *model, GError **error)
{
  g_autofree char *dir = g_build_filename (model, "vae", NULL);
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  g_autoptr (Weights) weights = weights_open (dir, T_CPU, T_F32, error);

  return weights != NULL ? vae_new (config, weights, error) : NULL;
}

static WorldJudge *
open_judge (const char *path, GError **error)
{
  WorldJudge *judge = world_judge_new ();
  g_autoptr (GBytes) bytes = NULL;
  char *data;
  gsize size;

  if (g_file_get_contents (path, &data, &size, error))
    {
      bytes = g_bytes_new_take (data, size);
      if (world_judge_load (judge, bytes))
        return judge;
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "“%s” is no judge", path);
    }
  world_judge_free (judge);
  return NULL;
}

static GBytes *
pass_through (Vae *vae, GBytes *rgb, GError **error)
{
  T_SCOPE ();

  return latents_to_rgb (vae, latents_from_rgb (vae, rgb, WORLD_JUDGE_FRAMES, SIDE, SIDE), error);
}

static void
count (WorldJudge *judge, const WorldScene *scene, GBytes *rgb, Shares *shares)
{
  WorldVerdict verdict;
  WorldScore score;

  world_judge_clip (judge, g_bytes_get_data (rgb, NULL), WORLD_JUDGE_FRAMES, &verdict);
  world_verdict_score (&verdict, scene, &score);
  shares->kind += score.kind;
  shares->cast += score.cast;
  shares->colour += score.colour;
  shares->background += score.background;
  shares->action += score.action;
  shares->colour_steady += verdict.colour_steady;
}

static void
print_shares (const char *name, const Shares *shares, guint n)
{
  g_print ("%-12s kind %.3f, all kinds %.3f, colour %.3f, background %.3f, action %.3f, steady colour %.3f\n", name,
           (double) shares->kind / n, (double) shares->cast / n, (double) shares->colour / n,
           (double) shares->background / n, (double) shares->action / n, shares->colour_steady / n);
}

static gboolean
measure (Vae *vae, WorldJudge *judge, guint n, GError **error)
{
  Shares before = { 0 }, after = { 0 };
  WorldStyle style;

  world_style_init (&style);
  style.held_out = WORLD_HELD_OUT_ALSO;
  for (guint64 seed = FIRST_SEED; seed < FIRST_SEED + n; seed++)
    {
      guint8 *pixels = g_malloc (CLIP_BYTES);
      g_autoptr (GBytes) rgb = g_bytes_new_take (pixels, CLIP_BYTES);
      g_autoptr (GBytes) decoded = NULL;
      WorldScene scene;

      world_scene_draw (&style, seed, FALSE, &scene);
      world_clip (&style, seed, WORLD_JUDGE_FRAMES, SIDE, SIDE, pixels, NULL, NULL);
      decoded = pass_through (vae, rgb, error);
      if (decoded == NULL)
        return FALSE;
      count (judge, &scene, rgb, &before);
      count (judge, &scene, decoded, &after);
    }
  print_shares ("rendered", &before, n);
  print_shares ("through VAE", &after, n);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Vae) vae = NULL;
  g_autoptr (WorldJudge) judge = NULL;
  int n = argc > 3 ? atoi (argv[3]) : 200;

  if (argc < 3 || n < 1)
    {
      g_printerr ("Usage: judge-through-vae MODEL JUDGE [SCENES]\n");
      return 2;
    }
  vae = open_vae (argv[1], &error);
  judge = vae != NULL ? open_judge (argv[2], &error) : NULL;
  if (judge == NULL || !measure (vae, judge, (guint) n, &error))
    {
      g_printerr ("judge-through-vae: %s\n", error->message);
      return 1;
    }
  return 0;
}
