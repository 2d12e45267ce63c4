/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project-fixture.h"

#include "project/mage-lock.h"
#include "project/mage-name.h"
#include "project/mage-series.h"
#include "project/mage-tree.h"

#include <glib/gstdio.h>
#include <math.h>
#include <unistd.h>

static void
set_up (Fixture *self, gconstpointer data)
{
  fixture_init (self, "{\"frames\":8,\"prior\":\"prior\"}", "A b.mage");
  sandbox_write (self->folder, "pictures/a.png", "one");
  sandbox_write (self->folder, "other/a.png", "two");
  sandbox_write (self->folder, "ride.mp4", "clip");
}

static MageProject *
reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  MageProject *project = mage_project_open (self->path, self->model, &error);

  g_assert_no_error (error);
  return project;
}

static MageMedia *
import (Fixture *self, MageProject *project, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  MageMedia *media = mage_project_import (project, path, &error);

  g_assert_no_error (error);
  return media;
}

static MageSubject *
add_subject (Fixture *self, MageProject *project)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageMedia) one = import (self, project, "pictures/a.png");
  g_autoptr (MageMedia) two = import (self, project, "other/a.png");
  MageSubject *subject = mage_project_add_subject (project, "robot_toy", "toy", "stuffed animal", &error);

  g_assert_no_error (error);
  g_list_store_append (mage_subject_get_pictures (subject), one);
  g_list_store_append (mage_subject_get_pictures (subject), two);
  return subject;
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  MageSubject *subject = add_subject (self, project);
  g_autoptr (MageMedia) clip = import (self, project, "ride.mp4");
  MageMotion *motion = mage_project_add_motion (project, "riding", clip, "a person is riding a horse");
  g_autoptr (MageProject) again = NULL;
  g_autoptr (MageMedia) mask = import (self, project, "pictures/a.png");
  const MageCrop crop = { 8, 4.5, 32, 24 };
  g_autoptr (GPtrArray) marks = NULL;
  g_autoptr (MageThing) person = NULL;
  g_autoptr (MageMedia) second = NULL;
  g_autofree char *prompt = NULL;
  g_autofree char *text = NULL;
  g_autofree char *frames = NULL;

  mage_motion_set_span (motion, 1.5, 2);
  mage_motion_set_crop (motion, &crop);
  mage_thing_set_part (mage_motion_add_thing (motion, "person", NULL, 0), "<toy>");
  mage_motion_add_thing (motion, "horse", NULL, 0.25);
  person = g_list_model_get_item (G_LIST_MODEL (mage_motion_get_things (motion)), 0);
  marks = mage_thing_dup_marks_with (person, 0.75, mask);
  mage_thing_set_marks (person, marks);
  g_clear_object (&person);
  mage_subject_set_prompt (subject, "A photo of a <toy>");
  g_assert_true (mage_params_set_double (mage_project_get_params (project), "omega", 0.7, NULL));
  g_assert_true (mage_project_save (project, NULL));

  again = reopen (self);
  subject = MAGE_SUBJECT (mage_project_find (again, "<toy>"));
  g_assert_cmpstr (mage_trainable_get_name (MAGE_TRAINABLE (subject)), ==, "robot_toy");
  g_assert_cmpstr (mage_trainable_get_superclass (MAGE_TRAINABLE (subject)), ==, "stuffed animal");
  prompt = mage_subject_dup_prompt (subject);
  g_assert_cmpstr (prompt, ==, "A photo of a <toy>");
  /* Two files of one name live side by side. */
  second = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (subject)), 1);
  g_assert_cmpstr (mage_media_get_file (second), ==, "media/a_2.png");
  frames = mage_media_dup_path (second);
  g_assert_true (g_file_get_contents (frames, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "two");

  motion = MAGE_MOTION (mage_project_find (again, "riding"));
  g_assert_cmpstr (mage_motion_get_caption (motion), ==, "a person is riding a horse");
  g_assert_cmpfloat (mage_motion_get_start (motion), ==, 1.5);
  g_assert_cmpfloat (mage_motion_get_length (motion), ==, 2);
  g_assert_true (mage_crop_equal (mage_motion_get_crop (motion), &crop));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_motion_get_things (motion))), ==, 2);
  person = g_list_model_get_item (G_LIST_MODEL (mage_motion_get_things (motion)), 0);
  g_assert_cmpstr (mage_thing_get_part (person), ==, "<toy>");
  g_assert_cmpuint (mage_thing_get_marks (person)->len, ==, 1);
  g_assert_cmpfloat (((MageThingMark *) g_ptr_array_index (mage_thing_get_marks (person), 0))->time, ==, 0.75);
  g_assert_cmpstr (mage_media_get_file (((MageThingMark *) g_ptr_array_index (mage_thing_get_marks (person), 0))->mask), ==,
                   "media/a_3.png");
  g_assert_cmpfloat (mage_params_get_double (mage_project_get_params (again), "omega"), ==, 0.7);
  g_assert_cmpint (mage_params_get_int (mage_project_get_params (again), "frames"), ==, 8);
}

