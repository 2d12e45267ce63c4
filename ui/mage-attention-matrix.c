/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-matrix.h"

#include "ui/mage-colour-map.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/*
 * Where a pixel looks in time: a square of F × F, each row a frame that looks, and the outlined row once more as bars with
 * their shares. A click on a row goes to that frame, a drag through the frames.
 */

#define LABELS 18.0
#define GAP 10.0
#define BARS 54.0
#define ABOVE 16.0
#define SIDE 132
#define SIDE_OF_CELLS (SIDE - LABELS)
/* With more frames than this not every number has its place. */
#define MANY 12

struct _MageAttentionMatrix
{
  GtkWidget parent_instance;

  float *values;
  guint n_frames;
  guint frame;
};

G_DEFINE_FINAL_TYPE (MageAttentionMatrix, mage_attention_matrix, GTK_TYPE_WIDGET)

enum
{
  FRAME_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_labelled (MageAttentionMatrix *self, guint i)
{
  return self->n_frames <= MANY || i % 4 == 0 || i == self->frame;
}

static void
draw_text (GtkWidget *widget, GtkSnapshot *snapshot, const char *text, double x, double y, double width, const GdkRGBA *colour,
           gboolean bold)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  int text_width, text_height;

  pango_attr_list_insert (attributes, pango_attr_weight_new (bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (x + (width - text_width) / 2), (float) (y - text_height / 2.0)));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

static void
draw_cells (MageAttentionMatrix *self, GtkSnapshot *snapshot, double cell)
{
  double gap = cell > 12 ? 2 : cell > 6 ? 1 : 0;

  for (guint row = 0; row < self->n_frames; row++)
    for (guint column = 0; column < self->n_frames; column++)
      {
        GskRoundedRect bounds;
        guint8 rgb[3];

        mage_colour_map_get (MAGE_COLOUR_MAP_HEAT, self->values[row * self->n_frames + column], rgb);
        gsk_rounded_rect_init_from_rect (&bounds,
                                         &GRAPHENE_RECT_INIT ((float) (LABELS + column * cell + gap / 2), (float) (row * cell + gap / 2),
                                                              (float) (cell - gap), (float) (cell - gap)),
                                         cell > 12 ? 3 : 0);
        gtk_snapshot_push_rounded_clip (snapshot, &bounds);
        gtk_snapshot_append_color (snapshot, &(GdkRGBA){ rgb[0] / 255.0f, rgb[1] / 255.0f, rgb[2] / 255.0f, 1 }, &bounds.bounds);
        gtk_snapshot_pop (snapshot);
      }
}

static void
draw_numbers (MageAttentionMatrix *self, GtkSnapshot *snapshot, double cell, const GdkRGBA *dim, const GdkRGBA *full)
{
  double side = cell * self->n_frames;

  for (guint i = 0; i < self->n_frames; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i + 1);
      gboolean here = i == self->frame;

      if (!is_labelled (self, i))
        continue;
      draw_text (GTK_WIDGET (self), snapshot, text, 0, (i + 0.5) * cell, LABELS - 4, here ? full : dim, here);
      draw_text (GTK_WIDGET (self), snapshot, text, LABELS + i * cell, side + 8, cell, dim, FALSE);
    }
}

static void
draw_row (MageAttentionMatrix *self, GtkSnapshot *snapshot, double cell, const GdkRGBA *accent)
{
  GskRoundedRect bounds;
  GdkRGBA colours[] = { *accent, *accent, *accent, *accent };

  gsk_rounded_rect_init_from_rect (&bounds,
                                   &GRAPHENE_RECT_INIT ((float) (LABELS - 1), (float) (self->frame * cell - 1),
                                                        (float) (cell * self->n_frames + 2), (float) (cell + 2)),
                                   4);
  gtk_snapshot_append_border (snapshot, &bounds, (const float[]){ 2, 2, 2, 2 }, colours);
}

