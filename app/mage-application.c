/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "app/mage-application.h"

#include "app/cli.h"
#include "ui/mage-closing.h"
#include "ui/mage-preferences.h"
#include "ui/mage-projects.h"
#include "ui/mage-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

/* The process: one worker, its windows, and the actions that belong to no window. */

struct _MageApplication
{
  AdwApplication parent_instance;

  MageWorker *worker;
  GSettings *settings;
  MageModelStatus *model;
  char *data_dir;
  char *builtin_model;
  gint64 started;     /* 0: the first frame is not measured */
  gboolean quit_then; /* only measured */
};

G_DEFINE_FINAL_TYPE (MageApplication, mage_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  /* For tests/bench: prints the milliseconds from the start of main() to the first frame, and quits. */
  { "bench-first-frame", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  { "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_("Print the version and quit"), NULL },
  { NULL }
};

/* --- the first frame --- */

/* Only now may libtorch be loaded. */
static void
first_frame_cb (GdkFrameClock *clock, MageApplication *self)
{
  g_signal_handlers_disconnect_by_func (clock, first_frame_cb, self);
  if (self->quit_then)
    {
      g_print ("first-frame %.0f ms\n", (double) (g_get_monotonic_time () - self->started) / 1000);
      g_application_quit (G_APPLICATION (self));
      return;
    }
  mage_model_status_check (self->model);
}

static void
realized_cb (GtkWidget *window, MageApplication *self)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (first_frame_cb), self,
                           G_CONNECT_DEFAULT);
}

/* --- windows --- */

static MageWindow *
get_window (MageApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  return MAGE_IS_WINDOW (window) ? MAGE_WINDOW (window) : NULL;
}

static MageWindow *
make_window (MageApplication *self)
{
  MageWindow *window = mage_window_new (ADW_APPLICATION (self), self->worker, self->model, self->settings, self->data_dir);

  g_signal_connect (window, "realize", G_CALLBACK (realized_cb), self);
  return window;
}

/* What was open is open again; a project that is gone is no reason to complain. */
static void
reopen (MageApplication *self, MageWindow *window)
{
  g_autofree char *folder = g_settings_get_string (self->settings, "last-project");
  g_autofree char *file = g_build_filename (folder, "project.json", NULL);

  if (*folder != '\0' && g_file_test (file, G_FILE_TEST_EXISTS))
    mage_window_open (window, folder);
}

static void
mage_application_activate (GApplication *application)
{
  MageApplication *self = MAGE_APPLICATION (application);
  MageWindow *window = get_window (self);

  if (window == NULL)
    {
      window = make_window (self);
      reopen (self, window);
    }
  gtk_window_present (GTK_WINDOW (window));
}

/* A project is a folder. */
static gboolean
is_project (GFile *file)
{
  return g_file_peek_path (file) != NULL && !g_file_test (g_file_peek_path (file), G_FILE_TEST_IS_REGULAR);
}

/* Anything else is for the project that is open, or was open last. */
static void
mage_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  MageApplication *self = MAGE_APPLICATION (application);
  MageWindow *window = get_window (self);
  g_autoptr (GListStore) list = g_list_store_new (G_TYPE_FILE);

  g_return_if_fail (n_files > 0);

  if (window == NULL)
    {
      window = make_window (self);
      if (!is_project (files[0]))
        reopen (self, window);
    }
  gtk_window_present (GTK_WINDOW (window));
  if (is_project (files[0]))
    {
      mage_window_open (window, g_file_peek_path (files[0]));
      return;
    }
  g_list_store_splice (list, 0, 0, (gpointer *) files, (guint) n_files);
  mage_window_receive (window, G_LIST_MODEL (list));
}

/* --- actions --- */

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (data));

  /* Closing stops the work and waits for it; the process ends with the last of both. Without a window somebody has waited long enough. */
  if (windows == NULL)
    mage_closing_hurry (G_APPLICATION (data));
  for (GList *l = windows; l != NULL; l = l->next)
    if (MAGE_IS_WINDOW (l->data))
      gtk_window_close (l->data);
}

