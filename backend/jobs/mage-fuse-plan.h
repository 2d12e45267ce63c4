/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "jobs/mage-material.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

/**
 * MageFuseSubject: a subject as it was when its fusion began.
 * @hash: of the run that made its LoRA and word
 * @clips: (element-type EngineClip): x_n, once they are made
 */
typedef struct
{
  char *name;
  char *token;
  char *superclass;
  char *prompt;
  char *lora;
  char *embedding;
  char *hash;
  GPtrArray *clips;
} MageFuseSubject;

/**
 * MageFusePlan: all that a fusion needs, copied from the project.
 * @cache_dir: where clips are kept by what made them
 * @backgrounds_dir: (nullable): pictures and clips of places; NULL: they are sampled
 * @params: frozen
 */
typedef struct
{
  GPtrArray *subjects;
  MageParams *params;
  MageShape shape;
  char *cache_dir;
  char *backgrounds_dir;
  char *model_dir;
  char *model_digest;
} MageFusePlan;

MageFusePlan *mage_fuse_plan_new (MageProject *project, MageParams *params, GError **error);
void mage_fuse_plan_free (MageFusePlan *self);
char *mage_fuse_plan_dup_tokens (const MageFusePlan *self);
EngineFuseSubject *mage_fuse_plan_dup_subjects (const MageFusePlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageFusePlan, mage_fuse_plan_free)

G_END_DECLS
