/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-mouse.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-branch-list.h"
#include "ui/mage-clip-player.h"
#include "ui/mage-compose-page.h"
#include "ui/mage-draft.h"
#include "ui/mage-prompt-entry.h"
#include "ui/mage-steps-card.h"
#include "ui/mage-timeline-chart.h"
#include "ui/mage-timeline.h"

#include <math.h>

/* Compose as it is used: the timeline's handles and the branches with the mouse, and the page's keys. */

#define PROMPT "a <bear>"
#define STEPS 8

static AdwApplication *application;

typedef struct
{
  UiSession session;
  GtkWindow *window;
  GtkWidget *page;
  MageParams *params;
  MageTimeline *timeline;
  MageStepsCard *card;
  MageBranchList *branches;
} Desk;

/* A button that can be seen, by its label or what it tells of itself. */
static GtkWidget *
find_button (GtkWidget *widget, const char *words)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_BUTTON (widget) && (g_strcmp0 (gtk_widget_get_tooltip_text (widget), words) == 0
                                 || g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), words) == 0))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, words);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
click (GtkWidget *widget)
{
  g_assert_nonnull (widget);
  ui_mouse_click (widget, 0.5, 0.5);
}

/* Into the part of the page that is seen; what is loaded meanwhile may move it. */
static void
bring (GtkWidget *widget)
{
  GtkWidget *viewport = gtk_widget_get_ancestor (widget, GTK_TYPE_VIEWPORT);
  graphene_point_t before;
  graphene_point_t after = { 0, -1 };

  do
    {
      before = after;
      gtk_viewport_scroll_to (GTK_VIEWPORT (viewport), widget, NULL);
      ui_settle ();
      g_assert_true (gtk_widget_compute_point (widget, viewport, &GRAPHENE_POINT_INIT (0, 0), &after));
    }
  while (!graphene_point_equal (&before, &after));
}

static MageResult *
get_result (Desk *self, guint i)
{
  g_autoptr (MageResult) result = g_list_model_get_item (G_LIST_MODEL (mage_project_get_results (self->session.project)), i);

  return result;
}

static guint
count_results (Desk *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (mage_project_get_results (self->session.project)));
}

static void
set_up (Desk *self, gconstpointer data)
{
  ui_session_set_up (&self->session, NULL);
  self->params = mage_project_get_params (self->session.project);
  mage_params_set_int (self->params, "steps", STEPS, NULL);
  ui_session_add_subject (&self->session, "bear");
  ui_session_add_motion (&self->session, "ride", "a person is riding a horse", "person", NULL);
  ui_session_train_all (&self->session);
  mage_draft_set_prompt (mage_draft_get (self->session.session), PROMPT);
  self->page = mage_compose_page_new (self->session.session);
  self->window = GTK_WINDOW (adw_application_window_new (GTK_APPLICATION (application)));
  gtk_window_set_default_size (self->window, 1000, 880);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), self->page);
  gtk_window_present (self->window);
  g_assert_nonnull (mage_session_sample (self->session.session, PROMPT,
                                         MAGE_MOTION (mage_project_find (self->session.project, "ride")), NULL));
  ui_session_wait (&self->session);
  ui_settle ();
  self->timeline = ui_find_widget (self->page, MAGE_TYPE_TIMELINE);
  self->card = ui_find_widget (self->page, MAGE_TYPE_STEPS_CARD);
  ui_keyboard_take (self->window);
}

static void
tear_down (Desk *self, gconstpointer data)
{
  gtk_window_destroy (self->window);
  ui_session_wait (&self->session);
  ui_session_tear_down (&self->session, NULL);
}

/* --- the timeline --- */

/* A drag is so many moves. */
#define MOVES 8

/* The middle of a handle, as the timeline sees it. */
static graphene_point_t
find_handle (Desk *self, MageTimelinePart part)
{
  GtkWidget *handle = mage_timeline_get_handle (self->timeline, part);
  graphene_point_t at = GRAPHENE_POINT_INIT ((float) gtk_widget_get_width (handle) / 2, (float) gtk_widget_get_height (handle) / 2);

  g_assert_true (gtk_widget_compute_point (handle, GTK_WIDGET (self->timeline), &at, &at));
  return at;
}

static void
move (Desk *self, double x, double y)
{
  ui_mouse_move (GTK_WIDGET (self->timeline), x / gtk_widget_get_width (GTK_WIDGET (self->timeline)),
                 y / gtk_widget_get_height (GTK_WIDGET (self->timeline)));
}

static void
press (Desk *self, double x, double y)
{
  ui_mouse_press (GTK_WIDGET (self->timeline), x / gtk_widget_get_width (GTK_WIDGET (self->timeline)),
                  y / gtk_widget_get_height (GTK_WIDGET (self->timeline)));
}

