/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PAGE (mage_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (MagePage, mage_page, MAGE, PAGE, AdwBin)

/**
 * MagePageClass:
 * @import: (nullable): takes files that were dropped on the window or pasted while the page is shown;
 *   FALSE leaves them to the window
 */
struct _MagePageClass
{
  AdwBinClass parent_class;

  gboolean (*import) (MagePage *self, GListModel *files);
};

MageSession *mage_page_get_session (MagePage *self);
const char *mage_page_get_title (MagePage *self);
void mage_page_set_title (MagePage *self, const char *title);
const char *mage_page_get_subtitle (MagePage *self);
void mage_page_set_subtitle (MagePage *self, const char *subtitle);
GtkWidget *mage_page_get_header (MagePage *self);
void mage_page_set_header (MagePage *self, GtkWidget *widget);
GtkWidget *mage_page_get_settings (MagePage *self);
void mage_page_set_settings (MagePage *self, GtkWidget *widget);
MageStale mage_page_get_inspects (MagePage *self);
void mage_page_set_inspects (MagePage *self, MageStale inspects);
gboolean mage_page_import (MagePage *self, GListModel *files);

G_END_DECLS
