/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** CLIP_COMMENT_PNG_KEY: where a PNG file keeps the comment, as GdkPixbuf calls it. */
#define CLIP_COMMENT_PNG_KEY "tEXt::Comment"

char *clip_read_comment (const char *path, GCancellable *cancellable);
char *clip_comment_make_xmp (const char *title, const char *comment);

G_END_DECLS
