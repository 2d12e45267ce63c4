/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-attention-job.h"

#include "jobs/mage-attention-file.h"
#include "jobs/mage-cast.h"
#include "jobs/mage-clip-folder.h"
#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "project/mage-json.h"
#include "project/mage-kept-maps.h"
#include "project/mage-kept-steps.h"

#include <glib/gi18n.h>

/*
 * What a step of a video looked at: found on the disk, or computed again from the sample that was kept before the step, by
 * the words and LoRAs that it was made with. Short; it is given to mage_worker_assist (), and draws nothing at random.
 */

/* Frames² · pixels above which all layers at once are too much for memory and disk: 32 times the mini model's. */
#define LARGE (G_GUINT64_CONSTANT (1) << 23)

struct _MageAttentionJob
{
  MageJob parent_instance;

  MageResult *result;      /* whose step is looked at */
  MageResult *maker;       /* the one that made that step: it, or what it branched from */
  MageCast *cast;          /* of the maker */
  MageParams *params;      /* frozen; the device's */
  guint step;              /* from 1 on */
  gboolean scs;
  goffset limit;           /* of all kept maps */
  GStrv layers;            /* NULL: all */
  char *raw_path;
  MageAttention *attention; /* the worker's until the end */
};

G_DEFINE_FINAL_TYPE (MageAttentionJob, mage_attention_job, MAGE_TYPE_JOB)

/* --- the worker's thread --- */

static EngineMaps *
read_branch (MageAttentionJob *self, Engine *engine, const EngineTable *table, EngineBranch branch, const char *const *layers,
             GError **error)
{
  MageEngineCall call = { .job = MAGE_JOB (self) };
  EngineListener listener = mage_engine_call_listen (&call);
  g_autofree char *steps = mage_result_dup_path (self->result, MAGE_RESULT_LATENTS);
  EngineSampleRequest request = { .steps_dir = steps, .from_step = self->step - 1 };

  return mage_cast_read_maps (self->cast, engine, table, &request, branch, layers, &listener, error);
}

/* One layer of a kind: the first one of the middle of the way up, where things have a place already; else the first of all. */
static const char *
choose_layer (const char *const *names, const char *end)
{
  const char *chosen = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_has_suffix (names[i], end) && (chosen == NULL || g_str_has_prefix (names[i], "up_blocks.2.")))
      {
        chosen = names[i];
        if (g_str_has_prefix (chosen, "up_blocks.2."))
          break;
      }
  return chosen;
}

static GStrv
choose_layers (const char *const *names)
{
  static const char *const ends[] = { ".attentions.0.transformer_blocks.0.attn2", ".temp_attentions.0.transformer_blocks.0.attn1" };
  g_autoptr (GStrvBuilder) chosen = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      const char *name = choose_layer (names, ends[i]);

      if (name != NULL)
        g_strv_builder_add (chosen, name);
    }
  return g_strv_builder_end (chosen);
}

/* Of a large model only a few layers; which there are, it says itself. */
static gboolean
settle_layers (MageAttentionJob *self, Engine *engine, const EngineTable *table, GError **error)
{
  const char *none[] = { NULL };
  g_autoptr (EngineMaps) maps = NULL;

  if (self->layers != NULL || !mage_attention_is_large (self->result))
    return TRUE;
  maps = read_branch (self, engine, table, ENGINE_BRANCH_SUBJECT, none, error);
  if (maps == NULL)
    return FALSE;
  self->layers = choose_layers ((const char *const *) maps->layers);
  return TRUE;
}

static gboolean
write_raw (MageAttentionJob *self, const EngineMaps *const *branches, guint n, GError **error)
{
  static const char *const names[] = { "subjects", "motion" };
  static const char *const one[] = { "all" };
  g_autoptr (JsonObject) about = json_object_new ();
  g_autofree char *words = g_strjoinv (" ", branches[0]->words);
  g_autofree char *step = g_strdup_printf ("%u", self->step);

  json_object_set_string_member (about, "format", "videomage-attention-raw-1");
  json_object_set_string_member (about, "prompt", mage_cast_get_prompt (self->cast));
  json_object_set_string_member (about, "words", words);
  json_object_set_string_member (about, "step", step);
  json_object_set_string_member (about, "axes", "spatial: frame, head, pixel, word (.rest: beginning, end); "
                                                "temporal: pixel, head, frame that looks, frame looked at");
  return mage_attention_write_raw (self->raw_path, branches, n > 1 ? names : one, n, about, error);
}

