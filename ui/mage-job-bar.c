/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-job-bar.h"

#include "ui/mage-job-row.h"
#include "ui/mage-job-words.h"
#include "ui/mage-queue-drag.h"
#include "ui/mage-sparkline.h"
#include "ui/mage-thumbnail.h"

#include <glib/gi18n.h>

/* What runs now, over the whole width of the window, and the queue. */

struct _MageJobBar
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkLabel *idle;
  MageThumbnail *thumbnail;
  GtkLabel *title;
  GtkLabel *step;
  GtkProgressBar *progress;
  GtkProgressBar *narrow_progress;
  GtkLabel *rate;
  GtkLabel *time;
  MageSparkline *sparkline;
  GtkButton *pause;
  GtkWidget *separator;
  GtkLabel *queue_label;
  GtkLabel *count;
  GtkStack *idle_stack;
  GtkStack *queue_stack;
  GtkListBox *list;
  GtkWidget *held_box;
  GtkListBox *held;
  GtkLabel *refusal;
  GtkWidget *over_box;
  GtkListBox *over;

  MageSession *session;
  GListModel *jobs;
  MageJob *job; /* what is shown */
  GSimpleActionGroup *actions;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (MageJobBar, mage_job_bar, ADW_TYPE_BIN)

enum
{
  PROP_NARROW = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- what runs --- */

static void
update_progress (MageJobBar *self)
{
  /* Beside the title there is no room for more, and the bar below shows how far it is. */
  gboolean short_words = self->narrow && mage_job_get_state (self->job) == MAGE_JOB_PAUSED;
  g_autofree char *step = short_words ? g_strdup (_("Paused")) : mage_job_dup_progress_words (self->job);
  g_autofree char *rate = mage_job_dup_rate_words (self->job);
  g_autofree char *time = mage_job_dup_time_words (self->job);
  guint n = mage_job_get_n_steps (self->job);
  double fraction = n > 0 ? MIN (1, (double) mage_job_get_step (self->job) / n) : 0;

  gtk_label_set_label (self->step, step);
  gtk_widget_set_visible (GTK_WIDGET (self->step), !self->narrow || n == 0 || *time == '\0');
  gtk_label_set_label (self->rate, rate);
  gtk_label_set_label (self->time, time);
  gtk_widget_set_visible (GTK_WIDGET (self->rate), *rate != '\0' && !self->narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->time), *time != '\0');
  gtk_progress_bar_set_fraction (self->progress, fraction);
  gtk_progress_bar_set_fraction (self->narrow_progress, fraction);
  gtk_widget_set_visible (GTK_WIDGET (self->sparkline),
                          !self->narrow && mage_series_get_length (mage_job_get_series (self->job)) > 1);
  mage_sparkline_update (self->sparkline);
}

/* What is being made is seen as it is now. */
static void
update_preview (MageJobBar *self)
{
  guint n_frames;
  guint width;
  guint height;
  GBytes *rgb = mage_job_get_preview (self->job, &n_frames, &width, &height);
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  if (rgb == NULL)
    return;
  frame = g_bytes_new_from_bytes (rgb, (gsize) (n_frames / 2) * width * height * 3, (gsize) width * height * 3);
  texture = gdk_memory_texture_new ((int) width, (int) height, GDK_MEMORY_R8G8B8, frame, (gsize) width * 3);
  mage_thumbnail_set_texture (self->thumbnail, texture);
}

static void
enable (MageJobBar *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)), enabled);
}

static void
update_state (MageJobBar *self)
{
  MageJobState state = mage_job_get_state (self->job);
  gboolean paused = state == MAGE_JOB_PAUSED;

  gtk_button_set_icon_name (self->pause, paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause), paused ? _("Continue") : _("Pause"));
  enable (self, "pause", state <= MAGE_JOB_PAUSED);
  enable (self, "stop", state < MAGE_JOB_CANCELLING);
  update_progress (self);
}

