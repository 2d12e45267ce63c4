/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-history.h"

#include "project/mage-json.h"
#include "project/mage-project-private.h"

/*
 * Undo and redo. A snapshot holds the project's objects themselves and, as JSON, what can be edited
 * in them; going back writes it into the same objects, so that whoever shows or has selected one
 * keeps it, and a subject that comes back brings its run. Runs and results are no edits, but that a
 * result was deleted is one; its files go when no snapshot is left from before.
 */

/* Older edits are forgotten beyond this many; a snapshot is a few kilobytes. */
#define MAX_DEPTH 200

/* An object with what can be edited in it; media have their mask instead of JSON. */
typedef struct
{
  GObject *object;
  GObject *mask;
  GPtrArray *marks;    /* (nullable): a thing's */
  JsonObject *json;
  GPtrArray *children; /* (nullable): Entry: a subject's pictures, a motion's things */
} Entry;

typedef struct
{
  char *label;
  char *key;
  char *text;       /* everything, to find out whether something changed */
  char *model_dir;  /* (nullable) */
  char *prior_dir;  /* (nullable) */
  JsonObject *prior_captions;
  JsonObject *params;
  GPtrArray *subjects;
  GPtrArray *motions;
  GPtrArray *deleted; /* MageResult */
} Snapshot;

struct _MageHistory
{
  GObject parent_instance;

  MageProject *project;
  Snapshot *now;
  GQueue undo; /* the newest first; labelled with what was done after it */
  GQueue redo;
  gboolean restoring;
};

G_DEFINE_FINAL_TYPE (MageHistory, mage_history, G_TYPE_OBJECT)

enum
{
  PROP_UNDO_LABEL = 1,
  PROP_REDO_LABEL,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_clear_object (&self->object);
  g_clear_object (&self->mask);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  g_clear_pointer (&self->json, json_object_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

static void
snapshot_free (gpointer data)
{
  Snapshot *self = data;

  if (self == NULL)
    return;
  g_free (self->label);
  g_free (self->key);
  g_free (self->text);
  g_free (self->model_dir);
  g_free (self->prior_dir);
  g_clear_pointer (&self->prior_captions, json_object_unref);
  g_clear_pointer (&self->params, json_object_unref);
  g_clear_pointer (&self->subjects, g_ptr_array_unref);
  g_clear_pointer (&self->motions, g_ptr_array_unref);
  g_clear_pointer (&self->deleted, g_ptr_array_unref);
  g_free (self);
}

/* --- taking --- */

static GPtrArray *take_list (GListModel *list, GString *text);

static JsonObject *
item_to_json (GObject *object)
{
  JsonObject *json;

  if (MAGE_IS_SUBJECT (object))
    json = mage_subject_to_json (MAGE_SUBJECT (object));
  else if (MAGE_IS_MOTION (object))
    json = mage_motion_to_json (MAGE_MOTION (object));
  else if (MAGE_IS_THING (object))
    json = mage_thing_to_json (MAGE_THING (object));
  else
    json = mage_media_to_json (MAGE_MEDIA (object));
  json_object_remove_member (json, "run");
  json_object_remove_member (json, "pictures");
  json_object_remove_member (json, "things");
  json_object_remove_member (json, "asked");
  return json;
}

static Entry *
take_entry (GObject *object, GString *text)
{
  Entry *entry = g_new0 (Entry, 1);
  g_autofree char *line = NULL;

  entry->object = g_object_ref (object);
  entry->json = item_to_json (object);
  line = mage_json_to_line (entry->json);
  g_string_append_printf (text, "%p %s\n", (void *) object, line);
  if (MAGE_IS_MEDIA (object))
    g_set_object (&entry->mask, (GObject *) mage_media_get_mask (MAGE_MEDIA (object)));
  else if (MAGE_IS_THING (object))
    {
      g_set_object (&entry->mask, (GObject *) mage_thing_get_mask (MAGE_THING (object)));
      entry->marks = g_ptr_array_ref (mage_thing_get_marks (MAGE_THING (object)));
    }
  else if (MAGE_IS_SUBJECT (object))
    entry->children = take_list (G_LIST_MODEL (mage_subject_get_pictures (MAGE_SUBJECT (object))), text);
  else if (MAGE_IS_MOTION (object))
    entry->children = take_list (G_LIST_MODEL (mage_motion_get_things (MAGE_MOTION (object))), text);
  return entry;
}

static GPtrArray *
take_list (GListModel *list, GString *text)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (list, i);

      g_ptr_array_add (entries, take_entry (object, text));
    }
  return entries;
}

