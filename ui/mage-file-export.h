/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

/** MageWriteFileFunc: writes a file; called in a thread, so it touches no widget. */
typedef gboolean (*MageWriteFileFunc) (gpointer data, const char *path, GCancellable *cancellable, GError **error);

/**
 * MageBeginExportFunc: begins to write to @path, and has @callback called with @user_data by mage_file_export_async().
 *
 * Returns: FALSE where there is nothing to write any more
 */
typedef gboolean (*MageBeginExportFunc) (gpointer data, const char *path, GAsyncReadyCallback callback, gpointer user_data);

void mage_file_export_async (MageWriteFileFunc write, gpointer data, GDestroyNotify destroy, const char *path,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean mage_file_export_finish (GAsyncResult *result, GError **error);

/**
 * MageExportWish: what is asked for, and told.
 * @title: of the question; @name: that is proposed, its ending says as what; @done: is told at the end
 */
typedef struct
{
  const char *title;
  const char *name;
  const char *done;
} MageExportWish;

void mage_file_export_ask (GtkWidget *parent, MageSession *session, const MageExportWish *wish, MageBeginExportFunc begin,
                           gpointer data, GDestroyNotify destroy);

G_END_DECLS
