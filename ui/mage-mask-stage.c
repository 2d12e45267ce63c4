/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-mask-stage.h"

#include "ui/mage-mask-finder.h"

#include <glib/gi18n.h>

/*
 * A picture, its mask, and the bar of what can be done with it. All of it are actions "mask.…", so that
 * bar, menu and keys are the same; while its subject is looked for by itself, a light goes over the picture.
 */

/* A step of the brush's size, of its softness, and of the zoom by key. */
#define SIZE_STEP 1.25
#define SOFTNESS_STEP 0.1
#define ZOOM_STEP 1.25

struct _MageMaskStage
{
  GtkWidget parent_instance;

  MagePictureCanvas *canvas;
  GtkWidget *doubt;
  GtkWidget *tools;

  MageMaskEditor *editor;
  MageMaskFinder *finder;
  MageMedia *media;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (MageMaskStage, mage_mask_stage, GTK_TYPE_WIDGET)

enum
{
  PROP_TOOL = 1,
  PROP_SHOW_MASK,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- what is shown --- */

/* What can be done depends on what there is. */
static void
show_actions (MageMaskStage *self)
{
  static const char *const masked[] = { "mask.grow", "mask.shrink", "mask.fill-holes", "mask.invert", "mask.clear" };
  static const char *const always[] = { "mask.find", "mask.next" };
  MageMedia *mask = self->media != NULL ? mage_media_get_mask (self->media) : NULL;
  gboolean looking = mage_mask_finder_is_looking (self->finder, self->media);
  gboolean working = mage_mask_editor_get_working (self->editor);

  for (guint i = 0; i < G_N_ELEMENTS (masked); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), masked[i], mask != NULL && !working);
  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), always[i], self->media != NULL && !looking && !working);
  gtk_widget_set_visible (self->doubt, mask != NULL && mage_media_is_doubtful (mask));
  mage_picture_canvas_set_looking (self->canvas, looking);
}

static void
show_name (MageMaskStage *self)
{
  MageMedia *mask = self->media != NULL ? mage_media_get_mask (self->media) : NULL;
  g_autofree char *text = NULL;

  if (mask == NULL)
    text = g_strdup (_("No mask"));
  else
    text = g_strdup_printf (_("The mask covers %.0f %% of the picture"), 100 * mage_mask_editor_get_coverage (self->editor));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->canvas), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
looking_cb (MageMaskStage *self, MageMedia *picture)
{
  if (picture == self->media)
    show_actions (self);
}

static void
found_cb (MageMaskStage *self, MageMedia *picture, MageJob *job)
{
  if (picture == self->media)
    mage_mask_editor_offer (self->editor, job);
}

/* --- actions --- */

static void
find_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_mask_editor_find (MAGE_MASK_STAGE (widget)->editor);
}

static void
next_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_mask_editor_choose_next (MAGE_MASK_STAGE (widget)->editor);
}

static void
confirm_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_mask_editor_confirm (MAGE_MASK_STAGE (widget)->editor);
}

static void
change_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const char *const names[] = { "mask.grow", "mask.shrink", "mask.fill-holes", "mask.invert", "mask.clear" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      mage_mask_editor_change (MAGE_MASK_STAGE (widget)->editor, (MageMaskChange) i);
}

static void
step_number (MageMaskStage *self, const char *property, double factor, double step)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (self->canvas), property);
  const GParamSpecDouble *range = G_PARAM_SPEC_DOUBLE (pspec);
  double value;

  g_object_get (self->canvas, property, &value, NULL);
  g_object_set (self->canvas, property, CLAMP (value * factor + step, range->minimum, range->maximum), NULL);
}

/* The parameter is 1 for more and −1 for less. */
static void
resize_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gboolean more = g_variant_get_int32 (parameter) > 0;

  if (g_str_equal (name, "mask.soften"))
    step_number (MAGE_MASK_STAGE (widget), "softness", 1, more ? SOFTNESS_STEP : -SOFTNESS_STEP);
  else
    step_number (MAGE_MASK_STAGE (widget), "brush-size", more ? SIZE_STEP : 1 / SIZE_STEP, 0);
}

static void
zoom_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageMaskStage *self = MAGE_MASK_STAGE (widget);
  const MageCanvasView *view = mage_picture_canvas_get_view (self->canvas);
  double factor = g_variant_get_int32 (parameter) > 0 ? ZOOM_STEP : 1 / ZOOM_STEP;

  mage_picture_canvas_zoom (self->canvas, view->scale * factor, view->width / 2, view->height / 2);
}

