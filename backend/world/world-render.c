/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-render.h"

#include "world/world-background.h"
#include "world/world-figure.h"
#include "world/world.h"

#include <math.h>
#include <string.h>

/*
 * A frame is painted twice where masks are wanted: once in colours, once with the first character all
 * red and the second all green on black, so that what hides what, and how much of a pixel's area, is
 * the same in both.
 */

struct _WorldRenderer
{
  WorldScene scene;
  guint width;
  guint height;
  cairo_surface_t *background;
  cairo_surface_t *frame;
};

static const double idents[WORLD_MAX_CHARACTERS][3] = { { 1, 0, 0 }, { 0, 1, 0 } };
static const double nobody[3] = { 0, 0, 0 };

#define LEASH_WIDTH 0.014

/* The square stands on the frame's bottom, in its middle. */
static cairo_t *
start (const WorldRenderer *self, cairo_surface_t *surface, WorldView *view)
{
  cairo_t *cr = cairo_create (surface);
  double side = MIN (self->width, self->height);
  double left = (self->width - side) / 2;
  double top = self->height - side;

  cairo_translate (cr, left, top);
  cairo_scale (cr, side, side);
  *view = (WorldView) { -left / side, 1 + left / side, -top / side };
  return cr;
}

/** world_renderer_new: copies the scene. Sides are 1…32767 pixels. */
WorldRenderer *
world_renderer_new (const WorldScene *scene, guint width, guint height)
{
  WorldRenderer *self;
  WorldView view;
  cairo_t *cr;

  g_return_val_if_fail (width > 0 && height > 0 && width <= 32767 && height <= 32767, NULL);

  self = g_new0 (WorldRenderer, 1);
  self->scene = *scene;
  self->width = width;
  self->height = height;
  self->background = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  self->frame = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  cr = start (self, self->background, &view);
  world_background_draw (scene->background, scene->layout, &view, cr);
  cairo_destroy (cr);
  cairo_surface_flush (self->background);
  return self;
}

void
world_renderer_free (WorldRenderer *self)
{
  cairo_surface_destroy (self->background);
  cairo_surface_destroy (self->frame);
  g_free (self);
}

static void
draw_shadow (cairo_t *cr, const WorldPose *pose, WorldKind kind)
{
  static const double widths[WORLD_N_KINDS] = { 0.24, 0.40, 0.36, 0.40, 0.26, 0.44 };
  cairo_pattern_t *soft;

  if (pose->shadow_size <= 0)
    return;
  soft = cairo_pattern_create_radial (0, 0, 0.55, 0, 0, 1);
  cairo_pattern_add_color_stop_rgba (soft, 0, 0.05, 0.04, 0.14, 0.34);
  cairo_pattern_add_color_stop_rgba (soft, 1, 0.05, 0.04, 0.14, 0);
  cairo_save (cr);
  cairo_translate (cr, pose->origin.x, pose->shadow + 0.012);
  cairo_scale (cr, widths[kind] * pose->unit * pose->shadow_size, 0.055 * pose->unit * pose->shadow_size);
  cairo_set_source (cr, soft);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_restore (cr);
  cairo_pattern_destroy (soft);
}

/* A slack line from the hand to the neck. */
static void
draw_leash (WorldBrush *brush, const WorldFigure *first, const WorldFigure *second)
{
  static const double leather[3] = { 0.50, 0.12, 0.14 };
  WorldPoint hand = world_pose_to_frame (first->pose, first->pose->arms[0].joints[2]);
  WorldPoint neck = world_pose_to_frame (second->pose, second->build->neck);
  WorldPoint curve[4] = { hand,
                          { hand.x + (neck.x - hand.x) * 0.35, MAX (hand.y, neck.y) + 0.04 },
                          { hand.x + (neck.x - hand.x) * 0.65, MAX (hand.y, neck.y) + 0.04 },
                          neck };

  world_brush_curve (brush, leather, curve, LEASH_WIDTH);
}

/* @identify: paint who is where instead of how it looks. */
static void
draw_figures (const WorldRenderer *self, cairo_t *cr, double tau, gboolean identify)
{
  const WorldScene *scene = &self->scene;
  WorldPose poses[WORLD_MAX_CHARACTERS];
  WorldFigure figures[WORLD_MAX_CHARACTERS];
  WorldBrush brush = { .cr = cr };
  guint n = scene->n_characters;

  world_pose_all (scene, tau, poses);
  for (guint i = 0; i < n; i++)
    {
      world_figure_init (&figures[i], &scene->characters[i], &poses[i]);
      if (!identify)
        draw_shadow (cr, &poses[i], scene->characters[i].kind);
    }
  /* The second goes ahead and is a rider's mount: it is painted first, but for the rider's far leg. */
  for (guint i = 0; i < 2 * n; i++)
    {
      static const guint rides[] = { 0, 1, 1, 0 };
      static const guint ridden[] = { WORLD_BEHIND, WORLD_BEHIND, WORLD_IN_FRONT, WORLD_IN_FRONT };
      guint who = n == 1 ? 0 : scene->action == WORLD_RIDE ? rides[i] : 1 - i / 2;
      WorldLayer layer = n == 2 && scene->action == WORLD_RIDE ? ridden[i] : i % 2;

      brush.ident = identify ? idents[who] : NULL;
      world_figure_draw (&figures[who], &brush, layer);
    }
  if (scene->action == WORLD_WALK)
    {
      brush.ident = identify ? nobody : NULL;
      draw_leash (&brush, &figures[0], &figures[1]);
    }
}

