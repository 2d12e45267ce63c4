/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-map-reader.h"

#include "ui/mage-media-loader.h"

/*
 * The attention that a run kept of one scene, at any step: the newest files that are not behind it, read one after the other on a
 * thread of their own, and once the clip that the network looks at.
 */

struct _MageMapReader
{
  GObject parent_instance;

  double rate;
  MageRun *run;          /* (nullable) */
  guint scene;
  GArray *steps;         /* of guint: of which maps are kept */
  guint step;            /* that is wanted; 0: the newest */
  guint shown;           /* whose maps are at hand; 0: none */
  guint loading;
  guint damaged;         /* whose file could not be read last; 0: none */
  MageMaps *maps;
  Frames *ground;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MageMapReader, mage_map_reader, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
tell (MageMapReader *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- a file --- */

typedef struct
{
  char *path;
  guint step;
  MageMaps *maps;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_free (load->path);
  g_clear_pointer (&load->maps, mage_maps_free);
  g_free (load);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;

  load->maps = mage_map_file_read (load->path, &error);
  if (load->maps == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void load_step (MageMapReader *self);

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageMapReader) self = data;
  Load *load = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean read = g_task_propagate_boolean (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->loading = 0;
  if (!read)
    {
      /* Others can be read; this one is not tried again and again. */
      g_info ("%s", error->message);
      self->damaged = load->step;
      load_step (self);
      return;
    }
  self->shown = load->step;
  g_clear_pointer (&self->maps, mage_maps_free);
  self->maps = g_steal_pointer (&load->maps);
  tell (self);
  load_step (self);
}

/* The newest that were kept by the step that is wanted; before all of them the first. */
static guint
find_step (MageMapReader *self)
{
  guint found = self->steps->len > 0 ? g_array_index (self->steps, guint, self->step == 0 ? self->steps->len - 1 : 0) : 0;

  for (guint i = 0; self->step > 0 && i < self->steps->len; i++)
    if (g_array_index (self->steps, guint, i) <= self->step)
      found = g_array_index (self->steps, guint, i);
  return found;
}

static void
ground_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageMapReader) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  if (frames == NULL)
    return;
  g_clear_pointer (&self->ground, frames_unref);
  self->ground = g_steal_pointer (&frames);
  tell (self);
}

static void
load_ground (MageMapReader *self, const char *maps_path)
{
  g_autofree char *folder = g_path_get_dirname (maps_path);
  g_autofree char *ground = g_build_filename (folder, MAGE_MAPS_GROUND, NULL);

  mage_load_folder_async (ground, self->rate, self->cancellable, ground_loaded_cb, g_object_ref (self));
}

/* One file after the other: while a slider is dragged the last one is what counts. */
static void
load_step (MageMapReader *self)
{
  guint step = find_step (self);
  g_autoptr (GTask) task = NULL;
  Load *load;

  if (self->run == NULL || step == 0 || step == self->shown || step == self->damaged || self->loading != 0)
    return;
  self->loading = step;
  load = g_new0 (Load, 1);
  load->step = step;
  load->path = mage_run_dup_maps_path (self->run, self->scene, step);
  if (self->ground == NULL)
    load_ground (self, load->path);
  /* Not the task's source object: the thread may be the last to let go of that. */
  task = g_task_new (NULL, self->cancellable, loaded_cb, g_object_ref (self));
  g_task_set_task_data (task, load, load_free);
  g_task_set_return_on_cancel (task, FALSE);
  g_task_run_in_thread (task, load_thread);
}

static void
forget (MageMapReader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->maps, mage_maps_free);
  g_clear_pointer (&self->ground, frames_unref);
  self->shown = self->loading = self->damaged = 0;
}

/* --- the object --- */

static void
mage_map_reader_finalize (GObject *object)
{
  MageMapReader *self = MAGE_MAP_READER (object);

  g_clear_object (&self->run);
  g_clear_object (&self->cancellable);
  g_array_unref (self->steps);
  g_clear_pointer (&self->maps, mage_maps_free);
  g_clear_pointer (&self->ground, frames_unref);
  G_OBJECT_CLASS (mage_map_reader_parent_class)->finalize (object);
}

static void
mage_map_reader_class_init (MageMapReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_map_reader_finalize;
  /** MageMapReader::changed: there are other maps, or none, or the clip that they lie on. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mage_map_reader_init (MageMapReader *self)
{
  self->steps = g_array_new (FALSE, FALSE, sizeof (guint));
  self->cancellable = g_cancellable_new ();
}

/** mage_map_reader_new: @rate: at which the clip plays */
MageMapReader *
mage_map_reader_new (double rate)
{
  MageMapReader *self = g_object_new (MAGE_TYPE_MAP_READER, NULL);

  self->rate = rate;
  return self;
}

/** mage_map_reader_stop: it reads no more, and tells nothing. */
void
mage_map_reader_stop (MageMapReader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->run);
}

/** mage_map_reader_look: there may be more to read, or another @run (nullable) or scene. */
void
mage_map_reader_look (MageMapReader *self, MageRun *run, guint scene)
{
  const char *dir = run != NULL ? mage_run_get_dir (run) : NULL;
  const char *before = self->run != NULL ? mage_run_get_dir (self->run) : NULL;
  gboolean other = g_strcmp0 (dir, before) != 0 || scene != self->scene;

  g_set_object (&self->run, run);
  self->scene = scene;
  g_array_unref (self->steps);
  self->steps = run != NULL ? mage_run_list_maps (run, scene) : g_array_new (FALSE, FALSE, sizeof (guint));
  if (other)
    {
      forget (self);
      tell (self);
    }
  load_step (self);
}

/** mage_map_reader_set_step: @step: whose maps are wanted, or the newest before it; 0: the newest of all */
void
mage_map_reader_set_step (MageMapReader *self, guint step)
{
  self->step = step;
  load_step (self);
}

/** mage_map_reader_get_shown: the step whose maps are at hand; 0: none are. */
guint
mage_map_reader_get_shown (MageMapReader *self)
{
  return self->shown;
}

/** mage_map_reader_get_last_step: the newest of which maps are kept; 0: there are none. */
guint
mage_map_reader_get_last_step (MageMapReader *self)
{
  return self->steps->len > 0 ? g_array_index (self->steps, guint, self->steps->len - 1) : 0;
}

/** mage_map_reader_get_maps: Returns: (nullable) */
const MageMaps *
mage_map_reader_get_maps (MageMapReader *self)
{
  return self->maps;
}

/** mage_map_reader_get_ground: Returns: (transfer none) (nullable): the clip that the network looks at */
Frames *
mage_map_reader_get_ground (MageMapReader *self)
{
  return self->ground;
}
