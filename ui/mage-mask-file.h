/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/mask.h"
#include "project/mage-project.h"
#include "ui/mage-mask-layer.h"

G_BEGIN_DECLS

MageMedia *mage_mask_file_save (MageProject *project, MageMedia *picture, const Mask *mask, MageMaskMade made,
                                double score, GError **error);
void mage_mask_file_load_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
MageMaskLayer *mage_mask_file_load_finish (GAsyncResult *result, double *coverage, GError **error);
char *mage_mask_file_dup_cache_dir (void);

G_END_DECLS
