/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sweep-page.h"

#include "jobs/mage-trial.h"
#include "media/clip-grid.h"
#include "media/clip-writer.h"
#include "project/mage-kept-steps.h"
#include "ui/mage-clip-view.h"
#include "ui/mage-draft.h"
#include "ui/mage-file-choice.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-method.h"
#include "ui/mage-result-page.h"
#include "ui/mage-sweep-axis.h"

#include <glib/gi18n.h>
#include <math.h>

/* A sweep: what shall vary, and then the grid of videos, which play in step. */

typedef struct
{
  MageSweepPage *page;   /* not owned */
  guint index;
  GtkWidget *button;
  MageClipView *view;
  GtkLabel *words;
  MageResult *result;    /* that is shown */
  MageClipPaintable *clip;
} Cell;

struct _MageSweepPage
{
  AdwNavigationPage parent_instance;

  MageSession *session;
  MageSweepRunner *runner; /* (nullable): not planned yet */
  GCancellable *cancellable;
  GPtrArray *cells;        /* of Cell */
  MageSweepAxis *across;
  MageSweepAxis *down;
  guint tick;

  AdwWindowTitle *window_title;
  GtkButton *toggle;
  GtkStack *stack;
  GtkBox *axes;
  GtkLabel *plan;
  GtkWidget *start;
  GtkGrid *grid;
};

G_DEFINE_FINAL_TYPE (MageSweepPage, mage_sweep_page, ADW_TYPE_NAVIGATION_PAGE)

static void
cell_free (gpointer data)
{
  Cell *self = data;

  g_clear_object (&self->result);
  g_clear_object (&self->clip);
  g_free (self);
}

/* --- planning --- */

static MageSweep *
make_sweep (MageSweepPage *self, GError **error)
{
  MageProject *project = mage_session_get_project (self->session);
  MageDraft *draft = mage_draft_get (self->session);
  const char *prompt = mage_draft_get_prompt (draft);
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (project));
  g_autoptr (MageSweep) sweep = NULL;
  MageSweepAxis *axes[] = { self->across, self->down };

  if (prompt == NULL || *prompt == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Write a prompt on the page Compose first"));
      return NULL;
    }
  if (!mage_variant_apply (mage_draft_get_method (draft), params, error))
    return NULL;
  sweep = mage_sweep_new (prompt, mage_draft_get_motion (draft), params);
  for (guint i = 0; i < G_N_ELEMENTS (axes); i++)
    {
      const MageParamInfo *info = mage_sweep_axis_get_info (axes[i]);
      g_auto (GStrv) values = info != NULL ? mage_sweep_axis_dup_values (axes[i], error) : NULL;

      if (info != NULL
          && (values == NULL || !mage_sweep_add_axis (sweep, info->key, (const char *const *) values, error)))
        return NULL;
    }
  return g_steal_pointer (&sweep);
}

/* How long the last video that is no branch took a step, by the times of the steps that are kept; 0: nobody knows. */
static double
measure_step (MageSweepPage *self)
{
  GListModel *results = G_LIST_MODEL (mage_project_get_results (mage_session_get_project (self->session)));

  for (guint i = g_list_model_get_n_items (results); i > 0; i--)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (results, i - 1);
      g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_LATENTS);
      double seconds = mage_result_get_parent (result, NULL) == NULL ? mage_kept_steps_get_pace (folder) : 0;

      if (seconds > 0)
        return seconds;
    }
  return 0;
}

static char *
dup_time_words (double seconds)
{
  guint minutes = (guint) ceil (seconds / 60);

  if (seconds <= 0)
    return g_strdup (_("how long it takes is known after the first video"));
  return g_strdup_printf (ngettext ("about %u minute", "about %u minutes", minutes), minutes);
}

/* How many of the cells' variants nobody trained yet, each once. */
static guint
count_missing (MageSweepPage *self, MageSweep *sweep)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < mage_sweep_get_n_cells (sweep); i++)
    {
      g_autoptr (MageParams) params = mage_sweep_dup_params (sweep, i);
      g_autoptr (MageProject) trial = mage_trial_new_for_params (mage_session_get_project (self->session), params, NULL);
      g_autofree char *missing = trial != NULL ? mage_method_dup_missing (trial, mage_sweep_get_prompt (sweep),
                                                                          mage_sweep_get_motion (sweep)) : NULL;

      if (missing != NULL)
        g_hash_table_add (seen, g_strdup_printf ("%s %g %g %g", missing, mage_params_get_double (params, "omega"),
                                                 mage_params_get_double (params, "lambda1"),
                                                 mage_params_get_double (params, "lambda2")));
    }
  return g_hash_table_size (seen);
}

