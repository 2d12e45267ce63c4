/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "jobs/mage-import.h"
#include "media/clip-writer.h"
#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-cache-folder.h"
#include "ui/mage-clip-player.h"
#include "ui/mage-clip-warnings.h"
#include "ui/mage-crop-frame.h"
#include "ui/mage-motion-page.h"
#include "ui/mage-thing-dialog.h"

#include <math.h>
#include <string.h>

/* The motion page in a window, with clips that are made up and the tests' engine, which finds what it is told. */

#define WIDTH 96
#define HEIGHT 64
#define N_FRAMES 24
#define RATE 12
/* What the tests' engine finds grows from frame to frame; a few it can follow. */
#define N_LEARNED 6

static AdwApplication *application;

typedef struct
{
  UiSession ui;
  MageMotion *motion;
  GtkWidget *page;
  GtkWindow *window;
  MageClipWarnings *warnings;

  MageThing *thing;
  MageThingDialog *dialog;
  MageThingFollower *follower;
  MageMaskEditor *editor;
} Fixture;

/* --- clips --- */

typedef void (*Painter) (guint8 *frame, guint i);

/* Waves of the colour that @scene means, and a bright square that is at @x. */
static void
paint (guint8 *frame, guint scene, double x)
{
  for (guint k = 0; k < WIDTH * HEIGHT; k++)
    {
      double wave = 0.5 + 0.3 * sin (k % WIDTH * 0.2 + scene) * cos (k / WIDTH * 0.15);
      gboolean square = fabs (k % WIDTH - x) < 8 && fabs (k / WIDTH - 32.) < 8;

      for (guint channel = 0; channel < 3; channel++)
        frame[3 * k + channel] = square ? 240 : (guint8) (channel == scene % 3 ? 250 * wave : 60 * wave);
    }
}

static void
go_right (guint8 *frame, guint i)
{
  paint (frame, 0, 12 + 1.5 * i);
}

static void
cut_at_9 (guint8 *frame, guint i)
{
  paint (frame, i < 9 ? 0 : 1, 12 + 3 * i);
}

static void
black_first (guint8 *frame, guint i)
{
  if (i < 3)
    memset (frame, 3, WIDTH * HEIGHT * 3);
  else
    go_right (frame, i);
}

static void
stand (guint8 *frame, guint i)
{
  paint (frame, 0, 40);
}

/* What is followed at the square's place is somewhere else from the 13th of 24 frames on. */
static void
jump (guint8 *frame, guint i)
{
  paint (frame, 0, i < 12 ? 12 + i : 80 - i);
}

static char *
write_clip (const char *folder, Painter painter)
{
  char *path = g_build_filename (folder, "clip.mp4", NULL);
  guint8 *rgb = g_malloc (N_FRAMES * WIDTH * HEIGHT * 3);
  g_autoptr (Frames) frames = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_FRAMES; i++)
    painter (rgb + (gsize) i * WIDTH * HEIGHT * 3, i);
  frames = frames_new_take (N_FRAMES, WIDTH, HEIGHT, RATE, rgb);
  clip_write (frames, path, &(ClipWrite) { .quality = 95 }, NULL, &error);
  g_assert_no_error (error);
  return path;
}

/* --- waiting --- */

static gboolean
is_checked (gpointer data)
{
  return !mage_clip_warnings_is_checking (data);
}

static gboolean
has_clip (gpointer data)
{
  return mage_clip_player_get_clip (data) != NULL;
}

static void
run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* --- the fixture --- */

static void
set_up (Fixture *self, gconstpointer data)
{
  Painter painter = (Painter) data;
  g_autofree char *clip = NULL;
  g_autoptr (GError) error = NULL;

  ui_session_set_up (&self->ui, NULL);
  clip = write_clip (self->ui.folder, painter);
  self->motion = mage_import_motion (self->ui.project, clip, "going", "a person goes right", 0, 2, &error);
  g_assert_no_error (error);
  run_pending ();
  self->page = mage_motion_page_new (self->ui.session, self->motion);
  self->window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));
  gtk_window_set_default_size (self->window, 800, 800);
  gtk_window_set_child (self->window, self->page);
  gtk_window_present (self->window);
  self->warnings = MAGE_CLIP_WARNINGS (find (self->page, MAGE_TYPE_CLIP_WARNINGS));
  ui_wait_until (has_clip, find (self->page, MAGE_TYPE_CLIP_PLAYER));
  ui_wait_until (is_checked, self->warnings);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (self->window);
  run_pending ();
  ui_session_tear_down (&self->ui, NULL);
}

