/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "jobs/mage-job.h"
#include "media/frames.h"

G_BEGIN_DECLS

gboolean mage_clip_folder_exists (const char *folder);
gboolean mage_clip_folder_write (const char *folder, const EngineClip *clip, GError **error);
Frames *mage_clip_folder_read_frames (const char *folder, double rate, MageJob *job, GCancellable *cancellable,
                                      GError **error);
EngineClip *mage_clip_folder_read (const char *folder, const char *caption, MageJob *job,
                                   GCancellable *cancellable, GError **error);
gboolean mage_clip_folder_link (const char *from, const char *to, GError **error);
gboolean mage_folder_make (const char *folder, GError **error);

G_END_DECLS
