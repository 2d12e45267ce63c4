/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-engine.h"
#include "sample-media.h"
#include "sandbox.h"

#include "ui/mage-frame.h"
#include "ui/mage-identity.h"
#include "ui/mage-item-edit.h"
#include "ui/mage-job-words.h"
#include "ui/mage-preferences.h"
#include "ui/mage-projects.h"
#include "ui/mage-prompt-entry.h"
#include "ui/mage-scale-row.h"
#include "ui/mage-window.h"

#include <glib/gstdio.h>

/* The window, driven in process: its project, edits, files, work, and what it remembers. */

/* A held training waits before this step. */
#define HELD 4

/* One a process, so that style and icons are loaded. */
static AdwApplication *application;

typedef struct
{
  char *folder;
  char *data_dir;
  char *model;
  AdwApplication *application;
  GSettings *settings;
  MageWorker *worker;
  MageModelStatus *status;
  MageWindow *window;
} Fixture;

/* --- waiting --- */

typedef gboolean (*Condition) (gpointer data);

static void
wait_for (Condition condition, gpointer data)
{
  while (!condition (data))
    g_main_context_iteration (NULL, TRUE);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* --- the fixture --- */

static void
open_window (Fixture *self)
{
  self->worker = mage_worker_new (0, fake_engine_table ());
  self->status = mage_model_status_new (self->worker, self->settings, self->model);
  self->window = mage_window_new (self->application, self->worker, self->status, self->settings, self->data_dir);
  gtk_window_present (GTK_WINDOW (self->window));
  settle ();
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* Whatever the window held goes with it, once its work has ended. */
static void
close_window (Fixture *self)
{
  MageSession *session = mage_window_get_session (self->window);
  gpointer window = self->window;

  g_object_add_weak_pointer (G_OBJECT (self->window), &window);
  if (session != NULL)
    g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &session);
  gtk_window_close (GTK_WINDOW (self->window));
  wait_for (is_gone, &window);
  wait_for (is_gone, &session);
  g_clear_object (&self->status);
  g_clear_object (&self->worker);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *built = NULL;

  self->folder = sandbox_new ();
  built = sandbox_make_model (self->folder, "{\"name\":\"Test model\",\"frames\":4,\"width\":16,\"height\":16,"
                                            "\"rate\":8,\"prior\":\"prior\"}");
  self->data_dir = g_build_filename (self->folder, "data", NULL);
  self->model = g_build_filename (self->data_dir, "mini", NULL);
  g_assert_cmpint (g_mkdir_with_parents (self->data_dir, 0755), ==, 0);
  g_assert_cmpint (g_rename (built, self->model), ==, 0);
  sample_prior (self->model, 1);
  self->application = g_object_ref (application);
  self->settings = g_settings_new (MAGE_SCHEMA);
  g_settings_set_string (self->settings, "projects-folder", self->folder);
  g_settings_reset (self->settings, "recent-projects");
  g_settings_reset (self->settings, "model-folder");
  open_window (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  fake_engine_hold (0);
  close_window (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->application);
  g_free (self->model);
  g_free (self->data_dir);
  sandbox_remove (self->folder);
}

static MageSession *
make_project (Fixture *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.new-project", NULL);
  g_assert_nonnull (mage_window_get_session (self->window));
  return mage_window_get_session (self->window);
}

/* --- files --- */

static GListModel *
list_files (const char *first, ...)
{
  GListStore *files = g_list_store_new (G_TYPE_FILE);
  va_list args;

  va_start (args, first);
  for (const char *path = first; path != NULL; path = va_arg (args, const char *))
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);

      g_list_store_append (files, file);
    }
  va_end (args);
  return G_LIST_MODEL (files);
}

static gboolean
has_item (gpointer list)
{
  return g_list_model_get_n_items (list) > 0;
}

static MageSubject *
import_subject (Fixture *self)
{
  MageSession *session = mage_window_get_session (self->window);
  MageProject *project = mage_session_get_project (session);
  g_autofree char *one = sample_picture (self->folder, "toy/one.png", 40);
  g_autofree char *two = sample_picture (self->folder, "toy/two.png", 90);
  g_autofree char *toys = g_build_filename (self->folder, "toy", NULL);
  g_autoptr (GListModel) files = list_files (toys, NULL);
  g_autoptr (MageSubject) subject = NULL;

  mage_session_import (session, files, NULL);
  wait_for (has_item, mage_project_get_subjects (project));
  subject = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (project)), 0);
  settle ();
  return subject;
}

