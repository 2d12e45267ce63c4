/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pickle machine, as far as torch.save (state_dict) needs it: a stack, a memo, and values that are plain data. */

#include "tensor/pickle.h"

#include "tensor/weights-file-private.h"

#include <string.h>

/* A tensor takes about a dozen values, so this is room for some eighty thousand tensors. */
#define MAX_VALUES (1 << 20)

#define ORDERED_DICT "collections.OrderedDict"
#define REBUILD_TENSOR "torch._utils._rebuild_tensor_v2"
#define REBUILD_PARAMETER "torch._utils._rebuild_parameter"

enum
{
  OP_MARK = '(',
  OP_STOP = '.',
  OP_BININT = 'J',
  OP_BININT1 = 'K',
  OP_BININT2 = 'M',
  OP_NONE = 'N',
  OP_BINPERSID = 'Q',
  OP_REDUCE = 'R',
  OP_BINUNICODE = 'X',
  OP_APPEND = 'a',
  OP_BUILD = 'b',
  OP_GLOBAL = 'c',
  OP_APPENDS = 'e',
  OP_BINGET = 'h',
  OP_LONG_BINGET = 'j',
  OP_BINPUT = 'q',
  OP_LONG_BINPUT = 'r',
  OP_SETITEM = 's',
  OP_TUPLE = 't',
  OP_SETITEMS = 'u',
  OP_BINFLOAT = 'G',
  OP_EMPTY_TUPLE = ')',
  OP_EMPTY_LIST = ']',
  OP_EMPTY_DICT = '}',
  OP_PROTO = 0x80,
  OP_TUPLE1 = 0x85,
  OP_TUPLE2 = 0x86,
  OP_TUPLE3 = 0x87,
  OP_NEWTRUE = 0x88,
  OP_NEWFALSE = 0x89,
  OP_LONG1 = 0x8a,
  OP_SHORT_BINUNICODE = 0x8c,
  OP_BINUNICODE8 = 0x8d,
  OP_STACK_GLOBAL = 0x93,
  OP_MEMOIZE = 0x94,
  OP_FRAME = 0x95,
};

struct _Pickle
{
  GPtrArray *values;  /* all, owned */
  PickleValue *root;
};

typedef struct
{
  Pickle *pickle;
  const guint8 *p, *end;
  const char *path;
  GPtrArray *stack;  /* of PickleValue, borrowed */
  GHashTable *memo;  /* number → PickleValue, borrowed */
} Machine;

static void
value_free (gpointer data)
{
  PickleValue *value = data;
  g_clear_pointer (&value->items, g_ptr_array_unref);
  g_free (value->string);
  g_free (value);
}

static gboolean
fail_broken (Machine *m, GError **error)
{
  return weights_file_fail (error, m->path, "the list of tensors inside it is broken. The file is damaged.");
}

/* The next @n bytes, or NULL at the end. */
static const guint8 *
take (Machine *m, guint64 n)
{
  if (n > (guint64) (m->end - m->p))
    return NULL;
  const guint8 *p = m->p;
  m->p += n;
  return p;
}

static gboolean
take_number (Machine *m, guint n_bytes, guint64 *value)
{
  const guint8 *p = take (m, n_bytes);
  if (p == NULL)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < n_bytes; i++)
    *value |= (guint64) p[i] << (8 * i);
  return TRUE;
}

static PickleValue *
push (Machine *m, PickleKind kind)
{
  PickleValue *value = g_new0 (PickleValue, 1);

  value->kind = kind;
  if (kind == PICKLE_TUPLE || kind == PICKLE_LIST || kind == PICKLE_DICT || kind == PICKLE_PERSISTENT
      || kind == PICKLE_TENSOR)
    value->items = g_ptr_array_new ();
  g_ptr_array_add (m->pickle->values, value);
  g_ptr_array_add (m->stack, value);
  return value;
}

static gboolean
push_int (Machine *m, PickleKind kind, gint64 number)
{
  push (m, kind)->integer = number;
  return TRUE;
}

/* The topmost value, still on the stack; NULL if there is none or it is a mark. */
static PickleValue *
top (Machine *m)
{
  PickleValue *value = m->stack->len > 0 ? m->stack->pdata[m->stack->len - 1] : NULL;
  return value && value->kind != PICKLE_MARK ? value : NULL;
}

