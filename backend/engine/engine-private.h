/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/pipeline.h"
#include "engine/engine.h"

G_BEGIN_DECLS

struct _Engine
{
  Pipeline *pipeline;
  const EngineListener *listener; /* of the running call */
};

gint engine_param_int (GVariant *params, const char *key, gint fallback);
double engine_param_double (GVariant *params, const char *key, double fallback);
gboolean engine_param_bool (GVariant *params, const char *key, gboolean fallback);

void engine_begin (Engine *self, const EngineListener *listener);
void engine_end (Engine *self);
void engine_progress (Engine *self, const char *phase, guint step, guint n_steps, const EngineTerm *terms,
                      guint n_terms);
gboolean engine_add_words (Engine *self, const EngineToken *words, guint n, GError **error);

gboolean engine_train (Engine *self, const EngineTrainRequest *request, const EngineListener *listener,
                       GError **error);
EngineClip *engine_sample (Engine *self, const EngineSampleRequest *request, const EngineListener *listener,
                           GError **error);
char *engine_bench (GVariant *options, const EngineListener *listener, GError **error);

G_END_DECLS
