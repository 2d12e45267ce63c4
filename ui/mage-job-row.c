/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-job-row.h"

#include "ui/mage-job-log.h"
#include "ui/mage-job-settings.h"
#include "ui/mage-job-words.h"
#include "ui/mage-thumbnail.h"

#include <glib/gi18n.h>

/*
 * A job in the queue: what, where it stands or what it waits for, and what can be done with it: earlier, later, its
 * settings, which count when its turn comes, its log, and out. Or one that did not come to a good end: once more, or
 * forget it. Or what is left of one that is over: its log.
 */

#define THUMBNAIL 30

typedef struct
{
  MageSession *session;
  MageJob *job;            /* (nullable): NULL: it is over, and there is @record */
  MageJobRecord *record;
  GtkWidget *widget;
  GtkLabel *words;         /* below the rest, where there is more to say; (nullable) */
  GtkBox *suffixes;        /* (nullable) */
  GSimpleActionGroup *actions;
  gboolean held;
} Row;

static void
row_free (gpointer data)
{
  Row *self = data;

  g_clear_object (&self->session);
  g_clear_object (&self->job);
  g_clear_object (&self->record);
  g_clear_object (&self->actions);
  g_free (self);
}

static Row *
get_row (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "mage-row");
}

/* --- where it stands --- */

static void
enable (Row *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  if (action != NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* With what it will be made otherwise than the project has it. */
static char *
dup_waiting_words (Row *self)
{
  g_autofree char *words = mage_waiting_job_dup_words (MAGE_WAITING_JOB (self->job));
  g_autofree char *own = mage_job_settings_dup_words (self->session, MAGE_WAITING_JOB (self->job));

  return *own != '\0' ? g_strdup_printf ("%s · %s", words, own) : g_steal_pointer (&words);
}

static char *
dup_words (Row *self)
{
  if (mage_job_get_error (self->job) != NULL)
    return g_strdup (mage_job_get_error (self->job)->message);
  if (MAGE_IS_WAITING_JOB (self->job))
    return dup_waiting_words (self);
  return mage_job_dup_progress_words (self->job);
}

static gboolean
is_queued_at (Row *self, guint position)
{
  g_autoptr (MageJob) job = g_list_model_get_item (mage_worker_get_jobs (mage_session_get_worker (self->session)), position);

  return job != NULL && mage_job_get_state (job) == MAGE_JOB_QUEUED;
}

/* What runs is the first already, and stays so; behind the last there is nothing. */
static void
update_moves (Row *self)
{
  GListModel *jobs = mage_worker_get_jobs (mage_session_get_worker (self->session));
  guint position = 0;
  gboolean movable = g_list_store_find (G_LIST_STORE (jobs), self->job, &position) && mage_job_get_state (self->job) == MAGE_JOB_QUEUED;

  enable (self, "earlier", movable && position > 0 && is_queued_at (self, position - 1));
  enable (self, "later", movable && is_queued_at (self, position + 1));
}

static void
set_words (Row *self, const char *words)
{
  if (self->words != NULL)
    gtk_label_set_text (self->words, words);
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->widget), words);
}

static void
update (Row *self)
{
  g_autofree char *words = dup_words (self);
  MageJobState state = mage_job_get_state (self->job);

  set_words (self, words);
  update_moves (self);
  enable (self, "settings", MAGE_IS_WAITING_JOB (self->job) && mage_waiting_job_get_layer (MAGE_WAITING_JOB (self->job)) != NULL);
  /* What stops is as good as gone. */
  enable (self, "remove", state < MAGE_JOB_CANCELLING);
}

static void
changed_cb (GtkWidget *widget)
{
  update (get_row (widget));
}

/* Where it can be moved depends on the others, and what it waits for is done some day. */
static void
watch_others (Row *self)
{
  GPtrArray *needs = MAGE_IS_WAITING_JOB (self->job) ? mage_waiting_job_get_needs (MAGE_WAITING_JOB (self->job)) : NULL;

  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (self->session)), "items-changed", G_CALLBACK (changed_cb),
                           self->widget, G_CONNECT_SWAPPED);
  for (guint i = 0; needs != NULL && i < needs->len; i++)
    g_signal_connect_object (g_ptr_array_index (needs, i), "settled", G_CALLBACK (changed_cb), self->widget, G_CONNECT_SWAPPED);
}

