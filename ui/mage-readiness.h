/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-mask-finder.h"

G_BEGIN_DECLS

#define MAGE_TYPE_READINESS (mage_readiness_get_type ())
G_DECLARE_FINAL_TYPE (MageReadiness, mage_readiness, MAGE, READINESS, GtkWidget)

void mage_readiness_set_subject (MageReadiness *self, MageSession *session, MageSubject *subject);
gboolean mage_readiness_is_checking (MageReadiness *self);
guint mage_readiness_get_n_findings (MageReadiness *self);
const char *mage_readiness_get_finding (MageReadiness *self, guint i);

G_END_DECLS
