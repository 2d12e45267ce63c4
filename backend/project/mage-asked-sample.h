/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-run.h"

G_BEGIN_DECLS

/**
 * MageAskedSample: a small video that somebody asked a training for.
 * @step: after which it was made
 * @folder: of its frames
 * @prompt: what it shows
 */
typedef struct
{
  guint step;
  guint number;   /* of those after one step, from 1 */
  char *folder;
  char *prompt;
} MageAskedSample;

void mage_asked_sample_free (MageAskedSample *self);
GPtrArray *mage_asked_sample_list (MageRun *run);

char *mage_asked_sample_begin (MageRun *run, GError **error);
gboolean mage_asked_sample_end (MageRun *run, const char *folder, guint step, const char *prompt, GError **error);

G_END_DECLS
