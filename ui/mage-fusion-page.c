/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-fusion-page.h"

#include "ui/mage-cutmix-view.h"
#include "ui/mage-fusion-row.h"
#include "ui/mage-training-view.h"

#include <glib/gi18n.h>

/* The fusion: who appears together, its training, and what it looks at meanwhile. */

struct _MageFusionPage
{
  MagePage parent_instance;

  AdwBanner *banner;
  GtkStack *stack;
  GtkListBox *subjects;
  MageTrainingView *training;
  GtkWidget *looks;
  MageCutmixView *cutmix;
};

G_DEFINE_FINAL_TYPE (MageFusionPage, mage_fusion_page, MAGE_TYPE_PAGE)

static MageSession *
get_session (MageFusionPage *self)
{
  return mage_page_get_session (MAGE_PAGE (self));
}

static MageFusion *
get_fusion (MageFusionPage *self)
{
  return mage_project_get_fusion (mage_session_get_project (get_session (self)));
}

/* --- who appears together --- */

static gboolean
is_usable (MageTrainable *item)
{
  MageRun *run = mage_trainable_get_run (item);

  return run != NULL && mage_run_is_complete (run);
}

/* What is missing before the subjects can be fused. */
static char *
dup_needs (MageFusionPage *self)
{
  GListModel *subjects = mage_fusion_get_subjects (get_fusion (self));
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      if (!is_usable (subject))
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", mage_trainable_get_token (subject));
    }
  /* Translators: %s is a list of subjects */
  return names->len > 0 ? g_strdup_printf (_("Train first: %s"), names->str) : NULL;
}

static void
show_needs (MageFusionPage *self)
{
  g_autofree char *needs = dup_needs (self);

  mage_training_view_set_needs (self->training, needs);
}

static void
show_subjects (MageFusionPage *self)
{
  GListModel *subjects = mage_fusion_get_subjects (get_fusion (self));
  guint n = g_list_model_get_n_items (subjects);
  g_autofree char *subtitle = g_strdup_printf (ngettext ("%u subject", "%u subjects", n), n);

  gtk_stack_set_visible_child_name (self->stack, mage_fusion_is_possible (get_fusion (self)) ? "fusion" : "empty");
  mage_page_set_inspects (MAGE_PAGE (self), mage_fusion_is_possible (get_fusion (self)) ? MAGE_STALE_FUSION : MAGE_STALE_NOTHING);
  mage_page_set_subtitle (MAGE_PAGE (self), n > 1 ? subtitle : NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      g_signal_handlers_disconnect_by_func (subject, show_needs, self);
      g_signal_connect_object (subject, "notify", G_CALLBACK (show_needs), self, G_CONNECT_SWAPPED);
    }
  show_needs (self);
}

static GtkWidget *
create_row (gpointer subject, gpointer data)
{
  return mage_fusion_row_new (get_session (data), subject);
}

/* --- the job --- */

static void
find_job (MageFusionPage *self)
{
  mage_cutmix_view_set_job (self->cutmix, mage_session_find_job (get_session (self), MAGE_TRAINABLE (get_fusion (self))));
}

static void
show_looks (MageFusionPage *self)
{
  gtk_widget_set_visible (self->looks, !mage_cutmix_view_is_empty (self->cutmix));
}

static void
try_again_cb (MageFusionPage *self)
{
  adw_banner_set_revealed (self->banner, FALSE);
  mage_session_fuse (get_session (self));
}

/* --- the object --- */

static void
mage_fusion_page_dispose (GObject *object)
{
  MageFusionPage *self = MAGE_FUSION_PAGE (object);

  if (self->subjects != NULL)
    gtk_list_box_bind_model (self->subjects, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_FUSION_PAGE);
  G_OBJECT_CLASS (mage_fusion_page_parent_class)->dispose (object);
}

static void
mage_fusion_page_class_init (MageFusionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_fusion_page_dispose;
  g_type_ensure (MAGE_TYPE_TRAINING_VIEW);
  g_type_ensure (MAGE_TYPE_CUTMIX_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-fusion-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageFusionPage, banner);
  gtk_widget_class_bind_template_child (widget_class, MageFusionPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MageFusionPage, subjects);
  gtk_widget_class_bind_template_child (widget_class, MageFusionPage, training);
  gtk_widget_class_bind_template_child (widget_class, MageFusionPage, looks);
  gtk_widget_class_bind_template_child (widget_class, MageFusionPage, cutmix);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
}

static void
mage_fusion_page_init (MageFusionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_page_set_title (MAGE_PAGE (self), _("Fusion"));
}

/** mage_fusion_page_new: the page where the subjects learn to appear together. */
GtkWidget *
mage_fusion_page_new (MageSession *session)
{
  MageFusionPage *self = g_object_new (MAGE_TYPE_FUSION_PAGE, "session", session, NULL);
  GListModel *subjects = mage_fusion_get_subjects (get_fusion (self));

  mage_cutmix_view_set_session (self->cutmix, session);
  mage_training_view_set_up (self->training, session, MAGE_TRAINABLE (get_fusion (self)));
  gtk_list_box_bind_model (self->subjects, subjects, create_row, self, NULL);
  g_signal_connect_object (subjects, "items-changed", G_CALLBACK (show_subjects), self, G_CONNECT_SWAPPED);
  mage_training_view_bind_banner (self->training, self->banner);
  g_signal_connect_object (self->cutmix, "notify::empty", G_CALLBACK (show_looks), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed", G_CALLBACK (find_job),
                           self, G_CONNECT_SWAPPED);
  show_subjects (self);
  find_job (self);
  show_looks (self);
  return GTK_WIDGET (self);
}
