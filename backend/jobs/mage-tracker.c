/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-tracker.h"

#include "media/mask-motion.h"

/*
 * From a subject's mask in one frame to that in the next. Its pixels say how far it moved; the box of the mask, moved
 * and a little wider, and places far inside it are MobileSAM's prompt, which looks at a crop around. Of its answers the
 * one most like the last mask is taken, and three comparisons say how far to trust it.
 */

/* A box is wider than the mask by this much on each side, so that what moves by itself stays within. */
#define BOX_MARGIN 0.06
#define N_POINTS 3

/* Where each comparison begins to speak against an answer, and where it says no: overlap with the moved mask, area
 * against the last one's (whichever is larger), likeness of colours to the marked subject. */
#define OVERLAP_GOOD 0.75
#define OVERLAP_BAD 0.45
#define AREA_GOOD 1.15
#define AREA_BAD 1.7
#define COLOUR_GOOD 0.9
#define COLOUR_BAD 0.65

/* 0 at @good, MAGE_TRACK_STOP at @bad, on to 1. */
static double
doubt_of (double value, double good, double bad)
{
  return CLAMP ((value - good) / (bad - good) * MAGE_TRACK_STOP, 0, 1);
}

static void
judge (MageTrackStep *step, double doubt, const char *reason)
{
  if (doubt <= step->doubt)
    return;
  step->doubt = doubt;
  step->reason = reason;
}

static EngineSegmentation *
ask (MageTracker *self, const Mask *mask, guint to, MaskPoint shift, const cairo_rectangle_int_t *box, GError **error)
{
  MageEngineCall call = { .job = self->job };
  EngineListener listener = mage_engine_call_listen (&call);
  MaskPoint inner[N_POINTS];
  EnginePoint points[N_POINTS];
  guint n = mask_find_inner_points (mask, inner, N_POINTS);
  gsize size = frames_get_frame_size (self->frames);
  g_autoptr (GBytes) rgb = g_bytes_new_from_bytes (self->frames->rgb, to * size, size);
  double margin = BOX_MARGIN * MAX (box->width, box->height);
  EngineSegmentRequest request = { rgb, self->frames->width, self->frames->height, TRUE };

  request.x0 = box->x + shift.x - margin;
  request.y0 = box->y + shift.y - margin;
  request.x1 = box->x + box->width + shift.x + margin;
  request.y1 = box->y + box->height + shift.y + margin;
  for (guint i = 0; i < n; i++)
    points[i] = (EnginePoint){ inner[i].x + shift.x, inner[i].y + shift.y, TRUE };
  request.points = points;
  request.n_points = n;
  request.cache_dir = self->cache_dir;
  listener.progress = NULL; /* frames are what is counted */
  return self->table->segment (self->segmenter, &request, &listener, error);
}

/* The answer that is most like the moved mask. */
static Mask *
choose (const EngineSegmentation *answer, const Mask *last, MaskPoint shift, double *overlap)
{
  Mask *best = NULL;

  *overlap = 0;
  for (guint i = 0; i < answer->n_candidates; i++)
    {
      g_autoptr (Mask) mask = mask_new (answer->width, answer->height, answer->candidates[i].mask);
      double value = mask_overlap_moved (last, mask, shift);

      if (value <= *overlap)
        continue;
      *overlap = value;
      g_clear_pointer (&best, mask_unref);
      best = g_steal_pointer (&mask);
    }
  return best;
}

static void
compare (MageTracker *self, const Mask *last, guint to, double overlap, MageTrackStep *step)
{
  double before = (double) mask_get_area (last), now = (double) mask_get_area (step->mask);
  double growth = MAX (before, now) / MAX (MIN (before, now), 1);
  double likeness = mask_colour_likeness (self->marked, frames_get_frame (self->frames, self->marked_frame), step->mask,
                                          frames_get_frame (self->frames, to));

  judge (step, doubt_of (overlap, OVERLAP_GOOD, OVERLAP_BAD), "its outline changes too much at once");
  judge (step, doubt_of (growth, AREA_GOOD, AREA_BAD), now > before ? "it grows too much at once" : "it shrinks too much at once");
  judge (step, doubt_of (likeness, COLOUR_GOOD, COLOUR_BAD), "its colours are not those of the subject");
}

/**
 * mage_tracker_step:
 * @from: a frame, in which the subject is where @mask says
 * @to: another one, beside it
 * @step: (out caller-allocates): its mask is the caller's
 *
 * Returns: FALSE with an error; that there is doubt is none
 */
gboolean
mage_tracker_step (MageTracker *self, guint from, Mask *mask, guint to, MageTrackStep *step, GError **error)
{
  g_autoptr (EngineSegmentation) answer = NULL;
  cairo_rectangle_int_t box;
  MaskPoint shift;
  double overlap;

  *step = (MageTrackStep){ NULL, 0, "" };
  if (!mask_get_box (mask, &box))
    {
      judge (step, 1, "it cannot be seen");
      return TRUE;
    }
  shift = mask_find_shift (mask, frames_get_frame (self->frames, from), frames_get_frame (self->frames, to));
  answer = ask (self, mask, to, shift, &box, error);
  if (answer == NULL)
    return FALSE;
  step->mask = choose (answer, mask, shift, &overlap);
  if (step->mask == NULL)
    judge (step, 1, "it cannot be found");
  else
    compare (self, mask, to, overlap, step);
  return TRUE;
}
