/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

G_BEGIN_DECLS

/* How many questions an exam has. */
#define WORLD_EXAM_LENGTH 108

void world_exam_scene (guint i, gboolean held_out, WorldScene *scene);
guint64 world_exam_seed (guint i);

G_END_DECLS