/* What is no rectangle is the middle; a motion whose crop changes is another one, and one without is as it always was. */
static void
test_crop (void)
{
  static const char *const wrong[] = { "", "1,2,3", "1,2,3,4,5", "a,2,3,4", "1,2,0,4", "-1,2,3,4", "1,2,nan,4", "1,2,3,inf" };
  g_autoptr (MageMedia) clip = mage_media_new ("/nowhere", "ride.mp4", "x");
  g_autoptr (MageMotion) motion = mage_motion_new ("m", clip, "c");
  g_autoptr (MageParams) params = mage_params_new ();
  g_autofree char *before = mage_trainable_dup_hash (MAGE_TRAINABLE (motion), params, "");
  g_autofree char *cropped = NULL;
  g_autofree char *after = NULL;
  g_autofree char *text = NULL;
  MageCrop crop;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (mage_crop_parse (&crop, wrong[i]) || mage_crop_is_set (&crop));
  g_assert_true (mage_crop_parse (&crop, "8,4.5,32,24"));
  text = mage_crop_dup_text (&crop);
  g_assert_cmpstr (text, ==, "8,4.5,32,24");
  mage_motion_set_crop (motion, &crop);
  cropped = mage_trainable_dup_hash (MAGE_TRAINABLE (motion), params, "");
  g_assert_cmpstr (cropped, !=, before);
  mage_motion_set_crop (motion, NULL);
  after = mage_trainable_dup_hash (MAGE_TRAINABLE (motion), params, "");
  g_assert_cmpstr (after, ==, before);
}

static void
test_static_prompt (Fixture *self, gconstpointer data)
{
  static const char *const expected[] = {
    "A static video of <sub1>.", "A static video of <sub1> and <sub2>.",
    "A static video of <sub1>, <sub2> and <sub3>."
  };
  g_autoptr (MageMedia) clip = mage_media_new (self->folder, "ride.mp4", "x");
  g_autoptr (MageMotion) motion = mage_motion_new ("m", clip, "c");
  g_autoptr (MageParams) params = mage_params_new ();

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *prompt = NULL;

      mage_motion_add_thing (motion, "thing", NULL, 0);
      prompt = mage_motion_dup_static_prompt (motion, params);
      g_assert_cmpstr (prompt, ==, expected[i]);
    }
}

static void
test_names (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autoptr (GError) error = NULL;
  MageSubject *one = mage_project_add_subject (project, "Toy", NULL, NULL, NULL);
  MageSubject *two = mage_project_add_subject (project, "Toy", NULL, NULL, NULL);
  MageSubject *odd = mage_project_add_subject (project, "sub1", NULL, NULL, NULL);

  g_assert_cmpstr (mage_trainable_get_token (MAGE_TRAINABLE (one)), ==, "<toy>");
  g_assert_cmpstr (mage_trainable_get_name (MAGE_TRAINABLE (two)), ==, "Toy_2");
  g_assert_cmpstr (mage_trainable_get_token (MAGE_TRAINABLE (two)), ==, "<toy2>");
  g_assert_cmpstr (mage_trainable_get_token (MAGE_TRAINABLE (odd)), ==, "<subject>");
  g_assert_null (mage_project_add_subject (project, "x", "toy", NULL, &error));
  g_assert_true (g_pattern_match_simple ("The word “<toy>” belongs to another*", error->message));
  g_clear_error (&error);
  g_assert_null (mage_project_add_subject (project, "x", "<My Toy>", NULL, &error));
  g_assert_true (g_pattern_match_simple ("“<My Toy>” cannot be*", error->message));
  g_clear_error (&error);
  g_assert_null (mage_project_add_subject (project, "x", "<sub2>", NULL, &error));
  g_clear_error (&error);
  g_assert_false (mage_project_rename (project, MAGE_TRAINABLE (two), "Toy", &error));
  g_clear_error (&error);
  g_assert_true (mage_project_rename (project, MAGE_TRAINABLE (two), "Dog", &error));
  g_assert_no_error (error);
}

