/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-stage.h"

#include "ui/mage-attention-canvas.h"
#include "ui/mage-attention-time.h"
#include "ui/mage-colour-scale.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * What a look sees, over the video that plays: the frame with its map and a marked place, all frames as a strip, where the
 * place looks in time, and the branches beside each other.
 */

/* The larger side of the picture with the map, in pixels; the canvas scales it. */
#define FINE 384
#define FRAME_SIDE 38
#define BRANCH_SIDE 76
#define N_VIEWS 3
/* A clip without a rate is looked through at this many frames a second. */
#define USUAL_RATE 8.0

struct _MageAttentionStage
{
  GtkBox parent_instance;

  Frames *ground;          /* the video, once it is loaded */
  MageAttentionLook look;
  MageAttentionMap *map;   /* of the look */
  GdkTexture **textures;   /* of its frames, made when first seen */
  guint frame;
  double x, y;             /* the place, in parts of the picture */
  guint tick;
  gint64 began;            /* playing: when frame 0 was due */

  MageAttentionCanvas *canvas;
  GtkWidget *play;
  MageAttentionTiles *frames;
  GtkLabel *scale_title;
  MageColourScale *scale;
  MageAttentionTime *time;
  GtkWidget *between;
  MageAttentionTiles *branches;
  MageColourScale *between_scale;
};

G_DEFINE_FINAL_TYPE (MageAttentionStage, mage_attention_stage, GTK_TYPE_BOX)

enum
{
  MOVED,
  BRANCH_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what is seen of the frame --- */

static GdkTexture *
get_texture (MageAttentionStage *self, guint frame)
{
  if (self->textures[frame] == NULL)
    {
      guint larger = MAX (self->ground->width, self->ground->height), side = MAX (FINE, larger);

      self->textures[frame] = mage_attention_map_make_texture (self->map, self->ground, frame, self->map->most,
                                                               side * self->ground->width / larger,
                                                               side * self->ground->height / larger, NULL);
    }
  return self->textures[frame];
}

static void
show_branches (MageAttentionStage *self)
{
  MageAttentionLook look = self->look;

  for (guint i = 0; i < N_VIEWS && mage_attention_look_has_branches (&look); i++)
    {
      look.branch = i;
      mage_attention_stage_paint_small (self, self->branches, i, &look, BRANCH_SIDE);
    }
}

/* What rounds to nothing has no sign. */
static char *
dup_points (float share)
{
  return fabsf (share) < 0.005f ? g_strdup ("0") : g_strdup_printf ("%+.0f", 100 * share);
}

/* Each frame with its map; where the place of the frame that is seen looks is marked, as strongly as it looks there. */
static void
show_strip (MageAttentionStage *self)
{
  MageAttentionLayer *layer = mage_attention_look_find_time_layer (&self->look);
  guint n = self->map->n_frames;
  g_autofree float *matrix = g_new0 (float, (gsize) n * n);
  gboolean difference = self->look.branch == MAGE_LOOK_DIFFERENCE;
  float most = 0;
  MageAttentionMark mark = { 0 };

  if (layer != NULL)
    mage_attention_look_get_matrix (&self->look, layer, mage_attention_stage_find_cell (self, layer, &mark), matrix);
  for (guint f = 0; f < n; f++)
    most = MAX (most, fabsf (matrix[self->frame * n + f]));
  mage_attention_tiles_set_n (self->frames, n, FRAME_SIDE);
  for (guint f = 0; f < n; f++)
    {
      float share = matrix[self->frame * n + f];
      g_autofree char *caption = layer == NULL ? g_strdup_printf ("%u", f + 1)
                                 : difference  ? dup_points (share)
                                               : g_strdup_printf (_("%.0f %%"), 100 * share);
      g_autofree char *tooltip = g_strdup_printf (difference ? _("Frame %u; at the marked place frame %u looks here by %+.1f percentage "
                                                                 "points more in the subjects' branch than in the motion's")
                                                             : _("Frame %u; frame %u looks here with %.1f %% at the marked place"),
                                                  f + 1, self->frame + 1, 100 * share);
      g_autoptr (GdkTexture) texture = NULL;

      mark.strength = most > 0 ? fabsf (share) / most : 0;
      texture = mage_attention_map_make_texture (self->map, self->ground, f, self->map->most, FRAME_SIDE,
                                                 MAX (FRAME_SIDE * self->ground->height / self->ground->width, 1), &mark);
      mage_attention_tiles_set_picture (self->frames, f, GDK_PAINTABLE (texture));
      mage_attention_tiles_set_words (self->frames, f, caption, tooltip);
    }
  mage_attention_tiles_select (self->frames, self->frame);
}

static void
show_time (MageAttentionStage *self)
{
  MageAttentionLayer *layer = mage_attention_look_find_time_layer (&self->look);

  if (layer != NULL)
    mage_attention_time_show (self->time, self->look.attention, layer, self->look.head,
                              mage_attention_stage_find_cell (self, layer, NULL), self->frame);
}

static void
show_canvas (MageAttentionStage *self)
{
  MageAttentionMark mark;

  mage_attention_stage_find_cell (self, self->look.layer, &mark);
  mage_attention_canvas_set_picture (self->canvas, get_texture (self, self->frame));
  mage_attention_canvas_set_cell (self->canvas, &GRAPHENE_RECT_INIT ((float) mark.x, (float) mark.y, (float) mark.width, (float) mark.height));
}

static void
show_frame (MageAttentionStage *self)
{
  if (self->map == NULL || self->ground == NULL)
    return;
  show_canvas (self);
  show_strip (self);
  show_time (self);
  show_branches (self);
  g_signal_emit (self, signals[MOVED], 0);
}

/* --- what is seen of all frames --- */

static void
show_scale (MageAttentionStage *self)
{
  gboolean difference = self->look.branch == MAGE_LOOK_DIFFERENCE;
  double most = 100 * self->map->most;
  g_autofree char *low = difference ? g_strdup_printf (_("motion +%.1f %%"), most) : g_strdup ("0 %");
  g_autofree char *middle = difference ? g_strdup (_("equal")) : g_strdup_printf (_("%.1f %%"), most / 2);
  g_autofree char *high = g_strdup_printf (difference ? _("subjects +%.1f %%") : _("%.1f %%"), most);

  gtk_label_set_text (self->scale_title, difference                   ? _("Difference")
                                         : self->look.layer->temporal ? _("Share given to other frames")
                                                                      : _("Share of attention"));
  mage_colour_scale_set_map (self->scale, self->map->colours);
  mage_colour_scale_set_words (self->scale, low, middle, high);
}

static void
show_views (MageAttentionStage *self)
{
  const char *titles[] = { _("Subjects"), _("Motion"), _("Difference") };

  gtk_widget_set_visible (self->between, mage_attention_look_has_branches (&self->look));
  mage_attention_tiles_set_n (self->branches, N_VIEWS, BRANCH_SIDE);
  for (guint i = 0; i < N_VIEWS; i++)
    mage_attention_tiles_set_words (self->branches, i, titles[i], NULL);
  mage_attention_tiles_select (self->branches, self->look.branch < N_VIEWS ? self->look.branch : MAGE_ATTENTION_NO_TILE);
}

static void
forget_map (MageAttentionStage *self)
{
  for (guint i = 0; self->map != NULL && i < self->map->n_frames; i++)
    g_clear_object (&self->textures[i]);
  g_clear_pointer (&self->textures, g_free);
  g_clear_pointer (&self->map, mage_attention_map_free);
}

/* --- playing --- */

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  MageAttentionStage *self = MAGE_ATTENTION_STAGE (widget);
  double rate = self->ground != NULL && self->ground->rate > 0 ? self->ground->rate : USUAL_RATE;
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  guint frame;