static void
count_toasts_cb (MageSession *session, const char *text, gboolean undo, GPtrArray *texts)
{
  g_ptr_array_add (texts, g_strdup (text));
}

static gboolean
has_text (gpointer data)
{
  return ((GPtrArray *) data)->len > 0;
}

/* A folder of pictures becomes a subject that bears its name; a clip becomes a motion; the rest is refused in one toast. */
static void
test_import (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  MageProject *project = mage_session_get_project (session);
  MageSubject *subject = import_subject (self);
  g_autofree char *clip = sample_clip (self->folder, "ride.mp4", 8, 8);
  g_autofree char *text = g_build_filename (self->folder, "notes.txt", NULL);
  g_autofree char *gone = g_build_filename (self->folder, "gone.png", NULL);
  g_autoptr (GListModel) files = list_files (clip, text, gone, NULL);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  gulong handler = g_signal_connect (session, "toast", G_CALLBACK (count_toasts_cb), texts);

  g_assert_cmpstr (mage_trainable_get_name (MAGE_TRAINABLE (subject)), ==, "toy");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_subject_get_pictures (subject))), ==, 2);
  g_assert_true (mage_session_get_item (session) == MAGE_TRAINABLE (subject));

  sandbox_write (self->folder, "notes.txt", "no picture");
  g_assert_false (mage_session_is_importing (session));
  mage_session_import (session, files, NULL);
  g_assert_true (mage_session_is_importing (session));
  wait_for (has_text, texts);
  g_assert_false (mage_session_is_importing (session));
  g_assert_cmpuint (texts->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 0), "notes.txt"));
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 0), "gone.png"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (project))), ==, 1);
  g_signal_handler_disconnect (session, handler);
}

static gboolean
has_words (GtkWidget *widget, const char *words)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), words) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (has_words (child, words))
      return TRUE;
  return FALSE;
}

/* A file from outside is for the project that is open; nothing is made for it where none is. */
static void
test_receive (Fixture *self, gconstpointer data)
{
  g_autofree char *picture = sample_picture (self->folder, "ride.png", 40);
  g_autoptr (GListModel) files = list_files (picture, NULL);
  MageSession *session;

  mage_window_receive (self->window, files);
  settle ();
  g_assert_null (mage_window_get_session (self->window));
  g_assert_true (has_words (GTK_WIDGET (self->window), "“ride.png” is no project. Open a project, and drop the file on it."));

  session = make_project (self);
  mage_window_receive (self->window, files);
  wait_for (has_item, mage_project_get_subjects (mage_session_get_project (session)));
  settle ();
}

static gboolean
has_three (gpointer list)
{
  return g_list_model_get_n_items (list) == 3;
}

static GtkDropTarget *
find_drop_target (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        return GTK_DROP_TARGET (controller);
    }
  return NULL;
}

static void
drop (GtkWidget *widget, const char *path)
{
  GFile *files[] = { g_file_new_for_path (path) };
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array (files, 1));
  g_signal_emit_by_name (find_drop_target (widget), "drop", &value, 10.0, 10.0, &taken);
  g_assert_true (taken);
  g_object_unref (files[0]);
}

/* What is dropped while a subject is shown joins it; on the welcome it begins a project. */
static void
test_drop (Fixture *self, gconstpointer data)
{
  g_autofree char *one = sample_picture (self->folder, "first.png", 40);
  g_autofree char *two = sample_picture (self->folder, "second.png", 120);
  g_autofree char *three = sample_picture (self->folder, "third.png", 200);
  MageProject *project;
  g_autoptr (MageSubject) subject = NULL;

  g_assert_null (mage_window_get_session (self->window));
  drop (GTK_WIDGET (self->window), one);
  g_assert_nonnull (mage_window_get_session (self->window));
  project = mage_session_get_project (mage_window_get_session (self->window));
  wait_for (has_item, mage_project_get_subjects (project));
  subject = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (project)), 0);
  settle ();
  drop (GTK_WIDGET (self->window), two);
  drop (GTK_WIDGET (self->window), three);
  wait_for (has_three, mage_subject_get_pictures (subject));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_subjects (project))), ==, 1);
}

