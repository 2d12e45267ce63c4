/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compare-measures.h"

#include "jobs/mage-attention-job.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * What is measured of the videos that are compared: a row for every measure, with a number for each video. Those of a large
 * model are measured when somebody asks for it, since that takes long.
 */

#define LINE_WIDTH 64
#define LINE_HEIGHT 20
#define DOT 3.5
#define APART 5
/* With more videos than this there is only room for their numbers. */
#define MOST_DOTS 3

struct _MageCompareMeasures
{
  AdwBin parent_instance;

  MageSession *session;
  MageResultChoice *choice;
  GHashTable *jobs;      /* MageResult → MageMeasureJob, running or over */
  gboolean asked;        /* for those of a large model, too */
};

G_DEFINE_FINAL_TYPE (MageCompareMeasures, mage_compare_measures, ADW_TYPE_BIN)

/* One measure; @title: NULL where it is one of a subject; @get: Returns: FALSE where the video has none. */
typedef struct
{
  const char *title;
  const char *hint;
  double least, most;
  gboolean (*get) (const MageMeasures *measures, const char *token, double *value);
} Kind;

static gboolean
get_steadiness (const MageMeasures *measures, const char *token, double *value)
{
  *value = measures->steadiness;
  return TRUE;
}

static gboolean
get_motion (const MageMeasures *measures, const char *token, double *value)
{
  *value = measures->motion;
  return measures->has_motion;
}

static gboolean
get_colours (const MageMeasures *measures, const char *token, double *value)
{
  for (guint i = 0; i < measures->subjects->len; i++)
    {
      const MageMeasuredSubject *subject = g_ptr_array_index (measures->subjects, i);

      *value = subject->colours;
      if (g_str_equal (subject->token, token))
        return TRUE;
    }
  return FALSE;
}

static const Kind steadiness = { N_("Steadiness"), N_("1 less the mean change of a pixel from frame to frame"), 0.8, 1, get_steadiness };
static const Kind motion = { N_("Movement"), N_("Whether it changes when and where the motion's clip does: 1 as there, 0 unrelated"), -1, 1,
                             get_motion };
static const Kind colours = { NULL, N_("How far its colours are those of its pictures: 0 none, or not found; 1 all"), 0, 1,
                              get_colours };

const MageMeasures *
mage_compare_measures_get (MageCompareMeasures *self, guint i)
{
  MageMeasureJob *job = g_hash_table_lookup (self->jobs, mage_result_choice_get_item (self->choice, i));

  return job != NULL ? mage_measure_job_get_measures (job) : NULL;
}

static gboolean
get_value (MageCompareMeasures *self, guint i, const Kind *kind, const char *token, double *value)
{
  const MageMeasures *measures = mage_compare_measures_get (self, i);

  return measures != NULL && kind->get (measures, token, value);
}

/* --- rows --- */

typedef struct
{
  guint n;
  double at[MAGE_CHOICE_MAX];   /* 0…1; negative: none */
} Dots;

/* Each on a height of its own, so that all are seen where they are alike; the first lies on top. */
static void
draw_dots_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  const Dots *dots = data;
  GdkRGBA colour;
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (area)) == GTK_TEXT_DIR_RTL;

  gtk_widget_get_color (GTK_WIDGET (area), &colour);
  colour.alpha *= 0.15f;
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_rectangle (cr, DOT, height / 2.0 - 1.5, width - 2 * DOT, 3);
  cairo_fill (cr);
  for (guint i = dots->n; i > 0; i--)
    {
      double at = mirrored ? 1 - dots->at[i - 1] : dots->at[i - 1];

      if (dots->at[i - 1] < 0)
        continue;
      mage_choice_get_colour ((int) i - 1, &colour);
      gdk_cairo_set_source_rgba (cr, &colour);
      cairo_arc (cr, DOT + at * (width - 2 * DOT), height / 2.0 + (i - 1 - (dots->n - 1) / 2.0) * APART, DOT, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}

static GtkWidget *
make_dots (const Dots *dots)
{
  GtkWidget *line = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (line), LINE_WIDTH);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (line), LINE_HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (line), draw_dots_cb, g_memdup2 (dots, sizeof *dots), g_free);
  gtk_widget_set_valign (line, GTK_ALIGN_CENTER);
  return line;
}

