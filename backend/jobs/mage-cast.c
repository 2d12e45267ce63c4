/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-cast.h"

#include "jobs/mage-material.h"
#include "jobs/mage-train-job.h"
#include "project/mage-digest.h"
#include "project/mage-json.h"
#include "project/mage-name.h"
#include "project/mage-param-value.h"

#include <glib/gi18n.h>

/*
 * Who takes part in a video: the trained subjects that its prompt names, fused where they are several, and the
 * motion with its clip. Made on the main thread, read by the worker.
 */

/* A trained thing that takes part; a subject that works through the fusion has a word but no LoRA. */
typedef struct
{
  const char *role;
  char *name;
  char *token;
  char *superclass;
  char *lora;
  char *embedding;
  char *hash;       /* of its run */
  double strength;
} Ingredient;

/* The motion's clip, which is inverted. */
typedef struct
{
  char *path;
  char *digest;
  double start;
  double length;
  MageCrop crop;
} Clip;

struct _MageCast
{
  GPtrArray *ingredients;
  MageParams *params;      /* frozen */
  char *prompt;
  char *model_dir;
  char *model_digest;
  Clip clip;               /* a path of NULL: no motion */
};

static void
ingredient_free (gpointer data)
{
  Ingredient *self = data;

  g_free (self->name);
  g_free (self->token);
  g_free (self->superclass);
  g_free (self->lora);
  g_free (self->embedding);
  g_free (self->hash);
  g_free (self);
}

/** mage_cast_is_scs: SCS needs a subject and a motion; else there is one branch, whatever was asked for. */
gboolean
mage_cast_is_scs (MageCast *self)
{
  guint subjects = 0;
  guint motions = 0;

  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);
      gboolean moves = g_str_equal (ingredient->role, "motion");

      subjects += ingredient->lora != NULL && !moves;
      motions += ingredient->lora != NULL && moves;
    }
  return subjects > 0 && motions > 0 && g_str_equal (mage_params_get_string (self->params, "sampling"), "scs");
}

/* --- any thread --- */

static void
add_line (GChecksum *checksum, const char *text)
{
  g_checksum_update (checksum, (const guchar *) (text != NULL ? text : "-"), -1);
  g_checksum_update (checksum, (const guchar *) "\n", 1);
}

/** mage_cast_hash: Returns: (transfer full): over all that the video follows from. */
char *
mage_cast_hash (MageCast *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *start = mage_param_number_to_text (self->clip.start);
  g_autofree char *length = mage_param_number_to_text (self->clip.length);
  const char *lines[] = { self->model_digest, self->prompt, self->clip.digest, start, length };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    add_line (checksum, lines[i]);
  if (mage_crop_is_set (&self->clip.crop))
    {
      g_autofree char *crop = mage_crop_dup_text (&self->clip.crop);

      add_line (checksum, crop);
    }
  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);
      g_autofree char *strength = mage_param_number_to_text (ingredient->strength);

      add_line (checksum, ingredient->hash);
      add_line (checksum, ingredient->lora != NULL ? strength : NULL);
    }
  mage_params_hash (self->params, MAGE_STALE_RESULT, checksum);
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
load_clip (MageCast *self, EngineClip **clip, GCancellable *cancellable, GError **error)
{
  MageShape shape = mage_shape_from_params (self->params);

  *clip = NULL;
  if (self->clip.path == NULL)
    return TRUE;
  *clip = mage_material_load_motion (self->clip.path, self->clip.start, self->clip.length, &self->clip.crop, NULL, &shape,
                                     cancellable, error);
  return *clip != NULL;
}

