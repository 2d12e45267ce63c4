/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "tests/tour.h"

#include "jobs/mage-sample-project.h"
#include "tests/ui-picture.h"

#define WIDE 1280
#define NARROW 400
#define HIGH 800

/* Takes @worker; FALSE when the folder for the pictures was not given. */
gboolean
tour_begin (Tour *self, int argc, char **argv, MageWorker *worker)
{
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *folder = NULL;
  g_autoptr (MageProject) project = NULL;

  *self = (Tour){ .folder = argc == 2 ? argv[1] : NULL, .worker = worker };
  if (self->folder == NULL)
    {
      g_printerr ("Usage: %s DIR\n", g_get_prgname ());
      g_clear_object (&self->worker);
      return FALSE;
    }
  g_mkdir_with_parents (self->folder, 0755);
  self->scratch = g_dir_make_tmp ("mage-tour-XXXXXX", NULL);
  folder = g_build_filename (self->scratch, "Cartoon Ride.mage", NULL);
  self->application = ui_start ();
  self->settings = g_settings_new ("org.videomage.VideoMage");
  self->status = mage_model_status_new (worker, self->settings, model);
  self->window = mage_window_new (self->application, worker, self->status, self->settings, MAGE_SOURCE_DATA);
  gtk_window_present (GTK_WINDOW (self->window));
  project = mage_project_create (folder, NULL, model, NULL);
  g_assert_true (mage_sample_project_fill (project, MAGE_SOURCE_DATA, NULL));
  mage_window_open_project (self->window, project);
  ui_resize (GTK_WINDOW (self->window), WIDE, HIGH);
  return TRUE;
}

void
tour_end (Tour *self)
{
  mage_window_close_project (self->window);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_clear_object (&self->status);
  g_clear_object (&self->settings);
  g_clear_object (&self->application);
  g_clear_object (&self->worker);
  ui_remove_folder (self->scratch);
  g_clear_pointer (&self->scratch, g_free);
}

MageSession *
tour_get_session (Tour *self)
{
  return mage_window_get_session (self->window);
}

MageProject *
tour_get_project (Tour *self)
{
  return mage_session_get_project (tour_get_session (self));
}

void
tour_save (Tour *self, GtkWidget *widget, const char *name, const char *kind)
{
  g_autofree char *file = g_strdup_printf ("%s-%s.png", name, kind);
  g_autofree char *path = g_build_filename (self->folder, file, NULL);

  ui_save (widget, path);
  g_print ("%s\n", path);
}

/* The window in both sizes, in both colours; it stays wide and light. */
void
tour_shoot (Tour *self, const char *name)
{
  static const struct
  {
    gboolean dark;
    int width;
    const char *kind;
  } ways[] = { { TRUE, NARROW, "narrow-dark" }, { FALSE, NARROW, "narrow-light" }, { TRUE, WIDE, "wide-dark" }, { FALSE, WIDE, "wide-light" } };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      ui_set_dark (ways[i].dark);
      ui_resize (GTK_WINDOW (self->window), ways[i].width, HIGH);
      ui_settle ();
      tour_save (self, GTK_WIDGET (self->window), name, ways[i].kind);
    }
}

static gboolean
is_idle (gpointer worker)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (worker)) == 0;
}

/* Until nothing is queued any more. */
void
tour_wait (Tour *self)
{
  ui_wait_until (is_idle, self->worker);
}
