/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "engine/engine.h"
#include "sandbox.h"
#include "tensor/tensor.h"

/* SCS, the fusion of subjects and continued samplings through the engine's door, on the tiny golden model. */

#define FRAMES 3
#define WIDTH 64
#define HEIGHT 48
#define STEPS 5

typedef struct
{
  guint stop_after; /* steps of @phase after which the call is interrupted; 0: never */
  const char *phase;
  guint steps;
  guint inversions;
  guint guided;
  double moved;
  GHashTable *looks; /* what was shown → how often */
} Watch;

static gboolean
interrupted (gpointer data, GError **error)
{
  Watch *watch = data;

  if (watch->stop_after == 0 || watch->steps < watch->stop_after)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");
  return FALSE;
}

static void
progress (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  Watch *watch = data;

  watch->inversions += g_str_equal (phase, "Inverting the clip");
  if (g_strcmp0 (phase, watch->phase) != 0)
    return;
  watch->steps = step;
  for (guint i = 0; i < n_terms; i++)
    if (g_str_equal (terms[i].name, "moved_sub"))
      {
        watch->guided++;
        watch->moved = terms[i].value;
      }
}

static void
look (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  Watch *watch = data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (watch->looks, what));

  g_assert_cmpuint (clip->n_frames, ==, FRAMES);
  g_hash_table_replace (watch->looks, g_strdup (what), GUINT_TO_POINTER (n + 1));
}

static guint
seen (Watch *watch, const char *what)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (watch->looks, what));
}

static Watch *
watch_new (const char *phase, guint stop_after)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->phase = phase;
  watch->stop_after = stop_after;
  watch->looks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return watch;
}

static void
watch_free (Watch *watch)
{
  g_hash_table_unref (watch->looks);
  g_free (watch);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watch, watch_free)

static Engine *
open_tiny (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { dir, "cpu", "float32", 1 };
  Engine *engine = engine_table ()->open (&config, NULL, &error);

  g_assert_no_error (error);
  return engine;
}

/* A bright square that wanders over a grey ground, with its mask. */
static EngineClip *
wanderer (guint n_frames, guint8 grey, gboolean with_mask)
{
  gsize n = (gsize) n_frames * WIDTH * HEIGHT;
  guint8 *bytes = g_malloc (n * 3), *inside = g_malloc0 (n);
  g_autoptr (GBytes) rgb = NULL;
  g_autoptr (GBytes) cut = NULL;

  memset (bytes, grey, n * 3);
  for (guint f = 0; f < n_frames; f++)
    for (guint y = 16; y < 32; y++)
      for (guint x = 10 + 8 * f; x < 26 + 8 * f; x++)
        {
          gsize at = ((gsize) f * HEIGHT + y) * WIDTH + x;
          inside[at] = 255;
          memset (bytes + 3 * at, 250, 3);
        }
  rgb = g_bytes_new_take (bytes, n * 3);
  cut = g_bytes_new_take (inside, n);
  return engine_clip_new (rgb, with_mask ? cut : NULL, NULL, n_frames, WIDTH, HEIGHT);
}

static GVariant *
params (const char *sampling, gint tau, double alpha, gint iterations)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "steps", "i", STEPS);
  g_variant_dict_insert (&dict, "guidance", "d", 3.0);
  g_variant_dict_insert (&dict, "frames", "i", FRAMES);
  g_variant_dict_insert (&dict, "width", "i", WIDTH);
  g_variant_dict_insert (&dict, "height", "i", HEIGHT);
  g_variant_dict_insert (&dict, "sampling", "s", sampling);
  g_variant_dict_insert (&dict, "tau", "i", tau);
  g_variant_dict_insert (&dict, "alpha", "d", alpha);
  g_variant_dict_insert (&dict, "beta", "d", 0.3);
  g_variant_dict_insert (&dict, "iterations", "i", iterations);
  g_variant_dict_insert (&dict, "lambda2", "d", 0.6);
  g_variant_dict_insert (&dict, "lora_rate", "d", 1e-2);
  g_variant_dict_insert (&dict, "checkpoint_every", "i", 2);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static char *
golden (const char *folder, const char *file)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "lora", folder, file, NULL);
}

