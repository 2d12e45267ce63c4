/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-steps-card.h"

#include "ui/mage-timeline-chart.h"
#include "ui/mage-timeline.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * The steps of a video, running or done: its timeline, which step is shown, and the way to a branch. The timeline
 * draws what the video is made with; its handles change the project's parameters, so they count for the next run, preview or
 * branch, and are dashed where they differ.
 */

#define KEY_WIDTH 18

struct _MageStepsCard
{
  AdwBin parent_instance;

  MageSession *session;
  MageStepFilm *film;
  MageJob *job;
  MageResult *result;
  guint n_steps;
  guint done;
  guint step;           /* MAGE_TIMELINE_NO_STEP: the newest */
  gboolean scs;

  GtkLabel *heading;
  GtkWidget *key;
  GtkDrawingArea *looks_key;
  GtkDrawingArea *movement_key;
  GtkDrawingArea *strength_key;
  GtkWidget *next_key_box;
  GtkDrawingArea *next_key;
  MageTimeline *timeline;
  GtkLabel *where;
  GtkLabel *note;
  GtkWidget *branch;
  GtkWidget *back;
  GtkWidget *forward;
};

G_DEFINE_FINAL_TYPE (MageStepsCard, mage_steps_card, ADW_TYPE_BIN)

enum
{
  STEP_CHOSEN,
  BRANCH,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static MageParams *
get_params (MageStepsCard *self)
{
  return mage_project_get_params (mage_session_get_project (self->session));
}

static guint
get_shown_step (MageStepsCard *self)
{
  return MIN (self->step, self->done);
}

/* --- words --- */

static MageGuidance
get_guidance (MageStepsCard *self, MageParams *params)
{
  gint64 tau = mage_params_get_int (params, "tau");

  return (MageGuidance){ (guint) tau, mage_guided_steps_of (tau, self->n_steps), mage_alpha_line_from_params (params) };
}

/* What the video that is shown is made with; NULL: there is none. */
static MageParams *
get_made_params (MageStepsCard *self)
{
  if (MAGE_IS_SAMPLE_JOB (self->job))
    return mage_sample_job_get_params (MAGE_SAMPLE_JOB (self->job));
  return self->result != NULL ? mage_result_get_params (self->result) : NULL;
}

/* What was done at the step, by the numbers that it left. */
static char *
dup_note (MageStepsCard *self, MageSeries *series)
{
  guint step = get_shown_step (self);
  guint guided = 0;

  if (step == 0)
    return g_strdup (_("the noise that it starts from"));
  for (guint i = 0; series != NULL && i < mage_series_get_length (series); i++)
    {
      double moved = mage_series_get_value (series, i, "moved_sub");
      double other = mage_series_get_value (series, i, "moved_mot");

      if (!isfinite (moved))
        continue;
      guided = mage_series_get_step (series, i);
      if (guided == step)
        return g_strdup_printf (_("guided: moved by %.2f %% and %.2f %%"), moved, other);
    }
  if (guided > 0)
    return g_strdup_printf (_("no guidance after step %u"), guided);
  return g_strdup ("");
}

static MageSeries *
ref_series (MageStepsCard *self)
{
  g_autofree char *path = NULL;

  if (self->job != NULL)
    return g_object_ref (mage_job_get_series (self->job));
  if (self->result == NULL)
    return NULL;
  path = mage_result_dup_path (self->result, MAGE_RESULT_STEPS);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? mage_series_load (path, NULL) : NULL;
}

/* Why there can be no branch from the step that is shown; NULL: there can. */
static const char *
get_refusal (MageStepsCard *self)
{
  guint step = get_shown_step (self);

  if (self->job != NULL)
    return _("The video is still being made");
  if (self->result == NULL)
    return _("There is no video yet to branch from");
  if (step > 0 && !mage_step_film_is_kept (self->film, step))
    return _("This step is not kept any more; run the video again to branch from it");
  return NULL;
}

/* Before the first video there is only what will be. */
static void
show_plan_words (MageStepsCard *self)
{
  g_autofree char *where = g_strdup_printf (ngettext ("%u step", "%u steps", self->n_steps), self->n_steps);

  gtk_label_set_text (self->where, where);
  gtk_label_set_text (self->note, _("how the next video is guided"));
  gtk_widget_set_visible (GTK_WIDGET (self->note), TRUE);
  gtk_widget_set_sensitive (self->branch, FALSE);
  gtk_widget_set_tooltip_text (self->branch, get_refusal (self));
  gtk_widget_set_sensitive (self->back, FALSE);
  gtk_widget_set_sensitive (self->forward, FALSE);
}

static void
show_words (MageStepsCard *self, MageSeries *series)
{
  guint step = get_shown_step (self);
  g_autofree char *where = g_strdup_printf (_("Step %u of %u"), step, self->n_steps);
  g_autofree char *note = dup_note (self, series);
  const char *refusal = get_refusal (self);

  if (self->result == NULL && self->job == NULL)
    {
      show_plan_words (self);
      return;
    }
  gtk_label_set_text (self->where, where);
  gtk_label_set_text (self->note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->note), *note != '\0');
  gtk_widget_set_sensitive (self->branch, refusal == NULL);
  gtk_widget_set_tooltip_text (self->branch,
                               refusal != NULL ? refusal
                               : step == 0     ? _("Make the video again with the settings as they are now, as a branch of this one")
                                               : _("Go on from here with the settings and the prompt as they are now"));
  gtk_widget_set_sensitive (self->back, step > 0);
  gtk_widget_set_sensitive (self->forward, step < self->done);
}

