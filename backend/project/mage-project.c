/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-project.h"

#include "project/mage-digest.h"
#include "project/mage-json.h"
#include "project/mage-lock.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/*
 * The document: a folder Name.mage/ with project.json, media/ (copies of what was dropped), masks/,
 * runs/<id>/ and results/<id>/. Main thread only; jobs get copies. States of subjects and motions
 * follow by themselves whenever something that they depend on changes.
 */

#define VERSION 1

struct _MageProject
{
  GObject parent_instance;

  char *folder;
  char *builtin_model;
  char *model_dir;        /* NULL: the built-in model */
  char *model_digest;
  char *prior_dir;        /* NULL: the model's own */
  char *model_prior;      /* prior of the model's videomage.json, a path below the model */
  char *model_backgrounds; /* likewise */
  gboolean trial;         /* never saved */
  MageParams *params;
  MageFusion *fusion;
  GListStore *subjects;
  GListStore *motions;
  GListStore *results;
  MageLock *lock;
  gboolean refreshing;
};

G_DEFINE_FINAL_TYPE (MageProject, mage_project, G_TYPE_OBJECT)

enum
{
  PROP_FOLDER = 1,
  PROP_NAME,
  PROP_MODEL_DIR,
  PROP_PRIOR_DIR,
  PROP_PARAMS,
  PROP_SUBJECTS,
  PROP_MOTIONS,
  PROP_RESULTS,
  PROP_FUSION,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void watch_items_cb (MageProject *self, guint position, guint removed, guint added, GListModel *list);

static void
watch_list (MageProject *self, GListModel *list)
{
  g_signal_connect_object (list, "items-changed", G_CALLBACK (watch_items_cb), self, G_CONNECT_SWAPPED);
  watch_items_cb (self, 0, 0, g_list_model_get_n_items (list), list);
}

/* Whatever joins the project makes states follow when it changes; so do the items of its own list. */
static void
watch_items_cb (MageProject *self, guint position, guint removed, guint added, GListModel *list)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      g_signal_connect_object (item, "notify", G_CALLBACK (mage_project_refresh), self, G_CONNECT_SWAPPED);
      if (MAGE_IS_SUBJECT (item))
        watch_list (self, G_LIST_MODEL (mage_subject_get_pictures (MAGE_SUBJECT (item))));
      if (MAGE_IS_MOTION (item))
        watch_list (self, G_LIST_MODEL (mage_motion_get_things (MAGE_MOTION (item))));
    }
  mage_project_refresh (self);
}

