/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-video-stage.h"

#include "jobs/mage-preview-job.h"
#include "ui/mage-clip-player.h"
#include "ui/mage-look-tile.h"

#include <glib/gi18n.h>

/*
 * Where a video is seen: while it is made what it will be as far as one can tell (x̂₀), with SCS as the
 * sum of its two branches, all in step; afterwards the video itself.
 */

struct _MageVideoStage
{
  GtkWidget parent_instance;

  MageSession *session;
  MageJob *job;
  GBytes *seen_subject; /* what the tiles show, to leave alone what is the same */
  GBytes *seen_motion;
  GtkWidget *branches;
  MageLookTile *subject;
  MageLookTile *motion;
  MageClipPlayer *player;
  GtkWidget *placeholder;
  gboolean narrow;
  gboolean held; /* somebody looks at a step: what comes is not shown */
};

G_DEFINE_FINAL_TYPE (MageVideoStage, mage_video_stage, GTK_TYPE_WIDGET)

enum
{
  PROP_NARROW = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static MageParams *
get_params (MageVideoStage *self)
{
  return mage_project_get_params (mage_session_get_project (self->session));
}

/* --- the video --- */

/* The branches show the frame that the video shows. */
static void
frame_cb (MageVideoStage *self, GParamSpec *pspec, MageClipPaintable *clip)
{
  MageLookTile *tiles[] = { self->subject, self->motion };

  for (guint i = 0; i < G_N_ELEMENTS (tiles); i++)
    {
      MageClipPaintable *other = mage_look_tile_get_clip (tiles[i]);

      if (other != NULL)
        mage_clip_paintable_set_frame (other, mage_clip_paintable_get_frame (clip));
    }
}

static void
set_clip (MageVideoStage *self, MageClipPaintable *clip)
{
  MageClipPaintable *old = mage_clip_player_get_clip (self->player);

  if (old != NULL)
    g_signal_handlers_disconnect_by_data (old, self);
  if (clip != NULL)
    g_signal_connect_swapped (clip, "notify::frame", G_CALLBACK (frame_cb), self);
  mage_clip_player_set_clip (self->player, clip);
  gtk_widget_set_visible (self->placeholder, clip == NULL);
}

static void
play (MageVideoStage *self, Frames *frames, gboolean controls)
{
  MageClipPaintable *old = mage_clip_player_get_clip (self->player);
  g_autoptr (MageClipPaintable) clip = mage_clip_paintable_new (frames);

  /* The next preview goes on where the last one stands: the movement is not torn. */
  if (old != NULL && mage_clip_paintable_get_n_frames (old) == frames->n_frames)
    mage_clip_paintable_set_frame (clip, mage_clip_paintable_get_frame (old));
  set_clip (self, clip);
  g_object_set (self->player, "controls", controls, NULL);
  mage_clip_player_play (self->player, TRUE);
}

/* --- the branches --- */

static void
show_branch (MageVideoStage *self, MageLookTile *tile, const char *name, GBytes **seen)
{
  guint n_frames;
  guint width;
  guint height;
  GBytes *rgb = mage_job_get_look (self->job, name, &n_frames, &width, &height);
  g_autoptr (Frames) frames = NULL;

  if (rgb == NULL || rgb == *seen)
    return;
  g_clear_pointer (seen, g_bytes_unref);
  *seen = g_bytes_ref (rgb);
  frames = frames_new (n_frames, width, height, mage_params_get_double (get_params (self), "rate"), rgb);
  mage_look_tile_set_frames (tile, frames);
}

static void
show_weights (MageVideoStage *self, MageParams *params)
{
  g_autofree char *subject = mage_params_dup_text (params, "beta_s");
  g_autofree char *motion = mage_params_dup_text (params, "beta_m");
  g_autofree char *subject_words = g_strdup_printf ("%s · <i>ε<sub>sub</sub></i>", subject);
  g_autofree char *motion_words = g_strdup_printf ("%s · <i>ε<sub>mot</sub></i>", motion);

  mage_look_tile_set_words (self->subject, _("Subjects"), subject_words);
  mage_look_tile_set_words (self->motion, _("Motion"), motion_words);
}

static void
show_looks (MageVideoStage *self)
{
  if (self->held)
    return;
  show_branch (self, self->subject, "x0_sub", &self->seen_subject);
  show_branch (self, self->motion, "x0_mot", &self->seen_motion);
  gtk_widget_set_visible (self->branches, self->seen_subject != NULL && self->seen_motion != NULL);
}

static void
show_preview (MageVideoStage *self)
{
  guint n_frames;
  guint width;
  guint height;
  GBytes *rgb = mage_job_get_preview (self->job, &n_frames, &width, &height);
  g_autoptr (Frames) frames = NULL;

  if (rgb == NULL || self->held)
    return;
  frames = frames_new (n_frames, width, height, mage_params_get_double (get_params (self), "rate"), rgb);
  play (self, frames, FALSE);
}

static void
forget_branches (MageVideoStage *self)
{
  g_clear_pointer (&self->seen_subject, g_bytes_unref);
  g_clear_pointer (&self->seen_motion, g_bytes_unref);
  if (self->branches == NULL)
    return;
  gtk_widget_set_visible (self->branches, FALSE);
  mage_look_tile_set_frames (self->subject, NULL);
  mage_look_tile_set_frames (self->motion, NULL);
}

/* --- the object --- */

static void
set_narrow (MageVideoStage *self, gboolean narrow)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NARROW]);
}

