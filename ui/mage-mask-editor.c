/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-mask-editor.h"

#include "ui/mage-mask-file.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * The mask of one picture while it is looked at and corrected: by hand, as a whole, or by asking again with clicks
 * and boxes. Whatever changes it becomes a file of the project and one step of undo at once; a mask that comes
 * from elsewhere, by undo or because it was found, is shown in its place.
 */

/* Growing and shrinking go by this share of the picture's longer side. */
#define STEP_SHARE 400.0

struct _MageMaskEditor
{
  GObject parent_instance;

  MageSession *session;
  MageMedia *media;
  guint width;  /* the picture's; 0 while nobody knows */
  guint height;
  MageMaskLayer *layer; /* NULL without a mask, and while it is loaded */
  MageMedia *shown;     /* whose content the layer is */
  double coverage;
  GCancellable *loading;

  /* A stroke that goes on. */
  MaskBrush brush;
  Mask *before;
  gboolean drawing;
  double x, y;
  cairo_rectangle_int_t touched;

  /* A question, and its answers. */
  GCancellable *changing;
  MageSegmentJob *job;
  const char *label;       /* of the edit that its answer is */
  MageMaskAnswers *answers;
  gboolean wants_next;     /* another answer than the one that there is */
  char *problem;
};

G_DEFINE_FINAL_TYPE (MageMaskEditor, mage_mask_editor, G_TYPE_OBJECT)

enum
{
  PROP_WORKING = 1,
  PROP_COVERAGE,
  PROP_PROBLEM,
  PROP_N_CANDIDATES,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
tell (MageMaskEditor *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_problem (MageMaskEditor *self, const char *problem)
{
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

/* --- what is shown --- */

static void
take_layer (MageMaskEditor *self, MageMaskLayer *layer, double coverage)
{
  g_clear_pointer (&self->layer, mage_mask_layer_free);
  self->layer = layer;
  if (self->coverage != coverage)
    {
      self->coverage = coverage;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COVERAGE]);
    }
  tell (self);
}

static void
forget_answers (MageMaskEditor *self)
{
  gboolean had = mage_mask_answers_get_n (self->answers) > 0;

  self->wants_next = FALSE;
  mage_mask_answers_clear (self->answers);
  if (had)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_CANDIDATES]);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageMaskEditor) self = data;
  g_autoptr (GError) error = NULL;
  double coverage = 0;
  MageMaskLayer *layer = mage_mask_file_load_finish (result, &coverage, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  if (error != NULL)
    set_problem (self, error->message);
  take_layer (self, layer, coverage);
}

static void
cancel_loading (MageMaskEditor *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

static void
cancel_change (MageMaskEditor *self)
{
  if (self->changing == NULL)
    return;
  g_cancellable_cancel (self->changing);
  g_clear_object (&self->changing);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKING]);
}

/* The mask before stays on the screen until the other one is there. */
static void
show_mask (MageMaskEditor *self)
{
  MageMedia *mask = self->media != NULL ? mage_media_get_mask (self->media) : NULL;
  g_autofree char *path = mask != NULL ? mage_media_dup_path (mask) : NULL;

  if (mask == self->shown)
    return;
  cancel_loading (self);
  cancel_change (self);
  g_set_object (&self->shown, mask);
  forget_answers (self);
  set_problem (self, NULL);
  if (mask == NULL)
    {
      take_layer (self, NULL, 0);
      return;
    }
  self->loading = g_cancellable_new ();
  mage_mask_file_load_async (path, self->loading, loaded_cb, g_object_ref (self));
}

/* --- edits --- */

/* What is shown is the mask from now on. */
static gboolean
keep (MageMaskEditor *self, const char *label, const Mask *mask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageMedia) file = mage_mask_file_save (mage_session_get_project (self->session), self->media, mask,
                                                    MAGE_MASK_CORRECTED, 1, &error);

  if (file == NULL)
    {
      mage_session_toast_error (self->session, error);
      return FALSE;
    }
  cancel_loading (self);
  g_set_object (&self->shown, file);
  set_problem (self, NULL);
  mage_session_record (self->session, label);
  mage_media_set_asked (self->media, TRUE);
  mage_media_set_mask (self->media, file);
  return TRUE;
}

