/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-subject.h"

#include "project/mage-json.h"

/* Someone or something to be learned from a few pictures (METHOD §2). */

struct _MageSubject
{
  MageTrainable parent_instance;

  char *prompt;          /* NULL: "A <token>" */
  int colour;            /* -1: none yet */
  GListStore *pictures;  /* MageMedia */
};

G_DEFINE_FINAL_TYPE (MageSubject, mage_subject, MAGE_TYPE_TRAINABLE)

enum
{
  PROP_PROMPT = 1,
  PROP_PICTURES,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
mage_subject_hash_inputs (MageTrainable *trainable, MageParams *params, GChecksum *checksum)
{
  MageSubject *self = MAGE_SUBJECT (trainable);
  g_autofree char *prompt = mage_subject_dup_prompt (self);
  gboolean masked = mage_params_get_boolean (params, "masked_loss");
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->pictures));

  g_checksum_update (checksum, (const guchar *) prompt, -1);
  g_checksum_update (checksum, (const guchar *) "\n", -1);
  if (mage_params_get_boolean (params, "word_first"))
    {
      g_autofree char *steps = mage_params_dup_text (params, "token_iterations");

      g_checksum_update (checksum, (const guchar *) steps, -1);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageMedia) media = g_list_model_get_item (G_LIST_MODEL (self->pictures), i);
      MageMedia *mask = mage_media_get_mask (media);

      g_checksum_update (checksum, (const guchar *) mage_media_get_digest (media), -1);
      if (masked && mask != NULL)
        g_checksum_update (checksum, (const guchar *) mage_media_get_digest (mask), -1);
      g_checksum_update (checksum, (const guchar *) "\n", -1);
    }
}

static void
mage_subject_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageSubject *self = MAGE_SUBJECT (object);

  switch (id)
    {
    case PROP_PROMPT:
      g_value_take_string (value, mage_subject_dup_prompt (self));
      break;
    case PROP_PICTURES:
      g_value_set_object (value, self->pictures);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_subject_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_PROMPT:
      mage_subject_set_prompt (MAGE_SUBJECT (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_subject_finalize (GObject *object)
{
  MageSubject *self = MAGE_SUBJECT (object);

  g_free (self->prompt);
  g_clear_object (&self->pictures);
  G_OBJECT_CLASS (mage_subject_parent_class)->finalize (object);
}

/* The usual prompt follows the word. */
static void
token_changed_cb (MageSubject *self)
{
  if (self->prompt == NULL)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROMPT]);
}

static void
mage_subject_class_init (MageSubjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  MageTrainableClass *trainable_class = MAGE_TRAINABLE_CLASS (klass);

  object_class->get_property = mage_subject_get_property;
  object_class->set_property = mage_subject_set_property;
  object_class->finalize = mage_subject_finalize;
  trainable_class->kind = "subject";
  trainable_class->stale = MAGE_STALE_SUBJECT;
  trainable_class->steps_key = "iterations";
  trainable_class->hash_inputs = mage_subject_hash_inputs;

  /** MageSubject:prompt: c_s; "A <toy>" unless somebody wrote another. */
  props[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, NULL,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_PICTURES] = g_param_spec_object ("pictures", NULL, NULL, G_TYPE_LIST_MODEL,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_subject_init (MageSubject *self)
{
  self->colour = -1;
  self->pictures = g_list_store_new (MAGE_TYPE_MEDIA);
  g_signal_connect (self, "notify::token", G_CALLBACK (token_changed_cb), NULL);
}

MageSubject *
mage_subject_new (const char *name, const char *token, const char *superclass)
{
  MageSubject *self = g_object_new (MAGE_TYPE_SUBJECT, NULL);

  mage_trainable_set_name (MAGE_TRAINABLE (self), name);
  mage_trainable_set_token (MAGE_TRAINABLE (self), token);
  mage_trainable_set_superclass (MAGE_TRAINABLE (self), superclass);
  return self;
}

/** mage_subject_new_from_json: Returns: (transfer full): what mage_subject_to_json() wrote */
MageSubject *
mage_subject_new_from_json (JsonObject *object, const char *root, const char *runs_dir)
{
  MageSubject *self = g_object_new (MAGE_TYPE_SUBJECT, NULL);
  JsonArray *pictures = mage_json_get_array (object, "pictures");

  mage_trainable_load_json (MAGE_TRAINABLE (self), object, runs_dir);
  self->prompt = g_strdup (mage_json_get_string (object, "prompt", NULL));
  self->colour = (int) CLAMP (mage_json_get_double (object, "colour", -1), -1, G_MAXINT16);
  for (guint i = 0; pictures != NULL && i < json_array_get_length (pictures); i++)
    {
      g_autoptr (MageMedia) media = mage_media_new_from_json (root, mage_json_get_element (pictures, i));

      if (media != NULL)
        g_list_store_append (self->pictures, media);
    }
  return self;
}

/** mage_subject_to_json: Returns: (transfer full) */
JsonObject *
mage_subject_to_json (MageSubject *self)
{
  JsonObject *object = mage_trainable_to_json (MAGE_TRAINABLE (self));
  JsonArray *pictures = json_array_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->pictures));

  if (self->colour >= 0)
    json_object_set_int_member (object, "colour", self->colour);
  if (self->prompt != NULL)
    json_object_set_string_member (object, "prompt", self->prompt);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageMedia) media = g_list_model_get_item (G_LIST_MODEL (self->pictures), i);

      json_array_add_object_element (pictures, mage_media_to_json (media));
    }
  json_object_set_array_member (object, "pictures", pictures);
  return object;
}

/** mage_subject_dup_prompt: Returns: (transfer full): c_s */
char *
mage_subject_dup_prompt (MageSubject *self)
{
  if (self->prompt != NULL)
    return g_strdup (self->prompt);
  return g_strdup_printf ("A %s", mage_trainable_get_token (MAGE_TRAINABLE (self)));
}

/** mage_subject_set_prompt: @prompt: (nullable): NULL or the usual one follow the word. */
void
mage_subject_set_prompt (MageSubject *self, const char *prompt)
{
  g_autofree char *usual = g_strdup_printf ("A %s", mage_trainable_get_token (MAGE_TRAINABLE (self)));

  if (prompt != NULL && (g_str_equal (prompt, usual) || *prompt == '\0'))
    prompt = NULL;
  if (g_strcmp0 (prompt, self->prompt) == 0)
    return;
  g_free (self->prompt);
  self->prompt = g_strdup (prompt);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROMPT]);
}

/** mage_subject_get_pictures: Returns: (transfer none): of MageMedia */
GListStore *
mage_subject_get_pictures (MageSubject *self)
{
  return self->pictures;
}

/** mage_subject_get_colour: which colour of the window's is its own, from 0; -1 while it has none. */
int
mage_subject_get_colour (MageSubject *self)
{
  return self->colour;
}

void
mage_subject_set_colour (MageSubject *self, int colour)
{
  self->colour = colour;
}
