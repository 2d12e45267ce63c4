/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-search.h"

#include "project/mage-name.h"
#include "project/mage-result-parts.h"

#include <glib/gi18n.h>

/* The line above the videos: words, the star, and who takes part. What can be chosen is what the videos have. */

struct _MageResultSearch
{
  AdwBin parent_instance;

  MageResultFilter *filter;
  GListModel *results;
  GPtrArray *tokens;  /* as in the list, from its second line on */
  GPtrArray *motions;
  gboolean filling;   /* the lists change, not what is chosen */
  GtkSearchEntry *entry;
  GtkToggleButton *starred;
  GtkWidget *more;
  GtkDropDown *subject;
  GtkDropDown *motion;
  GtkDropDown *method;
};

G_DEFINE_FINAL_TYPE (MageResultSearch, mage_result_search, ADW_TYPE_BIN)

static void
search_cb (MageResultSearch *self)
{
  mage_result_filter_set_text (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
starred_cb (MageResultSearch *self)
{
  gboolean starred = gtk_toggle_button_get_active (self->starred);

  gtk_button_set_icon_name (GTK_BUTTON (self->starred), starred ? "starred-symbolic" : "non-starred-symbolic");
  mage_result_filter_set_starred (self->filter, starred);
}

static const char *
get_chosen (GtkDropDown *list, GPtrArray *values)
{
  guint i = gtk_drop_down_get_selected (list);

  return i > 0 && i <= values->len ? g_ptr_array_index (values, i - 1) : NULL;
}

static void
chosen_cb (MageResultSearch *self)
{
  guint n;
  const MageVariant *table = mage_variant_table (&n);
  guint i = gtk_drop_down_get_selected (self->method);
  const char *subject = get_chosen (self->subject, self->tokens);
  const char *motion = get_chosen (self->motion, self->motions);

  if (self->filling)
    return;
  mage_result_filter_set_subject (self->filter, subject);
  mage_result_filter_set_motion (self->filter, motion);
  mage_result_filter_set_method (self->filter, i > 0 && i <= n ? &table[i - 1] : NULL);
  if (subject != NULL || motion != NULL || i > 0)
    gtk_widget_add_css_class (self->more, "accent");
  else
    gtk_widget_remove_css_class (self->more, "accent");
}

static void
reset_cb (MageResultSearch *self)
{
  mage_result_search_reset (self);
}

/* --- what can be chosen --- */

static void
add_value (GPtrArray *values, const char *value)
{
  if (!g_ptr_array_find_with_equal_func (values, value, g_str_equal, NULL))
    g_ptr_array_add (values, g_strdup (value));
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

/* "" is no motion. */
static char *
dup_label (const char *value)
{
  if (*value == '\0')
    return g_strdup (_("No motion"));
  return *value == '<' ? g_strdup (value) : mage_name_to_words (value);
}

static void
fill (GtkDropDown *list, const char *all, GPtrArray *values, const char *kept)
{
  g_autoptr (GtkStringList) strings = gtk_string_list_new (NULL);
  guint chosen = 0;

  gtk_string_list_append (strings, all);
  for (guint i = 0; i < values->len; i++)
    {
      gtk_string_list_take (strings, dup_label (g_ptr_array_index (values, i)));
      if (g_strcmp0 (kept, g_ptr_array_index (values, i)) == 0)
        chosen = i + 1;
    }
  gtk_drop_down_set_model (list, G_LIST_MODEL (strings));
  gtk_drop_down_set_selected (list, chosen);
}

static void
refill (MageResultSearch *self)
{
  g_autofree char *token = g_strdup (get_chosen (self->subject, self->tokens));
  g_autofree char *motion = g_strdup (get_chosen (self->motion, self->motions));

  g_ptr_array_set_size (self->tokens, 0);
  g_ptr_array_set_size (self->motions, 0);
  for (guint i = 0; i < g_list_model_get_n_items (self->results); i++)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (self->results, i);
      g_auto (GStrv) tokens = mage_result_dup_tokens (result);

      for (guint k = 0; tokens[k] != NULL; k++)
        add_value (self->tokens, tokens[k]);
      add_value (self->motions, mage_result_find_motion (result));
    }
  g_ptr_array_sort (self->tokens, compare_values);
  g_ptr_array_sort (self->motions, compare_values);
  self->filling = TRUE;
  fill (self->subject, _("Every subject"), self->tokens, token);
  fill (self->motion, _("Every motion"), self->motions, motion);
  self->filling = FALSE;
  chosen_cb (self);
}

static void
fill_methods (MageResultSearch *self)
{
  g_autoptr (GtkStringList) strings = gtk_string_list_new (NULL);
  guint n;
  const MageVariant *table = mage_variant_table (&n);

  gtk_string_list_append (strings, _("Every method"));
  for (guint i = 0; i < n; i++)
    gtk_string_list_append (strings, _(table[i].label));
  gtk_drop_down_set_model (self->method, G_LIST_MODEL (strings));
}

/* --- the object --- */

static void
mage_result_search_dispose (GObject *object)
{
  MageResultSearch *self = MAGE_RESULT_SEARCH (object);

  /* The template would take the bin's child without telling the bin. */
  self->filling = TRUE;
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_RESULT_SEARCH);
  g_clear_object (&self->filter);
  g_clear_object (&self->results);
  g_clear_pointer (&self->tokens, g_ptr_array_unref);
  g_clear_pointer (&self->motions, g_ptr_array_unref);
  G_OBJECT_CLASS (mage_result_search_parent_class)->dispose (object);
}

static void
mage_result_search_class_init (MageResultSearchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_result_search_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-result-search.ui");
  gtk_widget_class_bind_template_child (widget_class, MageResultSearch, entry);
  gtk_widget_class_bind_template_child (widget_class, MageResultSearch, starred);
  gtk_widget_class_bind_template_child (widget_class, MageResultSearch, more);
  gtk_widget_class_bind_template_child (widget_class, MageResultSearch, subject);
  gtk_widget_class_bind_template_child (widget_class, MageResultSearch, motion);
  gtk_widget_class_bind_template_child (widget_class, MageResultSearch, method);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, starred_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
}

static void
mage_result_search_init (MageResultSearch *self)
{
  self->filter = mage_result_filter_new ();
  self->tokens = g_ptr_array_new_with_free_func (g_free);
  self->motions = g_ptr_array_new_with_free_func (g_free);
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_methods (self);
  self->filling = FALSE;
}

/** mage_result_search_set_results: what is searched. */
void
mage_result_search_set_results (MageResultSearch *self, GListModel *results)
{
  g_return_if_fail (self->results == NULL);

  self->results = g_object_ref (results);
  g_signal_connect_object (results, "items-changed", G_CALLBACK (refill), self, G_CONNECT_SWAPPED);
  refill (self);
}

/** mage_result_search_get_filter: Returns: (transfer none): follows what is chosen */
MageResultFilter *
mage_result_search_get_filter (MageResultSearch *self)
{
  return self->filter;
}

/** mage_result_search_set_text: as if it had been typed. */
void
mage_result_search_set_text (MageResultSearch *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  search_cb (self);
}

/** mage_result_search_reset: every video is wanted. */
void
mage_result_search_reset (MageResultSearch *self)
{
  mage_result_search_set_text (self, "");
  gtk_toggle_button_set_active (self->starred, FALSE);
  gtk_drop_down_set_selected (self->subject, 0);
  gtk_drop_down_set_selected (self->motion, 0);
  gtk_drop_down_set_selected (self->method, 0);
}
