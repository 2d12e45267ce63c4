/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-figures-button.h"

#include "project/mage-paper-figures.h"

#include <glib/gi18n.h>

/* Behind a small button of a parameter's row: what its symbol means, and what the paper measured of it, as a table. */

#define N_COLUMNS 5

/* Values that are sentences are broken into lines of so many letters. */
#define SENTENCE 22

/* A column of what the paper did not measure is left out. */
static gboolean
is_measured (const MagePaperFigures *figures, guint column)
{
  const double values[N_COLUMNS] = { 1, figures->rows[0].clip_t, figures->rows[0].clip_i, figures->rows[0].dino_i,
                                     figures->rows[0].consistency };

  return values[column] > 0;
}

static GtkWidget *
make_cell (const char *text, GtkAccessibleRole role, GtkSizeGroup *column, gboolean chosen)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", role, NULL);
  gboolean sentence = role != GTK_ACCESSIBLE_ROLE_COLUMN_HEADER && g_utf8_strlen (text, -1) > SENTENCE;

  /* Of the head the first is a symbol, with its index below. */
  if (role == GTK_ACCESSIBLE_ROLE_COLUMN_HEADER)
    gtk_label_set_markup (GTK_LABEL (label), text);
  else
    gtk_label_set_text (GTK_LABEL (label), text);
  gtk_label_set_xalign (GTK_LABEL (label), sentence ? 0 : 1);
  gtk_label_set_wrap (GTK_LABEL (label), sentence);
  gtk_label_set_width_chars (GTK_LABEL (label), sentence ? SENTENCE : -1);
  gtk_label_set_max_width_chars (GTK_LABEL (label), sentence ? SENTENCE : -1);
  gtk_widget_add_css_class (label, role == GTK_ACCESSIBLE_ROLE_COLUMN_HEADER ? "dim-label" : "numeric");
  if (chosen)
    gtk_widget_add_css_class (label, "heading");
  gtk_size_group_add_widget (column, label);
  return label;
}

typedef struct
{
  GtkWidget *widget;
  const MagePaperFigures *figures;
  GtkSizeGroup *columns[N_COLUMNS];
} Table;

static void
add_row (Table *self, const char *const *texts, gboolean head, gboolean chosen)
{
  GtkWidget *row = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ROW, NULL);

  gtk_box_set_spacing (GTK_BOX (row), 16);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      GtkAccessibleRole role = head ? GTK_ACCESSIBLE_ROLE_COLUMN_HEADER
                               : i == 0 ? GTK_ACCESSIBLE_ROLE_ROW_HEADER : GTK_ACCESSIBLE_ROLE_CELL;

      if (is_measured (self->figures, i))
        gtk_box_append (GTK_BOX (row), make_cell (texts[i], role, self->columns[i], chosen));
    }
  gtk_box_append (GTK_BOX (self->widget), row);
}

static void
add_values (Table *self, guint i)
{
  const MagePaperFigures *figures = self->figures;
  g_autofree char *clip_t = g_strdup_printf ("%.3f", figures->rows[i].clip_t);
  g_autofree char *clip_i = g_strdup_printf ("%.3f", figures->rows[i].clip_i);
  g_autofree char *dino_i = g_strdup_printf ("%.3f", figures->rows[i].dino_i);
  g_autofree char *consistency = g_strdup_printf ("%.3f", figures->rows[i].consistency);
  g_autofree char *quoted = g_utf8_strlen (figures->rows[i].value, -1) > SENTENCE ? g_strdup_printf (_("“%s”"), figures->rows[i].value)
                                                                                  : g_strdup (figures->rows[i].value);
  /* Translators: the value that the paper chose, in its table of values */
  g_autofree char *value = i == figures->chosen ? g_strdup_printf (_("%s, chosen"), quoted) : g_strdup (quoted);
  const char *texts[N_COLUMNS] = { value, clip_t, clip_i, dino_i, consistency };

  add_row (self, texts, FALSE, i == figures->chosen);
}

static GtkWidget *
make_table (const MagePaperFigures *figures, const char *symbol)
{
  Table table = { g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_TABLE, NULL), figures, { NULL } };
  const char *head[N_COLUMNS] = { symbol, _("Text"), _("Picture"), _("Subject"), _("Steadiness") };

  for (guint i = 0; i < N_COLUMNS; i++)
    table.columns[i] = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (table.widget), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (table.widget), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (table.widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What the paper measured"), -1);
  add_row (&table, head, TRUE, FALSE);
  for (guint i = 0; i < MAGE_PAPER_VALUES; i++)
    add_values (&table, i);
  for (guint i = 0; i < N_COLUMNS; i++)
    g_object_unref (table.columns[i]);
  return table.widget;
}

static GtkWidget *
make_text (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 44);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static char *
dup_symbol (const MageParamInfo *info)
{
  return info->symbol != NULL ? g_strdup_printf ("<i>%s</i>", info->symbol) : g_markup_escape_text (_(info->label), -1);
}

static const char *
get_explanation (const MagePaperFigures *figures)
{
  if (!is_measured (figures, 1))
    return _("Measured in the paper over 72 combinations with ZeroScope: how well a video fits its pictures (CLIP-I) and its "
             "subject (DINO-I). More is better.");
  return _("Measured in the paper over 72 combinations with ZeroScope: how well a video fits its "
           "text and pictures (CLIP-T, CLIP-I), its subject (DINO-I) and itself from frame "
           "to frame. More is better.");
}

static GtkWidget *
make_popover (const MageParamInfo *info)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autofree char *symbol = dup_symbol (info);

  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_box_append (GTK_BOX (box), make_text (_(info->help), "body"));
  gtk_box_append (GTK_BOX (box), make_table (mage_paper_figures_find (info->key), symbol));
  gtk_box_append (GTK_BOX (box), make_text (get_explanation (mage_paper_figures_find (info->key)), "caption"));
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  return popover;
}

/** mage_figures_button_new: Returns: (transfer floating) (nullable): NULL where the paper measured nothing of the parameter */
GtkWidget *
mage_figures_button_new (const MageParamInfo *info)
{
  GtkWidget *button;
  g_autofree char *name = g_strdup_printf (_("About %s"), _(info->label));

  if (mage_paper_figures_find (info->key) == NULL)
    return NULL;
  button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "help-about-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), make_popover (info));
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  return button;
}
