/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-alpha-line.h"
#include "project/mage-series.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** MAGE_TIMELINE_NO_STEP: nothing is chosen: the end, or what comes. */
#define MAGE_TIMELINE_NO_STEP G_MAXUINT

/** MageGuidance: how a sampling guides: by @tau, which is @guided of its steps, and along @line. */
typedef struct
{
  guint tau;
  guint guided;
  MageAlphaLine line;
} MageGuidance;

/** MageTimelinePart: what has a handle. */
typedef enum
{
  MAGE_TIMELINE_STEP,
  MAGE_TIMELINE_GUIDED,
  MAGE_TIMELINE_START,
  MAGE_TIMELINE_MIDDLE,
  MAGE_TIMELINE_END,
  MAGE_TIMELINE_N_PARTS
} MageTimelinePart;

#define MAGE_TYPE_TIMELINE (mage_timeline_get_type ())
G_DECLARE_FINAL_TYPE (MageTimeline, mage_timeline, MAGE, TIMELINE, GtkWidget)

GtkWidget *mage_timeline_new (void);
void mage_timeline_set_run (MageTimeline *self, guint n_steps, guint done, gboolean collaborates, MageSeries *series);
void mage_timeline_set_guidance (MageTimeline *self, const MageGuidance *next, const MageGuidance *made);
void mage_timeline_set_step (MageTimeline *self, guint step);
void mage_timeline_set_picture (MageTimeline *self, guint step, GdkTexture *texture);
void mage_timeline_clear_pictures (MageTimeline *self);
guint mage_timeline_get_n_cells (MageTimeline *self);
guint mage_timeline_get_cell_step (MageTimeline *self, guint cell);
guint mage_timeline_get_guided (MageTimeline *self);
const MageGuidance *mage_timeline_get_drawn (MageTimeline *self);
const MageAlphaLine *mage_timeline_get_line (MageTimeline *self);
GtkWidget *mage_timeline_get_handle (MageTimeline *self, MageTimelinePart part);

G_END_DECLS