static void
draw_bars (MageAttentionMatrix *self, GtkSnapshot *snapshot, double cell, const GdkRGBA *accent, const GdkRGBA *dim)
{
  const float *row = self->values + self->frame * self->n_frames;
  double top = cell * self->n_frames + ABOVE + GAP + 14, most = 0;
  GdkRGBA light = *accent;

  light.alpha = 0.45f;
  for (guint i = 0; i < self->n_frames; i++)
    most = MAX (most, row[i]);
  for (guint i = 0; i < self->n_frames && most > 0; i++)
    {
      double height = MAX (BARS * row[i] / most, 2);
      double width = MAX (cell * 0.75, 1);
      g_autofree char *text = g_strdup_printf ("%.0f", 100 * row[i]);

      gtk_snapshot_append_color (snapshot, i == self->frame ? accent : &light,
                                 &GRAPHENE_RECT_INIT ((float) (LABELS + i * cell + (cell - width) / 2), (float) (top + BARS - height),
                                                      (float) width, (float) height));
      if (self->n_frames <= MANY || i == self->frame)
        draw_text (GTK_WIDGET (self), snapshot, text, LABELS + i * cell, top + BARS - height - 8, cell, dim, FALSE);
    }
}

static void
mage_attention_matrix_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageAttentionMatrix *self = MAGE_ATTENTION_MATRIX (widget);
  g_autoptr (GdkRGBA) accent = NULL;
  GdkRGBA full, dim;
  double cell;

  if (self->values == NULL)
    return;
  accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_for_display (gtk_widget_get_display (widget)));
  gtk_widget_get_color (widget, &full);
  dim = full;
  dim.alpha *= 0.6f;
  cell = SIDE_OF_CELLS / self->n_frames;
  draw_cells (self, snapshot, cell);
  draw_numbers (self, snapshot, cell, &dim, &full);
  draw_row (self, snapshot, cell, accent);
  draw_bars (self, snapshot, cell, accent, &dim);
}

static void
mage_attention_matrix_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                               int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? SIDE : (int) (SIDE - LABELS + ABOVE + GAP + 14 + BARS + 4);
}

static void
choose_row (MageAttentionMatrix *self, double y)
{
  guint row;

  if (self->values == NULL || y < 0 || y >= SIDE_OF_CELLS)
    return;
  row = (guint) (y / SIDE_OF_CELLS * self->n_frames);
  if (row != self->frame)
    g_signal_emit (self, signals[FRAME_CHOSEN], 0, row);
}

static void
pressed_cb (MageAttentionMatrix *self, double x, double y)
{
  choose_row (self, y);
}

static void
dragged_cb (MageAttentionMatrix *self, double dx, double dy, GtkGestureDrag *drag)
{
  double x, y;

  gtk_gesture_drag_get_start_point (drag, &x, &y);
  choose_row (self, y + dy);
}

static void
mage_attention_matrix_finalize (GObject *object)
{
  g_free (MAGE_ATTENTION_MATRIX (object)->values);
  G_OBJECT_CLASS (mage_attention_matrix_parent_class)->finalize (object);
}

static void
mage_attention_matrix_class_init (MageAttentionMatrixClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mage_attention_matrix_finalize;
  widget_class->snapshot = mage_attention_matrix_snapshot;
  widget_class->measure = mage_attention_matrix_measure;
  gtk_widget_class_set_css_name (widget_class, "attentionmatrix");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  /** MageAttentionMatrix::frame-chosen: a row was clicked. */
  signals[FRAME_CHOSEN] = g_signal_new ("frame-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
mage_attention_matrix_init (MageAttentionMatrix *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (dragged_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

static void
tell (MageAttentionMatrix *self)
{
  const float *row = self->values != NULL ? self->values + self->frame * self->n_frames : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _("Where frame %u looks, in per cent:"), self->frame + 1);
  for (guint i = 0; row != NULL && i < self->n_frames; i++)
    g_string_append_printf (text, " %.0f", 100 * row[i]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str, -1);
}

/** mage_attention_matrix_set_values: @values: (nullable): [F, F], the rows' sums are 1 */
void
mage_attention_matrix_set_values (MageAttentionMatrix *self, const float *values, guint n_frames)
{
  g_free (self->values);
  self->values = values != NULL ? g_memdup2 (values, (gsize) n_frames * n_frames * sizeof *values) : NULL;
  self->n_frames = n_frames;
  self->frame = n_frames > 0 ? MIN (self->frame, n_frames - 1) : 0;
  tell (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_attention_matrix_set_frame: whose row is outlined. */
void
mage_attention_matrix_set_frame (MageAttentionMatrix *self, guint frame)
{
  if (self->frame == frame || (self->n_frames > 0 && frame >= self->n_frames))
    return;
  self->frame = frame;
  tell (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
