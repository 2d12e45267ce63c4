/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-progress.h"

/* Plain values that travel from the worker's thread to the main thread; the job has the lock. */

/* A rate from fewer seconds would jump about. */
#define RATE_AFTER 0.25

static void
look_clear (gpointer data)
{
  MageLook *look = data;

  g_bytes_unref (look->rgb);
}

static void
look_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, look_clear);
}

static GHashTable *
new_looks (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, look_unref);
}

void
mage_progress_init (MageProgress *self)
{
  *self = (MageProgress) { .time_left = -1 };
  self->looks = new_looks ();
  self->terms = g_array_new (FALSE, FALSE, sizeof (MageTerm));
}

void
mage_progress_clear (MageProgress *self)
{
  g_clear_pointer (&self->phase, g_free);
  g_clear_pointer (&self->terms, g_array_unref);
  g_clear_pointer (&self->preview, g_bytes_unref);
  g_clear_pointer (&self->looks, g_hash_table_unref);
}

static void
copy_looks (MageProgress *self, const MageProgress *other)
{
  GHashTableIter iter;
  gpointer name, look;

  if (self->looks != NULL && self->looks_serial == other->looks_serial)
    return;
  g_clear_pointer (&self->looks, g_hash_table_unref);
  self->looks = new_looks ();
  self->looks_serial = other->looks_serial;
  g_hash_table_iter_init (&iter, other->looks);
  while (g_hash_table_iter_next (&iter, &name, &look))
    g_hash_table_insert (self->looks, name, g_atomic_rc_box_acquire (look));
}

static void
set_terms (MageProgress *self, const MageTerm *terms, guint n_terms)
{
  if (self->terms == NULL)
    self->terms = g_array_new (FALSE, FALSE, sizeof (MageTerm));
  g_array_set_size (self->terms, 0);
  for (guint i = 0; i < n_terms; i++)
    {
      MageTerm term = { g_intern_string (terms[i].name), terms[i].value };

      g_array_append_val (self->terms, term);
    }
}

/** mage_progress_copy: makes @self, which may be all zero, equal to @other. */
void
mage_progress_copy (MageProgress *self, const MageProgress *other)
{
  mage_progress_set (self, other->phase, other->step, other->n_steps,
                     (const MageTerm *) other->terms->data, other->terms->len);
  mage_progress_set_preview (self, other->preview, other->preview_frames, other->preview_width, other->preview_height);
  self->preview_step = other->preview_step;
  copy_looks (self, other);
  self->rate = other->rate;
  self->time_left = other->time_left;
}

void
mage_progress_set (MageProgress *self, const char *phase, guint step, guint n_steps,
                   const MageTerm *terms, guint n_terms)
{
  if (g_strcmp0 (self->phase, phase) != 0)
    {
      g_free (self->phase);
      self->phase = g_strdup (phase);
    }
  self->step = step;
  self->n_steps = n_steps;
  set_terms (self, terms, n_terms);
}

/** mage_progress_set_preview: @rgb: (nullable) */
void
mage_progress_set_preview (MageProgress *self, GBytes *rgb, guint n_frames, guint width, guint height)
{
  GBytes *old = self->preview;

  self->preview = rgb != NULL ? g_bytes_ref (rgb) : NULL;
  g_clear_pointer (&old, g_bytes_unref);
  self->preview_frames = n_frames;
  self->preview_width = width;
  self->preview_height = height;
  self->preview_step = self->step;
}

/** mage_progress_set_look: @name: "cutmix", "map 1", … */
void
mage_progress_set_look (MageProgress *self, const char *name, GBytes *rgb, guint n_frames, guint width, guint height)
{
  MageLook *look = g_atomic_rc_box_new (MageLook);

  *look = (MageLook) { g_bytes_ref (rgb), n_frames, width, height, self->step };
  g_hash_table_replace (self->looks, (gpointer) g_intern_string (name), look);
  self->looks_serial++;
}

static double
read_clock (MageClock *self)
{
  double running = self->since != 0 ? (double) (g_get_monotonic_time () - self->since) / G_USEC_PER_SEC : 0;

  return self->elapsed + running;
}

void
mage_clock_go (MageClock *self)
{
  if (self->since == 0)
    self->since = g_get_monotonic_time ();
}

void
mage_clock_stop (MageClock *self)
{
  self->elapsed = read_clock (self);
  self->since = 0;
}

/** mage_clock_begin: a phase begins, with @step steps done. */
void
mage_clock_begin (MageClock *self, guint step)
{
  self->begun = read_clock (self);
  self->first_step = step;
}

/** mage_clock_step: works rate and time left out. */
void
mage_clock_step (MageClock *self, MageProgress *progress)
{
  double seconds = read_clock (self) - self->begun;
  guint done = progress->step - self->first_step;

  if (done == 0 || seconds < RATE_AFTER)
    {
      progress->rate = 0;
      progress->time_left = -1;
      return;
    }
  progress->rate = done / seconds;
  progress->time_left = progress->n_steps > progress->step ? (progress->n_steps - progress->step) / progress->rate : 0;
}
