/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-page.h"

#include "ui/mage-attention-canvas.h"
#include "ui/mage-attention-export.h"
#include "ui/mage-attention-inspector.h"
#include "ui/mage-attention-keys.h"
#include "ui/mage-attention-names.h"
#include "ui/mage-attention-pins.h"
#include "ui/mage-attention-tiles.h"
#include "ui/mage-attention-time.h"
#include "ui/mage-attention-words.h"
#include "ui/mage-colour-scale.h"
#include "ui/mage-media-loader.h"

#include "project/mage-kept-maps.h"
#include "project/mage-kept-steps.h"

#include <glib/gi18n.h>

/*
 * The attention microscope: for a word of the prompt where a step of a video looked, by branch, layer, head and frame; and
 * for a place in the picture where it looks in time.
 */

/* The larger side of the picture with the map, in pixels; the canvas scales it. */
#define FINE 384
#define FRAME_SIDE 38
#define HEAD_SIDE 54
#define BRANCH_SIDE 76
#define N_VIEWS 3
/* A clip without a rate is looked through at this many frames a second. */
#define USUAL_RATE 8.0

struct _MageAttentionPage
{
  AdwNavigationPage parent_instance;

  MageSession *session;
  MageResult *result;
  MageAttentionFilm *film;
  GCancellable *cancellable;
  Frames *ground;          /* the video, once it is loaded */
  guint step;              /* that is wanted; the look's is the one that is seen */
  MageAttentionLook look;
  MageAttentionMap *map;   /* of the look */
  GdkTexture **textures;   /* of its frames, made when first seen */
  char *names[2];          /* the layers that were chosen: over the picture, over time */
  gboolean temporal;
  guint word;
  int head;
  MageLookBranch view;
  guint frame;
  double x, y;             /* the place, in parts of the picture */
  guint tick;
  gint64 began;            /* playing: when frame 0 was due */

  AdwWindowTitle *window_title;
  AdwBanner *banner;
  MageAttentionWords *words;
  GtkLabel *rest;
  MageAttentionCanvas *canvas;
  GtkWidget *busy;
  GtkWidget *play;
  MageAttentionTiles *frames;
  GtkLabel *scale_title;
  MageColourScale *scale;
  MageAttentionTime *time;
  GtkWidget *between;
  MageAttentionTiles *branches;
  MageColourScale *between_scale;
  GtkWidget *comparison;
  MageAttentionPins *pins;
  MageAttentionInspector *inspector;
};

G_DEFINE_FINAL_TYPE (MageAttentionPage, mage_attention_page, ADW_TYPE_NAVIGATION_PAGE)

static gboolean
has_branches (MageAttentionPage *self)
{
  return self->look.attention != NULL && self->look.attention->n_branches > 1;
}

static MageAttentionBranch
get_branch (MageAttentionPage *self)
{
  return self->view == MAGE_LOOK_MOTION ? MAGE_ATTENTION_MOTION : MAGE_ATTENTION_SUBJECT;
}

/* The cell of @layer's grid under the place. */
static guint
find_cell (MageAttentionPage *self, const MageAttentionLayer *layer, MageAttentionMark *mark)
{
  guint column = MIN ((guint) (self->x * layer->width), layer->width - 1);
  guint row = MIN ((guint) (self->y * layer->height), layer->height - 1);

  if (mark != NULL)
    *mark = (MageAttentionMark){ (double) column / layer->width, (double) row / layer->height, 1.0 / layer->width,
                                 1.0 / layer->height, 1 };
  return row * layer->width + column;
}

static MageAttentionLayer *
find_time_layer (MageAttentionPage *self)
{
  const MageAttention *attention = self->look.attention;
  const char *name;

  if (attention == NULL || self->look.layer == NULL)
    return NULL;
  name = self->look.layer->temporal ? self->look.layer->name
                                    : mage_attention_name_find_beside (self->look.layer->name, (const char *const *) attention->names);
  return name != NULL ? mage_attention_find (attention, name) : NULL;
}

