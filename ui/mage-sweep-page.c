/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sweep-page.h"

#include "jobs/mage-sweep-forecast.h"
#include "jobs/mage-sweep-picture.h"
#include "ui/mage-draft.h"
#include "ui/mage-file-export.h"

#include <glib/gi18n.h>
#include <math.h>

/* A sweep: what shall vary, and then the grid of videos, which play in step. */

struct _MageSweepPage
{
  AdwNavigationPage parent_instance;

  MageSession *session;
  MageSweepRunner *runner; /* (nullable): not planned yet */
  GCancellable *cancellable;
  MageSweepAxis *across;
  MageSweepAxis *down;

  AdwWindowTitle *window_title;
  GtkButton *toggle;
  GtkStack *stack;
  GtkBox *axes;
  GtkLabel *plan;
  GtkButton *start;
  GtkWidget *export;
  MageSweepGrid *grid;
};

G_DEFINE_FINAL_TYPE (MageSweepPage, mage_sweep_page, ADW_TYPE_NAVIGATION_PAGE)

/* --- planning --- */

static MageSweep *
make_sweep (MageSweepPage *self, GError **error)
{
  MageProject *project = mage_session_get_project (self->session);
  MageDraft *draft = mage_draft_get (self->session);
  const char *prompt = mage_draft_get_prompt (draft);
  MageMotion *motion = mage_draft_find_motion (draft, project);
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
  sweep = mage_sweep_new (prompt, motion != NULL ? mage_trainable_get_name (MAGE_TRAINABLE (motion)) : NULL, params);
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

static char *
dup_time_words (double seconds)
{
  guint minutes = (guint) ceil (seconds / 60);

  if (seconds <= 0)
    return g_strdup (_("how long it takes is known after the first video"));
  return g_strdup_printf (ngettext ("about %u minute", "about %u minutes", minutes), minutes);
}

static void
show_plan (MageSweepPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSweep) sweep = make_sweep (self, &error);
  MageSweepForecast forecast;
  g_autofree char *time = NULL;
  g_autoptr (GString) text = NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.start", sweep != NULL);
  if (sweep == NULL)
    {
      gtk_label_set_text (self->plan, error->message);
      return;
    }
  mage_sweep_forecast_init (&forecast, mage_session_get_project (self->session), sweep);
  time = dup_time_words (forecast.seconds);
  text = g_string_new (NULL);
  g_string_append_printf (text, ngettext ("%u video", "%u videos", forecast.n_videos), forecast.n_videos);
  g_string_append_printf (text, ", %s", time);
  if (forecast.n_trainings > 0)
    g_string_append_printf (text, ngettext (", after %u training", ", after %u trainings", forecast.n_trainings),
                            forecast.n_trainings);
  gtk_label_set_text (self->plan, text->str);
}

/* What is asked for now comes after all that is under way. */
static void
show_queue (MageSweepPage *self)
{
  gboolean busy = g_list_model_get_n_items (mage_worker_get_jobs (mage_session_get_worker (self->session))) > 0;

  gtk_button_set_label (self->start, busy ? _("Add to _Queue") : _("_Make the Videos"));
}

/* --- the videos --- */

static void
show_state (MageSweepPage *self)
{
  guint n = mage_sweep_get_n_cells (mage_sweep_runner_get_sweep (self->runner));
  guint done = mage_sweep_runner_count (self->runner, MAGE_CELL_DONE);
  guint failed = mage_sweep_runner_count (self->runner, MAGE_CELL_FAILED);
  gboolean running = mage_sweep_runner_is_running (self->runner);
  g_autofree char *count = failed > 0 ? g_strdup_printf (_("%u of %u videos, %u failed"), done, n, failed)
                                      : g_strdup_printf (_("%u of %u videos"), done, n);
  MageJob *before = mage_sweep_runner_find_before (self->runner);
  /* Translators: "0 of 3 videos, waits for “Training <toy>”" */
  g_autofree char *text = before != NULL ? g_strdup_printf (_("%s, waits for “%s”"), count, mage_job_get_title (before)) : g_strdup (count);

  adw_window_title_set_subtitle (self->window_title, text);
  gtk_widget_set_visible (GTK_WIDGET (self->toggle), running || done + failed < n);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.toggle", running || done + failed < n);
  gtk_button_set_label (self->toggle, running ? _("Stop") : _("Continue"));
  gtk_widget_set_visible (self->export, TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.export-video", done > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.export-picture", done > 0);
}

static void
show_sweep (MageSweepPage *self, MageSweep *sweep)
{
  g_autofree char *title = mage_sweep_dup_title (sweep);

  self->runner = g_object_ref (mage_sweep_runner_get (self->session, sweep));
  adw_window_title_set_title (self->window_title, title);
  mage_sweep_grid_show (self->grid, self->session, self->runner);
  g_signal_connect_object (self->runner, "changed", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (self->session)), "items-changed", G_CALLBACK (show_state),
                           self, G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child_name (self->stack, "grid");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.start", FALSE);
  show_state (self);
}

