/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/stream-watch.h"

#include <string.h>

/* Two ways in which decodebin3 of GStreamer 1.26 waits for ever on a broken file, without a message:
 * a video stream ends before its first frame, as that of a file cut off in it does; and a demuxer
 * gives up while parsebin is still plugging it, for then parsebin drops its error. */

/* The first thing of a stream: a frame, or its end. */
static GstPadProbeReturn
first_item_cb (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  StreamWatch *self = data;

  if (!(GST_PAD_PROBE_INFO_TYPE (probe) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM))
    return GST_PAD_PROBE_REMOVE;
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (probe)) == GST_EVENT_EOS)
    {
      /* Without a frame the parser may not have said what it gives, but knows what it can give. */
      g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);

      if (!gst_caps_is_empty (caps) && !gst_caps_is_any (caps)
          && g_str_has_prefix (gst_structure_get_name (gst_caps_get_structure (caps, 0)), "video/"))
        g_atomic_int_set (&self->hollow, TRUE);
    }
  return GST_PAD_PROBE_OK;
}

/* decodebin3's own probe on the parser's outer pad swallows the end, so look at the inner one. */
static void
parsed_pad_cb (GstElement *parser, GstPad *pad, gpointer data)
{
  g_autoptr (GstPad) inner = GST_IS_GHOST_PAD (pad) ? gst_ghost_pad_get_target (GST_GHOST_PAD (pad))
                                                    : gst_object_ref (pad);

  if (inner != NULL)
    gst_pad_add_probe (inner,
                       GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST
                           | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                       first_item_cb, data, NULL);
}

/**
 * stream_watch_element:
 * @element: an element just added somewhere in the pipeline, which @self outlives
 *
 * Watches the element if it is one that matters.
 */
void
stream_watch_element (StreamWatch *self, GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory == NULL)
    return;
  if (strcmp (GST_OBJECT_NAME (factory), "parsebin") == 0)
    g_signal_connect (element, "pad-added", G_CALLBACK (parsed_pad_cb), self);
  else if (gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_DEMUXER))
    {
      GstPad *entry = gst_element_get_static_pad (element, "sink");

      if (entry != NULL && !g_atomic_pointer_compare_and_exchange (&self->entry, NULL, entry))
        gst_object_unref (entry);
    }
}

/**
 * stream_watch_is_hollow:
 *
 * Returns: whether a video stream has ended before its first frame
 */
gboolean
stream_watch_is_hollow (StreamWatch *self)
{
  return g_atomic_int_get (&self->hollow);
}

/**
 * stream_watch_is_idle:
 *
 * Returns: whether the demuxer has stopped reading: it is through, or it gave up
 */
gboolean
stream_watch_is_idle (StreamWatch *self)
{
  GstPad *entry = g_atomic_pointer_get (&self->entry);

  return entry != NULL && gst_pad_get_task_state (entry) == GST_TASK_PAUSED;
}

/**
 * stream_watch_clear:
 *
 * Frees what @self holds, when the pipeline has been stopped.
 */
void
stream_watch_clear (StreamWatch *self)
{
  gst_clear_object (&self->entry);
}