/* --- pictures --- */

static GdkTexture *
make_texture (Frames *frames)
{
  /* The middle frame shows a movement at its height. */
  guint middle = frames->n_frames / 2;
  g_autoptr (GBytes) bytes = g_bytes_new (frames_get_frame (frames, middle), frames_get_frame_size (frames));

  return gdk_memory_texture_new ((int) frames->width, (int) frames->height, GDK_MEMORY_R8G8B8, bytes, frames->width * 3);
}

static void
arrived_cb (MageStepsCard *self, guint step)
{
  Frames *frames = mage_step_film_get (self->film, step, MAGE_STEP_PREDICTED);

  if (frames != NULL)
    {
      g_autoptr (GdkTexture) texture = make_texture (frames);

      mage_timeline_set_picture (self->timeline, step, texture);
    }
}

static void
show_pictures (MageStepsCard *self)
{
  mage_timeline_clear_pictures (self->timeline);
  for (guint step = 0; step <= self->n_steps; step++)
    if (mage_step_film_has (self->film, step))
      arrived_cb (self, step);
}

/* The film's pictures that are not there yet, from the end, which is what it came to. */
static void
want_pictures (MageStepsCard *self)
{
  guint n = mage_timeline_get_n_cells (self->timeline);

  if (self->result == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  for (guint cell = n; cell > 0; cell--)
    mage_step_film_want (self->film, mage_timeline_get_cell_step (self->timeline, cell - 1), FALSE);
}

/* --- the timeline --- */

static void
show_guidance (MageStepsCard *self)
{
  MageGuidance next = get_guidance (self, get_params (self));
  MageParams *params = get_made_params (self);
  MageGuidance made = get_guidance (self, params != NULL ? params : get_params (self));

  mage_timeline_set_guidance (self->timeline, &next, params != NULL ? &made : NULL);
  gtk_widget_set_visible (self->next_key_box, self->scs && params != NULL
                                              && (made.guided != next.guided || !mage_alpha_line_equal (&made.line, &next.line)));
  gtk_widget_queue_draw (GTK_WIDGET (self->strength_key));
}

static void
show_run (MageStepsCard *self)
{
  g_autoptr (MageSeries) series = ref_series (self);

  gtk_label_set_text (self->heading, self->scs ? _("Collaboration") : _("Steps"));
  gtk_widget_set_visible (self->key, self->scs);
  mage_timeline_set_run (self->timeline, self->n_steps, self->done, self->scs, series);
  mage_timeline_set_step (self->timeline, self->step);
  show_guidance (self);
  show_words (self, series);
}

static void
show_plan (MageStepsCard *self)
{
  self->n_steps = (guint) mage_params_get_int (get_params (self), "steps");
  self->done = 0;
  self->step = MAGE_TIMELINE_NO_STEP;
  self->scs = g_str_equal (mage_params_get_string (get_params (self), "sampling"), "scs");
  show_run (self);
}

static void
params_changed_cb (MageStepsCard *self)
{
  if (self->result == NULL && self->job == NULL)
    show_plan (self);
  else
    show_guidance (self);
}

static void
choose (MageStepsCard *self, guint step)
{
  g_autoptr (MageSeries) series = NULL;

  self->step = step >= self->done && self->job != NULL ? MAGE_TIMELINE_NO_STEP : step;
  series = ref_series (self);
  mage_timeline_set_step (self->timeline, self->step);
  show_words (self, series);
  g_signal_emit (self, signals[STEP_CHOSEN], 0, self->step);
}

static void
step_chosen_cb (MageStepsCard *self, guint step)
{
  choose (self, step);
}

/* Of τ the smallest that guides so many of this run's steps. */
static void
guided_changed_cb (MageStepsCard *self, guint guided)
{
  gint64 tau = mage_guided_tau_of (guided, self->n_steps);

  mage_session_record_merged (self->session, _("Change Guided Steps"), "tau");
  mage_params_set_int (get_params (self), "tau", tau, NULL);
}

static void
line_changed_cb (MageStepsCard *self)
{
  const MageAlphaLine line = *mage_timeline_get_line (self->timeline);
  MageParams *params = get_params (self);

  mage_session_record_merged (self->session, _("Change Strength"), "alpha-line");
  mage_params_set_double (params, "alpha", line.alpha >= 100 ? round (line.alpha / 10) * 10 : line.alpha, NULL);
  mage_params_set_double (params, "alpha_end", round (line.end * 100) / 100, NULL);
  mage_params_set_double (params, "alpha_bend", round (line.bend * 100) / 100, NULL);
  mage_params_set_double (params, "alpha_bend_at", round (line.bend_at * 100) / 100, NULL);
}

static void
branch_cb (MageStepsCard *self)
{
  g_signal_emit (self, signals[BRANCH], 0, get_shown_step (self));
}

static void
back_cb (MageStepsCard *self)
{
  mage_steps_card_go (self, -1);
}

static void
forward_cb (MageStepsCard *self)
{
  mage_steps_card_go (self, 1);
}

/* --- the running job --- */

static void
progressed_cb (MageStepsCard *self)
{
  if (g_strcmp0 (mage_job_get_phase (self->job), "Sampling") == 0)
    {
      self->n_steps = mage_job_get_n_steps (self->job);
      self->done = mage_job_get_step (self->job);
    }
  show_run (self);
}

static void
let_go (MageStepsCard *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

/* --- the object --- */

static void
draw_key_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  MageStepsCard *self = data;
  static const double dash[] = { 4, 3 };
  GdkRGBA colour;

  if (area == self->strength_key || area == self->next_key)
    {
      gtk_widget_get_color (GTK_WIDGET (area), &colour);
      if (area == self->next_key || get_made_params (self) == NULL)
        cairo_set_dash (cr, dash, 2, 0);
    }
  else
    mage_timeline_chart_get_colour (area == self->looks_key, &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 2);
  cairo_move_to (cr, 0, height / 2.0);
  cairo_line_to (cr, width, height / 2.0);
  cairo_stroke (cr);
}

static void
mage_steps_card_dispose (GObject *object)
{
  MageStepsCard *self = MAGE_STEPS_CARD (object);

  let_go (self);
  g_clear_object (&self->result);
  g_clear_object (&self->film);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_STEPS_CARD);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_steps_card_parent_class)->dispose (object);
}

