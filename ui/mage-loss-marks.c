/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-marks.h"

#include "ui/mage-clip-paintable.h"
#include "ui/mage-media-loader.h"

#include <math.h>

/* The samples and checkpoints of a run, as marks on the axis of its losses. */

#define THUMBNAIL 96
#define REACH 8 /* pixels around a mark that count as on it */
#define RATE 8  /* frames per second of what stands still */

struct _MageLossMarks
{
  GtkWidget *widget; /* borrowed: it owns the marks */
  MageRun *run;
  guint hovered;     /* step of the sample under the pointer; 0: none */
  GdkPaintable *thumbnail;
  GCancellable *cancellable;
};

MageLossMarks *
mage_loss_marks_new (GtkWidget *widget)
{
  MageLossMarks *self = g_new0 (MageLossMarks, 1);

  self->widget = widget;
  return self;
}

static void
forget (MageLossMarks *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->thumbnail);
  self->hovered = 0;
}

void
mage_loss_marks_free (MageLossMarks *self)
{
  forget (self);
  g_clear_object (&self->run);
  g_free (self);
}

static int
compare_marks (gconstpointer a, gconstpointer b)
{
  const MageLossMark *one = a;
  const MageLossMark *other = b;

  /* Of two at one step the sample is seen. */
  if (one->step == other->step)
    return other->sample - one->sample;
  return one->step < other->step ? -1 : 1;
}

/**
 * mage_loss_marks_list:
 * @run: (nullable): where samples lie
 * @last_step: @checkpoint_every: after which steps checkpoints were written; 0: none is known
 * @marks: (element-type MageLossMark): filled anew
 */
void
mage_loss_marks_list (MageLossMarks *self, MageRun *run, guint last_step, guint checkpoint_every, GArray *marks)
{
  g_autoptr (GArray) samples = run != NULL ? mage_run_list_samples (run) : NULL;

  if (run == NULL || self->run == NULL || !g_str_equal (mage_run_get_dir (run), mage_run_get_dir (self->run)))
    forget (self);
  g_set_object (&self->run, run);
  g_array_set_size (marks, 0);
  for (guint i = 0; samples != NULL && i < samples->len; i++)
    if (g_array_index (samples, guint, i) <= last_step)
      {
        MageLossMark mark = { g_array_index (samples, guint, i), TRUE };

        g_array_append_val (marks, mark);
      }
  for (guint64 step = checkpoint_every; run != NULL && checkpoint_every > 0 && step <= last_step; step += checkpoint_every)
    {
      MageLossMark mark = { (guint) step, FALSE };

      g_array_append_val (marks, mark);
    }
  g_array_sort (marks, compare_marks);
}

/* --- under the pointer --- */

typedef struct
{
  MageLossMarks *marks;
  GtkWidget *widget;
} Load;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Load *load = data;
  g_autoptr (GtkWidget) widget = load->widget;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  /* One that was cancelled may be of marks that are gone. */
  if (frames == NULL)
    return;
  g_clear_object (&load->marks->thumbnail);
  load->marks->thumbnail = GDK_PAINTABLE (mage_clip_paintable_new (frames));
  gtk_widget_queue_draw (widget);
}

static guint
find_sample (const MageLossPlot *plot, const MageLossScene *scene, double x, double y)
{
  if (fabs (y - plot->top - plot->height) > REACH)
    return 0;
  for (guint i = 0; i < scene->marks->len; i++)
    {
      const MageLossMark *mark = &g_array_index (scene->marks, MageLossMark, i);

      if (mark->sample && mark->step >= scene->from && mark->step <= scene->to
          && fabs (mage_loss_plot_x (plot, mark->step) - x) <= REACH)
        return mark->step;
    }
  return 0;
}

/** mage_loss_marks_hover: the pointer is there. Returns: whether something changes on the chart */
gboolean
mage_loss_marks_hover (MageLossMarks *self, const MageLossPlot *plot, const MageLossScene *scene, double x, double y)
{
  guint step = plot->width > 0 && self->run != NULL ? find_sample (plot, scene, x, y) : 0;
  g_autofree char *folder = NULL;
  Load *load;

  if (step == self->hovered)
    return FALSE;
  forget (self);
  self->hovered = step;
  if (step == 0)
    return TRUE;
  folder = mage_run_dup_sample_path (self->run, step);
  self->cancellable = g_cancellable_new ();
  load = g_new0 (Load, 1);
  load->marks = self;
  load->widget = g_object_ref (self->widget);
  mage_load_folder_async (folder, RATE, self->cancellable, loaded_cb, load);
  return TRUE;
}

/** mage_loss_marks_get_hovered: the step of the sample whose picture is shown; 0: none is. */
guint
mage_loss_marks_get_hovered (MageLossMarks *self)
{
  return self->thumbnail != NULL ? self->hovered : 0;
}

/** mage_loss_marks_snapshot: the picture of the sample under the pointer, above its mark. */
void
mage_loss_marks_snapshot (MageLossMarks *self, GtkSnapshot *snapshot, const MageLossPlot *plot)
{
  double aspect;
  double height;
  double x;
  GskRoundedRect outline;
  graphene_rect_t area;

  if (self->thumbnail == NULL)
    return;
  aspect = gdk_paintable_get_intrinsic_aspect_ratio (self->thumbnail);
  height = aspect > 0 ? THUMBNAIL / aspect : THUMBNAIL;
  x = CLAMP (mage_loss_plot_x (plot, self->hovered) - THUMBNAIL / 2.0, plot->left,
             MAX (plot->left, plot->left + plot->width - THUMBNAIL));
  area = GRAPHENE_RECT_INIT ((float) x, (float) MAX (0, plot->top + plot->height - height - 14), THUMBNAIL, (float) height);
  gsk_rounded_rect_init_from_rect (&outline, &area, 8);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &area.origin);
  gdk_paintable_snapshot (self->thumbnail, snapshot, THUMBNAIL, height);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_pop (snapshot);
}
