/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-draft.h"

#include "jobs/mage-sample-job.h"
#include "project/mage-json.h"
#include "project/mage-result-parts.h"

#include <glib/gi18n.h>

/*
 * The next video as it is being composed: its prompt, its motion, its method, and whether the seed
 * stays. It is kept beside the project, in compose.json, and shared by all pages of a session.
 */

#define FILE_NAME "compose.json"
/* Saving waits for this long without a key being pressed, in milliseconds. */
#define SAVE_DELAY 600

struct _MageDraft
{
  GObject parent_instance;

  char *path;
  char *prompt;
  char *motion;
  gboolean seed_locked;
  const MageVariant *method;
  guint save_timeout;
};

G_DEFINE_FINAL_TYPE (MageDraft, mage_draft, G_TYPE_OBJECT)

enum
{
  PROP_PROMPT = 1,
  PROP_MOTION,
  PROP_SEED_LOCKED,
  PROP_METHOD,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
save (MageDraft *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->save_timeout, g_source_remove);
  if (self->prompt != NULL)
    json_object_set_string_member (object, "prompt", self->prompt);
  if (self->motion != NULL)
    json_object_set_string_member (object, "motion", self->motion);
  json_object_set_boolean_member (object, "seed_locked", self->seed_locked);
  json_object_set_string_member (object, "method", self->method->name);
  if (!mage_json_write_object (self->path, object, &error))
    g_warning ("%s", error->message);
}

static void
save_cb (gpointer data)
{
  MageDraft *self = data;

  self->save_timeout = 0;
  save (self);
}

