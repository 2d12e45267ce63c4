/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CaptionedClip:
 * @path: the clip's file
 * @caption: what it shows; empty only of caption_folder_list()
 *
 * A clip and its caption.
 */
typedef struct
{
  char *path;
  char *caption;
} CaptionedClip;

void captioned_clip_free (CaptionedClip *self);
GPtrArray *caption_folder_read (const char *folder, GCancellable *cancellable, GError **error);

GPtrArray *caption_folder_list (const char *folder, GCancellable *cancellable, GError **error);
gboolean captioned_clip_check (const CaptionedClip *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CaptionedClip, captioned_clip_free)

G_END_DECLS
