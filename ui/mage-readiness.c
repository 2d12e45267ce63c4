/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-readiness.h"

#include "media/picture-check.h"
#include "media/picture.h"

#include <glib/gi18n.h>

/*
 * Whether a subject's pictures are good to learn from, in words: one line when they are, else what there is to
 * mend and how. Pictures are measured in another thread, each once for each of its masks.
 */

/* Fewer views leave sides of the subject unseen. */
#define MIN_VIEWS 3
/* While somebody brushes, nothing is measured; in milliseconds. */
#define DELAY 500

typedef struct
{
  int picture; /* −1: all of them */
  char *title;
  char *advice;
} Finding;

struct _MageReadiness
{
  GtkWidget parent_instance;

  AdwExpanderRow *row;
  GtkImage *state;
  GPtrArray *rows; /* of GtkWidget, in the expander */

  MageSubject *subject;
  MageMaskFinder *finder;
  GHashTable *checks; /* what was measured → PictureCheck; NULL: it cannot be */
  GPtrArray *findings;
  GCancellable *checking;
  guint delay;
};

G_DEFINE_FINAL_TYPE (MageReadiness, mage_readiness, GTK_TYPE_WIDGET)

enum
{
  SHOW_PICTURE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
finding_free (gpointer data)
{
  Finding *self = data;

  g_free (self->title);
  g_free (self->advice);
  g_free (self);
}

/* --- measuring --- */

typedef struct
{
  char *key;
  char *picture;
  char *mask; /* (nullable) */
  PictureCheck check;
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_free (self->key);
  g_free (self->picture);
  g_free (self->mask);
  g_free (self);
}

static char *
make_key (MageMedia *picture)
{
  MageMedia *mask = mage_media_get_mask (picture);

  return g_strconcat (mage_media_get_digest (picture), " ", mask != NULL ? mage_media_get_digest (mask) : "", NULL);
}

static void
measure (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  GError *error = NULL;
  g_autoptr (Frames) picture = picture_load (order->picture, cancellable, &error);
  g_autoptr (Mask) mask = picture != NULL && order->mask != NULL ? mask_load (order->mask, cancellable, &error) : NULL;

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  picture_check (picture, mask, &order->check);
  g_task_return_boolean (task, TRUE);
}

static void check_next (MageReadiness *self);

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageReadiness) self = data;
  Order *order = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean measured = g_task_propagate_boolean (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_hash_table_insert (self->checks, g_steal_pointer (&order->key),
                       measured ? g_memdup2 (&order->check, sizeof order->check) : NULL);
  g_clear_object (&self->checking);
  check_next (self);
}

static gboolean
start_check (MageReadiness *self, MageMedia *picture)
{
  MageMedia *mask = mage_media_get_mask (picture);
  g_autofree char *key = make_key (picture);
  g_autoptr (GTask) task = NULL;
  Order *order;

  if (g_hash_table_contains (self->checks, key))
    return FALSE;
  order = g_new0 (Order, 1);
  order->key = g_steal_pointer (&key);
  order->picture = mage_media_dup_path (picture);
  order->mask = mask != NULL ? mage_media_dup_path (mask) : NULL;
  self->checking = g_cancellable_new ();
  task = g_task_new (NULL, self->checking, measured_cb, g_object_ref (self));
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, measure);
  return TRUE;
}

/* --- words --- */

static void
add_finding (MageReadiness *self, int picture, char *title, const char *advice)
{
  Finding *finding = g_new0 (Finding, 1);

  *finding = (Finding) { picture, title, g_strdup (advice) };
  g_ptr_array_add (self->findings, finding);
}

static void
find_mask (MageReadiness *self, MageMedia *picture, guint n)
{
  MageMedia *mask = mage_media_get_mask (picture);
  const char *problem = mage_mask_finder_get_problem (self->finder, picture);

  if (mask == NULL && !mage_mask_finder_is_looking (self->finder, picture))
    add_finding (self, (int) n - 1, g_strdup_printf (_("Picture %u has no mask"), n),
                 problem != NULL ? problem : _("Click on the subject, or draw a box around it."));
  else if (mask != NULL && mage_media_is_doubtful (mask))
    add_finding (self, (int) n - 1, g_strdup_printf (_("The mask of picture %u is doubtful"), n),
                 _("See whether it covers the subject: correct it, or say that it is right."));
}

