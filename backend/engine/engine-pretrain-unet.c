/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-pretrain-private.h"
#include "train/pretrain-unet.h"

/* Pretraining of UNet and text encoder: its settings, its checks, its files. */

static const char *const keys[] = { "batch", "clip_batch", "clip_share", "pictures_first", "pool", "reuse",
                                    "dropout", "gamma", "subject_focus", NULL };

static Objective *
make (Pretraining *self, GError **error)
{
  const EnginePretrainRequest *request = self->request;
  GVariant *params = request->params;
  PretrainUnetSettings settings = {
    .pace = self->pace,
    .scenes = self->scenes,
    .frames = (guint) MAX (engine_param_int (params, "frames", 8), 1),
    .batch = (guint) engine_param_int (params, "batch", 32),
    .clip_batch = (guint) engine_param_int (params, "clip_batch", 4),
    .clip_share = engine_param_double (params, "clip_share", 0.75),
    .pictures_first = engine_param_double (params, "pictures_first", 0.1),
    .pool = (guint) engine_param_int (params, "pool", 1024),
    .reuse = MAX (engine_param_double (params, "reuse", 4), 1),
    .dropout = engine_param_double (params, "dropout", 0.1),
    .gamma = engine_param_double (params, "gamma", 5),
    .subject_focus = engine_param_double (params, "subject_focus", 1),
    .prompts = request->prompts,
    .n_prompts = request->n_prompts,
    .guidance = engine_param_double (params, "guidance", 3),
    .sample_steps = (guint) MAX (engine_param_int (params, "sample_steps", 25), 1),
    .n_threads = self->n_threads,
  };

  return pretrain_unet_new (request->config.model_dir, request->fresh, self->device, &settings, error);
}

static gboolean
check (Pretraining *self, guint step, EngineTerm *terms, guint *n_terms, GError **error)
{
  g_auto (UnetCheck) found = { 0 };
  gboolean watched = self->listener != NULL && self->listener->look != NULL;

  if (!pretrain_unet_check (self->objective, watched, &found, error))
    return FALSE;
  terms[0] = (EngineTerm){ "check_pictures", found.pictures };
  terms[1] = (EngineTerm){ "check_clips", found.clips };
  *n_terms = 2;
  pretrain_show (self, step, "sheet", found.sheet, found.sheet_width, found.sheet_height);
  return TRUE;
}

static gboolean
export (Pretraining *self, GError **error)
{
  TDtype dtype = engine_param_bool (self->request->params, "half", FALSE) ? T_F16 : T_F32;

  return pretrain_unet_export (self->objective, self->request->out_dir, dtype, error);
}

const PretrainStage pretrain_unet_stage = { make, check, export, keys };
