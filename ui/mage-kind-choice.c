/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-kind-choice.h"

#include "jobs/mage-words-job.h"

#include <string.h>

/*
 * Proposes plain words for a kind of thing while it is being written: common nouns, of which those are left that the
 * model knows as one word as soon as it was asked; from such a word it learns best. Prompts are English, and so are they.
 */

#define MAX_SHOWN 6

static const char *const kinds[] = {
  "airplane", "apple", "baby", "backpack", "bag", "ball", "bear", "bike", "bird", "boat", "book", "boot", "bottle", "bowl",
  "boy", "bunny", "bus", "butterfly", "cake", "camera", "can", "candle", "car", "cartoon", "cat", "chair", "chicken",
  "clock", "clown", "cow", "cup", "dinosaur", "dog", "doll", "dragon", "dress", "duck", "elephant", "figurine", "fish",
  "flower", "fox", "frog", "girl", "glasses", "goat", "guitar", "hat", "horse", "house", "jacket", "jar", "kettle",
  "kitten", "lamp", "lion", "man", "mask", "monkey", "monster", "motorcycle", "mouse", "mug", "owl", "panda", "penguin",
  "person", "phone", "piano", "pig", "plant", "puppy", "rabbit", "robot", "shark", "sheep", "ship", "shoe", "skateboard",
  "sloth", "sneaker", "statue", "sunglasses", "table", "teapot", "tiger", "toy", "tractor", "train", "tree", "truck", "turtle",
  "umbrella", "unicorn", "vase", "violin", "watch", "wolf", "woman", "zebra", NULL
};

#define N_KINDS (G_N_ELEMENTS (kinds) - 1)

static GStrv
list_kinds (const char *text, guint max, const gboolean *unknown)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *small = g_utf8_strdown (text, -1);
  const char *blank = strrchr (small, ' ');
  const char *begun = blank != NULL ? blank + 1 : small;
  guint n = 0;

  for (guint i = 0; i < N_KINDS && n < max && *begun != '\0'; i++)
    if ((unknown == NULL || !unknown[i]) && g_str_has_prefix (kinds[i], begun) && !g_str_equal (kinds[i], begun))
      {
        g_strv_builder_add (builder, kinds[i]);
        n++;
      }
  return g_strv_builder_end (builder);
}

/** mage_kind_choice_list: Returns: (transfer full): words that go on as the last word of @text does, but for what is whole */
GStrv
mage_kind_choice_list (const char *text, guint max)
{
  return list_kinds (text, max, NULL);
}

typedef struct
{
  AdwEntryRow *row; /* owns this */
  MageSession *session;
  MageWordsJob *job;
  gboolean asked;
  gboolean unknown[N_KINDS]; /* the model has no one word for it */
  GtkWidget *popover;
  GtkListBox *list;
  gboolean choosing;
} Choice;

static void
choose (Choice *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->row));
  const char *blank = strrchr (text, ' ');
  g_autofree char *before = g_strndup (text, blank != NULL ? (gsize) (blank + 1 - text) : 0);
  g_autofree char *whole = NULL;

  if (row == NULL)
    return;
  whole = g_strconcat (before, gtk_label_get_text (GTK_LABEL (gtk_list_box_row_get_child (row))), NULL);
  self->choosing = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->row), whole);
  gtk_editable_set_position (GTK_EDITABLE (self->row), -1);
  self->choosing = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
activated_cb (Choice *self, GtkListBoxRow *row)
{
  gtk_list_box_select_row (self->list, row);
  choose (self);
}

static gboolean
is_typing (Choice *self)
{
  return (gtk_widget_get_state_flags (GTK_WIDGET (self->row)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
}

static void
changed_cb (Choice *self)
{
  g_auto (GStrv) words = list_kinds (gtk_editable_get_text (GTK_EDITABLE (self->row)), MAX_SHOWN, self->unknown);

  if (self->choosing)
    return;
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; words[i] != NULL; i++)
    {
      GtkWidget *label = gtk_label_new (words[i]);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_list_box_append (self->list, label);
    }
  if (words[0] != NULL && is_typing (self))
    gtk_popover_popup (GTK_POPOVER (self->popover));
  else
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
move (Choice *self, int by)
{
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  int at = selected != NULL ? gtk_list_box_row_get_index (selected) + by : 0;
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, at);

  if (row != NULL)
    gtk_list_box_select_row (self->list, row);
}

/* The list is led from the entry, which keeps the focus. */
static gboolean
pressed_cb (Choice *self, guint key, guint code, GdkModifierType state, GtkEventController *controller)
{
  if (!gtk_widget_get_visible (self->popover))
    return FALSE;
  switch (key)
    {
    case GDK_KEY_Down:
    case GDK_KEY_Up:
      move (self, key == GDK_KEY_Down ? 1 : -1);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_Tab:
      if (gtk_list_box_get_selected_row (self->list) == NULL)
        {
          gtk_popover_popdown (GTK_POPOVER (self->popover));
          return FALSE;
        }
      choose (self);
      return TRUE;
    case GDK_KEY_Escape:
      gtk_popover_popdown (GTK_POPOVER (self->popover));
      return TRUE;
    default:
      return FALSE;
    }
}

static void
read_cb (Choice *self)
{
  for (guint i = 0; i < N_KINDS; i++)
    self->unknown[i] = mage_words_job_get_n_pieces (self->job, i) > 1;
  g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

/* Only somebody who writes wants to know. */
static void
entered_cb (Choice *self)
{
  if (self->asked)
    return;
  self->asked = TRUE;
  self->job = mage_words_job_new (mage_project_get_model_dir (mage_session_get_project (self->session)), kinds);
  g_signal_connect_swapped (self->job, "finished", G_CALLBACK (read_cb), self);
  mage_worker_assist (mage_session_get_worker (self->session), MAGE_JOB (self->job));
}

static void
left_cb (Choice *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
ended_cb (Choice *self)
{
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}

static void
choice_free (gpointer data)
{
  Choice *self = data;

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_object_unref (self->session);
  g_free (self);
}

/** mage_kind_choice_add: @row: from now on it proposes words. */
void
mage_kind_choice_add (AdwEntryRow *row, MageSession *session)
{
  Choice *self = g_new0 (Choice, 1);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->row = row;
  self->session = g_object_ref (session);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  self->popover = gtk_popover_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_popover_set_child (GTK_POPOVER (self->popover), GTK_WIDGET (self->list));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "kind-choice");
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (row));
  g_object_set_data_full (G_OBJECT (row), "mage-kind-choice", self, choice_free);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (row, "destroy", G_CALLBACK (ended_cb), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (entered_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (row), keys);
  gtk_widget_add_controller (GTK_WIDGET (row), focus);
}