static void
find_flaws (MageReadiness *self, const PictureCheck *check, guint n)
{
  if (check->sharpness < PICTURE_BLURRED)
    add_finding (self, (int) n - 1, g_strdup_printf (_("Picture %u is blurred"), n),
                 _("Take a sharper one: what is learned from a blurred picture is blurred."));
  if (check->coverage > 0 && check->coverage < PICTURE_SMALL)
    add_finding (self, (int) n - 1, g_strdup_printf (_("The subject is small in picture %u"), n),
                 _("Crop the picture, or take one from nearer."));
  if (check->cut > PICTURE_CUT)
    add_finding (self, (int) n - 1, g_strdup_printf (_("The subject is cut off in picture %u"), n),
                 _("Take one that shows all of it, or be content that its edge is learned as well."));
}

static PictureCheck *
get_check (MageReadiness *self, GListModel *pictures, guint i)
{
  g_autoptr (MageMedia) picture = g_list_model_get_item (pictures, i);
  g_autofree char *key = make_key (picture);

  return g_hash_table_lookup (self->checks, key);
}

static void
find_same (MageReadiness *self, GListModel *pictures, guint i)
{
  PictureCheck *check = get_check (self, pictures, i);

  for (guint k = 0; k < i && check != NULL; k++)
    {
      PictureCheck *other = get_check (self, pictures, k);

      if (other == NULL || picture_hash_distance (check->hash, other->hash) > PICTURE_SAME)
        continue;
      add_finding (self, (int) i, g_strdup_printf (_("Pictures %u and %u look the same"), k + 1, i + 1),
                   _("Replace one of them by a view from another side."));
      return;
    }
}

static void
find_all (MageReadiness *self)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (self->subject));
  guint n = g_list_model_get_n_items (pictures);

  g_ptr_array_set_size (self->findings, 0);
  if (n < MIN_VIEWS)
    add_finding (self, -1, g_strdup_printf (g_dngettext (NULL, "There is only %u view", "There are only %u views", n), n),
                 _("Three to five pictures from different sides and in different places teach more."));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageMedia) picture = g_list_model_get_item (pictures, i);
      PictureCheck *check = get_check (self, pictures, i);

      find_mask (self, picture, i + 1);
      if (check != NULL)
        find_flaws (self, check, i + 1);
      find_same (self, pictures, i);
    }
}

static void
activated_cb (MageReadiness *self, GtkWidget *row)
{
  guint i;

  if (g_ptr_array_find (self->rows, row, &i))
    g_signal_emit (self, signals[SHOW_PICTURE], 0, ((Finding *) g_ptr_array_index (self->findings, i))->picture);
}

static void
show_rows (MageReadiness *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->row, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < self->findings->len; i++)
    {
      Finding *finding = g_ptr_array_index (self->findings, i);
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), finding->title);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), finding->advice);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), finding->picture >= 0);
      g_signal_connect_swapped (row, "activated", G_CALLBACK (activated_cb), self);
      adw_expander_row_add_row (self->row, row);
      g_ptr_array_add (self->rows, row);
    }
}

static void
show_line (MageReadiness *self, const char *icon, const char *style, const char *title, const char *subtitle)
{
  const char *styles[] = { style, NULL };

  gtk_image_set_from_icon_name (self->state, icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->state), styles);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  adw_expander_row_set_subtitle (self->row, subtitle);
  /* It opens when it may; but only the user wants it to. */
  if (!adw_expander_row_get_enable_expansion (self->row) && self->findings->len > 0)
    {
      adw_expander_row_set_enable_expansion (self->row, TRUE);
      adw_expander_row_set_expanded (self->row, FALSE);
    }
  else if (self->findings->len == 0)
    adw_expander_row_set_enable_expansion (self->row, FALSE);
}

static gboolean
is_looking (MageReadiness *self)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (self->subject));

  for (guint i = 0; i < g_list_model_get_n_items (pictures); i++)
    {
      g_autoptr (MageMedia) picture = g_list_model_get_item (pictures, i);

      if (mage_mask_finder_is_looking (self->finder, picture))
        return TRUE;
    }
  return FALSE;
}

