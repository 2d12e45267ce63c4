/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-param-link.h"

#include "project/mage-param-value.h"

#include <glib/gi18n.h>

/*
 * One parameter as a row edits it: of the open project, where every change is a step of undo, or of a piece of work that waits, whose
 * parameters lie over the project's and are compared with these.
 */

struct _MageParamLink
{
  GObject parent_instance;

  MageSession *session;
  MageParams *params;
  MageParamLayer *layer; /* (nullable): NULL: the project's */
  const MageParamInfo *info;
};

G_DEFINE_FINAL_TYPE (MageParamLink, mage_param_link, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
mage_param_link_dispose (GObject *object)
{
  MageParamLink *self = MAGE_PARAM_LINK (object);

  g_clear_object (&self->session);
  g_clear_object (&self->params);
  g_clear_object (&self->layer);
  G_OBJECT_CLASS (mage_param_link_parent_class)->dispose (object);
}

static void
mage_param_link_class_init (MageParamLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_param_link_dispose;
  /** MageParamLink::changed: the value or its default is another. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
mage_param_link_init (MageParamLink *self)
{
}

static void
changed_cb (MageParamLink *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/** mage_param_link_new: @layer: (nullable): NULL edits the project's; @info: a line of the table */
MageParamLink *
mage_param_link_new (MageSession *session, MageParamLayer *layer, const MageParamInfo *info)
{
  MageParamLink *self = g_object_new (MAGE_TYPE_PARAM_LINK, NULL);
  g_autofree char *detail = g_strdup_printf ("changed::%s", info->key);

  self->session = g_object_ref (session);
  self->params = g_object_ref (layer != NULL ? mage_param_layer_get_params (layer)
                                             : mage_project_get_params (mage_session_get_project (session)));
  g_set_object (&self->layer, layer);
  self->info = info;
  g_signal_connect_object (layer != NULL ? (gpointer) layer : self->params, detail, G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_session_get_project (session), "notify::model-dir", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  /* The words have the accent's colour in them. */
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::accent-color", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

const MageParamInfo *
mage_param_link_get_info (MageParamLink *self)
{
  return self->info;
}

/** mage_param_link_dup_title: Returns: (transfer full): the name in words and the dimmed symbol, as markup */
char *
mage_param_link_dup_title (MageParamLink *self)
{
  g_autofree char *label = g_markup_escape_text (_(self->info->label), -1);

  if (self->info->symbol == NULL)
    return g_steal_pointer (&label);
  return g_strdup_printf ("%s <span alpha=\"60%%\"><i>%s</i></span>", label, self->info->symbol);
}

/* As the paper has it, whatever the model says. */
static char *
dup_table_default (const MageParamInfo *info)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (mage_param_value_new_default (info));

  return mage_param_value_to_text (value);
}

static const char *
get_source_name (const MageParamInfo *info)
{
  return g_str_equal (info->source, "paper") ? _("paper") : _("usual");
}

/** mage_param_link_has_model_default: whether the model brings a default of its own, another than the paper's. */
gboolean
mage_param_link_has_model_default (MageParamLink *self)
{
  g_autofree char *standard = dup_table_default (self->info);
  g_autofree char *now = mage_params_dup_default_text (self->params, self->info->key);

  return self->layer == NULL && !g_str_equal (standard, now);
}

/* What the project has, for work with a value of its own. */
static char *
dup_below (MageParamLink *self)
{
  g_autofree char *text = mage_params_dup_text (mage_param_layer_get_base (self->layer), self->info->key);

  if (!mage_param_link_is_changed (self))
    return g_strdup (_("as the project"));
  return *text != '\0' ? g_strdup_printf (_("project %s"), text) : g_strdup (_("project: empty"));
}

/* A parameter without a usual value, such as an empty text, needs no word about it. */
static char *
dup_usual (MageParamLink *self)
{
  g_autofree char *standard = dup_table_default (self->info);
  g_autofree char *now = mage_params_dup_default_text (self->params, self->info->key);
  g_autofree char *shown = NULL;

  if (self->layer != NULL)
    return dup_below (self);
  if (g_str_has_suffix (self->info->key, "seed"))
    return NULL;
  if (mage_param_link_has_model_default (self))
    /* Translators: "default 9000 (paper 10000)" */
    shown = g_strdup_printf (_("default %s (%s %s)"), now, get_source_name (self->info), standard);
  else if (*standard != '\0')
    shown = g_strdup_printf ("%s %s", get_source_name (self->info), standard);
  return g_steal_pointer (&shown);
}

/* The accent as markup has it, readable on the window's ground. */
static char *
dup_accent (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  GdkRGBA colour;

  adw_accent_color_to_standalone_rgba (adw_style_manager_get_accent_color (manager),
                                       adw_style_manager_get_dark (manager), &colour);
  return g_strdup_printf ("#%02x%02x%02x", (guint) (colour.red * 255), (guint) (colour.green * 255),
                          (guint) (colour.blue * 255));
}

/**
 * mage_param_link_dup_source:
 * @brief: where there is little room, that it was changed is said by colour and weight alone
 *
 * Returns: (transfer full): whose default it is, "Changed · paper 0.25", as markup
 */
char *
mage_param_link_dup_source (MageParamLink *self, gboolean brief)
{
  g_autofree char *usual = dup_usual (self);
  g_autofree char *escaped = usual != NULL ? g_markup_escape_text (usual, -1) : NULL;
  g_autofree char *accent = mage_param_link_is_changed (self) ? dup_accent () : NULL;

  if (accent != NULL && (escaped == NULL || !brief))
    return g_strdup_printf ("<span foreground=\"%s\" weight=\"bold\">%s</span>%s%s", accent, _("Changed"),
                            escaped != NULL ? " · " : "", escaped != NULL ? escaped : "");
  if (escaped == NULL)
    return g_strdup ("");
  escaped[0] = g_ascii_toupper (escaped[0]);
  if (accent != NULL)
    return g_strdup_printf ("<span foreground=\"%s\" weight=\"bold\">%s</span>", accent, escaped);
  return g_steal_pointer (&escaped);
}

gboolean
mage_param_link_is_changed (MageParamLink *self)
{
  if (self->layer != NULL)
    return mage_param_layer_is_changed (self->layer, self->info->key);
  return !mage_params_is_default (self->params, self->info->key);
}

/** mage_param_link_get_number: the value of a number, or 0 or 1 of a switch. */
double
mage_param_link_get_number (MageParamLink *self)
{
  switch (self->info->type)
    {
    case MAGE_PARAM_INT:
      return (double) mage_params_get_int (self->params, self->info->key);
    case MAGE_PARAM_DOUBLE:
      return mage_params_get_double (self->params, self->info->key);
    case MAGE_PARAM_BOOL:
      return mage_params_get_boolean (self->params, self->info->key);
    case MAGE_PARAM_STRING:
    case MAGE_PARAM_CHOICE:
    default:
      g_return_val_if_reached (0);
    }
}

/** mage_param_link_get_default_number: of a number, as the project's model has it; of work that waits, as the project has it. */
double
mage_param_link_get_default_number (MageParamLink *self)
{
  g_autofree char *text = self->layer != NULL ? mage_params_dup_text (mage_param_layer_get_base (self->layer), self->info->key)
                                              : mage_params_dup_default_text (self->params, self->info->key);

  return g_ascii_strtod (text, NULL);
}

/* What waits is no part of the document. */
static void
record (MageParamLink *self)
{
  g_autofree char *label = g_strdup_printf (_("Change %s"), _(self->info->label));

  if (self->layer == NULL)
    mage_session_record_merged (self->session, label, self->info->key);
}

/** mage_param_link_set_number: cut at the parameter's range. */
void
mage_param_link_set_number (MageParamLink *self, double number)
{
  g_autoptr (GError) error = NULL;

  if (number == mage_param_link_get_number (self))
    return;
  record (self);
  number = CLAMP (number, self->info->minimum, self->info->maximum);
  if (self->info->type == MAGE_PARAM_INT)
    mage_params_set_int (self->params, self->info->key, (gint64) number, &error);
  else if (self->info->type == MAGE_PARAM_DOUBLE)
    mage_params_set_double (self->params, self->info->key, number, &error);
  else
    mage_params_set_boolean (self->params, self->info->key, number != 0, &error);
  mage_session_toast_error (self->session, error);
}

/** mage_param_link_get_text: of a text or choice. */
const char *
mage_param_link_get_text (MageParamLink *self)
{
  return mage_params_get_string (self->params, self->info->key);
}

void
mage_param_link_set_text (MageParamLink *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (text, mage_param_link_get_text (self)) == 0)
    return;
  record (self);
  mage_params_set_string (self->params, self->info->key, text, &error);
  mage_session_toast_error (self->session, error);
}

/** mage_param_link_get_reset_words: what mage_param_link_reset() does. */
const char *
mage_param_link_get_reset_words (MageParamLink *self)
{
  return self->layer != NULL ? _("As the Project Has It") : _("Back to the Default");
}

/** mage_param_link_reset: back to the default, or to what the project has. */
void
mage_param_link_reset (MageParamLink *self)
{
  g_autofree char *label = g_strdup_printf (_("Reset %s"), _(self->info->label));

  if (self->layer != NULL)
    {
      mage_param_layer_reset (self->layer, self->info->key);
      return;
    }
  mage_session_record (self->session, label);
  mage_params_reset (self->params, self->info->key);
}
