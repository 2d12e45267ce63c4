/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-variant.h"
#include "project/mage-result.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_RESULT_FILTER (mage_result_filter_get_type ())
G_DECLARE_FINAL_TYPE (MageResultFilter, mage_result_filter, MAGE, RESULT_FILTER, GtkFilter)

MageResultFilter *mage_result_filter_new (void);
void mage_result_filter_set_text (MageResultFilter *self, const char *text);
void mage_result_filter_set_starred (MageResultFilter *self, gboolean starred);
void mage_result_filter_set_subject (MageResultFilter *self, const char *token);
void mage_result_filter_set_motion (MageResultFilter *self, const char *motion);
void mage_result_filter_set_method (MageResultFilter *self, const MageVariant *method);
gboolean mage_result_filter_is_open (MageResultFilter *self);

G_END_DECLS
