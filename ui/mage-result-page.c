/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-page.h"

#include "jobs/mage-reproduction.h"
#include "ui/mage-attention-page.h"
#include "ui/mage-clip-player.h"
#include "ui/mage-compare-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-export-dialog.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-model-status.h"
#include "ui/mage-result-cell.h"
#include "ui/mage-result-deletion.h"
#include "ui/mage-result-drag.h"

#include "project/mage-json.h"
#include "project/mage-name.h"

#include <glib/gi18n.h>

/* A video, large, with all that made it: prompt, seed, who takes part, every setting, and the hashes. */

/* Of a hash so much is shown; the whole is in the tooltip and copied. */
#define HASH_SHOWN 12

struct _MageResultPage
{
  AdwNavigationPage parent_instance;

  MageSession *session;
  MageResult *result;
  GCancellable *cancellable;
  AdwWindowTitle *window_title;
  AdwToastOverlay *toasts;
  MageClipPlayer *player;
  AdwActionRow *prompt;
  AdwPreferencesGroup *ingredients;
  GtkBox *groups;
  GMenu *star_section;
};

G_DEFINE_FINAL_TYPE (MageResultPage, mage_result_page, ADW_TYPE_NAVIGATION_PAGE)

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageResultPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);
  g_autoptr (MageClipPaintable) clip = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->player == NULL)
    return;
  if (frames == NULL)
    {
      mage_session_toast_error (self->session, error);
      return;
    }
  clip = mage_clip_paintable_new (frames);
  mage_clip_player_set_clip (self->player, clip);
  mage_clip_player_play (self->player, TRUE);
}

/* --- what made it --- */

static GtkWidget *
add_value (GtkWidget *row, const char *value)
{
  GtkWidget *label = gtk_label_new (value);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dim-label");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return label;
}

static GtkWidget *
make_row (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  gtk_widget_add_css_class (row, "made-row");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  return row;
}

static void
copy_clicked_cb (MageResultPage *self, GtkWidget *button)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), g_object_get_data (G_OBJECT (button), "text"));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

static void
add_hash (MageResultPage *self, GtkWidget *row, const char *hash)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  g_autofree char *tooltip = g_strdup_printf (_("Copy the SHA-256 %s"), hash);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  g_object_set_data_full (G_OBJECT (button), "text", g_strdup (hash), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (copy_clicked_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/* What was made before hashes were kept has none. */
static char *
dup_with_hash (const char *words, const char *hash)
{
  return *hash != '\0' ? g_strdup_printf ("%s · %.*s", words, HASH_SHOWN, hash) : g_strdup (words);
}

static void
add_ingredient (MageResultPage *self, JsonObject *ingredient)
{
  const char *token = mage_json_get_string (ingredient, "token", NULL);
  const char *name = mage_json_get_string (ingredient, "name", "");
  const char *hash = mage_json_get_string (ingredient, "lora_sha256", "");
  gboolean motion = g_str_equal (mage_json_get_string (ingredient, "role", ""), "motion");
  double strength = mage_json_get_double (ingredient, "strength", 1);
  g_autofree char *role = g_strdup_printf (_("%s, strength %.2f"), motion ? _("Motion") : _("Subject"), strength);
  g_autofree char *subtitle = dup_with_hash (role, hash);
  g_autofree char *title = token != NULL ? g_strdup (token) : mage_name_to_words (name);
  GtkWidget *row = make_row (title, subtitle);

  if (*hash != '\0')
    add_hash (self, row, hash);
  adw_preferences_group_add (self->ingredients, row);
}

static void
show_ingredients (MageResultPage *self)
{
  JsonArray *ingredients = mage_result_get_ingredients (self->result);
  const char *model = mage_result_get_model (self->result);
  const char *digest = mage_result_get_model_digest (self->result);

  for (guint i = 0; i < json_array_get_length (ingredients); i++)
    {
      JsonObject *ingredient = mage_json_get_element (ingredients, i);

      if (ingredient != NULL)
        add_ingredient (self, ingredient);
    }
  if (model != NULL && digest != NULL)
    {
      g_autofree char *name = mage_model_dup_name (model);
      g_autofree char *subtitle = dup_with_hash (_("Model"), digest);
      GtkWidget *row = make_row (name, subtitle);

      if (*digest != '\0')
        add_hash (self, row, digest);
      adw_preferences_group_add (self->ingredients, row);
    }
}

static void
add_param (AdwPreferencesGroup *group, MageParams *params, const MageParamInfo *info)
{
  g_autofree char *value = mage_params_dup_text (params, info->key);
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *label = g_markup_escape_text (info->label, -1);
  g_autofree char *title = info->symbol != NULL ? g_strdup_printf ("%s <span alpha=\"65%%\"><i>%s</i></span>", label, info->symbol)
                                                : g_strdup (label);

  gtk_widget_add_css_class (row, "made-row");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_set_tooltip_text (row, info->help);
  add_value (row, *value != '\0' ? value : "–");
  adw_preferences_group_add (group, row);
}

static gboolean
is_listed (const MageParamInfo *info, gboolean training)
{
  gboolean sampling = (info->stale & MAGE_STALE_RESULT) != 0;

  if (g_str_equal (info->group, "Machine") || info->stale == MAGE_STALE_NOTHING)
    return FALSE;
  return training ? !sampling : sampling;
}

/* What the video was sampled with comes first; how its parts were trained is folded away. */
static void
show_params (MageResultPage *self)
{
  MageParams *params = mage_result_get_params (self->result);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *folded = adw_preferences_group_new ();
  GtkWidget *expander = adw_expander_row_new ();
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Settings"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), _("How its parts were trained"));
  for (guint i = 0; i < n; i++)
    if (is_listed (&table[i], FALSE))
      add_param (ADW_PREFERENCES_GROUP (group), params, &table[i]);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *value = NULL;
      GtkWidget *row;

      if (!is_listed (&table[i], TRUE))
        continue;
      value = mage_params_dup_text (params, table[i].key);
      row = make_row (table[i].label, NULL);
      add_value (row, *value != '\0' ? value : "–");
      adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), row);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (folded), expander);
  gtk_box_append (self->groups, group);
  gtk_box_append (self->groups, folded);
}

