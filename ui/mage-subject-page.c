/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-subject-page.h"

#include "ui/mage-file-choice.h"
#include "ui/mage-identity.h"
#include "ui/mage-kind-choice.h"
#include "ui/mage-mask-finder.h"
#include "ui/mage-mask-stage.h"
#include "ui/mage-parts.h"
#include "ui/mage-picture-strip.h"
#include "ui/mage-readiness.h"
#include "ui/mage-training-view.h"
#include "ui/mage-word-check.h"

#include "jobs/mage-import.h"
#include "project/mage-name.h"

#include <glib/gi18n.h>

/* A subject: its pictures and their masks, what it is called, and its training. */

struct _MageSubjectPage
{
  MagePage parent_instance;

  MageSubject *subject;
  AdwBanner *banner;
  GtkStack *stack;
  MagePictureStrip *strip;
  MageMaskStage *stage;
  MageMaskFinder *finder;
  GtkLabel *coverage;
  GtkLabel *picture_problem;
  MageReadiness *readiness;
  MageTrainingView *training;
  GtkWidget *settings;
  AdwEntryRow *name;
  AdwEntryRow *token;
  GtkWidget *token_line;
  GtkLabel *token_words;
  MageWordCheck *token_check;
  AdwEntryRow *superclass;
  GtkWidget *superclass_line;
  GtkLabel *superclass_words;
  MageWordCheck *superclass_check;
  AdwEntryRow *prompt;
};

G_DEFINE_FINAL_TYPE (MageSubjectPage, mage_subject_page, MAGE_TYPE_PAGE)

static MageSession *
get_session (MageSubjectPage *self)
{
  return mage_page_get_session (MAGE_PAGE (self));
}

/* --- pictures --- */

static void
pictures_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MageSubjectPage *self = MAGE_SUBJECT_PAGE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) files = mage_choose_pictures_finish (result, &error);

  if (files != NULL)
    mage_session_import (get_session (self), files, MAGE_TRAINABLE (self->subject));
  else
    mage_session_toast_error (get_session (self), error);
}

static void
add_pictures_cb (MageSubjectPage *self)
{
  mage_choose_pictures (GTK_WIDGET (self), NULL, pictures_chosen_cb, NULL);
}

static void
strip_edit_cb (MageSubjectPage *self, const char *label)
{
  mage_session_record (get_session (self), label);
}

/* How many masks there are, and how much of this picture its mask covers. */
static void
show_coverage (MageSubjectPage *self)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (self->subject));
  double share = mage_mask_editor_get_coverage (mage_mask_stage_get_editor (self->stage));
  guint n = g_list_model_get_n_items (pictures);
  guint n_masks = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageMedia) media = g_list_model_get_item (pictures, i);

      n_masks += mage_media_get_mask (media) != NULL;
    }
  if (share > 0)
    text = g_strdup_printf (_("%u of %u masks\nCovers %.0f %% of this picture"), n_masks, n, share * 100);
  else
    text = g_strdup_printf (_("%u of %u masks"), n_masks, n);
  gtk_label_set_text (self->coverage, text);
}

/* One quiet line under the picture: that it cannot be read, or why no subject was found in it. */
static void
show_picture_problem (MageSubjectPage *self)
{
  MageMedia *media = mage_picture_strip_get_selected (self->strip);
  g_autofree char *unreadable = NULL;
  const char *problem;

  g_object_get (mage_mask_stage_get_canvas (self->stage), "problem", &unreadable, NULL);
  problem = unreadable;
  if (problem == NULL)
    problem = mage_mask_editor_get_problem (mage_mask_stage_get_editor (self->stage));
  if (problem == NULL && media != NULL && mage_media_get_mask (media) == NULL)
    problem = mage_mask_finder_get_problem (self->finder, media);
  gtk_label_set_text (self->picture_problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->picture_problem), problem != NULL);
}

static void
show_mask_tools (MageSubjectPage *self)
{
  MageMedia *media = mage_picture_strip_get_selected (self->strip);
  gboolean masked = media != NULL && mage_media_get_mask (media) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.remove-mask", masked);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.add-mask", media != NULL);
  show_coverage (self);
  show_picture_problem (self);
}

static void
selected_cb (MageSubjectPage *self)
{
  mage_mask_stage_set_media (self->stage, mage_picture_strip_get_selected (self->strip));
  show_mask_tools (self);
}

