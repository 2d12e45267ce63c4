/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-crop.h"

#include "project/mage-param-value.h"

#include <math.h>

/* A rectangle in a clip's frames, and as text: "120,40,512,512". */

gboolean
mage_crop_is_set (const MageCrop *self)
{
  return self->width > 0 && self->height > 0;
}

/** mage_crop_equal: two that stand for the middle are equal. */
gboolean
mage_crop_equal (const MageCrop *self, const MageCrop *other)
{
  if (!mage_crop_is_set (self) || !mage_crop_is_set (other))
    return mage_crop_is_set (self) == mage_crop_is_set (other);
  return !(self->x < other->x || self->x > other->x || self->y < other->y || self->y > other->y
           || self->width < other->width || self->width > other->width || self->height < other->height
           || self->height > other->height);
}

/** mage_crop_dup_text: Returns: (transfer full): left, upper edge, width and height; "" for the middle */
char *
mage_crop_dup_text (const MageCrop *self)
{
  g_autofree char *x = mage_param_number_to_text (self->x);
  g_autofree char *y = mage_param_number_to_text (self->y);
  g_autofree char *width = mage_param_number_to_text (self->width);
  g_autofree char *height = mage_param_number_to_text (self->height);

  return mage_crop_is_set (self) ? g_strjoin (",", x, y, width, height, NULL) : g_strdup ("");
}

/** mage_crop_parse: @text: (nullable): as of mage_crop_dup_text(). Returns: FALSE, and the middle, where it is none */
gboolean
mage_crop_parse (MageCrop *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", ",", -1);
  double numbers[4] = { 0 };

  *self = (MageCrop) { 0 };
  if (g_strv_length (words) != 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      char *end = NULL;

      numbers[i] = g_ascii_strtod (words[i], &end);
      if (end == words[i] || *end != '\0' || !isfinite (numbers[i]) || numbers[i] < 0 || numbers[i] > 1e6)
        return FALSE;
    }
  if (numbers[2] <= 0 || numbers[3] <= 0)
    return FALSE;
  *self = (MageCrop) { numbers[0], numbers[1], numbers[2], numbers[3] };
  return TRUE;
}
