/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

const char *mage_loss_term_get_label (const char *name);
const char *mage_loss_term_get_symbol (const char *name);
gboolean mage_loss_term_is_main (const char *name);
gboolean mage_loss_term_is_loss (const char *name);
gboolean mage_loss_term_is_sparse (const char *name);
gboolean mage_loss_term_is_number (const char *name);
void mage_loss_term_get_colour (const char *name, gboolean main, gboolean dark, GdkRGBA *colour);

G_END_DECLS