static void
show_plan (MageSweepPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSweep) sweep = make_sweep (self, &error);
  guint n = sweep != NULL ? mage_sweep_get_n_cells (sweep) : 0;
  double steps = 0;
  g_autofree char *time = NULL;
  g_autofree char *videos = NULL;
  GString *text;
  guint missing;

  gtk_widget_set_sensitive (self->start, sweep != NULL);
  if (sweep == NULL)
    {
      gtk_label_set_text (self->plan, error->message);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageParams) params = mage_sweep_dup_params (sweep, i);

      steps += (double) mage_params_get_int (params, "steps");
    }
  missing = count_missing (self, sweep);
  time = dup_time_words (steps * measure_step (self));
  videos = g_strdup_printf (ngettext ("%u video", "%u videos", n), n);
  text = g_string_new (videos);
  g_string_append_printf (text, ", %s", time);
  if (missing > 0)
    g_string_append_printf (text, ngettext (", after %u training", ", after %u trainings", missing), missing);
  gtk_label_set_text (self->plan, text->str);
  g_string_free (text, TRUE);
}

/* --- the grid --- */

/* All stand where the first one stands. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  MageSweepPage *self = MAGE_SWEEP_PAGE (widget);
  MageClipPaintable *lead = NULL;

  for (guint i = 0; i < self->cells->len; i++)
    {
      Cell *cell = g_ptr_array_index (self->cells, i);

      if (cell->clip == NULL)
        continue;
      if (lead == NULL)
        {
          lead = cell->clip;
          mage_clip_paintable_advance (lead, gdk_frame_clock_get_frame_time (clock));
        }
      else
        mage_clip_paintable_set_frame (cell->clip, mage_clip_paintable_get_frame (lead));
    }
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  MageSweepPage *page;
  guint index;
  MageResult *result;
} Loading;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Loading *loading = data;
  g_autoptr (MageSweepPage) self = loading->page;
  g_autoptr (MageResult) video = loading->result;
  guint index = loading->index;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, NULL);
  Cell *cell;

  g_free (loading);
  if (frames == NULL || self->grid == NULL)
    return;
  cell = g_ptr_array_index (self->cells, index);
  if (cell->result != video)
    return;
  g_clear_object (&cell->clip);
  cell->clip = mage_clip_paintable_new (frames);
  mage_clip_view_set_clip (cell->view, cell->clip);
}

static void
load (Cell *cell)
{
  MageSweepPage *self = cell->page;
  MageResult *result = mage_sweep_runner_get_result (self->runner, cell->index);
  Loading *loading;

  if (cell->result == result)
    return;
  g_set_object (&cell->result, result);
  if (result == NULL)
    {
      mage_clip_view_set_clip (cell->view, NULL);
      g_clear_object (&cell->clip);
      return;
    }
  loading = g_new0 (Loading, 1);
  loading->page = g_object_ref (self);
  loading->index = cell->index;
  loading->result = g_object_ref (result);
  mage_load_result_async (result, self->cancellable, loaded_cb, loading);
}

static void
show_cell (Cell *cell)
{
  static const char *const words[] = { N_("Make"), N_("Waiting"), N_("In the making"), "", N_("Failed: try again") };
  MageCellState state = mage_sweep_runner_get_state (cell->page->runner, cell->index);

  gtk_label_set_text (cell->words, *words[state] != '\0' ? _(words[state]) : "");
  gtk_widget_set_visible (GTK_WIDGET (cell->words), state != MAGE_CELL_DONE);
  gtk_widget_set_sensitive (cell->button, state != MAGE_CELL_WAITING && state != MAGE_CELL_RUNNING);
  load (cell);
}

static void
show_state (MageSweepPage *self)
{
  guint done = mage_sweep_runner_count (self->runner, MAGE_CELL_DONE);
  gboolean running = mage_sweep_runner_is_running (self->runner);
  g_autofree char *text = g_strdup_printf (_("%u of %u videos"), done, self->cells->len);

  adw_window_title_set_subtitle (self->window_title, text);
  gtk_widget_set_visible (GTK_WIDGET (self->toggle), running || done < self->cells->len);
  gtk_button_set_label (self->toggle, running ? _("Stop") : _("Continue"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.export-video", done > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.export-picture", done > 0);
  for (guint i = 0; i < self->cells->len; i++)
    show_cell (g_ptr_array_index (self->cells, i));
}

static void
cell_clicked_cb (GtkButton *button, Cell *cell)
{
  MageSweepPage *self = cell->page;

  if (cell->result != NULL)
    mage_session_push_page (self->session, mage_result_page_new (self->session, cell->result));
  else
    mage_sweep_runner_retry (self->runner, cell->index);
}

static void
add_cell (MageSweepPage *self, guint index, guint n_columns)
{
  Cell *cell = g_new0 (Cell, 1);
  GtkWidget *overlay = gtk_overlay_new ();
  g_autoptr (MageParams) params = mage_sweep_dup_params (mage_sweep_runner_get_sweep (self->runner), index);

  cell->page = self;
  cell->index = index;
  cell->view = MAGE_CLIP_VIEW (mage_clip_view_new ());
  cell->words = GTK_LABEL (gtk_label_new (NULL));
  cell->button = gtk_button_new ();
  g_object_set (cell->view, "natural-size", 160, "aspect",
                mage_params_get_int (params, "width") / (double) MAX (1, mage_params_get_int (params, "height")), NULL);
  gtk_widget_set_size_request (GTK_WIDGET (cell->view), 120, -1);
  gtk_widget_add_css_class (GTK_WIDGET (cell->view), "thumb");
  gtk_widget_add_css_class (cell->button, "flat");
  gtk_widget_add_css_class (cell->button, "compare-tile");
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (cell->view));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (cell->words));
  gtk_button_set_child (GTK_BUTTON (cell->button), overlay);
  g_signal_connect (cell->button, "clicked", G_CALLBACK (cell_clicked_cb), cell);
  gtk_grid_attach (self->grid, cell->button, (int) (index % n_columns) + 1, (int) (index / n_columns) + 1, 1, 1);
  g_ptr_array_add (self->cells, cell);
}

static void
add_label (MageSweepPage *self, const MageParamInfo *info, const char *value, int column, int row)
{
  g_autofree char *text = g_markup_printf_escaped ("%s %s", _(info->label), value);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 14);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
}

static void
show_sweep (MageSweepPage *self, MageSweep *sweep)
{
  g_autofree char *title = mage_sweep_dup_title (sweep);
  guint n = mage_sweep_get_n_columns (sweep);
  const char *const *values;
  const MageParamInfo *info = mage_sweep_get_axis (sweep, 0, &values);

  self->runner = g_object_ref (mage_sweep_runner_get (self->session, sweep));
  adw_window_title_set_title (self->window_title, title);
  for (guint i = 0; i < n; i++)
    add_label (self, info, values[i], (int) i + 1, 0);
  if (mage_sweep_get_n_axes (sweep) > 1)
    {
      info = mage_sweep_get_axis (sweep, 1, &values);
      for (guint i = 0; values[i] != NULL; i++)
        add_label (self, info, values[i], 0, (int) i + 1);
    }
  for (guint i = 0; i < mage_sweep_get_n_cells (sweep); i++)
    add_cell (self, i, n);
  g_signal_connect_object (self->runner, "changed", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child_name (self->stack, "grid");
  self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
  show_state (self);
}

static void
start_cb (MageSweepPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSweep) sweep = make_sweep (self, &error);

  if (sweep == NULL)
    {
      mage_session_toast_error (self->session, error);
      return;
    }
  show_sweep (self, sweep);
  mage_sweep_runner_start (self->runner);
}

static void
toggle_cb (MageSweepPage *self)
{
  if (mage_sweep_runner_is_running (self->runner))
    mage_sweep_runner_stop (self->runner);
  else
    mage_sweep_runner_start (self->runner);
}

/* --- export --- */

