/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-engine.h"

#include <glib/gstdio.h>
#include <string.h>

struct _Engine
{
  char *model_dir;
};

static FakeLast last;
static guint hold_step;
static guint fail_step;
static gboolean fail_memory;
static guint64 memory_limit = G_GUINT64_CONSTANT (1) << 40;

static Engine *
fake_open (const EngineConfig *config, const EngineListener *listener, GError **error)
{
  Engine *self = g_new0 (Engine, 1);

  self->model_dir = g_strdup (config->model_dir);
  last.n_opened++;
  return self;
}

static void
fake_close (Engine *self)
{
  g_free (self->model_dir);
  g_free (self);
}

static char *
fake_describe (Engine *self)
{
  return g_strdup ("{\"name\":\"Fake\",\"parameters\":7}");
}


static guint
read_checkpoint (const char *run_dir)
{
  g_autofree char *path = g_build_filename (run_dir, "checkpoint", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? (guint) g_ascii_strtoull (text, NULL, 10) : 0;
}

static void
write_file (const char *run_dir, const char *name, guint step, const char *prompt)
{
  g_autofree char *path = g_build_filename (run_dir, name, NULL);
  g_autofree char *text = g_strdup_printf ("%u %s", step, prompt);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
remember (const EngineTrainRequest *request, guint first_step)
{
  last.n_trained++;
  last.first_step = first_step;
  last.kind = request->kind;
  last.n_clips = request->n_clips;
  last.n_prior = request->n_prior;
  g_variant_lookup (request->params, "frames", "i", &last.frames);
  g_set_str (&last.prior_caption, request->n_prior > 0 ? request->prior[request->n_prior - 1]->caption : NULL);
  last.n_known = request->n_known;
  last.masked = request->n_clips > 0 && request->clips[0]->mask != NULL;
  last.fixed_row = request->token.path != NULL;
  g_variant_lookup (request->params, "omega", "d", &last.omega);
  g_clear_pointer (&last.motion_loss, g_free);
  g_variant_lookup (request->params, "motion_loss", "s", &last.motion_loss);
  g_free (last.prompt);
  last.prompt = g_strdup (request->prompt);
  g_free (last.static_prompt);
  last.static_prompt = g_strdup (request->static_prompt);
}

/* Two grey frames. */
static EngineClip *
make_look (guint step)
{
  gsize size = 2 * 16 * 16 * 3;
  g_autoptr (GBytes) rgb = g_bytes_new_take (memset (g_malloc (size), (int) (step * 20 % 256), size), size);

  return engine_clip_new (rgb, NULL, NULL, 2, 16, 16);
}

/* The first word is looked at more and more, the second less and less: two layers of two heads, and one of time. */
static void
show_maps (const EngineListener *listener, guint step, guint scene)
{
  static const char *const words[] = { "A", "<bear>" };
  static const float most[] = { 0.25, 0.5 };
  guint8 values[2 * 2 * 2 * 8 * 8];
  g_autoptr (EngineClip) ground = make_look (step);
  EngineLookLayer layers[] = {
    { "down_blocks.1.attentions.0.transformer_blocks.0.attn2", ENGINE_LOOK_WORDS, 2, 2, 4, 4, NULL, most },
    { "up_blocks.0.attentions.0.transformer_blocks.0.attn2", ENGINE_LOOK_WORDS, 2, 2, 8, 8, NULL, most },
    { "transformer_in.transformer_blocks.0.attn1", ENGINE_LOOK_TIME, 2, 2, 2, 2, NULL, most + 1 },
  };
  EngineLook look = { words, G_N_ELEMENTS (words), layers, G_N_ELEMENTS (layers), ground, scene };

  if (listener->watches == NULL || !listener->watches (listener->data))
    return;
  memset (values, (int) (step * 10 % 256), sizeof values / 2);
  memset (values + sizeof values / 2, 255 - (int) (step * 10 % 256), sizeof values / 2);
  layers[0].values = g_bytes_new (values + sizeof values / 4, 2 * 2 * 2 * 4 * 4);
  layers[1].values = g_bytes_new (values, sizeof values);
  layers[2].values = g_bytes_new (values, 2 * 2 * 2);
  listener->maps (listener->data, step, &look);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    g_bytes_unref (layers[i].values);
}

/* What is asked for is made of the step; "too much" is refused. */
static void
grant_wishes (const EngineListener *listener, guint step)
{
  const char *prompt;

  while (listener->wish != NULL && (prompt = listener->wish (listener->data)) != NULL)
    {
      g_autoptr (EngineClip) clip = make_look (step);
      g_autoptr (GError) error = g_error_new (ENGINE_ERROR, ENGINE_ERROR_OUT_OF_MEMORY, "There is not enough memory");

      if (g_str_equal (prompt, "too much"))
        listener->refused (listener->data, step, "wish", error);
      else
        listener->look (listener->data, step, "wish", clip);
    }
}

/* A held training waits until somebody interrupts it. */
static gboolean
go_on (const EngineListener *listener, guint step, GError **error)
{
  do
    {
      if (!listener->interrupted (listener->data, error))
        return FALSE;
      if (step > 1)
        grant_wishes (listener, step - 1);
      g_thread_yield ();
    }
  while (hold_step != 0 && step >= hold_step);
  return TRUE;
}

/* Counts to the end from where the checkpoint in @run_dir stands. */
static gboolean
count (const char *run_dir, const char *prompt, guint n_steps, const char *loss, guint n_scenes, const EngineListener *listener,
       GError **error)
{
  for (guint step = read_checkpoint (run_dir) + 1; step <= n_steps; step++)
    {
      EngineTerm terms[] = { { loss, 1.0 / step }, { "grad_norm", 1 } };

      if (!go_on (listener, step, error))
        {
          write_file (run_dir, "checkpoint", step - 1, prompt);
          return FALSE;
        }
      if (step == fail_step && fail_memory)
        {
          g_set_error (error, ENGINE_ERROR, ENGINE_ERROR_OUT_OF_MEMORY,
                       "There is not enough memory: conv2d, 24x320x40x72 (in unet_forward < train)");
          return FALSE;
        }
      if (step == fail_step)
        {
          g_set_error (error, ENGINE_ERROR, ENGINE_ERROR_NOT_FINITE, "the loss is not a number at step %u", step);
          return FALSE;
        }
      listener->progress (listener->data, "Training", step, n_steps, terms, G_N_ELEMENTS (terms));
      for (guint i = 0; i < n_scenes; i++)
        show_maps (listener, step, i);
    }
  write_file (run_dir, "checkpoint", n_steps, prompt);
  return TRUE;
}

/* The first of what it learns from stands for what was learned. */
static void
show_sample (const EngineTrainRequest *request, const EngineListener *listener, guint step)
{
  gint32 every = 0;

  g_variant_lookup (request->params, "sample_every", "i", &every);
  if (every > 0 && request->n_clips > 0 && request->kind != ENGINE_TRAIN_TOKEN)
    listener->look (listener->data, step, "sample", request->clips[0]);
}

static gboolean
fake_train (Engine *self, const EngineTrainRequest *request, const EngineListener *listener, GError **error)
{
  gint32 n_steps = 0;

  g_assert_true (g_variant_lookup (request->params, "iterations", "i", &n_steps));
  remember (request, read_checkpoint (request->run_dir));
  for (guint i = 0; i < request->n_known; i++)
    g_assert_true (request->known[i].path == NULL || g_file_test (request->known[i].path, G_FILE_TEST_EXISTS));
  if (request->token.path != NULL)
    g_assert_true (g_file_test (request->token.path, G_FILE_TEST_EXISTS));
  listener->progress (listener->data, "Encoding", 1, 1, NULL, 0);
  if (!count (request->run_dir, request->prompt, (guint) n_steps, "L_sub", 1, listener, error))
    return FALSE;
  show_sample (request, listener, (guint) n_steps);
  if (request->kind != ENGINE_TRAIN_TOKEN)
    write_file (request->run_dir, "pytorch_lora_weights.safetensors", (guint) n_steps, request->prompt);
  if (request->kind != ENGINE_TRAIN_MOTION)
    write_file (request->run_dir, "learned_embeds.safetensors", (guint) n_steps, request->prompt);
  return TRUE;
}

/* Shows a grey square of every subject. */
static void
look_at (const EngineFuseRequest *request, const EngineListener *listener)
{
  g_autoptr (EngineClip) clip = request->n_subjects > 0 && request->subjects[0].n_clips > 0
                                  ? engine_clip_new (request->subjects[0].clips[0]->rgb, NULL, NULL,
                                                     request->subjects[0].clips[0]->n_frames,
                                                     request->subjects[0].clips[0]->width,
                                                     request->subjects[0].clips[0]->height) : NULL;

  if (request->look_every == 0 || clip == NULL)
    return;
  listener->look (listener->data, 1, "cutmix", clip);
  for (guint i = 0; i < request->n_subjects; i++)
    {
      g_autofree char *map = g_strdup_printf ("map %u", i + 1);
      g_autofree char *mask = g_strdup_printf ("mask %u", i + 1);

      listener->look (listener->data, 1, map, clip);
      listener->look (listener->data, 1, mask, clip);
    }
}

static gboolean
fake_fuse (Engine *self, const EngineFuseRequest *request, const EngineListener *listener, GError **error)
{
  last.n_fused++;
  last.first_step = read_checkpoint (request->run_dir);
  last.n_fuse_subjects = request->n_subjects;
  last.n_fuse_clips = request->subjects[0].n_clips;
  last.frames = (gint) request->subjects[0].clips[0]->n_frames;
  last.fuse_masks = TRUE;
  last.n_backgrounds = request->n_backgrounds;
  g_assert_true (g_variant_lookup (request->params, "iterations", "i", &last.fuse_iterations));
  g_assert_true (g_variant_lookup (request->params, "lambda2", "d", &last.lambda2));
  for (guint i = 0; i < request->n_subjects; i++)
    {
      g_assert_true (g_file_test (request->subjects[i].lora, G_FILE_TEST_EXISTS));
      g_assert_true (g_file_test (request->subjects[i].token.path, G_FILE_TEST_EXISTS));
      for (guint k = 0; k < request->subjects[i].n_clips; k++)
        last.fuse_masks &= request->subjects[i].clips[k]->mask != NULL;
    }
  look_at (request, listener);
  if (!count (request->run_dir, "fused", (guint) last.fuse_iterations, "L_fusion", request->n_subjects + 1, listener, error))
    return FALSE;
  write_file (request->run_dir, "pytorch_lora_weights.safetensors", (guint) last.fuse_iterations, "fused");
  return TRUE;
}

/* What was asked for; the same as the real engine counts on. */
static void
remember_sample (const EngineSampleRequest *request)
{
  g_autofree char *way = NULL;

  last.n_sampled++;
  last.n_loras = request->n_loras;
  last.n_known = request->n_known;
  last.motion_clip = request->motion_clip != NULL;
  g_variant_lookup (request->params, "sampling", "s", &way);
  last.scs = g_strcmp0 (way, "scs") == 0;
  memmove (last.widths + 1, last.widths, sizeof last.widths - sizeof *last.widths);
  g_variant_lookup (request->params, "width", "i", &last.widths[0]);
  g_variant_lookup (request->params, "alpha", "d", &last.alpha);
  for (guint i = 0; i < request->n_loras; i++)
    {
      g_assert_true (g_file_test (request->loras[i].path, G_FILE_TEST_EXISTS));
      if (i < G_N_ELEMENTS (last.strengths))
        last.strengths[i] = request->loras[i].strength;
    }
  for (guint i = 0; i < request->n_known; i++)
    g_assert_true (g_file_test (request->known[i].path, G_FILE_TEST_EXISTS));
}

/* A step is kept as a text. */
static void
keep_step (const EngineSampleRequest *request, guint step)
{
  g_autofree char *name = g_strdup_printf ("%04u.safetensors", step);

  if (request->steps_dir != NULL)
    write_file (request->steps_dir, name, step, request->prompt);
}

/* The steps, from where the checkpoint in the run's folder stands. */
static gboolean
count_sample (const EngineSampleRequest *request, const EngineListener *listener, GError **error)
{
  gint32 n_steps = 0;

  g_assert_true (g_variant_lookup (request->params, "steps", "i", &n_steps));
  last.first_step = request->run_dir != NULL ? read_checkpoint (request->run_dir) : 0;
  last.from_step = request->from_step;
  last.kept = request->steps_dir != NULL;
  if (last.first_step == 0)
    last.first_step = request->from_step;
  if (last.first_step == 0)
    keep_step (request, 0);
  for (guint step = last.first_step + 1; step <= (guint) n_steps; step++)
    {
      EngineTerm terms[] = { { "L_m_to_s", 1.0 / step }, { "alpha_t", 1 } };

      if (!go_on (listener, step, error))
        {
          if (request->run_dir != NULL)
            write_file (request->run_dir, "checkpoint", step - 1, request->prompt);
          return FALSE;
        }
      listener->progress (listener->data, "Sampling", step, (guint) n_steps, terms, G_N_ELEMENTS (terms));
      keep_step (request, step);
    }
  if (request->run_dir != NULL)
    {
      g_autofree char *path = g_build_filename (request->run_dir, "checkpoint", NULL);

      g_remove (path);
    }
  return TRUE;
}

static EngineClip *
fake_sample (Engine *self, const EngineSampleRequest *request, const EngineListener *listener, GError **error)
{
  gint32 frames = 0, width = 0, height = 0;
  gsize size;
  guint8 *rgb;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) mask = NULL;

  g_assert_true (g_variant_lookup (request->params, "frames", "i", &frames));
  g_assert_true (g_variant_lookup (request->params, "width", "i", &width));
  g_assert_true (g_variant_lookup (request->params, "height", "i", &height));
  remember_sample (request);
  if (!count_sample (request, listener, error))
    return NULL;
  size = (gsize) frames * width * height * 3;
  rgb = g_malloc (size);
  for (gint32 i = 0; i < frames; i++)
    memset (rgb + (gsize) i * width * height * 3, (int) ((request->seed * 40 + i * 8) % 256), (gsize) width * height * 3);
  bytes = g_bytes_new_take (rgb, size);
  if (request->mask_token != NULL)
    mask = g_bytes_new_take (memset (g_malloc (size / 3), 255, size / 3), size / 3);
  return engine_clip_new (bytes, mask, NULL, frames, width, height);
}

/* A grey square for every step. */
static EngineClip *
fake_decode_step (Engine *self, const char *steps_dir, guint step, const char *what, const EngineListener *listener,
                  GError **error)
{
  g_autofree char *name = g_strdup_printf ("%04u.safetensors", step);
  g_autofree char *path = g_build_filename (steps_dir, name, NULL);
  gsize size = 4 * 32 * 32 * 3;
  g_autoptr (GBytes) rgb = g_bytes_new_take (memset (g_malloc (size), (int) (step * 5 % 256), size), size);

  last.n_decoded++;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return engine_clip_new (rgb, NULL, NULL, 4, 32, 32);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "Step %u is not kept any more", step);
  return NULL;
}