  if (self->map == NULL)
    return G_SOURCE_CONTINUE;
  if (self->began == 0)
    self->began = now - (gint64) (self->frame * G_USEC_PER_SEC / rate);
  frame = (guint) ((double) (now - self->began) * rate / G_USEC_PER_SEC) % self->map->n_frames;
  if (frame != self->frame)
    {
      self->frame = frame;
      show_frame (self);
    }
  return G_SOURCE_CONTINUE;
}

static void
set_playing (MageAttentionStage *self, gboolean playing)
{
  const char *words = playing ? _("Pause") : _("Play");

  if (playing == (self->tick != 0))
    return;
  if (playing)
    {
      self->began = 0;
      self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
    }
  else
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
      self->tick = 0;
    }
  gtk_button_set_icon_name (GTK_BUTTON (self->play), playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->play, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

/* --- choosing --- */

static void
place_chosen_cb (MageAttentionStage *self, double x, double y)
{
  mage_attention_stage_set_place (self, x, y);
}

static void
frame_chosen_cb (MageAttentionStage *self, guint frame)
{
  mage_attention_stage_set_frame (self, frame);
}

static void
view_chosen_cb (MageAttentionStage *self, guint view)
{
  g_signal_emit (self, signals[BRANCH_CHOSEN], 0, view);
}

static void
play_cb (MageAttentionStage *self)
{
  set_playing (self, self->tick == 0);
}

/* The place is where the keys are expected. */
static gboolean
mage_attention_stage_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (MAGE_ATTENTION_STAGE (widget)->canvas));
}

/* --- the object --- */

static void
mage_attention_stage_dispose (GObject *object)
{
  MageAttentionStage *self = MAGE_ATTENTION_STAGE (object);

  forget_map (self);
  mage_attention_look_clear (&self->look);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_ATTENTION_STAGE);
  g_clear_pointer (&self->ground, frames_unref);
  G_OBJECT_CLASS (mage_attention_stage_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-attention-stage.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, MageAttentionStage, name)
  BIND (canvas);
  BIND (play);
  BIND (frames);
  BIND (scale_title);
  BIND (scale);
  BIND (time);
  BIND (between);
  BIND (branches);
  BIND (between_scale);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, place_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, play_cb);
  gtk_widget_class_bind_template_callback (widget_class, frame_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_chosen_cb);
}

