/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-importer.h"

#include "ui/mage-import-pairs.h"
#include "ui/mage-record-restorer.h"
#include "ui/mage-web-picture.h"

#include "jobs/mage-import.h"
#include "media/clip-comment.h"
#include "media/clip-reader.h"
#include "media/media-file.h"
#include "media/picture-format.h"
#include "project/mage-name.h"
#include "project/mage-result-record.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/*
 * Takes dropped, pasted and chosen files into the project. What a file is, its first bytes say; each
 * is decoded as it will be used and copied in a thread, so that the window stays smooth whatever its
 * size, and a bad one is refused at once.
 */

/* The toast names this many refused files. */
#define MAX_REFUSALS 4

/* More pictures of one subject than this seldom help. */
#define USUAL_PICTURES 5

typedef enum
{
  REFUSED,
  PICTURE,
  CLIP,
  RECORD /* a video of ours, which tells what made it */
} Kind;

typedef struct
{
  char *path;
  char *mask_path;  /* (nullable): chosen with it */
  Kind kind;
  MageMedia *media; /* the copy in the project */
  MageMedia *mask;  /* (nullable) */
  MageResult *record;
  GError *error;
} Candidate;

typedef struct
{
  MageSession *session;   /* main */
  MageProject *project;   /* the thread reads where it lies */
  MageImportProgress *progress;
  MageTrainable *target;  /* main; nullable */
  gboolean pictures_first;
  gboolean restores;
  ClipRead shape;
  GPtrArray *paths;
  GPtrArray *candidates;
} Import;

/* What of a file is copied already. */
typedef struct
{
  MageImportProgress *progress;
  goffset done;
} Copy;

static void
candidate_free (gpointer data)
{
  Candidate *self = data;

  g_free (self->path);
  g_free (self->mask_path);
  g_clear_object (&self->media);
  g_clear_object (&self->mask);
  g_clear_object (&self->record);
  g_clear_error (&self->error);
  g_free (self);
}

static void
import_free (Import *self)
{
  g_clear_object (&self->session);
  g_clear_object (&self->project);
  g_clear_object (&self->progress);
  g_clear_object (&self->target);
  g_ptr_array_unref (self->paths);
  g_ptr_array_unref (self->candidates);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Import, import_free)

/* --- the thread --- */

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What lies in a folder, but for hidden files. */
static GPtrArray *
list_folder (const char *folder)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (found, g_steal_pointer (&path));
    }
  g_ptr_array_sort (found, compare_paths);
  return found;
}

static Kind
sniff (const char *path, const char **format, GError **error)
{
  guint8 head[MEDIA_FILE_HEAD];
  gsize n_head;

  *format = NULL;
  if (!media_file_peek (path, head, &n_head, NULL, error))
    return REFUSED;
  *format = picture_format_sniff (head, n_head, NULL);
  return *format != NULL ? PICTURE : CLIP;
}

static gboolean
check_clip (const char *path, const ClipRead *shape, GCancellable *cancellable, GError **error)
{
  g_auto (ClipInfo) info = { 0 };
  g_autoptr (Frames) frames = NULL;

  if (!clip_probe (path, &info, cancellable, error))
    return FALSE;
  frames = clip_read (path, shape, cancellable, error);
  return frames != NULL;
}

/* What is called a picture, or wanted as one, is told as a picture why it is none. */
static void
tell_as_picture (Candidate *self, const Import *import)
{
  g_autofree char *type = g_content_type_guess (self->path, NULL, 0, NULL);
  g_autoptr (GError) error = NULL;

  if ((import->pictures_first || g_content_type_is_a (type, "image/*")) && !mage_import_check_picture (self->path, NULL, &error))
    {
      g_clear_error (&self->error);
      self->error = g_steal_pointer (&error);
    }
}

