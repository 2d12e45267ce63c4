/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-compare.h"

#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>

/*
 * Which earlier runs of the same thing are laid under the losses. The runs are listed by their records alone; the losses of one
 * are read when it is chosen, in a thread, and not any more when something else is.
 */

struct _MageLossCompare
{
  AdwBin parent_instance;

  MageLossChart *chart;
  MageProject *project;
  MageTrainable *item;
  GtkWidget *button;
  GtkWidget *list;
  GPtrArray *ids;          /* char *: the earlier runs, the newest first */
  GHashTable *chosen;      /* ids */
  GHashTable *series;      /* id → MageSeries, as far as they were read */
  GCancellable *cancellable;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (MageLossCompare, mage_loss_compare, ADW_TYPE_BIN)

enum
{
  PROP_NARROW = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* "bear-2" is the second of its kind. */
static char *
dup_label (const char *id)
{
  const char *dash = strrchr (id, '-');

  return g_strdup_printf (_("Run %s"), dash != NULL ? dash + 1 : id);
}

static char *
dup_path (MageLossCompare *self, const char *id, const char *file)
{
  g_autofree char *runs = mage_project_dup_path (self->project, "runs");

  return g_build_filename (runs, id, file, NULL);
}

/* --- what is chosen --- */

static void
show_title (MageLossCompare *self)
{
  guint n = g_hash_table_size (self->chosen);
  g_autofree char *label = NULL;
  g_autofree char *title = NULL;

  for (guint i = 0; n == 1 && i < self->ids->len; i++)
    if (g_hash_table_contains (self->chosen, g_ptr_array_index (self->ids, i)))
      label = dup_label (g_ptr_array_index (self->ids, i));
  if (n == 0)
    title = g_strdup (_("Compare"));
  else if (label != NULL)
    title = g_strdup_printf (_("Compare: %s"), label);
  else
    title = g_strdup_printf (ngettext ("Compare: %u run", "Compare: %u runs", n), n);
  if (self->narrow)
    gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "view-dual-symbolic");
  else
    gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), title);
  gtk_widget_set_tooltip_text (self->button, self->narrow ? title : _("Earlier runs on the same chart"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
show_runs (MageLossCompare *self)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_loss_run_free);

  for (guint i = 0; i < self->ids->len; i++)
    {
      const char *id = g_ptr_array_index (self->ids, i);
      MageSeries *series = g_hash_table_lookup (self->series, id);
      g_autofree char *label = dup_label (id);

      if (series != NULL && g_hash_table_contains (self->chosen, id))
        g_ptr_array_add (runs, mage_loss_run_new (label, series));
    }
  mage_loss_chart_take_earlier (self->chart, g_steal_pointer (&runs));
  show_title (self);
}

typedef struct
{
  MageLossCompare *compare;
  char *id;
} Load;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Load *load = data;
  g_autoptr (MageLossCompare) self = load->compare;
  g_autofree char *id = load->id;
  g_autoptr (GError) error = NULL;
  MageSeries *series = mage_load_losses_finish (result, &error);

  if (series == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("%s", error->message);
      return;
    }
  g_hash_table_insert (self->series, g_strdup (id), series);
  if (self->chart != NULL)
    show_runs (self);
}

static void
load (MageLossCompare *self, const char *id)
{
  g_autofree char *path = dup_path (self, id, MAGE_RUN_LOSSES);
  Load *data = g_new0 (Load, 1);

  data->compare = g_object_ref (self);
  data->id = g_strdup (id);
  mage_load_losses_async (path, self->cancellable, loaded_cb, data);
}

/** mage_loss_compare_choose: lays the run @id under the chart, or takes it away. */
void
mage_loss_compare_choose (MageLossCompare *self, const char *id, gboolean chosen)
{
  if (chosen == g_hash_table_contains (self->chosen, id))
    return;
  if (chosen)
    g_hash_table_add (self->chosen, g_strdup (id));
  else
    g_hash_table_remove (self->chosen, id);
  if (chosen && !g_hash_table_contains (self->series, id))
    load (self, id);
  show_runs (self);
}

/* --- the list --- */

static void
toggled_cb (MageLossCompare *self, GtkCheckButton *check)
{
  mage_loss_compare_choose (self, g_object_get_data (G_OBJECT (check), "run"), gtk_check_button_get_active (check));
}

static char *
dup_words (MageRun *run)
{
  g_autofree char *label = dup_label (mage_run_get_id (run));
  guint n = mage_run_get_step (run);

  /* Translators: %s is “Run 2” */
  return g_strdup_printf (ngettext ("%s · %u step", "%s · %u steps", n), label, n);
}

static void
add_row (MageLossCompare *self, MageRun *run)
{
  g_autofree char *words = dup_words (run);
  GtkWidget *check = gtk_check_button_new_with_label (words);

  g_object_set_data_full (G_OBJECT (check), "run", g_strdup (mage_run_get_id (run)), g_free);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), g_hash_table_contains (self->chosen, mage_run_get_id (run)));
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->list), check);
}

