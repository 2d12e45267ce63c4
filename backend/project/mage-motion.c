/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-motion.h"

#include "project/mage-json.h"
#include "project/mage-param-value.h"

/* A movement to be learned from a clip, free of what moves in it (METHOD §3). */

struct _MageMotion
{
  MageTrainable parent_instance;

  MageMedia *clip;
  char *caption;
  double start;
  double length;
  MageCrop crop;
  GListStore *things;  /* MageThing */
};

G_DEFINE_FINAL_TYPE (MageMotion, mage_motion, MAGE_TYPE_TRAINABLE)

enum
{
  PROP_CAPTION = 1,
  PROP_START,
  PROP_LENGTH,
  PROP_CROP,
  PROP_THINGS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* The motion depends on its words, and so on all that they depend on. */
static void
mage_motion_hash_inputs (MageTrainable *trainable, MageParams *params, GChecksum *checksum)
{
  MageMotion *self = MAGE_MOTION (trainable);
  g_autofree char *start = mage_param_number_to_text (self->start);
  g_autofree char *length = mage_param_number_to_text (self->length);
  g_autofree char *prompt = mage_motion_dup_static_prompt (self, params);
  g_autofree char *line = g_strdup_printf ("%s\n%s\n%s\n%s\n", self->caption, prompt, start, length);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->things));

  g_checksum_update (checksum, (const guchar *) line, -1);
  /* Without one it is what it was before there were crops. */
  if (mage_crop_is_set (&self->crop))
    {
      g_autofree char *crop = mage_crop_dup_text (&self->crop);

      g_checksum_update (checksum, (const guchar *) crop, -1);
    }
  mage_media_hash (self->clip, checksum);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageTrainable) thing = g_list_model_get_item (G_LIST_MODEL (self->things), i);
      g_autofree char *hash = mage_trainable_dup_hash (thing, params, "");

      g_checksum_update (checksum, (const guchar *) hash, -1);
    }
}

