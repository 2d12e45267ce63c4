/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-page.h"

#include "ui/mage-attention-choice.h"
#include "ui/mage-attention-export.h"
#include "ui/mage-attention-inspector.h"
#include "ui/mage-attention-keys.h"
#include "ui/mage-attention-names.h"
#include "ui/mage-attention-pins.h"
#include "ui/mage-attention-progress.h"
#include "ui/mage-attention-stage.h"
#include "ui/mage-attention-words.h"
#include "ui/mage-media-loader.h"

#include "project/mage-kept-maps.h"
#include "project/mage-kept-steps.h"

#include <glib/gi18n.h>

/*
 * The attention microscope: for a word of the prompt where a step of a video looked, by branch, layer, head and frame; and
 * for a place in the picture where it looks in time.
 */

#define HEAD_SIDE 54

struct _MageAttentionPage
{
  AdwNavigationPage parent_instance;

  MageSession *session;
  MageResult *result;
  MageAttentionFilm *film;
  GCancellable *cancellable;
  MageAttentionChoice choice;
  gboolean no_ahead;         /* nothing is to be computed that nobody asked for */
  MageAttentionLook look;    /* what is seen, until what was chosen is there */

  AdwWindowTitle *window_title;
  AdwBanner *banner;
  MageAttentionWords *words;
  GtkStack *info;
  GtkLabel *rest;
  MageAttentionProgress *progress;
  MageAttentionStage *stage;
  GtkWidget *comparison;
  MageAttentionPins *pins;
  MageAttentionInspector *inspector;
};

G_DEFINE_FINAL_TYPE (MageAttentionPage, mage_attention_page, ADW_TYPE_NAVIGATION_PAGE)

static void
show_heads (MageAttentionPage *self)
{
  MageAttentionLook look = self->look;

  for (guint i = 0; i < self->look.layer->n_heads; i++)
    {
      look.head = (int) i;
      mage_attention_stage_paint_small (self->stage, mage_attention_inspector_get_heads (self->inspector), i, &look, HEAD_SIDE);
    }
}

static void
show_shares (MageAttentionPage *self)
{
  const MageAttention *attention = self->look.attention;
  MageAttentionLayer *layer = mage_attention_choice_find_word_layer (&self->choice, &self->look);
  gboolean difference = self->look.branch == MAGE_LOOK_DIFFERENCE;
  guint frame = mage_attention_stage_get_frame (self->stage);
  float rest[MAGE_ATTENTION_N_REST];
  guint cell;
  g_autofree char *text = NULL;

  if (layer == NULL)
    return;
  cell = mage_attention_stage_find_cell (self->stage, layer, NULL);
  for (guint i = 0; i < attention->n_words + MAGE_ATTENTION_N_REST; i++)
    {
      float share = mage_attention_look_get_share (&self->look, layer, i, frame, cell);

      if (i < attention->n_words)
        mage_attention_words_set_share (self->words, i, share, difference);
      else
        rest[i - attention->n_words] = share;
    }
  text = difference ? g_strdup_printf (_("Percentage points at the marked place: what the subjects' branch gives more than the motion's. "
                                         "Beginning of the prompt %+.1f, its end %+.1f."), 100 * rest[0], 100 * rest[1])
                    : g_strdup_printf (_("At the marked place. The rest, %.1f %%, goes to the beginning of the prompt (%.1f %%) and to its "
                                         "end (%.1f %%)."), 100 * (rest[0] + rest[1]), 100 * rest[0], 100 * rest[1]);
  gtk_label_set_text (self->rest, text);
}

static void
moved_cb (MageAttentionPage *self)
{
  show_shares (self);
  show_heads (self);
  mage_attention_pins_set_frame (self->pins, mage_attention_stage_get_frame (self->stage));
}

/* --- the controls --- */

static void
film_changed_cb (MageAttentionPage *self)
{
  g_autofree char *folder = mage_result_dup_path (self->result, MAGE_RESULT_ATTENTION);
  guint n = 0;

  gtk_stack_set_visible_child_name (self->info, mage_attention_film_get_wanted (self->film) > 0 ? "progress" : "shares");
  for (guint step = 1; step <= mage_attention_film_get_n_steps (self->film); step++)
    n += mage_kept_maps_has (folder, step);
  mage_attention_inspector_set_kept (self->inspector, n, !mage_attention_is_large (self->result), !self->no_ahead);
}

