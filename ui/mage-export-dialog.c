/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-export-dialog.h"

#include "ui/mage-file-choice.h"

#include <glib/gi18n.h>

/* Writes a result as a video or as pictures, as is wished, with progress and a way back. */

/* What is offered, on the longer side, in pixels and in multiples. */
#define MAX_SIDE 2160
#define MAX_FACTOR 8

struct _MageExportDialog
{
  AdwDialog parent_instance;

  MageSession *session;
  MageResult *result;
  MageJob *job;
  char *path;

  GtkWidget *cancel;
  GtkWidget *export;
  GtkStack *stack;
  AdwComboRow *format;
  GtkStringList *formats;
  AdwComboRow *size;
  GtkStringList *sizes;
  AdwSpinRow *frame;
  AdwSpinRow *rate;
  AdwSpinRow *rounds;
  AdwSwitchRow *ping_pong;
  AdwSpinRow *quality;
  GtkLabel *work;
  GtkProgressBar *progress;
  GtkLabel *percent;
  AdwStatusPage *done;
  AdwStatusPage *failed;
};

G_DEFINE_FINAL_TYPE (MageExportDialog, mage_export_dialog, ADW_TYPE_DIALOG)

static ClipFormat
get_format (MageExportDialog *self)
{
  return (ClipFormat) MIN (adw_combo_row_get_selected (self->format), CLIP_N_FORMATS - 1);
}

static ClipWrite
get_choice (MageExportDialog *self)
{
  return (ClipWrite){ .format = get_format (self),
                      .factor = adw_combo_row_get_selected (self->size) + 1,
                      .scale = CLIP_SCALE_SMOOTH,
                      .frame = (guint) adw_spin_row_get_value (self->frame) - 1,
                      .rate = adw_spin_row_get_value (self->rate),
                      .rounds = (guint) adw_spin_row_get_value (self->rounds),
                      .ping_pong = adw_switch_row_get_active (self->ping_pong),
                      .quality = (guint) adw_spin_row_get_value (self->quality) };
}

/* What a format has no use for is not asked. A GIF that plays no fixed number of times plays for ever. */
static void
show_format (MageExportDialog *self)
{
  ClipFormat format = get_format (self);
  const ClipFormatInfo *info = clip_format_get_info (format);
  gboolean repeats = info->is_video || format == CLIP_GIF || format == CLIP_WEBP;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->format), _(info->hint));
  gtk_widget_set_visible (GTK_WIDGET (self->frame), !info->moves);
  gtk_widget_set_visible (GTK_WIDGET (self->rate), repeats);
  gtk_widget_set_visible (GTK_WIDGET (self->rounds), repeats);
  gtk_widget_set_visible (GTK_WIDGET (self->ping_pong), info->moves);
  gtk_widget_set_visible (GTK_WIDGET (self->quality), info->lossy);
  gtk_adjustment_set_lower (adw_spin_row_get_adjustment (self->rounds), info->is_video ? 1 : 0);
  if (info->is_video)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rounds), _("The file holds it so many times"));
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rounds), _("0 repeats it for ever"));
}

/* Whoever goes from a GIF to a video wants one round, and from a video to a GIF no end. */
static void
format_cb (MageExportDialog *self)
{
  show_format (self);
  adw_spin_row_set_value (self->rounds, clip_format_get_info (get_format (self))->is_video ? 1 : 0);
}

static void
show (MageExportDialog *self, const char *page)
{
  gboolean choosing = g_str_equal (page, "choose");
  gboolean over = g_str_equal (page, "done");

  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_widget_set_visible (self->export, choosing);
  gtk_button_set_label (GTK_BUTTON (self->cancel), over ? _("_Close") : _("_Cancel"));
}

/* --- the job --- */