static void
show_pictures (MageSubjectPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (mage_subject_get_pictures (self->subject)));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "pictures" : "empty");
  mage_training_view_set_needs (self->training, n > 0 ? NULL : _("Add pictures of it first"));
  show_mask_tools (self);
}

static void
show_colour (MageSubjectPage *self)
{
  GdkRGBA colour;

  /* Over a picture the light one of the pair is too dark, whatever the theme. */
  mage_identity_get_colour (MAGE_TRAINABLE (self->subject), FALSE, &colour);
  mage_picture_canvas_set_colour (mage_mask_stage_get_canvas (self->stage), &colour);
}

/* --- masks --- */

static void
mask_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MageSubjectPage *self = MAGE_SUBJECT_PAGE (source);
  g_autoptr (MageMedia) media = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = mage_choose_mask_finish (result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *picture = mage_media_dup_path (media);
  g_autoptr (MageMedia) mask = NULL;

  if (path == NULL && error == NULL)
    mage_session_toast (get_session (self), _("The mask has to be a file of this computer"));
  if (path != NULL && mage_import_check_picture (picture, path, &error))
    mask = mage_project_import_mask (mage_session_get_project (get_session (self)), path, &error);
  if (error != NULL)
    {
      mage_session_toast_error (get_session (self), error);
      return;
    }
  if (mask == NULL)
    return;
  mage_session_record (get_session (self), _("Add Mask"));
  mage_media_set_asked (media, TRUE);
  mage_media_set_mask (media, mask);
}

static void
add_mask_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageMedia *media = mage_picture_strip_get_selected (MAGE_SUBJECT_PAGE (widget)->strip);

  if (media != NULL)
    mage_choose_mask (widget, NULL, mask_chosen_cb, g_object_ref (media));
}

static void
remove_mask_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageSubjectPage *self = MAGE_SUBJECT_PAGE (widget);
  MageMedia *media = mage_picture_strip_get_selected (self->strip);

  if (media == NULL)
    return;
  mage_session_record (get_session (self), _("Remove Mask"));
  mage_media_set_asked (media, TRUE);
  mage_media_set_mask (media, NULL);
  show_mask_tools (self);
}

static void
remove_picture_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageSubjectPage *self = MAGE_SUBJECT_PAGE (widget);
  guint position;
  MageMedia *media = mage_picture_strip_get_selected (self->strip);

  if (media == NULL || !g_list_store_find (mage_subject_get_pictures (self->subject), media, &position))
    return;
  mage_picture_strip_remove (self->strip, position);
  mage_session_toast_undo (get_session (self), _("Picture removed"));
}

static void
find_again_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageSubjectPage *self = MAGE_SUBJECT_PAGE (widget);

  if (mage_mask_finder_find_again (self->finder, self->subject) == 0)
    mage_session_toast (get_session (self), _("All masks were made by hand; they stay as they are"));
}

static void
show_picture_cb (MageSubjectPage *self, int position)
{
  mage_picture_strip_select (self->strip, (guint) position);
}

static gboolean
mage_subject_page_import (MagePage *page, GListModel *files)
{
  mage_session_import (mage_page_get_session (page), files, MAGE_TRAINABLE (MAGE_SUBJECT_PAGE (page)->subject));
  return TRUE;
}

/* --- words --- */

static void
show_words (MageSubjectPage *self)
{
  MageTrainable *item = MAGE_TRAINABLE (self->subject);
  g_autofree char *prompt = mage_subject_dup_prompt (self->subject);
  g_autofree char *title = NULL;

  gtk_editable_set_text (GTK_EDITABLE (self->name), mage_trainable_get_name (item));
  gtk_editable_set_text (GTK_EDITABLE (self->token), mage_trainable_get_token (item));
  gtk_editable_set_text (GTK_EDITABLE (self->superclass), mage_trainable_get_superclass (item));
  gtk_editable_set_text (GTK_EDITABLE (self->prompt), prompt);
  mage_page_set_title (MAGE_PAGE (self), mage_trainable_get_token (item));
  title = mage_identity_dup_title (item);
  mage_page_set_subtitle (MAGE_PAGE (self), title);
}

