/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-welcome-sum.h"

#include "ui/mage-clip-paintable.h"
#include "ui/mage-media-loader.h"

#include "jobs/mage-sample-project.h"
#include "media/mask.h"
#include "media/picture.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/*
 * What the program does, as a sum: subject + subject + motion = video. The pictures and the clip are
 * the sample project's; the last is an illustration put together from their cut-outs. It moves
 * unless the desktop asks for less motion.
 */

/* Pixels, at the widest; the narrow sum is a row of these over a larger one. */
#define SMALL 128
#define LARGE 248
#define GAP 52
#define NARROW_SMALL 88
#define NARROW_LARGE 200
#define NARROW_GAP 26
#define CAPTION 28
#define RADIUS 16

/* Of the steps, in cycles a second. */
#define PACE 1.6

/* As in the prompt of the sample project, the robot walks the bear. */
enum
{
  ROBOT,
  BEAR,
  ROBOT_CUT,
  BEAR_CUT,
  N_PICTURES
};

struct _MageWelcomeSum
{
  GtkWidget parent_instance;

  GdkTexture *pictures[N_PICTURES];
  MageClipPaintable *clip;
  GtkWidget *captions[4];
  GCancellable *cancellable;
  gboolean narrow;
  guint tick;
  gint64 start;
  double phase; /* 0…1 */
};

G_DEFINE_FINAL_TYPE (MageWelcomeSum, mage_welcome_sum, GTK_TYPE_WIDGET)

enum
{
  PROP_NARROW = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- loading --- */

typedef struct
{
  char *data_dir;
  GdkTexture *pictures[N_PICTURES];
} Art;

static void
art_free (gpointer data)
{
  Art *self = data;

  g_free (self->data_dir);
  for (guint i = 0; i < N_PICTURES; i++)
    g_clear_object (&self->pictures[i]);
  g_free (self);
}

/* The subject alone: the picture where its mask is. */
static GdkTexture *
cut_out (const Frames *picture, const Mask *mask)
{
  gsize n = (gsize) picture->width * picture->height;
  guint8 *pixels = g_malloc (n * 4);
  const guint8 *rgb = frames_get_frame (picture, 0);
  const guint8 *alpha = mask_get_pixels (mask);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, n * 4);

  for (gsize i = 0; i < n; i++)
    {
      memcpy (pixels + i * 4, rgb + i * 3, 3);
      pixels[i * 4 + 3] = alpha[i];
    }
  return gdk_memory_texture_new ((int) picture->width, (int) picture->height, GDK_MEMORY_R8G8B8A8, bytes,
                                 (gsize) picture->width * 4);
}

static GdkTexture *
whole (const Frames *picture)
{
  return gdk_memory_texture_new ((int) picture->width, (int) picture->height, GDK_MEMORY_R8G8B8, picture->rgb,
                                 (gsize) picture->width * 3);
}

static gboolean
load_subject (Art *art, const char *name, const char *number, guint whole_index, guint cut_index,
              GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_build_filename (art->data_dir, "sample", "subjects", name, NULL);
  g_autofree char *path = g_strdup_printf ("%s/%s.png", folder, number);
  g_autofree char *mask_path = g_strdup_printf ("%s/mask%s.png", folder, number);
  g_autoptr (Frames) picture = picture_load (path, cancellable, error);
  g_autoptr (Mask) mask = picture != NULL ? mask_load (mask_path, cancellable, error) : NULL;

  if (mask == NULL || mask->width != picture->width || mask->height != picture->height)
    return mask != NULL;
  art->pictures[whole_index] = whole (picture);
  art->pictures[cut_index] = cut_out (picture, mask);
  return TRUE;
}

static void
load_art (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (!load_subject (data, "teal_robot", "4", ROBOT, ROBOT_CUT, cancellable, &error)
      || !load_subject (data, "pink_bear", "4", BEAR, BEAR_CUT, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
art_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageWelcomeSum) self = data;
  Art *art = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_info ("No pictures for the welcome: %s", error->message);
      return;
    }
  for (guint i = 0; i < N_PICTURES; i++)
    {
      g_clear_object (&self->pictures[i]);
      self->pictures[i] = g_steal_pointer (&art->pictures[i]);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
clip_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageWelcomeSum) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  if (frames == NULL)
    {
      g_info ("No clip for the welcome: %s", error->message);
      return;
    }
  g_clear_object (&self->clip);
  self->clip = mage_clip_paintable_new (frames);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_welcome_sum_load: @data_dir: where the program's own data lie. */
void
mage_welcome_sum_load (MageWelcomeSum *self, const char *data_dir)
{
  /* Not the task's source object: the thread may be the last to let go of that, and no widget ends there. */
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, art_loaded_cb, g_object_ref (self));
  Art *art = g_new0 (Art, 1);
  g_autofree char *clip = g_build_filename (data_dir, "sample", "motions", MAGE_SAMPLE_MOTION ".mp4", NULL);
  ClipRead want = { .length_s = CLIP_WHOLE, .n_frames = 16, .rate = 8, .width = 256, .height = 256 };

  art->data_dir = g_strdup (data_dir);
  g_task_set_task_data (task, art, art_free);
  g_task_run_in_thread (task, load_art);
  mage_load_span_async (clip, &want, self->cancellable, clip_loaded_cb, g_object_ref (self));
}