static void
show (MageReadiness *self)
{
  guint n;
  g_autofree char *title = NULL;

  find_all (self);
  show_rows (self);
  n = self->findings->len;
  if (n == 0 && is_looking (self))
    {
      show_line (self, "content-loading-symbolic", "dim-label", _("Looking for the subject in its pictures…"), "");
      return;
    }
  if (n == 0)
    {
      show_line (self, "object-select-symbolic", "success", _("Ready to train"), "");
      return;
    }
  title = g_strdup_printf (g_dngettext (NULL, "%u thing could be better", "%u things could be better", n), n);
  show_line (self, "dialog-information-symbolic", "dim-label", title, ((Finding *) g_ptr_array_index (self->findings, 0))->title);
}

/* --- when --- */

static void
check_next (MageReadiness *self)
{
  GListModel *pictures;

  if (self->checking != NULL || self->subject == NULL)
    return;
  pictures = G_LIST_MODEL (mage_subject_get_pictures (self->subject));
  for (guint i = 0; i < g_list_model_get_n_items (pictures); i++)
    {
      g_autoptr (MageMedia) picture = g_list_model_get_item (pictures, i);

      if (start_check (self, picture))
        return;
    }
  show (self);
}

static void
delay_cb (gpointer data)
{
  MageReadiness *self = data;

  self->delay = 0;
  check_next (self);
}

static void
changed_cb (MageReadiness *self)
{
  g_clear_handle_id (&self->delay, g_source_remove);
  self->delay = g_timeout_add_once (DELAY, delay_cb, self);
}

static void
pictures_changed_cb (MageReadiness *self, guint position, guint removed, guint added, GListModel *pictures)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MageMedia) picture = g_list_model_get_item (pictures, i);

      g_signal_handlers_disconnect_by_func (picture, changed_cb, self);
      g_signal_connect_object (picture, "notify::mask", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
    }
  changed_cb (self);
}

/* --- the object --- */

static void
mage_readiness_dispose (GObject *object)
{
  MageReadiness *self = MAGE_READINESS (object);
  GtkWidget *child;

  g_clear_handle_id (&self->delay, g_source_remove);
  g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
  g_clear_object (&self->subject);
  g_clear_object (&self->finder);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_READINESS);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_readiness_parent_class)->dispose (object);
}

static void
mage_readiness_finalize (GObject *object)
{
  MageReadiness *self = MAGE_READINESS (object);

  g_hash_table_unref (self->checks);
  g_ptr_array_unref (self->findings);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (mage_readiness_parent_class)->finalize (object);
}

static void
mage_readiness_class_init (MageReadinessClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_readiness_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_readiness_finalize;
  /** MageReadiness::show-picture: @position: the user wants to see that picture. */
  signals[SHOW_PICTURE] = g_signal_new ("show-picture", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-readiness.ui");
  gtk_widget_class_bind_template_child (widget_class, MageReadiness, row);
  gtk_widget_class_bind_template_child (widget_class, MageReadiness, state);
}

static void
mage_readiness_init (MageReadiness *self)
{
  self->checks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->findings = g_ptr_array_new_with_free_func (finding_free);
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_readiness_set_subject: whose pictures are judged; once. */
void
mage_readiness_set_subject (MageReadiness *self, MageSession *session, MageSubject *subject)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (subject));

  self->subject = g_object_ref (subject);
  self->finder = g_object_ref (mage_mask_finder_get (session));
  g_signal_connect_object (self->finder, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pictures, "items-changed", G_CALLBACK (pictures_changed_cb), self, G_CONNECT_SWAPPED);
  pictures_changed_cb (self, 0, 0, g_list_model_get_n_items (pictures), pictures);
}

/** mage_readiness_is_checking: whether what is shown may become something else by itself */
gboolean
mage_readiness_is_checking (MageReadiness *self)
{
  return self->checking != NULL || self->delay != 0;
}

guint
mage_readiness_get_n_findings (MageReadiness *self)
{
  return self->findings->len;
}

/** mage_readiness_get_finding: Returns: (transfer none): "Picture 2 is blurred" */
const char *
mage_readiness_get_finding (MageReadiness *self, guint i)
{
  return ((Finding *) g_ptr_array_index (self->findings, i))->title;
}
