/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project-fixture.h"

#include "project/mage-json.h"
#include "project/mage-name.h"

#include <glib/gstdio.h>
#include <math.h>

/* Names and numbers that nobody expects: what other programs and other people wrote must neither harm nor be harmed. */

static void
set_up (Fixture *self, gconstpointer data)
{
  fixture_init (self, "{}", "P.mage");
}

/* The project with this text as its project.json. */
static MageProject *
open_text (Fixture *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  MageProject *project;

  g_object_unref (create (self));
  sandbox_write (self->path, "project.json", text);
  project = mage_project_open (self->path, self->model, &error);
  g_assert_no_error (error);
  return project;
}

static MageProject *
save_and_reopen (Fixture *self, MageProject *project)
{
  g_autoptr (GError) error = NULL;
  MageProject *again = NULL;

  if (mage_project_save (project, &error))
    again = mage_project_open (self->path, self->model, &error);
  g_assert_no_error (error);
  return again;
}

/* A file may have any bytes as its name; the project's own copy has a name that can be written down. */
static void
test_file_name (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autoptr (MageProject) again = NULL;
  g_autoptr (MageMedia) media = NULL;
  g_autoptr (MageMedia) kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *source = g_build_filename (self->folder, "caf\xe9.png", NULL);
  g_autofree char *path = NULL;
  MageSubject *subject;

  g_assert_true (g_file_set_contents (source, "picture", -1, &error));
  media = mage_project_import (project, source, &error);
  g_assert_no_error (error);
  subject = mage_project_add_subject (project, "cup", NULL, NULL, &error);
  g_list_store_append (mage_subject_get_pictures (subject), media);
  again = save_and_reopen (self, project);
  subject = MAGE_SUBJECT (mage_project_find (again, "cup"));
  kept = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (subject)), 0);
  path = mage_media_dup_path (kept);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* What could not be read again never takes the place of what can. */
static void
test_unreadable (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autoptr (MageProject) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *before = sandbox_read (self->path, "project.json");
  g_autofree char *after = NULL;
  g_autofree char *path = mage_project_dup_path (project, "project.json");
  MageSubject *subject = mage_project_add_subject (project, "cup", NULL, NULL, NULL);

  mage_trainable_set_name (MAGE_TRAINABLE (subject), "caf\xe9");
  g_assert_false (mage_project_save (project, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  json_object_set_double_member (object, "start", INFINITY);
  g_assert_false (mage_json_write_object (path, object, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  after = sandbox_read (self->path, "project.json");
  g_assert_cmpstr (before, ==, after);
  again = mage_project_open (self->path, self->model, NULL);
  g_assert_nonnull (again);
}

static void
test_endless_number (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = open_text (self,
    "{\"version\":1,\"motions\":[{\"name\":\"m\",\"start\":1e999,\"length\":1e999,\"clip\":{\"file\":\"media/c\"},"
    "\"things\":[{\"name\":\"dog\",\"token\":\"<sub1>\",\"time\":1e999}]}]}");
  g_autoptr (MageProject) again = save_and_reopen (self, project);
  MageMotion *motion = MAGE_MOTION (mage_project_find (again, "m"));

  g_assert_cmpfloat (mage_motion_get_start (motion), ==, 0);
  g_assert_cmpfloat (mage_motion_get_length (motion), ==, 0);
}

/* A run lies in the folder of runs, whatever its thing is called, and is found again. */
static void
test_run_folder (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "../../up", "a/b", ".hidden", "", "caf\xe9", "ordinary", "grün" };
  g_autoptr (MageProject) project = create (self);
  g_autoptr (GString) letters = g_string_new (NULL);
  g_autofree char *runs = mage_project_dup_path (project, "runs");
  MageParams *params = mage_project_get_params (project);

  while (letters->len < 300)
    g_string_append (letters, "ü");
  for (guint i = 0; i <= G_N_ELEMENTS (names); i++)
    {
      const char *name = i < G_N_ELEMENTS (names) ? names[i] : letters->str;
      g_autoptr (GError) error = NULL;
      g_autofree char *file = mage_name_to_file (name);
      g_autofree char *dir = g_build_filename (runs, file, NULL);
      g_autofree char *parent = g_path_get_dirname (dir);
      g_autoptr (MageRun) run = NULL;

      g_assert_cmpstr (parent, ==, runs);
      g_assert_true (file[0] != '.' && g_utf8_validate (file, -1, NULL));
      if (!g_utf8_validate (name, -1, NULL))
        continue;
      run = mage_run_create (runs, "subject", name, "hash", 1, params, &error);
      g_assert_no_error (error);
      g_free (parent);
      parent = g_path_get_dirname (mage_run_get_dir (run));
      g_assert_cmpstr (parent, ==, runs);
    }
}

/* A subject without a word, or with another's, and a thing without one get one; the others keep theirs. */
static void
test_words (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = open_text (self,
    "{\"version\":1,\"subjects\":[{\"name\":\"bear\"},{\"name\":\"cat\",\"token\":\"<kitty>\",\"superclass\":\"cat\"},"
    "{\"name\":\"dog\",\"token\":\"<kitty>\",\"superclass\":\"\"},{\"name\":\"two\",\"token\":\"two words\"}],"
    "\"motions\":[{\"name\":\"m\",\"clip\":{\"file\":\"media/c\"},\"things\":[{\"name\":\"horse\"},{\"token\":\"<sub1>\"}]}]}");
  static const char *const words[] = { "<bear>", "<kitty>", "<dog>", "<two>" };
  static const char *const plain[] = { "bear", "cat", "dog", "two" };
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));
  g_autofree char *prompt = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      g_assert_cmpstr (mage_trainable_get_token (subject), ==, words[i]);
      g_assert_cmpstr (mage_trainable_get_superclass (subject), ==, plain[i]);
    }
  prompt = mage_motion_dup_static_prompt (MAGE_MOTION (mage_project_find (project, "m")), mage_project_get_params (project));
  g_assert_cmpstr (prompt, ==, "A static video of <sub1> and <sub2>.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/project-hostile/file-name", test_file_name);
  ADD ("/project-hostile/unreadable", test_unreadable);
  ADD ("/project-hostile/endless-number", test_endless_number);
  ADD ("/project-hostile/run-folder", test_run_folder);
  ADD ("/project-hostile/words", test_words);
#undef ADD
  return g_test_run ();
}