static void
replace (MageMaskEditor *self, const char *label, const Mask *mask)
{
  if (self->media != NULL && keep (self, label, mask))
    take_layer (self, mage_mask_layer_new (mask), mask_get_coverage (mask));
}

static void
remove_mask (MageMaskEditor *self)
{
  if (mage_media_get_mask (self->media) == NULL)
    return;
  mage_session_record (self->session, _("Clear Mask"));
  mage_media_set_asked (self->media, TRUE);
  mage_media_set_mask (self->media, NULL);
}

/* --- strokes --- */

static gboolean
draw_to (MageMaskEditor *self, double x, double y)
{
  cairo_rectangle_int_t touched;

  if (!mask_stroke (mage_mask_layer_get_alpha (self->layer), self->width, self->height, &self->brush, self->x, self->y, x,
                    y, &touched))
    touched = (cairo_rectangle_int_t) { 0, 0, 0, 0 };
  self->x = x;
  self->y = y;
  if (touched.width == 0)
    return FALSE;
  mage_mask_layer_touch (self->layer, &touched);
  tell (self);
  return TRUE;
}

/**
 * mage_mask_editor_begin_stroke:
 * @brush: its radius in pixels of the picture
 *
 * Returns: FALSE while there is nothing to draw on
 */
gboolean
mage_mask_editor_begin_stroke (MageMaskEditor *self, const MaskBrush *brush, double x, double y)
{
  if (self->media == NULL || self->width == 0 || self->loading != NULL || self->drawing)
    return FALSE;
  if (self->layer == NULL)
    {
      g_autoptr (Mask) empty = mask_new_empty (self->width, self->height);

      self->layer = mage_mask_layer_new (empty);
    }
  mage_mask_editor_cancel (self);
  self->drawing = TRUE;
  self->before = mage_mask_layer_dup_mask (self->layer);
  self->brush = *brush;
  self->x = x;
  self->y = y;
  draw_to (self, x, y);
  return TRUE;
}

void
mage_mask_editor_continue_stroke (MageMaskEditor *self, double x, double y)
{
  if (self->drawing)
    draw_to (self, x, y);
}

/** mage_mask_editor_end_stroke: the mask is kept as it is now, as one edit. */
void
mage_mask_editor_end_stroke (MageMaskEditor *self)
{
  g_autoptr (Mask) mask = NULL;
  g_autoptr (Mask) before = g_steal_pointer (&self->before);

  if (!self->drawing)
    return;
  self->drawing = FALSE;
  mask = mage_mask_layer_dup_mask (self->layer);
  if (g_bytes_equal (mask->alpha, before->alpha))
    return;
  forget_answers (self);
  if (keep (self, self->brush.erase ? _("Erase from Mask") : _("Brush Mask"), mask))
    {
      self->coverage = mask_get_coverage (mask);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COVERAGE]);
    }
  else
    take_layer (self, mage_mask_layer_new (before), mask_get_coverage (before));
}

/** mage_mask_editor_cancel_stroke: as if it had not begun. */
void
mage_mask_editor_cancel_stroke (MageMaskEditor *self)
{
  g_autoptr (Mask) before = g_steal_pointer (&self->before);

  if (!self->drawing)
    return;
  self->drawing = FALSE;
  take_layer (self, self->shown != NULL ? mage_mask_layer_new (before) : NULL, self->coverage);
}

/* --- the whole mask --- */

typedef struct
{
  MageMaskChange change;
  Mask *mask;
} Change;

static void
change_free (gpointer data)
{
  Change *self = data;

  g_clear_pointer (&self->mask, mask_unref);
  g_free (self);
}

static void
change_mask (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Change *change = data;
  guint radius = (guint) MAX (1, round (MAX (change->mask->width, change->mask->height) / STEP_SHARE));
  Mask *(*const steps[]) (Mask *mask, guint radius) = { mask_grow, mask_shrink };
  Mask *mask;

  if (change->change == MAGE_MASK_FILL_HOLES)
    mask = mask_fill_holes (change->mask);
  else if (change->change == MAGE_MASK_INVERT)
    mask = mask_invert (change->mask);
  else
    mask = steps[change->change] (change->mask, radius);
  g_task_return_pointer (task, mask, (GDestroyNotify) mask_unref);
}

