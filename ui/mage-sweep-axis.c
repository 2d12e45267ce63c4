/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sweep-axis.h"

#include <glib/gi18n.h>
#include <math.h>

/* What varies in one direction of a sweep: the parameter, and its values, typed or drawn out between two ends. */

#define COUNT 3
#define COUNT_MAX 12

struct _MageSweepAxis
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *infos;      /* const MageParamInfo, as in the list */
  gboolean optional;     /* the list begins with nothing */
  gboolean following;    /* the ends follow the text, and the text the ends */
  AdwComboRow *param;
  AdwEntryRow *values;
  AdwActionRow *range;
  GtkScale *from;
  GtkScale *to;
  AdwSpinRow *count;
};

G_DEFINE_FINAL_TYPE (MageSweepAxis, mage_sweep_axis, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_number (const MageParamInfo *info)
{
  return info != NULL && (info->type == MAGE_PARAM_INT || info->type == MAGE_PARAM_DOUBLE);
}

/* A scale cannot be dragged over nine powers of ten: it ends where a value makes sense, typed ones may lie beyond. */
static double
get_end (const MageParamInfo *info)
{
  return MIN (info->maximum, info->number > 0 ? 4 * info->number : 20 * info->step);
}

static void
changed_cb (MageSweepAxis *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
spread_cb (MageSweepAxis *self)
{
  const MageParamInfo *info = mage_sweep_axis_get_info (self);
  g_auto (GStrv) values = NULL;
  g_autofree char *text = NULL;

  if (!is_number (info) || !self->following)
    return;
  values = mage_sweep_spread_values (info, gtk_range_get_value (GTK_RANGE (self->from)), gtk_range_get_value (GTK_RANGE (self->to)),
                                     (guint) adw_spin_row_get_value (self->count));
  text = g_strjoinv (", ", values);
  self->following = FALSE;
  gtk_editable_set_text (GTK_EDITABLE (self->values), text);
  self->following = TRUE;
}

static void
typed_cb (MageSweepAxis *self)
{
  const MageParamInfo *info = mage_sweep_axis_get_info (self);
  g_auto (GStrv) values = NULL;
  guint n;

  if (is_number (info) && self->following)
    values = mage_sweep_parse_values (info, gtk_editable_get_text (GTK_EDITABLE (self->values)), NULL);
  n = values != NULL ? g_strv_length (values) : 0;
  if (n > 0)
    {
      self->following = FALSE;
      gtk_range_set_value (GTK_RANGE (self->from), g_ascii_strtod (values[0], NULL));
      gtk_range_set_value (GTK_RANGE (self->to), g_ascii_strtod (values[n - 1], NULL));
      adw_spin_row_set_value (self->count, n);
      self->following = TRUE;
    }
  changed_cb (self);
}

static void
set_scale (GtkScale *scale, const MageParamInfo *info, double value)
{
  gtk_range_set_range (GTK_RANGE (scale), info->minimum, get_end (info));
  gtk_range_set_increments (GTK_RANGE (scale), info->step, 10 * info->step);
  gtk_scale_set_digits (scale, info->type == MAGE_PARAM_INT || info->step >= 1 ? 0 : 2);
  gtk_range_set_value (GTK_RANGE (scale), mage_sweep_round_value (info, value));
}

/* What can be chosen is offered whole, a number around its default. */
static void
chosen_cb (MageSweepAxis *self)
{
  const MageParamInfo *info = mage_sweep_axis_get_info (self);

  gtk_widget_set_visible (GTK_WIDGET (self->values), info != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->range), is_number (info));
  gtk_widget_set_visible (GTK_WIDGET (self->count), is_number (info));
  if (is_number (info))
    {
      self->following = FALSE;
      set_scale (self->from, info, info->number / 2);
      set_scale (self->to, info, info->number > 0 ? MIN (1.5 * info->number, info->maximum) : get_end (info));
      self->following = TRUE;
      spread_cb (self);
    }
  else if (info != NULL && info->choices != NULL)
    {
      g_auto (GStrv) words = g_strsplit (info->choices, "|", -1);
      g_autofree char *text = g_strjoinv (", ", words);

      gtk_editable_set_text (GTK_EDITABLE (self->values), text);
    }
  else
    gtk_editable_set_text (GTK_EDITABLE (self->values), "");
  changed_cb (self);
}

static void
fill (MageSweepAxis *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  if (self->optional)
    gtk_string_list_append (names, _("Nothing"));
  for (guint i = 0; i < n; i++)
    if (mage_sweep_can_vary (&table[i]))
      {
        g_ptr_array_add (self->infos, (gpointer) &table[i]);
        gtk_string_list_append (names, _(table[i].label));
      }
  adw_combo_row_set_model (self->param, G_LIST_MODEL (names));
}

/* --- the object --- */

static void
mage_sweep_axis_finalize (GObject *object)
{
  g_ptr_array_unref (MAGE_SWEEP_AXIS (object)->infos);
  G_OBJECT_CLASS (mage_sweep_axis_parent_class)->finalize (object);
}

static void
mage_sweep_axis_class_init (MageSweepAxisClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_sweep_axis_finalize;
  /** MageSweepAxis::changed: the parameter or its values. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkScale *
add_scale (MageSweepAxis *self, GtkBox *box, const char *label)
{
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.05);

  gtk_scale_set_draw_value (GTK_SCALE (scale), TRUE);
  gtk_scale_set_value_pos (GTK_SCALE (scale), GTK_POS_RIGHT);
  gtk_widget_set_hexpand (scale, TRUE);
  gtk_widget_set_size_request (scale, 150, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_tooltip_text (scale, label);
  gtk_box_append (box, scale);
  g_signal_connect_object (scale, "value-changed", G_CALLBACK (spread_cb), self, G_CONNECT_SWAPPED);
  return GTK_SCALE (scale);
}

static void
mage_sweep_axis_init (MageSweepAxis *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->infos = g_ptr_array_new ();
  self->param = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->param), _("Setting"));
  self->values = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->values), _("Values, divided by commas"));
  self->range = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->range), _("From, to"));
  self->from = add_scale (self, GTK_BOX (box), _("First value"));
  self->to = add_scale (self, GTK_BOX (box), _("Last value"));
  adw_action_row_add_suffix (self->range, box);
  self->count = ADW_SPIN_ROW (adw_spin_row_new_with_range (1, COUNT_MAX, 1));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->count), _("How many"));
  adw_spin_row_set_value (self->count, COUNT);
  adw_preferences_group_add (group, GTK_WIDGET (self->param));
  adw_preferences_group_add (group, GTK_WIDGET (self->range));
  adw_preferences_group_add (group, GTK_WIDGET (self->count));
  adw_preferences_group_add (group, GTK_WIDGET (self->values));
  g_signal_connect_object (self->param, "notify::selected", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->count, "notify::value", G_CALLBACK (spread_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->values, "changed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
}

/** mage_sweep_axis_new: @optional: nothing need vary in this direction */
GtkWidget *
mage_sweep_axis_new (const char *title, gboolean optional)
{
  MageSweepAxis *self = g_object_new (MAGE_TYPE_SWEEP_AXIS, "title", title, NULL);

  self->optional = optional;
  fill (self);
  chosen_cb (self);
  return GTK_WIDGET (self);
}

/** mage_sweep_axis_choose: @key: (nullable): of a parameter; NULL: nothing */
void
mage_sweep_axis_choose (MageSweepAxis *self, const char *key)
{
  for (guint i = 0; i < self->infos->len; i++)
    if (g_strcmp0 (((const MageParamInfo *) g_ptr_array_index (self->infos, i))->key, key) == 0)
      adw_combo_row_set_selected (self->param, i + self->optional);
  if (key == NULL && self->optional)
    adw_combo_row_set_selected (self->param, 0);
}

/** mage_sweep_axis_get_info: Returns: (transfer none) (nullable): what varies; NULL: nothing */
const MageParamInfo *
mage_sweep_axis_get_info (MageSweepAxis *self)
{
  guint chosen = adw_combo_row_get_selected (self->param);

  if (chosen == GTK_INVALID_LIST_POSITION || (self->optional && chosen == 0))
    return NULL;
  chosen -= self->optional;
  return chosen < self->infos->len ? g_ptr_array_index (self->infos, chosen) : NULL;
}

/** mage_sweep_axis_set_text: as if it had been typed. */
void
mage_sweep_axis_set_text (MageSweepAxis *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->values), text);
}

/** mage_sweep_axis_get_end: what the scale of the first value, or of the @last, shows. */
double
mage_sweep_axis_get_end (MageSweepAxis *self, gboolean last)
{
  return gtk_range_get_value (GTK_RANGE (last ? self->to : self->from));
}

/** mage_sweep_axis_dup_values: Returns: (transfer full) (nullable): the values, of what varies */
GStrv
mage_sweep_axis_dup_values (MageSweepAxis *self, GError **error)
{
  const MageParamInfo *info = mage_sweep_axis_get_info (self);
  g_auto (GStrv) values = NULL;

  g_return_val_if_fail (info != NULL, NULL);

  values = mage_sweep_parse_values (info, gtk_editable_get_text (GTK_EDITABLE (self->values)), error);
  if (values == NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->values), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->values), "error");
  return g_steal_pointer (&values);
}
