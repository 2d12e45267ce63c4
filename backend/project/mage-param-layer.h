/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-params.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PARAM_LAYER (mage_param_layer_get_type ())
G_DECLARE_FINAL_TYPE (MageParamLayer, mage_param_layer, MAGE, PARAM_LAYER, GObject)

MageParamLayer *mage_param_layer_new (MageParams *base, MageParams *fixed);
MageParams *mage_param_layer_get_base (MageParamLayer *self);
MageParams *mage_param_layer_get_params (MageParamLayer *self);
gboolean mage_param_layer_is_changed (MageParamLayer *self, const char *key);
guint mage_param_layer_count_changed (MageParamLayer *self, MageUse use);
void mage_param_layer_reset (MageParamLayer *self, const char *key);

G_END_DECLS
