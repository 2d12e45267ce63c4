/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-job-private.h"

#include "jobs/mage-progress.h"

#include <string.h>

/*
 * A piece of work for the backend thread. What the worker reports goes into a MageProgress under a
 * lock; one idle of the main context takes the latest of it over, so that thousands of steps a
 * second give one round of notifications a frame.
 */

typedef struct
{
  /* main */
  char *title;
  MageJobState state;
  MageProgress shown;
  GError *error;
  MageDiagnosis *diagnosis;

  /* set once */
  GMainContext *context;
  GCancellable *cancellable;
  MageSeries *series;

  /* shared */
  GMutex lock;
  GCond resumed;
  MageProgress latest;
  MageClock clock;
  gboolean paused;
  GSource *update;
  char *wish;     /* the prompt of a sample that is asked for */
  char *serving;  /* and of the one that is made: meanwhile it works, paused or not */
  char *refused;  /* why what was asked for could not be made */
  int n_watchers; /* atomic */
  int unload;     /* atomic: after it the model shall go */
} MageJobPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MageJob, mage_job, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (MageJobState, mage_job_state,
                    G_DEFINE_ENUM_VALUE (MAGE_JOB_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (MAGE_JOB_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (MAGE_JOB_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (MAGE_JOB_CANCELLING, "cancelling"),
                    G_DEFINE_ENUM_VALUE (MAGE_JOB_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (MAGE_JOB_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (MAGE_JOB_CANCELLED, "cancelled"))

enum
{
  PROP_TITLE = 1,
  PROP_STATE,
  PROP_PHASE,
  PROP_STEP,
  PROP_N_STEPS,
  PROP_RATE,
  PROP_TIME_LEFT,
  PROP_SERIES,
  PROP_PREVIEW,
  PROP_LOOKS,
  PROP_ERROR_MESSAGE,
  PROP_AILMENT,
  PROP_WISHING,
  N_PROPS
};

enum
{
  PROGRESSED,
  FINISHED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static MageJobPrivate *
get_private (MageJob *self)
{
  return mage_job_get_instance_private (self);
}

static void
mage_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageJobPrivate *priv = get_private (MAGE_JOB (object));

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, priv->state);
      break;
    case PROP_PHASE:
      g_value_set_string (value, priv->shown.phase);
      break;
    case PROP_STEP:
      g_value_set_uint (value, priv->shown.step);
      break;
    case PROP_N_STEPS:
      g_value_set_uint (value, priv->shown.n_steps);
      break;
    case PROP_RATE:
      g_value_set_double (value, priv->shown.rate);
      break;
    case PROP_TIME_LEFT:
      g_value_set_double (value, priv->shown.time_left);
      break;
    case PROP_SERIES:
      g_value_set_object (value, priv->series);
      break;
    case PROP_PREVIEW:
      g_value_set_boxed (value, priv->shown.preview);
      break;
    case PROP_LOOKS:
      g_value_take_boxed (value, mage_job_dup_look_names (MAGE_JOB (object)));
      break;
    case PROP_ERROR_MESSAGE:
      g_value_set_string (value, priv->error != NULL ? priv->error->message : NULL);
      break;
    case PROP_AILMENT:
      g_value_set_uint (value, mage_diagnosis_get_ailment (priv->diagnosis));
      break;
    case PROP_WISHING:
      g_value_set_boolean (value, mage_job_is_wishing (MAGE_JOB (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_job_finalize (GObject *object)
{
  MageJobPrivate *priv = get_private (MAGE_JOB (object));

  g_assert (priv->update == NULL); /* it holds a reference */
  g_free (priv->title);
  g_free (priv->wish);
  g_free (priv->serving);
  g_free (priv->refused);
  g_clear_error (&priv->error);
  mage_diagnosis_free (priv->diagnosis);
  mage_progress_clear (&priv->shown);
  mage_progress_clear (&priv->latest);
  g_clear_object (&priv->cancellable);
  g_clear_object (&priv->series);
  g_clear_pointer (&priv->context, g_main_context_unref);
  g_mutex_clear (&priv->lock);
  g_cond_clear (&priv->resumed);
  G_OBJECT_CLASS (mage_job_parent_class)->finalize (object);
}

static void
mage_job_class_init (MageJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_job_get_property;
  object_class->finalize = mage_job_finalize;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, MAGE_TYPE_JOB_STATE, MAGE_JOB_QUEUED, flags);
  /** MageJob:phase: (nullable): what it does now: "Encoding", "Training", … */
  props[PROP_PHASE] = g_param_spec_string ("phase", NULL, NULL, NULL, flags);
  props[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_N_STEPS] = g_param_spec_uint ("n-steps", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /** MageJob:rate: steps a second; 0 until it is known. */
  props[PROP_RATE] = g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  /** MageJob:time-left: seconds to the phase's end; negative until it is known. */
  props[PROP_TIME_LEFT] = g_param_spec_double ("time-left", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  props[PROP_SERIES] = g_param_spec_object ("series", NULL, NULL, MAGE_TYPE_SERIES, flags);
  /** MageJob:preview: (nullable): RGB bytes; see mage_job_get_preview(). */
  props[PROP_PREVIEW] = g_param_spec_boxed ("preview", NULL, NULL, G_TYPE_BYTES, flags);
  /** MageJob:looks: the names of what more there is to look at; it notifies for every new one. */
  props[PROP_LOOKS] = g_param_spec_boxed ("looks", NULL, NULL, G_TYPE_STRV, flags);
  /** MageJob:error-message: (nullable): why it failed. */
  props[PROP_ERROR_MESSAGE] = g_param_spec_string ("error-message", NULL, NULL, NULL, flags);
  /** MageJob:ailment: a #MageAilment: how a training does; see mage_job_get_diagnosis(). */
  props[PROP_AILMENT] = g_param_spec_uint ("ailment", NULL, NULL, 0, MAGE_N_AILMENTS - 1, MAGE_AILMENT_UNKNOWN, flags);
  /** MageJob:wishing: whether a sample that was asked for is still to come; see mage_job_wish(). */
  props[PROP_WISHING] = g_param_spec_boolean ("wishing", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /** MageJob::progressed: after the properties took over what the worker reported last. */
  signals[PROGRESSED] = g_signal_new ("progressed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);
  /** MageJob::finished: the job is over; its state and error say how. */
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mage_job_init (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);

  g_mutex_init (&priv->lock);
  g_cond_init (&priv->resumed);
  priv->context = g_main_context_ref_thread_default ();
  priv->cancellable = g_cancellable_new ();
  priv->series = mage_series_new ();
  priv->diagnosis = mage_diagnosis_new ();
  mage_progress_init (&priv->shown);
  mage_progress_init (&priv->latest);
}

/* --- main thread --- */

const char *
mage_job_get_title (MageJob *self)
{
  return get_private (self)->title;
}

void
mage_job_set_title (MageJob *self, const char *title)
{
  MageJobPrivate *priv = get_private (self);

  g_free (priv->title);
  priv->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
}

MageJobState
mage_job_get_state (MageJob *self)
{
  return get_private (self)->state;
}

void
mage_job_set_state (MageJob *self, MageJobState state)
{
  MageJobPrivate *priv = get_private (self);

  if (priv->state == state)
    return;
  priv->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/** mage_job_is_over: whether it is done, failed or cancelled. */
gboolean
mage_job_is_over (MageJob *self)
{
  return get_private (self)->state >= MAGE_JOB_DONE;
}

/** mage_job_goes_on: whether a new job for the same continues where this one was stopped. */
gboolean
mage_job_goes_on (MageJob *self)
{
  return MAGE_JOB_GET_CLASS (self)->goes_on;
}

const char *
mage_job_get_phase (MageJob *self)
{
  return get_private (self)->shown.phase;
}

guint
mage_job_get_step (MageJob *self)
{
  return get_private (self)->shown.step;
}

/** mage_job_is_preparing: whether a training has not come to its steps, or has left them: they tell numbers, and nothing else does. */
gboolean
mage_job_is_preparing (MageJob *self)
{
  return MAGE_JOB_GET_CLASS (self)->learns && get_private (self)->shown.terms->len == 0;
}

guint
mage_job_get_n_steps (MageJob *self)
{
  return get_private (self)->shown.n_steps;
}

double
mage_job_get_rate (MageJob *self)
{
  return get_private (self)->shown.rate;
}

double
mage_job_get_time_left (MageJob *self)
{
  return get_private (self)->shown.time_left;
}

/** mage_job_get_terms: Returns: (transfer none) (array length=n_terms): the latest step's numbers, until the next ::progressed */
const MageTerm *
mage_job_get_terms (MageJob *self, guint *n_terms)
{
  MageJobPrivate *priv = get_private (self);

  *n_terms = priv->shown.terms->len;
  return (const MageTerm *) priv->shown.terms->data;
}

/** mage_job_get_series: Returns: (transfer none): the numbers of all steps so far; any thread may read it */
MageSeries *
mage_job_get_series (MageJob *self)
{
  return get_private (self)->series;
}

/** mage_job_get_preview: Returns: (transfer none) (nullable): the latest preview, n_frames · height · width · 3 bytes */
GBytes *
mage_job_get_preview (MageJob *self, guint *n_frames, guint *width, guint *height)
{
  MageJobPrivate *priv = get_private (self);

  *n_frames = priv->shown.preview_frames;
  *width = priv->shown.preview_width;
  *height = priv->shown.preview_height;
  return priv->shown.preview;
}

/** mage_job_get_preview_step: after which step the latest preview was seen. */
guint
mage_job_get_preview_step (MageJob *self)
{
  return get_private (self)->shown.preview_step;
}

/** mage_job_get_look_step: after which step the latest look of that name was seen; 0: there is none. */
guint
mage_job_get_look_step (MageJob *self, const char *name)
{
  MageJobPrivate *priv = get_private (self);
  MageLook *look = priv->shown.looks != NULL ? g_hash_table_lookup (priv->shown.looks, name) : NULL;

  return look != NULL ? look->step : 0;
}

/**
 * mage_job_get_look:
 * @name: as mage_job_dup_look_names() lists them: "x0_sub" and "x0_mot" of a sampling; "cutmix",
 *   "map 1", "mask 1", … of a fusion
 *
 * Returns: (transfer none) (nullable): the latest one, n_frames · height · width · 3 bytes
 */
GBytes *
mage_job_get_look (MageJob *self, const char *name, guint *n_frames, guint *width, guint *height)
{
  MageJobPrivate *priv = get_private (self);
  MageLook *look = priv->shown.looks != NULL ? g_hash_table_lookup (priv->shown.looks, name) : NULL;

  *n_frames = look != NULL ? look->n_frames : 0;
  *width = look != NULL ? look->width : 0;
  *height = look != NULL ? look->height : 0;
  return look != NULL ? look->rgb : NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/** mage_job_dup_look_names: Returns: (transfer full): what there is to look at, by name */
GStrv
mage_job_dup_look_names (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (priv->shown.looks), compare_names);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (GList *l = names; l != NULL; l = l->next)
    g_strv_builder_add (builder, l->data);
  return g_strv_builder_end (builder);
}

/** mage_job_get_error: Returns: (nullable): why it failed */
const GError *
mage_job_get_error (MageJob *self)
{
  return get_private (self)->error;
}

/** mage_job_get_diagnosis: Returns: (transfer none): how a training does, as of the last ::progressed */
MageDiagnosis *
mage_job_get_diagnosis (MageJob *self)
{
  return get_private (self)->diagnosis;
}

/* Looks at the numbers of a training, or at @error with which it ended. */
static void
diagnose (MageJob *self, const GError *error)
{
  MageJobPrivate *priv = get_private (self);
  MageAilment before = mage_diagnosis_get_ailment (priv->diagnosis);

  if (!MAGE_JOB_GET_CLASS (self)->learns)
    return;
  if (error != NULL)
    mage_diagnosis_fail_with (priv->diagnosis, error);
  else
    mage_diagnosis_update (priv->diagnosis, priv->series, priv->shown.n_steps);
  if (mage_diagnosis_get_ailment (priv->diagnosis) != before)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AILMENT]);
}

/* Takes over what the worker reported last. */
static void
update (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);
  g_auto (MageProgress) before = { 0 };

  mage_progress_copy (&before, &priv->shown);
  g_mutex_lock (&priv->lock);
  mage_progress_copy (&priv->shown, &priv->latest);
  g_mutex_unlock (&priv->lock);

  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (before.phase, priv->shown.phase) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PHASE]);
  if (before.step != priv->shown.step)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STEP]);
  if (before.n_steps != priv->shown.n_steps)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_STEPS]);
  if (before.rate != priv->shown.rate)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RATE]);
  if (before.time_left != priv->shown.time_left)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIME_LEFT]);
  if (before.preview != priv->shown.preview)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PREVIEW]);
  if (before.looks_serial != priv->shown.looks_serial)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOOKS]);
  g_object_thaw_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WISHING]);
  diagnose (self, NULL);
  g_signal_emit (self, signals[PROGRESSED], 0);
}