static void
mage_attention_stage_class_init (MageAttentionStageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_attention_stage_dispose;
  widget_class->grab_focus = mage_attention_stage_grab_focus;
  /** MageAttentionStage::moved: another frame or place is seen, or the same in another look. */
  signals[MOVED] = g_signal_new ("moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /** MageAttentionStage::branch-chosen: a MageLookBranch was clicked. */
  signals[BRANCH_CHOSEN] = g_signal_new ("branch-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  g_type_ensure (MAGE_TYPE_ATTENTION_CANVAS);
  g_type_ensure (MAGE_TYPE_ATTENTION_TILES);
  g_type_ensure (MAGE_TYPE_ATTENTION_TIME);
  g_type_ensure (MAGE_TYPE_COLOUR_SCALE);
  bind_template (widget_class);
}

static void
mage_attention_stage_init (MageAttentionStage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->x = self->y = 0.5;
  mage_attention_tiles_set_scrubbed (self->frames);
  mage_colour_scale_set_map (self->between_scale, MAGE_COLOUR_MAP_DIFFERENCE);
  mage_colour_scale_set_words (self->between_scale, _("motion"), _("equal"), _("subjects"));
}

/* --- for the page --- */

/** mage_attention_stage_set_ground: the video under the maps. */
void
mage_attention_stage_set_ground (MageAttentionStage *self, Frames *ground)
{
  g_clear_pointer (&self->ground, frames_unref);
  self->ground = frames_ref (ground);
  show_frame (self);
}

/** mage_attention_stage_get_ground: Returns: (transfer none) (nullable) */
Frames *
mage_attention_stage_get_ground (MageAttentionStage *self)
{
  return self->ground;
}

/** mage_attention_stage_show: @look: with attention */
void
mage_attention_stage_show (MageAttentionStage *self, const MageAttentionLook *look)
{
  mage_attention_look_copy (look, &self->look);
  forget_map (self);
  self->map = mage_attention_look_make_map (&self->look);
  self->textures = g_new0 (GdkTexture *, self->map->n_frames);
  self->frame = MIN (self->frame, self->map->n_frames - 1);
  show_views (self);
  show_scale (self);
  show_frame (self);
}

/** mage_attention_stage_paint_small: the frame that is seen by another @look, onto a tile @side pixels wide. */
void
mage_attention_stage_paint_small (MageAttentionStage *self, MageAttentionTiles *tiles, guint tile, const MageAttentionLook *look,
                                  int side)
{
  g_autoptr (MageAttentionMap) map = mage_attention_look_make_map (look);
  g_autoptr (GdkTexture) texture = NULL;

  if (map != NULL)
    texture = mage_attention_map_make_texture (map, self->ground, self->frame, map->most, (guint) side,
                                               MAX ((guint) side * self->ground->height / self->ground->width, 1), NULL);
  mage_attention_tiles_set_picture (tiles, tile, GDK_PAINTABLE (texture));
}

/** mage_attention_stage_set_frame: stops playing. */
void
mage_attention_stage_set_frame (MageAttentionStage *self, guint frame)
{
  set_playing (self, FALSE);
  self->frame = self->map != NULL ? MIN (frame, self->map->n_frames - 1) : frame;
  show_frame (self);
}

guint
mage_attention_stage_get_frame (MageAttentionStage *self)
{
  return self->frame;
}

/** mage_attention_stage_set_place: in parts of the picture. */
void
mage_attention_stage_set_place (MageAttentionStage *self, double x, double y)
{
  self->x = CLAMP (x, 0, 1);
  self->y = CLAMP (y, 0, 1);
  show_frame (self);
}

/** mage_attention_stage_move_place: by so many cells of the map. */
void
mage_attention_stage_move_place (MageAttentionStage *self, int dx, int dy)
{
  if (self->look.layer != NULL)
    mage_attention_stage_set_place (self, CLAMP (self->x + (double) dx / self->look.layer->width, 0, 0.999),
                                    CLAMP (self->y + (double) dy / self->look.layer->height, 0, 0.999));
}

/** mage_attention_stage_find_cell: @mark: (out) (nullable); Returns: the cell of @layer's grid under the place */
guint
mage_attention_stage_find_cell (MageAttentionStage *self, const MageAttentionLayer *layer, MageAttentionMark *mark)
{
  guint column = MIN ((guint) (self->x * layer->width), layer->width - 1);
  guint row = MIN ((guint) (self->y * layer->height), layer->height - 1);

  if (mark != NULL)
    *mark = (MageAttentionMark){ (double) column / layer->width, (double) row / layer->height, 1.0 / layer->width,
                                 1.0 / layer->height, 1 };
  return row * layer->width + column;
}

/** mage_attention_stage_play: begins, or pauses. */
void
mage_attention_stage_play (MageAttentionStage *self)
{
  play_cb (self);
}
