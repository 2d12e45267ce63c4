/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-clip-warnings.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * What makes the part of a clip that is learned hard to learn from, in words, with what can be done: a list that is
 * there only where something was found. The clip is looked at in another thread, and the newest part counts.
 */

/* No shorter part is offered, in seconds. */
#define LEAST 0.25

struct _MageClipWarnings
{
  GtkWidget parent_instance;

  GtkWidget *list;
  GArray *troubles;  /* ClipTrouble, one a row */
  double start;      /* of the part that was looked at, in seconds */
  double length;
  GCancellable *checking;
};

G_DEFINE_FINAL_TYPE (MageClipWarnings, mage_clip_warnings, GTK_TYPE_WIDGET)

enum
{
  TRIM,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- in words --- */

static char *
describe_repeats (const ClipTrouble *trouble)
{
  switch ((int) round ((double) trouble->of / trouble->n))
    {
    case 2:
      return g_strdup (_("Every second frame is shown twice"));
    case 3:
      return g_strdup (_("Every third frame is shown twice"));
    case 4:
      return g_strdup (_("Every fourth frame is shown twice"));
    case 5:
      return g_strdup (_("Every fifth frame is shown twice"));
    default:
      return g_strdup_printf (ngettext ("%u of %u frames is shown twice", "%u of %u frames are shown twice", trouble->n),
                              trouble->n, trouble->of);
    }
}

static char *
make_title (const ClipTrouble *trouble)
{
  switch (trouble->kind)
    {
    case CLIP_TROUBLE_CUT:
      return g_strdup_printf (_("A cut at %.2f s"), trouble->time);
    case CLIP_TROUBLE_REPEAT:
      return describe_repeats (trouble);
    case CLIP_TROUBLE_EMPTY:
      return g_strdup_printf (trouble->n == 1 ? _("An empty frame at %.2f s") : _("Empty frames from %.2f s on"), trouble->time);
    case CLIP_TROUBLE_STILL:
    default:
      return g_strdup (_("Hardly anything moves"));
    }
}

static const char *
get_advice (const ClipTrouble *trouble)
{
  switch (trouble->kind)
    {
    case CLIP_TROUBLE_CUT:
      return _("Another shot begins there, and the model would learn the jump. Keep to one side of it.");
    case CLIP_TROUBLE_REPEAT:
      return _("The motion would be learned with its stutter. Take the clip at the rate it was filmed at.");
    case CLIP_TROUBLE_EMPTY:
      return _("They are black, white or of one colour, and show nothing to be learned. Leave them out.");
    case CLIP_TROUBLE_STILL:
    default:
      return _("Choose a longer or livelier part with the handles above.");
    }
}

/* The longer side of a cut, or what lies before or behind frames that show nothing. FALSE: the part cannot be mended so. */
static gboolean
find_better_part (MageClipWarnings *self, const ClipTrouble *trouble, double *start, double *length)
{
  double before = trouble->time - self->start;
  double after = self->start + self->length - trouble->time;

  if (trouble->kind == CLIP_TROUBLE_EMPTY)
    after -= self->length * trouble->n / trouble->of;
  else if (trouble->kind != CLIP_TROUBLE_CUT)
    return FALSE;
  /* Inwards by hundredths, which is what projects keep. */
  if (before >= after)
    {
      *start = self->start;
      *length = floor (before * 100) / 100;
    }
  else
    {
      *start = ceil ((self->start + self->length - after) * 100) / 100;
      *length = floor ((self->start + self->length - *start) * 100) / 100;
    }
  return *length >= LEAST;
}

/* --- rows --- */

static void
mend_cb (GtkButton *button, MageClipWarnings *self)
{
  mage_clip_warnings_mend (self, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "position")));
}

