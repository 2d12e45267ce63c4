/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-pretraining-window.h"

#include "jobs/mage-pretrain-job.h"
#include "project/mage-json.h"
#include "ui/mage-loss-legend.h"
#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Watches a pretraining that runs in a terminal: its losses on the chart of any training, and the sheets of what it draws.
 * Everything is read from the folder, so it may run before, during or after, and on another machine that shares the disk.
 */

/* Milliseconds in which changes are gathered: a step may take less. */
#define GATHER 1000
/* A sheet is shown no larger than this. */
#define SHEET_SIDE 1600

struct _MagePretrainingWindow
{
  AdwWindow parent_instance;

  char *run;             /* the folder run/ */
  GFileMonitor *monitor;
  guint timeout;
  gboolean loading;      /* the losses */
  gboolean changed;      /* since it began to */
  GCancellable *cancellable;
  GCancellable *sheet_cancellable;
  GArray *sheets;        /* their steps, ascending */

  AdwWindowTitle *window_title;
  GtkLabel *state;
  AdwToggleGroup *scale;
  MageLossLegend *legend;
  MageLossChart *chart;
  GtkWidget *sheets_box;
  GtkLabel *sheet_words;
  GtkPicture *sheet;
  GtkAdjustment *adjustment;
  GtkWidget *slider;
};

G_DEFINE_FINAL_TYPE (MagePretrainingWindow, mage_pretraining_window, ADW_TYPE_WINDOW)

/* --- sheets --- */

static void
sheet_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePretrainingWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = mage_load_texture_finish (result, &error);

  if (texture != NULL && self->sheet != NULL)
    gtk_picture_set_paintable (self->sheet, GDK_PAINTABLE (texture));
  else if (texture == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_info ("No sheet: %s", error->message);
}

static void
show_sheet (MagePretrainingWindow *self)
{
  guint i = (guint) gtk_adjustment_get_value (self->adjustment);
  guint step;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autofree char *words = NULL;

  if (i >= self->sheets->len)
    return;
  step = g_array_index (self->sheets, guint, i);
  name = g_strdup_printf ("step-%u.png", step);
  path = g_build_filename (self->run, MAGE_PRETRAIN_SAMPLES, name, NULL);
  words = g_strdup_printf (_("Step %u"), step);
  gtk_label_set_text (self->sheet_words, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sheet), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_cancellable_cancel (self->sheet_cancellable);
  g_clear_object (&self->sheet_cancellable);
  self->sheet_cancellable = g_cancellable_new ();
  mage_load_texture_async (path, SHEET_SIDE, self->sheet_cancellable, sheet_loaded_cb, g_object_ref (self));
}

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a;
  guint y = *(const guint *) b;

  return x < y ? -1 : x > y;
}

static GArray *
list_sheets (MagePretrainingWindow *self)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *folder = g_build_filename (self->run, MAGE_PRETRAIN_SAMPLES, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *number = g_str_has_prefix (name, "step-") && g_str_has_suffix (name, ".png")
                                  ? g_strndup (name + 5, strlen (name) - 9) : NULL;
      guint64 step;

      if (number != NULL && g_ascii_string_to_unsigned (number, 10, 0, G_MAXUINT, &step, NULL))
        {
          guint value = (guint) step;

          g_array_append_val (steps, value);
        }
    }
  g_array_sort (steps, compare_steps);
  return steps;
}

/* Whoever looks at the newest goes on looking at the newest. */
static void
find_sheets (MagePretrainingWindow *self)
{
  g_autoptr (GArray) steps = list_sheets (self);
  gboolean newest = self->sheets->len == 0 || (guint) gtk_adjustment_get_value (self->adjustment) + 1 >= self->sheets->len;

  if (steps->len == self->sheets->len)
    return;
  g_array_unref (self->sheets);
  self->sheets = g_steal_pointer (&steps);
  gtk_adjustment_set_upper (self->adjustment, MAX (self->sheets->len, 1) - 1);
  gtk_widget_set_visible (self->sheets_box, self->sheets->len > 0);
  gtk_widget_set_visible (self->slider, self->sheets->len > 1);
  if (newest && self->sheets->len > 0)
    gtk_adjustment_set_value (self->adjustment, self->sheets->len - 1);
  show_sheet (self);
}

/* --- losses --- */

/* "UNet and text encoder, step 1300 of 3000" */
static void
show_state (MagePretrainingWindow *self)
{
  g_autofree char *path = g_build_filename (self->run, MAGE_PRETRAIN_PROGRESS, NULL);
  g_autoptr (JsonNode) node = mage_json_read (path, NULL);
  JsonObject *object = node != NULL ? json_node_get_object (node) : NULL;
  guint step = mage_loss_chart_get_length (self->chart) > 0 ? mage_loss_chart_get_last_step (self->chart) : 0;
  gint64 n_steps = object != NULL ? mage_json_get_int (object, "n_steps", 0) : 0;
  const char *stage = object != NULL ? mage_json_get_string (object, "stage", "") : "";
  g_autofree char *words = NULL;

  if (n_steps > 0)
    {
      mage_loss_chart_set_n_steps (self->chart, (guint) MIN (n_steps, G_MAXINT));
      words = g_strdup_printf (_("%s, step %u of %u"), g_str_equal (stage, "vae") ? _("VAE") : _("UNet and text encoder"), step,
                               (guint) n_steps);
    }
  else
    words = g_strdup_printf (_("Step %u"), step);
  gtk_label_set_text (self->state, words);
}