/* As far as it is shown. */
static gboolean
are_same (const double *values, const Dots *dots)
{
  for (guint i = 0; i < dots->n; i++)
    if (dots->at[i] < 0 || lround (1000 * values[i]) != lround (1000 * values[0]))
      return FALSE;
  return dots->n > 1;
}

static void
add_numbers (AdwActionRow *row, GtkSizeGroup *column, const double *values, const Dots *dots)
{
  for (guint i = 0; i < dots->n; i++)
    {
      g_autofree char *text = dots->at[i] >= 0 ? g_strdup_printf ("%.3f", values[i]) : g_strdup ("–");
      GtkWidget *label = gtk_label_new (text);

      gtk_label_set_xalign (GTK_LABEL (label), 1);
      gtk_widget_add_css_class (label, "numeric");
      gtk_size_group_add_widget (column, label);
      adw_action_row_add_suffix (row, label);
    }
}

static void
add_row (MageCompareMeasures *self, AdwPreferencesGroup *group, GtkSizeGroup *column, const Kind *kind, const char *token)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = token != NULL ? g_strdup_printf (_("Colours of %s"), token) : g_strdup (_(kind->title));
  Dots dots = { .n = mage_result_choice_get_length (self->choice) };
  double values[MAGE_CHOICE_MAX];

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_set_tooltip_text (row, _(kind->hint));
  gtk_widget_add_css_class (row, "made-row");
  for (guint i = 0; i < dots.n; i++)
    {
      gboolean has = get_value (self, i, kind, token, &values[i]);

      dots.at[i] = has ? CLAMP ((values[i] - kind->least) / (kind->most - kind->least), 0, 1) : -1;
    }
  if (dots.n <= MOST_DOTS)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_dots (&dots));
  if (are_same (values, &dots))
    {
      g_autofree char *text = g_strdup_printf (_("%.3f, the same"), values[0]);
      GtkWidget *label = gtk_label_new (text);

      gtk_widget_add_css_class (label, "numeric");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  else
    add_numbers (ADW_ACTION_ROW (row), column, values, &dots);
  adw_preferences_group_add (group, row);
}

static gboolean
has_any (MageCompareMeasures *self, const Kind *kind, const char *token)
{
  double value;

  for (guint i = 0; i < mage_result_choice_get_length (self->choice); i++)
    if (get_value (self, i, kind, token, &value))
      return TRUE;
  return FALSE;
}

static void
add_subjects (MageCompareMeasures *self, AdwPreferencesGroup *group, GtkSizeGroup *column)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < mage_result_choice_get_length (self->choice); i++)
    {
      const MageMeasures *measures = mage_compare_measures_get (self, i);

      for (guint k = 0; measures != NULL && k < measures->subjects->len; k++)
        {
          const MageMeasuredSubject *subject = g_ptr_array_index (measures->subjects, k);

          if (g_hash_table_add (seen, subject->token))
            add_row (self, group, column, &colours, subject->token);
        }
    }
}

/* --- what is still to come --- */

static gboolean
is_measuring (MageCompareMeasures *self)
{
  for (guint i = 0; i < mage_result_choice_get_length (self->choice); i++)
    {
      MageJob *job = g_hash_table_lookup (self->jobs, mage_result_choice_get_item (self->choice, i));

      if (job != NULL && !mage_job_is_over (job))
        return TRUE;
    }
  return FALSE;
}

static void
add_note (AdwPreferencesGroup *group, GtkWidget *prefix, const char *text, GtkWidget *suffix)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  gtk_widget_add_css_class (row, "made-row");
  if (prefix != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), prefix);
  if (suffix != NULL)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), suffix);
  adw_preferences_group_add (group, row);
}

static void measure (MageCompareMeasures *self);

