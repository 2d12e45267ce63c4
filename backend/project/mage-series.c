/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-series.h"

#include "project/mage-json.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/*
 * The losses of a run, step by step; any thread may append and read. On disk it is one JSON object
 * a line ({"step":12,"L_sub":0.1}). A run that is continued from a checkpoint repeats the steps
 * behind it: what comes later counts.
 */

struct _MageSeries
{
  GObject parent_instance;

  GMutex lock;
  GArray *steps;         /* guint */
  GPtrArray *names;      /* char * */
  GPtrArray *columns;    /* GArray of double; NaN where a step lacks the term */
};

G_DEFINE_FINAL_TYPE (MageSeries, mage_series, G_TYPE_OBJECT)

static GArray *
find_column (MageSeries *self, const char *name)
{
  for (guint i = 0; i < self->names->len; i++)
    if (g_str_equal (g_ptr_array_index (self->names, i), name))
      return g_ptr_array_index (self->columns, i);
  return NULL;
}

static GArray *
add_column (MageSeries *self, const char *name)
{
  GArray *column = g_array_new (FALSE, FALSE, sizeof (double));
  double nothing = NAN;

  for (guint i = 0; i < self->steps->len; i++)
    g_array_append_val (column, nothing);
  g_ptr_array_add (self->names, g_strdup (name));
  g_ptr_array_add (self->columns, column);
  return column;
}

/* Forgets what was written for this step and later ones before the run was continued. */
static void
truncate_from (MageSeries *self, guint step)
{
  guint length = self->steps->len;

  while (length > 0 && g_array_index (self->steps, guint, length - 1) >= step)
    length--;
  g_array_set_size (self->steps, length);
  for (guint i = 0; i < self->columns->len; i++)
    g_array_set_size (g_ptr_array_index (self->columns, i), length);
  /* One that begins anew may be of something else, as a motion's is after the words of what moves. */
  if (length == 0)
    {
      g_ptr_array_set_size (self->names, 0);
      g_ptr_array_set_size (self->columns, 0);
    }
}

static void
mage_series_finalize (GObject *object)
{
  MageSeries *self = MAGE_SERIES (object);

  g_clear_pointer (&self->steps, g_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (mage_series_parent_class)->finalize (object);
}

static void
mage_series_class_init (MageSeriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_series_finalize;
}

static void
mage_series_init (MageSeries *self)
{
  g_mutex_init (&self->lock);
  self->steps = g_array_new (FALSE, FALSE, sizeof (guint));
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->columns = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
}

MageSeries *
mage_series_new (void)
{
  return g_object_new (MAGE_TYPE_SERIES, NULL);
}

/** mage_series_append: adds a step; steps from @step on that are there already are replaced. */
void
mage_series_append (MageSeries *self, guint step, const MageTerm *terms, guint n_terms)
{
  g_autoptr (GMutexLocker) locker = NULL;
  double nothing = NAN;

  g_return_if_fail (MAGE_IS_SERIES (self));

  locker = g_mutex_locker_new (&self->lock);
  truncate_from (self, step);
  for (guint i = 0; i < n_terms; i++)
    if (find_column (self, terms[i].name) == NULL)
      add_column (self, terms[i].name);

  g_array_append_val (self->steps, step);
  for (guint i = 0; i < self->columns->len; i++)
    g_array_append_val ((GArray *) g_ptr_array_index (self->columns, i), nothing);
  for (guint i = 0; i < n_terms; i++)
    g_array_index (find_column (self, terms[i].name), double, self->steps->len - 1) = terms[i].value;
}

static JsonObject *
terms_to_json (guint step, const MageTerm *terms, guint n_terms)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "step", step);
  for (guint i = 0; i < n_terms; i++)
    {
      /* JSON has no NaN and no infinity. */
      if (isfinite (terms[i].value))
        json_object_set_double_member (object, terms[i].name, terms[i].value);
      else
        json_object_set_null_member (object, terms[i].name);
    }
  return object;
}

/* Behind a line that a crash or a full disk cut off, a new one begins. */
static gboolean
is_cut_off (int file)
{
  off_t size = lseek (file, 0, SEEK_END);
  char last = '\n';

  return size > 0 && pread (file, &last, 1, size - 1) == 1 && last != '\n';
}

