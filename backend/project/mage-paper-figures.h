/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** MAGE_PAPER_VALUES: how many values the paper measured of each parameter. */
#define MAGE_PAPER_VALUES 3

/**
 * MagePaperFigures: what the paper measured of one parameter; all are better the larger they are, 0 was not measured.
 * @key: of the parameter
 * @chosen: which of the values is the paper's own
 */
typedef struct
{
  const char *key;
  guint chosen;
  struct
  {
    const char *value;
    double clip_t;
    double clip_i;
    double dino_i;
    double consistency;
  } rows[MAGE_PAPER_VALUES];
} MagePaperFigures;

const MagePaperFigures *mage_paper_figures_find (const char *key);

G_END_DECLS