/* --- edits --- */

static void
test_undo (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  MageProject *project = mage_session_get_project (session);
  MageTrainable *subject = MAGE_TRAINABLE (import_subject (self));
  MageTrainable *copy;

  mage_session_record (session, "Rename Subject");
  g_assert_true (mage_project_rename (project, subject, "bear", NULL));
  settle ();
  copy = mage_item_duplicate (session, subject);
  settle ();
  mage_item_move (session, copy, -1);
  settle ();
  g_assert_true (mage_session_get_item (session) == subject);
  mage_item_remove (session, subject);
  g_assert_true (mage_session_get_item (session) == copy);

  for (guint i = 0; i < 3; i++)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.undo", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_subjects (project))), ==, 1);
  g_assert_true (mage_session_get_item (session) == subject);
  g_assert_cmpstr (mage_history_get_undo_label (mage_session_get_history (session)), ==, "Rename Subject");
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.undo", NULL);
  g_assert_cmpstr (mage_trainable_get_name (subject), ==, "toy");
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.redo", NULL);
  g_assert_cmpstr (mage_trainable_get_name (subject), ==, "bear");
}

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL; child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);
  return found;
}

/* What was typed into the prompt goes before the project's last edit does, and comes back after it. */
static void
test_undo_text (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  MageTrainable *subject = MAGE_TRAINABLE (import_subject (self));
  g_autofree char *before = NULL;
  g_autofree char *undone = NULL;
  g_autofree char *redone = NULL;
  GtkWidget *prompt;

  mage_session_record (session, "Rename Subject");
  g_assert_true (mage_project_rename (mage_session_get_project (session), subject, "bear", NULL));
  mage_session_show (session, MAGE_PLACE_COMPOSE);
  settle ();
  prompt = find_widget (GTK_WIDGET (self->window), MAGE_TYPE_PROMPT_ENTRY);
  g_assert_true (gtk_widget_grab_focus (prompt));
  before = mage_prompt_entry_dup_text (MAGE_PROMPT_ENTRY (prompt));
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (prompt)), "x", 1);
  settle ();

  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.undo", NULL);
  undone = mage_prompt_entry_dup_text (MAGE_PROMPT_ENTRY (prompt));
  g_assert_cmpstr (undone, ==, before);
  g_assert_cmpstr (mage_trainable_get_name (subject), ==, "bear");
  /* Nothing of the project is undone: the key goes on to the text. */
  g_assert_null (mage_history_get_redo_label (mage_session_get_history (session)));
  gtk_widget_activate_action (prompt, "text.redo", NULL);
  redone = mage_prompt_entry_dup_text (MAGE_PROMPT_ENTRY (prompt));
  g_assert_cmpstr (redone, !=, before);
  for (guint i = 0; i < 2; i++)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.undo", NULL);
  g_assert_cmpstr (mage_trainable_get_name (subject), ==, "toy");
}

/* Visits @widget and what is below it. */
static GtkWidget *
find_row (GtkWidget *widget, GType type, const char *title)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type)
      && g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, type, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* A row of the inspector edits the project, follows it, and goes back to the default. */