static MageAttentionLayer *
find_word_layer (MageAttentionPage *self)
{
  if (self->look.layer != NULL && !self->look.layer->temporal)
    return self->look.layer;
  return self->look.attention != NULL ? mage_attention_find (self->look.attention, self->names[0]) : NULL;
}

/* --- what is seen of the frame --- */

static GdkTexture *
get_texture (MageAttentionPage *self, guint frame)
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
show_small (MageAttentionPage *self, MageAttentionTiles *tiles, guint tile, const MageAttentionLook *look, int side)
{
  g_autoptr (MageAttentionMap) map = mage_attention_look_make_map (look);
  g_autoptr (GdkTexture) texture = NULL;

  if (map != NULL)
    texture = mage_attention_map_make_texture (map, self->ground, self->frame, map->most, (guint) side,
                                               MAX ((guint) side * self->ground->height / self->ground->width, 1), NULL);
  mage_attention_tiles_set_picture (tiles, tile, GDK_PAINTABLE (texture));
}

static void
show_heads (MageAttentionPage *self)
{
  MageAttentionLook look = self->look;

  for (guint i = 0; i < self->look.layer->n_heads; i++)
    {
      look.head = (int) i;
      show_small (self, mage_attention_inspector_get_heads (self->inspector), i, &look, HEAD_SIDE);
    }
}

static void
show_branches (MageAttentionPage *self)
{
  MageAttentionLook look = self->look;

  for (guint i = 0; i < N_VIEWS && has_branches (self); i++)
    {
      look.branch = i;
      show_small (self, self->branches, i, &look, BRANCH_SIDE);
    }
}

static void
show_shares (MageAttentionPage *self)
{
  const MageAttention *attention = self->look.attention;
  MageAttentionLayer *layer = find_word_layer (self);
  gboolean difference = self->view == MAGE_LOOK_DIFFERENCE;
  float rest[MAGE_ATTENTION_N_REST];
  guint cell;
  g_autofree char *text = NULL;

  if (layer == NULL)
    return;
  cell = find_cell (self, layer, NULL);
  for (guint i = 0; i < attention->n_words + MAGE_ATTENTION_N_REST; i++)
    {
      float share = mage_attention_get_share (attention, layer, get_branch (self), i, self->head, self->frame, cell);

      if (difference)
        share -= mage_attention_get_share (attention, layer, MAGE_ATTENTION_MOTION, i, self->head, self->frame, cell);
      if (i < attention->n_words)
        mage_attention_words_set_share (self->words, i, share, difference);
      else
        rest[i - attention->n_words] = share;
    }
  text = difference ? g_strdup_printf (_("Percentage points at the marked place: what the subjects' branch gives more than the motion's. "
                                         "Beginning of the prompt %+.1f, its end %+.1f."), 100 * rest[0], 100 * rest[1])
                    : g_strdup_printf (_("At the marked place. The rest, %.1f %%, goes to the beginning of the prompt (%.1f %%) and to its "
                                         "end (%.1f %%)."), 100 * (rest[0] + rest[1]), 100 * rest[0], 100 * rest[1]);
  gtk_label_set_text (self->rest, text);
}

/* --- what is seen of all frames --- */

static void
show_scale (MageAttentionPage *self)
{
  gboolean difference = self->view == MAGE_LOOK_DIFFERENCE;
  double most = 100 * self->map->most;
  g_autofree char *low = difference ? g_strdup_printf (_("motion +%.1f %%"), most) : g_strdup ("0 %");
  g_autofree char *middle = difference ? g_strdup (_("equal")) : g_strdup_printf (_("%.1f %%"), most / 2);
  g_autofree char *high = g_strdup_printf (difference ? _("subjects +%.1f %%") : _("%.1f %%"), most);

  gtk_label_set_text (self->scale_title, difference             ? _("Difference")
                                         : self->look.layer->temporal ? _("Share given to other frames")
                                                                : _("Share of attention"));
  mage_colour_scale_set_map (self->scale, self->map->colours);
  mage_colour_scale_set_words (self->scale, low, middle, high);
}

