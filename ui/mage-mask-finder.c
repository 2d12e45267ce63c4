/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-mask-finder.h"

#include "ui/mage-mask-file.h"

#include "jobs/mage-segment-job.h"

#include <glib/gi18n.h>

/*
 * Finds the subject of every picture that comes into a project without a mask, while the user looks on. One picture
 * at a time, so that a click on another picture is answered before the rest. A mask that a person made, or
 * took away, is never replaced; a picture that goes is not looked at any more.
 */

struct _MageMaskFinder
{
  GObject parent_instance;

  MageSession *session; /* whose the finder is; NULL when it has ended: pages may outlive it for a moment */
  MageProject *project;
  MageWorker *worker;
  GQueue waiting;        /* of MageMedia */
  MageMedia *picture;    /* that is looked at */
  MageSegmentJob *job;
  GHashTable *problems;  /* MageMedia → why nothing was found */
};

G_DEFINE_FINAL_TYPE (MageMaskFinder, mage_mask_finder, G_TYPE_OBJECT)

enum
{
  CHANGED,
  FOUND,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What the user made is not touched. */
static gboolean
may_replace (MageMedia *picture)
{
  MageMedia *mask = mage_media_get_mask (picture);

  return mask == NULL || mage_media_get_made (mask) == MAGE_MASK_AUTOMATIC;
}

static gboolean
is_in_project (MageMaskFinder *self, MageMedia *picture)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (self->project));

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageSubject) subject = g_list_model_get_item (subjects, i);

      if (g_list_store_find (mage_subject_get_pictures (subject), picture, NULL))
        return TRUE;
    }
  return FALSE;
}

/* --- looking --- */

static void look_at_next (MageMaskFinder *self);

static void
take_mask (MageMaskFinder *self, MageMedia *picture, MageSegmentJob *job)
{
  guint width, height;
  GBytes *alpha = mage_segment_job_get_mask (job, 0, &width, &height);
  g_autoptr (Mask) mask = alpha != NULL ? mask_new (width, height, alpha) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MageMedia) file = NULL;

  if (mask == NULL || !may_replace (picture) || !is_in_project (self, picture))
    return;
  file = mage_mask_file_save (self->project, picture, mask, MAGE_MASK_AUTOMATIC, mage_segment_job_get_score (job, 0), &error);
  if (file == NULL)
    {
      g_hash_table_insert (self->problems, g_object_ref (picture), g_strdup (error->message));
      return;
    }
  /* All that are found in a row are one step. */
  mage_session_record_merged (self->session, _("Find Subjects"), "find-subjects");
  mage_media_set_asked (picture, TRUE);
  mage_media_set_mask (picture, file);
  g_signal_emit (self, signals[FOUND], 0, picture, job);
}

static void
take_failure (MageMaskFinder *self, MageMedia *picture, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_hash_table_insert (self->problems, g_object_ref (picture), g_strdup (error->message));
}

static void
end_job (MageMaskFinder *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->picture);
}

static void
finished_cb (MageMaskFinder *self, MageJob *job)
{
  g_autoptr (MageMedia) picture = g_object_ref (self->picture);
  g_autoptr (MageSegmentJob) kept = g_object_ref (self->job);

  end_job (self);
  if (mage_job_get_state (job) == MAGE_JOB_DONE)
    take_mask (self, picture, kept);
  else if (mage_job_get_error (job) != NULL)
    take_failure (self, picture, mage_job_get_error (job));
  g_signal_emit (self, signals[CHANGED], 0, picture);
  look_at_next (self);
}

static void
look_at_next (MageMaskFinder *self)
{
  g_autofree char *cache = NULL;
  g_autofree char *path = NULL;

  if (self->job != NULL || self->session == NULL || g_queue_is_empty (&self->waiting))
    return;
  self->picture = g_queue_pop_head (&self->waiting);
  path = mage_media_dup_path (self->picture);
  cache = mage_mask_file_dup_cache_dir ();
  self->job = mage_segment_job_new (path, NULL, cache);
  g_signal_connect_swapped (self->job, "finished", G_CALLBACK (finished_cb), self);
  mage_worker_assist (self->worker, MAGE_JOB (self->job));
}

static void
add (MageMaskFinder *self, MageMedia *picture)
{
  if (mage_mask_finder_is_looking (self, picture))
    return;
  g_hash_table_remove (self->problems, picture);
  g_queue_push_tail (&self->waiting, g_object_ref (picture));
  g_signal_emit (self, signals[CHANGED], 0, picture);
}

/* The session ends: so does the looking. */
static void
session_gone_cb (gpointer data, GObject *session)
{
  MageMaskFinder *self = data;

  self->session = NULL;
  if (self->job != NULL)
    mage_worker_cancel (self->worker, MAGE_JOB (self->job));
  end_job (self);
  g_queue_clear_full (&self->waiting, g_object_unref);
}

/* --- watching --- */

