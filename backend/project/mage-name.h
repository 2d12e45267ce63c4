/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MageNameTaken:
 *
 * Returns: whether somebody has @name already
 */
typedef gboolean (*MageNameTaken) (const char *name, gpointer data);

char *mage_name_from_path (const char *path);
char *mage_name_to_words (const char *name);
char *mage_name_to_title (const char *name);
char *mage_name_to_token (const char *name);
char *mage_name_to_file (const char *name);
char *mage_name_make_unique (const char *name, MageNameTaken taken, gpointer data);
char *mage_token_make_unique (const char *token, MageNameTaken taken, gpointer data);
char *mage_token_parse (const char *text, GError **error);
GStrv mage_token_find_all (const char *prompt);

G_END_DECLS
