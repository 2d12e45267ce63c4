/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-thing-follower.h"

#include "ui/mage-cache-folder.h"
#include "ui/mage-mask-file.h"

#include <glib/gi18n.h>

/*
 * Where a thing is in each frame that can be pointed at: a person's masks are of the document, those between them were
 * found by following and lie in the cache under a name made of all that they follow from. So they are there again when the
 * project is opened, and after undo and redo. Once a thing was followed, every correction has it followed again.
 */

/* Of what was followed, kept in the cache. */
#define MOST_TRACKS 48
/* Another number when following itself changes, so that nothing old is taken for new. */
#define TRACK_VERSION 1

struct _MageThingFollower
{
  GObject parent_instance;

  MageSession *session;
  MageMotion *motion;
  MageThing *thing;
  MageStills *stills;       /* (nullable) */

  char *digest;             /* (nullable): of what is, or is going to be, followed */
  MageTrackRecord *record;  /* (nullable) */
  guint serial;             /* of the record */
  GPtrArray *tracked;       /* MageMedia or NULL, one a frame of the record */
  gboolean followed;        /* the user asked for it once */
  guint idle;

  GCancellable *reading;    /* while files are read or written in a thread */
  gboolean preparing;       /* for a job, or after it */
  MageTrackJob *job;
  char *problem;
};

G_DEFINE_FINAL_TYPE (MageThingFollower, mage_thing_follower, G_TYPE_OBJECT)

