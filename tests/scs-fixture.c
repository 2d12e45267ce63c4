/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scs-fixture.h"

#include <string.h>

gboolean
watch_interrupted (gpointer data, GError **error)
{
  Watch *watch = data;

  if (watch->stop_after == 0 || watch->steps < watch->stop_after)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");
  return FALSE;
}

void
watch_progress (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
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
    else if (g_str_equal (terms[i].name, "L_s_to_m") && step <= STEPS)
      watch->looks_lost[step] = terms[i].value;
    else if (g_str_equal (terms[i].name, "L_m_to_s") && step <= STEPS)
      watch->movement_lost[step] = terms[i].value;
    else if (g_str_equal (terms[i].name, "L_val"))
      watch->validations++;
    else if (g_str_has_prefix (terms[i].name, "t_"))
      watch->timesteps++;
}

void
watch_look (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  Watch *watch = data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (watch->looks, what));

  g_assert_cmpuint (clip->n_frames, ==, FRAMES);
  g_hash_table_replace (watch->looks, g_strdup (what), GUINT_TO_POINTER (n + 1));
}

void
watch_preview (gpointer data, guint step, const EngineClip *clip)
{
  Watch *watch = data;

  g_clear_pointer (&watch->preview, engine_clip_free);
  watch->preview = engine_clip_new (clip->rgb, NULL, NULL, clip->n_frames, clip->width, clip->height);
  watch->preview_step = step;
}

guint
watch_seen (Watch *watch, const char *what)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (watch->looks, what));
}

Watch *
watch_new (const char *phase, guint stop_after)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->phase = phase;
  watch->stop_after = stop_after;
  watch->looks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return watch;
}

void
watch_free (Watch *watch)
{
  g_clear_pointer (&watch->preview, engine_clip_free);
  g_hash_table_unref (watch->looks);
  g_free (watch);
}

Engine *
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
EngineClip *
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

GVariant *
scs_params (const char *sampling, gint tau, double alpha, gint iterations)
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

char *
golden_lora (const char *folder, const char *file)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "lora", folder, file, NULL);
}

/* The request for a video by SCS, with all that @how says; with a mask, of the subject's branch alone. */
gpointer
scs_use (const ScsHow *how, Watch *watch, ScsUse use, gpointer data, GError **error)
{
  Engine *engine = open_tiny ();
  g_autoptr (EngineClip) motion = wanderer (FRAMES, 90, FALSE);
  g_autofree char *toy = g_test_build_filename (G_TEST_DIST, "golden", "lora", "learned_embeds_toy.safetensors", NULL);
  g_autofree char *subject = golden_lora ("diffusers_s1", "pytorch_lora_weights.safetensors");
  g_autofree char *moves = golden_lora ("diffusers_mot", "pytorch_lora_weights.safetensors");
  EngineToken known = { "<toy>", "wolf plushie", toy };
  EngineLora loras[] = { { subject, 1, ENGINE_BRANCH_SUBJECT }, { moves, 1, ENGINE_BRANCH_MOTION } };
  EngineListener listener = { watch_interrupted, watch_progress, watch_preview, watch, watch_look };
  EngineSampleRequest request = {
    .prompt = "A <toy> is riding a horse", .negative = "", .known = &known, .n_known = 1, .loras = loras,
    .n_loras = how->mask_token != NULL ? 1 : 2, .params = how->params, .seed = 3, .preview_every = 2,
    .motion_clip = how->mask_token != NULL ? NULL : motion, .cache_dir = how->cache, .run_dir = how->run_dir,
    .mask_token = how->mask_token, .steps_dir = how->steps_dir, .from_step = how->from_step,
  };
  gpointer made = use (engine, &request, &listener, data, error);

  engine_table ()->close (engine);
  return made;
}

static gpointer
sample (Engine *engine, const EngineSampleRequest *request, const EngineListener *listener, gpointer data, GError **error)
{
  return engine_table ()->sample (engine, request, listener, error);
}

EngineClip *
scs_sample (const ScsHow *how, Watch *watch, GError **error)
{
  return scs_use (how, watch, sample, NULL, error);
}

void
assert_same (EngineClip *a, EngineClip *b)
{
  g_assert_cmpmem (g_bytes_get_data (a->rgb, NULL), g_bytes_get_size (a->rgb), g_bytes_get_data (b->rgb, NULL),
                   g_bytes_get_size (b->rgb));
}
