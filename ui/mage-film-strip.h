/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"

G_BEGIN_DECLS

#define MAGE_TYPE_FILM_STRIP (mage_film_strip_get_type ())
G_DECLARE_FINAL_TYPE (MageFilmStrip, mage_film_strip, MAGE, FILM_STRIP, GtkWidget)

GtkWidget *mage_film_strip_new (void);
void mage_film_strip_set_clip (MageFilmStrip *self, MageClipPaintable *clip);
void mage_film_strip_set_shape (MageFilmStrip *self, guint n_frames, double aspect);
guint mage_film_strip_choose_columns (guint n_frames, double width);

G_END_DECLS