static void
read_rgb (const WorldRenderer *self, guint8 *rgb)
{
  const guint8 *data = cairo_image_surface_get_data (self->frame);
  gsize stride = (gsize) cairo_image_surface_get_stride (self->frame);

  for (guint y = 0; y < self->height; y++)
    {
      const guint32 *row = (const guint32 *) (gconstpointer) (data + y * stride);

      for (guint x = 0; x < self->width; x++)
        {
          *rgb++ = row[x] >> 16 & 255;
          *rgb++ = row[x] >> 8 & 255;
          *rgb++ = row[x] & 255;
        }
    }
}

static void
read_mask (const WorldRenderer *self, guint shift, guint8 *mask)
{
  const guint8 *data = cairo_image_surface_get_data (self->frame);
  gsize stride = (gsize) cairo_image_surface_get_stride (self->frame);

  for (guint y = 0; y < self->height; y++)
    {
      const guint32 *row = (const guint32 *) (gconstpointer) (data + y * stride);

      for (guint x = 0; x < self->width; x++)
        *mask++ = row[x] >> shift & 255;
    }
}

static void
copy_background (WorldRenderer *self)
{
  gsize size = (gsize) cairo_image_surface_get_stride (self->frame) * self->height;

  cairo_surface_flush (self->frame);
  memcpy (cairo_image_surface_get_data (self->frame), cairo_image_surface_get_data (self->background), size);
  cairo_surface_mark_dirty (self->frame);
}

static void
paint_masks (WorldRenderer *self, double tau, guint8 **masks)
{
  WorldView view;
  cairo_t *cr = start (self, self->frame, &view);

  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_paint (cr);
  draw_figures (self, cr, tau, TRUE);
  cairo_destroy (cr);
  cairo_surface_flush (self->frame);
  for (guint i = 0; i < self->scene.n_characters; i++)
    if (masks[i] != NULL)
      read_mask (self, i == 0 ? 16 : 8, masks[i]);
}

/**
 * world_renderer_paint:
 * @tau: the moment, 0…1
 * @rgb: (nullable): height · width · 3 bytes to fill
 * @masks: (nullable) (array): for each of the scene's characters height · width bytes to fill, or NULL:
 *   how much of the pixel it covers, 0…255, where nothing hides it
 *
 * The same moment always gives the same bytes, whatever was painted before.
 */
void
world_renderer_paint (WorldRenderer *self, double tau, guint8 *rgb, guint8 **masks)
{
  WorldView view;
  cairo_t *cr;

  if (rgb != NULL)
    {
      copy_background (self);
      cr = start (self, self->frame, &view);
      draw_figures (self, cr, tau, FALSE);
      cairo_destroy (cr);
      cairo_surface_flush (self->frame);
      read_rgb (self, rgb);
    }
  if (masks != NULL)
    paint_masks (self, tau, masks);
}

/** world_frame_tau: the moment of frame @i of @n_frames; of a single one the scene's own. */
double
world_frame_tau (const WorldScene *scene, guint i, guint n_frames)
{
  return n_frames == 1 ? scene->tau : (i + 0.5) / n_frames;
}

/** world_truth_measure: @mask is the character's own, as world_renderer_paint () gives it. */
void
world_truth_measure (const WorldScene *scene, guint character, double tau, const guint8 *mask, guint width,
                     guint height, WorldTruth *truth)
{
  WorldPose poses[WORLD_MAX_CHARACTERS];
  double sums[3] = { 0 };

  *truth = (WorldTruth) { .box = { width, height, 0, 0 } };
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        double share = mask[(gsize) y * width + x] / 255.;

        sums[0] += share;
        sums[1] += share * x;
        sums[2] += share * y;
        if (share < 0.5)
          continue;
        truth->visible = TRUE;
        truth->box[0] = MIN (truth->box[0], x);
        truth->box[1] = MIN (truth->box[1], y);
        truth->box[2] = MAX (truth->box[2], x);
        truth->box[3] = MAX (truth->box[3], y);
      }
  world_pose_all (scene, tau, poses);
  truth->pixels = sums[0];
  truth->centroid[0] = sums[0] > 0 ? sums[1] / sums[0] : 0;
  truth->centroid[1] = sums[0] > 0 ? sums[2] / sums[0] : 0;
  truth->leg_phase = fmod (poses[character].phase, 2 * G_PI);
}

/**
 * world_clip:
 * @n_frames: frames of the clip; 1 makes a picture of any moment, with a picture's caption
 * @rgb: (out): n_frames · height · width · 3 bytes to fill
 * @mask: (out) (nullable): n_frames · height · width bytes to fill: how much of the pixel characters cover
 * @caption: (out) (nullable) (transfer full): what the scene shows
 *
 * Draws a scene and renders it; from any thread.
 *
 * Returns: FALSE where the style allows no scene
 */
gboolean
world_clip (const WorldStyle *style, guint64 seed, guint n_frames, guint width, guint height, guint8 *rgb,
            guint8 *mask, char **caption)
{
  WorldScene scene;
  gsize size = (gsize) width * height;
  g_autoptr (WorldRenderer) renderer = NULL;
  g_autofree guint8 *second = NULL;

  if (!world_scene_draw (style, seed, n_frames == 1, &scene))
    return FALSE;
  renderer = world_renderer_new (&scene, width, height);
  if (mask != NULL && scene.n_characters > 1)
    second = g_malloc (size);
  for (guint i = 0; i < n_frames; i++)
    {
      guint8 *masks[WORLD_MAX_CHARACTERS] = { mask != NULL ? mask + i * size : NULL, second };

      world_renderer_paint (renderer, world_frame_tau (&scene, i, n_frames), rgb + i * size * 3,
                            mask != NULL ? masks : NULL);
      for (gsize j = 0; j < size && second != NULL; j++)
        masks[0][j] = MIN (masks[0][j] + second[j], 255);
    }
  if (caption != NULL)
    *caption = world_scene_dup_caption (&scene);
  return TRUE;
}