/* --- warnings --- */

static void
test_good (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (self->warnings)));
}

/* What a warning offers is one step of undo, and then there is nothing to warn of. */
static void
test_cut (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 1);
  g_assert_cmpstr (mage_clip_warnings_get_text (self->warnings, 0), ==, "A cut at 0.75 s");
  g_assert_true (mage_clip_warnings_mend (self->warnings, 0));
  g_assert_cmpfloat_with_epsilon (mage_motion_get_start (self->motion), 0.75, 1e-6);
  g_assert_cmpfloat_with_epsilon (mage_motion_get_length (self->motion), 1.25, 1e-6);
  ui_wait_until (is_checked, self->warnings);
  run_pending ();
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 0);
  g_assert_cmpstr (mage_history_get_undo_label (mage_session_get_history (self->ui.session)), ==, "Trim Clip");
  g_assert_true (mage_history_undo (mage_session_get_history (self->ui.session)));
  ui_wait_until (is_checked, self->warnings);
  g_assert_cmpfloat (mage_motion_get_start (self->motion), ==, 0);
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 1);
}

/* That the picture comes is no cut of its own. */
static void
test_empty (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 1);
  g_assert_cmpstr (mage_clip_warnings_get_text (self->warnings, 0), ==, "Empty frames from 0.00 s on");
  g_assert_true (mage_clip_warnings_mend (self->warnings, 0));
  g_assert_cmpfloat_with_epsilon (mage_motion_get_start (self->motion), 0.25, 1e-6);
  ui_wait_until (is_checked, self->warnings);
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 0);
}

static void
test_still (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_clip_warnings_get_n (self->warnings), ==, 1);
  g_assert_cmpstr (mage_clip_warnings_get_text (self->warnings, 0), ==, "Hardly anything moves");
  g_assert_false (mage_clip_warnings_mend (self->warnings, 0));
}

/* --- the crop --- */

static gboolean
press (GtkWidget *widget, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller))
        continue;
      g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &handled);
      if (handled)
        return TRUE;
    }
  return FALSE;
}

static void
assert_crop (Fixture *self, double x, double y, double width, double height)
{
  const MageCrop *crop = mage_motion_get_crop (self->motion);

  g_assert_cmpfloat_with_epsilon (crop->x, x, 0.01);
  g_assert_cmpfloat_with_epsilon (crop->y, y, 0.01);
  g_assert_cmpfloat_with_epsilon (crop->width, width, 0.01);
  g_assert_cmpfloat_with_epsilon (crop->height, height, 0.01);
}

/* The model's frames are square, the clip is 96 by 64. */
static void
test_crop (Fixture *self, gconstpointer data)
{
  MageCropFrame *frame = MAGE_CROP_FRAME (find (self->page, MAGE_TYPE_CROP_FRAME));
  graphene_rect_t area;
  MageCrop crop;
  double scale;

  ui_settle ();
  mage_crop_frame_get_area (frame, &area);
  scale = area.size.width / HEIGHT;
  g_assert_cmpfloat (scale, >=, 1);
  g_assert_cmpfloat_with_epsilon (area.size.width, area.size.height, 0.01);
  assert_crop (self, 0, 0, 0, 0);
  /* It is dragged to the right as far as the clip goes. */
  g_assert_true (mage_crop_frame_begin (frame, area.origin.x + area.size.width / 2, area.origin.y + area.size.height / 2));
  mage_crop_frame_move (frame, area.origin.x + area.size.width * 2, area.origin.y);
  mage_crop_frame_end (frame);
  run_pending ();
  assert_crop (self, WIDTH - HEIGHT, 0, HEIGHT, HEIGHT);
  g_assert_cmpstr (mage_history_get_undo_label (mage_session_get_history (self->ui.session)), ==, "Crop Clip");
  /* A corner is pulled: the opposite one stays, and so does the shape. */
  mage_crop_frame_get_area (frame, &area);
  g_assert_true (mage_crop_frame_begin (frame, area.origin.x + 1, area.origin.y + 1));
  mage_crop_frame_move (frame, area.origin.x + 1 + 16 * scale, area.origin.y + 1 + 16 * scale);
  mage_crop_frame_end (frame);
  assert_crop (self, WIDTH - 48, 16, 48, 48);
  g_assert_true (press (GTK_WIDGET (frame), GDK_KEY_Left));
  assert_crop (self, WIDTH - 49, 16, 48, 48);
  run_pending ();
  g_assert_true (press (GTK_WIDGET (frame), GDK_KEY_Delete));
  assert_crop (self, 0, 0, 0, 0);
  run_pending ();
  /* All that was one crop to undo; what is shown is the document's. */
  g_assert_true (mage_history_undo (mage_session_get_history (self->ui.session)));
  run_pending ();
  mage_crop_frame_get_crop (frame, &crop);
  g_assert_true (mage_crop_equal (&crop, mage_motion_get_crop (self->motion)));
  g_assert_false (mage_crop_frame_begin (frame, 1, 1));
}

