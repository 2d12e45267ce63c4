/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-inspector.h"

#include "ui/mage-attention-names.h"
#include "ui/mage-scale-row.h"

#include <glib/gi18n.h>

/* What of a video's attention is looked at: branch, kind, layer, step and head. It tells what is chosen and shows what is seen. */

#define HEAD_SIDE 54

struct _MageAttentionInspector
{
  AdwBin parent_instance;

  gboolean setting;      /* the controls are being set, nobody chose */
  gboolean scs;
  guint guided;
  guint n_steps;
  GStrv names;           /* of the layers that can be chosen now */
  MageScaleRow *step;

  GtkWidget *branch_group;
  AdwToggleGroup *branch;
  AdwPreferencesGroup *where;
  AdwComboRow *kind;
  AdwComboRow *layer;
  AdwPreferencesGroup *head_group;
  GtkToggleButton *mean;
  MageAttentionTiles *heads;
  AdwToggle *mix;
  GtkLabel *branch_words;
  GtkWidget *kept;
  GtkLabel *note;
  GtkToggleButton *ahead;
  GtkProgressBar *kept_bar;
};

G_DEFINE_FINAL_TYPE (MageAttentionInspector, mage_attention_inspector, ADW_TYPE_BIN)

enum
{
  BRANCH_CHOSEN,
  TEMPORAL_CHOSEN,
  LAYER_CHOSEN,
  STEP_CHOSEN,
  HEAD_CHOSEN,
  KEEP,
  AHEAD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *const branch_names[] = { "subject", "motion", "difference", "mix" };

static void
branch_cb (MageAttentionInspector *self)
{
  const char *name = adw_toggle_group_get_active_name (self->branch);

  for (guint i = 0; !self->setting && i < G_N_ELEMENTS (branch_names); i++)
    if (g_strcmp0 (name, branch_names[i]) == 0)
      g_signal_emit (self, signals[BRANCH_CHOSEN], 0, i);
}

static void
kind_cb (MageAttentionInspector *self)
{
  if (!self->setting)
    g_signal_emit (self, signals[TEMPORAL_CHOSEN], 0, adw_combo_row_get_selected (self->kind) == 1);
}

static void
layer_cb (MageAttentionInspector *self)
{
  guint i = adw_combo_row_get_selected (self->layer);

  if (!self->setting && self->names != NULL && i < g_strv_length (self->names))
    {
      g_autofree char *name = g_strdup (self->names[i]);

      g_signal_emit (self, signals[LAYER_CHOSEN], 0, name);
    }
}

static void
step_cb (MageAttentionInspector *self)
{
  if (!self->setting)
    g_signal_emit (self, signals[STEP_CHOSEN], 0, (guint) (mage_scale_row_get_value (self->step) + 0.5));
}

static void
head_cb (MageAttentionInspector *self, guint head)
{
  g_signal_emit (self, signals[HEAD_CHOSEN], 0, (int) head);
}

static void
mean_cb (MageAttentionInspector *self)
{
  if (!self->setting)
    g_signal_emit (self, signals[HEAD_CHOSEN], 0, gtk_toggle_button_get_active (self->mean) ? MAGE_ATTENTION_ALL_HEADS : 0);
}

static void
keep_a_cb (MageAttentionInspector *self)
{
  g_signal_emit (self, signals[KEEP], 0, 0);
}

static void
keep_b_cb (MageAttentionInspector *self)
{
  g_signal_emit (self, signals[KEEP], 0, 1);
}

static void
ahead_cb (MageAttentionInspector *self)
{
  if (!self->setting)
    g_signal_emit (self, signals[AHEAD], 0, !gtk_toggle_button_get_active (self->ahead));
}

/* --- showing --- */

/* What is seen of the branches, in a sentence. */
static void
show_branch (MageAttentionInspector *self, const MageAttentionLook *look)
{
  g_autofree char *mix = g_strdup_printf (_("The mean of both branches, weighted as the video mixes them: %.2f · subjects + %.2f · motion. "
                                            "No pass of the network looks at the mixture itself."),
                                          look->mix[MAGE_ATTENTION_SUBJECT], look->mix[MAGE_ATTENTION_MOTION]);
  const char *const words[] = { _("What the branch with the subjects looks at."), _("What the branch with the motion looks at."),
                                _("Subjects less motion, in percentage points."), mix };

  gtk_widget_set_visible (self->branch_group, mage_attention_look_has_branches (look));
  adw_toggle_set_enabled (self->mix, mage_attention_look_has_mix (look));
  adw_toggle_set_tooltip (self->mix, mix);
  adw_toggle_group_set_active_name (self->branch, branch_names[look->branch]);
  gtk_label_set_text (self->branch_words, words[look->branch]);
}

/* The list of layers is only made anew where they are others: it may be open, and its own keys choose among them. */
static void
set_layers (MageAttentionInspector *self, GStrv names)
{
  g_autoptr (GtkStringList) list = NULL;

  if (self->names != NULL && g_strv_equal ((const char *const *) self->names, (const char *const *) names))
    {
      g_strfreev (names);
      return;
    }
  list = gtk_string_list_new (NULL);
  for (guint i = 0; names[i] != NULL; i++)
    gtk_string_list_take (list, mage_attention_name_to_words (names[i]));
  g_strfreev (self->names);
  self->names = names;
  adw_combo_row_set_model (self->layer, G_LIST_MODEL (list));
}

static void
show_layers (MageAttentionInspector *self, const MageAttentionLook *look)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  guint selected = 0, n = 0;
  g_autofree char *size = g_strdup_printf (ngettext ("%u × %u · %u head", "%u × %u · %u heads", look->layer->n_heads),
                                           look->layer->width, look->layer->height, look->layer->n_heads);

