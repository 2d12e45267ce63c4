/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-export-job.h"

#include "jobs/mage-clip-folder.h"
#include "jobs/mage-job-private.h"
#include "project/mage-result-record.h"

#include <glib/gi18n.h>

/*
 * Writes a result as a video or as pictures, from its frames without loss; what made it travels inside. It needs no network; it is given
 * to mage_worker_assist().
 */

struct _MageExportJob
{
  MageJob parent_instance;

  char *frames;
  char *path;
  char *prompt;
  char *record;
  double rate;
  ClipWrite how; /* its texts are those above */
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

  return frames != NULL && clip_write (frames, self->path, &self->how, cancellable, error);
}

static void
mage_export_job_finalize (GObject *object)
{
  MageExportJob *self = MAGE_EXPORT_JOB (object);

  g_free (self->frames);
  g_free (self->path);
  g_free (self->prompt);
  g_free (self->record);
  G_OBJECT_CLASS (mage_export_job_parent_class)->finalize (object);
}

static void
mage_export_job_class_init (MageExportJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_export_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_export_job_run;
  MAGE_JOB_CLASS (klass)->lane = MAGE_LANE_FILES;
}

static void
mage_export_job_init (MageExportJob *self)
{
}

/**
 * mage_export_job_new:
 * @path: where to
 * @how: format, quality, size, rate and rounds; title, comment and progress are the job's
 */
MageExportJob *
mage_export_job_new (MageResult *result, const char *path, const ClipWrite *how)
{
  MageExportJob *self = g_object_new (MAGE_TYPE_EXPORT_JOB, NULL);
  g_autofree char *name = g_path_get_basename (path);
  /* Translators: %s is the name of a file */
  g_autofree char *title = g_strdup_printf (_("Exporting %s"), name);

  self->frames = mage_result_dup_path (result, MAGE_RESULT_FRAMES);
  self->path = g_strdup (path);
  self->prompt = g_strdup (mage_result_get_prompt (result));
  self->rate = mage_params_get_double (mage_result_get_params (result), "rate");
  self->record = mage_result_record_write (result);
  self->how = *how;
  self->how.title = self->prompt;
  self->how.comment = self->record;
  self->how.progress = progress_cb;
  self->how.progress_data = self;
  mage_job_set_title (MAGE_JOB (self), title);
  return self;
}