/* --- speed --- */

/* Ticks between the frames' times lose nothing, though the player's slider follows every frame. */
static void
test_pace (Fixture *self, gconstpointer data)
{
  MageClipPaintable *clip = mage_clip_player_get_clip (MAGE_CLIP_PLAYER (find (self->page, MAGE_TYPE_CLIP_PLAYER)));

  mage_clip_paintable_set_frame (clip, 0);
  for (gint64 now = 0; now <= 1120000; now += 70000)
    mage_clip_paintable_advance (clip, 1000000 + now);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, 13);
}

static void
test_speed (Fixture *self, gconstpointer data)
{
  MageClipPaintable *clip = mage_clip_player_get_clip (MAGE_CLIP_PLAYER (find (self->page, MAGE_TYPE_CLIP_PLAYER)));
  GtkDropDown *speed = GTK_DROP_DOWN (find (self->page, GTK_TYPE_DROP_DOWN));

  g_assert_cmpfloat (mage_clip_paintable_get_speed (clip), ==, 1);
  gtk_drop_down_set_selected (speed, 0);
  g_assert_cmpfloat (mage_clip_paintable_get_speed (clip), ==, 0.25);
  mage_clip_paintable_set_frame (clip, 0);
  mage_clip_paintable_advance (clip, 1000000);
  mage_clip_paintable_advance (clip, 2000000);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, RATE / 4);
  /* Nothing jumps when it changes. */
  gtk_drop_down_set_selected (speed, 3);
  mage_clip_paintable_advance (clip, 2200000);
  g_assert_cmpuint (mage_clip_paintable_get_frame (clip), ==, RATE / 4);
}

/* --- where a thing is --- */

static gboolean
is_shown (gpointer data)
{
  Fixture *self = data;

  return !mage_thing_dialog_is_loading (self->dialog) && mage_thing_follower_is_settled (self->follower)
         && !mage_mask_editor_get_working (self->editor) && !mage_mask_editor_is_loading (self->editor)
         && !mage_picture_canvas_is_loading (mage_mask_stage_get_canvas (mage_thing_dialog_get_stage (self->dialog)));
}

static void
settle (Fixture *self)
{
  do
    {
      ui_wait_until (is_shown, self);
      run_pending ();
    }
  while (!is_shown (self));
}

static void
open_dialog (Fixture *self)
{
  self->dialog = MAGE_THING_DIALOG (mage_thing_dialog_new (self->ui.session, self->motion, self->thing));
  self->follower = mage_thing_dialog_get_follower (self->dialog);
  self->editor = mage_mask_stage_get_editor (mage_thing_dialog_get_stage (self->dialog));
  adw_dialog_present (ADW_DIALOG (self->dialog), self->page);
  ui_settle ();
  settle (self);
}

static void
set_up_dialog (Fixture *self, gconstpointer data)
{
  set_up (self, data);
  mage_params_set_int (mage_project_get_params (self->ui.project), "frames", N_LEARNED, NULL);
  self->thing = mage_motion_add_thing (self->motion, "square", NULL, 0);
  run_pending ();
  open_dialog (self);
}

static void
tear_down_dialog (Fixture *self, gconstpointer data)
{
  if (self->dialog != NULL)
    adw_dialog_force_close (ADW_DIALOG (self->dialog));
  run_pending ();
  tear_down (self, data);
}

static MageHistory *
get_history (Fixture *self)
{
  return mage_session_get_history (self->ui.session);
}

static void
choose (Fixture *self, guint at)
{
  mage_thing_dialog_choose (self->dialog, at);
  settle (self);
}

/* Around the square where it is in a frame of go_right(). */
static void
mark (Fixture *self, guint at)
{
  choose (self, at);
  mage_mask_editor_mark_box (self->editor, 4 + 6 * at, 24, 20 + 6 * at, 40);
  settle (self);
}

