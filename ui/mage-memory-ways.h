/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-memory-job.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** MageMemoryWay: those first that change little or nothing about what is learned. */
typedef enum
{
  MAGE_MEMORY_WAY_CHECKPOINTING,
  MAGE_MEMORY_WAY_OFFLOAD,
  MAGE_MEMORY_WAY_HALF,
  MAGE_MEMORY_WAY_FRAMES,
  MAGE_MEMORY_WAY_SIZE
} MageMemoryWay;

#define MAGE_N_MEMORY_WAYS (MAGE_MEMORY_WAY_SIZE + 1)

gboolean mage_memory_way_is_open (MageMemoryWay way, MageParams *params);
gboolean mage_memory_way_take (MageMemoryWay way, MageParams *params);
GtkWidget *mage_memory_way_button_new (MageMemoryWay way);
void mage_memory_way_button_show (GtkWidget *button, const MageMemoryUse *use, const MageMemoryUse *now);
const char *mage_memory_way_button_get_cost (GtkWidget *button);

G_END_DECLS