static void
fill_request (MageCast *self, EngineSampleRequest *request, GArray *known, GArray *loras)
{
  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);
      EngineToken token = { ingredient->token, ingredient->superclass, ingredient->embedding };
      gboolean moves = g_str_equal (ingredient->role, "motion");
      EngineLora lora = { ingredient->lora, ingredient->strength,
                          moves ? ENGINE_BRANCH_MOTION : ENGINE_BRANCH_SUBJECT };

      if (ingredient->token != NULL)
        g_array_append_val (known, token);
      if (ingredient->lora != NULL)
        g_array_append_val (loras, lora);
    }
  request->prompt = self->prompt;
  request->negative = mage_params_get_string (self->params, "negative");
  request->known = (const EngineToken *) known->data;
  request->n_known = known->len;
  request->loras = (const EngineLora *) loras->data;
  request->n_loras = loras->len;
  request->seed = (guint64) mage_params_get_int (self->params, "seed");
  request->preview_every = (guint) mage_params_get_int (self->params, "preview_every");
}

/**
 * mage_cast_sample:
 * @request: its folders, and what it goes on from; the rest is filled in
 *
 * Returns: (transfer full): the video
 */
EngineClip *
mage_cast_sample (MageCast *self, Engine *engine, const EngineTable *table, EngineSampleRequest *request,
                  const EngineListener *listener, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (EngineToken));
  g_autoptr (GArray) loras = g_array_new (FALSE, FALSE, sizeof (EngineLora));
  g_autoptr (GVariantDict) dict = mage_params_to_dict (self->params, MAGE_USE_SAMPLE);
  g_autoptr (GVariant) params = g_variant_ref_sink (g_variant_dict_end (dict));
  g_autoptr (EngineClip) motion = NULL;

  if (!load_clip (self, &motion, cancellable, error))
    return NULL;
  fill_request (self, request, known, loras);
  request->params = params;
  request->motion_clip = motion;
  return table->sample (engine, request, listener, error);
}

/**
 * mage_cast_read_maps:
 * @request: its steps_dir and from_step; the rest is filled in
 *
 * Returns: (transfer full): what @layers looked at in that step; see EngineTable.read_maps
 */
EngineMaps *
mage_cast_read_maps (MageCast *self, Engine *engine, const EngineTable *table, EngineSampleRequest *request, EngineBranch branch,
                     const char *const *layers, const EngineListener *listener, GError **error)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (EngineToken));
  g_autoptr (GArray) loras = g_array_new (FALSE, FALSE, sizeof (EngineLora));
  g_autoptr (GVariantDict) dict = mage_params_to_dict (self->params, MAGE_USE_SAMPLE);
  g_autoptr (GVariant) params = g_variant_ref_sink (g_variant_dict_end (dict));

  fill_request (self, request, known, loras);
  request->params = params;
  return table->read_maps (engine, request, branch, layers, listener, error);
}

static gboolean
check_part (Ingredient *ingredient, JsonObject *part, GCancellable *cancellable, GError **error)
{
  const char *name = ingredient->token != NULL ? ingredient->token : ingredient->name;
  const char *then = mage_json_get_string (part, "lora_sha256", NULL);
  g_autofree char *now = NULL;

  if (then != NULL && ingredient->lora != NULL && (now = mage_digest_file (ingredient->lora, cancellable, error)) == NULL)
    return FALSE;
  if (g_strcmp0 (mage_json_get_string (part, "run_hash", NULL), ingredient->hash) == 0 && g_strcmp0 (now, then) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               _("“%s” was trained again since this video was made. Make the video again to look at its attention"), name);
  return FALSE;
}

/**
 * mage_cast_check:
 * @error: names what is not as it was
 *
 * Whether those who take part are the very ones that made @result; on the worker's thread.
 */