static void look (MagePretrainingWindow *self);

static void
losses_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePretrainingWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSeries) series = mage_load_losses_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->chart == NULL)
    return;
  self->loading = FALSE;
  if (error != NULL)
    gtk_label_set_text (self->state, error->message);
  else
    {
      mage_loss_chart_set_before (self->chart, series);
      show_state (self);
    }
  if (self->changed)
    look (self);
}

static void
look (MagePretrainingWindow *self)
{
  g_autofree char *path = g_build_filename (self->run, MAGE_PRETRAIN_LOSSES, NULL);

  find_sheets (self);
  /* A file that grows faster than it is read is seen all the same: what is read is read to its end. */
  self->changed = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;
  mage_load_losses_async (path, self->cancellable, losses_loaded_cb, g_object_ref (self));
}

static void
gathered_cb (gpointer data)
{
  MagePretrainingWindow *self = data;

  self->timeout = 0;
  look (self);
}

static void
changed_cb (MagePretrainingWindow *self)
{
  if (self->timeout == 0)
    self->timeout = g_timeout_add_once (GATHER, gathered_cb, self);
}

static void
scale_cb (MagePretrainingWindow *self)
{
  mage_loss_chart_set_logarithmic (self->chart, g_strcmp0 (adw_toggle_group_get_active_name (self->scale), "logarithmic") == 0);
}

/* --- the object --- */

static void
mage_pretraining_window_dispose (GObject *object)
{
  MagePretrainingWindow *self = MAGE_PRETRAINING_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->sheet_cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->sheet_cancellable);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->monitor);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_PRETRAINING_WINDOW);
  G_OBJECT_CLASS (mage_pretraining_window_parent_class)->dispose (object);
}

static void
mage_pretraining_window_finalize (GObject *object)
{
  MagePretrainingWindow *self = MAGE_PRETRAINING_WINDOW (object);

  g_free (self->run);
  g_array_unref (self->sheets);
  G_OBJECT_CLASS (mage_pretraining_window_parent_class)->finalize (object);
}

static void
mage_pretraining_window_class_init (MagePretrainingWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_pretraining_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_pretraining_window_finalize;
  g_type_ensure (MAGE_TYPE_LOSS_CHART);
  g_type_ensure (MAGE_TYPE_LOSS_LEGEND);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-pretraining-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, window_title);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, state);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, scale);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, legend);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, chart);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, sheets_box);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, sheet_words);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, sheet);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, adjustment);
  gtk_widget_class_bind_template_child (widget_class, MagePretrainingWindow, slider);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
mage_pretraining_window_init (MagePretrainingWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->sheets = g_array_new (FALSE, FALSE, sizeof (guint));
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_loss_legend_set_chart (self->legend, self->chart);
  g_signal_connect_object (self->scale, "notify::active", G_CALLBACK (scale_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (show_sheet), self, G_CONNECT_SWAPPED);
}

/**
 * mage_pretraining_window_new:
 * @folder: what was given to “videomage-cli pretrain”
 *
 * Returns: (nullable): NULL with an error where nothing is or was pretrained
 */
GtkWidget *
mage_pretraining_window_new (const char *folder, GError **error)
{
  g_autofree char *run = g_build_filename (folder, "run", NULL);
  g_autofree char *losses = g_build_filename (run, MAGE_PRETRAIN_LOSSES, NULL);
  g_autofree char *name = g_filename_display_basename (folder);
  g_autoptr (GFile) file = g_file_new_for_path (losses);
  MagePretrainingWindow *self;

  if (!g_file_test (losses, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("Nothing was pretrained in “%s”. Choose the folder that was given to “videomage-cli pretrain”."), name);
      return NULL;
    }
  self = g_object_new (MAGE_TYPE_PRETRAINING_WINDOW, NULL);
  self->run = g_steal_pointer (&run);
  adw_window_title_set_subtitle (self->window_title, name);
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  look (self);
  return GTK_WIDGET (self);
}

/** mage_pretraining_window_get_length: how many points the chart has. */
guint
mage_pretraining_window_get_length (MagePretrainingWindow *self)
{
  return mage_loss_chart_get_length (self->chart);
}

/** mage_pretraining_window_get_n_sheets: how many pictures of what it draws there are. */
guint
mage_pretraining_window_get_n_sheets (MagePretrainingWindow *self)
{
  return self->sheets->len;
}

/** mage_pretraining_window_get_state: how far it is, in words. */
const char *
mage_pretraining_window_get_state (MagePretrainingWindow *self)
{
  return gtk_label_get_text (self->state);
}

/* --- choosing --- */

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWindow) parent = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;
  GtkWidget *window = path != NULL ? mage_pretraining_window_new (path, &error) : NULL;

  if (window != NULL)
    {
      gtk_window_set_application (GTK_WINDOW (window), gtk_window_get_application (parent));
      gtk_window_present (GTK_WINDOW (window));
    }
  else if (error != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.tell", "s", error->message);
}

/** mage_pretraining_window_choose: asks for a folder and watches what is pretrained in it. */
void
mage_pretraining_window_choose (GtkWindow *parent)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _("Watch a Pretraining"));
  gtk_file_dialog_select_folder (dialog, parent, NULL, chosen_cb, g_object_ref (parent));
}