static void
report (MageAttentionJob *self, guint done)
{
  mage_job_report (MAGE_JOB (self), "Looking", done, self->scs ? 2 : 1, NULL, 0);
}

static MageAttention *
compute (MageAttentionJob *self, Engine *engine, const EngineTable *table, GError **error)
{
  const char *const *layers;
  g_autoptr (EngineMaps) subject = NULL;
  g_autoptr (EngineMaps) motion = NULL;
  g_autoptr (MageAttention) attention = NULL;

  report (self, 0);
  if (!settle_layers (self, engine, table, error))
    return NULL;
  layers = (const char *const *) self->layers;
  subject = read_branch (self, engine, table, ENGINE_BRANCH_SUBJECT, layers, error);
  if (subject == NULL)
    return NULL;
  report (self, 1);
  motion = self->scs ? read_branch (self, engine, table, ENGINE_BRANCH_MOTION, layers, error) : NULL;
  if (self->scs && motion == NULL)
    return NULL;
  if (self->raw_path != NULL && !write_raw (self, (const EngineMaps *const[]){ subject, motion }, self->scs ? 2 : 1, error))
    return NULL;
  attention = mage_attention_new (subject->n_frames, (const char *const *) subject->words, (const char *const *) subject->layers);
  mage_attention_add (attention, MAGE_ATTENTION_SUBJECT, subject);
  if (motion != NULL)
    mage_attention_add (attention, MAGE_ATTENTION_MOTION, motion);
  report (self, self->scs ? 2 : 1);
  return g_steal_pointer (&attention);
}

/* Keeping it is a convenience: what does not fit onto the disk is computed again. */
static void
keep (MageAttentionJob *self, const char *folder)
{
  g_autofree char *path = mage_kept_maps_dup_path (folder, self->step);
  g_autofree char *result = g_path_get_dirname (folder);
  g_autofree char *results = g_path_get_dirname (result);
  g_autoptr (GError) error = NULL;

  /* A video that was deleted meanwhile does not come back as a folder. */
  if (self->limit <= 0 || self->layers != NULL || !g_file_test (result, G_FILE_TEST_IS_DIR))
    return;
  if (!mage_folder_make (folder, &error) || !mage_attention_write (self->attention, path, &error))
    g_warning ("The attention could not be kept: %s", error->message);
  else
    mage_kept_maps_trim (results, self->limit, path);
}

static gboolean
mage_attention_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageAttentionJob *self = MAGE_ATTENTION_JOB (job);
  g_autofree char *folder = mage_result_dup_path (self->result, MAGE_RESULT_ATTENTION);
  g_autofree char *path = mage_kept_maps_dup_path (folder, self->step);
  const EngineTable *table;
  Engine *opened;

  if (self->layers == NULL && self->raw_path == NULL && mage_kept_maps_has (folder, self->step))
    self->attention = mage_attention_read (path, NULL);
  if (self->attention != NULL)
    return TRUE;
  if (!mage_cast_check (self->cast, self->maker, cancellable, error))
    return FALSE;
  opened = mage_engine_open_beside (engine, job, mage_cast_get_model_dir (self->cast), self->params, &table, error);
  if (opened == NULL || (self->attention = compute (self, opened, table, error)) == NULL)
    return FALSE;
  keep (self, folder);
  return TRUE;
}

/* --- main thread --- */

static void
mage_attention_job_finalize (GObject *object)
{
  MageAttentionJob *self = MAGE_ATTENTION_JOB (object);

  g_clear_pointer (&self->attention, mage_attention_unref);
  g_clear_pointer (&self->cast, mage_cast_free);
  g_clear_object (&self->result);
  g_clear_object (&self->maker);
  g_clear_object (&self->params);
  g_strfreev (self->layers);
  g_free (self->raw_path);
  G_OBJECT_CLASS (mage_attention_job_parent_class)->finalize (object);
}

static void
mage_attention_job_class_init (MageAttentionJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_attention_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_attention_job_run;
}

