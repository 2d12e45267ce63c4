/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A window under test: started with fixed looks, waited for, resized and saved as a picture. */
AdwApplication *ui_start (void);
void ui_set_dark (gboolean dark);
void ui_wait_until (gboolean (*reached) (gpointer data), gpointer data);
void ui_settle (void);
void ui_resize (GtkWindow *window, int width, int height);
void ui_save (GtkWidget *widget, const char *path);
gpointer ui_find_widget (GtkWidget *widget, GType type);
void ui_remove_folder (const char *folder);

G_END_DECLS