static void
mage_project_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageProject *self = MAGE_PROJECT (object);

  switch (id)
    {
    case PROP_FOLDER:
      g_value_set_string (value, self->folder);
      break;
    case PROP_NAME:
      g_value_take_string (value, mage_project_dup_name (self));
      break;
    case PROP_MODEL_DIR:
      g_value_set_string (value, mage_project_get_model_dir (self));
      break;
    case PROP_PRIOR_DIR:
      g_value_take_string (value, mage_project_dup_prior_dir (self));
      break;
    case PROP_PARAMS:
      g_value_set_object (value, self->params);
      break;
    case PROP_SUBJECTS:
      g_value_set_object (value, self->subjects);
      break;
    case PROP_MOTIONS:
      g_value_set_object (value, self->motions);
      break;
    case PROP_RESULTS:
      g_value_set_object (value, self->results);
      break;
    case PROP_FUSION:
      g_value_set_object (value, self->fusion);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_project_finalize (GObject *object)
{
  MageProject *self = MAGE_PROJECT (object);

  g_clear_pointer (&self->lock, mage_lock_release);
  g_clear_object (&self->fusion);
  g_clear_object (&self->subjects);
  g_clear_object (&self->motions);
  g_clear_object (&self->results);
  g_clear_object (&self->params);
  g_free (self->folder);
  g_free (self->builtin_model);
  g_free (self->model_dir);
  g_free (self->model_digest);
  g_free (self->model_prior);
  g_free (self->model_backgrounds);
  g_free (self->prior_dir);
  G_OBJECT_CLASS (mage_project_parent_class)->finalize (object);
}

static void
mage_project_class_init (MageProjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_project_get_property;
  object_class->finalize = mage_project_finalize;

  props[PROP_FOLDER] = g_param_spec_string ("folder", NULL, NULL, NULL, flags);
  /** MageProject:name: the folder's name without ".mage". */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_MODEL_DIR] = g_param_spec_string ("model-dir", NULL, NULL, NULL, flags);
  /** MageProject:prior-dir: (nullable): the folder of captioned clips for L_reg. */
  props[PROP_PRIOR_DIR] = g_param_spec_string ("prior-dir", NULL, NULL, NULL, flags);
  props[PROP_PARAMS] = g_param_spec_object ("params", NULL, NULL, MAGE_TYPE_PARAMS, flags);
  props[PROP_SUBJECTS] = g_param_spec_object ("subjects", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  props[PROP_MOTIONS] = g_param_spec_object ("motions", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  props[PROP_RESULTS] = g_param_spec_object ("results", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /** MageProject:fusion: all subjects fused. */
  props[PROP_FUSION] = g_param_spec_object ("fusion", NULL, NULL, MAGE_TYPE_FUSION, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_project_init (MageProject *self)
{
  self->params = mage_params_new ();
  self->subjects = g_list_store_new (MAGE_TYPE_SUBJECT);
  self->motions = g_list_store_new (MAGE_TYPE_MOTION);
  self->results = g_list_store_new (MAGE_TYPE_RESULT);
  self->fusion = mage_fusion_new (G_LIST_MODEL (self->subjects));
  g_signal_connect_object (self->params, "changed", G_CALLBACK (mage_project_refresh), self, G_CONNECT_SWAPPED);
  watch_list (self, G_LIST_MODEL (self->subjects));
  watch_list (self, G_LIST_MODEL (self->motions));
}

static void
refresh_item (MageProject *self, MageTrainable *item)
{
  g_autofree char *mark = mage_project_dup_mark (self, item);

  mage_trainable_refresh (item, self->params, mark);
}

static void
refresh_list (MageProject *self, GListModel *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (list, i);

      if (MAGE_IS_MOTION (item))
        refresh_list (self, G_LIST_MODEL (mage_motion_get_things (MAGE_MOTION (item))));
      refresh_item (self, item);
    }
}

/** mage_project_refresh: finds all states anew; it happens by itself but after mage_trainable_set_run(). */
void
mage_project_refresh (MageProject *self)
{
  if (self->refreshing)
    return;
  self->refreshing = TRUE;
  refresh_list (self, G_LIST_MODEL (self->subjects));
  refresh_list (self, G_LIST_MODEL (self->motions));
  refresh_item (self, MAGE_TRAINABLE (self->fusion));
  self->refreshing = FALSE;
}

/* --- the model --- */

/**
 * mage_model_dir_check:
 * @error: names what is missing
 *
 * A quick look for the parts of a model folder in diffusers layout; the engine checks the rest.
 */
gboolean
mage_model_dir_check (const char *model_dir, GError **error)
{
  static const char *const parts[] = {
    "model_index.json", "unet/config.json", "vae/config.json", "text_encoder/config.json", "tokenizer",
    "scheduler/scheduler_config.json"
  };

  if (!g_file_test (model_dir, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no model folder “%s”", model_dir);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (model_dir, parts[i], NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       "“%s” is no text-to-video model in diffusers layout: it has no %s", model_dir, parts[i]);
          return FALSE;
        }
    }
  return TRUE;
}

/* Defaults, prior folder and mark of the model; without its folder the paper's defaults apply. */
static gboolean
read_model (MageProject *self, GError **error)
{
  const char *dir = mage_project_get_model_dir (self);
  g_autofree char *path = g_build_filename (dir, "videomage.json", NULL);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object = NULL;

  g_clear_pointer (&self->model_prior, g_free);
  g_clear_pointer (&self->model_backgrounds, g_free);
  g_clear_pointer (&self->model_digest, g_free);
  self->model_digest = mage_digest_model (dir, NULL);
  if (self->model_digest == NULL)
    self->model_digest = g_strdup ("missing");

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      node = mage_json_read (path, error);
      if (node == NULL)
        return FALSE;
      object = json_node_get_object (node);
      self->model_prior = g_strdup (mage_json_get_string (object, "prior", NULL));
      self->model_backgrounds = g_strdup (mage_json_get_string (object, "backgrounds", NULL));
    }
  if (!mage_params_set_model_defaults (self->params, object, error))
    {
      g_prefix_error (error, "“%s”: ", path);
      return FALSE;
    }
  return TRUE;
}

/** mage_project_get_model_dir: the model's folder, the built-in one unless another was chosen. */
const char *
mage_project_get_model_dir (MageProject *self)
{
  return self->model_dir != NULL ? self->model_dir : self->builtin_model;
}

gboolean
mage_project_is_builtin_model (MageProject *self)
{
  return self->model_dir == NULL;
}

/**
 * mage_project_set_model_dir:
 * @model_dir: (nullable): a model folder; NULL for the built-in model
 */
gboolean
mage_project_set_model_dir (MageProject *self, const char *model_dir, GError **error)
{
  g_autofree char *before = g_steal_pointer (&self->model_dir);

  self->model_dir = model_dir != NULL ? g_canonicalize_filename (model_dir, NULL) : NULL;
  if (!mage_project_check_model (self, error) || !read_model (self, error))
    {
      g_free (self->model_dir);
      self->model_dir = g_steal_pointer (&before);
      read_model (self, NULL); /* the model from before, which was read already */
      return FALSE;
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MODEL_DIR]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRIOR_DIR]);
  mage_project_refresh (self);
  return TRUE;
}

/** mage_project_check_model: whether the project's model is there; else a sentence that says what to do. */
gboolean
mage_project_check_model (MageProject *self, GError **error)
{
  return mage_model_dir_check (mage_project_get_model_dir (self), error);
}

/** mage_project_get_model_digest: mage_digest_model() of the model when the project was opened. */
const char *
mage_project_get_model_digest (MageProject *self)
{
  return self->model_digest;
}

/** mage_project_dup_mark: Returns: (transfer full): of what @item is trained with beside itself: the model, and the user's prior clips */
char *
mage_project_dup_mark (MageProject *self, MageTrainable *item)
{
  gboolean prior = MAGE_IS_SUBJECT (item) && self->prior_dir != NULL
                   && mage_params_get_double (self->params, "lambda1") > 0;

  return g_strconcat (self->model_digest != NULL ? self->model_digest : "", prior ? " " : NULL, self->prior_dir, NULL);
}

/** mage_project_dup_prior_dir: Returns: (transfer full) (nullable): the folder of captioned clips for L_reg */
char *
mage_project_dup_prior_dir (MageProject *self)
{
  if (self->prior_dir != NULL)
    return g_strdup (self->prior_dir);
  if (self->model_prior == NULL)
    return NULL;
  return g_build_filename (mage_project_get_model_dir (self), self->model_prior, NULL);
}

/**
 * mage_project_dup_backgrounds_dir:
 *
 * Returns: (transfer full) (nullable): the folder of places without subjects: the user's, else, unless
 *   somebody named places in words, the model's own; NULL: the prompts of background_prompts count
 */
char *
mage_project_dup_backgrounds_dir (MageProject *self)
{
  const char *own = mage_params_get_string (self->params, "backgrounds_dir");

  if (*own != '\0')
    return g_strdup (own);
  if (self->model_backgrounds == NULL || !mage_params_is_default (self->params, "background_prompts"))
    return NULL;
  return g_build_filename (mage_project_get_model_dir (self), self->model_backgrounds, NULL);
}

/** mage_project_set_prior_dir: @prior_dir: (nullable): NULL for the model's own. */
void
mage_project_set_prior_dir (MageProject *self, const char *prior_dir)
{
  g_autofree char *full = prior_dir != NULL ? g_canonicalize_filename (prior_dir, NULL) : NULL;

  if (g_strcmp0 (full, self->prior_dir) == 0)
    return;
  g_free (self->prior_dir);
  self->prior_dir = g_steal_pointer (&full);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRIOR_DIR]);
  mage_project_refresh (self);
}

