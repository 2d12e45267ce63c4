/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-follower.h"

#include "jobs/mage-preview-job.h"
#include "ui/mage-projects.h"

/*
 * A preview that follows the settings: a little after the last change the running one is stopped and a new one begins.
 * It computes beside the queue and makes no results; while the queue works it stays rough.
 */

/* After the last change, in milliseconds: a slider that moves changes more often than this. */
#define DELAY 150

struct _MageFollower
{
  GObject parent_instance;

  MageSession *session;
  MageComposer *composer;
  GSettings *settings;
  MagePreviewMemory *memory;
  MageJob *job;
  char *shown;          /* what the settings were when the last one began */
  guint delay;
  gboolean active;      /* somebody looks */
};

G_DEFINE_FINAL_TYPE (MageFollower, mage_follower, G_TYPE_OBJECT)

enum
{
  PREVIEWING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static MageParams *
get_params (MageFollower *self)
{
  return mage_project_get_params (mage_session_get_project (self->session));
}

/* All settings of a video: a change of anything else is none. */
static char *
dup_settings (MageFollower *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  MageMotion *motion = mage_composer_get_motion (self->composer);

  mage_params_hash (get_params (self), MAGE_STALE_RESULT, checksum);
  return g_strdup_printf ("%s\n%s\n%s", g_checksum_get_string (checksum), mage_composer_get_prompt (self->composer),
                          motion != NULL ? mage_trainable_get_name (MAGE_TRAINABLE (motion)) : "");
}

static void
let_go (MageFollower *self)
{
  g_autoptr (MageJob) job = g_steal_pointer (&self->job);

  if (job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (job, self);
  mage_worker_cancel (mage_session_get_worker (self->session), job);
}

/* What failed is told where it is seen: the settings may be half changed. */
static void
finished_cb (MageFollower *self)
{
  g_autoptr (MageJob) job = g_steal_pointer (&self->job);
  const GError *error = mage_job_get_error (job);

  g_signal_handlers_disconnect_by_data (job, self);
  if (mage_job_get_state (job) == MAGE_JOB_FAILED && error != NULL)
    mage_session_toast_error (self->session, error);
}

static gboolean
is_queue_busy (MageFollower *self)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (mage_session_get_worker (self->session))) > 0;
}

static void
begin (MageFollower *self)
{
  g_autoptr (GError) error = NULL;
  MagePreviewJob *job;

  let_go (self);
  if (!self->active || !mage_composer_can_preview (self->composer))
    return;
  g_free (self->shown);
  self->shown = dup_settings (self);
  job = mage_preview_job_new (mage_session_get_project (self->session), mage_composer_get_prompt (self->composer),
                              mage_composer_get_motion (self->composer), get_params (self), self->memory,
                              is_queue_busy (self), &error);
  if (job == NULL)
    {
      g_info ("No preview: %s", error->message);
      return;
    }
  self->job = MAGE_JOB (job);
  g_signal_connect_swapped (job, "finished", G_CALLBACK (finished_cb), self);
  mage_worker_assist (mage_session_get_worker (self->session), self->job);
  g_signal_emit (self, signals[PREVIEWING], 0, self->job);
}

static void
delay_cb (gpointer data)
{
  MageFollower *self = data;

  self->delay = 0;
  begin (self);
}

static void
changed_cb (MageFollower *self)
{
  g_autofree char *settings = NULL;

  if (!self->active || !g_settings_get_boolean (self->settings, "follow-settings"))
    return;
  settings = dup_settings (self);
  if (g_strcmp0 (settings, self->shown) == 0)
    {
      /* Back where it was: what is shown is right. */
      g_clear_handle_id (&self->delay, g_source_remove);
      return;
    }
  mage_follower_touch (self);
}

static void
setting_cb (MageFollower *self)
{
  if (!g_settings_get_boolean (self->settings, "follow-settings"))
    mage_follower_stop (self);
}

/* --- the object --- */

static void
mage_follower_dispose (GObject *object)
{
  MageFollower *self = MAGE_FOLLOWER (object);

  if (self->session != NULL)
    mage_follower_stop (self);
  g_clear_object (&self->composer);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_follower_parent_class)->dispose (object);
}

static void
mage_follower_finalize (GObject *object)
{
  MageFollower *self = MAGE_FOLLOWER (object);

  g_clear_pointer (&self->memory, mage_preview_memory_unref);
  g_free (self->shown);
  G_OBJECT_CLASS (mage_follower_parent_class)->finalize (object);
}

static void
mage_follower_class_init (MageFollowerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_follower_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_follower_finalize;
  /** MageFollower::previewing: @job: begins; its preview and looks are to be shown. */
  signals[PREVIEWING] = g_signal_new ("previewing", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, MAGE_TYPE_JOB);
}

static void
mage_follower_init (MageFollower *self)
{
  self->memory = mage_preview_memory_new ();
  self->settings = g_settings_new (MAGE_SCHEMA);
  g_signal_connect_object (self->settings, "changed::follow-settings", G_CALLBACK (setting_cb), self, G_CONNECT_SWAPPED);
}

/** mage_follower_new: @composer: knows the prompt and the motion, and whether anything is missing. */
MageFollower *
mage_follower_new (MageSession *session, MageComposer *composer)
{
  MageFollower *self = g_object_new (MAGE_TYPE_FOLLOWER, NULL);

  self->session = g_object_ref (session);
  self->composer = g_object_ref (composer);
  g_signal_connect_object (get_params (self), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (composer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/** mage_follower_set_active: whether somebody looks; what the settings are when that begins needs no preview. */
void
mage_follower_set_active (MageFollower *self, gboolean active)
{
  if (self->active == active)
    return;
  self->active = active;
  if (!active)
    {
      mage_follower_stop (self);
      return;
    }
  g_free (self->shown);
  self->shown = dup_settings (self);
}

/** mage_follower_touch: something changed: a preview begins when nothing more does for a while. */
void
mage_follower_touch (MageFollower *self)
{
  g_clear_handle_id (&self->delay, g_source_remove);
  self->delay = g_timeout_add_once (DELAY, delay_cb, self);
}

/** mage_follower_stop: the running one, and the one that waits. */
void
mage_follower_stop (MageFollower *self)
{
  g_clear_handle_id (&self->delay, g_source_remove);
  let_go (self);
}

gboolean
mage_follower_is_waiting (MageFollower *self)
{
  return self->delay != 0;
}

/** mage_follower_get_job: Returns: (transfer none) (nullable): the preview that runs */
MageJob *
mage_follower_get_job (MageFollower *self)
{
  return self->job;
}
