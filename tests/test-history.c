/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox.h"

#include "project/mage-history.h"

/* Undo and redo of a project: the same objects come back as they were. */

typedef struct
{
  char *folder;
  char *model;
  MageProject *project;
  MageSubject *subject;
  MageMotion *motion;
  MageHistory *history;
} Fixture;

static MageMedia *
import (Fixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  MageMedia *media;

  sandbox_write (self->folder, name, name);
  media = mage_project_import (self->project, path, &error);
  g_assert_no_error (error);
  return media;
}

static void
add_picture (Fixture *self, const char *name)
{
  g_autoptr (MageMedia) media = import (self, name);

  g_list_store_append (mage_subject_get_pictures (self->subject), media);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (MageMedia) clip = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = sandbox_new ();
  self->model = sandbox_make_model (self->folder, "{\"frames\":8}");
  path = g_build_filename (self->folder, "A.mage", NULL);
  self->project = mage_project_create (path, NULL, self->model, &error);
  g_assert_no_error (error);
  self->subject = mage_project_add_subject (self->project, "toy", NULL, NULL, &error);
  g_assert_no_error (error);
  add_picture (self, "a.png");
  add_picture (self, "b.png");
  clip = import (self, "ride.mp4");
  self->motion = mage_project_add_motion (self->project, "ride", clip, "a person is riding a horse");
  mage_motion_add_thing (self->motion, "person", NULL, 0);
  self->history = mage_history_new (self->project);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->history);
  g_object_unref (self->project);
  sandbox_remove (self->folder);
  g_free (self->model);
}

static const char *
get_name (gpointer item)
{
  return mage_trainable_get_name (MAGE_TRAINABLE (item));
}

static guint
count (GListStore *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  g_assert_false (mage_history_commit (self->history, "Nothing", NULL));
  g_assert_null (mage_history_get_undo_label (self->history));
  g_assert_false (mage_history_undo (self->history));
  g_assert_false (mage_history_redo (self->history));
}

static void
test_names (Fixture *self, gconstpointer data)
{
  mage_trainable_set_name (MAGE_TRAINABLE (self->subject), "bear");
  g_assert_true (mage_history_commit (self->history, "Rename", NULL));
  mage_motion_set_span (self->motion, 0.5, 1.5);
  mage_motion_set_caption (self->motion, "somebody rides");
  g_assert_true (mage_history_commit (self->history, "Cut", NULL));
  g_assert_cmpstr (mage_history_get_undo_label (self->history), ==, "Cut");

  g_assert_true (mage_history_undo (self->history));
  g_assert_cmpfloat (mage_motion_get_start (self->motion), ==, 0);
  g_assert_cmpfloat (mage_motion_get_length (self->motion), ==, 0);
  g_assert_cmpstr (mage_motion_get_caption (self->motion), ==, "a person is riding a horse");
  g_assert_cmpstr (get_name (self->subject), ==, "bear");
  g_assert_cmpstr (mage_history_get_undo_label (self->history), ==, "Rename");
  g_assert_cmpstr (mage_history_get_redo_label (self->history), ==, "Cut");

  g_assert_true (mage_history_undo (self->history));
  g_assert_cmpstr (get_name (self->subject), ==, "toy");
  g_assert_true (mage_history_redo (self->history));
  g_assert_true (mage_history_redo (self->history));
  g_assert_cmpstr (get_name (self->subject), ==, "bear");
  g_assert_cmpfloat (mage_motion_get_start (self->motion), ==, 0.5);
  g_assert_false (mage_history_redo (self->history));
}