static gboolean
update_cb (gpointer data)
{
  MageJob *self = data;
  MageJobPrivate *priv = get_private (self);

  g_mutex_lock (&priv->lock);
  g_clear_pointer (&priv->update, g_source_unref);
  g_mutex_unlock (&priv->lock);
  update (self);
  return G_SOURCE_REMOVE;
}

/* Nothing is told any more after the end. */
static void
drop_update (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);
  g_autoptr (GSource) source = NULL;

  g_mutex_lock (&priv->lock);
  source = g_steal_pointer (&priv->update);
  g_mutex_unlock (&priv->lock);
  if (source != NULL)
    g_source_destroy (source);
}

/* The worker begins with it. */
void
mage_job_start (MageJob *self)
{
  if (get_private (self)->state == MAGE_JOB_QUEUED)
    mage_job_set_state (self, MAGE_JOB_RUNNING);
}

void
mage_job_set_paused (MageJob *self, gboolean paused)
{
  MageJobPrivate *priv = get_private (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&priv->lock);

  priv->paused = paused;
  if (paused)
    mage_clock_stop (&priv->clock);
  else
    mage_clock_go (&priv->clock);
  g_cond_broadcast (&priv->resumed);
}

void
mage_job_request_unload (MageJob *self)
{
  g_atomic_int_set (&get_private (self)->unload, TRUE);
}