static void
mage_motion_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageMotion *self = MAGE_MOTION (object);

  switch (id)
    {
    case PROP_CAPTION:
      g_value_set_string (value, self->caption);
      break;
    case PROP_START:
      g_value_set_double (value, self->start);
      break;
    case PROP_LENGTH:
      g_value_set_double (value, self->length);
      break;
    case PROP_CROP:
      g_value_take_string (value, mage_crop_dup_text (&self->crop));
      break;
    case PROP_THINGS:
      g_value_set_object (value, self->things);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_motion_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageMotion *self = MAGE_MOTION (object);

  switch (id)
    {
    case PROP_CAPTION:
      mage_motion_set_caption (self, g_value_get_string (value));
      break;
    case PROP_START:
      mage_motion_set_span (self, g_value_get_double (value), self->length);
      break;
    case PROP_LENGTH:
      mage_motion_set_span (self, self->start, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_motion_finalize (GObject *object)
{
  MageMotion *self = MAGE_MOTION (object);

  g_clear_object (&self->clip);
  g_clear_object (&self->things);
  g_free (self->caption);
  G_OBJECT_CLASS (mage_motion_parent_class)->finalize (object);
}

static void
mage_motion_class_init (MageMotionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  MageTrainableClass *trainable_class = MAGE_TRAINABLE_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_motion_get_property;
  object_class->set_property = mage_motion_set_property;
  object_class->finalize = mage_motion_finalize;
  trainable_class->kind = "motion";
  trainable_class->stale = MAGE_STALE_MOTION;
  trainable_class->steps_key = "iterations";
  trainable_class->hash_inputs = mage_motion_hash_inputs;

  /** MageMotion:caption: c_m, the motion in plain words. */
  props[PROP_CAPTION] = g_param_spec_string ("caption", NULL, NULL, NULL, flags);
  /** MageMotion:start: of the span, in seconds. */
  props[PROP_START] = g_param_spec_double ("start", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  /** MageMotion:length: of the span, in seconds; 0 for frames / rate, or the whole clip where it is shorter. */
  props[PROP_LENGTH] = g_param_spec_double ("length", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  /** MageMotion:crop: see mage_crop_dup_text() */
  props[PROP_CROP] = g_param_spec_string ("crop", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_THINGS] = g_param_spec_object ("things", NULL, NULL, G_TYPE_LIST_MODEL,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_motion_init (MageMotion *self)
{
  self->things = g_list_store_new (MAGE_TYPE_THING);
  self->caption = g_strdup ("");
}

MageMotion *
mage_motion_new (const char *name, MageMedia *clip, const char *caption)
{
  MageMotion *self = g_object_new (MAGE_TYPE_MOTION, NULL);

  mage_trainable_set_name (MAGE_TRAINABLE (self), name);
  self->clip = g_object_ref (clip);
  mage_motion_set_caption (self, caption);
  return self;
}

static gboolean
has_token (MageMotion *self, const char *token)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->things));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageTrainable) thing = g_list_model_get_item (G_LIST_MODEL (self->things), i);

      if (g_strcmp0 (mage_trainable_get_token (thing), token) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The first word of "<sub1>", "<sub2>", … that none of its things has. */
static char *
choose_token (MageMotion *self)
{
  for (guint i = 1;; i++)
    {
      g_autofree char *token = g_strdup_printf ("<sub%u>", i);

      if (!has_token (self, token))
        return g_steal_pointer (&token);
    }
}

/* Without a word of its own, and plain words for it, nothing can be done with a thing. */
static void
complete_thing (MageMotion *self, MageTrainable *thing)
{
  const char *token = mage_trainable_get_token (thing);
  const char *superclass = mage_trainable_get_superclass (thing);

  if (token == NULL || has_token (self, token))
    {
      g_autofree char *own = choose_token (self);

      mage_trainable_set_token (thing, own);
    }
  if (superclass == NULL || *superclass == '\0')
    mage_trainable_set_superclass (thing, mage_trainable_get_name (thing));
}

/** mage_motion_new_from_json: Returns: (transfer full) (nullable): what mage_motion_to_json() wrote; NULL without a clip */
MageMotion *
mage_motion_new_from_json (JsonObject *object, const char *root, const char *runs_dir)
{
  JsonObject *clip = mage_json_get_object (object, "clip");
  g_autoptr (MageMedia) media = clip != NULL ? mage_media_new_from_json (root, clip) : NULL;
  JsonArray *things = mage_json_get_array (object, "things");
  MageMotion *self;

  if (media == NULL)
    return NULL;
  self = mage_motion_new ("", media, mage_json_get_string (object, "caption", ""));
  mage_trainable_load_json (MAGE_TRAINABLE (self), object, runs_dir);
  self->start = MAX (0, mage_json_get_double (object, "start", 0));
  self->length = MAX (0, mage_json_get_double (object, "length", 0));
  mage_crop_parse (&self->crop, mage_json_get_string (object, "crop", NULL));
  for (guint i = 0; things != NULL && i < json_array_get_length (things); i++)
    {
      JsonObject *element = mage_json_get_element (things, i);
      g_autoptr (MageThing) thing = NULL;

      if (element == NULL)
        continue;
      thing = mage_thing_new_from_json (element, media, root, runs_dir);
      complete_thing (self, MAGE_TRAINABLE (thing));
      g_list_store_append (self->things, thing);
    }
  return self;
}

/** mage_motion_to_json: Returns: (transfer full) */
JsonObject *
mage_motion_to_json (MageMotion *self)
{
  JsonObject *object = mage_trainable_to_json (MAGE_TRAINABLE (self));
  JsonArray *things = json_array_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->things));

  json_object_set_object_member (object, "clip", mage_media_to_json (self->clip));
  json_object_set_string_member (object, "caption", self->caption);
  json_object_set_double_member (object, "start", self->start);
  json_object_set_double_member (object, "length", self->length);
  if (mage_crop_is_set (&self->crop))
    {
      g_autofree char *crop = mage_crop_dup_text (&self->crop);

      json_object_set_string_member (object, "crop", crop);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageThing) thing = g_list_model_get_item (G_LIST_MODEL (self->things), i);

      json_array_add_object_element (things, mage_thing_to_json (thing));
    }
  json_object_set_array_member (object, "things", things);
  return object;
}

/** mage_motion_get_clip: Returns: (transfer none) */
MageMedia *
mage_motion_get_clip (MageMotion *self)
{
  return self->clip;
}

/** mage_motion_get_caption: c_m. */
const char *
mage_motion_get_caption (MageMotion *self)
{
  return self->caption;
}

void
mage_motion_set_caption (MageMotion *self, const char *caption)
{
  if (g_strcmp0 (self->caption, caption) == 0)
    return;
  g_free (self->caption);
  self->caption = g_strdup (caption != NULL ? caption : "");
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAPTION]);
}

