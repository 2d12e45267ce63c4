/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-sweep-picture.h"

#include "media/clip-grid.h"
#include "media/clip-writer.h"

#include <glib/gi18n.h>

/* A sweep as one file: all its videos in step, or one frame of them, with the values that made each. */

/**
 * mage_sweep_picture_write:
 * @cells: (element-type Frames): the videos as the sweep orders them; NULL where there is none yet
 * @path: its end says in which format; MP4 where it says none
 * @frame: of a picture: which frame of the videos, from 0
 * @error: when no video is there, or the file cannot be written
 *
 * May be called in any thread.
 */
gboolean
mage_sweep_picture_write (MageSweep *sweep, GPtrArray *cells, const char *path, guint frame, GCancellable *cancellable,
                          GError **error)
{
  ClipGrid grid = { .title = mage_sweep_get_prompt (sweep), .cells = cells, .frame = frame };
  ClipWrite how = { .title = mage_sweep_get_prompt (sweep) };
  g_autoptr (Frames) painted = NULL;

  if (!clip_format_find_for_path (path, &how.format))
    how.format = CLIP_MP4_H264;
  grid.still = how.format == CLIP_PNG_STILL;
  grid.column_title = _(mage_sweep_get_axis (sweep, 0, &grid.columns)->label);
  if (mage_sweep_get_n_axes (sweep) > 1)
    grid.row_title = _(mage_sweep_get_axis (sweep, 1, &grid.rows)->label);
  painted = clip_grid_paint (&grid, error);
  return painted != NULL && clip_write (painted, path, &how, cancellable, error);
}
