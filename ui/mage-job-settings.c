/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-job-settings.h"

#include "ui/mage-inspector.h"

#include <glib/gi18n.h>

/*
 * The settings of one piece of work that waits: what is changed here counts for it alone, all else follows the project until its turn
 * comes. Then it is made, and nothing can be changed any more.
 */

#define WIDTH 460
#define HEIGHT 640

typedef struct
{
  MageSession *session;
  MageWaitingJob *job;
  GtkWidget *words;
  GtkWidget *reset;
  AdwDialog *dialog; /* weak */
} Settings;

static void
settings_free (gpointer data)
{
  Settings *self = data;

  g_clear_weak_pointer (&self->dialog);
  g_object_unref (self->session);
  g_object_unref (self->job);
  g_free (self);
}

/* What @job will make, as the inspector knows it. */
static MageStale
get_inspects (MageSession *session, MageWaitingJob *job)
{
  GObject *object = mage_session_get_subject_of (session, MAGE_JOB (job));

  if (MAGE_IS_FUSION (object))
    return MAGE_STALE_FUSION;
  if (MAGE_IS_MOTION (object))
    return MAGE_STALE_MOTION | MAGE_STALE_TOKEN;
  return MAGE_IS_TRAINABLE (object) ? MAGE_STALE_SUBJECT : MAGE_STALE_RESULT;
}

static MageUse
get_use (MageStale inspects)
{
  if (inspects & MAGE_STALE_RESULT)
    return MAGE_USE_SAMPLE;
  return inspects & MAGE_STALE_FUSION ? MAGE_USE_FUSE : MAGE_USE_TRAIN;
}

static gboolean
counts (const MageParamInfo *info, MageStale inspects)
{
  return !g_str_equal (info->group, "Machine") && (info->use & get_use (inspects)) && (info->stale == MAGE_STALE_NOTHING || (info->stale & inspects));
}

/** mage_job_settings_count_changed: how many settings are its own. */
guint
mage_job_settings_count_changed (MageSession *session, MageWaitingJob *job)
{
  MageParamLayer *layer = mage_waiting_job_get_layer (job);
  MageStale inspects = get_inspects (session, job);
  guint n, n_changed = 0;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; layer != NULL && i < n; i++)
    n_changed += counts (&table[i], inspects) && mage_param_layer_is_changed (layer, table[i].key);
  return n_changed;
}

/** mage_job_settings_dup_words: Returns: (transfer full): which of its settings are its own; "" where none is */
char *
mage_job_settings_dup_words (MageSession *session, MageWaitingJob *job)
{
  MageParamLayer *layer = mage_waiting_job_get_layer (job);
  MageStale inspects = get_inspects (session, job);
  guint n, n_changed = mage_job_settings_count_changed (session, job);
  const MageParamInfo *table = mage_param_table (&n);

  if (n_changed > 1)
    return g_strdup_printf (ngettext ("%u setting of its own", "%u settings of its own", n_changed), n_changed);
  for (guint i = 0; n_changed == 1 && i < n; i++)
    if (counts (&table[i], inspects) && mage_param_layer_is_changed (layer, table[i].key))
      {
        g_autofree char *text = mage_params_dup_text (mage_param_layer_get_params (layer), table[i].key);

        /* Translators: a setting and its value, for one piece of work alone: "Negative guidance 0.1" */
        return g_strdup_printf (_("%s %s"), _(table[i].label), text);
      }
  return g_strdup ("");
}

static void
show_words (GtkWidget *toolbar)
{
  Settings *self = g_object_get_data (G_OBJECT (toolbar), "mage-settings");
  guint n = mage_job_settings_count_changed (self->session, self->job);
  g_autofree char *words = n == 0 ? g_strdup (_("As the project, until its turn comes"))
                                  : g_strdup_printf (ngettext ("%u setting of its own, the others as the project",
                                                               "%u settings of its own, the others as the project", n), n);

  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->words), words);
  gtk_widget_set_sensitive (self->reset, n > 0);
}

static void
reset_cb (GtkWidget *toolbar)
{
  Settings *self = g_object_get_data (G_OBJECT (toolbar), "mage-settings");
  MageParamLayer *layer = mage_waiting_job_get_layer (self->job);
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; i < n; i++)
    if (mage_param_layer_is_changed (layer, table[i].key))
      mage_param_layer_reset (layer, table[i].key);
}

/* Its turn has come, or it was taken out of the queue. */
static void
gone_cb (GtkWidget *toolbar)
{
  Settings *self = g_object_get_data (G_OBJECT (toolbar), "mage-settings");

  if (self->dialog != NULL)
    adw_dialog_force_close (self->dialog);
}

static GtkWidget *
make_bar (Settings *self, GtkWidget *toolbar)
{
  GtkWidget *bar = adw_header_bar_new ();

  self->words = adw_window_title_new (mage_job_get_title (MAGE_JOB (self->job)), NULL);
  self->reset = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  gtk_widget_set_tooltip_text (self->reset, _("All As the Project Has Them"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reset), GTK_ACCESSIBLE_PROPERTY_LABEL, _("All As the Project Has Them"), -1);
  g_signal_connect_object (self->reset, "clicked", G_CALLBACK (reset_cb), toolbar, G_CONNECT_SWAPPED);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), self->words);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->reset);
  return bar;
}

/** mage_job_settings_new: @job: whose turn has not come yet. Returns: (transfer floating): a dialog with what @job will be made with */
AdwDialog *
mage_job_settings_new (MageSession *session, MageWaitingJob *job)
{
  Settings *self = g_new0 (Settings, 1);
  AdwDialog *dialog = adw_dialog_new ();
  MageParamLayer *layer = mage_waiting_job_get_layer (job);
  GtkWidget *toolbar = adw_toolbar_view_new ();
  g_autofree char *title = g_strdup_printf (_("Settings of “%s”"), mage_job_get_title (MAGE_JOB (job)));

  g_set_weak_pointer (&self->dialog, dialog);
  self->session = g_object_ref (session);
  self->job = g_object_ref (job);
  g_object_set_data_full (G_OBJECT (toolbar), "mage-settings", self, settings_free);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), make_bar (self, toolbar));
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), mage_inspector_new_for_layer (session, layer, get_inspects (session, job)));
  adw_dialog_set_title (dialog, title);
  adw_dialog_set_content_width (dialog, WIDTH);
  adw_dialog_set_content_height (dialog, HEIGHT);
  adw_dialog_set_child (dialog, toolbar);
  g_signal_connect_object (layer, "changed", G_CALLBACK (show_words), toolbar, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "became", G_CALLBACK (gone_cb), toolbar, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "finished", G_CALLBACK (gone_cb), toolbar, G_CONNECT_SWAPPED);
  show_words (toolbar);
  return dialog;
}
