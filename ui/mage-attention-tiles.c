/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-tiles.h"

/* Small pictures to choose from: frames, heads, branches. */

#define SPACING 4

struct _MageAttentionTiles
{
  AdwBin parent_instance;

  AdwWrapBox *box;
  GPtrArray *buttons;   /* GtkButton, the box's */
  guint selected;
};

G_DEFINE_FINAL_TYPE (MageAttentionTiles, mage_attention_tiles, ADW_TYPE_BIN)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GtkWidget *
get_part (MageAttentionTiles *self, guint i, const char *name)
{
  return g_object_get_data (G_OBJECT (g_ptr_array_index (self->buttons, i)), name);
}

static void
clicked_cb (MageAttentionTiles *self, GtkButton *button)
{
  guint i;

  if (g_ptr_array_find (self->buttons, button, &i))
    g_signal_emit (self, signals[CHOSEN], 0, i);
}

static GtkWidget *
make_tile (MageAttentionTiles *self, int size)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_size_request (picture, size, size);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_COVER);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "attention-tile");
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data (G_OBJECT (button), "picture", picture);
  g_object_set_data (G_OBJECT (button), "label", label);
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  return button;
}

/* From tile to tile, wherever above or below them the pointer is. */
static void
dragged_cb (MageAttentionTiles *self, double dx, double dy, GtkGestureDrag *drag)
{
  GdkEventSequence *sequence = gtk_gesture_single_get_current_sequence (GTK_GESTURE_SINGLE (drag));
  gboolean dragging = gtk_gesture_get_sequence_state (GTK_GESTURE (drag), sequence) == GTK_EVENT_SEQUENCE_CLAIMED;
  double x, y;

  gtk_gesture_drag_get_start_point (drag, &x, &y);
  /* It may come back to where it began. */
  if (!dragging && !gtk_drag_check_threshold (GTK_WIDGET (self), (int) x, (int) y, (int) (x + dx), (int) (y + dy)))
    return;
  gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_CLAIMED);
  for (guint i = 0; i < self->buttons->len; i++)
    {
      graphene_rect_t bounds;

      if (i != self->selected && gtk_widget_compute_bounds (g_ptr_array_index (self->buttons, i), GTK_WIDGET (self), &bounds)
          && x + dx >= bounds.origin.x && x + dx < bounds.origin.x + bounds.size.width)
        g_signal_emit (self, signals[CHOSEN], 0, i);
    }
}

static void
mage_attention_tiles_finalize (GObject *object)
{
  g_ptr_array_unref (MAGE_ATTENTION_TILES (object)->buttons);
  G_OBJECT_CLASS (mage_attention_tiles_parent_class)->finalize (object);
}

static void
mage_attention_tiles_class_init (MageAttentionTilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_attention_tiles_finalize;
  /** MageAttentionTiles::chosen: a tile was clicked. */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_UINT);
}

static void
mage_attention_tiles_init (MageAttentionTiles *self)
{
  self->buttons = g_ptr_array_new ();
  self->selected = MAGE_ATTENTION_NO_TILE;
  self->box = ADW_WRAP_BOX (adw_wrap_box_new ());
  adw_wrap_box_set_child_spacing (self->box, SPACING);
  adw_wrap_box_set_line_spacing (self->box, SPACING);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
}

/** mage_attention_tiles_set_n: so many tiles, the pictures @size pixels large; what is there already stays. */
void
mage_attention_tiles_set_n (MageAttentionTiles *self, guint n, int size)
{
  while (self->buttons->len > n)
    {
      guint last = self->buttons->len - 1;

      adw_wrap_box_remove (self->box, g_ptr_array_index (self->buttons, last));
      g_ptr_array_remove_index (self->buttons, last);
    }
  while (self->buttons->len < n)
    {
      GtkWidget *tile = make_tile (self, size);

      g_ptr_array_add (self->buttons, tile);
      adw_wrap_box_append (self->box, tile);
    }
}

/** mage_attention_tiles_set_scrubbed: tiles in one row are chosen by dragging over them, too. Once. */
void
mage_attention_tiles_set_scrubbed (MageAttentionTiles *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  /* Before the buttons, which would keep a press for themselves. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (dragged_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

/** mage_attention_tiles_set_words: @tooltip: (nullable): what a screen reader says, too; NULL: @caption */
void
mage_attention_tiles_set_words (MageAttentionTiles *self, guint i, const char *caption, const char *tooltip)
{
  GtkWidget *button;

  g_return_if_fail (i < self->buttons->len);

  button = g_ptr_array_index (self->buttons, i);
  gtk_label_set_text (GTK_LABEL (get_part (self, i, "label")), caption);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip != NULL ? tooltip : caption, -1);
}

void
mage_attention_tiles_set_picture (MageAttentionTiles *self, guint i, GdkPaintable *picture)
{
  g_return_if_fail (i < self->buttons->len);

  gtk_picture_set_paintable (GTK_PICTURE (get_part (self, i, "picture")), picture);
}

/** mage_attention_tiles_select: @i: or MAGE_ATTENTION_NO_TILE */
void
mage_attention_tiles_select (MageAttentionTiles *self, guint i)
{
  self->selected = i;
  for (guint k = 0; k < self->buttons->len; k++)
    {
      GtkWidget *button = g_ptr_array_index (self->buttons, k);

      if (k == i)
        gtk_widget_add_css_class (button, "selected");
      else
        gtk_widget_remove_css_class (button, "selected");
      gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_SELECTED, k == i, -1);
    }
}
