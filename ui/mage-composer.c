/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-composer.h"

#include "ui/mage-compose-check.h"
#include "ui/mage-method.h"
#include "ui/mage-stale.h"

#include <glib/gi18n.h>

/*
 * From a prompt, a motion and a method to a video: what is missing before it can be made, in words,
 * the one thing to do about that, and the work itself.
 */

/* About so many previews a video: each costs a decoding. */
#define PREVIEWS 25

struct _MageComposer
{
  GObject parent_instance;

  MageSession *session;
  MageDraft *draft;        /* the session's */
  char *prompt;
  MageMotion *motion;
  MageVideoPlan *plan;     /* what is under way for a video */
  MageComposeNeed need;
  GPtrArray *untrained;
  char *words;
  const char *action;
  guint check_idle;
};

G_DEFINE_FINAL_TYPE (MageComposer, mage_composer, G_TYPE_OBJECT)

enum
{
  CHANGED,
  SAMPLING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static MageProject *
get_project (MageComposer *self)
{
  return mage_session_get_project (self->session);
}

static gboolean
is_other_method (MageComposer *self)
{
  return !mage_method_is_project (mage_draft_get_method (self->draft), get_project (self));
}

static const char *
get_motion_name (MageComposer *self)
{
  return self->motion != NULL ? mage_trainable_get_name (MAGE_TRAINABLE (self->motion)) : NULL;
}

/* --- what is missing --- */

static gboolean
is_under_way (MageComposer *self)
{
  if (self->need == MAGE_COMPOSE_FUSE)
    return mage_session_find_job (self->session, MAGE_TRAINABLE (mage_project_get_fusion (get_project (self)))) != NULL;
  for (guint i = 0; i < self->untrained->len; i++)
    if (mage_session_find_job (self->session, g_ptr_array_index (self->untrained, i)) == NULL)
      return FALSE;
  return self->untrained->len > 0;
}

static gboolean
is_any_trained_now (MageComposer *self, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    if (mage_session_find_job (self->session, g_ptr_array_index (items, i)) != NULL)
      return TRUE;
  return FALSE;
}

/* A video can be made of what was trained before; it would not show the change. */
static char *
dup_stale_words (MageComposer *self, gboolean *under_way)
{
  g_autoptr (GPtrArray) stale = mage_stale_list (get_project (self));
  g_autofree char *names = NULL;

  if (stale->len == 0)
    return NULL;
  *under_way = is_any_trained_now (self, stale);
  self->action = _("Re_train");
  names = mage_stale_dup_names (stale);
  return g_strdup_printf (_("Changed since trained: %s"), names);
}

static char *
dup_own_words (MageComposer *self, gboolean *under_way)
{
  char *words = NULL;

  self->need = mage_compose_check (get_project (self), self->prompt, self->motion, self->untrained, &words);
  if (words == NULL)
    return dup_stale_words (self, under_way);
  *under_way = is_under_way (self);
  if (self->need == MAGE_COMPOSE_FUSE)
    self->action = _("_Fuse Now");
  else if (self->need == MAGE_COMPOSE_TRAIN)
    self->action = _("_Train Now");
  return words;
}

/* Another method trains what it lacks by itself; which trainings it finds, the runs' folder says. */
static char *
dup_other_words (MageComposer *self)
{
  const MageVariant *method = mage_draft_get_method (self->draft);
  g_autoptr (MageProject) trial = NULL;
  g_autofree char *missing = NULL;
  char *words = NULL;

  self->need = mage_compose_check (get_project (self), self->prompt, NULL, self->untrained, &words);
  g_ptr_array_set_size (self->untrained, 0);
  if (self->need == MAGE_COMPOSE_WORD)
    return words;
  g_free (words);
  self->need = MAGE_COMPOSE_READY;
  trial = mage_method_new_trial (method, get_project (self), NULL);
  missing = trial != NULL ? mage_method_dup_missing (trial, self->prompt, get_motion_name (self)) : NULL;
  return missing != NULL ? g_strdup_printf (_("“%s” is trained first, beside the project: %s"), _(method->label), missing) : NULL;
}

static void
check (MageComposer *self)
{
  g_autofree char *words = NULL;
  gboolean under_way = FALSE;

  g_clear_handle_id (&self->check_idle, g_source_remove);
  g_ptr_array_set_size (self->untrained, 0);
  self->action = NULL;
  if (is_other_method (self))
    {
      words = dup_other_words (self);
      under_way = self->plan != NULL;
    }
  else
    words = dup_own_words (self, &under_way);
  g_clear_pointer (&self->words, g_free);
  if (words != NULL)
    self->words = g_strdup_printf (under_way ? _("%s: this is under way") : "%s", words);
  if (under_way)
    self->action = NULL;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
check_cb (gpointer data)
{
  MageComposer *self = data;

  self->check_idle = 0;
  check (self);
}

/* Several changes at once are looked at once. */
static void
queue_check (MageComposer *self)
{
  if (self->check_idle == 0)
    self->check_idle = g_idle_add_once (check_cb, self);
}

/* --- the work --- */

static void
plan_ended_cb (MageComposer *self)
{
  g_signal_handlers_disconnect_by_data (self->plan, self);
  g_clear_object (&self->plan);
  queue_check (self);
}

static void
sampling_cb (MageComposer *self, MageJob *job)
{
  g_signal_emit (self, signals[SAMPLING], 0, job);
}

static void
start (MageComposer *self, MageVideoPlan *plan)
{
  if (self->plan != NULL) /* it goes on by itself */
    g_signal_handlers_disconnect_by_data (self->plan, self);
  g_set_object (&self->plan, plan);
  g_signal_connect_swapped (plan, "sampling", G_CALLBACK (sampling_cb), self);
  g_signal_connect_swapped (plan, "ended", G_CALLBACK (plan_ended_cb), self);
  mage_video_plan_start (plan);
  check (self);
}

static guint
choose_preview_every (MageParams *params)
{
  gint64 every = mage_params_get_int (params, "preview_every");
  gint64 steps = mage_params_get_int (params, "steps");

  return (guint) (every > 0 ? every : MAX (1, (steps + PREVIEWS - 1) / PREVIEWS));
}

static void
run_other_method (MageComposer *self)
{
  MageParams *params = mage_project_get_params (get_project (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) trial = mage_method_new_trial (mage_draft_get_method (self->draft), get_project (self), &error);
  g_autoptr (MageVideoPlan) plan = NULL;

  if (trial == NULL)
    {
      mage_session_toast_error (self->session, error);
      return;
    }
  plan = mage_method_plan (self->session, trial, self->prompt, get_motion_name (self), choose_preview_every (params));
  start (self, plan);
}

static void
run_own_method (MageComposer *self)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (get_project (self)));
  MageJob *job;

  mage_params_set_int (params, "preview_every", choose_preview_every (params), NULL);
  job = mage_session_sample (self->session, self->prompt, self->motion, params);
  if (job != NULL)
    g_signal_emit (self, signals[SAMPLING], 0, job);
}

/* --- the object --- */

static void
mage_composer_dispose (GObject *object)
{
  MageComposer *self = MAGE_COMPOSER (object);

  g_clear_handle_id (&self->check_idle, g_source_remove);
  if (self->plan != NULL)
    g_signal_handlers_disconnect_by_data (self->plan, self);
  g_clear_object (&self->plan);
  g_clear_object (&self->motion);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_composer_parent_class)->dispose (object);
}