static gboolean
find_record (Candidate *self, GCancellable *cancellable)
{
  g_autofree char *comment = clip_read_comment (self->path, cancellable);

  self->record = mage_result_record_read (comment);
  return self->record != NULL;
}

static void
examine (Candidate *self, const Import *import, GCancellable *cancellable)
{
  const char *format;
  Kind kind = sniff (self->path, &format, &self->error);

  if (kind == REFUSED)
    return;
  if (import->restores && find_record (self, cancellable))
    {
      self->kind = RECORD;
      return;
    }
  /* A GIF moves or does not; only its frames tell. */
  if (g_strcmp0 (format, "GIF") == 0 && !import->pictures_first && check_clip (self->path, &import->shape, cancellable, NULL))
    kind = CLIP;
  else if (kind == PICTURE && !mage_import_check_picture (self->path, NULL, &self->error))
    kind = REFUSED;
  else if (kind == CLIP && !check_clip (self->path, &import->shape, cancellable, &self->error))
    {
      kind = REFUSED;
      tell_as_picture (self, import);
    }
  self->kind = kind;
}

/* As many bytes as are read of a file: what is copied is read again for its digest. */
static goffset
get_work (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 ? 2 * (goffset) info.st_size : 0;
}

static void
copied_cb (goffset done, goffset total, gpointer data)
{
  Copy *self = data;

  mage_import_progress_add (self->progress, 0, done - self->done);
  self->done = done;
}

/* One copy at a time: each finds a name of its own. */
static void
copy (Candidate *self, const Import *import, Copy *progress)
{
  static GMutex copying;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&copying);

  if (self->kind != PICTURE && self->kind != CLIP)
    return;
  self->media = mage_project_import_watched (import->project, self->path, copied_cb, progress, &self->error);
  if (self->media == NULL)
    self->kind = REFUSED;
  else if (self->kind == PICTURE && self->mask_path != NULL)
    self->mask = mage_project_import_mask (import->project, self->mask_path, &self->error);
}

static void
add_candidate (Import *import, const char *path, const char *mask, GCancellable *cancellable)
{
  Candidate *candidate = g_new0 (Candidate, 1);
  Copy progress = { import->progress, 0 };

  candidate->path = g_strdup (path);
  candidate->mask_path = g_strdup (mask);
  examine (candidate, import, cancellable);
  copy (candidate, import, &progress);
  mage_import_progress_add (import->progress, 0, get_work (path) - progress.done);
  g_ptr_array_add (import->candidates, candidate);
}

static void
add_refused (Import *import, const char *path, GError *error)
{
  Candidate *candidate = g_new0 (Candidate, 1);

  candidate->path = g_strdup (path);
  candidate->error = error;
  g_ptr_array_add (import->candidates, candidate);
}

static gboolean
is_mask_of_another (GHashTable *pairs, const char *path)
{
  GHashTableIter iter;
  gpointer mask;

  g_hash_table_iter_init (&iter, pairs);
  while (g_hash_table_iter_next (&iter, NULL, &mask))
    if (g_str_equal (mask, path))
      return TRUE;
  return FALSE;
}

/* @from_folder: nobody chose the single files. */
static void
add_candidates (Import *import, GPtrArray *paths, gboolean from_folder, GCancellable *cancellable)
{
  g_autoptr (GHashTable) pairs = mage_import_pairs_find (paths, cancellable);

  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *base = g_path_get_basename (path);

      /* A mask whose picture is not here is no picture either. */
      if (!is_mask_of_another (pairs, path) && !(from_folder && g_str_has_prefix (base, "mask")))
        add_candidate (import, path, g_hash_table_lookup (pairs, path), cancellable);
      else
        mage_import_progress_add (import->progress, 0, get_work (path));
    }
}

