/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-inspector.h"

#include "ui/mage-balance-row.h"
#include "ui/mage-param-row.h"
#include "ui/mage-preset-row.h"
#include "ui/mage-stale-group.h"

#include <glib/gi18n.h>

/*
 * The settings of what is shown: the page's own groups, then the parameters that make it stale, by
 * the groups of the table. What few people turn is behind one row of its group. Or those of a piece of work that waits, which lie
 * over the project's.
 */

/* The groups of the table, for translators. */
G_GNUC_UNUSED static const char *const groups[] = {
  N_("Video"), N_("Sampling"), N_("Collaboration"), N_("Training"), N_("Motion"), N_("Fusion"), N_("Machine"),
};

/* Of the table's parameters, those that most people leave alone. */
static const char *const rare[] = {
  "lora_rate", "token_rate", "clip_norm", "weight_decay", "train_seed", "checkpoint_every", "validate_every", "effect_every", "sample_every", "sample_steps", "sample_prompt",
  "width", "height", "rate", "preview_every", "motion_loss", "token_iterations", "word_first",
  "fuse_clips", "clip_steps", "clip_guidance", "negative",
  "static_template", "background_prompts", "backgrounds_dir",
};

struct _MageInspector
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkBox *box;
  MagePage *page;
  MageSession *session;   /* (nullable): where there is no page */
  MageParamLayer *layer;  /* (nullable): of the work that waits */
  MageStale inspects;
};

G_DEFINE_FINAL_TYPE (MageInspector, mage_inspector, ADW_TYPE_BIN)

static gboolean
is_rare (const MageParamInfo *info)
{
  for (guint i = 0; i < G_N_ELEMENTS (rare); i++)
    if (g_str_equal (rare[i], info->key))
      return TRUE;
  return FALSE;
}

/* Two that one slider balances, and two that the method fixes. */
static const char *const elsewhere[] = { "beta_s", "beta_m", "sampling", "fusion" };

static gboolean
is_elsewhere (MageInspector *self, const MageParamInfo *info)
{
  if (self->layer != NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (elsewhere); i++)
    if (g_str_equal (elsewhere[i], info->key))
      return TRUE;
  return FALSE;
}

/* Machine parameters are preferences; a parameter nobody's result depends on belongs to its users. */
static gboolean
is_wanted (MageInspector *self, const MageParamInfo *info)
{
  MageStale inspects = self->inspects;
  MageUse use = (inspects & MAGE_STALE_RESULT ? MAGE_USE_SAMPLE : 0) | (inspects & MAGE_STALE_FUSION ? MAGE_USE_FUSE : 0)
                | (inspects & ~(MAGE_STALE_RESULT | MAGE_STALE_FUSION) ? MAGE_USE_TRAIN : 0);

  if (g_str_equal (info->group, "Machine") || is_elsewhere (self, info))
    return FALSE;
  if (info->stale == MAGE_STALE_NOTHING)
    return (info->use & use) != 0;
  return (info->stale & inspects) != 0 && (info->use & use) != 0;
}

/* Whose settings they are, and when they count. */
static const char *
get_description (MageStale inspects)
{
  if (inspects & MAGE_STALE_RESULT)
    return _("A change takes effect in the next video");
  if (inspects & MAGE_STALE_FUSION)
    return _("A change takes effect in the next fusion");
  return _("For all subjects and motions of the project, from the next training on");
}

/* Two of them may be on the screen at once. */
static const char *
get_more (const char *group)
{
  static const struct
  {
    const char *group;
    const char *more;
  } titles[] = {
    { "Video", N_("More about the video") }, { "Sampling", N_("More about sampling") },
    { "Training", N_("More about training") }, { "Motion", N_("More about motion") },
    { "Fusion", N_("More about fusion") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].group, group))
      return _(titles[i].more);
  return _("More");
}

static AdwExpanderRow *
add_expander (AdwPreferencesGroup *group, const char *name)
{
  GtkWidget *row = adw_expander_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), get_more (name));
  adw_preferences_group_add (group, row);
  return ADW_EXPANDER_ROW (row);
}

