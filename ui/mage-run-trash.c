/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-run-trash.h"

#include <errno.h>
#include <glib/gstdio.h>

/*
 * Trainings that were stopped and discarded, and can still be taken back: one of each thing. Their folders lie beside those of the
 * other runs, so that none is found and continued, and go when the thing is trained again, or with the session.
 */

#define FOLDER "discarded"

struct _MageRunTrash
{
  GObject parent_instance;

  MageProject *project;
  GHashTable *folders; /* MageTrainable → where its run lies now */
};

G_DEFINE_FINAL_TYPE (MageRunTrash, mage_run_trash, G_TYPE_OBJECT)

static void
remove_all (MageRunTrash *self)
{
  g_autofree char *folder = mage_project_dup_path (self->project, FOLDER);

  g_hash_table_remove_all (self->folders);
  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    mage_run_remove_folder (folder);
}

static void
mage_run_trash_finalize (GObject *object)
{
  MageRunTrash *self = MAGE_RUN_TRASH (object);

  remove_all (self);
  g_hash_table_unref (self->folders);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (mage_run_trash_parent_class)->finalize (object);
}

static void
mage_run_trash_class_init (MageRunTrashClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_run_trash_finalize;
}

static void
mage_run_trash_init (MageRunTrash *self)
{
  self->folders = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

/** mage_run_trash_get: Returns: (transfer none): that of a session's project */
MageRunTrash *
mage_run_trash_get (MageSession *session)
{
  MageRunTrash *self = g_object_get_data (G_OBJECT (session), "mage-run-trash");

  if (self != NULL)
    return self;
  self = g_object_new (MAGE_TYPE_RUN_TRASH, NULL);
  self->project = g_object_ref (mage_session_get_project (session));
  remove_all (self);
  g_object_set_data_full (G_OBJECT (session), "mage-run-trash", self, g_object_unref);
  return self;
}

/** mage_run_trash_has: whether a training of @item can be taken back. */
gboolean
mage_run_trash_has (MageRunTrash *self, MageTrainable *item)
{
  return g_hash_table_contains (self->folders, item);
}

static gboolean
move (const char *from, const char *to, GError **error)
{
  if (g_rename (from, to) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "“%s” could not be moved: %s", from, g_strerror (errno));
  return FALSE;
}

static gboolean
is_newer (MageRun *self, MageRun *other)
{
  return other == NULL || g_strcmp0 (mage_run_get_text (self, "started"), mage_run_get_text (other, "started")) > 0;
}

/* What the item had before: the newest training of it that came to its end. */
static MageRun *
find_before (MageRunTrash *self, MageTrainable *item)
{
  g_autofree char *runs = mage_project_dup_path (self->project, "runs");
  g_autoptr (GDir) dir = g_dir_open (runs, 0, NULL);
  g_autoptr (MageRun) best = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (runs, name, NULL);
      g_autoptr (MageRun) run = mage_run_load (path, NULL);

      if (run != NULL && mage_run_is_complete (run) && g_strcmp0 (mage_run_get_kind (run), mage_trainable_get_kind (item)) == 0
          && g_strcmp0 (mage_run_get_text (run, "name"), mage_trainable_get_name (item)) == 0 && is_newer (run, best))
        g_set_object (&best, run);
    }
  return g_steal_pointer (&best);
}

static gboolean
adopt (MageRunTrash *self, MageTrainable *item, MageRun *run, GError **error)
{
  mage_trainable_set_run (item, run);
  mage_project_refresh (self->project);
  return mage_project_save (self->project, error);
}

/** mage_run_trash_put: discards the run of @item, which has the one before again, if there is one. */
gboolean
mage_run_trash_put (MageRunTrash *self, MageTrainable *item, GError **error)
{
  MageRun *run = mage_trainable_get_run (item);
  g_autofree char *folder = mage_project_dup_path (self->project, FOLDER);
  g_autofree char *to = run != NULL ? g_build_filename (folder, mage_run_get_id (run), NULL) : NULL;
  g_autoptr (MageRun) before = NULL;

  if (run == NULL)
    return TRUE;
  mage_run_trash_empty (self, item);
  g_mkdir_with_parents (folder, 0755);
  if (!move (mage_run_get_dir (run), to, error))
    return FALSE;
  g_hash_table_insert (self->folders, g_object_ref (item), g_steal_pointer (&to));
  before = find_before (self, item);
  return adopt (self, item, before, error);
}

/** mage_run_trash_take_back: gives @item its run again. */
gboolean
mage_run_trash_take_back (MageRunTrash *self, MageTrainable *item, GError **error)
{
  const char *from = g_hash_table_lookup (self->folders, item);
  g_autofree char *id = from != NULL ? g_path_get_basename (from) : NULL;
  g_autofree char *runs = mage_project_dup_path (self->project, "runs");
  g_autofree char *to = id != NULL ? g_build_filename (runs, id, NULL) : NULL;
  g_autoptr (MageRun) run = NULL;

  if (from == NULL || !move (from, to, error))
    return FALSE;
  g_hash_table_remove (self->folders, item);
  run = mage_run_load (to, error);
  return run != NULL && adopt (self, item, run, error);
}

/** mage_run_trash_empty: what was discarded of @item goes for good. */
void
mage_run_trash_empty (MageRunTrash *self, MageTrainable *item)
{
  const char *folder = g_hash_table_lookup (self->folders, item);

  if (folder == NULL)
    return;
  mage_run_remove_folder (folder);
  g_hash_table_remove (self->folders, item);
}
