/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-media.h"
#include "sandbox.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

/* The command line end to end, as another process, with the tests' small engine. */

typedef struct
{
  char *folder;
  char *model;
  char *project;
  char *output;   /* of the last command */
  char *errors;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = sandbox_new ();
  self->model = sandbox_make_model (self->folder, "{\"frames\":4,\"width\":32,\"height\":32,\"rate\":8,\"iterations\":20,"
                                                  "\"token_iterations\":10,\"prior\":\"prior\"}");
  self->project = g_build_filename (self->folder, "P.mage", NULL);
  self->output = NULL;
  self->errors = NULL;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sandbox_remove (self->folder);
  g_free (self->model);
  g_free (self->project);
  g_free (self->output);
  g_free (self->errors);
}

static GSubprocess *
start (Fixture *self, const char *hold, va_list args)
{
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "cli-with-fake-engine", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  char *word;

  g_ptr_array_add (words, program);
  while ((word = va_arg (args, char *)) != NULL)
    g_ptr_array_add (words, word);
  g_ptr_array_add (words, NULL);
  g_subprocess_launcher_set_cwd (launcher, self->folder);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME", self->folder, TRUE);
  if (hold != NULL)
    g_subprocess_launcher_setenv (launcher, "HOLD_AT", hold, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  g_assert_no_error (error);
  return process;
}

/* Runs a command; its exit status, with output and errors kept. */
G_GNUC_NULL_TERMINATED static int
run (Fixture *self, ...)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, self);
  process = start (self, NULL, args);
  va_end (args);
  g_clear_pointer (&self->output, g_free);
  g_clear_pointer (&self->errors, g_free);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &self->output, &self->errors, &error);
  g_assert_no_error (error);
  g_test_message ("%s%s", self->output, self->errors);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

/* One sentence on standard error, on one line, and no more. */
static void
assert_sentence (Fixture *self, const char *pattern)
{
  g_autofree char *line = g_strndup (self->errors, MAX (strlen (self->errors), 1) - 1);

  g_assert_true (g_str_has_suffix (self->errors, "\n"));
  g_assert_null (strchr (line, '\n'));
  g_assert_true (g_str_has_prefix (line, "videomage-cli: "));
  g_assert_true (g_pattern_match_simple (pattern, line));
}

static char *
last_line (const char *text)
{
  g_autofree char *whole = g_strchomp (g_strdup (text));
  g_auto (GStrv) lines = g_strsplit (whole, "\n", -1);
  guint n = g_strv_length (lines);

  return g_strdup (n > 0 ? lines[n - 1] : "");
}

static void
make_project (Fixture *self)
{
  g_autofree char *a = sample_picture (self->folder, "toy/a.png", 40);
  g_autofree char *b = sample_picture (self->folder, "toy/b.png", 80);

  sample_prior (self->model, 2);
  g_assert_cmpint (run (self, "new", "P.mage", "--model", self->model, NULL), ==, 0);
  g_assert_cmpint (run (self, "import", "P.mage", "--subject", a, b, "--superclass", "stuffed animal", NULL), ==, 0);
}

static void
test_usage (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (run (self, NULL), ==, 2);
  g_assert_cmpint (run (self, "--help", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "train P.mage"));
  g_assert_cmpint (run (self, "dance", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "there is no command “dance”"));
  g_assert_nonnull (strstr (self->errors, "Usage:"));
  g_assert_cmpint (run (self, "new", NULL), ==, 2);
  g_assert_cmpint (run (self, "new", "a.mage", "b.mage", NULL), ==, 2);
  g_assert_cmpint (run (self, "new", "P.mage", "--colour", "red", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "new knows no option --colour"));
  g_assert_cmpint (run (self, "train", "P.mage", "--lambda1", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "--lambda1 needs a value"));
  g_assert_cmpint (run (self, "train", "P.mage", "--lambda1", "11", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "must lie between 0 and 10"));
  g_assert_cmpint (run (self, "train", "P.mage", "--tau", "3", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "it belongs to sample"));
  g_assert_cmpint (run (self, "sample", "P.mage", NULL), ==, 2);
  g_assert_cmpint (run (self, "pretrain", "/nowhere/model/out", "--from", "/nowhere/model", "--steps", "1", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "lies in it"));
  g_assert_cmpint (run (self, "import", "P.mage", NULL), ==, 2);
  g_assert_cmpint (run (self, "import", "P.mage", "--subject", NULL), ==, 2);
  g_assert_cmpint (run (self, "import", "P.mage", "--subject", "a.png", "--start", "1", NULL), ==, 2);
  g_assert_cmpint (run (self, "import", "P.mage", "--motion", "a.mp4", "--crop", "1,2,3", NULL), ==, 2);
  g_assert_cmpint (run (self, "export", "P.mage", "-o", "a.avi", NULL), ==, 2);
}