static void
mage_steps_card_class_init (MageStepsCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_steps_card_dispose;
  /** MageStepsCard::step-chosen: a step is to be seen; MAGE_TIMELINE_NO_STEP: the newest. */
  signals[STEP_CHOSEN] = g_signal_new ("step-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  /** MageStepsCard::branch: the user wants a branch of the result, after so many steps. */
  signals[BRANCH] = g_signal_new ("branch", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  g_type_ensure (MAGE_TYPE_TIMELINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-steps-card.ui");
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, heading);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, key);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, looks_key);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, movement_key);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, strength_key);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, next_key_box);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, next_key);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, timeline);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, where);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, note);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, branch);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, back);
  gtk_widget_class_bind_template_child (widget_class, MageStepsCard, forward);
  gtk_widget_class_bind_template_callback (widget_class, branch_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, forward_cb);
}

static void
mage_steps_card_init (MageStepsCard *self)
{
  GtkDrawingArea *keys[4];

  gtk_widget_init_template (GTK_WIDGET (self));
  keys[0] = self->looks_key;
  keys[1] = self->movement_key;
  keys[2] = self->strength_key;
  keys[3] = self->next_key;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gtk_drawing_area_set_content_width (keys[i], KEY_WIDTH);
      gtk_drawing_area_set_content_height (keys[i], 8);
      gtk_drawing_area_set_draw_func (keys[i], draw_key_cb, self, NULL);
    }
  self->step = MAGE_TIMELINE_NO_STEP;
  g_signal_connect_swapped (self->timeline, "step-chosen", G_CALLBACK (step_chosen_cb), self);
  g_signal_connect_swapped (self->timeline, "guided-changed", G_CALLBACK (guided_changed_cb), self);
  g_signal_connect_swapped (self->timeline, "line-changed", G_CALLBACK (line_changed_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (want_pictures), NULL);
}