void
mage_job_request_cancel (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);

  g_cancellable_cancel (priv->cancellable);
  g_mutex_lock (&priv->lock);
  priv->paused = FALSE;
  g_cond_broadcast (&priv->resumed);
  g_mutex_unlock (&priv->lock);
}

/**
 * mage_job_wish:
 * @prompt: of a training that runs or is paused
 *
 * Asks for a sample by the weights as they are; it is the job's look "wish". A paused training takes the step to its end first,
 * and pauses again after the sample: what it learns is the same as if nothing had been asked.
 */
void
mage_job_wish (MageJob *self, const char *prompt)
{
  MageJobPrivate *priv = get_private (self);

  g_mutex_lock (&priv->lock);
  g_set_str (&priv->wish, prompt);
  g_clear_pointer (&priv->refused, g_free);
  g_cond_broadcast (&priv->resumed);
  g_mutex_unlock (&priv->lock);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WISHING]);
}

/** mage_job_is_wishing: whether what mage_job_wish() asked for is still to come. */
gboolean
mage_job_is_wishing (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&priv->lock);

  return priv->wish != NULL || priv->serving != NULL;
}

/** mage_job_dup_refusal: Returns: (transfer full) (nullable): why what was asked for last could not be made */
char *
mage_job_dup_refusal (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&priv->lock);

  return g_strdup (priv->refused);
}

