/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-private.h"
#include "engine/engine-pretrain-private.h"
#include "engine/engine-segment-private.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "nn/lora-file.h"
#include "nn/model-config.h"

/* The domain is one for both sides of the door; so are its codes. */
G_STATIC_ASSERT ((int) ENGINE_ERROR_OUT_OF_MEMORY == (int) T_ERROR_OUT_OF_MEMORY);
G_STATIC_ASSERT ((int) ENGINE_ERROR_DEVICE == (int) T_ERROR_DEVICE);
G_STATIC_ASSERT ((int) ENGINE_ERROR_FILE == (int) T_ERROR_FILE);
G_STATIC_ASSERT ((int) ENGINE_ERROR_NOT_FINITE == (int) T_ERROR_NOT_FINITE);

/** engine_param_int: a whole number of a vardict; @fallback where it is absent. */
gint
engine_param_int (GVariant *params, const char *key, gint fallback)
{
  gint value = fallback;

  if (params != NULL)
    g_variant_lookup (params, key, "i", &value);
  return value;
}

/** engine_param_double: a number of a vardict; @fallback where it is absent. */
double
engine_param_double (GVariant *params, const char *key, double fallback)
{
  double value = fallback;

  if (params != NULL)
    g_variant_lookup (params, key, "d", &value);
  return value;
}

/** engine_param_bool: a switch of a vardict; @fallback where it is absent. */
gboolean
engine_param_bool (GVariant *params, const char *key, gboolean fallback)
{
  gboolean value = fallback;

  if (params != NULL)
    g_variant_lookup (params, key, "b", &value);
  return value;
}

/** engine_param_string: (transfer none): a text of a vardict; @fallback where it is absent. */
const char *
engine_param_string (GVariant *params, const char *key, const char *fallback)
{
  const char *value = fallback;

  if (params != NULL)
    g_variant_lookup (params, key, "&s", &value);
  return value;
}

static gboolean
ask (const EngineListener *listener, GError **error)
{
  return listener == NULL || listener->interrupted == NULL || listener->interrupted (listener->data, error);
}

static gboolean
interrupted (gpointer data, GError **error)
{
  return ask (data, error);
}

/* As many threads as the other engine's, also where it chose anew since the last block. */
static gboolean
interrupted_beside (gpointer data, GError **error)
{
  t_share_threads ();
  return ask (data, error);
}

static void
listen (const EngineListener *listener, gboolean beside)
{
  if (beside)
    {
      t_share_threads ();
      t_set_interrupt (interrupted_beside, (gpointer) listener);
    }
  else if (listener != NULL && listener->interrupted != NULL)
    t_set_interrupt (interrupted, (gpointer) listener);
}

/** engine_begin: @listener hears of what is computed until engine_end (). */
void
engine_begin (Engine *self, const EngineListener *listener)
{
  self->listener = listener;
  listen (listener, self->beside);
}

/** engine_end: nobody listens, and the network carries no LoRA. Learned words stay until the next request's. */
void
engine_end (Engine *self)
{
  self->listener = NULL;
  t_set_interrupt (NULL, NULL);
  t_check (NULL); /* whatever waits was reported, or came after what was */
  unet_set_loras (self->pipeline->unet, NULL, 0, NULL);
}

/**
 * engine_rest:
 * @text_too: the text encoder is not needed for a while either
 *
 * Before the UNet's steps: where the configuration asks for it, what they do not need gives its memory back.
 */
void
engine_rest (Engine *self, gboolean text_too)
{
  if (self->offload)
    pipeline_rest (self->pipeline, text_too);
}

/** engine_progress: tells the listener, if it wants to know. */
void
engine_progress (Engine *self, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  if (self->listener != NULL && self->listener->progress != NULL)
    self->listener->progress (self->listener->data, phase, step, n_steps, terms, n_terms);
}

