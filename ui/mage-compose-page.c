/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compose-page.h"

#include "ui/mage-compare-page.h"
#include "ui/mage-compose-check.h"
#include "ui/mage-compose-keys.h"
#include "ui/mage-composer.h"
#include "ui/mage-draft.h"
#include "ui/mage-export-dialog.h"
#include "ui/mage-follower.h"
#include "ui/mage-method-group.h"
#include "ui/mage-motion-choice.h"
#include "ui/mage-parts-view.h"
#include "ui/mage-parts.h"
#include "ui/mage-projects.h"
#include "ui/mage-prompt-entry.h"
#include "ui/mage-queue-place.h"
#include "ui/mage-seed-choice.h"
#include "ui/mage-sweep-page.h"
#include "ui/mage-thumbnail.h"
#include "ui/mage-video-desk.h"

#include <glib/gi18n.h>

/* Makes videos: a prompt, a motion and a seed; the video is seen while it comes out of the noise. */

struct _MageComposePage
{
  MagePage parent_instance;

  MageDraft *draft;       /* the session's */
  MageJob *job;
  MageResult *result;
  MageResult *gone;       /* that was shown when it was deleted, until another one is asked for */
  MageComposer *composer;
  MageFollower *follower;
  char *proposed;         /* the prompt that was proposed last */

  AdwBanner *banner;
  GtkStack *stack;
  MagePromptEntry *prompt;
  GtkWidget *run;
  AdwButtonContent *run_content;
  GtkWidget *stop;
  AdwWrapBox *words;
  GtkWidget *suggest;
  MageMotionChoice *motions;
  MageSeedChoice *seed;
  GtkWidget *waiting;
  GtkLabel *waiting_label;
  GtkWidget *hint;
  GtkLabel *hint_label;
  GtkWidget *help_out;
  MagePartsView *parts;
  GtkSwitch *follow;
  MageVideoDesk *desk;
};

G_DEFINE_FINAL_TYPE (MageComposePage, mage_compose_page, MAGE_TYPE_PAGE)

static MageSession *
get_session (MageComposePage *self)
{
  return mage_page_get_session (MAGE_PAGE (self));
}

static MageProject *
get_project (MageComposePage *self)
{
  return mage_session_get_project (get_session (self));
}

/* --- what takes part --- */

static MageMotion *
get_motion (MageComposePage *self)
{
  return mage_motion_choice_get_motion (self->motions);
}

/* What is missing, and the button that brings it about. */
static void
show_hint (MageComposePage *self)
{
  const char *words = mage_composer_get_words (self->composer);
  const char *action = mage_composer_get_action (self->composer);

  gboolean said = action == NULL && gtk_widget_get_visible (self->waiting); /* what it waits for */

  gtk_widget_set_visible (self->hint, words != NULL && self->job == NULL && !said);
  gtk_label_set_text (self->hint_label, words != NULL ? words : "");
  gtk_widget_set_visible (self->help_out, action != NULL);
  if (action != NULL)
    gtk_button_set_label (GTK_BUTTON (self->help_out), action);
  gtk_widget_set_sensitive (self->run, mage_composer_is_ready (self->composer));
}

static void
help_out_cb (MageComposePage *self)
{
  mage_composer_help_out (self->composer);
}

/* Plain words that may mean the project's subjects. */
static void
show_suggestion (MageComposePage *self)
{
  g_autofree char *prompt = mage_prompt_entry_dup_text (self->prompt);
  g_autofree char *words = NULL;
  g_autofree char *suggested = mage_parts_suggest (get_project (self), prompt, &words);

  gtk_widget_set_visible (self->suggest, suggested != NULL);
  if (suggested != NULL)
    gtk_button_set_label (GTK_BUTTON (self->suggest), words);
}

static void
suggest_cb (MageComposePage *self)
{
  g_autofree char *prompt = mage_prompt_entry_dup_text (self->prompt);
  g_autofree char *words = NULL;
  g_autofree char *suggested = mage_parts_suggest (get_project (self), prompt, &words);

  if (suggested != NULL)
    mage_draft_set_prompt (self->draft, suggested);
  gtk_widget_grab_focus (GTK_WIDGET (self->prompt));
}

static void
prompt_changed_cb (MageComposePage *self)
{
  g_autofree char *prompt = mage_prompt_entry_dup_text (self->prompt);

  show_suggestion (self);
  mage_composer_set_prompt (self->composer, g_strstrip (prompt));
}

/* --- the prompt and its parts --- */

static void
recast_cb (MageComposePage *self, GStrv before, GStrv after)
{
  const char *prompt = mage_draft_get_prompt (self->draft);
  g_autofree char *recast = NULL;

  if (prompt == NULL)
    return;
  recast = mage_parts_recast (prompt, (const char *const *) before, (const char *const *) after);
  if (recast == NULL)
    recast = mage_parts_compose (get_project (self), get_motion (self));
  if (g_strcmp0 (prompt, self->proposed) == 0)
    g_set_str (&self->proposed, recast);
  mage_draft_set_prompt (self->draft, recast);
}

