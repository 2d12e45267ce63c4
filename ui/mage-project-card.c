/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-project-card.h"

#include "ui/mage-thumbnail.h"

#include "project/mage-project.h"

#include <glib/gi18n.h>

/* A recent project: one large and two small pictures, its name, and what it holds. */

#define N_PICTURES 3

struct _MageProjectCard
{
  GtkButton parent_instance;

  MageThumbnail *large;
  MageThumbnail *upper;
  MageThumbnail *lower;
  GtkLabel *name;
  GtkLabel *counts;
};

G_DEFINE_FINAL_TYPE (MageProjectCard, mage_project_card, GTK_TYPE_BUTTON)

/* What the thread finds out. */
typedef struct
{
  char *folder;
  char *builtin_model;
  guint n_subjects;
  guint n_motions;
  guint n_results;
  char *pictures[N_PICTURES];
} Summary;

static void
summary_free (gpointer data)
{
  Summary *self = data;

  g_free (self->folder);
  g_free (self->builtin_model);
  for (guint i = 0; i < N_PICTURES; i++)
    g_free (self->pictures[i]);
  g_free (self);
}

/* --- the thread --- */

static void
add_picture (Summary *self, char *path)
{
  for (guint i = 0; i < N_PICTURES; i++)
    if (self->pictures[i] == NULL && g_file_test (path, G_FILE_TEST_EXISTS))
      {
        self->pictures[i] = path;
        return;
      }
  g_free (path);
}

/* The newest video first, then the subjects, one picture of each, then more of the first. */
static void
choose_pictures (Summary *self, MageProject *project)
{
  MageResult *result = mage_project_find_result (project, NULL);
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));

  if (result != NULL)
    add_picture (self, mage_result_dup_path (result, MAGE_RESULT_FRAMES "/0001.png"));
  for (guint round = 0; round < N_PICTURES; round++)
    for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
      {
        g_autoptr (MageSubject) subject = g_list_model_get_item (subjects, i);
        g_autoptr (MageMedia) media = g_list_model_get_item (G_LIST_MODEL (mage_subject_get_pictures (subject)), round);

        if (media != NULL)
          add_picture (self, mage_media_dup_path (media));
      }
}

/* The project is opened for this thread alone. */
static void
summarize (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Summary *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) project = mage_project_open (self->folder, self->builtin_model, &error);

  if (project == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->n_subjects = g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_subjects (project)));
  self->n_motions = g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (project)));
  self->n_results = g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (project)));
  choose_pictures (self, project);
  g_task_return_boolean (task, TRUE);
}

/* --- main thread --- */

static void
show_summary (MageProjectCard *self, const Summary *summary)
{
  g_autofree char *subjects = g_strdup_printf (g_dngettext (NULL, "%u subject", "%u subjects", summary->n_subjects), summary->n_subjects);
  g_autofree char *motions = g_strdup_printf (g_dngettext (NULL, "%u motion", "%u motions", summary->n_motions), summary->n_motions);
  g_autofree char *results = g_strdup_printf (g_dngettext (NULL, "%u result", "%u results", summary->n_results), summary->n_results);
  g_autofree char *text = g_strjoin (" · ", subjects, motions, results, NULL);

  gtk_label_set_label (self->counts, text);
  mage_thumbnail_set_picture (self->large, summary->pictures[0]);
  mage_thumbnail_set_picture (self->upper, summary->pictures[1]);
  mage_thumbnail_set_picture (self->lower, summary->pictures[2]);
}

static void
summarized_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageProjectCard) self = data;
  g_autoptr (GError) error = NULL;

  if (self->counts == NULL) /* the card is gone */
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    gtk_label_set_label (self->counts, _("Cannot be read"));
  else
    show_summary (self, g_task_get_task_data (G_TASK (result)));
}

static void
mage_project_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MAGE_TYPE_PROJECT_CARD);
  G_OBJECT_CLASS (mage_project_card_parent_class)->dispose (object);
}

static void
mage_project_card_class_init (MageProjectCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_project_card_dispose;
  g_type_ensure (MAGE_TYPE_THUMBNAIL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-project-card.ui");
  gtk_widget_class_bind_template_child (widget_class, MageProjectCard, large);
  gtk_widget_class_bind_template_child (widget_class, MageProjectCard, upper);
  gtk_widget_class_bind_template_child (widget_class, MageProjectCard, lower);
  gtk_widget_class_bind_template_child (widget_class, MageProjectCard, name);
  gtk_widget_class_bind_template_child (widget_class, MageProjectCard, counts);
}

static void
mage_project_card_init (MageProjectCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/** mage_project_card_new: opens the project by "win.open-recent" when it is clicked. */
GtkWidget *
mage_project_card_new (const char *folder, const char *builtin_model)
{
  MageProjectCard *self = g_object_new (MAGE_TYPE_PROJECT_CARD, NULL);
  /* Not the task's source object: the thread may be the last to let go of that, and no widget ends there. */
  g_autoptr (GTask) task = g_task_new (NULL, NULL, summarized_cb, g_object_ref (self));
  Summary *summary = g_new0 (Summary, 1);
  g_autofree char *name = g_path_get_basename (folder);

  if (g_str_has_suffix (name, ".mage"))
    name[strlen (name) - strlen (".mage")] = '\0';
  gtk_label_set_label (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), folder);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "win.open-recent");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "s", folder);
  summary->folder = g_strdup (folder);
  summary->builtin_model = g_strdup (builtin_model);
  g_task_set_task_data (task, summary, summary_free);
  g_task_run_in_thread (task, summarize);
  return GTK_WIDGET (self);
}
