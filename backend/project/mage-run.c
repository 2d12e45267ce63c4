/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-run.h"

#include "project/mage-json.h"
#include "project/mage-name.h"
#include "project/mage-result.h"
#include "project/mage-tree.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/*
 * One training: the folder runs/<id>/ with run.json (what was trained, from what, how far), the
 * engine's checkpoint and files, and losses.jsonl. A run is continued when its hash, over all that
 * it depends on, still fits. An object belongs to one thread; another thread loads its own.
 */

#define OWN_STEPS "own_steps"

struct _MageRun
{
  GObject parent_instance;

  char *id;
  char *dir;
  char *hash;
  JsonObject *record;
  guint step;
  guint n_steps;
  gboolean complete;
};

G_DEFINE_FINAL_TYPE (MageRun, mage_run, G_TYPE_OBJECT)

static void
mage_run_finalize (GObject *object)
{
  MageRun *self = MAGE_RUN (object);

  g_free (self->id);
  g_free (self->dir);
  g_free (self->hash);
  g_clear_pointer (&self->record, json_object_unref);
  G_OBJECT_CLASS (mage_run_parent_class)->finalize (object);
}

static void
mage_run_class_init (MageRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_run_finalize;
}

static void
mage_run_init (MageRun *self)
{
}

/* A folder of its own below runs_dir: the name and the first free number. */
static char *
make_folder (const char *runs_dir, const char *name, GError **error)
{
  g_autofree char *file = mage_name_to_file (name);

  if (g_mkdir_with_parents (runs_dir, 0755) != 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The folder “%s” could not be made: %s"),
                   runs_dir, g_strerror (errno));
      return NULL;
    }
  for (guint i = 1;; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s-%u", file, i);
      g_autofree char *dir = g_build_filename (runs_dir, id, NULL);

      if (g_mkdir (dir, 0755) == 0)
        return g_steal_pointer (&dir);
      if (errno != EEXIST)
        {
          g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The folder “%s” could not be made: %s"),
                       dir, g_strerror (errno));
          return NULL;
        }
    }
}

/**
 * mage_run_create:
 * @runs_dir: the project's folder of runs
 * @kind: "subject", "token", "motion", "fusion" or "sample"
 * @name: of what is trained; the run's name begins with it
 * @hash: over all that the run depends on
 *
 * Returns: (transfer full): a new run with its folder and run.json
 */
