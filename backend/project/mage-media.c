/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-media.h"

#include "project/mage-json.h"

/* A picture, clip or mask in the project's folder: its path below it and its content's SHA-256. */

/* Scores are a network's own guess of how much of the mask and of the truth overlap; below this a person looks. */
#define DOUBTFUL_SCORE 0.8

struct _MageMedia
{
  GObject parent_instance;

  char *root;
  char *file;
  char *digest;
  MageMedia *mask;
  gboolean asked;      /* of a picture: its subject was looked for once */
  MageMaskMade made;   /* of a mask */
  double score;        /* of a mask that was found, 0…1 */
};

G_DEFINE_FINAL_TYPE (MageMedia, mage_media, G_TYPE_OBJECT)

enum
{
  PROP_PATH = 1,
  PROP_MASK,
  PROP_ASKED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* What the file calls them; an older one, which says nothing, had only masks that were brought along. */
static const char *const made_names[] = { "imported", "automatic", "corrected" };

static void
mage_media_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageMedia *self = MAGE_MEDIA (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_take_string (value, mage_media_dup_path (self));
      break;
    case PROP_MASK:
      g_value_set_object (value, self->mask);
      break;
    case PROP_ASKED:
      g_value_set_boolean (value, self->asked);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_media_finalize (GObject *object)
{
  MageMedia *self = MAGE_MEDIA (object);

  g_free (self->root);
  g_free (self->file);
  g_free (self->digest);
  g_clear_object (&self->mask);
  G_OBJECT_CLASS (mage_media_parent_class)->finalize (object);
}

static void
mage_media_class_init (MageMediaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mage_media_get_property;
  object_class->finalize = mage_media_finalize;

  /** MageMedia:path: where the file lies. */
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /** MageMedia:mask: (nullable): where the subject is in it. */
  props[PROP_MASK] = g_param_spec_object ("mask", NULL, NULL, MAGE_TYPE_MEDIA,
                                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /** MageMedia:asked: whether its subject was looked for once, so that it is not looked for again unasked. */
  props[PROP_ASKED] = g_param_spec_boolean ("asked", NULL, NULL, FALSE,
                                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_media_init (MageMedia *self)
{
  self->score = 1;
}

/**
 * mage_media_new:
 * @root: the project's folder
 * @file: the path below it
 * @digest: the SHA-256 of the content
 */
MageMedia *
mage_media_new (const char *root, const char *file, const char *digest)
{
  MageMedia *self = g_object_new (MAGE_TYPE_MEDIA, NULL);

  self->root = g_strdup (root);
  self->file = g_strdup (file);
  self->digest = g_strdup (digest);
  return self;
}

/* A project comes from anywhere: its files may not lie outside its folder. */
static gboolean
stays_inside (const char *file)
{
  g_auto (GStrv) parts = g_strsplit (file, G_DIR_SEPARATOR_S, -1);

  return *file != '\0' && !g_path_is_absolute (file) && !g_strv_contains ((const char *const *) parts, "..");
}

static void
load_mask_json (MageMedia *self, JsonObject *object)
{
  const char *made = mage_json_get_string (object, "made", made_names[MAGE_MASK_IMPORTED]);

  for (guint i = 0; i < G_N_ELEMENTS (made_names); i++)
    if (g_str_equal (made, made_names[i]))
      self->made = (MageMaskMade) i;
  self->score = CLAMP (mage_json_get_double (object, "score", 1), 0, 1);
}

/** mage_media_new_from_json: Returns: (transfer full) (nullable): NULL when the object names no file inside the project */
MageMedia *
mage_media_new_from_json (const char *root, JsonObject *object)
{
  const char *file = mage_json_get_string (object, "file", "");
  JsonObject *mask = mage_json_get_object (object, "mask");
  MageMedia *self;

  if (!stays_inside (file))
    return NULL;
  self = mage_media_new (root, file, mage_json_get_string (object, "sha256", ""));
  self->asked = mage_json_get_boolean (object, "asked", FALSE);
  load_mask_json (self, object);
  if (mask != NULL)
    self->mask = mage_media_new_from_json (root, mask);
  return self;
}

/** mage_media_to_json: Returns: (transfer full) */
JsonObject *
mage_media_to_json (MageMedia *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "file", self->file);
  json_object_set_string_member (object, "sha256", self->digest);
  if (self->asked)
    json_object_set_boolean_member (object, "asked", TRUE);
  if (self->made != MAGE_MASK_IMPORTED)
    json_object_set_string_member (object, "made", made_names[self->made]);
  if (self->made == MAGE_MASK_AUTOMATIC)
    json_object_set_double_member (object, "score", self->score);
  if (self->mask != NULL)
    json_object_set_object_member (object, "mask", mage_media_to_json (self->mask));
  return object;
}

/** mage_media_get_file: the path below the project's folder. */
const char *
mage_media_get_file (MageMedia *self)
{
  return self->file;
}

const char *
mage_media_get_digest (MageMedia *self)
{
  return self->digest;
}

/** mage_media_dup_path: Returns: (transfer full): the file's path */
char *
mage_media_dup_path (MageMedia *self)
{
  return g_build_filename (self->root, self->file, NULL);
}

/** mage_media_get_mask: Returns: (transfer none) (nullable) */
MageMedia *
mage_media_get_mask (MageMedia *self)
{
  return self->mask;
}

void
mage_media_set_mask (MageMedia *self, MageMedia *mask)
{
  if (g_set_object (&self->mask, mask))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MASK]);
}

/** mage_media_get_asked: see #MageMedia:asked */
gboolean
mage_media_get_asked (MageMedia *self)
{
  return self->asked;
}

void
mage_media_set_asked (MageMedia *self, gboolean asked)
{
  if (self->asked == asked)
    return;
  self->asked = asked;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ASKED]);
}

/**
 * mage_media_set_made:
 * @made: how this mask came about
 * @score: how sure whoever found it is, 0…1; 1 for all others
 *
 * Set once, before the mask is given to its picture.
 */
void
mage_media_set_made (MageMedia *self, MageMaskMade made, double score)
{
  self->made = made;
  self->score = CLAMP (score, 0, 1);
}

MageMaskMade
mage_media_get_made (MageMedia *self)
{
  return self->made;
}

/** mage_media_is_doubtful: Returns: whether this mask was found by itself and somebody had better look at it */
gboolean
mage_media_is_doubtful (MageMedia *self)
{
  return self->made == MAGE_MASK_AUTOMATIC && self->score < DOUBTFUL_SCORE;
}

/** mage_media_confirm: Returns: (transfer full): this mask, with somebody's word that it is right */
MageMedia *
mage_media_confirm (MageMedia *self)
{
  MageMedia *confirmed = mage_media_new (self->root, self->file, self->digest);

  mage_media_set_made (confirmed, MAGE_MASK_CORRECTED, 1);
  return confirmed;
}

/** mage_media_hash: adds the contents of the file and its mask. */
void
mage_media_hash (MageMedia *self, GChecksum *checksum)
{
  g_checksum_update (checksum, (const guchar *) self->digest, -1);
  if (self->mask != NULL)
    {
      g_checksum_update (checksum, (const guchar *) " mask ", -1);
      mage_media_hash (self->mask, checksum);
    }
  g_checksum_update (checksum, (const guchar *) "\n", -1);
}