static void
show_controls (MageAttentionPage *self)
{
  mage_attention_words_set_words (self->words, (const char *const *) self->look.attention->words,
                                  mage_session_get_project (self->session));
  mage_attention_words_select (self->words, self->choice.temporal ? G_MAXUINT : self->choice.word);
  mage_attention_inspector_show (self->inspector, &self->look);
}

/* --- what is looked at --- */

/* What was chosen of what is there already. */
static void
show_look (MageAttentionPage *self)
{
  if (self->look.attention == NULL)
    return;
  mage_attention_choice_apply (&self->choice, &self->look);
  show_controls (self);
  mage_attention_stage_show (self->stage, &self->look);
}

static void
want (MageAttentionPage *self)
{
  const char *layers[3];

  mage_attention_choice_get_layers (&self->choice, self->look.attention, layers);
  mage_attention_film_want (self->film, self->choice.step, layers[0] != NULL ? layers : NULL);
}

/* The step and the layer that were chosen: at once, or as soon as they come. */
static void
look (MageAttentionPage *self)
{
  MageAttention *attention = mage_attention_film_get (self->film, self->choice.step);

  mage_attention_inspector_set_step (self->inspector, self->choice.step);
  if (attention == NULL || !mage_attention_choice_aim (&self->choice, attention, &self->look))
    {
      want (self);
      return;
    }
  mage_attention_film_see (self->film, self->choice.step);
  adw_banner_set_revealed (self->banner, FALSE);
  show_look (self);
}

static void
arrived_cb (MageAttentionPage *self, guint step)
{
  MageAttention *attention = mage_attention_film_get (self->film, step);

  if (step == self->choice.step && attention != NULL)
    look (self);
  if (!self->no_ahead)
    mage_attention_film_set_ahead (self->film, TRUE);
}

static void
failed_cb (MageAttentionPage *self, const char *message)
{
  adw_banner_set_title (self->banner, message);
  adw_banner_set_revealed (self->banner, TRUE);
}

static void
cancel_cb (MageAttentionPage *self)
{
  mage_attention_page_cancel (self);
}

static void
retry_cb (MageAttentionPage *self)
{
  adw_banner_set_revealed (self->banner, FALSE);
  look (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageAttentionPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stage == NULL)
    return;
  if (frames == NULL)
    {
      failed_cb (self, error->message);
      return;
    }
  mage_attention_pins_set_ground (self->pins, frames);
  mage_attention_stage_set_ground (self->stage, frames);
}

/* --- choosing --- */

static void
word_chosen_cb (MageAttentionPage *self, guint word)
{
  mage_attention_page_set_word (self, word);
}

static void
branch_chosen_cb (MageAttentionPage *self, guint branch)
{
  mage_attention_page_set_branch (self, branch);
}

static void
temporal_chosen_cb (MageAttentionPage *self, gboolean temporal)
{
  mage_attention_page_set_temporal (self, temporal);
}

static void
layer_chosen_cb (MageAttentionPage *self, const char *name)
{
  mage_attention_choice_set_layer (&self->choice, name);
  look (self);
}

static void
step_chosen_cb (MageAttentionPage *self, guint step)
{
  mage_attention_page_set_step (self, step);
}

static void
head_chosen_cb (MageAttentionPage *self, int head)
{
  mage_attention_page_set_head (self, head);
}

static void
keep_cb (MageAttentionPage *self, guint pin)
{
  mage_attention_page_keep (self, pin);
}

static void
ahead_cb (MageAttentionPage *self, gboolean ahead)
{
  self->no_ahead = !ahead;
  mage_attention_film_set_ahead (self->film, ahead);
}

/* The place is where the keys are expected. */
static void
shown_cb (MageAttentionPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->stage));
}

/* --- saving --- */

static char *
dup_look_words (MageAttentionPage *self)
{
  const char *views[] = { _("subjects"), _("motion"), _("difference"), _("mix") };
  g_autofree char *layer = mage_attention_name_to_words (self->look.layer->name);
  g_autofree char *head = self->look.head == MAGE_ATTENTION_ALL_HEADS ? g_strdup (_("all heads")) : g_strdup_printf (_("head %d"), self->look.head + 1);
  g_autofree char *what = self->look.layer->temporal ? g_strdup (_("over time"))
                                                    : g_strdup_printf (_("“%s”"), self->look.attention->words[self->look.column]);

  return mage_attention_look_has_branches (&self->look)
           ? g_strdup_printf (_("%s, %s, step %u, %s, %s"), what, views[self->look.branch], self->look.step, layer, head)
           : g_strdup_printf (_("%s, step %u, %s, %s"), what, self->look.step, layer, head);
}

