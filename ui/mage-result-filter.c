/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-filter.h"

#include "project/mage-result-parts.h"

#include <glib/gi18n.h>

/* Which videos somebody looks for: by words, by a star, by who takes part, and by how they were made. */

struct _MageResultFilter
{
  GtkFilter parent_instance;

  GStrv words;               /* casefolded; all of them are to be found */
  gboolean starred;
  char *subject;             /* NULL: every */
  char *motion;              /* NULL: every; "": none */
  const MageVariant *method; /* NULL: every */
};

G_DEFINE_FINAL_TYPE (MageResultFilter, mage_result_filter, GTK_TYPE_FILTER)

static void
add_words (GString *text, const char *words)
{
  g_autofree char *folded = words != NULL ? g_utf8_casefold (words, -1) : NULL;

  if (folded != NULL)
    g_string_append_printf (text, "%s\n", folded);
}

/* All that can be searched of a video. */
static char *
dup_haystack (MageResult *result)
{
  GString *text = g_string_new (NULL);
  const MageVariant *method = mage_variant_find_fitting (mage_result_get_params (result));
  g_auto (GStrv) tokens = mage_result_dup_tokens (result);

  add_words (text, mage_result_get_prompt (result));
  add_words (text, mage_result_get_name (result));
  add_words (text, mage_result_find_motion (result));
  add_words (text, method != NULL ? _(method->label) : NULL);
  for (guint i = 0; tokens[i] != NULL; i++)
    add_words (text, tokens[i]);
  return g_string_free (text, FALSE);
}

static gboolean
has_words (MageResultFilter *self, MageResult *result)
{
  g_autofree char *haystack = NULL;

  if (self->words == NULL || self->words[0] == NULL)
    return TRUE;
  haystack = dup_haystack (result);
  for (guint i = 0; self->words[i] != NULL; i++)
    if (strstr (haystack, self->words[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
mage_result_filter_match (GtkFilter *filter, gpointer item)
{
  MageResultFilter *self = MAGE_RESULT_FILTER (filter);
  MageResult *result = item;

  return (!self->starred || mage_result_get_starred (result))
         && (self->subject == NULL || mage_result_has_subject (result, self->subject))
         && (self->motion == NULL || g_str_equal (mage_result_find_motion (result), self->motion))
         && (self->method == NULL || mage_variant_find_fitting (mage_result_get_params (result)) == self->method)
         && has_words (self, result);
}

static void
mage_result_filter_finalize (GObject *object)
{
  MageResultFilter *self = MAGE_RESULT_FILTER (object);

  g_strfreev (self->words);
  g_free (self->subject);
  g_free (self->motion);
  G_OBJECT_CLASS (mage_result_filter_parent_class)->finalize (object);
}

static void
mage_result_filter_class_init (MageResultFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_result_filter_finalize;
  GTK_FILTER_CLASS (klass)->match = mage_result_filter_match;
}

static void
mage_result_filter_init (MageResultFilter *self)
{
}

MageResultFilter *
mage_result_filter_new (void)
{
  return g_object_new (MAGE_TYPE_RESULT_FILTER, NULL);
}

static void
changed (MageResultFilter *self)
{
  gtk_filter_changed (GTK_FILTER (self), GTK_FILTER_CHANGE_DIFFERENT);
}

/** mage_result_filter_set_text: what is searched for: words that all stand in a video's prompt, its parts or its method. */
void
mage_result_filter_set_text (MageResultFilter *self, const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = g_strsplit_set (folded, " \t\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);
  g_strfreev (self->words);
  self->words = g_strv_builder_end (builder);
  changed (self);
}

void
mage_result_filter_set_starred (MageResultFilter *self, gboolean starred)
{
  if (self->starred == starred)
    return;
  self->starred = starred;
  changed (self);
}

/** mage_result_filter_set_subject: @token: (nullable): NULL for every */
void
mage_result_filter_set_subject (MageResultFilter *self, const char *token)
{
  if (g_set_str (&self->subject, token))
    changed (self);
}

/** mage_result_filter_set_motion: @motion: (nullable): its name, "" for none; NULL for every */
void
mage_result_filter_set_motion (MageResultFilter *self, const char *motion)
{
  if (g_set_str (&self->motion, motion))
    changed (self);
}

/** mage_result_filter_set_method: @method: (nullable): NULL for every */
void
mage_result_filter_set_method (MageResultFilter *self, const MageVariant *method)
{
  if (self->method == method)
    return;
  self->method = method;
  changed (self);
}

/** mage_result_filter_is_open: whether every video passes. */
gboolean
mage_result_filter_is_open (MageResultFilter *self)
{
  return !self->starred && self->subject == NULL && self->motion == NULL && self->method == NULL
         && (self->words == NULL || self->words[0] == NULL);
}
