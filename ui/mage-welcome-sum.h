/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_WELCOME_SUM (mage_welcome_sum_get_type ())
G_DECLARE_FINAL_TYPE (MageWelcomeSum, mage_welcome_sum, MAGE, WELCOME_SUM, GtkWidget)

void mage_welcome_sum_load (MageWelcomeSum *self, const char *data_dir);

G_END_DECLS
