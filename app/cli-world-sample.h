/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli.h"

G_BEGIN_DECLS

gboolean cli_world_make_subjects (const char *folder, GError **error);
gboolean cli_world_make_motions (const char *folder, GError **error);

G_END_DECLS
