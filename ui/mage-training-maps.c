/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-training-maps.h"

#include "ui/mage-heat-map.h"
#include "ui/mage-heat-scale.h"
#include "ui/mage-look-tile.h"
#include "ui/mage-map-frames.h"
#include "ui/mage-map-reader.h"
#include "ui/mage-map-scenes.h"

#include <glib/gi18n.h>

/*
 * Where a training looks, at any step of which it was kept: the maps of a word, from coarse to fine, over what is learned from, and of
 * a motion which frames look at which. Where it looks at several things one of them is chosen, the newest until somebody chooses; those
 * that were learned before the thing itself have steps of their own. While the widget is on the screen the job is watched: only then
 * the maps are made.
 */

#define TILE 104
#define N_SIZES 3
#define N_TILES (N_SIZES + 1)

struct _MageTrainingMaps
{
  GtkWidget parent_instance;

  MageSession *session;
  MageTrainable *item;
  MageJob *watched;
  MageMapReader *reader;
  GPtrArray *scenes;     /* of MageMapScene */
  guint scene;           /* of these */
  gboolean picked;       /* the scene, by somebody */
  guint step;            /* that the page shows; 0: the newest */
  GPtrArray *layers;     /* of MageMapLayer, as the menu lists them */
  int chosen_layer;      /* of these; negative: coarse to fine */
  int chosen_head;       /* negative: the mean */
  gboolean listing;      /* the menus are being filled */

  MageWordChips *words;
  GtkWidget *heading;
  GtkDropDown *layer;
  GtkDropDown *head;
  GtkWidget *hint;
  AdwWrapBox *tiles;
  MageLookTile *tile[N_TILES];
  MageHeatScale *scale;
  GtkDropDown *scene_list;
  GtkWidget *steps;
  GtkAdjustment *adjustment;
  GtkLabel *step_words;
};

G_DEFINE_FINAL_TYPE (MageTrainingMaps, mage_training_maps, GTK_TYPE_WIDGET)

enum
{
  PROP_STEP = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- what is seen --- */

static const char *
name_size (guint i, guint n)
{
  if (n == 1)
    return _("all layers");
  if (i == 0)
    return _("coarse");
  return i + 1 == n ? _("fine") : _("middle");
}

static void
show_tile (MageTrainingMaps *self, guint i, const char *title, const char *detail, Frames *frames)
{
  mage_look_tile_set_words (self->tile[i], title, detail);
  mage_look_tile_set_frames (self->tile[i], frames);
  gtk_widget_set_visible (GTK_WIDGET (self->tile[i]), TRUE);
}

static void
show_words_tile (MageTrainingMaps *self, guint i, guint n, const MageMapGroup *group, double most)
{
  MageParams *params = mage_project_get_params (mage_session_get_project (self->session));
  guint word = mage_word_chips_get_selected (self->words);
  g_autoptr (Frames) map = mage_map_group_dup_frames (group, word, self->chosen_head, most, mage_params_get_double (params, "rate"));
  g_autoptr (Frames) heat = mage_heat_map_new (mage_map_reader_get_ground (self->reader), map);
  g_autofree char *detail = g_strdup_printf ("%u × %u", group->width, group->height);

  show_tile (self, i, self->chosen_layer >= 0 ? _("this layer") : name_size (i, n), detail, heat);
}

static void
show_time_tile (MageTrainingMaps *self, guint i, const MageMapGroup *group)
{
  double most = mage_map_group_get_most (group, 0, self->chosen_head);
  g_autoptr (Frames) map = mage_map_group_dup_frames (group, 0, self->chosen_head, most, 0);
  g_autoptr (Frames) heat = mage_heat_map_new_matrix (map);
  g_autofree char *detail = g_strdup_printf (_("up to %.0f %%"), 100 * most);

  show_tile (self, i, _("over time"), detail, heat);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->tile[i]),
                               _("Which frames (columns) each frame (row) looks at, the mean over the picture"));
}