/* --- moving --- */

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  MageWelcomeSum *self = MAGE_WELCOME_SUM (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double seconds;

  if (self->start == 0)
    self->start = now;
  seconds = (double) (now - self->start) / G_USEC_PER_SEC;
  self->phase = fmod (seconds * PACE, 1);
  if (self->clip != NULL)
    mage_clip_paintable_set_frame (self->clip, (guint) (seconds * 8) % mage_clip_paintable_get_n_frames (self->clip));
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static void
update_tick (MageWelcomeSum *self)
{
  gboolean wanted = gtk_widget_get_mapped (GTK_WIDGET (self))
                    && adw_get_enable_animations (GTK_WIDGET (self));

  if (wanted && self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
  else if (!wanted && self->tick != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
      self->tick = 0;
    }
}

static void
mage_welcome_sum_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mage_welcome_sum_parent_class)->map (widget);
  update_tick (MAGE_WELCOME_SUM (widget));
}

static void
mage_welcome_sum_unmap (GtkWidget *widget)
{
  MageWelcomeSum *self = MAGE_WELCOME_SUM (widget);

  GTK_WIDGET_CLASS (mage_welcome_sum_parent_class)->unmap (widget);
  update_tick (self);
}

/* --- where things are --- */

static graphene_rect_t
get_place (MageWelcomeSum *self, guint i)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double small = self->narrow ? NARROW_SMALL : SMALL;
  double large = self->narrow ? NARROW_LARGE : LARGE;
  double gap = self->narrow ? NARROW_GAP : GAP;
  double row = self->narrow ? 3 * small + 2 * gap : 3 * small + 3 * gap + large;
  double left = (width - row) / 2;

  if (i < 3)
    return GRAPHENE_RECT_INIT ((float) (left + i * (small + gap)), (float) (self->narrow ? 0 : (large - small) / 2),
                               (float) small, (float) small);
  if (self->narrow)
    return GRAPHENE_RECT_INIT ((float) ((width - large) / 2), (float) (small + CAPTION + gap + 6), (float) large, (float) large);
  return GRAPHENE_RECT_INIT ((float) (left + row - large), 0, (float) large, (float) large);
}

static graphene_point_t
get_sign (MageWelcomeSum *self, guint i)
{
  graphene_rect_t a = get_place (self, i);
  graphene_rect_t b = get_place (self, i + 1);

  if (self->narrow && i == 2)
    return GRAPHENE_POINT_INIT (b.origin.x + b.size.width / 2, b.origin.y - NARROW_GAP / 2.f - 2);
  return GRAPHENE_POINT_INIT ((a.origin.x + a.size.width + b.origin.x) / 2, a.origin.y + a.size.height / 2);
}

static void
mage_welcome_sum_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  MageWelcomeSum *self = MAGE_WELCOME_SUM (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      /* The breakpoint measures before it sets “narrow”. */
      *minimum = 3 * NARROW_SMALL + 2 * NARROW_GAP;
      *natural = self->narrow ? *minimum : 3 * SMALL + 3 * GAP + LARGE;
    }
  else
    *minimum = *natural = self->narrow ? NARROW_SMALL + CAPTION + NARROW_GAP + 6 + NARROW_LARGE + CAPTION : LARGE + CAPTION;
}

static void
mage_welcome_sum_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MageWelcomeSum *self = MAGE_WELCOME_SUM (widget);

  for (guint i = 0; i < G_N_ELEMENTS (self->captions); i++)
    {
      graphene_rect_t place = get_place (self, i);
      GtkAllocation box = { (int) place.origin.x - 10, (int) (place.origin.y + place.size.height) + 6,
                            (int) place.size.width + 20, CAPTION - 6 };

      gtk_widget_size_allocate (self->captions[i], &box, -1);
    }
}

/* --- drawing --- */

static void
draw_picture (GtkSnapshot *snapshot, GdkPaintable *paintable, const graphene_rect_t *place)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &place->origin);
  gdk_paintable_snapshot (paintable, snapshot, place->size.width, place->size.height);
  gtk_snapshot_restore (snapshot);
}

