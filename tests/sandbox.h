/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A folder of a test's own, with material that is made when it is asked for. */
char *sandbox_new (void);
void sandbox_remove (char *folder);
void sandbox_write (const char *folder, const char *name, const char *text);
char *sandbox_read (const char *folder, const char *name);
char *sandbox_make_model (const char *folder, const char *videomage_json);

typedef char Sandbox;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sandbox, sandbox_remove)

G_END_DECLS