static GPtrArray *
make_groups (MageTrainingMaps *self)
{
  GPtrArray *groups;

  if (self->chosen_layer < 0 || self->chosen_layer >= (int) self->layers->len)
    return mage_map_groups_of (mage_map_reader_get_maps (self->reader), N_SIZES);
  groups = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_map_group_free);
  g_ptr_array_add (groups, mage_map_group_of_layer (g_ptr_array_index (self->layers, self->chosen_layer)));
  return groups;
}

/* All tiles of the word have one scale. */
static void
show_maps (MageTrainingMaps *self)
{
  gboolean filled = mage_map_reader_get_maps (self->reader) != NULL && mage_map_reader_get_ground (self->reader) != NULL;
  g_autoptr (GPtrArray) groups = filled ? make_groups (self) : g_ptr_array_new ();
  guint word = mage_word_chips_get_selected (self->words);
  guint n = 0;
  double most = 0;

  for (guint i = 0; i < groups->len; i++)
    {
      MageMapGroup *group = g_ptr_array_index (groups, i);

      if (group->time)
        continue;
      most = MAX (most, mage_map_group_get_most (group, word, self->chosen_head));
      n++;
    }
  for (guint i = 0; i < groups->len && i < N_TILES; i++)
    {
      MageMapGroup *group = g_ptr_array_index (groups, i);

      if (group->time)
        show_time_tile (self, i, group);
      else
        show_words_tile (self, i, n, group, most);
    }
  for (guint i = groups->len; i < N_TILES; i++)
    gtk_widget_set_visible (GTK_WIDGET (self->tile[i]), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->tiles), groups->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->scale), n > 0);
  gtk_widget_set_visible (self->heading, groups->len > 0);
  gtk_widget_set_visible (self->hint, groups->len == 0);
  mage_heat_scale_set_most (self->scale, most);
}

/* --- layer and head --- */

static guint
count_heads (MageTrainingMaps *self)
{
  guint n = 1;

  for (guint i = 0; i < self->layers->len; i++)
    {
      MageMapLayer *layer = g_ptr_array_index (self->layers, i);

      if (self->chosen_layer < 0 || self->chosen_layer == (int) i)
        n = MAX (n, layer->n_heads);
    }
  return n;
}

/* A list that may be open, with keys that choose among its names, stays where they are as many. */
static void
set_names (GtkDropDown *list, GtkStringList *names)
{
  GListModel *before = gtk_drop_down_get_model (list);

  if (before == NULL || g_list_model_get_n_items (before) != g_list_model_get_n_items (G_LIST_MODEL (names)))
    gtk_drop_down_set_model (list, G_LIST_MODEL (names));
}

static void
list_heads (MageTrainingMaps *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n = count_heads (self);

  self->listing = TRUE;
  gtk_string_list_append (names, _("All, their mean"));
  for (guint i = 0; n > 1 && i < n; i++)
    gtk_string_list_take (names, g_strdup_printf ("%u", i + 1));
  set_names (self->head, names);
  self->chosen_head = self->chosen_head < (int) n && n > 1 ? self->chosen_head : -1;
  gtk_drop_down_set_selected (self->head, (guint) (self->chosen_head + 1));
  gtk_widget_set_sensitive (GTK_WIDGET (self->head), n > 1);
  self->listing = FALSE;
}

static void
list_layers (MageTrainingMaps *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const MageMaps *maps = mage_map_reader_get_maps (self->reader);

  self->listing = TRUE;
  g_ptr_array_set_size (self->layers, 0);
  gtk_string_list_append (names, _("From coarse to fine"));
  for (guint i = 0; i < maps->layers->len; i++)
    {
      MageMapLayer *layer = g_ptr_array_index (maps->layers, i);

      g_ptr_array_add (self->layers, layer);
      gtk_string_list_take (names, mage_map_layer_dup_title (layer));
    }
  if (self->chosen_layer >= (int) self->layers->len)
    self->chosen_layer = -1;
  set_names (self->layer, names);
  gtk_drop_down_set_selected (self->layer, (guint) (self->chosen_layer + 1));
  self->listing = FALSE;
  list_heads (self);
}

static void
layer_cb (MageTrainingMaps *self)
{
  if (!self->listing)
    mage_training_maps_choose (self, (int) gtk_drop_down_get_selected (self->layer) - 1, self->chosen_head);
}