static void
test_words (void)
{
  g_autofree char *name = mage_name_from_path ("/x/Größe (2).final.JPG");
  g_autofree char *digits = mage_name_from_path ("0.png");
  g_autofree char *words = mage_name_to_words ("robot_toy2");
  g_auto (GStrv) found = mage_token_find_all ("a <toy>, a<dog2> and < b> <> <toy> <x");

  g_assert_cmpstr (name, ==, "grosse_2_final");
  g_assert_cmpstr (digits, ==, "subject");
  g_assert_cmpstr (words, ==, "robot toy");
  g_assert_cmpuint (g_strv_length (found), ==, 2);
  g_assert_cmpstr (found[0], ==, "<toy>");
  g_assert_cmpstr (found[1], ==, "<dog2>");
}

typedef struct
{
  const char *text;
  const char *sentence;
} Damage;

static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const Damage damages[] = {
    { "", "*is damaged*" },
    { "{\"version\":1,", "*is damaged*" },
    { "[]", "*holds no JSON object*" },
    { "{}", "*does not say its version*" },
    { "{\"version\":\"1\"}", "*does not say its version*" },
    { "{\"version\":2}", "*newer VideoMage*" },
    { "{\"version\":1,\"params\":{\"steps\":0}}", "*Steps (steps) must lie*" },
    { "\xff\xfe", "*no UTF-8*" },
  };
  g_autoptr (MageProject) project = create (self);

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      g_test_message ("%s", damages[i].text);
      sandbox_write (self->path, "project.json", damages[i].text);
      g_assert_null (mage_project_open (self->path, self->model, &error));
      g_assert_true (g_pattern_match_simple (damages[i].sentence, error->message));
      text = sandbox_read (self->path, "project.json");
      g_assert_cmpstr (text, ==, damages[i].text);
    }
}