  for (guint i = 0; look->attention->names[i] != NULL; i++)
    if (mage_attention_name_is_temporal (look->attention->names[i]) == look->layer->temporal)
      {
        g_strv_builder_add (names, look->attention->names[i]);
        if (g_str_equal (look->attention->names[i], look->layer->name))
          selected = n;
        n++;
      }
  set_layers (self, g_strv_builder_end (names));
  adw_combo_row_set_selected (self->layer, selected);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->layer), size);
}

static void
show_heads (MageAttentionInspector *self, const MageAttentionLook *look)
{
  guint n = look->layer->n_heads;
  gboolean all = look->head == MAGE_ATTENTION_ALL_HEADS;
  g_autofree char *text = all ? g_strdup_printf (_("Mean of all %u"), n) : g_strdup_printf (_("Head %d of %u"), look->head + 1, n);

  mage_attention_tiles_set_n (self->heads, n, HEAD_SIDE);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *caption = g_strdup_printf ("%u", i + 1);
      g_autofree char *tooltip = g_strdup_printf (_("Head %u"), i + 1);

      mage_attention_tiles_set_words (self->heads, i, caption, tooltip);
    }
  mage_attention_tiles_select (self->heads, all ? MAGE_ATTENTION_NO_TILE : (guint) look->head);
  adw_preferences_group_set_description (self->head_group, text);
  gtk_toggle_button_set_active (self->mean, all);
}

/* --- the object --- */

static void
mage_attention_inspector_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MAGE_TYPE_ATTENTION_INSPECTOR);
  G_OBJECT_CLASS (mage_attention_inspector_parent_class)->dispose (object);
}

static void
mage_attention_inspector_finalize (GObject *object)
{
  g_strfreev (MAGE_ATTENTION_INSPECTOR (object)->names);
  G_OBJECT_CLASS (mage_attention_inspector_parent_class)->finalize (object);
}

static guint
add_signal (MageAttentionInspectorClass *klass, const char *name, GType type)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, type);
}