/* Under a row that is being written in stands what there is to say of the word; else nothing. */
static void
show_check (AdwEntryRow *row, GtkWidget *line, GtkLabel *words, MageWordCheck *check)
{
  gboolean writes = (gtk_widget_get_state_flags (GTK_WIDGET (row)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
  const char *sentence = mage_word_check_get_sentence (check);

  gtk_label_set_text (words, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (line, writes && sentence != NULL);
}

static void
show_checks (MageSubjectPage *self)
{
  if (self->token_check == NULL)
    return;
  show_check (self->token, self->token_line, self->token_words, self->token_check);
  show_check (self->superclass, self->superclass_line, self->superclass_words, self->superclass_check);
}

static void
writing_cb (MageSubjectPage *self)
{
  MageWordCheck *checks[] = { self->token_check, self->superclass_check };
  AdwEntryRow *rows[] = { self->token, self->superclass };

  if (self->token_check == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((gtk_widget_get_state_flags (GTK_WIDGET (rows[i])) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
      mage_word_check_ask (checks[i], gtk_editable_get_text (GTK_EDITABLE (rows[i])));
  show_checks (self);
}

static void
watch_row (MageSubjectPage *self, AdwEntryRow *row, MageWordCheck *check)
{
  g_signal_connect_object (row, "changed", G_CALLBACK (writing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "state-flags-changed", G_CALLBACK (writing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (check, "notify::sentence", G_CALLBACK (show_checks), self, G_CONNECT_SWAPPED);
}

/* What was refused is said, and the row shows what counts. */
static void
end_edit (MageSubjectPage *self, const GError *error)
{
  if (error != NULL)
    mage_session_toast_error (get_session (self), error);
  show_words (self);
}

static void
name_applied_cb (MageSubjectPage *self)
{
  g_autoptr (GError) error = NULL;

  mage_session_record (get_session (self), _("Rename Subject"));
  mage_project_rename (mage_session_get_project (get_session (self)), MAGE_TRAINABLE (self->subject),
                       gtk_editable_get_text (GTK_EDITABLE (self->name)), &error);
  end_edit (self, error);
}

static void
token_applied_cb (MageSubjectPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = mage_token_parse (gtk_editable_get_text (GTK_EDITABLE (self->token)), &error);
  g_autofree char *before = g_strdup (mage_trainable_get_token (MAGE_TRAINABLE (self->subject)));
  MageTrainable *other = token != NULL ? mage_project_find (mage_session_get_project (get_session (self)), token) : NULL;

  if (other != NULL && other != MAGE_TRAINABLE (self->subject))
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("The word “%s” belongs to another subject: choose another"), token);
  if (error == NULL)
    {
      mage_session_record (get_session (self), _("Change Word"));
      mage_trainable_set_token (MAGE_TRAINABLE (self->subject), token);
      mage_parts_rename (mage_session_get_project (get_session (self)), before, token);
    }
  end_edit (self, error);
}

static void
superclass_applied_cb (MageSubjectPage *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->superclass))));

  if (*text == '\0')
    mage_session_toast (get_session (self), _("The kind of thing must not be empty: a plain word such as “bear”"));
  else
    {
      mage_session_record (get_session (self), _("Change Kind"));
      mage_trainable_set_superclass (MAGE_TRAINABLE (self->subject), text);
    }
  end_edit (self, NULL);
}

static void
prompt_applied_cb (MageSubjectPage *self)
{
  mage_session_record (get_session (self), _("Change Prompt"));
  mage_subject_set_prompt (self->subject, gtk_editable_get_text (GTK_EDITABLE (self->prompt)));
  end_edit (self, NULL);
}

/* --- training --- */

static void
try_again_cb (MageSubjectPage *self)
{
  adw_banner_set_revealed (self->banner, FALSE);
  mage_session_train (get_session (self), MAGE_TRAINABLE (self->subject));
}

/* --- the object --- */

static void
mage_subject_page_dispose (GObject *object)
{
  MageSubjectPage *self = MAGE_SUBJECT_PAGE (object);

  if (self->subject != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->subject, self);
      g_signal_handlers_disconnect_by_data (mage_subject_get_pictures (self->subject), self);
    }
  if (self->strip != NULL)
    g_signal_handlers_disconnect_by_data (self->strip, self);
  if (self->finder != NULL)
    g_signal_handlers_disconnect_by_data (self->finder, self);
  if (self->stage != NULL)
    {
      g_signal_handlers_disconnect_by_data (mage_mask_stage_get_canvas (self->stage), self);
      g_signal_handlers_disconnect_by_data (mage_mask_stage_get_editor (self->stage), self);
    }
  g_clear_object (&self->finder);
  g_clear_object (&self->token_check);
  g_clear_object (&self->superclass_check);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_SUBJECT_PAGE);
  g_clear_object (&self->subject);
  G_OBJECT_CLASS (mage_subject_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, banner);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, strip);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, stage);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, coverage);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, picture_problem);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, readiness);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, training);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, settings);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, name);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, token);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, token_line);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, token_words);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, superclass);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, superclass_line);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, superclass_words);
  gtk_widget_class_bind_template_child (widget_class, MageSubjectPage, prompt);
}

