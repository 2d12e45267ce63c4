/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-thing-dialog.h"

#include "ui/mage-clip-paintable.h"
#include "ui/mage-identity.h"

#include <glib/gi18n.h>

/*
 * Where a thing is in its clip: one frame to draw on, below it all that are learned. The frame on the stage is a picture
 * that belongs to no project; whatever mask it gets there is told to the follower, which knows whose it is, and back.
 */

/* Masks are made small for the strip, twice as high as a tile for fine screens. */
#define TILE_PIXELS 128.0
#define TILE_OPACITY 0.55
#define TILE_LINE 1.0

struct _MageThingDialog
{
  AdwDialog parent_instance;

  MageSession *session;
  MageMotion *motion;
  MageThing *thing;
  MageThingFollower *follower;
  MageMaskEditor *editor;
  GdkRGBA colour;

  GCancellable *loading;        /* the frames */
  GCancellable *still_loading;  /* the one that is chosen */
  MageClipPaintable *film;      /* whose textures the tiles are */
  GPtrArray *tiles;             /* (transfer none): MageFrameTile */
  guint covered;                /* the record whose masks they show */
  guint at;
  MageMedia *still;             /* (nullable): on the stage */
  guint still_at;               /* which frame that is */

  AdwWindowTitle *heading;
  AdwBanner *banner;
  MageMaskStage *stage;
  GtkLabel *hint;
  GtkScrolledWindow *scrolled;
  GtkBox *strip;
  GtkProgressBar *progress;
  GtkLabel *status;
  GtkWidget *follow;
  GtkWidget *stop;
};

G_DEFINE_FINAL_TYPE (MageThingDialog, mage_thing_dialog, ADW_TYPE_DIALOG)

static const char *
get_name (MageThingDialog *self)
{
  return mage_trainable_get_name (MAGE_TRAINABLE (self->thing));
}

/* --- the strip --- */

static GdkTexture *
make_cover (MageThingDialog *self, Mask *mask)
{
  double scale = MIN (TILE_PIXELS / mask->height, 1);
  g_autoptr (Mask) small = mask_fit (mask, (guint) MAX (mask->width * scale, 1), (guint) MAX (mask->height * scale, 1));
  g_autoptr (MageMaskLayer) layer = mage_mask_layer_new (small);
  const MageMaskLook look = { self->colour, TILE_OPACITY, TILE_LINE };

  return g_object_ref (mage_mask_layer_draw (layer, &GRAPHENE_RECT_INIT (0, 0, (float) small->width, (float) small->height),
                                             (int) small->width, (int) small->height, &look));
}

static char *
describe_frame (MageThingDialog *self, guint i)
{
  const MageStills *stills = mage_thing_follower_get_stills (self->follower);
  const MageTrackRecord *record = mage_thing_follower_get_record (self->follower);

  switch (mage_thing_follower_get_state (self->follower, i))
    {
    case MAGE_FRAME_MARKED:
      return g_strdup_printf (_("Frame %u at %.2f s: marked by you"), i + 1, stills->times[i]);
    case MAGE_FRAME_FOLLOWED:
      return g_strdup_printf (_("Frame %u at %.2f s: followed"), i + 1, stills->times[i]);
    case MAGE_FRAME_DOUBTFUL:
      return g_strdup_printf (_("Frame %u at %.2f s: in doubt, %s"), i + 1, stills->times[i], _(record->frames[i].reason));
    case MAGE_FRAME_OPEN:
    default:
      return g_strdup_printf (_("Frame %u at %.2f s"), i + 1, stills->times[i]);
    }
}

static void
cover_tiles (MageThingDialog *self)
{
  const MageTrackRecord *record = mage_thing_follower_get_record (self->follower);
  guint serial = mage_thing_follower_get_serial (self->follower);

  if (self->covered == serial)
    return;
  self->covered = serial;
  for (guint i = 0; i < self->tiles->len; i++)
    {
      Mask *mask = record != NULL && i < record->n_frames ? record->frames[i].mask : NULL;
      g_autoptr (GdkTexture) cover = mask != NULL ? make_cover (self, mask) : NULL;

      mage_frame_tile_set_mask (g_ptr_array_index (self->tiles, i), cover);
    }
}

