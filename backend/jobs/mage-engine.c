/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-engine.h"

#include "jobs/mage-data.h"

#include <glib/gi18n.h>
#include <gmodule.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/*
 * The engine as jobs see it: its library, opened when it is first needed, and one opened model,
 * which is kept until another one, or another device or precision, is asked for; the same for the
 * networks that find subjects in pictures. Worker thread only.
 */

#define LIBRARY "libvideomage-engine." G_MODULE_SUFFIX

struct _MageEngine
{
  const EngineTable *table;
  Engine *engine;
  char *model_dir;
  char *device;
  char *precision;
  guint threads;
  gboolean deterministic;
  gboolean offload;
  gboolean beside;
  EngineSegmenter *segmenter;
  char *sam;
};

/** mage_engine_new: @table: (nullable): NULL opens the library when it is first needed. */
MageEngine *
mage_engine_new (const EngineTable *table)
{
  MageEngine *self = g_new0 (MageEngine, 1);

  self->table = table;
  return self;
}

static void
close_model (MageEngine *self)
{
  if (self->engine != NULL)
    self->table->close (g_steal_pointer (&self->engine));
  g_clear_pointer (&self->model_dir, g_free);
  g_clear_pointer (&self->device, g_free);
  g_clear_pointer (&self->precision, g_free);
}

static void
close_segmenter (MageEngine *self)
{
  if (self->segmenter != NULL)
    self->table->close_segmenter (g_steal_pointer (&self->segmenter));
  g_clear_pointer (&self->sam, g_free);
}

/** mage_engine_unload: lets go of the model, and gives its memory back to the machine; the next job loads it again. */
void
mage_engine_unload (MageEngine *self)
{
  close_model (self);
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

void
mage_engine_free (MageEngine *self)
{
  close_model (self);
  close_segmenter (self);
  g_free (self);
}

/* Beside the program, where it is built, and where it is installed. */
static char *
find_library (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : g_strdup (".");
  g_autofree char *beside = g_build_filename (folder, LIBRARY, NULL);
  g_autofree char *built = g_build_filename (folder, "..", "backend", "engine", LIBRARY, NULL);
  g_autofree char *installed = g_build_filename (MAGE_LIBDIR, LIBRARY, NULL);
  const char *candidates[] = { beside, built, installed };

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    if (g_file_test (candidates[i], G_FILE_TEST_EXISTS))
      return g_strdup (candidates[i]);
  return NULL;
}

static gboolean
open_library (MageEngine *self, GError **error)
{
  g_autofree char *path = find_library ();
  gpointer symbol = NULL;
  GModule *module;
  const EngineTable *table;

  if (path == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("The engine (%s) is neither beside the program nor in “%s”: install VideoMage again"),
                   LIBRARY, MAGE_LIBDIR);
      return FALSE;
    }
  module = g_module_open (path, G_MODULE_BIND_LAZY);
  if (module == NULL || !g_module_symbol (module, ENGINE_MODULE_SYMBOL, &symbol))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The engine “%s” cannot be opened: %s"), path, g_module_error ());
      return FALSE;
    }
  /* libtorch starts threads and cannot be unloaded. */
  g_module_make_resident (module);
  table = ((EngineGetTable) symbol) ();
  if (table->abi != ENGINE_ABI)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("The engine “%s” belongs to another version of VideoMage: install it again"), path);
      return FALSE;
    }
  self->table = table;
  return TRUE;
}

/** mage_engine_get_table: Returns: (transfer none) (nullable): what the engine offers */
const EngineTable *
mage_engine_get_table (MageEngine *self, GError **error)
{
  if (self->table == NULL && !open_library (self, error))
    return NULL;
  return self->table;
}

static gboolean
is_open (MageEngine *self, const EngineConfig *config)
{
  return self->engine != NULL && g_str_equal (self->model_dir, config->model_dir)
         && g_str_equal (self->device, config->device) && g_str_equal (self->precision, config->precision)
         && self->threads == config->threads && self->deterministic == config->deterministic
         && self->offload == config->offload && self->beside == config->beside;
}

static Engine *
open_model (MageEngine *self, MageJob *job, const char *model_dir, MageParams *params, gboolean beside,
            const EngineTable **table, GError **error)
{
  MageEngineCall call = { .job = job };
  EngineListener listener = mage_engine_call_listen (&call);
  EngineConfig config = { .model_dir = model_dir,
                          .device = mage_params_get_string (params, "device"),
                          .precision = mage_params_get_string (params, "precision"),
                          .threads = (guint) mage_params_get_int (params, "threads"),
                          .deterministic = mage_params_get_boolean (params, "deterministic"),
                          .offload = mage_params_get_boolean (params, "offload"),
                          .beside = beside };

  *table = mage_engine_get_table (self, error);
  if (*table == NULL)
    return NULL;
  if (is_open (self, &config))
    return self->engine;

  close_model (self);
  mage_job_report (job, "Loading the model", 0, 0, NULL, 0);
  self->engine = self->table->open (&config, &listener, error);
  if (self->engine == NULL)
    return NULL;
  self->model_dir = g_strdup (model_dir);
  self->device = g_strdup (config.device);
  self->precision = g_strdup (config.precision);
  self->threads = config.threads;
  self->deterministic = config.deterministic;
  self->offload = config.offload;
  self->beside = beside;
  return self->engine;
}