/* Masks are edits, each with how it was made; that a picture was looked at is none. */
static void
test_masks (Fixture *self, gconstpointer data)
{
  GListStore *pictures = mage_subject_get_pictures (self->subject);
  g_autoptr (MageMedia) picture = mage_media_new (self->folder, "media/new.png", "1");
  g_autoptr (MageMedia) found = mage_media_new (self->folder, "masks/found.png", "2");
  g_autoptr (MageMedia) confirmed = NULL;

  mage_media_set_made (found, MAGE_MASK_AUTOMATIC, 0.4);
  g_list_store_append (pictures, picture);
  mage_history_commit (self->history, "Add", NULL);
  mage_media_set_mask (picture, found);
  mage_media_set_asked (picture, TRUE);
  g_assert_true (mage_history_commit (self->history, "Find", NULL));
  g_assert_true (mage_media_is_doubtful (found));
  confirmed = mage_media_confirm (found);
  g_assert_false (mage_media_is_doubtful (confirmed));
  mage_media_set_mask (picture, confirmed);
  g_assert_true (mage_history_commit (self->history, "Confirm", NULL));

  g_assert_true (mage_history_undo (self->history));
  g_assert_true (mage_media_get_mask (picture) == found);
  g_assert_true (mage_history_undo (self->history));
  g_assert_null (mage_media_get_mask (picture));
  g_assert_true (mage_media_get_asked (picture));
  g_assert_false (mage_history_commit (self->history, "Nothing", NULL));
  g_assert_true (mage_history_redo (self->history));
  g_assert_true (mage_history_redo (self->history));
  g_assert_cmpint (mage_media_get_made (mage_media_get_mask (picture)), ==, MAGE_MASK_CORRECTED);
}

/* What a file says of a mask; an older file says nothing. */
static void
test_mask_file (Fixture *self, gconstpointer data)
{
  g_autoptr (MageMedia) picture = mage_media_new (self->folder, "media/a.png", "1");
  g_autoptr (MageMedia) mask = mage_media_new (self->folder, "masks/a.png", "2");
  g_autoptr (MageMedia) old = NULL;
  g_autoptr (MageMedia) read = NULL;
  g_autoptr (JsonObject) json = NULL;

  mage_media_set_mask (picture, mask);
  json = mage_media_to_json (picture);
  old = mage_media_new_from_json (self->folder, json);
  g_assert_cmpint (mage_media_get_made (mage_media_get_mask (old)), ==, MAGE_MASK_IMPORTED);
  g_assert_false (mage_media_get_asked (old));
  mage_media_set_made (mask, MAGE_MASK_AUTOMATIC, 0.4);
  mage_media_set_asked (picture, TRUE);
  json_object_unref (json);
  json = mage_media_to_json (picture);
  read = mage_media_new_from_json (self->folder, json);
  g_assert_cmpint (mage_media_get_made (mage_media_get_mask (read)), ==, MAGE_MASK_AUTOMATIC);
  g_assert_true (mage_media_is_doubtful (mage_media_get_mask (read)));
  g_assert_true (mage_media_get_asked (read));
}

/* Another edit after an undo leaves nothing to do again. */
static void
test_branch (Fixture *self, gconstpointer data)
{
  mage_trainable_set_name (MAGE_TRAINABLE (self->subject), "bear");
  mage_history_commit (self->history, "Rename", NULL);
  mage_history_undo (self->history);
  mage_trainable_set_name (MAGE_TRAINABLE (self->subject), "dog");
  mage_history_commit (self->history, "Rename", NULL);
  g_assert_null (mage_history_get_redo_label (self->history));
  g_assert_false (mage_history_redo (self->history));
  g_assert_cmpstr (get_name (self->subject), ==, "dog");
}

