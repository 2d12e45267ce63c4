/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sample-now.h"

#include "ui/mage-look-tile.h"

#include <glib/gi18n.h>

/*
 * A small video of any prompt by what a training has learned so far, while it runs or is paused. The training goes on afterwards
 * as if nobody had asked.
 */

#define TILE 124

struct _MageSampleNow
{
  AdwBin parent_instance;

  MageSession *session;
  MageTrainable *item;
  MageJob *job;        /* (nullable) */
  GBytes *shown;       /* the video that is seen; (nullable) */
  GtkEditable *entry;
  GtkWidget *make;
  GtkWidget *spinner;
  GtkLabel *words;
  MageLookTile *tile;
  gboolean possible;
};

G_DEFINE_FINAL_TYPE (MageSampleNow, mage_sample_now, ADW_TYPE_BIN)

enum
{
  PROP_POSSIBLE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- what is seen --- */

static char *
dup_words (MageSampleNow *self)
{
  g_autofree char *refusal = mage_job_dup_refusal (self->job);

  if (mage_job_is_wishing (self->job))
    return g_strdup (_("The step is taken to its end, then the video is made."));
  if (refusal != NULL)
    return g_strdup_printf (_("It could not be made: %s"), refusal);
  return g_strdup (_("The training goes on afterwards as if nobody had asked."));
}

static void
show_video (MageSampleNow *self)
{
  MageParams *params = mage_project_get_params (mage_session_get_project (self->session));
  guint n_frames;
  guint width;
  guint height;
  GBytes *rgb = mage_job_get_look (self->job, MAGE_RUN_LOOK_ASKED, &n_frames, &width, &height);
  g_autoptr (Frames) frames = NULL;
  g_autofree char *title = NULL;

  if (rgb == self->shown)
    return;
  g_clear_pointer (&self->shown, g_bytes_unref);
  self->shown = rgb != NULL ? g_bytes_ref (rgb) : NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->tile), rgb != NULL);
  if (rgb == NULL)
    return;
  frames = frames_new (n_frames, width, height, mage_params_get_double (params, "rate"), rgb);
  title = g_strdup_printf (_("Step %u"), mage_job_get_step (self->job));
  mage_look_tile_set_words (self->tile, title, "");
  mage_look_tile_set_frames (self->tile, frames);
  mage_look_tile_play (self->tile, TRUE);
}

/* Before the first step there is nothing that could make one. */
static void
find_possible (MageSampleNow *self)
{
  MageJobState state = self->job != NULL ? mage_job_get_state (self->job) : MAGE_JOB_DONE;
  gboolean possible = (state == MAGE_JOB_RUNNING || state == MAGE_JOB_PAUSED) && mage_job_get_step (self->job) > 0;

  if (self->possible == possible)
    return;
  self->possible = possible;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_POSSIBLE]);
}

static void
show (MageSampleNow *self)
{
  g_autofree char *words = NULL;

  find_possible (self);
  if (self->job == NULL)
    return;
  words = dup_words (self);
  gtk_label_set_text (self->words, words);
  gtk_widget_set_visible (self->spinner, mage_job_is_wishing (self->job));
  gtk_widget_set_sensitive (self->make, !mage_job_is_wishing (self->job) && *gtk_editable_get_text (self->entry) != '\0');
  show_video (self);
}

static void
unwatch (MageSampleNow *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_func (self->job, show, self);
  g_clear_object (&self->job);
}

/** mage_sample_now_set_job: @job: (nullable): the training that runs */
void
mage_sample_now_set_job (MageSampleNow *self, MageJob *job)
{
  if (self->job == job)
    return;
  unwatch (self);
  if (job != NULL)
    {
      self->job = g_object_ref (job);
      g_signal_connect_swapped (job, "progressed", G_CALLBACK (show), self);
      g_signal_connect_swapped (job, "notify::state", G_CALLBACK (show), self);
      g_signal_connect_swapped (job, "notify::wishing", G_CALLBACK (show), self);
    }
  show (self);
}

/* --- asking --- */

/** mage_sample_now_ask: of the training that was set. */
void
mage_sample_now_ask (MageSampleNow *self, const char *prompt)
{
  if (self->job != NULL && *prompt != '\0')
    mage_job_wish (self->job, prompt);
}

