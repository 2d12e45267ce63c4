/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/sandbox.h"
#include "tests/ui-picture.h"
#include "ui/mage-draft.h"
#include "ui/mage-export-dialog.h"
#include "ui/mage-window.h"

/*
 * The whole path in the real window with the real engine on a tiny model: pictures of two subjects and
 * a clip are dropped, the buttons are pressed one after the other, losses appear, a video appears, and
 * it is exported, and the file brings its settings back.
 */

typedef struct
{
  char *folder;
  AdwApplication *application;
  MageWorker *worker;
  MageModelStatus *model;
  GSettings *settings;
  MageWindow *window;
} Path;

static MageSession *
get_session (Path *self)
{
  return mage_window_get_session (self->window);
}

static MageProject *
get_project (Path *self)
{
  return mage_session_get_project (get_session (self));
}

/* --- hands --- */

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
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

static const char *
get_label (GtkWidget *widget)
{
  GtkWidget *child = gtk_button_get_child (GTK_BUTTON (widget));

  if (ADW_IS_BUTTON_CONTENT (child))
    return adw_button_content_get_label (ADW_BUTTON_CONTENT (child));
  return gtk_button_get_label (GTK_BUTTON (widget));
}

/* A button that can be seen and pressed, by its words. */
static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (get_label (widget), label) == 0 && gtk_widget_is_sensitive (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

typedef struct
{
  Path *path;
  const char *label;
} Button;

static gboolean
is_there (gpointer data)
{
  Button *self = data;

  return find_button (GTK_WIDGET (self->path->window), self->label) != NULL;
}

static void
press (Path *self, const char *label)
{
  Button button = { self, label };

  ui_wait_until (is_there, &button);
  g_signal_emit_by_name (find_button (GTK_WIDGET (self->window), label), "clicked");
}

static void
drop (Path *self, const char *path)
{
  GFile *files[] = { g_file_new_for_path (path) };
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (self->window));
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array (files, 1));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller) && !taken)
        g_signal_emit_by_name (controller, "drop", &value, 10.0, 10.0, &taken);
    }
  g_assert_true (taken);
  g_object_unref (files[0]);
}

/* --- waiting --- */

static gboolean
is_idle (gpointer data)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (((Path *) data)->worker)) == 0;
}

static gboolean
is_trained (gpointer data)
{
  MageTrainable *item = mage_session_get_item (get_session (data));

  return is_idle (data) && item != NULL && mage_trainable_get_state (item) == MAGE_TRAINED;
}

static gboolean
is_fused (gpointer data)
{
  return is_idle (data) && mage_trainable_get_state (MAGE_TRAINABLE (mage_project_get_fusion (get_project (data)))) == MAGE_TRAINED;
}

static gboolean
has_video (gpointer data)
{
  return is_idle (data) && mage_project_find_result (get_project (data), NULL) != NULL;
}

typedef struct
{
  GListStore *list;
  guint n;
} Count;

static gboolean
has_count (gpointer data)
{
  Count *self = data;

  return g_list_model_get_n_items (G_LIST_MODEL (self->list)) >= self->n;
}

/* What the item's training told of its losses. */
static void
check_losses (Path *self, MageTrainable *item, const char *term)
{
  g_autofree char *path = mage_run_dup_path (mage_trainable_get_run (item), MAGE_RUN_LOSSES);
  g_autoptr (MageSeries) series = mage_series_load (path, NULL);
  g_auto (GStrv) names = NULL;

  g_assert_nonnull (series);
  g_assert_cmpuint (mage_series_get_length (series), >, 0);
  names = mage_series_dup_names (series);
  g_assert_true (g_strv_contains ((const char *const *) names, term));
}

/* --- the path --- */

static void
make_project (Path *self)
{
  static const struct
  {
    const char *key;
    double value;
  } small[] = { { "frames", 4 }, { "width", 96 }, { "height", 64 }, { "steps", 3 }, { "iterations", 3 },
                { "token_iterations", 2 }, { "fuse_iterations", 6 }, { "fuse_clips", 1 }, { "clip_steps", 3 },
                { "sample_every", 0 }, { "threads", 1 } };
  g_autofree char *model = g_build_filename (MAGE_GOLDEN_DIR, "tiny", NULL);
  g_autofree char *folder = g_build_filename (self->folder, "Path.mage", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) project = mage_project_create (folder, model, NULL, &error);
  MageParams *params;

  g_assert_no_error (error);
  g_assert_true (mage_window_open_project (self->window, project));
  params = mage_project_get_params (project);
  for (guint i = 0; i < G_N_ELEMENTS (small); i++)
    g_assert_true (mage_params_set_int (params, small[i].key, (gint64) small[i].value, NULL));
  mage_params_set_double (params, "lambda1", 0, NULL);
  mage_params_set_double (params, "alpha", 100, NULL);
  mage_params_set_string (params, "background_prompts", "a street", NULL);
}

static void
add (Path *self, const char *name, GListStore *list, guint n)
{
  g_autofree char *path = g_build_filename (MAGE_SOURCE_DATA, "sample", name, NULL);
  Count count = { list, n };

  /* What is dropped on a subject's page joins it; elsewhere it is new. */
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
  drop (self, path);
  ui_wait_until (has_count, &count);
  ui_settle ();
}