static void
fill (GtkSnapshot *snapshot, const graphene_rect_t *place, double from, double to, const char *top, const char *bottom)
{
  graphene_rect_t band = GRAPHENE_RECT_INIT (place->origin.x, place->origin.y + place->size.height * (float) from,
                                             place->size.width, place->size.height * (float) (to - from) + 0.5f);
  GskColorStop stops[] = { { .offset = 0 }, { .offset = 1 } };

  gdk_rgba_parse (&stops[0].color, top);
  gdk_rgba_parse (&stops[1].color, bottom);
  gtk_snapshot_append_linear_gradient (snapshot, &band, &GRAPHENE_POINT_INIT (band.origin.x, band.origin.y),
                                       &GRAPHENE_POINT_INIT (band.origin.x, band.origin.y + band.size.height), stops,
                                       G_N_ELEMENTS (stops));
}

/* A part of the picture in one colour, in shares of its size. */
static void
block (GtkSnapshot *snapshot, const graphene_rect_t *place, double x, double y, double width, double height, const char *colour)
{
  graphene_rect_t box = GRAPHENE_RECT_INIT (place->origin.x + place->size.width * (float) x,
                                            place->origin.y + place->size.height * (float) y,
                                            place->size.width * (float) width, place->size.height * (float) height);
  GdkRGBA rgba;

  if (gdk_rgba_parse (&rgba, colour))
    gtk_snapshot_append_color (snapshot, &rgba, &box);
}

static void
draw_house (GtkSnapshot *snapshot, const graphene_rect_t *place, double x, double top, double width, const char *colour)
{
  block (snapshot, place, x, top, width, 0.62 - top, colour);
  for (double y = top + 0.05; y < 0.55; y += 0.1)
    for (guint i = 0; i < 2; i++)
      block (snapshot, place, x + width * (0.18 + 0.4 * i), y, width * 0.22, 0.05, "#ffe7a0");
}

static void
draw_city (GtkSnapshot *snapshot, const graphene_rect_t *place)
{
  fill (snapshot, place, 0, 0.62, "#b3a5d8", "#ddd5ee");
  draw_house (snapshot, place, 0.02, 0.34, 0.2, "#8f8fb0");
  draw_house (snapshot, place, 0.25, 0.18, 0.19, "#a89396");
  draw_house (snapshot, place, 0.5, 0.28, 0.2, "#9797ab");
  draw_house (snapshot, place, 0.76, 0.14, 0.2, "#8d93b4");
  fill (snapshot, place, 0.62, 0.7, "#c9c9d2", "#bdbdc8");
  fill (snapshot, place, 0.7, 1, "#74747f", "#5a5a66");
  for (guint i = 0; i < 4; i++)
    block (snapshot, place, 0.04 + 0.26 * i, 0.94, 0.13, 0.015, "#f4f0dd");
}

/* The texture's middle at a place of the picture, both in shares of its size. */
static void
draw_cut_out (GtkSnapshot *snapshot, GdkTexture *texture, const graphene_rect_t *place, double x, double y, double size)
{
  graphene_rect_t box = GRAPHENE_RECT_INIT (place->origin.x + place->size.width * (float) (x - size / 2),
                                            place->origin.y + place->size.height * (float) (y - size / 2),
                                            place->size.width * (float) size, place->size.height * (float) size);

  gtk_snapshot_append_scaled_texture (snapshot, texture, GSK_SCALING_FILTER_TRILINEAR, &box);
}

/* A slack line from the robot's hand to the bear's neck. */
static void
draw_leash (GtkSnapshot *snapshot, const graphene_rect_t *place, double sway)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  g_autoptr (GskStroke) stroke = gsk_stroke_new (place->size.width * 0.012f);
  g_autoptr (GskPath) path = NULL;
  float x = place->origin.x, y = place->origin.y, w = place->size.width, h = place->size.height;

  gsk_path_builder_move_to (builder, x + w * 0.30f, y + h * 0.68f);
  gsk_path_builder_quad_to (builder, x + w * 0.5f, y + h * (0.80f + 0.01f * (float) sway), x + w * 0.72f, y + h * 0.66f);
  path = gsk_path_builder_free_to_path (builder);
  gtk_snapshot_append_stroke (snapshot, path, stroke, &(GdkRGBA) { 0.5f, 0.12f, 0.14f, 1 });
}

/* The robot walks the bear. */
static void
draw_walk (MageWelcomeSum *self, GtkSnapshot *snapshot, const graphene_rect_t *place)
{
  double sway = sin (self->phase * 2 * G_PI);
  double bob = fabs (sin (self->phase * G_PI));

  draw_city (snapshot, place);
  if (self->pictures[BEAR_CUT] == NULL || self->pictures[ROBOT_CUT] == NULL)
    return;
  draw_cut_out (snapshot, self->pictures[ROBOT_CUT], place, 0.27 + 0.004 * sway, 0.6 - 0.015 * bob, 0.76);
  draw_leash (snapshot, place, sway);
  draw_cut_out (snapshot, self->pictures[BEAR_CUT], place, 0.7, 0.64 - 0.012 * (1 - bob), 0.66);
}

