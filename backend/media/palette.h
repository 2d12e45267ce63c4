/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PALETTE_MAX 255

/**
 * Palette:
 * @rgb: its colours
 * @n: how many
 * @spread: about how far neighbouring colours lie apart, 0…255
 */
typedef struct
{
  guint8 rgb[PALETTE_MAX][3];
  guint n;
  double spread;
} Palette;

/** PaletteCount: how often colours come, in 32 steps a channel, with their sums. */
typedef struct _PaletteCount PaletteCount;

PaletteCount *palette_count_new (void);
void palette_count_free (PaletteCount *self);
void palette_count_add (PaletteCount *self, const guint8 *rgb, gsize n_pixels);
void palette_init (Palette *self, const PaletteCount *count, guint n);
guint palette_find (const Palette *self, int red, int green, int blue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PaletteCount, palette_count_free)

G_END_DECLS
