/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-segment-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "engine/engine-private.h"

/*
 * Where the subject of a picture is. A box and points are MobileSAM's to answer; without them U²-Net-p says what stands
 * out, and MobileSAM finds its edge. It runs beside a training, on a thread of its own, so nothing here may touch what
 * libtorch keeps for the whole process.
 */

struct _EngineSegmenter
{
  U2Netp *salient;
  MobileSam *sam;
  SegmentViews *views;
};

/* An answer's memory: which part of the picture it was about, and the logits over it. */
typedef struct
{
  SegmentCrop crop;
  float logits[SAM_MASK_SIDE * SAM_MASK_SIDE];
} Memory;

/* What of salient things MobileSAM must share with U²-Net-p to be the better edge of the same thing. */
#define LEAST_AGREEMENT 0.5

static gboolean
interrupted (gpointer data, GError **error)
{
  const EngineListener *listener = data;

  t_share_threads ();
  return listener == NULL || listener->interrupted == NULL || listener->interrupted (listener->data, error);
}

static void
begin (const EngineListener *listener)
{
  t_share_threads ();
  t_set_interrupt (interrupted, (gpointer) listener);
}

static void
end (void)
{
  t_set_interrupt (NULL, NULL);
  t_check (NULL); /* whatever waits was reported, or came after what was */
}

static void
report (const EngineListener *listener, const char *phase, guint step, guint n_steps)
{
  if (listener != NULL && listener->progress != NULL)
    listener->progress (listener->data, phase, step, n_steps, NULL, 0);
}

/* Opening ---------------------------------------------------------------------------------------- */

void
engine_close_segmenter (EngineSegmenter *self)
{
  if (self == NULL)
    return;
  u2netp_free (self->salient);
  mobile_sam_free (self->sam);
  segment_views_free (self->views);
  g_free (self);
}

static gboolean
load (EngineSegmenter *self, const EngineSegmenterConfig *config, TDevice device, GError **error)
{
  g_autoptr (Weights) salient = weights_open_file (config->salient, device, T_F32, error);
  g_autoptr (Weights) sam = salient != NULL ? weights_open_file (config->sam, device, T_F32, error) : NULL;

  if (sam == NULL)
    return FALSE;
  self->salient = u2netp_new (salient, error);
  self->sam = self->salient != NULL ? mobile_sam_new (sam, error) : NULL;
  if (self->sam == NULL)
    return FALSE;
  self->views = segment_views_new (config->sam);
  return TRUE;
}

/** engine_open_segmenter: see EngineTable.open_segmenter. */
EngineSegmenter *
engine_open_segmenter (const EngineSegmenterConfig *config, const EngineListener *listener, GError **error)
{
  EngineSegmenter *self = g_new0 (EngineSegmenter, 1);
  TDevice device;
  gboolean ok;

  begin (listener);
  ok = engine_choose_device (config->device, &device, error) && load (self, config, device, error);
  end ();
  if (!ok)
    g_clear_pointer (&self, engine_close_segmenter);
  return self;
}

/* The question ------------------------------------------------------------------------------------ */

/* Corners in order, within the picture, a pixel apart at least. */
static SegmentBox
order_box (const EngineSegmentRequest *request)
{
  double width = request->width, height = request->height;
  SegmentBox box = { MIN (request->x0, request->x1), MIN (request->y0, request->y1), MAX (request->x0, request->x1),
                     MAX (request->y0, request->y1) };

  box.left = CLAMP (box.left, 0, width - 1);
  box.top = CLAMP (box.top, 0, height - 1);
  box.right = CLAMP (box.right, box.left + 1, width);
  box.bottom = CLAMP (box.bottom, box.top + 1, height);
  return box;
}

/* A box that only begins beyond the picture is cut at its edge; one that lies there as a whole is a mistake. */
static gboolean
meets_picture (const EngineSegmentRequest *request)
{
  return !request->has_box
         || (MAX (request->x0, request->x1) > 0 && MAX (request->y0, request->y1) > 0
             && MIN (request->x0, request->x1) < request->width && MIN (request->y0, request->y1) < request->height);
}

