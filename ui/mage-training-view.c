/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-training-view.h"

#include "ui/mage-loss-card.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-more-steps.h"
#include "ui/mage-run-trash.h"
#include "ui/mage-sample-now.h"
#include "ui/mage-sample-strip.h"
#include "ui/mage-stopped-run.h"
#include "ui/mage-training-words.h"

#include <glib/gi18n.h>

/*
 * The training of a subject or motion: what its state is, in words, the one thing to do about it, and
 * the losses on their card, live while it runs and from the run's file before and after.
 */

struct _MageTrainingView
{
  GtkWidget parent_instance;

  MageSession *session;
  MageTrainable *item;
  MageJob *job;            /* that trains it now */
  MageRun *shown;          /* whose losses are on the chart */
  GCancellable *cancellable;
  char *needs;
  char *problem;
  gboolean large;
  gboolean discards;       /* what is being stopped */

  GtkLabel *heading;
  GtkLabel *state;
  GtkWidget *train;
  GtkWidget *mark;
  GtkWidget *stop;
  GtkWidget *pause;
  GtkWidget *try;
  GtkWidget *take_back;
  MageMoreSteps *more;
  MageSampleNow *sample_now;
  GtkWidget *open;
  GtkStack *stack;
  MageLossCard *card;
  MageLossChart *chart;    /* the card's; NULL once that is gone */
  GtkWidget *samples_box;
  MageSampleStrip *samples;
  GtkProgressBar *progress;
};

G_DEFINE_FINAL_TYPE (MageTrainingView, mage_training_view, GTK_TYPE_WIDGET)

enum
{
  PROP_PROBLEM = 1,
  PROP_LARGE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_problem (MageTrainingView *self, const char *problem)
{
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

/* --- the chart --- */

/* The run's own settings say how often it wrote checkpoints. */
static void
show_marks (MageTrainingView *self)
{
  MageRun *run = mage_trainable_get_run (self->item);
  JsonObject *params = run != NULL ? mage_run_get_params (run) : NULL;
  gint64 every = params != NULL ? json_object_get_int_member_with_default (params, "checkpoint_every", 0) : 0;

  if (self->large)
    mage_loss_chart_set_marks (self->chart, run, (guint) CLAMP (every, 0, G_MAXINT));
}

static void
show_chart (MageTrainingView *self)
{
  show_marks (self);
  mage_loss_card_refresh (self->card);
  gtk_stack_set_visible_child_name (self->stack, mage_loss_chart_get_length (self->chart) > 0 || self->job != NULL ? "chart" : "empty");
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
losses_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageTrainingView) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSeries) series = mage_load_losses_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->chart == NULL)
    return;
  mage_loss_chart_set_before (self->chart, series);
  show_chart (self);
}

/* The losses that the item's run has on disk. */
static void
load_losses (MageTrainingView *self)
{
  MageRun *run = mage_trainable_get_run (self->item);
  g_autofree char *path = run != NULL ? mage_run_dup_path (run, MAGE_RUN_LOSSES) : NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_set_object (&self->shown, run);
  if (path == NULL)
    {
      mage_loss_chart_set_before (self->chart, NULL);
      show_chart (self);
      return;
    }
  mage_loss_chart_set_n_steps (self->chart, mage_run_get_n_steps (run));
  mage_load_losses_async (path, self->cancellable, losses_loaded_cb, g_object_ref (self));
}

/* --- the state --- */

static char *
dup_resting_words (MageTrainingView *self)
{
  g_autofree char *words = NULL;

  if (self->needs != NULL)
    return g_strdup (self->needs);
  words = mage_training_words_dup_resting (self->item);
  if (!mage_run_trash_has (mage_run_trash_get (self->session), self->item))
    return g_steal_pointer (&words);
  /* Translators: %s says what there is now: “Not trained yet” */
  return g_strdup_printf (_("Discarded. %s"), words);
}

