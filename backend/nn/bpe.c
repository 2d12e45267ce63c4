/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/bpe.h"

#include <string.h>

#include "tensor/dtype.h"

typedef struct
{
  guint64 pair;  /* left id << 32 | right id */
  guint32 rank;
  guint32 id;    /* of the two joined */
} Merge;

struct _Bpe
{
  GArray *merges;          /* of Merge, by pair */
  guint32 byte_ids[256];
  guint32 last_byte_ids[256];
};

/* A word while its pairs are joined: a linked list in arrays. */
typedef struct
{
  guint32 id;
  gint32 previous, next;  /* -1 at the ends */
  gboolean is_gone;       /* joined to the one before */
} Symbol;

/* A pair that may be joined, best first: by rank, then from the left. */
typedef struct
{
  guint32 rank, id;
  gint32 position;
} Candidate;

static guint64
make_pair (guint32 left, guint32 right)
{
  return (guint64) left << 32 | right;
}

static int
compare_merges (gconstpointer a, gconstpointer b)
{
  const Merge *x = a, *y = b;
  return x->pair < y->pair ? -1 : x->pair > y->pair;
}

static const Merge *
find_merge (Bpe *self, guint32 left, guint32 right)
{
  const Merge key = { .pair = make_pair (left, right) };
  guint index;
  return g_array_binary_search (self->merges, &key, compare_merges, &index)
             ? &g_array_index (self->merges, Merge, index)
             : NULL;
}

/* The sign that stands for a byte in the vocabulary: itself if it can be seen, else one from U+0100 on. */
static gunichar
byte_sign (guint byte)
{
  gunichar next = 0x100;
  for (guint b = 0; b < 256; b++)
    {
      const gboolean is_visible = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      if (b == byte)
        return is_visible ? b : next;
      if (!is_visible)
        next++;
    }
  g_assert_not_reached ();
}

static guint32
find_id (GHashTable *vocabulary, const char *piece, guint32 otherwise)
{
  gpointer id;
  return g_hash_table_lookup_extended (vocabulary, piece, NULL, &id) ? (guint32) GPOINTER_TO_INT (id) : otherwise;
}

static void
find_bytes (Bpe *self, GHashTable *vocabulary, guint32 unknown_id)
{
  for (guint b = 0; b < 256; b++)
    {
      char sign[6 + sizeof BPE_WORD_END];
      const int length = g_unichar_to_utf8 (byte_sign (b), sign);
      sign[length] = '\0';
      self->byte_ids[b] = find_id (vocabulary, sign, unknown_id);
      memcpy (sign + length, BPE_WORD_END, sizeof BPE_WORD_END);
      self->last_byte_ids[b] = find_id (vocabulary, sign, unknown_id);
    }
}

/* One line: two pieces with a blank between; they and the two joined have to be in the vocabulary. */
static gboolean
read_merge (Bpe *self, GHashTable *vocabulary, char *line, guint rank, const char **complaint)
{
  char *blank = strchr (line, ' ');
  if (blank == NULL || blank == line || blank[1] == '\0' || strchr (blank + 1, ' '))
    {
      *complaint = "this line does not hold two pieces";
      return FALSE;
    }
  *blank = '\0';
  const guint32 left = find_id (vocabulary, line, G_MAXUINT32);
  const guint32 right = find_id (vocabulary, blank + 1, G_MAXUINT32);
  memmove (blank, blank + 1, strlen (blank + 1) + 1);
  const guint32 joined = find_id (vocabulary, line, G_MAXUINT32);
  if (left == G_MAXUINT32 || right == G_MAXUINT32 || joined == G_MAXUINT32)
    {
      *complaint = "its pieces are not in the vocabulary";
      return FALSE;
    }
  g_array_append_val (self->merges, ((Merge) { make_pair (left, right), rank, joined }));
  return TRUE;
}