static void
save_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageAttentionPage *self = MAGE_ATTENTION_PAGE (widget);
  MageAttentionSave how = g_str_has_suffix (name, "picture") ? MAGE_ATTENTION_SAVE_PICTURE
                          : g_str_has_suffix (name, "video") ? MAGE_ATTENTION_SAVE_VIDEO
                                                             : MAGE_ATTENTION_SAVE_NUMBERS;
  Frames *ground = mage_attention_stage_get_ground (self->stage);
  g_autofree char *words = NULL;

  if (self->look.attention == NULL || ground == NULL)
    return;
  words = dup_look_words (self);
  mage_attention_save (widget, self->session, self->result, &self->look, ground, mage_attention_stage_get_frame (self->stage), words, how);
}

/* --- the object --- */

static void
mage_attention_page_dispose (GObject *object)
{
  MageAttentionPage *self = MAGE_ATTENTION_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->film != NULL)
    g_signal_handlers_disconnect_by_data (self->film, self);
  g_clear_object (&self->film);
  mage_attention_look_clear (&self->look);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_ATTENTION_PAGE);
  g_clear_object (&self->result);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_attention_page_parent_class)->dispose (object);
}

static void
mage_attention_page_finalize (GObject *object)
{
  MageAttentionPage *self = MAGE_ATTENTION_PAGE (object);

  mage_attention_choice_clear (&self->choice);
  G_OBJECT_CLASS (mage_attention_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-attention-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, MageAttentionPage, name)
  BIND (window_title);
  BIND (banner);
  BIND (words);
  BIND (info);
  BIND (rest);
  BIND (stage);
  BIND (progress);
  BIND (comparison);
  BIND (pins);
  BIND (inspector);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, word_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, branch_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, temporal_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, layer_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, step_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, head_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, ahead_cb);
}

static void
mage_attention_page_class_init (MageAttentionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_attention_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_attention_page_finalize;
  g_type_ensure (MAGE_TYPE_ATTENTION_INSPECTOR);
  g_type_ensure (MAGE_TYPE_ATTENTION_PINS);
  g_type_ensure (MAGE_TYPE_ATTENTION_PROGRESS);
  g_type_ensure (MAGE_TYPE_ATTENTION_STAGE);
  g_type_ensure (MAGE_TYPE_ATTENTION_WORDS);
  gtk_widget_class_install_action (widget_class, "attention.save-picture", NULL, save_cb);
  gtk_widget_class_install_action (widget_class, "attention.save-video", NULL, save_cb);
  gtk_widget_class_install_action (widget_class, "attention.save-numbers", NULL, save_cb);
  bind_template (widget_class);
}

static void
mage_attention_page_init (MageAttentionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  mage_attention_choice_init (&self->choice);
  mage_attention_keys_add (self);
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
}

/* --- for all --- */

/** mage_attention_page_can_show: whether enough of @result is kept. */
gboolean
mage_attention_page_can_show (MageResult *result)
{
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_LATENTS);
  g_autoptr (GArray) steps = mage_kept_steps_list (folder);

  return steps->len > 1;
}

MageAttentionFilm *
mage_attention_page_get_film (MageAttentionPage *self)
{
  return self->film;
}

/** mage_attention_page_get_look: Returns: (transfer none): what is seen; without attention until the first step is there */
const MageAttentionLook *
mage_attention_page_get_look (MageAttentionPage *self)
{
  return &self->look;
}

/** mage_attention_page_set_step: @step: from 1 on */
void
mage_attention_page_set_step (MageAttentionPage *self, guint step)
{
  if (self->choice.step == step)
    return;
  self->choice.step = step;
  look (self);
}

/** mage_attention_page_get_step: that is wanted; the look's is the one that is seen. */
guint
mage_attention_page_get_step (MageAttentionPage *self)
{
  return self->choice.step;
}

/** mage_attention_page_set_word: looks for it over the picture. */
void
mage_attention_page_set_word (MageAttentionPage *self, guint word)
{
  if (self->look.attention == NULL || word >= self->look.attention->n_words)
    return;
  self->choice.word = word;
  self->choice.any_word = FALSE;
  self->choice.temporal = FALSE;
  look (self);
}

void
mage_attention_page_set_branch (MageAttentionPage *self, MageLookBranch branch)
{
  if (!mage_attention_look_has_branches (&self->look))
    return;
  self->choice.branch = branch;
  show_look (self);
}