/* What is no object, or points out of the project, is left out; nothing crashes. */
static void
test_strange (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autoptr (MageProject) again = NULL;
  MageTrainable *item;

  sandbox_write (self->path, "project.json",
                 "{\"version\":1,\"subjects\":[1,{\"name\":5,\"run\":\"../../x\",\"pictures\":[{\"file\":\"../../etc/passwd\"},"
                 "{\"file\":\"/etc/passwd\"},{},7]},null],\"motions\":[{},{\"clip\":{\"file\":\"a\"},\"things\":[3,{}]}]}");
  again = reopen (self);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_subjects (again))), ==, 1);
  item = mage_project_find (again, "unnamed");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_subject_get_pictures (MAGE_SUBJECT (item)))), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (again))), ==, 1);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autofree char *other = g_build_filename (self->folder, "B", NULL);
  g_autofree char *missing = g_build_filename (self->folder, "C.mage", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (mage_project_create (self->path, NULL, self->model, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (mage_project_create (other, NULL, self->model, &error));
  g_assert_true (g_pattern_match_simple ("*ends in “.mage”*", error->message));
  g_clear_error (&error);
  g_assert_null (mage_project_create (missing, self->folder, self->model, &error));
  g_assert_true (g_pattern_match_simple ("*is no text-to-video model*no model_index.json", error->message));
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_null (mage_project_open (missing, self->model, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_lock (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageLock) second = NULL;

  g_assert_true (mage_project_lock (project, NULL));
  g_assert_true (mage_project_lock (project, NULL));
  /* Another opening of the file is another owner, as in another process. */
  g_assert_null (mage_lock_take (self->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_true (g_pattern_match_simple ("Another VideoMage (process *) is working on*", error->message));
  mage_project_unlock (project);
  second = mage_lock_take (self->path, NULL);
  g_assert_nonnull (second);
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static MageRun *
add_run (MageProject *project, MageTrainable *item, guint step, gboolean complete)
{
  g_autofree char *mark = mage_project_dup_mark (project, item, mage_project_get_params (project));
  g_autofree char *hash = mage_trainable_dup_hash (item, mage_project_get_params (project), mark);
  g_autofree char *runs = mage_project_dup_path (project, "runs");
  g_autoptr (GError) error = NULL;
  MageRun *run = mage_run_create (runs, "subject", "toy", hash, 300, mage_project_get_params (project), &error);

  g_assert_no_error (error);
  mage_run_set_progress (run, step, complete);
  g_assert_true (mage_run_save (run, NULL));
  mage_trainable_set_run (item, run);
  mage_project_refresh (project);
  return run;
}

/* The state follows by itself from the run, the parameters, the pictures and the words. */
static void
test_state (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autoptr (MageProject) again = NULL;
  MageTrainable *item = MAGE_TRAINABLE (add_subject (self, project));
  MageParams *params = mage_project_get_params (project);
  g_autoptr (MageRun) run = NULL;
  g_autofree char *text = NULL;
  guint count = 0;

  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_UNTRAINED);
  run = add_run (project, item, 120, FALSE);
  text = mage_trainable_dup_state_text (item);
  g_assert_cmpstr (text, ==, "120 of 300");
  /* What was never trained to its end and does not fit any more is not trained; it goes on when all is as it was. */
  g_assert_true (mage_params_set_int (params, "rank", 8, NULL));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_UNTRAINED);
  mage_params_reset (params, "rank");
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_PARTIAL);
  mage_run_set_progress (run, 300, TRUE);
  g_assert_true (mage_run_save (run, NULL));
  mage_project_refresh (project);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);

  g_assert_true (mage_params_set_int (params, "iterations", 400, NULL));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  mage_params_reset (params, "iterations");

  g_signal_connect (item, "notify::state", G_CALLBACK (count_cb), &count);
  g_assert_true (mage_params_set_double (params, "omega", 1, NULL));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  g_assert_true (mage_params_set_int (params, "rank", 8, NULL));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  mage_params_reset (params, "rank");
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  mage_trainable_set_superclass (item, "bear");
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  mage_trainable_set_superclass (item, "stuffed animal");
  g_assert_cmpuint (count, ==, 4);

  mage_project_set_prior_caption (project, "b.mp4", "a bear");
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  mage_project_set_prior_caption (project, "b.mp4", NULL);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  mage_project_set_prior_caption (project, "b.mp4", "a bear");
  g_assert_true (mage_project_save (project, NULL));
  again = reopen (self);
  g_assert_cmpstr (mage_project_get_prior_caption (again, "b.mp4"), ==, "a bear");
  mage_project_set_prior_caption (again, "b.mp4", NULL);
  item = mage_project_find (again, "<toy>");
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  g_list_store_remove (mage_subject_get_pictures (MAGE_SUBJECT (item)), 0);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
}

/* More steps than the project asks for fit only where they were asked for by themselves: else somebody has lowered their number since. */
static void
test_own_steps (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autoptr (MageProject) again = NULL;
  MageTrainable *item = MAGE_TRAINABLE (add_subject (self, project));
  MageParams *params = mage_project_get_params (project);
  g_autoptr (MageRun) run = add_run (project, item, 120, FALSE);

  g_assert_true (mage_params_set_int (params, "iterations", 200, NULL));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_UNTRAINED);
  mage_run_set_progress (run, 300, TRUE);
  mage_project_refresh (project);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);

  mage_run_set_own_steps (run);
  mage_project_refresh (project);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  mage_run_set_progress (run, 120, FALSE);
  mage_project_refresh (project);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_PARTIAL);
  g_assert_true (mage_params_set_int (params, "rank", 8, NULL));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_UNTRAINED);
  mage_params_reset (params, "rank");
  /* One of fewer is not enough, whoever asked for it. */
  g_assert_true (mage_params_set_int (params, "iterations", 400, NULL));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_UNTRAINED);
  g_assert_true (mage_params_set_int (params, "iterations", 200, NULL));

  g_assert_true (mage_run_save (run, NULL));
  g_assert_true (mage_project_save (project, NULL));
  again = reopen (self);
  g_assert_cmpint (mage_trainable_get_state (mage_project_find (again, "<toy>")), ==, MAGE_PARTIAL);
}

