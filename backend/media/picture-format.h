/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *picture_format_sniff (const guint8 *data, gsize n_data);

G_END_DECLS
