/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-video-desk.h"

#include "ui/mage-attention-page.h"
#include "ui/mage-branch-list.h"
#include "ui/mage-job-words.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-result-page.h"
#include "ui/mage-result-deletion.h"
#include "ui/mage-steps-card.h"
#include "ui/mage-timeline.h"
#include "ui/mage-video-stage.h"

#include <glib/gi18n.h>

/*
 * One video, while it is made and afterwards: it plays, its steps can be gone back to, and it stands among its
 * branches.
 */

struct _MageVideoDesk
{
  AdwBin parent_instance;

  MageSession *session;
  MageStepFilm *film;
  MageJob *job;
  MageJob *preview;       /* of the settings, instead of the result */
  MageResult *result;
  GCancellable *cancellable;
  Frames *video;          /* of the result, once it is loaded */
  gboolean narrow;

  MageVideoStage *stage;
  GtkOrientable *row;
  GtkLabel *title;
  GtkLabel *detail;
  GtkWidget *attention;
  GtkWidget *open;
  GtkWidget *export;
  MageStepsCard *steps;
  MageBranchList *branches;
};

G_DEFINE_FINAL_TYPE (MageVideoDesk, mage_video_desk, ADW_TYPE_BIN)

enum
{
  PROP_NARROW = 1,
  N_PROPS
};

enum
{
  BRANCH,
  RESULT_CHOSEN,
  EXPORT,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static MageProject *
get_project (MageVideoDesk *self)
{
  return mage_session_get_project (self->session);
}

/* --- words --- */

static void
show_job_words (MageVideoDesk *self)
{
  g_autofree char *words = mage_job_dup_progress_words (self->job);
  g_autofree char *left = mage_job_dup_time_words (self->job);
  gboolean before = mage_job_names_phase (self->job);
  g_autofree char *markup = g_markup_printf_escaped (before ? "%s%s%s" : "<i>x̂<sub>0</sub></i> · %s%s%s", words,
                                                     *left != '\0' ? " · " : "", left);

  if (mage_steps_card_get_step (self->steps) != MAGE_TIMELINE_NO_STEP)
    return;
  gtk_label_set_text (self->title, before ? _("Preparing the video") : _("Predicted video"));
  gtk_label_set_markup (self->detail, markup);
}

static void
show_result_words (MageVideoDesk *self)
{
  MageParams *params = mage_result_get_params (self->result);
  g_autofree char *seed = mage_params_dup_text (params, "seed");
  g_autofree char *steps = mage_params_dup_text (params, "steps");
  const char *name = mage_result_get_name (self->result);
  guint step;
  gboolean branch = mage_result_get_parent (self->result, &step) != NULL;
  g_autofree char *from = branch ? g_strdup_printf (_(" · branched after step %u"), step) : g_strdup ("");
  g_autofree char *text = g_strdup_printf (_("Seed %s · %s steps%s"), seed, steps, from);

  gtk_label_set_text (self->title, name != NULL ? name : mage_result_get_prompt (self->result));
  gtk_label_set_text (self->detail, text);
}

static void
show_step_words (MageVideoDesk *self, guint step)
{
  g_autofree char *markup = g_strdup_printf (_("<i>x̂<sub>0</sub></i> after step %u"), step);

  gtk_label_set_text (self->title, step > 0 ? _("Predicted video") : _("Noise"));
  gtk_label_set_markup (self->detail, step > 0 ? markup : _("what the video is made from"));
}

static void
show_parts (MageVideoDesk *self)
{
  gboolean running = self->job != NULL;

  gtk_widget_set_visible (self->attention, !running && self->result != NULL && mage_attention_page_can_show (self->result));
  gtk_widget_set_visible (self->open, !running && self->result != NULL);
  gtk_widget_set_visible (self->export, !running && self->result != NULL);
}

/* --- what plays --- */

/* The finished video, between what its branches predicted at the last step. */
static void
show_video (MageVideoDesk *self)
{
  guint last = (guint) mage_params_get_int (mage_result_get_params (self->result), "steps");
  guint nearest = mage_step_film_find_nearest (self->film, last);
  Frames *subject = nearest != G_MAXUINT ? mage_step_film_get (self->film, nearest, MAGE_STEP_SUBJECT) : NULL;
  Frames *motion = nearest != G_MAXUINT ? mage_step_film_get (self->film, nearest, MAGE_STEP_MOTION) : NULL;

  show_result_words (self);
  mage_video_stage_show_step (self->stage, self->video, subject, motion, mage_result_get_params (self->result));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageVideoDesk) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stage == NULL)
    return;
  if (frames == NULL)
    {
      mage_session_toast_error (self->session, error);
      return;
    }
  g_clear_pointer (&self->video, frames_unref);
  self->video = g_steal_pointer (&frames);
  if (self->job == NULL && self->preview == NULL && mage_steps_card_get_step (self->steps) == MAGE_TIMELINE_NO_STEP)
    show_video (self);
}

