/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MEDIA_ERROR (media_error_quark ())

/**
 * MediaError:
 * @MEDIA_ERROR_UNREADABLE: the file is missing, empty, not a plain file or cannot be read
 * @MEDIA_ERROR_NOT_A_PICTURE: the file is no picture that can be known
 * @MEDIA_ERROR_NOT_A_VIDEO: the file is no video that can be known, or a still picture
 * @MEDIA_ERROR_NO_VIDEO: the file has sound or text, but no video
 * @MEDIA_ERROR_NO_DECODER: the format is known, but this system has no decoder for it
 * @MEDIA_ERROR_NO_ENCODER: this system cannot write the wanted format
 * @MEDIA_ERROR_DAMAGED: the file is cut off or broken
 * @MEDIA_ERROR_TOO_SMALL: the picture has fewer pixels than can be used
 * @MEDIA_ERROR_TOO_LARGE: the picture has more pixels than can be held
 * @MEDIA_ERROR_SPAN: the wanted span lies outside the clip
 * @MEDIA_ERROR_STALLED: reading or writing made no progress and was given up
 * @MEDIA_ERROR_EMPTY: there is nothing to work on (a mask without a subject, a folder without clips)
 * @MEDIA_ERROR_WRITE: the file could not be written
 * @MEDIA_ERROR_CAPTION: a caption is missing or cannot be read
 *
 * Why a picture, mask or clip could not be used. Each message is a sentence for a person.
 * Cancelling gives %G_IO_ERROR_CANCELLED instead.
 */
typedef enum
{
  MEDIA_ERROR_UNREADABLE,
  MEDIA_ERROR_NOT_A_PICTURE,
  MEDIA_ERROR_NOT_A_VIDEO,
  MEDIA_ERROR_NO_VIDEO,
  MEDIA_ERROR_NO_DECODER,
  MEDIA_ERROR_NO_ENCODER,
  MEDIA_ERROR_DAMAGED,
  MEDIA_ERROR_TOO_SMALL,
  MEDIA_ERROR_TOO_LARGE,
  MEDIA_ERROR_SPAN,
  MEDIA_ERROR_STALLED,
  MEDIA_ERROR_EMPTY,
  MEDIA_ERROR_WRITE,
  MEDIA_ERROR_CAPTION,
} MediaError;

GQuark media_error_quark (void);

G_END_DECLS