/* Another model makes everything stale; its defaults apply at once. */
static void
test_model (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  MageTrainable *item = MAGE_TRAINABLE (add_subject (self, project));
  g_autoptr (MageRun) run = add_run (project, item, 300, TRUE);
  g_autofree char *folder = g_build_filename (self->folder, "second", NULL);
  g_autofree char *model = sandbox_make_model (folder, "{\"frames\":16}");
  g_autofree char *prior = mage_project_dup_prior_dir (project);
  g_autofree char *more = g_build_filename (prior, "one-more.txt", NULL);
  g_autofree char *no_prior = NULL;
  g_autoptr (GError) error = NULL;

  sandbox_write (model, "unet/config.json", "{\"other\":1}");
  g_assert_true (g_str_has_suffix (prior, "model/prior"));
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  /* Other prior clips, another training; none are looked at where L_reg has no weight. */
  sandbox_write (prior, "one-more.txt", "x");
  mage_project_refresh (project);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  g_assert_cmpint (g_remove (more), ==, 0);
  mage_project_refresh (project);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  g_assert_false (mage_project_set_model_dir (project, self->folder, &error));
  g_assert_cmpint (mage_params_get_int (mage_project_get_params (project), "frames"), ==, 8);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_TRAINED);
  g_clear_error (&error);
  g_assert_true (mage_project_set_model_dir (project, model, &error));
  g_assert_no_error (error);
  g_assert_cmpint (mage_params_get_int (mage_project_get_params (project), "frames"), ==, 16);
  g_assert_cmpint (mage_trainable_get_state (item), ==, MAGE_STALE);
  no_prior = mage_project_dup_prior_dir (project);
  g_assert_null (no_prior);
}

static void
test_remove (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  MageSubject *subject = add_subject (self, project);
  g_autofree char *kept = mage_project_dup_path (project, "media/a.png");

  g_assert_cmpuint (mage_project_remove_unused_media (project), ==, 0);
  mage_project_remove (project, MAGE_TRAINABLE (subject));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (mage_project_remove_unused_media (project), ==, 2);
  g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));
}

static void
test_remove_motion (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autoptr (MageMedia) clip = import (self, project, "ride.mp4");
  MageMotion *motion = mage_project_add_motion (project, "riding", clip, "a person is riding a horse");

  mage_project_remove (project, MAGE_TRAINABLE (motion));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (project))), ==, 0);
  g_assert_cmpuint (mage_project_remove_unused_media (project), ==, 1);
}

static void
test_results (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autofree char *folder = mage_project_dup_path (project, "results");
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageResult) result = NULL;
  g_autoptr (MageResult) unsaved = NULL;
  g_autoptr (MageProject) again = NULL;
  JsonObject *part = json_object_new ();
  MageResult *found;

  g_assert_true (mage_params_set_int (params, "seed", 42, NULL));
  result = mage_result_create (folder, "a <toy>", params, NULL);
  json_object_set_string_member (part, "role", "subject");
  mage_result_add_part (result, part);
  mage_result_set_model (result, self->model, "def");
  g_assert_true (mage_result_save (result, NULL));
  unsaved = mage_result_create (folder, "b", params, NULL);
  sandbox_write (folder, "broken/result.json", "{");

  again = reopen (self);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (again))), ==, 1);
  found = mage_project_find_result (again, NULL);
  g_assert_cmpstr (mage_result_get_prompt (found), ==, "a <toy>");
  g_assert_cmpint (mage_params_get_int (mage_result_get_params (found), "seed"), ==, 42);
  g_assert_true (mage_params_is_frozen (mage_result_get_params (found)));
  g_assert_cmpuint (json_array_get_length (mage_result_get_ingredients (found)), ==, 1);
}

static gboolean
is_wanted (const char *name)
{
  return !g_str_has_suffix (name, ".part");
}