/* --- attention: every word has a place of its own, the motion branch one beside it --- */

#define MAP_SIDE 8
#define MAP_HEADS 2

static GBytes *
make_words (guint n_frames, guint n_words, EngineBranch branch, GBytes **rest)
{
  gsize n = (gsize) n_frames * MAP_HEADS * MAP_SIDE * MAP_SIDE;
  float *words = g_new (float, n * n_words), *others = g_new (float, n * 2), *word = words, *other = others;

  for (guint f = 0; f < n_frames; f++)
    for (guint h = 0; h < MAP_HEADS; h++)
      for (int p = 0; p < MAP_SIDE * MAP_SIDE; p++, other += 2)
        {
          float sum = 0;

          for (guint w = 0; w < n_words; w++, word++)
            {
              int dx = p % MAP_SIDE - (int) (w + f + branch) % MAP_SIDE, dy = p / MAP_SIDE - (int) (w * 2 + h) % MAP_SIDE;

              *word = 0.8f / (float) n_words / (float) (1 + dx * dx + dy * dy);
              sum += *word;
            }
          other[0] = (1 - sum) * 0.75f;
          other[1] = (1 - sum) * 0.25f;
        }
  *rest = g_bytes_new_take (others, n * 2 * sizeof *others);
  return g_bytes_new_take (words, n * n_words * sizeof *words);
}