static EngineClip *
sample (GVariant *with, const char *cache, const char *run_dir, const char *mask_token, Watch *watch, GError **error)
{
  Engine *engine = open_tiny ();
  g_autoptr (EngineClip) motion = wanderer (FRAMES, 90, FALSE);
  g_autofree char *toy = g_test_build_filename (G_TEST_DIST, "golden", "lora", "learned_embeds_toy.safetensors", NULL);
  g_autofree char *subject = golden ("diffusers_s1", "pytorch_lora_weights.safetensors");
  g_autofree char *moves = golden ("diffusers_mot", "pytorch_lora_weights.safetensors");
  EngineToken known = { "<toy>", "wolf plushie", toy };
  EngineLora loras[] = { { subject, 1, ENGINE_BRANCH_SUBJECT }, { moves, 1, ENGINE_BRANCH_MOTION } };
  EngineListener listener = { interrupted, progress, NULL, watch, look };
  EngineSampleRequest request = {
    .prompt = "A <toy> is riding a horse", .negative = "", .known = &known, .n_known = 1, .loras = loras,
    .n_loras = mask_token != NULL ? 1 : 2, .params = with, .seed = 3, .preview_every = 2,
    .motion_clip = mask_token != NULL ? NULL : motion, .cache_dir = cache, .run_dir = run_dir, .mask_token = mask_token,
  };
  EngineClip *clip = engine_table ()->sample (engine, &request, &listener, error);

  engine_table ()->close (engine);
  return clip;
}

static void
assert_same (EngineClip *a, EngineClip *b)
{
  g_assert_cmpmem (g_bytes_get_data (a->rgb, NULL), g_bytes_get_size (a->rgb), g_bytes_get_data (b->rgb, NULL),
                   g_bytes_get_size (b->rgb));
}

