/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-lock.h"
#include "project/mage-project.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

struct _MageProject
{
  GObject parent_instance;

  char *folder;
  char *builtin_model;
  char *model_dir;        /* NULL: the built-in model */
  char *model_digest;
  char *prior_dir;        /* NULL: the model's own */
  GHashTable *prior_captions; /* file: caption, where the folder's own do not count */
  char *model_prior;      /* prior of the model's videomage.json, a path below the model */
  char *model_backgrounds; /* likewise */
  gboolean trial;         /* never saved */
  MageParams *params;
  MageFusion *fusion;
  GListStore *subjects;
  GListStore *motions;
  GListStore *results;
  GListStore *deleted; /* MageResult: can still be taken back */
  MageLock *lock;
  gboolean refreshing;
};

gboolean mage_project_take_from (GListStore *list, gpointer item);
void mage_project_insert_result (MageProject *self, MageResult *result);
gboolean mage_project_read_model (MageProject *self, GError **error);
JsonObject *mage_project_captions_to_json (MageProject *self);
void mage_project_captions_from_json (MageProject *self, JsonObject *object);
void mage_project_restore_prior (MageProject *self, const char *prior_dir, JsonObject *captions);
char *mage_project_choose_token (MageProject *self, const char *name, const char *token, GError **error);

G_END_DECLS
