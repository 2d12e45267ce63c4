/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compare-page.h"

#include "media/clip-difference.h"
#include "ui/mage-clip-view.h"
#include "ui/mage-compare-export.h"
#include "ui/mage-compare-measures.h"
#include "ui/mage-compare-table.h"
#include "ui/mage-draft.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-transport.h"

#include <glib/gi18n.h>

/* Two videos or more in step, with one scrubber, and what made them different. */

#define POSTER_SIDE 128

struct _MageComparePage
{
  AdwNavigationPage parent_instance;

  MageSession *session;
  MageResultChoice *choice;
  MageResult *again;        /* (nullable): the first, made a second time */
  gboolean told;            /* that it is the same */
  GHashTable *clips;        /* MageResult → MageClipPaintable, as far as they are loaded */
  GPtrArray *differences;   /* of MageDifference */
  GCancellable *cancellable;

  AdwWindowTitle *window_title;
  AdwToggleGroup *modes;
  GtkLabel *words;
  MageCompareView *view;
  GtkStack *detail;
  GtkLabel *darker;
  GtkDrawingArea *scale;
  GtkLabel *brighter;
  GtkAdjustment *mix;
  GtkLabel *mix_other;
  GtkWidget *play;
  GtkScale *scrubber;
  GtkAdjustment *frame;
  GtkLabel *time;
  GtkWidget *strip_scroller;
  GtkBox *strip;
  GtkBox *table;
  MageCompareMeasures *measures;
  GtkWidget *others;
  AdwToggleGroup *other;
  GtkWidget *restore;
};

G_DEFINE_FINAL_TYPE (MageComparePage, mage_compare_page, ADW_TYPE_NAVIGATION_PAGE)

static MageClipPaintable *
get_clip (MageComparePage *self, guint i)
{
  if (i >= mage_result_choice_get_length (self->choice))
    return NULL;
  return g_hash_table_lookup (self->clips, mage_result_choice_get_item (self->choice, i));
}

static guint
get_other (MageComparePage *self)
{
  guint other = adw_toggle_group_get_active (self->other);

  return other == GTK_INVALID_LIST_POSITION ? 1 : other + 1;
}

/* --- the difference --- */

static void
say_difference (MageComparePage *self, const ClipDifference *difference)
{
  g_autofree char *text = NULL;

  if (difference->n_different == 0)
    text = g_strdup (_("Every pixel is the same: the difference is 0"));
  else
    text = g_strdup_printf (_("%.1f %% of the pixels differ, by up to %u of 255 and %.2f in the mean"),
                            100.0 * difference->n_different / difference->n_pixels, difference->max, difference->mean);
  gtk_label_set_text (self->words, text);
}

static void
say_scale (MageComparePage *self, guint full)
{
  char letter = (char) ('A' + get_other (self));
  g_autofree char *darker = g_strdup_printf (_("A brighter by %u"), full);
  /* Translators: a video's letter, and a number up to 255 */
  g_autofree char *brighter = g_strdup_printf (_("%c brighter by %u"), letter, full);

  gtk_label_set_text (self->darker, darker);
  gtk_label_set_text (self->brighter, brighter);
}

/* Of the whole videos, whichever way they are seen: the numbers are said where one was made again. */
static void
show_difference (MageComparePage *self)
{
  MageClipPaintable *a = get_clip (self, 0);
  MageClipPaintable *b = get_clip (self, get_other (self));
  gboolean wanted = mage_compare_view_get_mode (self->view) == MAGE_COMPARE_DIFFERENCE;
  g_autoptr (Frames) painted = NULL;
  g_autoptr (MageClipPaintable) clip = NULL;
  g_autoptr (GError) error = NULL;
  ClipDifference difference;

  if (a == NULL || b == NULL || (!wanted && self->again == NULL))
    return;
  if (!clip_difference_measure (mage_clip_paintable_get_frames (a), mage_clip_paintable_get_frames (b), &difference, &error))
    {
      gtk_label_set_text (self->words, error->message);
      mage_compare_view_set_difference (self->view, NULL);
      return;
    }
  painted = clip_difference_paint (mage_clip_paintable_get_frames (a), mage_clip_paintable_get_frames (b), difference.max);
  clip = mage_clip_paintable_new (painted);
  mage_compare_view_set_difference (self->view, clip);
  say_difference (self, &difference);
  say_scale (self, MAX (difference.max, 1));
  if (self->again != NULL && difference.max == 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->words), "success");
  /* White alone would be no picture of what was reproduced. */
  if (self->again != NULL && difference.max == 0 && wanted && !self->told)
    {
      self->told = TRUE;
      mage_compare_page_set_mode (self, MAGE_COMPARE_BESIDE);
      return;
    }
  /* Without a difference there is no scale for it. */
  gtk_widget_set_visible (GTK_WIDGET (self->detail), !wanted || difference.max > 0);
}

