/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The side of what a net looks at. */
#define WORLD_NET_SIDE 32

/** WorldNet: a small convolutional network that is trained and run on the CPU, without any library. */
typedef struct _WorldNet WorldNet;

WorldNet *world_net_new (guint channels, guint n_outputs, guint64 seed);
void world_net_free (WorldNet *self);
const float *world_net_run (WorldNet *self, const float *input);
void world_net_learn (WorldNet *self, const float *slopes);
void world_net_step (WorldNet *self, double rate, guint batch);
GVariant *world_net_save (const WorldNet *self);
gboolean world_net_load (WorldNet *self, GVariant *weights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WorldNet, world_net_free)

G_END_DECLS