static void
mage_subject_page_class_init (MageSubjectPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_subject_page_dispose;
  MAGE_PAGE_CLASS (klass)->import = mage_subject_page_import;
  g_type_ensure (MAGE_TYPE_PICTURE_STRIP);
  g_type_ensure (MAGE_TYPE_MASK_STAGE);
  g_type_ensure (MAGE_TYPE_READINESS);
  g_type_ensure (MAGE_TYPE_TRAINING_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-subject-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, add_pictures_cb);
  gtk_widget_class_bind_template_callback (widget_class, strip_edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_picture_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, superclass_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, prompt_applied_cb);
  gtk_widget_class_install_action (widget_class, "page.add-mask", NULL, add_mask_cb);
  gtk_widget_class_install_action (widget_class, "page.remove-mask", NULL, remove_mask_cb);
  gtk_widget_class_install_action (widget_class, "page.find-again", NULL, find_again_cb);
  gtk_widget_class_install_action (widget_class, "page.remove-picture", NULL, remove_picture_cb);
}

static void
mage_subject_page_init (MageSubjectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_page_set_settings (MAGE_PAGE (self), self->settings);
  mage_page_set_inspects (MAGE_PAGE (self), MAGE_STALE_SUBJECT);
}

static void
watch (MageSubjectPage *self)
{
  static const char *const words[] = { "notify::name", "notify::token", "notify::superclass", "notify::prompt" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_signal_connect_swapped (self->subject, words[i], G_CALLBACK (show_words), self);
  g_signal_connect_swapped (mage_subject_get_pictures (self->subject), "items-changed", G_CALLBACK (show_pictures), self);
  g_signal_connect_swapped (self->strip, "notify::selected", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (mage_mask_stage_get_editor (self->stage), "notify::coverage", G_CALLBACK (show_mask_tools), self);
  g_signal_connect_swapped (mage_mask_stage_get_editor (self->stage), "notify::problem", G_CALLBACK (show_picture_problem), self);
  g_signal_connect_swapped (mage_mask_stage_get_canvas (self->stage), "notify::problem", G_CALLBACK (show_picture_problem), self);
  g_signal_connect_swapped (self->finder, "changed", G_CALLBACK (show_mask_tools), self);
  mage_training_view_bind_banner (self->training, self->banner);
}

/** mage_subject_page_new: the page of @subject. */
GtkWidget *
mage_subject_page_new (MageSession *session, MageSubject *subject)
{
  MageSubjectPage *self = g_object_new (MAGE_TYPE_SUBJECT_PAGE, "session", session, NULL);

  self->subject = g_object_ref (subject);
  self->finder = g_object_ref (mage_mask_finder_get (session));
  mage_training_view_set_up (self->training, session, MAGE_TRAINABLE (subject));
  mage_mask_stage_set_session (self->stage, session);
  mage_readiness_set_subject (self->readiness, session, subject);
  mage_picture_strip_set_finder (self->strip, self->finder);
  watch (self);
  self->token_check = mage_word_check_new (session, MAGE_TRAINABLE (subject), MAGE_WORD_TOKEN);
  self->superclass_check = mage_word_check_new (session, MAGE_TRAINABLE (subject), MAGE_WORD_KIND);
  watch_row (self, self->token, self->token_check);
  watch_row (self, self->superclass, self->superclass_check);
  mage_kind_choice_add (self->superclass, session);
  mage_picture_strip_set_pictures (self->strip, mage_subject_get_pictures (subject));
  show_colour (self);
  show_words (self);
  show_pictures (self);
  selected_cb (self);
  return GTK_WIDGET (self);
}
