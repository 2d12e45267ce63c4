/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"

G_BEGIN_DECLS

#define MAGE_TYPE_TRIMMER (mage_trimmer_get_type ())
G_DECLARE_FINAL_TYPE (MageTrimmer, mage_trimmer, MAGE, TRIMMER, GtkWidget)

GtkWidget *mage_trimmer_new (void);
void mage_trimmer_set_clip (MageTrimmer *self, MageClipPaintable *clip, double duration);
void mage_trimmer_set_span (MageTrimmer *self, double start, double length);
void mage_trimmer_get_span (MageTrimmer *self, double *start, double *length);
void mage_trimmer_set_position (MageTrimmer *self, double position);
double mage_trimmer_get_position (MageTrimmer *self);

G_END_DECLS
