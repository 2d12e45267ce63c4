/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-page.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SUBJECT_PAGE (mage_subject_page_get_type ())
G_DECLARE_FINAL_TYPE (MageSubjectPage, mage_subject_page, MAGE, SUBJECT_PAGE, MagePage)

GtkWidget *mage_subject_page_new (MageSession *session, MageSubject *subject);

G_END_DECLS
