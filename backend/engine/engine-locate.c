/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/attention-maps.h"
#include "diffusion/latents.h"
#include "diffusion/rough-mask.h"
#include "engine/engine-private.h"

#include <glib/gi18n.h>

/*
 * Where the words of a prompt are in a finished clip: the clip is noised a little, and the base model, without any
 * LoRA, looks at it; the words' cross-attention, over a few times and noises, becomes masks. As the base model
 * alone judges, clips of all methods are treated alike.
 */

/* Parts of the schedule at which it looks: early enough to see where things are, late enough to see what. */
static const double parts[] = { 0.2, 0.35, 0.5 };

#define NOISE_SEED 7

/* The words' cross-attention in one look: [words, F, h, w] float32. */
static Tensor *
look_at (Engine *self, Tensor *latents, Tensor *text, const gint64 *positions, guint n_words, guint part)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->pipeline;
  g_autoptr (AttentionProbe) probe = attention_probe_new (ATTENTION_KIND (ATTENTION_SPATIAL_CROSS));
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (NOISE_SEED, part, 0));
  g_autofree Tensor **maps = g_new0 (Tensor *, n_words);
  gint64 t = (gint64) (parts[part] * schedule_n_steps (pipeline->schedule));
  UNetCall call = { .probe = probe };
  Tensor *eps = objective_randn_like (latents, generator);
  Tensor *x_t = schedule_add_noise (pipeline->schedule, latents, eps, &t, 1);

  unet_forward (pipeline->unet, &call, x_t, t_full ((double) t, T_F32, T_CPU, T_SHAPE (1)), text);
  for (guint i = 0; i < n_words && attention_probe_n (probe) > 0; i++)
    maps[i] = token_map (probe, positions[i]);
  return t_keep (t_stack (maps, n_words, 0));
}

/* Positions of the words in the prompt. */
static gboolean
find_words (Engine *self, const char *prompt, const EngineToken *words, guint n_words, gint64 *positions, GError **error)
{
  for (guint i = 0; i < n_words; i++)
    {
      positions[i] = conditioner_position (self->pipeline->conditioner, prompt, words[i].token);
      if (positions[i] >= 0)
        continue;
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("The prompt “%s” does not hold the word “%s”"), prompt, words[i].token);
      return FALSE;
    }
  return TRUE;
}

/* A place that several words claim belongs to the one that looks at it most. */
static void
divide (const float *maps, guint8 *masks, guint n_words, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      guint best = 0;

      for (guint w = 1; w < n_words; w++)
        if (masks[w * n + i] != 0 && (masks[best * n + i] == 0 || maps[w * n + i] > maps[best * n + i]))
          best = w;
      for (guint w = 0; w < n_words; w++)
        if (w != best)
          masks[w * n + i] = 0;
    }
}

/* [words, F, h, w] → masks of the clip's size, a GBytes for each word. */
static gboolean
make_masks (Tensor *maps, const EngineClip *clip, guint n_words, GBytes **masks, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gsize size = (gsize) clip->width * clip->height, n = size * clip->n_frames;
  g_autofree float *scaled = NULL;
  g_autofree guint8 *bytes = g_malloc0 (n * n_words);
  gint64 h = t_size (maps, 2), w = t_size (maps, 3);
  Tensor *each = t_reshape (maps, T_SHAPE ((gint64) n_words * clip->n_frames, h, w));

  scaled = t_dup_data (t_bilinear2d (t_unsqueeze (token_map_scaled (each), 1), clip->height, clip->width), T_F32, NULL,
                       error);
  if (scaled == NULL)
    return FALSE;
  for (guint i = 0; i < n_words * clip->n_frames; i++)
    rough_mask_make (scaled + i * size, clip->width, clip->height, bytes + i * size);
  divide (scaled, bytes, n_words, n);
  for (guint i = 0; i < n_words; i++)
    masks[i] = g_bytes_new (bytes + i * n, n);
  return TRUE;
}

static gboolean
locate (Engine *self, const EngineClip *clip, const char *prompt, const EngineToken *words, guint n_words,
        GBytes **masks, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->pipeline;
  g_autofree gint64 *positions = g_new (gint64, n_words);
  g_autofree EngineToken *plain = g_memdup2 (words, n_words * sizeof *words);
  Tensor *latents, *text, *sum = NULL;

  for (guint i = 0; i < n_words; i++)
    plain[i].path = NULL;
  if (!engine_check_clip (self, clip, error) || !engine_add_words (self, plain, n_words, error)
      || !find_words (self, prompt, words, n_words, positions, error)
      || !unet_set_loras (pipeline->unet, NULL, 0, error))
    return FALSE;
  latents = latents_from_rgb (pipeline->vae, clip->rgb, clip->n_frames, clip->width, clip->height);
  text = conditioner_encode (pipeline->conditioner, prompt);
  for (guint part = 0; part < G_N_ELEMENTS (parts); part++)
    {
      Tensor *maps = look_at (self, latents, text, positions, n_words, part);
      sum = sum != NULL ? t_add (sum, maps) : maps;
    }
  return t_check (error) && make_masks (sum, clip, n_words, masks, error);
}

/** engine_locate: see EngineTable.locate. */
gboolean
engine_locate (Engine *self, const EngineClip *clip, const char *prompt, const EngineToken *words, guint n_words,
               const EngineListener *listener, GBytes **masks, GError **error)
{
  gboolean ok;

  if (n_words == 0)
    return TRUE;
  engine_begin (self, listener);
  ok = locate (self, clip, prompt, words, n_words, masks, error);
  engine_end (self);
  return ok;
}
