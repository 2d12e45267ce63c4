/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-measure-job.h"

#include "jobs/mage-clip-folder.h"
#include "jobs/mage-job-private.h"
#include "jobs/mage-locate-job.h"
#include "jobs/mage-material.h"
#include "jobs/mage-measure.h"
#include "media/clip-reader.h"
#include "media/picture.h"
#include "project/mage-name.h"
#include "project/mage-result-parts.h"

#include <glib/gi18n.h>

/*
 * Measures a video: how steady it is, whether it moves as its motion does, and whether its subjects have the colours of their
 * pictures, where the base model sees them. Short; it is given to mage_worker_assist ().
 */

typedef struct
{
  char *token;
  GPtrArray *pictures;  /* paths */
  GPtrArray *masks;     /* paths; NULL: the whole picture */
} Subject;

struct _MageMeasureJob
{
  MageJob parent_instance;

  MageResult *result;
  MageLocate *locate;
  char *folder;        /* of its frames */
  MageShape shape;
  char *clip;          /* (nullable): the motion's */
  ClipRead want;       /* of it */
  GPtrArray *subjects; /* Subject */
  MageMeasures measures;
};

G_DEFINE_FINAL_TYPE (MageMeasureJob, mage_measure_job, MAGE_TYPE_JOB)

static void
subject_free (gpointer data)
{
  Subject *self = data;

  g_free (self->token);
  g_ptr_array_unref (self->pictures);
  g_ptr_array_unref (self->masks);
  g_free (self);
}

static void
measured_free (gpointer data)
{
  g_free (((MageMeasuredSubject *) data)->token);
  g_free (data);
}

/* --- the worker's thread --- */

static gboolean
count_colours (const Subject *subject, MageColours *colours, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < subject->pictures->len; i++)
    {
      const char *path = g_ptr_array_index (subject->masks, i);
      g_autoptr (Frames) picture = picture_load (g_ptr_array_index (subject->pictures, i), cancellable, error);
      g_autoptr (Mask) mask = NULL;

      if (picture == NULL || (path != NULL && (mask = mask_load (path, cancellable, error)) == NULL))
        return FALSE;
      mage_colours_add (colours, picture, mask);
    }
  return TRUE;
}

static gboolean
measure_subjects (MageMeasureJob *self, MageEngine *engine, Frames *frames, GCancellable *cancellable, GError **error)
{
  if (self->subjects->len == 0)
    return TRUE;
  if (!mage_locate_run (self->locate, MAGE_JOB (self), engine, frames, TRUE, error))
    return FALSE;
  for (guint i = 0; i < self->subjects->len; i++)
    {
      const Subject *subject = g_ptr_array_index (self->subjects, i);
      GBytes *masks = mage_locate_get_masks (self->locate, subject->token);
      g_autoptr (MageColours) colours = mage_colours_new ();
      MageMeasuredSubject *measured;

      if (!count_colours (subject, colours, cancellable, error))
        return FALSE;
      measured = g_new0 (MageMeasuredSubject, 1);
      measured->token = g_strdup (subject->token);
      measured->colours = masks != NULL ? mage_measure_identity (frames, masks, colours) : 0;
      g_ptr_array_add (self->measures.subjects, measured);
    }
  return TRUE;
}

static gboolean
measure_motion (MageMeasureJob *self, Frames *frames, GCancellable *cancellable, GError **error)
{
  g_autoptr (Frames) clip = NULL;

  if (self->clip == NULL)
    return TRUE;
  self->want.n_frames = frames->n_frames;
  clip = clip_read (self->clip, &self->want, cancellable, error);
  if (clip == NULL)
    return FALSE;
  self->measures.has_motion = clip->n_frames == frames->n_frames;
  self->measures.motion = self->measures.has_motion ? mage_measure_motion (frames, clip) : 0;
  return TRUE;
}

static gboolean
mage_measure_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageMeasureJob *self = MAGE_MEASURE_JOB (job);
  g_autoptr (Frames) frames = NULL;

  mage_job_report (job, "Measuring", 0, 0, NULL, 0);
  frames = mage_clip_folder_read_frames (self->folder, self->shape.rate, job, cancellable, error);
  if (frames == NULL || !measure_motion (self, frames, cancellable, error))
    return FALSE;
  self->measures.steadiness = 1 - mage_measure_change (frames);
  return measure_subjects (self, engine, frames, cancellable, error);
}