enum
{
  CHANGED,
  PROGRESSED,
  FOLLOWED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
tell (MageThingFollower *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- what a person says --- */

/* (transfer none) (nullable) */
static MageMedia *
find_own_mask (MageThingFollower *self, guint at)
{
  GPtrArray *marks = mage_thing_get_marks (self->thing);
  MageMedia *mask = mage_thing_get_mask (self->thing);

  if (mask != NULL && mage_stills_find (self->stills, mage_thing_get_time (self->thing)) == at)
    return mask;
  for (guint i = 0; i < marks->len; i++)
    {
      const MageThingMark *mark = g_ptr_array_index (marks, i);

      if (mage_stills_find (self->stills, mark->time) == at)
        return mark->mask;
    }
  return NULL;
}

static gboolean
is_main (MageThingFollower *self, guint at)
{
  return mage_thing_get_mask (self->thing) != NULL
         && mage_stills_find (self->stills, mage_thing_get_time (self->thing)) == at;
}

/* Marks keep the time that they were made with, be it another one of the same frame. */
static double
get_mark_time (MageThingFollower *self, guint at)
{
  GPtrArray *marks = mage_thing_get_marks (self->thing);

  for (guint i = 0; i < marks->len; i++)
    {
      const MageThingMark *mark = g_ptr_array_index (marks, i);

      if (mage_stills_find (self->stills, mark->time) == at)
        return mark->time;
    }
  return self->stills->times[at];
}

/* What is said of a frame is taken back. Where the thing was learned from it, another frame takes its place. */
static void
remove_mask (MageThingFollower *self, guint at)
{
  GPtrArray *marks = mage_thing_get_marks (self->thing);
  g_autoptr (GPtrArray) rest = NULL;

  if (!is_main (self, at))
    {
      rest = mage_thing_dup_marks_with (self->thing, get_mark_time (self, at), NULL);
      if (rest->len < marks->len)
        mage_thing_set_marks (self->thing, rest);
    }
  else if (marks->len == 0)
    mage_thing_set_mask (self->thing, NULL, mage_thing_get_time (self->thing));
  else
    {
      const MageThingMark *first = g_ptr_array_index (marks, 0);
      g_autoptr (MageMedia) mask = g_object_ref (first->mask);
      double time = first->time;

      rest = mage_thing_dup_marks_with (self->thing, time, NULL);
      mage_thing_set_marks (self->thing, rest);
      mage_thing_set_mask (self->thing, mask, time);
    }
}

/* A found mask that a person confirmed becomes a file of the project, since the cache may lose it. */
static MageMedia *
adopt (MageThingFollower *self, guint at, MageMedia *mask)
{
  MageMedia *found = self->tracked != NULL ? g_ptr_array_index (self->tracked, at) : NULL;
  g_autofree char *path = mage_media_dup_path (mask);
  g_autofree char *found_path = found != NULL ? mage_media_dup_path (found) : NULL;
  g_autoptr (GError) error = NULL;
  MageMedia *own;

  if (g_strcmp0 (path, found_path) != 0)
    return g_object_ref (mask);
  own = mage_project_import_mask (mage_session_get_project (self->session), path, &error);
  if (own == NULL)
    mage_session_toast_error (self->session, error);
  else
    mage_media_set_made (own, MAGE_MASK_CORRECTED, 1);
  return own;
}

/**
 * mage_thing_follower_set_mask:
 * @mask: (nullable): where the thing is in frame @at, as a person says
 *
 * Changes the thing, which the caller announced with mage_session_record(). Before the thing was followed its mask, and the
 * frame that it is learned from, go where the user draws; after that it is a correction.
 */
void
mage_thing_follower_set_mask (MageThingFollower *self, guint at, MageMedia *mask)
{
  g_autoptr (MageMedia) own = NULL;
  g_autoptr (GPtrArray) marks = NULL;

  g_return_if_fail (self->stills != NULL && at < self->stills->n);

  if (mask == mage_thing_follower_get_mask (self, at))
    return;
  if (mask == NULL)
    {
      remove_mask (self, at);
      return;
    }
  own = adopt (self, at, mask);
  if (own == NULL)
    return;
  if (is_main (self, at))
    mage_thing_set_mask (self->thing, own, mage_thing_get_time (self->thing));
  else if (mage_thing_get_mask (self->thing) == NULL
           || (!self->followed && mage_thing_get_marks (self->thing)->len == 0))
    mage_thing_set_mask (self->thing, own, self->stills->times[at]);
  else
    {
      marks = mage_thing_dup_marks_with (self->thing, get_mark_time (self, at), own);
      mage_thing_set_marks (self->thing, marks);
    }
}

/* --- what is known of what --- */

static void
hash_mark (GChecksum *checksum, double time, MageMedia *mask)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_dtostr (number, sizeof number, time);
  g_checksum_update (checksum, (const guchar *) number, -1);
  mage_media_hash (mask, checksum);
}

/* (nullable): NULL while there is nothing to follow */
static char *
make_digest (MageThingFollower *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  GPtrArray *marks = mage_thing_get_marks (self->thing);
  const guchar version = TRACK_VERSION;

  if (self->stills == NULL || mage_thing_get_mask (self->thing) == NULL
      || mage_stills_find (self->stills, mage_thing_get_time (self->thing)) == self->stills->n)
    return NULL;
  g_checksum_update (checksum, &version, 1);
  mage_media_hash (mage_motion_get_clip (self->motion), checksum);
  for (guint i = 0; i < self->stills->n; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_dtostr (number, sizeof number, self->stills->times[i]);
      g_checksum_update (checksum, (const guchar *) number, -1);
      g_checksum_update (checksum, (const guchar *) "\n", -1);
    }
  hash_mark (checksum, mage_thing_get_time (self->thing), mage_thing_get_mask (self->thing));
  for (guint i = 0; i < marks->len; i++)
    {
      const MageThingMark *mark = g_ptr_array_index (marks, i);

      hash_mark (checksum, mark->time, mark->mask);
    }
  return g_strndup (g_checksum_get_string (checksum), 32);
}

static char *
dup_folder (MageThingFollower *self)
{
  g_autofree char *tracks = mage_cache_folder_dup ("tracks");

  return g_build_filename (tracks, self->digest, NULL);
}

/* There is none where it was not found. */
static void
unref_found (gpointer media)
{
  g_clear_object ((GObject **) &media);
}

static void
take_record (MageThingFollower *self, MageTrackRecord *record)
{
  g_autofree char *folder = record != NULL ? dup_folder (self) : NULL;

  mage_track_record_free (self->record);
  g_clear_pointer (&self->tracked, g_ptr_array_unref);
  self->record = record;
  self->serial++;
  if (record != NULL)
    {
      self->followed = TRUE;
      self->tracked = g_ptr_array_new_with_free_func (unref_found);
      for (guint i = 0; i < record->n_frames; i++)
        {
          g_autofree char *file = mage_track_record_dup_file (i);
          MageMedia *media = record->frames[i].mask != NULL ? mage_media_new (folder, file, self->digest) : NULL;

          if (media != NULL)
            mage_media_set_made (media, MAGE_MASK_AUTOMATIC, mage_track_record_is_doubtful (record, i) ? 0 : 1);
          g_ptr_array_add (self->tracked, media);
        }
    }
  tell (self);
}

static void
set_problem (MageThingFollower *self, const GError *error)
{
  g_set_str (&self->problem, error != NULL ? error->message : NULL);
}

/* --- following --- */

static void
drop_work (MageThingFollower *self)
{
  self->preparing = FALSE;
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (self->job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->job, self);
  mage_worker_cancel (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  g_clear_object (&self->job);
}

/* A thing's marks on the way to a job, and what it found on the way to the cache. */
typedef struct
{
  GArray *frames;     /* guint */
  GPtrArray *paths;
  GPtrArray *masks;
  char *folder;
  MageTrackRecord *record;
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  g_clear_pointer (&self->frames, g_array_unref);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_pointer (&self->masks, g_ptr_array_unref);
  g_free (self->folder);
  mage_track_record_free (self->record);
  g_free (self);
}

static void
run_work (MageThingFollower *self, Work *work, GTaskThreadFunc run, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = NULL;

  self->reading = g_cancellable_new ();
  task = g_task_new (NULL, self->reading, callback, g_object_ref (self));
  g_task_set_static_name (task, "mage-follow");
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, run);
}

static gboolean
end_work (MageThingFollower *self, GAsyncResult *result, GError **error)
{
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_object (&self->reading);
  return done;
}

static void
save_record (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  g_autofree char *tracks = g_path_get_dirname (work->folder);
  GError *error = NULL;

  mage_cache_folder_prune (tracks, MOST_TRACKS);
  if (mage_track_record_save (work->record, work->folder, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageThingFollower) self = data;
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = end_work (self, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->preparing = FALSE;
  set_problem (self, error);
  take_record (self, done ? g_steal_pointer (&work->record) : NULL);
  if (done)
    g_signal_emit (self, signals[FOLLOWED], 0);
}

static void
finished_cb (MageThingFollower *self, MageJob *job)
{
  g_autoptr (MageTrackJob) kept = g_steal_pointer (&self->job);
  const GError *error = mage_job_get_error (job);
  Work *work;

  g_signal_handlers_disconnect_by_data (kept, self);
  if (mage_job_get_state (job) != MAGE_JOB_DONE)
    {
      self->preparing = FALSE;
      set_problem (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? NULL : error);
      g_clear_pointer (&self->digest, g_free);
      tell (self);
      return;
    }
  work = g_new0 (Work, 1);
  work->folder = dup_folder (self);
  work->record = mage_track_record_new (kept);
  run_work (self, work, save_record, saved_cb);
}

static void
progressed_cb (MageThingFollower *self)
{
  g_signal_emit (self, signals[PROGRESSED], 0);
}

static void
load_masks (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;

  for (guint i = 0; i < work->paths->len; i++)
    {
      GError *error = NULL;
      Mask *mask = mask_load (g_ptr_array_index (work->paths, i), cancellable, &error);

      if (mask == NULL)
        {
          g_task_return_error (task, error);
          return;
        }
      g_ptr_array_add (work->masks, mask);
    }
  g_task_return_boolean (task, TRUE);
}

static void
masks_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageThingFollower) self = data;
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = end_work (self, result, &error);
  g_autofree MageTrackMark *marks = g_new0 (MageTrackMark, work->masks->len + 1);
  g_autofree char *cache = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!done)
    {
      self->preparing = FALSE;
      set_problem (self, error);
      tell (self);
      return;
    }
  for (guint i = 0; i < work->masks->len; i++)
    marks[i] = (MageTrackMark) { g_array_index (work->frames, guint, i), g_ptr_array_index (work->masks, i) };
  cache = mage_mask_file_dup_cache_dir ();
  self->job = mage_track_job_new_frames (self->stills->frames, marks, work->masks->len, cache);
  g_signal_connect_swapped (self->job, "finished", G_CALLBACK (finished_cb), self);
  g_signal_connect_swapped (self->job, "notify::step", G_CALLBACK (progressed_cb), self);
  mage_worker_assist (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  tell (self);
}

static void
add_mark (MageThingFollower *self, Work *work, double time, MageMedia *mask)
{
  guint frame = mage_stills_find (self->stills, time);

  if (frame == self->stills->n)
    return;
  g_array_append_val (work->frames, frame);
  g_ptr_array_add (work->paths, mage_media_dup_path (mask));
}

static void
start (MageThingFollower *self)
{
  GPtrArray *marks = mage_thing_get_marks (self->thing);
  Work *work = g_new0 (Work, 1);

  work->frames = g_array_new (FALSE, FALSE, sizeof (guint));
  work->paths = g_ptr_array_new_with_free_func (g_free);
  work->masks = g_ptr_array_new_with_free_func ((GDestroyNotify) mask_unref);
  for (guint i = 0; i < marks->len; i++)
    {
      const MageThingMark *mark = g_ptr_array_index (marks, i);

      add_mark (self, work, mark->time, mark->mask);
    }
  add_mark (self, work, mage_thing_get_time (self->thing), mage_thing_get_mask (self->thing));
  set_problem (self, NULL);
  self->preparing = TRUE;
  self->followed = TRUE;
  run_work (self, work, load_masks, masks_loaded_cb);
  tell (self);
}

/* --- the cache --- */

static void
load_record (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  work->record = mage_track_record_load (work->folder, &error);
  if (work->record == NULL)
    g_info ("Nothing is known of where the thing went: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
record_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageThingFollower) self = data;
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  end_work (self, result, &error);
  if (error != NULL)
    return;
  if (work->record != NULL && work->record->n_frames == self->stills->n)
    take_record (self, g_steal_pointer (&work->record));
  else if (self->followed)
    start (self);
  else
    take_record (self, NULL);
}

/* What is known no longer fits, or fits again. */
static void
update (gpointer data)
{
  MageThingFollower *self = data;
  g_autofree char *digest = make_digest (self);
  Work *work;

  self->idle = 0;
  if (digest != NULL && g_strcmp0 (digest, self->digest) == 0)
    {
      tell (self);
      return;
    }
  drop_work (self);
  set_problem (self, NULL);
  g_set_str (&self->digest, digest);
  if (digest == NULL)
    {
      self->followed = FALSE;
      take_record (self, NULL);
      return;
    }
  work = g_new0 (Work, 1);
  work->folder = dup_folder (self);
  run_work (self, work, load_record, record_loaded_cb);
  tell (self);
}

static void
thing_changed_cb (MageThingFollower *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_once (update, self);
}

/* --- the object --- */

static void
mage_thing_follower_dispose (GObject *object)
{
  MageThingFollower *self = MAGE_THING_FOLLOWER (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->session != NULL)
    drop_work (self);
  if (self->thing != NULL)
    g_signal_handlers_disconnect_by_data (self->thing, self);
  g_clear_object (&self->thing);
  g_clear_object (&self->motion);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_thing_follower_parent_class)->dispose (object);
}

