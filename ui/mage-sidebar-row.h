/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

/**
 * MageSidebarEntry: a line of the sidebar that is no subject or motion: a place, or the hint of an
 * empty section.
 */
#define MAGE_TYPE_SIDEBAR_ENTRY (mage_sidebar_entry_get_type ())
G_DECLARE_FINAL_TYPE (MageSidebarEntry, mage_sidebar_entry, MAGE, SIDEBAR_ENTRY, GObject)

MageSidebarEntry *mage_sidebar_entry_new (MagePlace place, const char *title, const char *icon);
MagePlace mage_sidebar_entry_get_place (MageSidebarEntry *self);
const char *mage_sidebar_entry_get_title (MageSidebarEntry *self);

#define MAGE_TYPE_SIDEBAR_ROW (mage_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (MageSidebarRow, mage_sidebar_row, MAGE, SIDEBAR_ROW, GtkListBoxRow)

GtkWidget *mage_sidebar_row_new (MageSession *session, GObject *object);
GObject *mage_sidebar_row_get_object (MageSidebarRow *self);
void mage_sidebar_row_update (MageSidebarRow *self);

G_END_DECLS
