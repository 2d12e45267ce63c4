/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A model's folder in diffusers layout, as it is made by pretraining. */

gboolean model_folder_copy (const char *from, const char *to, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean model_folder_set_number (const char *path, const char *key, double value,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