static void
test_help (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (run (self, "train", "--help", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "--lambda1 0…10"));
  g_assert_nonnull (strstr (self->output, "paper, default 0.25"));
  g_assert_nonnull (strstr (self->output, "--masked-loss, --no-masked-loss"));
  g_assert_null (strstr (self->output, "--tau"));
}

static void
test_whole_way (Fixture *self, gconstpointer data)
{
  g_autofree char *clip = sample_clip (self->folder, "ride.mp4", 16, 16);
  g_autofree char *mask = sample_mask (self->folder, "horse.png", 64);
  g_autofree char *thing = g_strdup_printf ("horse=%s", mask);
  g_autofree char *out = g_build_filename (self->folder, "out.mp4", NULL);
  g_autofree char *line = NULL;

  make_project (self);
  g_assert_nonnull (strstr (self->output, "Imported 2 pictures of toy: in prompts <toy>, in plain words “stuffed animal”"));
  g_assert_cmpint (run (self, "import", "P.mage", "--motion", clip, "--caption", "a person is riding a horse",
                        "--crop", "8,8,32,32", "--thing", "person", "--thing", thing, NULL), ==, 0);
  g_assert_cmpint (run (self, "train", "P.mage", "--iterations=6", "--masked-loss", NULL), ==, 1);
  assert_sentence (self, "*has no mask*");
  g_assert_cmpint (run (self, "train", "P.mage", "--no-masked-loss", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "Trained <toy>\nTrained ride\n"));
  g_assert_nonnull (strstr (self->errors, "Training <toy> 6/6 · L_sub"));
  g_assert_cmpint (run (self, "train", "P.mage", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "<toy> is trained already"));
  g_assert_cmpint (run (self, "sample", "P.mage", "--prompt", "a <toy> rides", "--seed", "5", "-o", "out.mp4", NULL), ==, 0);
  line = last_line (self->output);
  g_assert_cmpstr (line, ==, out);
  g_assert_true (g_file_test (out, G_FILE_TEST_EXISTS));
  g_assert_cmpint (run (self, "export", "P.mage", "-o", "big.webm", "--scale", "2", NULL), ==, 0);
  g_assert_cmpint (run (self, "export", "P.mage", "nothing", "-o", "big.webm", NULL), ==, 1);
  assert_sentence (self, "*has no result “nothing”*");
}

/* Two subjects and a motion, trained in order: subjects, their fusion, the motion. */
static void
make_pair (Fixture *self)
{
  g_autofree char *dog = sample_picture (self->folder, "dog/a.png", 150);
  g_autofree char *clip = sample_clip (self->folder, "ride.mp4", 16, 16);

  make_project (self);
  g_assert_cmpint (run (self, "import", "P.mage", "--subject", dog, "--name", "dog", NULL), ==, 0);
  g_assert_cmpint (run (self, "import", "P.mage", "--motion", clip, "--caption", "a person is running", NULL), ==, 0);
}

