/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-memory-card.h"

#include "ui/mage-memory-ways.h"

#include <glib/gi18n.h>

/*
 * Before a training: how much memory it takes, measured in two steps of it while nobody has begun it, beside what the
 * device has. Where it does not fit, what helps, each measured the same way and taken on a click; after that the card says
 * what the change gave and what it costs in time.
 */

/* Between a change of the settings and the next measurement, in milliseconds. */
#define DELAY 1500
/* A training that takes nearly all there is slows the machine down or ends when another program starts. */
#define FULL 0.9

struct _MageMemoryCard
{
  GtkBox parent_instance;

  GtkWidget *heading;
  GtkWidget *bar;
  GtkWidget *words;
  GtkWidget *ways;
  GtkWidget *buttons[MAGE_N_MEMORY_WAYS]; /* NULL: it would change nothing */

  MageSession *session;
  MageTrainable *item;
  MageMemoryJob *job;   /* (nullable): that measures now */
  MageMemoryUse use;
  MageMemoryUse before; /* the change that was clicked; all zero: none */
  gboolean measured;
  guint trial;          /* the way that is measured, or would be next; once @measured */
  guint timeout;
};

G_DEFINE_FINAL_TYPE (MageMemoryCard, mage_memory_card, GTK_TYPE_BOX)

static MageParams *
get_params (MageMemoryCard *self)
{
  return mage_project_get_params (mage_session_get_project (self->session));
}

static guint64
get_most (const MageMemoryUse *use)
{
  return MAX (use->training, use->preview);
}

static gboolean
fits (const MageMemoryUse *use)
{
  return use->limit == 0 || get_most (use) <= FULL * use->limit;
}

/* --- what helps --- */

static void
way_clicked_cb (MageMemoryCard *self, GtkWidget *button)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "mage-way"));

  mage_session_record (self->session, _("Take Less Memory"));
  self->before = self->use;
  mage_memory_way_take (i, get_params (self));
}

static void
show_ways (MageMemoryCard *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->ways)) != NULL)
    adw_wrap_box_remove (ADW_WRAP_BOX (self->ways), child);
  self->trial = 0;
  for (guint i = 0; i < MAGE_N_MEMORY_WAYS; i++)
    {
      self->buttons[i] = NULL;
      if (!self->measured || fits (&self->use) || !mage_memory_way_is_open (i, get_params (self)))
        continue;
      self->buttons[i] = mage_memory_way_button_new (i);
      g_object_set_data (G_OBJECT (self->buttons[i]), "mage-way", GUINT_TO_POINTER (i));
      g_signal_connect_object (self->buttons[i], "clicked", G_CALLBACK (way_clicked_cb), self, G_CONNECT_SWAPPED);
      adw_wrap_box_append (ADW_WRAP_BOX (self->ways), self->buttons[i]);
    }
  gtk_widget_set_visible (self->ways, gtk_widget_get_first_child (self->ways) != NULL);
}

/* --- words --- */

/* "2 GB, 3.1 s a step before; 1.1 GB, 1.6 s now" */
static char *
dup_change_words (MageMemoryCard *self)
{
  g_autofree char *before = g_format_size (get_most (&self->before));
  g_autofree char *now = g_format_size (get_most (&self->use));

  if (self->before.seconds <= 0)
    return g_strdup ("");
  return g_strdup_printf (_(" Before the change it took %s and %.2g s a step, now it takes %s and %.2g s."), before,
                          self->before.seconds, now, self->use.seconds);
}

