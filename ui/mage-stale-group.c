/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-stale-group.h"

#include "ui/mage-param-row.h"
#include "ui/mage-stale.h"

#include <glib/gi18n.h>

/*
 * The parameters that are learned into what makes a video. One that no longer fits what was trained is
 * marked; the last row says who that is, and trains just that again.
 */

static const char *const keys[] = { "omega", "lambda1", "lambda2" };

struct _MageStaleGroup
{
  AdwPreferencesGroup parent_instance;

  MageSession *session;
  GtkWidget *rows[G_N_ELEMENTS (keys)];
  GtkWidget *retrain;
};

G_DEFINE_FINAL_TYPE (MageStaleGroup, mage_stale_group, ADW_TYPE_PREFERENCES_GROUP)

static gboolean
is_under_way (MageStaleGroup *self, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    if (mage_session_find_job (self->session, g_ptr_array_index (items, i)) != NULL)
      return TRUE;
  return FALSE;
}

static void
mark_rows (MageStaleGroup *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GPtrArray) items = mage_stale_list_by (mage_session_get_project (self->session), mage_param_table_find (keys[i]));

      if (items->len > 0)
        gtk_widget_add_css_class (self->rows[i], "stale");
      else
        gtk_widget_remove_css_class (self->rows[i], "stale");
    }
}

static void
show_stale (MageStaleGroup *self)
{
  g_autoptr (GPtrArray) items = mage_stale_list (mage_session_get_project (self->session));
  g_autofree char *names = mage_stale_dup_names (items);

  mark_rows (self);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->retrain), names);
  gtk_widget_set_visible (self->retrain, items->len > 0);
  gtk_widget_set_sensitive (self->retrain, !is_under_way (self, items));
}

static void watch_items (MageStaleGroup *self);

static void
watch_item (MageStaleGroup *self, MageTrainable *item)
{
  g_signal_handlers_disconnect_by_func (item, show_stale, self);
  g_signal_connect_object (item, "notify::state", G_CALLBACK (show_stale), self, G_CONNECT_SWAPPED);
}

static void
watch_list (MageStaleGroup *self, GListStore *list)
{
  g_signal_handlers_disconnect_by_func (list, watch_items, self);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (watch_items), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      watch_item (self, item);
    }
}

static void
watch_items (MageStaleGroup *self)
{
  MageProject *project = mage_session_get_project (self->session);

  watch_list (self, mage_project_get_subjects (project));
  watch_list (self, mage_project_get_motions (project));
  watch_item (self, MAGE_TRAINABLE (mage_project_get_fusion (project)));
  show_stale (self);
}

static void
retrain_cb (MageStaleGroup *self)
{
  mage_stale_retrain (self->session);
}

static void
mage_stale_group_dispose (GObject *object)
{
  g_clear_object (&MAGE_STALE_GROUP (object)->session);
  G_OBJECT_CLASS (mage_stale_group_parent_class)->dispose (object);
}

static void
mage_stale_group_class_init (MageStaleGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_stale_group_dispose;
}

static void
mage_stale_group_init (MageStaleGroup *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_("Re_train"));

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Learned Beforehand"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), _("A change takes effect after training again"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (retrain_cb), self, G_CONNECT_SWAPPED);
  self->retrain = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->retrain), _("Changed since trained"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->retrain), FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->retrain), button);
  gtk_widget_add_css_class (self->retrain, "stale");
}

GtkWidget *
mage_stale_group_new (MageSession *session)
{
  MageStaleGroup *self = g_object_new (MAGE_TYPE_STALE_GROUP, NULL);

  self->session = g_object_ref (session);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      self->rows[i] = mage_param_row_new (session, NULL, mage_param_table_find (keys[i]));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->rows[i]);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->retrain);
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed", G_CALLBACK (show_stale),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_params (mage_session_get_project (session)), "changed", G_CALLBACK (show_stale),
                           self, G_CONNECT_SWAPPED);
  watch_items (self);
  return GTK_WIDGET (self);
}

/** mage_stale_group_offers_training: whether its last row is there to be pressed. */
gboolean
mage_stale_group_offers_training (MageStaleGroup *self)
{
  return gtk_widget_get_visible (self->retrain) && gtk_widget_get_sensitive (self->retrain);
}
