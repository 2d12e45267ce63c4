/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

/** What the sample project's subjects do together. */
#define MAGE_SAMPLE_PROMPT "a <bear1> is riding a <robot1> on the beach"
#define MAGE_SAMPLE_MOTION "person_riding_horse"

char *mage_sample_project_dup_folder (void);
gboolean mage_sample_project_add (MageProject *project, const char *data_dir, const char *const *subjects,
                                  const char *const *motions, GError **error);
gboolean mage_sample_project_fill (MageProject *project, const char *data_dir, GError **error);

G_END_DECLS