static void
draw_scale_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  for (int x = 0; x < width; x++)
    {
      guint8 rgb[3];

      clip_difference_get_colour (2.0 * x / MAX (width - 1, 1) - 1, rgb);
      cairo_set_source_rgb (cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
      cairo_rectangle (cr, x, 0, 1, height);
      cairo_fill (cr);
    }
}

static void
show_words (MageComparePage *self)
{
  g_autofree char *words = mage_result_differences_dup_words (self->differences);

  gtk_label_set_text (self->words, mage_result_choice_get_length (self->choice) > 1 ? words : _("Choose another video below"));
  show_difference (self);
}

/* --- the clips --- */

static void
show_frame (MageComparePage *self)
{
  MageClipPaintable *lead = mage_compare_view_get_lead (self->view);
  double rate = lead != NULL ? mage_clip_paintable_get_rate (lead) : 1;
  guint at = lead != NULL ? mage_clip_paintable_get_frame (lead) : 0;
  guint n = lead != NULL ? mage_clip_paintable_get_n_frames (lead) : 1;
  g_autofree char *text = g_strdup_printf (_("%.2f / %.2f s"), at / rate, n / rate);

  gtk_adjustment_set_value (self->frame, at);
  gtk_label_set_text (self->time, text);
}

static void
show_clips (MageComparePage *self)
{
  g_autoptr (GPtrArray) clips = g_ptr_array_new ();
  MageClipPaintable *old = mage_compare_view_get_lead (self->view);
  MageClipPaintable *lead;

  for (guint i = 0; i < mage_result_choice_get_length (self->choice); i++)
    if (get_clip (self, i) != NULL)
      g_ptr_array_add (clips, get_clip (self, i));
  /* Letters are right only when all are there. */
  if (clips->len < mage_result_choice_get_length (self->choice))
    return;
  if (old != NULL)
    g_signal_handlers_disconnect_by_func (old, show_frame, self);
  mage_compare_view_set_clips (self->view, clips);
  lead = mage_compare_view_get_lead (self->view);
  if (lead != NULL)
    {
      guint last = mage_clip_paintable_get_n_frames (lead) - 1;

      gtk_adjustment_configure (self->frame, mage_clip_paintable_get_frame (lead), 0, last, 1, MAX (1, last / 8), 0);
      g_signal_connect_object (lead, "notify::frame", G_CALLBACK (show_frame), self, G_CONNECT_SWAPPED);
    }
  show_frame (self);
  show_words (self);
}

typedef struct
{
  MageComparePage *page;
  MageResult *result;
} Loading;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Loading *loading = data;
  g_autoptr (MageComparePage) self = loading->page;
  g_autoptr (MageResult) video = loading->result;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  g_free (loading);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->view == NULL)
    return;
  if (frames == NULL)
    {
      mage_session_toast_error (self->session, error);
      mage_result_choice_remove (self->choice, video);
      return;
    }
  g_hash_table_insert (self->clips, g_object_ref (video), mage_clip_paintable_new (frames));
  show_clips (self);
}

static void
load (MageComparePage *self)
{
  for (guint i = 0; i < mage_result_choice_get_length (self->choice); i++)
    {
      MageResult *result = mage_result_choice_get_item (self->choice, i);
      Loading *loading;

      if (g_hash_table_contains (self->clips, result))
        continue;
      loading = g_new0 (Loading, 1);
      loading->page = g_object_ref (self);
      loading->result = g_object_ref (result);
      mage_load_result_async (result, self->cancellable, loaded_cb, loading);
    }
}