/** mage_series_append_to_file: adds a step's line to @path, which need not exist yet. */
gboolean
mage_series_append_to_file (const char *path, guint step, const MageTerm *terms, guint n_terms, GError **error)
{
  g_autoptr (JsonObject) object = terms_to_json (step, terms, n_terms);
  g_autofree char *text = mage_json_to_line (object);
  int file = g_open (path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  g_autofree char *line = g_strconcat (file >= 0 && is_cut_off (file) ? "\n" : "", text, "\n", NULL);
  gssize wanted = strlen (line);
  gssize got = file >= 0 ? write (file, line, wanted) : -1;
  /* A disk that fills up in the middle of a line sets no errno. */
  int number = got >= 0 ? ENOSPC : errno;

  if (file >= 0)
    close (file);
  if (got != wanted)
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (number),
                 _("The losses could not be written to “%s”: %s"), path, g_strerror (number));
  return got == wanted;
}

static void
append_line (MageSeries *self, const char *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  g_autoptr (GArray) terms = g_array_new (FALSE, FALSE, sizeof (MageTerm));
  g_autoptr (GList) names = NULL;
  JsonObject *object;
  gint64 step;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  object = json_node_get_object (node);
  step = mage_json_get_int (object, "step", -1);
  if (step < 0 || step > G_MAXUINT)
    return;
  names = json_object_get_members (object);
  for (GList *l = names; l != NULL; l = l->next)
    if (!g_str_equal (l->data, "step"))
      {
        MageTerm term = { l->data, mage_json_get_double (object, l->data, NAN) };

        g_array_append_val (terms, term);
      }
  mage_series_append (self, (guint) step, (const MageTerm *) terms->data, terms->len);
}

/**
 * mage_series_load:
 * @path: a run's losses.jsonl; a line that a crash cut off is left out
 *
 * Returns: (transfer full): the series
 */
MageSeries *
mage_series_load (const char *path, GError **error)
{
  g_autoptr (MageSeries) self = mage_series_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] == '{' && g_utf8_validate (lines[i], -1, NULL))
      append_line (self, lines[i]);
  return g_steal_pointer (&self);
}

static void
add_entry (MageSeries *self, guint i, GString *text)
{
  g_autofree MageTerm *terms = g_new0 (MageTerm, MAX (self->names->len, 1));
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *line = NULL;
  guint n = 0;

  for (guint j = 0; j < self->names->len; j++)
    {
      double value = g_array_index ((GArray *) g_ptr_array_index (self->columns, j), double, i);

      if (!isnan (value))
        terms[n++] = (MageTerm) { g_ptr_array_index (self->names, j), value };
    }
  object = terms_to_json (g_array_index (self->steps, guint, i), terms, n);
  line = mage_json_to_line (object);
  g_string_append_printf (text, "%s\n", line);
}

/** mage_series_copy_file: writes the series of the file @from to @to, every step once, whatever was repeated after a crash. */
gboolean
mage_series_copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr (MageSeries) series = mage_series_load (from, error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (series == NULL)
    return FALSE;
  for (guint i = 0; i < series->steps->len; i++)
    add_entry (series, i, text);
  return g_file_set_contents (to, text->str, (gssize) text->len, error);
}

guint
mage_series_get_length (MageSeries *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->steps->len;
}

/** mage_series_get_step: the step of entry @i; 0 behind the end. */
guint
mage_series_get_step (MageSeries *self, guint i)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return i < self->steps->len ? g_array_index (self->steps, guint, i) : 0;
}

/** mage_series_get_value: NaN where entry @i has no such term. */
double
mage_series_get_value (MageSeries *self, guint i, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GArray *column = find_column (self, name);

  return column != NULL && i < column->len ? g_array_index (column, double, i) : NAN;
}

/** mage_series_dup_names: Returns: (transfer full): the terms, in the order of their first appearance */
GStrv
mage_series_dup_names (MageSeries *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->names->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->names, i));
  return g_strv_builder_end (builder);
}

/**
 * mage_series_copy_tail:
 * @n: how many of the last entries
 * @values: (out caller-allocates) (array length=n): the values, oldest first
 *
 * Returns: how many there were
 */
guint
mage_series_copy_tail (MageSeries *self, const char *name, guint n, double *values)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GArray *column = find_column (self, name);

  if (column == NULL)
    return 0;
  n = MIN (n, column->len);
  memcpy (values, (double *) column->data + column->len - n, n * sizeof (double));
  return n;
}
