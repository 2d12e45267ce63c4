/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-segment-job.h"
#include "media/mask.h"

G_BEGIN_DECLS

/**
 * MageMaskPoint: a click, in pixels of the picture.
 * @inside: whether the subject is there, or is not
 */
typedef MageSegmentPoint MageMaskPoint;

typedef struct _MageMaskAnswers MageMaskAnswers;

MageMaskAnswers *mage_mask_answers_new (void);
void mage_mask_answers_free (MageMaskAnswers *self);
void mage_mask_answers_clear (MageMaskAnswers *self);

/* What is asked. */
void mage_mask_answers_add_point (MageMaskAnswers *self, double x, double y, gboolean inside);
const MageMaskPoint *mage_mask_answers_get_points (MageMaskAnswers *self, guint *n_points);
gboolean mage_mask_answers_set_box (MageMaskAnswers *self, double x0, double y0, double x1, double y1, double width,
                                    double height);
MageSegmentHint mage_mask_answers_make_hint (MageMaskAnswers *self, const Mask *mask);

/* What was answered. */
void mage_mask_answers_take (MageMaskAnswers *self, MageSegmentJob *job);
guint mage_mask_answers_get_n (MageMaskAnswers *self);
guint mage_mask_answers_get_chosen (MageMaskAnswers *self);
Mask *mage_mask_answers_choose (MageMaskAnswers *self, guint i);
guint mage_mask_answers_find_other (MageMaskAnswers *self, const Mask *mask);

G_END_DECLS