/* τ counts steps of a 50-step run; the branches are shown; the inversion is made once. */
static void
test_scs (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) cache = sandbox_new ();
  g_autoptr (GVariant) scs = params ("scs", 20, 1000, 0);
  g_autoptr (GVariant) unguided = params ("scs", 0, 1000, 0);
  g_autoptr (GVariant) one = params ("one-branch", 20, 1000, 0);
  g_autoptr (Watch) first = watch_new ("Sampling", 0);
  g_autoptr (Watch) second = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) a = sample (scs, cache, NULL, NULL, first, &error);
  g_autoptr (EngineClip) b = sample (scs, cache, NULL, NULL, second, &error);
  g_autoptr (EngineClip) c = sample (unguided, cache, NULL, NULL, second, &error);
  g_autoptr (EngineClip) d = sample (one, cache, NULL, NULL, second, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (first->steps, ==, STEPS);
  g_assert_cmpuint (first->guided, ==, 2);
  g_assert_cmpfloat (first->moved, >, 0);
  g_assert_cmpuint (first->inversions, ==, STEPS);
  g_assert_cmpuint (second->inversions, ==, 0);
  g_assert_cmpuint (seen (first, "x0_sub"), ==, 2);
  g_assert_cmpuint (seen (first, "x0_mot"), ==, 2);
  assert_same (a, b);
  g_assert_false (g_bytes_equal (a->rgb, c->rgb));
  g_assert_false (g_bytes_equal (c->rgb, d->rgb));
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
check_continued (GVariant *with, const char *mask_token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) cache = sandbox_new ();
  g_autoptr (Sandbox) run = sandbox_new ();
  g_autofree char *checkpoint = g_build_filename (run, "sampling.safetensors", NULL);
  g_autoptr (Watch) whole = watch_new ("Sampling", 0);
  g_autoptr (Watch) stopped = watch_new ("Sampling", 4);
  g_autoptr (Watch) rest = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) a = sample (with, cache, NULL, mask_token, whole, &error);
  g_autoptr (EngineClip) b = NULL;

  g_assert_no_error (error);
  g_assert_null (sample (with, cache, run, mask_token, stopped, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (g_file_test (checkpoint, G_FILE_TEST_EXISTS));
  b = sample (with, cache, run, mask_token, rest, &error);
  g_assert_no_error (error);
  assert_same (a, b);
  if (mask_token != NULL)
    g_assert_true (g_bytes_equal (a->mask, b->mask));
  g_assert_false (g_file_test (checkpoint, G_FILE_TEST_EXISTS));
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
test_continue_sampling (void)
{
  g_autoptr (GVariant) scs = params ("scs", 20, 1000, 0);
  g_autoptr (GVariant) one = params ("one-branch", 0, 0, 0);

  check_continued (scs, NULL);
  check_continued (one, "<toy>");
}

/* The mask that a word's own attention makes: of the video's size, neither empty nor everything. */
static void
test_mask (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) one = params ("one-branch", 0, 0, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) clip = sample (one, NULL, NULL, "<toy>", watch, &error);
  const guint8 *mask;
  gsize n, inside = 0;

  g_assert_no_error (error);
  mask = g_bytes_get_data (clip->mask, &n);
  g_assert_cmpuint (n, ==, FRAMES * WIDTH * HEIGHT);
  for (gsize i = 0; i < n; i++)
    inside += mask[i] == 255;
  g_assert_cmpuint (inside, >, n / 100);
  g_assert_cmpuint (inside, <, n - n / 100);
  g_clear_pointer (&clip, engine_clip_free);
  g_assert_null (sample (one, NULL, NULL, "<sub9>", watch, &error));
  g_assert_nonnull (strstr (error->message, "<sub9>"));
}

static gboolean
fuse (const char *run_dir, const char *second, gint iterations, Watch *watch, GError **error)
{
  Engine *engine = open_tiny ();
  g_autoptr (EngineClip) clip = wanderer (FRAMES, 60, TRUE);
  g_autoptr (EngineClip) ground = wanderer (1, 30, FALSE);
  g_autoptr (GVariant) with = params ("scs", 0, 0, iterations);
  g_autofree char *s1 = golden ("diffusers_s1", "pytorch_lora_weights.safetensors");
  g_autofree char *s2 = golden (second, "pytorch_lora_weights.safetensors");
  EngineFuseSubject subjects[] = {
    { { "<toy>", "dog", NULL }, "A <toy>", s1, &clip, 1 },
    { { "<dog>", "horse", NULL }, "A <dog>", s2, &clip, 1 },
  };
  EngineListener listener = { interrupted, progress, NULL, watch, look };
  EngineFuseRequest request = {
    .subjects = subjects, .n_subjects = 2, .backgrounds = &ground, .n_backgrounds = 1, .params = with, .seed = 4,
    .look_every = 2, .run_dir = run_dir,
  };
  gboolean ok = engine_table ()->fuse (engine, &request, &listener, error);

  engine_table ()->close (engine);
  return ok;
}

static void
test_fuse (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) whole_dir = sandbox_new ();
  g_autoptr (Sandbox) parts_dir = sandbox_new ();
  g_autoptr (Watch) whole = watch_new ("Training", 0);
  g_autoptr (Watch) stopped = watch_new ("Training", 3);
  g_autoptr (Watch) rest = watch_new ("Training", 0);
  const char *file = "pytorch_lora_weights.safetensors";
  g_autofree char *a = NULL, *b = NULL;

  fuse (whole_dir, "diffusers_s1_alpha", STEPS, whole, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (whole->steps, ==, STEPS);
  g_assert_cmpuint (seen (whole, "cutmix"), ==, 3);
  g_assert_cmpuint (seen (whole, "map 1"), ==, 3);
  g_assert_cmpuint (seen (whole, "mask 2"), ==, 3);
  g_assert_false (fuse (parts_dir, "diffusers_s1_alpha", STEPS, stopped, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  fuse (parts_dir, "diffusers_s1_alpha", STEPS, rest, &error);
  g_assert_no_error (error);
  {
    gsize n_a, n_b;
    g_autofree char *path_a = g_build_filename (whole_dir, file, NULL);
    g_autofree char *path_b = g_build_filename (parts_dir, file, NULL);
    g_assert_true (g_file_get_contents (path_a, &a, &n_a, NULL));
    g_assert_true (g_file_get_contents (path_b, &b, &n_b, NULL));
    g_assert_cmpmem (a, n_a, b, n_b);
  }
  /* Another LoRA under the same words is another fusion. */
  g_assert_false (fuse (whole_dir, "diffusers_s1", STEPS + 1, rest, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "checkpoint.safetensors"));
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* Clips that cannot lie over one another are refused before the first step. */
static void
test_fuse_other_size (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) dir = sandbox_new ();
  Engine *engine = open_tiny ();
  g_autoptr (EngineClip) clip = wanderer (FRAMES, 60, TRUE), longer = wanderer (FRAMES + 1, 60, TRUE);
  g_autoptr (EngineClip) ground = wanderer (1, 30, FALSE);
  g_autoptr (GVariant) with = params ("scs", 0, 0, 1);
  g_autofree char *lora = golden ("diffusers_s1", "pytorch_lora_weights.safetensors");
  EngineFuseSubject subjects[] = {
    { { "<toy>", "dog", NULL }, "A <toy>", lora, &clip, 1 },
    { { "<dog>", "horse", NULL }, "A <dog>", lora, &longer, 1 },
  };
  EngineFuseRequest request = {
    .subjects = subjects, .n_subjects = 2, .backgrounds = &ground, .n_backgrounds = 1, .params = with, .run_dir = dir,
  };

  g_assert_false (engine_table ()->fuse (engine, &request, NULL, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "differ"));
  g_clear_error (&error);
  subjects[1].clips = &clip;
  request.backgrounds = &longer;
  g_assert_false (engine_table ()->fuse (engine, &request, NULL, &error));
  g_assert_nonnull (strstr (error->message, "differ"));
  engine_table ()->close (engine);
  g_assert_cmpint (t_live_count (), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/scs", test_scs);
  g_test_add_func ("/engine/continue-sampling", test_continue_sampling);
  g_test_add_func ("/engine/mask", test_mask);
  g_test_add_func ("/engine/fuse", test_fuse);
  g_test_add_func ("/engine/fuse-other-size", test_fuse_other_size);
  return g_test_run ();
}