/* --- playing --- */

static void
show_playing (MageComparePage *self)
{
  gboolean playing = mage_compare_view_get_playing (self->view);

  gtk_button_set_icon_name (GTK_BUTTON (self->play), playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->play, playing ? _("Pause") : _("Play"));
}

static void
toggle_cb (MageComparePage *self)
{
  mage_compare_view_set_playing (self->view, !mage_compare_view_get_playing (self->view));
}

static void
scrubbed_cb (MageComparePage *self)
{
  MageClipPaintable *lead = mage_compare_view_get_lead (self->view);
  guint frame = (guint) gtk_adjustment_get_value (self->frame);

  if (lead != NULL && frame != mage_clip_paintable_get_frame (lead))
    mage_clip_paintable_set_frame (lead, frame);
}

static gboolean
change_value_cb (MageComparePage *self)
{
  mage_compare_view_set_playing (self->view, FALSE);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
key_pressed_cb (MageComparePage *self, guint key, guint code, GdkModifierType modifiers)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean playing = mage_compare_view_get_playing (self->view);

  if (key == GDK_KEY_c && (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)) == 0)
    {
      mage_compare_page_set_mode (self, (mage_compare_view_get_mode (self->view) + 1) % (MAGE_COMPARE_ONION + 1));
      return GDK_EVENT_STOP;
    }
  if (!mage_transport_take_key (mage_compare_view_get_lead (self->view), &playing, key, modifiers, mirrored))
    return GDK_EVENT_PROPAGATE;
  mage_compare_view_set_playing (self->view, playing);
  return GDK_EVENT_STOP;
}

/* --- how they are compared --- */

static const char *const mode_names[] = { "beside", "wipe", "difference", "onion" };

static void
mode_cb (MageComparePage *self)
{
  static const char *const details[] = { "nothing", "nothing", "scale", "mix" };
  const char *name = adw_toggle_group_get_active_name (self->modes);

  for (guint i = 0; i < G_N_ELEMENTS (mode_names); i++)
    if (g_strcmp0 (name, mode_names[i]) == 0)
      {
        mage_compare_view_set_mode (self->view, (MageCompareMode) i);
        gtk_widget_set_visible (GTK_WIDGET (self->detail), TRUE);
        gtk_stack_set_visible_child_name (self->detail, details[i]);
        if (self->differences != NULL)
          show_words (self);
      }
}

static void
other_cb (MageComparePage *self)
{
  char letter[2] = { (char) ('A' + get_other (self)), '\0' };

  mage_compare_view_set_other (self->view, get_other (self));
  gtk_label_set_text (self->mix_other, letter);
  if (self->differences != NULL)
    show_words (self);
}

/* Who stands against A where only two are seen. */
static void
fill_others (MageComparePage *self)
{
  guint n = mage_result_choice_get_length (self->choice);
  guint kept = MIN (get_other (self), n > 1 ? n - 1 : 1);

  adw_toggle_group_remove_all (self->other);
  for (guint i = 1; i < n; i++)
    {
      AdwToggle *toggle = adw_toggle_new ();
      char letter[2] = { (char) ('A' + i), '\0' };

      adw_toggle_set_label (toggle, letter);
      adw_toggle_group_add (self->other, toggle);
    }
  if (n > 1)
    adw_toggle_group_set_active (self->other, kept - 1);
  gtk_widget_set_visible (self->others, n > 2);
  other_cb (self);
}

/* --- what can be compared --- */

static void
poster_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageClipView) view = data;
  g_autoptr (GdkTexture) texture = mage_load_texture_finish (result, NULL);

  if (texture != NULL)
    mage_clip_view_set_poster (view, GDK_PAINTABLE (texture));
}

static void
strip_clicked_cb (MageComparePage *self, GtkWidget *button)
{
  MageResult *result = g_object_get_data (G_OBJECT (button), "result");

  if (!mage_result_choice_toggle (self->choice, result))
    mage_session_toast (self->session, _("No more videos can be compared at once"));
}