static gboolean
read_merges (Bpe *self, GHashTable *vocabulary, const char *text, const char *path, GError **error)
{
  guint line_number = 0, rank = 0;

  while (*text)
    {
      const gsize length = strcspn (text, "\n");
      g_autofree char *line = g_strndup (text, length);
      const char *complaint = NULL;
      line_number++;
      text += length + (text[length] == '\n');
      g_strchomp (line);
      if (*line == '\0' || (line_number == 1 && g_str_has_prefix (line, "#version")))
        continue;
      if (!read_merge (self, vocabulary, line, rank++, &complaint))
        {
          g_set_error (error, T_ERROR, T_ERROR_FILE,
                       "“%s”, line %u: %s. The tokenizer is damaged or its files do not belong together.", path,
                       line_number, complaint);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_unique (Bpe *self, const char *path, GError **error)
{
  g_array_sort (self->merges, compare_merges);
  for (guint i = 1; i < self->merges->len; i++)
    if (g_array_index (self->merges, Merge, i).pair == g_array_index (self->merges, Merge, i - 1).pair)
      {
        const Merge *a = &g_array_index (self->merges, Merge, i - 1);
        g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s”: merge %u occurs twice. The tokenizer is damaged.", path,
                     MIN (a[0].rank, a[1].rank) + 1);
        return FALSE;
      }
  return TRUE;
}

Bpe *
bpe_new (GHashTable *vocabulary, const char *merges, gsize length, const char *path, gint64 unknown_id, GError **error)
{
  g_autoptr (Bpe) self = g_new0 (Bpe, 1);
  self->merges = g_array_new (FALSE, FALSE, sizeof (Merge));
  if (!g_utf8_validate_len (merges, length, NULL))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s” is no UTF-8 text. The tokenizer is damaged.", path);
      return NULL;
    }
  g_autofree char *text = g_strndup (merges, length);
  find_bytes (self, vocabulary, (guint32) unknown_id);
  if (!read_merges (self, vocabulary, text, path, error) || !check_unique (self, path, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
bpe_free (Bpe *self)
{
  g_array_unref (self->merges);
  g_free (self);
}

static gboolean
is_better (const Candidate *a, const Candidate *b)
{
  return a->rank != b->rank ? a->rank < b->rank : a->position < b->position;
}

static void
heap_push (GArray *heap, Candidate candidate)
{
  g_array_append_val (heap, candidate);
  Candidate *items = (Candidate *) (gpointer) heap->data;
  guint i = heap->len - 1;
  for (; i > 0 && is_better (&candidate, &items[(i - 1) / 2]); i = (i - 1) / 2)
    items[i] = items[(i - 1) / 2];
  items[i] = candidate;
}

static Candidate
heap_pop (GArray *heap)
{
  Candidate *items = (Candidate *) (gpointer) heap->data;
  const Candidate best = items[0];
  const Candidate moved = items[heap->len - 1];
  const guint n = heap->len - 1;
  guint i = 0;
  for (guint child = 1; child < n; child = 2 * i + 1)
    {
      if (child + 1 < n && is_better (&items[child + 1], &items[child]))
        child++;
      if (!is_better (&items[child], &moved))
        break;
      items[i] = items[child];
      i = child;
    }
  items[i] = moved;
  g_array_set_size (heap, n);
  return best;
}

/* Notes the pair that begins at @position, if it is one of the merges. */
static void
consider (Bpe *self, const Symbol *symbols, gint32 position, GArray *heap)
{
  if (position < 0 || symbols[position].next < 0)
    return;
  const Merge *merge = find_merge (self, symbols[position].id, symbols[symbols[position].next].id);
  if (merge)
    heap_push (heap, (Candidate) { merge->rank, merge->id, position });
}

static void
join_pairs (Bpe *self, Symbol *symbols, gsize n)
{
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Candidate));

  for (gsize i = 0; i + 1 < n; i++)
    consider (self, symbols, (gint32) i, heap);
  while (heap->len > 0)
    {
      const Candidate best = heap_pop (heap);
      Symbol *left = &symbols[best.position];
      if (left->is_gone || left->next < 0)
        continue;
      /* The pair may have changed since it was noted. */
      Symbol *right = &symbols[left->next];
      const Merge *merge = find_merge (self, left->id, right->id);
      if (merge == NULL || merge->id != best.id)
        continue;
      left->id = merge->id;
      left->next = right->next;
      right->is_gone = TRUE;
      if (left->next >= 0)
        symbols[left->next].previous = best.position;
      consider (self, symbols, left->previous, heap);
      consider (self, symbols, best.position, heap);
    }
}

void
bpe_encode (Bpe *self, const char *word, gsize length, GArray *ids)
{
  g_return_if_fail (length > 0 && length <= G_MAXINT32);

  g_autofree Symbol *symbols = g_new (Symbol, length);
  for (gsize i = 0; i < length; i++)
    {
      const guint8 byte = (guint8) word[i];
      symbols[i] = (Symbol) {
        .id = i + 1 < length ? self->byte_ids[byte] : self->last_byte_ids[byte],
        .previous = (gint32) i - 1,
        .next = i + 1 < length ? (gint32) i + 1 : -1,
      };
    }
  join_pairs (self, symbols, length);
  for (gint32 i = 0; i >= 0; i = symbols[i].next)
    g_array_append_val (ids, ((gint64) { symbols[i].id }));
}