static void
test_fuse (Fixture *self, gconstpointer data)
{
  make_project (self);
  g_assert_cmpint (run (self, "fuse", "P.mage", NULL), ==, 1);
  assert_sentence (self, "*There are not two subjects*");
  g_assert_cmpint (run (self, "fuse", "P.mage", "--rank", "3", NULL), ==, 2);
  sandbox_remove (g_steal_pointer (&self->project));
  self->project = g_build_filename (self->folder, "P.mage", NULL);
  make_pair (self);
  g_assert_cmpint (run (self, "fuse", "P.mage", NULL), ==, 1);
  assert_sentence (self, "*is not trained yet*");
  g_assert_cmpint (run (self, "train", "P.mage", "--fuse-iterations", "9", "--fuse-clips", "1", "--clip-steps", "3", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "Trained <toy>\nTrained <dog>\nFused <toy> <dog>\nTrained ride\n"));
  g_assert_cmpint (run (self, "fuse", "P.mage", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "<toy> <dog> are fused already"));
  g_assert_cmpint (run (self, "fuse", "P.mage", "--iterations", "7", NULL), ==, 0);
  g_assert_nonnull (strstr (self->errors, "Fusing the subjects 7/7"));
  g_assert_cmpint (run (self, "sample", "P.mage", "--scs", "--prompt", "a <toy> and a <dog>", "--steps", "10", NULL), ==, 0);
  g_assert_nonnull (strstr (self->errors, "guide each other in the first 3 of 10 steps"));
  g_assert_cmpint (run (self, "train", "P.mage", "--only", "toy", "--rank", "2", NULL), ==, 0);
  g_assert_cmpint (run (self, "sample", "P.mage", "--prompt", "a <toy> and a <dog>", "--steps", "10", NULL), ==, 0);
  g_assert_nonnull (strstr (self->errors, "note: fusion was trained with other settings"));
}

static void
assert_file (Fixture *self, const char *folder, const char *file)
{
  g_autofree char *path = g_build_filename (self->folder, folder, file, NULL);

  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
}

/* Of the lines with an event of this name: how many there are, and the last one. */
static guint
count_events (Fixture *self, const char *name, JsonParser *parser, JsonObject **last)
{
  g_auto (GStrv) lines = g_strsplit (self->output, "\n", -1);
  g_autofree char *mark = g_strdup_printf ("\"event\":\"%s\"", name);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (strstr (lines[i], mark) == NULL)
        continue;
      n++;
      g_assert_true (json_parser_load_from_data (parser, lines[i], -1, NULL));
      *last = json_node_get_object (json_parser_get_root (parser));
    }
  return n;
}

static void
check_sweep_usage (Fixture *self)
{
  g_assert_cmpint (run (self, "sweep", "P.mage", "--prompt", "a <toy>", "-o", "g.mp4", NULL), ==, 2);
  g_assert_cmpint (run (self, "sweep", "P.mage", "--prompt", "a <toy>", "--across", "tau=1,2", NULL), ==, 2);
  g_assert_cmpint (run (self, "sweep", "P.mage", "--prompt", "a <toy>", "--across", "tau=1,many", "-o", "g.mp4", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "--across: "));
  g_assert_cmpint (run (self, "sweep", "P.mage", "--prompt", "a <toy>", "--across", "zeal=1", "-o", "g.mp4", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "there is no parameter “zeal”"));
  g_assert_cmpint (run (self, "sweep", "P.mage", "--prompt", "a <toy>", "--across", "threads=1", "-o", "g.mp4", NULL), ==, 2);
  g_assert_cmpint (run (self, "sweep", "P.mage", "--prompt", "a <toy>", "--across", "tau=1", "--picture", "g.mp4", NULL), ==, 2);
}

/* Every cell is a video of the project; a value that nobody trained with is trained first and once; it goes on where it was. */
static void
test_sweep (Fixture *self, gconstpointer data)
{
  g_autofree char *clip = sample_clip (self->folder, "ride.mp4", 16, 16);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *whole = NULL;
  JsonObject *event;

  make_project (self);
  g_assert_cmpint (run (self, "import", "P.mage", "--motion", clip, "--caption", "a person is running", NULL), ==, 0);
  check_sweep_usage (self);
  g_assert_cmpint (run (self, "sweep", "P.mage", "--json", "--prompt", "a <toy> is running", "--steps", "4", "--across", "tau=0..40/3",
                        "--down", "omega=0.5,0.9", "-o", "grid.mp4", "--picture", "grid.png", NULL), ==, 0);
  g_assert_cmpstr (self->errors, ==, "");
  g_assert_cmpuint (count_events (self, "sweep_planned", parser, &event), ==, 1);
  g_assert_cmpint (json_object_get_int_member (event, "videos"), ==, 6);
  g_assert_cmpint (json_object_get_int_member (event, "trainings"), ==, 3); /* the toy, and the motion with either ω */
  g_assert_cmpuint (count_events (self, "trained", parser, &event), ==, 3);
  g_assert_cmpuint (count_events (self, "sweep_video", parser, &event), ==, 6);
  g_assert_cmpstr (json_object_get_string_member (event, "title"), ==, "Guided steps 40, Negative guidance 0.9");
  g_assert_cmpuint (count_events (self, "swept", parser, &event), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (event, "results")), ==, 6);
  assert_file (self, ".", "grid.mp4");
  assert_file (self, ".", "grid.png");

  /* Once more there is nothing to do but to write the files. */
  whole = g_build_filename (self->folder, "again.png", NULL);
  g_assert_cmpint (run (self, "sweep", "P.mage", "--prompt", "a <toy> is running", "--steps", "4", "--across", "tau=0,20,40",
                        "--down", "omega=0.5,0.9", "--picture", "again.png", "--frame", "2", NULL), ==, 0);
  g_assert_nonnull (strstr (self->errors, "6 of 6 videos are made already"));
  g_assert_null (strstr (self->errors, "Sampling"));
  g_assert_true (g_str_has_prefix (self->output, whole));
  assert_file (self, ".", "again.png");
}

