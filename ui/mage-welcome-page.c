/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-welcome-page.h"

#include "ui/mage-project-card.h"
#include "ui/mage-welcome-sum.h"

#include <glib/gi18n.h>

/* What the window shows while no project is open. */

/* Two rows of cards at the usual width. */
#define MAX_CARDS 6

struct _MageWelcomePage
{
  AdwBreakpointBin parent_instance;

  MageWelcomeSum *sum;
  GtkWidget *buttons;
  GtkWidget *recent;
  AdwWrapBox *cards;
  GtkLabel *model;

  GSettings *settings;
  char *builtin_model;
};

G_DEFINE_FINAL_TYPE (MageWelcomePage, mage_welcome_page, ADW_TYPE_BREAKPOINT_BIN)

static void
update_recent (MageWelcomePage *self)
{
  g_auto (GStrv) recent = g_settings_get_strv (self->settings, "recent-projects");
  guint n = 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->cards))) != NULL)
    adw_wrap_box_remove (self->cards, child);
  for (guint i = 0; recent[i] != NULL && n < MAX_CARDS; i++)
    {
      g_autofree char *file = g_build_filename (recent[i], "project.json", NULL);

      if (!g_file_test (file, G_FILE_TEST_EXISTS))
        continue;
      adw_wrap_box_append (self->cards, mage_project_card_new (recent[i], self->builtin_model));
      n++;
    }
  gtk_widget_set_visible (self->recent, n > 0);
}

static void
mage_welcome_page_dispose (GObject *object)
{
  MageWelcomePage *self = MAGE_WELCOME_PAGE (object);

  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_WELCOME_PAGE);
  G_OBJECT_CLASS (mage_welcome_page_parent_class)->dispose (object);
}

static void
mage_welcome_page_finalize (GObject *object)
{
  g_free (MAGE_WELCOME_PAGE (object)->builtin_model);
  G_OBJECT_CLASS (mage_welcome_page_parent_class)->finalize (object);
}

static void
mage_welcome_page_class_init (MageWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_welcome_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_welcome_page_finalize;
  g_type_ensure (MAGE_TYPE_WELCOME_SUM);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageWelcomePage, sum);
  gtk_widget_class_bind_template_child (widget_class, MageWelcomePage, buttons);
  gtk_widget_class_bind_template_child (widget_class, MageWelcomePage, recent);
  gtk_widget_class_bind_template_child (widget_class, MageWelcomePage, cards);
  gtk_widget_class_bind_template_child (widget_class, MageWelcomePage, model);
}

static void
mage_welcome_page_init (MageWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_welcome_page_new: @data_dir: where the program's own data lie. */
GtkWidget *
mage_welcome_page_new (GSettings *settings, const char *data_dir)
{
  MageWelcomePage *self = g_object_new (MAGE_TYPE_WELCOME_PAGE, NULL);

  self->settings = g_object_ref (settings);
  self->builtin_model = g_build_filename (data_dir, "mini", NULL);
  mage_welcome_sum_load (self->sum, data_dir);
  g_signal_connect_object (settings, "changed::recent-projects", G_CALLBACK (update_recent), self, G_CONNECT_SWAPPED);
  update_recent (self);
  return GTK_WIDGET (self);
}

/** mage_welcome_page_set_model: @text: which model and device are in use. */
void
mage_welcome_page_set_model (MageWelcomePage *self, const char *text)
{
  gtk_label_set_label (self->model, text);
}

/** mage_welcome_page_set_busy: while a project is being made, nothing else is begun. */
void
mage_welcome_page_set_busy (MageWelcomePage *self, gboolean busy)
{
  gtk_widget_set_sensitive (self->buttons, !busy);
}