/* --- what can be done --- */

static void
move_job (Row *self, int by)
{
  MageWorker *worker = mage_session_get_worker (self->session);
  guint position = 0;

  if (g_list_store_find (G_LIST_STORE (mage_worker_get_jobs (worker)), self->job, &position))
    gtk_widget_activate_action (self->widget, "jobs.move", "(uu)", position, (guint) MAX (0, (int) position + by));
}

static void
earlier_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  move_job (get_row (data), -1);
}

static void
later_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  move_job (get_row (data), 1);
}

static GtkWidget *
get_window (Row *self)
{
  return GTK_WIDGET (gtk_widget_get_root (self->widget));
}

/* The queue lies above all, and would keep the keys of what is opened from it. */
static void
close_queue (Row *self)
{
  GtkWidget *queue = gtk_widget_get_ancestor (self->widget, GTK_TYPE_POPOVER);

  if (queue != NULL)
    gtk_popover_popdown (GTK_POPOVER (queue));
}

static void
settings_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Row *self = get_row (data);

  GtkWidget *window = get_window (self);

  close_queue (self);
  adw_dialog_present (mage_job_settings_new (self->session, MAGE_WAITING_JOB (self->job)), window);
}

/* Of what works on it: its page, with the settings of the project. */
static void
show_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Row *self = get_row (data);
  GObject *object = self->record != NULL ? mage_job_record_get_object (self->record) : mage_session_get_subject_of (self->session, self->job);

  close_queue (self);
  if (MAGE_IS_FUSION (object))
    mage_session_show (self->session, MAGE_PLACE_FUSION);
  else if (MAGE_IS_TRAINABLE (object))
    mage_session_show_item (self->session, MAGE_TRAINABLE (object));
  else
    mage_session_show (self->session, MAGE_IS_RESULT (object) ? MAGE_PLACE_RESULTS : MAGE_PLACE_COMPOSE);
}

static void
log_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Row *self = get_row (data);
  GtkWidget *window = get_window (self);

  close_queue (self);
  if (self->record != NULL)
    mage_job_log_show_text (mage_job_record_get_title (self->record), mage_job_record_get_log (self->record), window);
  else
    mage_job_log_show (self->job, window);
}

static void
remove_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Row *self = get_row (data);

  if (self->held)
    mage_session_dismiss (self->session, self->job);
  else
    mage_session_cancel (self->session, self->job);
}

static void
retry_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Row *self = get_row (data);

  mage_session_retry (self->session, self->job);
}

static const GActionEntry entries[] = {
  { .name = "earlier", .activate = earlier_action },
  { .name = "later", .activate = later_action },
  { .name = "settings", .activate = settings_action },
  { .name = "show", .activate = show_action },
  { .name = "log", .activate = log_action },
  { .name = "remove", .activate = remove_action },
  { .name = "retry", .activate = retry_action },
};

/* --- the row --- */

static GtkWidget *
add_button (Row *self, GtkWidget *button, const char *tooltip)
{
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  if (self->suffixes != NULL)
    gtk_box_append (self->suffixes, button);
  else
    adw_action_row_add_suffix (ADW_ACTION_ROW (self->widget), button);
  return button;
}

static void
add_action_button (Row *self, const char *icon, const char *tooltip, const char *action)
{
  GtkWidget *button = add_button (self, gtk_button_new_from_icon_name (icon), tooltip);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
add_menu (Row *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();

  if (!self->held)
    {
      g_menu_append (menu, _("_Earlier"), "row.earlier");
      g_menu_append (menu, _("_Later"), "row.later");
      g_menu_append (menu, _("_Settings of Its Own"), "row.settings");
    }
  g_menu_append (menu, _("Show Its _Page"), "row.show");
  g_menu_append (menu, _("Lo_g"), "row.log");
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  if (!self->held)
    g_signal_connect_object (button, "notify::active", G_CALLBACK (changed_cb), self->widget, G_CONNECT_SWAPPED);
  add_button (self, button, _("More"));
}

/* Words that may be long have a line of their own, of the row's width. */
static void
make_tall (Row *self, GtkWidget *thumbnail, const char *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *label = gtk_label_new (title);

  self->suffixes = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6));
  self->words = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_margin_start (label, 6);
  gtk_box_append (self->suffixes, thumbnail);
  gtk_box_append (self->suffixes, label);
  gtk_label_set_xalign (self->words, 0);
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_wrap_mode (self->words, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (self->words, GTK_NATURAL_WRAP_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "dim-label");
  gtk_widget_add_css_class (box, "tall-row");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->suffixes));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->words));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->widget), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->widget), FALSE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL,
                                  GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->words, NULL, -1);
}