/* --- actions --- */

static void
show_star (MageResultPage *self)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (mage_result_get_starred (self->result) ? _("Remove the _Star") : _("Give a _Star"),
                                                "result.star");

  g_menu_remove_all (self->star_section);
  g_menu_append_item (self->star_section, item);
}

static void
star_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultPage *self = MAGE_RESULT_PAGE (widget);
  g_autoptr (GError) error = NULL;

  if (!mage_result_set_starred (self->result, !mage_result_get_starred (self->result), &error))
    mage_session_toast_error (self->session, error);
}

static void
export_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultPage *self = MAGE_RESULT_PAGE (widget);

  adw_dialog_present (mage_export_dialog_new (self->session, self->result), widget);
}

static void
restore_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultPage *self = MAGE_RESULT_PAGE (widget);
  g_autoptr (MageSession) session = g_object_ref (self->session);
  g_autoptr (MageResult) result = g_object_ref (self->result);

  gtk_widget_activate_action (widget, "navigation.pop", NULL);
  mage_draft_restore_result (session, result);
}

static void
compare_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultPage *self = MAGE_RESULT_PAGE (widget);
  g_autoptr (MageResultChoice) choice = mage_result_choice_new ();
  MageResult *other = mage_project_find_next_result (mage_session_get_project (self->session), self->result);

  mage_result_choice_add (choice, self->result);
  if (other != NULL)
    mage_result_choice_add (choice, other);
  mage_session_push_page (self->session, mage_compare_page_new (self->session, choice));
}

typedef struct
{
  MageSession *session;
  MageResult *result;
} Again;

static void
again_free (gpointer data, GClosure *closure)
{
  Again *self = data;

  g_object_unref (self->session);
  g_object_unref (self->result);
  g_free (self);
}

static void
made_again_cb (Again *self, MageJob *job)
{
  if (mage_job_get_state (job) == MAGE_JOB_DONE)
    mage_session_push_page (self->session,
                            mage_compare_page_new_again (self->session, self->result,
                                                         mage_sample_job_get_result (MAGE_SAMPLE_JOB (job))));
}

static void
reproduce_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultPage *self = MAGE_RESULT_PAGE (widget);
  MageProject *project = mage_session_get_project (self->session);
  g_autoptr (GError) error = NULL;
  MageSampleJob *job = mage_project_check_model (project, &error) ? mage_reproduction_new (project, self->result, &error) : NULL;
  Again *again;

  if (job == NULL)
    {
      mage_session_toast_error (self->session, error);
      return;
    }
  again = g_new0 (Again, 1);
  again->session = g_object_ref (self->session);
  again->result = g_object_ref (self->result);
  g_signal_connect_data (job, "finished", G_CALLBACK (made_again_cb), again, again_free, G_CONNECT_SWAPPED);
  mage_session_push (self->session, MAGE_JOB (job), project);
  mage_session_toast (self->session, _("The video is made once more, and compared when it is done"));
}

static MageResult *
get_dragged (GtkWidget *player)
{
  GtkWidget *page = gtk_widget_get_ancestor (player, MAGE_TYPE_RESULT_PAGE);

  return page != NULL ? MAGE_RESULT_PAGE (page)->result : NULL;
}