static void
show_tiles (MageThingDialog *self)
{
  cover_tiles (self);
  for (guint i = 0; i < self->tiles->len; i++)
    {
      MageFrameTile *tile = g_ptr_array_index (self->tiles, i);
      GtkWidget *button = gtk_widget_get_parent (GTK_WIDGET (tile));
      g_autofree char *text = describe_frame (self, i);

      mage_frame_tile_set_state (tile, mage_thing_follower_get_state (self->follower, i));
      gtk_widget_set_tooltip_text (button, text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    }
}

static void
tile_toggled_cb (GtkToggleButton *button, MageThingDialog *self)
{
  guint i;

  if (gtk_toggle_button_get_active (button) && g_ptr_array_find (self->tiles, gtk_button_get_child (GTK_BUTTON (button)), &i))
    mage_thing_dialog_choose (self, i);
}

static void
fill_strip (MageThingDialog *self)
{
  const MageStills *stills = mage_thing_follower_get_stills (self->follower);
  GtkToggleButton *first = NULL;

  self->film = mage_clip_paintable_new (stills->frames);
  for (guint i = 0; i < stills->n; i++)
    {
      GtkWidget *tile = mage_frame_tile_new (mage_clip_paintable_get_texture (self->film, i));
      GtkWidget *button = gtk_toggle_button_new ();

      gtk_button_set_child (GTK_BUTTON (button), tile);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "frame");
      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), first);
      if (first == NULL)
        first = GTK_TOGGLE_BUTTON (button);
      g_ptr_array_add (self->tiles, tile);
      g_signal_connect_object (button, "toggled", G_CALLBACK (tile_toggled_cb), self, G_CONNECT_DEFAULT);
      gtk_box_append (self->strip, button);
    }
}

/* --- in words --- */

static char *
describe_progress (MageThingDialog *self)
{
  const MageStills *stills = mage_thing_follower_get_stills (self->follower);
  double progress = mage_thing_follower_get_progress (self->follower);

  if (progress < 0)
    return g_strdup_printf (_("Looking at the %s…"), get_name (self));
  return g_strdup_printf (_("Following the %s: %.0f of %u frames"), get_name (self), progress * stills->n, stills->n);
}

/* What was followed, as a whole, or what is wrong with the frame on the stage. */
static char *
describe_record (MageThingDialog *self, const MageTrackRecord *record)
{
  guint n = mage_track_record_count_doubtful (record);
  const char *reason = self->at < record->n_frames ? record->frames[self->at].reason : NULL;

  if (mage_thing_follower_get_state (self->follower, self->at) == MAGE_FRAME_DOUBTFUL && reason != NULL && *reason != '\0')
    return g_strdup_printf (_("In doubt in frame %u: %s. Show where the %s is; then it is followed again, forward and back."),
                            self->at + 1, _(reason), get_name (self));
  if (n > 0)
    return g_strdup_printf (ngettext ("%u frame is not followed to. Go to the one with a question mark and show where the %s is.",
                                      "%u frames are not followed to. Go to the one with a question mark and show where the %s is.",
                                      n), n, get_name (self));
  return g_strdup_printf (ngettext ("Followed through %u frame. A correction in any of them has it followed again.",
                                    "Followed through all %u frames. A correction in any of them has it followed again.",
                                    record->n_frames), record->n_frames);
}

