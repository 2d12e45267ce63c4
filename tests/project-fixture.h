/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"
#include "sandbox.h"

/** Fixture: a folder with a small model, and where a project is to lie in it. */
typedef struct
{
  char *folder;
  char *model;
  char *path;
} Fixture;

static inline void
fixture_init (Fixture *self, const char *videomage_json, const char *name)
{
  self->folder = sandbox_new ();
  self->model = sandbox_make_model (self->folder, videomage_json);
  self->path = g_build_filename (self->folder, name, NULL);
}

static inline void
tear_down (Fixture *self, gconstpointer data)
{
  sandbox_remove (self->folder);
  g_free (self->model);
  g_free (self->path);
}

static inline MageProject *
create (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  MageProject *project = mage_project_create (self->path, NULL, self->model, &error);

  g_assert_no_error (error);
  return project;
}
