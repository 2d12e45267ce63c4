/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-params.h"
#include "project/mage-run.h"

G_BEGIN_DECLS

/**
 * MageTrainState:
 * @MAGE_UNTRAINED: no run yet, or one that was stopped and does not fit any more
 * @MAGE_PARTIAL: a run was stopped and can be continued
 * @MAGE_TRAINED: a complete run fits what the project says now
 * @MAGE_STALE: what a complete run was made from has changed since
 */
typedef enum
{
  MAGE_UNTRAINED,
  MAGE_PARTIAL,
  MAGE_TRAINED,
  MAGE_STALE
} MageTrainState;

#define MAGE_TYPE_TRAIN_STATE (mage_train_state_get_type ())
GType mage_train_state_get_type (void);

#define MAGE_TYPE_TRAINABLE (mage_trainable_get_type ())
G_DECLARE_DERIVABLE_TYPE (MageTrainable, mage_trainable, MAGE, TRAINABLE, GObject)

/**
 * MageTrainableClass:
 * @kind: "subject", "token", "motion" or "fusion"
 * @stale: which parameters its training depends on
 * @steps_key: the parameter that says how many steps its training takes
 * @hash_inputs: adds what is trained from, beside name, word and parameters
 */
struct _MageTrainableClass
{
  GObjectClass parent_class;

  const char *kind;
  MageStale stale;
  const char *steps_key;
  void (*hash_inputs) (MageTrainable *self, MageParams *params, GChecksum *checksum);
};

const char *mage_trainable_get_kind (MageTrainable *self);
const char *mage_trainable_get_steps_key (MageTrainable *self);
const char *mage_trainable_get_name (MageTrainable *self);
void mage_trainable_set_name (MageTrainable *self, const char *name);
const char *mage_trainable_get_token (MageTrainable *self);
void mage_trainable_set_token (MageTrainable *self, const char *token);
const char *mage_trainable_get_superclass (MageTrainable *self);
void mage_trainable_set_superclass (MageTrainable *self, const char *superclass);

char *mage_trainable_dup_title (MageTrainable *self);

MageRun *mage_trainable_get_run (MageTrainable *self);
void mage_trainable_set_run (MageTrainable *self, MageRun *run);
MageTrainState mage_trainable_get_state (MageTrainable *self);
char *mage_trainable_dup_state_text (MageTrainable *self);
char *mage_trainable_dup_hash (MageTrainable *self, MageParams *params, const char *mark);
gboolean mage_trainable_is_same_but_for_steps (MageTrainable *self, MageRun *run, MageParams *params, const char *mark);
gboolean mage_trainable_has_longer (MageTrainable *self, MageParams *params, const char *mark);
void mage_trainable_refresh (MageTrainable *self, MageParams *params, const char *mark);

void mage_trainable_load_json (MageTrainable *self, JsonObject *object, const char *runs_dir);
JsonObject *mage_trainable_to_json (MageTrainable *self);

G_END_DECLS
