/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-empty-page.h"

#include <glib/gi18n.h>

/* A project that holds nothing yet: what to do first. */

struct _MageEmptyPage
{
  MagePage parent_instance;
};

G_DEFINE_FINAL_TYPE (MageEmptyPage, mage_empty_page, MAGE_TYPE_PAGE)

static void
mage_empty_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MAGE_TYPE_EMPTY_PAGE);
  G_OBJECT_CLASS (mage_empty_page_parent_class)->dispose (object);
}

static void
mage_empty_page_class_init (MageEmptyPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_empty_page_dispose;
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass), "/org/videomage/VideoMage/mage-empty-page.ui");
}

static void
mage_empty_page_init (MageEmptyPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_page_set_title (MAGE_PAGE (self), _("New Project"));
}

GtkWidget *
mage_empty_page_new (MageSession *session)
{
  return g_object_new (MAGE_TYPE_EMPTY_PAGE, "session", session, NULL);
}
