/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models.h"

G_BEGIN_DECLS

/** CheckFunc: compares everything in one file of the folder; @name is relative to the folder. */
typedef void (*CheckFunc) (Models *models, const char *name);

void check_manifest (Models *models, const char *name);
void check_tokenizer_tiny (Models *models, const char *name);
void check_clip_strings (Models *models, const char *name);
void check_tokens (Models *models, const char *name);
void check_text (Models *models, const char *name);
void check_vae (Models *models, const char *name);
void check_unet (Models *models, const char *name);
void check_unet_attn (Models *models, const char *name);
void check_unet_extra (Models *models, const char *name);
void check_unet_grad (Models *models, const char *name);
void check_scheduler (Models *models, const char *name);
void check_pipeline (Models *models, const char *name);
void check_lora_folder (Models *models, const char *name);
void check_lora_targets (Models *models, const char *name);
void check_unet_keys (Models *models, const char *name);
void check_vae_keys (Models *models, const char *name);
void check_text_keys (Models *models, const char *name);
void check_method_subject (Models *models, const char *name);
void check_method_textual_inversion (Models *models, const char *name);
void check_method_motion (Models *models, const char *name);
void check_adamw (Models *models, const char *name);
void check_method_train3 (Models *models, const char *name);
void check_method_attn (Models *models, const char *name);
void check_method_fusion (Models *models, const char *name);
void check_method_scs_step (Models *models, const char *name);
void check_method_scs_run (Models *models, const char *name);

/* What the checks of gradients share: a LoRA's gradients under PREFIXgrad.* of a file. */
gboolean check_lora_gradients (GoldenFile *file, Models *models, Lora *lora, const char *prefix);
double check_total_norm (Tensor *const *parameters, guint n);

G_END_DECLS
