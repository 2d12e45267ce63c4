/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-projects.h"

#include "jobs/mage-sample-project.h"
#include "project/mage-tree.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* Projects as folders: where they lie, which were open last, making, copying and renaming them. */

/* The welcome page shows no more, and a menu of more is no help. */
#define MAX_RECENT 12

/** mage_projects_dup_folder: Returns: (transfer full): where new projects go */
char *
mage_projects_dup_folder (GSettings *settings)
{
  g_autofree char *chosen = g_settings_get_string (settings, "projects-folder");
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);

  if (*chosen != '\0')
    return g_steal_pointer (&chosen);
  if (documents != NULL)
    return g_build_filename (documents, "VideoMage", NULL);
  return g_build_filename (g_get_user_data_dir (), "videomage", "projects", NULL);
}

static char *
choose_folder (const char *parent, const char *name)
{
  for (guint i = 1;; i++)
    {
      g_autofree char *base = i == 1 ? g_strdup_printf ("%s.mage", name) : g_strdup_printf ("%s %u.mage", name, i);
      g_autofree char *folder = g_build_filename (parent, base, NULL);

      if (!g_file_test (folder, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&folder);
    }
}

/** mage_projects_create: a new project under a free name, with the model that the settings say. */
MageProject *
mage_projects_create (GSettings *settings, const char *builtin_model, GError **error)
{
  g_autofree char *parent = mage_projects_dup_folder (settings);
  g_autofree char *folder = choose_folder (parent, _("New Project"));
  g_autofree char *model = g_settings_get_string (settings, "model-folder");

  return mage_project_create (folder, *model != '\0' ? model : NULL, builtin_model, error);
}

static void
write_recent (GSettings *settings, const char *first, const char *without)
{
  g_auto (GStrv) recent = g_settings_get_strv (settings, "recent-projects");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) written = NULL;
  guint n = 0;

  if (first != NULL)
    g_strv_builder_add (builder, first);
  for (guint i = 0; recent[i] != NULL && n < MAX_RECENT - 1; i++)
    if (!g_str_equal (recent[i], without))
      {
        g_strv_builder_add (builder, recent[i]);
        n++;
      }
  written = g_strv_builder_end (builder);
  g_settings_set_strv (settings, "recent-projects", (const char *const *) written);
}

/** mage_projects_remember: @folder becomes the newest of the recent projects. */
void
mage_projects_remember (GSettings *settings, const char *folder)
{
  write_recent (settings, folder, folder);
}

void
mage_projects_forget (GSettings *settings, const char *folder)
{
  write_recent (settings, NULL, folder);
}

/** mage_projects_apply_machine: what computes is the machine's, whatever the project was made with. */
void
mage_projects_apply_machine (GSettings *settings, MageParams *params)
{
  static const char *const keys[] = { "device", "precision" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *value = g_settings_get_string (settings, keys[i]);

      mage_params_set_string (params, keys[i], value, NULL); /* the schema has the same choices */
    }
  mage_params_set_int (params, "threads", g_settings_get_int (settings, "threads"), NULL);
}

/* --- in a thread --- */

static gboolean
is_filled (MageProject *project)
{
  return g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_subjects (project))) > 0
         || g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (project))) > 0;
}

/* Nobody else has the project yet, so it may be made here. */
static void
make_sample (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *data_dir = data;
  g_autofree char *folder = mage_sample_project_dup_folder ();
  g_autofree char *model = g_build_filename (data_dir, "mini", NULL);
  g_autoptr (MageProject) project = NULL;
  GError *error = NULL;

  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    project = mage_project_open (folder, model, &error);
  else
    project = mage_project_create (folder, NULL, model, &error);
  if (project == NULL || (!is_filled (project) && !mage_sample_project_fill (project, data_dir, &error)))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&folder), g_free);
}

/** mage_projects_make_sample_async: makes the sample project unless it is there; @data_dir: the program's own data. */
void
mage_projects_make_sample_async (const char *data_dir, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);

  g_task_set_task_data (task, g_strdup (data_dir), g_free);
  g_task_run_in_thread (task, make_sample);
}

/* Locks and half-written files stay behind. */
static gboolean
is_copied (const char *name)
{
  return !g_str_has_suffix (name, ".part") && !g_str_has_suffix (name, ".lock") && !g_str_equal (name, "lock");
}

static char *
dup_stem (const char *folder)
{
  char *name = g_path_get_basename (folder);

  if (g_str_has_suffix (name, ".mage"))
    name[strlen (name) - strlen (".mage")] = '\0';
  return name;
}

static void
duplicate (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *folder = data;
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *stem = dup_stem (folder);
  g_autofree char *name = g_strdup_printf (_("%s (copy)"), stem);
  g_autofree char *target = choose_folder (parent, name);
  g_autoptr (GFile) from = g_file_new_for_path (folder);
  g_autoptr (GFile) to = g_file_new_for_path (target);
  GError *error = NULL;

  if (!mage_tree_copy (from, to, is_copied, cancellable, &error))
    {
      g_prefix_error (&error, _("“%s” could not be duplicated: "), stem);
      g_task_return_error (task, error);
    }
  else
    g_task_return_pointer (task, g_steal_pointer (&target), g_free);
}

/** mage_projects_duplicate_async: copies a project, saved before, under a free name. */
void
mage_projects_duplicate_async (const char *folder, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);

  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, duplicate);
}

/** mage_projects_folder_finish: Returns: (transfer full): the folder that was made */
char *
mage_projects_folder_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * mage_projects_rename:
 * @folder: of a project that is closed
 *
 * Returns: (transfer full): its new folder
 */
char *
mage_projects_rename (const char *folder, const char *name, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *base = g_strdup_printf ("%s.mage", name);
  g_autofree char *target = g_build_filename (parent, base, NULL);

  if (*name == '\0' || *name == '.' || strchr (name, G_DIR_SEPARATOR) != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   _("“%s” cannot be a project's name: choose one without “/” that does not begin with a dot"), name);
      return NULL;
    }
  if (g_file_test (target, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("There is a project “%s” already: choose another name"), name);
      return NULL;
    }
  if (g_rename (folder, target) != 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The project could not be renamed: %s"),
                   g_strerror (errno));
      return NULL;
    }
  return g_steal_pointer (&target);
}