static void
head_cb (MageTrainingMaps *self)
{
  if (!self->listing)
    mage_training_maps_choose (self, self->chosen_layer, (int) gtk_drop_down_get_selected (self->head) - 1);
}

/** mage_training_maps_choose: @layer: in the order in which they run; negative: from coarse to fine; @head: negative: their mean */
void
mage_training_maps_choose (MageTrainingMaps *self, int layer, int head)
{
  self->chosen_layer = layer;
  self->chosen_head = head;
  if (mage_map_reader_get_maps (self->reader) != NULL)
    list_layers (self);
  show_maps (self);
}

/* --- what it looks at --- */

static void
read_cb (MageTrainingMaps *self)
{
  const MageMaps *maps = mage_map_reader_get_maps (self->reader);

  /* The layers first: other words are another choice, which shows the maps at once. */
  if (maps != NULL)
    {
      list_layers (self);
      mage_word_chips_set_words (self->words, (const char *const *) maps->words, mage_session_get_project (self->session));
    }
  else
    g_ptr_array_set_size (self->layers, 0);
  show_maps (self);
}

static MageMapScene *
get_scene (MageTrainingMaps *self)
{
  return self->scene < self->scenes->len ? g_ptr_array_index (self->scenes, self->scene) : NULL;
}

/* Whether the page's step is one of the scene: what is learned before the thing itself has steps of its own, which are the page's while
   it is being learned. */
static gboolean
follows_page (MageTrainingMaps *self, const MageMapScene *scene)
{
  MageJob *job = mage_session_find_job (self->session, self->item);
  gboolean newest = self->scene + 1 == self->scenes->len;

  return scene->own || (newest && job != NULL && mage_job_get_n_steps (job) == mage_run_get_n_steps (scene->run));
}

static void
slid_cb (MageTrainingMaps *self)
{
  guint step = (guint) gtk_adjustment_get_value (self->adjustment);
  guint last = (guint) gtk_adjustment_get_upper (self->adjustment);
  g_autofree char *words = g_strdup_printf (_("%u of %u"), step, last);

  gtk_label_set_text (self->step_words, words);
  if (gtk_widget_get_visible (self->steps))
    mage_map_reader_set_step (self->reader, step);
}

static void
show_steps (MageTrainingMaps *self)
{
  const MageMapScene *scene = get_scene (self);
  gboolean own = scene != NULL && !follows_page (self, scene);
  guint last = mage_map_reader_get_last_step (self->reader);

  if (own && !gtk_widget_get_visible (self->steps))
    {
      gtk_adjustment_configure (self->adjustment, last, 1, last, 1, MAX (1, last / 20), 0);
      gtk_widget_set_visible (self->steps, TRUE);
      slid_cb (self);
    }
  else if (own)
    gtk_adjustment_set_upper (self->adjustment, last);
  else
    {
      gtk_widget_set_visible (self->steps, FALSE);
      mage_map_reader_set_step (self->reader, self->step);
    }
}

static void
show_scene (MageTrainingMaps *self)
{
  const MageMapScene *scene = get_scene (self);

  mage_map_reader_look (self->reader, scene != NULL ? scene->run : NULL, scene != NULL ? scene->scene : 0);
  show_steps (self);
}

static void
scene_cb (MageTrainingMaps *self)
{
  if (self->listing || gtk_drop_down_get_selected (self->scene_list) == self->scene)
    return;
  mage_training_maps_pick (self, gtk_drop_down_get_selected (self->scene_list));
}

/** mage_training_maps_pick: @scene: of what it looks at, in the order of the list; it stays with that */
void
mage_training_maps_pick (MageTrainingMaps *self, guint scene)
{
  self->picked = TRUE;
  self->scene = scene;
  gtk_drop_down_set_selected (self->scene_list, scene);
  gtk_widget_set_visible (self->steps, FALSE);
  show_scene (self);
}

static gboolean
has_same_scenes (GPtrArray *a, GPtrArray *b)
{
  gboolean same = a->len == b->len;

  for (guint i = 0; same && i < a->len; i++)
    same = mage_map_scene_is_like (g_ptr_array_index (a, i), g_ptr_array_index (b, i));
  return same;
}