/* --- main thread --- */

static void
mage_measure_job_finalize (GObject *object)
{
  MageMeasureJob *self = MAGE_MEASURE_JOB (object);

  g_clear_object (&self->result);
  g_clear_pointer (&self->locate, mage_locate_free);
  g_free (self->folder);
  g_free (self->clip);
  g_ptr_array_unref (self->subjects);
  g_ptr_array_unref (self->measures.subjects);
  G_OBJECT_CLASS (mage_measure_job_parent_class)->finalize (object);
}

static void
mage_measure_job_class_init (MageMeasureJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_measure_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_measure_job_run;
}

static void
mage_measure_job_init (MageMeasureJob *self)
{
  self->subjects = g_ptr_array_new_with_free_func (subject_free);
  self->measures.subjects = g_ptr_array_new_with_free_func (measured_free);
}

static void
add_subject (MageMeasureJob *self, MageSubject *subject)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (subject));
  Subject *added = g_new0 (Subject, 1);

  added->token = g_strdup (mage_trainable_get_token (MAGE_TRAINABLE (subject)));
  added->pictures = g_ptr_array_new_with_free_func (g_free);
  added->masks = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < g_list_model_get_n_items (pictures); i++)
    {
      g_autoptr (MageMedia) media = g_list_model_get_item (pictures, i);
      MageMedia *mask = mage_media_get_mask (media);

      g_ptr_array_add (added->pictures, mage_media_dup_path (media));
      g_ptr_array_add (added->masks, mask != NULL ? mage_media_dup_path (mask) : NULL);
    }
  g_ptr_array_add (self->subjects, added);
}

static void
set_motion (MageMeasureJob *self, MageMotion *motion)
{
  MageMedia *clip = mage_motion_get_clip (motion);
  const MageCrop *crop = mage_motion_get_crop (motion);

  if (clip == NULL)
    return;
  self->clip = mage_media_dup_path (clip);
  self->want = (ClipRead){ .start_s = mage_motion_get_start (motion), .length_s = mage_motion_get_length (motion),
                           .rate = self->shape.rate, .width = self->shape.width, .height = self->shape.height,
                           .crop = { crop->x, crop->y, crop->width, crop->height } };
}

/**
 * mage_measure_job_new:
 * @result: a video; what it is compared with are the project's pictures and clips as they are now
 */
MageMeasureJob *
mage_measure_job_new (MageProject *project, MageResult *result)
{
  MageMeasureJob *self = g_object_new (MAGE_TYPE_MEASURE_JOB, NULL);
  g_auto (GStrv) tokens = mage_token_find_all (mage_result_get_prompt (result));
  MageTrainable *motion = mage_project_find (project, mage_result_find_motion (result));

  self->result = g_object_ref (result);
  self->folder = mage_result_dup_path (result, MAGE_RESULT_FRAMES);
  self->shape = mage_shape_from_params (mage_result_get_params (result));
  self->locate = mage_locate_new (project, mage_result_get_prompt (result));
  for (guint i = 0; tokens[i] != NULL; i++)
    {
      MageTrainable *subject = mage_project_find (project, tokens[i]);

      if (MAGE_IS_SUBJECT (subject) && g_list_model_get_n_items (G_LIST_MODEL (mage_subject_get_pictures (MAGE_SUBJECT (subject)))) > 0)
        add_subject (self, MAGE_SUBJECT (subject));
    }
  if (MAGE_IS_MOTION (motion))
    set_motion (self, MAGE_MOTION (motion));
  mage_job_set_title (MAGE_JOB (self), _("Measuring"));
  return self;
}

MageResult *
mage_measure_job_get_result (MageMeasureJob *self)
{
  return self->result;
}

/** mage_measure_job_get_measures: Returns: (transfer none) (nullable): when the job is done */
const MageMeasures *
mage_measure_job_get_measures (MageMeasureJob *self)
{
  return mage_job_get_state (MAGE_JOB (self)) == MAGE_JOB_DONE ? &self->measures : NULL;
}
