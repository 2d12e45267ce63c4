/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-map-frames.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

/*
 * Attention as grey clips. Layers of one size are one picture, their mean: a model has few sizes and many layers. What is white is
 * said by whoever asks, so that several pictures have one scale.
 */

void
mage_map_group_free (MageMapGroup *self)
{
  g_ptr_array_unref (self->layers);
  g_free (self);
}

/** mage_map_group_of_layer: Returns: (transfer full): @layer alone */
MageMapGroup *
mage_map_group_of_layer (MageMapLayer *layer)
{
  MageMapGroup *self = g_new0 (MageMapGroup, 1);

  self->time = layer->time;
  self->width = layer->width;
  self->height = layer->height;
  self->layers = g_ptr_array_new ();
  g_ptr_array_add (self->layers, layer);
  return self;
}

static MageMapGroup *
find_group (GPtrArray *groups, const MageMapLayer *layer)
{
  for (guint i = 0; i < groups->len; i++)
    {
      MageMapGroup *group = g_ptr_array_index (groups, i);

      const MageMapLayer *first = g_ptr_array_index (group->layers, 0);

      /* A file may hold layers of one size and of other lengths: their mean has no frames. */
      if (group->time == layer->time && group->width == layer->width && group->height == layer->height
          && first->n_frames == layer->n_frames)
        return group;
    }
  return NULL;
}

/* The coarse ones first, time last. */
static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const MageMapGroup *one = *(const MageMapGroup *const *) a;
  const MageMapGroup *other = *(const MageMapGroup *const *) b;

  if (one->time != other->time)
    return one->time ? 1 : -1;
  return (int) (one->width * one->height) - (int) (other->width * other->height);
}

/**
 * mage_map_groups_of:
 * @n_most: of the sizes of words; of more the coarsest and the finest are among them
 *
 * Returns: (transfer full) (element-type MageMapGroup): the coarsest first; time last, where the maps have it
 */
GPtrArray *
mage_map_groups_of (const MageMaps *maps, guint n_most)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_map_group_free);
  guint n = 0;

  for (guint i = 0; i < maps->layers->len; i++)
    {
      MageMapLayer *layer = g_ptr_array_index (maps->layers, i);
      MageMapGroup *group = find_group (groups, layer);

      if (group != NULL)
        g_ptr_array_add (group->layers, layer);
      else
        g_ptr_array_add (groups, mage_map_group_of_layer (layer));
    }
  g_ptr_array_sort (groups, compare_groups);
  while (n < groups->len && !((MageMapGroup *) g_ptr_array_index (groups, n))->time)
    n++;
  for (; n > n_most; n--)
    g_ptr_array_remove_index (groups, n / 2);
  return groups;
}

static double
get_value (const MageMapGroup *self, guint word, int head, guint frame, guint row, guint column)
{
  double sum = 0;

  for (guint i = 0; i < self->layers->len; i++)
    sum += mage_map_layer_get (g_ptr_array_index (self->layers, i), word, head, frame, row, column);
  return sum / self->layers->len;
}

static guint
get_n_frames (const MageMapGroup *self)
{
  return self->time ? 1 : ((MageMapLayer *) g_ptr_array_index (self->layers, 0))->n_frames;
}

/** mage_map_group_get_most: the largest probability that it shows; @head: negative: the mean over all */
double
mage_map_group_get_most (const MageMapGroup *self, guint word, int head)
{
  double most = 0;

  for (guint f = 0; f < get_n_frames (self); f++)
    for (guint y = 0; y < self->height; y++)
      for (guint x = 0; x < self->width; x++)
        most = MAX (most, get_value (self, word, head, f, y, x));
  return most;
}

/** mage_map_group_dup_frames: @most: the probability that is white. Returns: (transfer full): grey, as fine as the maps are */
Frames *
mage_map_group_dup_frames (const MageMapGroup *self, guint word, int head, double most, double rate)
{
  guint n_frames = get_n_frames (self);
  guint8 *rgb = g_malloc ((gsize) n_frames * self->width * self->height * 3);
  guint8 *to = rgb;

  for (guint f = 0; f < n_frames; f++)
    for (guint y = 0; y < self->height; y++)
      for (guint x = 0; x < self->width; x++, to += 3)
        memset (to, (int) (255 * CLAMP (get_value (self, word, head, f, y, x) / MAX (most, 1e-9), 0, 1) + 0.5), 3);
  return frames_new_take (n_frames, self->width, self->height, n_frames > 1 ? rate : 0, rgb);
}

/** mage_map_layer_dup_title: Returns: (transfer full): which of the network's layers it is: “Down 2.1 · 8 × 8” */
char *
mage_map_layer_dup_title (const MageMapLayer *layer)
{
  g_auto (GStrv) parts = g_strsplit (layer->name, ".", -1);
  guint n = g_strv_length (parts);
  g_autoptr (GString) title = g_string_new (NULL);

  if (n > 3 && g_str_equal (parts[0], "down_blocks"))
    g_string_append_printf (title, _("Down %d.%d"), atoi (parts[1]) + 1, atoi (parts[3]) + 1);
  else if (n > 3 && g_str_equal (parts[0], "up_blocks"))
    g_string_append_printf (title, _("Up %d.%d"), atoi (parts[1]) + 1, atoi (parts[3]) + 1);
  else if (n > 0 && g_str_equal (parts[0], "mid_block"))
    g_string_append (title, _("Middle"));
  else
    g_string_append (title, n > 0 && g_str_equal (parts[0], "transformer_in") ? _("First") : layer->name);
  /* A block of time attention looks twice. */
  if (layer->time && n > 0)
    g_string_append (title, g_str_equal (parts[n - 1], "attn1") ? _(", once") : _(", again"));
  g_string_append_printf (title, " · %u × %u", layer->width, layer->height);
  return g_string_free (g_steal_pointer (&title), FALSE);
}
