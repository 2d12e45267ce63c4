/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-project-private.h"

#include "project/mage-digest.h"
#include "project/mage-json.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/*
 * The document: a folder Name.mage/ with project.json, media/ (copies of what was dropped), masks/,
 * runs/<id>/ and results/<id>/. Main thread only; jobs get copies. States of subjects and motions
 * follow by themselves whenever something that they depend on changes.
 */

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

static gboolean
has_colour (MageProject *self, int colour)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->subjects)); i++)
    {
      g_autoptr (MageSubject) subject = g_list_model_get_item (G_LIST_MODEL (self->subjects), i);

      if (mage_subject_get_colour (subject) == colour)
        return TRUE;
    }
  return FALSE;
}

/* A subject keeps its colour, whoever comes and goes before it. */
static void
choose_colour (MageProject *self, MageSubject *subject)
{
  int colour = 0;

  if (mage_subject_get_colour (subject) >= 0)
    return;
  while (has_colour (self, colour))
    colour++;
  mage_subject_set_colour (subject, colour);
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
        choose_colour (self, MAGE_SUBJECT (item));
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
  g_clear_object (&self->deleted);
  g_clear_object (&self->params);
  g_free (self->folder);
  g_free (self->builtin_model);
  g_free (self->model_dir);
  g_free (self->model_digest);
  g_free (self->model_prior);
  g_free (self->model_backgrounds);
  g_free (self->prior_dir);
  g_hash_table_unref (self->prior_captions);
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
  self->prior_captions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->params = mage_params_new ();
  self->subjects = g_list_store_new (MAGE_TYPE_SUBJECT);
  self->motions = g_list_store_new (MAGE_TYPE_MOTION);
  self->results = g_list_store_new (MAGE_TYPE_RESULT);
  self->deleted = g_list_store_new (MAGE_TYPE_RESULT);
  self->fusion = mage_fusion_new (G_LIST_MODEL (self->subjects));
  g_signal_connect_object (self->params, "changed", G_CALLBACK (mage_project_refresh), self, G_CONNECT_SWAPPED);
  watch_list (self, G_LIST_MODEL (self->subjects));
  watch_list (self, G_LIST_MODEL (self->motions));
}

static void
refresh_item (MageProject *self, MageTrainable *item)
{
  g_autofree char *mark = mage_project_dup_mark (self, item, self->params);

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
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no model folder “%s”"), model_dir);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (model_dir, parts[i], NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _("“%s” is no text-to-video model in diffusers layout: it has no %s"), model_dir, parts[i]);
          return FALSE;
        }
    }
  return TRUE;
}

/* mage_project_read_model: defaults, prior folder and mark of the model; without its folder the paper's defaults apply. */
gboolean
mage_project_read_model (MageProject *self, GError **error)
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
  if (!mage_project_check_model (self, error) || !mage_project_read_model (self, error))
    {
      g_free (self->model_dir);
      self->model_dir = g_steal_pointer (&before);
      mage_project_read_model (self, NULL); /* the model from before, which was read already */
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

/* The folder of clips or pictures, beside its own material, that @item is trained with. */
static char *
dup_material_dir (MageProject *self, MageTrainable *item, MageParams *params)
{
  if (MAGE_IS_SUBJECT (item) && mage_params_get_double (params, "lambda1") > 0)
    return mage_project_dup_prior_dir (self);
  if (MAGE_IS_FUSION (item) && mage_params_get_double (params, "lambda2") > 0)
    return mage_project_dup_backgrounds_dir (self, params);
  return NULL;
}

/**
 * mage_project_dup_mark:
 * @params: the project's, or those that a training has for itself
 *
 * Returns: (transfer full): of what @item is trained with beside itself: the model, and what lies in the folder of prior
 *   clips or of backgrounds
 */
char *
mage_project_dup_mark (MageProject *self, MageTrainable *item, MageParams *params)
{
  g_autofree char *folder = dup_material_dir (self, item, params);
  g_autofree char *listing = folder != NULL ? mage_digest_listing (folder) : NULL;

  /* Captions that were written here are part of it, as the files beside the clips are. */
  if (MAGE_IS_SUBJECT (item) && listing != NULL && g_hash_table_size (self->prior_captions) > 0)
    {
      g_autoptr (JsonObject) captions = mage_project_captions_to_json (self);
      g_autofree char *line = mage_json_to_line (captions);
      g_autofree char *both = g_strconcat (listing, line, NULL);

      g_free (listing);
      listing = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);
    }
  return g_strconcat (self->model_digest != NULL ? self->model_digest : "", listing != NULL ? " " : NULL, listing, NULL);
}

/**
 * mage_project_dup_backgrounds_dir:
 * @params: the project's, or those that a fusion has for itself
 *
 * Returns: (transfer full) (nullable): the folder of places without subjects: the user's, else, unless
 *   somebody named places in words, the model's own; NULL: the prompts of background_prompts count
 */
char *
mage_project_dup_backgrounds_dir (MageProject *self, MageParams *params)
{
  const char *own = mage_params_get_string (params, "backgrounds_dir");

  if (*own != '\0')
    return g_strdup (own);
  if (self->model_backgrounds == NULL || !mage_params_is_default (params, "background_prompts"))
    return NULL;
  return g_build_filename (mage_project_get_model_dir (self), self->model_backgrounds, NULL);
}

/* --- other processes --- */

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