static GBytes *
make_times (guint n_frames, EngineBranch branch)
{
  gsize n = (gsize) MAP_SIDE * MAP_SIDE * MAP_HEADS * n_frames * n_frames;
  float *values = g_new (float, n), *value = values;

  for (guint row = 0; row < MAP_SIDE * MAP_SIDE * MAP_HEADS * n_frames; row++, value += n_frames)
    {
      float sum = 0;

      for (guint f = 0; f < n_frames; f++)
        sum += value[f] = 1.0f / (float) (1 + (1 + branch + row / (MAP_HEADS * n_frames)) * ABS ((int) (row % n_frames) - (int) f));
      for (guint f = 0; f < n_frames; f++)
        value[f] /= sum;
    }
  return g_bytes_new_take (values, n * sizeof *values);
}

/* A held look waits until somebody does not want it any more. */
static gboolean
look_on (const EngineListener *listener, guint step, GError **error)
{
  do
    {
      if (!listener->interrupted (listener->data, error))
        return FALSE;
      g_thread_yield ();
    }
  while (hold_step != 0 && step >= hold_step);
  return TRUE;
}

static EngineMaps *
fake_read_maps (Engine *self, const EngineSampleRequest *request, EngineBranch branch, const char *const *layers,
                const EngineListener *listener, GError **error)
{
  static const char *const names[] = { "up_blocks.1.attentions.0.transformer_blocks.0.attn2",
                                       "mid_block.attentions.0.transformer_blocks.0.attn2",
                                       "up_blocks.0.attentions.0.transformer_blocks.0.attn2",
                                       "up_blocks.1.temp_attentions.0.transformer_blocks.0.attn1", NULL };
  EngineMaps *maps;
  gint32 frames = 0;

  last.n_looked++;
  if (!look_on (listener, request->from_step + 1, error))
    return NULL;
  g_assert_true (g_variant_lookup (request->params, "frames", "i", &frames));
  maps = g_new0 (EngineMaps, 1);
  maps->n_frames = (guint) frames;
  maps->words = g_strsplit (request->prompt, " ", -1);
  maps->layers = g_strdupv ((GStrv) names);
  maps->maps = g_new0 (EngineMap, G_N_ELEMENTS (names) - 1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean temporal = names[i + 1] == NULL;
      EngineMap map = { g_strdup (names[i]), temporal, MAP_HEADS, MAP_SIDE, MAP_SIDE, NULL, NULL };

      map.words = temporal ? make_times (maps->n_frames, branch)
                           : make_words (maps->n_frames, g_strv_length (maps->words), branch, &map.rest);
      maps->maps[maps->n_maps++] = map;
    }
  return maps;
}

