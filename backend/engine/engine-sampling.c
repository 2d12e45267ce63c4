/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-sampling.h"

#include <glib/gstdio.h>

#include "diffusion/attention-maps.h"
#include "diffusion/rough-mask.h"

/* What a sampling keeps on the way: its checkpoint, and the attention that becomes a mask. */

#define CHECKPOINT_FILE "sampling.safetensors"

/* Steps between checkpoints: one is a few latents in size, and a step is what is lost at most. */
#define CHECKPOINT_EVERY 1

/**
 * sampling_identify:
 *
 * What every step depends on, as one text, and where the checkpoint lies. Only for requests that have
 * a run_dir.
 */
gboolean
sampling_identify (Sampling *self, GError **error)
{
  static const char *const keys[] = { "sampling", "tau", "alpha", "alpha_end", "alpha_bend", "alpha_bend_at", "beta", "beta_s",
                                     "beta_m" };
  const EngineSampleRequest *request = self->request;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  EngineClip *clip = (EngineClip *) request->motion_clip;
  g_autofree char *head = NULL;

  if (request->run_dir == NULL)
    return TRUE;
  head = g_strdup_printf ("%u %.17g %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "x%" G_GINT64_FORMAT "x%" G_GINT64_FORMAT,
                          self->n_steps, self->guidance, request->seed, self->frames, self->width, self->height);
  engine_digest_text (checksum, head);
  engine_digest_model (checksum, self->engine);
  engine_digest_text (checksum, request->prompt);
  engine_digest_text (checksum, request->negative);
  engine_digest_text (checksum, request->mask_token);
  engine_digest_params (checksum, request->params, keys, G_N_ELEMENTS (keys));
  engine_digest_words (checksum, request->known, request->n_known);
  for (guint i = 0; i < request->n_loras; i++)
    {
      g_autofree char *use = g_strdup_printf ("%d %.17g", (int) request->loras[i].branch, request->loras[i].strength);
      engine_digest_text (checksum, use);
      engine_digest_file (checksum, request->loras[i].path);
    }
  if (clip != NULL)
    engine_digest_clips (checksum, &clip, 1);
  if (request->from_step > 0)
    {
      g_autofree char *from = sampling_step_path (request->steps_dir, request->from_step);
      engine_digest_file (checksum, from);
    }
  self->identity = g_strdup (g_checksum_get_string (checksum));
  self->checkpoint = g_build_filename (request->run_dir, CHECKPOINT_FILE, NULL);
  return TRUE;
}

/**
 * sampling_load:
 * @done: (out): steps that are finished
 *
 * Returns: the sample after them, a handle of the innermost scope; NULL where there is no checkpoint of
 *   this very sampling
 */
Tensor *
sampling_load (Sampling *self, guint *done)
{
  g_autoptr (WeightsFile) file = NULL;
  const WeightsEntry *entry, *mask;
  const char *step;
  guint64 value;

  if (self->checkpoint == NULL || !g_file_test (self->checkpoint, G_FILE_TEST_EXISTS)
      || (file = weights_file_open (self->checkpoint, NULL)) == NULL)
    return NULL;
  entry = weights_file_lookup (file, "x");
  mask = weights_file_lookup (file, "mask_sum");
  step = weights_file_metadata (file, "step");
  if (entry == NULL || g_strcmp0 (weights_file_metadata (file, "identity"), self->identity) != 0 || step == NULL
      || !g_ascii_string_to_unsigned (step, 10, 1, self->n_steps, &value, NULL)
      || (self->request->mask_token != NULL && mask == NULL && value > self->n_steps / 2))
    return NULL;
  if (mask != NULL)
    t_assign (&self->mask_sum, t_to (t_from_entry (file, mask), self->engine->pipeline->device, T_F32));
  *done = (guint) value;
  return t_to (t_clone (t_from_entry (file, entry)), self->engine->pipeline->device, T_F32);
}

/** sampling_save: keeps @x after @done steps, where the request has a run_dir. */
gboolean
sampling_save (Sampling *self, Tensor *x, guint done, GError **error)
{
  static const char *const names[] = { "x", "mask_sum" };
  g_autoptr (GHashTable) metadata = NULL;
  Tensor *tensors[] = { x, self->mask_sum };

  if (self->checkpoint == NULL || done % CHECKPOINT_EVERY != 0)
    return TRUE;
  metadata = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_hash_table_insert (metadata, (gpointer) "step", g_strdup_printf ("%u", done));
  g_hash_table_insert (metadata, (gpointer) "identity", g_strdup (self->identity));
  return t_save (self->checkpoint, names, tensors, self->mask_sum != NULL ? 2 : 1, metadata, error);
}

/** sampling_forget: the checkpoint of a finished sampling goes. */
void
sampling_forget (Sampling *self)
{
  if (self->checkpoint != NULL)
    g_unlink (self->checkpoint);
}

/**
 * sampling_gather_mask:
 *
 * Adds the word's cross-attention of this step, where it was asked for, to the sum.
 */
gboolean
sampling_gather_mask (Sampling *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *map;

  if (self->probe == NULL || attention_probe_n (self->probe) == 0)
    return TRUE;
  map = token_map_of_last (self->probe, self->mask_position, self->frames);
  t_assign (&self->mask_sum, self->mask_sum != NULL ? t_add (self->mask_sum, map) : map);
  attention_probe_clear (self->probe);
  return t_check (error);
}

/** sampling_add_mask: the mask of the finished @clip, where one was asked for. */
gboolean
sampling_add_mask (Sampling *self, EngineClip *clip, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gsize size = (gsize) clip->width * clip->height;
  g_autofree float *map = NULL;
  guint8 *mask;
  Tensor *scaled;

  if (self->mask_sum == NULL)
    return TRUE;
  scaled = t_bilinear2d (t_unsqueeze (token_map_scaled (self->mask_sum), 1), clip->height, clip->width);
  map = t_dup_data (scaled, T_F32, NULL, error);
  if (map == NULL)
    return FALSE;
  mask = g_malloc (size * clip->n_frames);
  for (guint i = 0; i < clip->n_frames; i++)
    rough_mask_make (map + i * size, clip->width, clip->height, mask + i * size);
  clip->mask = g_bytes_new_take (mask, size * clip->n_frames);
  return TRUE;
}
