/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-project-private.h"

#include "project/mage-digest.h"
#include "project/mage-name.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* Edits of a project: copying files in, adding, renaming and removing. Saving is the caller's. */

/* --- files --- */

static gboolean
is_path_taken (const char *path, gpointer data)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A free path for a file of this name below the project: "media/a.png", "media/a_2.png", … */
static char *
choose_file (MageProject *self, const char *folder, const char *name, GError **error)
{
  g_autofree char *parent = mage_project_dup_path (self, folder);
  const char *dot = strrchr (name, '.');
  g_autofree char *stem = dot != NULL && dot != name ? g_strndup (name, dot - name) : g_strdup (name);
  const char *ending = dot != NULL && dot != name ? dot : "";

  if (g_mkdir_with_parents (parent, 0755) != 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The folder “%s” could not be made: %s"),
                   parent, g_strerror (errno));
      return NULL;
    }
  for (guint i = 1;; i++)
    {
      g_autofree char *file = i == 1 ? g_strdup_printf ("%s/%s%s", folder, stem, ending)
                                     : g_strdup_printf ("%s/%s_%u%s", folder, stem, i, ending);
      g_autofree char *path = mage_project_dup_path (self, file);

      if (!is_path_taken (path, NULL))
        return g_steal_pointer (&file);
    }
}

/* A file is read twice: it is copied, then its digest is made. */
typedef struct
{
  GFileProgressCallback progress; /* (nullable) */
  gpointer data;
} Watch;

static void
copied_cb (goffset done, goffset total, gpointer data)
{
  Watch *watch = data;

  if (watch->progress != NULL)
    watch->progress (done, 2 * total, watch->data);
}

static void
digested_cb (goffset done, goffset total, gpointer data)
{
  Watch *watch = data;

  if (watch->progress != NULL)
    watch->progress (total + done, 2 * total, watch->data);
}

/* The file that was written beside gets its name. */
static MageMedia *
finish_import (MageProject *self, const char *beside, const char *file, Watch *watch, GError **error)
{
  g_autofree char *path = mage_project_dup_path (self, file);
  g_autofree char *digest = mage_digest_file_watched (beside, digested_cb, watch, error);

  if (digest == NULL)
    return NULL;
  if (g_rename (beside, path) != 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("“%s” could not be written: %s"),
                   path, g_strerror (errno));
      return NULL;
    }
  return mage_media_new (mage_project_get_folder (self), file, digest);
}

static MageMedia *
import_file (MageProject *self, const char *folder, const char *path, Watch *watch, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  /* A file's name may be any bytes; project.json holds text. */
  g_autofree char *name = g_utf8_make_valid (base, -1);
  g_autofree char *file = choose_file (self, folder, name, error);
  g_autofree char *target = file != NULL ? mage_project_dup_path (self, file) : NULL;
  g_autofree char *beside = g_strconcat (target != NULL ? target : "", ".part", NULL);
  g_autoptr (GFile) source = g_file_new_for_path (path);
  g_autoptr (GFile) destination = g_file_new_for_path (beside);
  g_autoptr (GError) local = NULL;
  MageMedia *media;

  if (file == NULL)
    return NULL;
  if (!g_file_copy (source, destination, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS,
                    NULL, copied_cb, watch, &local))
    {
      g_remove (beside);
      g_set_error (error, local->domain, local->code, _("“%s” could not be copied into the project: %s"),
                   path, local->message);
      return NULL;
    }
  media = finish_import (self, beside, file, watch, error);
  if (media == NULL)
    g_remove (beside);
  return media;
}

/**
 * mage_project_import:
 * @path: a picture or clip
 *
 * Copies a file into the project, under a name of its own. Of the project only its folder is read, so that
 * another thread may call it, one at a time.
 *
 * Returns: (transfer full): the copy
 */
MageMedia *
mage_project_import (MageProject *self, const char *path, GError **error)
{
  return mage_project_import_watched (self, path, NULL, NULL, error);
}

/**
 * mage_project_import_watched:
 * @progress: (nullable) (scope call): told in this thread how much is done; the total is twice the file's size,
 *   which is copied and then read for its digest
 *
 * As mage_project_import().
 */
MageMedia *
mage_project_import_watched (MageProject *self, const char *path, GFileProgressCallback progress, gpointer data, GError **error)
{
  Watch watch = { progress, data };

  return import_file (self, "media", path, &watch, error);
}

/** mage_project_import_mask: as mage_project_import(), for a mask. */
MageMedia *
mage_project_import_mask (MageProject *self, const char *path, GError **error)
{
  Watch unwatched = { NULL, NULL };

  return import_file (self, "masks", path, &unwatched, error);
}

/**
 * mage_project_import_bytes:
 * @name: a file name
 * @bytes: a mask that was made here, as PNG
 *
 * Returns: (transfer full): the file in the project's masks
 */
MageMedia *
mage_project_import_bytes (MageProject *self, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *file = choose_file (self, "masks", name, error);
  g_autofree char *target = file != NULL ? mage_project_dup_path (self, file) : NULL;
  g_autofree char *beside = g_strconcat (target != NULL ? target : "", ".part", NULL);
  Watch unwatched = { NULL, NULL };

  if (file == NULL
      || !g_file_set_contents (beside, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error))
    return NULL;
  return finish_import (self, beside, file, &unwatched, error);
}

static void
keep_file (GHashTable *used, MageMedia *media)
{
  if (media == NULL)
    return;
  g_hash_table_add (used, mage_media_dup_path (media));
  keep_file (used, mage_media_get_mask (media));
}

