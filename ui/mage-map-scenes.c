/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-map-scenes.h"

#include <glib/gi18n.h>

/*
 * What there is to see of where a training looked. A subject looks at its pictures; where its word is learned first that is a run inside
 * its own. Before a motion the words of its things are learned, each in a run. A fusion looks at a clip of every subject, and at one
 * where two are pasted together.
 */

static void
scene_free (gpointer data)
{
  MageMapScene *scene = data;

  g_free (scene->title);
  g_clear_object (&scene->run);
  g_free (scene);
}

/* Takes @title. */
static void
add (GPtrArray *scenes, MageRun *run, guint scene, gboolean own, char *title)
{
  g_autoptr (GArray) steps = run != NULL ? mage_run_list_maps (run, scene) : NULL;
  MageMapScene *one;

  if (steps == NULL || steps->len == 0)
    {
      g_free (title);
      return;
    }
  one = g_new0 (MageMapScene, 1);
  one->title = title;
  one->run = g_object_ref (run);
  one->scene = scene;
  one->own = own;
  g_ptr_array_add (scenes, one);
}

static void
add_subject (GPtrArray *scenes, MageProject *project, MageTrainable *item, MageRun *run)
{
  gboolean word_first = mage_params_get_boolean (mage_project_get_params (project), "word_first");
  g_autoptr (MageRun) word = word_first ? mage_run_find (mage_run_get_dir (run), "token", mage_run_get_hash (run)) : NULL;

  add (scenes, word, 0, FALSE, g_strdup_printf (_("Learning the word %s"), mage_trainable_get_token (item)));
  add (scenes, run, 0, TRUE, g_strdup_printf (_("Learning %s"), mage_trainable_get_token (item)));
}

static void
add_motion (GPtrArray *scenes, MageMotion *motion, MageRun *run)
{
  GListModel *things = G_LIST_MODEL (mage_motion_get_things (motion));

  for (guint i = 0; i < g_list_model_get_n_items (things); i++)
    {
      g_autoptr (MageTrainable) thing = g_list_model_get_item (things, i);

      add (scenes, mage_trainable_get_run (thing), 0, FALSE,
           g_strdup_printf (_("Learning %s, the %s"), mage_trainable_get_token (thing), mage_trainable_get_name (thing)));
    }
  add (scenes, run, 0, TRUE, g_strdup (_("Learning the motion")));
}

/* Who is fused stands in the run's file, which is written before the fusion begins; @run takes it over at the end. */
static void
add_fusion (GPtrArray *scenes, MageRun *run)
{
  g_autoptr (MageRun) fresh = mage_run_get_text (run, MAGE_RUN_TOKENS) == NULL ? mage_run_load (mage_run_get_dir (run), NULL) : NULL;
  const char *text = mage_run_get_text (fresh != NULL ? fresh : run, MAGE_RUN_TOKENS);
  g_auto (GStrv) tokens = g_strsplit (text != NULL ? text : "", " ", -1);
  guint n = g_strv_length (tokens);

  for (guint i = 0; i < n; i++)
    /* Translators: %s is a subject's word, such as <bear> */
    add (scenes, run, i, TRUE, g_strdup_printf (_("A clip of %s"), tokens[i]));
  if (n > 1)
    add (scenes, run, n, TRUE, g_strdup_printf (_("%s and %s together"), tokens[0], tokens[1]));
}

/** mage_map_scenes_of: Returns: (transfer full) (element-type MageMapScene): of which something is kept, in the order in which it was seen */
GPtrArray *
mage_map_scenes_of (MageProject *project, MageTrainable *item)
{
  GPtrArray *scenes = g_ptr_array_new_with_free_func (scene_free);
  MageRun *run = mage_trainable_get_run (item);

  if (MAGE_IS_MOTION (item))
    add_motion (scenes, MAGE_MOTION (item), run);
  else if (run != NULL && MAGE_IS_FUSION (item))
    add_fusion (scenes, run);
  else if (run != NULL)
    add_subject (scenes, project, item, run);
  return scenes;
}

/** mage_map_scene_is_like: whether both are the same scene of one run. */
gboolean
mage_map_scene_is_like (const MageMapScene *self, const MageMapScene *other)
{
  return self->scene == other->scene && g_str_equal (mage_run_get_dir (self->run), mage_run_get_dir (other->run));
}