/* Logging out and Ctrl+C in a terminal lose nothing either. */
static gboolean
signal_cb (gpointer data)
{
  g_action_group_activate_action (G_ACTION_GROUP (data), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MageApplication *self = data;
  MageWindow *window = get_window (self);

  if (window != NULL)
    adw_dialog_present (mage_preferences_new (self->settings, self->model, mage_window_get_session (window), self->builtin_model),
                        GTK_WIDGET (window));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MageApplication *self = data;
  AdwDialog *about = adw_about_dialog_new_from_appdata ("/org/videomage/VideoMage/org.videomage.VideoMage.metainfo.xml", NULL);

  adw_about_dialog_set_version (ADW_ABOUT_DIALOG (about), MAGE_VERSION);
  adw_about_dialog_set_comments (ADW_ABOUT_DIALOG (about),
                                 _("Learns subjects from a few pictures and a movement from one clip, and makes videos of both together."));
  adw_dialog_present (about, GTK_WIDGET (get_window (self)));
}

static const GActionEntry entries[] = {
  { "quit", quit_action },
  { "preferences", preferences_action },
  { "about", about_action },
};

static const struct
{
  const char *action;
  const char *accels[3];
} accelerators[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "win.show-help-overlay", { "F1", "<Control>question" } },
  { "window.close", { "<Control>w" } },
  { "win.new-project", { "<Control>n" } },
  { "win.open-project", { "<Control>o" } },
  { "win.close-project", { "<Control><Shift>w" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.paste", { "<Control>v" } },
  { "win.add-subject", { "<Control>i" } },
  { "win.add-motion", { "<Control>m" } },
  { "win.train", { "<Control>t" } },
  { "win.training", { "<Control><Shift>t" } },
  { "win.fusion", { "<Control>u" } },
  { "win.run", { "<Control>Return", "<Control>KP_Enter" } },
  { "win.stop", { "<Control>period" } },
  { "win.export", { "<Control>e" } },
  { "win.compose", { "<Control>l" } },
  { "win.results", { "<Control>r" } },
  { "win.toggle-inspector", { "F9" } },
};

static void
set_accelerators (GtkApplication *application)
{
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (application, accelerators[i].action, accelerators[i].accels);
}

/* --- the object --- */

static int
mage_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  MageApplication *self = MAGE_APPLICATION (application);

  if (g_variant_dict_contains (given, "version"))
    {
      g_print ("VideoMage %s\n", MAGE_VERSION);
      return 0;
    }
  self->quit_then = g_variant_dict_contains (given, "bench-first-frame");
  if (self->quit_then)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
mage_application_startup (GApplication *application)
{
  MageApplication *self = MAGE_APPLICATION (application);

  G_APPLICATION_CLASS (mage_application_parent_class)->startup (application);
  self->worker = mage_worker_new (MAGE_WORKER_NICE, NULL);
  self->settings = g_settings_new (MAGE_SCHEMA);
  self->data_dir = cli_data_path (NULL);
  self->builtin_model = g_build_filename (self->data_dir, "mini", NULL);
  self->model = mage_model_status_new (self->worker, self->settings, self->builtin_model);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  set_accelerators (GTK_APPLICATION (self));
  g_unix_signal_add (SIGTERM, signal_cb, self);
  g_unix_signal_add (SIGINT, signal_cb, self);
}

static void
mage_application_shutdown (GApplication *application)
{
  MageApplication *self = MAGE_APPLICATION (application);

  g_clear_object (&self->model);
  g_clear_object (&self->worker);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->data_dir, g_free);
  g_clear_pointer (&self->builtin_model, g_free);
  G_APPLICATION_CLASS (mage_application_parent_class)->shutdown (application);
}

static void
mage_application_class_init (MageApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = mage_application_activate;
  application_class->open = mage_application_open;
  application_class->handle_local_options = mage_application_handle_local_options;
  application_class->startup = mage_application_startup;
  application_class->shutdown = mage_application_shutdown;
}

static void
mage_application_init (MageApplication *self)
{
  self->started = g_get_monotonic_time ();
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

MageApplication *
mage_application_new (void)
{
  return g_object_new (MAGE_TYPE_APPLICATION,
                       "application-id", APP_ID,
                       "resource-base-path", "/org/videomage/VideoMage",
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       NULL);
}
