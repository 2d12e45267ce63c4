/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-training-page.h"

#include "jobs/mage-run-log.h"
#include "ui/mage-identity.h"
#include "ui/mage-job-log.h"
#include "ui/mage-memory-card.h"
#include "ui/mage-sample-compare.h"
#include "ui/mage-sample-strip.h"
#include "ui/mage-training-health.h"

#include <glib/gi18n.h>

/*
 * A training with all the room of the page: how it does, its losses, where it looks, and what it makes on the way.
 * There is one step that all of these show, the page's "step": the chart's cursor, the selected sample and the slider
 * follow it and set it, and so does what is put into the place for maps. While it is the newest one, it moves on as
 * the training does.
 */

struct _MageTrainingPage
{
  AdwNavigationPage parent_instance;

  MageSession *session;
  MageTrainable *item;
  guint step;
  guint last_step;
  gboolean chosen;   /* an earlier step than the newest: it stays */
  gboolean showing;  /* what is shown follows the page, and not the other way round */

  AdwWindowTitle *window_title;
  MageLossCompare *compare;
  GtkWidget *log;
  MageHealthCard *health;
  MageMemoryCard *memory;
  MageTrainingHealth *diagnosis;
  MageTrainingView *training;
  AdwBin *maps;
  MageTrainingMaps *where;
  GtkWidget *samples_box;
  GtkLabel *samples_words;
  GtkLabel *refusal;
  GtkWidget *compare_samples;
  MageSampleStrip *samples;
  GtkWidget *steps;
  GtkWidget *slider;
  GtkAdjustment *adjustment;
  GtkLabel *step_words;
};

G_DEFINE_FINAL_TYPE (MageTrainingPage, mage_training_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  PROP_STEP = 1,
  PROP_LAST_STEP,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- the step --- */

static void
show_step (MageTrainingPage *self)
{
  g_autofree char *words = g_strdup_printf (_("%u of %u"), self->step, self->last_step);

  self->showing = TRUE;
  gtk_adjustment_set_upper (self->adjustment, MAX (1, self->last_step));
  gtk_adjustment_set_page_increment (self->adjustment, MAX (1, self->last_step / 20));
  gtk_adjustment_set_value (self->adjustment, self->step);
  mage_loss_chart_set_step (mage_training_view_get_chart (self->training), self->chosen ? self->step : 0);
  gtk_label_set_text (self->step_words, words);
  gtk_label_set_width_chars (self->step_words, g_utf8_strlen (words, -1));
  gtk_widget_set_visible (self->steps, self->last_step > 0);
  self->showing = FALSE;
}

static void
set_last_step (MageTrainingPage *self, guint last_step)
{
  guint step = self->chosen && self->step < last_step ? self->step : last_step;
  gboolean moved = step != self->step;

  if (self->last_step == last_step)
    return;
  self->last_step = last_step;
  self->step = step;
  self->chosen = self->chosen && step < last_step;
  show_step (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_STEP]);
  if (moved)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STEP]);
}

static void
slid_cb (MageTrainingPage *self)
{
  if (!self->showing)
    mage_training_page_set_step (self, (guint) gtk_adjustment_get_value (self->adjustment));
}

static void
cursor_cb (MageTrainingPage *self)
{
  if (!self->showing)
    mage_training_page_set_step (self, mage_loss_chart_get_step (mage_training_view_get_chart (self->training)));
}

static void
sample_chosen_cb (MageTrainingPage *self, guint step)
{
  mage_training_page_set_step (self, step);
}

/* --- the run --- */

/* Runs are counted by their folders: "bear-2". */
static char *
dup_run_words (MageRun *run)
{
  const char *dash = run != NULL ? strrchr (mage_run_get_id (run), '-') : NULL;

  return dash != NULL ? g_strdup_printf (_("Run %s"), dash + 1) : g_strdup ("");
}

/* Why there is no sample, from the training that runs, or as the run noted it. */
static char *
dup_refusal (MageTrainingPage *self, MageRun *run)
{
  MageJob *job = mage_session_find_job (self->session, self->item);
  g_autofree char *why = job != NULL ? mage_job_dup_refusal (job) : NULL;

  if (why == NULL && job == NULL && run != NULL)
    why = g_strdup (mage_run_get_text (run, MAGE_RUN_REFUSED));
  return why != NULL ? g_strdup_printf (_("A sample could not be made, and the training went on: %s"), why) : g_strdup ("");
}

static void
compare_clicked_cb (MageTrainingPage *self)
{
  MageParams *params = mage_project_get_params (mage_session_get_project (self->session));
  MageRun *run = mage_trainable_get_run (self->item);

  if (run != NULL)
    mage_session_push_page (self->session, mage_sample_compare_new (run, mage_params_get_double (params, "rate")));
}