/* Each frame with its map; where the place of the frame that is seen looks is marked, as strongly as it looks there. */
static void
show_strip (MageAttentionPage *self)
{
  MageAttentionLayer *layer = find_time_layer (self);
  guint n = self->map->n_frames;
  g_autofree float *matrix = g_new0 (float, (gsize) n * n);
  float most = 0;
  MageAttentionMark mark = { 0 };

  if (layer != NULL)
    mage_attention_get_matrix (self->look.attention, layer, get_branch (self), self->head, find_cell (self, layer, &mark), matrix);
  for (guint f = 0; f < n; f++)
    most = MAX (most, matrix[self->frame * n + f]);
  mage_attention_tiles_set_n (self->frames, n, FRAME_SIDE);
  for (guint f = 0; f < n; f++)
    {
      float share = matrix[self->frame * n + f];
      g_autofree char *caption = layer != NULL ? g_strdup_printf (_("%.0f %%"), 100 * share) : g_strdup_printf ("%u", f + 1);
      g_autofree char *tooltip = g_strdup_printf (_("Frame %u; frame %u looks here with %.1f %% at the marked place"), f + 1,
                                                  self->frame + 1, 100 * share);
      g_autoptr (GdkTexture) texture = NULL;

      mark.strength = most > 0 ? share / most : 0;
      texture = mage_attention_map_make_texture (self->map, self->ground, f, self->map->most, FRAME_SIDE,
                                                 MAX (FRAME_SIDE * self->ground->height / self->ground->width, 1), &mark);
      mage_attention_tiles_set_picture (self->frames, f, GDK_PAINTABLE (texture));
      mage_attention_tiles_set_words (self->frames, f, caption, tooltip);
    }
  mage_attention_tiles_select (self->frames, self->frame);
}

static void
show_time (MageAttentionPage *self)
{
  MageAttentionLayer *layer = find_time_layer (self);

  if (layer != NULL)
    mage_attention_time_show (self->time, self->look.attention, layer, self->head, find_cell (self, layer, NULL), self->frame);
}

static void
show_canvas (MageAttentionPage *self)
{
  MageAttentionMark mark;

  find_cell (self, self->look.layer, &mark);
  mage_attention_canvas_set_picture (self->canvas, get_texture (self, self->frame));
  mage_attention_canvas_set_cell (self->canvas, &GRAPHENE_RECT_INIT ((float) mark.x, (float) mark.y, (float) mark.width, (float) mark.height));
}

static void
show_frame (MageAttentionPage *self)
{
  if (self->map == NULL || self->ground == NULL)
    return;
  show_canvas (self);
  show_strip (self);
  show_shares (self);
  show_time (self);
  show_heads (self);
  show_branches (self);
  mage_attention_pins_set_frame (self->pins, self->frame);
}

/* --- the controls --- */

static void
show_kept (MageAttentionPage *self)
{
  g_autofree char *folder = mage_result_dup_path (self->result, MAGE_RESULT_ATTENTION);
  guint n = 0;
  g_autofree char *text = NULL;

  for (guint step = 1; step <= mage_attention_film_get_n_steps (self->film); step++)
    n += mage_kept_maps_has (folder, step);
  text = g_strdup_printf (_("The attention of %u of %u steps is at hand."), n, mage_attention_film_get_n_steps (self->film));
  mage_attention_inspector_set_note (self->inspector, n > 0 ? text : "");
}

static void
show_controls (MageAttentionPage *self)
{
  const char *titles[] = { _("Subjects"), _("Motion"), _("Difference") };

  mage_attention_words_set_words (self->words, (const char *const *) self->look.attention->words);
  mage_attention_words_select (self->words, self->temporal ? G_MAXUINT : self->word);
  gtk_widget_set_visible (self->between, has_branches (self));
  mage_attention_tiles_set_n (self->branches, N_VIEWS, BRANCH_SIDE);
  for (guint i = 0; i < N_VIEWS; i++)
    mage_attention_tiles_set_words (self->branches, i, titles[i], NULL);
  mage_attention_tiles_select (self->branches, self->view);
  mage_attention_inspector_show (self->inspector, &self->look);
}

