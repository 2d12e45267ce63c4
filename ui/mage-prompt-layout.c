/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-prompt-layout.h"

#include "ui/mage-face-cache.h"
#include "ui/mage-prompt-chip.h"

/*
 * How a prompt with chips lies in lines of a width, known before a text view has laid it out. Spacing
 * before a word makes room for its face, but not at the beginning of a line, where Pango takes
 * spacing away; there the line has to be moved.
 */

/* What a line that begins with a chip is moved by. */
#define ROOM ((int) MAGE_FACE_SIZE + MAGE_PROMPT_END)

static void
add_attribute (PangoAttrList *list, const char *text, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = (guint) (g_utf8_offset_to_pointer (text, start) - text);
  attribute->end_index = (guint) (g_utf8_offset_to_pointer (text, end) - text);
  pango_attr_list_insert (list, attribute);
}

static void
add_spacing (PangoAttrList *list, const char *text, int pixels, guint at)
{
  add_attribute (list, text, pango_attr_letter_spacing_new (pixels * PANGO_SCALE), at, at + 1);
}

static PangoAttrList *
make_attributes (const char *text, GArray *chips)
{
  PangoAttrList *attributes = pango_attr_list_new ();
  guint length = (guint) g_utf8_strlen (text, -1);
  guint spaced = 0; /* behind the character that the word before has spaced */

  for (guint i = 0; i < chips->len; i++)
    {
      const MagePromptChip *chip = &g_array_index (chips, MagePromptChip, i);

      add_attribute (attributes, text, pango_attr_weight_new (PANGO_WEIGHT_BOLD), chip->start, chip->end);
      if (chip->start > 0)
        add_spacing (attributes, text, chip->start == spaced ? MAGE_PROMPT_PAD_BETWEEN : MAGE_PROMPT_PAD_BEFORE, chip->start - 1);
      if (chip->end < length)
        add_spacing (attributes, text, MAGE_PROMPT_PAD_AFTER, chip->end);
      spaced = chip->end + 1;
    }
  return attributes;
}

static PangoLayout *
make_layout (GtkWidget *widget, const char *text, GArray *chips, int width, MagePromptRoom room)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr (PangoAttrList) attributes = make_attributes (text, chips);

  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_indent (layout, room.indent * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, MAX (1, width - room.all) * PANGO_SCALE);
  return layout;
}

static gboolean
is_chip_at (const char *text, GArray *chips, int index)
{
  for (guint i = 0; i < chips->len; i++)
    if (g_utf8_offset_to_pointer (text, g_array_index (chips, MagePromptChip, i).start) == text + index)
      return TRUE;
  return FALSE;
}

/**
 * mage_prompt_layout_get_room:
 * @widget: whose font it is
 * @chips: (element-type MagePromptChip): the known words in @text
 * @width: of the lines, in pixels
 *
 * Returns: the room that faces need at the beginning of lines
 */
MagePromptRoom
mage_prompt_layout_get_room (GtkWidget *widget, const char *text, GArray *chips, int width)
{
  gboolean first = is_chip_at (text, chips, 0);
  MagePromptRoom room = { 0, first ? ROOM : 0 };
  g_autoptr (PangoLayout) layout = make_layout (widget, text, chips, width, room);
  gboolean wrapped = FALSE;

  for (int i = 1; i < pango_layout_get_line_count (layout); i++)
    wrapped = wrapped || is_chip_at (text, chips, pango_layout_get_line_readonly (layout, i)->start_index);
  if (wrapped && first)
    return (MagePromptRoom) { ROOM, 0 };
  if (wrapped)
    return (MagePromptRoom) { 0, -ROOM };
  return room;
}

/** mage_prompt_layout_get_height: Returns: of all lines and what is between them, in pixels; see mage_prompt_layout_get_room () */
int
mage_prompt_layout_get_height (GtkWidget *widget, const char *text, GArray *chips, int width)
{
  MagePromptRoom room = mage_prompt_layout_get_room (widget, text, chips, width);
  g_autoptr (PangoLayout) layout = make_layout (widget, text, chips, width, room);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height + (pango_layout_get_line_count (layout) - 1) * MAGE_PROMPT_WRAP_GAP;
}
