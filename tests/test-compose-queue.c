/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-compose-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-export-dialog.h"

/* Videos that are asked for while other work is under way, and exports, which do not wait for it. */

#define PROMPT "a <bear>"

static AdwApplication *application;

static GtkWindow *
show (GtkWidget *widget)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));

  gtk_window_set_default_size (window, 900, 800);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  ui_settle ();
  return window;
}

/* The label that says @text, if it is seen. */
static GtkWidget *
find_text (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_text (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static guint
count_jobs (UiSession *self)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (self->worker));
}

static MageResult *
get_result (UiSession *self, guint i)
{
  g_autoptr (MageResult) result = g_list_model_get_item (G_LIST_MODEL (mage_project_get_results (self->project)), i);

  return result;
}

static gboolean
is_running (gpointer worker)
{
  g_autoptr (MageJob) job = g_list_model_get_item (mage_worker_get_jobs (worker), 0);

  return job != NULL && mage_job_get_step (job) > 0;
}

static gboolean
has_two (gpointer worker)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (worker)) == 2;
}

/* While the subject is trained its video can be asked for, and another; they wait behind it, and the page says so. */
static void
test_add (UiSession *self, gconstpointer data)
{
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  g_autoptr (MageJob) video = NULL;
  g_autoptr (MageJob) other = NULL;
  GtkWidget *page;
  GtkWindow *window;

  mage_draft_set_prompt (mage_draft_get (self->session), PROMPT);
  page = mage_compose_page_new (self->session);
  window = show (page);
  g_assert_nonnull (find_text (page, "Run"));
  g_assert_false (gtk_widget_is_sensitive (find_text (page, "Run")));

  fake_engine_hold (2);
  mage_session_train (self->session, bear);
  ui_wait_until (is_running, self->worker);
  ui_settle ();
  g_assert_nonnull (find_text (page, "Add to Queue"));
  g_assert_true (gtk_widget_is_sensitive (find_text (page, "Add to Queue")));
  gtk_widget_activate_action (page, "page.run", NULL);
  g_assert_nonnull (find_text (page, "Your next video waits for “Training <bear>”"));
  gtk_widget_activate_action (page, "page.run", NULL);
  g_assert_nonnull (find_text (page, "2 videos wait, the first behind 1 piece of work"));
  g_assert_cmpuint (count_jobs (self), ==, 3);
  /* What is held back waits for nothing else when it comes to be the first. */
  video = g_list_model_get_item (mage_worker_get_jobs (self->worker), 1);
  mage_worker_pause (self->worker, video);
  other = g_list_model_get_item (mage_worker_get_jobs (self->worker), 2);
  mage_worker_pause (self->worker, other);

  fake_engine_hold (0);
  ui_wait_until (has_two, self->worker);
  g_assert_nonnull (find_text (page, "2 videos wait"));
  mage_worker_cancel (self->worker, other);
  g_assert_nonnull (find_text (page, "Your next video waits"));
  mage_worker_resume (self->worker, video);
  ui_session_wait (self);
  ui_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->project))), ==, 1);
  g_assert_true (mage_compose_page_get_result (MAGE_COMPOSE_PAGE (page)) == get_result (self, 0));
  g_assert_nonnull (find_text (page, "Run Again"));
  g_assert_null (find_text (page, "2 videos wait, the first behind 1 piece of work"));
  gtk_window_destroy (window);
  ui_session_wait (self);
}

/* While a video is made the next one can be asked for; the first can be stopped. */
static void
test_next (UiSession *self, gconstpointer data)
{
  GtkWidget *page;
  GtkWindow *window;

  ui_session_add_subject (self, "bear");
  ui_session_train_all (self);
  mage_draft_set_prompt (mage_draft_get (self->session), PROMPT);
  page = mage_compose_page_new (self->session);
  window = show (page);
  fake_engine_hold (2);
  gtk_widget_activate_action (page, "page.run", NULL);
  ui_wait_until (is_running, self->worker);
  g_assert_nonnull (find_text (page, "Stop"));
  g_assert_nonnull (find_text (page, "Add to Queue"));
  gtk_widget_activate_action (page, "page.run", NULL);
  g_assert_nonnull (find_text (page, "Your next video waits for “Sampling”"));
  fake_engine_hold (0);
  ui_session_wait (self);
  ui_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->project))), ==, 2);
  gtk_window_destroy (window);
  ui_session_wait (self);
}

/* --- exports --- */

static gboolean
is_over (gpointer job)
{
  return mage_job_is_over (job);
}

/* An export is no work of the queue: it is done while a training runs. A second one waits for the first, and says so. */
static void
test_export (UiSession *self, gconstpointer data)
{
  MageTrainable *robot;
  g_autofree char *first = g_build_filename (self->folder, "first.gif", NULL);
  g_autofree char *second = g_build_filename (self->folder, "second.gif", NULL);
  g_autoptr (MageJob) job = NULL;
  MageExportDialog *dialog;
  GtkWindow *window;

  ui_session_add_subject (self, "bear");
  ui_session_train_all (self);
  g_assert_nonnull (mage_session_sample (self->session, PROMPT, NULL, NULL));
  ui_session_wait (self);
  robot = MAGE_TRAINABLE (ui_session_add_subject (self, "robot"));
  fake_engine_hold (2);
  mage_session_train (self->session, robot);
  ui_wait_until (is_running, self->worker);

  window = show (gtk_label_new (""));
  dialog = MAGE_EXPORT_DIALOG (g_object_ref_sink (mage_export_dialog_new (self->session, get_result (self, 0))));
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (window));
  ui_settle ();
  job = g_object_ref (mage_session_export (self->session, get_result (self, 0), first, &(ClipWrite){ .format = CLIP_GIF }));
  g_assert_cmpuint (count_jobs (self), ==, 1);
  mage_export_dialog_export (dialog, second);
  g_assert_nonnull (find_text (GTK_WIDGET (dialog), "Waits for “Exporting first.gif”"));
  g_assert_cmpuint (count_jobs (self), ==, 1);
  ui_wait_until (is_over, job);
  g_assert_cmpint (mage_job_get_state (job), ==, MAGE_JOB_DONE);
  g_assert_true (g_file_test (first, G_FILE_TEST_EXISTS));
  g_assert_cmpint (mage_trainable_get_state (robot), !=, MAGE_TRAINED);
  while (!g_file_test (second, G_FILE_TEST_EXISTS) || find_text (GTK_WIDGET (dialog), "Video Saved") == NULL)
    g_main_context_iteration (NULL, TRUE);
  fake_engine_hold (0);
  ui_session_wait (self);
  adw_dialog_force_close (ADW_DIALOG (dialog));
  g_object_unref (dialog);
  gtk_window_destroy (window);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  ADD ("/compose-queue/add", test_add);
  ADD ("/compose-queue/next", test_next);
  ADD ("/compose-queue/export", test_export);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
