/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-trainable.h"

#include "project/mage-json.h"
#include "project/mage-name.h"

#include <string.h>

/*
 * What can be trained: subjects, motions and the things that move in them. It has a name, perhaps a
 * word of its own ("<toy>", which starts from the superclass), and its latest run; the state follows
 * from the run and from whether all that it depends on is still the same.
 */

typedef struct
{
  char *name;
  char *token;
  char *superclass;
  MageRun *run;
  MageTrainState state;
} MageTrainablePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MageTrainable, mage_trainable, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (MageTrainState, mage_train_state,
                    G_DEFINE_ENUM_VALUE (MAGE_UNTRAINED, "untrained"),
                    G_DEFINE_ENUM_VALUE (MAGE_PARTIAL, "partial"),
                    G_DEFINE_ENUM_VALUE (MAGE_TRAINED, "trained"),
                    G_DEFINE_ENUM_VALUE (MAGE_STALE, "stale"))

enum
{
  PROP_NAME = 1,
  PROP_TOKEN,
  PROP_SUPERCLASS,
  PROP_STATE,
  PROP_STATE_TEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static MageTrainablePrivate *
get_private (MageTrainable *self)
{
  return mage_trainable_get_instance_private (self);
}

static gboolean
replace_text (char **slot, const char *text)
{
  if (g_strcmp0 (*slot, text) == 0)
    return FALSE;
  g_free (*slot);
  *slot = g_strdup (text);
  return TRUE;
}

static void
mage_trainable_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageTrainable *self = MAGE_TRAINABLE (object);
  MageTrainablePrivate *priv = get_private (self);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_TOKEN:
      g_value_set_string (value, priv->token);
      break;
    case PROP_SUPERCLASS:
      g_value_set_string (value, priv->superclass);
      break;
    case PROP_STATE:
      g_value_set_enum (value, priv->state);
      break;
    case PROP_STATE_TEXT:
      g_value_take_string (value, mage_trainable_dup_state_text (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_trainable_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageTrainable *self = MAGE_TRAINABLE (object);

  switch (id)
    {
    case PROP_NAME:
      mage_trainable_set_name (self, g_value_get_string (value));
      break;
    case PROP_TOKEN:
      mage_trainable_set_token (self, g_value_get_string (value));
      break;
    case PROP_SUPERCLASS:
      mage_trainable_set_superclass (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_trainable_finalize (GObject *object)
{
  MageTrainablePrivate *priv = get_private (MAGE_TRAINABLE (object));

  g_free (priv->name);
  g_free (priv->token);
  g_free (priv->superclass);
  g_clear_object (&priv->run);
  G_OBJECT_CLASS (mage_trainable_parent_class)->finalize (object);
}

static void
mage_trainable_class_init (MageTrainableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamFlags flags = readable | G_PARAM_WRITABLE;

  object_class->get_property = mage_trainable_get_property;
  object_class->set_property = mage_trainable_set_property;
  object_class->finalize = mage_trainable_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /** MageTrainable:token: (nullable): the word for it in prompts, "<toy>". */
  props[PROP_TOKEN] = g_param_spec_string ("token", NULL, NULL, NULL, flags);
  /** MageTrainable:superclass: (nullable): plain words for it, "stuffed animal". */
  props[PROP_SUPERCLASS] = g_param_spec_string ("superclass", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, MAGE_TYPE_TRAIN_STATE, MAGE_UNTRAINED, readable);
  /** MageTrainable:state-text: the state in words. */
  props[PROP_STATE_TEXT] = g_param_spec_string ("state-text", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_trainable_init (MageTrainable *self)
{
}

/** mage_trainable_get_kind: "subject", "token", "motion" or "fusion". */
const char *
mage_trainable_get_kind (MageTrainable *self)
{
  return MAGE_TRAINABLE_GET_CLASS (self)->kind;
}

/** mage_trainable_get_steps_key: the parameter that says how many steps its training takes. */
const char *
mage_trainable_get_steps_key (MageTrainable *self)
{
  return MAGE_TRAINABLE_GET_CLASS (self)->steps_key;
}

const char *
mage_trainable_get_name (MageTrainable *self)
{
  return get_private (self)->name;
}

void
mage_trainable_set_name (MageTrainable *self, const char *name)
{
  if (replace_text (&get_private (self)->name, name))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

const char *
mage_trainable_get_token (MageTrainable *self)
{
  return get_private (self)->token;
}

/** mage_trainable_set_token: @token in its brackets; see mage_token_parse(). */
void
mage_trainable_set_token (MageTrainable *self, const char *token)
{
  if (replace_text (&get_private (self)->token, token))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TOKEN]);
}

const char *
mage_trainable_get_superclass (MageTrainable *self)
{
  return get_private (self)->superclass;
}

void
mage_trainable_set_superclass (MageTrainable *self, const char *superclass)
{
  if (replace_text (&get_private (self)->superclass, superclass))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUPERCLASS]);
}

/** mage_trainable_get_run: Returns: (transfer none) (nullable): the latest run */
MageRun *
mage_trainable_get_run (MageTrainable *self)
{
  return get_private (self)->run;
}

/** mage_trainable_set_run: @run: (nullable): the run that counts from now on; mage_trainable_refresh() finds the state. */
void
mage_trainable_set_run (MageTrainable *self, MageRun *run)
{
  g_set_object (&get_private (self)->run, run);
}

/** mage_trainable_dup_title: Returns: (transfer full): what it is called wherever it is spoken of: its word, or its name in words */
char *
mage_trainable_dup_title (MageTrainable *self)
{
  MageTrainablePrivate *priv = get_private (self);

  return priv->token != NULL ? g_strdup (priv->token) : mage_name_to_title (priv->name);
}

MageTrainState
mage_trainable_get_state (MageTrainable *self)
{
  return get_private (self)->state;
}

/** mage_trainable_dup_state_text: Returns: (transfer full): the state in words */
char *
mage_trainable_dup_state_text (MageTrainable *self)
{
  MageTrainablePrivate *priv = get_private (self);

  switch (priv->state)
    {
    case MAGE_PARTIAL:
      if (priv->run == NULL) /* it was taken away, and the state is found anew next */
        return g_strdup ("");
      return g_strdup_printf ("%u of %u", mage_run_get_step (priv->run), mage_run_get_n_steps (priv->run));
    case MAGE_TRAINED:
      return g_strdup ("trained");
    case MAGE_STALE:
      return g_strdup ("stale");
    case MAGE_UNTRAINED:
    default:
      return g_strdup ("not trained");
    }
}

static void
hash_line (GChecksum *checksum, const char *key, const char *value)
{
  g_autofree char *line = g_strdup_printf ("%s=%s\n", key, value != NULL ? value : "");

  g_checksum_update (checksum, (const guchar *) line, -1);
}

/**
 * mage_trainable_dup_hash:
 * @mark: mage_project_dup_mark() of the project for it
 *
 * Returns: (transfer full): a mark of all that its training depends on
 */
char *
mage_trainable_dup_hash (MageTrainable *self, MageParams *params, const char *mark)
{
  MageTrainableClass *klass = MAGE_TRAINABLE_GET_CLASS (self);
  MageTrainablePrivate *priv = get_private (self);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  hash_line (checksum, "kind", klass->kind);
  hash_line (checksum, "token", priv->token);
  hash_line (checksum, "superclass", priv->superclass);
  hash_line (checksum, "mark", mark);
  klass->hash_inputs (self, params, checksum);
  mage_params_hash (params, klass->stale, checksum);
  return g_strdup (g_checksum_get_string (checksum));
}

/** mage_trainable_is_same_but_for_steps: whether @run is of the same things as a training with @params would be, but for its number of steps. */
gboolean
mage_trainable_is_same_but_for_steps (MageTrainable *self, MageRun *run, MageParams *params, const char *mark)
{
  g_autoptr (MageParams) as_run = mage_params_copy (params);
  g_autofree char *hash = NULL;

  if (g_strcmp0 (mage_run_get_kind (run), mage_trainable_get_kind (self)) != 0
      || !mage_params_set_int (as_run, mage_trainable_get_steps_key (self), (int) mage_run_get_n_steps (run), NULL))
    return FALSE;
  hash = mage_trainable_dup_hash (self, as_run, mark);
  return g_str_equal (hash, mage_run_get_hash (run));
}

/** mage_trainable_has_longer: whether its run is what @params say, with more steps that somebody asked for, for this training alone. */
gboolean
mage_trainable_has_longer (MageTrainable *self, MageParams *params, const char *mark)
{
  MageRun *run = get_private (self)->run;

  return run != NULL && mage_run_has_own_steps (run)
         && mage_run_get_n_steps (run) > (guint) mage_params_get_int (params, mage_trainable_get_steps_key (self))
         && mage_trainable_is_same_but_for_steps (self, run, params, mark);
}

/** mage_trainable_refresh: finds the state anew and notifies. */
void
mage_trainable_refresh (MageTrainable *self, MageParams *params, const char *mark)
{
  MageTrainablePrivate *priv = get_private (self);
  g_autofree char *before = mage_trainable_dup_state_text (self);
  g_autofree char *after = NULL;
  MageTrainState old = priv->state;

  if (priv->run == NULL)
    priv->state = MAGE_UNTRAINED;
  else
    {
      g_autofree char *hash = mage_trainable_dup_hash (self, params, mark);

      /* What never came to its end, and cannot be gone on with, has left nothing that could be stale. */
      if (!g_str_equal (hash, mage_run_get_hash (priv->run)) && !mage_trainable_has_longer (self, params, mark))
        priv->state = mage_run_is_complete (priv->run) ? MAGE_STALE : MAGE_UNTRAINED;
      else
        priv->state = mage_run_is_complete (priv->run) ? MAGE_TRAINED : MAGE_PARTIAL;
    }

  after = mage_trainable_dup_state_text (self);
  if (old != priv->state)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  if (!g_str_equal (before, after))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE_TEXT]);
}

/**
 * mage_trainable_load_json:
 * @runs_dir: where the run that the object names lies; one that is gone or damaged counts as none
 */
void
mage_trainable_load_json (MageTrainable *self, JsonObject *object, const char *runs_dir)
{
  MageTrainablePrivate *priv = get_private (self);
  const char *id = mage_json_get_string (object, "run", NULL);

  mage_trainable_set_name (self, mage_json_get_string (object, "name", "unnamed"));
  mage_trainable_set_token (self, mage_json_get_string (object, "token", NULL));
  mage_trainable_set_superclass (self, mage_json_get_string (object, "superclass", NULL));
  if (id != NULL && strchr (id, G_DIR_SEPARATOR) == NULL && id[0] != '.')
    {
      g_autofree char *dir = g_build_filename (runs_dir, id, NULL);
      g_autoptr (GError) error = NULL;

      priv->run = mage_run_load (dir, &error);
      if (priv->run == NULL)
        g_info ("The run %s is left out: %s", id, error->message);
    }
}

/** mage_trainable_to_json: Returns: (transfer full): name, word and run; the subclass adds its own */
JsonObject *
mage_trainable_to_json (MageTrainable *self)
{
  MageTrainablePrivate *priv = get_private (self);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", priv->name);
  if (priv->token != NULL)
    json_object_set_string_member (object, "token", priv->token);
  if (priv->superclass != NULL)
    json_object_set_string_member (object, "superclass", priv->superclass);
  if (priv->run != NULL)
    json_object_set_string_member (object, "run", mage_run_get_id (priv->run));
  return object;
}
