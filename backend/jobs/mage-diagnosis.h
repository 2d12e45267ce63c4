/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-series.h"

G_BEGIN_DECLS

/**
 * MageAilment: what can be the matter with a training.
 * @MAGE_AILMENT_UNKNOWN: it is too early to tell
 * @MAGE_AILMENT_NONE: it learns
 */
typedef enum
{
  MAGE_AILMENT_UNKNOWN,
  MAGE_AILMENT_NONE,
  MAGE_AILMENT_NOT_FINITE,
  MAGE_AILMENT_OUT_OF_MEMORY,
  MAGE_AILMENT_FAILED,
  MAGE_AILMENT_EXPLODING,
  MAGE_AILMENT_RATE_TOO_LARGE,
  MAGE_AILMENT_VANISHING,
  MAGE_AILMENT_NO_EFFECT,
  MAGE_AILMENT_OVER_TRAINED,
  MAGE_AILMENT_RATE_TOO_SMALL,
  MAGE_N_AILMENTS
} MageAilment;

/** MageDiagnosis: how a training does, from its numbers. It changes its mind only when the numbers insist. */
typedef struct _MageDiagnosis MageDiagnosis;

MageDiagnosis *mage_diagnosis_new (void);
void mage_diagnosis_free (MageDiagnosis *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageDiagnosis, mage_diagnosis_free)

gboolean mage_diagnosis_update (MageDiagnosis *self, MageSeries *series, guint n_steps);
void mage_diagnosis_review (MageDiagnosis *self, MageSeries *series, guint n_steps);
void mage_diagnosis_fail (MageDiagnosis *self, MageAilment ailment, const char *message);
void mage_diagnosis_fail_with (MageDiagnosis *self, const GError *error);

MageAilment mage_diagnosis_get_ailment (MageDiagnosis *self);
const char *mage_diagnosis_get_heading (MageDiagnosis *self);
const char *mage_diagnosis_get_sentence (MageDiagnosis *self);
const char *mage_diagnosis_get_advice (MageDiagnosis *self);
gboolean mage_ailment_ends (MageAilment ailment);
const char *mage_ailment_get_name (MageAilment ailment);
MageAilment mage_ailment_from_name (const char *name);
MageAilment mage_ailment_of_error (const GError *error);

G_END_DECLS
