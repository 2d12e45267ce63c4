/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-asked-sample.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>

/*
 * What somebody asked a training for stays with its run, as the samples on the way do: asked/NNNNNN-K/ holds the frames of the K-th
 * after NNNNNN steps, and its prompt. It is written under another name first: it is whole, or not there.
 */

#define FOLDER "asked"
#define PART "asked.part"
#define PROMPT "prompt.txt"

void
mage_asked_sample_free (MageAskedSample *self)
{
  g_free (self->folder);
  g_free (self->prompt);
  g_free (self);
}

static MageAskedSample *
sample_new (const char *asked, const char *name)
{
  MageAskedSample *self;
  g_autofree char *path = NULL;
  guint step;
  guint number;
  int end = 0;

  if (sscanf (name, "%u-%u%n", &step, &number, &end) != 2 || name[end] != '\0')
    return NULL;
  self = g_new0 (MageAskedSample, 1);
  self->step = step;
  self->number = number;
  self->folder = g_build_filename (asked, name, NULL);
  path = g_build_filename (self->folder, PROMPT, NULL);
  if (!g_file_get_contents (path, &self->prompt, NULL, NULL) || !g_utf8_validate (self->prompt, -1, NULL))
    g_set_str (&self->prompt, "");
  return self;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const MageAskedSample *one = *(MageAskedSample *const *) a;
  const MageAskedSample *other = *(MageAskedSample *const *) b;

  if (one->step != other->step)
    return one->step < other->step ? -1 : 1;
  return (one->number > other->number) - (one->number < other->number);
}

/** mage_asked_sample_list: Returns: (transfer full) (element-type MageAskedSample): what @run was asked for, in the order of its making */
GPtrArray *
mage_asked_sample_list (MageRun *run)
{
  GPtrArray *samples = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_asked_sample_free);
  g_autofree char *asked = mage_run_dup_path (run, FOLDER);
  g_autoptr (GDir) dir = g_dir_open (asked, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      MageAskedSample *sample = sample_new (asked, name);

      if (sample != NULL)
        g_ptr_array_add (samples, sample);
    }
  g_ptr_array_sort (samples, compare);
  return samples;
}

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0755) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The folder “%s” could not be made: %s"), path, g_strerror (errno));
  return FALSE;
}

/** mage_asked_sample_begin: Returns: (transfer full): an empty folder for the frames, until mage_asked_sample_end() */
char *
mage_asked_sample_begin (MageRun *run, GError **error)
{
  g_autofree char *part = mage_run_dup_path (run, PART);

  mage_run_remove_folder (part);
  return make_folder (part, error) ? g_steal_pointer (&part) : NULL;
}

/** mage_asked_sample_end: @folder: of mage_asked_sample_begin(), with all frames; it gets the place in @run where it stays. */
gboolean
mage_asked_sample_end (MageRun *run, const char *folder, guint step, const char *prompt, GError **error)
{
  g_autofree char *asked = mage_run_dup_path (run, FOLDER);
  g_autofree char *path = g_build_filename (folder, PROMPT, NULL);

  if (!make_folder (asked, error) || !g_file_set_contents (path, prompt, -1, error))
    return FALSE;
  for (guint i = 1;; i++)
    {
      g_autofree char *name = g_strdup_printf ("%06u-%u", step, i);
      g_autofree char *to = g_build_filename (asked, name, NULL);

      if (g_file_test (to, G_FILE_TEST_EXISTS))
        continue;
      if (g_rename (folder, to) == 0)
        return TRUE;
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The sample could not be kept in “%s”: %s"), to, g_strerror (errno));
      return FALSE;
    }
}