static void
changed_mask_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static const char *const labels[] = { N_("Grow Mask"), N_("Shrink Mask"), N_("Fill Holes"), N_("Invert Mask") };
  g_autoptr (MageMaskEditor) self = data;
  Change *change = g_task_get_task_data (G_TASK (result));
  g_autoptr (Mask) mask = g_task_propagate_pointer (G_TASK (result), NULL);

  /* NULL: another edit came first. */
  if (mask == NULL)
    return;
  g_clear_object (&self->changing);
  if (!g_bytes_equal (mask->alpha, change->mask->alpha))
    {
      forget_answers (self);
      replace (self, _(labels[change->change]), mask);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKING]);
}

/** mage_mask_editor_change: does something with the whole mask; a large one takes a moment. */
void
mage_mask_editor_change (MageMaskEditor *self, MageMaskChange change)
{
  g_autoptr (GTask) task = NULL;
  Change *order;

  if (self->media == NULL || self->drawing || self->changing != NULL)
    return;
  if (change == MAGE_MASK_CLEAR)
    {
      mage_mask_editor_cancel (self);
      remove_mask (self);
      return;
    }
  if (self->layer == NULL)
    return;
  order = g_new0 (Change, 1);
  order->change = change;
  order->mask = mage_mask_layer_dup_mask (self->layer);
  self->changing = g_cancellable_new ();
  task = g_task_new (NULL, self->changing, changed_mask_cb, g_object_ref (self));
  g_task_set_task_data (task, order, change_free);
  g_task_run_in_thread (task, change_mask);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKING]);
}

/** mage_mask_editor_confirm: the mask is right as it is; nothing replaces it by itself any more. */
void
mage_mask_editor_confirm (MageMaskEditor *self)
{
  MageMedia *mask = self->media != NULL ? mage_media_get_mask (self->media) : NULL;
  g_autoptr (MageMedia) confirmed = mask != NULL ? mage_media_confirm (mask) : NULL;

  if (confirmed == NULL || mage_media_get_made (mask) == MAGE_MASK_CORRECTED)
    return;
  g_set_object (&self->shown, confirmed);
  mage_session_record (self->session, _("Confirm Mask"));
  mage_media_set_mask (self->media, confirmed);
}

/* --- questions --- */

static void
take_answers (MageMaskEditor *self, MageSegmentJob *job)
{
  mage_mask_answers_take (self->answers, job);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_CANDIDATES]);
}

/* What is there now, if anything. */
static Mask *
dup_mask (MageMaskEditor *self)
{
  return self->layer != NULL ? mage_mask_layer_dup_mask (self->layer) : NULL;
}

static void
choose_first (MageMaskEditor *self)
{
  g_autoptr (Mask) mask = self->wants_next ? dup_mask (self) : NULL;
  guint i = mage_mask_answers_find_other (self->answers, mask);

  self->wants_next = FALSE;
  replace (self, self->label, mage_mask_answers_choose (self->answers, i));
}

static void
drop_job (MageMaskEditor *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

static void
finished_cb (MageMaskEditor *self, MageJob *job)
{
  g_autoptr (MageSegmentJob) kept = g_object_ref (self->job);
  const GError *error = mage_job_get_error (job);

  drop_job (self);
  if (mage_job_get_state (job) == MAGE_JOB_DONE && self->media != NULL)
    {
      take_answers (self, kept);
      choose_first (self);
    }
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      forget_answers (self);
      set_problem (self, error->message);
      tell (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKING]);
}

static void
ask (MageMaskEditor *self, const char *label, gboolean hinted)
{
  g_autofree char *path = mage_media_dup_path (self->media);
  g_autofree char *cache = mage_mask_file_dup_cache_dir ();
  g_autoptr (Mask) mask = hinted ? dup_mask (self) : NULL;
  MageSegmentHint hint = mage_mask_answers_make_hint (self->answers, mask);

  if (self->job != NULL)
    mage_worker_cancel (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  drop_job (self);
  set_problem (self, NULL);
  self->label = label;
  self->job = mage_segment_job_new (path, hinted ? &hint : NULL, cache);
  g_signal_connect_swapped (self->job, "finished", G_CALLBACK (finished_cb), self);
  mage_worker_assist (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKING]);
  tell (self);
}