/* A table, a sheet, videos of every variant; the project stays as it is, and what is made is not made again. */
static void
test_ablate (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *text = NULL;
  g_autofree char *sheet = g_build_filename (self->folder, "out", "contact-sheet.png", NULL);
  g_autoptr (JsonNode) node = NULL;
  JsonArray *rows;
  JsonObject *row;

  make_pair (self);
  g_assert_cmpint (run (self, "train", "P.mage", "--fuse-iterations", "9", "--fuse-clips", "1", "--clip-steps", "3", NULL), ==, 0);
  before = sandbox_read (self->folder, "P.mage/project.json");
  g_assert_cmpint (run (self, "ablate", "P.mage", "--prompt", "a <toy>", NULL), ==, 2);
  g_assert_cmpint (run (self, "ablate", "P.mage", "--prompt", "a <toy>", "-o", "out", "--only", "half", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "there is no variant “half”; there are full, without-l-mot"));
  g_assert_cmpint (run (self, "ablate", "P.mage", "--prompt", "a <toy> and a <dog>", "--seeds", "2", "--steps", "4",
                        "-o", "out", NULL), ==, 0);
  after = sandbox_read (self->folder, "P.mage/project.json");
  g_assert_cmpstr (before, ==, after);
  g_assert_true (g_file_test (sheet, G_FILE_TEST_EXISTS));
  text = sandbox_read (self->folder, "out/table.json");
  node = json_from_string (text, NULL);
  rows = json_object_get_array_member (json_node_get_object (node), "rows");
  g_assert_cmpuint (json_array_get_length (rows), ==, 12);
  row = json_array_get_object_element (rows, 11);
  g_assert_cmpstr (json_object_get_string_member (row, "variant"), ==, "dreamvideo-style");
  g_assert_cmpint (json_object_get_int_member (row, "seed"), ==, 1);
  g_assert_true (json_object_has_member (row, "motion_agreement"));
  g_assert_true (json_object_has_member (json_object_get_object_member (row, "identity"), "<dog>"));
  g_assert_nonnull (strstr (self->errors, "Learning <toy>"));

  g_assert_cmpint (run (self, "ablate", "P.mage", "--prompt", "a <toy> and a <dog>", "--seeds", "2", "--steps", "4",
                        "-o", "out", NULL), ==, 0);
  g_assert_null (strstr (self->errors, "Sampling"));
  g_assert_null (strstr (self->errors, "Training"));

  /* The clip that the videos are compared with has their length. */
  g_assert_cmpint (run (self, "ablate", "P.mage", "--prompt", "a <toy>", "--steps", "4", "--frames", "6", "--only", "full",
                        "-o", "longer", NULL), ==, 0);
  g_assert_null (strstr (self->errors, "CRITICAL"));
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *good = sample_picture (self->folder, "c.png", 100);

  g_assert_cmpint (run (self, "inspect", "nowhere", NULL), ==, 1);
  assert_sentence (self, "*There is no “nowhere”");
  g_assert_cmpint (run (self, "train", "P.mage", NULL), ==, 1);
  assert_sentence (self, "*There is no project*");
  make_project (self);
  g_assert_cmpint (run (self, "new", "P.mage", "--model", self->model, NULL), ==, 1);
  assert_sentence (self, "*exists already*");
  g_assert_cmpint (run (self, "new", "Q.mage", "--model", self->folder, NULL), ==, 1);
  assert_sentence (self, "*no model_index.json");
  g_assert_cmpint (run (self, "sample", "P.mage", "--prompt", "a <toy>", NULL), ==, 1);
  assert_sentence (self, "*“<toy>” is not trained yet*");
  g_assert_cmpint (run (self, "sample", "P.mage", "--prompt", "a caf\xe9", NULL), ==, 1);
  assert_sentence (self, "*no UTF-8 text*");
  g_assert_cmpint (run (self, "train", "P.mage", "--only", "cat", NULL), ==, 1);
  assert_sentence (self, "*no subject and no motion “cat”");

  /* A bad file is refused, the good ones go in. */
  sandbox_write (self->folder, "text.jpg", "not a picture");
  g_assert_cmpint (run (self, "import", "P.mage", "--subject", "text.jpg", good, "--name", "toy", NULL), ==, 1);
  assert_sentence (self, "*text.jpg*");
  g_assert_nonnull (strstr (self->output, "Imported 1 picture of toy"));
  g_assert_cmpint (run (self, "import", "P.mage", "--subject", "text.jpg", "--name", "dog", NULL), ==, 1);
  g_assert_cmpint (run (self, "inspect", "P.mage", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "pictures: 3"));
  g_assert_null (strstr (self->output, "dog"));
}

