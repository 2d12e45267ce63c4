/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

/**
 * MageTrainStage: one run of a training, frozen: a subject, the word of a thing, or a motion.
 * @item: whose run it is; main thread only
 * @run: the worker's own object of the run
 * @skip: the run is complete already
 * @label: the phase in words
 * @word: (nullable): of a subject whose word was learned before: the file of its row, which stays
 * @pictures: (nullable): paths; with @masks beside them, "" where there is none
 * @clip: (nullable): path
 * @mask: (nullable): of the thing in the clip's frame at @time
 * @known: (element-type EngineToken): the words that the prompts hold
 * @length: of the span, in seconds; 0 for the usual one
 * @crop: of the span's frames
 */
typedef struct
{
  EngineTraining kind;
  MageTrainable *item;
  MageRun *run;
  gboolean skip;
  char *label;
  char *token;
  char *superclass;
  char *word;
  char *prompt;
  char *static_prompt;
  GStrv pictures;
  GStrv masks;
  char *clip;
  char *mask;
  double time;
  double start;
  double length;
  MageCrop crop;
  GArray *known;
  GVariant *params;
  guint64 seed;
} MageTrainStage;

MageTrainStage *mage_train_stage_new_subject (MageProject *project, MageSubject *subject, MageParams *params, GError **error);
MageTrainStage *mage_train_stage_new_word (MageSubject *subject, MageParams *params, MageTrainStage *after, GError **error);
MageTrainStage *mage_train_stage_new_thing (MageProject *project, MageMotion *motion, MageThing *thing, MageParams *params, GError **error);
MageTrainStage *mage_train_stage_new_motion (MageProject *project, MageMotion *motion, MageParams *params, GError **error);
MageTrainStage *mage_train_stage_new_trial (MageProject *project, MageTrainable *item, GError **error);
void mage_train_stage_know (MageTrainStage *self, MageTrainStage *word);
void mage_train_stage_free (MageTrainStage *self);

G_END_DECLS