/* What it waits for, or how far it is. */
static char *
dup_progress_words (MageExportDialog *self)
{
  guint n = mage_job_get_n_steps (self->job);
  MageJob *before = mage_job_get_state (self->job) == MAGE_JOB_QUEUED
                    ? mage_worker_find_before (mage_session_get_worker (self->session), self->job) : NULL;

  if (before != NULL)
    return g_strdup_printf (_("Waits for “%s”"), mage_job_get_title (before));
  return n > 0 ? g_strdup_printf (_("%u %%"), mage_job_get_step (self->job) * 100 / n) : g_strdup ("");
}

static void
progressed_cb (MageExportDialog *self)
{
  guint n = mage_job_get_n_steps (self->job);
  g_autofree char *text = dup_progress_words (self);

  if (n > 0)
    gtk_progress_bar_set_fraction (self->progress, (double) mage_job_get_step (self->job) / n);
  else
    gtk_progress_bar_pulse (self->progress);
  gtk_label_set_text (self->percent, text);
}

static void
state_cb (MageExportDialog *self)
{
  g_autofree char *text = dup_progress_words (self);

  gtk_label_set_text (self->percent, text);
}

static void
finished_cb (MageExportDialog *self)
{
  g_autoptr (MageJob) job = g_steal_pointer (&self->job);
  const GError *error = mage_job_get_error (job);
  g_autofree char *text = NULL;

  g_signal_handlers_disconnect_by_data (job, self);
  switch (mage_job_get_state (job))
    {
    case MAGE_JOB_DONE:
      text = g_markup_escape_text (self->path, -1);
      adw_status_page_set_description (self->done, text);
      show (self, "done");
      break;
    case MAGE_JOB_FAILED:
      text = g_markup_escape_text (error != NULL ? error->message : "", -1);
      adw_status_page_set_description (self->failed, text);
      show (self, "failed");
      break;
    case MAGE_JOB_QUEUED:
    case MAGE_JOB_RUNNING:
    case MAGE_JOB_PAUSED:
    case MAGE_JOB_CANCELLING:
    case MAGE_JOB_CANCELLED:
    default:
      show (self, "choose");
      break;
    }
}

/** mage_export_dialog_export: writes the file at @path as it is chosen in the dialog. */
void
mage_export_dialog_export (MageExportDialog *self, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *text = g_strdup_printf (_("Writing “%s”…"), name);
  ClipWrite how = get_choice (self);

  g_return_if_fail (self->job == NULL);

  g_set_str (&self->path, path);
  gtk_label_set_text (self->work, text);
  gtk_progress_bar_set_fraction (self->progress, 0);
  show (self, "work");
  self->job = g_object_ref (mage_session_export (self->session, self->result, path, &how));
  mage_session_set_quiet (self->session, self->job, TRUE);
  g_signal_connect_swapped (self->job, "progressed", G_CALLBACK (progressed_cb), self);
  g_signal_connect_swapped (self->job, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (self->job, "finished", G_CALLBACK (finished_cb), self);
  state_cb (self);
}

/* --- buttons --- */

static void
cancel_cb (MageExportDialog *self)
{
  if (self->job != NULL)
    mage_worker_cancel (mage_session_get_worker (self->session), self->job);
  else
    adw_dialog_close (ADW_DIALOG (self));
}

static void
again_cb (MageExportDialog *self)
{
  show (self, "choose");
}

static void
revealed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageExportDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_open_containing_folder_finish (GTK_FILE_LAUNCHER (source), result, &error))
    mage_session_toast_error (self->session, error);
}

