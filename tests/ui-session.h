/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

/* An open project with the small engine of the tests: trainings take six steps, videos four. */
typedef struct
{
  char *folder;
  MageWorker *worker;
  MageProject *project;
  MageSession *session;
} UiSession;

void ui_session_set_up (UiSession *self, gconstpointer data);
void ui_session_tear_down (UiSession *self, gconstpointer data);
MageSubject *ui_session_add_subject (UiSession *self, const char *name);
MageMotion *ui_session_add_motion (UiSession *self, const char *name, const char *caption, const char *first, ...) G_GNUC_NULL_TERMINATED;
void ui_session_wait (UiSession *self);
void ui_session_train_all (UiSession *self);

G_END_DECLS