static char *
make_status (MageThingDialog *self)
{
  const MageTrackRecord *record = mage_thing_follower_get_record (self->follower);
  const char *problem = mage_mask_editor_get_problem (self->editor);

  if (problem == NULL)
    problem = mage_thing_follower_get_problem (self->follower);
  if (problem != NULL)
    return g_strdup (problem);
  if (mage_thing_follower_get_stills (self->follower) == NULL)
    return g_strdup (_("Reading the clip…"));
  if (mage_thing_follower_is_following (self->follower))
    return describe_progress (self);
  if (mage_thing_get_mask (self->thing) == NULL)
    return g_strdup_printf (_("Choose a frame that shows the %s well. What is cut out there is what its looks are learned from."),
                            get_name (self));
  if (record != NULL)
    return describe_record (self, record);
  return g_strdup_printf (_("The %s is learned from the frame at %.2f s. Follow it to see that it is found in all the others."),
                          get_name (self), mage_thing_get_time (self->thing));
}

static void
set_class (GtkWidget *widget, const char *name, gboolean wanted)
{
  if (wanted)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_status (MageThingDialog *self)
{
  g_autofree char *text = make_status (self);
  double progress = mage_thing_follower_get_progress (self->follower);
  gboolean following = mage_thing_follower_is_following (self->follower);
  gboolean again = mage_thing_follower_get_record (self->follower) != NULL;

  gtk_label_set_text (self->status, text);
  gtk_widget_set_opacity (GTK_WIDGET (self->progress), following ? 1 : 0);
  gtk_progress_bar_set_fraction (self->progress, MAX (progress, 0));
  gtk_widget_set_visible (self->follow, !following);
  gtk_button_set_label (GTK_BUTTON (self->follow), again ? _("_Follow Again") : _("_Follow Through the Clip"));
  set_class (self->follow, "suggested-action", !again);
  gtk_widget_set_visible (self->stop, following);
  gtk_widget_set_sensitive (self->follow, mage_thing_get_mask (self->thing) != NULL
                                          && mage_thing_follower_get_stills (self->follower) != NULL);
}

static void
show_hint (MageThingDialog *self)
{
  gboolean empty = self->still != NULL && mage_media_get_mask (self->still) == NULL
                   && !mage_mask_editor_get_working (self->editor);
  g_autofree char *text = g_strdup_printf (_("Click on the %s, or draw a box around it"), get_name (self));

  gtk_label_set_text (self->hint, text);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), empty);
}

static void
show_heading (MageThingDialog *self)
{
  const MageStills *stills = mage_thing_follower_get_stills (self->follower);
  g_autofree char *title = g_strdup_printf (_("Where Is the “%s”?"), get_name (self));
  g_autofree char *subtitle = stills != NULL ? g_strdup_printf (_("Frame %u of %u · %.2f s"), self->at + 1, stills->n, stills->times[self->at])
                                             : g_strdup ("");

  adw_window_title_set_title (self->heading, title);
  adw_window_title_set_subtitle (self->heading, subtitle);
  adw_dialog_set_title (ADW_DIALOG (self), title);
}

/* --- the frame on the stage --- */

/* What is known of the frame is what its picture shows. */
static void
show_mask (MageThingDialog *self)
{
  if (self->still != NULL)
    mage_media_set_mask (self->still, mage_thing_follower_get_mask (self->follower, self->still_at));
}

static void
still_edited_cb (MageThingDialog *self)
{
  mage_thing_follower_set_mask (self->follower, self->still_at, mage_media_get_mask (self->still));
  show_mask (self);
  show_hint (self);
}

static void
take_still (MageThingDialog *self, MageMedia *still, guint at)
{
  if (self->still != NULL)
    g_signal_handlers_disconnect_by_data (self->still, self);
  g_set_object (&self->still, still);
  self->still_at = at;
  show_mask (self);
  if (still != NULL)
    g_signal_connect_swapped (still, "notify::mask", G_CALLBACK (still_edited_cb), self);
  mage_mask_stage_set_media (self->stage, still);
  show_hint (self);
}

static void
still_saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageThingDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MageMedia) still = mage_still_save_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stage == NULL)
    return;
  g_clear_object (&self->still_loading);
  if (still != NULL)
    {
      take_still (self, still, self->at);
      return;
    }
  adw_banner_set_title (self->banner, error->message);
  adw_banner_set_revealed (self->banner, TRUE);
}

