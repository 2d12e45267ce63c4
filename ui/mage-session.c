/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-session-private.h"

#include "ui/mage-edits.h"
#include "ui/mage-importer.h"
#include "ui/mage-session-state.h"
#include "ui/mage-session-video.h"
#include "ui/mage-session-work.h"
#include "ui/mage-work-order.h"

#include "project/mage-json.h"

#include <glib/gi18n.h>

/*
 * An open project in a window: what every page needs. Edits are watched, kept for undo and saved by
 * themselves; work goes to the worker and is remembered beside the project, so that what was not
 * finished when the window closed, or the machine went down, is offered again.
 */

/* Saving waits for this long without an edit, in milliseconds. */
#define SAVE_DELAY 800


struct _MageSession
{
  GObject parent_instance;

  MageWorker *worker;
  MageProject *project;
  MageEdits *edits;
  MageSessionWork *work;
  MageImportProgress *imports;
  MagePlace place;
  MageTrainable *item;

  guint save_timeout;

  gboolean stopping;
};

G_DEFINE_FINAL_TYPE (MageSession, mage_session, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (MagePlace, mage_place,
                    G_DEFINE_ENUM_VALUE (MAGE_PLACE_NOTHING, "nothing"),
                    G_DEFINE_ENUM_VALUE (MAGE_PLACE_ITEM, "item"),
                    G_DEFINE_ENUM_VALUE (MAGE_PLACE_FUSION, "fusion"),
                    G_DEFINE_ENUM_VALUE (MAGE_PLACE_COMPOSE, "compose"),
                    G_DEFINE_ENUM_VALUE (MAGE_PLACE_RESULTS, "results"))

enum
{
  PROP_PROJECT = 1,
  PROP_WORKER,
  PROP_HISTORY,
  PROP_PLACE,
  PROP_ITEM,
  N_PROPS
};

enum
{
  TOAST,
  PUSH_PAGE,
  STOPPED,
  UNFINISHED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* --- saving --- */

static void
save_or_tell (MageSession *self)
{
  g_autoptr (GError) error = NULL;

  if (!mage_session_save (self, &error))
    mage_session_toast_error (self, error);
}

static void
save_cb (gpointer data)
{
  MageSession *self = data;

  self->save_timeout = 0;
  save_or_tell (self);
}

static void
schedule_save (MageSession *self)
{
  g_clear_handle_id (&self->save_timeout, g_source_remove);
  self->save_timeout = g_timeout_add_once (SAVE_DELAY, save_cb, self);
}

/* --- edits --- */

static gboolean
is_in (GListStore *list, gpointer item)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (item, g_list_model_get_item_type (G_LIST_MODEL (list)))
         && g_list_store_find (list, item, NULL);
}

/* What is shown and goes away makes room for its neighbour. */
static void
removed_cb (MageSession *self, guint position, GListModel *list)
{
  g_autoptr (MageTrainable) neighbour = NULL;
  guint n = g_list_model_get_n_items (list);

  if (self->item == NULL || is_in (mage_project_get_subjects (self->project), self->item)
      || is_in (mage_project_get_motions (self->project), self->item))
    return;
  if (n > 0)
    neighbour = g_list_model_get_item (list, MIN (position, n - 1));
  if (neighbour != NULL)
    mage_session_show_item (self, neighbour);
  else
    mage_session_show (self, MAGE_PLACE_NOTHING);
}

/**
 * mage_session_record:
 * @label: what is going to be done, for the user: "Rename Subject"
 *
 * Called before an edit of the project; what changes until the main loop comes round again is one
 * step of undo. Edits that nobody announced are kept, too, under a plain name.
 */
void
mage_session_record (MageSession *self, const char *label)
{
  mage_edits_record (self->edits, label, NULL);
}

/**
 * mage_session_record_merged:
 * @key: (nullable): what is edited; while the same key comes again soon, all of it is one step
 *
 * As mage_session_record(), for a slider that moves or a text that is being written.
 */
void
mage_session_record_merged (MageSession *self, const char *label, const char *key)
{
  mage_edits_record (self->edits, label, key);
}

/** mage_session_save: writes the project now; it happens by itself after edits. */
gboolean
mage_session_save (MageSession *self, GError **error)
{
  g_autoptr (GPtrArray) videos = mage_session_work_list_videos (self->work, self->project);
  g_autoptr (JsonObject) settings = mage_session_work_list_settings (self->work, self->project);

  g_clear_handle_id (&self->save_timeout, g_source_remove);
  return mage_project_save (self->project, error)
         && mage_session_state_write (self->project, self->place, self->item,
                                      mage_session_work_get_objects (self->work),
                                      mage_session_work_get_unfinished (self->work), settings, videos, error);
}

/* --- the end of work --- */

/* The page that is about it has a banner for its failure. */
static gboolean
is_shown (MageSession *self, MageJob *job)
{
  GObject *object = mage_session_work_get_object (self->work, job);

  if (mage_session_work_is_quiet (self->work, job))
    return TRUE;
  if (object == G_OBJECT (self->project))
    return self->place == MAGE_PLACE_COMPOSE && !MAGE_IS_WAITING_JOB (job);
  if (object == G_OBJECT (mage_project_get_fusion (self->project)))
    return self->place == MAGE_PLACE_FUSION;
  return self->place == MAGE_PLACE_ITEM && object == G_OBJECT (self->item);
}

/* Which operation wanted too much memory helps nobody; the log of the job says it. */
static void
toast_failure (MageSession *self, MageJob *job)
{
  g_autofree char *text = NULL;

  if (mage_ailment_of_error (mage_job_get_error (job)) != MAGE_AILMENT_OUT_OF_MEMORY)
    {
      mage_session_toast_error (self, mage_job_get_error (job));
      return;
    }
  /* Translators: %s is what was done, such as "Training <bear>" */
  text = g_strdup_printf (_("%s: a step needed more memory than there is. Fewer frames or a smaller size help most."), mage_job_get_title (job));
  mage_session_toast (self, text);
}

static void
finished_cb (MageSession *self, MageJob *job)
{
  if (mage_job_get_state (job) == MAGE_JOB_FAILED && !is_shown (self, job))
    toast_failure (self, job);
}

static void
work_changed_cb (MageSession *self)
{
  save_or_tell (self);
  if (self->stopping && !mage_session_is_busy (self))
    {
      self->stopping = FALSE;
      mage_project_unlock (self->project);
      g_signal_emit (self, signals[STOPPED], 0);
      g_object_unref (self); /* of mage_session_stop() */
    }
}

static void
unfinished_cb (MageSession *self)
{
  g_signal_emit (self, signals[UNFINISHED], 0);
}

/* --- the object --- */

static void
mage_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageSession *self = MAGE_SESSION (object);

  switch (id)
    {
    case PROP_PROJECT:
      g_value_set_object (value, self->project);
      break;
    case PROP_WORKER:
      g_value_set_object (value, self->worker);
      break;
    case PROP_HISTORY:
      g_value_set_object (value, mage_edits_get_history (self->edits));
      break;
    case PROP_PLACE:
      g_value_set_enum (value, self->place);
      break;
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_session_dispose (GObject *object)
{
  MageSession *self = MAGE_SESSION (object);

  g_clear_handle_id (&self->save_timeout, g_source_remove);
  g_clear_object (&self->item);
  g_clear_object (&self->work);
  g_clear_object (&self->imports);
  g_clear_object (&self->edits);
  g_clear_object (&self->project);
  g_clear_object (&self->worker);
  G_OBJECT_CLASS (mage_session_parent_class)->dispose (object);
}

static void
mage_session_class_init (MageSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_session_get_property;
  object_class->dispose = mage_session_dispose;

  props[PROP_PROJECT] = g_param_spec_object ("project", NULL, NULL, MAGE_TYPE_PROJECT, flags);
  props[PROP_WORKER] = g_param_spec_object ("worker", NULL, NULL, MAGE_TYPE_WORKER, flags);
  props[PROP_HISTORY] = g_param_spec_object ("history", NULL, NULL, MAGE_TYPE_HISTORY, flags);
  props[PROP_PLACE] = g_param_spec_enum ("place", NULL, NULL, MAGE_TYPE_PLACE, MAGE_PLACE_NOTHING, flags);
  /** MageSession:item: (nullable): the subject or motion that is shown. */
  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, MAGE_TYPE_TRAINABLE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /** MageSession::toast: @text: what the window tells; @undo: whether it offers to take back the last edit. */
  signals[TOAST] = g_signal_new ("toast", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  /** MageSession::push-page: @page: shown over the page until the user goes back. */
  signals[PUSH_PAGE] = g_signal_new ("push-page", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, ADW_TYPE_NAVIGATION_PAGE);
  /** MageSession::unfinished: the list of what was not finished has become another. */
  signals[UNFINISHED] = g_signal_new ("unfinished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
  /** MageSession::stopped: after mage_session_stop(), when all work is over and saved. */
  signals[STOPPED] = g_signal_new ("stopped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
mage_session_init (MageSession *self)
{
  self->imports = mage_import_progress_new ();
}

/* Where the user was last; else the first thing there is. */
static void
restore_place (MageSession *self)
{
  MageTrainable *item = NULL;
  MagePlace place = mage_session_state_read_place (self->project, &item);

  if (place == MAGE_PLACE_NOTHING)
    {
      g_autoptr (MageTrainable) first = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (self->project)), 0);

      if (first == NULL)
        first = g_list_model_get_item (G_LIST_MODEL (mage_project_get_motions (self->project)), 0);
      g_set_object (&self->item, first);
      self->place = first != NULL ? MAGE_PLACE_ITEM : MAGE_PLACE_NOTHING;
      return;
    }
  self->place = place;
  g_set_object (&self->item, item);
}

/** mage_session_new: @project: locked by the caller. */
MageSession *
mage_session_new (MageWorker *worker, MageProject *project)
{
  MageSession *self = g_object_new (MAGE_TYPE_SESSION, NULL);

  self->worker = g_object_ref (worker);
  self->project = g_object_ref (project);
  self->edits = mage_edits_new (project);
  restore_place (self);
  self->work = mage_session_work_new (worker, mage_session_state_dup_unfinished (project), mage_session_state_dup_settings (project),
                                      mage_session_state_list_videos (project));
  g_signal_connect_object (self->edits, "changed", G_CALLBACK (schedule_save), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->edits, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->work, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->work, "changed", G_CALLBACK (work_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->work, "unfinished", G_CALLBACK (unfinished_cb), self, G_CONNECT_SWAPPED);
  return self;
}

MageWorker *
mage_session_get_worker (MageSession *self)
{
  return self->worker;
}

MageProject *
mage_session_get_project (MageSession *self)
{
  return self->project;
}

MageHistory *
mage_session_get_history (MageSession *self)
{
  return mage_edits_get_history (self->edits);
}

/* --- what is shown --- */

MagePlace
mage_session_get_place (MageSession *self)
{
  return self->place;
}

/** mage_session_get_item: Returns: (transfer none) (nullable): the subject or motion that is shown */
MageTrainable *
mage_session_get_item (MageSession *self)
{
  return self->item;
}

static void
set_place (MageSession *self, MagePlace place, MageTrainable *item)
{
  gboolean changed = self->place != place;
  gboolean other = g_set_object (&self->item, item);

  if (!changed && !other)
    return;
  self->place = place;
  schedule_save (self);
  g_object_freeze_notify (G_OBJECT (self));
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PLACE]);
  if (other)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
  g_object_thaw_notify (G_OBJECT (self));
}

/** mage_session_show: @place: not %MAGE_PLACE_ITEM, for which there is mage_session_show_item(). */
void
mage_session_show (MageSession *self, MagePlace place)
{
  g_return_if_fail (place != MAGE_PLACE_ITEM);

  set_place (self, place, NULL);
}

/** mage_session_show_item: shows the page of a subject or motion. */
void
mage_session_show_item (MageSession *self, MageTrainable *item)
{
  g_return_if_fail (MAGE_IS_TRAINABLE (item));

  set_place (self, MAGE_PLACE_ITEM, item);
}

/** mage_session_push_page: @page: (transfer floating): with its own AdwToolbarView and header bar; the user goes back from it. */
void
mage_session_push_page (MageSession *self, AdwNavigationPage *page)
{
  g_autoptr (GObject) kept = g_object_ref_sink (G_OBJECT (page));

  g_signal_emit (self, signals[PUSH_PAGE], 0, page);
}

/** mage_session_toast: tells the user @text, plain, in the window. */
void
mage_session_toast (MageSession *self, const char *text)
{
  g_signal_emit (self, signals[TOAST], 0, text, FALSE);
}

/** mage_session_toast_error: tells what went wrong; that something was cancelled, or a dialog closed, is no news. */
void
mage_session_toast_error (MageSession *self, const GError *error)
{
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    mage_session_toast (self, error->message);
}

/** mage_session_toast_undo: tells what was done, with a button that takes it back. */
void
mage_session_toast_undo (MageSession *self, const char *text)
{
  mage_edits_commit (self->edits);
  g_signal_emit (self, signals[TOAST], 0, text, TRUE);
}

/* --- work --- */

/**
 * mage_session_push:
 * @job: (transfer full)
 * @object: what it works on: a MageTrainable, of the project or a trial of it, a MageResult, or the project
 *
 * Queues a job that belongs to the session: it stops with it, and tells when it fails.
 *
 * Returns: (transfer none): the job
 */
MageJob *
mage_session_push (MageSession *self, MageJob *job, gpointer object)
{
  mage_session_work_push (self->work, job, object);
  save_or_tell (self);
  return job;
}

/**
 * mage_session_push_order:
 * @order: (transfer full): with what it needs
 *
 * As mage_session_push(), for work that is made when its turn comes.
 *
 * Returns: (transfer none) (nullable): the job, or its place in the queue; NULL when it failed at once
 */
MageJob *
mage_session_push_order (MageSession *self, MageWaitingJob *order, gpointer object)
{
  g_autoptr (MageWaitingJob) kept = g_object_ref (order);
  MageJob *job;

  mage_session_work_push (self->work, MAGE_JOB (order), object);
  save_or_tell (self);
  job = mage_waiting_job_get_job (order);
  return mage_job_get_state (job) == MAGE_JOB_FAILED ? NULL : job;
}

/* A subject that is still being trained, or waits for it, comes first. */
static MageWaitingJob *
order_fusion (MageSession *self)
{
  g_autoptr (GPtrArray) needs = mage_session_list_orders (self, G_LIST_MODEL (mage_project_get_subjects (self->project)));
  MageWaitingJob *order = mage_work_order_fuse (self->project, FALSE);

  for (guint i = 0; i < needs->len; i++)
    mage_waiting_job_add_need (order, g_ptr_array_index (needs, i));
  return order;
}

/**
 * mage_session_train:
 * @item: a subject or motion, or the fusion
 *
 * Queues the training, or continues it where it was stopped. What hinders it is told in a toast.
 *
 * Returns: (transfer none) (nullable): the job, the one from before if it is under way
 */
MageJob *
mage_session_train (MageSession *self, MageTrainable *item)
{
  MageJob *job = mage_session_find_job (self, item);

  if (job != NULL && mage_job_get_state (job) != MAGE_JOB_CANCELLING)
    return job;
  mage_edits_commit (self->edits);
  return mage_session_push_order (self, MAGE_IS_FUSION (item) ? order_fusion (self)
                                                              : mage_work_order_train (self->project, item, FALSE),
                                  item);
}

/**
 * mage_session_train_for:
 * @item: as with mage_session_train(), nothing of which is under way
 * @n_steps: that this training shall have; the project asks for as many as before
 *
 * Returns: FALSE where it cannot have as many; nothing has changed then
 */
gboolean
mage_session_train_for (MageSession *self, MageTrainable *item, guint n_steps, GError **error)
{
  g_autoptr (MageWaitingJob) order = MAGE_IS_FUSION (item) ? order_fusion (self) : mage_work_order_train (self->project, item, FALSE);
  MageParams *own = mage_param_layer_get_params (mage_waiting_job_get_layer (order));

  if (!mage_params_set_int (own, mage_trainable_get_steps_key (item), (int) MIN (n_steps, G_MAXINT), error))
    return FALSE;
  mage_edits_commit (self->edits);
  mage_session_push_order (self, g_steal_pointer (&order), item);
  return TRUE;
}

/** mage_session_fuse: as mage_session_train(), for the fusion of all subjects. */
MageJob *
mage_session_fuse (MageSession *self)
{
  return mage_session_train (self, MAGE_TRAINABLE (mage_project_get_fusion (self->project)));
}

/**
 * mage_session_export:
 * @how: format, size, rate and rounds
 *
 * Writes a result's video to a file, beside what is queued and after other exports.
 *
 * Returns: (transfer none): a MageExportJob
 */
MageJob *
mage_session_export (MageSession *self, MageResult *result, const char *path, const ClipWrite *how)
{
  MageJob *job = MAGE_JOB (mage_export_job_new (result, path, how));

  mage_session_work_assist (self->work, job, result);
  return job;
}

/** mage_session_find_export: Returns: (transfer none) (nullable): a file that is being written, or waits for that */
MageJob *
mage_session_find_export (MageSession *self)
{
  return mage_session_work_find_export (self->work);
}

/** mage_session_stop_exports: no file is written to its end any more. */
void
mage_session_stop_exports (MageSession *self)
{
  g_autoptr (MageSession) kept = g_object_ref (self); /* which ends with its last work */

  mage_session_work_stop_exports (self->work);
}

/** mage_session_find_job: Returns: (transfer none) (nullable): the training of @item, or the fusion, that runs or waits */
MageJob *
mage_session_find_job (MageSession *self, MageTrainable *item)
{
  return mage_session_work_find (self->work, item);
}

/** mage_session_set_quiet: @quiet: somebody else tells when @job fails. */
void
mage_session_set_quiet (MageSession *self, MageJob *job, gboolean quiet)
{
  if (self->work != NULL)
    mage_session_work_set_quiet (self->work, job, quiet);
}

/** mage_session_get_subject_of: Returns: (transfer none) (nullable): what a job works on: a MageTrainable, MageResult, or the project for a video */
GObject *
mage_session_get_subject_of (MageSession *self, MageJob *job)
{
  return mage_session_work_get_object (self->work, job);
}

/** mage_session_is_busy: whether work of this project runs or waits. */
gboolean
mage_session_is_busy (MageSession *self)
{
  return mage_session_work_is_busy (self->work);
}

/**
 * mage_session_stop:
 *
 * Saves, and stops all work of the project at its next block; trainings keep what they have learned
 * and are offered again when the project is opened next. The session lives and holds the project's
 * lock until then, and emits ::stopped.
 *
 * Returns: whether there is something to wait for
 */
gboolean
mage_session_stop (MageSession *self)
{
  mage_edits_commit (self->edits);
  save_or_tell (self);
  if (!mage_session_is_busy (self))
    {
      mage_project_unlock (self->project);
      return FALSE;
    }
  self->stopping = TRUE;
  g_object_ref (self); /* until work_changed_cb() */
  mage_session_work_stop (self->work);
  return TRUE;
}

/** mage_session_is_stopping: whether it waits for its last work to end, after mage_session_stop(): nothing new is to begin. */
gboolean
mage_session_is_stopping (MageSession *self)
{
  return self->stopping;
}

/** mage_session_get_unfinished: Returns: (transfer none): words or names of the trainings that were under way when the project was closed */
const char *const *
mage_session_get_unfinished (MageSession *self)
{
  return mage_session_work_get_unfinished (self->work);
}

/** mage_session_count_unfinished_videos: how many were asked for, and not made, when the project was closed. */
guint
mage_session_count_unfinished_videos (MageSession *self)
{
  return mage_session_work_count_unfinished_videos (self->work);
}

/* With the settings of its own that it had. */
static void
resume_training (MageSession *self, MageTrainable *item, JsonObject *own)
{
  MageWaitingJob *order;

  if (own == NULL || mage_session_find_job (self, item) != NULL)
    {
      mage_session_train (self, item);
      return;
    }
  order = MAGE_IS_FUSION (item) ? order_fusion (self) : mage_work_order_train (self->project, item, FALSE);
  mage_work_order_read_own (order, own);
  mage_session_push_order (self, order, item);
}

/** mage_session_resume: @go_on: FALSE forgets what was unfinished. */
void
mage_session_resume (MageSession *self, gboolean go_on)
{
  g_autoptr (JsonObject) settings = mage_session_work_list_settings (self->work, self->project);
  g_autoptr (GPtrArray) videos = mage_session_work_steal_unfinished_videos (self->work);
  g_auto (GStrv) unfinished = mage_session_work_steal_unfinished (self->work);

  for (guint i = 0; go_on && unfinished[i] != NULL; i++)
    {
      MageTrainable *item = mage_session_state_find (self->project, unfinished[i]);

      if (item != NULL) /* it may have been removed meanwhile */
        resume_training (self, item, mage_json_get_object (settings, unfinished[i]));
    }
  for (guint i = 0; go_on && i < videos->len; i++)
    mage_session_resume_video (self, g_ptr_array_index (videos, i));
  schedule_save (self);
}

/** mage_session_find_order: Returns: (transfer none) (nullable): the place in the queue of @item's training, for others to wait for */
MageWaitingJob *
mage_session_find_order (MageSession *self, MageTrainable *item)
{
  return mage_session_work_find_order (self->work, item);
}

/**
 * mage_session_list_orders:
 * @items: of MageTrainable
 *
 * Returns: (transfer container) (element-type MageWaitingJob): the places in the queue of their trainings, for others to wait for
 */
GPtrArray *
mage_session_list_orders (MageSession *self, GListModel *items)
{
  GPtrArray *orders = g_ptr_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (items, i);
      MageWaitingJob *order = mage_session_work_find_order (self->work, item);

      if (order != NULL)
        g_ptr_array_add (orders, order);
    }
  return orders;
}

/** mage_session_get_held: Returns: (transfer none): jobs that failed, and those that wait because of that */
GListModel *
mage_session_get_held (MageSession *self)
{
  return mage_session_work_get_held (self->work);
}

/** mage_session_get_over: Returns: (transfer none) (element-type MageJobRecord): what is over, the latest first */
GListModel *
mage_session_get_over (MageSession *self)
{
  return mage_session_work_get_over (self->work);
}

/** mage_session_retry: @job: one that is held. */
void
mage_session_retry (MageSession *self, MageJob *job)
{
  mage_edits_commit (self->edits);
  mage_session_work_retry (self->work, job);
}

/** mage_session_dismiss: forgets a job that is held. */
void
mage_session_dismiss (MageSession *self, MageJob *job)
{
  mage_session_work_dismiss (self->work, job);
}

/** mage_session_cancel: stops @job, or takes it out of the queue. */
void
mage_session_cancel (MageSession *self, MageJob *job)
{
  mage_worker_cancel (self->worker, job);
}

/** mage_session_get_imports: Returns: (transfer none): how far the files are that are being copied into the project */
MageImportProgress *
mage_session_get_imports (MageSession *self)
{
  return self->imports;
}

gboolean
mage_session_is_importing (MageSession *self)
{
  return mage_import_progress_is_running (self->imports);
}

/**
 * mage_session_import:
 * @files: of GFile: pictures, clips and folders of them
 * @target: (nullable): the subject that pictures join; NULL makes a new one
 *
 * Takes files into the project: pictures make or join a subject, each clip makes a motion. What is
 * refused is told in one toast.
 */
void
mage_session_import (MageSession *self, GListModel *files, MageTrainable *target)
{
  mage_importer_run (self, files, target, FALSE);
}

/** mage_session_receive: as mage_session_import(), but a video that was exported from here restores the settings that made it. */
void
mage_session_receive (MageSession *self, GListModel *files, MageTrainable *target)
{
  mage_importer_run (self, files, target, TRUE);
}
