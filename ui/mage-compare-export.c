/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compare-export.h"

#include "media/clip-comparison.h"
#include "media/clip-difference.h"
#include "media/clip-grid.h"
#include "media/clip-writer.h"
#include "ui/mage-file-export.h"
#include "ui/mage-result-choice.h"

#include <glib/gi18n.h>

/* What a comparison shows, as a video or as a picture, with the letters of its videos and what is seen of them. */

/* Of one that is not side by side: it is looked at alone. */
#define LARGE 512

typedef struct
{
  GPtrArray *frames;       /* of A, B, … */
  MageCompareMode mode;
  guint other;
  double mix;
  guint frame;             /* of a picture */
  char *title;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_ptr_array_unref (self->frames);
  g_free (self->title);
  g_free (self);
}

static char *
say_difference (Export *self)
{
  ClipDifference difference;

  if (!clip_difference_measure (g_ptr_array_index (self->frames, 0), g_ptr_array_index (self->frames, self->other), &difference, NULL))
    return g_strdup ("");
  return g_strdup_printf (_("blue: A is brighter, red: %c is; at most %u of 255"), 'A' + self->other, difference.max);
}

/* What is seen of a pair: "wipe: A left, B right" */
static char *
say_pair (Export *self, const char **mode)
{
  switch (self->mode)
    {
    case MAGE_COMPARE_WIPE:
      *mode = _("Wipe:");
      return g_strdup_printf (_("A left, %c right"), 'A' + self->other);
    case MAGE_COMPARE_DIFFERENCE:
      *mode = _("Difference:");
      return say_difference (self);
    case MAGE_COMPARE_ONION:
    case MAGE_COMPARE_BESIDE:
    default:
      *mode = _("Through:");
      return g_strdup_printf (_("%.0f %% of %c over A"), 100 * self->mix, 'A' + self->other);
    }
}

static Frames *
paint_pair (Export *self, GError **error)
{
  static const ClipJoin joins[] = { [MAGE_COMPARE_WIPE] = CLIP_JOIN_WIPE,
                                    [MAGE_COMPARE_DIFFERENCE] = CLIP_JOIN_DIFFERENCE,
                                    [MAGE_COMPARE_ONION] = CLIP_JOIN_ONION };
  g_autoptr (Frames) joined = clip_join (g_ptr_array_index (self->frames, 0), g_ptr_array_index (self->frames, self->other),
                                         joins[self->mode], self->mix, error);
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  const char *columns[2] = { NULL, NULL };
  ClipGrid grid = { .title = self->title, .columns = columns, .side = LARGE, .cells = cells };
  g_autofree char *words = say_pair (self, &grid.column_title);

  if (joined == NULL)
    return NULL;
  columns[0] = words;
  g_ptr_array_add (cells, joined);
  return clip_grid_paint (&grid, error);
}

/* As long as the longest, which comes first in time alone. */
static Frames *
paint_beside (Export *self, GError **error)
{
  static const char *const letters[MAGE_CHOICE_MAX + 1] = { "A", "B", "C", "D", "E", "F" };
  const char *columns[MAGE_CHOICE_MAX + 1] = { NULL };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func ((GDestroyNotify) frames_unref);
  ClipGrid grid = { .title = self->title, .column_title = _("Video"), .columns = columns, .side = LARGE / 2, .cells = cells };
  Frames *lead = g_ptr_array_index (self->frames, 0);

  for (guint i = 1; i < self->frames->len; i++)
    {
      Frames *frames = g_ptr_array_index (self->frames, i);

      if (frames->n_frames / MAX (frames->rate, 1e-3) > lead->n_frames / MAX (lead->rate, 1e-3) + 1e-9)
        lead = frames;
    }
  for (guint i = 0; i < self->frames->len; i++)
    {
      columns[i] = letters[i];
      g_ptr_array_add (cells, clip_fit_time (g_ptr_array_index (self->frames, i), lead->n_frames, lead->rate));
    }
  return clip_grid_paint (&grid, error);
}

static gboolean
write_file (gpointer data, const char *path, GCancellable *cancellable, GError **error)
{
  Export *self = data;
  gboolean pair = self->mode != MAGE_COMPARE_BESIDE && self->other < self->frames->len;
  ClipWrite how = { .title = self->title, .frame = self->frame };
  g_autoptr (Frames) painted = pair ? paint_pair (self, error) : paint_beside (self, error);

  if (!clip_format_find_for_path (path, &how.format))
    how.format = CLIP_MP4_H264;
  return painted != NULL && clip_write (painted, path, &how, cancellable, error);
}

/**
 * mage_compare_export_async:
 * @title: over it, and in the file
 * @path: whose ending says as what: a video, or a picture of the frame that is shown
 *
 * Writes what @view shows; mage_file_export_finish() says how that ended.
 */
void
mage_compare_export_async (MageCompareView *view, const char *title, const char *path, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  MageClipPaintable *lead = mage_compare_view_get_lead (view);
  Export *self = g_new0 (Export, 1);

  g_assert (lead != NULL);
  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) frames_unref);
  for (guint i = 0; i < mage_compare_view_get_n_clips (view); i++)
    g_ptr_array_add (self->frames, frames_ref (mage_clip_paintable_get_frames (mage_compare_view_get_clip (view, i))));
  self->mode = mage_compare_view_get_mode (view);
  self->other = mage_compare_view_get_other (view);
  self->mix = mage_compare_view_get_mix (view);
  self->frame = mage_clip_paintable_get_frame (lead);
  self->title = g_strdup (title);
  mage_file_export_async (write_file, self, export_free, path, cancellable, callback, data);
}

/* --- asking --- */

typedef struct
{
  MageCompareView *view;
  char *title;
} Shown;

static void
shown_free (gpointer data)
{
  Shown *self = data;

  g_object_unref (self->view);
  g_free (self->title);
  g_free (self);
}

static gboolean
begin (gpointer data, const char *path, GAsyncReadyCallback callback, gpointer user_data)
{
  Shown *self = data;

  if (mage_compare_view_get_lead (self->view) == NULL)
    return FALSE;
  mage_compare_export_async (self->view, self->title, path, NULL, callback, user_data);
  return TRUE;
}

/** mage_compare_export: asks for a file, and writes what @view shows then; @name: that is proposed, its ending says as what */
void
mage_compare_export (GtkWidget *parent, MageSession *session, MageCompareView *view, const char *title, const char *name)
{
  const MageExportWish wish = { _("Export the Comparison"), name, _("The comparison was exported") };
  Shown *self = g_new0 (Shown, 1);

  self->view = g_object_ref (view);
  self->title = g_strdup (title);
  mage_file_export_ask (parent, session, &wish, begin, self, shown_free);
}