typedef struct
{
  MageSweep *sweep;
  GPtrArray *frames;
  char *path;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_object_unref (self->sweep);
  g_ptr_array_unref (self->frames);
  g_free (self->path);
  g_free (self);
}

static void
maybe_frames_unref (gpointer frames)
{
  if (frames != NULL)
    frames_unref (frames);
}

static void
export_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *self = data;
  ClipGrid grid = { .title = mage_sweep_get_prompt (self->sweep), .cells = self->frames };
  ClipWrite how = { .title = mage_sweep_get_prompt (self->sweep) };
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) painted = NULL;

  grid.column_title = _(mage_sweep_get_axis (self->sweep, 0, &grid.columns)->label);
  if (mage_sweep_get_n_axes (self->sweep) > 1)
    grid.row_title = _(mage_sweep_get_axis (self->sweep, 1, &grid.rows)->label);
  painted = clip_grid_paint (&grid, &error);
  if (!clip_format_find_for_path (self->path, &how.format))
    how.format = CLIP_MP4_H264;
  if (painted == NULL || !clip_write (painted, self->path, &how, cancellable, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/** mage_sweep_page_export: writes the grid as the end of @path says: a video, or a picture of the frame that is shown. */
void
mage_sweep_page_export (MageSweepPage *self, const char *path, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, callback, data);
  Export *export = g_new0 (Export, 1);

  export->sweep = g_object_ref (mage_sweep_runner_get_sweep (self->runner));
  export->path = g_strdup (path);
  export->frames = g_ptr_array_new_with_free_func (maybe_frames_unref);
  for (guint i = 0; i < self->cells->len; i++)
    {
      Cell *cell = g_ptr_array_index (self->cells, i);

      g_ptr_array_add (export->frames, cell->clip != NULL ? frames_ref (mage_clip_paintable_get_frames (cell->clip)) : NULL);
    }
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, export_in_thread);
}

