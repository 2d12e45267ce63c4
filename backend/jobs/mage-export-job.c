/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-export-job.h"

#include "jobs/mage-clip-folder.h"
#include "jobs/mage-job-private.h"

#include <glib/gi18n.h>

/* Writes a result as a video file, from its frames without loss. */

struct _MageExportJob
{
  MageJob parent_instance;

  char *frames;
  char *path;
  char *prompt;
  double rate;
  ClipFormat format;
  guint factor;
};

G_DEFINE_FINAL_TYPE (MageExportJob, mage_export_job, MAGE_TYPE_JOB)

static void
progress_cb (double fraction, gpointer data)
{
  mage_job_report (data, "Writing the video", (guint) (fraction * 100), 100, NULL, 0);
}

static gboolean
mage_export_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageExportJob *self = MAGE_EXPORT_JOB (job);
  g_autoptr (Frames) frames = mage_clip_folder_read_frames (self->frames, self->rate, job, cancellable, error);
  ClipWrite how = { .format = self->format, .factor = self->factor, .scale = CLIP_SCALE_SMOOTH,
                    .title = self->prompt, .progress = progress_cb, .progress_data = job };

  return frames != NULL && clip_write (frames, self->path, &how, cancellable, error);
}

static void
mage_export_job_finalize (GObject *object)
{
  MageExportJob *self = MAGE_EXPORT_JOB (object);

  g_free (self->frames);
  g_free (self->path);
  g_free (self->prompt);
  G_OBJECT_CLASS (mage_export_job_parent_class)->finalize (object);
}

static void
mage_export_job_class_init (MageExportJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_export_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_export_job_run;
}

static void
mage_export_job_init (MageExportJob *self)
{
}

/**
 * mage_export_job_new:
 * @path: where to
 * @factor: whole number by which both sides grow
 */
MageExportJob *
mage_export_job_new (MageResult *result, const char *path, ClipFormat format, guint factor)
{
  MageExportJob *self = g_object_new (MAGE_TYPE_EXPORT_JOB, NULL);

  self->frames = mage_result_dup_path (result, MAGE_RESULT_FRAMES);
  self->path = g_strdup (path);
  self->prompt = g_strdup (mage_result_get_prompt (result));
  self->rate = mage_params_get_double (mage_result_get_params (result), "rate");
  self->format = format;
  self->factor = factor;
  mage_job_set_title (MAGE_JOB (self), _("Exporting"));
  return self;
}