static void
show_state (MageTrainingView *self)
{
  gboolean running = self->job != NULL;
  MageJobState state = running ? mage_job_get_state (self->job) : MAGE_JOB_DONE;
  g_autofree char *words = running ? mage_training_words_dup_running (self->job) : dup_resting_words (self);
  MageTrainState trained = mage_stopped_run_get_state (self->item);
  guint n = running ? mage_job_get_n_steps (self->job) : 0;

  gtk_label_set_text (self->state, words);
  gtk_widget_set_visible (self->train, !running && trained != MAGE_TRAINED);
  gtk_widget_set_sensitive (self->train, self->needs == NULL);
  gtk_widget_set_visible (self->mark, !running && trained == MAGE_TRAINED);
  gtk_button_set_label (GTK_BUTTON (self->train), mage_training_words_get_action (self->item));
  gtk_widget_set_visible (GTK_WIDGET (self->more), !running && trained == MAGE_TRAINED);
  gtk_widget_set_visible (self->take_back, !running && mage_run_trash_has (mage_run_trash_get (self->session), self->item));
  gtk_widget_set_visible (self->stop, running);
  gtk_widget_set_sensitive (self->stop, state != MAGE_JOB_CANCELLING);
  gtk_widget_set_visible (self->pause, state == MAGE_JOB_RUNNING || state == MAGE_JOB_PAUSED);
  gtk_button_set_icon_name (GTK_BUTTON (self->pause), state == MAGE_JOB_PAUSED ? "media-playback-start-symbolic"
                                                                              : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (self->pause, state == MAGE_JOB_PAUSED ? _("Go On") : _("Pause"));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), running);
  gtk_progress_bar_set_fraction (self->progress, n > 0 ? (double) mage_job_get_step (self->job) / n : 0);
}

/* --- the job --- */

/* A sample lies in the run's folder before the job tells of it. */
static void
show_samples (MageTrainingView *self)
{
  MageProject *project = mage_session_get_project (self->session);

  if (self->large)
    {
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }
  mage_sample_strip_set_run (self->samples, mage_trainable_get_run (self->item),
                             mage_params_get_double (mage_project_get_params (project), "rate"));
  gtk_widget_set_visible (self->samples_box, mage_sample_strip_get_length (self->samples) > 0);
}

static void
progressed_cb (MageTrainingView *self)
{
  if (mage_job_get_n_steps (self->job) > 0)
    mage_loss_chart_set_n_steps (self->chart, mage_job_get_n_steps (self->job));
  mage_loss_chart_refresh (self->chart);
  show_chart (self);
  show_state (self);
}

static void
discard (MageTrainingView *self)
{
  g_autoptr (GError) error = NULL;

  if (!mage_run_trash_put (mage_run_trash_get (self->session), self->item, &error))
    mage_session_toast_error (self->session, error);
  show_state (self);
}

/* The worker lets go of a job before it says how it ended. */
static void
finished_cb (MageTrainingView *self, MageJob *job)
{
  const GError *error = mage_job_get_error (job);

  set_problem (self, mage_job_get_state (job) == MAGE_JOB_FAILED && error != NULL ? error->message : NULL);
  if (self->discards && mage_job_get_state (job) == MAGE_JOB_CANCELLED)
    discard (self);
  self->discards = FALSE;
}

static void
unwatch_job (MageTrainingView *self)
{
  if (self->job == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->job, progressed_cb, self);
  g_signal_handlers_disconnect_by_func (self->job, show_state, self);
  g_signal_handlers_disconnect_by_func (self->job, show_samples, self);
}

