/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "tests/fake-engine.h"
#include "tests/tour.h"
#include "tests/ui-picture.h"
#include "jobs/mage-waiting-job.h"
#include "ui/mage-figures-button.h"
#include "ui/mage-job-settings.h"
#include "ui/mage-training-page.h"
#include "ui/mage-work-order.h"

/*
 * ui-tour-work DIR: pictures of work: what waits and why, what failed, the memory before a training, presets and the
 * paper's figures. The tests' small engine computes, so that every state can be had in a moment.
 */

static MageTrainable *
get_item (Tour *self, gboolean motion, guint i)
{
  MageProject *project = tour_get_project (self);
  g_autoptr (MageTrainable) item = g_list_model_get_item (G_LIST_MODEL (motion ? mage_project_get_motions (project)
                                                                               : mage_project_get_subjects (project)), i);

  return item;
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
      tour_save (self, GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button))), name, dark ? "dark" : "light");
      gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
      ui_settle ();
    }
}

static gboolean
has_words (gpointer card)
{
  return *mage_memory_card_get_words (card) != '\0';
}

static MageTrainingPage *
push_page (Tour *self, MageTrainable *item)
{
  AdwNavigationPage *page = mage_training_page_new (tour_get_session (self), item);

  mage_session_show_item (tour_get_session (self), item);
  mage_session_push_page (tour_get_session (self), page);
  ui_settle ();
  return MAGE_TRAINING_PAGE (page);
}

static void
walk_memory (Tour *self)
{
  fake_engine_limit (G_GUINT64_CONSTANT (64) << 20);
  ui_wait_until (has_words, mage_training_page_get_memory (push_page (self, get_item (self, FALSE, 0))));
  tour_wait (self);
  tour_shoot (self, "50-before-it-fits");
  fake_engine_limit (5 << 20);
  ui_wait_until (has_words, mage_training_page_get_memory (push_page (self, get_item (self, TRUE, 0))));
  tour_wait (self);
  tour_shoot (self, "51-before-it-does-not-fit");
  fake_engine_limit (G_GUINT64_CONSTANT (1) << 40);
}

static gboolean
is_stepping (gpointer job)
{
  return mage_job_get_n_steps (job) > 1 && mage_job_get_step (job) > 2;
}

/* What is its own of a training that waits, beside what is the project's. */
static void
shoot_settings (Tour *self, MageWaitingJob *job)
{
  MageParams *own = mage_param_layer_get_params (mage_waiting_job_get_layer (job));
  AdwDialog *dialog;

  mage_params_set_double (own, "omega", 0.1, NULL);
  mage_params_set_int (own, "rank", 8, NULL);
  mage_params_set_string (own, "static_template", "A video of {things}.", NULL);
  dialog = mage_job_settings_new (tour_get_session (self), job);
  adw_dialog_present (dialog, GTK_WIDGET (self->window));
  ui_settle ();
  tour_shoot (self, "52-waiting-settings");
  shoot_popover (self, "About Static prompt", "52-figures-of-prompts");
  adw_dialog_force_close (dialog);
  ui_settle ();
}

/* One trains, two more wait, and the fusion waits for what it needs. */
static void
walk_queue (Tour *self)
{
  MageJob *job;

  fake_engine_hold (4);
  job = mage_session_train (tour_get_session (self), get_item (self, FALSE, 0));
  mage_session_train (tour_get_session (self), get_item (self, FALSE, 1));
  mage_session_train (tour_get_session (self), get_item (self, TRUE, 0));
  mage_session_fuse (tour_get_session (self));
  ui_wait_until (is_stepping, job);
  shoot_settings (self, mage_session_find_order (tour_get_session (self), get_item (self, TRUE, 0)));
  shoot_popover (self, "What Runs and Waits", "52-queue");
  fake_engine_fail (5);
  fake_engine_hold (0);
  tour_wait (self);
  fake_engine_fail (0);
  ui_settle ();
  shoot_popover (self, "What Runs and Waits", "53-queue-failed");
}

static void
walk_failures (Tour *self)
{
  push_page (self, get_item (self, FALSE, 0));
  tour_shoot (self, "54-numbers-ran-away");
  fake_engine_fail (5);
  fake_engine_fail_memory (TRUE);
  mage_session_train (tour_get_session (self), get_item (self, FALSE, 0));
  tour_wait (self);
  fake_engine_fail (0);
  tour_shoot (self, "55-out-of-memory");
}

static void
walk_presets (Tour *self)
{
  mage_session_show (tour_get_session (self), MAGE_PLACE_COMPOSE);
  ui_resize (GTK_WINDOW (self->window), 1280, 800);
  ui_settle ();
  tour_shoot (self, "56-presets");
  shoot_popover (self, "Presets", "57-presets-menu");
  shoot_popover (self, "About Guided steps", "58-figures");
}

int
main (int argc, char *argv[])
{
  Tour tour;

  if (!tour_begin (&tour, argc, argv, mage_worker_new (0, fake_engine_table ())))
    return 2;
  walk_memory (&tour);
  walk_queue (&tour);
  walk_failures (&tour);
  walk_presets (&tour);
  tour_end (&tour);
  return 0;
}
