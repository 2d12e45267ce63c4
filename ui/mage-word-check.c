/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-word-check.h"

#include "jobs/mage-words-job.h"
#include "project/mage-name.h"

#include <glib/gi18n.h>
#include <string.h>

/* What there is to say of a word while it is being written: whether it may be, whose it is, and what the model makes of it. */

/* Nobody is asked between two keys; in milliseconds. */
#define DELAY 250
/* Beyond this many pieces a plainer word is a better start. */
#define MANY_PIECES 4

struct _MageWordCheck
{
  GObject parent_instance;

  MageSession *session;
  MageTrainable *subject;
  MageWordUse use;
  char *text;
  char *sentence;
  guint delay;
  MageWordsJob *job;
};

G_DEFINE_FINAL_TYPE (MageWordCheck, mage_word_check, G_TYPE_OBJECT)

enum
{
  PROP_SENTENCE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
take_sentence (MageWordCheck *self, char *sentence)
{
  g_autofree char *taken = sentence;

  if (g_set_str (&self->sentence, taken))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SENTENCE]);
}

/* --- what the project says --- */

/* Returns: (transfer full) (nullable): why it cannot be the subject's word */
static char *
check_token (MageWordCheck *self, const char *token, const GError *error)
{
  MageTrainable *other;

  if (token == NULL)
    return g_strdup (error->message);
  other = mage_project_find (mage_session_get_project (self->session), token);
  if (other != NULL && other != self->subject)
    return g_strdup_printf (_("The word “%s” belongs to another subject: choose another"), token);
  return NULL;
}

/* --- what the model says --- */

static char *
describe_token (const char *token, guint n_pieces, gboolean named)
{
  g_autofree char *plain = g_strndup (token + 1, strlen (token) - 2);

  if (named)
    return g_strdup_printf (_("The model has a word “%s” already, which would be learned anew: choose another to keep it"), token);
  if (n_pieces == 1)
    return g_strdup_printf (_("A word of its own; without brackets “%s” stays the plain word that it is"), plain);
  return g_strdup_printf (_("A word of its own; without brackets the model reads “%s” in %u pieces"), plain, n_pieces);
}

static char *
describe_kind (guint n_pieces)
{
  if (n_pieces == 0)
    return NULL;
  if (n_pieces == 1)
    return g_strdup (_("The model knows it as one word"));
  if (n_pieces > MANY_PIECES)
    return g_strdup_printf (_("The model reads it in %u pieces: a plainer word is a better start"), n_pieces);
  return g_strdup_printf (_("The model reads it in %u pieces"), n_pieces);
}

static void
drop_job (MageWordCheck *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

/* A model that cannot be read says so elsewhere. */
static void
finished_cb (MageWordCheck *self, MageJob *job)
{
  g_autoptr (MageWordsJob) words = g_object_ref (self->job);
  gboolean done = mage_job_get_state (job) == MAGE_JOB_DONE;

  drop_job (self);
  if (!done)
    take_sentence (self, NULL);
  else if (self->use == MAGE_WORD_KIND)
    take_sentence (self, describe_kind (mage_words_job_get_n_pieces (words, 0)));
  else
    take_sentence (self, describe_token (self->text, mage_words_job_get_n_pieces (words, 1), mage_words_job_is_named (words, 0)));
}

static void
ask_model (MageWordCheck *self)
{
  g_autofree char *plain = self->use == MAGE_WORD_TOKEN ? g_strndup (self->text + 1, strlen (self->text) - 2) : NULL;
  const char *texts[] = { self->text, plain, NULL };

  self->job = mage_words_job_new (mage_project_get_model_dir (mage_session_get_project (self->session)), texts);
  g_signal_connect_swapped (self->job, "finished", G_CALLBACK (finished_cb), self);
  mage_worker_assist (mage_session_get_worker (self->session), MAGE_JOB (self->job));
}

/* --- asking --- */

static void
delay_cb (gpointer data)
{
  MageWordCheck *self = data;

  self->delay = 0;
  ask_model (self);
}

static void
stop (MageWordCheck *self)
{
  g_clear_handle_id (&self->delay, g_source_remove);
  if (self->job != NULL)
    mage_worker_cancel (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  drop_job (self);
}

/** mage_word_check_ask: @text: what stands in the row; #MageWordCheck:sentence says what there is to say of it. */
void
mage_word_check_ask (MageWordCheck *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = self->use == MAGE_WORD_TOKEN ? mage_token_parse (text, &error) : g_strstrip (g_strdup (text));
  char *problem = self->use == MAGE_WORD_TOKEN ? check_token (self, token, error) : NULL;

  if (problem == NULL && g_strcmp0 (token, self->text) == 0)
    return;
  stop (self);
  g_set_str (&self->text, problem == NULL ? token : NULL);
  if (problem != NULL)
    take_sentence (self, problem);
  else if (*token == '\0')
    take_sentence (self, g_strdup (_("A plain word such as “bear”")));
  else
    self->delay = g_timeout_add_once (DELAY, delay_cb, self);
}

/* --- the object --- */

static void
mage_word_check_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SENTENCE:
      g_value_set_string (value, MAGE_WORD_CHECK (object)->sentence);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_word_check_dispose (GObject *object)
{
  MageWordCheck *self = MAGE_WORD_CHECK (object);

  if (self->session != NULL)
    stop (self);
  g_clear_object (&self->session);
  g_clear_object (&self->subject);
  G_OBJECT_CLASS (mage_word_check_parent_class)->dispose (object);
}

static void
mage_word_check_finalize (GObject *object)
{
  MageWordCheck *self = MAGE_WORD_CHECK (object);

  g_free (self->text);
  g_free (self->sentence);
  G_OBJECT_CLASS (mage_word_check_parent_class)->finalize (object);
}

static void
mage_word_check_class_init (MageWordCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mage_word_check_get_property;
  object_class->dispose = mage_word_check_dispose;
  object_class->finalize = mage_word_check_finalize;
  /** MageWordCheck:sentence: (nullable): what there is to say of the word. */
  props[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL,
                                              G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_word_check_init (MageWordCheck *self)
{
}

/** mage_word_check_new: @subject: whose word it is. */
MageWordCheck *
mage_word_check_new (MageSession *session, MageTrainable *subject, MageWordUse use)
{
  MageWordCheck *self = g_object_new (MAGE_TYPE_WORD_CHECK, NULL);

  self->session = g_object_ref (session);
  self->subject = g_object_ref (subject);
  self->use = use;
  return self;
}

/** mage_word_check_get_sentence: Returns: (nullable): see #MageWordCheck:sentence */
const char *
mage_word_check_get_sentence (MageWordCheck *self)
{
  return self->sentence;
}

/** mage_word_check_is_asking: whether the sentence may become another by itself */
gboolean
mage_word_check_is_asking (MageWordCheck *self)
{
  return self->delay != 0 || self->job != NULL;
}