/* What was removed comes back itself, with its pictures, its place and the run it got meanwhile. */
static void
test_removed (Fixture *self, gconstpointer data)
{
  g_autofree char *runs = mage_project_dup_path (self->project, "runs");
  g_autoptr (GError) error = NULL;
  g_autoptr (MageRun) run = mage_run_create (runs, "subject", "toy", "hash", 10,
                                             mage_project_get_params (self->project), &error);
  MageSubject *second = mage_project_add_subject (self->project, "dog", NULL, NULL, &error);
  g_autoptr (GObject) first = NULL;

  g_assert_no_error (error);
  mage_history_commit (self->history, "Add", NULL);
  mage_trainable_set_run (MAGE_TRAINABLE (self->subject), run);
  mage_project_remove (self->project, MAGE_TRAINABLE (self->subject));
  mage_history_commit (self->history, "Remove", NULL);
  g_assert_cmpuint (count (mage_project_get_subjects (self->project)), ==, 1);

  mage_history_undo (self->history);
  first = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (self->project)), 0);
  g_assert_true (first == (gpointer) self->subject);
  g_assert_true (g_list_store_find (mage_project_get_subjects (self->project), second, NULL));
  g_assert_cmpuint (count (mage_subject_get_pictures (self->subject)), ==, 2);
  g_assert_true (mage_trainable_get_run (MAGE_TRAINABLE (self->subject)) == run);

  mage_history_undo (self->history);
  g_assert_cmpuint (count (mage_project_get_subjects (self->project)), ==, 1);
  g_assert_true (mage_trainable_get_run (MAGE_TRAINABLE (self->subject)) == run);
}

static void
test_pictures (Fixture *self, gconstpointer data)
{
  g_autoptr (MageMedia) mask = import (self, "mask.png");
  g_autoptr (MageMedia) first = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (self->subject)), 0);
  g_autoptr (MageMedia) now = NULL;

  mage_media_set_mask (first, mask);
  g_assert_true (mage_history_commit (self->history, "Mask", NULL));
  g_list_store_remove (mage_subject_get_pictures (self->subject), 0);
  g_assert_true (mage_history_commit (self->history, "Remove Picture", NULL));
  mage_history_undo (self->history);
  now = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (self->subject)), 0);
  g_assert_true (now == first);
  g_assert_true (mage_media_get_mask (first) == mask);
  mage_history_undo (self->history);
  g_assert_null (mage_media_get_mask (first));
  mage_history_redo (self->history);
  g_assert_true (mage_media_get_mask (first) == mask);
}

static void
test_things (Fixture *self, gconstpointer data)
{
  const MageCrop crop = { 8, 4.5, 32, 24 };
  g_autoptr (MageThing) person = g_list_model_get_item (G_LIST_MODEL (mage_motion_get_things (self->motion)), 0);

  mage_trainable_set_name (MAGE_TRAINABLE (person), "rider");
  mage_thing_set_part (person, "<toy>");
  mage_motion_add_thing (self->motion, "horse", NULL, 0.25);
  mage_motion_set_crop (self->motion, &crop);
  g_assert_true (mage_history_commit (self->history, "Things", NULL));
  mage_history_undo (self->history);
  g_assert_cmpuint (count (mage_motion_get_things (self->motion)), ==, 1);
  g_assert_cmpstr (get_name (person), ==, "person");
  g_assert_null (mage_thing_get_part (person));
  g_assert_false (mage_crop_is_set (mage_motion_get_crop (self->motion)));
  mage_history_redo (self->history);
  g_assert_true (mage_crop_equal (mage_motion_get_crop (self->motion), &crop));
  g_assert_cmpstr (mage_thing_get_part (person), ==, "<toy>");
  g_assert_cmpuint (count (mage_motion_get_things (self->motion)), ==, 2);
}

