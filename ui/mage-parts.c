/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-parts.h"

#include <glib/gi18n.h>

/*
 * Who plays which part: the things that move in a clip give their places in the prompt to subjects.
 * What reaches the sampling are the words of the prompt alone (METHOD §5, c_tgt).
 */

/**
 * mage_parts_get_player:
 *
 * While nobody chose, the first subject plays the first part, and so on.
 *
 * Returns: (transfer none) (nullable): the subject that plays @thing; NULL for nobody
 */
MageTrainable *
mage_parts_get_player (MageProject *project, MageMotion *motion, MageThing *thing)
{
  const char *part = mage_thing_get_part (thing);
  MageTrainable *item = part != NULL && *part != '\0' ? mage_project_find (project, part) : NULL;
  g_autoptr (MageTrainable) next = NULL;
  guint position;

  if (part != NULL)
    return MAGE_IS_SUBJECT (item) ? item : NULL;
  if (!g_list_store_find (mage_motion_get_things (motion), thing, &position))
    return NULL;
  next = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (project)), position);
  return next;
}

/** mage_parts_dup_words: Returns: (transfer full): for each thing what stands in the prompt: its player's word, or its own plain one */
GStrv
mage_parts_dup_words (MageProject *project, MageMotion *motion)
{
  GListModel *things = G_LIST_MODEL (mage_motion_get_things (motion));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (things); i++)
    {
      g_autoptr (MageThing) thing = g_list_model_get_item (things, i);
      MageTrainable *player = mage_parts_get_player (project, motion, thing);

      g_strv_builder_add (builder, player != NULL ? mage_trainable_get_token (player)
                                                  : mage_trainable_get_name (MAGE_TRAINABLE (thing)));
    }
  return g_strv_builder_end (builder);
}

/* --- putting words into a prompt --- */

typedef struct
{
  int start;
  int end;
  const char *word;
} Place;

static gint
compare_places (gconstpointer a, gconstpointer b)
{
  return ((const Place *) a)->start - ((const Place *) b)->start;
}

/* Where @word stands as a word of its own for the (@skip + 1)-th time. */
static gboolean
find_word (const char *text, const char *word, guint skip, Place *place)
{
  g_autofree char *escaped = g_regex_escape_string (word, -1);
  gboolean token = g_str_has_prefix (word, "<");
  g_autofree char *pattern = token ? g_strdup (escaped) : g_strdup_printf ("(?<![\\w<])%s(?![\\w>])", escaped);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (regex == NULL || *word == '\0' || !g_regex_match (regex, text, 0, &match))
    return FALSE;
  for (; skip > 0; skip--)
    if (!g_match_info_next (match, NULL))
      return FALSE;
  return g_match_info_fetch_pos (match, 0, &place->start, &place->end);
}

static guint
count_earlier (const char *const *words, guint i)
{
  guint n = 0;

  for (guint j = 0; j < i; j++)
    n += g_ascii_strcasecmp (words[j], words[i]) == 0;
  return n;
}

static char *
put_words (const char *text, GArray *places)
{
  g_autoptr (GString) result = g_string_new (NULL);
  int at = 0;

  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);

      if (place->start < at)
        continue;
      g_string_append_len (result, text + at, place->start - at);
      g_string_append (result, place->word);
      at = place->end;
    }
  g_string_append (result, text + at);
  return g_string_free (g_steal_pointer (&result), FALSE);
}

/**
 * mage_parts_recast:
 * @before: the words of the parts as they stand in @prompt, in their order
 * @after: as many, as they shall stand there
 *
 * Everything else that somebody wrote stays.
 *
 * Returns: (transfer full) (nullable): the prompt; NULL when a word that changes does not stand in it
 */
char *
mage_parts_recast (const char *prompt, const char *const *before, const char *const *after)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));

  for (guint i = 0; before[i] != NULL && after[i] != NULL; i++)
    {
      Place place = { .word = after[i] };

      if (find_word (prompt, before[i], count_earlier (before, i), &place))
        g_array_append_val (places, place);
      else if (!g_str_equal (before[i], after[i]))
        return NULL;
    }
  return put_words (prompt, places);
}

/**
 * mage_parts_suggest:
 * @words: (out) (transfer full) (nullable): the offer: "Use <toy> for cat, <dog> for dog"
 *
 * Who writes "a cat is chasing a dog" may mean the project's own cat and dog.
 *
 * Returns: (transfer full) (nullable): @prompt with the words of the subjects in the place of their
 *   kinds; NULL when it names none of them plainly
 */
char *
mage_parts_suggest (MageProject *project, const char *prompt, char **words)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));
  g_autoptr (GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autoptr (GString) offer = g_string_new (NULL);

  *words = NULL;
  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);
      const char *kind = mage_trainable_get_superclass (subject);
      Place place = { .word = mage_trainable_get_token (subject) };
      Place other;
      guint n_before;

      if (kind == NULL || find_word (prompt, place.word, 0, &other))
        continue;
      n_before = GPOINTER_TO_UINT (g_hash_table_lookup (kinds, kind));
      if (!find_word (prompt, kind, n_before, &place))
        continue;
      g_hash_table_insert (kinds, g_strdup (kind), GUINT_TO_POINTER (n_before + 1));
      g_array_append_val (places, place);
      /* Translators: a subject's word, and the plain word that it would replace */
      g_string_append_printf (offer, offer->len == 0 ? _("Use %s for “%s”") : _(", %s for “%s”"), place.word, kind);
    }
  if (places->len == 0)
    return NULL;
  *words = g_string_free (g_steal_pointer (&offer), FALSE);
  return put_words (prompt, places);
}

/** mage_parts_compose: Returns: (transfer full): what the motion shows, with the players' words in the parts */
char *
mage_parts_compose (MageProject *project, MageMotion *motion)
{
  GListModel *things = G_LIST_MODEL (mage_motion_get_things (motion));
  g_auto (GStrv) after = mage_parts_dup_words (project, motion);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));

  for (guint i = 0; i < g_list_model_get_n_items (things); i++)
    {
      g_autoptr (MageTrainable) thing = g_list_model_get_item (things, i);
      Place place = { .word = after[i] };

      if (find_word (mage_motion_get_caption (motion), mage_trainable_get_name (thing), 0, &place))
        g_array_append_val (places, place);
    }
  return put_words (mage_motion_get_caption (motion), places);
}

/** mage_parts_rename: a subject's word became another: who plays its parts goes on. */
void
mage_parts_rename (MageProject *project, const char *before, const char *after)
{
  GListModel *motions = G_LIST_MODEL (mage_project_get_motions (project));

  for (guint i = 0; i < g_list_model_get_n_items (motions); i++)
    {
      g_autoptr (MageMotion) motion = g_list_model_get_item (motions, i);
      GListModel *things = G_LIST_MODEL (mage_motion_get_things (motion));

      for (guint j = 0; j < g_list_model_get_n_items (things); j++)
        {
          g_autoptr (MageThing) thing = g_list_model_get_item (things, j);

          if (g_strcmp0 (mage_thing_get_part (thing), before) == 0)
            mage_thing_set_part (thing, after);
        }
    }
}