static GHashTable *
list_used_files (MageProject *self)
{
  GHashTable *used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (self));
  GListModel *motions = G_LIST_MODEL (mage_project_get_motions (self));

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageSubject) subject = g_list_model_get_item (subjects, i);
      GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (subject));

      for (guint j = 0; j < g_list_model_get_n_items (pictures); j++)
        {
          g_autoptr (MageMedia) media = g_list_model_get_item (pictures, j);

          keep_file (used, media);
        }
    }
  for (guint i = 0; i < g_list_model_get_n_items (motions); i++)
    {
      g_autoptr (MageMotion) motion = g_list_model_get_item (motions, i);
      GListModel *things = G_LIST_MODEL (mage_motion_get_things (motion));

      keep_file (used, mage_motion_get_clip (motion));
      for (guint j = 0; j < g_list_model_get_n_items (things); j++)
        {
          g_autoptr (MageThing) thing = g_list_model_get_item (things, j);

          keep_file (used, mage_thing_get_mask (thing));
          for (guint k = 0; k < mage_thing_get_marks (thing)->len; k++)
            keep_file (used, ((MageThingMark *) g_ptr_array_index (mage_thing_get_marks (thing), k))->mask);
        }
    }
  return used;
}

/**
 * mage_project_remove_unused_media:
 *
 * Removes the files of media/ and masks/ that nothing in the project refers to. Removing a subject
 * leaves its files, so that it can be undone; this is for when nothing can be undone any more.
 *
 * Returns: how many files went
 */
guint
mage_project_remove_unused_media (MageProject *self)
{
  static const char *const folders[] = { "media", "masks" };
  g_autoptr (GHashTable) used = list_used_files (self);
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = mage_project_dup_path (self, folders[i]);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          if (!g_hash_table_contains (used, path) && g_remove (path) == 0)
            n++;
        }
    }
  return n;
}

/* --- subjects and motions --- */

static MageTrainable *
find_in (GListModel *list, const char *text)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (list, i);

      if (g_strcmp0 (mage_trainable_get_name (item), text) == 0
          || g_strcmp0 (mage_trainable_get_token (item), text) == 0)
        return item;
    }
  return NULL;
}

/** mage_project_find: Returns: (transfer none) (nullable): the subject or motion of this name or word */
MageTrainable *
mage_project_find (MageProject *self, const char *name_or_token)
{
  MageTrainable *found = find_in (G_LIST_MODEL (mage_project_get_subjects (self)), name_or_token);

  return found != NULL ? found : find_in (G_LIST_MODEL (mage_project_get_motions (self)), name_or_token);
}

static gboolean
is_taken (const char *name, gpointer data)
{
  return mage_project_find (data, name) != NULL;
}

/* mage_project_choose_token: @token, which nobody may have yet; without it one for @name. */
char *
mage_project_choose_token (MageProject *self, const char *name, const char *token, GError **error)
{
  g_autofree char *wanted = NULL;

  if (token == NULL)
    {
      g_autofree char *own = mage_name_to_token (name);

      /* A name such as "sub1" gives a word that the motions keep for themselves. */
      wanted = mage_token_parse (own, NULL);
      return mage_token_make_unique (wanted != NULL ? wanted : "<subject>", is_taken, self);
    }
  wanted = mage_token_parse (token, error);
  if (wanted != NULL && is_taken (wanted, self))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("The word “%s” belongs to another subject: choose another"), wanted);
      return NULL;
    }
  return g_steal_pointer (&wanted);
}

/**
 * mage_project_add_subject:
 * @name: made unique
 * @token: (nullable): its word, "<toy>" or "toy"; NULL: from the name, made unique
 * @superclass: (nullable): plain words for it; NULL: from the name
 *
 * Returns: (transfer none): the new subject, without pictures
 */
MageSubject *
mage_project_add_subject (MageProject *self, const char *name, const char *token,
                          const char *superclass, GError **error)
{
  g_autofree char *unique = mage_name_make_unique (name, is_taken, self);
  g_autofree char *word = mage_project_choose_token (self, unique, token, error);
  g_autofree char *plain = superclass != NULL ? g_strdup (superclass) : mage_name_to_words (name);
  g_autoptr (MageSubject) subject = NULL;

  if (word == NULL)
    return NULL;
  subject = mage_subject_new (unique, word, *plain != '\0' ? plain : "object");
  g_list_store_append (mage_project_get_subjects (self), subject);
  return subject;
}

/** mage_project_add_motion: @name: made unique. Returns: (transfer none): the new motion, without things */
MageMotion *
mage_project_add_motion (MageProject *self, const char *name, MageMedia *clip, const char *caption)
{
  g_autofree char *unique = mage_name_make_unique (name, is_taken, self);
  g_autoptr (MageMotion) motion = mage_motion_new (unique, clip, caption);

  g_list_store_append (mage_project_get_motions (self), motion);
  return motion;
}

/** mage_project_rename: gives a subject or motion another name, which nobody else may have. */
gboolean
mage_project_rename (MageProject *self, MageTrainable *item, const char *name, GError **error)
{
  MageTrainable *other = mage_project_find (self, name);

  if (*name == '\0' || (other != NULL && other != item))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   *name == '\0' ? _("A name must not be empty") : _("There is another “%s” in the project: choose another name"),
                   name);
      return FALSE;
    }
  mage_trainable_set_name (item, name);
  return TRUE;
}

/* Returns: whether it was there */
gboolean
mage_project_take_from (GListStore *list, gpointer item)
{
  guint position;

  if (!g_list_store_find (list, item, &position))
    return FALSE;
  g_list_store_remove (list, position);
  return TRUE;
}

/** mage_project_remove: takes a subject or motion out; its files stay until mage_project_remove_unused_media(). */
void
mage_project_remove (MageProject *self, MageTrainable *item)
{
  mage_project_take_from (MAGE_IS_SUBJECT (item) ? mage_project_get_subjects (self) : mage_project_get_motions (self), item);
}
