/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compare-view.h"

#include "ui/mage-clip-clock.h"
#include "ui/mage-result-choice.h"
#include "ui/mage-wipe-handle.h"

#include <math.h>

/*
 * Several videos at once, in step: side by side, divided by a line that can be moved, as a difference, or one
 * through the other. The longest of them leads, and one clock plays it; the others show what they have at its time.
 */

#define GAP 10
#define NATURAL_SIZE 384
#define LINE 3

struct _MageCompareView
{
  GtkWidget parent_instance;

  GPtrArray *clips;               /* MageClipPaintable; A, B, … */
  MageClipPaintable *difference;  /* (nullable): of the first and the other */
  MageClipPaintable *lead;        /* (nullable) */
  GtkWidget *handle;
  GtkWidget *badges[MAGE_CHOICE_MAX];
  MageCompareMode mode;
  guint other;
  double mix;                     /* 0…1: how much is seen of the other */
  double drag_from;
  MageClipClock clock;            /* of the lead */
};

G_DEFINE_FINAL_TYPE (MageCompareView, mage_compare_view, GTK_TYPE_WIDGET)

enum
{
  PROP_PLAYING = 1,
  PROP_MIX,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- time --- */

static void
follow (MageClipPaintable *clip, double time)
{
  guint frame = (guint) floor (time * mage_clip_paintable_get_rate (clip) + 1e-6);

  mage_clip_paintable_set_frame (clip, MIN (frame, mage_clip_paintable_get_n_frames (clip) - 1));
}

static void
lead_moved_cb (MageCompareView *self)
{
  double time = mage_clip_paintable_get_frame (self->lead) / mage_clip_paintable_get_rate (self->lead);

  for (guint i = 0; i < self->clips->len; i++)
    if (g_ptr_array_index (self->clips, i) != self->lead)
      follow (g_ptr_array_index (self->clips, i), time);
  if (self->difference != NULL)
    follow (self->difference, time);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static MageClipPaintable *
find_longest (GPtrArray *clips)
{
  MageClipPaintable *longest = NULL;
  double most = 0;

  for (guint i = 0; i < clips->len; i++)
    {
      MageClipPaintable *clip = g_ptr_array_index (clips, i);
      double length = mage_clip_paintable_get_n_frames (clip) / mage_clip_paintable_get_rate (clip);

      if (longest == NULL || length > most + 1e-9)
        {
          longest = clip;
          most = length;
        }
    }
  return longest;
}

static void
set_lead (MageCompareView *self, MageClipPaintable *lead)
{
  guint frame = self->lead != NULL ? mage_clip_paintable_get_frame (self->lead) : 0;

  if (self->lead == lead)
    return;
  if (self->lead != NULL)
    g_signal_handlers_disconnect_by_func (self->lead, lead_moved_cb, self);
  mage_clip_clock_set_clip (&self->clock, lead);
  g_set_object (&self->lead, lead);
  if (lead == NULL)
    return;
  mage_clip_paintable_set_frame (lead, frame);
  g_signal_connect_object (lead, "notify::frame", G_CALLBACK (lead_moved_cb), self, G_CONNECT_SWAPPED);
}

/* --- where things are --- */

static gboolean
has_pair (MageCompareView *self)
{
  return self->clips->len > 1 && self->other > 0 && self->other < self->clips->len;
}

/* Without another video there is nothing to divide. */
static MageCompareMode
get_shown_mode (MageCompareView *self)
{
  return has_pair (self) ? self->mode : MAGE_COMPARE_BESIDE;
}

static double
fit (GdkPaintable *paintable, double width, double height)
{
  return MIN (width / MAX (gdk_paintable_get_intrinsic_width (paintable), 1),
              height / MAX (gdk_paintable_get_intrinsic_height (paintable), 1));
}

static void
place_in (GdkPaintable *paintable, double x, double y, double width, double height, graphene_rect_t *area)
{
  double scale = fit (paintable, width, height);
  double w = gdk_paintable_get_intrinsic_width (paintable) * scale;
  double h = gdk_paintable_get_intrinsic_height (paintable) * scale;

  graphene_rect_init (area, (float) round (x + (width - w) / 2), (float) round (y + (height - h) / 2), (float) w, (float) h);
}

/* So many columns that the videos are as large as they can be. */
static guint
choose_columns (MageCompareView *self, double width, double height)
{
  guint n = self->clips->len;
  guint best = 1;
  double most = 0;

  for (guint columns = 1; columns <= n; columns++)
    {
      guint rows = (n + columns - 1) / columns;
      double scale = fit (g_ptr_array_index (self->clips, 0), (width - GAP * (columns - 1.0)) / columns,
                          (height - GAP * (rows - 1.0)) / rows);

      if (scale > most)
        {
          most = scale;
          best = columns;
        }
    }
  return best;
}

/* Where video @i stands; all but side by side they lie on each other. */
static void
get_area (MageCompareView *self, guint i, graphene_rect_t *area)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  guint columns, rows;
  double w, h;

  if (get_shown_mode (self) != MAGE_COMPARE_BESIDE)
    {
      place_in (g_ptr_array_index (self->clips, 0), 0, 0, width, height, area);
      return;
    }
  columns = choose_columns (self, width, height);
  rows = (self->clips->len + columns - 1) / columns;
  w = (width - GAP * (columns - 1.0)) / columns;
  h = (height - GAP * (rows - 1.0)) / rows;
  place_in (g_ptr_array_index (self->clips, i), (i % columns) * (w + GAP), (i / columns) * (h + GAP), w, h, area);
}

/* --- drawing --- */

static void
draw_beside (MageCompareView *self, GtkSnapshot *snapshot)
{
  for (guint i = 0; i < self->clips->len; i++)
    {
      graphene_rect_t area;

      get_area (self, i, &area);
      mage_clip_draw (snapshot, g_ptr_array_index (self->clips, i), &area);
    }
}

static void
draw_wipe (MageCompareView *self, GtkSnapshot *snapshot, const graphene_rect_t *area)
{
  float x = (float) (area->origin.x + area->size.width * self->mix);
  graphene_rect_t right = GRAPHENE_RECT_INIT (x, area->origin.y, area->origin.x + area->size.width - x, area->size.height);

  mage_clip_draw (snapshot, g_ptr_array_index (self->clips, 0), area);
  gtk_snapshot_push_clip (snapshot, &right);
  mage_clip_draw (snapshot, g_ptr_array_index (self->clips, self->other), area);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 1, 1, 1, 1 },
                             &GRAPHENE_RECT_INIT (x - LINE / 2.0f, area->origin.y, LINE, area->size.height));
}