static void
show_samples (MageTrainingPage *self, MageRun *run)
{
  g_autofree char *refusal = dup_refusal (self, run);
  g_autoptr (GArray) regular = run != NULL ? mage_run_list_samples (run) : NULL;
  guint n;
  MageParams *params = mage_project_get_params (mage_session_get_project (self->session));
  const char *prompt = mage_params_get_string (params, "sample_prompt");
  g_autofree char *words = *prompt != '\0' ? g_strdup_printf (_("“%s”"), prompt) : g_strdup ("");

  mage_sample_strip_set_run (self->samples, run, mage_params_get_double (params, "rate"));
  n = mage_sample_strip_get_length (self->samples);
  gtk_label_set_text (self->samples_words, words);
  gtk_label_set_text (self->refusal, refusal);
  gtk_widget_set_visible (GTK_WIDGET (self->refusal), *refusal != '\0');
  gtk_widget_set_visible (self->compare_samples, regular != NULL && regular->len > 1);
  gtk_widget_set_visible (self->samples_box, n > 0 || *refusal != '\0');
}

/* What earlier jobs did for the run lies with it; the one that works on it now has not written its lines yet. */
static char *
dup_log (MageTrainingPage *self)
{
  MageRun *run = mage_trainable_get_run (self->item);
  MageJob *job = mage_session_find_job (self->session, self->item);
  g_autofree char *path = run != NULL ? mage_run_dup_path (run, MAGE_JOB_LOG_FILE) : NULL;
  g_autofree char *kept = NULL;
  g_autofree char *now = job != NULL ? mage_job_log_dup_text (job) : NULL;

  if (path != NULL)
    g_file_get_contents (path, &kept, NULL, NULL);
  return g_strconcat (kept != NULL ? kept : "", now != NULL ? now : "", NULL);
}

static void
log_clicked_cb (MageTrainingPage *self)
{
  g_autofree char *lines = dup_log (self);

  mage_job_log_show_text (adw_window_title_get_title (self->window_title), lines, GTK_WIDGET (self));
}

static void
changed_cb (MageTrainingPage *self)
{
  MageRun *run = mage_trainable_get_run (self->item);
  g_autofree char *words = dup_run_words (run);

  gtk_widget_set_visible (self->log, run != NULL);
  if (g_strcmp0 (words, adw_window_title_get_subtitle (self->window_title)) != 0)
    {
      adw_window_title_set_subtitle (self->window_title, words);
      mage_loss_compare_look (self->compare);
    }
  set_last_step (self, mage_loss_chart_get_last_step (mage_training_view_get_chart (self->training)));
  show_samples (self, run);
  /* The view tells of a training before the page is whole. */
  if (self->where != NULL)
    mage_training_maps_look (self->where);
}

static void
add_maps (MageTrainingPage *self)
{
  self->where = MAGE_TRAINING_MAPS (mage_training_maps_new (self->session, self->item));
  mage_training_page_set_maps (self, GTK_WIDGET (self->where));
  g_object_bind_property (self->where, "visible", self->maps, "visible", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self, "step", self->where, "step", G_BINDING_SYNC_CREATE);
}

static void
show_title (MageTrainingPage *self)
{
  g_autofree char *name = mage_trainable_dup_title (self->item);
  g_autofree char *title = NULL;

  if (MAGE_IS_FUSION (self->item))
    title = g_strdup (_("Fusion"));
  else
    /* Translators: %s is a subject's word, such as <bear>, or the name of a motion */
    title = g_strdup_printf (_("Training %s"), name);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), title);
  adw_window_title_set_title (self->window_title, title);
}

/* --- the object --- */

static void
mage_training_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageTrainingPage *self = MAGE_TRAINING_PAGE (object);

  switch (id)
    {
    case PROP_STEP:
      g_value_set_uint (value, self->step);
      break;
    case PROP_LAST_STEP:
      g_value_set_uint (value, self->last_step);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_training_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STEP:
      mage_training_page_set_step (MAGE_TRAINING_PAGE (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_training_page_dispose (GObject *object)
{
  MageTrainingPage *self = MAGE_TRAINING_PAGE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->item);
  g_clear_object (&self->diagnosis);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_TRAINING_PAGE);
  G_OBJECT_CLASS (mage_training_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, compare);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, log);
  gtk_widget_class_bind_template_callback (widget_class, log_clicked_cb);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, health);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, memory);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, training);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, maps);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, samples_box);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, samples_words);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, refusal);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, compare_samples);
  gtk_widget_class_bind_template_callback (widget_class, compare_clicked_cb);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, samples);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, steps);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, slider);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, adjustment);
  gtk_widget_class_bind_template_child (widget_class, MageTrainingPage, step_words);
}

