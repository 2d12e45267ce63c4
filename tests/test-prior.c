/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/sample-media.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-prior-dialog.h"

/* The clips to remember: whose they are and what is said of them. */

static MagePriorDialog *
open_dialog (UiSession *self, GtkWindow **window)
{
  AdwDialog *dialog = mage_prior_dialog_new (self->session);

  *window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (*window, 700, 700);
  gtk_window_present (*window);
  adw_dialog_present (dialog, GTK_WIDGET (*window));
  ui_settle ();
  return MAGE_PRIOR_DIALOG (dialog);
}

static GtkWidget *
find_named (GtkWidget *widget, const char *type)
{
  GtkWidget *found = NULL;

  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_named (child, type);
  return found;
}

/* A folder of the user's, with two clips, one of which has no caption. */
static char *
make_folder (UiSession *self)
{
  g_autofree char *folder = g_build_filename (self->folder, "clips", NULL);
  g_autofree char *text = g_build_filename (folder, "a.txt", NULL);
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  a = sample_clip (folder, "a.mp4", 8, 8);
  b = sample_clip (folder, "b.mp4", 8, 8);
  g_assert_true (g_file_set_contents (text, "a dog runs", -1, NULL));
  return g_steal_pointer (&folder);
}

static void
test_choose (UiSession *self, gconstpointer data)
{
  GtkWindow *window;
  MagePriorDialog *dialog = open_dialog (self, &window);
  g_autofree char *folder = make_folder (self);
  g_autofree char *model = mage_project_dup_prior_dir (self->project);
  g_autofree char *now = NULL;
  g_autofree char *back = NULL;
  guint n = mage_prior_dialog_get_n_clips (dialog);

  mage_prior_dialog_choose (dialog, "/nowhere");
  g_assert_false (mage_project_has_own_prior (self->project));
  mage_prior_dialog_choose (dialog, folder);
  ui_settle ();
  now = mage_project_dup_prior_dir (self->project);
  g_assert_cmpstr (now, ==, folder);
  g_assert_cmpuint (mage_prior_dialog_get_n_clips (dialog), ==, 2);
  g_assert_true (mage_history_undo (mage_session_get_history (self->session)));
  ui_settle ();
  back = mage_project_dup_prior_dir (self->project);
  g_assert_cmpstr (back, ==, model);
  g_assert_cmpuint (mage_prior_dialog_get_n_clips (dialog), ==, n);
  gtk_window_destroy (window);
}

/* A caption is written, taken back, and is the folder's own again. */
static void
test_captions (UiSession *self, gconstpointer data)
{
  GtkWindow *window;
  MagePriorDialog *dialog = open_dialog (self, &window);
  g_autofree char *folder = make_folder (self);
  AdwBanner *banner;
  GtkWidget *row, *entry;

  mage_prior_dialog_choose (dialog, folder);
  ui_settle ();
  banner = ADW_BANNER (find_named (GTK_WIDGET (dialog), "AdwBanner"));
  g_assert_true (adw_banner_get_revealed (banner));
  g_assert_true (g_str_has_prefix (adw_banner_get_title (banner), "1 clip has no caption"));
  row = find_named (GTK_WIDGET (dialog), "MagePriorRow");
  g_assert_nonnull (row);
  entry = find_named (row, "GtkEntry");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "a dog runs");
  gtk_editable_set_text (GTK_EDITABLE (entry), "  a dog sleeps ");
  g_signal_emit_by_name (entry, "activate");
  ui_settle ();
  g_assert_cmpstr (mage_project_get_prior_caption (self->project, "a.mp4"), ==, "a dog sleeps");
  g_assert_true (mage_history_undo (mage_session_get_history (self->session)));
  ui_settle ();
  g_assert_null (mage_project_get_prior_caption (self->project, "a.mp4"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "a dog runs");
  mage_project_set_prior_caption (self->project, "b.mp4", "a cat");
  ui_settle ();
  g_assert_false (adw_banner_get_revealed (banner));
  gtk_window_destroy (window);
}

/* What is gone leaves nothing behind. */
static void
test_closed (UiSession *self, gconstpointer data)
{
  GtkWindow *window;
  MagePriorDialog *dialog = open_dialog (self, &window);

  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  adw_dialog_force_close (ADW_DIALOG (dialog));
  gtk_window_destroy (window);
  ui_settle ();
  g_assert_null (dialog);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  ADD ("/prior/choose", test_choose);
  ADD ("/prior/captions", test_captions);
  ADD ("/prior/closed", test_closed);
  return g_test_run ();
}