/* What can be seen of a step at once; of a running video the nearest that was shown. */
static void
show_step (MageVideoDesk *self, guint step)
{
  guint seen = self->job != NULL ? mage_step_film_find_nearest (self->film, step) : step;

  show_step_words (self, seen != G_MAXUINT ? seen : step);
  if (seen == G_MAXUINT || !mage_step_film_has (self->film, seen))
    return;
  mage_video_stage_show_step (self->stage, mage_step_film_get (self->film, seen, MAGE_STEP_PREDICTED),
                              mage_step_film_get (self->film, seen, MAGE_STEP_SUBJECT),
                              mage_step_film_get (self->film, seen, MAGE_STEP_MOTION),
                              self->result != NULL ? mage_result_get_params (self->result)
                                                   : mage_project_get_params (get_project (self)));
}

static void forget_preview (MageVideoDesk *self);

static void
step_chosen_cb (MageVideoDesk *self, guint step)
{
  forget_preview (self);
  if (step != MAGE_TIMELINE_NO_STEP)
    {
      show_step (self, step);
      mage_step_film_want (self->film, step, TRUE);
    }
  else if (self->job != NULL)
    {
      mage_video_stage_go_on (self->stage);
      show_job_words (self);
    }
  else if (self->result != NULL)
    show_video (self);
}

static void
arrived_cb (MageVideoDesk *self, guint step)
{
  guint wanted = mage_steps_card_get_step (self->steps);

  if (self->preview != NULL)
    return;
  if (wanted == step)
    show_step (self, step);
  else if (wanted == MAGE_TIMELINE_NO_STEP && self->job == NULL && self->video != NULL)
    show_video (self);
}

/* --- the preview of the settings --- */

/* " · 320 × 192" while a preview is smaller than the video will be. */
static char *
dup_size_words (MageVideoDesk *self)
{
  MageParams *params = mage_project_get_params (get_project (self));
  guint n_frames;
  guint width;
  guint height;

  if (mage_job_get_preview (self->preview, &n_frames, &width, &height) == NULL || width >= mage_params_get_int (params, "width"))
    return g_strdup ("");
  return g_strdup_printf (" · %u × %u", width, height);
}

static void
show_preview_words (MageVideoDesk *self)
{
  guint n = mage_job_get_n_steps (self->preview);
  g_autofree char *words = mage_job_is_over (self->preview) ? g_strdup_printf (_("with %u steps"), n)
                           : mage_job_names_phase (self->preview)
                             ? mage_job_dup_progress_words (self->preview)
                             : g_strdup_printf (_("step %u of %u"), mage_job_get_step (self->preview), n);
  g_autofree char *size = dup_size_words (self);
  g_autofree char *text = g_strconcat (words, size, NULL);

  gtk_label_set_text (self->title, _("Preview of the settings"));
  gtk_label_set_text (self->detail, text);
}

static void
forget_preview (MageVideoDesk *self)
{
  if (self->preview == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->preview, self);
  g_clear_object (&self->preview);
  mage_video_stage_set_job (self->stage, NULL);
}

/* --- its steps and branches --- */

static void
branch_cb (MageVideoDesk *self, guint step)
{
  g_signal_emit (self, signals[BRANCH], 0, step);
}

static void
chosen_cb (MageVideoDesk *self, MageResult *result)
{
  g_signal_emit (self, signals[RESULT_CHOSEN], 0, result);
}

static void
deleted_cb (MageVideoDesk *self, MageResult *result)
{
  mage_delete_result (self->session, result);
}

static void
open_cb (MageVideoDesk *self)
{
  mage_session_push_page (self->session, mage_result_page_new (self->session, self->result));
}

/* Of the step that is seen, if one is. */
static void
attention_cb (MageVideoDesk *self)
{
  guint step = mage_steps_card_get_step (self->steps);

  mage_session_push_page (self->session, mage_attention_page_new (self->session, self->result, step != MAGE_TIMELINE_NO_STEP ? step : 0));
}

static void
export_cb (MageVideoDesk *self)
{
  g_signal_emit (self, signals[EXPORT], 0);
}

/* --- the object --- */

static void
mage_video_desk_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, MAGE_VIDEO_DESK (object)->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_video_desk_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageVideoDesk *self = MAGE_VIDEO_DESK (object);

  switch (id)
    {
    case PROP_NARROW:
      if (self->narrow == g_value_get_boolean (value))
        break;
      self->narrow = g_value_get_boolean (value);
      gtk_orientable_set_orientation (self->row, self->narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
let_go (MageVideoDesk *self)
{
  forget_preview (self);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->video, frames_unref);
}

static void
mage_video_desk_dispose (GObject *object)
{
  MageVideoDesk *self = MAGE_VIDEO_DESK (object);

  let_go (self);
  if (self->film != NULL)
    g_signal_handlers_disconnect_by_data (self->film, self);
  g_clear_object (&self->result);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_VIDEO_DESK);
  g_clear_object (&self->film);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_video_desk_parent_class)->dispose (object);
}

