/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-kept-setting.h"

#include "ui/mage-projects.h"

/* How much the steps of a project's videos may take, as the preferences have it. */

#define GIGABYTE 1e9

goffset
mage_kept_setting_to_bytes (double gigabytes)
{
  return (goffset) (gigabytes * GIGABYTE);
}

/** mage_kept_setting_get: in bytes; 0: none are kept. */
goffset
mage_kept_setting_get (void)
{
  g_autoptr (GSettings) settings = g_settings_new (MAGE_SCHEMA);

  return mage_kept_setting_to_bytes (g_settings_get_double (settings, "kept-steps"));
}