static void
mage_attention_inspector_class_init (MageAttentionInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_attention_inspector_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_attention_inspector_finalize;
  /* What the user chose: a MageLookBranch; whether it is over time; a layer's name; a step; a head or all; where it is kept;
   * whether steps that nobody looks at yet are computed, too. */
  signals[BRANCH_CHOSEN] = add_signal (klass, "branch-chosen", G_TYPE_UINT);
  signals[TEMPORAL_CHOSEN] = add_signal (klass, "temporal-chosen", G_TYPE_BOOLEAN);
  signals[LAYER_CHOSEN] = add_signal (klass, "layer-chosen", G_TYPE_STRING);
  signals[STEP_CHOSEN] = add_signal (klass, "step-chosen", G_TYPE_UINT);
  signals[HEAD_CHOSEN] = add_signal (klass, "head-chosen", G_TYPE_INT);
  signals[KEEP] = add_signal (klass, "keep", G_TYPE_UINT);
  signals[AHEAD] = add_signal (klass, "ahead", G_TYPE_BOOLEAN);
  g_type_ensure (MAGE_TYPE_ATTENTION_TILES);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-attention-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, branch_group);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, branch);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, where);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, kind);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, layer);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, head_group);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, mean);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, heads);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, mix);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, branch_words);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, kept);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, note);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, ahead);
  gtk_widget_class_bind_template_child (widget_class, MageAttentionInspector, kept_bar);
  gtk_widget_class_bind_template_callback (widget_class, branch_cb);
  gtk_widget_class_bind_template_callback (widget_class, kind_cb);
  gtk_widget_class_bind_template_callback (widget_class, layer_cb);
  gtk_widget_class_bind_template_callback (widget_class, head_cb);
  gtk_widget_class_bind_template_callback (widget_class, mean_cb);
  gtk_widget_class_bind_template_callback (widget_class, keep_a_cb);
  gtk_widget_class_bind_template_callback (widget_class, keep_b_cb);
  gtk_widget_class_bind_template_callback (widget_class, ahead_cb);
}

static void
mage_attention_inspector_init (MageAttentionInspector *self)
{
  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->setting = FALSE;
}

/** mage_attention_inspector_set_steps: once. @guided: how many of them are, with SCS */
void
mage_attention_inspector_set_steps (MageAttentionInspector *self, guint n_steps, gboolean scs, guint guided)
{
  g_return_if_fail (self->step == NULL);

  self->scs = scs;
  self->guided = guided;
  self->n_steps = n_steps;
  self->step = MAGE_SCALE_ROW (mage_scale_row_new (1, n_steps, 1, 0));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->step), _("Step"));
  adw_preferences_group_add (self->where, GTK_WIDGET (self->step));
  g_signal_connect_object (self->step, "notify::value", G_CALLBACK (step_cb), self, G_CONNECT_SWAPPED);
}

/** mage_attention_inspector_set_step: that is wanted, even before it can be seen. */
void
mage_attention_inspector_set_step (MageAttentionInspector *self, guint step)
{
  g_autofree char *text = g_strdup_printf ("%u", step);
  g_autofree char *hint = !self->scs              ? g_strdup ("")
                          : step <= self->guided ? g_strdup_printf (_("guided, up to step %u"), self->guided)
                                                 : g_strdup_printf (_("no guidance after step %u"), self->guided);

  self->setting = TRUE;
  mage_scale_row_set_value (self->step, step);
  mage_scale_row_set_text (self->step, text);
  mage_scale_row_set_hint (self->step, hint);
  self->setting = FALSE;
}

/** mage_attention_inspector_show: @look: what is seen, with its attention */
void
mage_attention_inspector_show (MageAttentionInspector *self, const MageAttentionLook *look)
{
  self->setting = TRUE;
  show_branch (self, look);
  adw_combo_row_set_selected (self->kind, look->layer->temporal);
  show_layers (self, look);
  show_heads (self, look);
  self->setting = FALSE;
}

/**
 * mage_attention_inspector_set_kept:
 * @n: the steps that are on the disk
 * @can_go_ahead: whether the others are computed by the way, too
 * @ahead: whether that is wanted
 */
void
mage_attention_inspector_set_kept (MageAttentionInspector *self, guint n, gboolean can_go_ahead, gboolean ahead)
{
  gboolean more = can_go_ahead && n < self->n_steps;
  const char *words = ahead ? _("Do not look at the other steps") : _("Look at the other steps, too");
  g_autofree char *note = g_strdup_printf (_("The attention of %u of %u steps is at hand."), n, self->n_steps);

  self->setting = TRUE;
  gtk_widget_set_visible (self->kept, n > 0);
  gtk_label_set_text (self->note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->ahead), more);
  gtk_toggle_button_set_active (self->ahead, !ahead);
  gtk_button_set_icon_name (GTK_BUTTON (self->ahead), ahead ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->ahead), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->ahead), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->kept_bar), more);
  gtk_progress_bar_set_fraction (self->kept_bar, (double) n / MAX (self->n_steps, 1));
  self->setting = FALSE;
}

/** mage_attention_inspector_get_heads: Returns: (transfer none): where the heads' pictures go */
MageAttentionTiles *
mage_attention_inspector_get_heads (MageAttentionInspector *self)
{
  return self->heads;
}
