/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-words-job.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"

/* Asks what a model makes of words. It takes a moment; mage_worker_assist() runs it at once. */

struct _MageWordsJob
{
  MageJob parent_instance;

  /* set once */
  char *model_dir;
  GStrv texts;

  /* by the worker; read after the end */
  EngineWord *words;
};

G_DEFINE_FINAL_TYPE (MageWordsJob, mage_words_job, MAGE_TYPE_JOB)

static gboolean
mage_words_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  MageWordsJob *self = MAGE_WORDS_JOB (job);
  const EngineTable *table = mage_engine_get_table (engine, error);
  guint n = g_strv_length (self->texts);

  if (table == NULL || !mage_job_check (job, error))
    return FALSE;
  self->words = g_new0 (EngineWord, MAX (n, 1));
  return table->read_words (self->model_dir, (const char *const *) self->texts, n, self->words, error);
}

static void
mage_words_job_finalize (GObject *object)
{
  MageWordsJob *self = MAGE_WORDS_JOB (object);

  g_free (self->model_dir);
  g_strfreev (self->texts);
  g_free (self->words);
  G_OBJECT_CLASS (mage_words_job_parent_class)->finalize (object);
}

static void
mage_words_job_class_init (MageWordsJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_words_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_words_job_run;
}

static void
mage_words_job_init (MageWordsJob *self)
{
}

/**
 * mage_words_job_new:
 * @model_dir: a model folder, of which only the tokenizer is read
 * @texts: (array zero-terminated): words, or a few of them together
 */
MageWordsJob *
mage_words_job_new (const char *model_dir, const char *const *texts)
{
  MageWordsJob *self = g_object_new (MAGE_TYPE_WORDS_JOB, NULL);

  self->model_dir = g_strdup (model_dir);
  self->texts = g_strdupv ((GStrv) texts);
  mage_job_set_title (MAGE_JOB (self), "Reading words");
  return self;
}

static const EngineWord *
get_word (MageWordsJob *self, guint i)
{
  static const EngineWord nothing = { 0 };

  return mage_job_get_state (MAGE_JOB (self)) == MAGE_JOB_DONE && i < g_strv_length (self->texts) ? &self->words[i] : &nothing;
}

/** mage_words_job_get_n_pieces: of how many pieces text @i is for the model, when the job is done; else 0 */
guint
mage_words_job_get_n_pieces (MageWordsJob *self, guint i)
{
  return get_word (self, i)->n_pieces;
}

/** mage_words_job_is_named: whether text @i is a token with a name of its own in the model */
gboolean
mage_words_job_is_named (MageWordsJob *self, guint i)
{
  return get_word (self, i)->named;
}
