/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-pretrain-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "project/mage-json.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

/*
 * Trains a small model as a whole. Beside the engine's checkpoint the folder run/ gets what the window's charts read:
 * losses.jsonl, and samples/step-N.png.
 */

/* A run has hundreds of thousands of steps: the file holds means over so many of them. */
#define LOG_EVERY 25

/* As many numbers as a step may have. */
#define MAX_TERMS 32

struct _MagePretrainJob
{
  MageJob parent_instance;

  EnginePretrainRequest request; /* its texts are owned */
  MageSheetFunc save_sheet;

  /* the worker's */
  char *losses;
  char *samples;
  MageTerm sums[MAX_TERMS]; /* the names are interned */
  guint counts[MAX_TERMS];
  guint n_sums;
  guint step;
  guint n_steps;
  GError *error; /* the first failure to write */
};

G_DEFINE_FINAL_TYPE (MagePretrainJob, mage_pretrain_job, MAGE_TYPE_JOB)

/* --- the worker's thread --- */

static void
add_term (MagePretrainJob *self, const MageTerm *term)
{
  const char *name = g_intern_string (term->name);
  guint i = 0;

  while (i < self->n_sums && self->sums[i].name != name)
    i++;
  if (i == MAX_TERMS)
    return;
  if (i == self->n_sums)
    {
      self->sums[self->n_sums++] = (MageTerm) { name, 0 };
      self->counts[i] = 0;
    }
  self->sums[i].value += term->value;
  self->counts[i]++;
}

static void
write_means (MagePretrainJob *self, guint step)
{
  for (guint i = 0; i < self->n_sums; i++)
    self->sums[i].value /= self->counts[i];
  if (self->error == NULL && self->n_sums > 0)
    mage_series_append_to_file (self->losses, step, self->sums, self->n_sums, &self->error);
  self->n_sums = 0;
}

/* For whoever watches from outside. */
static void
write_progress (MagePretrainJob *self)
{
  g_autofree char *path = g_build_filename (self->request.out_dir, "run", MAGE_PRETRAIN_PROGRESS, NULL);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "stage", self->request.stage == ENGINE_PRETRAIN_VAE ? "vae" : "unet");
  json_object_set_int_member (object, "step", self->step);
  json_object_set_int_member (object, "n_steps", self->n_steps);
  if (self->error == NULL)
    mage_json_write_object (path, object, &self->error);
}

static void
stepped_cb (gpointer data, guint step, guint n_steps, const MageTerm *terms, guint n_terms)
{
  MagePretrainJob *self = data;

  for (guint i = 0; i < n_terms; i++)
    add_term (self, &terms[i]);
  self->step = step;
  self->n_steps = n_steps;
  if (step % LOG_EVERY == 0 || step == n_steps)
    {
      write_means (self, step);
      write_progress (self);
    }
}

static void
looked_cb (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  MagePretrainJob *self = data;
  g_autofree char *name = g_strdup_printf ("step-%u.png", step);
  g_autofree char *path = g_build_filename (self->samples, name, NULL);

  if (self->save_sheet != NULL && self->error == NULL && g_str_equal (what, "sheet"))
    self->save_sheet (path, clip->rgb, clip->width, clip->height, &self->error);
}

static gboolean
make_folders (MagePretrainJob *self, GError **error)
{
  self->losses = g_build_filename (self->request.out_dir, "run", MAGE_PRETRAIN_LOSSES, NULL);
  self->samples = g_build_filename (self->request.out_dir, "run", MAGE_PRETRAIN_SAMPLES, NULL);
  if (g_mkdir_with_parents (self->samples, 0777) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno),
               _("The folder “%s” cannot be made: %s. Choose another one"), self->samples, g_strerror (errno));
  return FALSE;
}

static gboolean
mage_pretrain_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MagePretrainJob *self = MAGE_PRETRAIN_JOB (job);
  MageEngineCall call = { .job = job, .stepped = stepped_cb, .data = self, .looked = looked_cb };
  EngineListener listener = mage_engine_call_listen (&call);
  const EngineTable *table = mage_engine_get_table (engine, error);
  gboolean trained;

  if (table == NULL || !make_folders (self, error))
    return FALSE;
  trained = table->pretrain (&self->request, &listener, error);
  write_means (self, self->step);
  if (trained && self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  else if (self->error != NULL)
    g_warning ("%s", self->error->message);
  return trained && (error == NULL || *error == NULL);
}

/* --- main thread --- */

static void
mage_pretrain_job_finalize (GObject *object)
{
  MagePretrainJob *self = MAGE_PRETRAIN_JOB (object);
  EnginePretrainRequest *request = &self->request;

  g_free ((char *) request->config.model_dir);
  g_free ((char *) request->config.device);
  g_free ((char *) request->config.precision);
  g_free ((char *) request->out_dir);
  g_strfreev ((char **) request->prompts);
  g_clear_pointer (&request->params, g_variant_unref);
  g_clear_error (&self->error);
  g_free (self->losses);
  g_free (self->samples);
  G_OBJECT_CLASS (mage_pretrain_job_parent_class)->finalize (object);
}

static void
mage_pretrain_job_class_init (MagePretrainJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_pretrain_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_pretrain_job_run;
  MAGE_JOB_CLASS (klass)->goes_on = TRUE;
}

static void
mage_pretrain_job_init (MagePretrainJob *self)
{
}

static char **
copy_prompts (const EnginePretrainRequest *request)
{
  char **copies = g_new0 (char *, request->n_prompts + 1);

  for (guint i = 0; i < request->n_prompts; i++)
    copies[i] = g_strdup (request->prompts[i]);
  return copies;
}

/**
 * mage_pretrain_job_new:
 * @request: copied; its scene_data must live as long as the job
 * @save_sheet: (nullable): keeps the sample sheets
 */
MagePretrainJob *
mage_pretrain_job_new (const EnginePretrainRequest *request, MageSheetFunc save_sheet)
{
  MagePretrainJob *self = g_object_new (MAGE_TYPE_PRETRAIN_JOB, NULL);

  self->request = *request;
  self->request.config.model_dir = g_strdup (request->config.model_dir);
  self->request.config.device = g_strdup (request->config.device);
  self->request.config.precision = g_strdup (request->config.precision);
  self->request.out_dir = g_strdup (request->out_dir);
  self->request.prompts = (const char *const *) copy_prompts (request);
  self->request.params = g_variant_ref_sink (request->params);
  self->save_sheet = save_sheet;
  mage_job_set_title (MAGE_JOB (self), request->stage == ENGINE_PRETRAIN_VAE ? "Pretraining the VAE" : "Pretraining the UNet");
  return self;
}

/**
 * mage_pretrain_job_get_progress:
 * @n_steps: (out): of the whole run
 *
 * Returns: the last step, when the job is over
 */
guint
mage_pretrain_job_get_progress (MagePretrainJob *self, guint *n_steps)
{
  *n_steps = self->n_steps;
  return self->step;
}
