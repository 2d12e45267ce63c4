/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "jobs/mage-data.h"

/** cli_data_path: Returns: (transfer full): the path of something that comes with the program */
char *
cli_data_path (const char *name)
{
  return mage_data_path (name);
}
