/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-clip-player.h"

#include "ui/mage-transport.h"

#include <glib/gi18n.h>

/* A clip with a bar to play it, to scrub and to read the time. The keys are those of mage-transport.c. */

struct _MageClipPlayer
{
  GtkWidget parent_instance;

  MageClipView *view;
  GtkWidget *bar;
  GtkWidget *play;
  GtkScale *scale;
  GtkAdjustment *frame;
  GtkLabel *time;
  gboolean playing;
  gboolean controls;
};

G_DEFINE_FINAL_TYPE (MageClipPlayer, mage_clip_player, GTK_TYPE_WIDGET)

enum
{
  PROP_PLAYING = 1,
  PROP_CONTROLS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
show_frame (MageClipPlayer *self)
{
  MageClipPaintable *clip = mage_clip_view_get_clip (self->view);
  guint n = clip != NULL ? mage_clip_paintable_get_n_frames (clip) : 1;
  double rate = clip != NULL ? mage_clip_paintable_get_rate (clip) : 1;
  guint at = clip != NULL ? mage_clip_paintable_get_frame (clip) : 0;
  g_autofree char *text = g_strdup_printf (_("%.2f / %.2f s"), at / rate, n / rate);

  gtk_adjustment_set_value (self->frame, at);
  gtk_label_set_text (self->time, text);
}

static void
scrubbed_cb (MageClipPlayer *self)
{
  MageClipPaintable *clip = mage_clip_view_get_clip (self->view);
  guint frame = (guint) gtk_adjustment_get_value (self->frame);

  /* The slider also moves because the clip plays, which must not begin anew with every frame. */
  if (clip != NULL && frame != mage_clip_paintable_get_frame (clip))
    mage_clip_paintable_set_frame (clip, frame);
}

/* Whoever takes the slider wants to look at a frame. */
static gboolean
change_value_cb (MageClipPlayer *self)
{
  mage_clip_player_play (self, FALSE);
  return GDK_EVENT_PROPAGATE;
}

static void
toggle_cb (MageClipPlayer *self)
{
  mage_clip_player_play (self, !self->playing);
}

static void
show_playing (MageClipPlayer *self)
{
  gtk_button_set_icon_name (GTK_BUTTON (self->play),
                            self->playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->play, self->playing ? _("Pause") : _("Play"));
}

static gboolean
key_pressed_cb (MageClipPlayer *self, guint key, guint code, GdkModifierType modifiers)
{
  return mage_clip_player_take_key (self, key, modifiers);
}

static void
mage_clip_player_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageClipPlayer *self = MAGE_CLIP_PLAYER (object);

  switch (id)
    {
    case PROP_PLAYING:
      g_value_set_boolean (value, self->playing);
      break;
    case PROP_CONTROLS:
      g_value_set_boolean (value, self->controls);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_clip_player_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageClipPlayer *self = MAGE_CLIP_PLAYER (object);

  switch (id)
    {
    case PROP_PLAYING:
      mage_clip_player_play (self, g_value_get_boolean (value));
      break;
    case PROP_CONTROLS:
      if (self->controls != g_value_get_boolean (value))
        {
          self->controls = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_clip_player_dispose (GObject *object)
{
  MageClipPlayer *self = MAGE_CLIP_PLAYER (object);
  GtkWidget *child;

  if (self->view != NULL)
    mage_clip_player_set_clip (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_CLIP_PLAYER);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_clip_player_parent_class)->dispose (object);
}

static void
mage_clip_player_class_init (MageClipPlayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_clip_player_get_property;
  object_class->set_property = mage_clip_player_set_property;
  object_class->dispose = mage_clip_player_dispose;
  props[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags);
  /** MageClipPlayer:controls: whether the bar is there. */
  props[PROP_CONTROLS] = g_param_spec_boolean ("controls", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (MAGE_TYPE_CLIP_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-clip-player.ui");
  gtk_widget_class_bind_template_child (widget_class, MageClipPlayer, view);
  gtk_widget_class_bind_template_child (widget_class, MageClipPlayer, bar);
  gtk_widget_class_bind_template_child (widget_class, MageClipPlayer, play);
  gtk_widget_class_bind_template_child (widget_class, MageClipPlayer, scale);
  gtk_widget_class_bind_template_child (widget_class, MageClipPlayer, frame);
  gtk_widget_class_bind_template_child (widget_class, MageClipPlayer, time);
  gtk_widget_class_bind_template_callback (widget_class, toggle_cb);
  gtk_widget_class_set_css_name (widget_class, "clipplayer");
}

static void
mage_clip_player_init (MageClipPlayer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->controls = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_object (self->frame, "value-changed", G_CALLBACK (scrubbed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->scale, "change-value", G_CALLBACK (change_value_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  mage_clip_player_set_label (self, _("Video"));
  show_frame (self);
}

GtkWidget *
mage_clip_player_new (void)
{
  return g_object_new (MAGE_TYPE_CLIP_PLAYER, NULL);
}

/** mage_clip_player_set_clip: @clip: (nullable): goes on where it stands. */
void
mage_clip_player_set_clip (MageClipPlayer *self, MageClipPaintable *clip)
{
  MageClipPaintable *old = mage_clip_view_get_clip (self->view);

  if (old == clip)
    return;
  if (old != NULL)
    g_signal_handlers_disconnect_by_func (old, show_frame, self);
  if (clip != NULL)
    {
      guint last = mage_clip_paintable_get_n_frames (clip) - 1;

      gtk_adjustment_configure (self->frame, mage_clip_paintable_get_frame (clip), 0, last, 1, MAX (1, last / 8), 0);
      g_signal_connect_swapped (clip, "notify::frame", G_CALLBACK (show_frame), self);
    }
  mage_clip_view_set_clip (self->view, clip);
  gtk_widget_set_sensitive (self->bar, clip != NULL && mage_clip_paintable_get_n_frames (clip) > 1);
  show_frame (self);
}

/** mage_clip_player_get_clip: Returns: (transfer none) (nullable) */
MageClipPaintable *
mage_clip_player_get_clip (MageClipPlayer *self)
{
  return mage_clip_view_get_clip (self->view);
}

void
mage_clip_player_play (MageClipPlayer *self, gboolean playing)
{
  if (self->playing == playing)
    return;
  self->playing = playing;
  show_playing (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PLAYING]);
}

gboolean
mage_clip_player_is_playing (MageClipPlayer *self)
{
  return self->playing;
}

/** mage_clip_player_take_key: as if the player had the focus. Returns: whether it was one of the keys of mage-transport.c */
gboolean
mage_clip_player_take_key (MageClipPlayer *self, guint key, GdkModifierType modifiers)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean playing = self->playing;

  if (!mage_transport_take_key (mage_clip_view_get_clip (self->view), &playing, key, modifiers, mirrored))
    return FALSE;
  mage_clip_player_play (self, playing);
  return TRUE;
}

/** mage_clip_player_set_label: what a screen reader says of the picture. */
void
mage_clip_player_set_label (MageClipPlayer *self, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/** mage_clip_player_get_view: Returns: (transfer none): where the clip is seen */
MageClipView *
mage_clip_player_get_view (MageClipPlayer *self)
{
  return self->view;
}
