/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "jobs/mage-worker.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

/* A project with a worker and the tests' small engine, for a test of jobs. */
typedef struct
{
  char *folder;
  char *model;
  char *path;
  MageProject *project;
  MageWorker *worker;
} Fixture;

void fixture_set_up (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);
void fixture_reopen (Fixture *self);
MageTrainable *fixture_add_subject (Fixture *self, const char *name);
MageMotion *fixture_add_motion (Fixture *self);
void fixture_run (Fixture *self, gpointer job);
MageJobState fixture_train (Fixture *self, MageTrainable *item);
MageMotion *fixture_train_pair (Fixture *self);
MageResult *fixture_sample (Fixture *self, const char *prompt, MageMotion *motion);
void fixture_run_until (Fixture *self, gpointer job, guint step);

G_END_DECLS
