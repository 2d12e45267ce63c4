/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/ui-session.h"

#include "jobs/mage-import.h"
#include "tests/fake-engine.h"
#include "tests/sample-media.h"
#include "tests/sandbox.h"
#include "tests/ui-picture.h"

void
ui_session_set_up (UiSession *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = NULL;
  g_autofree char *path = NULL;
  MageParams *params;

  self->folder = sandbox_new ();
  model = sandbox_make_model (self->folder, "{\"frames\":2,\"width\":16,\"height\":16,\"rate\":8,\"steps\":4,\"guidance\":3}");
  path = g_build_filename (self->folder, "Test.mage", NULL);
  self->project = mage_project_create (path, model, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (mage_project_lock (self->project, &error));
  params = mage_project_get_params (self->project);
  mage_params_set_double (params, "lambda1", 0, NULL);
  mage_params_set_int (params, "iterations", 6, NULL);
  mage_params_set_int (params, "token_iterations", 6, NULL);
  mage_params_set_int (params, "fuse_iterations", 6, NULL);
  self->worker = mage_worker_new (0, fake_engine_table ());
  self->session = mage_session_new (self->worker, self->project);
}

static gboolean
is_idle (gpointer data)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (data)) == 0;
}

/* Until nothing is queued any more, and all that was told has been heard. */
void
ui_session_wait (UiSession *self)
{
  ui_wait_until (is_idle, self->worker);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
ui_session_tear_down (UiSession *self, gconstpointer data)
{
  fake_engine_hold (0);
  ui_wait_until (is_idle, self->worker);
  g_clear_object (&self->session);
  g_clear_object (&self->project);
  g_clear_object (&self->worker);
  sandbox_remove (self->folder);
}

MageSubject *
ui_session_add_subject (UiSession *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  MageSubject *subject = mage_project_add_subject (self->project, name, NULL, NULL, &error);
  g_autofree char *file = g_strconcat (name, ".png", NULL);
  g_autofree char *path = sample_picture (self->folder, file, 90);

  g_assert_true (mage_import_picture (self->project, subject, path, NULL, &error));
  g_assert_no_error (error);
  return subject;
}

/* The names of what moves end with NULL. */
MageMotion *
ui_session_add_motion (UiSession *self, const char *name, const char *caption, const char *first, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_strconcat (name, ".mp4", NULL);
  g_autofree char *clip = sample_clip (self->folder, file, 8, 8);
  MageMotion *motion = mage_import_motion (self->project, clip, name, caption, 0, 0, &error);
  va_list args;

  g_assert_no_error (error);
  va_start (args, first);
  for (const char *thing = first; thing != NULL; thing = va_arg (args, const char *))
    mage_motion_add_thing (motion, thing, NULL, 0);
  va_end (args);
  return motion;
}

static void
train_list (UiSession *self, GListStore *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_assert_nonnull (mage_session_train (self->session, item));
    }
}

/* All subjects and motions, but not the fusion. */
void
ui_session_train_all (UiSession *self)
{
  train_list (self, mage_project_get_subjects (self->project));
  train_list (self, mage_project_get_motions (self->project));
  ui_session_wait (self);
}
