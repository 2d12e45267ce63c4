/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/sandbox.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-model-status.h"
#include "ui/mage-session-state.h"
#include "ui/mage-window.h"

#include <signal.h>

/* A project is open in the window or in a terminal, never in both: whoever comes second is told so. */

#define SENTENCE "Another VideoMage"

typedef UiSession Fixture;

static AdwApplication *application;

/* Trains the project in a terminal; @hold: (nullable): the step from which it waits. */
static GSubprocess *
start_terminal (Fixture *self, const char *hold)
{
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "cli-with-fake-engine", NULL);
  g_autofree char *folder = mage_project_dup_path (self->project, NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  if (hold != NULL)
    g_subprocess_launcher_setenv (launcher, "HOLD_AT", hold, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "train", folder, NULL);
  g_assert_no_error (error);
  return process;
}

static gboolean
has_begun (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The window's project is open, whether something trains in it or not. */
static void
test_terminal (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) terminal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *errors = NULL;

  ui_session_add_subject (self, "bear");
  g_assert_true (mage_session_save (self->session, &error));
  terminal = start_terminal (self, NULL);
  g_assert_true (g_subprocess_communicate_utf8 (terminal, NULL, NULL, NULL, &errors, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (terminal), ==, 1);
  g_assert_nonnull (strstr (errors, SENTENCE));
  g_assert_nonnull (strstr (errors, "Test.mage"));
}

static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
is_told (gpointer window)
{
  return find_label (window, SENTENCE) != NULL;
}

/* While a terminal trains, the window stays as it is and says why; when that has ended, it opens the project. */
static void
test_window (Fixture *self, gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.videomage.VideoMage");
  g_autofree char *folder = mage_project_dup_path (self->project, NULL);
  g_autofree char *runs = mage_project_dup_path (self->project, "runs");
  g_autofree char *model = g_strdup (mage_project_get_model_dir (self->project));
  g_autoptr (MageModelStatus) status = mage_model_status_new (self->worker, settings, model);
  g_autoptr (GSubprocess) terminal = NULL;
  g_autoptr (GError) error = NULL;
  MageWindow *window = mage_window_new (application, self->worker, status, settings, self->folder);

  ui_session_add_subject (self, "bear");
  g_assert_true (mage_session_save (self->session, &error));
  mage_project_unlock (self->project);
  terminal = start_terminal (self, "3");
  ui_wait_until (has_begun, runs);

  gtk_window_present (GTK_WINDOW (window));
  g_assert_false (mage_window_open (window, folder));
  g_assert_null (mage_window_get_session (window));
  ui_wait_until (is_told, window);

  g_subprocess_send_signal (terminal, SIGTERM);
  g_assert_true (g_subprocess_wait (terminal, NULL, &error));
  g_assert_true (mage_window_open (window, folder));
  gtk_window_close (GTK_WINDOW (window));
  ui_settle ();
}

int
main (int argc, char *argv[])
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  application = adw_application_new ("org.videomage.VideoMage.Test", G_APPLICATION_NON_UNIQUE);
  g_object_set (application, "resource-base-path", "/org/videomage/VideoMage", NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add ("/exclusive/terminal", Fixture, NULL, ui_session_set_up, test_terminal, ui_session_tear_down);
  g_test_add ("/exclusive/window", Fixture, NULL, ui_session_set_up, test_window, ui_session_tear_down);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