double
mage_motion_get_start (MageMotion *self)
{
  return self->start;
}

/** mage_motion_get_length: in seconds; 0 for the usual span. */
double
mage_motion_get_length (MageMotion *self)
{
  return self->length;
}

/** mage_motion_set_span: seconds; @length 0 for frames / rate, or the whole clip where it is shorter. */
void
mage_motion_set_span (MageMotion *self, double start, double length)
{
  g_return_if_fail (start >= 0 && length >= 0);

  if (self->start != start)
    {
      self->start = start;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_START]);
    }
  if (self->length != length)
    {
      self->length = length;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LENGTH]);
    }
}

/** mage_motion_get_crop: Returns: (transfer none) */
const MageCrop *
mage_motion_get_crop (MageMotion *self)
{
  return &self->crop;
}

/** mage_motion_set_crop: @crop: (nullable): NULL for the middle of the frames */
void
mage_motion_set_crop (MageMotion *self, const MageCrop *crop)
{
  const MageCrop middle = { 0 };

  if (crop == NULL || !mage_crop_is_set (crop))
    crop = &middle;
  if (mage_crop_equal (&self->crop, crop))
    return;
  self->crop = *crop;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CROP]);
}

/** mage_motion_get_things: Returns: (transfer none): of MageThing */
GListStore *
mage_motion_get_things (MageMotion *self)
{
  return self->things;
}

/**
 * mage_motion_add_thing:
 * @name: a plain word for what moves, "horse"
 * @mask: (nullable): where it is in the frame at @time; NULL: the whole frame stands for it
 *
 * Returns: (transfer none): the thing, with the first free word of "<sub1>", "<sub2>", …
 */
MageThing *
mage_motion_add_thing (MageMotion *self, const char *name, MageMedia *mask, double time)
{
  g_autofree char *token = choose_token (self);
  g_autoptr (MageThing) thing = mage_thing_new (name, token, self->clip, mask, time);

  g_list_store_append (self->things, thing);
  return thing;
}

/* "<sub1>", "<sub1> and <sub2>", "<sub1>, <sub2> and <sub3>" */
static char *
list_things (MageMotion *self)
{
  GString *list = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->things));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageTrainable) thing = g_list_model_get_item (G_LIST_MODEL (self->things), i);

      if (i > 0)
        g_string_append (list, i + 1 == n ? " and " : ", ");
      g_string_append (list, mage_trainable_get_token (thing));
    }
  return g_string_free (list, FALSE);
}

/**
 * mage_motion_dup_static_prompt:
 * @params: whose static_template is filled in
 *
 * Returns: (transfer full): c_ap (METHOD §3.2)
 */
char *
mage_motion_dup_static_prompt (MageMotion *self, MageParams *params)
{
  g_autofree char *things = list_things (self);
  g_autoptr (GString) prompt = g_string_new (mage_params_get_string (params, "static_template"));

  g_string_replace (prompt, "{things}", things, 0);
  return g_strdup (prompt->str);
}