static void
train (Path *self, const char *name, const char *term)
{
  MageTrainable *item = mage_project_find (get_project (self), name);

  g_assert_nonnull (item);
  mage_session_show_item (get_session (self), item);
  press (self, "_Train");
  ui_wait_until (is_trained, self);
  check_losses (self, item, term);
}

static void
compose (Path *self)
{
  mage_session_show (get_session (self), MAGE_PLACE_COMPOSE);
  ui_settle ();
  g_assert_cmpstr (mage_draft_get_prompt (mage_draft_get (get_session (self))), ==, "<pinkbear> riding horse");
  mage_draft_set_prompt (mage_draft_get (get_session (self)), "a <pinkbear> is riding a <tealrobot>");
  ui_settle ();
  press (self, "_Run");
  ui_wait_until (has_video, self);
}

static gboolean
is_exported (gpointer data)
{
  g_autofree char *file = g_build_filename (((Path *) data)->folder, "ride.mp4", NULL);

  return is_idle (data) && g_file_test (file, G_FILE_TEST_EXISTS);
}

/* Only where to is not asked: that is the desktop's dialog. */
static void
export (Path *self)
{
  g_autofree char *file = g_build_filename (self->folder, "ride.mp4", NULL);
  g_autofree char *head = NULL;
  GtkWidget *dialog;
  gsize n;

  press (self, "_Export…");
  ui_settle ();
  dialog = find_type (GTK_WIDGET (self->window), MAGE_TYPE_EXPORT_DIALOG);
  g_assert_nonnull (dialog);
  mage_export_dialog_export (MAGE_EXPORT_DIALOG (dialog), file);
  ui_wait_until (is_exported, self);
  g_assert_true (g_file_get_contents (file, &head, &n, NULL));
  g_assert_cmpuint (n, >, 500);
  g_assert_cmpmem (head + 4, 4, "ftyp", 4);
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static gboolean
has_two_motions (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (get_project (data)))) == 2;
}

static gboolean
is_restored (gpointer data)
{
  const char *prompt = mage_draft_get_prompt (mage_draft_get (get_session (data)));

  return is_idle (data) && g_strcmp0 (prompt, "a <pinkbear> is riding a <tealrobot>") == 0;
}

/* The exported video, dropped back, is no motion: it tells what made it. */
static void
restore (Path *self)
{
  MageParams *params = mage_project_get_params (get_project (self));
  MageDraft *draft = mage_draft_get (get_session (self));
  gint64 steps = mage_params_get_int (params, "steps");
  g_autofree char *file = g_build_filename (self->folder, "ride.mp4", NULL);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) video = g_file_new_for_path (file);

  mage_session_record (get_session (self), "Change");
  mage_draft_set_prompt (draft, "something else");
  mage_params_set_int (params, "steps", steps + 7, NULL);
  g_list_store_append (files, video);
  drop (self, file);
  ui_wait_until (is_restored, self);
  g_assert_cmpint (mage_params_get_int (params, "steps"), ==, steps);
  g_assert_true (mage_draft_get_seed_locked (draft));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (get_project (self)))), ==, 1);
  /* Given to the program from outside, too. */
  mage_draft_set_prompt (draft, "something else");
  mage_window_receive (self->window, G_LIST_MODEL (files));
  ui_wait_until (is_restored, self);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (get_project (self)))), ==, 1);
  /* Chosen as a motion it is one. */
  mage_session_import (get_session (self), G_LIST_MODEL (files), NULL);
  ui_wait_until (has_two_motions, self);
}

static void
test_path (void)
{
  Path path = { .folder = sandbox_new (), .application = ui_start () };
  Path *self = &path;
  MageProject *project;
  g_autofree char *model = g_build_filename (MAGE_GOLDEN_DIR, "tiny", NULL);

  self->settings = g_settings_new ("org.videomage.VideoMage");
  self->worker = mage_worker_new (0, NULL);
  self->model = mage_model_status_new (self->worker, self->settings, model);
  self->window = mage_window_new (self->application, self->worker, self->model, self->settings, MAGE_SOURCE_DATA);
  gtk_window_present (GTK_WINDOW (self->window));
  make_project (self);
  project = get_project (self);
  add (self, "subjects/pink_bear", mage_project_get_subjects (project), 1);
  add (self, "subjects/teal_robot", mage_project_get_subjects (project), 2);
  add (self, "motions/person_riding_horse.mp4", mage_project_get_motions (project), 1);
  train (self, "pink_bear", "L_sub");
  train (self, "teal_robot", "L_sub");
  train (self, "person_riding_horse", "L_mot");
  mage_session_show (get_session (self), MAGE_PLACE_FUSION);
  press (self, "_Fuse");
  ui_wait_until (is_fused, self);
  check_losses (self, MAGE_TRAINABLE (mage_project_get_fusion (project)), "L_attn");
  compose (self);
  export (self);
  restore (self);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_object_unref (self->model);
  g_object_unref (self->worker);
  g_object_unref (self->settings);
  sandbox_remove (self->folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window/path", test_path);
  return g_test_run ();
}