/* What computes is a setting of the machine, no edit of the project. */
static gboolean
is_machine (const MageParamInfo *info)
{
  return g_str_equal (info->group, "Machine");
}

static JsonObject *
take_params (MageProject *project)
{
  JsonObject *object = mage_params_to_json (mage_project_get_params (project), FALSE);
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; i < n; i++)
    if (is_machine (&table[i]) && json_object_has_member (object, table[i].key))
      json_object_remove_member (object, table[i].key);
  return object;
}

static GPtrArray *
take_deleted (MageProject *project, GString *text)
{
  GPtrArray *deleted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (project->deleted)); i++)
    {
      g_ptr_array_add (deleted, g_list_model_get_item (G_LIST_MODEL (project->deleted), i));
      g_string_append_printf (text, "%p\n", g_ptr_array_index (deleted, i));
    }
  return deleted;
}

static Snapshot *
take_snapshot (MageProject *project)
{
  Snapshot *self = g_new0 (Snapshot, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *params = NULL;
  g_autofree char *captions = NULL;

  self->params = take_params (project);
  params = mage_json_to_line (self->params);
  if (!mage_project_is_builtin_model (project))
    self->model_dir = g_strdup (mage_project_get_model_dir (project));
  self->prior_dir = g_strdup (project->prior_dir);
  self->prior_captions = mage_project_captions_to_json (project);
  captions = mage_json_to_line (self->prior_captions);
  g_string_append_printf (text, "%s\n%s\n%s\n%s\n", params, self->model_dir != NULL ? self->model_dir : "",
                          self->prior_dir != NULL ? self->prior_dir : "", captions);
  self->subjects = take_list (G_LIST_MODEL (mage_project_get_subjects (project)), text);
  g_string_append (text, "--\n");
  self->motions = take_list (G_LIST_MODEL (mage_project_get_motions (project)), text);
  g_string_append (text, "--\n");
  self->deleted = take_deleted (project, text);
  self->text = g_strdup (text->str);
  return self;
}

/* --- going back --- */

static void restore_list (GListStore *store, GPtrArray *entries);

static void
restore_trainable (MageTrainable *item, JsonObject *json)
{
  mage_trainable_set_name (item, mage_json_get_string (json, "name", ""));
  mage_trainable_set_token (item, mage_json_get_string (json, "token", NULL));
  mage_trainable_set_superclass (item, mage_json_get_string (json, "superclass", NULL));
}

static void
restore_entry (Entry *entry)
{
  JsonObject *json = entry->json;

  if (MAGE_IS_MEDIA (entry->object))
    {
      mage_media_set_mask (MAGE_MEDIA (entry->object), (MageMedia *) entry->mask);
      return;
    }
  restore_trainable (MAGE_TRAINABLE (entry->object), json);
  if (MAGE_IS_SUBJECT (entry->object))
    {
      MageSubject *subject = MAGE_SUBJECT (entry->object);

      mage_subject_set_prompt (subject, mage_json_get_string (json, "prompt", NULL));
      restore_list (mage_subject_get_pictures (subject), entry->children);
    }
  else if (MAGE_IS_MOTION (entry->object))
    {
      MageMotion *motion = MAGE_MOTION (entry->object);
      MageCrop crop;

      mage_motion_set_caption (motion, mage_json_get_string (json, "caption", ""));
      mage_motion_set_span (motion, mage_json_get_double (json, "start", 0), mage_json_get_double (json, "length", 0));
      mage_crop_parse (&crop, mage_json_get_string (json, "crop", NULL));
      mage_motion_set_crop (motion, &crop);
      restore_list (mage_motion_get_things (motion), entry->children);
    }
  else
    {
      MageThing *thing = MAGE_THING (entry->object);

      mage_thing_set_mask (thing, (MageMedia *) entry->mask, mage_json_get_double (json, "time", 0));
      mage_thing_set_part (thing, mage_json_get_string (json, "part", NULL));
      mage_thing_set_marks (thing, entry->marks);
    }
}

static gboolean
list_equals (GListModel *list, GPtrArray *entries, guint *n_same)
{
  guint n = g_list_model_get_n_items (list);

  for (*n_same = 0; *n_same < MIN (n, entries->len); (*n_same)++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (list, *n_same);
      Entry *entry = g_ptr_array_index (entries, *n_same);

      if (object != entry->object)
        return FALSE;
    }
  return n == entries->len;
}

/* The items first, so that a name is right when it is seen; the list only from where it differs. */
static void
restore_list (GListStore *store, GPtrArray *entries)
{
  guint n_same;

  for (guint i = 0; i < entries->len; i++)
    restore_entry (g_ptr_array_index (entries, i));
  if (!list_equals (G_LIST_MODEL (store), entries, &n_same))
    {
      g_autoptr (GPtrArray) objects = g_ptr_array_new ();

      for (guint i = n_same; i < entries->len; i++)
        g_ptr_array_add (objects, ((Entry *) g_ptr_array_index (entries, i))->object);
      g_list_store_splice (store, n_same, g_list_model_get_n_items (G_LIST_MODEL (store)) - n_same,
                           objects->pdata, objects->len);
    }
}

static void
restore_model (MageProject *project, const Snapshot *snapshot)
{
  const char *now = mage_project_is_builtin_model (project) ? NULL : mage_project_get_model_dir (project);
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (now, snapshot->model_dir) != 0 && !mage_project_set_model_dir (project, snapshot->model_dir, &error))
    g_info ("The model stays: %s", error->message);
}

