/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  MAGE_PARAM_INT,
  MAGE_PARAM_DOUBLE,
  MAGE_PARAM_BOOL,
  MAGE_PARAM_STRING,
  MAGE_PARAM_CHOICE
} MageParamType;

/** MageStale: what a change of a parameter makes stale. */
typedef enum
{
  MAGE_STALE_NOTHING = 0,
  MAGE_STALE_SUBJECT = 1 << 0,
  MAGE_STALE_TOKEN = 1 << 1,
  MAGE_STALE_MOTION = 1 << 2,
  MAGE_STALE_RESULT = 1 << 3,
  MAGE_STALE_FUSION = 1 << 4
} MageStale;

/** MageUse: who reads a parameter. */
typedef enum
{
  MAGE_USE_TRAIN = 1 << 0,
  MAGE_USE_SAMPLE = 1 << 1,
  MAGE_USE_FUSE = 1 << 2
} MageUse;

/**
 * MageParamInfo: one line of the table.
 * @key: the name in JSON files, in the engine's vardict and, with '-' for '_', of the flag
 * @symbol: (nullable): the paper's symbol, Pango markup
 * @label: the name in words
 * @help: one sentence
 * @minimum, @maximum, @step: numbers only
 * @number: the default of numbers and, as 0 or 1, of switches
 * @text: the default of texts and choices
 * @choices: (nullable): the words to choose from, divided by '|'
 * @source: whose default it is, "paper" or "VideoMage"
 * @unit: (nullable)
 * @group: the heading under which it is shown
 */
typedef struct
{
  const char *key;
  const char *symbol;
  const char *label;
  const char *help;
  MageParamType type;
  double minimum;
  double maximum;
  double step;
  double number;
  const char *text;
  const char *choices;
  const char *source;
  const char *unit;
  const char *group;
  MageStale stale;
  MageUse use;
} MageParamInfo;

const MageParamInfo *mage_param_table (guint *n);
const MageParamInfo *mage_param_table_find (const char *key);

G_END_DECLS
