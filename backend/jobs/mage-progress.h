/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-series.h"

G_BEGIN_DECLS

/** MageLook: something more to look at, one clip; shared between threads and never changed. */
typedef struct
{
  GBytes *rgb;
  guint n_frames;
  guint width;
  guint height;
  guint step; /* after which it was seen */
} MageLook;

/**
 * MageProgress: where a job stands.
 * @rate: steps a second; 0 until it is known
 * @time_left: seconds; negative until it is known
 * @looks: MageLook by name; a new one takes the place of the old one of its name
 * @looks_serial: how many looks there were
 */
typedef struct
{
  char *phase;
  guint step;
  guint n_steps;
  double rate;
  double time_left;
  GArray *terms; /* MageTerm; the names are interned */
  GBytes *preview;
  guint preview_frames;
  guint preview_width;
  guint preview_height;
  guint preview_step; /* after which it was seen */
  GHashTable *looks;
  guint looks_serial;
} MageProgress;

void mage_progress_init (MageProgress *self);
void mage_progress_clear (MageProgress *self);
void mage_progress_copy (MageProgress *self, const MageProgress *other);
void mage_progress_set (MageProgress *self, const char *phase, guint step, guint n_steps,
                        const MageTerm *terms, guint n_terms);
void mage_progress_set_preview (MageProgress *self, GBytes *rgb, guint n_frames, guint width, guint height);
void mage_progress_set_look (MageProgress *self, const char *name, GBytes *rgb, guint n_frames, guint width, guint height);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MageProgress, mage_progress_clear)

/** MageClock: measures the rate of a phase, pauses left out. */
typedef struct
{
  gint64 since;      /* when it last went on; 0: it stands */
  double elapsed;    /* seconds before that */
  double begun;      /* elapsed seconds when the phase began */
  guint first_step;  /* with which the phase began */
} MageClock;

void mage_clock_go (MageClock *self);
void mage_clock_stop (MageClock *self);
void mage_clock_begin (MageClock *self, guint step);
void mage_clock_step (MageClock *self, MageProgress *progress);

G_END_DECLS
