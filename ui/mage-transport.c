/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-transport.h"

#include <math.h>

/*
 * The keys by which every clip is played, as in programs that cut videos: space plays and pauses, arrows go by
 * frames, J plays backwards, K pauses, L plays; J and L once more play faster.
 */

/* Faster than this nobody sees anything. */
#define SPEED_MAX 4.0

static void
step (MageClipPaintable *clip, gboolean *playing, int frames)
{
  int n = (int) mage_clip_paintable_get_n_frames (clip);

  *playing = FALSE;
  mage_clip_paintable_set_frame (clip, (guint) (((int) mage_clip_paintable_get_frame (clip) + frames + n) % n));
}

/* From another direction, or from standing, at the clip's own speed; else twice as fast. */
static void
shuttle (MageClipPaintable *clip, gboolean *playing, double direction)
{
  double speed = mage_clip_paintable_get_speed (clip);
  gboolean goes = *playing && speed * direction > 0;

  mage_clip_paintable_set_speed (clip, direction * (goes ? MIN (2 * fabs (speed), SPEED_MAX) : 1));
  *playing = TRUE;
}

/**
 * mage_transport_take_key:
 * @clip: (nullable)
 * @playing: (inout): whether it plays
 * @mirrored: whether text runs from right to left, and time with it
 *
 * Returns: whether the key was one of these
 */
gboolean
mage_transport_take_key (MageClipPaintable *clip, gboolean *playing, guint key, GdkModifierType modifiers, gboolean mirrored)
{
  int forward = mirrored ? -1 : 1;

  if (clip == NULL || (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  switch (key)
    {
    case GDK_KEY_space:
      if (!*playing && mage_clip_paintable_get_speed (clip) < 0)
        mage_clip_paintable_set_speed (clip, 1);
      *playing = !*playing;
      return TRUE;
    case GDK_KEY_j:
    case GDK_KEY_J:
      shuttle (clip, playing, -1);
      return TRUE;
    case GDK_KEY_k:
    case GDK_KEY_K:
      *playing = FALSE;
      return TRUE;
    case GDK_KEY_l:
    case GDK_KEY_L:
      shuttle (clip, playing, 1);
      return TRUE;
    case GDK_KEY_Left:
      step (clip, playing, -forward);
      return TRUE;
    case GDK_KEY_Right:
      step (clip, playing, forward);
      return TRUE;
    default:
      return FALSE;
    }
}
