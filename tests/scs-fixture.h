/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"

G_BEGIN_DECLS

/* SCS through the engine's door, on the tiny golden model. */

#define FRAMES 3
#define WIDTH 64
#define HEIGHT 48
#define STEPS 5

/* Hears of a call. */
typedef struct
{
  guint stop_after; /* steps of @phase after which the call is interrupted; 0: never */
  const char *phase;
  guint steps;
  guint inversions;
  guint guided;
  double moved;
  GHashTable *looks; /* what was shown → how often */
  EngineClip *preview; /* the last one */
  guint preview_step;
  gint validate_every;
  guint validations;
  double looks_lost[STEPS + 1], movement_lost[STEPS + 1]; /* L_s→m and L_m→s of the steps, from 1 on */
  guint timesteps; /* of both subjects and of the CutMix clip */
} Watch;

Watch *watch_new (const char *phase, guint stop_after);
void watch_free (Watch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watch, watch_free)
gboolean watch_interrupted (gpointer data, GError **error);
void watch_progress (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms);
void watch_preview (gpointer data, guint step, const EngineClip *clip);
void watch_look (gpointer data, guint step, const char *what, const EngineClip *clip);
guint watch_seen (Watch *watch, const char *what);

/* What a sampling gets beside what all have: any of it may be absent, but the parameters. */
typedef struct
{
  GVariant *params;
  const char *cache;
  const char *run_dir;
  const char *mask_token;
  const char *steps_dir;
  guint from_step;
} ScsHow;

Engine *open_tiny (void);
EngineClip *wanderer (guint n_frames, guint8 grey, gboolean with_mask);
GVariant *scs_params (const char *sampling, gint tau, double alpha, gint iterations);
char *golden_lora (const char *folder, const char *file);
/* What a request is used for; it fills in nothing. */
typedef gpointer (*ScsUse) (Engine *engine, const EngineSampleRequest *request, const EngineListener *listener, gpointer data,
                            GError **error);
gpointer scs_use (const ScsHow *how, Watch *watch, ScsUse use, gpointer data, GError **error);
EngineClip *scs_sample (const ScsHow *how, Watch *watch, GError **error);
void assert_same (EngineClip *a, EngineClip *b);

G_END_DECLS
