/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/picture-input.h"
#include "nn/weights.h"

G_BEGIN_DECLS

/** U2Netp: the small U²-Net (Qin et al., 2020): where the salient subject of a picture is, without being asked. */
typedef struct _U2Netp U2Netp;

U2Netp *u2netp_new (Weights *weights, GError **error);
void u2netp_free (U2Netp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (U2Netp, u2netp_free)

Tensor *u2netp_find (U2Netp *self, const PictureInput *picture);

G_END_DECLS