/* --- on disk --- */

static JsonArray *
subjects_to_json (MageProject *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->subjects)); i++)
    {
      g_autoptr (MageSubject) subject = g_list_model_get_item (G_LIST_MODEL (self->subjects), i);

      json_array_add_object_element (array, mage_subject_to_json (subject));
    }
  return array;
}

static JsonArray *
motions_to_json (MageProject *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->motions)); i++)
    {
      g_autoptr (MageMotion) motion = g_list_model_get_item (G_LIST_MODEL (self->motions), i);

      json_array_add_object_element (array, mage_motion_to_json (motion));
    }
  return array;
}

static JsonObject *
project_to_json (MageProject *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "version", VERSION);
  if (self->model_dir != NULL)
    json_object_set_string_member (object, "model", self->model_dir);
  if (self->prior_dir != NULL)
    json_object_set_string_member (object, "prior_dir", self->prior_dir);
  json_object_set_object_member (object, "params", mage_params_to_json (self->params, FALSE));
  json_object_set_array_member (object, "subjects", subjects_to_json (self));
  json_object_set_array_member (object, "motions", motions_to_json (self));
  json_object_set_object_member (object, "fusion", mage_trainable_to_json (MAGE_TRAINABLE (self->fusion)));
  return object;
}

/** mage_project_save: writes project.json beside and renames it; a trial is never written. */
gboolean
mage_project_save (MageProject *self, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *path = mage_project_dup_path (self, "project.json");

  if (self->trial)
    return TRUE;
  object = project_to_json (self);
  return mage_json_write_object (path, object, error);
}

