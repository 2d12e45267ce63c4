/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-param-row.h"

#include "ui/mage-figures-button.h"
#include "ui/mage-param-link.h"
#include "ui/mage-scale-row.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * A row of the inspector, made from a line of the parameter table: exact numbers are spin rows,
 * feelings sliders, and each can go back to its default.
 */

/* What is felt rather than counted, and how far its slider goes; what lies beyond is still kept. */
static const struct
{
  const char *key;
  double minimum;
  double maximum;
  const char *hint;
} feelings[] = {
  { "guidance", 0, 20, N_("How closely it follows the words") },
  { "subject_strength", 0, 2, N_("How much of the subjects") },
  { "motion_strength", 0, 2, N_("How much of the motion") },
  { "lambda1", 0, 1, N_("More keeps it moving naturally") },
  { "lambda2", 0, 1, N_("Keeps subjects apart") },
  { "omega", 0, 2, N_("More forgets the clip's looks") },
  { "beta", 0, 1, N_("More keeps the clip's path") },
  { "alpha", 0, 20000, N_("How far branches move each step") },
  { "tau", 0, 50, N_("How many steps, from the first") },
};

/* Of a spin row; longer numbers scroll, so that the name beside them keeps its place. */
#define SPIN_CHARS 4
/* A random seed is short enough to be read out. */
#define SEED_LIMIT 100000

/* What a row needs to know of itself. */
typedef struct
{
  MageParamLink *link;
  GtkWidget *row;
  GtkWidget *reset;
  GtkStringList *choices;
  const char *hint;
} Row;

static void
row_free (gpointer data)
{
  Row *self = data;

  g_signal_handlers_disconnect_by_data (self->link, self);
  g_object_unref (self->link);
  g_free (self);
}

/* --- what all have --- */

static GtkWidget *
make_button (const char *icon, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  return button;
}

static void
update_source (Row *self)
{
  /* Beside a number and three buttons there is little room. */
  g_autofree char *source = mage_param_link_dup_source (self->link, ADW_IS_SPIN_ROW (self->row));
  gboolean changed = mage_param_link_is_changed (self->link);

  gtk_widget_set_visible (self->reset, changed);
  if (ADW_IS_ACTION_ROW (self->row))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->row), source);
  if (changed)
    gtk_widget_add_css_class (self->row, "changed");
  else
    gtk_widget_remove_css_class (self->row, "changed");
}

/* Title, help, reset. Takes link; the row owns it and what is returned, and nobody else has the link. */
static Row *
setup (GtkWidget *row, MageParamLink *link, GCallback update)
{
  Row *self = g_new0 (Row, 1);
  const MageParamInfo *info = mage_param_link_get_info (link);
  g_autofree char *title = mage_param_link_dup_title (link);

  self->row = row;
  self->link = link;
  self->reset = make_button ("edit-undo-symbolic", mage_param_link_get_reset_words (link));
  /* A row of choices takes its texts as they are, unless it is told. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_set_tooltip_text (row, _(info->help));
  g_signal_connect_object (self->reset, "clicked", G_CALLBACK (mage_param_link_reset), link, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (link, "changed", update, self);
  g_object_set_data_full (G_OBJECT (row), "mage-param-row", self, row_free);
  return self;
}

/* --- exact numbers --- */

static guint
count_digits (const MageParamInfo *info)
{
  if (info->type == MAGE_PARAM_INT)
    return 0;
  return (guint) CLAMP (ceil (-log10 (info->step) - 1e-9), 0, 6);
}

static void
update_spin (Row *self)
{
  adw_spin_row_set_value (ADW_SPIN_ROW (self->row), mage_param_link_get_number (self->link));
  update_source (self);
}

/* The row reads its own text again when it loses the focus; what is shown is what is set, or that were another edit. */
static void
spin_changed_cb (MageParamLink *link, GParamSpec *pspec, AdwSpinRow *row)
{
  double power = pow (10, adw_spin_row_get_digits (row));

  double shown = round (adw_spin_row_get_value (row) * power) / power;

  /* A value with more digits than are shown stays as it is until a hand changes it. */
  if (shown != round (mage_param_link_get_number (link) * power) / power)
    mage_param_link_set_number (link, shown);
}

static gboolean
is_in_range (AdwSpinRow *row)
{
  GtkAdjustment *adjustment = adw_spin_row_get_adjustment (row);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));
  char *end = NULL;
  double value = g_strtod (text, &end);

  while (end != text && g_ascii_isspace (*end))
    end++;
  return end != text && *end == '\0' && value >= gtk_adjustment_get_lower (adjustment)
         && value <= gtk_adjustment_get_upper (adjustment);
}

