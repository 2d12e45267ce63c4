/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-preview-job.h"

#include "jobs/mage-cast.h"
#include "jobs/mage-clip-folder.h"
#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "project/mage-alpha-line.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * Shows what the settings would make, without making it: first in few steps, then in more; of a large model first small, and at
 * its size only in the end. Given to mage_worker_assist (). One preview goes on from the steps of the one before it as far as both are the same: another τ
 * changes nothing before the smaller of both, another line of α_t nothing before it differs.
 */

/* Steps of a first look, and of a sharper one; no more than the video has. */
#define ROUGH_STEPS 8
#define SHARP_STEPS 24
#define N_PASSES 3

/*
 * A frame of more pixels is first shown with about so many; a model of small frames takes about a second as it is
 * (tests/bench/RESULTS.md).
 */
#define SMALL_PIXELS (256 * 256)
/* Sides that every model of this family can halve as often as it does. */
#define SMALL_UNIT 64

/* A sharper pass shows itself when this share of it is done: before, the one before it is better to look at. */
#define SHARPER_AFTER 0.7

/* What lies in the folder of a pass: which video, guided how, and how many of its steps. */
typedef struct
{
  char *base;
  guint guided;
  MageAlphaLine line;
  guint done;
} Kept;

struct _MagePreviewMemory
{
  Kept kept[N_PASSES]; /* the assistant's thread only */
};

typedef struct
{
  MageCast *cast;
  char *base;       /* the hash of all but how it is guided */
  guint n_steps;
  guint guided;
} Pass;

struct _MagePreviewJob
{
  MageJob parent_instance;

  MagePreviewMemory *memory;
  char *project_dir;
  Pass passes[N_PASSES];
  guint n_passes;
  MageAlphaLine line;
  guint reused;       /* steps of the first pass that were there; the worker's until the end */
};

G_DEFINE_FINAL_TYPE (MagePreviewJob, mage_preview_job, MAGE_TYPE_JOB)

/* --- the memory --- */

static void
memory_clear (gpointer data)
{
  MagePreviewMemory *self = data;

  for (guint i = 0; i < N_PASSES; i++)
    g_free (self->kept[i].base);
}

/** mage_preview_memory_new: what one preview knows of those before it; shared by the jobs of one assistant. */
MagePreviewMemory *
mage_preview_memory_new (void)
{
  return g_atomic_rc_box_new0 (MagePreviewMemory);
}

