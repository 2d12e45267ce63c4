/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void mage_choose_pictures (GtkWidget *parent, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GListModel *mage_choose_pictures_finish (GAsyncResult *result, GError **error);
void mage_choose_mask (GtkWidget *parent, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GFile *mage_choose_mask_finish (GAsyncResult *result, GError **error);
void mage_choose_export (GtkWidget *parent, const char *title, const char *name, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data);
GFile *mage_choose_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