static void
word_clicked_cb (MageComposePage *self, GtkButton *button)
{
  mage_prompt_entry_insert_token (self->prompt, g_object_get_data (G_OBJECT (button), "token"));
  gtk_widget_grab_focus (GTK_WIDGET (self->prompt));
}

static void
add_word (MageComposePage *self, MageTrainable *subject)
{
  const char *token = mage_trainable_get_token (subject);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *face = mage_thumbnail_new (20, 20);
  g_autofree char *tooltip = g_strdup_printf (_("Put %s into the prompt"), token);

  mage_thumbnail_set_object (MAGE_THUMBNAIL (face), G_OBJECT (subject));
  gtk_widget_set_valign (face, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), face);
  gtk_box_append (GTK_BOX (box), gtk_label_new (token));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "word");
  gtk_widget_set_tooltip_text (button, tooltip);
  g_object_set_data_full (G_OBJECT (button), "token", g_strdup (token), g_free);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (word_clicked_cb), self);
  adw_wrap_box_append (self->words, button);
}

/* While nobody wrote a prompt, one is proposed that fits what there is. */
static void
propose (MageComposePage *self)
{
  const char *prompt = mage_draft_get_prompt (self->draft);
  g_autofree char *text = NULL;

  if (prompt != NULL && *prompt != '\0' && g_strcmp0 (prompt, self->proposed) != 0)
    return;
  text = mage_compose_propose (get_project (self), get_motion (self));
  if (text == NULL)
    return;
  g_set_str (&self->proposed, text);
  mage_draft_set_prompt (self->draft, text);
}

static void
show_words (MageComposePage *self)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (get_project (self)));
  guint n = g_list_model_get_n_items (subjects);
  guint n_motions = g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_motions (get_project (self))));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->words))) != NULL)
    adw_wrap_box_remove (self->words, child);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      add_word (self, subject);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->words), n > 0);
  gtk_stack_set_visible_child_name (self->stack, n + n_motions > 0 ? "compose" : "empty");
  propose (self);
  show_suggestion (self);
}

static void
motion_changed_cb (MageComposePage *self)
{
  mage_composer_set_motion (self->composer, get_motion (self));
  mage_parts_view_set_motion (self->parts, get_motion (self));
  propose (self);
}

/* --- the job --- */

/* Nobody wants a preview of what is being made. */
static void
update_follower (MageComposePage *self)
{
  mage_follower_set_active (self->follower, self->job == NULL && gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static gboolean
is_queue_busy (MageComposePage *self)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (mage_session_get_worker (get_session (self)))) > 0;
}

/* What is asked for now comes after all that is under way, and says so. */
static void
show_queue (MageComposePage *self)
{
  gboolean busy = is_queue_busy (self);
  g_autofree char *place = mage_queue_place_dup_words (get_session (self));

  adw_button_content_set_icon_name (self->run_content, busy ? "list-add-symbolic" : "media-playback-start-symbolic");
  adw_button_content_set_label (self->run_content, busy                   ? _("Add to _Queue")
                                                   : self->result != NULL ? _("_Run Again")
                                                                          : _("_Run"));
  gtk_widget_set_tooltip_text (self->run, busy ? _("The video is made when what runs and waits now is done") : NULL);
  gtk_widget_set_visible (self->waiting, place != NULL);
  gtk_label_set_text (self->waiting_label, place != NULL ? place : "");
  show_hint (self);
}

static void
show_job (MageComposePage *self)
{
  gboolean running = self->job != NULL;

  gtk_widget_set_visible (self->stop, running);
  gtk_widget_set_sensitive (self->stop, running && mage_job_get_state (self->job) != MAGE_JOB_CANCELLING);
  update_follower (self);
  show_queue (self);
}

static void
previewing_cb (MageComposePage *self, MageJob *job)
{
  mage_video_desk_show_preview (self->desk, job);
}

static void
show_result (MageComposePage *self, MageResult *result)
{
  g_set_object (&self->result, result);
  mage_video_desk_show_result (self->desk, result);
  show_job (self);
}

static void
finished_cb (MageComposePage *self)
{
  g_autoptr (MageJob) job = g_steal_pointer (&self->job);
  const GError *error = mage_job_get_error (job);
  MageResult *result = mage_sample_job_get_result (MAGE_SAMPLE_JOB (job));

  g_signal_handlers_disconnect_by_data (job, self);
  if (mage_job_get_state (job) == MAGE_JOB_FAILED && error != NULL)
    {
      adw_banner_set_title (self->banner, error->message);
      adw_banner_set_revealed (self->banner, TRUE);
    }
  show_result (self, mage_job_get_state (job) == MAGE_JOB_DONE && result != NULL ? result : self->result);
}