static gboolean
check_request (const EngineSegmentRequest *request, GError **error)
{
  gboolean finite = TRUE;

  if (request->has_box)
    finite = isfinite (request->x0) && isfinite (request->y0) && isfinite (request->x1) && isfinite (request->y1);
  for (guint i = 0; i < request->n_points; i++)
    finite = finite && isfinite (request->points[i].x) && isfinite (request->points[i].y);
  if (request->width == 0 || request->height == 0
      || g_bytes_get_size (request->rgb) != 3 * (gsize) request->width * request->height)
    g_set_error_literal (error, T_ERROR, T_ERROR_FAILED, _("A picture without pixels shows no subject"));
  else if (!finite)
    g_set_error_literal (error, T_ERROR, T_ERROR_FAILED, _("A point or a corner of the box lies nowhere in the picture"));
  else if (!meets_picture (request))
    g_set_error (error, T_ERROR, T_ERROR_FAILED, _("The box lies beyond the picture, which is %u × %u pixels: draw it around the subject"),
                 request->width, request->height);
  else if (request->previous != NULL && g_bytes_get_size (request->previous) != sizeof (Memory))
    g_set_error_literal (error, T_ERROR, T_ERROR_FAILED, _("The earlier mask is of another version: mark the subject again"));
  else
    return TRUE;
  return FALSE;
}

static gboolean
has_inside (const EngineSegmentRequest *request)
{
  for (guint i = 0; i < request->n_points; i++)
    if (request->points[i].inside)
      return TRUE;
  return FALSE;
}

/* A point beyond the picture counts at its edge. */
static SamPoint
place_point (const EngineSegmentRequest *request, guint i)
{
  return (SamPoint){ CLAMP (request->points[i].x, 0, request->width - 1), CLAMP (request->points[i].y, 0, request->height - 1),
                     request->points[i].inside };
}

/* Whether all that is said lies where the earlier answer looked. */
static gboolean
is_about (const Memory *memory, const EngineSegmentRequest *request, const SegmentBox *box)
{
  SegmentBox seen = { memory->crop.x, memory->crop.y, memory->crop.x + memory->crop.width,
                      memory->crop.y + memory->crop.height };

  if (seen.right > request->width || seen.bottom > request->height || seen.right <= seen.left || seen.bottom <= seen.top)
    return FALSE;
  if (box != NULL
      && (box->left < seen.left || box->top < seen.top || box->right > seen.right || box->bottom > seen.bottom))
    return FALSE;
  for (guint i = 0; i < request->n_points; i++)
    {
      SamPoint point = place_point (request, i);

      if (point.x < seen.left || point.y < seen.top || point.x >= seen.right || point.y >= seen.bottom)
        return FALSE;
    }
  return TRUE;
}

/* Points in the crop's pixels. */
static SamPoint *
list_points (const EngineSegmentRequest *request, const SegmentCrop *crop)
{
  SamPoint *points = g_new0 (SamPoint, MAX (request->n_points, 1));

  for (guint i = 0; i < request->n_points; i++)
    {
      points[i] = place_point (request, i);
      points[i].x -= crop->x;
      points[i].y -= crop->y;
    }
  return points;
}

/* The answer --------------------------------------------------------------------------------------- */

/* One of the network's masks, at the picture's size; beyond the crop there is nothing. */
static GBytes *
draw_mask (SamView *view, Tensor *logits, const EngineSegmentRequest *request, const SegmentCrop *crop, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *inside = t_lt_scalar (t_neg (sam_view_fit_mask (view, logits)), 0);
  g_autofree guint8 *part = t_dup_data (inside, T_U8, NULL, error);
  guint8 *mask;

  if (part == NULL)
    return NULL;
  mask = g_malloc0 ((gsize) request->width * request->height);
  for (guint y = 0; y < crop->height; y++)
    {
      guint8 *out = mask + (gsize) (crop->y + y) * request->width + crop->x;

      for (guint x = 0; x < crop->width; x++)
        out[x] = part[(gsize) y * crop->width + x] != 0 ? 255 : 0;
    }
  return g_bytes_new_take (mask, (gsize) request->width * request->height);
}

static GBytes *
remember (const SegmentCrop *crop, const float *logits)
{
  Memory *memory = g_new (Memory, 1);

  memory->crop = *crop;
  memcpy (memory->logits, logits, sizeof memory->logits);
  return g_bytes_new_take (memory, sizeof *memory);
}

/* The most likely one first, the others by their scores. */
static void
order_candidates (guint first, const float scores[SAM_CANDIDATES], guint order[SAM_CANDIDATES])
{
  guint n = 0;

  order[n++] = first;
  for (guint i = 0; i < SAM_CANDIDATES; i++)
    {
      guint at = n;

      if (i == first)
        continue;
      for (; at > 1 && scores[i] > scores[order[at - 1]]; at--)
        order[at] = order[at - 1];
      order[at] = i;
      n++;
    }
}

