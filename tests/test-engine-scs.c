/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scs-fixture.h"

#include <math.h>
#include <string.h>

#include "sandbox.h"
#include "tensor/tensor.h"

/* SCS, the fusion of subjects and continued samplings through the engine's door, on the tiny golden model. */

static EngineClip *
sample (GVariant *with, const char *cache, const char *run_dir, const char *mask_token, Watch *watch, GError **error)
{
  ScsHow how = { .params = with, .cache = cache, .run_dir = run_dir, .mask_token = mask_token };

  return scs_sample (&how, watch, error);
}

/* τ counts steps of a 50-step run; the branches are shown; the inversion is made once. */
static void
test_scs (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) cache = sandbox_new ();
  g_autoptr (GVariant) scs = scs_params ("scs", 20, 1000, 0);
  g_autoptr (GVariant) unguided = scs_params ("scs", 0, 1000, 0);
  g_autoptr (GVariant) one = scs_params ("one-branch", 20, 1000, 0);
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
  g_assert_cmpuint (watch_seen (first, "x0_sub"), ==, 2);
  g_assert_cmpuint (watch_seen (first, "x0_mot"), ==, 2);
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
  g_autoptr (GVariant) scs = scs_params ("scs", 20, 1000, 0);
  g_autoptr (GVariant) one = scs_params ("one-branch", 0, 0, 0);

  check_continued (scs, NULL);
  check_continued (one, "<toy>");
}

/* The mask that a word's own attention makes: of the video's size, neither empty nor everything. */
static void
test_mask (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) one = scs_params ("one-branch", 0, 0, 0);
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
  g_autoptr (GVariant) base = scs_params ("scs", 0, 0, iterations);
  GVariantDict dict = G_VARIANT_DICT_INIT (base);
  g_autoptr (GVariant) with = NULL;
  g_autofree char *s1 = golden_lora ("diffusers_s1", "pytorch_lora_weights.safetensors");
  g_autofree char *s2 = golden_lora (second, "pytorch_lora_weights.safetensors");
  EngineFuseSubject subjects[] = {
    { { "<toy>", "dog", NULL }, "A <toy>", s1, &clip, 1 },
    { { "<dog>", "horse", NULL }, "A <dog>", s2, &clip, 1 },
  };
  EngineListener listener = { watch_interrupted, watch_progress, NULL, watch, watch_look };
  EngineFuseRequest request = {
    .subjects = subjects, .n_subjects = 2, .backgrounds = &ground, .n_backgrounds = 1, .seed = 4, .look_every = 2,
    .run_dir = run_dir,
  };
  gboolean ok;

  g_variant_dict_insert (&dict, "validate_every", "i", watch->validate_every);
  request.params = with = g_variant_ref_sink (g_variant_dict_end (&dict));
  ok = engine_table ()->fuse (engine, &request, &listener, error);

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

  /* The one that is stopped and continued is looked at on the way, too, which changes nothing. */
  stopped->validate_every = rest->validate_every = 2;
  fuse (whole_dir, "diffusers_s1_alpha", STEPS, whole, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (whole->steps, ==, STEPS);
  g_assert_cmpuint (watch_seen (whole, "cutmix"), ==, 3);
  g_assert_cmpuint (watch_seen (whole, "map 1"), ==, 3);
  g_assert_cmpuint (watch_seen (whole, "mask 2"), ==, 3);
  g_assert_false (fuse (parts_dir, "diffusers_s1_alpha", STEPS, stopped, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  fuse (parts_dir, "diffusers_s1_alpha", STEPS, rest, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stopped->validations, ==, 2);
  g_assert_cmpuint (rest->validations, ==, 2);
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
  g_autoptr (GVariant) with = scs_params ("scs", 0, 0, 1);
  g_autofree char *lora = golden_lora ("diffusers_s1", "pytorch_lora_weights.safetensors");
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
