/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-choice.h"

/* The videos that are compared, in the order in which they were chosen: A, B, C, … */

struct _MageResultChoice
{
  GObject parent_instance;

  GPtrArray *results;
};

G_DEFINE_FINAL_TYPE (MageResultChoice, mage_result_choice, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
mage_result_choice_finalize (GObject *object)
{
  g_ptr_array_unref (MAGE_RESULT_CHOICE (object)->results);
  G_OBJECT_CLASS (mage_result_choice_parent_class)->finalize (object);
}

static void
mage_result_choice_class_init (MageResultChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_result_choice_finalize;
  /** MageResultChoice::changed: a video came or went. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mage_result_choice_init (MageResultChoice *self)
{
  self->results = g_ptr_array_new_with_free_func (g_object_unref);
}

/** mage_result_choice_new: a choice of its own: what is compared need not be chosen on the page of all videos. */
MageResultChoice *
mage_result_choice_new (void)
{
  return g_object_new (MAGE_TYPE_RESULT_CHOICE, NULL);
}

/* What is no longer a video of the project is not chosen either. */
static void
results_changed_cb (MageResultChoice *self, guint position, guint removed, guint added, GListModel *results)
{
  for (guint i = self->results->len; removed > 0 && i > 0; i--)
    if (!g_list_store_find (G_LIST_STORE (results), g_ptr_array_index (self->results, i - 1), NULL))
      mage_result_choice_remove (self, g_ptr_array_index (self->results, i - 1));
}

/** mage_result_choice_get: Returns: (transfer none): that of a session's project */
MageResultChoice *
mage_result_choice_get (MageSession *session)
{
  static GQuark quark = 0;
  MageResultChoice *self;

  if (quark == 0)
    quark = g_quark_from_static_string ("mage-result-choice");
  self = g_object_get_qdata (G_OBJECT (session), quark);
  if (self != NULL)
    return self;
  self = mage_result_choice_new ();
  g_signal_connect_object (mage_project_get_results (mage_session_get_project (session)), "items-changed",
                           G_CALLBACK (results_changed_cb), self, G_CONNECT_SWAPPED);
  g_object_set_qdata_full (G_OBJECT (session), quark, self, g_object_unref);
  return self;
}

guint
mage_result_choice_get_length (MageResultChoice *self)
{
  return self->results->len;
}

/** mage_result_choice_get_item: Returns: (transfer none) */
MageResult *
mage_result_choice_get_item (MageResultChoice *self, guint i)
{
  g_return_val_if_fail (i < self->results->len, NULL);

  return g_ptr_array_index (self->results, i);
}

/** mage_result_choice_find: Returns: which it is: 0 is A; -1: it is not chosen */
int
mage_result_choice_find (MageResultChoice *self, MageResult *result)
{
  guint i;

  return g_ptr_array_find (self->results, result, &i) ? (int) i : -1;
}

/** mage_result_choice_add: Returns: whether it is chosen now; there is room for MAGE_CHOICE_MAX */
gboolean
mage_result_choice_add (MageResultChoice *self, MageResult *result)
{
  if (mage_result_choice_find (self, result) >= 0)
    return TRUE;
  if (self->results->len >= MAGE_CHOICE_MAX)
    return FALSE;
  g_ptr_array_add (self->results, g_object_ref (result));
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

void
mage_result_choice_remove (MageResultChoice *self, MageResult *result)
{
  if (g_ptr_array_remove (self->results, result))
    g_signal_emit (self, signals[CHANGED], 0);
}

/** mage_result_choice_toggle: Returns: FALSE when there is no room for one more */
gboolean
mage_result_choice_toggle (MageResultChoice *self, MageResult *result)
{
  if (mage_result_choice_find (self, result) < 0)
    return mage_result_choice_add (self, result);
  mage_result_choice_remove (self, result);
  return TRUE;
}

void
mage_result_choice_clear (MageResultChoice *self)
{
  if (self->results->len == 0)
    return;
  g_ptr_array_set_size (self->results, 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

/** mage_choice_get_colour: @index: 0 is A; as the badges have it in pages.css */
void
mage_choice_get_colour (int index, GdkRGBA *colour)
{
  static const char *const others[] = { "#c64600", "#7a4e9e", "#19757a", "#8a5a2b", "#5b6b7f" };
  g_autoptr (GdkRGBA) accent = NULL;

  g_return_if_fail (index >= 0 && index < MAGE_CHOICE_MAX);

  if (index > 0)
    {
      gdk_rgba_parse (colour, others[index - 1]);
      return;
    }
  accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  *colour = *accent;
}

/** mage_choice_badge_show: @index: 0 is A, which has its own colour like every other; -1 hides the badge */
void
mage_choice_badge_show (GtkLabel *badge, int index)
{
  static const char *const kinds[MAGE_CHOICE_MAX] = { "a", "b", "c", "d", "e", "f" };
  char letter[2] = { (char) ('A' + MAX (index, 0)), '\0' };

  gtk_widget_set_visible (GTK_WIDGET (badge), index >= 0);
  gtk_widget_add_css_class (GTK_WIDGET (badge), "choice-badge");
  for (int i = 0; i < MAGE_CHOICE_MAX; i++)
    if (i == index)
      gtk_widget_add_css_class (GTK_WIDGET (badge), kinds[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (badge), kinds[i]);
  gtk_label_set_text (badge, letter);
}