static PickleValue *
pop (Machine *m)
{
  PickleValue *value = top (m);
  if (value)
    g_ptr_array_set_size (m->stack, (int) m->stack->len - 1);
  return value;
}

/* The position of the topmost mark. */
static gboolean
find_mark (Machine *m, guint *position)
{
  for (guint i = m->stack->len; i-- > 0;)
    if (((PickleValue *) m->stack->pdata[i])->kind == PICKLE_MARK)
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
push_string (Machine *m, guint size_bytes)
{
  guint64 length;
  if (!take_number (m, size_bytes, &length))
    return FALSE;
  const char *text = (const char *) take (m, length);
  if (text == NULL || !g_utf8_validate_len (text, (gsize) length, NULL))
    return FALSE;
  push (m, PICKLE_STRING)->string = g_strndup (text, (gsize) length);
  return TRUE;
}

/* A whole number of up to eight bytes in two's complement. */
static gboolean
push_long (Machine *m)
{
  guint64 length, number = 0;
  if (!take_number (m, 1, &length) || length > 8 || !take_number (m, (guint) length, &number))
    return FALSE;
  if (length > 0 && length < 8 && number >> (8 * length - 1))
    number |= G_MAXUINT64 << (8 * length);
  return push_int (m, PICKLE_INT, (gint64) number);
}

static gboolean
is_allowed (const char *name)
{
  return g_str_equal (name, ORDERED_DICT) || g_str_equal (name, REBUILD_TENSOR)
         || g_str_equal (name, REBUILD_PARAMETER)
         || (g_str_has_prefix (name, "torch.") && g_str_has_suffix (name, "Storage")
             && strchr (name + strlen ("torch."), '.') == NULL);
}

static gboolean
push_global (Machine *m, const char *module, const char *name, GError **error)
{
  g_autofree char *full = g_strconcat (module, ".", name, NULL);
  if (!is_allowed (full))
    return weights_file_fail (error, m->path,
                              "this file would run code (%s), refused. Only state dicts are read; save the weights "
                              "anew as safetensors.",
                              full);
  push (m, PICKLE_GLOBAL)->string = g_steal_pointer (&full);
  return TRUE;
}

/* The text up to the next newline. */
static char *
take_line (Machine *m)
{
  const char *line = (const char *) m->p;
  const guint8 *newline = memchr (m->p, '\n', (gsize) (m->end - m->p));
  if (newline == NULL || !g_utf8_validate_len (line, (gsize) (newline - m->p), NULL))
    return NULL;
  m->p = newline + 1;
  return g_strndup (line, (gsize) ((const char *) newline - line));
}

static gboolean
run_global (Machine *m, GError **error)
{
  g_autofree char *module = take_line (m);
  g_autofree char *name = module ? take_line (m) : NULL;
  return name ? push_global (m, module, name, error) : fail_broken (m, error);
}

static gboolean
run_stack_global (Machine *m, GError **error)
{
  PickleValue *name = pop (m);
  PickleValue *module = pop (m);
  if (name == NULL || module == NULL || name->kind != PICKLE_STRING || module->kind != PICKLE_STRING)
    return fail_broken (m, error);
  return push_global (m, module->string, name->string, error);
}

/* A call: it becomes the data that its result stands for. */
static gboolean
run_reduce (Machine *m, GError **error)
{
  PickleValue *args = pop (m);
  PickleValue *function = pop (m);
  if (args == NULL || function == NULL || args->kind != PICKLE_TUPLE || function->kind != PICKLE_GLOBAL)
    return fail_broken (m, error);

  if (g_str_equal (function->string, ORDERED_DICT) && args->items->len == 0)
    push (m, PICKLE_DICT);
  else if (g_str_equal (function->string, REBUILD_TENSOR) && args->items->len >= 6 && args->items->len <= 7)
    g_ptr_array_extend (push (m, PICKLE_TENSOR)->items, args->items, NULL, NULL);
  else if (g_str_equal (function->string, REBUILD_PARAMETER) && pickle_item (args, 0, PICKLE_TENSOR))
    g_ptr_array_add (m->stack, args->items->pdata[0]);
  else
    return fail_broken (m, error);
  return TRUE;
}

/* Moves what lies above @from into @target, which must be just below or be made anew. */
static void
move_items (Machine *m, guint from, PickleValue *target)
{
  for (guint i = from; i < m->stack->len; i++)
    g_ptr_array_add (target->items, m->stack->pdata[i]);
}

static gboolean
run_tuple (Machine *m, guint from, guint keep)
{
  PickleValue *tuple = g_new0 (PickleValue, 1);

  tuple->kind = PICKLE_TUPLE;
  tuple->items = g_ptr_array_new ();
  g_ptr_array_add (m->pickle->values, tuple);
  move_items (m, from, tuple);
  g_ptr_array_set_size (m->stack, (int) keep);
  g_ptr_array_add (m->stack, tuple);
  return TRUE;
}

static gboolean
run_small_tuple (Machine *m, guint n)
{
  if (m->stack->len < n)
    return FALSE;
  const guint from = m->stack->len - n;
  for (guint i = from; i < m->stack->len; i++)
    if (((PickleValue *) m->stack->pdata[i])->kind == PICKLE_MARK)
      return FALSE;
  return run_tuple (m, from, from);
}

/* Puts the values above the mark, or @n values where there is none, into the container below. */
static gboolean
run_fill (Machine *m, PickleKind kind, gboolean marked, guint n)
{
  guint from = 0;
  if (marked ? !find_mark (m, &from) : m->stack->len < n)
    return FALSE;
  const guint keep = marked ? from : m->stack->len - n;
  from = marked ? from + 1 : keep;
  if (keep == 0)
    return FALSE;
  PickleValue *target = m->stack->pdata[keep - 1];
  if (target->kind != kind || (kind == PICKLE_DICT && (m->stack->len - from) % 2 != 0))
    return FALSE;
  for (guint i = from; i < m->stack->len; i++)
    if (((PickleValue *) m->stack->pdata[i])->kind == PICKLE_MARK)
      return FALSE;
  move_items (m, from, target);
  g_ptr_array_set_size (m->stack, (int) keep);
  return TRUE;
}

static gboolean
run_persistent (Machine *m)
{
  PickleValue *id = pop (m);
  if (id == NULL)
    return FALSE;
  g_ptr_array_add (push (m, PICKLE_PERSISTENT)->items, id);
  return TRUE;
}

/* An OrderedDict's attributes, which hold the modules' version numbers: not needed, dropped. */
static gboolean
run_build (Machine *m)
{
  return pop (m) != NULL && top (m) != NULL && top (m)->kind == PICKLE_DICT;
}

static gboolean
run_put (Machine *m, guint64 number)
{
  if (top (m) == NULL)
    return FALSE;
  g_hash_table_insert (m->memo, GUINT_TO_POINTER ((guint) number), top (m));
  return TRUE;
}

static gboolean
run_get (Machine *m, guint64 number)
{
  PickleValue *value = g_hash_table_lookup (m->memo, GUINT_TO_POINTER ((guint) number));
  if (value == NULL)
    return FALSE;
  g_ptr_array_add (m->stack, value);
  return TRUE;
}

static gboolean
run_number (Machine *m, guint8 op)
{
  guint64 number = 0;
  switch (op)
    {
    case OP_BININT1:
      return take_number (m, 1, &number) && push_int (m, PICKLE_INT, (gint64) number);
    case OP_BININT2:
      return take_number (m, 2, &number) && push_int (m, PICKLE_INT, (gint64) number);
    case OP_BININT:
      return take_number (m, 4, &number) && push_int (m, PICKLE_INT, (gint32) (guint32) number);
    case OP_LONG1:
      return push_long (m);
    case OP_BINFLOAT:
      return take (m, 8) != NULL && push (m, PICKLE_FLOAT) != NULL;
    case OP_BINPUT:
      return take_number (m, 1, &number) && run_put (m, number);
    case OP_LONG_BINPUT:
      return take_number (m, 4, &number) && run_put (m, number);
    case OP_MEMOIZE:
      return run_put (m, g_hash_table_size (m->memo));
    case OP_BINGET:
      return take_number (m, 1, &number) && run_get (m, number);
    case OP_LONG_BINGET:
      return take_number (m, 4, &number) && run_get (m, number);
    case OP_PROTO:
      return take_number (m, 1, &number) && number <= 5;
    case OP_FRAME:
      return take (m, 8) != NULL;
    default:
      return FALSE;
    }
}

static gboolean
run_container (Machine *m, guint8 op)
{
  guint mark;
  switch (op)
    {
    case OP_MARK:
      return push (m, PICKLE_MARK) != NULL;
    case OP_EMPTY_DICT:
      return push (m, PICKLE_DICT) != NULL;
    case OP_EMPTY_TUPLE:
      return push (m, PICKLE_TUPLE) != NULL;
    case OP_EMPTY_LIST:
      return push (m, PICKLE_LIST) != NULL;
    case OP_TUPLE:
      return find_mark (m, &mark) && run_tuple (m, mark + 1, mark);
    case OP_TUPLE1:
    case OP_TUPLE2:
    case OP_TUPLE3:
      return run_small_tuple (m, op - OP_TUPLE1 + 1);
    case OP_SETITEM:
      return run_fill (m, PICKLE_DICT, FALSE, 2);
    case OP_SETITEMS:
      return run_fill (m, PICKLE_DICT, TRUE, 0);
    case OP_APPEND:
      return run_fill (m, PICKLE_LIST, FALSE, 1);
    case OP_APPENDS:
      return run_fill (m, PICKLE_LIST, TRUE, 0);
    default:
      return run_number (m, op);
    }
}

static gboolean
run_op (Machine *m, guint8 op, GError **error)
{
  gboolean done;
  switch (op)
    {
    case OP_GLOBAL:
      return run_global (m, error);
    case OP_STACK_GLOBAL:
      return run_stack_global (m, error);
    case OP_REDUCE:
      return run_reduce (m, error);
    case OP_BINPERSID:
      done = run_persistent (m);
      break;
    case OP_BUILD:
      done = run_build (m);
      break;
    case OP_NONE:
      done = push (m, PICKLE_NONE) != NULL;
      break;
    case OP_NEWTRUE:
    case OP_NEWFALSE:
      done = push_int (m, PICKLE_BOOL, op == OP_NEWTRUE);
      break;
    case OP_BINUNICODE:
      done = push_string (m, 4);
      break;
    case OP_SHORT_BINUNICODE:
      done = push_string (m, 1);
      break;
    case OP_BINUNICODE8:
      done = push_string (m, 8);
      break;
    default:
      done = run_container (m, op);
      break;
    }
  return done || fail_broken (m, error);
}

static gboolean
run (Machine *m, GError **error)
{
  while (m->p < m->end)
    {
      const guint8 op = *m->p++;
      if (op == OP_STOP)
        {
          m->pickle->root = pop (m);
          return m->pickle->root != NULL || fail_broken (m, error);
        }
      if (!run_op (m, op, error))
        return FALSE;
      if (m->pickle->values->len > MAX_VALUES || m->stack->len > MAX_VALUES)
        return weights_file_fail (error, m->path, "the list of tensors inside it is too long to be one; refused.");
    }
  return fail_broken (m, error);
}

Pickle *
pickle_read (const guint8 *data, gsize size, const char *path, GError **error)
{
  g_autoptr (Pickle) self = g_new0 (Pickle, 1);
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_autoptr (GHashTable) memo = g_hash_table_new (NULL, NULL);
  Machine machine = { self, data, data + size, path, stack, memo };

  self->values = g_ptr_array_new_with_free_func (value_free);
  return run (&machine, error) ? g_steal_pointer (&self) : NULL;
}

void
pickle_free (Pickle *self)
{
  g_ptr_array_unref (self->values);
  g_free (self);
}

const PickleValue *
pickle_get_root (Pickle *self)
{
  return self->root;
}

const PickleValue *
pickle_item (const PickleValue *value, guint index, PickleKind kind)
{
  if (value->items == NULL || index >= value->items->len)
    return NULL;
  const PickleValue *item = value->items->pdata[index];
  return item->kind == kind ? item : NULL;
}
