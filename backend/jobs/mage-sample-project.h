/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

/** What the sample project's subjects do together. */
#define MAGE_SAMPLE_PROMPT "a <robot1> is walking a <bear1> in the city"
#define MAGE_SAMPLE_MOTION "person_walking_dog"

char *mage_sample_project_dup_folder (void);
gboolean mage_sample_project_add (MageProject *project, const char *data_dir, const char *const *subjects,
                                  const char *const *motions, GError **error);
gboolean mage_sample_project_fill (MageProject *project, const char *data_dir, GError **error);

G_END_DECLS