static void
set_job (MageTrainingView *self, MageJob *job)
{
  if (self->job == job)
    return;
  unwatch_job (self);
  g_set_object (&self->job, job);
  if (job != NULL)
    {
      set_problem (self, NULL);
      mage_run_trash_empty (mage_run_trash_get (self->session), self->item);
      g_signal_connect_swapped (job, "progressed", G_CALLBACK (progressed_cb), self);
      g_signal_connect_swapped (job, "notify::state", G_CALLBACK (show_state), self);
      g_signal_connect_swapped (job, "notify::looks", G_CALLBACK (show_samples), self);
      g_signal_connect_object (job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
      mage_loss_chart_set_series (self->chart, mage_job_get_series (job));
    }
  mage_sample_now_set_job (self->sample_now, job);
  show_samples (self);
  show_chart (self);
  show_state (self);
}

/* After the job its losses are read from the run: they are whole there, and of the last stage. */
static void
find_job (MageTrainingView *self)
{
  set_job (self, mage_session_find_job (self->session, self->item));
}

static void
run_changed_cb (MageTrainingView *self)
{
  MageRun *run = mage_trainable_get_run (self->item);

  if (run != self->shown)
    load_losses (self);
  show_samples (self);
  show_state (self);
}

static void
train_clicked_cb (MageTrainingView *self)
{
  set_problem (self, NULL);
  if (mage_trainable_get_state (self->item) != MAGE_PARTIAL)
    {
      /* It begins anew: what an earlier run had is no part of it. */
      mage_loss_chart_set_series (self->chart, NULL);
      mage_loss_chart_set_before (self->chart, NULL);
    }
  mage_session_train (self->session, self->item);
  find_job (self);
}

static void
stop_clicked_cb (MageTrainingView *self)
{
  if (self->job != NULL)
    mage_worker_cancel (mage_session_get_worker (self->session), self->job);
}

static void
pause_clicked_cb (MageTrainingView *self)
{
  MageWorker *worker = mage_session_get_worker (self->session);

  if (self->job == NULL)
    return;
  if (mage_job_get_state (self->job) == MAGE_JOB_PAUSED)
    mage_worker_resume (worker, self->job);
  else
    mage_worker_pause (worker, self->job);
}

static void
keep_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  stop_clicked_cb (MAGE_TRAINING_VIEW (widget));
}

/* It asks nothing: it can be taken back. */
static void
discard_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageTrainingView *self = MAGE_TRAINING_VIEW (widget);

  self->discards = self->job != NULL;
  stop_clicked_cb (self);
}

static void
free_memory_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageTrainingView *self = MAGE_TRAINING_VIEW (widget);

  if (self->job != NULL)
    mage_worker_unload (mage_session_get_worker (self->session), self->job);
}

static void
take_back_clicked_cb (MageTrainingView *self)
{
  g_autoptr (GError) error = NULL;

  if (!mage_run_trash_take_back (mage_run_trash_get (self->session), self->item, &error))
    mage_session_toast_error (self->session, error);
  show_state (self);
}

static void
try_toggled_cb (MageTrainingView *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->try)))
    mage_sample_now_begin (self->sample_now);
}

/* --- the object --- */

static void
set_large (MageTrainingView *self, gboolean large)
{
  if (self->large == large)
    return;
  self->large = large;
  gtk_widget_set_visible (self->open, !large);
  gtk_widget_set_visible (GTK_WIDGET (self->heading), !large);
  mage_loss_card_set_large (self->card, large);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LARGE]);
}

static void
mage_training_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, MAGE_TRAINING_VIEW (object)->problem);
      break;
    case PROP_LARGE:
      g_value_set_boolean (value, MAGE_TRAINING_VIEW (object)->large);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_training_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_LARGE:
      set_large (MAGE_TRAINING_VIEW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_training_view_dispose (GObject *object)
{
  MageTrainingView *self = MAGE_TRAINING_VIEW (object);
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  unwatch_job (self);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (mage_worker_get_jobs (mage_session_get_worker (self->session)), self);
  g_clear_object (&self->job);
  g_clear_object (&self->item);
  g_clear_object (&self->shown);
  g_clear_object (&self->session);
  self->chart = NULL;
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_TRAINING_VIEW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_training_view_parent_class)->dispose (object);
}

static void
mage_training_view_finalize (GObject *object)
{
  MageTrainingView *self = MAGE_TRAINING_VIEW (object);

  g_free (self->needs);
  g_free (self->problem);
  G_OBJECT_CLASS (mage_training_view_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, heading);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, state);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, train);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, mark);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, stop);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, pause);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, try);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, take_back);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, more);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, sample_now);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, open);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, stack);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, card);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, samples_box);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, samples);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingView, progress);
  gtk_widget_class_bind_template_callback (widget_class, train_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, pause_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_back_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_toggled_cb);
  gtk_widget_class_install_action (widget_class, "training.keep", NULL, keep_action);
  gtk_widget_class_install_action (widget_class, "training.discard", NULL, discard_action);
  gtk_widget_class_install_action (widget_class, "training.free-memory", NULL, free_memory_action);
}

