/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/lora.h"

G_BEGIN_DECLS

/*
 * LoRAs and learned words as files that diffusers and peft read: keys `<layer>.lora_A.weight` and
 * `<layer>.lora_B.weight` (with or without `unet.`), the configuration as JSON under the metadata
 * key `lora_adapter_metadata`; and `{ "<token>": [width] }` for load_textual_inversion.
 */

Lora *lora_load (const char *path, TDevice device, GError **error);
gboolean lora_save (Lora *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

Tensor *learned_embedding_load (const char *path, const char *token, gint64 width, GError **error);
gboolean learned_embedding_save (const char *path, const char *token, Tensor *row,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
