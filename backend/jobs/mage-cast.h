/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

typedef struct _MageCast MageCast;

MageCast *mage_cast_new (MageProject *project, const char *prompt, MageMotion *motion, MageParams *params, GError **error);
void mage_cast_free (MageCast *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageCast, mage_cast_free)

gboolean mage_cast_is_scs (MageCast *self);
char *mage_cast_hash (MageCast *self);
MageParams *mage_cast_get_params (MageCast *self);
const char *mage_cast_get_prompt (MageCast *self);
const char *mage_cast_get_model_dir (MageCast *self);

EngineClip *mage_cast_sample (MageCast *self, Engine *engine, const EngineTable *table, EngineSampleRequest *request,
                              const EngineListener *listener, GCancellable *cancellable, GError **error);
EngineMaps *mage_cast_read_maps (MageCast *self, Engine *engine, const EngineTable *table, EngineSampleRequest *request,
                                 EngineBranch branch, const char *const *layers, const EngineListener *listener, GError **error);
gboolean mage_cast_check (MageCast *self, MageResult *result, GCancellable *cancellable, GError **error);
gboolean mage_cast_describe (MageCast *self, MageResult *result, GCancellable *cancellable, GError **error);

G_END_DECLS
