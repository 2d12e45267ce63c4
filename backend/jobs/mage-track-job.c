/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-track-job.h"

#include "jobs/mage-job-private.h"
#include "jobs/mage-tracker.h"

#include <glib/gi18n.h>

/*
 * Follows a subject through a clip, forward and back from every frame where a person marked it. A frame belongs to the
 * nearest mark; only where following from there ended in doubt is it reached from the other side. So a correction is
 * one more mark, and what lies nearer to others stays as it was.
 */

/* The longer side that frames are read at: MobileSAM sees no more than 1024. */
#define LONGEST_SIDE 1280.0

/* What is known of a frame. */
typedef struct
{
  Mask *mask;
  double doubt;
  const char *reason; /* static */
} Found;

struct _MageTrackJob
{
  MageJob parent_instance;

  /* what is asked; set once */
  char *path;
  ClipRead want;
  MageTrackMark *marks; /* by frame */
  guint n_marks;
  char *cache_dir;
  char *sam;

  /* by the worker; read after the end */
  Frames *frames;
  Found *found;
  guint n_done;
};

G_DEFINE_FINAL_TYPE (MageTrackJob, mage_track_job, MAGE_TYPE_JOB)

/* Where the size is left open it is the clip's, or smaller. */
static gboolean
load (MageTrackJob *self, GCancellable *cancellable, GError **error)
{
  g_auto (ClipInfo) info = { 0 };

  if (self->frames != NULL)
    return TRUE;
  if (self->want.width == 0 || self->want.height == 0)
    {
      double scale;

      if (!clip_probe (self->path, &info, cancellable, error))
        return FALSE;
      scale = MIN (LONGEST_SIDE / MAX (info.width, info.height), 1);
      self->want.width = MAX ((guint) (info.width * scale + 0.5), 1);
      self->want.height = MAX ((guint) (info.height * scale + 0.5), 1);
    }
  self->frames = clip_read (self->path, &self->want, cancellable, error);
  return self->frames != NULL;
}

/* The marks at the frames' size are the first that is known. */
static gboolean
place_marks (MageTrackJob *self, GError **error)
{
  self->found = g_new0 (Found, self->frames->n_frames);
  for (guint i = 0; i < self->n_marks; i++)
    {
      MageTrackMark *mark = &self->marks[i];
      g_autoptr (Mask) mask = mask_fit (mark->mask, self->frames->width, self->frames->height);

      if (mark->frame >= self->frames->n_frames)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("The subject is marked in frame %u, but the clip's last one is %u"), mark->frame,
                       self->frames->n_frames - 1);
          return FALSE;
        }
      if (mask_get_box (mask, &(cairo_rectangle_int_t){ 0 }) == FALSE)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("The mask of frame %u is empty: mark the subject"),
                       mark->frame);
          return FALSE;
        }
      g_clear_pointer (&self->found[mark->frame].mask, mask_unref);
      self->found[mark->frame] = (Found){ g_steal_pointer (&mask), 0, "" };
    }
  self->n_done = self->n_marks;
  return TRUE;
}

/* From frame @from, whose mask is known, until @end, which is not reached any more, or until there is doubt, where the
 * frame keeps what was found, to be looked at. */
static gboolean
follow (MageTrackJob *self, MageTracker *tracker, guint from, int by, int end, GError **error)
{
  for (int at = (int) from; at + by != end; at += by)
    {
      Found *now = &self->found[at], *next = &self->found[at + by];
      MageTrackStep step;

      if (next->mask != NULL && next->doubt < MAGE_TRACK_STOP)
        return TRUE;
      mage_job_report (MAGE_JOB (self), "Following the subject", MIN (self->n_done, self->frames->n_frames),
                       self->frames->n_frames, NULL, 0);
      if (!mage_job_check (MAGE_JOB (self), error)
          || !mage_tracker_step (tracker, (guint) at, now->mask, (guint) (at + by), &step, error))
        return FALSE;
      self->n_done++;
      if (next->mask != NULL && next->doubt <= step.doubt)
        {
          g_clear_pointer (&step.mask, mask_unref);
          return TRUE;
        }
      g_clear_pointer (&next->mask, mask_unref);
      *next = (Found){ step.mask, step.doubt, step.reason };
      if (step.doubt >= MAGE_TRACK_STOP)
        return TRUE;
    }
  return TRUE;
}