/* Marks come back as they were, and a file that one needs is kept. */
static void
test_marks (Fixture *self, gconstpointer data)
{
  g_autoptr (MageThing) person = g_list_model_get_item (G_LIST_MODEL (mage_motion_get_things (self->motion)), 0);
  g_autoptr (MageMedia) mask = import (self, "mask.png");
  g_autoptr (MageMedia) other = import (self, "other.png");
  g_autoptr (GPtrArray) late = mage_thing_dup_marks_with (person, 0.5, mask);
  g_autoptr (GPtrArray) both = NULL;
  g_autoptr (GPtrArray) replaced = NULL;
  g_autoptr (GPtrArray) none = NULL;

  mage_thing_set_marks (person, late);
  g_assert_true (mage_history_commit (self->history, "Mark", NULL));
  both = mage_thing_dup_marks_with (person, 0.25, mask);
  mage_thing_set_marks (person, both);
  g_assert_true (mage_history_commit (self->history, "Mark", NULL));
  g_assert_cmpuint (mage_thing_get_marks (person)->len, ==, 2);
  g_assert_cmpfloat (((MageThingMark *) g_ptr_array_index (both, 0))->time, ==, 0.25);
  g_assert_cmpuint (mage_project_remove_unused_media (self->project), ==, 1);
  replaced = mage_thing_dup_marks_with (person, 0.5, other);
  mage_thing_set_marks (person, replaced);
  g_assert_true (mage_history_commit (self->history, "Mark", NULL));
  g_assert_cmpuint (mage_thing_get_marks (person)->len, ==, 2);
  mage_history_undo (self->history);
  g_assert_true (((MageThingMark *) g_ptr_array_index (mage_thing_get_marks (person), 1))->mask == mask);
  mage_history_undo (self->history);
  g_assert_true (mage_thing_get_marks (person) == late);
  mage_history_undo (self->history);
  g_assert_cmpuint (mage_thing_get_marks (person)->len, ==, 0);
  mage_history_redo (self->history);
  none = mage_thing_dup_marks_with (person, 0.5, NULL);
  g_assert_cmpuint (none->len, ==, 0);
}

/* A slider that moves is one edit; what computes is none. */
static void
test_params (Fixture *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);

  for (guint i = 1; i <= 5; i++)
    {
      mage_params_set_double (params, "omega", 0.5 + i * 0.1, NULL);
      g_assert_true (mage_history_commit (self->history, "Change ω", "omega"));
    }
  mage_params_set_int (params, "rank", 8, NULL);
  mage_history_commit (self->history, "Change rank", "rank");
  mage_params_set_int (params, "threads", 3, NULL);
  g_assert_false (mage_history_commit (self->history, "Threads", NULL));

  mage_history_undo (self->history);
  g_assert_cmpint (mage_params_get_int (params, "rank"), ==, 4);
  g_assert_cmpfloat (mage_params_get_double (params, "omega"), ==, 1.0);
  mage_history_undo (self->history);
  g_assert_cmpfloat (mage_params_get_double (params, "omega"), ==, 0.5);
  g_assert_true (mage_params_is_default (params, "omega"));
  g_assert_cmpint (mage_params_get_int (params, "threads"), ==, 3);
  g_assert_cmpint (mage_params_get_int (params, "frames"), ==, 8);
  g_assert_false (mage_history_undo (self->history));
}

/* Whose clips L_reg looks at, and what was written about them. */
static void
test_prior (Fixture *self, gconstpointer data)
{
  g_autofree char *dir = NULL;
  g_autofree char *before = mage_project_dup_prior_dir (self->project);

  mage_project_set_prior_dir (self->project, "/clips");
  mage_history_commit (self->history, "Choose Clips", NULL);
  mage_project_set_prior_caption (self->project, "a.mp4", "a dog runs");
  mage_history_commit (self->history, "Caption", NULL);
  mage_project_set_prior_dir (self->project, NULL);
  mage_history_commit (self->history, "The Model's Own", NULL);
  g_assert_null (mage_project_get_prior_caption (self->project, "a.mp4"));
  mage_history_undo (self->history);
  dir = mage_project_dup_prior_dir (self->project);
  g_assert_cmpstr (dir, ==, "/clips");
  g_assert_cmpstr (mage_project_get_prior_caption (self->project, "a.mp4"), ==, "a dog runs");
  mage_history_undo (self->history);
  g_assert_null (mage_project_get_prior_caption (self->project, "a.mp4"));
  mage_history_undo (self->history);
  g_free (dir);
  dir = mage_project_dup_prior_dir (self->project);
  g_assert_cmpstr (dir, ==, before);
}

