/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-video-plan.h"

#include "jobs/mage-variant.h"

G_BEGIN_DECLS

gboolean mage_method_is_project (const MageVariant *variant, MageProject *project);
MageProject *mage_method_new_trial (const MageVariant *variant, MageProject *project, GError **error);
char *mage_method_dup_missing (MageProject *trial, const char *prompt, const char *motion);
MageVideoPlan *mage_method_plan (MageSession *session, MageProject *trial, const char *prompt, const char *motion,
                                 guint preview_every);

G_END_DECLS