/* --- what is looked at --- */

static void
forget_map (MageAttentionPage *self)
{
  for (guint i = 0; self->map != NULL && i < self->map->n_frames; i++)
    g_clear_object (&self->textures[i]);
  g_clear_pointer (&self->textures, g_free);
  g_clear_pointer (&self->map, mage_attention_map_free);
}

/* What was chosen, applied to the attention that there is; FALSE where the layer is not among it. */
static gboolean
aim (MageAttentionPage *self, MageAttention *attention)
{
  for (int temporal = 0; temporal < 2; temporal++)
    if (self->names[temporal] == NULL || !g_strv_contains ((const char *const *) attention->names, self->names[temporal]))
      {
        const char *name = mage_attention_name_choose ((const char *const *) attention->names, temporal);

        for (guint i = 0; i < attention->layers->len; i++)
          {
            MageAttentionLayer *layer = g_ptr_array_index (attention->layers, i);

            /* Of a large model only what it chose itself is there. */
            if (layer->temporal == temporal && mage_attention_find (attention, name) == NULL)
              name = layer->name;
          }
        g_set_str (&self->names[temporal], name);
      }
  if (self->names[self->temporal] == NULL || mage_attention_find (attention, self->names[self->temporal]) == NULL)
    return FALSE;
  mage_attention_look_clear (&self->look);
  self->look.attention = mage_attention_ref (attention);
  self->look.step = self->step;
  self->look.layer = mage_attention_find (attention, self->names[self->temporal]);
  return TRUE;
}

static void
rebuild (MageAttentionPage *self)
{
  if (self->look.attention == NULL)
    return;
  self->word = MIN (self->word, MAX (self->look.attention->n_words, 1) - 1);
  if (!has_branches (self))
    self->view = MAGE_LOOK_SUBJECT;
  if (self->head >= (int) self->look.layer->n_heads)
    self->head = MAGE_ATTENTION_ALL_HEADS;
  self->look.column = self->word;
  self->look.head = self->head;
  self->look.branch = self->view;
  forget_map (self);
  self->map = mage_attention_look_make_map (&self->look);
  self->textures = g_new0 (GdkTexture *, self->map->n_frames);
  self->frame = MIN (self->frame, self->map->n_frames - 1);
  show_controls (self);
  show_scale (self);
  show_frame (self);
}

static void
want (MageAttentionPage *self)
{
  const char *layers[3] = { self->names[self->temporal], NULL, NULL };

  if (self->look.attention != NULL && layers[0] != NULL && !self->temporal)
    layers[1] = mage_attention_name_find_beside (layers[0], (const char *const *) self->look.attention->names);
  gtk_widget_set_visible (self->busy, TRUE);
  mage_attention_film_want (self->film, self->step, layers[0] != NULL ? layers : NULL);
}

/* The step and the layer that were chosen: at once, or as soon as they come. */
static void
look (MageAttentionPage *self)
{
  MageAttention *attention = mage_attention_film_get (self->film, self->step);

  mage_attention_inspector_set_step (self->inspector, self->step);
  if (attention == NULL || !aim (self, attention))
    {
      want (self);
      return;
    }
  gtk_widget_set_visible (self->busy, FALSE);
  adw_banner_set_revealed (self->banner, FALSE);
  rebuild (self);
}

static void
arrived_cb (MageAttentionPage *self, guint step)
{
  MageAttention *attention = mage_attention_film_get (self->film, step);

  if (step == self->step && attention != NULL && aim (self, attention))
    look (self);
  mage_attention_film_set_ahead (self->film, TRUE);
}