static void
show_use (MageMemoryCard *self)
{
  g_autofree char *most = g_format_size (get_most (&self->use));
  g_autofree char *training = g_format_size (self->use.training);
  g_autofree char *preview = g_format_size (self->use.preview);
  g_autofree char *limit = g_format_size (self->use.limit);
  g_autofree char *change = dup_change_words (self);
  g_autofree char *parts = self->use.preview > 0 ? g_strdup_printf (_("Training takes %s, a sample on the way %s, of %s. Measured in two steps."),
                                                                   training, preview, limit)
                                                 : g_strdup_printf (_("Training takes %s of %s. Measured in two steps."), training, limit);
  g_autofree char *words = g_strconcat (parts, change, NULL);
  g_autofree char *heading = fits (&self->use) ? g_strdup_printf (_("Memory: %s of %s"), most, limit)
                                              : g_strdup_printf (_("Memory does not suffice: %s of %s"), most, limit);

  gtk_label_set_text (GTK_LABEL (self->heading), heading);
  gtk_label_set_text (GTK_LABEL (self->words), words);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (self->bar), MIN (1, (double) get_most (&self->use) / MAX (self->use.limit, 1)));
  gtk_widget_set_visible (self->bar, TRUE);
  if (fits (&self->use))
    gtk_widget_remove_css_class (GTK_WIDGET (self), "warn");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "warn");
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  show_ways (self);
}

/* --- measuring --- */

static void measure_soon (MageMemoryCard *self);
static void measure (MageMemoryCard *self);

static void
show_shortage (MageMemoryCard *self)
{
  self->use = (MageMemoryUse) { .training = 1, .limit = 1 };
  gtk_label_set_text (GTK_LABEL (self->heading), _("Memory does not suffice"));
  gtk_label_set_text (GTK_LABEL (self->words), _("The first steps needed more memory than there is. What they had taken was given back."));
  gtk_widget_set_visible (self->bar, FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "warn");
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  show_ways (self);
}

/* The training as the settings are. What did not fit into memory is measured well enough: there is not enough of it. */
static void
take_measurement (MageMemoryCard *self, const MageMemoryUse *use)
{
  self->measured = TRUE;
  if (use != NULL)
    {
      self->use = *use;
      show_use (self);
    }
  else
    show_shortage (self);
}

static void
take_trial (MageMemoryCard *self, const MageMemoryUse *use)
{
  mage_memory_way_button_show (self->buttons[self->trial], use, &self->use);
  self->trial++;
}

static void
finished_cb (MageMemoryCard *self, MageJob *job)
{
  const GError *error = mage_job_get_error (job);
  MageMemoryUse use;
  gboolean known;

  if (job != MAGE_JOB (self->job))
    return;
  known = mage_memory_job_get_use (self->job, &use);
  g_clear_object (&self->job);
  if (!known && mage_ailment_of_error (error) != MAGE_AILMENT_OUT_OF_MEMORY)
    {
      g_info ("The memory of a training was not measured: %s", error != NULL ? error->message : "it was stopped");
      return;
    }
  if (!self->measured)
    take_measurement (self, known ? &use : NULL);
  else
    take_trial (self, known ? &use : NULL);
  measure (self);
}

static gboolean
is_wanted (MageMemoryCard *self)
{
  return gtk_widget_get_mapped (gtk_widget_get_parent (GTK_WIDGET (self))) && (MAGE_IS_SUBJECT (self->item) || MAGE_IS_MOTION (self->item) || MAGE_IS_FUSION (self->item))
         && mage_trainable_get_state (self->item) != MAGE_TRAINED
         && g_list_model_get_n_items (mage_worker_get_jobs (mage_session_get_worker (self->session))) == 0;
}

/* (transfer full): the settings to measure with now; NULL: all is measured. */
static MageParams *
choose_params (MageMemoryCard *self)
{
  g_autoptr (MageParams) params = NULL;

  if (!self->measured)
    return g_object_ref (get_params (self));
  while (self->trial < MAGE_N_MEMORY_WAYS && self->buttons[self->trial] == NULL)
    self->trial++;
  if (self->trial == MAGE_N_MEMORY_WAYS)
    return NULL;
  params = mage_params_copy (get_params (self));
  mage_memory_way_take (self->trial, params);
  return g_steal_pointer (&params);
}

