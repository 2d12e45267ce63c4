/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** MageCrop: the part of a clip's frames that is learned, in pixels of the upright clip; a width of 0 stands for the middle. */
typedef struct
{
  double x;
  double y;
  double width;
  double height;
} MageCrop;

gboolean mage_crop_is_set (const MageCrop *self);
gboolean mage_crop_equal (const MageCrop *self, const MageCrop *other);
char *mage_crop_dup_text (const MageCrop *self);
gboolean mage_crop_parse (MageCrop *self, const char *text);

G_END_DECLS
