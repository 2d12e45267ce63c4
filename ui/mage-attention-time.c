/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-time.h"

#include "ui/mage-attention-matrix.h"

#include <glib/gi18n.h>

/* Where one place of the picture looks in time, in both branches beside each other. */

struct _MageAttentionTime
{
  AdwBin parent_instance;

  GtkLabel *place;
  GtkLabel *subject_title;
  MageAttentionMatrix *subject_matrix;
  GtkWidget *motion_side;
  MageAttentionMatrix *motion_matrix;
  GtkLabel *looks;
};

G_DEFINE_FINAL_TYPE (MageAttentionTime, mage_attention_time, ADW_TYPE_BIN)

enum
{
  FRAME_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
frame_chosen_cb (MageAttentionTime *self, guint frame)
{
  g_signal_emit (self, signals[FRAME_CHOSEN], 0, frame);
}

static void
mage_attention_time_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MAGE_TYPE_ATTENTION_TIME);
  G_OBJECT_CLASS (mage_attention_time_parent_class)->dispose (object);
}

static void
mage_attention_time_class_init (MageAttentionTimeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_attention_time_dispose;
  /** MageAttentionTime::frame-chosen: a row of either matrix was clicked. */
  signals[FRAME_CHOSEN] = g_signal_new ("frame-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_UINT);
  g_type_ensure (MAGE_TYPE_ATTENTION_MATRIX);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-attention-time.ui");
  gtk_widget_class_bind_template_child (widget_class, MageAttentionTime, place);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionTime, subject_title);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionTime, subject_matrix);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionTime, motion_side);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionTime, motion_matrix);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionTime, looks);
  gtk_widget_class_bind_template_callback (widget_class, frame_chosen_cb);
}

static void
mage_attention_time_init (MageAttentionTime *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_attention_time_show: @layer: looks over time; @cell: of its grid; @frame: whose row is spelled out */
void
mage_attention_time_show (MageAttentionTime *self, const MageAttention *attention, const MageAttentionLayer *layer, int head,
                          guint cell, guint frame)
{
  MageAttentionMatrix *matrices[] = { self->subject_matrix, self->motion_matrix };
  gsize size = (gsize) attention->n_frames * attention->n_frames;
  g_autofree float *values = g_new (float, size);
  g_autofree char *where = g_strdup_printf (_("place %u, %u of %u × %u"), cell % layer->width + 1, cell / layer->width + 1,
                                            layer->width, layer->height);
  g_autofree char *words = g_strdup_printf (_("Where frame %u looks, in per cent"), frame + 1);

  for (guint b = 0; b < attention->n_branches; b++)
    {
      mage_attention_get_matrix (attention, layer, b, head, cell, values);
      mage_attention_matrix_set_values (matrices[b], values, attention->n_frames);
      mage_attention_matrix_set_frame (matrices[b], frame);
    }
  gtk_widget_set_visible (self->motion_side, attention->n_branches > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->subject_title), attention->n_branches > 1);
  gtk_label_set_text (self->place, where);
  gtk_label_set_text (self->looks, words);
}