static gboolean
can_ask (MageMaskEditor *self)
{
  return self->media != NULL && self->width > 0 && !self->drawing && self->loading == NULL;
}

/** mage_mask_editor_find: looks for what stands out in the picture; what is found replaces the mask. */
void
mage_mask_editor_find (MageMaskEditor *self)
{
  if (!can_ask (self))
    return;
  forget_answers (self);
  ask (self, _("Find Subject"), FALSE);
}

/** mage_mask_editor_click: @inside: the subject is there; FALSE: it is not. All clicks so far are one question. */
void
mage_mask_editor_click (MageMaskEditor *self, double x, double y, gboolean inside)
{
  guint n_points;

  if (!can_ask (self) || x < 0 || y < 0 || x >= self->width || y >= self->height)
    return;
  mage_mask_answers_get_points (self->answers, &n_points);
  if (!inside && self->layer == NULL && n_points == 0)
    {
      set_problem (self, _("Click on the subject first; then on what does not belong to it"));
      return;
    }
  mage_mask_answers_add_point (self->answers, x, y, inside);
  ask (self, inside ? _("Add to Mask") : _("Take from Mask"), TRUE);
}

/** mage_mask_editor_mark_box: the subject is in there; corners in any order. Earlier clicks count no more. */
void
mage_mask_editor_mark_box (MageMaskEditor *self, double x0, double y0, double x1, double y1)
{
  if (!can_ask (self))
    return;
  forget_answers (self);
  if (mage_mask_answers_set_box (self->answers, x0, y0, x1, y1, self->width, self->height))
    ask (self, _("Mark Subject"), TRUE);
}

/** mage_mask_editor_choose_next: another of the answers, or, where none are known, asks for them. */
void
mage_mask_editor_choose_next (MageMaskEditor *self)
{
  if (!can_ask (self) || self->job != NULL)
    return;
  if (mage_mask_answers_get_n (self->answers) > 1)
    {
      guint next = (mage_mask_answers_get_chosen (self->answers) + 1) % mage_mask_answers_get_n (self->answers);

      replace (self, _("Next Candidate"), mage_mask_answers_choose (self->answers, next));
      return;
    }
  self->wants_next = TRUE;
  ask (self, _("Next Candidate"), FALSE);
}

/** mage_mask_editor_offer: @job: a MageSegmentJob that found this picture's mask by itself; its other answers can be had, too. */
void
mage_mask_editor_offer (MageMaskEditor *self, MageJob *job)
{
  take_answers (self, MAGE_SEGMENT_JOB (job));
}

/** mage_mask_editor_cancel: stops looking for the subject. */
void
mage_mask_editor_cancel (MageMaskEditor *self)
{
  cancel_change (self);
  if (self->job == NULL)
    return;
  mage_worker_cancel (mage_session_get_worker (self->session), MAGE_JOB (self->job));
  drop_job (self);
  forget_answers (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKING]);
  tell (self);
}

/* --- the object --- */

static void
mage_mask_editor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageMaskEditor *self = MAGE_MASK_EDITOR (object);

  switch (id)
    {
    case PROP_WORKING:
      g_value_set_boolean (value, mage_mask_editor_get_working (self));
      break;
    case PROP_COVERAGE:
      g_value_set_double (value, self->coverage);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_N_CANDIDATES:
      g_value_set_uint (value, mage_mask_answers_get_n (self->answers));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_mask_editor_dispose (GObject *object)
{
  MageMaskEditor *self = MAGE_MASK_EDITOR (object);

  if (self->session != NULL)
    mage_mask_editor_set_media (self, NULL);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_mask_editor_parent_class)->dispose (object);
}

static void
mage_mask_editor_finalize (GObject *object)
{
  MageMaskEditor *self = MAGE_MASK_EDITOR (object);

  g_clear_pointer (&self->layer, mage_mask_layer_free);
  g_clear_pointer (&self->before, mask_unref);
  mage_mask_answers_free (self->answers);
  g_free (self->problem);
  G_OBJECT_CLASS (mage_mask_editor_parent_class)->finalize (object);
}