MagePreviewMemory *
mage_preview_memory_ref (MagePreviewMemory *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
mage_preview_memory_unref (MagePreviewMemory *self)
{
  g_atomic_rc_box_release_full (self, memory_clear);
}

/* How many of the first steps are the same as those that are kept. */
static guint
count_shared (const Kept *kept, const Pass *pass, const MageAlphaLine *line)
{
  guint shared = 0;

  if (g_strcmp0 (kept->base, pass->base) != 0)
    return 0;
  while (shared < MIN (kept->done, pass->n_steps))
    {
      gboolean before = shared < kept->guided;
      gboolean now = shared < pass->guided;

      if (mage_cast_is_scs (pass->cast)
          && (before != now || (now && mage_alpha_line_at (&kept->line, shared, pass->n_steps)
                                       != mage_alpha_line_at (line, shared, pass->n_steps))))
        break;
      shared++;
    }
  return shared;
}

/* --- the worker's thread --- */

typedef struct
{
  MagePreviewJob *job;
  Kept *kept;
  guint pass;
  guint n_steps;
} Watch;

static gboolean
interrupted_cb (gpointer data, GError **error)
{
  return mage_job_check (MAGE_JOB (((Watch *) data)->job), error);
}

static void
progress_cb (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  Watch *watch = data;

  mage_job_report (MAGE_JOB (watch->job), phase, step, n_steps, NULL, 0);
  /* It is kept right after this is told; what an interruption leaves between is one step less. */
  if (g_str_equal (phase, "Sampling") && step > 0)
    watch->kept->done = step - 1;
}

static gboolean
is_shown (Watch *watch, guint step)
{
  return watch->pass == 0 || step >= SHARPER_AFTER * watch->n_steps;
}

static void
preview_cb (gpointer data, guint step, const EngineClip *clip)
{
  Watch *watch = data;

  watch->kept->done = MAX (watch->kept->done, step);
  if (is_shown (watch, step))
    mage_job_report_preview (MAGE_JOB (watch->job), clip->rgb, clip->n_frames, clip->width, clip->height);
}

static void
look_cb (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  Watch *watch = data;

  if (is_shown (watch, step))
    mage_job_report_look (MAGE_JOB (watch->job), what, clip->rgb, clip->n_frames, clip->width, clip->height);
}

static gboolean
run_pass (MagePreviewJob *self, guint i, Engine *engine, const EngineTable *table, GCancellable *cancellable, GError **error)
{
  Pass *pass = &self->passes[i];
  Kept *kept = &self->memory->kept[i];
  guint from = count_shared (kept, pass, &self->line);
  Watch watch = { self, kept, i, pass->n_steps };
  EngineListener listener = { interrupted_cb, progress_cb, preview_cb, &watch, look_cb };
  g_autofree char *cache = g_build_filename (self->project_dir, "cache", NULL);
  g_autofree char *name = g_strdup_printf ("preview-%u", i);
  g_autofree char *steps = g_build_filename (cache, name, NULL);
  EngineSampleRequest request = { .cache_dir = cache, .steps_dir = steps, .from_step = from };
  g_autoptr (EngineClip) clip = NULL;

  if (!mage_folder_make (steps, error))
    return FALSE;
  g_set_str (&kept->base, pass->base);
  kept->guided = pass->guided;
  kept->line = self->line;
  kept->done = from;
  if (i == 0)
    self->reused = from;
  clip = mage_cast_sample (pass->cast, engine, table, &request, &listener, cancellable, error);
  if (clip == NULL)
    return FALSE;
  kept->done = pass->n_steps;
  mage_job_report_preview (MAGE_JOB (self), clip->rgb, clip->n_frames, clip->width, clip->height);
  return TRUE;
}

static gboolean
mage_preview_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MagePreviewJob *self = MAGE_PREVIEW_JOB (job);
  MageCast *cast = self->passes[0].cast;
  const EngineTable *table;
  Engine *opened = mage_engine_open_beside (engine, job, mage_cast_get_model_dir (cast), mage_cast_get_params (cast), &table, error);

  if (opened == NULL)
    return FALSE;
  for (guint i = 0; i < self->n_passes; i++)
    if (!run_pass (self, i, opened, table, cancellable, error))
      return FALSE;
  return TRUE;
}

/* --- main thread --- */

static void
mage_preview_job_finalize (GObject *object)
{
  MagePreviewJob *self = MAGE_PREVIEW_JOB (object);

  for (guint i = 0; i < N_PASSES; i++)
    {
      g_clear_pointer (&self->passes[i].cast, mage_cast_free);
      g_free (self->passes[i].base);
    }
  g_clear_pointer (&self->memory, mage_preview_memory_unref);
  g_free (self->project_dir);
  G_OBJECT_CLASS (mage_preview_job_parent_class)->finalize (object);
}

static void
mage_preview_job_class_init (MagePreviewJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_preview_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_preview_job_run;
}

static void
mage_preview_job_init (MagePreviewJob *self)
{
}

/* The hash of what a preview shows, however it is guided. */
static char *
dup_base (MageProject *project, const char *prompt, MageMotion *motion, MageParams *params, GError **error)
{
  static const char *const keys[] = { "tau", "alpha", "alpha_end", "alpha_bend", "alpha_bend_at" };
  g_autoptr (MageParams) plain = mage_params_copy (params);
  g_autoptr (MageCast) cast = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    mage_params_reset (plain, keys[i]);
  cast = mage_cast_new (project, prompt, motion, plain, error);
  return cast != NULL ? mage_cast_hash (cast) : NULL;
}

static gint64
shrink_side (gint64 side, double scale)
{
  return MAX (1, (gint64) round ((double) side * scale / SMALL_UNIT)) * SMALL_UNIT;
}

/**
 * mage_preview_is_small:
 * @width: (out): of a frame
 * @height: (out)
 *
 * Returns: whether previews of videos with @params begin small
 */