static gboolean
take_answer (SamView *view, const SamPrompt *prompt, const SamAnswer *answer, const EngineSegmentRequest *request,
             const SegmentCrop *crop, EngineSegmentation *result, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autofree float *scores = t_dup_data (answer->ious, T_F32, NULL, error);
  g_autofree float *logits = scores != NULL ? t_dup_data (answer->logits, T_F32, NULL, error) : NULL;
  guint order[SAM_CANDIDATES];

  if (logits == NULL)
    return FALSE;
  order_candidates (mobile_sam_pick (prompt, scores), scores, order);
  for (guint i = 0; i < SAM_CANDIDATES; i++)
    {
      EngineCandidate *candidate = &result->candidates[result->n_candidates];

      candidate->mask = draw_mask (view, t_select (answer->logits, 0, order[i]), request, crop, error);
      if (candidate->mask == NULL)
        return FALSE;
      candidate->score = CLAMP ((double) scores[order[i]], 0, 1);
      candidate->memory = remember (crop, logits + (gsize) order[i] * SAM_MASK_SIDE * SAM_MASK_SIDE);
      result->n_candidates++;
    }
  return TRUE;
}

/* @box: (nullable): the request's, or that of what stands out. */
static gboolean
ask (EngineSegmenter *self, const EngineSegmentRequest *request, const SegmentBox *box, const EngineListener *listener,
     EngineSegmentation *result, GError **error)
{
  T_SCOPE_NO_GRAD ();
  const Memory *memory = request->previous != NULL ? g_bytes_get_data (request->previous, NULL) : NULL;
  gboolean corrects = memory != NULL && is_about (memory, request, box);
  SegmentCrop crop = corrects ? memory->crop : segment_crop_choose (request->width, request->height, box);
  g_autofree SamPoint *points = list_points (request, &crop);
  SamPrompt prompt = { points, request->n_points, NULL, corrects ? memory->logits : NULL };
  SamBox within;
  SamAnswer answer;
  SamView *view;

  if (box != NULL)
    {
      within = (SamBox){ box->left - crop.x, box->top - crop.y, box->right - crop.x, box->bottom - crop.y };
      prompt.box = &within;
    }
  report (listener, "Looking at the picture", 0, 1);
  view = segment_views_get (self->views, self->sam, request, &crop, error);
  return view != NULL && mobile_sam_ask (self->sam, view, &prompt, &answer, error)
         && take_answer (view, &prompt, &answer, request, &crop, result, error);
}

/* --- what stands out --- */

static double
agreement (GBytes *a, GBytes *b)
{
  gsize n, both = 0, either = 0;
  const guint8 *x = g_bytes_get_data (a, &n), *y = g_bytes_get_data (b, NULL);

  for (gsize i = 0; i < n; i++)
    {
      both += x[i] != 0 && y[i] != 0;
      either += x[i] != 0 || y[i] != 0;
    }
  return either > 0 ? (double) both / (double) either : 0;
}

/* The first candidate becomes the one that is most like what stands out; where none is, that itself. */
static void
put_salient (SegmentSalient *salient, EngineSegmentation *result)
{
  EngineCandidate first = { g_steal_pointer (&salient->mask), salient->score, NULL };
  double best = LEAST_AGREEMENT;
  guint at = result->n_candidates;

  result->candidates[result->n_candidates++] = first;
  for (guint i = 0; i + 1 < result->n_candidates; i++)
    {
      double value = agreement (result->candidates[i].mask, first.mask);

      if (value <= best)
        continue;
      best = value;
      at = i;
    }
  first = result->candidates[at];
  memmove (result->candidates + 1, result->candidates, at * sizeof first);
  result->candidates[0] = first;
}

static gboolean
segment_salient (EngineSegmenter *self, const EngineSegmentRequest *request, const EngineListener *listener,
                 EngineSegmentation *result, GError **error)
{
  g_auto (SegmentSalient) salient = { 0 };
  PictureInput picture = { g_bytes_get_data (request->rgb, NULL), request->width, request->height };

  report (listener, "Looking for what stands out", 0, 1);
  if (!segment_salient_find (self->salient, &picture, &salient, error)
      || !ask (self, request, &salient.box, listener, result, error))
    return FALSE;
  if (request->n_points == 0)
    put_salient (&salient, result);
  return TRUE;
}

/** engine_segment: see EngineTable.segment. */
EngineSegmentation *
engine_segment (EngineSegmenter *self, const EngineSegmentRequest *request, const EngineListener *listener,
                GError **error)
{
  g_autoptr (EngineSegmentation) result = g_new0 (EngineSegmentation, 1);
  SegmentBox box;
  gboolean ok;

  if (!check_request (request, error))
    return NULL;
  result->width = request->width;
  result->height = request->height;
  box = order_box (request);
  begin (listener);
  if (request->has_box || has_inside (request))
    ok = ask (self, request, request->has_box ? &box : NULL, listener, result, error);
  else
    ok = segment_salient (self, request, listener, result, error);
  end ();
  return ok ? g_steal_pointer (&result) : NULL;
}