static void
test_json (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) lines = NULL;
  gboolean progress = FALSE;
  gboolean trained = FALSE;
  guint n_steps = 0;

  make_project (self);
  g_assert_cmpint (run (self, "train", "P.mage", "--json", NULL), ==, 0);
  lines = g_strsplit (g_strchomp (self->output), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      const char *event;

      g_assert_nonnull (node);
      event = json_object_get_string_member (json_node_get_object (node), "event");
      progress |= g_str_equal (event, "progress");
      trained |= g_str_equal (event, "trained");
      /* A line for every step, in order, with its own loss. */
      if (progress && json_object_has_member (json_node_get_object (node), "terms"))
        {
          JsonObject *terms = json_object_get_object_member (json_node_get_object (node), "terms");

          if (json_object_has_member (terms, "L_sub"))
            {
              n_steps++;
              g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "step"), ==, n_steps);
              g_assert_cmpfloat_with_epsilon (json_object_get_double_member (terms, "L_sub"), 1.0 / n_steps, 1e-9);
            }
        }
    }
  g_assert_true (progress && trained);
  g_assert_cmpuint (n_steps, ==, 20);
  g_assert_cmpstr (self->errors, ==, "");
  g_assert_cmpint (run (self, "sample", "P.mage", "--prompt", "a <cat>", "--json", NULL), ==, 1);
  g_assert_nonnull (strstr (self->output, "\"event\":\"error\""));
  g_assert_cmpint (run (self, "bench", "--model", self->model, "--frames", "4", "--json", NULL), ==, 0);
  g_assert_cmpstr (self->output, ==, "{\"unet_forward_s\":0.5,\"frames\":4}\n");
}

static GSubprocess *
start_held (Fixture *self, ...)
{
  GSubprocess *process;
  va_list args;

  va_start (args, self);
  process = start (self, "5", args);
  va_end (args);
  return process;
}

/* Reads lines until one holds @phrase, NULL for the end. Returns: the last one */
static char *
read_errors (GDataInputStream *errors, const char *phrase)
{
  g_autofree char *last = NULL;
  char *line;

  while ((line = g_data_input_stream_read_line (errors, NULL, NULL, NULL)) != NULL)
    {
      g_free (last);
      last = line;
      if (phrase != NULL && strstr (line, phrase) != NULL)
        break;
    }
  g_assert_true (phrase == NULL || line != NULL);
  return g_steal_pointer (&last);
}

