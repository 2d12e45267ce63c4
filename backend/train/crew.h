/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Crew: threads that work on shares of the same step. Networks as small as the mini model leave most of a thread
 * idle that helps within single operations; a thread with a copy of the network and a share of the batch does not.
 */
typedef struct _Crew Crew;

/** CrewFunc: does share @share, which runs with a tensor scope and interruption of its own; FALSE with an error. */
typedef gboolean (*CrewFunc) (gpointer data, guint share, GError **error);

Crew *crew_new (guint n);
void crew_free (Crew *self);
guint crew_n (Crew *self);
gboolean crew_run (Crew *self, CrewFunc func, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Crew, crew_free)

G_END_DECLS