gboolean
mage_cast_check (MageCast *self, MageResult *result, GCancellable *cancellable, GError **error)
{
  JsonArray *parts = mage_result_get_ingredients (result);

  if (json_array_get_length (parts) != self->ingredients->len
      || g_strcmp0 (mage_result_get_model_digest (result), self->model_digest) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _("The model or the parts of this video are others by now. Make the video again to look at its attention"));
      return FALSE;
    }
  for (guint i = 0; i < self->ingredients->len; i++)
    {
      JsonObject *part = mage_json_get_element (parts, i);

      if (part != NULL && !check_part (g_ptr_array_index (self->ingredients, i), part, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* What a part of the video was: its run, and the digest of its LoRA. */
static gboolean
add_part (MageResult *result, Ingredient *ingredient, GCancellable *cancellable, GError **error)
{
  g_autofree char *digest = ingredient->lora != NULL ? mage_digest_file (ingredient->lora, cancellable, error) : NULL;
  JsonObject *part;

  if (ingredient->lora != NULL && digest == NULL)
    return FALSE;
  part = json_object_new ();
  json_object_set_string_member (part, "role", ingredient->role);
  json_object_set_string_member (part, "name", ingredient->name);
  if (ingredient->token != NULL)
    json_object_set_string_member (part, "token", ingredient->token);
  json_object_set_double_member (part, "strength", ingredient->strength);
  if (digest != NULL)
    json_object_set_string_member (part, "lora_sha256", digest);
  json_object_set_string_member (part, "run_hash", ingredient->hash);
  mage_result_add_part (result, part);
  return TRUE;
}

/** mage_cast_describe: writes down in @result who took part, and the model. */
gboolean
mage_cast_describe (MageCast *self, MageResult *result, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->ingredients->len; i++)
    if (!add_part (result, g_ptr_array_index (self->ingredients, i), cancellable, error))
      return FALSE;
  mage_result_set_model (result, self->model_dir, self->model_digest);
  return TRUE;
}

MageParams *
mage_cast_get_params (MageCast *self)
{
  return self->params;
}

const char *
mage_cast_get_prompt (MageCast *self)
{
  return self->prompt;
}

const char *
mage_cast_get_model_dir (MageCast *self)
{
  return self->model_dir;
}

/* --- main thread --- */

/* A run that is complete serves, though it may be stale by now: whoever asks decides. */
static Ingredient *
add_ingredient (MageCast *self, MageTrainable *item, const char *strength, GError **error)
{
  MageRun *run = mage_trainable_get_run (item);
  const char *token = mage_trainable_get_token (item);
  Ingredient *ingredient;

  if (run == NULL || !mage_run_is_complete (run))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("“%s” is not trained yet (%s): train it first"),
                   token != NULL ? token : mage_trainable_get_name (item),
                   run == NULL ? _("it has no run") : _("its run was stopped"));
      return NULL;
    }
  ingredient = g_new0 (Ingredient, 1);
  ingredient->role = mage_trainable_get_kind (item);
  ingredient->name = g_strdup (mage_trainable_get_name (item));
  ingredient->token = g_strdup (token);
  ingredient->superclass = g_strdup (mage_trainable_get_superclass (item));
  ingredient->lora = mage_run_dup_path (run, MAGE_RUN_LORA);
  ingredient->embedding = token != NULL ? mage_run_dup_path (run, MAGE_RUN_EMBEDDING) : NULL;
  ingredient->hash = g_strdup (mage_run_get_hash (run));
  ingredient->strength = mage_params_get_double (self->params, strength);
  g_ptr_array_add (self->ingredients, ingredient);
  return ingredient;
}

/* The subjects keep their words; one LoRA stands for all. */
static gboolean
use_fusion (MageCast *self, MageProject *project, GError **error)
{
  MageFusion *fusion = mage_project_get_fusion (project);
  MageRun *run = mage_trainable_get_run (MAGE_TRAINABLE (fusion));

  if (run == NULL || !mage_run_is_complete (run))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           run == NULL ? _("The prompt names several subjects, which are not fused yet: fuse the subjects first, or let "
                                           "them work unfused (--fusion average)")
                                       : _("The fusion of the subjects was stopped: fuse the subjects first, or let them work unfused "
                                           "(--fusion average)"));
      return FALSE;
    }
  for (guint i = 0; i < self->ingredients->len; i++)
    {
      Ingredient *ingredient = g_ptr_array_index (self->ingredients, i);

      if (!mage_fusion_holds (fusion, ingredient->token))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _("“%s” came after the subjects were fused: fuse the subjects first, or let them work unfused (--fusion average)"),
                       ingredient->token);
          return FALSE;
        }
      g_clear_pointer (&ingredient->lora, g_free);
    }
  return add_ingredient (self, MAGE_TRAINABLE (fusion), "subject_strength", error) != NULL;
}