static void
test_inspector (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  MageParams *params = mage_project_get_params (mage_session_get_project (session));
  GtkWidget *spin;
  GtkWidget *scale;

  import_subject (self);
  spin = find_row (GTK_WIDGET (self->window), ADW_TYPE_SPIN_ROW, "Iterations");
  scale = find_row (GTK_WIDGET (self->window), MAGE_TYPE_SCALE_ROW, "Prior weight");
  g_assert_nonnull (spin);
  g_assert_nonnull (scale);
  g_assert_cmpfloat (adw_spin_row_get_value (ADW_SPIN_ROW (spin)), ==, 300);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (spin)), ==, "Paper 300");

  adw_spin_row_set_value (ADW_SPIN_ROW (spin), 120);
  g_assert_cmpint (mage_params_get_int (params, "iterations"), ==, 120);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (spin)), "Paper 300"));
  g_assert_true (gtk_widget_has_css_class (spin, "changed"));
  settle ();
  for (double value = 0.3; value < 0.62; value += 0.05)
    mage_scale_row_set_value (MAGE_SCALE_ROW (scale), value);
  g_assert_cmpfloat_with_epsilon (mage_params_get_double (params, "lambda1"), 0.6, 1e-9);
  settle ();
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.undo", NULL);
  g_assert_cmpfloat (mage_scale_row_get_value (MAGE_SCALE_ROW (scale)), ==, 0.25);
  g_assert_cmpfloat (adw_spin_row_get_value (ADW_SPIN_ROW (spin)), ==, 120);
  mage_params_reset (params, "iterations");
  g_assert_cmpfloat (adw_spin_row_get_value (ADW_SPIN_ROW (spin)), ==, 300);
  /* What a file or a result says stays as it is, between the steps of a row and beyond its end. */
  mage_params_set_double (params, "lambda1", 0.123, NULL);
  mage_params_set_double (params, "lora_rate", 1.2345678e-4, NULL);
  g_assert_cmpfloat (mage_scale_row_get_value (MAGE_SCALE_ROW (scale)), ==, 0.123);
  mage_params_set_double (params, "lambda1", 7, NULL);
  settle ();
  g_assert_cmpfloat (mage_params_get_double (params, "lambda1"), ==, 7);
  g_assert_cmpfloat (mage_params_get_double (params, "lora_rate"), ==, 1.2345678e-4);
}

/* --- sizes --- */

/* No window has wider ones. */
#define BORDERS 60

typedef struct
{
  GtkWidget *frame;
  int width;
} Sized;

static gboolean
has_width (gpointer data)
{
  Sized *self = data;
  int width = gtk_widget_get_width (self->frame);

  return width <= self->width && width > self->width - BORDERS;
}

static void
resize (Fixture *self, int width)
{
  Sized sized = { gtk_window_get_child (GTK_WINDOW (self->window)), width };

  gtk_window_set_default_size (GTK_WINDOW (self->window), width, 800);
  wait_for (has_width, &sized);
  settle ();
}

/* Across all breakpoints and back, on every page; that the session goes with the window, tear_down () sees. */
static void
test_resize (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);

  import_subject (self);
  for (int place = MAGE_PLACE_FUSION; place <= MAGE_PLACE_RESULTS; place++)
    for (guint i = 0; i < 6; i++)
      {
        mage_session_show (session, place);
        resize (self, i % 2 == 0 ? 400 : i % 3 == 0 ? 860 : 1280);
      }
}

/* --- what it remembers --- */

static void
test_reopen (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  g_autofree char *folder = g_strdup (mage_project_get_folder (mage_session_get_project (session)));
  g_auto (GStrv) recent = NULL;

  import_subject (self);
  mage_params_set_double (mage_project_get_params (mage_session_get_project (session)), "omega", 0.75, NULL);
  mage_session_show (session, MAGE_PLACE_COMPOSE);
  close_window (self);

  open_window (self);
  recent = g_settings_get_strv (self->settings, "recent-projects");
  g_assert_cmpstr (recent[0], ==, folder);
  g_assert_true (mage_window_open (self->window, folder));
  session = mage_window_get_session (self->window);
  g_assert_cmpint (mage_session_get_place (session), ==, MAGE_PLACE_COMPOSE);
  g_assert_cmpfloat (mage_params_get_double (mage_project_get_params (mage_session_get_project (session)), "omega"), ==, 0.75);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_subjects (mage_session_get_project (session)))), ==, 1);
  g_assert_null (mage_history_get_undo_label (mage_session_get_history (session)));
}

static gboolean
is_stepping (gpointer job)
{
  return mage_job_get_step (job) >= HELD - 1;
}

static gboolean
is_over (gpointer job)
{
  return mage_job_is_over (job);
}

