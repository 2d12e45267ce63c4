/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sample-strip.h"

#include "project/mage-asked-sample.h"
#include "ui/mage-look-tile.h"
#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>

/*
 * The small videos that a training makes on its way, always from the same noise, side by side: it is
 * seen how what is learned comes out. Those that somebody asked for stand among them. They play under the pointer.
 */

#define TILE 104
#define SPACING 8

struct _MageSampleStrip
{
  AdwBin parent_instance;

  GtkWidget *scroller;
  GtkWidget *box;
  MageRun *run;
  double rate;
  GPtrArray *shown;        /* the folders of what is shown, in its order */
  guint step;              /* that is shown elsewhere; 0: none */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MageSampleStrip, mage_sample_strip, ADW_TYPE_BIN)

enum
{
  PROP_STEP = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint
get_step_of (GtkWidget *tile)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (tile), "step"));
}

/* The newest sample that there was at the step. */
static GtkWidget *
find_selected (MageSampleStrip *self)
{
  GtkWidget *found = NULL;

  if (self->box == NULL || self->step == 0)
    return NULL;
  for (GtkWidget *tile = gtk_widget_get_first_child (self->box); tile != NULL; tile = gtk_widget_get_next_sibling (tile))
    if (get_step_of (tile) <= self->step)
      found = tile;
  return found;
}

static void
show_selected (MageSampleStrip *self)
{
  GtkWidget *selected = find_selected (self);

  if (self->box == NULL)
    return;
  for (GtkWidget *tile = gtk_widget_get_first_child (self->box); tile != NULL; tile = gtk_widget_get_next_sibling (tile))
    {
      if (tile == selected)
        gtk_widget_add_css_class (tile, "selected");
      else
        gtk_widget_remove_css_class (tile, "selected");
      gtk_accessible_update_state (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_STATE_SELECTED, tile == selected, -1);
    }
  if (selected != NULL)
    gtk_viewport_scroll_to (GTK_VIEWPORT (gtk_widget_get_parent (self->box)), selected, NULL);
}

/* One that was being made when the training was stopped has no frames: it is none. */
static void
leave_out (MageLookTile *tile, const GError *error)
{
  MageSampleStrip *self = (MageSampleStrip *) gtk_widget_get_ancestor (GTK_WIDGET (tile), MAGE_TYPE_SAMPLE_STRIP);

  g_info ("No sample: %s", error->message);
  if (self == NULL || gtk_widget_get_parent (GTK_WIDGET (tile)) != self->box)
    return;
  gtk_box_remove (GTK_BOX (self->box), GTK_WIDGET (tile));
  gtk_widget_set_visible (GTK_WIDGET (self), mage_sample_strip_get_length (self) > 0);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageLookTile) tile = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  if (frames != NULL)
    mage_look_tile_set_frames (tile, frames);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    leave_out (tile, error);
}

static void
enter_cb (MageLookTile *tile)
{
  mage_look_tile_play (tile, TRUE);
}

static void
leave_cb (MageLookTile *tile)
{
  mage_look_tile_play (tile, FALSE);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer data)
{
  GtkWidget *tile = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  g_signal_emit (data, signals[CHOSEN], 0, get_step_of (tile));
}

/* --- what there is --- */

typedef struct
{
  guint step;
  char *folder;
  char *prompt; /* of what somebody asked for; (nullable) */
} Sample;

static void
sample_free (gpointer data)
{
  Sample *self = data;

  g_free (self->folder);
  g_free (self->prompt);
  g_free (self);
}

static void
add (GPtrArray *samples, guint step, const char *folder, const char *prompt)
{
  Sample *sample = g_new0 (Sample, 1);

  *sample = (Sample) { step, g_strdup (folder), g_strdup (prompt) };
  g_ptr_array_add (samples, sample);
}

/* Of one step the one that was made on the way goes first. */
static GPtrArray *
list_samples (MageRun *run)
{
  GPtrArray *samples = g_ptr_array_new_with_free_func (sample_free);
  g_autoptr (GArray) steps = run != NULL ? mage_run_list_samples (run) : g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) asked = run != NULL ? mage_asked_sample_list (run) : g_ptr_array_new ();

  for (guint i = 0, k = 0; i < steps->len || k < asked->len;)
    {
      guint step = i < steps->len ? g_array_index (steps, guint, i) : G_MAXUINT;
      const MageAskedSample *next = k < asked->len ? g_ptr_array_index (asked, k) : NULL;

      if (next != NULL && next->step < step)
        {
          add (samples, next->step, next->folder, next->prompt);
          k++;
        }
      else
        {
          g_autofree char *folder = mage_run_dup_sample_path (run, step);

          add (samples, step, folder, NULL);
          i++;
        }
    }
  return samples;
}

/* --- what is seen --- */

