/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job-fixture.h"

G_BEGIN_DECLS

/* The fixture of jobs with the real engine on the tiny model: three frames of 64 by 48, trainings of two steps, one thread. */
void tiny_fixture_set_up (Fixture *self);

G_END_DECLS
