/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-training-maps.h"

#include "jobs/mage-map-file.h"
#include "ui/mage-heat-map.h"
#include "ui/mage-heat-scale.h"
#include "ui/mage-look-tile.h"
#include "ui/mage-map-frames.h"
#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>

/*
 * Where a training looks, at any step of which it was kept: the maps of a word, from coarse to fine, over what is learned from, and of
 * a motion which frames look at which. While the widget is on the screen the job is watched: only then the maps are made.
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
  char *dir;             /* (nullable): of the run that is shown */
  GArray *steps;         /* of guint: of which maps are kept */
  guint step;            /* that the page shows; 0: the newest */
  guint shown;           /* whose maps are shown; 0: none */
  guint loading;
  MageMaps *maps;
  Frames *ground;
  GPtrArray *layers;     /* of MageMapLayer, as the menu lists them */
  int chosen_layer;      /* of these; negative: coarse to fine */
  int chosen_head;       /* negative: the mean */
  gboolean listing;      /* the menus are being filled */
  GCancellable *cancellable;

  MageWordChips *words;
  GtkWidget *heading;
  GtkDropDown *layer;
  GtkDropDown *head;
  GtkWidget *hint;
  AdwWrapBox *tiles;
  MageLookTile *tile[N_TILES];
  MageHeatScale *scale;
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
  g_autoptr (Frames) heat = mage_heat_map_new (self->ground, map);
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
    return mage_map_groups_of (self->maps, N_SIZES);
  groups = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_map_group_free);
  g_ptr_array_add (groups, mage_map_group_of_layer (g_ptr_array_index (self->layers, self->chosen_layer)));
  return groups;
}

/* All tiles of the word have one scale. */
static void
show_maps (MageTrainingMaps *self)
{
  g_autoptr (GPtrArray) groups = self->maps != NULL && self->ground != NULL ? make_groups (self) : g_ptr_array_new ();
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

static void
list_heads (MageTrainingMaps *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n = count_heads (self);

  self->listing = TRUE;
  gtk_string_list_append (names, _("All, their mean"));
  for (guint i = 0; n > 1 && i < n; i++)
    gtk_string_list_take (names, g_strdup_printf ("%u", i + 1));
  gtk_drop_down_set_model (self->head, G_LIST_MODEL (names));
  self->chosen_head = self->chosen_head < (int) n && n > 1 ? self->chosen_head : -1;
  gtk_drop_down_set_selected (self->head, (guint) (self->chosen_head + 1));
  gtk_widget_set_sensitive (GTK_WIDGET (self->head), n > 1);
  self->listing = FALSE;
}

static void
list_layers (MageTrainingMaps *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GListModel *before = gtk_drop_down_get_model (self->layer);

  self->listing = TRUE;
  g_ptr_array_set_size (self->layers, 0);
  gtk_string_list_append (names, _("From coarse to fine"));
  for (guint i = 0; i < self->maps->layers->len; i++)
    {
      MageMapLayer *layer = g_ptr_array_index (self->maps->layers, i);

      g_ptr_array_add (self->layers, layer);
      gtk_string_list_take (names, mage_map_layer_dup_title (layer));
    }
  if (self->chosen_layer >= (int) self->layers->len)
    self->chosen_layer = -1;
  if (before == NULL || g_list_model_get_n_items (before) != g_list_model_get_n_items (G_LIST_MODEL (names)))
    gtk_drop_down_set_model (self->layer, G_LIST_MODEL (names));
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
  if (self->maps != NULL)
    list_layers (self);
  show_maps (self);
}

/* --- reading --- */

typedef struct
{
  char *path;
  guint step;
  MageMaps *maps;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_free (load->path);
  g_clear_pointer (&load->maps, mage_maps_free);
  g_free (load);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;

  load->maps = mage_map_file_read (load->path, &error);
  if (load->maps == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void load_step (MageTrainingMaps *self);

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MageTrainingMaps *self = MAGE_TRAINING_MAPS (source);
  Load *load = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_info ("%s", error->message);
      return;
    }
  self->loading = 0;
  self->shown = load->step;
  g_clear_pointer (&self->maps, mage_maps_free);
  self->maps = g_steal_pointer (&load->maps);
  mage_word_chips_set_words (self->words, (const char *const *) self->maps->words, mage_session_get_project (self->session));
  list_layers (self);
  show_maps (self);
  load_step (self);
}

/* The newest that were kept by the step that is shown; before all of them the first. */
static guint
find_step (MageTrainingMaps *self)
{
  guint found = self->steps->len > 0 ? g_array_index (self->steps, guint, self->step == 0 ? self->steps->len - 1 : 0) : 0;

  for (guint i = 0; self->step > 0 && i < self->steps->len; i++)
    if (g_array_index (self->steps, guint, i) <= self->step)
      found = g_array_index (self->steps, guint, i);
  return found;
}

static void
ground_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageTrainingMaps) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  if (frames == NULL || self->session == NULL)
    return;
  g_clear_pointer (&self->ground, frames_unref);
  self->ground = g_steal_pointer (&frames);
  show_maps (self);
}

