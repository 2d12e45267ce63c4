/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-params.h"

G_BEGIN_DECLS

/**
 * MageVariant: a way of making a video that is compared with others (METHOD §6).
 * @name: in folders and on the command line, "without-scs"
 * @label: for people
 * @help: one sentence on what it leaves out
 * @params: what it fixes; everything else is the project's; ends with a key of NULL
 */
typedef struct
{
  const char *name;
  const char *label;
  const char *help;
  struct
  {
    const char *key;
    const char *value;
  } params[5];
} MageVariant;

const MageVariant *mage_variant_table (guint *n);
const MageVariant *mage_variant_find (const char *name);
gboolean mage_variant_apply (const MageVariant *self, MageParams *params, GError **error);
gboolean mage_variant_fits (const MageVariant *self, MageParams *params);
const MageVariant *mage_variant_find_fitting (MageParams *params);

G_END_DECLS