static void
add_row (MageClipWarnings *self, guint i)
{
  const ClipTrouble *trouble = &g_array_index (self->troubles, ClipTrouble, i);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  g_autofree char *title = make_title (trouble);
  double start, length;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), get_advice (trouble));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (icon, "warning");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  if (find_better_part (self, trouble, &start, &length))
    {
      GtkWidget *button = gtk_button_new_with_label (start > self->start ? _("Begin After") : _("End Before"));

      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_set_tooltip_text (button, start > self->start ? _("Learn Only What Comes After It")
                                                               : _("Learn Only What Comes Before It"));
      g_object_set_data (G_OBJECT (button), "position", GUINT_TO_POINTER (i));
      g_signal_connect_object (button, "clicked", G_CALLBACK (mend_cb), self, G_CONNECT_DEFAULT);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

/* Going black and coming back look like cuts, too; one row says it all. */
static gboolean
borders_empty (GArray *troubles, const ClipTrouble *cut, double length)
{
  for (guint i = 0; i < troubles->len; i++)
    {
      const ClipTrouble *trouble = &g_array_index (troubles, ClipTrouble, i);
      double frame = length / trouble->of;
      double behind = cut->time - trouble->time;

      if (trouble->kind == CLIP_TROUBLE_EMPTY && behind > -frame / 2 && behind < (trouble->n + 0.5) * frame)
        return TRUE;
    }
  return FALSE;
}

static void
drop_borders (GArray *troubles, double length)
{
  for (guint i = troubles->len; i > 0; i--)
    {
      const ClipTrouble *trouble = &g_array_index (troubles, ClipTrouble, i - 1);

      if (trouble->kind == CLIP_TROUBLE_CUT && borders_empty (troubles, trouble, length))
        g_array_remove_index (troubles, i - 1);
    }
}

static void
take_troubles (MageClipWarnings *self, GArray *troubles)
{
  g_clear_pointer (&self->troubles, g_array_unref);
  self->troubles = troubles;
  gtk_list_box_remove_all (GTK_LIST_BOX (self->list));
  for (guint i = 0; i < self->troubles->len; i++)
    add_row (self, i);
  gtk_widget_set_visible (GTK_WIDGET (self), self->troubles->len > 0);
}

/* --- looking --- */

typedef struct
{
  char *path;
  double start;
  double length;
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_free (self->path);
  g_free (self);
}

static void
check (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  GError *error = NULL;
  GArray *troubles = clip_check (order->path, order->start, order->length, cancellable, &error);

  if (troubles == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, troubles, (GDestroyNotify) g_array_unref);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageClipWarnings) self = data;
  Order *order = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  GArray *troubles = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->list == NULL)
    {
      g_clear_pointer (&troubles, g_array_unref);
      return;
    }
  g_clear_object (&self->checking);
  /* That a clip cannot be read at all is said above it, where it is played. */
  if (troubles == NULL)
    {
      g_info ("The clip is not looked at: %s", error->message);
      troubles = g_array_new (FALSE, FALSE, sizeof (ClipTrouble));
    }
  self->start = order->start;
  self->length = order->length;
  drop_borders (troubles, self->length);
  take_troubles (self, troubles);
}

/* --- the object --- */

static void
mage_clip_warnings_dispose (GObject *object)
{
  MageClipWarnings *self = MAGE_CLIP_WARNINGS (object);

  mage_clip_warnings_stop (self);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  G_OBJECT_CLASS (mage_clip_warnings_parent_class)->dispose (object);
}

static void
mage_clip_warnings_finalize (GObject *object)
{
  MageClipWarnings *self = MAGE_CLIP_WARNINGS (object);

  g_array_unref (self->troubles);
  G_OBJECT_CLASS (mage_clip_warnings_parent_class)->finalize (object);
}

static void
mage_clip_warnings_class_init (MageClipWarningsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_clip_warnings_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_clip_warnings_finalize;
  /** MageClipWarnings::trim: @start, @length: the user wants this part instead, in seconds. */
  signals[TRIM] = g_signal_new ("trim", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "clipwarnings");
}

static void
mage_clip_warnings_init (MageClipWarnings *self)
{
  self->troubles = g_array_new (FALSE, FALSE, sizeof (ClipTrouble));
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("What makes this part hard to learn"), -1);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/** mage_clip_warnings_check: @path: a clip; @start, @length: its part, in seconds. What was said before stays until then. */
void
mage_clip_warnings_check (MageClipWarnings *self, const char *path, double start, double length)
{
  g_autoptr (GTask) task = NULL;
  Order *order = g_new0 (Order, 1);

  mage_clip_warnings_stop (self);
  order->path = g_strdup (path);
  order->start = start;
  order->length = length;
  self->checking = g_cancellable_new ();
  task = g_task_new (NULL, self->checking, checked_cb, g_object_ref (self));
  g_task_set_static_name (task, "mage-check-clip");
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, check);
}

void
mage_clip_warnings_stop (MageClipWarnings *self)
{
  g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
}

/** mage_clip_warnings_is_checking: whether what is shown may become something else by itself */
gboolean
mage_clip_warnings_is_checking (MageClipWarnings *self)
{
  return self->checking != NULL;
}

guint
mage_clip_warnings_get_n (MageClipWarnings *self)
{
  return self->troubles->len;
}

/** mage_clip_warnings_get_text: Returns: (transfer none): "A cut at 3.20 s" */
const char *
mage_clip_warnings_get_text (MageClipWarnings *self, guint i)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) i);

  return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
}

/** mage_clip_warnings_mend: asks for the part without that trouble. Returns: FALSE where there is none */
gboolean
mage_clip_warnings_mend (MageClipWarnings *self, guint i)
{
  double start, length;

  g_return_val_if_fail (i < self->troubles->len, FALSE);

  if (!find_better_part (self, &g_array_index (self->troubles, ClipTrouble, i), &start, &length))
    return FALSE;
  g_signal_emit (self, signals[TRIM], 0, start, length);
  return TRUE;
}