static void
watch_job (MageComposePage *self, MageJob *job)
{
  if (self->job == job || !MAGE_IS_SAMPLE_JOB (job)) /* a place in the queue is shown beside what there is */
    return;
  g_clear_object (&self->gone);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  g_signal_connect_swapped (job, "notify::state", G_CALLBACK (show_job), self);
  g_signal_connect_swapped (job, "finished", G_CALLBACK (finished_cb), self);
  mage_video_desk_show_job (self->desk, job);
  show_job (self);
}

/* A video that was begun before the page was opened, or that waited, is followed, too. */
static void
find_job (MageComposePage *self)
{
  GListModel *jobs = mage_worker_get_jobs (mage_session_get_worker (get_session (self)));

  show_queue (self);
  for (guint i = 0; self->job == NULL && i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (jobs, i);

      if (MAGE_IS_SAMPLE_JOB (job) && !mage_job_is_over (job)
          && mage_session_get_subject_of (get_session (self), job) == G_OBJECT (get_project (self)))
        watch_job (self, job);
    }
}

static void
run_cb (MageComposePage *self)
{
  if (!mage_composer_is_ready (self->composer))
    return;
  adw_banner_set_revealed (self->banner, FALSE);
  mage_seed_choice_renew (self->seed);
  mage_composer_run (self->composer);
}

static void
stop_cb (MageComposePage *self)
{
  if (self->job != NULL)
    mage_worker_cancel (mage_session_get_worker (get_session (self)), self->job);
}

/* --- the result --- */

static void
export_cb (MageComposePage *self)
{
  if (self->result == NULL || self->job != NULL)
    return;
  adw_dialog_present (mage_export_dialog_new (get_session (self), self->result), GTK_WIDGET (self));
}

/* What is deleted leaves the page at once, and comes back to it when that is undone. */
static void
results_changed_cb (MageComposePage *self)
{
  if (self->job != NULL)
    return;
  if (self->gone != NULL && mage_project_has_result (get_project (self), self->gone))
    {
      g_autoptr (MageResult) back = g_steal_pointer (&self->gone);

      show_result (self, back);
    }
  else if (self->result != NULL && !mage_project_has_result (get_project (self), self->result))
    {
      g_set_object (&self->gone, self->result);
      show_result (self, mage_project_find_next_result (get_project (self), self->gone));
    }
}

static void
result_chosen_cb (MageComposePage *self, MageResult *result)
{
  g_clear_object (&self->gone);
  if (self->job == NULL)
    show_result (self, result);
}

static void
branch_cb (MageComposePage *self, guint step)
{
  if (self->job != NULL || self->result == NULL)
    return;
  adw_banner_set_revealed (self->banner, FALSE);
  mage_composer_branch (self->composer, self->result, step);
}

/* --- the object --- */

static void
mage_compose_page_dispose (GObject *object)
{
  MageComposePage *self = MAGE_COMPOSE_PAGE (object);

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->result);
  g_clear_object (&self->gone);
  g_clear_object (&self->follower);
  g_clear_object (&self->composer);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_COMPOSE_PAGE);
  G_OBJECT_CLASS (mage_compose_page_parent_class)->dispose (object);
}

static void
mage_compose_page_finalize (GObject *object)
{
  g_free (MAGE_COMPOSE_PAGE (object)->proposed);
  G_OBJECT_CLASS (mage_compose_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-compose-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, banner);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, stack);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, prompt);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, run);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, run_content);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, stop);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, words);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, motions);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, seed);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, waiting);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, waiting_label);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, hint);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, hint_label);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, help_out);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, parts);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, follow);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, desk);
  gtk_widget_class_bind_template_child (widget_class, MageComposePage, suggest);
  gtk_widget_class_bind_template_callback (widget_class, suggest_cb);
  gtk_widget_class_bind_template_callback (widget_class, run_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, help_out_cb);
  gtk_widget_class_bind_template_callback (widget_class, recast_cb);
  gtk_widget_class_bind_template_callback (widget_class, branch_cb);
  gtk_widget_class_bind_template_callback (widget_class, result_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
}

static void
run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  run_cb (MAGE_COMPOSE_PAGE (widget));
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  export_cb (MAGE_COMPOSE_PAGE (widget));
}

static void
branch_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_video_desk_branch (MAGE_COMPOSE_PAGE (widget)->desk);
}

static void
go_steps_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_video_desk_go_steps (MAGE_COMPOSE_PAGE (widget)->desk, g_variant_get_int32 (parameter));
}

