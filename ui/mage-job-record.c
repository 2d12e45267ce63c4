/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-job-record.h"

#include "ui/mage-job-log.h"

#include <glib/gi18n.h>

/* What is left of a job that is over: how it ended, when, and its log. The job itself may hold clips, and goes. */

struct _MageJobRecord
{
  GObject parent_instance;

  char *title;
  char *words;
  char *log;
  GObject *object; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (MageJobRecord, mage_job_record, G_TYPE_OBJECT)

static void
mage_job_record_finalize (GObject *object)
{
  MageJobRecord *self = MAGE_JOB_RECORD (object);

  g_free (self->title);
  g_free (self->words);
  g_free (self->log);
  g_clear_object (&self->object);
  G_OBJECT_CLASS (mage_job_record_parent_class)->finalize (object);
}

static void
mage_job_record_class_init (MageJobRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_job_record_finalize;
}

static void
mage_job_record_init (MageJobRecord *self)
{
}

static char *
dup_words (MageJob *job)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* Translators: a time of day, as short as it is read */
  g_autofree char *time = g_date_time_format (now, _("%H:%M"));

  switch (mage_job_get_state (job))
    {
    case MAGE_JOB_FAILED:
      return g_strdup_printf (_("Failed at %s"), time);
    case MAGE_JOB_CANCELLED:
      return g_strdup_printf (_("Stopped at %s"), time);
    case MAGE_JOB_DONE:
    default:
      return g_strdup_printf (_("Done at %s"), time);
    }
}

/** mage_job_record_new: @job: over; @object: (nullable): what it worked on */
MageJobRecord *
mage_job_record_new (MageJob *job, GObject *object)
{
  MageJobRecord *self = g_object_new (MAGE_TYPE_JOB_RECORD, NULL);

  self->title = g_strdup (mage_job_get_title (job));
  self->words = dup_words (job);
  self->log = mage_job_log_dup_text (job);
  g_set_object (&self->object, object);
  return self;
}

const char *
mage_job_record_get_title (MageJobRecord *self)
{
  return self->title;
}

/** mage_job_record_get_words: how and when it ended. */
const char *
mage_job_record_get_words (MageJobRecord *self)
{
  return self->words;
}

/** mage_job_record_get_log: its lines. */
const char *
mage_job_record_get_log (MageJobRecord *self)
{
  return self->log;
}

/** mage_job_record_get_object: Returns: (transfer none) (nullable): what it worked on */
GObject *
mage_job_record_get_object (MageJobRecord *self)
{
  return self->object;
}
