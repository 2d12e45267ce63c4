/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-import-progress.h"

/*
 * How far the files are that are being copied into a project. Threads add what there is to copy and
 * what is copied; the main thread hears of it once a round of its loop, however often they do.
 */

struct _MageImportProgress
{
  GObject parent_instance;

  struct
  {
    guint n_running; /* drops whose files are being copied */
    int percent;
  } main;
  struct
  {
    GMutex lock;
    goffset total; /* bytes of all drops that are under way */
    goffset done;
    gboolean is_told; /* the main thread is going to look */
  } shared;
};

G_DEFINE_FINAL_TYPE (MageImportProgress, mage_import_progress, G_TYPE_OBJECT)

enum
{
  PROP_RUNNING = 1,
  PROP_PERCENT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
set_percent (MageImportProgress *self, int percent)
{
  if (self->main.percent == percent)
    return;
  self->main.percent = percent;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PERCENT]);
}

/* The sizes are the files' own; one that grows meanwhile is no more than all of it. */
static gboolean
look_cb (gpointer data)
{
  MageImportProgress *self = data;
  int percent;

  g_mutex_lock (&self->shared.lock);
  self->shared.is_told = FALSE;
  percent = self->shared.total > 0 ? (int) (100.0 * (double) self->shared.done / (double) self->shared.total) : 0;
  g_mutex_unlock (&self->shared.lock);
  if (self->main.n_running > 0)
    set_percent (self, CLAMP (percent, 0, 100));
  return G_SOURCE_REMOVE;
}

static void
mage_import_progress_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageImportProgress *self = MAGE_IMPORT_PROGRESS (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, mage_import_progress_is_running (self));
      break;
    case PROP_PERCENT:
      g_value_set_int (value, self->main.percent);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_import_progress_finalize (GObject *object)
{
  g_mutex_clear (&MAGE_IMPORT_PROGRESS (object)->shared.lock);
  G_OBJECT_CLASS (mage_import_progress_parent_class)->finalize (object);
}

static void
mage_import_progress_class_init (MageImportProgressClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_import_progress_get_property;
  object_class->finalize = mage_import_progress_finalize;
  /** MageImportProgress:running: whether files are being copied into the project. */
  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  /** MageImportProgress:percent: how much of their bytes is there; 0 until that is known. */
  props[PROP_PERCENT] = g_param_spec_int ("percent", NULL, NULL, 0, 100, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_import_progress_init (MageImportProgress *self)
{
  g_mutex_init (&self->shared.lock);
}

MageImportProgress *
mage_import_progress_new (void)
{
  return g_object_new (MAGE_TYPE_IMPORT_PROGRESS, NULL);
}

/** mage_import_progress_begin: one drop more is being copied, until mage_import_progress_end(). */
void
mage_import_progress_begin (MageImportProgress *self)
{
  if (self->main.n_running++ == 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

/** mage_import_progress_end: one drop is in the project; after the last there is nothing to copy. */
void
mage_import_progress_end (MageImportProgress *self)
{
  g_return_if_fail (self->main.n_running > 0);

  if (--self->main.n_running > 0)
    return;
  g_mutex_lock (&self->shared.lock);
  self->shared.total = self->shared.done = 0;
  g_mutex_unlock (&self->shared.lock);
  set_percent (self, 0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

/**
 * mage_import_progress_add:
 * @total: so many bytes more are to be copied
 * @done: so many bytes more are copied
 *
 * Any thread may call it, as long as its drop has begun and not ended.
 */
void
mage_import_progress_add (MageImportProgress *self, goffset total, goffset done)
{
  gboolean is_told;

  g_mutex_lock (&self->shared.lock);
  self->shared.total += total;
  self->shared.done += done;
  is_told = self->shared.is_told;
  self->shared.is_told = TRUE;
  g_mutex_unlock (&self->shared.lock);
  if (!is_told)
    g_idle_add_full (G_PRIORITY_DEFAULT, look_cb, g_object_ref (self), g_object_unref);
}

gboolean
mage_import_progress_is_running (MageImportProgress *self)
{
  return self->main.n_running > 0;
}

int
mage_import_progress_get_percent (MageImportProgress *self)
{
  return self->main.percent;
}