static void
changed (MageDraft *self, guint id)
{
  g_clear_handle_id (&self->save_timeout, g_source_remove);
  self->save_timeout = g_timeout_add_once (SAVE_DELAY, save_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

static void
mage_draft_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageDraft *self = MAGE_DRAFT (object);

  switch (id)
    {
    case PROP_PROMPT:
      g_value_set_string (value, self->prompt);
      break;
    case PROP_MOTION:
      g_value_set_string (value, self->motion);
      break;
    case PROP_SEED_LOCKED:
      g_value_set_boolean (value, self->seed_locked);
      break;
    case PROP_METHOD:
      g_value_set_string (value, self->method->name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_draft_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageDraft *self = MAGE_DRAFT (object);

  switch (id)
    {
    case PROP_PROMPT:
      mage_draft_set_prompt (self, g_value_get_string (value));
      break;
    case PROP_MOTION:
      mage_draft_set_motion (self, g_value_get_string (value));
      break;
    case PROP_SEED_LOCKED:
      mage_draft_set_seed_locked (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_draft_finalize (GObject *object)
{
  MageDraft *self = MAGE_DRAFT (object);

  if (self->save_timeout != 0)
    save (self);
  g_free (self->path);
  g_free (self->prompt);
  g_free (self->motion);
  G_OBJECT_CLASS (mage_draft_parent_class)->finalize (object);
}

static void
mage_draft_class_init (MageDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_draft_get_property;
  object_class->set_property = mage_draft_set_property;
  object_class->finalize = mage_draft_finalize;
  /** MageDraft:prompt: (nullable): NULL while nobody wrote one. */
  props[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, NULL, flags);
  /** MageDraft:motion: (nullable): the motion's name, "" for none; NULL while nobody chose. */
  props[PROP_MOTION] = g_param_spec_string ("motion", NULL, NULL, NULL, flags);
  /** MageDraft:seed-locked: whether the next video has the seed of the last. */
  props[PROP_SEED_LOCKED] = g_param_spec_boolean ("seed-locked", NULL, NULL, FALSE, flags);
  /** MageDraft:method: the name of the variant that makes the video. */
  props[PROP_METHOD] = g_param_spec_string ("method", NULL, NULL, NULL,
                                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_draft_init (MageDraft *self)
{
  guint n;

  self->method = mage_variant_table (&n);
}

static void
load (MageDraft *self)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  const MageVariant *method;
  JsonObject *object;

  if (!g_file_test (self->path, G_FILE_TEST_EXISTS))
    return;
  node = mage_json_read (self->path, &error);
  if (node == NULL)
    {
      g_info ("The draft is forgotten: %s", error->message);
      return;
    }
  object = json_node_get_object (node);
  self->prompt = g_strdup (mage_json_get_string (object, "prompt", NULL));
  self->motion = g_strdup (mage_json_get_string (object, "motion", NULL));
  self->seed_locked = mage_json_get_boolean (object, "seed_locked", FALSE);
  method = mage_variant_find (mage_json_get_string (object, "method", ""));
  if (method != NULL)
    self->method = method;
}

/** mage_draft_get: Returns: (transfer none): the draft of a session's project */
MageDraft *
mage_draft_get (MageSession *session)
{
  static GQuark quark = 0;
  MageDraft *self;

  if (quark == 0)
    quark = g_quark_from_static_string ("mage-draft");
  self = g_object_get_qdata (G_OBJECT (session), quark);
  if (self != NULL)
    return self;
  self = g_object_new (MAGE_TYPE_DRAFT, NULL);
  self->path = mage_project_dup_path (mage_session_get_project (session), FILE_NAME);
  load (self);
  g_object_set_qdata_full (G_OBJECT (session), quark, self, g_object_unref);
  return self;
}

const char *
mage_draft_get_prompt (MageDraft *self)
{
  return self->prompt;
}

void
mage_draft_set_prompt (MageDraft *self, const char *prompt)
{
  if (g_set_str (&self->prompt, prompt))
    changed (self, PROP_PROMPT);
}

const char *
mage_draft_get_motion (MageDraft *self)
{
  return self->motion;
}

void
mage_draft_set_motion (MageDraft *self, const char *motion)
{
  if (g_set_str (&self->motion, motion))
    changed (self, PROP_MOTION);
}

/**
 * mage_draft_find_motion: Returns: (transfer none) (nullable): the motion of @project that is chosen; while nobody chose, the only one
 *   that is trained, or else the first
 */
MageMotion *
mage_draft_find_motion (MageDraft *self, MageProject *project)
{
  g_autoptr (MageMotion) first = NULL;
  MageTrainable *item = NULL;
  MageMotion *motion = NULL;

  if (self->motion != NULL)
    {
      item = *self->motion != '\0' ? mage_project_find (project, self->motion) : NULL;
      return MAGE_IS_MOTION (item) ? MAGE_MOTION (item) : NULL;
    }
  if (mage_sample_job_choose_motion (project, NULL, &motion, NULL) && motion != NULL)
    return motion;
  first = g_list_model_get_item (G_LIST_MODEL (mage_project_get_motions (project)), 0);
  return first;
}

gboolean
mage_draft_get_seed_locked (MageDraft *self)
{
  return self->seed_locked;
}

void
mage_draft_set_seed_locked (MageDraft *self, gboolean seed_locked)
{
  if (self->seed_locked == seed_locked)
    return;
  self->seed_locked = seed_locked;
  changed (self, PROP_SEED_LOCKED);
}

/** mage_draft_get_method: Returns: (transfer none): the variant that makes the video, the whole method at first */
const MageVariant *
mage_draft_get_method (MageDraft *self)
{
  return self->method;
}

/** mage_draft_set_method: @method: of the table. */
void
mage_draft_set_method (MageDraft *self, const MageVariant *method)
{
  if (self->method == method)
    return;
  self->method = method;
  changed (self, PROP_METHOD);
}

/* The settings of the video alone: what is trained stays as it is. */
static void
restore_params (MageParams *params, MageParams *from)
{
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = NULL;

      if (table[i].stale != MAGE_STALE_RESULT)
        continue;
      text = mage_params_dup_text (from, table[i].key);
      mage_params_set_text (params, table[i].key, text, NULL);
    }
}

/* What the method fixes is not the project's to keep. */
static void
restore_method (MageDraft *self, MageParams *params, MageResult *result)
{
  const MageVariant *method = mage_variant_find_fitting (mage_result_get_params (result));

  if (method == NULL)
    return;
  mage_params_reset (params, "sampling");
  mage_params_reset (params, "fusion");
  mage_draft_set_method (self, method);
}

/** mage_draft_restore: takes over what made @result, so that running it again gives the same video; it can be undone. */
void
mage_draft_restore (MageDraft *self, MageSession *session, MageResult *result)
{
  mage_session_record (session, _("Restore Settings"));
  restore_params (mage_project_get_params (mage_session_get_project (session)), mage_result_get_params (result));
  restore_method (self, mage_project_get_params (mage_session_get_project (session)), result);
  mage_draft_set_prompt (self, mage_result_get_prompt (result));
  mage_draft_set_motion (self, mage_result_find_motion (result));
  mage_draft_set_seed_locked (self, TRUE);
}

/** mage_draft_restore_result: as mage_draft_restore(), and shows it, with an offer to take it back. */
void
mage_draft_restore_result (MageSession *session, MageResult *result)
{
  mage_draft_restore (mage_draft_get (session), session, result);
  mage_session_show (session, MAGE_PLACE_COMPOSE);
  mage_session_toast_undo (session, _("Settings restored, with the seed locked"));
}
