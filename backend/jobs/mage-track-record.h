/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-track-job.h"

G_BEGIN_DECLS

/**
 * MageTrackFrame: what became of a thing in one frame.
 * @mask: (nullable): where it is; NULL where it was not followed to, or not found
 * @doubt: see mage_track_job_get_doubt()
 */
typedef struct
{
  Mask *mask;
  double doubt;
  char *reason;
} MageTrackFrame;

/** MageTrackRecord: what a #MageTrackJob found, which can be kept in a folder. Not shared between threads. */
typedef struct
{
  guint n_frames;
  MageTrackFrame *frames;
} MageTrackRecord;

MageTrackRecord *mage_track_record_new (MageTrackJob *job);
void mage_track_record_free (MageTrackRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageTrackRecord, mage_track_record_free)
gboolean mage_track_record_save (const MageTrackRecord *self, const char *folder, GError **error);
MageTrackRecord *mage_track_record_load (const char *folder, GError **error);
char *mage_track_record_dup_file (guint frame);
gboolean mage_track_record_is_doubtful (const MageTrackRecord *self, guint frame);
gboolean mage_track_record_is_stop (const MageTrackRecord *self, guint frame);
guint mage_track_record_count_doubtful (const MageTrackRecord *self);
guint mage_track_record_find_stop (const MageTrackRecord *self);

G_END_DECLS
