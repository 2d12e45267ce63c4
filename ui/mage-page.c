/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-page.h"

/*
 * What the middle of the window shows: a scrolling child, and what the frame around it needs to
 * know: the title, a widget for the header bar, groups for the top of the inspector, and which
 * parameters it lists.
 */

typedef struct
{
  MageSession *session;
  char *title;
  char *subtitle;
  GtkWidget *header;
  GtkWidget *settings;
  MageStale inspects;
} MagePagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MagePage, mage_page, ADW_TYPE_BIN)

enum
{
  PROP_SESSION = 1,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_HEADER,
  PROP_SETTINGS,
  PROP_INSPECTS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static MagePagePrivate *
get_private (MagePage *self)
{
  return mage_page_get_instance_private (self);
}

static void
mage_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MagePagePrivate *priv = get_private (MAGE_PAGE (object));

  switch (id)
    {
    case PROP_SESSION:
      g_value_set_object (value, priv->session);
      break;
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, priv->subtitle);
      break;
    case PROP_HEADER:
      g_value_set_object (value, priv->header);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, priv->settings);
      break;
    case PROP_INSPECTS:
      g_value_set_uint (value, priv->inspects);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MagePage *self = MAGE_PAGE (object);

  switch (id)
    {
    case PROP_SESSION:
      get_private (self)->session = g_value_dup_object (value);
      break;
    case PROP_TITLE:
      mage_page_set_title (self, g_value_get_string (value));
      break;
    case PROP_SUBTITLE:
      mage_page_set_subtitle (self, g_value_get_string (value));
      break;
    case PROP_HEADER:
      mage_page_set_header (self, g_value_get_object (value));
      break;
    case PROP_SETTINGS:
      mage_page_set_settings (self, g_value_get_object (value));
      break;
    case PROP_INSPECTS:
      mage_page_set_inspects (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_page_dispose (GObject *object)
{
  MagePagePrivate *priv = get_private (MAGE_PAGE (object));

  g_clear_object (&priv->header);
  g_clear_object (&priv->settings);
  G_OBJECT_CLASS (mage_page_parent_class)->dispose (object);
}

static void
mage_page_finalize (GObject *object)
{
  MagePagePrivate *priv = get_private (MAGE_PAGE (object));

  g_clear_object (&priv->session);
  g_free (priv->title);
  g_free (priv->subtitle);
  G_OBJECT_CLASS (mage_page_parent_class)->finalize (object);
}

static void
mage_page_class_init (MagePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_page_get_property;
  object_class->set_property = mage_page_set_property;
  object_class->dispose = mage_page_dispose;
  object_class->finalize = mage_page_finalize;

  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, MAGE_TYPE_SESSION,
                                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  /** MagePage:header: (nullable): shown at the end of the header bar. */
  props[PROP_HEADER] = g_param_spec_object ("header", NULL, NULL, GTK_TYPE_WIDGET, flags);
  /** MagePage:settings: (nullable): groups for the top of the inspector. */
  props[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, GTK_TYPE_WIDGET, flags);
  /** MagePage:inspects: the inspector lists the parameters that make any of this stale. */
  props[PROP_INSPECTS] = g_param_spec_uint ("inspects", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_page_init (MagePage *self)
{
}

/** mage_page_get_session: Returns: (transfer none) */
MageSession *
mage_page_get_session (MagePage *self)
{
  return get_private (self)->session;
}

static void
set_text (MagePage *self, char **slot, const char *text, guint id)
{
  if (g_set_str (slot, text))
    g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

static void
set_widget (MagePage *self, GtkWidget **slot, GtkWidget *widget, guint id)
{
  if (*slot == widget)
    return;
  g_clear_object (slot);
  *slot = widget != NULL ? g_object_ref_sink (widget) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

const char *
mage_page_get_title (MagePage *self)
{
  return get_private (self)->title;
}

void
mage_page_set_title (MagePage *self, const char *title)
{
  set_text (self, &get_private (self)->title, title, PROP_TITLE);
}

const char *
mage_page_get_subtitle (MagePage *self)
{
  return get_private (self)->subtitle;
}

void
mage_page_set_subtitle (MagePage *self, const char *subtitle)
{
  set_text (self, &get_private (self)->subtitle, subtitle, PROP_SUBTITLE);
}

/** mage_page_get_header: Returns: (transfer none) (nullable) */
GtkWidget *
mage_page_get_header (MagePage *self)
{
  return get_private (self)->header;
}

/** mage_page_set_header: @widget: (nullable): shown at the end of the header bar, for instance a box of buttons. */
void
mage_page_set_header (MagePage *self, GtkWidget *widget)
{
  set_widget (self, &get_private (self)->header, widget, PROP_HEADER);
}

/** mage_page_get_settings: Returns: (transfer none) (nullable) */
GtkWidget *
mage_page_get_settings (MagePage *self)
{
  return get_private (self)->settings;
}

/** mage_page_set_settings: @widget: (nullable): groups for the top of the inspector, 22 apart in a vertical box. */
void
mage_page_set_settings (MagePage *self, GtkWidget *widget)
{
  set_widget (self, &get_private (self)->settings, widget, PROP_SETTINGS);
}

MageStale
mage_page_get_inspects (MagePage *self)
{
  return get_private (self)->inspects;
}

/** mage_page_set_inspects: the inspector lists the parameters that make any of @inspects stale; 0 hides it. */
void
mage_page_set_inspects (MagePage *self, MageStale inspects)
{
  MagePagePrivate *priv = get_private (self);

  if (priv->inspects == inspects)
    return;
  priv->inspects = inspects;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_INSPECTS]);
}

/**
 * mage_page_import:
 * @files: of GFile
 *
 * Offers files to the page that were dropped on the window or pasted.
 *
 * Returns: whether it takes them
 */
gboolean
mage_page_import (MagePage *self, GListModel *files)
{
  MagePageClass *klass = MAGE_PAGE_GET_CLASS (self);

  return klass->import != NULL && klass->import (self, files);
}