/** mage_steps_card_set_session: once. */
void
mage_steps_card_set_session (MageStepsCard *self, MageSession *session, MageStepFilm *film)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->film = g_object_ref (film);
  g_signal_connect_object (film, "arrived", G_CALLBACK (arrived_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_params (self), "changed", G_CALLBACK (params_changed_cb), self, G_CONNECT_SWAPPED);
}

/** mage_steps_card_show_job: a sampling that is under way; the film is set before. */
void
mage_steps_card_show_job (MageStepsCard *self, MageJob *job)
{
  let_go (self);
  g_clear_object (&self->result);
  self->job = g_object_ref (job);
  self->n_steps = (guint) mage_params_get_int (get_params (self), "steps");
  self->done = 0;
  self->step = MAGE_TIMELINE_NO_STEP;
  self->scs = MAGE_IS_SAMPLE_JOB (job) && mage_sample_job_is_scs (MAGE_SAMPLE_JOB (job));
  g_signal_connect_swapped (job, "progressed", G_CALLBACK (progressed_cb), self);
  show_pictures (self);
  progressed_cb (self);
}

/** mage_steps_card_show_result: @result: (nullable): what was made; NULL shows how the next one will be. The film is set before. */
void
mage_steps_card_show_result (MageStepsCard *self, MageResult *result)
{
  let_go (self);
  g_set_object (&self->result, result);
  if (result == NULL)
    {
      mage_timeline_clear_pictures (self->timeline);
      show_plan (self);
      return;
    }
  self->n_steps = (guint) mage_params_get_int (mage_result_get_params (result), "steps");
  self->done = self->n_steps;
  self->step = MAGE_TIMELINE_NO_STEP;
  self->scs = g_strcmp0 (mage_result_get_sampling (result, NULL), "scs") == 0;
  show_pictures (self);
  show_run (self);
  want_pictures (self);
}

guint
mage_steps_card_get_step (MageStepsCard *self)
{
  return self->step;
}

/** mage_steps_card_get_n_seen: how many steps have a picture. */
guint
mage_steps_card_get_n_seen (MageStepsCard *self)
{
  guint n = 0;

  for (guint step = 0; step <= self->n_steps; step++)
    n += mage_step_film_has (self->film, step);
  return n;
}

/** mage_steps_card_choose: goes to @step, as a click there does. */
void
mage_steps_card_choose (MageStepsCard *self, guint step)
{
  choose (self, MIN (step, self->done));
}

/** mage_steps_card_go: so many steps on, as far as there are any. */
void
mage_steps_card_go (MageStepsCard *self, int by)
{
  int step = CLAMP ((int) get_shown_step (self) + by, 0, (int) self->done);

  if (step != (int) get_shown_step (self))
    choose (self, (guint) step);
}

/** mage_steps_card_branch: asks for a branch from the step that is shown. Returns: (nullable): why there can be none */
const char *
mage_steps_card_branch (MageStepsCard *self)
{
  const char *refusal = get_refusal (self);

  if (refusal == NULL)
    branch_cb (self);
  return refusal;
}
