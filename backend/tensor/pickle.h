/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PICKLE_NONE,
  PICKLE_BOOL,        /* integer */
  PICKLE_INT,         /* integer */
  PICKLE_FLOAT,       /* no value is kept: no weights file needs one */
  PICKLE_STRING,      /* string */
  PICKLE_TUPLE,       /* items */
  PICKLE_LIST,        /* items */
  PICKLE_DICT,        /* items: key, value, key, value… */
  PICKLE_GLOBAL,      /* string: "module.name", one of the allowed */
  PICKLE_PERSISTENT,  /* items: the one value that says what it is (a tuple for a storage) */
  PICKLE_TENSOR,      /* items: the arguments of torch's _rebuild_tensor_v2 */
  PICKLE_MARK
} PickleKind;

/**
 * PickleValue:
 *
 * A value of a pickle as plain data. Values are owned by their #Pickle and may refer to each other, in circles too.
 */
typedef struct
{
  PickleKind kind;
  gint64 integer;
  char *string;
  GPtrArray *items;
} PickleValue;

/**
 * Pickle:
 *
 * What a pickle describes. Reading executes nothing: the few functions a state dict needs are known by name and stand
 * for plain data, any other name is refused.
 */
typedef struct _Pickle Pickle;

/**
 * pickle_read:
 * @path: what messages call it
 *
 * Returns: (transfer full): the values, or %NULL with %T_ERROR_FILE
 */
Pickle *pickle_read (const guint8 *data, gsize size, const char *path, GError **error);

/** pickle_free: frees all values. */
void pickle_free (Pickle *self);

/** pickle_get_root: Returns: (transfer none): the value the pickle stands for. */
const PickleValue *pickle_get_root (Pickle *self);

/** pickle_item: Returns: (transfer none) (nullable): item @index of a value with items, if it is of kind @kind. */
const PickleValue *pickle_item (const PickleValue *value, guint index, PickleKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pickle, pickle_free)

G_END_DECLS
