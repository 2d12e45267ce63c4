/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-window.h"

G_BEGIN_DECLS

/* A walk through the real window with the sample project, of which pictures are kept. */
typedef struct
{
  MageWorker *worker;
  MageWindow *window;
  const char *folder;   /* of the pictures */
  char *scratch;        /* of the project */
  AdwApplication *application;
  GSettings *settings;
  MageModelStatus *status;
} Tour;

gboolean tour_begin (Tour *self, int argc, char **argv, MageWorker *worker);
void tour_end (Tour *self);
MageSession *tour_get_session (Tour *self);
MageProject *tour_get_project (Tour *self);
void tour_save (Tour *self, GtkWidget *widget, const char *name, const char *kind);
void tour_shoot (Tour *self, const char *name);
void tour_wait (Tour *self);

G_END_DECLS