static void
reveal_cb (MageExportDialog *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_open_containing_folder (launcher, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL,
                                            revealed_cb, g_object_ref (self));
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageExportDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = mage_choose_export_finish (result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    mage_export_dialog_export (self, path);
  else if (file != NULL)
    mage_session_toast (self->session, _("It can only be saved in a folder of this computer"));
  else
    mage_session_toast_error (self->session, error);
}

/* "a_bear1_is_riding.mp4" */
static char *
make_file_name (MageExportDialog *self)
{
  g_autofree char *plain = g_str_to_ascii (mage_result_get_prompt (self->result), "C");
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *p = plain; *p != '\0' && name->len < 48; p++)
    {
      if (g_ascii_isalnum (*p))
        g_string_append_c (name, *p);
      else if (name->len > 0 && name->str[name->len - 1] != '_' && g_ascii_isspace (*p))
        g_string_append_c (name, '_');
    }
  return g_strconcat (name->len > 0 ? name->str : "video", clip_format_get_info (get_format (self))->extension, NULL);
}

static void
export_cb (MageExportDialog *self)
{
  g_autofree char *name = make_file_name (self);

  mage_choose_export (GTK_WIDGET (self), _("Export Video"), name, NULL, saved_cb, g_object_ref (self));
}

/* --- the object --- */

static void
mage_export_dialog_dispose (GObject *object)
{
  MageExportDialog *self = MAGE_EXPORT_DIALOG (object);

  /* Whoever closes the dialog meanwhile hears of a failure from the window. */
  if (self->job != NULL)
    {
      mage_session_set_quiet (self->session, self->job, FALSE);
      g_signal_handlers_disconnect_by_data (self->job, self);
    }
  g_clear_object (&self->job);
  g_clear_object (&self->result);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_EXPORT_DIALOG);
  G_OBJECT_CLASS (mage_export_dialog_parent_class)->dispose (object);
}

static void
mage_export_dialog_finalize (GObject *object)
{
  g_free (MAGE_EXPORT_DIALOG (object)->path);
  G_OBJECT_CLASS (mage_export_dialog_parent_class)->finalize (object);
}

static void
mage_export_dialog_class_init (MageExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_export_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_export_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, export);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, format);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, formats);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, size);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, sizes);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, frame);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, rate);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, rounds);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, ping_pong);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, quality);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, work);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, progress);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, percent);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, done);
  gtk_widget_class_bind_template_child (widget_class, MageExportDialog, failed);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_callback (widget_class, reveal_cb);
}

static void
mage_export_dialog_init (MageExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < CLIP_N_FORMATS; i++)
    gtk_string_list_append (self->formats, _(clip_format_get_info ((ClipFormat) i)->label));
  g_signal_connect_object (self->format, "notify::selected", G_CALLBACK (format_cb), self, G_CONNECT_SWAPPED);
}

/* The whole multiples of the result's own size; a small one is offered large. */
static void
list_sizes (MageExportDialog *self)
{
  MageParams *params = mage_result_get_params (self->result);
  int width = (int) mage_params_get_int (params, "width");
  int height = (int) mage_params_get_int (params, "height");
  int usual = 1;

  for (int factor = 1; factor == 1 || (MAX (width, height) * factor <= MAX_SIDE && factor <= MAX_FACTOR); factor++)
    {
      g_autofree char *text = g_strdup_printf ("%d × %d", width * factor, height * factor);

      gtk_string_list_append (self->sizes, text);
      if (MAX (width, height) * factor <= 512)
        usual = factor;
    }
  adw_combo_row_set_selected (self->size, (guint) usual - 1);
}

/** mage_export_dialog_new: asks how @result is to be written. */
AdwDialog *
mage_export_dialog_new (MageSession *session, MageResult *result)
{
  MageExportDialog *self = g_object_new (MAGE_TYPE_EXPORT_DIALOG, NULL);
  MageParams *params = mage_result_get_params (result);

  self->session = g_object_ref (session);
  self->result = g_object_ref (result);
  list_sizes (self);
  gtk_adjustment_set_upper (adw_spin_row_get_adjustment (self->frame), (double) mage_params_get_int (params, "frames"));
  adw_spin_row_set_value (self->rate, mage_params_get_double (params, "rate"));
  format_cb (self);
  show (self, "choose");
  return ADW_DIALOG (self);
}