static void
mage_mask_editor_class_init (MageMaskEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_mask_editor_get_property;
  object_class->dispose = mage_mask_editor_dispose;
  object_class->finalize = mage_mask_editor_finalize;
  /** MageMaskEditor:working: whether an answer, or a change of the whole mask, is waited for. */
  props[PROP_WORKING] = g_param_spec_boolean ("working", NULL, NULL, FALSE, flags);
  /** MageMaskEditor:coverage: how much of the picture the mask covers, 0…1. */
  props[PROP_COVERAGE] = g_param_spec_double ("coverage", NULL, NULL, 0, 1, 0, flags);
  /** MageMaskEditor:problem: (nullable): why the mask cannot be shown, or was not found. */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  /** MageMaskEditor:n-candidates: how many answers there are to the last question. */
  props[PROP_N_CANDIDATES] = g_param_spec_uint ("n-candidates", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  /** MageMaskEditor::changed: there is something else to see. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
mage_mask_editor_init (MageMaskEditor *self)
{
  self->answers = mage_mask_answers_new ();
}

MageMaskEditor *
mage_mask_editor_new (MageSession *session)
{
  MageMaskEditor *self = g_object_new (MAGE_TYPE_MASK_EDITOR, NULL);

  self->session = g_object_ref (session);
  return self;
}

/** mage_mask_editor_set_media: @media: (nullable): the picture; what was going on with the one before is cancelled. */
void
mage_mask_editor_set_media (MageMaskEditor *self, MageMedia *media)
{
  if (self->media == media)
    return;
  mage_mask_editor_cancel_stroke (self);
  mage_mask_editor_cancel (self);
  cancel_loading (self);
  if (self->media != NULL)
    g_signal_handlers_disconnect_by_func (self->media, show_mask, self);
  g_set_object (&self->media, media);
  g_clear_object (&self->shown);
  self->width = self->height = 0;
  forget_answers (self);
  set_problem (self, NULL);
  take_layer (self, NULL, 0);
  if (media != NULL)
    g_signal_connect_swapped (media, "notify::mask", G_CALLBACK (show_mask), self);
  show_mask (self);
}

/** mage_mask_editor_get_media: Returns: (transfer none) (nullable) */
MageMedia *
mage_mask_editor_get_media (MageMaskEditor *self)
{
  return self->media;
}

/** mage_mask_editor_set_size: how large the picture is, in pixels; before that nothing can be edited. */
void
mage_mask_editor_set_size (MageMaskEditor *self, guint width, guint height)
{
  self->width = width;
  self->height = height;
}

/** mage_mask_editor_get_layer: Returns: (transfer none) (nullable): what there is to see */
MageMaskLayer *
mage_mask_editor_get_layer (MageMaskEditor *self)
{
  return self->layer;
}

gboolean
mage_mask_editor_is_loading (MageMaskEditor *self)
{
  return self->loading != NULL;
}

gboolean
mage_mask_editor_get_working (MageMaskEditor *self)
{
  return self->job != NULL || self->changing != NULL;
}

/** mage_mask_editor_get_points: Returns: (transfer none): where the last question was clicked */
const MageMaskPoint *
mage_mask_editor_get_points (MageMaskEditor *self, guint *n_points)
{
  return mage_mask_answers_get_points (self->answers, n_points);
}

guint
mage_mask_editor_get_n_candidates (MageMaskEditor *self)
{
  return mage_mask_answers_get_n (self->answers);
}

/** mage_mask_editor_get_candidate: which of the answers is shown, from 0 */
guint
mage_mask_editor_get_candidate (MageMaskEditor *self)
{
  return mage_mask_answers_get_chosen (self->answers);
}

double
mage_mask_editor_get_coverage (MageMaskEditor *self)
{
  return self->coverage;
}

/** mage_mask_editor_get_problem: Returns: (nullable): see #MageMaskEditor:problem */
const char *
mage_mask_editor_get_problem (MageMaskEditor *self)
{
  return self->problem;
}
