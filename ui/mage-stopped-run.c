/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-stopped-run.h"

#include "project/mage-motion.h"

#include <glib/gi18n.h>

/*
 * Where a training was stopped and goes on. A motion's training begins with the words of what moves in
 * its clip, each with a run of its own.
 */

/* The word that was being learned; NULL when all are learned. @learned: whether any is. */
static MageTrainable *
find_stopped_word (MageMotion *motion, gboolean *learned)
{
  GListModel *things = G_LIST_MODEL (mage_motion_get_things (motion));

  *learned = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (things); i++)
    {
      g_autoptr (MageTrainable) thing = g_list_model_get_item (things, i);
      MageRun *run = mage_trainable_get_run (thing);
      MageTrainState state = mage_trainable_get_state (thing);

      if (state == MAGE_PARTIAL && mage_run_get_step (run) > 0)
        return thing;
      *learned = *learned || state == MAGE_TRAINED;
    }
  return NULL;
}

/**
 * mage_stopped_run_find:
 * @item: a subject or motion, or the fusion
 *
 * Returns: (transfer none) (nullable): the run with which its training goes on; NULL where none was
 *   stopped, or only before the first step
 */
MageRun *
mage_stopped_run_find (MageTrainable *item)
{
  MageRun *run = mage_trainable_get_run (item);
  gboolean learned = FALSE;
  MageTrainable *word = NULL;

  if (mage_trainable_get_state (item) != MAGE_PARTIAL)
    return NULL;
  if (mage_run_get_step (run) > 0)
    return run;
  if (MAGE_IS_MOTION (item))
    word = find_stopped_word (MAGE_MOTION (item), &learned);
  if (word != NULL)
    return mage_trainable_get_run (word);
  return learned ? run : NULL;
}

/** mage_stopped_run_get_state: as mage_trainable_get_state(), but a training that never took a step is none. */
MageTrainState
mage_stopped_run_get_state (MageTrainable *item)
{
  MageTrainState state = mage_trainable_get_state (item);

  if (state == MAGE_PARTIAL && mage_stopped_run_find (item) == NULL)
    return MAGE_UNTRAINED;
  return state;
}

/** mage_stopped_run_dup_words: Returns: (transfer full): where it was stopped, and that it goes on from there */
char *
mage_stopped_run_dup_words (MageTrainable *item)
{
  MageRun *run = mage_stopped_run_find (item);
  guint step = run != NULL ? mage_run_get_step (run) : 0;
  gboolean learned;
  MageTrainable *word;

  if (step == 0)
    return g_strdup (_("Stopped after the words of what moves. It goes on from there."));
  if (run == mage_trainable_get_run (item))
    return g_strdup_printf (_("Stopped at step %u of %u. It goes on from there."), step, mage_run_get_n_steps (run));
  word = find_stopped_word (MAGE_MOTION (item), &learned);
  return g_strdup_printf (_("Stopped at step %u of %u of what “%s” looks like. It goes on from there."), step,
                          mage_run_get_n_steps (run), mage_trainable_get_name (word));
}
