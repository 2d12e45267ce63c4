/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A fuzz target: one parser, given whatever bytes there are. It may refuse them, and must neither crash nor read what is
 * not its own. libFuzzer calls it (-Dfuzz=true), and in the tests fuzz-replay.c with the files of its corpus.
 */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

const char *fuzz_folder (void);
void fuzz_write_parts (const guint8 *data, gsize size, const char *const *names, guint n_names);

G_END_DECLS