/** mage_job_watch: somebody looks at where the network looks, or (@watching: FALSE) does not any more. */
void
mage_job_watch (MageJob *self, gboolean watching)
{
  g_atomic_int_add (&get_private (self)->n_watchers, watching ? 1 : -1);
}

static MageJobState
find_outcome (const GError *error)
{
  if (error == NULL)
    return MAGE_JOB_DONE;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? MAGE_JOB_CANCELLED : MAGE_JOB_FAILED;
}

/* The job is over: its outcome goes into the project, then everybody hears of it. Takes error. */
void
mage_job_end (MageJob *self, GError *error)
{
  MageJobPrivate *priv = get_private (self);
  MageJobClass *klass = MAGE_JOB_GET_CLASS (self);
  g_autoptr (GError) late = NULL;
  MageJobState state;

  drop_update (self);
  update (self);
  if (klass->finish != NULL && !klass->finish (self, &late) && error == NULL)
    error = g_steal_pointer (&late);
  state = find_outcome (error);
  if (state == MAGE_JOB_FAILED)
    {
      priv->error = g_steal_pointer (&error);
      diagnose (self, priv->error);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR_MESSAGE]);
    }
  g_clear_error (&error);
  mage_job_set_state (self, state);
  g_signal_emit (self, signals[FINISHED], 0);
}

/* --- the worker's thread --- */

gboolean
mage_job_run (MageJob *self, MageEngine *engine, GError **error)
{
  MageJobPrivate *priv = get_private (self);

  if (!mage_job_check (self, error))
    return FALSE;
  g_mutex_lock (&priv->lock);
  mage_clock_go (&priv->clock);
  g_mutex_unlock (&priv->lock);
  return MAGE_JOB_GET_CLASS (self)->run (self, engine, priv->cancellable, error);
}

/**
 * mage_job_check:
 * @error: %G_IO_ERROR_CANCELLED
 *
 * Asked between blocks of work: waits while the job is paused, unless a sample was asked for, which is made after the step.
 *
 * Returns: FALSE when the job was cancelled
 */
