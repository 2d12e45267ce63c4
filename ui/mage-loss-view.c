/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-view.h"

/* The part of a run that is seen: all of it, until it is zoomed into. */

/* No fewer steps than these fill the chart. */
#define MIN_SPAN 8.0

/** mage_loss_view_get_end: where the axis of the whole run ends. */
double
mage_loss_view_get_end (const MageLossView *self)
{
  return mage_loss_scene_get_end (self->scene, self->n_steps);
}

void
mage_loss_view_get (const MageLossView *self, double *from, double *to)
{
  *from = self->scene->from;
  *to = self->scene->to;
}

/**
 * mage_loss_view_follow:
 * @end_before: where the run ended before it grew
 *
 * All of the run, unless a part was chosen; what is at the newest step stays there.
 */
void
mage_loss_view_follow (MageLossView *self, double end_before)
{
  MageLossScene *scene = self->scene;
  double end = mage_loss_view_get_end (self);
  double width = scene->to - scene->from;

  if (!self->zoomed)
    {
      scene->from = 0;
      scene->to = end;
    }
  else if (scene->to >= end_before && end > end_before)
    {
      scene->from = end - width;
      scene->to = end;
    }
}

/** mage_loss_view_set: shows the steps @from to @to, as far as there are any; all of them: is not zoomed any more. */
void
mage_loss_view_set (MageLossView *self, double from, double to)
{
  double end = mage_loss_view_get_end (self);
  double width = CLAMP (to - from, MIN (MIN_SPAN, end), end);

  from = CLAMP (from, 0, end - width);
  self->zoomed = width < end;
  self->scene->from = from;
  self->scene->to = from + width;
  self->changed (self->owner);
}

/** mage_loss_view_zoom: @factor: above 1 nearer; @at: the step that stays where it is */
void
mage_loss_view_zoom (MageLossView *self, double factor, double at)
{
  MageLossScene *scene = self->scene;
  double width = scene->to - scene->from;
  double end = mage_loss_view_get_end (self);
  double wanted = CLAMP (width / factor, MIN (MIN_SPAN, end), end);

  at = CLAMP (at, scene->from, scene->to);
  mage_loss_view_set (self, at - (at - scene->from) * wanted / width, at + (scene->to - at) * wanted / width);
}

/** mage_loss_view_pan: @steps: towards later ones */
void
mage_loss_view_pan (MageLossView *self, double steps)
{
  mage_loss_view_set (self, self->scene->from + steps, self->scene->to + steps);
}

/** mage_loss_view_reveal: a step that is chosen is seen; 0: none is. */
void
mage_loss_view_reveal (MageLossView *self, guint step)
{
  MageLossScene *scene = self->scene;
  double width = scene->to - scene->from;

  if (self->zoomed && step > 0 && (step < scene->from || step > scene->to))
    mage_loss_view_set (self, step - width / 2, step + width / 2);
}
