/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/conditioner.h"
#include "diffusion/schedule.h"
#include "nn/unet.h"
#include "nn/vae.h"

G_BEGIN_DECLS

/** Pipeline: a model folder in diffusers layout, opened: the four parts, owned. */
typedef struct
{
  char *model_dir;
  TDevice device;
  TDtype dtype; /* of the frozen weights */
  Conditioner *conditioner;
  UNet *unet;
  Vae *vae;
  Schedule *schedule;
} Pipeline;

Pipeline *pipeline_open (const char *model_dir, TDevice device, TDtype dtype, GError **error);
void pipeline_rest (Pipeline *self, gboolean text_too);
void pipeline_free (Pipeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pipeline, pipeline_free)

G_END_DECLS