/* A folder is copied with all in it but what is not wanted, over what is there; a link stays one. */
static void
test_tree (Fixture *self, gconstpointer data)
{
  g_autofree char *a = g_build_filename (self->folder, "a", NULL);
  g_autofree char *b = g_build_filename (self->folder, "b", NULL);
  g_autofree char *link = g_build_filename (self->folder, "a", "link", NULL);
  g_autofree char *inner = g_build_filename (self->folder, "b", "in", "x", NULL);
  g_autofree char *part = g_build_filename (self->folder, "b", "in", "y.part", NULL);
  g_autofree char *copied = g_build_filename (self->folder, "b", "link", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GFile) from = g_file_new_for_path (a);
  g_autoptr (GFile) to = g_file_new_for_path (b);
  g_autoptr (GFile) nothing = g_file_new_for_path (part);
  g_autoptr (GError) error = NULL;

  sandbox_write (self->folder, "a/in/x", "new");
  sandbox_write (self->folder, "a/in/y.part", "half");
  sandbox_write (self->folder, "b/in/x", "old");
  g_assert_cmpint (symlink ("in/x", link), ==, 0);
  g_assert_true (mage_tree_copy (from, to, is_wanted, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (inner, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "new");
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (copied, G_FILE_TEST_IS_SYMLINK));
  g_assert_false (mage_tree_copy (nothing, to, NULL, NULL, &error));
  g_assert_nonnull (error);
}

/* What is deleted does not come back with the project, and its folder goes; what was taken back is there as it was. */
static void
test_deleted_result (Fixture *self, gconstpointer data)
{
  g_autoptr (MageProject) project = create (self);
  g_autofree char *folder = mage_project_dup_path (project, "results");
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageResult) first = mage_result_create (folder, "first", params, NULL);
  g_autoptr (MageResult) second = mage_result_create (folder, "second", params, NULL);
  g_autoptr (MageProject) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *record = mage_result_dup_path (first, "result.json");

  g_assert_true (mage_result_save (first, NULL) && mage_result_save (second, NULL));
  g_list_store_append (mage_project_get_results (project), first);
  g_list_store_append (mage_project_get_results (project), second);
  g_assert_true (mage_project_delete_result (project, first, &error));
  g_assert_true (mage_project_is_deleted (project, first));
  g_assert_true (mage_project_find_next_result (project, NULL) == second);
  again = reopen (self);
  g_assert_null (mage_project_find_result (again, mage_result_get_id (first)));
  g_clear_object (&again);

  g_assert_true (mage_project_take_back_result (project, first, &error));
  g_assert_false (mage_project_is_deleted (project, first));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (project))), ==, 2);
  g_assert_true (mage_project_find_result (project, NULL) == second);
  again = reopen (self);
  g_assert_nonnull (mage_project_find_result (again, mage_result_get_id (first)));
  g_clear_object (&again);

  /* As after a crash, where nobody removed anything. */
  g_assert_true (mage_project_delete_result (project, first, &error));
  again = reopen (self);
  mage_project_remove_deleted (again, NULL);
  g_assert_false (g_file_test (record, G_FILE_TEST_EXISTS));
  g_assert_nonnull (mage_project_find_result (again, mage_result_get_id (second)));
}

static void
test_series (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "losses.jsonl", NULL);
  g_autoptr (MageSeries) series = NULL;
  double tail[8];

  for (guint step = 1; step <= 5; step++)
    {
      MageTerm terms[] = { { "L_sub", step / 3.0 }, { "L_reg", NAN } };

      g_assert_true (mage_series_append_to_file (path, step, terms, step == 2 ? 2 : 1, NULL));
    }
  /* Continued from a checkpoint at step 3, then cut off by a crash. */
  g_assert_true (mage_series_append_to_file (path, 4, &(MageTerm) { "L_sub", 9 }, 1, NULL));
  {
    g_autofree char *text = sandbox_read (self->folder, "losses.jsonl");
    g_autofree char *cut = g_strconcat (text, "{\"step\":5,\"L_s", NULL);

    sandbox_write (self->folder, "losses.jsonl", cut);
  }
  series = mage_series_load (path, NULL);
  g_assert_cmpuint (mage_series_get_length (series), ==, 4);
  g_assert_cmpuint (mage_series_get_step (series, 3), ==, 4);
  g_assert_cmpfloat (mage_series_get_value (series, 0, "L_sub"), ==, 1 / 3.0);
  g_assert_cmpfloat (mage_series_get_value (series, 3, "L_sub"), ==, 9);
  g_assert_true (isnan (mage_series_get_value (series, 1, "L_reg")));
  g_assert_cmpuint (mage_series_copy_tail (series, "L_sub", 2, tail), ==, 2);
  g_assert_cmpfloat (tail[0], ==, 1);
  g_assert_cmpfloat (tail[1], ==, 9);
  g_assert_cmpuint (mage_series_copy_tail (series, "L_sub", 8, tail), ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/project/round-trip", test_round_trip);
  ADD ("/project/static-prompt", test_static_prompt);
  ADD ("/project/names", test_names);
  g_test_add_func ("/project/words", test_words);
  ADD ("/project/damaged", test_damaged);
  ADD ("/project/strange", test_strange);
  ADD ("/project/refused", test_refused);
  ADD ("/project/lock", test_lock);
  ADD ("/project/state", test_state);
  ADD ("/project/own-steps", test_own_steps);
  ADD ("/project/model", test_model);
  ADD ("/project/remove", test_remove);
  ADD ("/project/remove-motion", test_remove_motion);
  ADD ("/project/results", test_results);
  ADD ("/project/deleted-result", test_deleted_result);
  ADD ("/project/tree", test_tree);
  ADD ("/project/series", test_series);
#undef ADD
  g_test_add_func ("/project/crop", test_crop);
  return g_test_run ();
}