/* Drags a handle, which is then where the pointer let it go. */
static void
drag (Desk *self, MageTimelinePart part, double dx, double dy)
{
  graphene_point_t before = find_handle (self, part);
  graphene_point_t after;

  press (self, before.x, before.y);
  for (guint i = 1; i <= MOVES; i++)
    move (self, before.x + dx * i / MOVES, before.y + dy * i / MOVES);
  ui_mouse_release ();
  after = find_handle (self, part);
  g_assert_cmpfloat (fabs (after.x - (before.x + dx)), <=, 6);
  /* The axis finds a new scale when it is let go: upward is still upward. */
  if (dy != 0)
    g_assert_cmpint (after.y - before.y < 0, ==, dy < 0);
}

static void
test_strength (Desk *self, gconstpointer data)
{
  double alpha = mage_params_get_double (self->params, "alpha");
  double end = mage_params_get_double (self->params, "alpha_end");

  bring (GTK_WIDGET (self->card));
  drag (self, MAGE_TIMELINE_MIDDLE, 120, 0);
  g_assert_cmpfloat (mage_params_get_double (self->params, "alpha_bend_at"), >, 0.55);
  drag (self, MAGE_TIMELINE_MIDDLE, 0, 25);
  g_assert_cmpfloat (mage_params_get_double (self->params, "alpha_bend"), <, 0);
  g_assert_cmpfloat (mage_params_get_double (self->params, "alpha"), ==, alpha);
  g_assert_cmpfloat (mage_params_get_double (self->params, "alpha_end"), ==, end);
  drag (self, MAGE_TIMELINE_END, 0, 20);
  g_assert_cmpfloat (mage_params_get_double (self->params, "alpha_end"), <, end);
  drag (self, MAGE_TIMELINE_START, 0, 20);
  g_assert_cmpfloat (mage_params_get_double (self->params, "alpha"), <, alpha);
  /* A handle is no place to go to. */
  g_assert_cmpuint (mage_steps_card_get_step (self->card), ==, MAGE_TIMELINE_NO_STEP);
  mage_history_undo (mage_session_get_history (self->session.session));
  g_assert_cmpfloat (mage_params_get_double (self->params, "alpha"), ==, alpha);
}

static int
get_step_width (Desk *self)
{
  return (gtk_widget_get_width (GTK_WIDGET (self->timeline)) - MAGE_TIMELINE_LEFT - MAGE_TIMELINE_RIGHT) / STEPS;
}

static void
test_guided (Desk *self, gconstpointer data)
{
  guint guided = mage_timeline_get_guided (self->timeline);

  bring (GTK_WIDGET (self->card));
  drag (self, MAGE_TIMELINE_GUIDED, 3 * get_step_width (self), 0);
  g_assert_cmpuint (mage_timeline_get_guided (self->timeline), ==, guided + 3);
  g_assert_cmpuint (mage_guided_steps (self->params), ==, guided + 3);
  drag (self, MAGE_TIMELINE_GUIDED, -get_step_width (self), 0);
  g_assert_cmpuint (mage_guided_steps (self->params), ==, guided + 2);
  g_assert_cmpuint (mage_steps_card_get_step (self->card), ==, MAGE_TIMELINE_NO_STEP);
}

/* By the playhead, and from wherever the pointer goes down between the handles. */
static void
test_scrub (Desk *self, gconstpointer data)
{
  graphene_point_t head;

  bring (GTK_WIDGET (self->card));
  drag (self, MAGE_TIMELINE_STEP, -3 * get_step_width (self), 0);
  g_assert_cmpuint (mage_steps_card_get_step (self->card), ==, STEPS - 3);
  head = find_handle (self, MAGE_TIMELINE_STEP);
  press (self, head.x - 2 * get_step_width (self), head.y + 40);
  g_assert_cmpuint (mage_steps_card_get_step (self->card), ==, STEPS - 5);
  move (self, head.x - get_step_width (self), head.y + 40);
  ui_settle ();
  g_assert_cmpuint (mage_steps_card_get_step (self->card), ==, STEPS - 4);
  move (self, head.x + get_step_width (self), head.y + 50);
  ui_mouse_release ();
  g_assert_cmpuint (mage_steps_card_get_step (self->card), ==, STEPS - 2);
  g_assert_cmpint (mage_params_get_int (self->params, "tau"), ==, 15);
}

/* --- branches --- */

static void
branch (Desk *self)
{
  click (find_button (GTK_WIDGET (self->card), "Go on from here with the settings and the prompt as they are now"));
  ui_session_wait (&self->session);
}

static GtkWidget *
get_row (Desk *self, int i)
{
  return GTK_WIDGET (gtk_list_box_get_row_at_index (ui_find_widget (GTK_WIDGET (self->branches), GTK_TYPE_LIST_BOX), i));
}