static void
show_job (MageJobBar *self, MageJob *job)
{
  if (self->job == job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  gtk_stack_set_visible_child_name (self->stack, job != NULL ? "working" : "idle");
  mage_sparkline_set_series (self->sparkline, job != NULL ? mage_job_get_series (job) : NULL);
  enable (self, "pause", job != NULL);
  enable (self, "stop", job != NULL);
  if (job == NULL)
    {
      mage_thumbnail_set_object (self->thumbnail, NULL);
      return;
    }
  gtk_label_set_label (self->title, mage_job_get_title (job));
  mage_thumbnail_set_object (self->thumbnail, mage_session_get_subject_of (self->session, job));
  g_signal_connect_swapped (job, "progressed", G_CALLBACK (update_progress), self);
  g_signal_connect_swapped (job, "notify::state", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (job, "notify::preview", G_CALLBACK (update_preview), self);
  update_preview (self);
  update_state (self);
}

static void
jobs_changed_cb (MageJobBar *self)
{
  guint n = g_list_model_get_n_items (self->jobs);
  guint n_held = g_list_model_get_n_items (mage_session_get_held (self->session));
  guint n_over = g_list_model_get_n_items (mage_session_get_over (self->session));
  g_autoptr (MageJob) first = g_list_model_get_item (self->jobs, 0);
  g_autofree char *count = g_strdup_printf ("%u", n + n_held);

  gtk_label_set_label (self->count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->count), n + n_held > 0);
  gtk_stack_set_visible_child_name (self->queue_stack, n + n_held + n_over > 0 ? "jobs" : "empty");
  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
  gtk_widget_set_visible (self->held_box, n_held > 0);
  gtk_widget_set_visible (self->over_box, n_over > 0);
  show_job (self, first);
}

static GtkWidget *
create_row (gpointer job, gpointer data)
{
  return mage_job_row_new (MAGE_JOB_BAR (data)->session, job);
}

static GtkWidget *
create_held_row (gpointer job, gpointer data)
{
  return mage_job_row_new_held (MAGE_JOB_BAR (data)->session, job);
}

static GtkWidget *
create_over_row (gpointer record, gpointer data)
{
  return mage_job_row_new_over (MAGE_JOB_BAR (data)->session, record);
}

/* --- the order --- */

/* Why @job is not where it was put. */
static char *
dup_refusal (MageJob *job, MageJob *cause)
{
  const char *title = mage_job_get_title (job);
  const char *other = mage_job_get_title (cause);

  if (MAGE_IS_WAITING_JOB (job) && mage_waiting_job_needs (MAGE_WAITING_JOB (job), cause))
    return g_strdup_printf (_("“%s” needs “%s” and stays behind it"), title, other);
  if (MAGE_IS_WAITING_JOB (cause) && mage_waiting_job_needs (MAGE_WAITING_JOB (cause), job))
    return g_strdup_printf (_("“%s” is needed by “%s” and stays before it"), title, other);
  return g_strdup_printf (_("“%s” runs, and “%s” stays behind it"), other, title);
}

static void
set_refusal (MageJobBar *self, const char *words)
{
  gtk_label_set_text (self->refusal, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->refusal), words != NULL);
  if (words != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self->refusal), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
queue_closed_cb (MageJobBar *self)
{
  set_refusal (self, NULL);
}

static void
move_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MageJobBar *self = data;
  g_autoptr (MageJob) job = NULL;
  g_autofree char *words = NULL;
  MageJob *cause;
  guint from, to;

  g_variant_get (parameter, "(uu)", &from, &to);
  job = g_list_model_get_item (self->jobs, from);
  if (job == NULL)
    return;
  cause = mage_worker_move (mage_session_get_worker (self->session), job, to);
  words = cause != NULL ? dup_refusal (job, cause) : NULL;
  set_refusal (self, words);
}

/** mage_job_bar_get_refusal: why what was moved last is not where it was put; "" where it is. */
const char *
mage_job_bar_get_refusal (MageJobBar *self)
{
  return gtk_label_get_text (self->refusal);
}

/* --- idle --- */

static void
count_items (GListModel *list, guint *n, guint *n_trained)
{
  *n = g_list_model_get_n_items (list);
  *n_trained = 0;
  for (guint i = 0; i < *n; i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (list, i);

      *n_trained += mage_trainable_get_state (item) == MAGE_TRAINED;
    }
}

static void
show_import (MageJobBar *self)
{
  int percent = mage_import_progress_get_percent (mage_session_get_imports (self->session));
  g_autofree char *text = g_strdup_printf (_("Adding files to the project… %d %%"), percent);

  gtk_label_set_label (self->idle, percent > 0 ? text : _("Adding files to the project…"));
}

/* One sentence on what comes next. */
static void
update_idle (MageJobBar *self)
{
  MageProject *project = mage_session_get_project (self->session);
  guint subjects;
  guint trained;
  guint motions;
  guint learned;
  const char *text;

  count_items (G_LIST_MODEL (mage_project_get_subjects (project)), &subjects, &trained);
  count_items (G_LIST_MODEL (mage_project_get_motions (project)), &motions, &learned);
  gtk_stack_set_visible_child_name (self->idle_stack, mage_session_is_importing (self->session) ? "busy" : "ready");
  if (mage_session_is_importing (self->session))
    {
      show_import (self);
      return;
    }
  if (subjects == 0)
    text = _("Drop a few pictures of somebody to begin");
  else if (motions == 0)
    text = _("Drop a video of a movement next");
  else if (trained + learned < subjects + motions)
    text = _("Ready · train what is not trained yet, then compose");
  else if (subjects > 1 && mage_trainable_get_state (MAGE_TRAINABLE (mage_project_get_fusion (project))) != MAGE_TRAINED)
    text = _("Ready · fuse the subjects, then compose");
  else
    text = _("Ready · all is trained");
  gtk_label_set_label (self->idle, text);
}

