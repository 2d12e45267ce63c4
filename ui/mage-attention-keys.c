/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-keys.h"

/* The microscope by keyboard: numbers choose words, arrows frames, brackets steps; with Shift arrows move the place. */

static void
go_frames (MageAttentionPage *page, int by)
{
  int n = (int) mage_attention_page_get_look (page)->attention->n_frames;

  mage_attention_page_set_frame (page, (guint) (((int) mage_attention_page_get_frame (page) + by + n) % n));
}

static void
go_steps (MageAttentionPage *page, int by)
{
  int n = (int) mage_attention_film_get_n_steps (mage_attention_page_get_film (page));

  mage_attention_page_set_step (page, (guint) CLAMP ((int) mage_attention_page_get_step (page) + by, 1, n));
}

/* After the last head comes the mean of all. */
static void
go_heads (MageAttentionPage *page)
{
  const MageAttentionLook *look = mage_attention_page_get_look (page);

  mage_attention_page_set_head (page, look->head + 1 < (int) look->layer->n_heads ? look->head + 1 : MAGE_ATTENTION_ALL_HEADS);
}

static void
go_branches (MageAttentionPage *page)
{
  mage_attention_page_set_branch (page, (mage_attention_page_get_look (page)->branch + 1) % (MAGE_LOOK_MIX + 1));
}

static gboolean
press_plain (MageAttentionPage *page, guint key)
{
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_j:
      go_frames (page, gtk_widget_get_direction (GTK_WIDGET (page)) == GTK_TEXT_DIR_RTL && key == GDK_KEY_Left ? 1 : -1);
      break;
    case GDK_KEY_Right:
    case GDK_KEY_l:
      go_frames (page, gtk_widget_get_direction (GTK_WIDGET (page)) == GTK_TEXT_DIR_RTL && key == GDK_KEY_Right ? -1 : 1);
      break;
    case GDK_KEY_bracketleft:
      go_steps (page, -1);
      break;
    case GDK_KEY_bracketright:
      go_steps (page, 1);
      break;
    case GDK_KEY_h:
      go_heads (page);
      break;
    case GDK_KEY_b:
      go_branches (page);
      break;
    case GDK_KEY_space:
    case GDK_KEY_k:
      mage_attention_page_play (page);
      break;
    case GDK_KEY_c:
      mage_attention_page_keep_next (page);
      break;
    default:
      if (key < GDK_KEY_1 || key > GDK_KEY_9)
        return GDK_EVENT_PROPAGATE;
      mage_attention_page_set_word (page, key - GDK_KEY_1);
    }
  return GDK_EVENT_STOP;
}

static gboolean
press_shifted (MageAttentionPage *page, guint key)
{
  switch (key)
    {
    case GDK_KEY_Left:
      mage_attention_page_move_place (page, -1, 0);
      break;
    case GDK_KEY_Right:
      mage_attention_page_move_place (page, 1, 0);
      break;
    case GDK_KEY_Up:
      mage_attention_page_move_place (page, 0, -1);
      break;
    case GDK_KEY_Down:
      mage_attention_page_move_place (page, 0, 1);
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  return GDK_EVENT_STOP;
}

static gboolean
key_pressed_cb (MageAttentionPage *page, guint key, guint code, GdkModifierType modifiers)
{
  if (key == GDK_KEY_Escape && mage_attention_film_get_wanted (mage_attention_page_get_film (page)) > 0)
    {
      mage_attention_page_cancel (page);
      return GDK_EVENT_STOP;
    }
  if (mage_attention_page_get_look (page)->attention == NULL || (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)))
    return GDK_EVENT_PROPAGATE;
  return modifiers & GDK_SHIFT_MASK ? press_shifted (page, key) : press_plain (page, key);
}

/** mage_attention_keys_add: once a page. */
void
mage_attention_keys_add (MageAttentionPage *page)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), page);
  gtk_widget_add_controller (GTK_WIDGET (page), keys);
}
