/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

gboolean mage_import_picture (MageProject *project, MageSubject *subject, const char *path,
                              const char *mask, GError **error);
MageMotion *mage_import_motion (MageProject *project, const char *path, const char *name, const char *caption,
                                double start, double length, GError **error);
gboolean mage_import_check_picture (const char *path, const char *mask, GError **error);
MageThing *mage_import_thing (MageProject *project, MageMotion *motion, const char *name, const char *mask,
                              double time, GError **error);

G_END_DECLS