static void
drop_gone (MageMaskFinder *self)
{
  for (GList *l = self->waiting.head; l != NULL;)
    {
      GList *next = l->next;

      if (!is_in_project (self, l->data))
        {
          g_object_unref (l->data);
          g_queue_delete_link (&self->waiting, l);
        }
      l = next;
    }
  if (self->picture != NULL && !is_in_project (self, self->picture))
    mage_worker_cancel (self->worker, MAGE_JOB (self->job));
}

static void
pictures_changed_cb (MageMaskFinder *self, guint position, guint removed, guint added, GListModel *pictures)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MageMedia) picture = g_list_model_get_item (pictures, i);

      if (mage_media_get_mask (picture) == NULL && !mage_media_get_asked (picture)
          && !g_hash_table_contains (self->problems, picture))
        add (self, picture);
    }
  if (removed > 0)
    drop_gone (self);
  look_at_next (self);
}

static void
subjects_changed_cb (MageMaskFinder *self, guint position, guint removed, guint added, GListModel *subjects)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MageSubject) subject = g_list_model_get_item (subjects, i);
      GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (subject));

      /* One that comes back by undo is watched already. */
      g_signal_handlers_disconnect_by_func (pictures, pictures_changed_cb, self);
      g_signal_connect_object (pictures, "items-changed", G_CALLBACK (pictures_changed_cb), self, G_CONNECT_SWAPPED);
      pictures_changed_cb (self, 0, 0, g_list_model_get_n_items (pictures), pictures);
    }
  if (removed > 0)
    drop_gone (self);
}

/* --- the object --- */

static void
mage_mask_finder_dispose (GObject *object)
{
  MageMaskFinder *self = MAGE_MASK_FINDER (object);

  if (self->session != NULL)
    g_object_weak_unref (G_OBJECT (self->session), session_gone_cb, self);
  session_gone_cb (self, NULL);
  g_clear_pointer (&self->problems, g_hash_table_unref);
  g_clear_object (&self->project);
  g_clear_object (&self->worker);
  G_OBJECT_CLASS (mage_mask_finder_parent_class)->dispose (object);
}

static void
mage_mask_finder_class_init (MageMaskFinderClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_mask_finder_dispose;
  /** MageMaskFinder::changed: @picture: it is looked at now, or no more. */
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, MAGE_TYPE_MEDIA);
  /** MageMaskFinder::found: @picture, @job: it has a mask now, and the job knows others. */
  signals[FOUND] = g_signal_new ("found", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, MAGE_TYPE_MEDIA,
                                 MAGE_TYPE_JOB);
}

static void
mage_mask_finder_init (MageMaskFinder *self)
{
  g_queue_init (&self->waiting);
  self->problems = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

/** mage_mask_finder_get: Returns: (transfer none): the session's; from the first time on it watches the project */
MageMaskFinder *
mage_mask_finder_get (MageSession *session)
{
  static GQuark quark = 0;
  MageMaskFinder *self;
  GListModel *subjects;

  if (quark == 0)
    quark = g_quark_from_static_string ("mage-mask-finder");
  self = g_object_get_qdata (G_OBJECT (session), quark);
  if (self != NULL)
    return self;
  self = g_object_new (MAGE_TYPE_MASK_FINDER, NULL);
  self->session = session;
  g_object_weak_ref (G_OBJECT (session), session_gone_cb, self);
  self->project = g_object_ref (mage_session_get_project (session));
  self->worker = g_object_ref (mage_session_get_worker (session));
  g_object_set_qdata_full (G_OBJECT (session), quark, self, g_object_unref);
  subjects = G_LIST_MODEL (mage_project_get_subjects (self->project));
  g_signal_connect_object (subjects, "items-changed", G_CALLBACK (subjects_changed_cb), self, G_CONNECT_SWAPPED);
  subjects_changed_cb (self, 0, 0, g_list_model_get_n_items (subjects), subjects);
  return self;
}

/** mage_mask_finder_is_looking: Returns: whether the subject of @picture is looked for, or will be soon */
gboolean
mage_mask_finder_is_looking (MageMaskFinder *self, MageMedia *picture)
{
  return picture != NULL && (self->picture == picture || g_queue_find (&self->waiting, picture) != NULL);
}

gboolean
mage_mask_finder_is_idle (MageMaskFinder *self)
{
  return self->job == NULL;
}

/** mage_mask_finder_get_problem: Returns: (nullable): why nothing was found in @picture, and what can be done */
const char *
mage_mask_finder_get_problem (MageMaskFinder *self, MageMedia *picture)
{
  return picture != NULL ? g_hash_table_lookup (self->problems, picture) : NULL;
}

/**
 * mage_mask_finder_find_again:
 *
 * Looks for a subject in all of its pictures again, but for those whose mask a person made.
 *
 * Returns: how many pictures are looked at
 */
guint
mage_mask_finder_find_again (MageMaskFinder *self, MageSubject *subject)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (subject));
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (pictures); i++)
    {
      g_autoptr (MageMedia) picture = g_list_model_get_item (pictures, i);

      if (!may_replace (picture))
        continue;
      add (self, picture);
      n++;
    }
  look_at_next (self);
  return n;
}
