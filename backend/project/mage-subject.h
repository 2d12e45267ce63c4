/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-media.h"
#include "project/mage-trainable.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SUBJECT (mage_subject_get_type ())
G_DECLARE_FINAL_TYPE (MageSubject, mage_subject, MAGE, SUBJECT, MageTrainable)

MageSubject *mage_subject_new (const char *name, const char *token, const char *superclass);
MageSubject *mage_subject_new_from_json (JsonObject *object, const char *root, const char *runs_dir);
JsonObject *mage_subject_to_json (MageSubject *self);
char *mage_subject_dup_prompt (MageSubject *self);
void mage_subject_set_prompt (MageSubject *self, const char *prompt);
int mage_subject_get_colour (MageSubject *self);
void mage_subject_set_colour (MageSubject *self, int colour);
GListStore *mage_subject_get_pictures (MageSubject *self);

G_END_DECLS