static void
show_badges (MageComparePage *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->strip)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    mage_choice_badge_show (g_object_get_data (G_OBJECT (child), "badge"),
                            mage_result_choice_find (self->choice, g_object_get_data (G_OBJECT (child), "result")));
}

static void
add_to_strip (MageComparePage *self, MageResult *result)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *view = mage_clip_view_new ();
  GtkWidget *badge = gtk_label_new (NULL);
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_FRAMES);
  g_autofree char *poster = g_build_filename (folder, "0001.png", NULL);

  g_object_set (view, "cover", TRUE, "natural-size", 84, NULL);
  gtk_widget_add_css_class (view, "thumb");
  gtk_widget_set_halign (badge, GTK_ALIGN_START);
  gtk_widget_set_valign (badge, GTK_ALIGN_START);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), view);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), badge);
  gtk_button_set_child (GTK_BUTTON (button), overlay);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "compare-tile");
  gtk_widget_set_tooltip_text (button, mage_result_get_prompt (result));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, mage_result_get_prompt (result), -1);
  g_object_set_data (G_OBJECT (button), "badge", badge);
  g_object_set_data_full (G_OBJECT (button), "result", g_object_ref (result), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (strip_clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (self->strip, button);
  mage_load_texture_async (poster, POSTER_SIDE, self->cancellable, poster_loaded_cb, g_object_ref (view));
}

/* The newest first, as on the page of all videos. */
static void
fill_strip (MageComparePage *self)
{
  GListModel *results = G_LIST_MODEL (mage_project_get_results (mage_session_get_project (self->session)));

  for (guint i = g_list_model_get_n_items (results); i > 0; i--)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (results, i - 1);

      add_to_strip (self, result);
    }
}

static void
choice_changed_cb (MageComparePage *self)
{
  guint n = mage_result_choice_get_length (self->choice);
  guint n_all = g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (mage_session_get_project (self->session))));
  g_autofree char *text = g_strdup_printf (ngettext ("%u of %u video", "%u of %u videos", n_all), n, n_all);

  g_clear_pointer (&self->differences, g_ptr_array_unref);
  self->differences = mage_result_differences_list (self->choice);
  adw_window_title_set_subtitle (self->window_title, self->again == NULL ? text : "");
  mage_compare_table_fill (self->table, self->differences, n);
  gtk_widget_set_sensitive (GTK_WIDGET (self->modes), n > 1);
  gtk_widget_set_sensitive (self->restore, n > 0);
  fill_others (self);
  show_badges (self);
  load (self);
  show_clips (self);
}

static void
restore_cb (MageComparePage *self)
{
  g_autoptr (MageSession) session = g_object_ref (self->session);
  g_autoptr (MageResult) first = g_object_ref (mage_result_choice_get_item (self->choice, 0));

  gtk_widget_activate_action (GTK_WIDGET (self), "navigation.pop", NULL);
  mage_draft_restore_result (session, first);
}

/* --- saving --- */

static void
export_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MageComparePage *self = MAGE_COMPARE_PAGE (widget);
  const char *name = g_str_has_suffix (action, "picture")     ? "comparison.png"
                     : g_str_has_suffix (action, "animation") ? "comparison.gif"
                                                              : "comparison.mp4";

  if (mage_compare_view_get_lead (self->view) != NULL)
    mage_compare_export (widget, self->session, self->view, mage_result_get_prompt (mage_result_choice_get_item (self->choice, 0)), name);
}

/* --- the object --- */

static void
mage_compare_page_dispose (GObject *object)
{
  MageComparePage *self = MAGE_COMPARE_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_COMPARE_PAGE);
  g_clear_pointer (&self->clips, g_hash_table_unref);
  g_clear_pointer (&self->differences, g_ptr_array_unref);
  if (self->again != NULL)
    mage_result_discard (self->again);
  g_clear_object (&self->again);
  g_clear_object (&self->choice);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_compare_page_parent_class)->dispose (object);
}

