/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-preferences.h"

#include "project/mage-kept-maps.h"
#include "project/mage-kept-steps.h"
#include "ui/mage-projects.h"

#include <glib/gi18n.h>

/* Which model, what computes, and where things lie. */

struct _MagePreferences
{
  AdwPreferencesDialog parent_instance;

  AdwPreferencesGroup *models;
  GtkLabel *problem;
  AdwComboRow *device;
  AdwSpinRow *threads;
  AdwComboRow *precision;
  AdwActionRow *projects_folder;
  AdwSpinRow *kept_steps;
  AdwSpinRow *kept_maps;
  AdwActionRow *caches;

  GSettings *settings;
  MageModelStatus *model;
  MageSession *session; /* nullable */
  char *builtin_model;
  char *status;
  GPtrArray *rows;      /* of the models */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (MagePreferences, mage_preferences, ADW_TYPE_PREFERENCES_DIALOG)

enum
{
  PROP_STATUS = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- models --- */

static void
add_snapshots (GStrvBuilder *builder, const char *repository)
{
  g_autofree char *snapshots = g_build_filename (repository, "snapshots", NULL);
  g_autoptr (GDir) dir = g_dir_open (snapshots, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (snapshots, name, NULL);
      g_autofree char *index = g_build_filename (folder, "model_index.json", NULL);

      if (g_file_test (index, G_FILE_TEST_EXISTS))
        g_strv_builder_take (builder, g_steal_pointer (&folder));
    }
}

/** mage_preferences_find_models: @hub: Hugging Face's cache. Returns: (transfer full): folders in diffusers layout */
GStrv
mage_preferences_find_models (const char *hub)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GDir) dir = g_dir_open (hub, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "models--"))
      {
        g_autofree char *repository = g_build_filename (hub, name, NULL);

        add_snapshots (builder, repository);
      }
  return g_strv_builder_end (builder);
}

static void
show_problem (MagePreferences *self, const char *text)
{
  gtk_label_set_label (self->problem, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static void fill_models (MagePreferences *self);

/**
 * mage_preferences_choose_model:
 * @folder: of a model; empty for the built-in one
 *
 * Uses a model from now on, also in the open project. One that does not fit is explained in words
 * and changes nothing.
 */
gboolean
mage_preferences_choose_model (MagePreferences *self, const char *folder)
{
  g_autoptr (GError) error = NULL;
  const char *dir = *folder != '\0' ? folder : self->builtin_model;
  gboolean fits = mage_model_dir_check (dir, &error);

  if (fits && self->session != NULL)
    {
      mage_session_record (self->session, _("Change Model"));
      fits = mage_project_set_model_dir (mage_session_get_project (self->session), *folder != '\0' ? folder : NULL, &error);
    }
  show_problem (self, fits ? NULL : error->message);
  if (fits)
    {
      g_settings_set_string (self->settings, "model-folder", folder);
      mage_model_status_check (self->model);
    }
  fill_models (self);
  return fits;
}

static void
toggled_cb (GtkCheckButton *button, gpointer data)
{
  MagePreferences *self = data;
  const char *folder = g_object_get_data (G_OBJECT (button), "mage-folder");

  if (gtk_check_button_get_active (button) && !self->updating)
    mage_preferences_choose_model (self, folder);
}

static GtkCheckButton *
add_model (MagePreferences *self, GtkCheckButton *group, const char *folder, const char *current)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_check_button_new ();
  g_autofree char *name = mage_model_dup_name (*folder != '\0' ? folder : self->builtin_model);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), *folder != '\0' ? folder : _("Comes with VideoMage; small and quick"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (button), group);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (button), g_str_equal (folder, current));
  g_object_set_data_full (G_OBJECT (button), "mage-folder", g_strdup (folder), g_free);
  g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_DEFAULT);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->models, row);
  g_ptr_array_add (self->rows, row);
  return GTK_CHECK_BUTTON (button);
}

/* The built-in one, what lies in the usual cache, and the chosen one wherever it lies. */
static void
fill_models (MagePreferences *self)
{
  g_autofree char *hub = g_build_filename (g_get_user_cache_dir (), "huggingface", "hub", NULL);
  g_auto (GStrv) found = mage_preferences_find_models (hub);
  g_autofree char *current = g_settings_get_string (self->settings, "model-folder");
  GtkCheckButton *first;

  self->updating = TRUE;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->models, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  first = add_model (self, NULL, "", current);
  for (guint i = 0; found[i] != NULL; i++)
    add_model (self, first, found[i], current);
  if (*current != '\0' && !g_strv_contains ((const char *const *) found, current))
    add_model (self, first, current, current);
  self->updating = FALSE;
}

static void
folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePreferences) self = data;
  g_autoptr (GFile) folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (folder != NULL && g_file_peek_path (folder) != NULL)
    mage_preferences_choose_model (self, g_file_peek_path (folder));
}

static void
choose_folder_cb (MagePreferences *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _("A Model's Folder"));
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, folder_chosen_cb,
                                 g_object_ref (self));
}

/* --- storage --- */

static void
update_projects_folder (MagePreferences *self)
{
  g_autofree char *folder = mage_projects_dup_folder (self->settings);

  adw_action_row_set_subtitle (self->projects_folder, folder);
}

static void
projects_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePreferences) self = data;
  g_autoptr (GFile) folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (folder != NULL && g_file_peek_path (folder) != NULL)
    g_settings_set_string (self->settings, "projects-folder", g_file_peek_path (folder));
}

