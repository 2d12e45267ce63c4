/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-thing.h"

#include "project/mage-json.h"
#include "project/mage-param-value.h"

/*
 * A thing that moves in a motion's clip: found in one frame by its mask, it gets a word ("<sub1>")
 * that is learned by textual inversion (METHOD §3.1). Without a mask the whole frame stands for it.
 * In a video a subject may play its part; the training knows nothing of that, nor of the marks in
 * other frames, which say where it went when it is followed through the clip.
 */

struct _MageThing
{
  MageTrainable parent_instance;

  MageMedia *clip;
  MageMedia *mask;
  double time;
  char *part;
  GPtrArray *marks; /* MageThingMark, by time; another array when they change */
};

G_DEFINE_FINAL_TYPE (MageThing, mage_thing, MAGE_TYPE_TRAINABLE)

enum
{
  PROP_MASK = 1,
  PROP_TIME,
  PROP_PART,
  PROP_MARKS,
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
    case PROP_MARKS:
      g_value_set_boxed (value, self->marks);
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
  g_ptr_array_unref (self->marks);
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
  trainable_class->steps_key = "token_iterations";
  trainable_class->hash_inputs = mage_thing_hash_inputs;

  props[PROP_MASK] = g_param_spec_object ("mask", NULL, NULL, MAGE_TYPE_MEDIA, flags);
  /** MageThing:time: the frame that the mask belongs to, in seconds from the clip's beginning. */
  props[PROP_TIME] = g_param_spec_double ("time", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  /** MageThing:part: (nullable): the word of the subject that plays its part, "" for nobody; NULL while nobody chose. */
  props[PROP_PART] = g_param_spec_string ("part", NULL, NULL, NULL, flags);
  /** MageThing:marks: (element-type MageThingMark): where it is in other frames. */
  props[PROP_MARKS] = g_param_spec_boxed ("marks", NULL, NULL, G_TYPE_PTR_ARRAY, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mark_free (gpointer data)
{
  MageThingMark *self = data;

  g_object_unref (self->mask);
  g_free (self);
}

static GPtrArray *
new_marks (void)
{
  return g_ptr_array_new_with_free_func (mark_free);
}

/* At its place in time, and instead of one that is there. */
static void
insert_mark (GPtrArray *marks, double time, MageMedia *mask)
{
  MageThingMark *mark = g_new0 (MageThingMark, 1);
  guint at = 0;

  while (at < marks->len && ((MageThingMark *) g_ptr_array_index (marks, at))->time < time)
    at++;
  if (at < marks->len && ((MageThingMark *) g_ptr_array_index (marks, at))->time <= time)
    g_ptr_array_remove_index (marks, at);
  *mark = (MageThingMark) { time, g_object_ref (mask) };
  g_ptr_array_insert (marks, (int) at, mark);
}

static void
mage_thing_init (MageThing *self)
{
  self->marks = new_marks ();
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

static void
load_marks (MageThing *self, JsonArray *array, const char *root)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *element = mage_json_get_element (array, i);
      JsonObject *mask = element != NULL ? mage_json_get_object (element, "mask") : NULL;
      g_autoptr (MageMedia) media = mask != NULL ? mage_media_new_from_json (root, mask) : NULL;

      if (media != NULL)
        insert_mark (self->marks, MAX (0, mage_json_get_double (element, "time", 0)), media);
    }
}

static JsonArray *
marks_to_json (MageThing *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < self->marks->len; i++)
    {
      const MageThingMark *mark = g_ptr_array_index (self->marks, i);
      JsonObject *object = json_object_new ();

      json_object_set_double_member (object, "time", mark->time);
      json_object_set_object_member (object, "mask", mage_media_to_json (mark->mask));
      json_array_add_object_element (array, object);
    }
  return array;
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
  load_marks (self, mage_json_get_array (object, "marks"), root);
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
  if (self->marks->len > 0)
    json_object_set_array_member (object, "marks", marks_to_json (self));
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

/** mage_thing_get_marks: Returns: (transfer none) (element-type MageThingMark): by time; never changed, only replaced */
GPtrArray *
mage_thing_get_marks (MageThing *self)
{
  return self->marks;
}

/** mage_thing_set_marks: @marks: from mage_thing_dup_marks_with(), or an earlier mage_thing_get_marks(). */
void
mage_thing_set_marks (MageThing *self, GPtrArray *marks)
{
  GPtrArray *before = self->marks;

  if (before == marks)
    return;
  self->marks = g_ptr_array_ref (marks);
  g_ptr_array_unref (before);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MARKS]);
}

/**
 * mage_thing_dup_marks_with:
 * @time: in seconds from the clip's beginning
 * @mask: (nullable): where the thing is then; NULL: nothing is said of that frame any more
 *
 * Returns: (transfer full) (element-type MageThingMark): the marks, but for this one
 */
GPtrArray *
mage_thing_dup_marks_with (MageThing *self, double time, MageMedia *mask)
{
  GPtrArray *marks = new_marks ();

  for (guint i = 0; i < self->marks->len; i++)
    {
      const MageThingMark *mark = g_ptr_array_index (self->marks, i);

      if (mark->time < time || mark->time > time)
        insert_mark (marks, mark->time, mark->mask);
    }
  if (mask != NULL)
    insert_mark (marks, time, mask);
  return marks;
}