static void
mage_compare_page_class_init (MageComparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_compare_page_dispose;
  g_type_ensure (MAGE_TYPE_COMPARE_MEASURES);
  g_type_ensure (MAGE_TYPE_COMPARE_VIEW);
  gtk_widget_class_install_action (widget_class, "compare.export-video", NULL, export_cb);
  gtk_widget_class_install_action (widget_class, "compare.export-animation", NULL, export_cb);
  gtk_widget_class_install_action (widget_class, "compare.export-picture", NULL, export_cb);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-compare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, window_title);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, modes);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, words);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, view);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, detail);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, darker);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, scale);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, brighter);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, mix);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, mix_other);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, play);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, scrubber);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, frame);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, time);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, strip_scroller);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, strip);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, table);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, measures);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, others);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, other);
  gtk_widget_class_bind_template_child (widget_class, MageComparePage, restore);
  gtk_widget_class_bind_template_callback (widget_class, mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, other_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggle_cb);
  gtk_widget_class_bind_template_callback (widget_class, restore_cb);
}

static void
mage_compare_page_init (MageComparePage *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->clips = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drawing_area_set_draw_func (self->scale, draw_scale_cb, NULL, NULL);
  g_object_bind_property (self->mix, "value", self->view, "mix", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->view, "notify::playing", G_CALLBACK (show_playing), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->frame, "value-changed", G_CALLBACK (scrubbed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->scrubber, "change-value", G_CALLBACK (change_value_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static MageComparePage *
create (MageSession *session, MageResultChoice *choice, MageResult *again)
{
  MageComparePage *self = g_object_new (MAGE_TYPE_COMPARE_PAGE, NULL);

  self->session = g_object_ref (session);
  self->choice = g_object_ref (choice);
  g_set_object (&self->again, again);
  gtk_widget_set_visible (self->strip_scroller, again == NULL);
  if (again == NULL)
    fill_strip (self);
  g_signal_connect_object (choice, "changed", G_CALLBACK (choice_changed_cb), self, G_CONNECT_SWAPPED);
  choice_changed_cb (self);
  mage_compare_measures_set_choice (self->measures, session, choice);
  mage_compare_page_set_mode (self, again != NULL ? MAGE_COMPARE_DIFFERENCE : MAGE_COMPARE_BESIDE);
  mage_compare_view_set_playing (self->view, TRUE);
  return self;
}

/** mage_compare_page_new: @choice: what is compared; for mage_session_push_page(). */
AdwNavigationPage *
mage_compare_page_new (MageSession *session, MageResultChoice *choice)
{
  return ADW_NAVIGATION_PAGE (create (session, choice, NULL));
}

/** mage_compare_page_new_again: @again: @result, made a second time, which is no video of the project: what differs, pixel by pixel. */
AdwNavigationPage *
mage_compare_page_new_again (MageSession *session, MageResult *result, MageResult *again)
{
  g_autoptr (MageResultChoice) choice = mage_result_choice_new ();
  MageComparePage *self;

  mage_result_choice_add (choice, result);
  mage_result_choice_add (choice, again);
  self = create (session, choice, again);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _("Reproduced"));
  adw_window_title_set_title (self->window_title, _("Reproduced"));
  adw_window_title_set_subtitle (self->window_title, _("A is the video, B was made again"));
  return ADW_NAVIGATION_PAGE (self);
}

void
mage_compare_page_set_mode (MageComparePage *self, MageCompareMode mode)
{
  adw_toggle_group_set_active_name (self->modes, mode_names[mode]);
  mode_cb (self);
}

/** mage_compare_page_get_view: Returns: (transfer none) */
MageCompareView *
mage_compare_page_get_view (MageComparePage *self)
{
  return self->view;
}

/** mage_compare_page_get_words: what is said of all: whether seed and prompt are the same, or how much the pixels differ. */
const char *
mage_compare_page_get_words (MageComparePage *self)
{
  return gtk_label_get_text (self->words);
}

/** mage_compare_page_get_n_different: how many things made the videos different. */
guint
mage_compare_page_get_n_different (MageComparePage *self)
{
  guint n = 0;

  for (guint i = 0; i < self->differences->len; i++)
    n += ((MageDifference *) g_ptr_array_index (self->differences, i))->differs;
  return n;
}
