/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-motion-page.h"

#include "ui/mage-clip-player.h"
#include "ui/mage-clip-warnings.h"
#include "ui/mage-crop-frame.h"
#include "ui/mage-film-strip.h"
#include "ui/mage-identity.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-thing-row.h"
#include "ui/mage-training-view.h"
#include "ui/mage-trimmer.h"

#include "jobs/mage-import.h"

#include <glib/gi18n.h>
#include <math.h>

/* A motion: the part of its clip that is learned, the frames the model sees of it, who moves, and its training. */

struct _MageMotionPage
{
  MagePage parent_instance;

  MageMotion *motion;
  double duration;       /* of the clip, in seconds; 0 until it is loaded */
  GCancellable *cancellable;
  GCancellable *span_cancellable;

  AdwBanner *banner;
  AdwBanner *clip_banner;
  MageClipPlayer *player;
  MageCropFrame *crop;
  GtkWidget *play;
  MageTrimmer *trimmer;
  GtkLabel *time;
  GtkLabel *span;
  MageFilmStrip *film;
  MageClipWarnings *warnings;
  GtkDropDown *speed;
  GtkListBox *things;
  MageTrainingView *training;
  GtkWidget *settings;
  AdwEntryRow *name;
  AdwEntryRow *caption;
  AdwActionRow *rest;
};

G_DEFINE_FINAL_TYPE (MageMotionPage, mage_motion_page, MAGE_TYPE_PAGE)

static MageSession *
get_session (MageMotionPage *self)
{
  return mage_page_get_session (MAGE_PAGE (self));
}

static MageProject *
get_project (MageMotionPage *self)
{
  return mage_session_get_project (get_session (self));
}

static char *
dup_clip_path (MageMotionPage *self)
{
  return mage_media_dup_path (mage_motion_get_clip (self->motion));
}

/* --- the part that is learned --- */

/* A length of 0 means as long as the model's frames last, or the whole of a shorter clip. */
static double
get_length (MageMotionPage *self)
{
  MageParams *params = mage_project_get_params (get_project (self));
  double length = mage_motion_get_length (self->motion);

  if (length <= 0)
    length = (double) mage_params_get_int (params, "frames") / mage_params_get_double (params, "rate");
  return MIN (length, MAX (0, self->duration - mage_motion_get_start (self->motion)));
}

static void
show_span_words (MageMotionPage *self, double start, double length)
{
  guint n = (guint) mage_params_get_int (mage_project_get_params (get_project (self)), "frames");
  g_autofree char *text = g_strdup_printf (ngettext ("%u frame · %.2f to %.2f s", "%u frames · %.2f to %.2f s", n),
                                           n, start, start + length);

  gtk_label_set_text (self->span, text);
}

static void
span_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageMotionPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);
  g_autoptr (MageClipPaintable) clip = frames != NULL ? mage_clip_paintable_new (frames) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->film == NULL)
    return;
  mage_film_strip_set_clip (self->film, clip);
}

/* The frames that the model will see, read as the training reads them. */
static void
load_span (MageMotionPage *self)
{
  MageParams *params = mage_project_get_params (get_project (self));
  const MageCrop *crop = mage_motion_get_crop (self->motion);
  g_autofree char *path = dup_clip_path (self);
  ClipRead want = { .start_s = mage_motion_get_start (self->motion), .length_s = mage_motion_get_length (self->motion),
                    .n_frames = (guint) mage_params_get_int (params, "frames"),
                    .rate = mage_params_get_double (params, "rate"),
                    .width = (guint) mage_params_get_int (params, "width"),
                    .height = (guint) mage_params_get_int (params, "height"),
                    .crop = { crop->x, crop->y, crop->width, crop->height } };

  g_cancellable_cancel (self->span_cancellable);
  g_clear_object (&self->span_cancellable);
  self->span_cancellable = g_cancellable_new ();
  mage_film_strip_set_shape (self->film, want.n_frames, (double) want.width / want.height);
  mage_crop_frame_set_aspect (self->crop, (double) want.width / want.height);
  mage_crop_frame_set_crop (self->crop, crop);
  mage_load_span_async (path, &want, self->span_cancellable, span_loaded_cb, g_object_ref (self));
}

