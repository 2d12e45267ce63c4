/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-queue-drag.h"

#include "ui/mage-job-row.h"

/*
 * The rows of the queue, taken by the hand and put elsewhere. It stays within the list, which lies in a popover, so it is a gesture and no
 * drag of the desktop's; a line says where the row will be, and Escape leaves it where it was.
 */

/* Farther than a hand shakes on a click. */
#define THRESHOLD 8

typedef struct
{
  GtkListBox *list;
  GtkGesture *gesture;
  gboolean dragging;
  GtkListBoxRow *row;     /* weak: that is dragged; NULL: none is, or the queue has moved on under the hand */
  GtkListBoxRow *marked;  /* weak: at which the line is */
  guint place;            /* where it would come to lie */
  double x;
  double y;
} Drag;

static void
drag_free (gpointer data)
{
  Drag *self = data;

  g_clear_weak_pointer (&self->row);
  g_clear_weak_pointer (&self->marked);
  g_free (self);
}

static void
mark (Drag *self, GtkListBoxRow *row, gboolean above)
{
  if (self->marked != NULL)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->marked), "drop-above");
      gtk_widget_remove_css_class (GTK_WIDGET (self->marked), "drop-below");
    }
  g_set_weak_pointer (&self->marked, row);
  if (row != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row), above ? "drop-above" : "drop-below");
}

static void
end (Drag *self)
{
  mark (self, NULL, FALSE);
  if (self->row != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->row), "dragged");
  gtk_widget_set_cursor (GTK_WIDGET (self->list), NULL);
  g_clear_weak_pointer (&self->row);
  self->dragging = FALSE;
}

static gboolean
is_on_button (Drag *self)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->list), self->x, self->y, GTK_PICK_DEFAULT);

  for (; widget != NULL && widget != GTK_WIDGET (self->list); widget = gtk_widget_get_parent (widget))
    if (GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget))
      return TRUE;
  return FALSE;
}

/* What runs stays where it is. */
static GtkListBoxRow *
find_row (Drag *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, (int) self->y);
  MageJob *job = row != NULL ? mage_job_row_get_job (GTK_WIDGET (row)) : NULL;

  return job != NULL && mage_job_get_state (job) == MAGE_JOB_QUEUED && !is_on_button (self) ? row : NULL;
}

static void
begin_cb (Drag *self, double x, double y)
{
  self->x = x;
  self->y = y;
  if (find_row (self) == NULL)
    gtk_gesture_set_state (self->gesture, GTK_EVENT_SEQUENCE_DENIED);
}

static void
start (Drag *self)
{
  GtkListBoxRow *row = find_row (self);

  if (row == NULL)
    return;
  self->dragging = TRUE;
  g_set_weak_pointer (&self->row, row);
  /* So that the keys reach it. */
  gtk_widget_grab_focus (GTK_WIDGET (row));
  gtk_gesture_set_state (self->gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_add_css_class (GTK_WIDGET (row), "dragged");
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->list), "grabbing");
}

/* What is beyond the edge comes into view. */
static void
scroll_to (Drag *self, GtkListBoxRow *row)
{
  GtkWidget *viewport = gtk_widget_get_ancestor (GTK_WIDGET (self->list), GTK_TYPE_VIEWPORT);

  if (viewport != NULL)
    gtk_viewport_scroll_to (GTK_VIEWPORT (viewport), GTK_WIDGET (row), NULL);
}

static GtkListBoxRow *
find_target (Drag *self, double y)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, (int) MAX (y, 0));
  guint n = 0;

  if (row != NULL)
    return row;
  while (gtk_list_box_get_row_at_index (self->list, (int) n) != NULL)
    n++;
  return gtk_list_box_get_row_at_index (self->list, (int) n - 1);
}

static void
update_cb (Drag *self, double dx, double dy)
{
  GtkListBoxRow *target;
  graphene_rect_t bounds;
  int from, at;
  gboolean above;

  if (!self->dragging && ABS (dy) >= THRESHOLD)
    start (self);
  if (self->row == NULL)
    return;
  target = find_target (self, self->y + dy);
  if (target == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (target), GTK_WIDGET (self->list), &bounds))
    return;
  above = self->y + dy < bounds.origin.y + bounds.size.height / 2;
  from = gtk_list_box_row_get_index (self->row);
  at = gtk_list_box_row_get_index (target) + (above ? 0 : 1);
  self->place = (guint) (at > from ? at - 1 : at);
  mark (self, (int) self->place != from ? target : NULL, above);
  scroll_to (self, target);
}

static void
end_cb (Drag *self)
{
  guint from = self->row != NULL ? (guint) gtk_list_box_row_get_index (self->row) : 0;
  gboolean moves = self->row != NULL && self->marked != NULL;
  guint place = self->place;

  end (self);
  if (moves)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "jobs.move", "(uu)", from, place);
}

static void
cancel_cb (Drag *self)
{
  end (self);
}

static gboolean
key_cb (Drag *self, guint key)
{
  if (key != GDK_KEY_Escape || !self->dragging)
    return GDK_EVENT_PROPAGATE;
  gtk_event_controller_reset (GTK_EVENT_CONTROLLER (self->gesture));
  return GDK_EVENT_STOP;
}

/** mage_queue_drag_attach: rows of @list, of mage_job_row_new(), can be dragged; "jobs.move" (uu) of somebody above moves them. */
void
mage_queue_drag_attach (GtkListBox *list)
{
  Drag *self = g_new0 (Drag, 1);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->list = list;
  self->gesture = gtk_gesture_drag_new ();
  g_object_set_data_full (G_OBJECT (list), "mage-queue-drag", self, drag_free);
  g_signal_connect_swapped (self->gesture, "drag-begin", G_CALLBACK (begin_cb), self);
  g_signal_connect_swapped (self->gesture, "drag-update", G_CALLBACK (update_cb), self);
  g_signal_connect_swapped (self->gesture, "drag-end", G_CALLBACK (end_cb), self);
  g_signal_connect_swapped (self->gesture, "cancel", G_CALLBACK (cancel_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (self->gesture));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (list), keys);
}