static void
restore_params (MageParams *params, JsonObject *edited)
{
  g_autoptr (JsonObject) object = mage_json_dup_object (edited);
  g_autoptr (JsonObject) now = mage_params_to_json (params, FALSE);
  g_autoptr (GError) error = NULL;
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; i < n; i++)
    if (is_machine (&table[i]) && json_object_has_member (now, table[i].key))
      json_object_set_member (object, table[i].key, json_node_copy (json_object_get_member (now, table[i].key)));
  if (!mage_params_load_json (params, object, &error))
    g_warning ("A snapshot does not fit: %s", error->message);
}

/* What was made since the snapshot was taken is not deleted in it. */
static void
restore_deleted (MageProject *project, GPtrArray *deleted)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) now = take_deleted (project, text);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < now->len && error == NULL; i++)
    if (!g_ptr_array_find (deleted, g_ptr_array_index (now, i), NULL))
      mage_project_take_back_result (project, g_ptr_array_index (now, i), &error);
  for (guint i = 0; i < deleted->len && error == NULL; i++)
    if (mage_project_has_result (project, g_ptr_array_index (deleted, i)))
      mage_project_delete_result (project, g_ptr_array_index (deleted, i), &error);
  if (error != NULL)
    g_info ("A video stays as it is: %s", error->message);
}

static void
restore_snapshot (MageHistory *self, const Snapshot *snapshot)
{
  self->restoring = TRUE;
  restore_model (self->project, snapshot);
  mage_project_restore_prior (self->project, snapshot->prior_dir, snapshot->prior_captions);
  restore_params (mage_project_get_params (self->project), snapshot->params);
  restore_list (mage_project_get_subjects (self->project), snapshot->subjects);
  restore_list (mage_project_get_motions (self->project), snapshot->motions);
  restore_deleted (self->project, snapshot->deleted);
  self->restoring = FALSE;
}

/* --- the object --- */

