/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Key: one line of a list: a parameter or a layer and its shape ("conv_in.weight 320x4x3x3"). */
typedef struct
{
  char *name;
  gint64 shape[8];
  guint n_dims; /* 0: the line has no shape */
} Key;

/*
 * Lists of the names and shapes of networks too large to be kept as files, and model folders made
 * from them: the weights are one sparse file in half precision, all zeros, which takes no room.
 */
GPtrArray *key_list_load (const char *path, GError **error);
const Key *key_list_find (GPtrArray *keys, const char *name);
gsize key_list_bytes (GPtrArray *keys);

char *key_list_unet_config (GPtrArray *keys);
char *key_list_vae_config (GPtrArray *keys);
char *key_list_text_config (GPtrArray *keys);

char *key_list_make_folder (GPtrArray *keys, const char *config, GError **error);
void key_list_remove_folder (char *dir);

G_END_DECLS