/** engine_add_words: the learned words of a request; what was known before is forgotten. */
gboolean
engine_add_words (Engine *self, const EngineToken *words, guint n, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Conditioner *conditioner = self->pipeline->conditioner;
  gint64 width = clip_text_width (conditioner_text (conditioner));

  if (!conditioner_forget_words (conditioner, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      Tensor *row;
      if (words[i].path != NULL)
        row = learned_embedding_load (words[i].path, words[i].token, width, error);
      else
        row = conditioner_mean_row (conditioner, words[i].superclass, error);
      if (row == NULL
          || !conditioner_add_word (conditioner, words[i].token, t_to (row, self->pipeline->device, T_F32), error))
        return FALSE;
    }
  return TRUE;
}

/** engine_choose_device: the device of that name; "auto" takes a card where there is one. */
gboolean
engine_choose_device (const char *name, TDevice *device, GError **error)
{
  gboolean wants_cuda = g_strcmp0 (name, "cuda") == 0;
  gboolean automatic = name == NULL || *name == '\0' || g_str_equal (name, "auto");

  if (!wants_cuda && !automatic && !g_str_equal (name, "cpu"))
    {
      g_set_error (error, T_ERROR, T_ERROR_DEVICE, _("“%s” is no device: choose auto, cpu or cuda"), name);
      return FALSE;
    }
  if (wants_cuda && !t_cuda_available ())
    {
      g_set_error (error, T_ERROR, T_ERROR_DEVICE,
                   _("There is no NVIDIA card that this build can use: start with “./run --torch DIR”, where DIR is "
                   "PyTorch's own libtorch for CUDA, or choose the CPU"));
      return FALSE;
    }
  *device = wants_cuda || (automatic && t_cuda_available ()) ? T_CUDA : T_CPU;
  return TRUE;
}

/** engine_choose_dtype: what frozen weights are on @device in the precision of that name. */
gboolean
engine_choose_dtype (const char *name, TDevice device, TDtype *dtype, GError **error)
{
  if (name == NULL || *name == '\0' || g_str_equal (name, "auto"))
    *dtype = device == T_CUDA ? T_F16 : T_F32;
  else if (g_str_equal (name, "half"))
    *dtype = device == T_CUDA ? T_F16 : T_BF16; /* what CPUs have instructions for */
  else if (g_str_equal (name, "float32"))
    *dtype = T_F32;
  else
    {
      g_set_error (error, T_ERROR, T_ERROR_DEVICE, _("“%s” is no precision: choose auto, float32 or half"), name);
      return FALSE;
    }
  return TRUE;
}

static Engine *
open_engine (const EngineConfig *config, const EngineListener *listener, GError **error)
{
  g_autofree Engine *self = g_new0 (Engine, 1);
  TDevice device;
  TDtype dtype;

  if (!config->beside)
    t_set_threads (config->threads > 0 ? config->threads : MAX (g_get_num_processors (), 2) - 1);
  if (!engine_choose_device (config->device, &device, error)
      || !engine_choose_dtype (config->precision, device, &dtype, error))
    return NULL;
  if (!config->beside)
    t_set_deterministic (config->deterministic);
  self->beside = config->beside;
  self->offload = config->offload;
  listen (listener, self->beside);
  self->pipeline = pipeline_open (config->model_dir, device, dtype, error);
  t_set_interrupt (NULL, NULL);
  return self->pipeline != NULL ? g_steal_pointer (&self) : NULL;
}

static void
close_engine (Engine *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->pipeline, pipeline_free);
  g_free (self->model_digest);
  g_free (self);
}

static void
add_warning (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  if (text != NULL)
    json_builder_add_string_value (builder, text);
  else
    json_builder_add_null_value (builder);
}

static char *
describe (Engine *self)
{
  Pipeline *pipeline = self->pipeline;
  g_autofree char *device = t_dup_device_name (pipeline->device);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, pipeline->model_dir);
  json_builder_set_member_name (builder, "device");
  json_builder_add_string_value (builder, device);
  json_builder_set_member_name (builder, "precision");
  json_builder_add_string_value (builder, t_dtype_name (pipeline->dtype));
  json_builder_set_member_name (builder, "threads");
  json_builder_add_int_value (builder, t_get_threads ());
  json_builder_set_member_name (builder, "libtorch");
  json_builder_add_string_value (builder, t_torch_version ());
  json_builder_set_member_name (builder, "reduction");
  json_builder_add_int_value (builder, vae_reduction (pipeline->vae));
  json_builder_set_member_name (builder, "prompt_tokens");
  json_builder_add_int_value (builder, tokenizer_max_length (conditioner_tokenizer (pipeline->conditioner)));
  add_warning (builder, "blas_warning", t_blas_warning ());
  add_warning (builder, "convolutions_warning", pipeline->device == T_CPU ? t_convolutions_warning () : NULL);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/**
 * engine_table:
 *
 * Returns: (transfer none): what jobs call
 */
const EngineTable *
engine_table (void)
{
  static const EngineTable table = {
    .abi = ENGINE_ABI,
    .open = open_engine,
    .close = close_engine,
    .describe = describe,
    .train = engine_train,
    .sample = engine_sample,
    .fuse = engine_fuse,
    .bench = engine_bench,
    .locate = engine_locate,
    .pretrain = engine_pretrain,
    .open_segmenter = engine_open_segmenter,
    .close_segmenter = engine_close_segmenter,
    .segment = engine_segment,
    .read_words = engine_read_words,
    .memory = engine_memory,
    .decode_step = engine_decode_step,
    .read_maps = engine_read_maps,
  };

  return &table;
}