static void
measure_all (const Import *import)
{
  for (guint i = 0; i < import->paths->len; i++)
    {
      const char *path = g_ptr_array_index (import->paths, i);
      g_autoptr (GPtrArray) inside = g_file_test (path, G_FILE_TEST_IS_DIR) ? list_folder (path) : NULL;

      if (inside == NULL)
        mage_import_progress_add (import->progress, get_work (path), 0);
      for (guint k = 0; inside != NULL && k < inside->len; k++)
        mage_import_progress_add (import->progress, get_work (g_ptr_array_index (inside, k)), 0);
    }
}

static void
examine_all (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  measure_all (import);
  for (guint i = 0; i < import->paths->len; i++)
    {
      const char *path = g_ptr_array_index (import->paths, i);
      g_autoptr (GPtrArray) inside = NULL;
      GError *error = NULL;

      if (mage_web_picture_is_address (path))
        {
          char *fetched = mage_web_picture_fetch (path, cancellable, &error);

          if (fetched == NULL)
            {
              add_refused (import, path, error);
              continue;
            }
          g_free (import->paths->pdata[i]);
          path = import->paths->pdata[i] = fetched;
        }
      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          g_ptr_array_add (files, (gpointer) path);
          continue;
        }
      inside = list_folder (path);
      add_candidates (import, inside, TRUE, cancellable);
      if (inside->len == 0)
        add_refused (import, path, g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There are no pictures or videos in “%s”"), path));
    }
  add_candidates (import, files, FALSE, cancellable);
  g_task_return_boolean (task, TRUE);
}

/* --- main thread --- */

static gboolean
is_special_folder (const char *folder)
{
  if (g_strcmp0 (folder, g_get_home_dir ()) == 0 || g_strcmp0 (folder, g_get_tmp_dir ()) == 0)
    return TRUE;
  for (int i = 0; i < G_USER_N_DIRECTORIES; i++)
    if (g_strcmp0 (folder, g_get_user_special_dir ((GUserDirectory) i)) == 0)
      return TRUE;
  return FALSE;
}

/* Several pictures are called after their folder, unless it is where everything lies. */
static char *
choose_name (const Import *import, guint n_pictures, const char *first)
{
  g_autofree char *folder = g_path_get_dirname (first);

  return mage_name_from_path (n_pictures > 1 && !is_special_folder (folder) ? folder : first);
}

static guint
count_kind (const Import *import, Kind kind, const char **first)
{
  guint n = 0;

  for (guint i = 0; i < import->candidates->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (import->candidates, i);

      if (candidate->kind == kind && n++ == 0)
        *first = candidate->path;
    }
  return n;
}

/* All are kept: who knows why they are many may want them. */
static void
tell_number (const Import *import, MageSubject *subject)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (mage_subject_get_pictures (subject)));
  g_autofree char *text = g_strdup_printf (_("%s has %u pictures now; three to five are usual"),
                                           mage_trainable_get_token (MAGE_TRAINABLE (subject)), n);

  if (n > USUAL_PICTURES)
    mage_session_toast (import->session, text);
}

static MageTrainable *
take_pictures (Import *import)
{
  MageProject *project = mage_session_get_project (import->session);
  const char *first = NULL;
  guint n = count_kind (import, PICTURE, &first);
  MageSubject *subject = MAGE_IS_SUBJECT (import->target) ? MAGE_SUBJECT (import->target) : NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  if (n == 0)
    return NULL;
  mage_session_record (import->session, subject != NULL ? _("Add Pictures") : _("Add Subject"));
  if (subject == NULL)
    {
      name = choose_name (import, n, first);
      subject = mage_project_add_subject (project, name, NULL, NULL, &error);
    }
  if (subject == NULL)
    {
      mage_session_toast_error (import->session, error);
      return NULL;
    }
  for (guint i = 0; i < import->candidates->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (import->candidates, i);

      if (candidate->kind != PICTURE)
        continue;
      if (candidate->mask != NULL)
        mage_media_set_mask (candidate->media, candidate->mask);
      g_list_store_append (mage_subject_get_pictures (subject), candidate->media);
    }
  tell_number (import, subject);
  return MAGE_TRAINABLE (subject);
}