static MageProject *
new_for_folder (const char *folder, const char *builtin_model)
{
  MageProject *self = g_object_new (MAGE_TYPE_PROJECT, NULL);

  self->folder = g_canonicalize_filename (folder, NULL);
  self->builtin_model = g_strdup (builtin_model);
  return self;
}

static gboolean
make_folder (const char *folder, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);

  if (g_mkdir_with_parents (parent, 0755) == 0 && g_mkdir (folder, 0755) == 0)
    return TRUE;
  if (errno == EEXIST)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "“%s” exists already: choose another name", folder);
  else
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "The project “%s” could not be made: %s",
                 folder, g_strerror (errno));
  return FALSE;
}

/**
 * mage_project_create:
 * @folder: where; it must not exist, and its name ends in ".mage"
 * @model_dir: (nullable): a model folder; NULL for the built-in model
 * @builtin_model: the built-in model's folder
 *
 * Returns: (transfer full): a new project, saved
 */
MageProject *
mage_project_create (const char *folder, const char *model_dir, const char *builtin_model, GError **error)
{
  g_autoptr (MageProject) self = new_for_folder (folder, builtin_model);

  if (!g_str_has_suffix (self->folder, ".mage"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   "A project's name ends in “.mage”, “%s” does not", folder);
      return NULL;
    }
  if (!mage_project_set_model_dir (self, model_dir, error) || !make_folder (self->folder, error))
    return NULL;
  if (!mage_project_save (self, error))
    {
      g_rmdir (self->folder);
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
load_items (MageProject *self, JsonObject *object)
{
  JsonArray *subjects = mage_json_get_array (object, "subjects");
  JsonArray *motions = mage_json_get_array (object, "motions");
  g_autofree char *runs = mage_project_dup_path (self, "runs");

  for (guint i = 0; subjects != NULL && i < json_array_get_length (subjects); i++)
    if (mage_json_get_element (subjects, i) != NULL)
      {
        g_autoptr (MageSubject) subject = mage_subject_new_from_json (mage_json_get_element (subjects, i),
                                                                      self->folder, runs);

        g_list_store_append (self->subjects, subject);
      }
  for (guint i = 0; motions != NULL && i < json_array_get_length (motions); i++)
    if (mage_json_get_element (motions, i) != NULL)
      {
        g_autoptr (MageMotion) motion = mage_motion_new_from_json (mage_json_get_element (motions, i),
                                                                   self->folder, runs);

        if (motion != NULL)
          g_list_store_append (self->motions, motion);
      }
  if (mage_json_get_object (object, "fusion") != NULL)
    {
      mage_trainable_load_json (MAGE_TRAINABLE (self->fusion), mage_json_get_object (object, "fusion"), runs);
      mage_trainable_set_name (MAGE_TRAINABLE (self->fusion), "fusion");
    }
}

static int
compare_results (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (mage_result_get_created ((MageResult *) a), mage_result_get_created ((MageResult *) b));
}

/* Results speak for themselves; one that is damaged is left where it is and not shown. */
static void
load_results (MageProject *self)
{
  g_autofree char *folder = mage_project_dup_path (self, "results");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *record = g_build_filename (path, "result.json", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (MageResult) result = NULL;

      if (!g_file_test (record, G_FILE_TEST_EXISTS))
        continue;
      result = mage_result_load (path, &error);
      if (result == NULL)
        g_info ("A result is left out: %s", error->message);
      else
        g_list_store_insert_sorted (self->results, result, compare_results, NULL);
    }
}

static JsonNode *
read_project_file (MageProject *self, GError **error)
{
  g_autofree char *path = mage_project_dup_path (self, "project.json");
  g_autoptr (JsonNode) node = NULL;
  gint64 version;

  if (!g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no project “%s”", self->folder);
      return NULL;
    }
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "“%s” is no project: it has no project.json", self->folder);
      return NULL;
    }
  node = mage_json_read (path, error);
  if (node == NULL)
    return NULL;
  version = mage_json_get_int (json_node_get_object (node), "version", 0);
  if (version < 1 || version > VERSION)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   version < 1 ? "“%s” is damaged: it does not say its version"
                               : "“%s” was written by a newer VideoMage: update this one", path);
      return NULL;
    }
  return g_steal_pointer (&node);
}

