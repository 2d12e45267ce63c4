/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/mask.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

MageMedia *mage_mask_file_save (MageProject *project, MageMedia *picture, const Mask *mask, MageMaskMade made,
                                double score, GError **error);
char *mage_mask_file_dup_cache_dir (void);

G_END_DECLS