static void
failed_cb (MageAttentionPage *self, const char *message)
{
  gtk_widget_set_visible (self->busy, FALSE);
  adw_banner_set_title (self->banner, message);
  adw_banner_set_revealed (self->banner, TRUE);
}

static void
retry_cb (MageAttentionPage *self)
{
  adw_banner_set_revealed (self->banner, FALSE);
  look (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageAttentionPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->canvas == NULL)
    return;
  if (frames == NULL)
    {
      failed_cb (self, error->message);
      return;
    }
  self->ground = g_steal_pointer (&frames);
  mage_attention_pins_set_ground (self->pins, self->ground);
  show_frame (self);
}

/* --- choosing --- */

static void
word_chosen_cb (MageAttentionPage *self, guint word)
{
  mage_attention_page_set_word (self, word);
}

static void
place_chosen_cb (MageAttentionPage *self, double x, double y)
{
  mage_attention_page_set_place (self, x, y);
}

static void
frame_chosen_cb (MageAttentionPage *self, guint frame)
{
  mage_attention_page_set_frame (self, frame);
}

static void
branch_chosen_cb (MageAttentionPage *self, guint branch)
{
  mage_attention_page_set_branch (self, branch);
}

static void
temporal_chosen_cb (MageAttentionPage *self, gboolean temporal)
{
  mage_attention_page_set_temporal (self, temporal);
}

static void
layer_chosen_cb (MageAttentionPage *self, const char *name)
{
  g_set_str (&self->names[self->temporal], name);
  look (self);
}

static void
step_chosen_cb (MageAttentionPage *self, guint step)
{
  mage_attention_page_set_step (self, step);
}

static void
head_chosen_cb (MageAttentionPage *self, int head)
{
  mage_attention_page_set_head (self, head);
}

static void
keep_cb (MageAttentionPage *self, guint pin)
{
  mage_attention_page_keep (self, pin);
}

/* --- playing --- */

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  MageAttentionPage *self = MAGE_ATTENTION_PAGE (widget);
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
set_playing (MageAttentionPage *self, gboolean playing)
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

static void
play_cb (MageAttentionPage *self)
{
  set_playing (self, self->tick == 0);
}

/* The place is where the keys are expected. */
static void
shown_cb (MageAttentionPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

/* --- saving --- */

static char *
dup_look_words (MageAttentionPage *self)
{
  const char *views[] = { _("subjects"), _("motion"), _("difference") };
  g_autofree char *layer = mage_attention_name_to_words (self->look.layer->name);
  g_autofree char *head = self->head == MAGE_ATTENTION_ALL_HEADS ? g_strdup (_("all heads")) : g_strdup_printf (_("head %d"), self->head + 1);
  g_autofree char *what = self->temporal ? g_strdup (_("over time")) : g_strdup_printf (_("“%s”"), self->look.attention->words[self->word]);

  return has_branches (self)
           ? g_strdup_printf (_("%s, %s, step %u, %s, %s"), what, views[self->view], self->look.step, layer, head)
           : g_strdup_printf (_("%s, step %u, %s, %s"), what, self->look.step, layer, head);
}

static void
save_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageAttentionPage *self = MAGE_ATTENTION_PAGE (widget);
  MageAttentionSave how = g_str_has_suffix (name, "picture") ? MAGE_ATTENTION_SAVE_PICTURE
                          : g_str_has_suffix (name, "video") ? MAGE_ATTENTION_SAVE_VIDEO
                                                             : MAGE_ATTENTION_SAVE_NUMBERS;
  g_autofree char *words = NULL;

  if (self->look.attention == NULL || self->ground == NULL)
    return;
  words = dup_look_words (self);
  mage_attention_save (widget, self->session, self->result, &self->look, self->ground, self->frame, words, how);
}

/* --- the object --- */

