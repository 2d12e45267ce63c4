/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"
#include "project/mage-media.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MageStills: frames of a clip that can be pointed at.
 * @times: (array length=n): seconds from the clip's beginning, ascending
 * @frames: whole and upright; large ones smaller
 */
typedef struct
{
  guint n;
  double *times;
  Frames *frames;
} MageStills;

/** MageStillsWish: the @n_learned frames that are learned from a part of @clip, and those at @times, too. */
typedef struct
{
  const char *clip;
  double start;
  double length;
  guint n_learned;
  const double *times;
  guint n_times;
} MageStillsWish;

void mage_stills_free (MageStills *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageStills, mage_stills_free)
guint mage_stills_find (const MageStills *self, double time);
guint mage_stills_find_nearest (const MageStills *self, double time);
void mage_stills_load_async (const MageStillsWish *wish, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data);
MageStills *mage_stills_load_finish (GAsyncResult *result, GError **error);

void mage_still_save_async (MageMedia *clip, double time, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer data);
MageMedia *mage_still_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