static void
confirm (Fixture *self)
{
  gtk_widget_activate_action (GTK_WIDGET (mage_thing_dialog_get_stage (self->dialog)), "mask.confirm", NULL);
  settle (self);
}

/* One box is all that it takes, and the frame that it is drawn in is the one that is learned from. */
static void
test_show (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (mage_thing_follower_get_stills (self->follower)->n, ==, N_LEARNED);
  g_assert_null (mage_thing_get_mask (self->thing));
  mark (self, 3);
  g_assert_nonnull (mage_thing_get_mask (self->thing));
  g_assert_cmpfloat_with_epsilon (mage_thing_get_time (self->thing), 1, 1e-9);
  g_assert_cmpint (mage_thing_follower_get_state (self->follower, 3), ==, MAGE_FRAME_MARKED);
  g_assert_cmpint (mage_thing_follower_get_state (self->follower, 4), ==, MAGE_FRAME_OPEN);
  g_assert_cmpstr (mage_history_get_undo_label (get_history (self)), ==, "Mark Subject");
  /* Nothing was followed so far, so that another frame is another choice. */
  mark (self, 5);
  g_assert_cmpfloat_with_epsilon (mage_thing_get_time (self->thing), 5 / 3., 1e-9);
  g_assert_cmpuint (mage_thing_get_marks (self->thing)->len, ==, 0);
  g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  g_assert_cmpfloat_with_epsilon (mage_thing_get_time (self->thing), 1, 1e-9);
  g_assert_cmpint (mage_thing_follower_get_state (self->follower, 5), ==, MAGE_FRAME_OPEN);
  g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  g_assert_null (mage_thing_get_mask (self->thing));
}

/* The picture on the stage follows the document, both ways. */
static void
test_stage (Fixture *self, gconstpointer data)
{
  mark (self, 2);
  g_assert_nonnull (mage_mask_editor_get_layer (self->editor));
  g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  g_assert_null (mage_mask_editor_get_layer (self->editor));
  g_assert_true (mage_history_redo (get_history (self)));
  settle (self);
  g_assert_nonnull (mage_mask_editor_get_layer (self->editor));
  mage_mask_editor_change (self->editor, MAGE_MASK_CLEAR);
  settle (self);
  g_assert_null (mage_thing_get_mask (self->thing));
}

static void
follow (Fixture *self)
{
  mage_thing_follower_follow (self->follower);
  g_assert_true (mage_thing_follower_is_following (self->follower));
  settle (self);
}

static void
assert_states (Fixture *self, const char *states)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < mage_thing_follower_get_stills (self->follower)->n; i++)
    g_string_append_c (text, "-mf?"[mage_thing_follower_get_state (self->follower, i)]);
  g_assert_cmpstr (text->str, ==, states);
  g_string_free (text, TRUE);
}

static void
test_follow (Fixture *self, gconstpointer data)
{
  guint asked;

  mark (self, 2);
  follow (self);
  assert_states (self, "ffmfff");
  g_assert_nonnull (strstr (mage_thing_dialog_get_status (self->dialog), "all 6 frames"));
  /* It is known when the project is opened again. */
  adw_dialog_force_close (ADW_DIALOG (self->dialog));
  run_pending ();
  asked = fake_engine_get_last ()->n_segmented;
  open_dialog (self);
  assert_states (self, "ffmfff");
  g_assert_cmpuint (fake_engine_get_last ()->n_segmented, ==, asked);
  g_assert_cmpuint (mage_thing_dialog_get_chosen (self->dialog), ==, 2);
}

/* Over every list of what was followed. */
static void
spoil_cache (const char *text)
{
  g_autofree char *folder = mage_cache_folder_dup ("tracks");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, "track.json", NULL);

      g_assert_true (g_file_set_contents (file, text, -1, NULL));
    }
}

