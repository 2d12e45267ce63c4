/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/mage-paper-figures.h"

/* The paper's ablations of single values, as METHOD §7 has them. */

static const MagePaperFigures table[] = {
  { "lambda1", 1, { { "0.1", .658, .667, .398, .981 }, { "0.25", .662, .670, .407, .983 }, { "1.0", .660, .667, .401, .980 } } },
  { "lambda2", 1, { { "0.1", .641, .659, .362, .980 }, { "0.6", .662, .670, .407, .983 }, { "1.0", .656, .665, .402, .984 } } },
  { "omega", 1, { { "0.1", .646, .658, .372, .981 }, { "0.5", .662, .670, .407, .983 }, { "1.0", .657, .667, .403, .980 } } },
  { "alpha", 1, { { "10³", .657, .665, .401, .988 }, { "10⁴", .662, .670, .407, .983 }, { "10⁵", .634, .658, .379, .976 } } },
  { "tau", 1, { { "5", .658, .664, .401, .978 }, { "15", .662, .670, .407, .983 }, { "30", .657, .664, .399, .975 } } },
  { "static_template", 0, { { "A static video of <sub1> and <sub2>.", 0, .670, .407, 0 },
                            { "A video of <sub1> and <sub2> being still.", 0, .664, .405, 0 },
                            { "A video of <sub1> and <sub2>.", 0, .659, .395, 0 } } },
};

/** mage_paper_figures_find: Returns: (transfer none) (nullable): what the paper measured of the parameter @key */
const MagePaperFigures *
mage_paper_figures_find (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].key, key))
      return &table[i];
  return NULL;
}
