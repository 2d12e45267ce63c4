/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ClipGrid: clips in rows and columns that are named.
 * @title: over all of it
 * @column_title: what varies across
 * @columns: (array zero-terminated=1): its values
 * @row_title: (nullable): what varies down
 * @rows: (nullable) (array zero-terminated=1): its values; NULL: one row without a name
 * @cells: (element-type Frames) (nullable elements): row by row; what is NULL stays grey
 * @side: a cell is at least so wide; 0: as is good for many
 * @still: of the first clip's frames only @frame, from 0
 */
typedef struct
{
  const char *title;
  const char *column_title;
  const char *const *columns;
  const char *row_title;
  const char *const *rows;
  GPtrArray *cells;
  guint side;
  gboolean still;
  guint frame;
} ClipGrid;

Frames *clip_grid_paint (const ClipGrid *grid, GError **error);

G_END_DECLS
