/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compare-table.h"

#include <glib/gi18n.h>

/* What differs between videos as a list, a column for each; what is the same is folded into one row. */

/* Long values are cut, and whole in their tooltip; the more videos, the less room for each. */
#define CHARS_OF_ALL 18

static char *
dup_title (const MageDifference *one)
{
  g_autofree char *label = g_markup_escape_text (one->label, -1);

  return one->symbol != NULL ? g_strdup_printf ("%s <span alpha=\"65%%\"><i>%s</i></span>", label, one->symbol)
                             : g_steal_pointer (&label);
}

static void
add_value (GtkWidget *row, GtkSizeGroup *column, const char *value, guint n_videos)
{
  GtkWidget *label = gtk_label_new (value);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), (int) MAX (4, CHARS_OF_ALL / n_videos));
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_set_tooltip_text (label, value);
  gtk_size_group_add_widget (column, label);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
}

/* Under the names of the columns. */
static GtkWidget *
make_head (GtkSizeGroup **columns, guint n_videos)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_printf_escaped ("<span alpha=\"65%%\">%s</span>", _("Setting"));

  gtk_widget_add_css_class (row, "made-row");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  for (guint i = 0; i < n_videos; i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      GtkWidget *badge = gtk_label_new (NULL);

      mage_choice_badge_show (GTK_LABEL (badge), (int) i);
      gtk_widget_add_css_class (badge, "small");
      gtk_widget_set_halign (badge, GTK_ALIGN_END);
      gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
      gtk_widget_set_hexpand (badge, TRUE);
      gtk_widget_set_hexpand (box, FALSE); /* a column is as wide as its values */
      gtk_box_append (GTK_BOX (box), badge);
      gtk_size_group_add_widget (columns[i], box);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
    }
  return row;
}

/* What is too long for a column has a line for each video. */
static gboolean
is_long (const MageDifference *one, guint n_videos)
{
  for (guint i = 0; i < n_videos; i++)
    if (g_utf8_strlen (one->values[i], -1) > CHARS_OF_ALL)
      return TRUE;
  return FALSE;
}

static char *
dup_lines (const MageDifference *one, guint n_videos)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < n_videos; i++)
    {
      g_autofree char *value = g_markup_escape_text (one->values[i], -1);

      g_string_append_printf (lines, "%s<b>%c</b>  %s", i > 0 ? "\n" : "", 'A' + i, value);
    }
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static GtkWidget *
make_row (const MageDifference *one, GtkSizeGroup **columns, guint n_videos)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = dup_title (one);

  gtk_widget_add_css_class (row, "made-row");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (is_long (one, n_videos))
    {
      g_autofree char *lines = dup_lines (one, n_videos);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), lines);
      return row;
    }
  for (guint i = 0; i < n_videos; i++)
    add_value (row, columns[i], one->values[i], n_videos);
  return row;
}

/* The same for all needs one value. */
static GtkWidget *
make_same_row (const MageDifference *one, GtkSizeGroup *column)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = dup_title (one);

  gtk_widget_add_css_class (row, "made-row");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  add_value (row, column, one->values[0], 1);
  return row;
}

static void
add_same (AdwPreferencesGroup *group, GPtrArray *differences, guint n)
{
  g_autoptr (GtkSizeGroup) column = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autofree char *title = g_strdup_printf (ngettext ("%u setting is the same", "%u settings are the same", n), n);
  GtkWidget *expander = adw_expander_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), title);
  for (guint i = 0; i < differences->len; i++)
    {
      MageDifference *one = g_ptr_array_index (differences, i);

      if (!one->differs)
        adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), make_same_row (one, column));
    }
  adw_preferences_group_add (group, expander);
}

static void
add_nothing (AdwPreferencesGroup *group)
{
  GtkWidget *row = adw_action_row_new ();

  gtk_widget_add_css_class (row, "made-row");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Nothing: they were made alike"));
  adw_preferences_group_add (group, row);
}

/** mage_compare_table_fill: puts the list into @box, which holds nothing else. */
void
mage_compare_table_fill (GtkBox *box, GPtrArray *differences, guint n_videos)
{
  GtkSizeGroup *columns[MAGE_CHOICE_MAX];
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *child;
  guint n_same = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  for (guint i = 0; i < n_videos; i++)
    columns[i] = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("What Differs"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_head (columns, n_videos));
  for (guint i = 0; i < differences->len; i++)
    {
      MageDifference *one = g_ptr_array_index (differences, i);

      n_same += !one->differs;
      if (one->differs)
        adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_row (one, columns, n_videos));
    }
  if (n_same == differences->len)
    add_nothing (ADW_PREFERENCES_GROUP (group));
  if (n_same > 0)
    add_same (ADW_PREFERENCES_GROUP (group), differences, n_same);
  gtk_box_append (box, group);
  for (guint i = 0; i < n_videos; i++)
    g_object_unref (columns[i]);
}
