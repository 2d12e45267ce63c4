/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/attention-probe.h"

typedef struct
{
  char *path;
  AttentionKind kind;
  gint64 height, width; /* of a spatial map */
  Tensor *probabilities;
} Record;

struct _AttentionProbe
{
  guint kinds;
  GStrv only; /* NULL: every layer of these kinds */
  GPtrArray *records;
  gint64 height, width; /* of the spatial transformer that runs now */
  guint stop_after;     /* answers after which nothing more is needed; 0: never */
  AttentionReduce reduce;
  gpointer reduce_data;
};

static void
record_free (gpointer data)
{
  Record *record = data;

  t_drop (&record->probabilities);
  g_free (record->path);
  g_free (record);
}

/**
 * attention_probe_new:
 * @kinds: ATTENTION_KIND () bits of the layers that are asked
 *
 * Returns: (transfer full): a probe to hand to a forward pass
 */
AttentionProbe *
attention_probe_new (guint kinds)
{
  AttentionProbe *self = g_new0 (AttentionProbe, 1);

  self->kinds = kinds;
  self->records = g_ptr_array_new_with_free_func (record_free);
  return self;
}

void
attention_probe_free (AttentionProbe *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->records);
  g_strfreev (self->only);
  g_free (self);
}

/** attention_probe_ask_only: asks the layers with these names alone (NULL: all of the kinds). */
void
attention_probe_ask_only (AttentionProbe *self, const char *const *paths)
{
  g_strfreev (self->only);
  self->only = g_strdupv ((GStrv) paths);
}

/** attention_probe_wants: whether the layer @path shall compute its probabilities; NULL wants none. */
gboolean
attention_probe_wants (AttentionProbe *self, AttentionKind kind, const char *path)
{
  if (self == NULL || (self->kinds & ATTENTION_KIND (kind)) == 0)
    return FALSE;
  return self->only == NULL || g_strv_contains ((const char *const *) self->only, path);
}

/**
 * attention_probe_take:
 * @probabilities: spatial [B·F, heads, h·w, keys], temporal [B·H·W, heads, F, F]; with its history
 *
 * Called by the layers, in the order in which they run.
 */
void
attention_probe_take (AttentionProbe *self, AttentionKind kind, const char *path, Tensor *probabilities)
{
  Record *record;

  if (probabilities == NULL)
    return;
  record = g_new0 (Record, 1);
  record->path = g_strdup (path);
  record->kind = kind;
  record->height = self->height;
  record->width = self->width;
  record->probabilities = t_steal (self->reduce != NULL ? self->reduce (self->reduce_data, kind, probabilities)
                                                        : t_alias (probabilities));
  g_ptr_array_add (self->records, record);
}

/**
 * attention_probe_reduce:
 * @reduce: what is kept of an answer instead of it; a whole pass of them may be more than the memory holds
 */
void
attention_probe_reduce (AttentionProbe *self, AttentionReduce reduce, gpointer data)
{
  self->reduce = reduce;
  self->reduce_data = data;
}

/** attention_probe_set_map_size: the spatial transformer tells how its pixels lie, before it runs. */
void
attention_probe_set_map_size (AttentionProbe *self, gint64 height, gint64 width)
{
  if (self == NULL)
    return;
  self->height = height;
  self->width = width;
}

/**
 * attention_probe_stop_after:
 * @n: answers after which the forward pass may end without a result, or those that are asked only, where they are
 *   fewer; 0 for a whole pass
 */
void
attention_probe_stop_after (AttentionProbe *self, guint n)
{
  self->stop_after = self->only != NULL && n > 0 ? MIN (n, MAX (g_strv_length (self->only), 1)) : n;
}

/** attention_probe_is_done: whether the rest of the pass is of no interest; NULL: never. */
gboolean
attention_probe_is_done (AttentionProbe *self)
{
  return self != NULL && self->stop_after > 0 && self->records->len >= self->stop_after;
}

/** attention_probe_map_height: rows of the spatial map of answer @i. */
gint64
attention_probe_map_height (AttentionProbe *self, guint i)
{
  return ((Record *) g_ptr_array_index (self->records, i))->height;
}

/** attention_probe_map_width: columns of the spatial map of answer @i. */
gint64
attention_probe_map_width (AttentionProbe *self, guint i)
{
  return ((Record *) g_ptr_array_index (self->records, i))->width;
}

/** attention_probe_n: how many layers answered. */
guint
attention_probe_n (AttentionProbe *self)
{
  return self->records->len;
}

/** attention_probe_path: (transfer none): the name of answer @i. */
const char *
attention_probe_path (AttentionProbe *self, guint i)
{
  return ((Record *) g_ptr_array_index (self->records, i))->path;
}

/** attention_probe_kind: the kind of answer @i. */
AttentionKind
attention_probe_kind (AttentionProbe *self, guint i)
{
  return ((Record *) g_ptr_array_index (self->records, i))->kind;
}

/** attention_probe_get: (transfer none): the probabilities of answer @i; the probe's. */
Tensor *
attention_probe_get (AttentionProbe *self, guint i)
{
  return ((Record *) g_ptr_array_index (self->records, i))->probabilities;
}

/** attention_probe_find: (transfer none) (nullable): the probabilities of the layer @path. */
Tensor *
attention_probe_find (AttentionProbe *self, const char *path)
{
  for (guint i = 0; i < self->records->len; i++)
    if (g_str_equal (attention_probe_path (self, i), path))
      return attention_probe_get (self, i);
  return NULL;
}

/** attention_probe_detach: the answers lose their history, which frees the pass that made them. */
void
attention_probe_detach (AttentionProbe *self)
{
  T_SCOPE_NO_GRAD ();

  for (guint i = 0; i < self->records->len; i++)
    {
      Record *record = g_ptr_array_index (self->records, i);
      t_assign (&record->probabilities, t_detach (record->probabilities));
    }
}

/** attention_probe_clear: forgets the answers, for the next pass. */
void
attention_probe_clear (AttentionProbe *self)
{
  g_ptr_array_set_size (self->records, 0);
}