static void
mage_attention_page_dispose (GObject *object)
{
  MageAttentionPage *self = MAGE_ATTENTION_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->film != NULL)
    g_signal_handlers_disconnect_by_data (self->film, self);
  g_clear_object (&self->film);
  forget_map (self);
  mage_attention_look_clear (&self->look);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_ATTENTION_PAGE);
  g_clear_pointer (&self->ground, frames_unref);
  g_clear_object (&self->result);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_attention_page_parent_class)->dispose (object);
}

static void
mage_attention_page_finalize (GObject *object)
{
  MageAttentionPage *self = MAGE_ATTENTION_PAGE (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->names); i++)
    g_free (self->names[i]);
  G_OBJECT_CLASS (mage_attention_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-attention-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, MageAttentionPage, name)
  BIND (window_title);
  BIND (banner);
  BIND (words);
  BIND (rest);
  BIND (canvas);
  BIND (busy);
  BIND (play);
  BIND (frames);
  BIND (scale_title);
  BIND (scale);
  BIND (time);
  BIND (between);
  BIND (branches);
  BIND (between_scale);
  BIND (comparison);
  BIND (pins);
  BIND (inspector);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, word_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, place_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, play_cb);
  gtk_widget_class_bind_template_callback (widget_class, frame_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, branch_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, temporal_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, layer_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, step_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, head_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
}

static void
mage_attention_page_class_init (MageAttentionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_attention_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_attention_page_finalize;
  g_type_ensure (MAGE_TYPE_ATTENTION_CANVAS);
  g_type_ensure (MAGE_TYPE_ATTENTION_INSPECTOR);
  g_type_ensure (MAGE_TYPE_ATTENTION_PINS);
  g_type_ensure (MAGE_TYPE_ATTENTION_TILES);
  g_type_ensure (MAGE_TYPE_ATTENTION_TIME);
  g_type_ensure (MAGE_TYPE_ATTENTION_WORDS);
  g_type_ensure (MAGE_TYPE_COLOUR_SCALE);
  gtk_widget_class_install_action (widget_class, "attention.save-picture", NULL, save_cb);
  gtk_widget_class_install_action (widget_class, "attention.save-video", NULL, save_cb);
  gtk_widget_class_install_action (widget_class, "attention.save-numbers", NULL, save_cb);
  bind_template (widget_class);
}

static void
mage_attention_page_init (MageAttentionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->head = MAGE_ATTENTION_ALL_HEADS;
  self->x = self->y = 0.5;
  mage_colour_scale_set_map (self->between_scale, MAGE_COLOUR_MAP_DIFFERENCE);
  mage_colour_scale_set_words (self->between_scale, _("motion"), _("equal"), _("subjects"));
  mage_attention_keys_add (self);
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
}

/* --- for all --- */

/** mage_attention_page_can_show: whether enough of @result is kept. */
gboolean
mage_attention_page_can_show (MageResult *result)
{
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_LATENTS);
  g_autoptr (GArray) steps = mage_kept_steps_list (folder);

  return steps->len > 1;
}

MageAttentionFilm *
mage_attention_page_get_film (MageAttentionPage *self)
{
  return self->film;
}

/** mage_attention_page_get_look: Returns: (transfer none): what is seen; without attention until the first step is there */
const MageAttentionLook *
mage_attention_page_get_look (MageAttentionPage *self)
{
  return &self->look;
}

/** mage_attention_page_set_step: @step: from 1 on */
void
mage_attention_page_set_step (MageAttentionPage *self, guint step)
{
  if (self->step == step)
    return;
  self->step = step;
  look (self);
}

/** mage_attention_page_get_step: that is wanted; the look's is the one that is seen. */
guint
mage_attention_page_get_step (MageAttentionPage *self)
{
  return self->step;
}

/** mage_attention_page_set_word: looks for it over the picture. */
void
mage_attention_page_set_word (MageAttentionPage *self, guint word)
{
  if (self->look.attention == NULL || word >= self->look.attention->n_words)
    return;
  self->word = word;
  self->temporal = FALSE;
  look (self);
}

void
mage_attention_page_set_branch (MageAttentionPage *self, MageLookBranch branch)
{
  if (!has_branches (self))
    return;
  self->view = branch;
  rebuild (self);
}

