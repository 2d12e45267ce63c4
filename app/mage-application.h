/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_APPLICATION (mage_application_get_type ())
G_DECLARE_FINAL_TYPE (MageApplication, mage_application, MAGE, APPLICATION, AdwApplication)

MageApplication *mage_application_new (void);

G_END_DECLS
