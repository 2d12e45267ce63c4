/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/sample-media.h"
#include "tests/sandbox.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-param-row.h"
#include "ui/mage-parts.h"
#include "ui/mage-window.h"

#include <glib/gstdio.h>
#include <string.h>

/* What people do that is easily taken for something else: masks among pictures, words for numbers, plain words for subjects. */

static void
save (UiSession *self, const char *name, guint width, guint height, gboolean mask)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width, (int) height);
  g_autofree char *path = g_build_filename (self->folder, "cat", name, NULL);
  guint8 *pixels = gdk_pixbuf_get_pixels (pixbuf);

  gdk_pixbuf_fill (pixbuf, mask ? 0 : 0x30a06000);
  for (int x = 0; x < gdk_pixbuf_get_rowstride (pixbuf); x++)
    pixels[x] = 255;
  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL));
}

static gboolean
is_done (gpointer session)
{
  return !mage_session_is_importing (session);
}

static void
keep_toast_cb (MageSession *session, const char *text, gboolean undo, char **toast)
{
  g_set_str (toast, text);
}

static void
import (UiSession *self, GListModel *files, char **toast)
{
  gulong handler = g_signal_connect (self->session, "toast", G_CALLBACK (keep_toast_cb), toast);

  mage_session_import (self->session, files, NULL);
  ui_wait_until (is_done, self->session);
  g_signal_handler_disconnect (self->session, handler);
}

static GListModel *
list (UiSession *self, const char *const *names)
{
  GListStore *files = g_list_store_new (G_TYPE_FILE);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      g_list_store_append (files, file);
    }
  return G_LIST_MODEL (files);
}

static GListModel *
get_pictures (UiSession *self)
{
  g_autoptr (MageSubject) subject = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (self->project)), 0);

  return G_LIST_MODEL (mage_subject_get_pictures (subject));
}

static guint
count_masks (GListModel *pictures)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (pictures); i++)
    {
      g_autoptr (MageMedia) media = g_list_model_get_item (pictures, i);

      n += mage_media_get_mask (media) != NULL;
    }
  return n;
}

static void
keep_percent_cb (MageImportProgress *progress, GParamSpec *pspec, GArray *seen)
{
  int percent = mage_import_progress_get_percent (progress);

  g_array_append_val (seen, percent);
}

/* A clip whose file is large: a box that players skip makes it so. */
static char *
make_large_clip (UiSession *self)
{
  static const guint8 box[] = { 0x04, 0, 0, 0, 'f', 'r', 'e', 'e' }; /* 64 MB */
  g_autofree char *clip = sample_clip (self->folder, "large.mp4", 8, 8);
  FILE *file = g_fopen (clip, "ab");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (box, sizeof box, 1, file), ==, 1);
  g_assert_cmpint (fseek (file, 0x04000000 - (long) sizeof box - 1, SEEK_CUR), ==, 0);
  g_assert_cmpint (fputc (0, file), ==, 0);
  g_assert_cmpint (fclose (file), ==, 0);
  return g_steal_pointer (&clip);
}

/* How much of a large file is copied is told in per cent that only grow, and nothing is left of them. */
static void
test_percent (UiSession *self, gconstpointer data)
{
  static const char *const names[] = { "large.mp4", NULL };
  g_autofree char *clip = make_large_clip (self);
  g_autoptr (GListModel) files = list (self, names);
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (int));
  MageImportProgress *progress = mage_session_get_imports (self->session);
  g_autofree char *toast = NULL;

  g_signal_connect (progress, "notify::percent", G_CALLBACK (keep_percent_cb), seen);
  import (self, files, &toast);
  g_assert_null (toast);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (self->project))), ==, 1);
  g_assert_cmpuint (seen->len, >=, 2);
  for (guint i = 1; i + 1 < seen->len; i++)
    g_assert_cmpint (g_array_index (seen, int, i), >, g_array_index (seen, int, i - 1));
  g_assert_cmpint (g_array_index (seen, int, seen->len - 2), ==, 100);
  g_assert_cmpint (g_array_index (seen, int, seen->len - 1), ==, 0);
}

/* "2_mask" is a picture: it has colours; "mask3" is of another size. */
static void
test_masks (UiSession *self, gconstpointer data)
{
  static const char *const names[] = { "cat/0.png", "cat/mask0.png", "cat/1.png", "cat/1_mask.png", "cat/2.png", "cat/2_mask.png",
                                       "cat/3.png", "cat/mask3.png", NULL };
  g_autoptr (GListModel) files = list (self, names);
  g_autofree char *toast = NULL;

  sandbox_write (self->folder, "cat/mark", "");
  save (self, "0.png", 20, 16, FALSE);
  save (self, "mask0.png", 20, 16, TRUE);
  save (self, "1.png", 24, 16, FALSE);
  save (self, "1_mask.png", 24, 16, TRUE);
  save (self, "2.png", 24, 16, FALSE);
  save (self, "2_mask.png", 24, 16, FALSE);
  save (self, "3.png", 24, 16, FALSE);
  save (self, "mask3.png", 16, 16, TRUE);
  import (self, files, &toast);
  g_assert_cmpuint (g_list_model_get_n_items (get_pictures (self)), ==, 6);
  g_assert_cmpuint (count_masks (get_pictures (self)), ==, 2);
  g_assert_nonnull (strstr (toast, "three to five"));
}

