/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"
#include "media/mask.h"

G_BEGIN_DECLS

double mage_measure_change (const Frames *frames);
double mage_measure_motion (const Frames *frames, const Frames *clip);

/** MageColours: the colours of something, counted. */
typedef struct _MageColours MageColours;

MageColours *mage_colours_new (void);
void mage_colours_free (MageColours *self);
void mage_colours_add (MageColours *self, const Frames *frames, const Mask *mask);
void mage_colours_add_masked (MageColours *self, const Frames *frames, GBytes *masks);
double mage_measure_identity (const Frames *frames, GBytes *masks, const MageColours *colours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageColours, mage_colours_free)

G_END_DECLS
