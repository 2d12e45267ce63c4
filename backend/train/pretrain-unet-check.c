/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/pretrain-unet-private.h"

#include <math.h>
#include <string.h>

#include "diffusion/latents.h"
#include "diffusion/sampler.h"

/* How UNet and text encoder do on scenes that no training sees, and what they make of prompts. */

/* Scenes that a check looks at, each at a timestep and a noise of its own, always the same. */
#define N_PICTURES 64
#define N_CLIPS 32

/* Samples that go through the network at once. */
#define AT_ONCE 8

enum
{
  STREAM_CHECK_NOISE = 131,
  STREAM_SAMPLE_NOISE
};

/* What fixed noise is drawn from, whatever the training's seed is. */
#define CHECK_SEED 20260102

/* A check that the threads share: scenes, then prompts. */
typedef struct
{
  UnetObjective *objective;
  double *sums;  /* squared errors, one a share */
  gboolean clip; /* which kind is looked at */
  GBytes **rows; /* clips of the prompts */
} CheckWork;

void
unet_check_clear (UnetCheck *self)
{
  g_clear_pointer (&self->sheet, g_bytes_unref);
}

/* --- noise --- */

static gboolean
look_at_some (CheckWork *work, guint share, LatentPool *pool, guint first, guint n, guint n_all, GError **error)
{
  T_SCOPE_NO_GRAD ();
  UnetObjective *self = work->objective;
  const LatentScene *scenes[AT_ONCE];
  gint64 t[AT_ONCE];
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (CHECK_SEED, STREAM_CHECK_NOISE, first));
  UnetBatch batch;
  Tensor *eps, *guess;
  double sum;

  for (guint i = 0; i < n; i++)
    {
      if ((scenes[i] = latent_pool_get (pool, TRUE, i, first + i, error)) == NULL)
        return FALSE;
      t[i] = (gint64) ((first + i + 0.5) / n_all * schedule_n_steps (self->schedule));
    }
  unet_batch_join (self, scenes, NULL, n, &batch);
  eps = objective_randn_like (batch.latents, generator);
  guess = unet_predict (&self->replicas[share], schedule_add_noise (self->schedule, batch.latents, eps, t, n), t,
                        batch.ids);
  if (!t_item (t_mul_scalar (t_mse (guess, eps), n), &sum, error))
    return FALSE;
  work->sums[share] += sum;
  return TRUE;
}

static gboolean
look_at_share (gpointer data, guint share, GError **error)
{
  CheckWork *work = data;
  UnetObjective *self = work->objective;
  guint n_all = work->clip ? N_CLIPS : N_PICTURES, n_shares = crew_n (self->crew);

  for (guint first = share * AT_ONCE; first < n_all; first += n_shares * AT_ONCE)
    {
      g_autoptr (LatentPool) pool = latent_pool_new (self->vae, self->tokenizer, &self->settings.scenes,
                                                     work->clip ? self->settings.frames : 1, AT_ONCE);
      if (!look_at_some (work, share, pool, first, MIN (AT_ONCE, n_all - first), n_all, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
measure (CheckWork *work, gboolean clip, double *mean, GError **error)
{
  guint n = crew_n (work->objective->crew);
  double sum = 0;

  work->clip = clip;
  memset (work->sums, 0, n * sizeof *work->sums);
  if (!crew_run (work->objective->crew, look_at_share, work, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    sum += work->sums[i];
  *mean = sum / (clip ? N_CLIPS : N_PICTURES);
  return TRUE;
}

/* --- samples --- */

/* The states of no caption and of a prompt, [2, tokens, width]. */
static Tensor *
encode_prompt (UnetObjective *self, UnetReplica *replica, const char *prompt)
{
  T_SCOPE ();
  gint64 length = tokenizer_max_length (self->tokenizer);
  g_autofree gint64 *ids = tokenizer_encode_padded (self->tokenizer, prompt);
  g_autofree gint64 *both = g_new (gint64, 2 * length);

  memcpy (both, self->empty, (gsize) length * sizeof *both);
  memcpy (both + length, ids, (gsize) length * sizeof *both);
  return t_keep (clip_text_forward (replica->text, t_from_data (both, T_I64, T_SHAPE (2, length)), NULL));
}

static GBytes *
sample_prompt (UnetObjective *self, UnetReplica *replica, guint number, GError **error)
{
  T_SCOPE_NO_GRAD ();
  const PretrainUnetSettings *s = &self->settings;
  gint64 f = vae_reduction (self->vae);
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (CHECK_SEED, STREAM_SAMPLE_NOISE, number));
  PlainStrategy strategy;
  Tensor *noise, *latents;

  noise = t_randn (generator, T_SHAPE (1, vae_latent_channels (self->vae), s->frames, s->scenes.height / f, s->scenes.width / f));
  plain_strategy_init (&strategy, replica->unet, encode_prompt (self, replica, s->prompts[number]), s->guidance);
  latents = sampler_run (self->schedule, &strategy.parent, t_to (noise, self->device, T_F32), s->sample_steps, NULL,
                         NULL, error);
  return latents != NULL ? latents_to_rgb (self->vae, latents, error) : NULL;
}

static gboolean
sample_share (gpointer data, guint share, GError **error)
{
  CheckWork *work = data;
  UnetObjective *self = work->objective;

  for (guint i = share; i < self->settings.n_prompts; i += crew_n (self->crew))
    if ((work->rows[i] = sample_prompt (self, &self->replicas[share], i, error)) == NULL)
      return FALSE;
  return TRUE;
}

/* Frames beside each other, prompts below each other. */
static void
paint_sheet (UnetObjective *self, GBytes *const *rows, UnetCheck *check)
{
  const PretrainUnetSettings *s = &self->settings;
  guint width = s->scenes.width, height = s->scenes.height;
  gsize line = (gsize) width * 3;
  guint8 *sheet = g_malloc (line * height * s->frames * s->n_prompts);

  for (guint row = 0; row < s->n_prompts; row++)
    for (guint frame = 0; frame < s->frames; frame++)
      for (guint y = 0; y < height; y++)
        memcpy (sheet + (((gsize) row * height + y) * s->frames + frame) * line,
                (const guint8 *) g_bytes_get_data (rows[row], NULL) + ((gsize) frame * height + y) * line, line);
  check->sheet_width = width * s->frames;
  check->sheet_height = height * s->n_prompts;
  check->sheet = g_bytes_new_take (sheet, line * height * s->frames * s->n_prompts);
}

static gboolean
sample_all (CheckWork *work, UnetCheck *check, GError **error)
{
  UnetObjective *self = work->objective;
  gboolean ok;

  work->rows = g_new0 (GBytes *, self->settings.n_prompts + 1);
  ok = crew_run (self->crew, sample_share, work, error);
  if (ok)
    paint_sheet (self, work->rows, check);
  for (guint i = 0; i < self->settings.n_prompts; i++)
    g_clear_pointer (&work->rows[i], g_bytes_unref);
  g_free (work->rows);
  return ok;
}

/** unet_check_run: see pretrain_unet_check (), with the weights as they are. */
gboolean
unet_check_run (UnetObjective *self, gboolean with_sheet, UnetCheck *check, GError **error)
{
  g_autofree double *sums = g_new0 (double, crew_n (self->crew));
  CheckWork work = { .objective = self, .sums = sums };

  *check = (UnetCheck){ 0 };
  return measure (&work, FALSE, &check->pictures, error) && measure (&work, TRUE, &check->clips, error)
         && (!with_sheet || self->settings.n_prompts == 0 || sample_all (&work, check, error));
}