static void
cancel (GCancellable **cancellable)
{
  g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

/** mage_thing_dialog_choose: @at: the frame that comes onto the stage */
void
mage_thing_dialog_choose (MageThingDialog *self, guint at)
{
  const MageStills *stills = mage_thing_follower_get_stills (self->follower);
  GtkWidget *button;

  g_return_if_fail (stills != NULL && at < stills->n);

  if (self->at == at && (self->still != NULL || self->still_loading != NULL))
    return;
  self->at = at;
  button = gtk_widget_get_parent (g_ptr_array_index (self->tiles, at));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  gtk_viewport_scroll_to (GTK_VIEWPORT (gtk_scrolled_window_get_child (self->scrolled)), button, NULL);
  cancel (&self->still_loading);
  self->still_loading = g_cancellable_new ();
  mage_still_save_async (mage_motion_get_clip (self->motion), stills->times[at], self->still_loading, still_saved_cb,
                         g_object_ref (self));
  show_heading (self);
  show_status (self);
}

/* --- what happens --- */

static void
known_cb (MageThingDialog *self)
{
  show_tiles (self);
  show_mask (self);
  show_hint (self);
  show_status (self);
}

/* Where it is in doubt a person is asked. */
static void
followed_cb (MageThingDialog *self)
{
  const MageTrackRecord *record = mage_thing_follower_get_record (self->follower);
  guint stop = mage_track_record_find_stop (record);

  if (stop < record->n_frames)
    mage_thing_dialog_choose (self, stop);
}

static void
working_cb (MageThingDialog *self)
{
  show_hint (self);
  show_status (self);
}

static void
follow_cb (MageThingDialog *self)
{
  mage_thing_follower_follow (self->follower);
}

static void
stop_cb (MageThingDialog *self)
{
  mage_thing_follower_stop (self->follower);
}

/* The thing was taken away, by undo. */
static void
things_changed_cb (MageThingDialog *self)
{
  if (!g_list_store_find (mage_motion_get_things (self->motion), self->thing, NULL))
    adw_dialog_force_close (ADW_DIALOG (self));
}

/* --- loading --- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageThingDialog) self = data;
  g_autoptr (GError) error = NULL;
  MageStills *stills = mage_stills_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->strip == NULL)
    {
      mage_stills_free (stills);
      return;
    }
  g_clear_object (&self->loading);
  if (stills == NULL)
    {
      adw_banner_set_title (self->banner, error->message);
      adw_banner_set_revealed (self->banner, TRUE);
      return;
    }
  mage_thing_follower_take_stills (self->follower, stills);
  fill_strip (self);
  show_tiles (self);
  mage_thing_dialog_choose (self, mage_stills_find_nearest (stills, mage_thing_get_time (self->thing)));
}

static void
load (MageThingDialog *self)
{
  MageParams *params = mage_project_get_params (mage_session_get_project (self->session));
  GPtrArray *marks = mage_thing_get_marks (self->thing);
  g_autofree char *path = mage_media_dup_path (mage_motion_get_clip (self->motion));
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  guint n = (guint) mage_params_get_int (params, "frames");
  double length = mage_motion_get_length (self->motion);
  double time = mage_thing_get_time (self->thing);
  MageStillsWish wish = { .clip = path, .start = mage_motion_get_start (self->motion), .n_learned = n };

  if (mage_thing_get_mask (self->thing) != NULL)
    g_array_append_val (times, time);
  for (guint i = 0; i < marks->len; i++)
    g_array_append_val (times, ((MageThingMark *) g_ptr_array_index (marks, i))->time);
  wish.length = length > 0 ? length : n / mage_params_get_double (params, "rate");
  wish.times = (double *) (void *) times->data;
  wish.n_times = times->len;
  self->loading = g_cancellable_new ();
  mage_stills_load_async (&wish, self->loading, loaded_cb, g_object_ref (self));
}

/* --- the object --- */

static void
mage_thing_dialog_dispose (GObject *object)
{
  MageThingDialog *self = MAGE_THING_DIALOG (object);

  cancel (&self->loading);
  cancel (&self->still_loading);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  if (self->follower != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->follower, self);
      g_object_run_dispose (G_OBJECT (self->follower));
    }
  if (self->stage != NULL)
    take_still (self, NULL, 0);
  g_ptr_array_set_size (self->tiles, 0);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_THING_DIALOG);
  g_clear_object (&self->editor);
  g_clear_object (&self->follower);
  g_clear_object (&self->film);
  g_clear_object (&self->thing);
  g_clear_object (&self->motion);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_thing_dialog_parent_class)->dispose (object);
}

