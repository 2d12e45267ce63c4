/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-compare-view.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

void mage_compare_export_async (MageCompareView *view, const char *title, const char *path, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
void mage_compare_export (GtkWidget *parent, MageSession *session, MageCompareView *view, const char *title, const char *name);

G_END_DECLS