/* Everything is everywhere. */
static gboolean
fake_locate (Engine *self, const EngineClip *clip, const char *prompt, const EngineToken *words, guint n_words,
             const EngineListener *listener, GBytes **masks, GError **error)
{
  gsize size = (gsize) clip->n_frames * clip->width * clip->height;

  for (guint i = 0; i < n_words; i++)
    masks[i] = g_bytes_new_take (memset (g_malloc (size), 255, size), size);
  return TRUE;
}

/* Segmenting: the box, or the middle half of the picture, and then the whole of it. */
static EngineSegmenter *
fake_open_segmenter (const EngineSegmenterConfig *config, const EngineListener *listener, GError **error)
{
  if (!g_file_test (config->sam, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no “%s”", config->sam);
      return NULL;
    }
  return (EngineSegmenter *) g_new0 (int, 1);
}

static void
fake_close_segmenter (EngineSegmenter *self)
{
  g_free (self);
}

static EngineSegmentation *
fake_segment (EngineSegmenter *self, const EngineSegmentRequest *request, const EngineListener *listener,
              GError **error)
{
  EngineSegmentation *answer;
  gsize n = (gsize) request->width * request->height;
  double left = request->has_box ? MIN (request->x0, request->x1) : request->width / 4;
  double right = request->has_box ? MAX (request->x0, request->x1) : request->width - request->width / 4;
  double top = request->has_box ? MIN (request->y0, request->y1) : request->height / 4;
  double bottom = request->has_box ? MAX (request->y0, request->y1) : request->height - request->height / 4;
  guint8 *mask = g_malloc0 (n);

  last.n_segmented++;
  for (guint y = 0; y < request->height; y++)
    for (guint x = 0; x < request->width; x++)
      if (x >= left && x < right && y >= top && y < bottom)
        mask[(gsize) y * request->width + x] = 255;
  answer = g_new0 (EngineSegmentation, 1);
  answer->width = request->width;
  answer->height = request->height;
  answer->n_candidates = 2;
  answer->candidates[0] = (EngineCandidate){ g_bytes_new_take (mask, n), 0.9, NULL };
  answer->candidates[1] = (EngineCandidate){ g_bytes_new_take (memset (g_malloc (n), 255, n), n), 0.5, NULL };
  return answer;
}

/* Every letter is a piece; <known> has a name of its own. */
static gboolean
fake_read_words (const char *model_dir, const char *const *texts, guint n_texts, EngineWord *words, GError **error)
{
  for (guint i = 0; i < n_texts; i++)
    words[i] = (EngineWord) { (guint) strlen (texts[i]), g_str_equal (texts[i], "<known>") };
  return TRUE;
}

static char *
fake_bench (GVariant *options, const EngineListener *listener, GError **error)
{
  gint32 frames = 0;

  g_variant_lookup (options, "frames", "i", &frames);
  return g_strdup_printf ("{\"unet_forward_s\":0.5,\"frames\":%d}", frames);
}

/* As much as it was told, for each frame that was trained with last. */
static void
fake_memory (Engine *self, gboolean reset, EngineMemory *memory)
{
  guint64 peak = (guint64) last.frames << 20;
  guint64 used = MIN (peak, memory_limit);

  *memory = (EngineMemory){ used, peak, memory_limit - used, memory_limit };
}

const EngineTable *
fake_engine_table (void)
{
  static const EngineTable table = {
    .abi = ENGINE_ABI,
    .open = fake_open,
    .close = fake_close,
    .describe = fake_describe,
    .train = fake_train,
    .sample = fake_sample,
    .fuse = fake_fuse,
    .bench = fake_bench,
    .locate = fake_locate,
    .open_segmenter = fake_open_segmenter,
    .close_segmenter = fake_close_segmenter,
    .segment = fake_segment,
    .read_words = fake_read_words,
    .memory = fake_memory,
    .decode_step = fake_decode_step,
    .read_maps = fake_read_maps,
  };

  return &table;
}

FakeLast *
fake_engine_get_last (void)
{
  return &last;
}

/* From this step on a training waits until it is interrupted; 0: never. */
void
fake_engine_hold (guint step)
{
  hold_step = step;
}

/* At this step a training fails; 0: never. */
void
fake_engine_fail (guint step)
{
  fail_step = step;
}

/* How much memory the device is said to have: a training takes a mebibyte a frame. */
void
fake_engine_limit (guint64 bytes)
{
  memory_limit = bytes;
}

/* Whether what fails is short of memory; else its loss is no number. */
void
fake_engine_fail_memory (gboolean memory)
{
  fail_memory = memory;
}
