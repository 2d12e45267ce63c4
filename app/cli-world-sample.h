/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli.h"
#include "world/world-scene.h"

G_BEGIN_DECLS

gboolean cli_world_make_subjects (const char *folder, GError **error);
gboolean cli_world_make_motions (const char *folder, GError **error);
gboolean cli_world_make_prior (const char *folder, GError **error);
gboolean cli_world_make_places (const char *folder, GError **error);
gboolean cli_world_find_subject (const char *name, WorldCharacter *character);
gboolean cli_world_find_motion (const char *name, WorldScene *scene);

G_END_DECLS