/** mage_attention_page_set_temporal: whether it is seen where places look in time, else where words are looked for. */
void
mage_attention_page_set_temporal (MageAttentionPage *self, gboolean temporal)
{
  self->choice.temporal = temporal;
  look (self);
}

/** mage_attention_page_set_head: @head: or MAGE_ATTENTION_ALL_HEADS */
void
mage_attention_page_set_head (MageAttentionPage *self, int head)
{
  self->choice.head = head;
  show_look (self);
}

void
mage_attention_page_set_frame (MageAttentionPage *self, guint frame)
{
  mage_attention_stage_set_frame (self->stage, frame);
}

guint
mage_attention_page_get_frame (MageAttentionPage *self)
{
  return mage_attention_stage_get_frame (self->stage);
}

/** mage_attention_page_set_place: in parts of the picture. */
void
mage_attention_page_set_place (MageAttentionPage *self, double x, double y)
{
  mage_attention_stage_set_place (self->stage, x, y);
}

/** mage_attention_page_move_place: by so many cells of the map. */
void
mage_attention_page_move_place (MageAttentionPage *self, int dx, int dy)
{
  mage_attention_stage_move_place (self->stage, dx, dy);
}

/** mage_attention_page_cancel: what is waited for does not come: what is seen is chosen again; where nothing is, it can be tried again. */
void
mage_attention_page_cancel (MageAttentionPage *self)
{
  mage_attention_film_cancel (self->film);
  if (self->look.attention == NULL)
    {
      failed_cb (self, _("Stopped before there was anything to see"));
      return;
    }
  mage_attention_choice_go_back (&self->choice, &self->look);
  mage_attention_inspector_set_step (self->inspector, self->choice.step);
  show_look (self);
}

/** mage_attention_page_play: begins, or pauses. */
void
mage_attention_page_play (MageAttentionPage *self)
{
  mage_attention_stage_play (self->stage);
}

/** mage_attention_page_keep_next: the first time as A, then as B. */
void
mage_attention_page_keep_next (MageAttentionPage *self)
{
  mage_attention_page_keep (self, mage_attention_pins_has (self->pins, 0));
}

/** mage_attention_page_keep: what is seen, to be compared. */
void
mage_attention_page_keep (MageAttentionPage *self, guint pin)
{
  g_autofree char *words = NULL;

  if (self->look.attention == NULL)
    return;
  words = dup_look_words (self);
  mage_attention_pins_keep (self->pins, pin, &self->look, words);
  gtk_widget_set_visible (self->comparison, TRUE);
}

/** mage_attention_page_new: @step: that is looked at first, from 1 on; 0: the last one that is guided, or one in the middle */
AdwNavigationPage *
mage_attention_page_new (MageSession *session, MageResult *result, guint step)
{
  MageAttentionPage *self = g_object_new (MAGE_TYPE_ATTENTION_PAGE, NULL);
  g_autofree char *seed = mage_params_dup_text (mage_result_get_params (result), "seed");
  const char *name = mage_result_get_name (result);
  guint n, guided = 0;
  const char *way = mage_result_get_sampling (result, &guided);

  self->session = g_object_ref (session);
  self->result = g_object_ref (result);
  self->film = mage_attention_film_new (session, result);
  mage_attention_progress_set_film (self->progress, self->film);
  mage_attention_choice_set_mix (&self->choice, mage_params_get_double (mage_result_get_params (result), "beta_s"),
                                 mage_params_get_double (mage_result_get_params (result), "beta_m"));
  n = mage_attention_film_get_n_steps (self->film);
  self->choice.step = CLAMP (step > 0 ? step : guided > 0 ? guided : n / 2, 1, n);
  {
    g_autofree char *subtitle = g_strdup_printf (_("%s · seed %s"), name != NULL ? name : mage_result_get_prompt (result), seed);

    adw_window_title_set_subtitle (self->window_title, subtitle);
  }
  mage_attention_inspector_set_steps (self->inspector, n, g_strcmp0 (way, "scs") == 0, guided);
  g_signal_connect_swapped (self->film, "arrived", G_CALLBACK (arrived_cb), self);
  g_signal_connect_swapped (self->film, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (self->film, "changed", G_CALLBACK (film_changed_cb), self);
  mage_load_result_async (result, self->cancellable, loaded_cb, g_object_ref (self));
  look (self);
  return ADW_NAVIGATION_PAGE (self);
}