/* A cache that was damaged knows nothing, and is written anew. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = { "", "{}", "{\"frames\":7}", "{\"frames\":[1,2]}", "{\"frames\":[{\"mask\":true}]}" };

  mark (self, 2);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      follow (self);
      assert_states (self, "ffmfff");
      adw_dialog_force_close (ADW_DIALOG (self->dialog));
      run_pending ();
      spoil_cache (texts[i]);
      open_dialog (self);
      assert_states (self, "--m---");
    }
}

/* What is corrected is one step of undo; it is followed again by itself, and undo brings back what was known. */
static void
test_correct (Fixture *self, gconstpointer data)
{
  guint asked;

  mark (self, 2);
  follow (self);
  mark (self, 4);
  g_assert_cmpuint (mage_thing_get_marks (self->thing)->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (mage_thing_get_time (self->thing), 2 / 3., 1e-9);
  assert_states (self, "ffmfmf");
  asked = fake_engine_get_last ()->n_segmented;
  g_assert_true (mage_history_undo (get_history (self)));
  settle (self);
  g_assert_cmpuint (mage_thing_get_marks (self->thing)->len, ==, 0);
  assert_states (self, "ffmfff");
  g_assert_cmpuint (fake_engine_get_last ()->n_segmented, ==, asked);
  /* A mask that was found and is right becomes a person's word. */
  choose (self, 3);
  confirm (self);
  assert_states (self, "ffmmff");
  g_assert_true (g_str_has_prefix (mage_media_get_file (((MageThingMark *) g_ptr_array_index (mage_thing_get_marks (self->thing), 0))->mask), "masks/"));
  /* Without the first mark the next one is what is learned from. */
  choose (self, 2);
  mage_mask_editor_change (self->editor, MAGE_MASK_CLEAR);
  settle (self);
  g_assert_cmpfloat_with_epsilon (mage_thing_get_time (self->thing), 1, 1e-9);
  g_assert_cmpuint (mage_thing_get_marks (self->thing)->len, ==, 0);
}

/* Where it is in doubt it stops, shows the frame and asks; one correction, and all is known. */
static void
test_doubt (Fixture *self, gconstpointer data)
{
  guint stop;

  choose (self, 1);
  mage_mask_editor_mark_box (self->editor, 8, 24, 24, 40);
  settle (self);
  follow (self);
  stop = mage_thing_dialog_get_chosen (self->dialog);
  g_assert_cmpuint (stop, ==, 3);
  g_assert_cmpint (mage_thing_follower_get_state (self->follower, stop), ==, MAGE_FRAME_DOUBTFUL);
  g_assert_true (g_str_has_prefix (mage_thing_dialog_get_status (self->dialog), "In doubt in frame 4: "));
  mage_mask_editor_mark_box (self->editor, 60, 24, 76, 40);
  settle (self);
  assert_states (self, "fmfmff");
}

static void
test_stop (Fixture *self, gconstpointer data)
{
  mark (self, 2);
  mage_thing_follower_follow (self->follower);
  mage_thing_follower_stop (self->follower);
  g_assert_false (mage_thing_follower_is_following (self->follower));
  settle (self);
  assert_states (self, "--m---");
  /* Nobody asked for it, so that a correction is but another choice. */
  mark (self, 3);
  assert_states (self, "---m--");
}

/* A thing that is taken away takes its dialog with it. */
static void
test_taken (Fixture *self, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (self->dialog), (gpointer *) &self->dialog);
  mark (self, 2);
  follow (self);
  g_list_store_remove_all (mage_motion_get_things (self->motion));
  run_pending ();
  ui_settle ();
  g_assert_null (self->dialog);
}

int
main (int argc, char *argv[])
{
  g_autofree char *cache = g_dir_make_tmp ("mage-cache-XXXXXX", NULL);
  int status;

#define ADD(name, painter, function) g_test_add ("/motion-page/" name, Fixture, painter, set_up, function, tear_down)
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  application = ui_start ();
  ADD ("good", go_right, test_good);
  ADD ("cut", cut_at_9, test_cut);
  ADD ("empty", black_first, test_empty);
  ADD ("still", stand, test_still);
  ADD ("pace", go_right, test_pace);
  ADD ("speed", go_right, test_speed);
  ADD ("crop", go_right, test_crop);
#undef ADD
#define ADD(name, painter, function) \
  g_test_add ("/motion-page/" name, Fixture, painter, set_up_dialog, function, tear_down_dialog)
  ADD ("show", go_right, test_show);
  ADD ("stage", go_right, test_stage);
  ADD ("follow", go_right, test_follow);
  ADD ("damaged", go_right, test_damaged);
  ADD ("correct", go_right, test_correct);
  ADD ("doubt", jump, test_doubt);
  ADD ("stop", go_right, test_stop);
  ADD ("taken", go_right, test_taken);
#undef ADD
  status = g_test_run ();
  ui_remove_folder (cache);
  return status;
}