static gboolean
load_project (MageProject *self, JsonObject *object, GError **error)
{
  JsonObject *params = mage_json_get_object (object, "params");

  self->model_dir = g_strdup (mage_json_get_string (object, "model", NULL));
  self->prior_dir = g_strdup (mage_json_get_string (object, "prior_dir", NULL));
  if (!read_model (self, error))
    return FALSE;
  if (params != NULL && !mage_params_load_json (self->params, params, error))
    {
      g_prefix_error (error, "“%s/project.json” is damaged: ", self->folder);
      return FALSE;
    }
  load_items (self, object);
  mage_project_refresh (self);
  return TRUE;
}

/**
 * mage_project_open:
 * @folder: a project
 * @builtin_model: the built-in model's folder, for a project that names none
 * @error: says which file is damaged; nothing is written then
 *
 * A model folder that is gone is no error here: mage_project_check_model() tells.
 *
 * Returns: (transfer full): the project as it was saved
 */
MageProject *
mage_project_open (const char *folder, const char *builtin_model, GError **error)
{
  g_autoptr (MageProject) self = new_for_folder (folder, builtin_model);
  g_autoptr (JsonNode) node = read_project_file (self, error);

  if (node == NULL)
    return NULL;
  if (!load_project (self, json_node_get_object (node), error))
    return NULL;
  load_results (self);
  return g_steal_pointer (&self);
}

/**
 * mage_project_new_trial:
 *
 * A copy of the project as it is now, in the same folder, to change and train without a trace in the
 * project: it is never saved, and has no results. Its runs lie beside the project's own, and are found
 * again by what they depend on.
 *
 * Returns: (transfer full): the copy; the caller keeps the project's lock
 */
MageProject *
mage_project_new_trial (MageProject *self, GError **error)
{
  g_autoptr (MageProject) trial = new_for_folder (self->folder, self->builtin_model);
  g_autoptr (JsonObject) object = project_to_json (self);

  trial->trial = TRUE;
  return load_project (trial, object, error) ? g_steal_pointer (&trial) : NULL;
}

/** mage_project_lock: keeps other processes from changing the project, until mage_project_unlock() or the end. */
gboolean
mage_project_lock (MageProject *self, GError **error)
{
  if (self->lock == NULL)
    self->lock = mage_lock_take (self->folder, error);
  return self->lock != NULL;
}

void
mage_project_unlock (MageProject *self)
{
  g_clear_pointer (&self->lock, mage_lock_release);
}

/* --- what it holds --- */

const char *
mage_project_get_folder (MageProject *self)
{
  return self->folder;
}

/** mage_project_dup_name: Returns: (transfer full): the folder's name without ".mage" */
char *
mage_project_dup_name (MageProject *self)
{
  char *name = g_path_get_basename (self->folder);

  if (g_str_has_suffix (name, ".mage"))
    name[strlen (name) - strlen (".mage")] = '\0';
  return name;
}

/** mage_project_dup_path: Returns: (transfer full): the path of a file in the project's folder */
char *
mage_project_dup_path (MageProject *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

MageParams *
mage_project_get_params (MageProject *self)
{
  return self->params;
}

GListStore *
mage_project_get_subjects (MageProject *self)
{
  return self->subjects;
}

GListStore *
mage_project_get_motions (MageProject *self)
{
  return self->motions;
}

GListStore *
mage_project_get_results (MageProject *self)
{
  return self->results;
}

/** mage_project_get_fusion: Returns: (transfer none): all subjects fused; always there, though it may be untrained */
MageFusion *
mage_project_get_fusion (MageProject *self)
{
  return self->fusion;
}
