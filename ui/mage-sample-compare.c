/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sample-compare.h"

#include "ui/mage-look-tile.h"
#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>

/* The samples of a training from the same noise: two of them side by side, or all. They play in step. */

#define SMALL 152
#define LARGE 320

struct _MageSampleCompare
{
  AdwNavigationPage parent_instance;

  GArray *steps;          /* of guint */
  GPtrArray *frames;      /* of Frames, NULL while one is read */
  GPtrArray *tiles;       /* of MageLookTile, the grid's */
  MageLookTile *side[2];
  GCancellable *cancellable;

  GtkWidget *page;
  GtkToggleButton *play;
  AdwToggleGroup *mode;
  GtkStack *stack;
  GtkWidget *sides;
  GtkBox *left;
  GtkBox *right;
  GtkDropDown *left_step;
  GtkDropDown *right_step;
  AdwWrapBox *grid;
};

G_DEFINE_FINAL_TYPE (MageSampleCompare, mage_sample_compare, ADW_TYPE_NAVIGATION_PAGE)

static void
show_side (MageSampleCompare *self, guint side)
{
  guint at = gtk_drop_down_get_selected (side == 0 ? self->left_step : self->right_step);
  g_autofree char *title = NULL;

  if (at >= self->steps->len)
    return;
  title = g_strdup_printf (_("Step %u"), g_array_index (self->steps, guint, at));
  mage_look_tile_set_words (self->side[side], title, "");
  mage_look_tile_set_frames (self->side[side], g_ptr_array_index (self->frames, at));
}

static void
show_sides (MageSampleCompare *self)
{
  show_side (self, 0);
  show_side (self, 1);
}

static void
play_cb (MageSampleCompare *self)
{
  gboolean playing = gtk_toggle_button_get_active (self->play);

  gtk_button_set_icon_name (GTK_BUTTON (self->play), playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  mage_look_tile_play (self->side[0], playing);
  if (self->tiles->len > 0)
    mage_look_tile_play (g_ptr_array_index (self->tiles, 0), playing);
}

static void
mode_cb (MageSampleCompare *self)
{
  gtk_stack_set_visible_child_name (self->stack, adw_toggle_group_get_active_name (self->mode));
}

/* --- reading --- */

typedef struct
{
  MageSampleCompare *page;
  guint at;
} Load;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Load *load = data;
  g_autoptr (MageSampleCompare) self = load->page;
  g_autoptr (GError) error = NULL;
  Frames *frames = mage_load_frames_finish (result, &error);

  if (frames == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_info ("No sample: %s", error->message);
      return;
    }
  g_ptr_array_index (self->frames, load->at) = frames;
  if (self->grid == NULL)
    return;
  mage_look_tile_set_frames (g_ptr_array_index (self->tiles, load->at), frames);
  show_sides (self);
}

static void
add_sample (MageSampleCompare *self, MageRun *run, guint at, double rate)
{
  guint step = g_array_index (self->steps, guint, at);
  g_autofree char *folder = mage_run_dup_sample_path (run, step);
  g_autofree char *title = g_strdup_printf (_("Step %u"), step);
  MageLookTile *tile = MAGE_LOOK_TILE (mage_look_tile_new (SMALL));
  Load *load = g_new0 (Load, 1);

  mage_look_tile_set_words (tile, title, "");
  adw_wrap_box_append (self->grid, GTK_WIDGET (tile));
  g_ptr_array_add (self->tiles, tile);
  g_ptr_array_add (self->frames, NULL);
  if (at > 0)
    mage_look_tile_lead (g_ptr_array_index (self->tiles, 0), tile);
  load->page = g_object_ref (self);
  load->at = at;
  mage_load_folder_async (folder, rate, self->cancellable, loaded_cb, load);
}

static void
list_steps (MageSampleCompare *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < self->steps->len; i++)
    gtk_string_list_take (names, g_strdup_printf (_("Step %u"), g_array_index (self->steps, guint, i)));
  gtk_drop_down_set_model (self->left_step, G_LIST_MODEL (names));
  gtk_drop_down_set_model (self->right_step, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->left_step, 0);
  gtk_drop_down_set_selected (self->right_step, MAX (self->steps->len, 1) - 1);
}

