/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-drag.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* A video that is dragged into another program arrives there as a file, which carries what made it. */

/* Of the prompt so much becomes the file's name. */
#define NAME_MAX_CHARS 60

/* "a-bear-is-riding-20261130-101500.mp4": letters and digits of the prompt, and the id, so that no two are the same. */
static char *
make_name (MageResult *result)
{
  GString *name = g_string_new (NULL);
  gboolean gap = FALSE;
  guint n = 0;

  for (const char *p = mage_result_get_prompt (result); *p != '\0' && n < NAME_MAX_CHARS; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isalnum (c))
        {
          gap = name->len > 0;
          continue;
        }
      if (gap)
        g_string_append_c (name, '-');
      g_string_append_unichar (name, g_unichar_tolower (c));
      gap = FALSE;
      n++;
    }
  g_string_append_printf (name, "%s%s.mp4", name->len > 0 ? "-" : "", mage_result_get_id (result));
  return g_string_free (name, FALSE);
}

/* All videos are called alike in their folders: outside each needs a name of its own, which lies beside it. */
static char *
give_name (MageResult *result, GError **error)
{
  g_autofree char *video = mage_result_dup_path (result, MAGE_RESULT_VIDEO);
  g_autofree char *name = make_name (result);
  g_autofree char *named = mage_result_dup_path (result, name);
  g_autoptr (GFile) from = g_file_new_for_path (video);
  g_autoptr (GFile) to = g_file_new_for_path (named);

  if (g_file_test (named, G_FILE_TEST_EXISTS) || link (video, named) == 0
      || g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, error))
    return g_steal_pointer (&named);
  return NULL;
}

/** mage_result_drag_make_content: Returns: (transfer full) (nullable): a list of one file, under a name that tells what it shows */
GdkContentProvider *
mage_result_drag_make_content (MageResult *result, GError **error)
{
  g_autofree char *path = give_name (result, error);
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;
  GdkContentProvider *content;
  GdkFileList *list;

  if (file == NULL)
    return NULL;
  list = gdk_file_list_new_from_array (&file, 1);
  content = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  return content;
}

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, gpointer data)
{
  MageDraggedFunc get_result = (MageDraggedFunc) data;
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  MageResult *result = get_result (widget);
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (widget);
  g_autoptr (GdkPaintable) still = gdk_paintable_get_current_image (picture);
  g_autoptr (GError) error = NULL;
  GdkContentProvider *content;

  if (result == NULL)
    return NULL;
  content = mage_result_drag_make_content (result, &error);
  if (content == NULL)
    g_warning ("The video cannot be dragged: %s", error->message);
  else
    gtk_drag_source_set_icon (source, still, (int) x, (int) y);
  return content;
}

/** mage_result_drag_attach: @widget can be dragged out of the window. Returns: (transfer none) */
GtkDragSource *
mage_result_drag_attach (GtkWidget *widget, MageDraggedFunc get_result)
{
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), (gpointer) get_result);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (source));
  return source;
}
