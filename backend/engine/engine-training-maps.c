/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/attention-maps.h"
#include "engine/engine-private.h"

/*
 * Where the network looks while it learns: the first picture or clip that is learned from, always with the same noise at the
 * same timestep, goes once through the network as it is, and its layers tell their attention: where in it the words of the
 * prompt are, and which frames look at which. The noise has a stream of its own, so no step of the training draws
 * anything else for it.
 */

/* The training's streams are counted from 0, its samples' is 1000, the effect's 1001. */
#define STREAM_MAPS 1002

/* Of the schedule: noisy enough that the network has to look for where things are, not so much that it cannot see them. */
#define NOISE_LEVEL 0.35

/* With more bytes than these at a step the mean over the heads has to do. */
#define MOST_BYTES (4u << 20)
/* Prompts have fewer words, as a rule; more are left out. */
#define MOST_WORDS 16

typedef struct
{
  const char *texts[MOST_WORDS];
  guint first[MOST_WORDS];
  guint last[MOST_WORDS];
  guint n;
  gint64 n_tokens;
} Words;

static gboolean
is_due (TrainingReport *self, guint step, guint n_steps)
{
  const EngineListener *listener = self->engine->listener;
  gint every = engine_param_int (self->params, "maps_every", 0);
  gboolean before = self->watched;

  self->watched = every > 0 && self->latents != NULL && listener != NULL && listener->watches != NULL && listener->maps != NULL
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
words_init (Words *self, GPtrArray *words, gint64 n_tokens)
{
  *self = (Words){ .n_tokens = n_tokens };
  for (guint i = 0; i < words->len && self->n < MOST_WORDS; i++)
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

/* Of the words: [words, heads, F, pixels]; of time: [heads, F, F]; float32. */
static Tensor *
reduce (gpointer data, AttentionKind kind, Tensor *probabilities)
{
  T_SCOPE_NO_GRAD ();
  const Words *words = data;
  Tensor *p = t_to_dtype (probabilities, T_F32), *of_words;

  if (kind == ATTENTION_TEMPORAL)
    return t_keep (t_mean_dims (p, T_DIMS (0), FALSE));
  of_words = word_maps (p, word_matrix (words->first, words->last, words->n, words->n_tokens, p));
  return t_keep (t_permute (of_words, T_DIMS (3, 1, 0, 2)));
}

/* What @probe is told in one pass. */
static gboolean
look (const TrainingReport *self, AttentionProbe *probe, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->engine->pipeline;
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (self->seed, STREAM_MAPS, 0));
  LoraUse use = { self->objective->lora, 1 };
  UNetCall call = { .probe = probe };
  gint64 t = (gint64) (NOISE_LEVEL * schedule_n_steps (pipeline->schedule));
  Tensor *x_t;

  if (!unet_set_loras (pipeline->unet, &use, use.lora != NULL ? 1 : 0, error))
    return FALSE;
  x_t = schedule_add_noise (pipeline->schedule, self->latents, objective_randn_like (self->latents, generator), &t, 1);
  unet_forward (pipeline->unet, &call, x_t, t_full ((double) t, T_F32, T_CPU, T_SHAPE (1)),
                conditioner_encode (pipeline->conditioner, self->prompt));
  return t_check (error);
}

static void
map_clear (gpointer data)
{
  EngineLookLayer *map = data;

  g_clear_pointer (&map->values, g_bytes_unref);
  g_free ((gpointer) map->most);
}

/* The largest probability of every word (or of the layer) becomes 255. */
static gboolean
make_bytes (Tensor *x, EngineLookLayer *map, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gboolean words = map->kind == ENGINE_LOOK_WORDS;
  Tensor *most = words ? t_amax_dims (x, T_DIMS (1, 2, 3), TRUE) : t_amax_dims (x, T_DIMS (0, 1, 2), TRUE);
  Tensor *scaled = t_round (t_mul_scalar (t_div (x, t_add_scalar (most, 1e-12)), 255));
  gsize n;
  guint8 *bytes;

  map->most = t_dup_data (most, T_F32, NULL, error);
  bytes = map->most != NULL ? t_dup_data (t_clamp (scaled, 0, 255), T_U8, &n, error) : NULL;
  if (bytes == NULL)
    return FALSE;
  map->values = g_bytes_new_take (bytes, n);
  return TRUE;
}

static gsize
count_bytes (AttentionProbe *probe)
{
  gsize n = 0;

  for (guint i = 0; i < attention_probe_n (probe); i++)
    n += (gsize) t_numel (attention_probe_get (probe, i));
  return n;
}

static gboolean
add_map (GArray *maps, AttentionProbe *probe, guint i, gboolean mean, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gboolean words = attention_probe_kind (probe, i) == ATTENTION_SPATIAL_CROSS;
  Tensor *x = attention_probe_get (probe, i);
  EngineLookLayer *map;

  if (mean)
    x = words ? t_mean_dims (x, T_DIMS (1), TRUE) : t_mean_dims (x, T_DIMS (0), TRUE);
  g_array_set_size (maps, maps->len + 1);
  map = &g_array_index (maps, EngineLookLayer, maps->len - 1);
  map->layer = attention_probe_path (probe, i);
  map->kind = words ? ENGINE_LOOK_WORDS : ENGINE_LOOK_TIME;
  map->n_heads = (guint) t_size (x, words ? 1 : 0);
  map->n_frames = (guint) t_size (x, words ? 2 : 1);
  map->width = words ? (guint) attention_probe_map_width (probe, i) : map->n_frames;
  map->height = words ? (guint) attention_probe_map_height (probe, i) : map->n_frames;
  return make_bytes (x, map, error);
}

static gboolean
tell (const TrainingReport *self, guint step, const Words *words, AttentionProbe *probe, GError **error)
{
  const EngineListener *listener = self->engine->listener;
  g_autoptr (GArray) maps = g_array_new (FALSE, TRUE, sizeof (EngineLookLayer));
  gboolean mean = count_bytes (probe) > MOST_BYTES;
  EngineLook all = { .words = words->texts, .n_words = words->n, .ground = self->ground };

  g_array_set_clear_func (maps, map_clear);
  for (guint i = 0; i < attention_probe_n (probe); i++)
    if (!add_map (maps, probe, i, mean, error))
      return FALSE;
  all.maps = (const EngineLookLayer *) maps->data;
  all.n_maps = maps->len;
  listener->maps (listener->data, step, &all);
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
  T_SCOPE_NO_GRAD ();
  Tokenizer *tokenizer = conditioner_tokenizer (self->engine->pipeline->conditioner);
  guint kinds = ATTENTION_KIND (ATTENTION_SPATIAL_CROSS);
  g_autoptr (GPtrArray) texts = NULL;
  g_autoptr (AttentionProbe) probe = NULL;
  g_autoptr (GError) error = NULL;
  Words words;

  if (!is_due (self, step, n_steps))
    return;
  if (t_size (self->latents, 2) > 1)
    kinds |= ATTENTION_KIND (ATTENTION_TEMPORAL);
  texts = tokenizer_words (tokenizer, self->prompt);
  words_init (&words, texts, tokenizer_max_length (tokenizer));
  if (words.n == 0)
    return;
  probe = attention_probe_new (kinds);
  attention_probe_reduce (probe, reduce, &words);
  if (!look (self, probe, &error) || !tell (self, step, &words, probe, &error))
    g_info ("Where the network looks is not known of step %u: %s", step, error->message);
}
