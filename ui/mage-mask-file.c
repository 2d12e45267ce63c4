/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-mask-file.h"

#include "media/mask-edit.h"

/* Masks that were made in the window become files of the project, and files masks that can be edited. */

/**
 * mage_mask_file_save:
 * @picture: whose mask it is
 * @score: see mage_media_set_made()
 *
 * Writes a mask into the project. The one before stays where it is as long as it can be undone.
 *
 * Returns: (transfer full): the file, which is not yet the picture's mask
 */
MageMedia *
mage_mask_file_save (MageProject *project, MageMedia *picture, const Mask *mask, MageMaskMade made, double score,
                     GError **error)
{
  g_autofree char *base = g_path_get_basename (mage_media_get_file (picture));
  char *dot = strrchr (base, '.');
  g_autofree char *stem = dot != NULL && dot != base ? g_strndup (base, (gsize) (dot - base)) : g_strdup (base);
  g_autofree char *name = g_strconcat (stem, ".png", NULL);
  g_autoptr (GBytes) png = mask_to_png (mask, error);
  MageMedia *media = png != NULL ? mage_project_import_bytes (project, name, png, error) : NULL;

  if (media != NULL)
    mage_media_set_made (media, made, score);
  return media;
}

typedef struct
{
  char *path;
  MageMaskLayer *layer;
  double coverage;
} Load;

static void
load_free (gpointer data)
{
  Load *self = data;

  g_free (self->path);
  mage_mask_layer_free (self->layer);
  g_free (self);
}

static void
load_layer (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;
  g_autoptr (Mask) mask = mask_load (load->path, cancellable, &error);

  if (mask == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  load->layer = mage_mask_layer_new (mask);
  load->coverage = mask_get_coverage (mask);
  g_task_return_boolean (task, TRUE);
}

/** mage_mask_file_load_async: reads a mask, in another thread. */
void
mage_mask_file_load_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Load *load = g_new0 (Load, 1);

  load->path = g_strdup (path);
  g_task_set_task_data (task, load, load_free);
  g_task_run_in_thread (task, load_layer);
}

/** mage_mask_file_load_finish: @coverage: (out): how much of its picture it covers, 0…1. Returns: (transfer full) */
MageMaskLayer *
mage_mask_file_load_finish (GAsyncResult *result, double *coverage, GError **error)
{
  Load *load = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  *coverage = load->coverage;
  return g_steal_pointer (&load->layer);
}

/** mage_mask_file_dup_cache_dir: Returns: (transfer full) (nullable): where is kept what was seen of pictures */
char *
mage_mask_file_dup_cache_dir (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "videomage", "seen", NULL);

  return g_mkdir_with_parents (folder, 0700) == 0 ? g_steal_pointer (&folder) : NULL;
}