gboolean
mage_preview_is_small (MageParams *params, gint64 *width, gint64 *height)
{
  double pixels;

  *width = mage_params_get_int (params, "width");
  *height = mage_params_get_int (params, "height");
  pixels = (double) *width * (double) *height;
  if (pixels <= SMALL_PIXELS)
    return FALSE;
  *width = shrink_side (*width, sqrt (SMALL_PIXELS / pixels));
  *height = shrink_side (*height, sqrt (SMALL_PIXELS / pixels));
  return TRUE;
}

/* Gradients of losses that are means grow as what they are of shrinks: so that a step moves as far, α_t shrinks with it (METHOD §5). */
static gboolean
shrink (MageParams *params, GError **error)
{
  double pixels = (double) mage_params_get_int (params, "width") * (double) mage_params_get_int (params, "height");
  gint64 width;
  gint64 height;

  mage_preview_is_small (params, &width, &height);
  return mage_params_set_double (params, "alpha", mage_params_get_double (params, "alpha") * (double) (width * height) / pixels, error)
         && mage_params_set_int (params, "width", width, error) && mage_params_set_int (params, "height", height, error);
}

static gboolean
add_pass (MagePreviewJob *self, MageProject *project, const char *prompt, MageMotion *motion, MageParams *settings,
          guint n_steps, gboolean small, GError **error)
{
  g_autoptr (MageParams) params = mage_params_copy (settings);
  Pass *pass = &self->passes[self->n_passes];
  guint every = self->n_passes == 0 ? 1 : MAX (1, n_steps / 8);

  n_steps = MIN (n_steps, (guint) mage_params_get_int (settings, "steps"));
  if ((small && !shrink (params, error)) || !mage_params_set_int (params, "steps", n_steps, error)
      || !mage_params_set_int (params, "preview_every", every, error))
    return FALSE;
  pass->n_steps = n_steps;
  pass->guided = mage_guided_steps (params);
  pass->base = dup_base (project, prompt, motion, params, error);
  pass->cast = pass->base != NULL ? mage_cast_new (project, prompt, motion, params, error) : NULL;
  if (pass->cast == NULL)
    return FALSE;
  self->n_passes++;
  return TRUE;
}

/**
 * mage_preview_job_new:
 * @memory: of the previews before it
 * @rough: few steps alone, and small where there is a small one, while somebody else needs the machine
 * @error: as mage_sample_job_new()
 *
 * Returns: (transfer full): a job whose preview and looks show what the settings would make; it makes no result
 */
MagePreviewJob *
mage_preview_job_new (MageProject *project, const char *prompt, MageMotion *motion, MageParams *params,
                      MagePreviewMemory *memory, gboolean rough, GError **error)
{
  g_autoptr (MagePreviewJob) self = g_object_new (MAGE_TYPE_PREVIEW_JOB, NULL);
  gboolean sharper = !rough && mage_params_get_int (params, "steps") > ROUGH_STEPS;
  gint64 width;
  gint64 height;
  gboolean small = mage_preview_is_small (params, &width, &height);

  self->memory = mage_preview_memory_ref (memory);
  self->project_dir = g_strdup (mage_project_get_folder (project));
  self->line = mage_alpha_line_from_params (params);
  if (!add_pass (self, project, prompt, motion, params, ROUGH_STEPS, small, error)
      || (sharper && !add_pass (self, project, prompt, motion, params, SHARP_STEPS, small, error))
      || (small && !rough && !add_pass (self, project, prompt, motion, params, SHARP_STEPS, FALSE, error)))
    return NULL;
  mage_job_set_title (MAGE_JOB (self), _("Preview"));
  return g_steal_pointer (&self);
}

/** mage_preview_job_get_reused: how many steps of the first look were those of the preview before; when the job is over. */
guint
mage_preview_job_get_reused (MagePreviewJob *self)
{
  return mage_job_is_over (MAGE_JOB (self)) ? self->reused : 0;
}

gboolean
mage_preview_job_is_scs (MagePreviewJob *self)
{
  return mage_cast_is_scs (self->passes[0].cast);
}