/* All of one group of the table. Returns: FALSE when there is none */
static gboolean
add_group (MageInspector *self, const char *name, gboolean described)
{
  MageSession *session = self->session;
  AdwPreferencesGroup *group = NULL;
  AdwExpanderRow *expander = NULL;
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; i < n; i++)
    {
      if (!g_str_equal (table[i].group, name) || !is_wanted (self, &table[i]))
        continue;
      if (group == NULL)
        {
          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, _(name));
          gtk_box_append (self->box, GTK_WIDGET (group));
          if (described && self->layer == NULL)
            {
              adw_preferences_group_set_description (group, get_description (self->inspects));
              adw_preferences_group_add (group, mage_preset_row_new (session, NULL));
            }
        }
      if (!is_rare (&table[i]))
        adw_preferences_group_add (group, mage_param_row_new (session, self->layer, &table[i]));
    }
  for (guint i = 0; group != NULL && i < n; i++)
    if (g_str_equal (table[i].group, name) && is_wanted (self, &table[i]) && is_rare (&table[i]))
      {
        if (expander == NULL)
          expander = add_expander (group, name);
        adw_expander_row_add_row (expander, mage_param_row_new (session, self->layer, &table[i]));
        /* What is its own is not hidden. */
        if (self->layer != NULL && mage_param_layer_is_changed (self->layer, table[i].key))
          adw_expander_row_set_expanded (expander, TRUE);
      }
  if (group != NULL && self->layer == NULL && g_str_equal (name, "Collaboration"))
    adw_preferences_group_add (group, mage_balance_row_new (session));
  return group != NULL;
}

/* What the page is about comes first. */
static const char *
get_first_group (MageStale inspects)
{
  if (inspects & MAGE_STALE_RESULT)
    return "Collaboration";
  return inspects & MAGE_STALE_FUSION ? "Fusion" : "Training";
}

/* The groups in the order of the table after the first, but the model's shape last. */
static void
add_groups (MageInspector *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  gboolean described = FALSE;
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  g_ptr_array_add (names, (gpointer) get_first_group (self->inspects));
  for (guint i = 0; i < n; i++)
    if (!g_ptr_array_find_with_equal_func (names, table[i].group, g_str_equal, NULL))
      g_ptr_array_add (names, (gpointer) table[i].group);
  g_ptr_array_add (names, g_ptr_array_steal_index (names, 1));
  for (guint i = 0; i < names->len; i++)
    {
      described = add_group (self, g_ptr_array_index (names, i), !described) || described;
      /* What a video is made of was learned before. */
      if (i == 0 && self->layer == NULL && self->inspects & MAGE_STALE_RESULT)
        gtk_box_append (self->box, mage_stale_group_new (self->session));
    }
}

static void
clear (MageInspector *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, child);
}

static void
rebuild (MageInspector *self)
{
  GtkWidget *settings;

  clear (self);
  if (self->page == NULL)
    return;
  self->session = mage_page_get_session (self->page);
  self->inspects = mage_page_get_inspects (self->page);
  settings = mage_page_get_settings (self->page);
  if (settings != NULL)
    gtk_box_append (self->box, settings);
  if (self->inspects != MAGE_STALE_NOTHING)
    add_groups (self);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static void
unwatch (MageInspector *self)
{
  if (self->page == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->page, self);
  g_signal_handlers_disconnect_by_data (mage_session_get_project (mage_page_get_session (self->page)), self);
}

static void
mage_inspector_dispose (GObject *object)
{
  MageInspector *self = MAGE_INSPECTOR (object);

  unwatch (self);
  g_clear_object (&self->page);
  g_clear_object (&self->layer);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_INSPECTOR);
  G_OBJECT_CLASS (mage_inspector_parent_class)->dispose (object);
}

static void
mage_inspector_class_init (MageInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_inspector_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, MageInspector, scroller);
  gtk_widget_class_bind_template_child (widget_class, MageInspector, box);
}

static void
mage_inspector_init (MageInspector *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_inspector_set_page: @page: (nullable): whose settings are shown. */
void
mage_inspector_set_page (MageInspector *self, MagePage *page)
{
  static const char *const followed[] = { "notify::settings", "notify::inspects" };

  if (self->page == page)
    return;
  unwatch (self);
  /* Its widgets leave before it does. */
  clear (self);
  g_set_object (&self->page, page);
  for (guint i = 0; page != NULL && i < G_N_ELEMENTS (followed); i++)
    g_signal_connect_swapped (page, followed[i], G_CALLBACK (rebuild), self);
  /* Another model has other defaults. */
  if (page != NULL)
    g_signal_connect_swapped (mage_session_get_project (mage_page_get_session (page)), "notify::model-dir", G_CALLBACK (rebuild), self);
  rebuild (self);
}

/**
 * mage_inspector_new_for_layer:
 * @layer: the parameters of a piece of work that waits
 * @inspects: what it makes
 */
GtkWidget *
mage_inspector_new_for_layer (MageSession *session, MageParamLayer *layer, MageStale inspects)
{
  MageInspector *self = g_object_new (MAGE_TYPE_INSPECTOR, NULL);

  self->session = session;
  self->layer = g_object_ref (layer);
  self->inspects = inspects;
  add_groups (self);
  return GTK_WIDGET (self);
}