gboolean
mage_sweep_page_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MageSweepPage *self = MAGE_SWEEP_PAGE (source);
  g_autoptr (GError) error = NULL;

  if (mage_sweep_page_export_finish (result, &error))
    mage_session_toast (self->session, _("The grid was exported"));
  else if (self->session != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    mage_session_toast_error (self->session, error);
}

static void
file_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageSweepPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = mage_choose_export_finish (result, &error);

  if (file != NULL && self->grid != NULL)
    mage_sweep_page_export (self, g_file_peek_path (file), exported_cb, NULL);
  else if (error != NULL && self->session != NULL)
    mage_session_toast_error (self->session, error);
}

static void
export_video_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_choose_export (widget, _("Export the Grid"), "sweep.mp4", NULL, file_chosen_cb, g_object_ref (widget));
}

static void
export_picture_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_choose_export (widget, _("Export the Grid"), "sweep.png", NULL, file_chosen_cb, g_object_ref (widget));
}

/* --- the object --- */

static void
mage_sweep_page_dispose (GObject *object)
{
  MageSweepPage *self = MAGE_SWEEP_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_SWEEP_PAGE);
  g_clear_pointer (&self->cells, g_ptr_array_unref);
  g_clear_object (&self->runner);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_sweep_page_parent_class)->dispose (object);
}

static void
mage_sweep_page_class_init (MageSweepPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_sweep_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-sweep-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, toggle);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, axes);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, plan);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, start);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, grid);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggle_cb);
  gtk_widget_class_install_action (widget_class, "sweep.export-video", NULL, export_video_cb);
  gtk_widget_class_install_action (widget_class, "sweep.export-picture", NULL, export_picture_cb);
}

static void
mage_sweep_page_init (MageSweepPage *self)
{
  self->cells = g_ptr_array_new_with_free_func (cell_free);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_sweep_page_new: @sweep: (nullable): one that is planned already; for mage_session_push_page(). */
AdwNavigationPage *
mage_sweep_page_new (MageSession *session, MageSweep *sweep)
{
  MageSweepPage *self = g_object_new (MAGE_TYPE_SWEEP_PAGE, NULL);

  self->session = g_object_ref (session);
  if (sweep != NULL)
    {
      show_sweep (self, sweep);
      return ADW_NAVIGATION_PAGE (self);
    }
  adw_window_title_set_title (self->window_title, _("Sweep"));
  gtk_widget_set_visible (GTK_WIDGET (self->toggle), FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.export-video", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.export-picture", FALSE);
  self->across = MAGE_SWEEP_AXIS (mage_sweep_axis_new (_("Across"), FALSE));
  self->down = MAGE_SWEEP_AXIS (mage_sweep_axis_new (_("Down"), TRUE));
  gtk_box_append (self->axes, GTK_WIDGET (self->across));
  gtk_box_append (self->axes, GTK_WIDGET (self->down));
  mage_sweep_axis_choose (self->across, "tau");
  g_signal_connect_object (self->across, "changed", G_CALLBACK (show_plan), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->down, "changed", G_CALLBACK (show_plan), self, G_CONNECT_SWAPPED);
  show_plan (self);
  return ADW_NAVIGATION_PAGE (self);
}

/** mage_sweep_page_get_runner: Returns: (transfer none) (nullable): what makes the videos, once they are planned */
MageSweepRunner *
mage_sweep_page_get_runner (MageSweepPage *self)
{
  return self->runner;
}