/* Ctrl-C keeps the work; meanwhile nobody else may touch the project; the same command goes on. */
static void
test_interrupt (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) errors = NULL;
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  make_project (self);
  process = start_held (self, "train", "P.mage", NULL);
  errors = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  first = read_errors (errors, "Training <toy>");
  g_assert_cmpint (run (self, "train", "P.mage", NULL), ==, 1);
  assert_sentence (self, "*Another VideoMage (process *) is working on*");

  g_subprocess_send_signal (process, SIGINT);
  last = read_errors (errors, NULL);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_cmpstr (last, ==, "videomage-cli: stopped; run the same command again to continue");
  g_assert_cmpint (run (self, "inspect", "P.mage", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "state: 4 of 20"));
  g_assert_cmpint (run (self, "train", "P.mage", NULL), ==, 0);
  g_assert_cmpint (run (self, "inspect", "P.mage", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "state: trained"));
}

static void
test_inspect (Fixture *self, gconstpointer data)
{
  g_autofree char *weights = g_build_filename (self->folder, "a.safetensors", NULL);
  const char header[] = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}";
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 size = GUINT64_TO_LE (strlen (header));

  g_byte_array_append (bytes, (const guint8 *) &size, sizeof size);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) strlen (header));
  g_assert_true (g_file_set_contents (weights, (const char *) bytes->data, bytes->len, NULL));
  g_assert_cmpint (run (self, "inspect", weights, NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "x: F32 [2,3]"));
  g_assert_nonnull (strstr (self->output, "parameters: 6"));
  sandbox_write (self->folder, "b.safetensors", "0123456789");
  g_assert_cmpint (run (self, "inspect", "b.safetensors", NULL), ==, 1);
  assert_sentence (self, "*is no safetensors file*");
  g_assert_cmpint (run (self, "inspect", self->model, "--load", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "name: Fake"));
}

static JsonArray *
read_list (Fixture *self, const char *file, JsonParser *parser)
{
  g_autofree char *path = g_build_filename (self->folder, file, NULL);
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_array (json_parser_get_root (parser));
}

static void
test_world (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *list;
  JsonObject *entry, *character;

  g_assert_cmpint (run (self, "world", "W", "--count", "2", "--frames", "3", "--action", "ride", "--kind", "horse",
                        "--sheet", "sheet.png", NULL), ==, 0);
  assert_file (self, "W", "scene_001.mp4");
  assert_file (self, "W", "scene_001/mask_horse_2.png");
  assert_file (self, ".", "sheet.png");
  list = read_list (self, "W/captions.json", parser);
  g_assert_cmpuint (json_array_get_length (list), ==, 2);
  entry = json_array_get_object_element (list, 1);
  g_assert_nonnull (strstr (json_object_get_string_member (entry, "caption"), "riding a"));
  g_assert_cmpstr (json_object_get_string_member (entry, "file"), ==, "scene_001.mp4");
  character = json_array_get_object_element (json_object_get_array_member (entry, "characters"), 1);
  g_assert_cmpstr (json_object_get_string_member (character, "kind"), ==, "horse");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (character, "frames")), ==, 3);

  /* A sheet that would be higher than a picture can be is smaller as a whole. */
  g_assert_cmpint (run (self, "world", "Z", "--count", "33", "--frames", "1", "--width", "16", "--height", "1024",
                        "--sheet", "long.png", NULL), ==, 0);
  assert_file (self, ".", "long.png");
  g_assert_cmpint (run (self, "world", "Z", "--frames", "10000", "--width", "8192", "--height", "8192", NULL), ==, 2);
  g_assert_cmpint (run (self, "world", "Z", "--count", "1.5", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "--count is a whole number, not “1.5”"));

  g_assert_cmpint (run (self, "world", "W", "--colour", "purple", NULL), ==, 2);
  g_assert_nonnull (strstr (self->errors, "no colour “purple”"));
  g_assert_cmpint (run (self, "world", "W", "--kind", "bear", "--colour", "green", "--action", "walking", NULL), ==, 2);
}