/* How the subjects that the prompt names work together. The mean of several ΔW is their sum at a share of the strength. */
static gboolean
join_subjects (MageCast *self, MageProject *project, GError **error)
{
  const char *how = mage_params_get_string (self->params, "fusion");
  guint n = self->ingredients->len;

  if (n < 2 || g_str_equal (how, "none"))
    return TRUE;
  if (g_str_equal (how, "fused"))
    return use_fusion (self, project, error);
  for (guint i = 0; i < n; i++)
    ((Ingredient *) g_ptr_array_index (self->ingredients, i))->strength /= n;
  return TRUE;
}

static gboolean
add_motion (MageCast *self, MageMotion *motion, GError **error)
{
  MageMedia *clip = mage_motion_get_clip (motion);

  if (add_ingredient (self, MAGE_TRAINABLE (motion), "motion_strength", error) == NULL)
    return FALSE;
  self->clip = (Clip) { mage_media_dup_path (clip), g_strdup (mage_media_get_digest (clip)),
                        mage_motion_get_start (motion), mage_motion_get_length (motion), *mage_motion_get_crop (motion) };
  return TRUE;
}

static char *
list_tokens (MageProject *project)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", mage_trainable_get_token (subject));
    }
  return g_string_free (list, FALSE);
}

static gboolean
add_subjects (MageCast *self, MageProject *project, GError **error)
{
  g_auto (GStrv) tokens = mage_token_find_all (self->prompt);

  for (guint i = 0; tokens[i] != NULL; i++)
    {
      MageTrainable *subject = mage_project_find (project, tokens[i]);
      g_autofree char *list = NULL;

      if (subject != NULL)
        {
          if (add_ingredient (self, subject, "subject_strength", error) == NULL)
            return FALSE;
          continue;
        }
      list = list_tokens (project);
      if (*list != '\0')
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The prompt names “%s”, but the project has only %s"), tokens[i], list);
      else
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The prompt names “%s”, but the project has no subjects"), tokens[i]);
      return FALSE;
    }
  return join_subjects (self, project, error);
}

/**
 * mage_cast_new:
 * @prompt: with the words of trained subjects
 * @motion: (nullable): a trained motion
 * @params: are frozen
 * @error: names what the prompt holds but the project lacks, or what is not trained yet
 *
 * Returns: (transfer full) (nullable): who takes part, as it is trained now
 */
MageCast *
mage_cast_new (MageProject *project, const char *prompt, MageMotion *motion, MageParams *params, GError **error)
{
  g_autoptr (MageCast) self = NULL;

  if (!g_utf8_validate (prompt, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The prompt is no UTF-8 text: write it again"));
      return NULL;
    }
  self = g_new0 (MageCast, 1);
  self->ingredients = g_ptr_array_new_with_free_func (ingredient_free);
  self->params = mage_params_freeze (params);
  self->prompt = g_strdup (prompt);
  self->model_dir = g_strdup (mage_project_get_model_dir (project));
  self->model_digest = g_strdup (mage_project_get_model_digest (project));
  if (!mage_project_check_model (project, error) || !add_subjects (self, project, error))
    return NULL;
  if (motion != NULL && !add_motion (self, motion, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
mage_cast_free (MageCast *self)
{
  g_ptr_array_unref (self->ingredients);
  g_clear_object (&self->params);
  g_free (self->prompt);
  g_free (self->model_dir);
  g_free (self->model_digest);
  g_free (self->clip.path);
  g_free (self->clip.digest);
  g_free (self);
}