static void
choose_projects_cb (MagePreferences *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _("Where New Projects Go"));
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, projects_chosen_cb,
                                 g_object_ref (self));
}

/* --- machine --- */

static gboolean
choice_to_position (GValue *value, GVariant *variant, gpointer data)
{
  const char *const *choices = data;

  for (guint i = 0; choices[i] != NULL; i++)
    if (g_str_equal (choices[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_choice (const GValue *value, const GVariantType *type, gpointer data)
{
  const char *const *choices = data;
  guint position = g_value_get_uint (value);

  return position < g_strv_length ((GStrv) choices) ? g_variant_new_string (choices[position]) : NULL;
}

/* What is kept now, in words; NULL without a project. */
static char *
dup_kept_words (const char *folder, goffset size)
{
  g_autofree char *bytes = NULL;

  if (folder == NULL)
    return NULL;
  if (size == 0)
    return g_strdup (_("This project keeps nothing yet."));
  bytes = g_format_size ((guint64) size);
  /* Translators: %s is a size, such as "12 MB" */
  return g_strdup_printf (_("This project keeps %s."), bytes);
}

static void
show_kept_row (AdwActionRow *row, const char *words, const char *kept)
{
  g_autofree char *text = kept != NULL ? g_strdup_printf ("%s %s", words, kept) : g_strdup (words);

  adw_action_row_set_subtitle (row, text);
}

/* With what a video that is at work has kept so far. */
static void
show_kept (MagePreferences *self)
{
  const char *folder = self->session != NULL ? mage_project_get_folder (mage_session_get_project (self->session)) : NULL;
  g_autofree char *results = folder != NULL ? g_build_filename (folder, "results", NULL) : NULL;
  g_autofree char *steps = dup_kept_words (folder, folder != NULL ? mage_kept_steps_measure_all (folder) : 0);
  g_autofree char *maps = dup_kept_words (folder, results != NULL ? mage_kept_maps_measure (results) : 0);

  show_kept_row (ADW_ACTION_ROW (self->kept_steps),
                 _("To see and branch them later; beyond the limit the oldest videos without a star forget theirs."), steps);
  show_kept_row (ADW_ACTION_ROW (self->kept_maps),
                 _("To look at it at once; beyond the limit the oldest is computed again when you look."), maps);
}

static void
update_status (MagePreferences *self)
{
  const char *problem = mage_model_status_get_problem (self->model);

  if (g_set_str (&self->status, mage_model_status_get_text (self->model)))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
  if (problem != NULL)
    show_problem (self, problem);
}

/* --- the object --- */

static void
mage_preferences_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STATUS:
      g_value_set_string (value, MAGE_PREFERENCES (object)->status);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_preferences_dispose (GObject *object)
{
  MagePreferences *self = MAGE_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_PREFERENCES);
  G_OBJECT_CLASS (mage_preferences_parent_class)->dispose (object);
}

static void
mage_preferences_finalize (GObject *object)
{
  MagePreferences *self = MAGE_PREFERENCES (object);

  g_ptr_array_unref (self->rows);
  g_free (self->builtin_model);
  g_free (self->status);
  G_OBJECT_CLASS (mage_preferences_parent_class)->finalize (object);
}

static void
mage_preferences_class_init (MagePreferencesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = mage_preferences_get_property;
  object_class->dispose = mage_preferences_dispose;
  object_class->finalize = mage_preferences_finalize;
  /** MagePreferences:status: which model and device are in use. */
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL,
                                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, models);
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, problem);
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, device);
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, threads);
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, precision);
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, projects_folder);
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, kept_steps);
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, kept_maps);
  gtk_widget_class_bind_template_child (widget_class, MagePreferences, caches);
  gtk_widget_class_bind_template_callback (widget_class, choose_folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_projects_cb);
}

static void
mage_preferences_init (MagePreferences *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
bind_settings (MagePreferences *self)
{
  static const char *const devices[] = { "auto", "cpu", "cuda", NULL };
  static const char *const precisions[] = { "auto", "float32", "half", NULL };

  g_settings_bind (self->settings, "kept-steps", self->kept_steps, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "kept-maps", self->kept_maps, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "threads", self->threads, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (self->settings, "device", self->device, "selected", G_SETTINGS_BIND_DEFAULT,
                                choice_to_position, position_to_choice, (gpointer) devices, NULL);
  g_settings_bind_with_mapping (self->settings, "precision", self->precision, "selected", G_SETTINGS_BIND_DEFAULT,
                                choice_to_position, position_to_choice, (gpointer) precisions, NULL);
  g_signal_connect_object (self->settings, "changed::projects-folder", G_CALLBACK (update_projects_folder), self,
                           G_CONNECT_SWAPPED);
}

/** mage_preferences_new: @session: (nullable): of the open project. */
AdwDialog *
mage_preferences_new (GSettings *settings, MageModelStatus *model, MageSession *session, const char *builtin_model)
{
  MagePreferences *self = g_object_new (MAGE_TYPE_PREFERENCES, NULL);
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "videomage", NULL);

  self->settings = g_object_ref (settings);
  self->model = g_object_ref (model);
  self->session = session != NULL ? g_object_ref (session) : NULL;
  self->builtin_model = g_strdup (builtin_model);
  adw_action_row_set_subtitle (self->caches, cache);
  bind_settings (self);
  update_projects_folder (self);
  show_kept (self);
  fill_models (self);
  g_signal_connect_object (model, "notify", G_CALLBACK (update_status), self, G_CONNECT_SWAPPED);
  update_status (self);
  return ADW_DIALOG (self);
}
