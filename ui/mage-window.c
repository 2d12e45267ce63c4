/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-window.h"

/* The window. */

struct _MageWindow
{
  AdwApplicationWindow parent_instance;

  MageWorker *worker;
  AdwToastOverlay *toasts;
};

G_DEFINE_FINAL_TYPE (MageWindow, mage_window, ADW_TYPE_APPLICATION_WINDOW)

static void
mage_window_dispose (GObject *object)
{
  MageWindow *self = MAGE_WINDOW (object);

  g_clear_object (&self->worker);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_WINDOW);
  G_OBJECT_CLASS (mage_window_parent_class)->dispose (object);
}

static void
mage_window_class_init (MageWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_window_dispose;
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass), "/org/videomage/VideoMage/mage-window.ui");
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (klass), MageWindow, toasts);
}

static void
mage_window_init (MageWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

MageWindow *
mage_window_new (AdwApplication *application, MageWorker *worker)
{
  MageWindow *self = g_object_new (MAGE_TYPE_WINDOW, "application", application, NULL);

  self->worker = g_object_ref (worker);
  return self;
}
