/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-param-layer.h"

/*
 * Parameters of one piece of work, laid over others: what somebody changes here is so here alone, and all else follows those below. A
 * layer that was made of fixed values follows nothing, and is compared with what lies below it all the same.
 */

struct _MageParamLayer
{
  GObject parent_instance;

  MageParams *base;
  MageParams *params;
  GHashTable *own;      /* keys, of the table, that do not follow */
  gboolean fixed;       /* none does */
  gboolean following;
};

G_DEFINE_FINAL_TYPE (MageParamLayer, mage_param_layer, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
tell (MageParamLayer *self, const char *key)
{
  g_signal_emit (self, signals[CHANGED], g_quark_from_string (key), key);
}

static void
follow (MageParamLayer *self, const char *key)
{
  self->following = TRUE;
  mage_params_take_over (self->params, key, self->base);
  self->following = FALSE;
}

static void
base_changed_cb (MageParamLayer *self, const char *key)
{
  if (!self->fixed && !g_hash_table_contains (self->own, key))
    follow (self, key);
  tell (self, key);
}

/* What is set to what lies below follows that again. */
static void
changed_cb (MageParamLayer *self, const char *key)
{
  if (self->following)
    return;
  if (mage_params_has_same (self->params, key, self->base))
    g_hash_table_remove (self->own, key);
  else
    g_hash_table_add (self->own, (gpointer) mage_param_table_find (key)->key);
  tell (self, key);
}

static void
mage_param_layer_finalize (GObject *object)
{
  MageParamLayer *self = MAGE_PARAM_LAYER (object);

  g_clear_object (&self->base);
  g_clear_object (&self->params);
  g_hash_table_unref (self->own);
  G_OBJECT_CLASS (mage_param_layer_parent_class)->finalize (object);
}

static void
mage_param_layer_class_init (MageParamLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_param_layer_finalize;

  /**
   * MageParamLayer::changed:
   * @key: whose value, or the one below it, changed; also the signal's detail
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
mage_param_layer_init (MageParamLayer *self)
{
  self->own = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * mage_param_layer_new:
 * @base: what lies below
 * @fixed: (nullable): values that follow nothing; NULL: those of @base, which are followed
 */
MageParamLayer *
mage_param_layer_new (MageParams *base, MageParams *fixed)
{
  MageParamLayer *self = g_object_new (MAGE_TYPE_PARAM_LAYER, NULL);

  self->base = g_object_ref (base);
  self->params = mage_params_copy (fixed != NULL ? fixed : base);
  self->fixed = fixed != NULL;
  g_signal_connect_object (base, "changed", G_CALLBACK (base_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->params, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/** mage_param_layer_get_base: Returns: (transfer none) */
MageParams *
mage_param_layer_get_base (MageParamLayer *self)
{
  return self->base;
}

/** mage_param_layer_get_params: Returns: (transfer none): all values as they are here; may be changed */
MageParams *
mage_param_layer_get_params (MageParamLayer *self)
{
  return self->params;
}

/** mage_param_layer_is_changed: whether the value is another than the one below. */
gboolean
mage_param_layer_is_changed (MageParamLayer *self, const char *key)
{
  return !mage_params_has_same (self->params, key, self->base);
}

/** mage_param_layer_count_changed: how many values of @use are others than those below. */
guint
mage_param_layer_count_changed (MageParamLayer *self, MageUse use)
{
  guint n, n_changed = 0;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; i < n; i++)
    n_changed += (table[i].use & use) != 0 && mage_param_layer_is_changed (self, table[i].key);
  return n_changed;
}

/** mage_param_layer_reset: takes the value from below, and follows it where the layer follows. */
void
mage_param_layer_reset (MageParamLayer *self, const char *key)
{
  g_hash_table_remove (self->own, key);
  follow (self, key);
  tell (self, key);
}
