/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-engine.h"

#include <string.h>

struct _Engine
{
  char *model_dir;
};

static FakeLast last;
static guint hold_step;
static guint fail_step;

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

static char *
run_path (const EngineTrainRequest *request, const char *name)
{
  return g_build_filename (request->run_dir, name, NULL);
}

static guint
read_checkpoint (const EngineTrainRequest *request)
{
  g_autofree char *path = run_path (request, "checkpoint");
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? (guint) g_ascii_strtoull (text, NULL, 10) : 0;
}

static void
write_file (const EngineTrainRequest *request, const char *name, guint step)
{
  g_autofree char *path = run_path (request, name);
  g_autofree char *text = g_strdup_printf ("%u %s", step, request->prompt);

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
  last.n_known = request->n_known;
  last.masked = request->n_clips > 0 && request->clips[0]->mask != NULL;
  g_variant_lookup (request->params, "omega", "d", &last.omega);
  g_free (last.prompt);
  last.prompt = g_strdup (request->prompt);
  g_free (last.static_prompt);
  last.static_prompt = g_strdup (request->static_prompt);
}

/* A held training waits until somebody interrupts it. */
static gboolean
go_on (const EngineListener *listener, guint step, GError **error)
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

static gboolean
fake_train (Engine *self, const EngineTrainRequest *request, const EngineListener *listener, GError **error)
{
  guint first = read_checkpoint (request);
  gint32 n_steps = 0;

  g_assert_true (g_variant_lookup (request->params, "iterations", "i", &n_steps));
  remember (request, first);
  for (guint i = 0; i < request->n_known; i++)
    g_assert_true (g_file_test (request->known[i].path, G_FILE_TEST_EXISTS));
  listener->progress (listener->data, "Encoding", 1, 1, NULL, 0);
  for (guint step = first + 1; step <= (guint) n_steps; step++)
    {
      EngineTerm terms[] = { { "L_sub", 1.0 / step }, { "grad_norm", 1 } };

      if (!go_on (listener, step, error))
        {
          write_file (request, "checkpoint", step - 1);
          return FALSE;
        }
      if (step == fail_step)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the loss is not a number at step %u", step);
          return FALSE;
        }
      listener->progress (listener->data, "Training", step, (guint) n_steps, terms, G_N_ELEMENTS (terms));
    }
  write_file (request, "checkpoint", (guint) n_steps);
  if (request->kind != ENGINE_TRAIN_TOKEN)
    write_file (request, "pytorch_lora_weights.safetensors", (guint) n_steps);
  if (request->kind != ENGINE_TRAIN_MOTION)
    write_file (request, "learned_embeds.safetensors", (guint) n_steps);
  return TRUE;
}

static EngineClip *
fake_sample (Engine *self, const EngineSampleRequest *request, const EngineListener *listener, GError **error)
{
  gint32 frames = 0, width = 0, height = 0;
  gsize size;
  guint8 *rgb;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_true (g_variant_lookup (request->params, "frames", "i", &frames));
  g_assert_true (g_variant_lookup (request->params, "width", "i", &width));
  g_assert_true (g_variant_lookup (request->params, "height", "i", &height));
  last.n_loras = request->n_loras;
  last.n_known = request->n_known;
  for (guint i = 0; i < request->n_loras; i++)
    g_assert_true (g_file_test (request->loras[i].path, G_FILE_TEST_EXISTS));
  if (!listener->interrupted (listener->data, error))
    return NULL;
  listener->progress (listener->data, "Sampling", 1, 1, NULL, 0);
  size = (gsize) frames * width * height * 3;
  rgb = g_malloc (size);
  for (gint32 i = 0; i < frames; i++)
    memset (rgb + (gsize) i * width * height * 3, (int) ((request->seed * 40 + i * 8) % 256), (gsize) width * height * 3);
  bytes = g_bytes_new_take (rgb, size);
  return engine_clip_new (bytes, NULL, NULL, frames, width, height);
}

static char *
fake_bench (GVariant *options, const EngineListener *listener, GError **error)
{
  gint32 frames = 0;

  g_variant_lookup (options, "frames", "i", &frames);
  return g_strdup_printf ("{\"unet_forward_s\":0.5,\"frames\":%d}", frames);
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
    .bench = fake_bench,
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