/* --- the object --- */

static void
mage_sample_compare_dispose (GObject *object)
{
  MageSampleCompare *self = MAGE_SAMPLE_COMPARE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_SAMPLE_COMPARE);
  G_OBJECT_CLASS (mage_sample_compare_parent_class)->dispose (object);
}

static void
free_frames (gpointer frames)
{
  if (frames != NULL)
    frames_unref (frames);
}

static void
mage_sample_compare_finalize (GObject *object)
{
  MageSampleCompare *self = MAGE_SAMPLE_COMPARE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->steps, g_array_unref);
  g_ptr_array_unref (self->frames);
  g_ptr_array_unref (self->tiles);
  G_OBJECT_CLASS (mage_sample_compare_parent_class)->finalize (object);
}

static void
mage_sample_compare_class_init (MageSampleCompareClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_sample_compare_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_sample_compare_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-sample-compare.ui");
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, page);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, play);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, mode);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, stack);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, sides);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, left);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, right);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, left_step);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, right_step);
  gtk_widget_class_bind_template_child (widget_class, MageSampleCompare, grid);
}

static void
mage_sample_compare_init (MageSampleCompare *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->frames = g_ptr_array_new_with_free_func (free_frames);
  self->tiles = g_ptr_array_new ();
  self->side[0] = MAGE_LOOK_TILE (mage_look_tile_new (LARGE));
  self->side[1] = MAGE_LOOK_TILE (mage_look_tile_new (LARGE));
  gtk_box_append (self->left, GTK_WIDGET (self->side[0]));
  gtk_box_append (self->right, GTK_WIDGET (self->side[1]));
  mage_look_tile_lead (self->side[0], self->side[1]);
  g_signal_connect_object (self->play, "toggled", G_CALLBACK (play_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->mode, "notify::active", G_CALLBACK (mode_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->left_step, "notify::selected", G_CALLBACK (show_sides), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->right_step, "notify::selected", G_CALLBACK (show_sides), self, G_CONNECT_SWAPPED);
}

/** mage_sample_compare_new: @run: whose samples are compared; @rate: frames per second. */
AdwNavigationPage *
mage_sample_compare_new (MageRun *run, double rate)
{
  MageSampleCompare *self = g_object_new (MAGE_TYPE_SAMPLE_COMPARE, NULL);

  self->steps = mage_run_list_samples (run);
  for (guint i = 0; i < self->steps->len; i++)
    add_sample (self, run, i, rate);
  list_steps (self);
  show_sides (self);
  play_cb (self);
  return ADW_NAVIGATION_PAGE (self);
}

/** mage_sample_compare_set_all: whether all are shown, and not two. */
void
mage_sample_compare_set_all (MageSampleCompare *self, gboolean all)
{
  adw_toggle_group_set_active_name (self->mode, all ? "all" : "two");
}

/** mage_sample_compare_choose: @side: 0 is the left one; @position: of the sample */
void
mage_sample_compare_choose (MageSampleCompare *self, guint side, guint position)
{
  gtk_drop_down_set_selected (side == 0 ? self->left_step : self->right_step, position);
}

guint
mage_sample_compare_get_n_samples (MageSampleCompare *self)
{
  return self->steps->len;
}

/** mage_sample_compare_get_n_filled: how many of what is on the screen were read. */
guint
mage_sample_compare_get_n_filled (MageSampleCompare *self)
{
  gboolean all = g_str_equal (gtk_stack_get_visible_child_name (self->stack), "all");
  guint n = 0;

  for (guint i = 0; all && i < self->tiles->len; i++)
    n += mage_look_tile_is_filled (g_ptr_array_index (self->tiles, i));
  for (guint i = 0; !all && i < 2; i++)
    n += mage_look_tile_is_filled (self->side[i]);
  return n;
}