static void
mage_video_stage_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, MAGE_VIDEO_STAGE (object)->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_video_stage_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      set_narrow (MAGE_VIDEO_STAGE (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_video_stage_dispose (GObject *object)
{
  MageVideoStage *self = MAGE_VIDEO_STAGE (object);
  GtkWidget *child;

  mage_video_stage_set_job (self, NULL);
  if (self->player != NULL)
    set_clip (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_VIDEO_STAGE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_video_stage_parent_class)->dispose (object);
}

static void
mage_video_stage_class_init (MageVideoStageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = mage_video_stage_get_property;
  object_class->set_property = mage_video_stage_set_property;
  object_class->dispose = mage_video_stage_dispose;
  /** MageVideoStage:narrow: the branches stand above the video, not beside it. */
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (MAGE_TYPE_LOOK_TILE);
  g_type_ensure (MAGE_TYPE_CLIP_PLAYER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-video-stage.ui");
  gtk_widget_class_bind_template_child (widget_class, MageVideoStage, branches);
  gtk_widget_class_bind_template_child (widget_class, MageVideoStage, subject);
  gtk_widget_class_bind_template_child (widget_class, MageVideoStage, motion);
  gtk_widget_class_bind_template_child (widget_class, MageVideoStage, player);
  gtk_widget_class_bind_template_child (widget_class, MageVideoStage, placeholder);
}

static void
mage_video_stage_init (MageVideoStage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_video_stage_set_session: once. */
void
mage_video_stage_set_session (MageVideoStage *self, MageSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
}

/** mage_video_stage_set_job: @job: (nullable): a sampling, whose previews are shown from now on. */
void
mage_video_stage_set_job (MageVideoStage *self, MageJob *job)
{
  if (self->job == job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  /* What is seen of a preview stays until the next one has something to show. */
  if (!MAGE_IS_PREVIEW_JOB (job))
    forget_branches (self);
  if (job == NULL)
    return;
  g_signal_connect_swapped (job, "notify::preview", G_CALLBACK (show_preview), self);
  g_signal_connect_swapped (job, "notify::looks", G_CALLBACK (show_looks), self);
  self->held = FALSE;
  show_weights (self, get_params (self));
  show_preview (self);
  show_looks (self);
}

static void
put_branch (MageLookTile *tile, Frames *frames, GBytes **seen)
{
  g_clear_pointer (seen, g_bytes_unref);
  *seen = frames != NULL ? g_bytes_ref (frames->rgb) : NULL;
  mage_look_tile_set_frames (tile, frames);
}

/**
 * mage_video_stage_show_step:
 * @predicted: (nullable): stays what it is
 * @subject: (nullable): of the branches; without both they are not shown
 * @params: whose weights they have
 *
 * Shows what was there after a step; what comes meanwhile from the job waits for mage_video_stage_go_on().
 */
void
mage_video_stage_show_step (MageVideoStage *self, Frames *predicted, Frames *subject, Frames *motion, MageParams *params)
{
  self->held = TRUE;
  show_weights (self, params);
  put_branch (self->subject, subject, &self->seen_subject);
  put_branch (self->motion, motion, &self->seen_motion);
  gtk_widget_set_visible (self->branches, subject != NULL && motion != NULL);
  if (predicted != NULL)
    play (self, predicted, TRUE);
}

/** mage_video_stage_go_on: shows the newest of the job again, and what comes. */
void
mage_video_stage_go_on (MageVideoStage *self)
{
  self->held = FALSE;
  if (self->job == NULL)
    return;
  show_preview (self);
  show_looks (self);
}

/** mage_video_stage_show_video: plays a finished video, with controls. */
void
mage_video_stage_show_video (MageVideoStage *self, Frames *frames)
{
  play (self, frames, TRUE);
}

/** mage_video_stage_clear: says that the video will be seen here. */
void
mage_video_stage_clear (MageVideoStage *self)
{
  set_clip (self, NULL);
  g_object_set (self->player, "controls", FALSE, NULL);
}

/** mage_video_stage_take_key: as mage_clip_player_take_key(). */
gboolean
mage_video_stage_take_key (MageVideoStage *self, guint key, GdkModifierType modifiers)
{
  return mage_clip_player_take_key (self->player, key, modifiers);
}

gboolean
mage_video_stage_shows_branches (MageVideoStage *self)
{
  return gtk_widget_get_visible (self->branches);
}