/* What cannot be read keeps nothing else out, and is told as what its name says. */
static void
test_odd_folder (UiSession *self, gconstpointer data)
{
  static const char *const names[] = { "cat", NULL };
  g_autoptr (GListModel) files = list (self, names);
  g_autofree char *toast = NULL;

  sandbox_write (self->folder, "cat/*.jpg", "no picture");
  save (self, "0.png", 20, 16, FALSE);
  save (self, "mask0.png", 20, 16, TRUE);
  import (self, files, &toast);
  g_assert_cmpuint (g_list_model_get_n_items (get_pictures (self)), ==, 1);
  g_assert_cmpuint (count_masks (get_pictures (self)), ==, 1);
  g_assert_nonnull (strstr (toast, "*.jpg"));
  g_assert_null (strstr (toast, "video"));
}

static void
test_suggestion (UiSession *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  g_autofree char *prompt = NULL;
  g_autofree char *none = NULL;

  mage_project_add_subject (self->project, "kitty", "toy", "cat", &error);
  mage_project_add_subject (self->project, "rex", "dog", "dog", &error);
  g_assert_no_error (error);
  prompt = mage_parts_suggest (self->project, "a Cat chasing the dog", &words);
  g_assert_cmpstr (prompt, ==, "a <toy> chasing the <dog>");
  g_assert_cmpstr (words, ==, "Use <toy> for “cat”, <dog> for “dog”");
  none = mage_parts_suggest (self->project, "<toy> chases a hotdog, <dog>", &none);
  g_assert_null (none);
}

/* Letters and what is out of range keep the old value, and the row says what can be. */
static void
test_number (UiSession *self, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *group = gtk_list_box_new ();
  GtkWidget *row = mage_param_row_new (self->session, NULL, mage_param_table_find ("steps"));
  static const char *const wrong[] = { "many", "99999", "-3", "", NULL };

  gtk_list_box_append (GTK_LIST_BOX (group), row);
  gtk_window_set_child (GTK_WINDOW (window), group);
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; wrong[i] != NULL; i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (row), wrong[i]);
      adw_spin_row_update (ADW_SPIN_ROW (row));
      g_assert_cmpint (mage_params_get_int (mage_project_get_params (self->project), "steps"), ==, 4);
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "4");
      g_assert_true (gtk_widget_has_css_class (row, "error"));
      g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "A number from 1 to 1000");
    }
  gtk_editable_set_text (GTK_EDITABLE (row), "12");
  adw_spin_row_update (ADW_SPIN_ROW (row));
  g_assert_cmpint (mage_params_get_int (mage_project_get_params (self->project), "steps"), ==, 12);
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_type (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
shows (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows (child, text))
      return TRUE;
  return FALSE;
}

/* That a choice was changed is said in words, and not in what makes them bold. */
static void
test_choice (UiSession *self, gconstpointer data)
{
  GtkWidget *row = g_object_ref_sink (mage_param_row_new (self->session, NULL, mage_param_table_find ("clip_masks")));

  mage_params_set_string (mage_project_get_params (self->project), "clip_masks", "attention", NULL);
  g_assert_true (shows (row, "Changed"));
  g_assert_false (shows (row, "span"));
  g_object_unref (row);
}

/* Clicks of a stepper are one edit, also when the focus leaves the row, and when something trained becomes stale by it. */
static void
check_stepper (UiSession *self, const char *key)
{
  MageParams *params = mage_project_get_params (self->project);
  MageHistory *history = mage_session_get_history (self->session);
  g_autofree char *before = mage_params_dup_text (params, key);
  g_autofree char *label = g_strdup (mage_history_get_undo_label (history));
  g_autofree char *after = NULL;
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *button = gtk_button_new_with_label ("Undo");
  GtkWidget *row = mage_param_row_new (self->session, NULL, mage_param_table_find (key));

  gtk_list_box_append (GTK_LIST_BOX (list), row);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), button);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  ui_settle ();
  gtk_widget_grab_focus (find_type (row, GTK_TYPE_TEXT));
  for (guint i = 0; i < 3; i++)
    gtk_spin_button_spin (GTK_SPIN_BUTTON (find_type (row, GTK_TYPE_SPIN_BUTTON)), GTK_SPIN_STEP_FORWARD, 0);
  ui_settle ();
  gtk_widget_grab_focus (button);
  ui_settle ();
  g_assert_true (mage_history_undo (history));
  ui_settle ();
  after = mage_params_dup_text (params, key);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpstr (mage_history_get_undo_label (history), ==, label);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_stepper (UiSession *self, gconstpointer data)
{
  ui_session_add_subject (self, "bear");
  ui_session_train_all (self);
  check_stepper (self, "weight_decay");
  check_stepper (self, "iterations");
  check_stepper (self, "lora_rate");
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  ADD ("/import/masks", test_masks);
  ADD ("/import/percent", test_percent);
  ADD ("/import/odd-folder", test_odd_folder);
  ADD ("/import/suggestion", test_suggestion);
  ADD ("/import/number", test_number);
  ADD ("/import/choice", test_choice);
  ADD ("/import/stepper", test_stepper);
  return g_test_run ();
}