static void
ask_cb (MageCompareMeasures *self)
{
  self->asked = TRUE;
  measure (self);
}

static void
add_state (MageCompareMeasures *self, AdwPreferencesGroup *group)
{
  gboolean waits = FALSE;

  for (guint i = 0; i < mage_result_choice_get_length (self->choice); i++)
    {
      MageJob *job = g_hash_table_lookup (self->jobs, mage_result_choice_get_item (self->choice, i));

      waits |= job == NULL;
      if (job != NULL && mage_job_get_state (job) == MAGE_JOB_FAILED)
        {
          g_autofree char *text = g_strdup_printf (_("%c: %s"), 'A' + i, mage_job_get_error (job)->message);

          add_note (group, NULL, text, NULL);
        }
    }
  if (is_measuring (self))
    add_note (group, adw_spinner_new (), _("Measuring…"), NULL);
  else if (waits)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_("_Measure"));

      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_signal_connect_object (button, "clicked", G_CALLBACK (ask_cb), self, G_CONNECT_SWAPPED);
      add_note (group, NULL, _("This model takes a while for it"), button);
    }
}

static void
show (MageCompareMeasures *self)
{
  g_autoptr (GtkSizeGroup) column = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, _("Measures"));
  adw_preferences_group_set_description (group, _("Of pixels and colours. CLIP and DINO scores need image encoders, which are not there."));
  if (has_any (self, &steadiness, NULL))
    add_row (self, group, column, &steadiness, NULL);
  if (has_any (self, &motion, NULL))
    add_row (self, group, column, &motion, NULL);
  add_subjects (self, group, column);
  add_state (self, group);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (group));
  gtk_widget_set_visible (GTK_WIDGET (self), mage_result_choice_get_length (self->choice) > 0);
}

static void
finished_cb (MageCompareMeasures *self)
{
  show (self);
}

static void
measure (MageCompareMeasures *self)
{
  for (guint i = 0; i < mage_result_choice_get_length (self->choice); i++)
    {
      MageResult *result = mage_result_choice_get_item (self->choice, i);
      MageMeasureJob *job;

      if (g_hash_table_contains (self->jobs, result) || (mage_attention_is_large (result) && !self->asked))
        continue;
      job = mage_measure_job_new (mage_session_get_project (self->session), result);
      g_hash_table_insert (self->jobs, g_object_ref (result), job);
      g_signal_connect_object (job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
      mage_worker_assist (mage_session_get_worker (self->session), MAGE_JOB (job));
    }
  show (self);
}

/* --- the object --- */

static void
mage_compare_measures_dispose (GObject *object)
{
  MageCompareMeasures *self = MAGE_COMPARE_MEASURES (object);
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    {
      g_signal_handlers_disconnect_by_data (job, self);
      if (!mage_job_is_over (job))
        mage_worker_cancel (mage_session_get_worker (self->session), job);
    }
  g_hash_table_remove_all (self->jobs);
  g_clear_object (&self->choice);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_compare_measures_parent_class)->dispose (object);
}

static void
mage_compare_measures_finalize (GObject *object)
{
  g_hash_table_unref (MAGE_COMPARE_MEASURES (object)->jobs);
  G_OBJECT_CLASS (mage_compare_measures_parent_class)->finalize (object);
}

static void
mage_compare_measures_class_init (MageCompareMeasuresClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_compare_measures_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_compare_measures_finalize;
}

static void
mage_compare_measures_init (MageCompareMeasures *self)
{
  self->jobs = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
}

/** mage_compare_measures_set_choice: once: whose videos are measured, as they are chosen. */
void
mage_compare_measures_set_choice (MageCompareMeasures *self, MageSession *session, MageResultChoice *choice)
{
  g_return_if_fail (self->choice == NULL);

  self->session = g_object_ref (session);
  self->choice = g_object_ref (choice);
  g_signal_connect_object (choice, "changed", G_CALLBACK (measure), self, G_CONNECT_SWAPPED);
  measure (self);
}