static void
watch_items (MageJobBar *self, guint position, guint removed, guint added, GListModel *list)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      g_signal_handlers_disconnect_by_func (item, update_idle, self);
      g_signal_connect_object (item, "notify::state", G_CALLBACK (update_idle), self, G_CONNECT_SWAPPED);
    }
  update_idle (self);
}

static void
watch_list (MageJobBar *self, GListStore *list)
{
  g_signal_connect_object (list, "items-changed", G_CALLBACK (watch_items), self, G_CONNECT_SWAPPED);
  watch_items (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (list)), G_LIST_MODEL (list));
}

/* --- actions --- */

static void
pause_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MageJobBar *self = data;
  MageWorker *worker = mage_session_get_worker (self->session);

  if (mage_job_get_state (self->job) == MAGE_JOB_PAUSED)
    mage_worker_resume (worker, self->job);
  else
    mage_worker_pause (worker, self->job);
}

static void
stop_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MageJobBar *self = data;

  mage_worker_cancel (mage_session_get_worker (self->session), self->job);
}

static const GActionEntry entries[] = {
  { "pause", pause_action },
  { "stop", stop_action },
  { "move", move_action, "(uu)" },
};

/* --- the object --- */

/* Two lines instead of one. */
static void
set_narrow (MageJobBar *self, gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  gtk_widget_set_visible (GTK_WIDGET (self->progress), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->narrow_progress), narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->thumbnail), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->separator), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->queue_label), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->step), !narrow);
  gtk_widget_set_hexpand (GTK_WIDGET (self->title), narrow);
  if (self->job != NULL)
    update_progress (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NARROW]);
}

static void
mage_job_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, MAGE_JOB_BAR (object)->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_job_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      set_narrow (MAGE_JOB_BAR (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_job_bar_dispose (GObject *object)
{
  MageJobBar *self = MAGE_JOB_BAR (object);

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->session);
  g_clear_object (&self->actions);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_JOB_BAR);
  G_OBJECT_CLASS (mage_job_bar_parent_class)->dispose (object);
}

static void
mage_job_bar_class_init (MageJobBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = mage_job_bar_get_property;
  object_class->set_property = mage_job_bar_set_property;
  object_class->dispose = mage_job_bar_dispose;
  /** MageJobBar:narrow: two lines, and only what matters most. */
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (MAGE_TYPE_THUMBNAIL);
  g_type_ensure (MAGE_TYPE_SPARKLINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-job-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, stack);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, idle);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, title);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, step);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, progress);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, narrow_progress);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, rate);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, time);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, sparkline);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, pause);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, separator);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, queue_label);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, count);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, idle_stack);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, queue_stack);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, list);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, held_box);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, held);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, refusal);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, over_box);
  gtk_widget_class_bind_template_child (widget_class, MageJobBar, over);
  gtk_widget_class_bind_template_callback (widget_class, queue_closed_cb);
}

static void
mage_job_bar_init (MageJobBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "jobs", G_ACTION_GROUP (self->actions));
}

/** mage_job_bar_set_session: once. */
void
mage_job_bar_set_session (MageJobBar *self, MageSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->jobs = mage_worker_get_jobs (mage_session_get_worker (session));
  gtk_list_box_bind_model (self->list, self->jobs, create_row, self, NULL);
  mage_queue_drag_attach (self->list);
  g_signal_connect_object (self->jobs, "items-changed", G_CALLBACK (jobs_changed_cb), self, G_CONNECT_SWAPPED);
  watch_list (self, mage_project_get_subjects (mage_session_get_project (session)));
  watch_list (self, mage_project_get_motions (mage_session_get_project (session)));
  g_signal_connect_object (mage_project_get_fusion (mage_session_get_project (session)), "notify::state",
                           G_CALLBACK (update_idle), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->held, mage_session_get_held (session), create_held_row, self, NULL);
  g_signal_connect_object (mage_session_get_held (session), "items-changed", G_CALLBACK (jobs_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->over, mage_session_get_over (session), create_over_row, self, NULL);
  g_signal_connect_object (mage_session_get_over (session), "items-changed", G_CALLBACK (jobs_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_session_get_imports (session), "notify", G_CALLBACK (update_idle), self, G_CONNECT_SWAPPED);
  jobs_changed_cb (self);
}