/* The player loops over the part. */
static void
set_loop (MageMotionPage *self, double start, double length)
{
  MageClipPaintable *clip = mage_clip_player_get_clip (self->player);
  double rate;

  if (clip == NULL)
    return;
  rate = mage_clip_paintable_get_rate (clip);
  mage_clip_paintable_set_span (clip, (guint) round (start * rate), (guint) MAX (1, round (length * rate)));
}

static void
show_span (MageMotionPage *self)
{
  double start = mage_motion_get_start (self->motion);
  double length = get_length (self);

  mage_trimmer_set_span (self->trimmer, start, length);
  if (self->duration > 0)
    show_span_words (self, start, length);
  set_loop (self, start, length);
  load_span (self);
  if (self->duration > 0)
    {
      g_autofree char *path = dup_clip_path (self);

      mage_clip_warnings_check (self->warnings, path, start, length);
    }
}

static void
span_changed_cb (MageMotionPage *self)
{
  double start;
  double length;

  mage_trimmer_get_span (self->trimmer, &start, &length);
  show_span_words (self, start, length);
  set_loop (self, start, length);
}

static void
span_chosen_cb (MageMotionPage *self)
{
  double start;
  double length;

  mage_trimmer_get_span (self->trimmer, &start, &length);
  mage_session_record_merged (get_session (self), _("Trim Clip"), "trim");
  /* Hundredths: a project file with round numbers, and finer than a frame. */
  mage_motion_set_span (self->motion, round (start * 100) / 100, round (length * 100) / 100);
}

static void
crop_chosen_cb (MageMotionPage *self)
{
  MageCrop crop;

  mage_crop_frame_get_crop (self->crop, &crop);
  mage_session_record_merged (get_session (self), _("Crop Clip"), "crop");
  mage_motion_set_crop (self->motion, &crop);
}

/* What a warning offers. */
static void
trim_cb (MageMotionPage *self, double start, double length)
{
  mage_session_record (get_session (self), _("Trim Clip"));
  mage_motion_set_span (self->motion, start, length);
}

static void
seeked_cb (MageMotionPage *self, double position)
{
  MageClipPaintable *clip = mage_clip_player_get_clip (self->player);

  mage_clip_player_play (self->player, FALSE);
  if (clip != NULL)
    mage_clip_paintable_set_frame (clip, (guint) (position * mage_clip_paintable_get_rate (clip)));
}

/* --- the clip --- */

static void
show_frame (MageMotionPage *self)
{
  MageClipPaintable *clip = mage_clip_player_get_clip (self->player);
  double position;
  g_autofree char *text = NULL;

  if (clip == NULL)
    return;
  position = mage_clip_paintable_get_frame (clip) / mage_clip_paintable_get_rate (clip);
  if (mage_clip_player_is_playing (self->player))
    mage_trimmer_set_position (self->trimmer, position);
  text = g_strdup_printf (_("%.2f / %.2f s"), position, self->duration);
  gtk_label_set_text (self->time, text);
}

static void
show_playing (MageMotionPage *self)
{
  gboolean playing = mage_clip_player_is_playing (self->player);

  gtk_button_set_icon_name (GTK_BUTTON (self->play), playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->play, playing ? _("Pause") : _("Play"));
}

static void
play_clicked_cb (MageMotionPage *self)
{
  mage_clip_player_play (self->player, !mage_clip_player_is_playing (self->player));
}

static void
speed_chosen_cb (MageMotionPage *self)
{
  static const double speeds[] = { 0.25, 0.5, 1, 2 };
  MageClipPaintable *clip = mage_clip_player_get_clip (self->player);
  guint i = gtk_drop_down_get_selected (self->speed);

  if (clip != NULL && i < G_N_ELEMENTS (speeds))
    mage_clip_paintable_set_speed (clip, speeds[i]);
}

