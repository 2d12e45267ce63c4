/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

/**
 * MageMapScene: something that a training looked at, where it was kept.
 * @run: in which it was kept
 * @scene: of the run
 * @own: the steps are those of the item's own run, and not of what was learned before it
 */
typedef struct
{
  char *title;
  MageRun *run;
  guint scene;
  gboolean own;
} MageMapScene;

GPtrArray *mage_map_scenes_of (MageProject *project, MageTrainable *item);
gboolean mage_map_scene_is_like (const MageMapScene *self, const MageMapScene *other);

G_END_DECLS