static void
load_ground (MageTrainingMaps *self, const char *maps_path)
{
  double rate = mage_params_get_double (mage_project_get_params (mage_session_get_project (self->session)), "rate");
  g_autofree char *folder = g_path_get_dirname (maps_path);
  g_autofree char *ground = g_build_filename (folder, MAGE_MAPS_GROUND, NULL);

  mage_load_folder_async (ground, rate, self->cancellable, ground_loaded_cb, g_object_ref (self));
}

/* One file after the other: while a slider is dragged the last one is what counts. */
static void
load_step (MageTrainingMaps *self)
{
  MageRun *run = mage_trainable_get_run (self->item);
  guint step = find_step (self);
  g_autoptr (GTask) task = NULL;
  Load *load;

  if (run == NULL || step == 0 || step == self->shown || self->loading != 0)
    return;
  self->loading = step;
  load = g_new0 (Load, 1);
  load->step = step;
  load->path = mage_run_dup_maps_path (run, step);
  if (self->ground == NULL)
    load_ground (self, load->path);
  task = g_task_new (self, self->cancellable, loaded_cb, NULL);
  g_task_set_task_data (task, load, load_free);
  g_task_set_return_on_cancel (task, FALSE);
  g_task_run_in_thread (task, load_thread);
}

static void
forget (MageTrainingMaps *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_ptr_array_set_size (self->layers, 0);
  g_clear_pointer (&self->maps, mage_maps_free);
  g_clear_pointer (&self->ground, frames_unref);
  self->shown = self->loading = 0;
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
  MageRun *run = mage_trainable_get_run (self->item);
  gboolean other = g_strcmp0 (run != NULL ? mage_run_get_dir (run) : NULL, self->dir) != 0;

  g_set_str (&self->dir, run != NULL ? mage_run_get_dir (run) : NULL);
  g_array_unref (self->steps);
  self->steps = run != NULL ? mage_run_list_maps (run) : g_array_new (FALSE, FALSE, sizeof (guint));
  if (other)
    {
      forget (self);
      show_maps (self);
    }
  load_step (self);
}

/* --- the object --- */

static void
set_step (MageTrainingMaps *self, guint step)
{
  if (self->step == step)
    return;
  self->step = step;
  load_step (self);
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
  g_cancellable_cancel (self->cancellable);
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

  g_clear_object (&self->cancellable);
  g_array_unref (self->steps);
  g_ptr_array_unref (self->layers);
  g_clear_pointer (&self->maps, mage_maps_free);
  g_clear_pointer (&self->ground, frames_unref);
  g_free (self->dir);
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
  self->steps = g_array_new (FALSE, FALSE, sizeof (guint));
  self->layers = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
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
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Where the model looks"), -1);
}

/** mage_training_maps_new: @item: a subject or a motion */
GtkWidget *
mage_training_maps_new (MageSession *session, MageTrainable *item)
{
  MageTrainingMaps *self = g_object_new (MAGE_TYPE_TRAINING_MAPS, NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  g_signal_connect_swapped (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed", G_CALLBACK (find_job), self);
  mage_training_maps_look (self);
  return GTK_WIDGET (self);
}

/** mage_training_maps_get_shown: the step whose maps are shown; 0: none are. */
guint
mage_training_maps_get_shown (MageTrainingMaps *self)
{
  return self->shown;
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