static void
mage_composer_finalize (GObject *object)
{
  MageComposer *self = MAGE_COMPOSER (object);

  g_free (self->prompt);
  g_free (self->words);
  g_ptr_array_unref (self->untrained);
  G_OBJECT_CLASS (mage_composer_parent_class)->finalize (object);
}

static void
mage_composer_class_init (MageComposerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_composer_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_composer_finalize;
  /** MageComposer::changed: the words, the action, or whether it is ready. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  /** MageComposer::sampling: @job: the video, or its place in the queue. */
  signals[SAMPLING] = g_signal_new ("sampling", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, MAGE_TYPE_JOB);
}

static void
mage_composer_init (MageComposer *self)
{
  self->untrained = g_ptr_array_new_with_free_func (g_object_unref);
  self->prompt = g_strdup ("");
}

/** mage_composer_new: @draft: the session's. */
MageComposer *
mage_composer_new (MageSession *session, MageDraft *draft)
{
  MageComposer *self = g_object_new (MAGE_TYPE_COMPOSER, NULL);
  MageProject *project = mage_session_get_project (session);

  self->session = g_object_ref (session);
  self->draft = draft;
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed",
                           G_CALLBACK (queue_check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_params (project), "changed", G_CALLBACK (queue_check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_subjects (project), "items-changed", G_CALLBACK (queue_check), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_session_get_history (session), "notify", G_CALLBACK (queue_check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (draft, "notify::method", G_CALLBACK (queue_check), self, G_CONNECT_SWAPPED);
  queue_check (self);
  return self;
}

void
mage_composer_set_prompt (MageComposer *self, const char *prompt)
{
  if (g_set_str (&self->prompt, prompt))
    queue_check (self);
}

/** mage_composer_set_motion: @motion: (nullable) */
void
mage_composer_set_motion (MageComposer *self, MageMotion *motion)
{
  if (g_set_object (&self->motion, motion))
    queue_check (self);
}

const char *
mage_composer_get_prompt (MageComposer *self)
{
  return self->prompt;
}

/** mage_composer_get_motion: Returns: (transfer none) (nullable) */
MageMotion *
mage_composer_get_motion (MageComposer *self)
{
  return self->motion;
}

/** mage_composer_can_preview: whether everything is trained that the settings need; another method is not previewed. */
gboolean
mage_composer_can_preview (MageComposer *self)
{
  return self->need == MAGE_COMPOSE_READY && *self->prompt != '\0' && !is_other_method (self);
}

/** mage_composer_get_words: (nullable): what is missing before the video, or would make it an old one. */
const char *
mage_composer_get_words (MageComposer *self)
{
  return self->words;
}

/** mage_composer_get_action: (nullable): what the button says that brings about what is missing, with a mnemonic. */
const char *
mage_composer_get_action (MageComposer *self)
{
  return self->action;
}

/** mage_composer_is_ready: whether mage_composer_run() makes a video, now or after the trainings under way that it needs. */
gboolean
mage_composer_is_ready (MageComposer *self)
{
  if (*self->prompt == '\0' || self->need == MAGE_COMPOSE_WORD)
    return FALSE;
  return self->need == MAGE_COMPOSE_READY || is_under_way (self);
}

/** mage_composer_help_out: trains what is missing, or what is stale. */
void
mage_composer_help_out (MageComposer *self)
{
  g_autoptr (MageVideoPlan) plan = NULL;

  if (self->need == MAGE_COMPOSE_READY)
    {
      mage_stale_retrain (self->session);
      check (self);
      return;
    }
  plan = mage_video_plan_new (self->session, get_project (self));
  for (guint i = 0; i < self->untrained->len; i++)
    if (mage_session_find_job (self->session, g_ptr_array_index (self->untrained, i)) == NULL)
      mage_video_plan_add_training (plan, g_ptr_array_index (self->untrained, i));
  /* The prompt's subjects appear together as soon as they are trained. */
  if (mage_compose_needs_fusion (get_project (self), self->prompt))
    mage_video_plan_add_fusion (plan);
  start (self, plan);
}

/** mage_composer_run: makes the video; another method trains what it lacks before. */
void
mage_composer_run (MageComposer *self)
{
  if (is_other_method (self))
    run_other_method (self);
  else
    run_own_method (self);
}

/* What hinders the branch is told now, not when its turn comes. */
static gboolean
can_branch (MageComposer *self, MageResult *parent, guint step, MageParams *params)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSampleJob) job = NULL;

  if (self->need != MAGE_COMPOSE_READY && mage_composer_is_ready (self))
    return TRUE; /* what it needs is under way */
  if (mage_project_check_model (get_project (self), &error))
    job = mage_sample_job_new (get_project (self), self->prompt, self->motion, params, &error);
  if (job != NULL && mage_sample_job_set_branch (job, parent, step, &error))
    return TRUE;
  mage_session_toast_error (self->session, error);
  return FALSE;
}

/**
 * mage_composer_branch:
 * @parent: a video of the project
 * @step: after so many of its steps
 *
 * Goes on from there with the settings, the prompt and the motion as they are now; size and number of steps are the parent's, and
 * so are seed and β but from step 0.
 */
void
mage_composer_branch (MageComposer *self, MageResult *parent, guint step)
{
  static const char *const keys[] = { "steps", "frames", "width", "height" };
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (get_project (self)));
  MageJob *job;

  if (is_other_method (self))
    {
      mage_session_toast (self->session, _("Branches go on by the project's own method: choose it under Method"));
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    mage_params_set_int (params, keys[i], mage_params_get_int (mage_result_get_params (parent), keys[i]), NULL);
  /* What made the noise is the parent's, too, unless it begins anew. */
  if (step > 0)
    {
      mage_params_set_int (params, "seed", mage_params_get_int (mage_result_get_params (parent), "seed"), NULL);
      mage_params_set_double (params, "beta", mage_params_get_double (mage_result_get_params (parent), "beta"), NULL);
    }
  mage_params_set_int (params, "preview_every", choose_preview_every (params), NULL);
  if (!can_branch (self, parent, step, params))
    return;
  job = mage_session_branch (self->session, self->prompt, self->motion, params, parent, step);
  if (job != NULL)
    g_signal_emit (self, signals[SAMPLING], 0, job);
}