/* The scene that somebody chose is kept while it is there. */
static void
set_scenes (MageTrainingMaps *self, GPtrArray *scenes)
{
  const MageMapScene *before = get_scene (self);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gboolean found = FALSE;
  guint chosen = scenes->len > 0 ? scenes->len - 1 : 0;

  for (guint i = 0; i < scenes->len; i++)
    {
      const MageMapScene *scene = g_ptr_array_index (scenes, i);

      gtk_string_list_append (names, scene->title);
      if (self->picked && !found && before != NULL && mage_map_scene_is_like (scene, before))
        {
          found = TRUE;
          chosen = i;
        }
    }
  self->picked = found;
  if (before == NULL || chosen >= scenes->len || !mage_map_scene_is_like (before, g_ptr_array_index (scenes, chosen)))
    gtk_widget_set_visible (self->steps, FALSE);
  self->scene = chosen;
  g_ptr_array_unref (self->scenes);
  self->scenes = g_ptr_array_ref (scenes);
  self->listing = TRUE;
  gtk_drop_down_set_model (self->scene_list, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->scene_list, chosen);
  gtk_widget_set_visible (GTK_WIDGET (self->scene_list), scenes->len > 1);
  self->listing = FALSE;
}

/* --- watching --- */

static void
set_watched (MageTrainingMaps *self, MageJob *job)
{
  if (self->watched == job)
    return;
  if (self->watched != NULL)
    mage_job_watch (self->watched, FALSE);
  g_set_object (&self->watched, job);
  if (job != NULL)
    mage_job_watch (job, TRUE);
}

static void
find_job (MageTrainingMaps *self)
{
  gboolean seen = gtk_widget_get_mapped (GTK_WIDGET (self));

  set_watched (self, seen ? mage_session_find_job (self->session, self->item) : NULL);
}

static void
mage_training_maps_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mage_training_maps_parent_class)->map (widget);
  find_job (MAGE_TRAINING_MAPS (widget));
}

static void
mage_training_maps_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mage_training_maps_parent_class)->unmap (widget);
  find_job (MAGE_TRAINING_MAPS (widget));
}

/** mage_training_maps_look: there may be more to see, or another run. */
void
mage_training_maps_look (MageTrainingMaps *self)
{
  g_autoptr (GPtrArray) scenes = mage_map_scenes_of (mage_session_get_project (self->session), self->item);

  if (!has_same_scenes (self->scenes, scenes))
    set_scenes (self, scenes);
  show_scene (self);
}

/* --- the object --- */

static void
set_step (MageTrainingMaps *self, guint step)
{
  if (self->step == step)
    return;
  self->step = step;
  show_steps (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STEP]);
}

static void
mage_training_maps_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STEP)
    g_value_set_uint (value, MAGE_TRAINING_MAPS (object)->step);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mage_training_maps_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STEP)
    set_step (MAGE_TRAINING_MAPS (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mage_training_maps_dispose (GObject *object)
{
  MageTrainingMaps *self = MAGE_TRAINING_MAPS (object);
  GtkWidget *child;

  set_watched (self, NULL);
  mage_map_reader_stop (self->reader);
  g_signal_handlers_disconnect_by_data (self->reader, self);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (mage_worker_get_jobs (mage_session_get_worker (self->session)), self);
  g_clear_object (&self->session);
  g_clear_object (&self->item);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_TRAINING_MAPS);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_training_maps_parent_class)->dispose (object);
}

static void
mage_training_maps_finalize (GObject *object)
{
  MageTrainingMaps *self = MAGE_TRAINING_MAPS (object);

  g_clear_object (&self->reader);
  g_ptr_array_unref (self->layers);
  g_ptr_array_unref (self->scenes);
  G_OBJECT_CLASS (mage_training_maps_parent_class)->finalize (object);
}