static void
draw_onion (MageCompareView *self, GtkSnapshot *snapshot, const graphene_rect_t *area)
{
  mage_clip_draw (snapshot, g_ptr_array_index (self->clips, 0), area);
  gtk_snapshot_push_opacity (snapshot, self->mix);
  mage_clip_draw (snapshot, g_ptr_array_index (self->clips, self->other), area);
  gtk_snapshot_pop (snapshot);
}

static void
mage_compare_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageCompareView *self = MAGE_COMPARE_VIEW (widget);
  graphene_rect_t area;

  if (self->clips->len == 0)
    return;
  get_area (self, 0, &area);
  switch (get_shown_mode (self))
    {
    case MAGE_COMPARE_WIPE:
      draw_wipe (self, snapshot, &area);
      break;
    case MAGE_COMPARE_ONION:
      draw_onion (self, snapshot, &area);
      break;
    case MAGE_COMPARE_DIFFERENCE:
      if (self->difference != NULL)
        mage_clip_draw (snapshot, GDK_PAINTABLE (self->difference), &area);
      break;
    case MAGE_COMPARE_BESIDE:
    default:
      draw_beside (self, snapshot);
    }
  for (guint i = 0; i < MAGE_CHOICE_MAX; i++)
    gtk_widget_snapshot_child (widget, self->badges[i], snapshot);
  gtk_widget_snapshot_child (widget, self->handle, snapshot);
}

/* --- layout --- */

static void
mage_compare_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  *minimum = 96;
  *natural = NATURAL_SIZE;
}

static void
allocate_at (GtkWidget *child, double x, double y)
{
  GtkRequisition size;
  GskTransform *at;

  if (!gtk_widget_get_visible (child))
    return;
  gtk_widget_get_preferred_size (child, NULL, &size);
  at = gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT ((float) round (x), (float) round (y)));
  gtk_widget_allocate (child, size.width, size.height, -1, at);
}