static void
clip_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageMotionPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = NULL;
  g_autoptr (MageClipPaintable) clip = NULL;
  double duration = 0;
  guint width = 0;
  guint height = 0;

  frames = mage_load_clip_finish (result, &duration, &width, &height, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->player == NULL)
    return;
  if (frames == NULL)
    {
      adw_banner_set_title (self->clip_banner, error->message);
      adw_banner_set_revealed (self->clip_banner, TRUE);
      return;
    }
  self->duration = duration;
  clip = mage_clip_paintable_new (frames);
  mage_clip_player_set_clip (self->player, clip);
  mage_crop_frame_set_clip_size (self->crop, width, height);
  g_signal_connect_object (clip, "notify::frame", G_CALLBACK (show_frame), self, G_CONNECT_SWAPPED);
  speed_chosen_cb (self);
  mage_trimmer_set_clip (self->trimmer, clip, duration);
  show_span (self);
  mage_clip_paintable_set_frame (clip, (guint) (mage_motion_get_start (self->motion) * mage_clip_paintable_get_rate (clip)));
  mage_trimmer_set_position (self->trimmer, mage_motion_get_start (self->motion));
  show_frame (self);
}

static void
load_clip (MageMotionPage *self)
{
  g_autofree char *path = dup_clip_path (self);

  self->cancellable = g_cancellable_new ();
  mage_load_clip_async (path, self->cancellable, clip_loaded_cb, g_object_ref (self));
}

/* --- who moves --- */

static void
show_rest (MageMotionPage *self)
{
  g_autofree char *rest = mage_motion_dup_static_prompt (self->motion, mage_project_get_params (get_project (self)));
  g_autofree char *escaped = g_markup_escape_text (rest, -1);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (mage_motion_get_things (self->motion)));
  gboolean plain = g_str_equal (mage_params_get_string (mage_project_get_params (get_project (self)), "motion_loss"), "plain");

  adw_action_row_set_subtitle (self->rest, n > 0 ? escaped : _("Name who moves first"));
  mage_training_view_set_needs (self->training, n > 0 || plain ? NULL : _("Name who or what moves in the clip first"));
}

static GtkWidget *
make_thing_row_cb (gpointer item, gpointer data)
{
  MageMotionPage *self = data;
  GtkWidget *row = mage_thing_row_new (get_session (self), self->motion, MAGE_THING (item));

  /* The page's breakpoint hides the time where it is narrow. */
  g_object_bind_property (self->time, "visible", row, "roomy", G_BINDING_SYNC_CREATE);
  return row;
}

static void
add_thing_cb (MageMotionPage *self)
{
  g_autoptr (GError) error = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (mage_motion_get_things (self->motion)));
  GtkListBoxRow *row;

  mage_session_record (get_session (self), _("Add Thing"));
  /* The first is what the prompt names first; the next ones have to be named. */
  if (mage_import_thing (get_project (self), self->motion, n > 0 ? _("thing") : NULL, NULL,
                         mage_motion_get_start (self->motion), &error) == NULL)
    {
      mage_session_toast_error (get_session (self), error);
      return;
    }
  row = gtk_list_box_get_row_at_index (self->things, (int) n);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

/* --- words --- */

static void
show_words (MageMotionPage *self)
{
  MageTrainable *item = MAGE_TRAINABLE (self->motion);
  g_autofree char *file = g_path_get_basename (mage_media_get_file (mage_motion_get_clip (self->motion)));
  g_autofree char *title = NULL;

  gtk_editable_set_text (GTK_EDITABLE (self->name), mage_trainable_get_name (item));
  gtk_editable_set_text (GTK_EDITABLE (self->caption), mage_motion_get_caption (self->motion));
  title = mage_identity_dup_title (item);
  mage_page_set_title (MAGE_PAGE (self), title);
  mage_page_set_subtitle (MAGE_PAGE (self), file);
}

static void
name_applied_cb (MageMotionPage *self)
{
  g_autoptr (GError) error = NULL;

  mage_session_record (get_session (self), _("Rename Motion"));
  if (!mage_project_rename (get_project (self), MAGE_TRAINABLE (self->motion),
                            gtk_editable_get_text (GTK_EDITABLE (self->name)), &error))
    mage_session_toast_error (get_session (self), error);
  show_words (self);
}

static void
caption_applied_cb (MageMotionPage *self)
{
  mage_session_record (get_session (self), _("Change Motion Prompt"));
  mage_motion_set_caption (self->motion, gtk_editable_get_text (GTK_EDITABLE (self->caption)));
  show_words (self);
}

/* --- training --- */

