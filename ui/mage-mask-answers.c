/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-mask-answers.h"

/* What a person said of where a subject is, by clicks and a box, and the masks that were the answer, the likeliest first. */

typedef struct
{
  Mask *mask;
  GBytes *memory; /* (nullable): for the next question about the same picture */
} Answer;

struct _MageMaskAnswers
{
  GArray *points; /* of MageMaskPoint */
  gboolean has_box;
  double box[4];     /* left, top, right, bottom */
  GPtrArray *answers;
  guint chosen;
};

static void
answer_free (gpointer data)
{
  Answer *self = data;

  mask_unref (self->mask);
  g_clear_pointer (&self->memory, g_bytes_unref);
  g_free (self);
}

MageMaskAnswers *
mage_mask_answers_new (void)
{
  MageMaskAnswers *self = g_new0 (MageMaskAnswers, 1);

  self->points = g_array_new (FALSE, FALSE, sizeof (MageMaskPoint));
  self->answers = g_ptr_array_new_with_free_func (answer_free);
  return self;
}

void
mage_mask_answers_free (MageMaskAnswers *self)
{
  g_array_unref (self->points);
  g_ptr_array_unref (self->answers);
  g_free (self);
}

/** mage_mask_answers_clear: forgets what was said and what was answered. */
void
mage_mask_answers_clear (MageMaskAnswers *self)
{
  g_array_set_size (self->points, 0);
  g_ptr_array_set_size (self->answers, 0);
  self->has_box = FALSE;
  self->chosen = 0;
}

/* --- what is asked --- */

void
mage_mask_answers_add_point (MageMaskAnswers *self, double x, double y, gboolean inside)
{
  MageMaskPoint point = { x, y, inside };

  g_array_append_val (self->points, point);
}

/** mage_mask_answers_get_points: Returns: (transfer none) */
const MageMaskPoint *
mage_mask_answers_get_points (MageMaskAnswers *self, guint *n_points)
{
  *n_points = self->points->len;
  return (const MageMaskPoint *) (gpointer) self->points->data;
}

/** mage_mask_answers_set_box: @x0: corners in any order. Returns: FALSE where less than a pixel of the picture is in it */
gboolean
mage_mask_answers_set_box (MageMaskAnswers *self, double x0, double y0, double x1, double y1, double width, double height)
{
  self->box[0] = CLAMP (MIN (x0, x1), 0, width);
  self->box[1] = CLAMP (MIN (y0, y1), 0, height);
  self->box[2] = CLAMP (MAX (x0, x1), 0, width);
  self->box[3] = CLAMP (MAX (y0, y1), 0, height);
  self->has_box = self->box[2] - self->box[0] >= 1 && self->box[3] - self->box[1] >= 1;
  return self->has_box;
}

/* What the mask covers now, and all that was clicked on, is in the box. */
static void
surround (MageMaskAnswers *self, const Mask *mask, MageSegmentHint *hint)
{
  cairo_rectangle_int_t box;

  if (mask == NULL || !mask_get_box (mask, &box))
    return;
  hint->has_box = TRUE;
  hint->x0 = box.x;
  hint->y0 = box.y;
  hint->x1 = box.x + box.width;
  hint->y1 = box.y + box.height;
  for (guint i = 0; i < self->points->len; i++)
    {
      const MageMaskPoint *point = &g_array_index (self->points, MageMaskPoint, i);

      if (!point->inside)
        continue;
      hint->x0 = MIN (hint->x0, point->x);
      hint->y0 = MIN (hint->y0, point->y);
      hint->x1 = MAX (hint->x1, point->x);
      hint->y1 = MAX (hint->y1, point->y);
    }
}

/**
 * mage_mask_answers_make_hint:
 * @mask: (nullable): what is there now
 *
 * Points correct what is there: within the box around it, and by the memory of the answer that it was.
 *
 * Returns: what to ask; it borrows from @self
 */
MageSegmentHint
mage_mask_answers_make_hint (MageMaskAnswers *self, const Mask *mask)
{
  const Answer *last = self->chosen < self->answers->len ? g_ptr_array_index (self->answers, self->chosen) : NULL;
  MageSegmentHint hint = { .n_points = self->points->len };

  hint.points = mage_mask_answers_get_points (self, &hint.n_points);
  if (self->has_box)
    {
      hint.has_box = TRUE;
      hint.x0 = self->box[0];
      hint.y0 = self->box[1];
      hint.x1 = self->box[2];
      hint.y1 = self->box[3];
    }
  if (last != NULL && self->points->len > 0)
    hint.memory = last->memory;
  if (!hint.has_box && self->points->len > 0)
    surround (self, mask, &hint);
  return hint;
}

/* --- what was answered --- */

/** mage_mask_answers_take: @job: it is done; its first answer is chosen. */
void
mage_mask_answers_take (MageMaskAnswers *self, MageSegmentJob *job)
{
  g_ptr_array_set_size (self->answers, 0);
  for (guint i = 0; i < mage_segment_job_get_n_candidates (job); i++)
    {
      guint width, height;
      GBytes *alpha = mage_segment_job_get_mask (job, i, &width, &height);
      GBytes *memory = mage_segment_job_get_memory (job, i);
      Answer *answer = g_new0 (Answer, 1);

      answer->mask = mask_new (width, height, alpha);
      answer->memory = memory != NULL ? g_bytes_ref (memory) : NULL;
      g_ptr_array_add (self->answers, answer);
    }
  self->chosen = 0;
}

guint
mage_mask_answers_get_n (MageMaskAnswers *self)
{
  return self->answers->len;
}

/** mage_mask_answers_get_chosen: which of them is shown, from 0 */
guint
mage_mask_answers_get_chosen (MageMaskAnswers *self)
{
  return self->chosen;
}

/** mage_mask_answers_choose: Returns: (transfer none): answer @i, which is shown from now on */
Mask *
mage_mask_answers_choose (MageMaskAnswers *self, guint i)
{
  g_return_val_if_fail (i < self->answers->len, NULL);

  self->chosen = i;
  return ((Answer *) g_ptr_array_index (self->answers, i))->mask;
}

/** mage_mask_answers_find_other: @mask: (nullable): what is there now. Returns: the first answer that is another */
guint
mage_mask_answers_find_other (MageMaskAnswers *self, const Mask *mask)
{
  for (guint i = 0; mask != NULL && i < self->answers->len; i++)
    if (!g_bytes_equal (mask->alpha, ((Answer *) g_ptr_array_index (self->answers, i))->mask->alpha))
      return i;
  return 0;
}