MageRun *
mage_run_create (const char *runs_dir, const char *kind, const char *name, const char *hash,
                 guint n_steps, MageParams *params, GError **error)
{
  g_autofree char *dir = make_folder (runs_dir, name, error);
  g_autoptr (MageRun) self = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *started = g_date_time_format_iso8601 (now);

  if (dir == NULL)
    return NULL;
  self = g_object_new (MAGE_TYPE_RUN, NULL);
  self->id = g_path_get_basename (dir);
  self->dir = g_steal_pointer (&dir);
  self->hash = g_strdup (hash);
  self->n_steps = n_steps;
  self->record = json_object_new ();
  json_object_set_int_member (self->record, "version", 1);
  json_object_set_string_member (self->record, "kind", kind);
  json_object_set_string_member (self->record, "name", name);
  json_object_set_string_member (self->record, "started", started);
  json_object_set_object_member (self->record, "params", mage_params_to_json (params, TRUE));
  if (!mage_run_save (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * mage_run_load:
 * @dir: a run's folder
 *
 * Returns: (transfer full): the run as it stands on disk
 */
MageRun *
mage_run_load (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "run.json", NULL);
  g_autoptr (JsonNode) node = mage_json_read (path, error);
  MageRun *self;

  if (node == NULL)
    return NULL;
  self = g_object_new (MAGE_TYPE_RUN, NULL);
  self->id = g_path_get_basename (dir);
  self->dir = g_strdup (dir);
  self->record = mage_json_dup_object (json_node_get_object (node));
  self->hash = g_strdup (mage_json_get_string (self->record, "hash", ""));
  self->step = (guint) CLAMP (mage_json_get_int (self->record, "step", 0), 0, G_MAXINT);
  self->n_steps = (guint) CLAMP (mage_json_get_int (self->record, "steps", 0), 0, G_MAXINT);
  self->complete = mage_json_get_boolean (self->record, "complete", FALSE);
  return self;
}

static gboolean
is_better (MageRun *self, MageRun *other)
{
  if (other == NULL || self->complete != other->complete)
    return other == NULL || self->complete;
  return self->step > other->step;
}

/**
 * mage_run_find:
 * @kind: as in mage_run_create()
 * @hash: as in mage_run_create()
 *
 * Returns: (transfer full) (nullable): the run of this hash that got farthest
 */
MageRun *
mage_run_find (const char *runs_dir, const char *kind, const char *hash)
{
  g_autoptr (GDir) dir = g_dir_open (runs_dir, 0, NULL);
  g_autoptr (MageRun) best = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (runs_dir, name, NULL);
      g_autofree char *record = g_build_filename (path, "run.json", NULL);
      g_autoptr (MageRun) run = g_file_test (record, G_FILE_TEST_EXISTS) ? mage_run_load (path, NULL) : NULL;

      if (run != NULL && g_str_equal (run->hash, hash) && g_strcmp0 (mage_run_get_kind (run), kind) == 0
          && is_better (run, best))
        g_set_object (&best, run);
    }
  return g_steal_pointer (&best);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

/** mage_run_remove_folder: removes a folder that was trained in and belongs to no run, with all that is in it. */
void
mage_run_remove_folder (const char *path)
{
  remove_tree (path);
}

/**
 * mage_run_begin_with:
 * @other: of the same things, with fewer steps
 *
 * Takes over all that @other has but what it ended with: its checkpoint, numbers, samples and what was kept to be looked at.
 */
gboolean
mage_run_begin_with (MageRun *self, MageRun *other, GError **error)
{
  static const char *const parts[] = { "checkpoint.safetensors", "checkpoint", "losses.jsonl", "samples", "asked", "maps" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = mage_run_dup_path (other, parts[i]);
      g_autofree char *copy = mage_run_dup_path (self, parts[i]);
      g_autoptr (GFile) from = g_file_new_for_path (path);
      g_autoptr (GFile) to = g_file_new_for_path (copy);

      if (g_file_query_exists (from, NULL) && !mage_tree_copy (from, to, NULL, NULL, error))
        return FALSE;
    }
  mage_run_set_progress (self, mage_run_get_step (other), FALSE);
  return mage_run_save (self, error);
}

/** mage_run_remove: removes the run's folder; the object is of no use afterwards. */
void
mage_run_remove (MageRun *self)
{
  remove_tree (self->dir);
}

/* Whether there is more than its record, numbers, and what was half written. */
static gboolean
can_go_on (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_str_equal (name, MAGE_RESULT_LATENTS) && !g_str_has_suffix (name, ".json") && !g_str_has_suffix (name, ".jsonl") && !g_str_has_suffix (name, ".part"))
      return TRUE;
  return FALSE;
}

/** mage_run_sweep: removes the runs of @kind that ended before there was anything to continue. */
void
mage_run_sweep (const char *runs_dir, const char *kind)
{
  g_autoptr (GDir) dir = g_dir_open (runs_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (runs_dir, name, NULL);
      g_autoptr (MageRun) run = mage_run_load (path, NULL);

      if (run != NULL && g_strcmp0 (mage_run_get_kind (run), kind) == 0 && !can_go_on (path))
        mage_run_remove (run);
    }
}

/** mage_run_save: writes run.json. */
gboolean
mage_run_save (MageRun *self, GError **error)
{
  g_autofree char *path = mage_run_dup_path (self, "run.json");

  json_object_set_string_member (self->record, "hash", self->hash);
  json_object_set_int_member (self->record, "step", self->step);
  json_object_set_int_member (self->record, "steps", self->n_steps);
  json_object_set_boolean_member (self->record, "complete", self->complete);
  return mage_json_write_object (path, self->record, error);
}

/** mage_run_set_progress: how far the run is; mage_run_save() writes it. */
void
mage_run_set_progress (MageRun *self, guint step, gboolean complete)
{
  self->step = step;
  self->complete = complete;
}

const char *
mage_run_get_id (MageRun *self)
{
  return self->id;
}

const char *
mage_run_get_dir (MageRun *self)
{
  return self->dir;
}

const char *
mage_run_get_hash (MageRun *self)
{
  return self->hash;
}

guint
mage_run_get_step (MageRun *self)
{
  return self->step;
}

guint
mage_run_get_n_steps (MageRun *self)
{
  return self->n_steps;
}

gboolean
mage_run_is_complete (MageRun *self)
{
  return self->complete;
}

/** mage_run_get_kind: (nullable): "subject", "token", "motion", "fusion" or "sample" */
const char *
mage_run_get_kind (MageRun *self)
{
  return mage_json_get_string (self->record, "kind", NULL);
}

/** mage_run_get_text: Returns: (nullable): what mage_run_set_text() noted */
const char *
mage_run_get_text (MageRun *self, const char *key)
{
  return mage_json_get_string (self->record, key, NULL);
}

/** mage_run_set_text: notes something of a kind's own; mage_run_save() writes it. */
void
mage_run_set_text (MageRun *self, const char *key, const char *text)
{
  json_object_set_string_member (self->record, key, text);
}

/** mage_run_has_own_steps: whether somebody asked for its number of steps, which was more than the project's, for this training alone. */
gboolean
mage_run_has_own_steps (MageRun *self)
{
  return mage_json_get_boolean (self->record, OWN_STEPS, FALSE);
}

/** mage_run_set_own_steps: notes that; mage_run_save() writes it. */
void
mage_run_set_own_steps (MageRun *self)
{
  json_object_set_boolean_member (self->record, OWN_STEPS, TRUE);
}

/** mage_run_get_params: Returns: (transfer none) (nullable): the parameters that it was begun with, by key */
JsonObject *
mage_run_get_params (MageRun *self)
{
  return mage_json_get_object (self->record, "params");
}

/** mage_run_dup_path: Returns: (transfer full): the path of a file in the run's folder */
char *
mage_run_dup_path (MageRun *self, const char *name)
{
  return g_build_filename (self->dir, name, NULL);
}

/** mage_run_dup_sample_path: Returns: (transfer full): the folder of the clip that was made after @step steps */
char *
mage_run_dup_sample_path (MageRun *self, guint step)
{
  g_autofree char *name = g_strdup_printf ("%06u", step);

  return g_build_filename (self->dir, "samples", name, NULL);
}

static gint
compare_steps (gconstpointer a, gconstpointer b)
{
  guint one = *(const guint *) a;
  guint other = *(const guint *) b;

  return (one > other) - (one < other);
}

/* What is named after steps in a folder of the run. */
static GArray *
list_steps (MageRun *self, const char *folder, const char *ending)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *path = mage_run_dup_path (self, folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *digits = g_str_has_suffix (name, ending) ? g_strndup (name, strlen (name) - strlen (ending)) : NULL;
      guint64 number = 0;
      guint step;

      if (digits == NULL || !g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT, &number, NULL))
        continue;
      step = (guint) number;
      g_array_append_val (steps, step);
    }
  g_array_sort (steps, compare_steps);
  return g_steal_pointer (&steps);
}

/** mage_run_list_samples: Returns: (transfer full) (element-type guint): the steps after which samples were made, ascending */
GArray *
mage_run_list_samples (MageRun *self)
{
  return list_steps (self, "samples", "");
}

/* The first one's files lie in "maps" itself, as they do where there is no other. */
static char *
dup_maps_folder (guint scene)
{
  return scene == 0 ? g_strdup ("maps") : g_strdup_printf ("maps/%u", scene + 1);
}

/**
 * mage_run_dup_maps_path:
 * @scene: of what the network looks at: 0 but for a fusion
 *
 * Returns: (transfer full): the file that holds where the network looked after @step steps
 */
char *
mage_run_dup_maps_path (MageRun *self, guint scene, guint step)
{
  g_autofree char *folder = dup_maps_folder (scene);
  g_autofree char *name = g_strdup_printf ("%06u.safetensors", step);

  return g_build_filename (self->dir, folder, name, NULL);
}

/** mage_run_list_maps: Returns: (transfer full) (element-type guint): the steps of which that is known of @scene, ascending */
GArray *
mage_run_list_maps (MageRun *self, guint scene)
{
  g_autofree char *folder = dup_maps_folder (scene);

  return list_steps (self, folder, ".safetensors");
}