static void
mage_history_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageHistory *self = MAGE_HISTORY (object);

  switch (id)
    {
    case PROP_UNDO_LABEL:
      g_value_set_string (value, mage_history_get_undo_label (self));
      break;
    case PROP_REDO_LABEL:
      g_value_set_string (value, mage_history_get_redo_label (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_history_finalize (GObject *object)
{
  MageHistory *self = MAGE_HISTORY (object);

  g_queue_clear_full (&self->undo, snapshot_free);
  g_queue_clear_full (&self->redo, snapshot_free);
  g_clear_pointer (&self->now, snapshot_free);
  /* Nobody can undo any more. */
  mage_project_remove_deleted (self->project, NULL);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (mage_history_parent_class)->finalize (object);
}

static void
mage_history_class_init (MageHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_history_get_property;
  object_class->finalize = mage_history_finalize;

  /** MageHistory:undo-label: (nullable): what undo would take back; NULL when there is nothing. */
  props[PROP_UNDO_LABEL] = g_param_spec_string ("undo-label", NULL, NULL, NULL, flags);
  /** MageHistory:redo-label: (nullable): what redo would do again. */
  props[PROP_REDO_LABEL] = g_param_spec_string ("redo-label", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_history_init (MageHistory *self)
{
  g_queue_init (&self->undo);
  g_queue_init (&self->redo);
}

static void
notify_labels (MageHistory *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNDO_LABEL]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REDO_LABEL]);
}

/** mage_history_new: the project as it is now is where undo ends. */
MageHistory *
mage_history_new (MageProject *project)
{
  MageHistory *self = g_object_new (MAGE_TYPE_HISTORY, NULL);

  self->project = g_object_ref (project);
  self->now = take_snapshot (project);
  return self;
}

static gboolean
is_deleted_in_all (GQueue *snapshots, MageResult *result)
{
  for (GList *link = snapshots->head; link != NULL; link = link->next)
    if (!g_ptr_array_find (((Snapshot *) link->data)->deleted, result, NULL))
      return FALSE;
  return TRUE;
}

/* The oldest edits are forgotten, and with them the way back to what was deleted by them. */
static void
forget_oldest (MageHistory *self)
{
  g_autoptr (GPtrArray) deleted = g_ptr_array_ref (self->now->deleted);
  gboolean removed = FALSE;

  while (g_queue_get_length (&self->undo) > MAX_DEPTH)
    snapshot_free (g_queue_pop_tail (&self->undo));
  for (guint i = 0; i < deleted->len; i++)
    if (is_deleted_in_all (&self->undo, g_ptr_array_index (deleted, i)))
      {
        mage_project_remove_deleted (self->project, g_ptr_array_index (deleted, i));
        removed = TRUE;
      }
  if (!removed)
    return;
  snapshot_free (self->now);
  self->now = take_snapshot (self->project);
}

/**
 * mage_history_commit:
 * @label: what was done, for the user: "Rename Subject"
 * @key: (nullable): an edit with the same key as the one before joins it, as while a slider moves
 *
 * Keeps what changed since the last call as one edit.
 *
 * Returns: whether something changed
 */
gboolean
mage_history_commit (MageHistory *self, const char *label, const char *key)
{
  Snapshot *snapshot;
  Snapshot *last;

  if (self->restoring)
    return FALSE;
  snapshot = take_snapshot (self->project);
  if (g_str_equal (snapshot->text, self->now->text))
    {
      snapshot_free (snapshot);
      return FALSE;
    }
  last = g_queue_peek_head (&self->undo);
  if (key == NULL || last == NULL || g_strcmp0 (last->key, key) != 0)
    {
      last = g_steal_pointer (&self->now);
      last->label = g_strdup (label);
      last->key = g_strdup (key);
      g_queue_push_head (&self->undo, last);
    }
  g_clear_pointer (&self->now, snapshot_free);
  self->now = snapshot;
  g_queue_clear_full (&self->redo, snapshot_free);
  if (g_queue_get_length (&self->undo) > MAX_DEPTH)
    forget_oldest (self);
  notify_labels (self);
  return TRUE;
}

/* The label stays between the two states that it leads from and to. What comes next joins nothing before. */
static gboolean
step (MageHistory *self, GQueue *from, GQueue *to)
{
  Snapshot *snapshot = g_queue_pop_head (from);
  Snapshot *last;

  if (snapshot == NULL)
    return FALSE;
  g_free (self->now->label);
  self->now->label = g_steal_pointer (&snapshot->label);
  g_clear_pointer (&self->now->key, g_free);
  g_clear_pointer (&snapshot->key, g_free);
  g_queue_push_head (to, g_steal_pointer (&self->now));
  self->now = snapshot;
  last = g_queue_peek_head (&self->undo);
  if (last != NULL)
    g_clear_pointer (&last->key, g_free);
  restore_snapshot (self, snapshot);
  notify_labels (self);
  return TRUE;
}

/** mage_history_undo: Returns: FALSE when there is nothing to take back */
gboolean
mage_history_undo (MageHistory *self)
{
  return step (self, &self->undo, &self->redo);
}

/** mage_history_redo: Returns: FALSE when there is nothing to do again */
gboolean
mage_history_redo (MageHistory *self)
{
  return step (self, &self->redo, &self->undo);
}

const char *
mage_history_get_undo_label (MageHistory *self)
{
  Snapshot *snapshot = g_queue_peek_head (&self->undo);

  return snapshot != NULL ? snapshot->label : NULL;
}

const char *
mage_history_get_redo_label (MageHistory *self)
{
  Snapshot *snapshot = g_queue_peek_head (&self->redo);

  return snapshot != NULL ? snapshot->label : NULL;
}
