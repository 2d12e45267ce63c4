/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-private.h"

/*
 * Where the network looks while it learns: the first picture or clip that is learned from, of a fusion the first of every subject,
 * always with the same noise at the same timestep, goes once through the network as it is. The noise has a stream of its
 * own, so no step of the training draws anything else for it.
 */

/* The training's streams are counted from 0, its samples' is 1000, the effect's 1001. */
#define STREAM_MAPS 1002

/* Of the schedule: noisy enough that the network has to look for where things are, not so much that it cannot see them. */
#define NOISE_LEVEL 0.35

static gboolean
is_due (TrainingReport *self, guint step, guint n_steps)
{
  const EngineListener *listener = self->engine->listener;
  gint every = engine_param_int (self->params, "maps_every", 0);
  gboolean before = self->watched;

  self->watched = every > 0 && self->set_scene != NULL && listener != NULL && listener->watches != NULL && listener->maps != NULL
                  && listener->watches (listener->data);
  return self->watched && (!before || step % (guint) every == 0 || step == n_steps);
}

static gboolean
has_letter (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_isalnum (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

/* @words: (element-type TokenizerWord): those of the prompt, which have to live as long. */
static void
words_init (EngineLookWords *self, GPtrArray *words, gint64 n_tokens)
{
  *self = (EngineLookWords){ .n_tokens = n_tokens };
  for (guint i = 0; i < words->len && self->n < ENGINE_LOOK_WORDS_MAX; i++)
    {
      const TokenizerWord *word = g_ptr_array_index (words, i);

      if (word->is_cut || !has_letter (word->text))
        continue;
      self->texts[self->n] = word->text;
      self->first[self->n] = word->first;
      self->last[self->n] = word->last;
      self->n++;
    }
}

/* What is seen of the @i-th scene goes to the listener. */
static gboolean
show_scene (const TrainingReport *self, guint step, guint i, GError **error)
{
  T_SCOPE_NO_GRAD ();
  const EngineListener *listener = self->engine->listener;
  Pipeline *pipeline = self->engine->pipeline;
  Tokenizer *tokenizer = conditioner_tokenizer (pipeline->conditioner);
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (self->seed, STREAM_MAPS, i));
  gint64 t = (gint64) (NOISE_LEVEL * schedule_n_steps (pipeline->schedule));
  LoraUse use = { self->objective->lora, 1 };
  g_autoptr (GPtrArray) texts = NULL;
  g_autoptr (GArray) maps = NULL;
  EngineScene scene = { NULL };
  EngineLookWords words;
  EngineLook look;
  Tensor *x_t;

  if (!self->set_scene (self->scene_data, i, &scene, error))
    return FALSE;
  texts = tokenizer_words (tokenizer, scene.prompt);
  words_init (&words, texts, tokenizer_max_length (tokenizer));
  if (words.n == 0)
    return TRUE;
  if (!unet_set_loras (pipeline->unet, &use, use.lora != NULL ? 1 : 0, error))
    return FALSE;
  x_t = schedule_add_noise (pipeline->schedule, scene.latents, objective_randn_like (scene.latents, generator), &t, 1);
  maps = engine_look (pipeline->unet, x_t, t, conditioner_encode (pipeline->conditioner, scene.prompt), &words, error);
  if (maps == NULL)
    return FALSE;
  look = (EngineLook) { words.texts, words.n, (const EngineLookLayer *) maps->data, maps->len, scene.ground, i };
  listener->maps (listener->data, step, &look);
  return TRUE;
}

/**
 * engine_show_maps:
 *
 * Tells the listener where the network looks, where it is due and somebody wants to know. What fails, or is interrupted, is left
 * out: the next step hears of what interrupted it.
 */
void
engine_show_maps (TrainingReport *self, guint step, guint n_steps)
{
  g_autoptr (GError) error = NULL;

  if (!is_due (self, step, n_steps))
    return;
  for (guint i = 0; i < self->n_scenes; i++)
    if (!show_scene (self, step, i, &error))
      {
        g_info ("Where the network looks is not known of step %u: %s", step, error->message);
        return;
      }
}
