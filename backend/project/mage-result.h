/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-params.h"

G_BEGIN_DECLS

#define MAGE_TYPE_RESULT (mage_result_get_type ())
G_DECLARE_FINAL_TYPE (MageResult, mage_result, MAGE, RESULT, GObject)

MageResult *mage_result_create (const char *results_dir, const char *prompt, MageParams *params, GError **error);
MageResult *mage_result_load (const char *dir, GError **error);
MageResult *mage_result_parse (const char *dir, JsonObject *object, GError **error);
JsonObject *mage_result_to_json (MageResult *self);
void mage_result_add_part (MageResult *self, JsonObject *part);
void mage_result_set_sampling (MageResult *self, const char *way, guint n_guided);
void mage_result_set_model (MageResult *self, const char *model_dir, const char *digest);
void mage_result_set_parent (MageResult *self, const char *id, guint step);
const char *mage_result_get_parent (MageResult *self, guint *step);
gboolean mage_result_set_name (MageResult *self, const char *name, GError **error);
const char *mage_result_get_name (MageResult *self);
gboolean mage_result_set_starred (MageResult *self, gboolean starred, GError **error);
gboolean mage_result_get_starred (MageResult *self);
gboolean mage_result_save (MageResult *self, GError **error);
gboolean mage_result_set_deleted (MageResult *self, gboolean deleted, GError **error);
gboolean mage_result_get_deleted (MageResult *self);
void mage_result_discard (MageResult *self);

const char *mage_result_get_id (MageResult *self);
const char *mage_result_get_prompt (MageResult *self);
const char *mage_result_get_created (MageResult *self);
MageParams *mage_result_get_params (MageResult *self);
void mage_result_set_request (MageResult *self, const char *hash);
const char *mage_result_get_request (MageResult *self);
const char *mage_result_get_sampling (MageResult *self, guint *n_guided);
JsonArray *mage_result_get_ingredients (MageResult *self);
const char *mage_result_get_model (MageResult *self);
const char *mage_result_get_model_digest (MageResult *self);
char *mage_result_dup_path (MageResult *self, const char *name);

/** The file of a result that people watch, and the folder of its frames without loss (PNG), for export. */
#define MAGE_RESULT_VIDEO "video.mp4"
#define MAGE_RESULT_FRAMES "frames"

/** The numbers of every sampling step, one JSON object a line; a MageSeries. */
#define MAGE_RESULT_STEPS "steps.jsonl"

/** The folder of what every sampling step left, for seeing it again and going on from it; see mage-kept-steps.h. */
#define MAGE_RESULT_LATENTS "steps"
#define MAGE_RESULT_ATTENTION "attention"

G_END_DECLS