static void
make_cb (MageSampleNow *self)
{
  if (gtk_widget_get_sensitive (self->make))
    mage_sample_now_ask (self, gtk_editable_get_text (self->entry));
}

/* What the samples on the way show, or what is learned. */
static char *
dup_prompt (MageSampleNow *self)
{
  MageParams *params = mage_project_get_params (mage_session_get_project (self->session));
  const char *prompt = mage_params_get_string (params, "sample_prompt");
  const char *token = mage_trainable_get_token (self->item);

  if (*prompt != '\0')
    return g_strdup (prompt);
  if (token != NULL)
    return g_strdup_printf ("a %s", token);
  return g_strdup (MAGE_IS_MOTION (self->item) ? mage_motion_get_caption (MAGE_MOTION (self->item)) : "");
}

/* --- the object --- */

static void
mage_sample_now_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_POSSIBLE)
    g_value_set_boolean (value, MAGE_SAMPLE_NOW (object)->possible);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mage_sample_now_dispose (GObject *object)
{
  MageSampleNow *self = MAGE_SAMPLE_NOW (object);

  unwatch (self);
  g_clear_pointer (&self->shown, g_bytes_unref);
  g_clear_object (&self->item);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_sample_now_parent_class)->dispose (object);
}

static void
mage_sample_now_class_init (MageSampleNowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mage_sample_now_get_property;
  object_class->dispose = mage_sample_now_dispose;
  /** MageSampleNow:possible: whether there is a training that can make one. */
  props[PROP_POSSIBLE] = g_param_spec_boolean ("possible", NULL, NULL, FALSE,
                                               G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
add_asking (MageSampleNow *self, GtkBox *box)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->entry = GTK_EDITABLE (gtk_entry_new ());
  gtk_editable_set_width_chars (self->entry, 12);
  gtk_widget_set_hexpand (GTK_WIDGET (self->entry), TRUE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _("What the video shows"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What the video shows"), -1);
  self->make = gtk_button_new_with_mnemonic (_("_Make"));
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->entry));
  gtk_box_append (GTK_BOX (row), self->make);
  gtk_box_append (box, row);
}

static void
add_words (MageSampleNow *self, GtkBox *box)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->spinner = adw_spinner_new ();
  gtk_widget_set_visible (self->spinner, FALSE);
  self->words = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_xalign (self->words, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->words), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "dim-label");
  gtk_box_append (GTK_BOX (row), self->spinner);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->words));
  gtk_box_append (box, row);
}

static void
mage_sample_now_init (MageSampleNow *self)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  self->tile = MAGE_LOOK_TILE (mage_look_tile_new (TILE));
  gtk_widget_set_visible (GTK_WIDGET (self->tile), FALSE);
  gtk_widget_set_hexpand (column, TRUE);
  add_asking (self, GTK_BOX (column));
  add_words (self, GTK_BOX (column));
  gtk_box_append (GTK_BOX (card), GTK_WIDGET (self->tile));
  gtk_box_append (GTK_BOX (card), column);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "sample-now");
  adw_bin_set_child (ADW_BIN (self), card);
  g_signal_connect_swapped (self->make, "clicked", G_CALLBACK (make_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (make_cb), self);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (show), self);
}

GtkWidget *
mage_sample_now_new (void)
{
  return g_object_new (MAGE_TYPE_SAMPLE_NOW, NULL);
}

/** mage_sample_now_set_up: once. */
void
mage_sample_now_set_up (MageSampleNow *self, MageSession *session, MageTrainable *item)
{
  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
}

/** mage_sample_now_begin: what the samples on the way show is the first prompt, ready to be changed. */
void
mage_sample_now_begin (MageSampleNow *self)
{
  g_autofree char *prompt = dup_prompt (self);

  if (*gtk_editable_get_text (self->entry) == '\0')
    gtk_editable_set_text (self->entry, prompt);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/** mage_sample_now_get_words: what is said about it. */
const char *
mage_sample_now_get_words (MageSampleNow *self)
{
  return gtk_label_get_text (self->words);
}

/** mage_sample_now_is_filled: whether a video is seen. */
gboolean
mage_sample_now_is_filled (MageSampleNow *self)
{
  return self->shown != NULL;
}
