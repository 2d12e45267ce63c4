/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-result-choice.h"

G_BEGIN_DECLS

/**
 * MageDifference: one thing that made videos.
 * @label: in words
 * @symbol: (nullable): the paper's, Pango markup
 * @values: as many as there are videos
 * @differs: whether they are not all the same
 */
typedef struct
{
  char *label;
  const char *symbol;
  GStrv values;
  gboolean differs;
} MageDifference;

GPtrArray *mage_result_differences_list (MageResultChoice *choice);
char *mage_result_differences_dup_words (GPtrArray *differences);

G_END_DECLS
