/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

G_BEGIN_DECLS

/** CliSheet: a contact sheet: a row of frames for every video, with a label before it. */
typedef struct _CliSheet CliSheet;

CliSheet *cli_sheet_new (const char *title);
void cli_sheet_free (CliSheet *self);
void cli_sheet_add (CliSheet *self, const char *label, const char *note, Frames *frames);
gboolean cli_sheet_save (CliSheet *self, const char *path, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliSheet, cli_sheet_free)

G_END_DECLS
