/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "app/mage-application.h"

#include "ui/mage-window.h"

/* The process: one worker, its windows, and the actions that belong to no window. */

struct _MageApplication
{
  AdwApplication parent_instance;

  MageWorker *worker;
};

G_DEFINE_FINAL_TYPE (MageApplication, mage_application, ADW_TYPE_APPLICATION)

static void
mage_application_activate (GApplication *application)
{
  MageApplication *self = MAGE_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    window = GTK_WINDOW (mage_window_new (ADW_APPLICATION (self), self->worker));
  gtk_window_present (window);
}

static void
mage_application_startup (GApplication *application)
{
  MageApplication *self = MAGE_APPLICATION (application);

  G_APPLICATION_CLASS (mage_application_parent_class)->startup (application);
  self->worker = mage_worker_new (MAGE_WORKER_NICE, NULL);
}

static void
mage_application_shutdown (GApplication *application)
{
  MageApplication *self = MAGE_APPLICATION (application);

  g_clear_object (&self->worker);
  G_APPLICATION_CLASS (mage_application_parent_class)->shutdown (application);
}

static void
mage_application_class_init (MageApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = mage_application_activate;
  application_class->startup = mage_application_startup;
  application_class->shutdown = mage_application_shutdown;
}

static void
mage_application_init (MageApplication *self)
{
}

MageApplication *
mage_application_new (void)
{
  return g_object_new (MAGE_TYPE_APPLICATION,
                       "application-id", APP_ID,
                       "resource-base-path", "/org/videomage/VideoMage",
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       NULL);
}