static void
measure (MageMemoryCard *self)
{
  MageProject *project = mage_session_get_project (self->session);
  g_autoptr (MageParams) params = NULL;
  g_autoptr (GError) error = NULL;

  if (self->job != NULL || !is_wanted (self) || (params = choose_params (self)) == NULL)
    return;
  self->job = mage_memory_job_new (project, self->item, params, &error);
  if (self->job == NULL)
    {
      g_info ("The memory of a training is not measured: %s", error->message);
      return;
    }
  g_signal_connect_object (self->job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  mage_session_set_quiet (self->session, MAGE_JOB (self->job), TRUE);
  mage_session_push (self->session, g_object_ref (MAGE_JOB (self->job)), project);
}

static void
measure_cb (gpointer data)
{
  MageMemoryCard *self = data;

  self->timeout = 0;
  measure (self);
}

static void
measure_soon (MageMemoryCard *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add_once (DELAY, measure_cb, self);
}

/* Another measurement than that of these settings is of no use. */
static void
changed_cb (MageMemoryCard *self)
{
  if (self->job != NULL)
    mage_session_cancel (self->session, MAGE_JOB (self->job));
  g_clear_object (&self->job);
  self->measured = FALSE;
  measure_soon (self);
}

/* Whoever goes on does not wait for it; the queue holds what the user asked for. */
static void
jobs_changed_cb (MageMemoryCard *self)
{
  GListModel *jobs = mage_worker_get_jobs (mage_session_get_worker (self->session));
  guint n = g_list_model_get_n_items (jobs);

  if (self->job != NULL && n > 1)
    {
      g_autoptr (MageMemoryJob) job = g_steal_pointer (&self->job);

      mage_session_cancel (self->session, MAGE_JOB (job));
    }
  else if (n == 0 && self->job == NULL && (!self->measured || gtk_widget_get_visible (self->ways)))
    measure_soon (self);
}

/* --- the object --- */

static void
mage_memory_card_dispose (GObject *object)
{
  MageMemoryCard *self = MAGE_MEMORY_CARD (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->job != NULL)
    mage_session_cancel (self->session, MAGE_JOB (self->job));
  g_clear_object (&self->job);
  g_clear_object (&self->session);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (mage_memory_card_parent_class)->dispose (object);
}

static void
mage_memory_card_class_init (MageMemoryCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_memory_card_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "memorycard");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
mage_memory_card_init (MageMemoryCard *self)
{
  self->heading = make_label ("heading");
  self->bar = gtk_level_bar_new ();
  self->words = make_label ("caption");
  self->ways = adw_wrap_box_new ();
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (self->ways), 8);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (self->ways), 8);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bar), GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bar), GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bar), GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Memory"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Memory"), -1);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_box_append (GTK_BOX (self), self->heading);
  gtk_box_append (GTK_BOX (self), self->bar);
  gtk_box_append (GTK_BOX (self), self->words);
  gtk_box_append (GTK_BOX (self), self->ways);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/** mage_memory_card_set_up: once; the card shows itself when something is measured. */
void
mage_memory_card_set_up (MageMemoryCard *self, MageSession *session, MageTrainable *item)
{
  static const char *const keys[] = { "frames", "width", "height", "precision", "device", "rank", "lambda1", "lambda2", "omega",
                                      "sample_every", "gradient_checkpointing", "offload" };

  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *detail = g_strdup_printf ("changed::%s", keys[i]);

      g_signal_connect_object (get_params (self), detail, G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed",
                           G_CALLBACK (jobs_changed_cb), self, G_CONNECT_SWAPPED);
  measure_soon (self);
}

/** mage_memory_card_get_words: what it says; "" before something is measured. */
const char *
mage_memory_card_get_words (MageMemoryCard *self)
{
  return gtk_label_get_text (GTK_LABEL (self->heading));
}

/**
 * mage_memory_card_get_way:
 * @way: see ui/mage-memory-ways.c
 *
 * Returns: (transfer none) (nullable): its button; NULL where it is not offered
 */
GtkWidget *
mage_memory_card_get_way (MageMemoryCard *self, guint way)
{
  return self->buttons[way];
}

/** mage_memory_card_count_ways: how many ways out it offers. */
guint
mage_memory_card_count_ways (MageMemoryCard *self)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (self->ways); child != NULL; child = gtk_widget_get_next_sibling (child))
    n++;
  return n;
}
