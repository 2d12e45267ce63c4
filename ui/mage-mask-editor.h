/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/mask-edit.h"
#include "ui/mage-mask-answers.h"
#include "ui/mage-mask-layer.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

/** MageMaskChange: what can be done with a whole mask. */
typedef enum
{
  MAGE_MASK_GROW,
  MAGE_MASK_SHRINK,
  MAGE_MASK_FILL_HOLES,
  MAGE_MASK_INVERT,
  MAGE_MASK_CLEAR
} MageMaskChange;

#define MAGE_TYPE_MASK_EDITOR (mage_mask_editor_get_type ())
G_DECLARE_FINAL_TYPE (MageMaskEditor, mage_mask_editor, MAGE, MASK_EDITOR, GObject)

MageMaskEditor *mage_mask_editor_new (MageSession *session);
void mage_mask_editor_set_media (MageMaskEditor *self, MageMedia *media);
MageMedia *mage_mask_editor_get_media (MageMaskEditor *self);
void mage_mask_editor_set_size (MageMaskEditor *self, guint width, guint height);
MageMaskLayer *mage_mask_editor_get_layer (MageMaskEditor *self);
gboolean mage_mask_editor_is_loading (MageMaskEditor *self);

/* By hand. */
gboolean mage_mask_editor_begin_stroke (MageMaskEditor *self, const MaskBrush *brush, double x, double y);
void mage_mask_editor_continue_stroke (MageMaskEditor *self, double x, double y);
void mage_mask_editor_end_stroke (MageMaskEditor *self);
void mage_mask_editor_cancel_stroke (MageMaskEditor *self);
void mage_mask_editor_change (MageMaskEditor *self, MageMaskChange change);
void mage_mask_editor_confirm (MageMaskEditor *self);

/* By asking. */
void mage_mask_editor_find (MageMaskEditor *self);
void mage_mask_editor_click (MageMaskEditor *self, double x, double y, gboolean inside);
void mage_mask_editor_mark_box (MageMaskEditor *self, double x0, double y0, double x1, double y1);
void mage_mask_editor_cancel (MageMaskEditor *self);
gboolean mage_mask_editor_get_working (MageMaskEditor *self);
const MageMaskPoint *mage_mask_editor_get_points (MageMaskEditor *self, guint *n_points);
guint mage_mask_editor_get_n_candidates (MageMaskEditor *self);
guint mage_mask_editor_get_candidate (MageMaskEditor *self);
void mage_mask_editor_choose_next (MageMaskEditor *self);
void mage_mask_editor_offer (MageMaskEditor *self, MageJob *job);
double mage_mask_editor_get_coverage (MageMaskEditor *self);
const char *mage_mask_editor_get_problem (MageMaskEditor *self);

G_END_DECLS
