/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-face-cache.h"

#include "ui/mage-media-loader.h"

/* The subjects' first pictures as small round faces, by their words; a dot stands for one that is not loaded yet. */

#define LOADED_SIDE 64
#define DOT 8

struct _MageFaceCache
{
  GObject parent_instance;

  GHashTable *faces; /* word → GdkTexture; NULL while it is loaded */
};

G_DEFINE_FINAL_TYPE (MageFaceCache, mage_face_cache, G_TYPE_OBJECT)

enum
{
  LOADED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  MageFaceCache *self;
  char *token;
} Order;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Order *order = data;
  g_autoptr (MageFaceCache) self = order->self;
  g_autoptr (GdkTexture) texture = mage_load_texture_finish (result, NULL);

  if (texture != NULL)
    g_hash_table_insert (self->faces, g_steal_pointer (&order->token), g_steal_pointer (&texture));
  g_signal_emit (self, signals[LOADED], 0);
  g_free (order->token);
  g_free (order);
}

static void
drop_face (gpointer face)
{
  if (face != NULL)
    g_object_unref (face);
}

static void
mage_face_cache_finalize (GObject *object)
{
  g_hash_table_unref (MAGE_FACE_CACHE (object)->faces);
  G_OBJECT_CLASS (mage_face_cache_parent_class)->finalize (object);
}

static void
mage_face_cache_class_init (MageFaceCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_face_cache_finalize;
  /** MageFaceCache::loaded: another face is there to be drawn. */
  signals[LOADED] = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
mage_face_cache_init (MageFaceCache *self)
{
  self->faces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, drop_face);
}

MageFaceCache *
mage_face_cache_new (void)
{
  return g_object_new (MAGE_TYPE_FACE_CACHE, NULL);
}

/** mage_face_cache_load: once for each word. */
void
mage_face_cache_load (MageFaceCache *self, MageTrainable *subject)
{
  const char *token = mage_trainable_get_token (subject);
  g_autoptr (MageMedia) first = NULL;
  g_autofree char *path = NULL;
  Order *order;

  if (!MAGE_IS_SUBJECT (subject) || g_hash_table_contains (self->faces, token))
    return;
  first = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (MAGE_SUBJECT (subject))), 0);
  if (first == NULL)
    return;
  g_hash_table_insert (self->faces, g_strdup (token), NULL);
  order = g_new0 (Order, 1);
  order->self = g_object_ref (self);
  order->token = g_strdup (token);
  path = mage_media_dup_path (first);
  mage_load_texture_async (path, LOADED_SIDE, NULL, loaded_cb, order);
}

/**
 * mage_face_cache_draw:
 * @colour: of the dot that stands for a face
 * @x: of its left edge
 * @y: of its middle
 */
void
mage_face_cache_draw (MageFaceCache *self, GtkSnapshot *snapshot, const char *token, const GdkRGBA *colour, double x, double y)
{
  GdkTexture *face = g_hash_table_lookup (self->faces, token);
  float size = MAGE_FACE_SIZE;
  GskRoundedRect circle;
  double scale;
  double w;
  double h;

  if (face == NULL)
    {
      gsk_rounded_rect_init_from_rect (&circle, &GRAPHENE_RECT_INIT ((float) x + 7, (float) y - DOT / 2, DOT, DOT), DOT / 2);
      gtk_snapshot_push_rounded_clip (snapshot, &circle);
      gtk_snapshot_append_color (snapshot, colour, &circle.bounds);
      gtk_snapshot_pop (snapshot);
      return;
    }
  scale = size / MIN (gdk_texture_get_width (face), gdk_texture_get_height (face));
  w = gdk_texture_get_width (face) * scale;
  h = gdk_texture_get_height (face) * scale;
  gsk_rounded_rect_init_from_rect (&circle, &GRAPHENE_RECT_INIT ((float) x, (float) y - size / 2, size, size), size / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &circle);
  gtk_snapshot_append_scaled_texture (snapshot, face, GSK_SCALING_FILTER_TRILINEAR,
                                      &GRAPHENE_RECT_INIT ((float) (x + (size - w) / 2), (float) (y - h / 2), (float) w, (float) h));
  gtk_snapshot_pop (snapshot);
}