static void
mage_thing_follower_finalize (GObject *object)
{
  MageThingFollower *self = MAGE_THING_FOLLOWER (object);

  mage_track_record_free (self->record);
  g_clear_pointer (&self->tracked, g_ptr_array_unref);
  mage_stills_free (self->stills);
  g_free (self->digest);
  g_free (self->problem);
  G_OBJECT_CLASS (mage_thing_follower_parent_class)->finalize (object);
}

static void
mage_thing_follower_class_init (MageThingFollowerClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_thing_follower_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_thing_follower_finalize;
  /** MageThingFollower::changed: something else is known of the frames. */
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PROGRESSED] = g_signal_new ("progressed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /** MageThingFollower::followed: just now, as far as it can be followed. */
  signals[FOLLOWED] = g_signal_new ("followed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mage_thing_follower_init (MageThingFollower *self)
{
}

MageThingFollower *
mage_thing_follower_new (MageSession *session, MageMotion *motion, MageThing *thing)
{
  MageThingFollower *self = g_object_new (MAGE_TYPE_THING_FOLLOWER, NULL);

  self->session = g_object_ref (session);
  self->motion = g_object_ref (motion);
  self->thing = g_object_ref (thing);
  g_signal_connect_swapped (thing, "notify::mask", G_CALLBACK (thing_changed_cb), self);
  g_signal_connect_swapped (thing, "notify::time", G_CALLBACK (thing_changed_cb), self);
  g_signal_connect_swapped (thing, "notify::marks", G_CALLBACK (thing_changed_cb), self);
  return self;
}

/** mage_thing_follower_take_stills: @stills: (transfer full): the frames; once */
void
mage_thing_follower_take_stills (MageThingFollower *self, MageStills *stills)
{
  g_return_if_fail (self->stills == NULL);

  self->stills = stills;
  thing_changed_cb (self);
}

/** mage_thing_follower_get_stills: Returns: (transfer none) (nullable) */
const MageStills *
mage_thing_follower_get_stills (MageThingFollower *self)
{
  return self->stills;
}

/** mage_thing_follower_get_mask: Returns: (transfer none) (nullable): a person's mask of frame @at, or else the one that was found */
MageMedia *
mage_thing_follower_get_mask (MageThingFollower *self, guint at)
{
  MageMedia *own = find_own_mask (self, at);

  if (own != NULL || self->tracked == NULL)
    return own;
  return at < self->tracked->len ? g_ptr_array_index (self->tracked, at) : NULL;
}

MageFrameState
mage_thing_follower_get_state (MageThingFollower *self, guint at)
{
  if (find_own_mask (self, at) != NULL)
    return MAGE_FRAME_MARKED;
  if (self->record == NULL || at >= self->record->n_frames)
    return MAGE_FRAME_OPEN;
  if (!mage_track_record_is_doubtful (self->record, at))
    return MAGE_FRAME_FOLLOWED;
  return self->record->frames[at].mask != NULL || mage_track_record_is_stop (self->record, at) ? MAGE_FRAME_DOUBTFUL
                                                                                               : MAGE_FRAME_OPEN;
}

/** mage_thing_follower_get_record: Returns: (transfer none) (nullable): what was found; of the masks before while it is followed again */
const MageTrackRecord *
mage_thing_follower_get_record (MageThingFollower *self)
{
  return self->record;
}

/** mage_thing_follower_get_serial: Returns: another number for every other record */
guint
mage_thing_follower_get_serial (MageThingFollower *self)
{
  return self->serial;
}

/** mage_thing_follower_get_problem: Returns: (nullable): why it could not be followed */
const char *
mage_thing_follower_get_problem (MageThingFollower *self)
{
  return self->problem;
}

/** mage_thing_follower_follow: from now on, and again after every correction. */
void
mage_thing_follower_follow (MageThingFollower *self)
{
  g_autofree char *digest = make_digest (self);

  if (digest == NULL)
    return;
  g_clear_handle_id (&self->idle, g_source_remove);
  drop_work (self);
  g_set_str (&self->digest, digest);
  start (self);
}

/** mage_thing_follower_stop: what was known before stays. */
void
mage_thing_follower_stop (MageThingFollower *self)
{
  drop_work (self);
  g_clear_pointer (&self->digest, g_free);
  self->followed = self->record != NULL;
  tell (self);
}

gboolean
mage_thing_follower_is_following (MageThingFollower *self)
{
  return self->preparing;
}

/** mage_thing_follower_is_settled: whether what is known may not change by itself */
gboolean
mage_thing_follower_is_settled (MageThingFollower *self)
{
  return self->idle == 0 && self->reading == NULL && !self->preparing;
}

/** mage_thing_follower_get_progress: 0…1; below 0 while nobody knows */
double
mage_thing_follower_get_progress (MageThingFollower *self)
{
  guint n = self->job != NULL ? mage_job_get_n_steps (MAGE_JOB (self->job)) : 0;

  return n > 0 ? (double) mage_job_get_step (MAGE_JOB (self->job)) / n : -1;
}
