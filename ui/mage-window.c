/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-window-private.h"

#include "ui/mage-closing.h"
#include "ui/mage-projects.h"

#include <glib/gi18n.h>
#include <string.h>

/* The window: the welcome, or one open project. Its actions are in mage-window-actions.c. */

G_DEFINE_FINAL_TYPE (MageWindow, mage_window, ADW_TYPE_APPLICATION_WINDOW)

/* Seconds that a toast with reasons stays: they have to be read. */
#define LONG_TOAST 12

/* --- toasts --- */

static AdwToast *
make_toast (const char *text)
{
  AdwToast *toast = adw_toast_new ("");

  adw_toast_set_use_markup (toast, FALSE);
  if (strlen (text) <= 60 && strchr (text, '\n') == NULL)
    adw_toast_set_title (toast, text);
  else
    {
      GtkWidget *label = gtk_label_new (text);

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
      adw_toast_set_custom_title (toast, label);
      adw_toast_set_timeout (toast, LONG_TOAST);
    }
  return toast;
}

/** mage_window_toast: tells the user @text. */
void
mage_window_toast (MageWindow *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, make_toast (text));
}

/* Its button takes back the last edit, which after the next one is another than it tells. */
static void
drop_undo_toast (MageWindow *self)
{
  g_autoptr (AdwToast) toast = self->undo_toast != NULL ? g_object_ref (self->undo_toast) : NULL;

  g_clear_weak_pointer (&self->undo_toast);
  if (toast != NULL)
    adw_toast_dismiss (toast);
}

static void
toast_cb (MageWindow *self, const char *text, gboolean undo)
{
  AdwToast *toast = make_toast (text);

  if (undo)
    {
      adw_toast_set_button_label (toast, _("_Undo"));
      adw_toast_set_action_name (toast, "win.undo");
      drop_undo_toast (self);
      g_set_weak_pointer (&self->undo_toast, toast);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- projects --- */

static void
update_title (MageWindow *self)
{
  g_autofree char *name = self->session != NULL ? mage_project_dup_name (mage_session_get_project (self->session)) : NULL;

  gtk_window_set_title (GTK_WINDOW (self), name != NULL ? name : "VideoMage");
}

static void
show_session (MageWindow *self, MageSession *session)
{
  g_clear_object (&self->notices);
  g_set_object (&self->session, session);
  if (session != NULL)
    {
      self->frame = MAGE_FRAME (mage_frame_new (session));
      adw_bin_set_child (self->frame_bin, GTK_WIDGET (self->frame));
      self->notices = mage_job_notices_new (session, GTK_WINDOW (self));
      g_signal_connect_object (session, "toast", G_CALLBACK (toast_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (mage_session_get_history (session), "notify::undo-label", G_CALLBACK (drop_undo_toast), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (mage_session_get_history (session), "notify", G_CALLBACK (mage_window_update_actions), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_stack_set_visible_child_name (self->stack, session != NULL ? "project" : "welcome");
  if (session != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->toasts), "over-status");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->toasts), "over-status");
  if (session == NULL)
    {
      self->frame = NULL;
      adw_bin_set_child (self->frame_bin, NULL);
    }
  update_title (self);
  mage_window_update_actions (self);
}

/** mage_window_close_project: saves it and shows the welcome; its work stops at the next block and is offered again. */
void
mage_window_close_project (MageWindow *self)
{
  g_autoptr (MageSession) session = g_steal_pointer (&self->session);

  if (session == NULL)
    return;
  g_signal_handlers_disconnect_by_data (session, self);
  drop_undo_toast (self);
  show_session (self, NULL);
  mage_closing_begin (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), session);
  g_settings_set_string (self->settings, "last-project", "");
}

/**
 * mage_window_open_project:
 * @project: not locked yet
 *
 * Shows a project in place of what is shown. What hinders it is told in a toast.
 */
gboolean
mage_window_open_project (MageWindow *self, MageProject *project)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSession) session = NULL;
  const char *folder = mage_project_get_folder (project);

  if (!mage_project_lock (project, &error))
    {
      mage_window_toast (self, error->message);
      return FALSE;
    }
  mage_window_close_project (self);
  /* Nothing can be undone any more that was done when it was open last. */
  mage_project_remove_unused_media (project);
  mage_project_remove_deleted (project, NULL);
  mage_projects_apply_machine (self->settings, mage_project_get_params (project));
  session = mage_session_new (self->worker, project);
  mage_projects_remember (self->settings, folder);
  g_settings_set_string (self->settings, "last-project", folder);
  show_session (self, session);
  return TRUE;
}

/** mage_window_open: opens the project in @folder; what hinders it is told in a toast. */
gboolean
mage_window_open (MageWindow *self, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *full = g_canonicalize_filename (folder, NULL);
  g_autoptr (MageProject) project = NULL;

  if (self->session != NULL
      && g_str_equal (mage_project_get_folder (mage_session_get_project (self->session)), full))
    return TRUE;
  project = mage_project_open (full, self->builtin_model, &error);
  if (project == NULL)
    {
      mage_window_toast (self, error->message);
      mage_projects_forget (self->settings, full);
      return FALSE;
    }
  return mage_window_open_project (self, project);
}

/** mage_window_get_session: Returns: (transfer none) (nullable): of the open project */
MageSession *
mage_window_get_session (MageWindow *self)
{
  return self->session;
}

/* --- closing --- */

static void
save_state (MageWindow *self)
{
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (!gtk_window_is_maximized (GTK_WINDOW (self)))
    g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
}

/* The program lives on without a window until its work has stopped and is saved, and files are written. */
static gboolean
mage_window_close_request (GtkWindow *window)
{
  MageWindow *self = MAGE_WINDOW (window);
  GApplication *application = G_APPLICATION (gtk_window_get_application (window));

  save_state (self);
  if (self->session != NULL)
    mage_closing_begin (application, self->session);
  if (application != NULL)
    mage_closing_tell (application);
  return GTK_WINDOW_CLASS (mage_window_parent_class)->close_request (window);
}

/* --- the object --- */

static void
mage_window_dispose (GObject *object)
{
  MageWindow *self = MAGE_WINDOW (object);

  g_clear_weak_pointer (&self->undo_toast);
  g_clear_object (&self->notices);
  g_clear_object (&self->session);
  g_clear_object (&self->worker);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_WINDOW);
  G_OBJECT_CLASS (mage_window_parent_class)->dispose (object);
}

