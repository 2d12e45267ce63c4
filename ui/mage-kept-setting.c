/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-kept-setting.h"

#include "ui/mage-projects.h"

/* How much the steps of a project's videos, and their attention, may take, as the preferences have it. */

#define GIGABYTE 1e9

goffset
mage_kept_setting_to_bytes (double gigabytes)
{
  return (goffset) (gigabytes * GIGABYTE);
}

static goffset
read_setting (const char *key)
{
  g_autoptr (GSettings) settings = g_settings_new (MAGE_SCHEMA);

  return mage_kept_setting_to_bytes (g_settings_get_double (settings, key));
}

/** mage_kept_setting_get: in bytes; 0: none are kept. */
goffset
mage_kept_setting_get (void)
{
  return read_setting ("kept-steps");
}

/** mage_kept_setting_get_maps: of the attention of steps, in bytes; 0: it is computed anew whenever it is looked at. */
goffset
mage_kept_setting_get_maps (void)
{
  return read_setting ("kept-maps");
}
