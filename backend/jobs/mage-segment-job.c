/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-segment-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "media/clip-reader.h"
#include "media/picture.h"

/*
 * Finds the subject of a picture, or of a frame of a clip: by itself, or where a person says that it is. It takes a
 * second or two, and the next question about the same picture a fraction of one; mage_worker_assist() runs it at once.
 */

struct _MageSegmentJob
{
  MageJob parent_instance;

  /* what is asked; set once */
  char *path;
  double time; /* negative: a picture */
  MageSegmentHint hint;
  char *cache_dir;
  char *sam;

  /* by the worker; read after the end */
  EngineSegmentation *answer;
};

G_DEFINE_FINAL_TYPE (MageSegmentJob, mage_segment_job, MAGE_TYPE_JOB)

/* The frame of a clip that is shown at self->time. */
static Frames *
load_frame (MageSegmentJob *self, GCancellable *cancellable, GError **error)
{
  g_auto (ClipInfo) info = { 0 };
  ClipRead want = { .n_frames = 1 };

  if (!clip_probe (self->path, &info, cancellable, error))
    return NULL;
  want.rate = info.rate > 0 ? info.rate : 1;
  want.start_s = self->time;
  want.length_s = 1 / want.rate;
  want.width = info.width;
  want.height = info.height;
  return clip_read (self->path, &want, cancellable, error);
}

static EnginePoint *
copy_points (const MageSegmentHint *hint)
{
  EnginePoint *points = g_new0 (EnginePoint, MAX (hint->n_points, 1));

  for (guint i = 0; i < hint->n_points; i++)
    points[i] = (EnginePoint){ hint->points[i].x, hint->points[i].y, hint->points[i].inside };
  return points;
}

static gboolean
mage_segment_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageSegmentJob *self = MAGE_SEGMENT_JOB (job);
  const MageSegmentHint *hint = &self->hint;
  MageEngineCall call = { .job = job };
  EngineListener listener = mage_engine_call_listen (&call);
  g_autofree EnginePoint *points = copy_points (hint);
  g_autoptr (Frames) picture = NULL;
  EngineSegmentRequest request = { 0 };
  const EngineTable *table;
  EngineSegmenter *segmenter;

  mage_job_report (job, "Opening the picture", 0, 0, NULL, 0);
  picture = self->time < 0 ? picture_load (self->path, cancellable, error) : load_frame (self, cancellable, error);
  segmenter = picture != NULL ? mage_engine_open_segmenter (engine, job, self->sam, &table, error) : NULL;
  if (segmenter == NULL || !mage_job_check (job, error))
    return FALSE;
  request = (EngineSegmentRequest){ picture->rgb, picture->width, picture->height, hint->has_box, hint->x0, hint->y0,
                                    hint->x1, hint->y1, points, hint->n_points, hint->memory, self->cache_dir };
  self->answer = table->segment (segmenter, &request, &listener, error);
  return self->answer != NULL;
}

static void
mage_segment_job_finalize (GObject *object)
{
  MageSegmentJob *self = MAGE_SEGMENT_JOB (object);

  engine_segmentation_free (self->answer);
  g_clear_pointer (&self->hint.memory, g_bytes_unref);
  g_free ((gpointer) self->hint.points);
  g_free (self->path);
  g_free (self->cache_dir);
  g_free (self->sam);
  G_OBJECT_CLASS (mage_segment_job_parent_class)->finalize (object);
}

static void
mage_segment_job_class_init (MageSegmentJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_segment_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_segment_job_run;
  MAGE_JOB_CLASS (klass)->lane = MAGE_LANE_SEGMENTER;
}

static void
mage_segment_job_init (MageSegmentJob *self)
{
}

/**
 * mage_segment_job_new:
 * @picture_path: a picture file
 * @hint: (nullable): where the subject is said to be, copied; NULL: what stands out
 * @cache_dir: (nullable): an existing folder where what was seen of pictures is kept
 *
 * A picture in which nothing stands out makes the job fail with %G_IO_ERROR_NOT_FOUND.
 */
MageSegmentJob *
mage_segment_job_new (const char *picture_path, const MageSegmentHint *hint, const char *cache_dir)
{
  MageSegmentJob *self = g_object_new (MAGE_TYPE_SEGMENT_JOB, NULL);

  self->path = g_strdup (picture_path);
  self->time = -1;
  if (hint != NULL)
    {
      self->hint = *hint;
      self->hint.points = g_memdup2 (hint->points, hint->n_points * sizeof *hint->points);
      self->hint.memory = hint->memory != NULL ? g_bytes_ref (hint->memory) : NULL;
    }
  self->cache_dir = g_strdup (cache_dir);
  mage_job_set_title (MAGE_JOB (self), "Finding the subject");
  return self;
}

/**
 * mage_segment_job_new_frame:
 * @clip_path: a video file
 * @time: of the frame, in seconds from the beginning
 *
 * The same for a frame of a clip, at the clip's full size.
 */
MageSegmentJob *
mage_segment_job_new_frame (const char *clip_path, double time, const MageSegmentHint *hint, const char *cache_dir)
{
  MageSegmentJob *self = mage_segment_job_new (clip_path, hint, cache_dir);

  self->time = MAX (time, 0);
  return self;
}

/** mage_segment_job_set_sam: another file with MobileSAM's weights; before the job is queued. */
void
mage_segment_job_set_sam (MageSegmentJob *self, const char *path)
{
  g_return_if_fail (mage_job_get_state (MAGE_JOB (self)) == MAGE_JOB_QUEUED);

  g_free (self->sam);
  self->sam = g_strdup (path);
}

static EngineSegmentation *
get_answer (MageSegmentJob *self)
{
  return mage_job_get_state (MAGE_JOB (self)) == MAGE_JOB_DONE ? self->answer : NULL;
}

/** mage_segment_job_get_n_candidates: how many masks there are, when the job is done; the most likely is the first. */
guint
mage_segment_job_get_n_candidates (MageSegmentJob *self)
{
  return get_answer (self) != NULL ? self->answer->n_candidates : 0;
}

/**
 * mage_segment_job_get_mask:
 * @i: which candidate
 * @width: (out): the upright picture's
 * @height: (out): the upright picture's
 *
 * Returns: (transfer none) (nullable): height · width bytes, 255 inside
 */
GBytes *
mage_segment_job_get_mask (MageSegmentJob *self, guint i, guint *width, guint *height)
{
  EngineSegmentation *answer = get_answer (self);

  *width = answer != NULL ? answer->width : 0;
  *height = answer != NULL ? answer->height : 0;
  return answer != NULL && i < answer->n_candidates ? answer->candidates[i].mask : NULL;
}

/** mage_segment_job_get_score: how well candidate @i fits, by the network's own guess, 0…1. */
double
mage_segment_job_get_score (MageSegmentJob *self, guint i)
{
  EngineSegmentation *answer = get_answer (self);

  return answer != NULL && i < answer->n_candidates ? answer->candidates[i].score : 0;
}

/** mage_segment_job_get_memory: Returns: (transfer none) (nullable): for MageSegmentHint.memory */
GBytes *
mage_segment_job_get_memory (MageSegmentJob *self, guint i)
{
  EngineSegmentation *answer = get_answer (self);

  return answer != NULL && i < answer->n_candidates ? answer->candidates[i].memory : NULL;
}