static void
mage_training_maps_class_init (MageTrainingMapsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = mage_training_maps_get_property;
  object_class->set_property = mage_training_maps_set_property;
  object_class->dispose = mage_training_maps_dispose;
  object_class->finalize = mage_training_maps_finalize;
  widget_class->map = mage_training_maps_map;
  widget_class->unmap = mage_training_maps_unmap;
  /** MageTrainingMaps:step: the newest maps of this step are shown; 0: the newest of all. */
  props[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, G_MAXUINT, 0,
                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (MAGE_TYPE_WORD_CHIPS);
  g_type_ensure (MAGE_TYPE_HEAT_SCALE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-training-maps.ui");
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, words);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, heading);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, layer);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, head);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, hint);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, tiles);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, scale);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, scene_list);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, steps);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, adjustment);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingMaps, step_words);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
play_cb (MageTrainingMaps *self)
{
  mage_look_tile_play (self->tile[0], TRUE);
}

static void
rest_cb (MageTrainingMaps *self)
{
  mage_look_tile_play (self->tile[0], FALSE);
}

static void
mage_training_maps_init (MageTrainingMaps *self)
{
  GtkEventController *pointer = gtk_event_controller_motion_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->layers = g_ptr_array_new ();
  self->scenes = g_ptr_array_new ();
  self->chosen_layer = self->chosen_head = -1;
  for (guint i = 0; i < N_TILES; i++)
    {
      self->tile[i] = MAGE_LOOK_TILE (mage_look_tile_new (TILE));
      adw_wrap_box_append (self->tiles, GTK_WIDGET (self->tile[i]));
      if (i > 0)
        mage_look_tile_lead (self->tile[0], self->tile[i]);
    }
  mage_look_tile_play (self->tile[0], FALSE);
  g_signal_connect_object (pointer, "enter", G_CALLBACK (play_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pointer, "leave", G_CALLBACK (rest_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->tiles), pointer);
  g_signal_connect_object (self->words, "notify::selected", G_CALLBACK (show_maps), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->layer, "notify::selected", G_CALLBACK (layer_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->head, "notify::selected", G_CALLBACK (head_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->scene_list, "notify::selected", G_CALLBACK (scene_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (slid_cb), self, G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Where the model looks"), -1);
}

/** mage_training_maps_new: @item: a subject or a motion, or the fusion */
GtkWidget *
mage_training_maps_new (MageSession *session, MageTrainable *item)
{
  MageTrainingMaps *self = g_object_new (MAGE_TYPE_TRAINING_MAPS, NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  self->reader = mage_map_reader_new (mage_params_get_double (mage_project_get_params (mage_session_get_project (session)), "rate"));
  g_signal_connect_swapped (self->reader, "changed", G_CALLBACK (read_cb), self);
  g_signal_connect_swapped (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed", G_CALLBACK (find_job), self);
  mage_training_maps_look (self);
  return GTK_WIDGET (self);
}

/** mage_training_maps_get_shown: the step whose maps are shown; 0: none are. */
guint
mage_training_maps_get_shown (MageTrainingMaps *self)
{
  return mage_map_reader_get_shown (self->reader);
}

/** mage_training_maps_get_n_tiles: how many pictures are shown. */
guint
mage_training_maps_get_n_tiles (MageTrainingMaps *self)
{
  guint n = 0;

  for (guint i = 0; i < N_TILES; i++)
    n += gtk_widget_get_visible (GTK_WIDGET (self->tiles)) && gtk_widget_get_visible (GTK_WIDGET (self->tile[i]));
  return n;
}

/** mage_training_maps_get_words: Returns: (transfer none) */
MageWordChips *
mage_training_maps_get_words (MageTrainingMaps *self)
{
  return self->words;
}

/** mage_training_maps_get_n_scenes: how many things there are that it looks at. */
guint
mage_training_maps_get_n_scenes (MageTrainingMaps *self)
{
  return self->scenes->len;
}

/** mage_training_maps_get_scene: Returns: (nullable): what it looks at, in words */
const char *
mage_training_maps_get_scene (MageTrainingMaps *self)
{
  const MageMapScene *scene = get_scene (self);

  return scene != NULL ? scene->title : NULL;
}

/** mage_training_maps_get_steps: Returns: (transfer none): the steps of what was learned before the thing itself */
GtkAdjustment *
mage_training_maps_get_steps (MageTrainingMaps *self)
{
  return self->adjustment;
}
