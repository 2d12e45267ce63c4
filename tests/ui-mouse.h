/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The mouse of the display, as a person moves it; places are in parts of the widget. */
void ui_mouse_move (GtkWidget *widget, double x, double y);
void ui_mouse_press (GtkWidget *widget, double x, double y);
void ui_mouse_drag (GtkWidget *widget, double x, double y);
void ui_mouse_release (void);
void ui_mouse_click_secondary (GtkWidget *widget, double x, double y);
void ui_mouse_click (GtkWidget *widget, double x, double y);
void ui_mouse_tell (const char *words);

/* And its keyboard, whose keys the window gets that took it last. */
void ui_keyboard_take (GtkWindow *window);
void ui_keyboard_press (const char *key);
void ui_keyboard_type (const char *text);

G_END_DECLS