static void
try_again_cb (MageMotionPage *self)
{
  adw_banner_set_revealed (self->banner, FALSE);
  mage_session_train (get_session (self), MAGE_TRAINABLE (self->motion));
}

/* --- the object --- */

static void
params_changed_cb (MageMotionPage *self)
{
  show_span (self);
  show_rest (self);
}

static void
mage_motion_page_dispose (GObject *object)
{
  MageMotionPage *self = MAGE_MOTION_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_cancellable_cancel (self->span_cancellable);
  g_clear_object (&self->span_cancellable);
  if (self->warnings != NULL)
    mage_clip_warnings_stop (self->warnings);
  if (self->motion != NULL)
    {
      gtk_list_box_bind_model (self->things, NULL, NULL, NULL, NULL);
      g_signal_handlers_disconnect_by_data (self->motion, self);
      g_signal_handlers_disconnect_by_data (mage_motion_get_things (self->motion), self);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_MOTION_PAGE);
  g_clear_object (&self->motion);
  G_OBJECT_CLASS (mage_motion_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-motion-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, banner);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, clip_banner);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, player);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, crop);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, play);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, trimmer);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, time);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, span);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, film);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, warnings);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, speed);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, things);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, training);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, settings);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, name);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, caption);
  gtk_widget_class_bind_template_child (widget_class, MageMotionPage, rest);
  gtk_widget_class_bind_template_callback (widget_class, span_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, span_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, seeked_cb);
  gtk_widget_class_bind_template_callback (widget_class, trim_cb);
  gtk_widget_class_bind_template_callback (widget_class, crop_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, speed_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, play_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_thing_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, caption_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
}

static void
mage_motion_page_class_init (MageMotionPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_motion_page_dispose;
  g_type_ensure (MAGE_TYPE_CLIP_PLAYER);
  g_type_ensure (MAGE_TYPE_TRIMMER);
  g_type_ensure (MAGE_TYPE_FILM_STRIP);
  g_type_ensure (MAGE_TYPE_CLIP_WARNINGS);
  g_type_ensure (MAGE_TYPE_CROP_FRAME);
  g_type_ensure (MAGE_TYPE_TRAINING_VIEW);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
mage_motion_page_init (MageMotionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_page_set_settings (MAGE_PAGE (self), self->settings);
  mage_page_set_inspects (MAGE_PAGE (self), MAGE_STALE_MOTION | MAGE_STALE_TOKEN);
  mage_trimmer_set_clip (self->trimmer, NULL, 0);
  mage_clip_player_set_label (self->player, _("The clip"));
  mage_crop_frame_set_view (self->crop, mage_clip_player_get_view (self->player));
  g_signal_connect_object (self->player, "notify::playing", G_CALLBACK (show_playing), self, G_CONNECT_SWAPPED);
}

/** mage_motion_page_new: the page of @motion. */
GtkWidget *
mage_motion_page_new (MageSession *session, MageMotion *motion)
{
  MageMotionPage *self = g_object_new (MAGE_TYPE_MOTION_PAGE, "session", session, NULL);
  MageParams *params = mage_project_get_params (mage_session_get_project (session));

  self->motion = g_object_ref (motion);
  mage_training_view_set_up (self->training, session, MAGE_TRAINABLE (motion));
  mage_training_view_bind_banner (self->training, self->banner);
  g_signal_connect_object (params, "changed", G_CALLBACK (params_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (motion, "notify::name", G_CALLBACK (show_words), self);
  g_signal_connect_swapped (motion, "notify::caption", G_CALLBACK (show_words), self);
  g_signal_connect_swapped (motion, "notify::start", G_CALLBACK (show_span), self);
  g_signal_connect_swapped (motion, "notify::length", G_CALLBACK (show_span), self);
  g_signal_connect_swapped (motion, "notify::crop", G_CALLBACK (load_span), self);
  g_signal_connect_swapped (mage_motion_get_things (motion), "items-changed", G_CALLBACK (show_rest), self);
  gtk_list_box_bind_model (self->things, G_LIST_MODEL (mage_motion_get_things (motion)), make_thing_row_cb, self, NULL);
  show_words (self);
  show_rest (self);
  show_span (self);
  load_clip (self);
  return GTK_WIDGET (self);
}
