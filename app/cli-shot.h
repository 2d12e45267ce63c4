/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"
#include "world/world-render.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * CliShot: a rendered scene.
 * @frames: what is seen; of several frames a clip
 * @masks: for each of the scene's characters n_frames · height · width bytes, 255 inside
 */
typedef struct
{
  WorldScene scene;
  Frames *frames;
  guint8 *masks[WORLD_MAX_CHARACTERS];
} CliShot;

CliShot *cli_shot_new (const WorldScene *scene, guint n_frames, guint width, guint height, double rate);
void cli_shot_free (CliShot *self);
JsonObject *cli_shot_to_json (const CliShot *self, const char *file);
gboolean cli_shot_save_mask (const CliShot *self, guint character, guint frame, const char *path, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliShot, cli_shot_free)

G_END_DECLS