static void
watch_pointer (MageSampleStrip *self, GtkWidget *tile)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *pointer = gtk_event_controller_motion_new ();

  g_signal_connect_object (pointer, "enter", G_CALLBACK (enter_cb), tile, G_CONNECT_SWAPPED);
  g_signal_connect_object (pointer, "leave", G_CALLBACK (leave_cb), tile, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (tile, pointer);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (tile, GTK_EVENT_CONTROLLER (click));
}

static void
add_tile (MageSampleStrip *self, const Sample *sample)
{
  GtkWidget *tile = mage_look_tile_new (TILE);
  g_autofree char *title = g_strdup_printf (_("Step %u"), sample->step);

  /* Translators: of a sample that somebody asked for, unlike those that are made by themselves */
  mage_look_tile_set_words (MAGE_LOOK_TILE (tile), title, sample->prompt != NULL ? _("asked for") : "");
  if (sample->prompt != NULL)
    gtk_widget_set_tooltip_text (tile, sample->prompt);
  g_object_set_data (G_OBJECT (tile), "step", GUINT_TO_POINTER (sample->step));
  watch_pointer (self, tile);
  gtk_box_append (GTK_BOX (self->box), tile);
  mage_load_folder_async (sample->folder, self->rate, self->cancellable, loaded_cb, g_object_ref (MAGE_LOOK_TILE (tile)));
}

static void
forget (MageSampleStrip *self)
{
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_ptr_array_set_size (self->shown, 0);
  while (self->box != NULL && (child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
}

/* Whether what is shown is the beginning of @samples. */
static gboolean
begins_with_shown (MageSampleStrip *self, GPtrArray *samples)
{
  if (samples->len < self->shown->len)
    return FALSE;
  for (guint i = 0; i < self->shown->len; i++)
    if (!g_str_equal (g_ptr_array_index (self->shown, i), ((Sample *) g_ptr_array_index (samples, i))->folder))
      return FALSE;
  return TRUE;
}

/* The latest is seen: the strip grows at its end. */
static void
grown_cb (GtkAdjustment *adjustment)
{
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

static void
mage_sample_strip_dispose (GObject *object)
{
  MageSampleStrip *self = MAGE_SAMPLE_STRIP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->run);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  self->box = NULL;
  G_OBJECT_CLASS (mage_sample_strip_parent_class)->dispose (object);
}

static void
mage_sample_strip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STEP:
      g_value_set_uint (value, MAGE_SAMPLE_STRIP (object)->step);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_sample_strip_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STEP:
      mage_sample_strip_set_step (MAGE_SAMPLE_STRIP (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_sample_strip_class_init (MageSampleStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mage_sample_strip_get_property;
  object_class->set_property = mage_sample_strip_set_property;
  object_class->dispose = mage_sample_strip_dispose;
  /** MageSampleStrip:step: the newest sample of this step is selected; 0: none is. */
  props[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, G_MAXUINT, 0,
                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  /** MageSampleStrip::chosen: a sample was clicked, which was made after @step steps. */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_UINT);
}

static void
mage_sample_strip_init (MageSampleStrip *self)
{
  self->shown = g_ptr_array_new_with_free_func (g_free);
  self->scroller = gtk_scrolled_window_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  gtk_widget_set_halign (self->box, GTK_ALIGN_START);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  g_signal_connect (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller)), "notify::upper",
                    G_CALLBACK (grown_cb), NULL);
  adw_bin_set_child (ADW_BIN (self), self->scroller);
}

/**
 * mage_sample_strip_set_run:
 * @run: (nullable): whose samples are shown; called again when it may have more
 * @rate: frames per second
 */
void
mage_sample_strip_set_run (MageSampleStrip *self, MageRun *run, double rate)
{
  g_autoptr (GPtrArray) samples = list_samples (run);

  self->rate = rate;
  g_set_object (&self->run, run);
  /* A run that begins anew has less than what is shown, or other samples. */
  if (!begins_with_shown (self, samples))
    forget (self);
  for (guint i = self->shown->len; i < samples->len; i++)
    {
      const Sample *sample = g_ptr_array_index (samples, i);

      g_ptr_array_add (self->shown, g_strdup (sample->folder));
      add_tile (self, sample);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), mage_sample_strip_get_length (self) > 0);
  show_selected (self);
}

/** mage_sample_strip_set_step: selects the newest sample that there was at @step; 0: none. */
void
mage_sample_strip_set_step (MageSampleStrip *self, guint step)
{
  if (self->step == step)
    return;
  self->step = step;
  show_selected (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STEP]);
}

/** mage_sample_strip_get_selected: the step after which the selected sample was made; 0: none is selected. */
guint
mage_sample_strip_get_selected (MageSampleStrip *self)
{
  GtkWidget *selected = find_selected (self);

  return selected != NULL ? get_step_of (selected) : 0;
}

/** mage_sample_strip_get_length: how many samples are shown. */
guint
mage_sample_strip_get_length (MageSampleStrip *self)
{
  guint n = 0;

  for (GtkWidget *tile = self->box != NULL ? gtk_widget_get_first_child (self->box) : NULL; tile != NULL; tile = gtk_widget_get_next_sibling (tile))
    n++;
  return n;
}
