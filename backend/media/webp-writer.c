/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-comment.h"
#include "media/clip-plan.h"
#include "media/media-file.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>
#include <webp/encode.h>
#include <webp/mux.h>

/* Animated WebP by libwebp. Title and comment travel in an XMP packet. */

/* Slow enough to be small, and a second or two for a clip of these sizes. */
#define METHOD 4

typedef struct
{
  WebPAnimEncoder *encoder;
  WebPPicture picture;
  WebPData data;
  WebPMux *mux;
} Writer;

static void
writer_clear (Writer *self)
{
  WebPPictureFree (&self->picture);
  WebPDataClear (&self->data);
  g_clear_pointer (&self->encoder, WebPAnimEncoderDelete);
  g_clear_pointer (&self->mux, WebPMuxDelete);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writer, writer_clear)

static gboolean
open_encoder (Writer *self, const ClipPlan *plan, GError **error)
{
  WebPAnimEncoderOptions options;

  if (!WebPAnimEncoderOptionsInit (&options) || !WebPPictureInit (&self->picture))
    return clip_plan_fail (plan, _("libwebp is another version"), error);
  options.anim_params.loop_count = (int) plan->how->rounds;
  self->encoder = WebPAnimEncoderNew ((int) plan->width, (int) plan->height, &options);
  self->picture.width = (int) plan->width;
  self->picture.height = (int) plan->height;
  self->picture.use_argb = 1;
  return self->encoder != NULL || clip_plan_fail (plan, _("there is not enough memory"), error);
}

static int
get_time (const ClipPlan *plan, guint i)
{
  return (int) lround (1000 * clip_plan_get_time (plan, i));
}

static gboolean
add_frames (Writer *self, const ClipPlan *plan, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *grown = NULL;
  WebPConfig config;

  if (!WebPConfigPreset (&config, WEBP_PRESET_DEFAULT, (float) plan->quality))
    return clip_plan_fail (plan, _("libwebp is another version"), error);
  config.method = METHOD;
  for (guint i = 0; i < plan->n; i++)
    if (!WebPPictureImportRGB (&self->picture, clip_plan_get_frame (plan, i, &grown), (int) plan->width * 3)
        || !WebPAnimEncoderAdd (self->encoder, &self->picture, get_time (plan, i), &config))
      return clip_plan_fail (plan, WebPAnimEncoderGetError (self->encoder), error);
    else if (!clip_plan_report (plan, i, cancellable, error))
      return FALSE;
  if (!WebPAnimEncoderAdd (self->encoder, NULL, get_time (plan, plan->n), NULL)
      || !WebPAnimEncoderAssemble (self->encoder, &self->data))
    return clip_plan_fail (plan, WebPAnimEncoderGetError (self->encoder), error);
  return TRUE;
}

/* What people wrote goes into the file's own container of descriptions. */
static gboolean
add_packet (Writer *self, const ClipPlan *plan, GError **error)
{
  g_autofree char *packet = clip_comment_make_xmp (plan->how->title, plan->how->comment);
  WebPData xmp = { (const uint8_t *) packet, packet != NULL ? strlen (packet) : 0 };
  WebPData whole = { NULL, 0 };

  if (packet == NULL)
    return TRUE;
  self->mux = WebPMuxCreate (&self->data, 0);
  if (self->mux == NULL || WebPMuxSetChunk (self->mux, "XMP ", &xmp, 1) != WEBP_MUX_OK
      || WebPMuxAssemble (self->mux, &whole) != WEBP_MUX_OK)
    return clip_plan_fail (plan, _("its description does not fit"), error);
  WebPDataClear (&self->data);
  self->data = whole;
  return TRUE;
}

gboolean
webp_writer_write (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error)
{
  g_auto (Writer) writer = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  if (!open_encoder (&writer, plan, error) || !add_frames (&writer, plan, cancellable, error)
      || !add_packet (&writer, plan, error))
    return FALSE;
  bytes = g_bytes_new (writer.data.bytes, writer.data.size);
  return media_file_save (path, bytes, error);
}