/* The sample project's material, as the program itself brings it. */
static void
test_world_sample (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *list;
  JsonObject *entry;

  g_assert_cmpint (run (self, "world", "S", "--subjects", "--motions", NULL), ==, 0);
  list = read_list (self, "S/subjects/subjects.json", parser);
  g_assert_cmpuint (json_array_get_length (list), ==, 4);
  entry = json_array_get_object_element (list, 1);
  g_assert_cmpstr (json_object_get_string_member (entry, "name"), ==, "pink_bear");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (entry, "images")), ==, 5);
  entry = json_array_get_object_element (json_object_get_array_member (entry, "images"), 4);
  assert_file (self, "S", json_object_get_string_member (entry, "image"));
  assert_file (self, "S", json_object_get_string_member (entry, "mask"));
  list = read_list (self, "S/motions/motions.json", parser);
  g_assert_cmpuint (json_array_get_length (list), ==, 3);
  entry = json_array_get_object_element (list, 0);
  assert_file (self, "S", json_object_get_string_member (entry, "file"));
  entry = json_array_get_object_element (json_object_get_array_member (entry, "subjects"), 1);
  assert_file (self, "S", json_object_get_string_member (entry, "mask_first_frame"));
  g_assert_cmpint (run (self, "world", "S", "--prior", "--places", NULL), ==, 0);
  list = read_list (self, "S/prior/captions.json", parser);
  g_assert_cmpuint (json_array_get_length (list), ==, 48);
  entry = json_array_get_object_element (list, 47);
  assert_file (self, "S/prior", json_object_get_string_member (entry, "file"));
  g_assert_cmpstr (json_object_get_string_member (entry, "caption"), !=, "");
  assert_file (self, "S/backgrounds", "forest_1.png");
}

/* What keeps nothing does not say that it goes on. */
static void
test_interrupt_evaluate (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) process
    = start_held (self, "evaluate", "model", "--model", self->model, "--prompts", "2", "--width", "64", "--height", "64", NULL);
  g_autoptr (GDataInputStream) errors = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_autofree char *first = read_errors (errors, "Sampling 0/2");
  g_autofree char *last = NULL;

  g_subprocess_send_signal (process, SIGINT);
  last = read_errors (errors, NULL);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_cmpstr (last, ==, "videomage-cli: stopped");
}

/* A judge sees what the tests' engine makes, whatever that is. */
static void
test_evaluate (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_build_filename (self->folder, "E", "evaluation.json", NULL);
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  g_assert_cmpint (run (self, "evaluate", "model", "--model", self->model, "--prompts", "2", NULL), ==, 1);
  assert_sentence (self, "*64 × 64 pixels*");
  g_assert_cmpint (run (self, "evaluate", "subject", NULL), ==, 2);
  g_assert_cmpint (run (self, "evaluate", "model", "--model", self->model, "--prompts", "2", "--width", "64", "--height",
                        "64", "--frames", "8", "-o", "E", NULL), ==, 0);
  g_assert_true (g_str_has_prefix (self->output, "2 prompts: kind"));
  assert_file (self, "E", "contact-sheet.png");
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "rows")), ==, 2);
  g_assert_cmpint (json_object_get_int_member (object, "steps"), ==, 20);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (object, "shares"), "clips"), ==, 2);
}

