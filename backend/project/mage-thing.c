/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-thing.h"

#include "project/mage-json.h"
#include "project/mage-param-value.h"

/*
 * A thing that moves in a motion's clip: found in one frame by its mask, it gets a word ("<sub1>")
 * that is learned by textual inversion (METHOD §3.1). Without a mask the whole frame stands for it.
 * In a video a subject may play its part; the training knows nothing of that.
 */

struct _MageThing
{
  MageTrainable parent_instance;

  MageMedia *clip;
  MageMedia *mask;
  double time;
  char *part;
};

G_DEFINE_FINAL_TYPE (MageThing, mage_thing, MAGE_TYPE_TRAINABLE)

enum
{
  PROP_MASK = 1,
  PROP_TIME,
  PROP_PART,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
mage_thing_hash_inputs (MageTrainable *trainable, MageParams *params, GChecksum *checksum)
{
  MageThing *self = MAGE_THING (trainable);
  g_autofree char *time = mage_param_number_to_text (self->time);

  g_checksum_update (checksum, (const guchar *) time, -1);
  mage_media_hash (self->clip, checksum);
  if (self->mask != NULL)
    mage_media_hash (self->mask, checksum);
}

static void
mage_thing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageThing *self = MAGE_THING (object);

  switch (id)
    {
    case PROP_MASK:
      g_value_set_object (value, self->mask);
      break;
    case PROP_TIME:
      g_value_set_double (value, self->time);
      break;
    case PROP_PART:
      g_value_set_string (value, self->part);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_thing_finalize (GObject *object)
{
  MageThing *self = MAGE_THING (object);

  g_clear_object (&self->clip);
  g_clear_object (&self->mask);
  g_free (self->part);
  G_OBJECT_CLASS (mage_thing_parent_class)->finalize (object);
}

static void
mage_thing_class_init (MageThingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  MageTrainableClass *trainable_class = MAGE_TRAINABLE_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_thing_get_property;
  object_class->finalize = mage_thing_finalize;
  trainable_class->kind = "token";
  trainable_class->stale = MAGE_STALE_TOKEN;
  trainable_class->hash_inputs = mage_thing_hash_inputs;

  props[PROP_MASK] = g_param_spec_object ("mask", NULL, NULL, MAGE_TYPE_MEDIA, flags);
  /** MageThing:time: the frame that the mask belongs to, in seconds from the clip's beginning. */
  props[PROP_TIME] = g_param_spec_double ("time", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  /** MageThing:part: (nullable): the word of the subject that plays its part, "" for nobody; NULL while nobody chose. */
  props[PROP_PART] = g_param_spec_string ("part", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_thing_init (MageThing *self)
{
}

/**
 * mage_thing_new:
 * @name: a plain word for it, "horse"; also what its word starts from
 * @token: "<sub1>"
 * @mask: (nullable)
 * @time: of the mask's frame, in seconds from the clip's beginning
 */
MageThing *
mage_thing_new (const char *name, const char *token, MageMedia *clip, MageMedia *mask, double time)
{
  MageThing *self = g_object_new (MAGE_TYPE_THING, NULL);

  mage_trainable_set_name (MAGE_TRAINABLE (self), name);
  mage_trainable_set_token (MAGE_TRAINABLE (self), token);
  mage_trainable_set_superclass (MAGE_TRAINABLE (self), name);
  self->clip = g_object_ref (clip);
  self->mask = mask != NULL ? g_object_ref (mask) : NULL;
  self->time = time;
  return self;
}

/** mage_thing_new_from_json: Returns: (transfer full): what mage_thing_to_json() wrote */
MageThing *
mage_thing_new_from_json (JsonObject *object, MageMedia *clip, const char *root, const char *runs_dir)
{
  MageThing *self = g_object_new (MAGE_TYPE_THING, NULL);
  JsonObject *mask = mage_json_get_object (object, "mask");

  mage_trainable_load_json (MAGE_TRAINABLE (self), object, runs_dir);
  self->clip = g_object_ref (clip);
  self->mask = mask != NULL ? mage_media_new_from_json (root, mask) : NULL;
  self->time = MAX (0, mage_json_get_double (object, "time", 0));
  self->part = g_strdup (mage_json_get_string (object, "part", NULL));
  return self;
}

/** mage_thing_to_json: Returns: (transfer full) */
JsonObject *
mage_thing_to_json (MageThing *self)
{
  JsonObject *object = mage_trainable_to_json (MAGE_TRAINABLE (self));

  json_object_set_double_member (object, "time", self->time);
  if (self->part != NULL)
    json_object_set_string_member (object, "part", self->part);
  if (self->mask != NULL)
    json_object_set_object_member (object, "mask", mage_media_to_json (self->mask));
  return object;
}

/** mage_thing_get_mask: Returns: (transfer none) (nullable) */
MageMedia *
mage_thing_get_mask (MageThing *self)
{
  return self->mask;
}

/** mage_thing_set_mask: @time: of the mask's frame, in seconds from the clip's beginning. */
void
mage_thing_set_mask (MageThing *self, MageMedia *mask, double time)
{
  if (g_set_object (&self->mask, mask))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MASK]);
  if (self->time != time)
    {
      self->time = time;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIME]);
    }
}

/** mage_thing_get_time: of the mask's frame, in seconds from the clip's beginning. */
double
mage_thing_get_time (MageThing *self)
{
  return self->time;
}

/** mage_thing_get_part: (nullable): the word of the subject that plays its part, "" for nobody; NULL while nobody chose. */
const char *
mage_thing_get_part (MageThing *self)
{
  return self->part;
}

void
mage_thing_set_part (MageThing *self, const char *part)
{
  if (g_strcmp0 (self->part, part) == 0)
    return;
  g_free (self->part);
  self->part = g_strdup (part);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PART]);
}