/* A's badge stands on the left, the other's on the right of what they share. */
static void
allocate_badge (MageCompareView *self, guint i)
{
  GtkRequisition size;
  graphene_rect_t area;
  gboolean right = get_shown_mode (self) != MAGE_COMPARE_BESIDE && i > 0;

  if (i >= self->clips->len)
    return;
  get_area (self, i, &area);
  gtk_widget_get_preferred_size (self->badges[i], NULL, &size);
  allocate_at (self->badges[i], right ? area.origin.x + area.size.width - size.width : area.origin.x, area.origin.y);
}

static void
mage_compare_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MageCompareView *self = MAGE_COMPARE_VIEW (widget);
  GtkRequisition size;
  graphene_rect_t area;

  for (guint i = 0; i < MAGE_CHOICE_MAX; i++)
    allocate_badge (self, i);
  if (self->clips->len == 0 || !gtk_widget_get_visible (self->handle))
    return;
  get_area (self, 0, &area);
  gtk_widget_get_preferred_size (self->handle, NULL, &size);
  allocate_at (self->handle, area.origin.x + area.size.width * self->mix - size.width / 2.0,
               area.origin.y + area.size.height * 0.62 - size.height / 2.0);
}

static void
update_children (MageCompareView *self)
{
  MageCompareMode mode = get_shown_mode (self);

  gtk_widget_set_visible (self->handle, mode == MAGE_COMPARE_WIPE);
  for (guint i = 0; i < MAGE_CHOICE_MAX; i++)
    {
      gboolean shown = i < self->clips->len
                       && (mode == MAGE_COMPARE_BESIDE || ((i == 0 || i == self->other) && mode != MAGE_COMPARE_DIFFERENCE));

      mage_choice_badge_show (GTK_LABEL (self->badges[i]), shown ? (int) i : -1);
    }
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- the line --- */

static double
get_share (MageCompareView *self, double x)
{
  graphene_rect_t area;

  get_area (self, 0, &area);
  return area.size.width > 0 ? CLAMP ((x - area.origin.x) / area.size.width, 0, 1) : 0;
}

static void
drag_begin_cb (MageCompareView *self, double x, double y, GtkGesture *gesture)
{
  if (get_shown_mode (self) != MAGE_COMPARE_WIPE)
    {
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  self->drag_from = x;
  gtk_widget_grab_focus (self->handle);
  mage_compare_view_set_mix (self, get_share (self, x));
}

static void
drag_update_cb (MageCompareView *self, double dx)
{
  mage_compare_view_set_mix (self, get_share (self, self->drag_from + dx));
}

static void
handle_moved_cb (MageCompareView *self, double position)
{
  mage_compare_view_set_mix (self, position);
}

/* --- the object --- */

static void
mage_compare_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageCompareView *self = MAGE_COMPARE_VIEW (object);

  switch (id)
    {
    case PROP_PLAYING:
      g_value_set_boolean (value, self->clock.playing);
      break;
    case PROP_MIX:
      g_value_set_double (value, self->mix);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_compare_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageCompareView *self = MAGE_COMPARE_VIEW (object);

  switch (id)
    {
    case PROP_PLAYING:
      mage_compare_view_set_playing (self, g_value_get_boolean (value));
      break;
    case PROP_MIX:
      mage_compare_view_set_mix (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_compare_view_dispose (GObject *object)
{
  MageCompareView *self = MAGE_COMPARE_VIEW (object);

  set_lead (self, NULL);
  g_ptr_array_set_size (self->clips, 0);
  g_clear_object (&self->difference);
  g_clear_pointer (&self->handle, gtk_widget_unparent);
  for (guint i = 0; i < MAGE_CHOICE_MAX; i++)
    g_clear_pointer (&self->badges[i], gtk_widget_unparent);
  G_OBJECT_CLASS (mage_compare_view_parent_class)->dispose (object);
}

static void
mage_compare_view_finalize (GObject *object)
{
  g_ptr_array_unref (MAGE_COMPARE_VIEW (object)->clips);
  G_OBJECT_CLASS (mage_compare_view_parent_class)->finalize (object);
}

static void
mage_compare_view_class_init (MageCompareViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_compare_view_get_property;
  object_class->set_property = mage_compare_view_set_property;
  object_class->dispose = mage_compare_view_dispose;
  object_class->finalize = mage_compare_view_finalize;
  widget_class->snapshot = mage_compare_view_snapshot;
  widget_class->measure = mage_compare_view_measure;
  widget_class->size_allocate = mage_compare_view_size_allocate;

  props[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags);
  /** MageCompareView:mix: where the line stands, or how much the other shines through. */
  props[PROP_MIX] = g_param_spec_double ("mix", NULL, NULL, 0, 1, 0.5, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "compareview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
mage_compare_view_init (MageCompareView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->clips = g_ptr_array_new_with_free_func (g_object_unref);
  self->mix = 0.5;
  self->other = 1;
  mage_clip_clock_init (&self->clock, GTK_WIDGET (self));
  for (guint i = 0; i < MAGE_CHOICE_MAX; i++)
    {
      self->badges[i] = gtk_label_new (NULL);
      gtk_widget_set_parent (self->badges[i], GTK_WIDGET (self));
    }
  self->handle = mage_wipe_handle_new ();
  gtk_widget_set_parent (self->handle, GTK_WIDGET (self));
  g_signal_connect_swapped (self->handle, "moved", G_CALLBACK (handle_moved_cb), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  update_children (self);
}

/** mage_compare_view_set_clips: @clips: (element-type MageClipPaintable): A, B, …; each is advanced by this view alone. */
void
mage_compare_view_set_clips (MageCompareView *self, GPtrArray *clips)
{
  g_ptr_array_set_size (self->clips, 0);
  for (guint i = 0; i < MIN (clips->len, MAGE_CHOICE_MAX); i++)
    g_ptr_array_add (self->clips, g_object_ref (g_ptr_array_index (clips, i)));
  set_lead (self, find_longest (self->clips));
  if (self->lead != NULL)
    lead_moved_cb (self);
  update_children (self);
}

/** mage_compare_view_set_difference: @difference: (nullable): of the first and the other, for that mode */
void
mage_compare_view_set_difference (MageCompareView *self, MageClipPaintable *difference)
{
  g_set_object (&self->difference, difference);
  if (self->lead != NULL)
    lead_moved_cb (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
mage_compare_view_set_mode (MageCompareView *self, MageCompareMode mode)
{
  self->mode = mode;
  update_children (self);
}

/** mage_compare_view_get_mode: what is wished; fewer than two videos are always side by side. */
MageCompareMode
mage_compare_view_get_mode (MageCompareView *self)
{
  return self->mode;
}

/** mage_compare_view_set_other: @other: with which the first is compared, where that is done by pairs: 1 is B */
void
mage_compare_view_set_other (MageCompareView *self, guint other)
{
  self->other = other;
  update_children (self);
}

/** mage_compare_view_set_mix: @mix: 0…1: where the line stands, or how much the other shines through */
void
mage_compare_view_set_mix (MageCompareView *self, double mix)
{
  mix = CLAMP (mix, 0, 1);
  if (self->mix == mix)
    return;
  self->mix = mix;
  mage_wipe_handle_set_position (MAGE_WIPE_HANDLE (self->handle), mix);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MIX]);
}

double
mage_compare_view_get_mix (MageCompareView *self)
{
  return self->mix;
}

guint
mage_compare_view_get_other (MageCompareView *self)
{
  return self->other;
}

guint
mage_compare_view_get_n_clips (MageCompareView *self)
{
  return self->clips->len;
}

/** mage_compare_view_get_clip: Returns: (transfer none): A, B, … */
MageClipPaintable *
mage_compare_view_get_clip (MageCompareView *self, guint i)
{
  g_return_val_if_fail (i < self->clips->len, NULL);

  return g_ptr_array_index (self->clips, i);
}

/** mage_compare_view_get_lead: Returns: (transfer none) (nullable): the longest: its frame is the time of all */
MageClipPaintable *
mage_compare_view_get_lead (MageCompareView *self)
{
  return self->lead;
}

void
mage_compare_view_set_playing (MageCompareView *self, gboolean playing)
{
  if (mage_clip_clock_set_playing (&self->clock, playing))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PLAYING]);
}

gboolean
mage_compare_view_get_playing (MageCompareView *self)
{
  return self->clock.playing;
}

/** mage_compare_view_get_handle: Returns: (transfer none): what moves the line by the keyboard */
GtkWidget *
mage_compare_view_get_handle (MageCompareView *self)
{
  return self->handle;
}