static MageTrainable *
take_clip (Import *import, Candidate *candidate)
{
  MageProject *project = mage_session_get_project (import->session);
  g_autofree char *name = mage_name_from_path (candidate->path);
  g_autofree char *caption = mage_name_to_words (name);
  MageMotion *motion;

  mage_session_record (import->session, _("Add Motion"));
  motion = mage_project_add_motion (project, name, candidate->media, caption);
  /* Until the user says what moves, it is what the caption names first. */
  mage_import_thing (project, motion, NULL, NULL, 0, &candidate->error);
  return MAGE_TRAINABLE (motion);
}

/* Each file's name is in its sentence, even where the reason does not hold it. */
static void
add_refusal (GString *text, const Candidate *candidate)
{
  g_autofree char *base = g_path_get_basename (candidate->path);

  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (strstr (candidate->error->message, base) == NULL)
    g_string_append_printf (text, "“%s”: ", base);
  g_string_append (text, candidate->error->message);
}

static void
tell_refusals (const Import *import)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < import->candidates->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (import->candidates, i);

      if (candidate->error == NULL)
        continue;
      if (n++ < MAX_REFUSALS)
        add_refusal (text, candidate);
    }
  if (n > MAX_REFUSALS)
    g_string_append_printf (text, g_dngettext (NULL, "\nand %u more file", "\nand %u more files", n - MAX_REFUSALS),
                            n - MAX_REFUSALS);
  if (n > 0)
    mage_session_toast (import->session, text->str);
}

static void
examined_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Import) import = data;
  MageTrainable *shown = take_pictures (import);

  for (guint i = 0; i < import->candidates->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (import->candidates, i);
      MageTrainable *motion = candidate->kind == CLIP ? take_clip (import, candidate) : NULL;

      if (candidate->kind == RECORD)
        mage_record_restore (import->session, candidate->record, candidate->path);
      if (shown == NULL)
        shown = motion;
    }
  if (shown != NULL)
    mage_session_show_item (import->session, shown);
  mage_import_progress_end (import->progress);
  tell_refusals (import);
}

static ClipRead
get_shape (MageProject *project)
{
  MageParams *params = mage_project_get_params (project);

  return (ClipRead) { .n_frames = (guint) mage_params_get_int (params, "frames"),
                      .rate = mage_params_get_double (params, "rate"),
                      .width = (guint) mage_params_get_int (params, "width"),
                      .height = (guint) mage_params_get_int (params, "height") };
}

/**
 * mage_importer_run:
 * @files: of GFile
 * @target: (nullable): the subject that pictures join
 * @restores: whether a video that was exported from here brings its settings back, instead of being material
 *
 * See mage_session_import().
 */
void
mage_importer_run (MageSession *session, GListModel *files, MageTrainable *target, gboolean restores)
{
  Import *import = g_new0 (Import, 1);
  /* The callback owns it: what a task owns may end in the thread, and the session must not. */
  g_autoptr (GTask) task = g_task_new (NULL, NULL, examined_cb, import);

  import->session = g_object_ref (session);
  import->project = g_object_ref (mage_session_get_project (session));
  import->progress = g_object_ref (mage_session_get_imports (session));
  import->target = target != NULL ? g_object_ref (target) : NULL;
  import->pictures_first = MAGE_IS_SUBJECT (target);
  import->restores = restores;
  import->shape = get_shape (mage_session_get_project (session));
  import->paths = g_ptr_array_new_with_free_func (g_free);
  import->candidates = g_ptr_array_new_with_free_func (candidate_free);
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      char *path = g_file_get_path (file);

      g_ptr_array_add (import->paths, path != NULL ? path : g_file_get_uri (file));
    }
  mage_import_progress_begin (import->progress);
  g_task_set_task_data (task, import, NULL);
  g_task_run_in_thread (task, examine_all);
}