static void
mage_attention_job_init (MageAttentionJob *self)
{
}

/* The steps that a branch shares were made with its parent's prompt and settings. No line of parents is longer than there are results,
   but in a damaged project, where it may go round. */
static MageResult *
find_maker (MageProject *project, MageResult *result, guint step, GError **error)
{
  guint left = g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (project))) + 1;
  MageResult *maker = result;
  guint at;
  const char *parent;

  while (maker != NULL && (parent = mage_result_get_parent (maker, &at)) != NULL && step <= at)
    maker = left-- > 0 ? mage_project_find_result (project, parent) : NULL;
  if (maker == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("Step %u belongs to the video that this one branched from. That one is deleted, and with it what the step was made with"),
                 step);
  return maker;
}

static MageMotion *
find_motion (MageProject *project, MageResult *result)
{
  JsonArray *parts = mage_result_get_ingredients (result);

  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonObject *part = mage_json_get_element (parts, i);

      if (part != NULL && g_str_equal (mage_json_get_string (part, "role", ""), "motion"))
        {
          MageTrainable *item = mage_project_find (project, mage_json_get_string (part, "name", ""));

          return MAGE_IS_MOTION (item) ? MAGE_MOTION (item) : NULL;
        }
    }
  return NULL;
}

/**
 * mage_attention_job_new:
 * @step: the step of @result that looks, from 1 on
 * @limit: how much the maps of all videos of the project may take on the disk; 0: none are kept
 * @error: when the step is not kept any more, or what it was made with is gone
 */
MageAttentionJob *
mage_attention_job_new (MageProject *project, MageResult *result, guint step, goffset limit, GError **error)
{
  g_autoptr (MageAttentionJob) self = g_object_new (MAGE_TYPE_ATTENTION_JOB, NULL);
  g_autofree char *steps = mage_result_dup_path (result, MAGE_RESULT_LATENTS);
  MageResult *maker = find_maker (project, result, step, error);

  g_return_val_if_fail (step > 0, NULL);

  if (maker == NULL)
    return NULL;
  if (!mage_kept_steps_has (steps, step - 1))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("What step %u began with is not kept any more: run the video again to look at its attention"), step);
      return NULL;
    }
  self->cast = mage_cast_new (project, mage_result_get_prompt (maker), find_motion (project, maker), mage_result_get_params (maker),
                              error);
  if (self->cast == NULL)
    return NULL;
  self->result = g_object_ref (result);
  self->maker = g_object_ref (maker);
  self->params = mage_params_freeze (mage_project_get_params (project));
  self->step = step;
  self->limit = limit;
  self->scs = mage_cast_is_scs (self->cast);
  mage_job_set_title (MAGE_JOB (self), _("Looking at attention"));
  return g_steal_pointer (&self);
}

/** mage_attention_job_set_layers: @layers: (nullable): only those; they are not kept. Before the job is started. */
void
mage_attention_job_set_layers (MageAttentionJob *self, const char *const *layers)
{
  g_strfreev (self->layers);
  self->layers = g_strdupv ((GStrv) layers);
}

/** mage_attention_job_set_raw_path: what is computed goes into a safetensors file, too. Before the job is started. */
void
mage_attention_job_set_raw_path (MageAttentionJob *self, const char *path)
{
  g_set_str (&self->raw_path, path);
}

guint
mage_attention_job_get_step (MageAttentionJob *self)
{
  return self->step;
}

MageResult *
mage_attention_job_get_result (MageAttentionJob *self)
{
  return self->result;
}

/** mage_attention_job_get_attention: Returns: (transfer none) (nullable): when the job is done */
MageAttention *
mage_attention_job_get_attention (MageAttentionJob *self)
{
  return mage_job_is_over (MAGE_JOB (self)) ? self->attention : NULL;
}

/** mage_attention_is_large: whether all layers of a step of @result are too much at once. */
gboolean
mage_attention_is_large (MageResult *result)
{
  MageParams *params = mage_result_get_params (result);
  guint64 f = (guint64) mage_params_get_int (params, "frames");

  return f * f * (guint64) mage_params_get_int (params, "width") * (guint64) mage_params_get_int (params, "height") > LARGE;
}