static void
mage_window_finalize (GObject *object)
{
  MageWindow *self = MAGE_WINDOW (object);

  g_free (self->data_dir);
  g_free (self->builtin_model);
  G_OBJECT_CLASS (mage_window_parent_class)->finalize (object);
}

static void
mage_window_class_init (MageWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = mage_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MageWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, MageWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, MageWindow, welcome_bin);
  gtk_widget_class_bind_template_child (widget_class, MageWindow, frame_bin);
  gtk_widget_class_bind_template_child (widget_class, MageWindow, drop_hint);
  mage_window_install_actions (widget_class);
}

static void
mage_window_init (MageWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_window_add_drop_target (self);
}

static void
show_model (MageWindow *self)
{
  const char *problem = mage_model_status_get_problem (self->model);

  mage_welcome_page_set_model (self->welcome, mage_model_status_get_text (self->model));
  if (problem != NULL)
    mage_window_toast (self, problem);
}

static void
restore_state (MageWindow *self)
{
  int width;
  int height;

  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

/* Another device or number of threads counts from the next work on. */
static void
machine_changed_cb (MageWindow *self)
{
  if (self->session != NULL)
    mage_projects_apply_machine (self->settings, mage_project_get_params (mage_session_get_project (self->session)));
}

/**
 * mage_window_new:
 * @model: told on the welcome
 * @data_dir: where the program's own data lie
 */
MageWindow *
mage_window_new (AdwApplication *application, MageWorker *worker, MageModelStatus *model, GSettings *settings,
                 const char *data_dir)
{
  static const char *const machine[] = { "changed::device", "changed::precision", "changed::threads" };
  MageWindow *self = g_object_new (MAGE_TYPE_WINDOW, "application", application, NULL);

  self->worker = g_object_ref (worker);
  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  self->data_dir = g_strdup (data_dir);
  self->builtin_model = g_build_filename (data_dir, "mini", NULL);
  self->welcome = MAGE_WELCOME_PAGE (mage_welcome_page_new (settings, data_dir));
  adw_bin_set_child (self->welcome_bin, GTK_WIDGET (self->welcome));
  for (guint i = 0; i < G_N_ELEMENTS (machine); i++)
    g_signal_connect_object (settings, machine[i], G_CALLBACK (machine_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "notify", G_CALLBACK (show_model), self, G_CONNECT_SWAPPED);
  show_model (self);
  restore_state (self);
  mage_window_update_actions (self);
  return self;
}