static Row *
row_new (MageSession *session, const char *title, GObject *object, gboolean tall)
{
  Row *self = g_new0 (Row, 1);
  GtkWidget *thumbnail = mage_thumbnail_new (THUMBNAIL, THUMBNAIL);

  self->session = g_object_ref (session);
  self->widget = tall ? adw_preferences_row_new () : adw_action_row_new ();
  self->actions = g_simple_action_group_new ();
  g_object_set_data_full (G_OBJECT (self->widget), "mage-row", self, row_free);
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self->widget);
  gtk_widget_insert_action_group (self->widget, "row", G_ACTION_GROUP (self->actions));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->widget), title);
  gtk_widget_add_css_class (self->widget, "numeric");
  mage_thumbnail_set_object (MAGE_THUMBNAIL (thumbnail), object);
  gtk_widget_set_valign (thumbnail, GTK_ALIGN_CENTER);
  if (tall)
    make_tall (self, thumbnail, title);
  else
    adw_action_row_add_prefix (ADW_ACTION_ROW (self->widget), thumbnail);
  return self;
}

static Row *
row_new_for_job (MageSession *session, MageJob *job, gboolean held)
{
  Row *self = row_new (session, mage_job_get_title (job), mage_session_get_subject_of (session, job), held);

  self->job = g_object_ref (job);
  self->held = held;
  return self;
}

/** mage_job_row_new: a row for the queue; its "jobs.move" (uu), from one place to another, is somebody else's. */
GtkWidget *
mage_job_row_new (MageSession *session, MageJob *job)
{
  Row *self = row_new_for_job (session, job, FALSE);
  MageParamLayer *layer = MAGE_IS_WAITING_JOB (job) ? mage_waiting_job_get_layer (MAGE_WAITING_JOB (job)) : NULL;

  if (layer != NULL)
    g_signal_connect_object (layer, "changed", G_CALLBACK (changed_cb), self->widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "progressed", G_CALLBACK (changed_cb), self->widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify::state", G_CALLBACK (changed_cb), self->widget, G_CONNECT_SWAPPED);
  watch_others (self);
  add_menu (self);
  add_action_button (self, "window-close-symbolic", _("Remove from the Queue"), "row.remove");
  update (self);
  return self->widget;
}

/** mage_job_row_new_held: a row for what did not come to a good end, or waits because of that. */
GtkWidget *
mage_job_row_new_held (MageSession *session, MageJob *job)
{
  Row *self = row_new_for_job (session, job, TRUE);

  add_action_button (self, "view-refresh-symbolic", _("Try Again"), "row.retry");
  add_menu (self);
  add_action_button (self, "window-close-symbolic", _("Forget"), "row.remove");
  update (self);
  enable (self, "remove", TRUE);
  return self->widget;
}

/** mage_job_row_new_over: a row for what is left of a job. */
GtkWidget *
mage_job_row_new_over (MageSession *session, MageJobRecord *record)
{
  Row *self = row_new (session, mage_job_record_get_title (record), mage_job_record_get_object (record), FALSE);

  self->record = g_object_ref (record);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->widget), mage_job_record_get_words (record));
  add_action_button (self, "text-x-generic-symbolic", _("Log"), "row.log");
  return self->widget;
}

/** mage_job_row_get_job: Returns: (transfer none) (nullable): NULL for one that is over */
MageJob *
mage_job_row_get_job (GtkWidget *row)
{
  Row *self = get_row (row);

  return self != NULL ? self->job : NULL;
}

/** mage_job_row_can: whether @action, "later" or another of its menu, can be chosen. */
gboolean
mage_job_row_can (GtkWidget *row, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (get_row (row)->actions), action);
}