static void
fit_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_picture_canvas_fit (MAGE_MASK_STAGE (widget)->canvas);
}

/* A pixel of the picture is one of the screen. */
static void
actual_size_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageMaskStage *self = MAGE_MASK_STAGE (widget);
  const MageCanvasView *view = mage_picture_canvas_get_view (self->canvas);

  mage_picture_canvas_zoom (self->canvas, 1.0 / gtk_widget_get_scale_factor (widget), view->width / 2, view->height / 2);
}

/* --- the object --- */

static void
mage_mask_stage_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageMaskStage *self = MAGE_MASK_STAGE (object);

  switch (id)
    {
    case PROP_TOOL:
      g_object_get_property (G_OBJECT (self->canvas), "tool", value);
      break;
    case PROP_SHOW_MASK:
      g_object_get_property (G_OBJECT (self->canvas), "show-mask", value);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_mask_stage_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageMaskStage *self = MAGE_MASK_STAGE (object);

  switch (id)
    {
    case PROP_TOOL:
      g_object_set_property (G_OBJECT (self->canvas), "tool", value);
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_SHOW_MASK:
      g_object_set_property (G_OBJECT (self->canvas), "show-mask", value);
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_NARROW:
      if (self->narrow == g_value_get_boolean (value))
        return;
      self->narrow = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_mask_stage_dispose (GObject *object)
{
  MageMaskStage *self = MAGE_MASK_STAGE (object);
  GtkWidget *child;

  if (self->finder != NULL)
    g_signal_handlers_disconnect_by_data (self->finder, self);
  if (self->editor != NULL)
    {
      mage_mask_stage_set_media (self, NULL);
      g_signal_handlers_disconnect_by_data (self->editor, self);
    }
  if (self->canvas != NULL)
    mage_picture_canvas_set_editor (self->canvas, NULL);
  g_clear_object (&self->finder);
  g_clear_object (&self->editor);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_MASK_STAGE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_mask_stage_parent_class)->dispose (object);
}

static void
add_keys (GtkWidgetClass *klass)
{
  static const struct
  {
    guint key;
    GdkModifierType state;
    const char *action;
    const char *text;
    int number;
  } keys[] = {
    { GDK_KEY_a, 0, "mask.find", NULL, 0 },
    { GDK_KEY_c, 0, "mask.next", NULL, 0 },
    { GDK_KEY_p, 0, "mask.tool", "add", 0 },
    { GDK_KEY_n, 0, "mask.tool", "take", 0 },
    { GDK_KEY_r, 0, "mask.tool", "box", 0 },
    { GDK_KEY_b, 0, "mask.tool", "brush", 0 },
    { GDK_KEY_e, 0, "mask.tool", "eraser", 0 },
    { GDK_KEY_g, 0, "mask.grow", NULL, 0 },
    { GDK_KEY_g, GDK_SHIFT_MASK, "mask.shrink", NULL, 0 },
    { GDK_KEY_f, 0, "mask.fill-holes", NULL, 0 },
    { GDK_KEY_i, 0, "mask.invert", NULL, 0 },
    { GDK_KEY_Delete, 0, "mask.clear", NULL, 0 },
    { GDK_KEY_m, 0, "mask.show", NULL, 0 },
    { GDK_KEY_y, 0, "mask.confirm", NULL, 0 },
    { GDK_KEY_bracketleft, 0, "mask.resize", NULL, -1 },
    { GDK_KEY_bracketright, 0, "mask.resize", NULL, 1 },
    { GDK_KEY_braceleft, 0, "mask.soften", NULL, -1 },
    { GDK_KEY_braceright, 0, "mask.soften", NULL, 1 },
    { GDK_KEY_plus, 0, "mask.zoom", NULL, 1 },
    { GDK_KEY_equal, 0, "mask.zoom", NULL, 1 },
    { GDK_KEY_KP_Add, 0, "mask.zoom", NULL, 1 },
    { GDK_KEY_minus, 0, "mask.zoom", NULL, -1 },
    { GDK_KEY_KP_Subtract, 0, "mask.zoom", NULL, -1 },
    { GDK_KEY_0, 0, "mask.fit", NULL, 0 },
    { GDK_KEY_1, 0, "mask.actual-size", NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].text != NULL)
      gtk_widget_class_add_binding_action (klass, keys[i].key, keys[i].state, keys[i].action, "s", keys[i].text);
    else if (keys[i].number != 0)
      gtk_widget_class_add_binding_action (klass, keys[i].key, keys[i].state, keys[i].action, "i", keys[i].number);
    else
      gtk_widget_class_add_binding_action (klass, keys[i].key, keys[i].state, keys[i].action, NULL);
}

static void
add_actions (GtkWidgetClass *klass)
{
  static const char *const changes[] = { "mask.grow", "mask.shrink", "mask.fill-holes", "mask.invert", "mask.clear" };

  gtk_widget_class_install_property_action (klass, "mask.tool", "tool");
  gtk_widget_class_install_property_action (klass, "mask.show", "show-mask");
  gtk_widget_class_install_action (klass, "mask.find", NULL, find_cb);
  gtk_widget_class_install_action (klass, "mask.next", NULL, next_cb);
  gtk_widget_class_install_action (klass, "mask.confirm", NULL, confirm_cb);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    gtk_widget_class_install_action (klass, changes[i], NULL, change_cb);
  gtk_widget_class_install_action (klass, "mask.resize", "i", resize_cb);
  gtk_widget_class_install_action (klass, "mask.soften", "i", resize_cb);
  gtk_widget_class_install_action (klass, "mask.zoom", "i", zoom_cb);
  gtk_widget_class_install_action (klass, "mask.fit", NULL, fit_cb);
  gtk_widget_class_install_action (klass, "mask.actual-size", NULL, actual_size_cb);
}

static void
mage_mask_stage_class_init (MageMaskStageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_mask_stage_get_property;
  object_class->set_property = mage_mask_stage_set_property;
  object_class->dispose = mage_mask_stage_dispose;
  /** MageMaskStage:tool: what a click or a drag on the picture does. */
  props[PROP_TOOL] = g_param_spec_enum ("tool", NULL, NULL, MAGE_TYPE_MASK_TOOL, MAGE_MASK_TOOL_ADD, flags);
  props[PROP_SHOW_MASK] = g_param_spec_boolean ("show-mask", NULL, NULL, TRUE, flags);
  /** MageMaskStage:narrow: whether what is seldom needed is in the menu only. */
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (MAGE_TYPE_PICTURE_CANVAS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-mask-stage.ui");
  gtk_widget_class_bind_template_child (widget_class, MageMaskStage, canvas);
  gtk_widget_class_bind_template_child (widget_class, MageMaskStage, doubt);
  gtk_widget_class_bind_template_child (widget_class, MageMaskStage, tools);
  add_actions (widget_class);
  add_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "maskstage");
}

static void
mage_mask_stage_init (MageMaskStage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_mask_stage_set_session: once, before a picture is shown. */
void
mage_mask_stage_set_session (MageMaskStage *self, MageSession *session)
{
  self->editor = mage_mask_editor_new (session);
  self->finder = g_object_ref (mage_mask_finder_get (session));
  mage_picture_canvas_set_editor (self->canvas, self->editor);
  g_signal_connect_swapped (self->editor, "notify::working", G_CALLBACK (show_actions), self);
  g_signal_connect_swapped (self->editor, "notify::coverage", G_CALLBACK (show_name), self);
  g_signal_connect_swapped (self->finder, "changed", G_CALLBACK (looking_cb), self);
  g_signal_connect_swapped (self->finder, "found", G_CALLBACK (found_cb), self);
  show_actions (self);
}

/** mage_mask_stage_set_media: @media: (nullable): the picture that is shown. */
void
mage_mask_stage_set_media (MageMaskStage *self, MageMedia *media)
{
  if (self->media == media)
    return;
  if (self->media != NULL)
    g_signal_handlers_disconnect_by_func (self->media, show_actions, self);
  g_set_object (&self->media, media);
  if (media != NULL)
    g_signal_connect_swapped (media, "notify::mask", G_CALLBACK (show_actions), self);
  mage_picture_canvas_set_media (self->canvas, media);
  show_actions (self);
  show_name (self);
}

/** mage_mask_stage_get_canvas: Returns: (transfer none) */
MagePictureCanvas *
mage_mask_stage_get_canvas (MageMaskStage *self)
{
  return self->canvas;
}

/** mage_mask_stage_get_editor: Returns: (transfer none) */
MageMaskEditor *
mage_mask_stage_get_editor (MageMaskStage *self)
{
  return self->editor;
}