static void
attention_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultPage *self = MAGE_RESULT_PAGE (widget);

  mage_session_push_page (self->session, mage_attention_page_new (self->session, self->result, 0));
}

static void
revealed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageResultPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_open_containing_folder_finish (GTK_FILE_LAUNCHER (source), result, &error))
    mage_session_toast_error (self->session, error);
}

static void
reveal_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultPage *self = MAGE_RESULT_PAGE (widget);
  g_autofree char *path = mage_result_dup_path (self->result, MAGE_RESULT_VIDEO);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_open_containing_folder (launcher, GTK_WINDOW (gtk_widget_get_root (widget)), NULL, revealed_cb,
                                            g_object_ref (self));
}

static void
delete_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageResultPage *self = MAGE_RESULT_PAGE (widget);
  g_autoptr (MageResult) result = g_object_ref (self->result);
  g_autoptr (MageSession) session = g_object_ref (self->session);

  gtk_widget_activate_action (widget, "navigation.pop", NULL);
  mage_delete_result (session, result);
}

/* Deleted once more by redo while it is seen; a page that goes already has another one below it to leave alone. */
static void
results_changed_cb (MageResultPage *self)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  if (view != NULL && adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (view)) == ADW_NAVIGATION_PAGE (self)
      && mage_project_is_deleted (mage_session_get_project (self->session), self->result))
    gtk_widget_activate_action (GTK_WIDGET (self), "navigation.pop", NULL);
}

/* --- the object --- */

static void
mage_result_page_dispose (GObject *object)
{
  MageResultPage *self = MAGE_RESULT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_RESULT_PAGE);
  g_clear_object (&self->result);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_result_page_parent_class)->dispose (object);
}

static void
mage_result_page_class_init (MageResultPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_result_page_dispose;
  g_type_ensure (MAGE_TYPE_CLIP_PLAYER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-result-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MageResultPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, MageResultPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, MageResultPage, player);
  gtk_widget_class_bind_template_child (widget_class, MageResultPage, prompt);
  gtk_widget_class_bind_template_child (widget_class, MageResultPage, ingredients);
  gtk_widget_class_bind_template_child (widget_class, MageResultPage, groups);
  gtk_widget_class_bind_template_child (widget_class, MageResultPage, star_section);
  gtk_widget_class_install_action (widget_class, "result.export", NULL, export_cb);
  gtk_widget_class_install_action (widget_class, "result.restore", NULL, restore_cb);
  gtk_widget_class_install_action (widget_class, "result.attention", NULL, attention_cb);
  gtk_widget_class_install_action (widget_class, "result.compare", NULL, compare_cb);
  gtk_widget_class_install_action (widget_class, "result.reproduce", NULL, reproduce_cb);
  gtk_widget_class_install_action (widget_class, "result.reveal", NULL, reveal_cb);
  gtk_widget_class_install_action (widget_class, "result.star", NULL, star_cb);
  gtk_widget_class_install_action (widget_class, "result.delete", NULL, delete_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "result.delete", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK, "result.export", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, 0, "result.compare", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, 0, "result.star", NULL);
}

static void
mage_result_page_init (MageResultPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mage_result_drag_attach (GTK_WIDGET (mage_clip_player_get_view (self->player)), get_dragged);
}

/** mage_result_page_new: @result, opened; for mage_session_push_page(). */
AdwNavigationPage *
mage_result_page_new (MageSession *session, MageResult *result)
{
  MageResultPage *self = g_object_new (MAGE_TYPE_RESULT_PAGE, NULL);
  g_autofree char *time = mage_result_dup_time_words (result);
  g_autofree char *prompt = g_markup_escape_text (mage_result_get_prompt (result), -1);

  self->session = g_object_ref (session);
  self->result = g_object_ref (result);
  self->cancellable = g_cancellable_new ();
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), mage_result_get_prompt (result));
  adw_window_title_set_title (self->window_title, mage_result_get_prompt (result));
  adw_window_title_set_subtitle (self->window_title, time);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->prompt), prompt);
  mage_clip_player_set_label (self->player, mage_result_get_prompt (result));
  show_ingredients (self);
  show_params (self);
  show_star (self);
  g_signal_connect_object (result, "notify::starred", G_CALLBACK (show_star), self, G_CONNECT_SWAPPED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "result.attention", mage_attention_page_can_show (result));
  g_signal_connect_object (mage_project_get_results (mage_session_get_project (session)), "items-changed",
                           G_CALLBACK (results_changed_cb), self, G_CONNECT_SWAPPED);
  mage_load_result_async (result, self->cancellable, loaded_cb, g_object_ref (self));
  return ADW_NAVIGATION_PAGE (self);
}
