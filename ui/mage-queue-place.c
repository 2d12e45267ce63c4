/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-queue-place.h"

#include "ui/mage-work-order.h"

#include <glib/gi18n.h>

/* Where the videos that somebody asked for wait in the queue, in words. */

static gboolean
is_waiting_video (MageSession *session, MageJob *job)
{
  return MAGE_IS_WAITING_JOB (job) && mage_work_order_is_video (MAGE_WAITING_JOB (job))
         && mage_session_get_subject_of (session, job) == G_OBJECT (mage_session_get_project (session));
}

/** mage_queue_place_dup_words: Returns: (transfer full) (nullable): how many videos wait, and what comes before them; NULL: none waits */
char *
mage_queue_place_dup_words (MageSession *session)
{
  GListModel *jobs = mage_worker_get_jobs (mage_session_get_worker (session));
  g_autoptr (MageJob) first = g_list_model_get_item (jobs, 0);
  guint n_videos = 0;
  guint n_before = 0;

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (jobs, i);

      if (is_waiting_video (session, job) && n_videos++ == 0)
        n_before = i;
    }
  if (n_videos == 0)
    return NULL;
  /* It is held back itself. */
  if (n_before == 0)
    return n_videos == 1 ? g_strdup (_("Your next video waits")) : g_strdup_printf (ngettext ("%u video waits", "%u videos wait", n_videos), n_videos);
  if (n_videos > 1)
    return g_strdup_printf (ngettext ("%u videos wait, the first behind %u piece of work", "%u videos wait, the first behind %u pieces of work",
                                      n_before), n_videos, n_before);
  if (n_before == 1)
    return g_strdup_printf (_("Your next video waits for “%s”"), mage_job_get_title (first));
  return g_strdup_printf (ngettext ("Your next video waits behind %u piece of work", "Your next video waits behind %u pieces of work",
                                    n_before), n_before);
}
