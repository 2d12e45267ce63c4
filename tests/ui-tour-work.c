/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "jobs/mage-sample-project.h"
#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "ui/mage-figures-button.h"
#include "ui/mage-training-page.h"
#include "ui/mage-window.h"
#include "ui/mage-work-order.h"

/*
 * ui-tour-work DIR: pictures of work: what waits and why, what failed, the memory before a training, presets and the
 * paper's figures. The tests' small engine computes, so that every state can be had in a moment.
 */

typedef struct
{
  MageWorker *worker;
  MageWindow *window;
  const char *folder;
} Tour;

static MageSession *
get_session (Tour *self)
{
  return mage_window_get_session (self->window);
}

static MageTrainable *
get_item (Tour *self, gboolean motion, guint i)
{
  MageProject *project = mage_session_get_project (get_session (self));
  g_autoptr (MageTrainable) item = g_list_model_get_item (G_LIST_MODEL (motion ? mage_project_get_motions (project)
                                                                               : mage_project_get_subjects (project)), i);

  return item;
}

static void
save (Tour *self, GtkWidget *widget, const char *name, const char *kind)
{
  g_autofree char *file = g_strdup_printf ("%s-%s.png", name, kind);
  g_autofree char *path = g_build_filename (self->folder, file, NULL);

  ui_save (widget, path);
  g_print ("%s\n", path);
}

static void
shoot (Tour *self, const char *name)
{
  static const struct
  {
    gboolean dark;
    int width;
    const char *kind;
  } ways[] = { { TRUE, 400, "narrow-dark" }, { FALSE, 400, "narrow-light" }, { TRUE, 1280, "wide-dark" }, { FALSE, 1280, "wide-light" } };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      ui_set_dark (ways[i].dark);
      ui_resize (GTK_WINDOW (self->window), ways[i].width, 800);
      ui_settle ();
      save (self, GTK_WIDGET (self->window), name, ways[i].kind);
    }
}

static GtkWidget *
find_button (GtkWidget *widget, const char *tooltip)
{
  if (GTK_IS_MENU_BUTTON (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, tooltip);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* What pops up has a surface of its own. */
static void
shoot_popover (Tour *self, const char *tooltip, const char *name)
{
  GtkWidget *button = find_button (GTK_WIDGET (self->window), tooltip);

  g_assert_nonnull (button);
  for (int dark = 1; dark >= 0; dark--)
    {
      ui_set_dark (dark);
      gtk_menu_button_popup (GTK_MENU_BUTTON (button));
      ui_settle ();
      save (self, GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button))), name, dark ? "dark" : "light");
      gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
      ui_settle ();
    }
}

static gboolean
is_idle (gpointer worker)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (worker)) == 0;
}

static gboolean
has_words (gpointer card)
{
  return *mage_memory_card_get_words (card) != '\0';
}

static MageTrainingPage *
push_page (Tour *self, MageTrainable *item)
{
  AdwNavigationPage *page = mage_training_page_new (get_session (self), item);

  mage_session_show_item (get_session (self), item);
  mage_session_push_page (get_session (self), page);
  ui_settle ();
  return MAGE_TRAINING_PAGE (page);
}

static void
walk_memory (Tour *self)
{
  fake_engine_limit (G_GUINT64_CONSTANT (64) << 20);
  ui_wait_until (has_words, mage_training_page_get_memory (push_page (self, get_item (self, FALSE, 0))));
  ui_wait_until (is_idle, self->worker);
  shoot (self, "50-before-it-fits");
  fake_engine_limit (5 << 20);
  ui_wait_until (has_words, mage_training_page_get_memory (push_page (self, get_item (self, TRUE, 0))));
  ui_wait_until (is_idle, self->worker);
  shoot (self, "51-before-it-does-not-fit");
  fake_engine_limit (G_GUINT64_CONSTANT (1) << 40);
}

static gboolean
is_stepping (gpointer job)
{
  return mage_job_get_n_steps (job) > 1 && mage_job_get_step (job) > 2;
}

/* One trains, two more wait, and the fusion waits for what it needs. */
static void
walk_queue (Tour *self)
{
  MageProject *project = mage_session_get_project (get_session (self));
  g_autoptr (MageWaitingJob) fusion = NULL;
  MageJob *job;

  fake_engine_hold (4);
  job = mage_session_train (get_session (self), get_item (self, FALSE, 0));
  mage_session_train (get_session (self), get_item (self, FALSE, 1));
  mage_session_train (get_session (self), get_item (self, TRUE, 0));
  fusion = mage_work_order_fuse (project, TRUE);
  mage_waiting_job_add_need (fusion, mage_session_find_order (get_session (self), get_item (self, FALSE, 0)));
  mage_waiting_job_add_need (fusion, mage_session_find_order (get_session (self), get_item (self, FALSE, 1)));
  mage_session_push_order (get_session (self), g_object_ref (fusion), mage_project_get_fusion (project));
  ui_wait_until (is_stepping, job);
  shoot_popover (self, "What Runs and Waits", "52-queue");
  fake_engine_fail (5);
  fake_engine_hold (0);
  ui_wait_until (is_idle, self->worker);
  fake_engine_fail (0);
  ui_settle ();
  shoot_popover (self, "What Runs and Waits", "53-queue-failed");
}

static void
walk_failures (Tour *self)
{
  push_page (self, get_item (self, FALSE, 0));
  shoot (self, "54-numbers-ran-away");
  fake_engine_fail (5);
  fake_engine_fail_memory (TRUE);
  mage_session_train (get_session (self), get_item (self, FALSE, 0));
  ui_wait_until (is_idle, self->worker);
  fake_engine_fail (0);
  shoot (self, "55-out-of-memory");
}

static void
walk_presets (Tour *self)
{
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
  ui_resize (GTK_WINDOW (self->window), 1280, 800);
  ui_settle ();
  shoot (self, "56-presets");
  shoot_popover (self, "Presets", "57-presets-menu");
  shoot_popover (self, "About Guided steps", "58-figures");
}

int
main (int argc, char *argv[])
{
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *scratch = g_dir_make_tmp ("mage-tour-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (scratch, "Cartoon Ride.mage", NULL);
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (MageModelStatus) status = NULL;
  g_autoptr (MageProject) project = NULL;
  Tour tour = { .folder = argc == 2 ? argv[1] : NULL };

  if (tour.folder == NULL)
    {
      g_printerr ("Usage: ui-tour-work DIR\n");
      return 2;
    }
  g_mkdir_with_parents (tour.folder, 0755);
  application = ui_start ();
  settings = g_settings_new ("org.videomage.VideoMage");
  tour.worker = mage_worker_new (0, fake_engine_table ());
  status = mage_model_status_new (tour.worker, settings, model);
  tour.window = mage_window_new (application, tour.worker, status, settings, MAGE_SOURCE_DATA);
  gtk_window_present (GTK_WINDOW (tour.window));
  project = mage_project_create (folder, NULL, model, NULL);
  g_assert_true (mage_sample_project_fill (project, MAGE_SOURCE_DATA, NULL));
  mage_window_open_project (tour.window, project);
  ui_resize (GTK_WINDOW (tour.window), 1280, 800);
  walk_memory (&tour);
  walk_queue (&tour);
  walk_failures (&tour);
  walk_presets (&tour);
  mage_window_close_project (tour.window);
  gtk_window_destroy (GTK_WINDOW (tour.window));
  g_clear_object (&tour.worker);
  ui_remove_folder (scratch);
  return 0;
}
