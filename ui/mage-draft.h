/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

#include "jobs/mage-variant.h"

G_BEGIN_DECLS

#define MAGE_TYPE_DRAFT (mage_draft_get_type ())
G_DECLARE_FINAL_TYPE (MageDraft, mage_draft, MAGE, DRAFT, GObject)

MageDraft *mage_draft_get (MageSession *session);
const char *mage_draft_get_prompt (MageDraft *self);
void mage_draft_set_prompt (MageDraft *self, const char *prompt);
const char *mage_draft_get_motion (MageDraft *self);
void mage_draft_set_motion (MageDraft *self, const char *motion);
MageMotion *mage_draft_find_motion (MageDraft *self, MageProject *project);
gboolean mage_draft_get_seed_locked (MageDraft *self);
void mage_draft_set_seed_locked (MageDraft *self, gboolean seed_locked);
const MageVariant *mage_draft_get_method (MageDraft *self);
void mage_draft_set_method (MageDraft *self, const MageVariant *method);
void mage_draft_restore_result (MageSession *session, MageResult *result);
void mage_draft_restore (MageDraft *self, MageSession *session, MageResult *result);

G_END_DECLS
