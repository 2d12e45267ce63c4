/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-stills.h"

#include "ui/mage-cache-folder.h"

#include "media/clip-reader.h"
#include "media/picture.h"

#include <math.h>
#include <string.h>

/*
 * Frames of a clip in which a thing can be pointed at: those that are learned, and others that a person marked when
 * another part was learned. To be drawn on, one of them becomes a picture of the clip's own size in the cache.
 */

/* The longer side; nobody who looks for things sees more. */
#define LONGEST_SIDE 1280.0
/* Nearer than this two times are one frame, in seconds. */
#define SAME_TIME 0.0005
/* Pictures in the cache; older ones are made again when they are wanted. */
#define MOST_PICTURES 200

void
mage_stills_free (MageStills *self)
{
  if (self == NULL)
    return;
  g_free (self->times);
  g_clear_pointer (&self->frames, frames_unref);
  g_free (self);
}

/** mage_stills_find_nearest: Returns: the frame that is nearest to @time */
guint
mage_stills_find_nearest (const MageStills *self, double time)
{
  guint best = 0;

  for (guint i = 1; i < self->n; i++)
    if (fabs (self->times[i] - time) < fabs (self->times[best] - time))
      best = i;
  return best;
}

/** mage_stills_find: Returns: the frame at @time; n where there is none */
guint
mage_stills_find (const MageStills *self, double time)
{
  guint nearest = mage_stills_find_nearest (self, time);

  return nearest < self->n && fabs (self->times[nearest] - time) < SAME_TIME ? nearest : self->n;
}

/* --- loading --- */

typedef struct
{
  char *clip;
  double start;
  double length;
  guint n_learned;
  GArray *times; /* double */
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_free (self->clip);
  g_array_unref (self->times);
  g_free (self);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* All times in their order; those that are learned are never doubled. */
static GArray *
list_times (Order *order, double length)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < order->n_learned; i++)
    {
      double time = order->start + i * length / order->n_learned;

      g_array_append_val (times, time);
    }
  for (guint i = 0; i < order->times->len; i++)
    {
      double time = g_array_index (order->times, double, i);
      gboolean there = FALSE;

      for (guint k = 0; k < times->len && !there; k++)
        there = fabs (g_array_index (times, double, k) - time) < SAME_TIME;
      if (!there)
        g_array_append_val (times, time);
    }
  g_array_sort (times, compare_doubles);
  return times;
}

/* A millisecond: the frame that is seen at that time, none behind it. */
static Frames *
read_one (const char *clip, double time, guint width, guint height, GCancellable *cancellable, GError **error)
{
  ClipRead want = { .start_s = time, .length_s = 0.001, .n_frames = 1, .rate = 1, .width = width, .height = height };

  return clip_read (clip, &want, cancellable, error);
}

/* The learned frames come in one reading. */
static MageStills *
read_stills (Order *order, const ClipInfo *info, GCancellable *cancellable, GError **error)
{
  double scale = MIN (LONGEST_SIDE / MAX (info->width, info->height), 1);
  double length = MIN (order->length, MAX (info->duration - order->start, 0.001));
  ClipRead want = { .start_s = order->start, .length_s = length, .n_frames = order->n_learned, .rate = order->n_learned / length,
                    .width = (guint) MAX (round (info->width * scale), 1), .height = (guint) MAX (round (info->height * scale), 1) };
  g_autoptr (Frames) learned = clip_read (order->clip, &want, cancellable, error);
  g_autoptr (GArray) times = learned != NULL ? list_times (order, length) : NULL;
  g_autofree guint8 *rgb = NULL;
  MageStills *self;
  gsize size;

  if (learned == NULL)
    return NULL;
  size = frames_get_frame_size (learned);
  rgb = g_malloc (size * times->len);
  for (guint i = 0, next = 0; i < times->len; i++)
    {
      double time = g_array_index (times, double, i);
      gboolean is_learned = next < order->n_learned && fabs (order->start + next * length / order->n_learned - time) < SAME_TIME;
      g_autoptr (Frames) one = is_learned ? NULL : read_one (order->clip, time, want.width, want.height, cancellable, error);

      if (!is_learned && one == NULL)
        return NULL;
      memcpy (rgb + i * size, is_learned ? frames_get_frame (learned, next++) : frames_get_frame (one, 0), size);
    }
  self = g_new0 (MageStills, 1);
  self->n = times->len;
  self->frames = frames_new_take (self->n, want.width, want.height, want.rate, g_steal_pointer (&rgb));
  self->times = (double *) (void *) g_array_free (g_steal_pointer (&times), FALSE);
  return self;
}

static void
load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  g_auto (ClipInfo) info = { 0 };
  GError *error = NULL;
  MageStills *self = NULL;

  if (clip_probe (order->clip, &info, cancellable, &error))
    {
      for (guint i = order->times->len; i > 0; i--)
        if (g_array_index (order->times, double, i - 1) >= info.duration)
          g_array_remove_index (order->times, i - 1);
      self = read_stills (order, &info, cancellable, &error);
    }
  if (self == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, self, (GDestroyNotify) mage_stills_free);
}

/** mage_stills_load_async: reads the frames that @wish asks for; times beyond the clip's end are left out. */
void
mage_stills_load_async (const MageStillsWish *wish, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Order *order = g_new0 (Order, 1);

  order->clip = g_strdup (wish->clip);
  order->start = wish->start;
  order->length = wish->length;
  order->n_learned = MAX (wish->n_learned, 1);
  order->times = g_array_new (FALSE, FALSE, sizeof (double));
  g_array_append_vals (order->times, wish->times, wish->n_times);
  g_task_set_static_name (task, "mage-stills");
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, load);
}

/** mage_stills_load_finish: Returns: (transfer full) */
MageStills *
mage_stills_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- one as a picture --- */

typedef struct
{
  char *clip;
  char *file;
  double time;
} Still;

static void
still_free (gpointer data)
{
  Still *self = data;

  g_free (self->clip);
  g_free (self->file);
  g_free (self);
}

static void
save (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Still *still = data;
  g_autofree char *folder = mage_cache_folder_dup ("frames");
  g_autofree char *path = g_build_filename (folder, still->file, NULL);
  g_autoptr (Frames) frame = NULL;
  g_auto (ClipInfo) info = { 0 };
  GError *error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      mage_cache_folder_prune (folder, MOST_PICTURES);
      if (clip_probe (still->clip, &info, cancellable, &error))
        frame = read_one (still->clip, still->time, info.width, info.height, cancellable, &error);
      if (frame == NULL || !picture_save_png (frame, 0, path, &error))
        {
          g_task_return_error (task, error);
          return;
        }
    }
  g_task_return_pointer (task, mage_media_new (folder, still->file, still->file), g_object_unref);
}

/** mage_still_save_async: makes the frame of @clip that is seen at @time a picture in the cache, unless it is there. */
void
mage_still_save_async (MageMedia *clip, double time, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  g_autofree char *known = g_strndup (mage_media_get_digest (clip), 24);
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  Still *still = g_new0 (Still, 1);

  still->clip = mage_media_dup_path (clip);
  still->file = g_strdup_printf ("%s-%s.png", known, g_ascii_formatd (number, sizeof number, "%.6f", time));
  still->time = time;
  g_task_set_static_name (task, "mage-still");
  g_task_set_task_data (task, still, still_free);
  g_task_run_in_thread (task, save);
}

/** mage_still_save_finish: Returns: (transfer full): the picture; it belongs to no project */
MageMedia *
mage_still_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
