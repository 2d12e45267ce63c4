/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-param-layer.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PARAM_LINK (mage_param_link_get_type ())
G_DECLARE_FINAL_TYPE (MageParamLink, mage_param_link, MAGE, PARAM_LINK, GObject)

MageParamLink *mage_param_link_new (MageSession *session, MageParamLayer *layer, const MageParamInfo *info);
const MageParamInfo *mage_param_link_get_info (MageParamLink *self);
char *mage_param_link_dup_title (MageParamLink *self);
char *mage_param_link_dup_source (MageParamLink *self, gboolean brief);
gboolean mage_param_link_is_changed (MageParamLink *self);
gboolean mage_param_link_has_model_default (MageParamLink *self);
double mage_param_link_get_number (MageParamLink *self);
double mage_param_link_get_default_number (MageParamLink *self);
const char *mage_param_link_get_reset_words (MageParamLink *self);
void mage_param_link_set_number (MageParamLink *self, double number);
const char *mage_param_link_get_text (MageParamLink *self);
void mage_param_link_set_text (MageParamLink *self, const char *text);
void mage_param_link_reset (MageParamLink *self);

G_END_DECLS
