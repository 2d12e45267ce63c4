/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

/**
 * MageComposeNeed: what stands between a prompt and its video.
 * @MAGE_COMPOSE_WORD: the prompt names a word that no subject has
 * @MAGE_COMPOSE_TRAIN: somebody has to be trained
 * @MAGE_COMPOSE_FUSE: the subjects have to learn to appear together
 */
typedef enum
{
  MAGE_COMPOSE_READY,
  MAGE_COMPOSE_WORD,
  MAGE_COMPOSE_TRAIN,
  MAGE_COMPOSE_FUSE
} MageComposeNeed;

MageComposeNeed mage_compose_check (MageProject *project, const char *prompt, MageMotion *motion,
                                    GPtrArray *untrained, char **words);
gboolean mage_compose_needs_fusion (MageProject *project, const char *prompt);
char *mage_compose_propose (MageProject *project, MageMotion *motion);

G_END_DECLS