static gboolean
is_of_item (MageLossCompare *self, MageRun *run)
{
  MageRun *own = mage_trainable_get_run (self->item);

  return g_strcmp0 (mage_run_get_kind (run), mage_trainable_get_kind (self->item)) == 0
         && g_strcmp0 (mage_run_get_text (run, "name"), mage_trainable_get_name (self->item)) == 0
         && (own == NULL || !g_str_equal (mage_run_get_id (run), mage_run_get_id (own)));
}

static int
compare_runs (gconstpointer a, gconstpointer b)
{
  MageRun *first = *(MageRun *const *) a;
  MageRun *second = *(MageRun *const *) b;

  return g_strcmp0 (mage_run_get_text (second, "started"), mage_run_get_text (first, "started"));
}

static GPtrArray *
list_runs (MageLossCompare *self)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *path = mage_project_dup_path (self->project, "runs");
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (path, name, NULL);
      g_autofree char *losses = g_build_filename (folder, MAGE_RUN_LOSSES, NULL);
      g_autoptr (MageRun) run = g_file_test (losses, G_FILE_TEST_EXISTS) ? mage_run_load (folder, NULL) : NULL;

      if (run != NULL && is_of_item (self, run))
        g_ptr_array_add (runs, g_steal_pointer (&run));
    }
  g_ptr_array_sort (runs, compare_runs);
  return g_steal_pointer (&runs);
}

static gboolean
is_listed (gpointer id, gpointer series, gpointer ids)
{
  return !g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL);
}

/** mage_loss_compare_look: lists the runs anew; when another one is shown. */
void
mage_loss_compare_look (MageLossCompare *self)
{
  g_autoptr (GPtrArray) runs = list_runs (self);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; i < runs->len; i++)
    g_ptr_array_add (self->ids, g_strdup (mage_run_get_id (g_ptr_array_index (runs, i))));
  g_hash_table_foreach_remove (self->chosen, is_listed, self->ids);
  for (guint i = 0; i < runs->len; i++)
    add_row (self, g_ptr_array_index (runs, i));
  gtk_widget_set_visible (GTK_WIDGET (self), runs->len > 0);
  show_runs (self);
}

/** mage_loss_compare_get_n_runs: how many earlier runs there are. */
guint
mage_loss_compare_get_n_runs (MageLossCompare *self)
{
  return self->ids->len;
}

/* --- the object --- */

static void
mage_loss_compare_dispose (GObject *object)
{
  MageLossCompare *self = MAGE_LOSS_COMPARE (object);

  g_cancellable_cancel (self->cancellable);
  self->chart = NULL;
  G_OBJECT_CLASS (mage_loss_compare_parent_class)->dispose (object);
}

static void
mage_loss_compare_finalize (GObject *object)
{
  MageLossCompare *self = MAGE_LOSS_COMPARE (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->project);
  g_clear_object (&self->item);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_clear_pointer (&self->chosen, g_hash_table_unref);
  g_clear_pointer (&self->series, g_hash_table_unref);
  G_OBJECT_CLASS (mage_loss_compare_parent_class)->finalize (object);
}

static void
mage_loss_compare_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NARROW)
    g_value_set_boolean (value, MAGE_LOSS_COMPARE (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mage_loss_compare_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageLossCompare *self = MAGE_LOSS_COMPARE (object);

  if (id != PROP_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->narrow == g_value_get_boolean (value))
    return;
  self->narrow = g_value_get_boolean (value);
  show_title (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
mage_loss_compare_class_init (MageLossCompareClass *klass)
{
  /** MageLossCompare:narrow: a title has no room; it is an icon. */
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  G_OBJECT_CLASS (klass)->get_property = mage_loss_compare_get_property;
  G_OBJECT_CLASS (klass)->set_property = mage_loss_compare_set_property;
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  G_OBJECT_CLASS (klass)->dispose = mage_loss_compare_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_loss_compare_finalize;
}

static void
mage_loss_compare_init (MageLossCompare *self)
{
  GtkWidget *popover = gtk_popover_new ();

  self->cancellable = g_cancellable_new ();
  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->chosen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_margin_top (self->list, 6);
  gtk_widget_set_margin_bottom (self->list, 6);
  gtk_widget_set_margin_start (self->list, 6);
  gtk_widget_set_margin_end (self->list, 6);
  gtk_popover_set_child (GTK_POPOVER (popover), self->list);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_menu_button_set_can_shrink (GTK_MENU_BUTTON (self->button), TRUE);
  adw_bin_set_child (ADW_BIN (self), self->button);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/** mage_loss_compare_set_up: once. @chart: borrowed; it has to live as long. */
void
mage_loss_compare_set_up (MageLossCompare *self, MageLossChart *chart, MageProject *project, MageTrainable *item)
{
  self->chart = chart;
  self->project = g_object_ref (project);
  self->item = g_object_ref (item);
  mage_loss_compare_look (self);
}