static gboolean
shows_first (gpointer desk)
{
  return mage_compose_page_get_result (MAGE_COMPOSE_PAGE (((Desk *) desk)->page)) == get_result (desk, 0);
}

static void
test_branches (Desk *self, gconstpointer data)
{
  g_autoptr (MageResult) first = g_object_ref (get_result (self, 0));
  g_autoptr (MageResult) second = NULL;

  bring (GTK_WIDGET (self->card));
  mage_steps_card_choose (self->card, 3);
  ui_settle ();
  branch (self);
  g_assert_cmpuint (count_results (self), ==, 2);
  second = g_object_ref (get_result (self, 1));
  self->branches = ui_find_widget (self->page, MAGE_TYPE_BRANCH_LIST);
  bring (GTK_WIDGET (self->branches));

  click (find_button (get_row (self, 1), "Keep Above Others"));
  g_assert_true (mage_result_get_starred (second));
  click (find_button (get_row (self, 1), "Name"));
  ui_keyboard_type ("Slow");
  ui_keyboard_press ("Return");
  g_assert_cmpstr (mage_result_get_name (second), ==, "Slow");

  /* The one that is seen goes at once, and with it the list: one video has no branches. Undone, it is seen again. */
  click (find_button (get_row (self, 1), "Delete"));
  g_assert_true (mage_project_is_deleted (self->session.project, second));
  g_assert_true (mage_compose_page_get_result (MAGE_COMPOSE_PAGE (self->page)) == first);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (self->branches)));
  g_assert_true (mage_history_undo (mage_session_get_history (self->session.session)));
  g_assert_false (mage_project_is_deleted (self->session.project, second));
  g_assert_true (mage_compose_page_get_result (MAGE_COMPOSE_PAGE (self->page)) == second);
  g_assert_cmpuint (mage_branch_list_get_length (self->branches), ==, 2);

  /* A click on a row shows its video. */
  bring (GTK_WIDGET (self->branches));
  click (get_row (self, 0));
  ui_wait_until (shows_first, self);
}

/* --- keys --- */

static gboolean
has_clip (gpointer player)
{
  return mage_clip_player_get_clip (player) != NULL;
}

static void
test_keys (Desk *self, gconstpointer data)
{
  MageClipPlayer *player = ui_find_widget (self->page, MAGE_TYPE_CLIP_PLAYER);
  MagePromptEntry *prompt = ui_find_widget (self->page, MAGE_TYPE_PROMPT_ENTRY);
  g_autofree char *text = NULL;
  g_autofree char *more = NULL;
  guint frame;

  ui_wait_until (has_clip, player);
  gtk_window_set_focus (self->window, NULL);
  g_assert_true (mage_clip_player_is_playing (player));
  ui_keyboard_press ("space");
  g_assert_false (mage_clip_player_is_playing (player));
  frame = mage_clip_paintable_get_frame (mage_clip_player_get_clip (player));
  ui_keyboard_press ("Right");
  g_assert_cmpuint (mage_clip_paintable_get_frame (mage_clip_player_get_clip (player)), ==, (frame + 1) % 2);
  ui_keyboard_press ("l");
  g_assert_true (mage_clip_player_is_playing (player));
  ui_keyboard_press ("k");
  g_assert_false (mage_clip_player_is_playing (player));
  ui_keyboard_press ("bracketleft");
  ui_keyboard_press ("bracketleft");
  ui_keyboard_press ("bracketright");
  g_assert_cmpuint (mage_steps_card_get_step (self->card), ==, STEPS - 1);
  ui_keyboard_press ("1");
  text = mage_prompt_entry_dup_text (prompt);
  g_assert_cmpuint (mage_prompt_entry_get_n_chips (prompt), ==, 2);

  /* Where one writes, letters are letters. */
  gtk_widget_grab_focus (GTK_WIDGET (prompt));
  ui_keyboard_press ("b");
  more = mage_prompt_entry_dup_text (prompt);
  g_assert_cmpuint (strlen (more), ==, strlen (text) + 1);
  g_assert_cmpuint (count_results (self), ==, 1);
  mage_prompt_entry_set_text (prompt, PROMPT);
  gtk_window_set_focus (self->window, NULL);
  ui_keyboard_press ("b");
  ui_session_wait (&self->session);
  g_assert_cmpuint (count_results (self), ==, 2);
  g_assert_cmpuint (fake_engine_get_last ()->from_step, ==, STEPS - 1);
}

#define ADD(path, test) g_test_add (path, Desk, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  ADD ("/hands/strength", test_strength);
  ADD ("/hands/guided", test_guided);
  ADD ("/hands/scrub", test_scrub);
  ADD ("/hands/branches", test_branches);
  ADD ("/hands/keys", test_keys);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