static void
put_word_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageComposePage *self = MAGE_COMPOSE_PAGE (widget);
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (get_project (self)));
  g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, g_variant_get_uint32 (parameter));

  if (subject != NULL)
    mage_prompt_entry_insert_token (self->prompt, mage_trainable_get_token (subject));
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageComposePage *self = MAGE_COMPOSE_PAGE (widget);
  MageResult *other = self->result != NULL ? mage_project_find_next_result (get_project (self), self->result) : NULL;
  g_autoptr (MageResultChoice) choice = NULL;

  if (other == NULL)
    {
      mage_session_toast (get_session (self), _("There is no other video yet to compare this one with"));
      return;
    }
  choice = mage_result_choice_new ();
  mage_result_choice_add (choice, self->result);
  mage_result_choice_add (choice, other);
  mage_session_push_page (get_session (self), mage_compare_page_new (get_session (self), choice));
}

static void
sweep_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageSession *session = get_session (MAGE_COMPOSE_PAGE (widget));

  mage_session_push_page (session, mage_sweep_page_new (session, NULL));
}

static void
mage_compose_page_class_init (MageComposePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_compose_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_compose_page_finalize;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "page.run", NULL, run_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "page.export", NULL, export_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "page.branch", NULL, branch_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "page.compare", NULL, compare_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "page.go-steps", "i", go_steps_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "page.put-word", "u", put_word_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "page.sweep", NULL, sweep_action);
  g_type_ensure (MAGE_TYPE_MOTION_CHOICE);
  g_type_ensure (MAGE_TYPE_PROMPT_ENTRY);
  g_type_ensure (MAGE_TYPE_PARTS_VIEW);
  g_type_ensure (MAGE_TYPE_SEED_CHOICE);
  g_type_ensure (MAGE_TYPE_VIDEO_DESK);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
mage_compose_page_init (MageComposePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_page_set_title (MAGE_PAGE (self), _("Compose"));
  mage_page_set_inspects (MAGE_PAGE (self), MAGE_STALE_RESULT);
  mage_prompt_entry_set_placeholder (self->prompt, _("Describe the video…"));
  mage_compose_keys_add (GTK_WIDGET (self), self->desk);
}

/* What changed while the page was not seen counts, too. */
static void
mapped_cb (MageComposePage *self)
{
  mage_motion_choice_refresh (self->motions);
  update_follower (self);
}

static void
watch (MageComposePage *self)
{
  MageProject *project = get_project (self);

  g_signal_connect_object (mage_project_get_subjects (project), "items-changed", G_CALLBACK (show_words), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_motions (project), "items-changed", G_CALLBACK (show_words), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_results (project), "items-changed", G_CALLBACK (results_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (get_session (self))), "items-changed",
                           G_CALLBACK (find_job), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->composer, "changed", G_CALLBACK (show_hint), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->composer, "sampling", G_CALLBACK (watch_job), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (mapped_cb), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (update_follower), NULL);
  g_signal_connect_object (self->follower, "previewing", G_CALLBACK (previewing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->prompt, "notify::text", G_CALLBACK (prompt_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->motions, "changed", G_CALLBACK (motion_changed_cb), self, G_CONNECT_SWAPPED);
}

/* The draft goes on; the newest video is there to look at. */
static void
begin (MageComposePage *self)
{
  MageResult *newest = mage_project_find_next_result (get_project (self), NULL);

  if (mage_draft_get_prompt (self->draft) == NULL && newest != NULL)
    mage_draft_set_prompt (self->draft, mage_result_get_prompt (newest));
  g_object_bind_property (self->draft, "prompt", self->prompt, "text", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  show_result (self, newest);
}

/** mage_compose_page_get_result: Returns: (transfer none) (nullable): the video that is shown */
MageResult *
mage_compose_page_get_result (MageComposePage *self)
{
  return self->result;
}

/** mage_compose_page_new: the page that makes videos. */
GtkWidget *
mage_compose_page_new (MageSession *session)
{
  MageComposePage *self = g_object_new (MAGE_TYPE_COMPOSE_PAGE, "session", session, NULL);
  g_autoptr (GSettings) settings = g_settings_new (MAGE_SCHEMA);

  self->draft = mage_draft_get (session);
  self->composer = mage_composer_new (session, self->draft);
  self->follower = mage_follower_new (session, self->composer);
  g_settings_bind (settings, "follow-settings", self->follow, "active", G_SETTINGS_BIND_DEFAULT);
  mage_video_desk_set_session (self->desk, session);
  mage_parts_view_set_session (self->parts, session);
  mage_seed_choice_set_session (self->seed, session);
  mage_motion_choice_set_session (self->motions, session);
  mage_page_set_settings (MAGE_PAGE (self), mage_method_group_new (self->draft));
  mage_prompt_entry_set_project (self->prompt, get_project (self));
  watch (self);
  begin (self);
  motion_changed_cb (self);
  show_words (self);
  find_job (self);
  show_job (self);
  return GTK_WIDGET (self);
}