/* The tests' small engine finds the box. */
static void
test_segment (Fixture *self, gconstpointer data)
{
  g_autofree char *a = sample_picture (self->folder, "a.png", 40), *again = sample_picture (self->folder, "b/a.png", 40);
  g_autofree char *clip = sample_clip (self->folder, "a.mp4", 8, 8), *object = NULL;
  const char *const masks[] = { "out/mask-00000.png", "out/mask-00002.png", "out/a-mask.png", "out/a-mask-1.png", "out/a-mask-2.png", "out/b-a.png-mask.png" };

  g_assert_cmpint (run (self, "segment", a, "--box", "40,20,10,50", "--json", "--out", "out", NULL), ==, 0);
  object = last_line (self->output);
  g_assert_nonnull (strstr (object, "\"x\":10,\"y\":20,\"w\":30,\"h\":30}"));
  g_assert_cmpint (run (self, "segment", a, "--point", "3,4", "--point", "5.5,6,out", "--all", "--out", "out", NULL), ==, 0);
  g_assert_cmpint (run (self, "segment", a, again, clip, "--out", "out", NULL), ==, 1);
  g_assert_nonnull (strstr (self->errors, "“a.mp4” is not a picture"));
  g_assert_cmpint (run (self, "segment", clip, "--time", "0.5", "--out", "out", NULL), ==, 0);
  g_assert_cmpint (run (self, "segment", a, "--candidate", "3", NULL), ==, 1);
  g_assert_nonnull (strstr (self->errors, "“a.png”: There is no answer 3, only 2"));
  g_assert_cmpint (run (self, "segment", a, "--sam", "nowhere", NULL), ==, 1);
  g_assert_cmpint (run (self, "segment", a, "--box", "1,2,3", NULL), ==, 2);
  g_assert_cmpint (run (self, "segment", a, "--point", "1,2,here", NULL), ==, 2);
  g_assert_cmpint (run (self, "segment", a, "--auto", "--box", "1,2,3,4", NULL), ==, 2);
  g_assert_cmpint (run (self, "segment", clip, "--track", "--frames", "3", "--box", "10,10,40,40", "--out", "out", NULL), ==, 0);
  g_assert_nonnull (strstr (self->output, "out/mask-00000.png: doubt 0.00"));
  g_assert_cmpint (run (self, "segment", clip, "--track", "--frames", "3", "--mark", "1=out/a-mask.png", "--out", "out", NULL), ==, 0);
  g_assert_cmpint (run (self, "segment", clip, "--track", "--start", "9", NULL), ==, 1);
  g_assert_nonnull (strstr (self->errors, "choose an earlier --start"));
  g_assert_cmpint (run (self, "segment", clip, "--track", "--mark", "out/a-mask.png", NULL), ==, 2);
  g_assert_cmpint (run (self, "segment", a, "--frames", "3", NULL), ==, 2);
  g_assert_cmpint (run (self, "segment", NULL), ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, masks[i], NULL);
      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

/* The whole comparison, with an engine that trains nothing. */
static void
test_evaluate_mini (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_build_filename (self->folder, "M", "table.json", NULL);
  g_autofree char *pair = g_build_filename (self->folder, "M", "pink_bear-teal_robot.mage", NULL);
  g_autoptr (GError) error = NULL;
  JsonObject *object;
  JsonArray *variants;

  g_assert_cmpint (run (self, "evaluate", "mini", "--model", self->model, NULL), ==, 2);
  g_assert_cmpint (run (self, "evaluate", "model", "--model", self->model, "--iterations", "3", NULL), ==, 2);
  g_assert_cmpint (run (self, "evaluate", "mini", "--model", self->model, "-o", "S", "--combinations", "1", NULL), ==, 1);
  assert_sentence (self, "*64 × 64 pixels and 8 frames*");
  g_assert_cmpint (run (self, "evaluate", "mini", "--model", self->model, "-o", "M", "--combinations", "1", "--seeds", "2",
                        "--width", "64", "--height", "64", "--frames", "8", "--iterations", "3", "--lambda1", "0",
                        "--background-prompts", "the sea", NULL), ==, 0);
  g_assert_true (g_str_has_prefix (self->output, "| | identity |"));
  g_assert_nonnull (strstr (self->output, "DreamVideo-style"));
  assert_file (self, "M/robot-walks-bear", "contact-sheet.png");
  g_assert_true (g_file_test (pair, G_FILE_TEST_IS_DIR));
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  variants = json_object_get_array_member (object, "variants");
  g_assert_cmpuint (json_array_get_length (variants), ==, 8);
  /* The truth once, everything else with two seeds. */
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "rows")), ==, 1 + 7 * 2);
  object = json_array_get_object_element (variants, 0);
  g_assert_cmpstr (json_object_get_string_member (object, "variant"), ==, "truth");
  g_assert_cmpfloat (json_object_get_double_member (object, "identity"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/cli/segment", test_segment);
  ADD ("/cli/usage", test_usage);
  ADD ("/cli/help", test_help);
  ADD ("/cli/whole-way", test_whole_way);
  ADD ("/cli/fuse", test_fuse);
  ADD ("/cli/ablate", test_ablate);
  ADD ("/cli/sweep", test_sweep);
  ADD ("/cli/refused", test_refused);
  ADD ("/cli/json", test_json);
  ADD ("/cli/interrupt", test_interrupt);
  ADD ("/cli/inspect", test_inspect);
  ADD ("/cli/world", test_world);
  ADD ("/cli/world-sample", test_world_sample);
  ADD ("/cli/evaluate", test_evaluate);
  ADD ("/cli/evaluate-mini", test_evaluate_mini);
  ADD ("/cli/interrupt-evaluate", test_interrupt_evaluate);
#undef ADD
  return g_test_run ();
}
