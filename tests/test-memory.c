/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine.h"
#include "tensor/tensor.h"
#include "tests/sandbox.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * A training that does not find the memory that it needs says so, gives back what it had, and the very same engine
 * trains on afterwards. The limit is that of the address space, which is what an allocation runs into first.
 */

#define FRAMES 2
#define SIZE 32
/* A clip of this many pictures of this size does not fit beside what the process has at first. */
#define LARGE_FRAMES 16
#define LARGE_SIZE 512
#define ROOM (192UL << 20)

static gulong
read_status (const char *key)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, key);
  g_assert_nonnull (line);
  return strtoul (line + strlen (key), NULL, 10) * 1024;
}

static EngineClip *
stripes (guint n_frames, guint size)
{
  gsize n = (gsize) n_frames * size * size * 3;
  guint8 *bytes = g_malloc (n);
  g_autoptr (GBytes) rgb = NULL;

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) (i * 7 % 256);
  rgb = g_bytes_new_take (bytes, n);
  return engine_clip_new (rgb, NULL, NULL, n_frames, size, size);
}

static gboolean
train (Engine *engine, guint n_frames, guint size, const char *run_dir, GError **error)
{
  g_autoptr (EngineClip) clip = stripes (n_frames, size);
  GVariantDict dict;
  g_autoptr (GVariant) params = NULL;
  EngineTrainRequest request = {
    .kind = ENGINE_TRAIN_MOTION, .prompt = "A person is riding a horse", .clips = &clip, .n_clips = 1, .seed = 5,
    .run_dir = run_dir,
  };

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "iterations", "i", 2);
  request.params = params = g_variant_ref_sink (g_variant_dict_end (&dict));
  return engine_table ()->train (engine, &request, NULL, error);
}

static void
set_limit (gulong bytes)
{
  struct rlimit limit = { bytes, RLIM_INFINITY };

  g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);
}

/* How much is still taken of what was not there before; what the allocator keeps is given to the system first. */
static glong
measure (void)
{
  malloc_trim (0);
  return (glong) read_status ("VmRSS:");
}

static void
test_out_of_memory (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) dir = sandbox_new ();
  g_autoptr (Sandbox) large_dir = sandbox_new ();
  g_autofree char *model = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { model, "cpu", "float32", 1 };
  Engine *engine = engine_table ()->open (&config, NULL, &error);
  glong before, after;
  gint live;

  g_assert_no_error (error);
  /* What the libraries load and keep at the first training is no part of it. */
  g_assert_true (train (engine, FRAMES, SIZE, large_dir, &error));
  g_assert_no_error (error);
  before = measure ();
  live = t_live_count ();
  set_limit (read_status ("VmSize:") + ROOM);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Sandbox) again = sandbox_new ();

      g_assert_false (train (engine, LARGE_FRAMES, LARGE_SIZE, again, &error));
      g_assert_error (error, ENGINE_ERROR, ENGINE_ERROR_OUT_OF_MEMORY);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "memory"));
      g_clear_error (&error);
      g_assert_cmpint (t_live_count (), ==, live);
    }
  after = measure ();
  g_test_message ("resident before %ld KiB, after three failures %ld KiB", before / 1024, after / 1024);
  g_assert_cmpint (after - before, <, 24L << 20);
  /* Under the same limit, the same engine. */
  g_assert_true (train (engine, FRAMES, SIZE, dir, &error));
  g_assert_no_error (error);
  set_limit (RLIM_INFINITY);
  engine_table ()->close (engine);
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* What is measured is what is taken: the highest use follows an allocation, and can be set back. */
static void
test_measured (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { model, "cpu", "float32", 1 };
  Engine *engine = engine_table ()->open (&config, NULL, &error);
  EngineMemory before, high, after;
  gsize size = 96UL << 20;
  guint8 *block;

  g_assert_no_error (error);
  engine_table ()->memory (engine, TRUE, &before);
  g_assert_cmpuint (before.used, >, 0);
  g_assert_cmpuint (before.available, >, 0);
  g_assert_cmpuint (before.total, >=, before.available);
  block = g_malloc (size);
  for (gsize i = 0; i < size; i += 4096)
    block[i] = (guint8) i;
  g_free (block);
  engine_table ()->memory (engine, TRUE, &high);
  g_assert_cmpuint (high.peak, >=, before.used + (90UL << 20));
  engine_table ()->memory (engine, FALSE, &after);
  g_assert_cmpuint (after.peak, <, high.peak - (64UL << 20));
  engine_table ()->close (engine);
}

/* The same on a card, whose memory is what does not suffice; where there is none, that is said. */
static void
test_out_of_memory_cuda (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) dir = sandbox_new ();
  g_autoptr (Sandbox) large_dir = sandbox_new ();
  g_autofree char *model = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { model, "cuda", "float32", 1 };
  Engine *engine;

  if (!t_cuda_available ())
    {
      g_test_skip ("there is no NVIDIA card here");
      return;
    }
  engine = engine_table ()->open (&config, NULL, &error);
  g_assert_no_error (error);
  /* 64 times as many pixels as the other side can hold in any card's memory today. */
  g_assert_false (train (engine, 64, 4096, large_dir, &error));
  g_assert_error (error, ENGINE_ERROR, ENGINE_ERROR_OUT_OF_MEMORY);
  g_clear_error (&error);
  g_assert_true (train (engine, FRAMES, SIZE, dir, &error));
  g_assert_no_error (error);
  engine_table ()->close (engine);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/measured", test_measured);
  g_test_add_func ("/memory/out-of-memory", test_out_of_memory);
  g_test_add_func ("/memory/out-of-memory-cuda", test_out_of_memory_cuda);
  return g_test_run ();
}