/** mage_attention_page_set_temporal: whether it is seen where places look in time, else where words are looked for. */
void
mage_attention_page_set_temporal (MageAttentionPage *self, gboolean temporal)
{
  self->temporal = temporal;
  look (self);
}

/** mage_attention_page_set_head: @head: or MAGE_ATTENTION_ALL_HEADS */
void
mage_attention_page_set_head (MageAttentionPage *self, int head)
{
  self->head = head;
  rebuild (self);
}

void
mage_attention_page_set_frame (MageAttentionPage *self, guint frame)
{
  set_playing (self, FALSE);
  self->frame = self->map != NULL ? MIN (frame, self->map->n_frames - 1) : frame;
  show_frame (self);
}

guint
mage_attention_page_get_frame (MageAttentionPage *self)
{
  return self->frame;
}

/** mage_attention_page_set_place: in parts of the picture. */
void
mage_attention_page_set_place (MageAttentionPage *self, double x, double y)
{
  self->x = CLAMP (x, 0, 1);
  self->y = CLAMP (y, 0, 1);
  show_frame (self);
}

/** mage_attention_page_move_place: by so many cells of the map. */
void
mage_attention_page_move_place (MageAttentionPage *self, int dx, int dy)
{
  if (self->look.layer != NULL)
    mage_attention_page_set_place (self, CLAMP (self->x + (double) dx / self->look.layer->width, 0, 0.999),
                                   CLAMP (self->y + (double) dy / self->look.layer->height, 0, 0.999));
}

/** mage_attention_page_play: begins, or pauses. */
void
mage_attention_page_play (MageAttentionPage *self)
{
  play_cb (self);
}

/** mage_attention_page_keep_next: the first time as A, then as B. */
void
mage_attention_page_keep_next (MageAttentionPage *self)
{
  mage_attention_page_keep (self, mage_attention_pins_has (self->pins, 0));
}

/** mage_attention_page_keep: what is seen, to be compared. */
void
mage_attention_page_keep (MageAttentionPage *self, guint pin)
{
  g_autofree char *words = NULL;

  if (self->look.attention == NULL)
    return;
  words = dup_look_words (self);
  mage_attention_pins_keep (self->pins, pin, &self->look, words);
  gtk_widget_set_visible (self->comparison, TRUE);
}

/** mage_attention_page_new: @step: that is looked at first, from 1 on; 0: the last one that is guided, or one in the middle */
AdwNavigationPage *
mage_attention_page_new (MageSession *session, MageResult *result, guint step)
{
  MageAttentionPage *self = g_object_new (MAGE_TYPE_ATTENTION_PAGE, NULL);
  g_autofree char *seed = mage_params_dup_text (mage_result_get_params (result), "seed");
  const char *name = mage_result_get_name (result);
  guint n, guided = 0;
  const char *way = mage_result_get_sampling (result, &guided);

  self->session = g_object_ref (session);
  self->result = g_object_ref (result);
  self->film = mage_attention_film_new (session, result);
  n = mage_attention_film_get_n_steps (self->film);
  self->step = CLAMP (step > 0 ? step : guided > 0 ? guided : n / 2, 1, n);
  {
    g_autofree char *subtitle = g_strdup_printf (_("%s · seed %s"), name != NULL ? name : mage_result_get_prompt (result), seed);

    adw_window_title_set_subtitle (self->window_title, subtitle);
  }
  mage_attention_inspector_set_steps (self->inspector, n, g_strcmp0 (way, "scs") == 0, guided);
  g_signal_connect_swapped (self->film, "arrived", G_CALLBACK (arrived_cb), self);
  g_signal_connect_swapped (self->film, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (self->film, "changed", G_CALLBACK (show_kept), self);
  mage_load_result_async (result, self->cancellable, loaded_cb, g_object_ref (self));
  look (self);
  return ADW_NAVIGATION_PAGE (self);
}
