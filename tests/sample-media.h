/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Small pictures, masks and clips that are made when a test needs them. */
char *sample_picture (const char *folder, const char *name, guint8 shade);
char *sample_mask (const char *folder, const char *name, guint size);
char *sample_clip (const char *folder, const char *name, guint n_frames, double rate);
void sample_prior (const char *model, guint n_clips);

G_END_DECLS