/* Closing while it trains asks nothing; what was learned is kept, and it goes on where it was. */
static void
test_close_while_training (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  g_autofree char *folder = g_strdup (mage_project_get_folder (mage_session_get_project (session)));
  MageTrainable *subject = MAGE_TRAINABLE (import_subject (self));
  MageJob *job;

  mage_params_set_int (mage_project_get_params (mage_session_get_project (session)), "iterations", 10, NULL);
  fake_engine_hold (HELD);
  job = mage_session_train (session, subject);
  g_assert_nonnull (job);
  g_assert_true (mage_session_train (session, subject) == job);
  wait_for (is_stepping, job);
  close_window (self);

  fake_engine_hold (0);
  open_window (self);
  g_assert_true (mage_window_open (self->window, folder));
  session = mage_window_get_session (self->window);
  g_assert_cmpstr (mage_session_get_unfinished (session)[0], ==, "<toy>");
  subject = mage_project_find (mage_session_get_project (session), "<toy>");
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_PARTIAL);
  mage_session_resume (session, TRUE);
  g_assert_null (mage_session_get_unfinished (session)[0]);
  job = g_object_ref (mage_session_find_job (session, subject));
  wait_for (is_over, job);
  g_assert_cmpint (mage_job_get_state (job), ==, MAGE_JOB_DONE);
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_TRAINED);
  g_assert_cmpuint (fake_engine_get_last ()->first_step, ==, HELD - 1);
  g_object_unref (job);
}

/* --- work --- */

/* A stop is acknowledged before the worker has heard of it. */
static void
test_stop (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  MageTrainable *subject = MAGE_TRAINABLE (import_subject (self));
  g_autoptr (MageJob) job = NULL;
  g_autofree char *words = NULL;

  fake_engine_hold (HELD);
  job = g_object_ref (mage_session_train (session, subject));
  wait_for (is_stepping, job);
  mage_worker_cancel (self->worker, job);
  words = mage_job_dup_progress_words (job);
  g_assert_cmpstr (words, ==, "Stopping…");
  wait_for (is_over, job);
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_PARTIAL);
  g_assert_null (mage_session_find_job (session, subject));
}