/* What is no number, or out of range, leaves the value as it was, and says what can be. */
static int
spin_input_cb (AdwSpinRow *row, double *value, gpointer data)
{
  Row *self = data;
  const MageParamInfo *info = mage_param_link_get_info (self->link);
  g_autofree char *range = NULL;

  if (is_in_range (row))
    {
      gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
      update_source (self);
      return FALSE;
    }
  range = g_strdup_printf (_("A number from %g to %g"), info->minimum, info->maximum);
  gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), range);
  return GTK_INPUT_ERROR;
}

static void
shuffle_cb (MageParamLink *link)
{
  mage_param_link_set_number (link, g_random_int_range (0, SEED_LIMIT));
}

static GtkWidget *
new_spin (MageParamLink *link)
{
  const MageParamInfo *info = mage_param_link_get_info (link);
  GtkAdjustment *adjustment = gtk_adjustment_new (mage_param_link_get_number (link), info->minimum, info->maximum,
                                                  info->step, info->step * 10, 0);
  GtkWidget *row = adw_spin_row_new (adjustment, 0, count_digits (info));
  Row *self = setup (row, link, G_CALLBACK (update_spin));

  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  adw_spin_row_set_snap_to_ticks (ADW_SPIN_ROW (row), FALSE);
  adw_spin_row_set_update_policy (ADW_SPIN_ROW (row), GTK_UPDATE_IF_VALID);
  gtk_editable_set_enable_undo (GTK_EDITABLE (row), FALSE);
  g_signal_connect (row, "input", G_CALLBACK (spin_input_cb), self);
  if (g_str_has_suffix (info->key, "seed"))
    {
      GtkWidget *shuffle = make_button ("media-playlist-shuffle-symbolic", _("Another Seed"));

      g_signal_connect_object (shuffle, "clicked", G_CALLBACK (shuffle_cb), link, G_CONNECT_SWAPPED);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), shuffle);
    }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->reset);
  gtk_widget_add_css_class (row, "numeric");
  gtk_editable_set_width_chars (GTK_EDITABLE (row), SPIN_CHARS);
  update_spin (self);
  g_signal_connect_object (row, "notify::value", G_CALLBACK (spin_changed_cb), link, G_CONNECT_SWAPPED);
  return row;
}

/* --- feelings --- */

static void
update_scale (Row *self)
{
  g_autofree char *source = mage_param_link_dup_source (self->link, FALSE);

  mage_scale_row_set_value (MAGE_SCALE_ROW (self->row), mage_param_link_get_number (self->link));
  mage_scale_row_set_source (MAGE_SCALE_ROW (self->row), source);
  /* There is room for one of them where there is much to say. */
  mage_scale_row_set_hint (MAGE_SCALE_ROW (self->row),
                           mage_param_link_is_changed (self->link) || mage_param_link_has_model_default (self->link)
                               ? "" : self->hint);
  update_source (self);
}

static void
scale_changed_cb (MageParamLink *link, GParamSpec *pspec, MageScaleRow *row)
{
  mage_param_link_set_number (link, mage_scale_row_get_value (row));
}

static GtkWidget *
new_scale (MageParamLink *link, guint feeling)
{
  const MageParamInfo *info = mage_param_link_get_info (link);
  double maximum = MIN (MAX (feelings[feeling].maximum, mage_param_link_get_number (link)), info->maximum);
  GtkWidget *row = mage_scale_row_new (MAX (feelings[feeling].minimum, info->minimum), maximum, info->step, count_digits (info));
  Row *self = setup (row, link, G_CALLBACK (update_scale));
  GtkWidget *figures;

  mage_scale_row_set_mark (MAGE_SCALE_ROW (row), mage_param_link_get_default_number (link));
  self->hint = _(feelings[feeling].hint);
  figures = mage_figures_button_new (info);
  if (figures != NULL)
    mage_scale_row_set_button (MAGE_SCALE_ROW (row), figures);
  mage_scale_row_set_button (MAGE_SCALE_ROW (row), self->reset);
  update_scale (self);
  g_signal_connect_object (row, "notify::value", G_CALLBACK (scale_changed_cb), link, G_CONNECT_SWAPPED);
  return row;
}