/* From mark @i half way to the neighbouring marks. */
static gboolean
follow_mark (MageTrackJob *self, MageTracker *tracker, guint i, GError **error)
{
  int at = (int) self->marks[i].frame, n = (int) self->frames->n_frames;
  int next = i + 1 < self->n_marks ? (int) self->marks[i + 1].frame : n;
  int before = i > 0 ? (int) self->marks[i - 1].frame : -1;
  int last = i + 1 < self->n_marks ? at + (next - at) / 2 + 1 : n;
  int first = i > 0 ? at - (at - before) / 2 - 1 : -1;

  tracker->marked_frame = self->marks[i].frame;
  tracker->marked = self->found[at].mask;
  return follow (self, tracker, (guint) at, 1, MIN (last, next), error)
         && follow (self, tracker, (guint) at, -1, MAX (first, before), error);
}

/* What the first round did not reach, from the other side. */
static gboolean
follow_all (MageTrackJob *self, MageTracker *tracker, GError **error)
{
  for (guint i = 0; i < self->n_marks; i++)
    if (!follow_mark (self, tracker, i, error))
      return FALSE;
  for (guint i = 0; i < self->n_marks && self->n_marks > 1; i++)
    {
      guint at = self->marks[i].frame;
      guint up = at, down = at;

      /* On from the last frame that is sure. */
      while (up + 1 < self->frames->n_frames && self->found[up + 1].mask != NULL
             && self->found[up + 1].doubt < MAGE_TRACK_STOP)
        up++;
      while (down > 0 && self->found[down - 1].mask != NULL && self->found[down - 1].doubt < MAGE_TRACK_STOP)
        down--;
      tracker->marked_frame = at;
      tracker->marked = self->found[at].mask;
      if (!follow (self, tracker, up, 1, (int) self->frames->n_frames, error)
          || !follow (self, tracker, down, -1, -1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
mage_track_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageTrackJob *self = MAGE_TRACK_JOB (job);
  MageTracker tracker = { .job = job, .cache_dir = self->cache_dir };

  mage_job_report (job, "Reading the clip", 0, 0, NULL, 0);
  if (!load (self, cancellable, error) || !place_marks (self, error))
    return FALSE;
  tracker.frames = self->frames;
  tracker.segmenter = mage_engine_open_segmenter (engine, job, self->sam, &tracker.table, error);
  return tracker.segmenter != NULL && follow_all (self, &tracker, error);
}

static void
mage_track_job_finalize (GObject *object)
{
  MageTrackJob *self = MAGE_TRACK_JOB (object);

  for (guint i = 0; self->found != NULL && i < self->frames->n_frames; i++)
    g_clear_pointer (&self->found[i].mask, mask_unref);
  for (guint i = 0; i < self->n_marks; i++)
    mask_unref (self->marks[i].mask);
  g_free (self->found);
  g_free (self->marks);
  g_clear_pointer (&self->frames, frames_unref);
  g_free (self->path);
  g_free (self->cache_dir);
  g_free (self->sam);
  G_OBJECT_CLASS (mage_track_job_parent_class)->finalize (object);
}

static void
mage_track_job_class_init (MageTrackJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_track_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_track_job_run;
  MAGE_JOB_CLASS (klass)->lane = MAGE_LANE_SEGMENTER;
}

static void
mage_track_job_init (MageTrackJob *self)
{
}

static int
compare_marks (gconstpointer a, gconstpointer b)
{
  guint x = ((const MageTrackMark *) a)->frame, y = ((const MageTrackMark *) b)->frame;

  return (x > y) - (x < y);
}

/* Of several marks of one frame the last counts. */
static void
set_marks (MageTrackJob *self, const MageTrackMark *marks, guint n_marks)
{
  self->marks = g_new0 (MageTrackMark, MAX (n_marks, 1));
  for (guint i = 0; i < n_marks; i++)
    {
      guint at = 0;

      while (at < self->n_marks && self->marks[at].frame != marks[i].frame)
        at++;
      if (at < self->n_marks)
        mask_unref (self->marks[at].mask);
      else
        self->n_marks++;
      self->marks[at] = (MageTrackMark){ marks[i].frame, mask_ref (marks[i].mask) };
    }
  qsort (self->marks, self->n_marks, sizeof *self->marks, compare_marks);
}

/**
 * mage_track_job_new_frames:
 * @frames: a clip
 * @marks: (array length=n_marks): at least one; masks of any size with the clip's shape
 * @cache_dir: (nullable): as for mage_segment_job_new ()
 *
 * Follows the subject from its marks to all frames that can be reached without doubt.
 */
MageTrackJob *
mage_track_job_new_frames (Frames *frames, const MageTrackMark *marks, guint n_marks, const char *cache_dir)
{
  MageTrackJob *self = g_object_new (MAGE_TYPE_TRACK_JOB, NULL);

  g_return_val_if_fail (n_marks > 0, self);

  self->frames = frames != NULL ? frames_ref (frames) : NULL;
  self->cache_dir = g_strdup (cache_dir);
  set_marks (self, marks, n_marks);
  mage_job_set_title (MAGE_JOB (self), "Following the subject");
  return self;
}

/**
 * mage_track_job_new:
 * @clip_path: a video file
 * @want: which frames; with a width of 0 they are of the clip's size, or smaller where that is large
 *
 * The same for the frames of a file, such as those that are learned.
 */
MageTrackJob *
mage_track_job_new (const char *clip_path, const ClipRead *want, const MageTrackMark *marks, guint n_marks,
                    const char *cache_dir)
{
  MageTrackJob *self = mage_track_job_new_frames (NULL, marks, n_marks, cache_dir);

  self->path = g_strdup (clip_path);
  self->want = *want;
  return self;
}

/** mage_track_job_set_sam: another file with MobileSAM's weights; before the job is queued. */
void
mage_track_job_set_sam (MageTrackJob *self, const char *path)
{
  g_return_if_fail (mage_job_get_state (MAGE_JOB (self)) == MAGE_JOB_QUEUED);

  g_free (self->sam);
  self->sam = g_strdup (path);
}

/* --- when the job is done --- */

static const Found *
get_found (MageTrackJob *self, guint frame)
{
  gboolean done = mage_job_get_state (MAGE_JOB (self)) == MAGE_JOB_DONE;

  return done && frame < self->frames->n_frames ? &self->found[frame] : NULL;
}

guint
mage_track_job_get_n_frames (MageTrackJob *self)
{
  return get_found (self, 0) != NULL ? self->frames->n_frames : 0;
}

/** mage_track_job_get_frames: Returns: (transfer none) (nullable): what was looked at; masks are of its size */
Frames *
mage_track_job_get_frames (MageTrackJob *self)
{
  return get_found (self, 0) != NULL ? self->frames : NULL;
}

/** mage_track_job_get_mask: Returns: (transfer none) (nullable): NULL where the subject was not followed to */
Mask *
mage_track_job_get_mask (MageTrackJob *self, guint frame)
{
  const Found *found = get_found (self, frame);

  return found != NULL ? found->mask : NULL;
}

/** mage_track_job_get_doubt: 0 (sure) to 1; from MAGE_TRACK_STOP on, or without a mask, a person should mark the subject. */
double
mage_track_job_get_doubt (MageTrackJob *self, guint frame)
{
  const Found *found = get_found (self, frame);

  return found != NULL && found->mask != NULL ? found->doubt : 1;
}

/** mage_track_job_get_reason: Returns: (transfer none): why there is doubt: "it shrinks too much at once"; "" where there is none */
const char *
mage_track_job_get_reason (MageTrackJob *self, guint frame)
{
  const Found *found = get_found (self, frame);

  if (found == NULL || found->reason == NULL)
    return "it was not followed so far";
  return found->reason;
}
