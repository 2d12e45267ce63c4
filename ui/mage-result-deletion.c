/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-deletion.h"

#include <glib/gi18n.h>

/** mage_delete_results: deletes videos as one step of undo, and says so. */
void
mage_delete_results (MageSession *session, GPtrArray *results)
{
  MageProject *project = mage_session_get_project (session);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  mage_session_record (session, results->len == 1 ? _("Delete Video") : _("Delete Videos"));
  for (guint i = 0; i < results->len && error == NULL; i++)
    n += mage_project_delete_result (project, g_ptr_array_index (results, i), &error);
  if (n > 0)
    {
      g_autofree char *text = n == 1 ? g_strdup (_("Video deleted")) : g_strdup_printf (ngettext ("%u video deleted", "%u videos deleted", n), n);

      mage_session_toast_undo (session, text);
    }
  mage_session_toast_error (session, error);
}

/** mage_delete_result: as mage_delete_results(), for one. */
void
mage_delete_result (MageSession *session, MageResult *result)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (results, g_object_ref (result));
  mage_delete_results (session, results);
}
