/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define MAGE_TYPE_SERIES (mage_series_get_type ())
G_DECLARE_FINAL_TYPE (MageSeries, mage_series, MAGE, SERIES, GObject)

/** MageTerm: a named number of one step, for instance the loss "L_sub". */
typedef struct
{
  const char *name;
  double value;
} MageTerm;

MageSeries *mage_series_new (void);
MageSeries *mage_series_load (const char *path, GError **error);
void mage_series_append (MageSeries *self, guint step, const MageTerm *terms, guint n_terms);
gboolean mage_series_append_to_file (const char *path, guint step, const MageTerm *terms, guint n_terms, GError **error);
gboolean mage_series_copy_file (const char *from, const char *to, GError **error);
guint mage_series_get_length (MageSeries *self);
guint mage_series_get_step (MageSeries *self, guint i);
double mage_series_get_value (MageSeries *self, guint i, const char *name);
GStrv mage_series_dup_names (MageSeries *self);
guint mage_series_copy_tail (MageSeries *self, const char *name, guint n, double *values);

G_END_DECLS
