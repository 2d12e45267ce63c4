/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-memory-ways.h"

#include <glib/gi18n.h>

/* What helps where a training does not fit into memory: each a change of the settings, and a button that says what it was measured to give and to cost. */

/* Half of the frames, but no fewer than move. */
static gboolean
take_fewer_frames (MageParams *params, gboolean apply)
{
  gint64 frames = mage_params_get_int (params, "frames");

  if (frames <= 4)
    return FALSE;
  return !apply || mage_params_set_int (params, "frames", MAX (frames / 2, 4), NULL);
}

/* Three quarters of both sides, as whole blocks of the networks. */
static gboolean
take_smaller_size (MageParams *params, gboolean apply)
{
  gint64 width = mage_params_get_int (params, "width") * 3 / 4 / 32 * 32;
  gint64 height = mage_params_get_int (params, "height") * 3 / 4 / 32 * 32;

  if (width < 64 || height < 64)
    return FALSE;
  return !apply || (mage_params_set_int (params, "width", width, NULL) && mage_params_set_int (params, "height", height, NULL));
}

static gboolean
take_switch (MageParams *params, const char *key, gboolean apply)
{
  if (mage_params_get_boolean (params, key))
    return FALSE;
  return !apply || mage_params_set_boolean (params, key, TRUE, NULL);
}

static gboolean
take_checkpointing (MageParams *params, gboolean apply)
{
  return take_switch (params, "gradient_checkpointing", apply);
}

static gboolean
take_offload (MageParams *params, gboolean apply)
{
  return take_switch (params, "offload", apply);
}

static gboolean
take_half (MageParams *params, gboolean apply)
{
  if (g_str_equal (mage_params_get_string (params, "precision"), "half"))
    return FALSE;
  return !apply || mage_params_set_string (params, "precision", "half", NULL);
}

static const struct
{
  const char *label;
  gboolean (*take) (MageParams *params, gboolean apply);
} ways[MAGE_N_MEMORY_WAYS] = {
  [MAGE_MEMORY_WAY_CHECKPOINTING] = { N_("Gradient _Checkpointing"), take_checkpointing },
  [MAGE_MEMORY_WAY_OFFLOAD] = { N_("_Encoders Only When Needed"), take_offload },
  [MAGE_MEMORY_WAY_HALF] = { N_("_Half Precision"), take_half },
  [MAGE_MEMORY_WAY_FRAMES] = { N_("Fewer _Frames"), take_fewer_frames },
  [MAGE_MEMORY_WAY_SIZE] = { N_("Smaller _Size"), take_smaller_size },
};

/** mage_memory_way_is_open: whether it would change anything about @params. */
gboolean
mage_memory_way_is_open (MageMemoryWay way, MageParams *params)
{
  return ways[way].take (params, FALSE);
}

/** mage_memory_way_take: changes @params. Returns: FALSE where it cannot */
gboolean
mage_memory_way_take (MageMemoryWay way, MageParams *params)
{
  return ways[way].take (params, TRUE);
}

/** mage_memory_way_button_new: Returns: (transfer floating): a button that says what the way is */
GtkWidget *
mage_memory_way_button_new (MageMemoryWay way)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *label = gtk_label_new_with_mnemonic (_(ways[way].label));
  GtkWidget *cost = gtk_label_new (_("Measuring…"));

  gtk_label_set_mnemonic_widget (GTK_LABEL (label), button);
  gtk_widget_add_css_class (cost, "caption");
  gtk_widget_add_css_class (cost, "dim-label");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), cost);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL,
                                  GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, cost, NULL, -1);
  return button;
}

static GtkWidget *
get_cost (GtkWidget *button)
{
  return gtk_widget_get_last_child (gtk_button_get_child (GTK_BUTTON (button)));
}

/**
 * mage_memory_way_button_show:
 * @use: (nullable): what was measured with it; NULL where that did not fit either
 * @now: what is measured without it; its seconds are 0 where that did not fit
 */
void
mage_memory_way_button_show (GtkWidget *button, const MageMemoryUse *use, const MageMemoryUse *now)
{
  g_autofree char *most = use != NULL ? g_format_size (MAX (use->training, use->preview)) : NULL;
  g_autofree char *text = NULL;

  if (use == NULL)
    text = g_strdup (_("Does not fit either"));
  else if (now->seconds > 0)
    text = g_strdup_printf (_("%s, %.2g × the time"), most, use->seconds / now->seconds);
  else
    text = g_strdup_printf (_("%s, %.2g s a step"), most, use->seconds);
  gtk_label_set_text (GTK_LABEL (get_cost (button)), text);
}

/** mage_memory_way_button_get_cost: what it says below its name. */
const char *
mage_memory_way_button_get_cost (GtkWidget *button)
{
  return gtk_label_get_text (GTK_LABEL (get_cost (button)));
}