static void
mage_thing_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (MAGE_THING_DIALOG (object)->tiles);
  G_OBJECT_CLASS (mage_thing_dialog_parent_class)->finalize (object);
}

static void
mage_thing_dialog_class_init (MageThingDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_thing_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_thing_dialog_finalize;
  g_type_ensure (MAGE_TYPE_MASK_STAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-thing-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, stage);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, scrolled);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, strip);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, progress);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, status);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, follow);
  gtk_widget_class_bind_template_child (widget_class, MageThingDialog, stop);
  gtk_widget_class_bind_template_callback (widget_class, follow_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
}

static void
mage_thing_dialog_init (MageThingDialog *self)
{
  self->tiles = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
choose_colour (MageThingDialog *self)
{
  guint position = 0;

  g_list_store_find (mage_motion_get_things (self->motion), self->thing, &position);
  mage_identity_get_nth (position, FALSE, &self->colour);
  mage_picture_canvas_set_colour (mage_mask_stage_get_canvas (self->stage), &self->colour);
}

/** mage_thing_dialog_new: where @thing is in the frames of @motion's clip that are learned. */
AdwDialog *
mage_thing_dialog_new (MageSession *session, MageMotion *motion, MageThing *thing)
{
  MageThingDialog *self = g_object_new (MAGE_TYPE_THING_DIALOG, NULL);

  self->session = g_object_ref (session);
  self->motion = g_object_ref (motion);
  self->thing = g_object_ref (thing);
  self->follower = mage_thing_follower_new (session, motion, thing);
  mage_mask_stage_set_session (self->stage, session);
  self->editor = g_object_ref (mage_mask_stage_get_editor (self->stage));
  choose_colour (self);
  g_signal_connect_swapped (self->editor, "notify::working", G_CALLBACK (working_cb), self);
  g_signal_connect_swapped (self->editor, "notify::problem", G_CALLBACK (show_status), self);
  g_signal_connect_swapped (self->follower, "changed", G_CALLBACK (known_cb), self);
  g_signal_connect_swapped (self->follower, "progressed", G_CALLBACK (show_status), self);
  g_signal_connect_swapped (self->follower, "followed", G_CALLBACK (followed_cb), self);
  g_signal_connect_object (mage_motion_get_things (motion), "items-changed", G_CALLBACK (things_changed_cb), self,
                           G_CONNECT_SWAPPED);
  show_heading (self);
  show_status (self);
  load (self);
  return ADW_DIALOG (self);
}

/** mage_thing_dialog_get_follower: Returns: (transfer none) */
MageThingFollower *
mage_thing_dialog_get_follower (MageThingDialog *self)
{
  return self->follower;
}

/** mage_thing_dialog_get_stage: Returns: (transfer none) */
MageMaskStage *
mage_thing_dialog_get_stage (MageThingDialog *self)
{
  return self->stage;
}

/** mage_thing_dialog_is_loading: whether frames are read */
gboolean
mage_thing_dialog_is_loading (MageThingDialog *self)
{
  return self->loading != NULL || self->still_loading != NULL;
}

guint
mage_thing_dialog_get_chosen (MageThingDialog *self)
{
  return self->at;
}

/** mage_thing_dialog_get_status: Returns: (transfer none): what is said below the frames */
const char *
mage_thing_dialog_get_status (MageThingDialog *self)
{
  return gtk_label_get_text (self->status);
}
