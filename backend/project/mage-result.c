/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-result.h"

#include "project/mage-json.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/*
 * A video that was made, with everything that made it: results/<id>/ holds result.json, the video
 * and its frames without loss. result.json is written last, so a folder without it is no result.
 */

struct _MageResult
{
  GObject parent_instance;

  char *dir;
  char *id;
  char *prompt;
  char *created;
  char *model;
  char *model_digest;
  char *request;          /* NULL: not recorded */
  char *sampling;         /* NULL: not recorded */
  guint n_guided;
  char *parent;           /* NULL: no branch */
  guint branched_at;
  char *name;             /* NULL: nobody gave one */
  gboolean starred;
  gboolean deleted;
  MageParams *params;
  JsonArray *ingredients;
};

G_DEFINE_FINAL_TYPE (MageResult, mage_result, G_TYPE_OBJECT)

enum
{
  PROP_ID = 1,
  PROP_PROMPT,
  PROP_CREATED,
  PROP_VIDEO,
  PROP_PARAMS,
  PROP_NAME,
  PROP_STARRED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
mage_result_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageResult *self = MAGE_RESULT (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_PROMPT:
      g_value_set_string (value, self->prompt);
      break;
    case PROP_CREATED:
      g_value_set_string (value, self->created);
      break;
    case PROP_VIDEO:
      g_value_take_string (value, self->dir != NULL ? mage_result_dup_path (self, MAGE_RESULT_VIDEO) : NULL);
      break;
    case PROP_PARAMS:
      g_value_set_object (value, self->params);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_STARRED:
      g_value_set_boolean (value, self->starred);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_result_finalize (GObject *object)
{
  MageResult *self = MAGE_RESULT (object);

  g_free (self->dir);
  g_free (self->id);
  g_free (self->prompt);
  g_free (self->created);
  g_free (self->model);
  g_free (self->model_digest);
  g_free (self->request);
  g_free (self->sampling);
  g_free (self->parent);
  g_free (self->name);
  g_clear_object (&self->params);
  g_clear_pointer (&self->ingredients, json_array_unref);
  G_OBJECT_CLASS (mage_result_parent_class)->finalize (object);
}

static void
mage_result_class_init (MageResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_result_get_property;
  object_class->finalize = mage_result_finalize;

  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  props[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, NULL, flags);
  /** MageResult:created: when, as ISO 8601 in UTC. */
  props[PROP_CREATED] = g_param_spec_string ("created", NULL, NULL, NULL, flags);
  /** MageResult:video: the path of the video. */
  props[PROP_VIDEO] = g_param_spec_string ("video", NULL, NULL, NULL, flags);
  /** MageResult:params: the frozen parameters that made it. */
  props[PROP_PARAMS] = g_param_spec_object ("params", NULL, NULL, MAGE_TYPE_PARAMS, flags);
  /** MageResult:name: (nullable): what somebody called it. */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags | G_PARAM_EXPLICIT_NOTIFY);
  /** MageResult:starred: whether somebody wants to keep it above others. */
  props[PROP_STARRED] = g_param_spec_boolean ("starred", NULL, NULL, FALSE, flags | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_result_init (MageResult *self)
{
  self->ingredients = json_array_new ();
}

static char *
make_folder (const char *results_dir, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");

  for (guint i = 1;; i++)
    {
      g_autofree char *id = i == 1 ? g_strdup (stamp) : g_strdup_printf ("%s-%u", stamp, i);
      g_autofree char *dir = g_build_filename (results_dir, id, NULL);

      if (g_mkdir_with_parents (results_dir, 0755) == 0 && g_mkdir (dir, 0755) == 0)
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
 * mage_result_create:
 * @params: frozen into the result
 *
 * Returns: (transfer full): a new result with its folder; it counts once mage_result_save() wrote it
 */
MageResult *
mage_result_create (const char *results_dir, const char *prompt, MageParams *params, GError **error)
{
  g_autofree char *dir = make_folder (results_dir, error);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  MageResult *self;

  if (dir == NULL)
    return NULL;
  self = g_object_new (MAGE_TYPE_RESULT, NULL);
  self->id = g_path_get_basename (dir);
  self->dir = g_steal_pointer (&dir);
  self->prompt = g_strdup (prompt);
  self->created = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.%fZ");
  self->params = mage_params_freeze (params);
  return self;
}

/**
 * mage_result_parse:
 * @dir: (nullable): the folder of its files; NULL: they are not here
 * @object: what mage_result_to_json() made
 *
 * Returns: (transfer full): the result
 */
MageResult *
mage_result_parse (const char *dir, JsonObject *object, GError **error)
{
  g_autoptr (MageResult) self = NULL;
  g_autoptr (MageParams) params = mage_params_new ();
  JsonObject *record = mage_json_get_object (object, "params");
  JsonArray *ingredients = mage_json_get_array (object, "ingredients");

  if (record != NULL && !mage_params_load_json (params, record, error))
    return NULL;
  self = g_object_new (MAGE_TYPE_RESULT, NULL);
  self->dir = g_strdup (dir);
  self->id = dir != NULL ? g_path_get_basename (dir) : g_strdup ("");
  self->prompt = g_strdup (mage_json_get_string (object, "prompt", ""));
  self->created = g_strdup (mage_json_get_string (object, "created", ""));
  self->model = g_strdup (mage_json_get_string (object, "model", NULL));
  self->model_digest = g_strdup (mage_json_get_string (object, "model_sha256", NULL));
  self->params = mage_params_freeze (params);
  self->request = g_strdup (mage_json_get_string (object, "request_sha256", NULL));
  record = mage_json_get_object (object, "sampling");
  self->sampling = g_strdup (mage_json_get_string (record, "way", NULL));
  self->n_guided = (guint) CLAMP (mage_json_get_int (record, "guided_steps", 0), 0, G_MAXINT);
  self->parent = g_strdup (mage_json_get_string (object, "parent", NULL));
  self->branched_at = (guint) CLAMP (mage_json_get_int (object, "branched_at", 0), 0, G_MAXINT);
  self->name = g_strdup (mage_json_get_string (object, "name", NULL));
  self->starred = mage_json_get_boolean (object, "starred", FALSE);
  self->deleted = dir != NULL && mage_json_get_boolean (object, "deleted", FALSE);
  if (ingredients != NULL)
    {
      json_array_unref (self->ingredients);
      self->ingredients = json_array_ref (ingredients);
    }
  return g_steal_pointer (&self);
}

/**
 * mage_result_load:
 * @dir: a result's folder
 *
 * Returns: (transfer full): the result
 */
MageResult *
mage_result_load (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "result.json", NULL);
  g_autoptr (JsonNode) node = mage_json_read (path, error);
  MageResult *self;

  if (node == NULL)
    return NULL;
  self = mage_result_parse (dir, json_node_get_object (node), error);
  if (self == NULL)
    g_prefix_error (error, "“%s”: ", path);
  return self;
}

/** mage_result_add_part: @part: (transfer full): an ingredient with role, name and whatever more is to be known of it */
void
mage_result_add_part (MageResult *self, JsonObject *part)
{
  json_array_add_object_element (self->ingredients, part);
}

/** mage_result_set_request: @hash: over all that the video follows from; the same request gives the same video. */
void
mage_result_set_request (MageResult *self, const char *hash)
{
  g_free (self->request);
  self->request = g_strdup (hash);
}

/** mage_result_get_request: Returns: (nullable): what mage_result_set_request() noted */
const char *
mage_result_get_request (MageResult *self)
{
  return self->request;
}

/**
 * mage_result_set_sampling:
 * @way: "scs" or "one-branch": what was done, which may be less than what the parameters asked for
 * @n_guided: how many steps were guided
 */
void
mage_result_set_sampling (MageResult *self, const char *way, guint n_guided)
{
  g_free (self->sampling);
  self->sampling = g_strdup (way);
  self->n_guided = n_guided;
}

/** mage_result_get_sampling: Returns: (nullable): what mage_result_set_sampling() noted */
const char *
mage_result_get_sampling (MageResult *self, guint *n_guided)
{
  if (n_guided != NULL)
    *n_guided = self->n_guided;
  return self->sampling;
}

/** mage_result_set_parent: it is a branch of the result @id, from what that had after @step steps. */
void
mage_result_set_parent (MageResult *self, const char *id, guint step)
{
  g_set_str (&self->parent, id);
  self->branched_at = step;
}

/** mage_result_get_parent: @step: (out) (optional). Returns: (nullable): the id of the result that it branched from */
const char *
mage_result_get_parent (MageResult *self, guint *step)
{
  if (step != NULL)
    *step = self->branched_at;
  return self->parent;
}

/** mage_result_set_name: @name: (nullable): what it is called from now on; it is written down at once. */
gboolean
mage_result_set_name (MageResult *self, const char *name, GError **error)
{
  g_autofree char *old = g_strdup (self->name);

  if (!g_set_str (&self->name, name != NULL && *name != '\0' ? name : NULL))
    return TRUE;
  if (!mage_result_save (self, error))
    {
      g_set_str (&self->name, old);
      return FALSE;
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
  return TRUE;
}

const char *
mage_result_get_name (MageResult *self)
{
  return self->name;
}

/** mage_result_set_starred: it is written down at once. */
gboolean
mage_result_set_starred (MageResult *self, gboolean starred, GError **error)
{
  if (self->starred == starred)
    return TRUE;
  self->starred = starred;
  if (!mage_result_save (self, error))
    {
      self->starred = !starred;
      return FALSE;
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STARRED]);
  return TRUE;
}

gboolean
mage_result_get_starred (MageResult *self)
{
  return self->starred;
}

/**
 * mage_result_set_deleted:
 *
 * It is written down at once, so that what was deleted does not come back when the program ends before its files went. Lists
 * are the project's: mage_project_delete_result().
 */
gboolean
mage_result_set_deleted (MageResult *self, gboolean deleted, GError **error)
{
  gboolean before = self->deleted;

  self->deleted = deleted;
  if (before == deleted || mage_result_save (self, error))
    return TRUE;
  self->deleted = before;
  return FALSE;
}

gboolean
mage_result_get_deleted (MageResult *self)
{
  return self->deleted;
}

/** mage_result_set_model: @digest: mage_digest_model() of it. */
void
mage_result_set_model (MageResult *self, const char *model_dir, const char *digest)
{
  g_free (self->model);
  self->model = g_strdup (model_dir);
  g_free (self->model_digest);
  self->model_digest = g_strdup (digest);
}

/** mage_result_to_json: Returns: (transfer full): everything that is recorded of it */
JsonObject *
mage_result_to_json (MageResult *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "version", 1);
  json_object_set_string_member (object, "prompt", self->prompt);
  json_object_set_int_member (object, "seed", mage_params_get_int (self->params, "seed"));
  json_object_set_string_member (object, "created", self->created);
  json_object_set_string_member (object, "video", MAGE_RESULT_VIDEO);
  if (self->model != NULL)
    json_object_set_string_member (object, "model", self->model);
  if (self->model_digest != NULL)
    json_object_set_string_member (object, "model_sha256", self->model_digest);
  if (self->request != NULL)
    json_object_set_string_member (object, "request_sha256", self->request);
  if (self->sampling != NULL)
    {
      JsonObject *sampling = json_object_new ();

      json_object_set_string_member (sampling, "way", self->sampling);
      json_object_set_int_member (sampling, "guided_steps", self->n_guided);
      json_object_set_object_member (object, "sampling", sampling);
    }
  if (self->parent != NULL)
    {
      json_object_set_string_member (object, "parent", self->parent);
      json_object_set_int_member (object, "branched_at", self->branched_at);
    }
  if (self->name != NULL)
    json_object_set_string_member (object, "name", self->name);
  if (self->starred)
    json_object_set_boolean_member (object, "starred", TRUE);
  json_object_set_object_member (object, "params", mage_params_to_json (self->params, TRUE));
  json_object_set_array_member (object, "ingredients", json_array_ref (self->ingredients));
  return object;
}

/** mage_result_save: writes result.json; from here on the folder is a result. */
gboolean
mage_result_save (MageResult *self, GError **error)
{
  g_autoptr (JsonObject) object = mage_result_to_json (self);
  g_autofree char *path = mage_result_dup_path (self, "result.json");

  /* This is about the folder, not about the video, and travels in no file. */
  if (self->deleted)
    json_object_set_boolean_member (object, "deleted", TRUE);
  return mage_json_write_object (path, object, error);
}

static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

/** mage_result_discard: removes the result's folder. */
void
mage_result_discard (MageResult *self)
{
  g_autofree char *frames = mage_result_dup_path (self, MAGE_RESULT_FRAMES);
  g_autofree char *latents = mage_result_dup_path (self, MAGE_RESULT_LATENTS);
  g_autofree char *attention = mage_result_dup_path (self, MAGE_RESULT_ATTENTION);

  remove_files (frames);
  remove_files (latents);
  remove_files (attention);
  remove_files (self->dir);
}

/** mage_result_get_id: the name of its folder, by which export takes it. */
const char *
mage_result_get_id (MageResult *self)
{
  return self->id;
}

const char *
mage_result_get_prompt (MageResult *self)
{
  return self->prompt;
}

/** mage_result_get_created: when, as ISO 8601 in UTC. */
const char *
mage_result_get_created (MageResult *self)
{
  return self->created;
}

/** mage_result_get_params: Returns: (transfer none): frozen */
MageParams *
mage_result_get_params (MageResult *self)
{
  return self->params;
}

/** mage_result_get_ingredients: Returns: (transfer none): objects with role, name, token, strength, lora_sha256 */
JsonArray *
mage_result_get_ingredients (MageResult *self)
{
  return self->ingredients;
}

/** mage_result_get_model: Returns: (transfer none) (nullable): the folder of the model that made it */
const char *
mage_result_get_model (MageResult *self)
{
  return self->model;
}

/** mage_result_get_model_digest: Returns: (transfer none) (nullable): mage_digest_model() of it at that time */
const char *
mage_result_get_model_digest (MageResult *self)
{
  return self->model_digest;
}

/** mage_result_dup_path: Returns: (transfer full): the path of a file in the result's folder */
char *
mage_result_dup_path (MageResult *self, const char *name)
{
  g_return_val_if_fail (self->dir != NULL, NULL);

  return g_build_filename (self->dir, name, NULL);
}