/**
 * mage_engine_open:
 * @job: hears of the loading, and can stop it
 * @params: device, precision and threads
 * @table: (out): what the engine offers
 *
 * Returns: (transfer none) (nullable): the model, which stays open for the next job
 */
Engine *
mage_engine_open (MageEngine *self, MageJob *job, const char *model_dir, MageParams *params,
                  const EngineTable **table, GError **error)
{
  return open_model (self, job, model_dir, params, FALSE, table, error);
}

/**
 * mage_engine_open_beside:
 *
 * As mage_engine_open(), for a job that assists: what the worker computes meanwhile comes out as it does alone.
 */
Engine *
mage_engine_open_beside (MageEngine *self, MageJob *job, const char *model_dir, MageParams *params,
                         const EngineTable **table, GError **error)
{
  return open_model (self, job, model_dir, params, TRUE, table, error);
}

/**
 * mage_engine_open_segmenter:
 * @job: hears of the loading, and can stop it
 * @sam: (nullable): MobileSAM's weights; NULL: those that come with the program
 * @table: (out): what the engine offers
 *
 * They compute on the CPU, where a training on a card needs nothing.
 *
 * Returns: (transfer none) (nullable): the networks that find subjects, which stay open for the next job
 */
EngineSegmenter *
mage_engine_open_segmenter (MageEngine *self, MageJob *job, const char *sam, const EngineTable **table, GError **error)
{
  MageEngineCall call = { .job = job };
  EngineListener listener = mage_engine_call_listen (&call);
  g_autofree char *salient = mage_data_path ("segmentation/u2netp.safetensors");
  g_autofree char *path = sam != NULL ? g_strdup (sam) : mage_data_path ("segmentation/mobile-sam.safetensors");
  EngineSegmenterConfig config = { salient, path, "cpu" };

  *table = mage_engine_get_table (self, error);
  if (*table == NULL)
    return NULL;
  if (self->segmenter != NULL && g_str_equal (self->sam, path))
    return self->segmenter;

  close_segmenter (self);
  mage_job_report (job, "Loading the networks", 0, 0, NULL, 0);
  self->segmenter = self->table->open_segmenter (&config, &listener, error);
  if (self->segmenter != NULL)
    self->sam = g_steal_pointer (&path);
  return self->segmenter;
}

/* --- what the engine tells --- */

static gboolean
interrupted_cb (gpointer data, GError **error)
{
  MageEngineCall *self = data;

  return mage_job_check (self->job, error);
}

static const char *
name_phase (const MageEngineCall *self, const char *phase)
{
  if (self->training != NULL && g_str_equal (phase, "Training"))
    return self->training;
  if (self->sampling != NULL && g_str_equal (phase, "Sampling"))
    return self->sampling;
  return phase;
}

static void
progress_cb (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  MageEngineCall *self = data;
  g_autofree MageTerm *copies = g_new0 (MageTerm, MAX (n_terms, 1));

  for (guint i = 0; i < n_terms; i++)
    copies[i] = (MageTerm) { terms[i].name, terms[i].value };
  mage_job_report (self->job, name_phase (self, phase), step, n_steps, copies, n_terms);
  if (self->stepped != NULL && g_str_equal (phase, "Training"))
    self->stepped (self->data, step, n_steps, copies, n_terms);
  if (self->sampled != NULL && g_str_equal (phase, "Sampling"))
    self->sampled (self->data, step, n_steps, copies, n_terms);
}

static void
preview_cb (gpointer data, guint step, const EngineClip *clip)
{
  MageEngineCall *self = data;

  mage_job_report_preview (self->job, clip->rgb, clip->n_frames, clip->width, clip->height);
}

static void
look_cb (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  MageEngineCall *self = data;

  if (self->looked != NULL)
    self->looked (self->data, step, what, clip);
  mage_job_report_look (self->job, what, clip->rgb, clip->n_frames, clip->width, clip->height);
}

static gboolean
watches_cb (gpointer data)
{
  MageEngineCall *self = data;

  return self->mapped != NULL && mage_job_is_watched (self->job);
}

static void
maps_cb (gpointer data, guint step, const EngineLook *maps)
{
  MageEngineCall *self = data;

  self->mapped (self->data, step, maps);
}

static const char *
wish_cb (gpointer data)
{
  return mage_job_take_wish (((MageEngineCall *) data)->job);
}

static void
refused_cb (gpointer data, guint step, const char *what, const GError *error)
{
  MageEngineCall *self = data;

  mage_job_refuse (self->job, error->message);
  if (self->refused != NULL && !g_str_equal (what, "wish"))
    self->refused (self->data, step, what, error);
}

/** mage_engine_call_listen: Returns: a listener, valid as long as @self */
EngineListener
mage_engine_call_listen (MageEngineCall *self)
{
  return (EngineListener) { interrupted_cb, progress_cb, preview_cb, self, look_cb, watches_cb, maps_cb, wish_cb, refused_cb };
}