/* An edit after undo must not join the one that was taken back. */
static void
test_no_join_over_undo (Fixture *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);

  mage_params_set_double (params, "omega", 0.6, NULL);
  mage_history_commit (self->history, "Change ω", "omega");
  mage_params_set_double (params, "lambda1", 0.5, NULL);
  mage_history_commit (self->history, "Change λ", "lambda1");
  mage_history_undo (self->history);
  mage_params_set_double (params, "omega", 0.7, NULL);
  mage_history_commit (self->history, "Change ω", "omega");
  mage_history_undo (self->history);
  g_assert_cmpfloat (mage_params_get_double (params, "omega"), ==, 0.6);
}

static MageResult *
add_result (Fixture *self, const char *prompt)
{
  g_autofree char *folder = mage_project_dup_path (self->project, "results");
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageResult) result = mage_result_create (folder, prompt, params, NULL);

  g_assert_true (mage_result_save (result, NULL));
  g_list_store_append (mage_project_get_results (self->project), result);
  return result;
}

static gboolean
has_files (MageResult *result)
{
  g_autofree char *record = mage_result_dup_path (result, "result.json");

  return g_file_test (record, G_FILE_TEST_EXISTS);
}

/* Deleting is an edit like any other; the files stay as long as it can be undone, and what was made since is not touched. */
static void
test_results (Fixture *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);
  GListStore *results = mage_project_get_results (self->project);
  g_autoptr (MageResult) a = g_object_ref (add_result (self, "a"));
  g_autoptr (MageResult) b = g_object_ref (add_result (self, "b"));
  MageResult *c;

  g_assert_false (mage_history_commit (self->history, "Nothing", NULL));
  g_assert_true (mage_project_delete_result (self->project, a, NULL));
  g_assert_true (mage_project_delete_result (self->project, b, NULL));
  g_assert_true (mage_history_commit (self->history, "Delete Videos", NULL));
  c = add_result (self, "c");
  mage_history_undo (self->history);
  g_assert_cmpuint (count (results), ==, 3);
  g_assert_true (mage_project_find_result (self->project, NULL) == c);
  g_assert_true (mage_history_redo (self->history));
  g_assert_cmpuint (count (results), ==, 1);
  g_assert_true (mage_history_undo (self->history));

  /* One goes; so many edits later nobody can take it back. */
  g_assert_true (mage_project_delete_result (self->project, a, NULL));
  g_assert_true (mage_history_commit (self->history, "Delete Video", NULL));
  for (int i = 0; i < 199; i++)
    {
      mage_params_set_int (params, "seed", i, NULL);
      g_assert_true (mage_history_commit (self->history, "Seed", NULL));
    }
  g_assert_true (has_files (a));
  mage_params_set_int (params, "seed", 1000, NULL);
  g_assert_true (mage_history_commit (self->history, "Seed", NULL));
  g_assert_false (has_files (a));
  g_assert_true (has_files (b));
  g_assert_false (mage_history_commit (self->history, "Nothing", NULL));
  while (mage_history_undo (self->history))
    ;
  g_assert_cmpuint (count (results), ==, 2);

  /* With the history the last way back goes. */
  g_assert_true (mage_project_delete_result (self->project, b, NULL));
  g_assert_true (mage_history_commit (self->history, "Delete Video", NULL));
  g_assert_true (has_files (b));
  g_clear_object (&self->history);
  g_assert_false (has_files (b));
  self->history = mage_history_new (self->project);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(name, function) g_test_add ("/history/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("nothing", test_nothing);
  ADD ("names", test_names);
  ADD ("masks", test_masks);
  ADD ("mask-file", test_mask_file);
  ADD ("branch", test_branch);
  ADD ("removed", test_removed);
  ADD ("pictures", test_pictures);
  ADD ("things", test_things);
  ADD ("marks", test_marks);
  ADD ("params", test_params);
  ADD ("prior", test_prior);
  ADD ("no-join-over-undo", test_no_join_over_undo);
  ADD ("results", test_results);
  return g_test_run ();
}