static void
mage_video_desk_class_init (MageVideoDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->get_property = mage_video_desk_get_property;
  object_class->set_property = mage_video_desk_set_property;
  object_class->dispose = mage_video_desk_dispose;
  /** MageVideoDesk:narrow: there is little room. */
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  /** MageVideoDesk::branch: the user wants a branch of the video, after so many steps. */
  signals[BRANCH] = g_signal_new ("branch", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  /** MageVideoDesk::result-chosen: the user wants to see another one. */
  signals[RESULT_CHOSEN] = g_signal_new ("result-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         MAGE_TYPE_RESULT);
  signals[EXPORT] = g_signal_new ("export", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (MAGE_TYPE_VIDEO_STAGE);
  g_type_ensure (MAGE_TYPE_STEPS_CARD);
  g_type_ensure (MAGE_TYPE_BRANCH_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-video-desk.ui");
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, stage);
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, row);
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, title);
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, detail);
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, attention);
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, open);
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, export);
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, steps);
  gtk_widget_class_bind_template_child (widget_class, MageVideoDesk, branches);
  gtk_widget_class_bind_template_callback (widget_class, attention_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, step_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, branch_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
}

static void
mage_video_desk_init (MageVideoDesk *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mage_video_desk_set_session: once. */
void
mage_video_desk_set_session (MageVideoDesk *self, MageSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->film = mage_step_film_new (session);
  mage_video_stage_set_session (self->stage, session);
  mage_steps_card_set_session (self->steps, session, self->film);
  mage_branch_list_set_session (self->branches, session);
  g_signal_connect_object (self->branches, "deleted", G_CALLBACK (deleted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->film, "arrived", G_CALLBACK (arrived_cb), self);
}

/** mage_video_desk_show_job: follows a sampling until its result, or nothing, is shown. */
void
mage_video_desk_show_job (MageVideoDesk *self, MageJob *job)
{
  let_go (self);
  g_clear_object (&self->result);
  self->job = g_object_ref (job);
  g_signal_connect_swapped (job, "progressed", G_CALLBACK (show_job_words), self);
  g_signal_connect_swapped (job, "notify::state", G_CALLBACK (show_job_words), self);
  mage_step_film_set_job (self->film, job);
  mage_video_stage_set_job (self->stage, job);
  mage_steps_card_show_job (self->steps, job);
  show_job_words (self);
  show_parts (self);
}

/** mage_video_desk_show_preview: of the settings as they are, until a step is chosen or another video is shown. */
void
mage_video_desk_show_preview (MageVideoDesk *self, MageJob *job)
{
  if (self->job != NULL)
    return;
  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_data (self->preview, self);
  g_set_object (&self->preview, job);
  g_signal_connect_swapped (job, "progressed", G_CALLBACK (show_preview_words), self);
  g_signal_connect_swapped (job, "finished", G_CALLBACK (show_preview_words), self);
  mage_video_stage_set_job (self->stage, job);
  show_preview_words (self);
}

/** mage_video_desk_get_preview: Returns: (transfer none) (nullable): what is shown instead of a video */
MageJob *
mage_video_desk_get_preview (MageVideoDesk *self)
{
  return self->preview;
}

/** mage_video_desk_show_result: @result: (nullable): NULL shows that there is none yet. */
void
mage_video_desk_show_result (MageVideoDesk *self, MageResult *result)
{
  let_go (self);
  g_set_object (&self->result, result);
  mage_step_film_set_result (self->film, result);
  mage_video_stage_set_job (self->stage, NULL);
  mage_branch_list_set_result (self->branches, result);
  show_parts (self);
  mage_steps_card_show_result (self->steps, result);
  if (result == NULL)
    {
      mage_video_stage_clear (self->stage);
      gtk_label_set_text (self->title, "");
      gtk_label_set_text (self->detail, "");
      return;
    }
  show_result_words (self);
  self->cancellable = g_cancellable_new ();
  mage_load_result_async (result, self->cancellable, loaded_cb, g_object_ref (self));
}

/** mage_video_desk_take_key: plays, or goes by frames. Returns: whether it was a key for that */
gboolean
mage_video_desk_take_key (MageVideoDesk *self, guint key, GdkModifierType modifiers)
{
  return mage_video_stage_take_key (self->stage, key, modifiers);
}

/** mage_video_desk_go_steps: to the step so many later, as the buttons do. */
void
mage_video_desk_go_steps (MageVideoDesk *self, int by)
{
  mage_steps_card_go (self->steps, by);
}

/** mage_video_desk_branch: from the step that is shown, or says why that cannot be. */
void
mage_video_desk_branch (MageVideoDesk *self)
{
  const char *refusal = mage_steps_card_branch (self->steps);

  if (refusal != NULL)
    mage_session_toast (self->session, refusal);
}
