/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-pins.h"

#include "ui/mage-attention-tiles.h"
#include "ui/mage-colour-scale.h"

#include <glib/gi18n.h>

/* Two ways of looking, kept side by side on one scale, and by how much they differ. They play with the page. */

#define SIDE 172

struct _MageAttentionPins
{
  AdwBin parent_instance;

  MageAttentionTiles *tiles;
  MageColourScale *scale;
  GtkLabel *note;
  Frames *ground;
  MageAttentionMap *maps[MAGE_ATTENTION_N_PINS];
  MageAttentionMap *difference;
  char *words[MAGE_ATTENTION_N_PINS];
  guint frame;
};

G_DEFINE_FINAL_TYPE (MageAttentionPins, mage_attention_pins, ADW_TYPE_BIN)

static void
clear (MageAttentionPins *self, guint i)
{
  g_clear_pointer (&self->maps[i], mage_attention_map_free);
  g_clear_pointer (&self->words[i], g_free);
  g_clear_pointer (&self->difference, mage_attention_map_free);
}

static void
mage_attention_pins_finalize (GObject *object)
{
  MageAttentionPins *self = MAGE_ATTENTION_PINS (object);

  for (guint i = 0; i < MAGE_ATTENTION_N_PINS; i++)
    clear (self, i);
  g_clear_pointer (&self->ground, frames_unref);
  G_OBJECT_CLASS (mage_attention_pins_parent_class)->finalize (object);
}

static void
mage_attention_pins_class_init (MageAttentionPinsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_attention_pins_finalize;
}

static void
mage_attention_pins_init (MageAttentionPins *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  self->tiles = g_object_new (MAGE_TYPE_ATTENTION_TILES, NULL);
  self->scale = g_object_new (MAGE_TYPE_COLOUR_SCALE, NULL);
  self->note = GTK_LABEL (gtk_label_new (NULL));
  mage_colour_scale_set_map (self->scale, MAGE_COLOUR_MAP_DIFFERENCE);
  mage_colour_scale_set_words (self->scale, _("more in B"), _("equal"), _("more in A"));
  gtk_label_set_wrap (self->note, TRUE);
  gtk_label_set_xalign (self->note, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "dim-label");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->tiles));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->scale));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->note));
  adw_bin_set_child (ADW_BIN (self), box);
}

/* Both on the scale of the stronger one, or they could not be compared; a difference keeps its own. */
static float
get_most (MageAttentionPins *self, guint i)
{
  const MageAttentionMap *a = self->maps[0], *b = self->maps[1];

  return a != NULL && b != NULL && a->colours == b->colours ? MAX (a->most, b->most) : self->maps[i]->most;
}

static void
paint (MageAttentionPins *self, guint tile, const MageAttentionMap *map, float most)
{
  g_autoptr (GdkTexture) texture = NULL;

  if (map != NULL && self->ground != NULL)
    texture = mage_attention_map_make_texture (map, self->ground, self->frame, most, SIDE,
                                               SIDE * self->ground->height / self->ground->width, NULL);
  mage_attention_tiles_set_picture (self->tiles, tile, GDK_PAINTABLE (texture));
}

static void
show (MageAttentionPins *self)
{
  static const char *const names[] = { "A", "B" };

  mage_attention_tiles_set_n (self->tiles, MAGE_ATTENTION_N_PINS + (self->difference != NULL), SIDE);
  for (guint i = 0; i < MAGE_ATTENTION_N_PINS; i++)
    {
      mage_attention_tiles_set_words (self->tiles, i, names[i], self->words[i]);
      paint (self, i, self->maps[i], self->maps[i] != NULL ? get_most (self, i) : 0);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->scale), self->difference != NULL);
  if (self->difference == NULL)
    return;
  mage_attention_tiles_set_words (self->tiles, MAGE_ATTENTION_N_PINS, "A − B", NULL);
  paint (self, MAGE_ATTENTION_N_PINS, self->difference, self->difference->most);
}

static void
tell (MageAttentionPins *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MAGE_ATTENTION_N_PINS; i++)
    if (self->words[i] != NULL)
      g_string_append_printf (text, "%s%c: %s", text->len > 0 ? "\n" : "", 'A' + i, self->words[i]);
  if (self->difference != NULL)
    {
      g_autofree char *most = g_strdup_printf (_("They differ by up to %.1f percentage points."), 100 * self->difference->most);

      g_string_append_printf (text, "\n%s", most);
    }
  gtk_label_set_text (self->note, text->str);
}

void
mage_attention_pins_set_ground (MageAttentionPins *self, Frames *ground)
{
  g_clear_pointer (&self->ground, frames_unref);
  self->ground = frames_ref (ground);
  show (self);
}

/** mage_attention_pins_keep: @words: what is looked at */
void
mage_attention_pins_keep (MageAttentionPins *self, guint i, const MageAttentionLook *look, const char *words)
{
  clear (self, i);
  self->maps[i] = mage_attention_look_make_map (look);
  self->words[i] = g_strdup (words);
  if (self->maps[0] != NULL && self->maps[1] != NULL)
    self->difference = mage_attention_map_subtract (self->maps[0], self->maps[1]);
  show (self);
  tell (self);
}

void
mage_attention_pins_set_frame (MageAttentionPins *self, guint frame)
{
  if (self->frame == frame)
    return;
  self->frame = frame;
  if (self->maps[0] != NULL || self->maps[1] != NULL)
    show (self);
}

gboolean
mage_attention_pins_has (MageAttentionPins *self, guint i)
{
  return self->maps[i] != NULL;
}