static void
test_words (void)
{
  static const struct
  {
    double seconds;
    const char *words;
  } cases[] = { { 0.2, "1 s" }, { 58, "58 s" }, { 100, "1 min 40 s" }, { 1500, "25 min" }, { 7500, "2 h 5 min" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = mage_duration_to_words (cases[i].seconds);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

/* --- models --- */

/* A folder that does not fit is explained, with what it lacks, and changes nothing. */
static void
test_models (Fixture *self, gconstpointer data)
{
  g_autofree char *hub = g_build_filename (self->folder, "hub", NULL);
  g_autofree char *snapshot = g_build_filename (hub, "models--owner--zeroscope", "snapshots", "abc", NULL);
  g_auto (GStrv) found = NULL;
  g_autofree char *name = NULL;
  g_autofree char *chosen = NULL;
  AdwDialog *dialog;

  sandbox_write (self->folder, "hub/models--owner--zeroscope/snapshots/abc/model_index.json", "{}");
  sandbox_write (self->folder, "hub/datasets--owner--other/snapshots/abc/model_index.json", "{}");
  found = mage_preferences_find_models (hub);
  g_assert_cmpuint (g_strv_length (found), ==, 1);
  g_assert_cmpstr (found[0], ==, snapshot);
  name = mage_model_dup_name (snapshot);
  g_assert_cmpstr (name, ==, "zeroscope");

  make_project (self);
  dialog = mage_preferences_new (self->settings, self->status, mage_window_get_session (self->window), self->model);
  adw_dialog_present (dialog, GTK_WIDGET (self->window));
  g_assert_false (mage_preferences_choose_model (MAGE_PREFERENCES (dialog), snapshot));
  chosen = g_settings_get_string (self->settings, "model-folder");
  g_assert_cmpstr (chosen, ==, "");
  g_assert_true (mage_project_is_builtin_model (mage_session_get_project (mage_window_get_session (self->window))));
  g_assert_true (mage_preferences_choose_model (MAGE_PREFERENCES (dialog), ""));
  adw_dialog_force_close (dialog);
  settle ();
}

static void
test_rename_project (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  g_autofree char *folder = g_strdup (mage_project_get_folder (mage_session_get_project (session)));
  g_autofree char *renamed = NULL;
  g_autoptr (GError) error = NULL;

  mage_window_close_project (self->window);
  g_assert_null (mage_projects_rename (folder, "a/b", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
  g_clear_error (&error);
  renamed = mage_projects_rename (folder, "Ride", &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (renamed, "/Ride.mage"));
  g_assert_false (mage_window_open (self->window, folder));
  g_assert_true (mage_window_open (self->window, renamed));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (self->window)), ==, "Ride");
}

/* A subject keeps its colour when one before it goes, and in the file; a new one takes what is free. */
static void
test_colour (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  MageProject *project = mage_session_get_project (session);
  g_autofree char *folder = g_strdup (mage_project_get_folder (project));
  MageTrainable *one = MAGE_TRAINABLE (mage_project_add_subject (project, "one", NULL, NULL, NULL));
  MageTrainable *two = MAGE_TRAINABLE (mage_project_add_subject (project, "two", NULL, NULL, NULL));
  MageTrainable *three;
  GdkRGBA before, after;

  mage_identity_get_colour (two, FALSE, &before);
  mage_item_remove (session, one);
  mage_identity_get_colour (two, FALSE, &after);
  g_assert_true (gdk_rgba_equal (&before, &after));
  three = MAGE_TRAINABLE (mage_project_add_subject (project, "three", NULL, NULL, NULL));
  mage_identity_get_colour (three, FALSE, &after);
  g_assert_false (gdk_rgba_equal (&before, &after));
  close_window (self);
  open_window (self);
  g_assert_true (mage_window_open (self->window, folder));
  session = mage_window_get_session (self->window);
  mage_identity_get_colour (mage_project_find (mage_session_get_project (session), "<two>"), FALSE, &after);
  g_assert_true (gdk_rgba_equal (&before, &after));
}

/* A failure is told once: by the banner of the page that is about it, else by a toast. */
static void
test_failure (Fixture *self, gconstpointer data)
{
  MageSession *session = make_project (self);
  MageTrainable *subject = MAGE_TRAINABLE (import_subject (self));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  gulong handler = g_signal_connect (session, "toast", G_CALLBACK (count_toasts_cb), texts);
  g_autoptr (MageJob) job = NULL;
  g_autoptr (MageJob) other = NULL;

  fake_engine_fail (3);
  job = g_object_ref (mage_session_train (session, subject));
  wait_for (is_over, job);
  settle ();
  g_assert_cmpint (mage_job_get_state (job), ==, MAGE_JOB_FAILED);
  g_assert_cmpuint (texts->len, ==, 0);
  mage_session_show (session, MAGE_PLACE_RESULTS);
  other = g_object_ref (mage_session_train (session, subject));
  wait_for (is_over, other);
  settle ();
  fake_engine_fail (0);
  g_assert_cmpuint (texts->len, ==, 1);
  fake_engine_fail (3);
  g_set_object (&job, mage_session_train (session, subject));
  mage_session_set_quiet (session, job, TRUE);
  wait_for (is_over, job);
  settle ();
  fake_engine_fail (0);
  g_assert_cmpuint (texts->len, ==, 1);
  g_signal_handler_disconnect (session, handler);
}

int
main (int argc, char *argv[])
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  application = adw_application_new ("org.videomage.VideoMage.Test", G_APPLICATION_NON_UNIQUE);
  g_object_set (application, "resource-base-path", "/org/videomage/VideoMage", NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
#define ADD(name, function) g_test_add ("/window/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_add_func ("/window/words", test_words);
  ADD ("import", test_import);
  ADD ("receive", test_receive);
  ADD ("drop", test_drop);
  ADD ("undo", test_undo);
  ADD ("undo-text", test_undo_text);
  ADD ("inspector", test_inspector);
  ADD ("resize", test_resize);
  ADD ("reopen", test_reopen);
  ADD ("close-while-training", test_close_while_training);
  ADD ("stop", test_stop);
  ADD ("colour", test_colour);
  ADD ("failure", test_failure);
  ADD ("models", test_models);
  ADD ("rename-project", test_rename_project);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