static void
start_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageSweepPage *self = MAGE_SWEEP_PAGE (widget);
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
toggle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageSweepPage *self = MAGE_SWEEP_PAGE (widget);

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
  guint frame;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_object_unref (self->sweep);
  g_ptr_array_unref (self->frames);
  g_free (self);
}

static gboolean
write_file (gpointer data, const char *path, GCancellable *cancellable, GError **error)
{
  Export *self = data;

  return mage_sweep_picture_write (self->sweep, self->frames, path, self->frame, cancellable, error);
}

/**
 * mage_sweep_page_export:
 *
 * Writes the grid as the end of @path says: a video, or a picture of the frame that is shown; mage_file_export_finish() says how that
 * ended.
 */
void
mage_sweep_page_export (MageSweepPage *self, const char *path, GAsyncReadyCallback callback, gpointer data)
{
  MageClipPaintable *lead = mage_sweep_grid_get_lead (self->grid);
  Export *export = g_new0 (Export, 1);

  export->sweep = g_object_ref (mage_sweep_runner_get_sweep (self->runner));
  export->frames = mage_sweep_grid_dup_frames (self->grid);
  export->frame = lead != NULL ? mage_clip_paintable_get_frame (lead) : 0;
  mage_file_export_async (write_file, export, export_free, path, self->cancellable, callback, data);
}

static gboolean
begin_export (gpointer data, const char *path, GAsyncReadyCallback callback, gpointer user_data)
{
  MageSweepPage *self = data;

  if (self->session == NULL) /* the page was left */
    return FALSE;
  mage_sweep_page_export (self, path, callback, user_data);
  return TRUE;
}

static void
ask (GtkWidget *widget, const char *file)
{
  const MageExportWish wish = { _("Export the Grid"), file, _("The grid was exported") };

  mage_file_export_ask (widget, MAGE_SWEEP_PAGE (widget)->session, &wish, begin_export, g_object_ref (widget), g_object_unref);
}

static void
export_video_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask (widget, "sweep.mp4");
}

static void
export_picture_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask (widget, "sweep.png");
}

/* --- the object --- */

static void
mage_sweep_page_dispose (GObject *object)
{
  MageSweepPage *self = MAGE_SWEEP_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_SWEEP_PAGE);
  g_clear_object (&self->runner);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_sweep_page_parent_class)->dispose (object);
}

static void
mage_sweep_page_class_init (MageSweepPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_sweep_page_dispose;
  g_type_ensure (MAGE_TYPE_SWEEP_GRID);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-sweep-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, toggle);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, axes);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, plan);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, start);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, export);
  gtk_widget_class_bind_template_child (widget_class, MageSweepPage, grid);
  gtk_widget_class_install_action (widget_class, "sweep.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "sweep.toggle", NULL, toggle_action);
  gtk_widget_class_install_action (widget_class, "sweep.export-video", NULL, export_video_cb);
  gtk_widget_class_install_action (widget_class, "sweep.export-picture", NULL, export_picture_cb);
}

static void
mage_sweep_page_init (MageSweepPage *self)
{
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
  gtk_widget_set_visible (self->export, FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.toggle", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.export-video", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sweep.export-picture", FALSE);
  self->across = MAGE_SWEEP_AXIS (mage_sweep_axis_new (_("Across"), FALSE));
  self->down = MAGE_SWEEP_AXIS (mage_sweep_axis_new (_("Down"), TRUE));
  gtk_box_append (self->axes, GTK_WIDGET (self->across));
  gtk_box_append (self->axes, GTK_WIDGET (self->down));
  mage_sweep_axis_choose (self->across, "tau");
  g_signal_connect_object (self->across, "changed", G_CALLBACK (show_plan), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->down, "changed", G_CALLBACK (show_plan), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed", G_CALLBACK (show_queue), self,
                           G_CONNECT_SWAPPED);
  show_plan (self);
  show_queue (self);
  return ADW_NAVIGATION_PAGE (self);
}

/** mage_sweep_page_get_axis: Returns: (transfer none): while it is planned, what varies across, or @down */
MageSweepAxis *
mage_sweep_page_get_axis (MageSweepPage *self, gboolean down)
{
  return down ? self->down : self->across;
}

/** mage_sweep_page_get_grid: Returns: (transfer none): where the videos play, once they are planned */
MageSweepGrid *
mage_sweep_page_get_grid (MageSweepPage *self)
{
  return self->grid;
}

/** mage_sweep_page_get_runner: Returns: (transfer none) (nullable): what makes the videos, once they are planned */
MageSweepRunner *
mage_sweep_page_get_runner (MageSweepPage *self)
{
  return self->runner;
}