/* --- switches, choices, texts --- */

static void
update_switch (Row *self)
{
  const char *help = _(mage_param_link_get_info (self->link)->help);
  gboolean changed = mage_param_link_is_changed (self->link);
  g_autofree char *escaped = g_markup_escape_text (help, -1);
  g_autofree char *source = changed ? mage_param_link_dup_source (self->link, FALSE) : NULL;
  g_autofree char *text = changed ? g_strdup_printf ("%s\n%s", escaped, source) : g_strdup (escaped);

  adw_switch_row_set_active (ADW_SWITCH_ROW (self->row), mage_param_link_get_number (self->link) != 0);
  update_source (self);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->row), text);
}

static void
switched_cb (MageParamLink *link, GParamSpec *pspec, AdwSwitchRow *row)
{
  mage_param_link_set_number (link, adw_switch_row_get_active (row));
}

static GtkWidget *
new_switch (MageParamLink *link)
{
  GtkWidget *row = adw_switch_row_new ();
  Row *self = setup (row, link, G_CALLBACK (update_switch));

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->reset);
  update_switch (self);
  g_signal_connect_object (row, "notify::active", G_CALLBACK (switched_cb), link, G_CONNECT_SWAPPED);
  return row;
}

static void
update_choice (Row *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->choices));

  for (guint i = 0; i < n; i++)
    if (g_str_equal (gtk_string_list_get_string (self->choices, i), mage_param_link_get_text (self->link)))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->row), i);
  update_source (self);
}

static void
chosen_cb (MageParamLink *link, GParamSpec *pspec, AdwComboRow *row)
{
  GtkStringObject *chosen = adw_combo_row_get_selected_item (row);

  if (chosen != NULL)
    mage_param_link_set_text (link, gtk_string_object_get_string (chosen));
}

static GtkWidget *
new_choice (MageParamLink *link)
{
  g_auto (GStrv) words = g_strsplit (mage_param_link_get_info (link)->choices, "|", -1);
  GtkWidget *row = adw_combo_row_new ();
  Row *self = setup (row, link, G_CALLBACK (update_choice));
  g_autoptr (GtkStringList) choices = gtk_string_list_new ((const char *const *) words);

  self->choices = choices;
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (choices));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->reset);
  update_choice (self);
  g_signal_connect_object (row, "notify::selected-item", G_CALLBACK (chosen_cb), link, G_CONNECT_SWAPPED);
  return row;
}

static void
update_entry (Row *self)
{
  const char *text = mage_param_link_get_text (self->link);

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (self->row))))
    gtk_editable_set_text (GTK_EDITABLE (self->row), text);
  update_source (self);
}

static void
entry_changed_cb (MageParamLink *link, GtkEditable *row)
{
  mage_param_link_set_text (link, gtk_editable_get_text (row));
}

static GtkWidget *
new_entry (MageParamLink *link)
{
  GtkWidget *row = adw_entry_row_new ();
  Row *self = setup (row, link, G_CALLBACK (update_entry));
  GtkWidget *figures = mage_figures_button_new (mage_param_link_get_info (link));

  if (figures != NULL)
    adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), figures);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), self->reset);
  update_entry (self);
  g_signal_connect_object (row, "changed", G_CALLBACK (entry_changed_cb), link, G_CONNECT_SWAPPED);
  return row;
}

/**
 * mage_param_row_new:
 * @layer: (nullable): of a piece of work; NULL edits the open project
 * @info: a line of the table
 *
 * Returns: an AdwPreferencesRow
 */
GtkWidget *
mage_param_row_new (MageSession *session, MageParamLayer *layer, const MageParamInfo *info)
{
  MageParamLink *link = mage_param_link_new (session, layer, info);

  for (guint i = 0; i < G_N_ELEMENTS (feelings); i++)
    if (g_str_equal (feelings[i].key, info->key))
      return new_scale (link, i);
  switch (info->type)
    {
    case MAGE_PARAM_BOOL:
      return new_switch (link);
    case MAGE_PARAM_CHOICE:
      return new_choice (link);
    case MAGE_PARAM_STRING:
      return new_entry (link);
    case MAGE_PARAM_INT:
    case MAGE_PARAM_DOUBLE:
    default:
      return new_spin (link);
    }
}
