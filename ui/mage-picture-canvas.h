/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-canvas-view.h"
#include "ui/mage-mask-editor.h"

G_BEGIN_DECLS

/** MageMaskTool: what a click or a drag does. The opposite (secondary button, Alt) of adding is taking, of the brush the eraser. */
typedef enum
{
  MAGE_MASK_TOOL_ADD,
  MAGE_MASK_TOOL_TAKE,
  MAGE_MASK_TOOL_BOX,
  MAGE_MASK_TOOL_BRUSH,
  MAGE_MASK_TOOL_ERASER
} MageMaskTool;

#define MAGE_TYPE_MASK_TOOL (mage_mask_tool_get_type ())
GType mage_mask_tool_get_type (void);

#define MAGE_TYPE_PICTURE_CANVAS (mage_picture_canvas_get_type ())
G_DECLARE_FINAL_TYPE (MagePictureCanvas, mage_picture_canvas, MAGE, PICTURE_CANVAS, GtkWidget)

GtkWidget *mage_picture_canvas_new (void);
void mage_picture_canvas_set_editor (MagePictureCanvas *self, MageMaskEditor *editor);
MageMaskEditor *mage_picture_canvas_get_editor (MagePictureCanvas *self);
void mage_picture_canvas_set_media (MagePictureCanvas *self, MageMedia *media);
void mage_picture_canvas_set_colour (MagePictureCanvas *self, const GdkRGBA *colour);
void mage_picture_canvas_set_looking (MagePictureCanvas *self, gboolean looking);
void mage_picture_canvas_set_hidden (MagePictureCanvas *self, gboolean hidden);
gboolean mage_picture_canvas_is_loading (MagePictureCanvas *self);

/* What pointers and keys do, in points of the widget. */
MageMaskTool mage_picture_canvas_get_tool (MagePictureCanvas *self);
gboolean mage_picture_canvas_begin (MagePictureCanvas *self, double x, double y, gboolean opposite);
void mage_picture_canvas_move (MagePictureCanvas *self, double x, double y);
void mage_picture_canvas_end (MagePictureCanvas *self);
gboolean mage_picture_canvas_cancel (MagePictureCanvas *self);
void mage_picture_canvas_set_pointer (MagePictureCanvas *self, double x, double y);
void mage_picture_canvas_unset_pointer (MagePictureCanvas *self);
void mage_picture_canvas_move_cross (MagePictureCanvas *self, double dx, double dy);
void mage_picture_canvas_act (MagePictureCanvas *self, gboolean opposite);

/* What is seen. */
const MageCanvasView *mage_picture_canvas_get_view (MagePictureCanvas *self);
void mage_picture_canvas_fit (MagePictureCanvas *self);
void mage_picture_canvas_zoom (MagePictureCanvas *self, double scale, double x, double y);
void mage_picture_canvas_pan (MagePictureCanvas *self, double dx, double dy);

G_END_DECLS
