/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media-error.h"

G_DEFINE_QUARK (media-error-quark, media_error)
