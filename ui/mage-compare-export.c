/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compare-export.h"

#include "media/clip-comparison.h"
#include "media/clip-difference.h"
#include "media/clip-grid.h"
#include "media/clip-writer.h"
#include "ui/mage-file-choice.h"
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
  char *path;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_ptr_array_unref (self->frames);
  g_free (self->title);
  g_free (self->path);
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

static void
export_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *self = data;
  gboolean pair = self->mode != MAGE_COMPARE_BESIDE && self->other < self->frames->len;
  ClipWrite how = { .title = self->title, .frame = self->frame };
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) painted = pair ? paint_pair (self, &error) : paint_beside (self, &error);

  if (!clip_format_find_for_path (self->path, &how.format))
    how.format = CLIP_MP4_H264;
  if (painted == NULL || !clip_write (painted, self->path, &how, cancellable, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * mage_compare_export_async:
 * @title: over it, and in the file
 * @path: whose ending says as what: a video, or a picture of the frame that is shown
 *
 * Writes what @view shows.
 */
void
mage_compare_export_async (MageCompareView *view, const char *title, const char *path, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  /* Not the task's source object: the thread may be the last to let go of that, and no widget ends there. */
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
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
  self->path = g_strdup (path);
  g_task_set_task_data (task, self, export_free);
  g_task_run_in_thread (task, export_in_thread);
}

gboolean
mage_compare_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- asking --- */

typedef struct
{
  MageSession *session;
  MageCompareView *view;
  char *title;
} Wish;

static void
wish_free (Wish *self)
{
  g_object_unref (self->session);
  g_object_unref (self->view);
  g_free (self->title);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wish, wish_free)

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageSession) session = data;
  g_autoptr (GError) error = NULL;

  if (mage_compare_export_finish (result, &error))
    mage_session_toast (session, _("The comparison was exported"));
  else
    mage_session_toast_error (session, error);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Wish) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = mage_choose_export_finish (result, &error);
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;

  if (path != NULL && mage_compare_view_get_lead (self->view) != NULL)
    mage_compare_export_async (self->view, self->title, path, NULL, exported_cb, g_object_ref (self->session));
  else if (file != NULL)
    mage_session_toast (self->session, _("It can only be saved in a folder of this computer"));
  else
    mage_session_toast_error (self->session, error);
}

/** mage_compare_export: asks for a file, and writes what @view shows then; @name: that is proposed, its ending says as what */
void
mage_compare_export (GtkWidget *parent, MageSession *session, MageCompareView *view, const char *title, const char *name)
{
  Wish *self = g_new0 (Wish, 1);

  self->session = g_object_ref (session);
  self->view = g_object_ref (view);
  self->title = g_strdup (title);
  mage_choose_export (parent, _("Export the Comparison"), name, NULL, chosen_cb, self);
}
