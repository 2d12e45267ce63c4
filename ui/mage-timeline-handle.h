/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** MAGE_TIMELINE_ALL_THE_WAY: of a nudge: to the first or the last that there is. */
#define MAGE_TIMELINE_ALL_THE_WAY G_MAXINT16

/**
 * MageTimelineShape:
 * @MAGE_TIMELINE_PILL: words on the accent colour
 * @MAGE_TIMELINE_DOT: a small ring
 * @MAGE_TIMELINE_HEAD: the white dot of the playhead
 */
typedef enum
{
  MAGE_TIMELINE_PILL,
  MAGE_TIMELINE_DOT,
  MAGE_TIMELINE_HEAD
} MageTimelineShape;

#define MAGE_TYPE_TIMELINE_HANDLE (mage_timeline_handle_get_type ())
G_DECLARE_FINAL_TYPE (MageTimelineHandle, mage_timeline_handle, MAGE, TIMELINE_HANDLE, GtkWidget)

GtkWidget *mage_timeline_handle_new (MageTimelineShape shape, const char *label);
void mage_timeline_handle_set_value (MageTimelineHandle *self, const char *markup, double value, double maximum, const char *text);
gboolean mage_timeline_handle_is_dragged (MageTimelineHandle *self);

G_END_DECLS
