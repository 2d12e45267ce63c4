/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/pipeline.h"
#include "golden.h"
#include "nn/lora.h"

G_BEGIN_DECLS

/**
 * Models: what several checks use, opened when first asked for: the pipeline of a model folder with
 * the learned words in it, and the LoRAs of lora/ by their names.
 */
typedef struct
{
  Golden *golden;
  GHashTable *pipelines; /* model folder → Pipeline */
  GHashTable *loras;     /* name → Lora */
  GHashTable *rows;      /* token → its row, on the device */
  GStrv order;           /* learned tokens in the order of their ids */
  Tensor *init_rows;     /* rows_init_mean, for the start of trainings; NULL without */
} Models;

void models_init (Models *self, Golden *golden);
void models_clear (Models *self);

Pipeline *models_pipeline (Models *self, const char *folder, const char *file);
Lora *models_lora (Models *self, const char *name, GError **error);
GStrv models_lora_names (Models *self);
Lora *models_stacked (Models *self, GStrv names, GError **error);
GStrv models_loras_in_text (const char *text);
Tensor *models_row (Models *self, const char *token);

Tensor *models_forward (Models *self, UNet *unet, const LoraUse *uses, guint n_uses, Tensor *x, Tensor *t,
                        Tensor *text);

G_END_DECLS