static void
mage_training_page_class_init (MageTrainingPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_training_page_get_property;
  object_class->set_property = mage_training_page_set_property;
  object_class->dispose = mage_training_page_dispose;
  /** MageTrainingPage:step: the step that chart, maps and samples show; 0 before the first. */
  props[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READWRITE | flags);
  /** MageTrainingPage:last-step: the newest step of the run; 0 before the first. */
  props[PROP_LAST_STEP] = g_param_spec_uint ("last-step", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (MAGE_TYPE_HEALTH_CARD);
  g_type_ensure (MAGE_TYPE_MEMORY_CARD);
  g_type_ensure (MAGE_TYPE_LOSS_COMPARE);
  g_type_ensure (MAGE_TYPE_TRAINING_VIEW);
  g_type_ensure (MAGE_TYPE_SAMPLE_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-training-page.ui");
  bind_children (widget_class);
}

static void
mage_training_page_init (MageTrainingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (slid_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_training_view_get_chart (self->training), "notify::step", G_CALLBACK (cursor_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->samples, "chosen", G_CALLBACK (sample_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->training, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

/** mage_training_page_new: @item: a subject or motion, or the fusion; for mage_session_push_page(). */
AdwNavigationPage *
mage_training_page_new (MageSession *session, MageTrainable *item)
{
  MageTrainingPage *self = g_object_new (MAGE_TYPE_TRAINING_PAGE, NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  /* First, since the view tells of a training that is under way. */
  mage_loss_compare_set_up (self->compare, mage_training_view_get_chart (self->training), mage_session_get_project (session), item);
  mage_training_view_set_up (self->training, session, item);
  mage_memory_card_set_up (self->memory, session, item);
  self->diagnosis = mage_training_health_new (session, item, self->health);
  g_signal_connect_object (item, "notify", G_CALLBACK (show_title), self, G_CONNECT_SWAPPED);
  show_title (self);
  add_maps (self);
  changed_cb (self);
  return ADW_NAVIGATION_PAGE (self);
}

/** mage_training_page_get_item: Returns: (transfer none) */
MageTrainable *
mage_training_page_get_item (MageTrainingPage *self)
{
  return self->item;
}

/** mage_training_page_get_training: Returns: (transfer none): the view with the losses, and what can be done */
MageTrainingView *
mage_training_page_get_training (MageTrainingPage *self)
{
  return self->training;
}

/** mage_training_page_get_health: Returns: (transfer none): the card on top; hidden until something is said */
MageHealthCard *
mage_training_page_get_health (MageTrainingPage *self)
{
  return self->health;
}

/** mage_training_page_get_compare: Returns: (transfer none): the chooser of earlier runs */
MageLossCompare *
mage_training_page_get_compare (MageTrainingPage *self)
{
  return self->compare;
}

/** mage_training_page_get_memory: Returns: (transfer none): the card that says what it will take; hidden until it is measured */
MageMemoryCard *
mage_training_page_get_memory (MageTrainingPage *self)
{
  return self->memory;
}

/** mage_training_page_set_maps: @maps: (nullable): stands left of the samples; it follows the page's "step" by itself. */
void
mage_training_page_set_maps (MageTrainingPage *self, GtkWidget *maps)
{
  adw_bin_set_child (self->maps, maps);
  gtk_widget_set_visible (GTK_WIDGET (self->maps), maps != NULL);
}

/** mage_training_page_get_maps: Returns: (transfer none): where the training looks */
MageTrainingMaps *
mage_training_page_get_maps (MageTrainingPage *self)
{
  return self->where;
}

guint
mage_training_page_get_step (MageTrainingPage *self)
{
  return self->step;
}

/** mage_training_page_set_step: @step: 0, or anything behind the newest one: the newest, which moves on with the training. */
void
mage_training_page_set_step (MageTrainingPage *self, guint step)
{
  gboolean chosen = step > 0 && step < self->last_step;
  gboolean moved;

  if (!chosen)
    step = self->last_step;
  moved = step != self->step;
  if (!moved && chosen == self->chosen)
    return;
  self->step = step;
  self->chosen = chosen;
  show_step (self);
  if (moved)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STEP]);
}

guint
mage_training_page_get_last_step (MageTrainingPage *self)
{
  return self->last_step;
}

/** mage_training_page_dup_log: Returns: (transfer full): what happened to the run, line by line */
char *
mage_training_page_dup_log (MageTrainingPage *self)
{
  return dup_log (self);
}
