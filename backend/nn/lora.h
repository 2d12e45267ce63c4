/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/unet.h"

G_BEGIN_DECLS

/**
 * Lora: low-rank changes of linear layers, W' = W + s·(α/r)·B·A (METHOD §1).
 */
typedef struct _Lora Lora;

/** LoraFactor: the change of one layer; owned by its #Lora. */
typedef struct
{
  char *path;
  Tensor *down; /* A [r, in], float32 */
  Tensor *up;   /* B [out, r], float32 */
  double scale; /* α / r of this layer */
} LoraFactor;

/**
 * LoraUse: a LoRA and the strength s that it works with.
 * @part, @n_parts: the share of the batch that it works on: sample part·B/n_parts and so on; n_parts 0
 *   or 1: all of it. Of several uses at once all have one n_parts
 */
typedef struct
{
  Lora *lora;
  double strength;
  guint part;
  guint n_parts;
} LoraUse;

Lora *lora_new (UNet *unet, LinearKind kind, guint rank, TGenerator *generator, GError **error);
Lora *lora_new_empty (void);
void lora_free (Lora *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lora, lora_free)

void lora_add (Lora *self, const char *path, Tensor *down, Tensor *up, double scale);
guint lora_n_factors (Lora *self);
LoraFactor *lora_factor (Lora *self, guint i);
LoraFactor *lora_find (Lora *self, const char *path);
Lora *lora_stack_mean (Lora *const *loras, guint n, GError **error);
GPtrArray *lora_parameters (Lora *self);
void lora_freeze (Lora *self);

gboolean unet_set_loras (UNet *unet, const LoraUse *uses, guint n, GError **error);

G_END_DECLS