static void
draw_content (MageWelcomeSum *self, GtkSnapshot *snapshot, guint i, const graphene_rect_t *place)
{
  GdkPaintable *paintable = i == 2 ? GDK_PAINTABLE (self->clip) : i < 2 ? GDK_PAINTABLE (self->pictures[i]) : NULL;

  if (i == 3)
    draw_walk (self, snapshot, place);
  else if (paintable != NULL)
    draw_picture (snapshot, paintable, place);
}

static void
draw_sign (MageWelcomeSum *self, GtkSnapshot *snapshot, guint i)
{
  graphene_point_t middle = get_sign (self, i);
  GdkRGBA colour;

  gtk_widget_get_color (GTK_WIDGET (self), &colour);
  colour.alpha *= 0.5f;
  if (i < 2)
    {
      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (middle.x - 7, middle.y - 2, 14, 4));
      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (middle.x - 2, middle.y - 7, 4, 5));
      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (middle.x - 2, middle.y + 2, 4, 5));
    }
  else
    {
      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (middle.x - 7, middle.y - 6, 14, 4));
      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (middle.x - 7, middle.y + 2, 14, 4));
    }
}

static void
mage_welcome_sum_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageWelcomeSum *self = MAGE_WELCOME_SUM (widget);
  GdkRGBA ground;

  gtk_widget_get_color (widget, &ground);
  ground.alpha *= 0.08f;
  for (guint i = 0; i < 4; i++)
    {
      graphene_rect_t place = get_place (self, i);
      GskRoundedRect outline;

      gsk_rounded_rect_init_from_rect (&outline, &place, RADIUS);
      gtk_snapshot_push_rounded_clip (snapshot, &outline);
      gtk_snapshot_append_color (snapshot, &ground, &place);
      draw_content (self, snapshot, i, &place);
      gtk_snapshot_pop (snapshot);
      if (i < 3)
        draw_sign (self, snapshot, i);
    }
  GTK_WIDGET_CLASS (mage_welcome_sum_parent_class)->snapshot (widget, snapshot);
}

/* --- the object --- */

static void
mage_welcome_sum_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, MAGE_WELCOME_SUM (object)->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_welcome_sum_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageWelcomeSum *self = MAGE_WELCOME_SUM (object);

  switch (id)
    {
    case PROP_NARROW:
      if (self->narrow == g_value_get_boolean (value))
        break;
      self->narrow = g_value_get_boolean (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_welcome_sum_dispose (GObject *object)
{
  MageWelcomeSum *self = MAGE_WELCOME_SUM (object);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (self->captions); i++)
    g_clear_pointer (&self->captions[i], gtk_widget_unparent);
  for (guint i = 0; i < N_PICTURES; i++)
    g_clear_object (&self->pictures[i]);
  g_clear_object (&self->clip);
  G_OBJECT_CLASS (mage_welcome_sum_parent_class)->dispose (object);
}

static void
mage_welcome_sum_finalize (GObject *object)
{
  g_clear_object (&MAGE_WELCOME_SUM (object)->cancellable);
  G_OBJECT_CLASS (mage_welcome_sum_parent_class)->finalize (object);
}

static void
mage_welcome_sum_class_init (MageWelcomeSumClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = mage_welcome_sum_get_property;
  object_class->set_property = mage_welcome_sum_set_property;
  object_class->dispose = mage_welcome_sum_dispose;
  object_class->finalize = mage_welcome_sum_finalize;
  widget_class->measure = mage_welcome_sum_measure;
  widget_class->size_allocate = mage_welcome_sum_size_allocate;
  widget_class->snapshot = mage_welcome_sum_snapshot;
  widget_class->map = mage_welcome_sum_map;
  widget_class->unmap = mage_welcome_sum_unmap;
  /** MageWelcomeSum:narrow: the video stands under the rest. */
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
mage_welcome_sum_init (MageWelcomeSum *self)
{
  const char *texts[] = { _("Subject"), _("Subject"), _("Motion"), _("Your video") };

  self->cancellable = g_cancellable_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Two subjects and a motion become your video"), -1);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      self->captions[i] = gtk_label_new (texts[i]);
      gtk_widget_add_css_class (self->captions[i], i < 3 ? "dim-label" : "heading");
      gtk_widget_set_parent (self->captions[i], GTK_WIDGET (self));
    }
}