static void
mage_training_view_class_init (MageTrainingViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = mage_training_view_get_property;
  object_class->set_property = mage_training_view_set_property;
  object_class->dispose = mage_training_view_dispose;
  object_class->finalize = mage_training_view_finalize;
  /** MageTrainingView:problem: (nullable): why the last training failed. */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL,
                                             G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /** MageTrainingView:large: it has a page of its own, which shows the samples. */
  props[PROP_LARGE] = g_param_spec_boolean ("large", NULL, NULL, FALSE,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  /** MageTrainingView::changed: there are other losses, samples, or another run. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (MAGE_TYPE_LOSS_CARD);
  g_type_ensure (MAGE_TYPE_SAMPLE_STRIP);
  g_type_ensure (MAGE_TYPE_MORE_STEPS);
  g_type_ensure (MAGE_TYPE_SAMPLE_NOW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-training-view.ui");
  bind_children (widget_class);
  gtk_widget_class_set_css_name (widget_class, "trainingview");
}

static void
mage_training_view_init (MageTrainingView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->chart = mage_loss_card_get_chart (self->card);
}

GtkWidget *
mage_training_view_new (MageSession *session, MageTrainable *item)
{
  MageTrainingView *self = g_object_new (MAGE_TYPE_TRAINING_VIEW, NULL);

  mage_training_view_set_up (self, session, item);
  return GTK_WIDGET (self);
}

/** mage_training_view_set_up: once, before it is shown. @item: a subject or motion, or the fusion. */
void
mage_training_view_set_up (MageTrainingView *self, MageSession *session, MageTrainable *item)
{
  GListModel *jobs = mage_worker_get_jobs (mage_session_get_worker (session));

  g_return_if_fail (self->item == NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  if (MAGE_IS_FUSION (item))
    gtk_label_set_label (self->heading, _("Fusion"));
  g_signal_connect_swapped (jobs, "items-changed", G_CALLBACK (find_job), self);
  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (run_changed_cb), self);
  g_signal_connect_swapped (item, "notify::state-text", G_CALLBACK (run_changed_cb), self);
  mage_loss_card_set_up (self->card, session, item);
  mage_sample_now_set_up (self->sample_now, session, item);
  mage_more_steps_set_up (self->more, session, item);
  find_job (self);
  load_losses (self);
  show_state (self);
}

/** mage_training_view_set_needs: @needs: (nullable): what is missing before it can be trained, in words. */
void
mage_training_view_set_needs (MageTrainingView *self, const char *needs)
{
  if (g_set_str (&self->needs, needs))
    show_state (self);
}

/** mage_training_view_get_action: what the button says; NULL while there is nothing to do, or a training is under way. */
const char *
mage_training_view_get_action (MageTrainingView *self)
{
  return gtk_widget_get_visible (self->train) ? gtk_button_get_label (GTK_BUTTON (self->train)) : NULL;
}

/** mage_training_view_get_state: the state in words. */
const char *
mage_training_view_get_state (MageTrainingView *self)
{
  return gtk_label_get_text (self->state);
}

/** mage_training_view_get_n_samples: how many videos that it made on the way are shown. */
guint
mage_training_view_get_n_samples (MageTrainingView *self)
{
  return mage_sample_strip_get_length (self->samples);
}

/** mage_training_view_get_chart: Returns: (transfer none) */
MageLossChart *
mage_training_view_get_chart (MageTrainingView *self)
{
  return self->chart;
}

static void
show_problem (MageTrainingView *self, GParamSpec *pspec, AdwBanner *banner)
{
  if (self->problem != NULL)
    adw_banner_set_title (banner, self->problem);
  adw_banner_set_revealed (banner, self->problem != NULL);
}

/** mage_training_view_bind_banner: lets @banner tell why the last training failed. */
void
mage_training_view_bind_banner (MageTrainingView *self, AdwBanner *banner)
{
  g_signal_connect_object (self, "notify::problem", G_CALLBACK (show_problem), banner, 0);
}

/** mage_training_view_get_sample_now: Returns: (transfer none): where samples are asked for */
MageSampleNow *
mage_training_view_get_sample_now (MageTrainingView *self)
{
  return self->sample_now;
}

/** mage_training_view_ask: shows where samples are asked for. */
void
mage_training_view_ask (MageTrainingView *self)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->try), TRUE);
}

/** mage_training_view_get_more_steps: Returns: (transfer none): where more steps are asked for */
MageMoreSteps *
mage_training_view_get_more_steps (MageTrainingView *self)
{
  return self->more;
}