gboolean
mage_job_check (MageJob *self, GError **error)
{
  MageJobPrivate *priv = get_private (self);

  g_mutex_lock (&priv->lock);
  while (priv->paused && priv->wish == NULL && priv->serving == NULL && !g_cancellable_is_cancelled (priv->cancellable))
    g_cond_wait (&priv->resumed, &priv->lock);
  g_mutex_unlock (&priv->lock);
  return !g_cancellable_set_error_if_cancelled (priv->cancellable, error);
}

/** mage_job_is_watched: whether anybody looks at where the network looks. */
gboolean
mage_job_is_watched (MageJob *self)
{
  return g_atomic_int_get (&get_private (self)->n_watchers) > 0;
}

gboolean
mage_job_wants_unload (MageJob *self)
{
  return g_atomic_int_get (&get_private (self)->unload) != 0;
}

/* With the lock held: one idle is enough for all that is reported until it runs. */
static void
schedule_update (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);

  if (priv->update != NULL)
    return;
  priv->update = g_idle_source_new ();
  g_source_set_priority (priv->update, G_PRIORITY_DEFAULT);
  g_source_set_callback (priv->update, update_cb, g_object_ref (self), g_object_unref);
  g_source_attach (priv->update, priv->context);
}

/**
 * mage_job_report:
 * @phase: what is being done
 * @step: steps done
 * @n_steps: steps of the phase
 * @terms: (array length=n_terms): the step's numbers; with any, the step joins the series
 */
void
mage_job_report (MageJob *self, const char *phase, guint step, guint n_steps,
                 const MageTerm *terms, guint n_terms)
{
  MageJobPrivate *priv = get_private (self);

  if (n_terms > 0)
    mage_series_append (priv->series, step, terms, n_terms);
  g_mutex_lock (&priv->lock);
  if (g_strcmp0 (phase, priv->latest.phase) != 0 || step < priv->latest.step)
    mage_clock_begin (&priv->clock, step);
  mage_progress_set (&priv->latest, phase, step, n_steps, terms, n_terms);
  mage_clock_step (&priv->clock, &priv->latest);
  schedule_update (self);
  g_mutex_unlock (&priv->lock);
}

/** mage_job_report_preview: @rgb: n_frames · height · width · 3 bytes. */
void
mage_job_report_preview (MageJob *self, GBytes *rgb, guint n_frames, guint width, guint height)
{
  MageJobPrivate *priv = get_private (self);

  g_return_if_fail (g_bytes_get_size (rgb) == (gsize) n_frames * height * width * 3);

  g_mutex_lock (&priv->lock);
  mage_progress_set_preview (&priv->latest, rgb, n_frames, width, height);
  schedule_update (self);
  g_mutex_unlock (&priv->lock);
}

/** mage_job_report_look: @name: what it is; @rgb: n_frames · height · width · 3 bytes. */
void
mage_job_report_look (MageJob *self, const char *name, GBytes *rgb, guint n_frames, guint width, guint height)
{
  MageJobPrivate *priv = get_private (self);

  g_return_if_fail (g_bytes_get_size (rgb) == (gsize) n_frames * height * width * 3);

  g_mutex_lock (&priv->lock);
  mage_progress_set_look (&priv->latest, name, rgb, n_frames, width, height);
  schedule_update (self);
  g_mutex_unlock (&priv->lock);
}

/** mage_job_refuse: what mage_job_take_wish() asked for last could not be made. */
void
mage_job_refuse (MageJob *self, const char *why)
{
  MageJobPrivate *priv = get_private (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&priv->lock);

  g_set_str (&priv->refused, why);
}

/**
 * mage_job_take_wish:
 *
 * Asked after a step, and after what it returned is made: waits while the job is paused.
 *
 * Returns: (transfer none) (nullable): the prompt of what is asked for, until the next call
 */
const char *
mage_job_take_wish (MageJob *self)
{
  MageJobPrivate *priv = get_private (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&priv->lock);

  if (priv->serving != NULL)
    {
      g_clear_pointer (&priv->serving, g_free);
      schedule_update (self);
    }
  while (priv->paused && priv->wish == NULL && !g_cancellable_is_cancelled (priv->cancellable))
    g_cond_wait (&priv->resumed, &priv->lock);
  if (!g_cancellable_is_cancelled (priv->cancellable))
    priv->serving = g_steal_pointer (&priv->wish);
  return priv->serving;
}

/** mage_job_get_wish: Returns: (transfer none) (nullable): what mage_job_take_wish() returned last */
const char *
mage_job_get_wish (MageJob *self)
{
  return get_private (self)->serving;
}
